"""What an import gives, and the rules that accept or refuse an invoice whatever file it came from.

An adapter reads a file into texts by name of field (`FactureLue`); everything else is decided here, so
that a CSV line and a Factur-X are judged alike. All the faults of one invoice are told at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from dossier.core.champs_lus import Champs
from dossier.core.creance import Avoir, Facture, Genre, Nature
from dossier.core.debiteurs_lus import lire_debiteur
from dossier.core.lectures import lire_montant, lire_pourcent
from dossier.core.montants import ZERO, en_euros
from dossier.core.pays import FRANCE
from dossier.core.scenario import Scenario


class Candidate(NamedTuple):
    """An invoice or a credit note that may be taken. `source`: the document as received, if there is one."""

    contenu: Facture | Avoir
    document: str
    source: bytes | None


class Refus(NamedTuple):
    """A document, or a whole file, that cannot be taken, and the French sentence that says why."""

    document: str
    motif: str


class FactureLue(NamedTuple):
    """An invoice as texts, before any check. `lieux`: where each field stands, as a reader names it."""

    textes: Mapping[str, str]
    lieux: Mapping[str, str]
    remede: str


_NATURES = {
    "contrat": Nature.CONTRAT,
    "transport": Nature.TRANSPORT,
    "bail d'habitation": Nature.BAIL_HABITATION,
    "loyer": Nature.BAIL_HABITATION,
    "crédit à la consommation": Nature.CREDIT_CONSOMMATION,
    "hors contrat": Nature.HORS_CONTRAT,
}
_STATUTS_DUS = {
    *("", "emise", "envoyee", "transmise", "validee", "finalisee", "comptabilisee", "recue", "approuvee"),
    *("a payer", "due", "echue", "en retard", "impayee", "non payee", "partiellement payee", "ouverte"),
    *("open", "sent", "issued", "due", "overdue", "unpaid", "partially paid"),
}
"""What a status may say of an invoice that is still owed, of a credit note that was issued."""
_STATUTS_D_AVOIR = _STATUTS_DUS | {
    "emis",
    "envoye",
    "transmis",
    "valide",
    "comptabilise",
    "applique",
    "solde",
}
_AVOIRS = {"note de credit", "credit note", "facture d'avoir", "facture avoir"}
# UNTDID 1001. A corrected invoice (384) replaces another one: taking it would claim the sum twice.
_TYPES_FACTURE = {"", "facture", "invoice", "380", "386", "389", "326", "875", "876", "877", "500"}
_TYPES_AVOIR = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}


def juger(lue: FactureLue, *, etranger: bool = False) -> Facture | Avoir | str:
    """The invoice or the credit note, or the French sentence that says all that prevents taking it.

    `etranger`: whether the scenario that will follow it is made for debtors abroad.
    """
    champs, avoir = Champs(lue.textes, lue.lieux), _est_un_avoir(lue)
    contenu = _avoir(champs) if avoir else _facture(champs, etranger=etranger)
    if contenu is None:
        numero = lue.textes.get("numero") or "sans numéro"
        return (
            f"{'Avoir' if avoir else 'Facture'} {numero[:80]} : {' ; '.join(champs.fautes)} ; {lue.remede}."
        )
    return contenu


def hors_scenario(facture: Facture, scenario: Scenario) -> str | None:
    """Why that scenario cannot follow that invoice, in French; None when it can.

    A debtor in France is not written to in another language. A consumer abroad may keep the protection
    of the law of his country (Regulation (EC) 593/2008, art. 6), which is not known here.
    """
    debiteur, numero = facture.debiteur, facture.numero
    if debiteur.adresse.pays != FRANCE and debiteur.genre is Genre.PARTICULIER:
        return (
            f"la facture {numero} est due par un consommateur établi hors de France : la loi de son pays peut le "
            "protéger (règlement (CE) n° 593/2008, art. 6) et n'est pas connue ici ; cette créance est à confier à "
            "un conseil, ou, si le débiteur est un professionnel, corrigez son genre et importez-la de nouveau"
        )
    if debiteur.adresse.pays == FRANCE and scenario.etranger and scenario.langue != "fr":
        return (
            f"le débiteur de la facture {numero} est établi en France, et les lettres du scénario "
            f"« {scenario.nom} » ne sont pas en français : importez-la avec un autre scénario, comme "
            "« standard », ou, s'il est établi à l'étranger, écrivez son pays et importez-la de nouveau"
        )
    return None


def _est_un_avoir(lue: FactureLue) -> bool:
    """By its type, or by the sign of its total."""
    genre = _plat(lue.textes.get("type", ""))
    montant = lire_montant(lue.textes.get("montant_ttc", ""))
    dit = genre.split()[:1] == ["avoir"] or genre in _AVOIRS | _TYPES_AVOIR
    return dit or (montant is not None and montant < ZERO)


def _avoir(champs: Champs) -> Avoir | None:
    """A credit note is taken by the absolute value of its total: programs write it with either sign."""
    numero, facture = champs.requis("numero", longueur=80), champs.requis("facture_precedente", longueur=80)
    jour, montant = champs.jour("date", requise=True), champs.montant("montant_ttc", requis=True)
    _statut(champs, _STATUTS_D_AVOIR, "d'un avoir à déduire (émis, validé…)")
    _devise(champs)
    if montant == ZERO:
        champs.faute("montant_ttc", "le montant TTC est nul")
    if champs.fautes or not (jour and montant):
        return None
    return Avoir(numero=numero, facture=facture, montant=abs(montant), jour=jour)


def _facture(champs: Champs, *, etranger: bool) -> Facture | None:
    numero = champs.requis("numero", longueur=80)
    emission = champs.jour("date", requise=True)
    echeance = champs.jour("echeance", requise=True)
    execution = champs.jour("date_execution")
    if emission and echeance and echeance < emission:
        champs.faute("echeance", f"l'échéance ({echeance:%d/%m/%Y}) précède la date de facture")
    _type(champs)
    _statut(champs, _STATUTS_DUS, "d'une facture à recouvrer (émise, impayée, en retard…)")
    _devise(champs)
    taux, nature = _taux(champs), _nature(champs)
    montant, paye = _montants(champs)
    debiteur = lire_debiteur(champs, etranger=etranger)
    if champs.fautes or not (emission and echeance and montant and debiteur):
        return None
    return Facture(
        numero=numero,
        emission=emission,
        echeance=echeance,
        montant_ttc=montant,
        deja_paye=paye,
        execution=execution,
        nature=nature,
        taux_stipule=taux,
        objet=champs.texte("objet"),
        commande=champs.texte("commande"),
        contrat=champs.texte("contrat"),
        livraison=champs.texte("livraison"),
        debiteur=debiteur,
    )


def _montants(champs: Champs) -> tuple[Decimal | None, Decimal]:
    total = champs.montant("montant_ttc", requis=True)
    paye = champs.montant("deja_paye")
    reste = champs.montant("reste_du")
    if total is None:
        return None, ZERO
    if total == ZERO:
        champs.faute("montant_ttc", "le montant TTC est nul")
        return None, ZERO
    deduit = paye or ZERO
    if paye is None and reste is not None:
        deduit = total - reste
    if reste is not None and total - deduit != reste:
        champs.faute(
            "reste_du",
            f"les totaux ne tombent pas juste : {en_euros(total)} moins {en_euros(deduit)} déjà payés "
            f"ne font pas {en_euros(reste)} de reste dû",
        )
    elif deduit >= total:
        champs.faute("deja_paye", "la facture est déjà payée en entier, rien n'est à recouvrer")
    elif deduit < ZERO:
        ou = "reste_du" if paye is None else "deja_paye"
        champs.faute(ou, "le montant déjà payé serait négatif")
    return total, deduit


def _type(champs: Champs) -> None:
    genre = champs.texte("type")
    if genre.casefold() in _NATURES:
        champs.faute(
            "type",
            f"« {genre} » est une nature de créance, pas un type de document, nommez cette colonne « nature de "
            "la créance »",
        )
    elif genre.casefold() not in _TYPES_FACTURE:
        champs.faute("type", f"le type de document « {genre[:40]} » n'est pas une facture à recouvrer")


def _statut(champs: Champs, admis: set[str], attendu: str) -> None:
    """A draft, a cancelled, paid or disputed document is not taken, nor one whose status is not known."""
    statut = champs.texte("statut")
    if _plat(statut) not in admis:
        champs.faute("statut", f"le statut « {statut[:40]} » n'est pas celui {attendu}")


def _plat(texte: str) -> str:
    """Without accents, capitals and double spaces."""
    ascii_ = unicodedata.normalize("NFKD", texte.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(ascii_.casefold().split())


def _taux(champs: Champs) -> Decimal | None:
    """The yearly penalty rate that the contract sets, as a ratio."""
    texte = champs.texte("taux_penalites")
    lu = lire_pourcent(texte)
    if texte and lu is None:
        champs.faute(
            "taux_penalites",
            f"le taux de pénalités « {texte[:40]} » n'est pas un pourcentage annuel de la forme 12 %",
        )
    return lu


def _nature(champs: Champs) -> Nature:
    ecrite = champs.texte("nature_creance")
    texte = ecrite.casefold().replace("’", "'")
    if texte and texte not in _NATURES:
        connues = ", ".join(_NATURES)
        champs.faute("nature_creance", f"la nature « {ecrite[:40]} » n'est pas connue ({connues})")
    return _NATURES.get(texte, Nature.CONTRAT)


def _devise(champs: Champs) -> None:
    devise = champs.texte("devise")
    if devise.upper() not in {"", "EUR", "€", "EURO", "EUROS"}:
        champs.faute("devise", f"la devise « {devise[:40]} » n'est pas l'euro, seule monnaie suivie")
