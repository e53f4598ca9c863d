"""What a letter or an e-mail says: the variables of its template, all of them French text.

`templates/README.md` documents each variable for those who edit the Word files.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from dossier.core.creance import Creancier, Debiteur
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.decompte import Decompte, Imputation
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal
from dossier.core.montants import CENTIME, INSECABLE, ZERO, en_euros, en_pourcent
from dossier.core.scenario import Etape, GenreEtape

Contexte = dict[str, Any]

PREMIER_VERSEMENT = timedelta(days=10)
ENTRE_VERSEMENTS = timedelta(days=30)
PAR_CANAL = {Canal.EMAIL: "courriel", Canal.COURRIER: "lettre simple", Canal.LRAR: "lettre recommandée"}


def contexte_courrier(
    etat: Etat, etape: Etape, canal: Canal, creancier: Creancier, decompte: Decompte, jour: date
) -> Contexte:
    """All the variables of one letter or e-mail, dated of `jour`."""
    delai = etape.delai_de_paiement
    recue = etape.genre is GenreEtape.MISE_EN_DEMEURE
    return {
        "creancier": bloc_creancier(creancier),
        "debiteur": bloc_debiteur(etat.facture.debiteur),
        "lieu": creancier.siege.ville,
        "date": en_lettres(jour),
        "objet": f"{etape.objet or etape.libelle} – facture n°{INSECABLE}{etat.facture.numero}",
        "lrar": canal is Canal.LRAR,
        "references": references(etat),
        "facture": {
            **bloc_facture(etat, jour),
            "jointe": canal is Canal.EMAIL and etat.source is not None,
        },
        "factures": [ligne_facture(etat, decompte)],
        "decompte": bloc_decompte(decompte),
        "historique": [
            {"date": en_lettres(quand), "libelle": libelle} for quand, libelle in historique(etat, etape)
        ],
        "delai": f"{delai} jours" if delai else "",
        "delai_date": en_lettres(jour + timedelta(days=delai)) if delai and not recue else "",
        "mensualites": [
            {"date": en_lettres(quand), "montant": en_euros(montant)}
            for quand, montant in proposer_mensualites(decompte.principal_restant, etape.mensualites, jour)
        ],
    }


def bloc_creancier(creancier: Creancier) -> Contexte:
    """The creditor's identity, with the mentions that C. com. R123-237 and R123-238 ask on letters."""
    capital = (
        f"{creancier.forme} au capital de {en_euros(creancier.capital)}"
        if creancier.capital
        else creancier.forme
    )
    siren, rcs = par_trois(creancier.siren), _rcs(creancier.rcs)
    mentions = [
        f"{creancier.denomination}, {capital}",
        f"siège social : {', '.join(creancier.siege.bloc)}",
        f"{siren} {rcs}",
        f"TVA {creancier.tva}" if creancier.tva else "",
    ]
    return {
        **creancier.model_dump(exclude={"siege", "capital", "siren", "iban"}),
        "capital": en_euros(creancier.capital) if creancier.capital else "",
        "siren": siren,
        "rcs": rcs,
        "adresse": list(creancier.siege.bloc),
        "iban": _par_quatre(creancier.iban),
        "mentions": " – ".join(mention for mention in mentions if mention),
    }


def bloc_debiteur(debiteur: Debiteur) -> Contexte:
    return {
        "denomination": debiteur.denomination,
        "genre": debiteur.genre.value,
        "forme": debiteur.forme,
        "rcs": _rcs(debiteur.rcs),
        "siren": par_trois(debiteur.siren) if debiteur.siren else "",
        "contact": debiteur.contact,
        "telephone": debiteur.telephone,
        "email": debiteur.email or "",
        "adresse": list(debiteur.adresse.bloc),
    }


def bloc_facture(etat: Etat, jour: date) -> Contexte:
    facture = etat.facture
    return {
        "numero": facture.numero,
        "emission": en_lettres(facture.emission),
        "echeance": en_lettres(facture.echeance),
        "objet": facture.objet,
        "montant_ttc": en_euros(facture.montant_ttc),
        "reste": en_euros(etat.solde),
        "jours_retard": max(0, (jour - facture.echeance).days),
    }


