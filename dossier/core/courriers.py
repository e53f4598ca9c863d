"""What a letter or an e-mail says: the variables of its template, all of them text in its language.

`templates/README.md` documents each variable for those who edit the Word files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from dossier.core.creance import Adresse, Creancier, Debiteur
from dossier.core.decompte import Decompte
from dossier.core.etat import Etat
from dossier.core.faits import Canal
from dossier.core.formulations import historique, imputation, references, sujet
from dossier.core.langues import FRANCAIS, Langue
from dossier.core.montants import CENTIME, INSECABLE, ZERO, en_euros
from dossier.core.pays import FRANCE
from dossier.core.scenario import Etape, GenreEtape
from dossier.core.totaux import totaliser

Contexte = dict[str, Any]

PREMIER_VERSEMENT = timedelta(days=10)
ENTRE_VERSEMENTS = timedelta(days=30)
PAR_CANAL = FRANCAIS.mots.canaux


def contexte_courrier(
    creances: Sequence[tuple[Etat, Decompte]],
    etape: Etape,
    canal: Canal,
    creancier: Creancier,
    jour: date,
    *,
    langue: Langue = FRANCAIS,
    libelles: Mapping[str, str] | None = None,
) -> Contexte:
    """All the variables of one letter or e-mail, dated of `jour`, about these invoices of one debtor.

    `libelles`: how this letter names each earlier step, where it is not as the journal does.
    `francais` says in French what a letter in another language repeats in French.
    """
    etats = [etat for etat, _ in creances]
    reste = sum((decompte.principal_restant for _, decompte in creances), ZERO)
    titre = etape.objet or etape.libelle
    socle = contexte_document(
        creances, titre, creancier, jour, avant=etape.nom, langue=langue, libelles=libelles
    )
    socle["facture"]["jointe"] = canal is Canal.EMAIL and all(etat.source is not None for etat in etats)
    return {
        **socle,
        **_delais(etape, jour, langue),
        "lrar": canal is Canal.LRAR,
        "tardive": etape.tardive,
        "francais": {**bloc_decompte(_numerotes(creances)), **_delais(etape, jour, FRANCAIS)},
        "mensualites": [
            {"date": langue.lettres(quand), "montant": langue.euros(montant)}
            for quand, montant in proposer_mensualites(reste, etape.mensualites, jour)
        ],
    }


def _delais(etape: Etape, jour: date, langue: Langue) -> Contexte:
    """The time given to pay, and its last day unless it runs from the reception."""
    delai, recue = etape.delai_de_paiement, etape.genre is GenreEtape.MISE_EN_DEMEURE
    return {
        "delai": langue.jours(delai) if delai else "",
        "delai_date": langue.lettres(jour + timedelta(days=delai)) if delai and not recue else "",
    }


def _numerotes(creances: Sequence[tuple[Etat, Decompte]]) -> list[tuple[str, Decompte]]:
    return [(etat.facture.numero, decompte) for etat, decompte in creances]


def contexte_document(
    creances: Sequence[tuple[Etat, Decompte]],
    titre: str,
    creancier: Creancier,
    jour: date,
    *,
    avant: str = "",
    langue: Langue = FRANCAIS,
    libelles: Mapping[str, str] | None = None,
) -> Contexte:
    """What every document about these invoices says: the parties, the sums, what was sent before that step."""
    premier, _ = creances[0]
    etats = [etat for etat, _ in creances]
    return {
        "langue": langue.code,
        "creancier": bloc_creancier(creancier, langue),
        "debiteur": bloc_debiteur(premier.facture.debiteur, langue),
        "lieu": creancier.siege.ville,
        "date": langue.lettres(jour),
        "objet": f"{titre} – {sujet(etats, langue)}",
        "lrar": False,
        "references": [reference for etat in etats for reference in references(etat, langue)],
        "facture": {**bloc_facture(premier, jour, langue), "jointe": False},
        "factures": [ligne_facture(etat, decompte, langue) for etat, decompte in creances],
        "decompte": bloc_decompte(_numerotes(creances), langue),
        "historique": historique(etats, avant, langue, libelles or {}),
        "delai": "",
        "delai_date": "",
        "mensualites": [],
    }


def bloc_creancier(creancier: Creancier, langue: Langue = FRANCAIS) -> Contexte:
    """The creditor's identity, with the mentions that C. com. R123-237 and R123-238 ask on letters.

    These mentions are in French in every language: they name a French form, register and capital.
    """
    siege = [*creancier.siege.bloc, *(() if langue is FRANCAIS else (langue.pays(FRANCE),))]
    capital = (
        f"{creancier.forme} au capital de {en_euros(creancier.capital)}"
        if creancier.capital
        else creancier.forme
    )
    siren, rcs = par_trois(creancier.siren), _rcs(creancier.rcs)
    mentions = [
        f"{creancier.denomination}, {capital}",
        f"siège social : {', '.join(siege)}",
        f"{siren} {rcs}",
        f"TVA{INSECABLE}{creancier.tva}" if creancier.tva else "",
    ]
    return {
        **creancier.model_dump(exclude={"siege", "capital", "siren", "iban"}),
        "capital": en_euros(creancier.capital) if creancier.capital else "",
        "siren": siren,
        "rcs": rcs,
        "adresse": siege,
        "iban": _par_quatre(creancier.iban),
        "mentions": " – ".join(mention for mention in mentions if mention),
    }


def bloc_debiteur(debiteur: Debiteur, langue: Langue = FRANCAIS) -> Contexte:
    return {
        "denomination": debiteur.denomination,
        "genre": debiteur.genre.value,
        "forme": debiteur.forme,
        "rcs": _rcs(debiteur.rcs),
        "siren": par_trois(debiteur.siren) if debiteur.siren else "",
        "contact": debiteur.contact,
        "telephone": debiteur.telephone,
        "email": debiteur.email or "",
        "adresse": _adresse(debiteur.adresse, langue),
    }


def _adresse(adresse: Adresse, langue: Langue) -> list[str]:
    """The lines below the name; abroad, the country is written in full on the last one."""
    *lignes, derniere = adresse.bloc
    return [*lignes, derniere if adresse.pays == FRANCE else langue.pays(adresse.pays)]


def bloc_facture(etat: Etat, jour: date, langue: Langue = FRANCAIS) -> Contexte:
    facture = etat.facture
    return {
        "numero": facture.numero,
        "emission": langue.lettres(facture.emission),
        "echeance": langue.lettres(facture.echeance),
        "objet": facture.objet,
        "montant_ttc": langue.euros(facture.montant_ttc),
        "reste": langue.euros(etat.solde),
        "jours_retard": max(0, (jour - facture.echeance).days),
    }


def ligne_facture(etat: Etat, decompte: Decompte, langue: Langue = FRANCAIS) -> Contexte:
    """One line of the table of invoices; `regle` holds the credit notes too, so that the line adds up."""
    facture = etat.facture
    return {
        "numero": facture.numero,
        "emission": langue.chiffres(facture.emission),
        "echeance": langue.chiffres(facture.echeance),
        "jours_retard": str(max(0, (decompte.au - facture.echeance).days)),
        "montant": langue.euros(facture.montant_ttc),
        "regle": langue.euros(decompte.regle + decompte.avoirs_total),
        "impute": langue.euros(decompte.principal - decompte.principal_restant),
        "reste": langue.euros(decompte.principal_restant),
        "penalites": langue.euros(decompte.interets_restants),
        "indemnite": langue.euros(decompte.indemnite_restante),
        "total": langue.euros(decompte.total),
    }


def bloc_decompte(decomptes: Sequence[tuple[str, Decompte]], langue: Langue = FRANCAIS) -> Contexte:
    """The (invoice number, statement) pairs as one: their totals, one line per segment, the texts."""
    ensemble = totaliser(decomptes)
    plusieurs = len(decomptes) > 1
    taux = dict.fromkeys(langue.pourcent(s.taux) for _, decompte in decomptes for s in decompte.segments_dus)
    return {
        "au": langue.lettres(decomptes[0][1].au),
        "principal": langue.euros(ensemble.principal),
        "regle": langue.euros(ensemble.regle),
        "avoirs": langue.euros(ensemble.avoirs),
        "reste": langue.euros(ensemble.principal_restant),
        "penalites": langue.euros(ensemble.interets_restants),
        "indemnite": langue.euros(ensemble.indemnite_restante),
        "total": langue.euros(ensemble.total),
        "taux": f", {langue.mots.puis} ".join(taux),
        "imputations": [
            f"{numero}{langue.mots.deux_points}{dite}" if plusieurs else dite
            for numero, decompte in decomptes
            for dite in (imputation(paiement, langue) for paiement in decompte.imputations)
        ],
        "segments": [
            {
                "facture": numero,
                "du": langue.chiffres(segment.du),
                "au": langue.chiffres(segment.au),
                "jours": str(segment.jours),
                "diviseur": str(segment.diviseur),
                "base": langue.euros(segment.base),
                "taux": langue.pourcent(segment.taux),
                "montant": langue.euros(segment.montant),
            }
            for numero, decompte in decomptes
            for segment in decompte.segments
        ],
        "textes": list(dict.fromkeys(texte for _, decompte in decomptes for texte in decompte.textes)),
    }


def proposer_mensualites(montant: Decimal, nombre: int, jour: date) -> Sequence[tuple[date, Decimal]]:
    """`nombre` equal instalments, the last one taking the odd cents; empty when none is offered."""
    part = (montant / nombre).quantize(CENTIME, rounding=ROUND_DOWN) if nombre else ZERO
    if part <= 0:
        return ()
    parts = [part] * (nombre - 1) + [montant - part * (nombre - 1)]
    return [(jour + PREMIER_VERSEMENT + ENTRE_VERSEMENTS * rang, valeur) for rang, valeur in enumerate(parts)]


def par_trois(siren: str) -> str:
    """`123456789` as `123 456 789`."""
    return INSECABLE.join((siren[:3], siren[3:6], siren[6:]))


def _rcs(ville: str) -> str:
    """`RCS Nantes`, whether the register was written with its initials or not."""
    return f"RCS {ville}" if ville and not ville.upper().startswith("RCS") else ville


def _par_quatre(iban: str) -> str:
    compact = iban.replace(" ", "")
    return INSECABLE.join(compact[rang : rang + 4] for rang in range(0, len(compact), 4))