def ligne_facture(etat: Etat, decompte: Decompte) -> Contexte:
    """One line of the table of invoices; `regle` holds the credit notes too, so that the line adds up."""
    facture = etat.facture
    return {
        "numero": facture.numero,
        "emission": en_chiffres(facture.emission),
        "echeance": en_chiffres(facture.echeance),
        "jours_retard": str(max(0, (decompte.au - facture.echeance).days)),
        "montant": en_euros(facture.montant_ttc),
        "regle": en_euros(decompte.regle + decompte.avoirs_total),
        "reste": en_euros(decompte.principal_restant),
        "penalites": en_euros(decompte.interets_restants),
        "indemnite": en_euros(decompte.indemnite_restante),
        "total": en_euros(decompte.total),
    }


def bloc_decompte(decompte: Decompte) -> Contexte:
    """The statement of sums, one line per segment, with the texts it rests on."""
    taux = dict.fromkeys(en_pourcent(segment.taux) for segment in decompte.segments)
    return {
        "au": en_lettres(decompte.au),
        "principal": en_euros(decompte.principal),
        "regle": en_euros(decompte.regle),
        "reste": en_euros(decompte.principal_restant),
        "penalites": en_euros(decompte.interets_restants),
        "indemnite": en_euros(decompte.indemnite_restante),
        "total": en_euros(decompte.total),
        "taux": ", puis ".join(taux),
        "imputations": [_imputation(imputation) for imputation in decompte.imputations],
        "segments": [
            {
                "du": en_chiffres(segment.du),
                "au": en_chiffres(segment.au),
                "jours": str(segment.jours),
                "base": en_euros(segment.base),
                "taux": en_pourcent(segment.taux),
                "montant": en_euros(segment.montant),
            }
            for segment in decompte.segments
        ],
        "textes": list(decompte.textes),
    }


def references(etat: Etat) -> list[str]:
    """The references printed under the subject: invoice, order, contract, delivery note."""
    facture = etat.facture
    candidats = [
        (f"Facture n°{INSECABLE}{facture.numero} du {en_lettres(facture.emission)}", facture.numero),
        (f"Commande n°{INSECABLE}{facture.commande}", facture.commande),
        (f"Contrat n°{INSECABLE}{facture.contrat}", facture.contrat),
        (f"Bon de livraison n°{INSECABLE}{facture.livraison}", facture.livraison),
    ]
    return [texte for texte, present in candidats if present]


def _imputation(imputation: Imputation) -> str:
    """`500,00 € reçus le 15 juillet 2026 : 14,09 € sur les intérêts, 485,91 € sur la facture`."""
    parts = (
        (imputation.interets, "sur les intérêts"),
        (imputation.indemnite, "sur l'indemnité"),
        (imputation.principal, "sur la facture"),
    )
    detail = ", ".join(f"{en_euros(montant)} {ou}" for montant, ou in parts if montant)
    return f"{en_euros(imputation.montant)} reçus le {en_lettres(imputation.date)} : {detail}"


def historique(etat: Etat, avant: Etape) -> list[tuple[date, str]]:
    """What left before that step, and when: `Relance 2 par courriel et par lettre simple`."""
    partis: dict[tuple[str, date], list[Envoi]] = {}
    for envoi in etat.envois.values():
        demande = envoi.depart is not None and envoi.depart > etat.facture.echeance
        if envoi.depart is not None and demande and envoi.prepare.etape != avant.nom:
            partis.setdefault((envoi.prepare.etape, envoi.depart), []).append(envoi)
    return [
        (jour, f"{envois[0].prepare.intitule} {' et '.join(map(_moyen, envois))}")
        for (_, jour), envois in partis.items()
    ]


def _moyen(envoi: Envoi) -> str:
    return f"par {PAR_CANAL[envoi.prepare.canal]}"


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
