"""Bank statements from the CSV that French banks let their clients export: each with columns and words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.champs_lus import sur_une_ligne
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Refus
from dossier.core.lectures import lire_date, lire_montant
from dossier.core.lignes_csv import Ligne, decoder, lignes, mal_coupee, normal
from dossier.core.montants import ZERO
from dossier.core.releve import Mouvement, Releve, joindre, semble_un_retour

PREAMBULE_MAX = 40
"""Records that may come before the titles: name of the account, balance, period."""
_SYNONYMES = {
    "valeur": "date de valeur, date valeur, valeur, date de la valeur, dateVal",
    "date": "date opération, date d'opération, date de l'opération, date comptable, date comptabilisation, "
    "date de comptabilisation, date écriture, date d'écriture, date de règlement, dateOp",
    "libelle": "libellé opération, libellé de l'opération, libellé simplifié, libellé complet, libellé court, "
    "libellé écriture, nature de l'opération, opération, intitulé, description, désignation, label",
    "detail": "détail, détails, détail de l'écriture, libellé détaillé, informations complémentaires, "
    "complément, commentaire, comment, motif, communication, message, notes, référence, "
    "référence client, référence opération, référence de l'opération",
    "credit": "crédit, crédit euros, montant crédit, crédit (EUR), crédit (€), entrée, entrées, encaissement",
    "debit": "débit, débit euros, montant débit, débit (EUR), débit (€), sortie, sorties, décaissement",
    "montant": "montant (EUR), montant (€), montant en euros, montant de l'opération, montant EUR, amount",
    "devise": "monnaie, code devise, currency",
    "payeur": "tiers, contrepartie, nom de la contrepartie, émetteur, donneur d'ordre, nom du tiers, débiteur",
    "iban": "IBAN de la contrepartie, IBAN contrepartie, IBAN du tiers, compte de la contrepartie",
    "identifiant": "identifiant de la transaction, identifiant de transaction, identifiant unique, ID transaction, "
    "transaction ID",
    "compte": "numéro de compte, n° de compte, compte bancaire, IBAN du compte, IBAN, accountNum",
}
_CHAMPS = {normal(mot): champ for champ, mots in _SYNONYMES.items() for mot in (champ, *mots.split(","))}
_REMEDE = "corrigez la ligne, puis importez de nouveau le relevé"


class _Titres(NamedTuple):
    rangs: Mapping[str, int]
    nombre: int


def lire_releve_csv(nom: str, contenu: bytes) -> Releve:
    """The lines of the statement, in order; one that cannot be read is refused alone.

    Columns are found by their French titles, in any order, after any preamble. `nom`: the file's, for the
    refusals. Raises DonneeInvalide when there are no titles of a statement.
    """
    texte = decoder(contenu)
    separateur = max(";,\t", key=lambda signe: len(_reconnus(texte, signe)))
    enregistrements = lignes(texte, separateur)
    titres = None
    for ligne, _ in zip(enregistrements, range(PREAMBULE_MAX), strict=False):
        if (titres := _titres(ligne)) is not None:
            break
    if titres is None:
        raise DonneeInvalide(_sans_titres(texte, separateur))
    mouvements: list[Mouvement] = []
    refus: list[Refus] = []
    for ligne in enregistrements:
        try:
            mouvements.extend(_mouvement(ligne, titres))
        except DonneeInvalide as error:
            refus.append(Refus(f"{nom}, ligne {ligne.debut}", str(error)))
    return Releve(tuple(mouvements), tuple(refus))


def _reconnus(texte: str, separateur: str) -> frozenset[str]:
    """The fields of the best title line, under that separator."""
    debut = (ligne for ligne, _ in zip(lignes(texte, separateur), range(PREAMBULE_MAX), strict=False))
    return max((_champs(ligne) for ligne in debut), key=len, default=frozenset())


def _champs(ligne: Ligne) -> frozenset[str]:
    return frozenset(champ for v in ligne.valeurs if (champ := _CHAMPS.get(normal(v))) is not None)


def _titres(ligne: Ligne) -> _Titres | None:
    """The columns, when that record is the one of the titles: a day, words, and a sum."""
    champs = _champs(ligne)
    besoins = ({"montant", "credit"}, {"date", "valeur"}, {"libelle", "detail", "payeur"})
    if not all(champs & besoin for besoin in besoins):
        return None
    rangs: dict[str, int] = {}
    for rang, titre in enumerate(ligne.valeurs):
        champ = _CHAMPS.get(normal(titre))
        if champ is not None:
            rangs.setdefault(champ if champ not in rangs else f"{champ} bis {rang}", rang)
    return _Titres(rangs, len(ligne.valeurs))


def _sans_titres(texte: str, separateur: str) -> str:
    trouves = sorted(_reconnus(texte, separateur))
    dits = f" (trouvé : {', '.join(trouves)})" if trouves else ""
    return (
        "Aucune ligne de titres d'un relevé bancaire : il faut les colonnes « Date », « Libellé », et « Crédit » et "
        f"« Débit », ou « Montant »{dits}. Ajoutez-les, ou demandez à la banque un relevé camt.053."
    )


def _mouvement(ligne: Ligne, titres: _Titres) -> list[Mouvement]:
    """The movement of that record; none for a line of balance or of total. Raises DonneeInvalide."""
    if motif := mal_coupee(ligne, titres.nombre, _REMEDE):
        raise DonneeInvalide(motif)
    textes = {champ: sur_une_ligne(ligne.valeurs[rang]) for champ, rang in titres.rangs.items()}
    libelle = joindre(
        texte for champ, texte in textes.items() if champ.partition(" ")[0] in {"libelle", "detail"}
    )
    jours = [textes[champ] for champ in ("valeur", "date") if textes.get(champ)]
    if not jours and normal(libelle or "".join(textes.values())).startswith(("solde", "total")):
        return []
    montant = _montant(textes)
    devise = textes.get("devise", "") or "EUR"
    if devise.upper() not in {"EUR", "€", "EURO", "EUROS"}:
        raise DonneeInvalide(
            f"Le montant est en {devise[:10]}, et seuls les euros sont pris : enregistrez sa contre-valeur en euros "
            "par le formulaire « paiement »."
        )
    return [
        Mouvement(
            lieu=f"ligne {ligne.debut}",
            compte="".join(textes.get("compte", "").split()),
            jour=_jour(jours),
            montant=abs(montant),
            credit=montant >= ZERO,
            libelle=libelle,
            payeur=textes.get("payeur", ""),
            iban="".join(textes.get("iban", "").split()).upper(),
            reference=textes.get("identifiant", ""),
            retour=montant < ZERO and semble_un_retour(libelle),
        )
    ]


def _montant(textes: Mapping[str, str]) -> Decimal:
    """Euros, negative for a debit, whatever the sign written in a column of debits. Raises DonneeInvalide."""
    if textes.get("montant"):
        return _lu(textes["montant"])
    credit, debit = textes.get("credit", ""), textes.get("debit", "")
    if not credit and not debit:
        raise DonneeInvalide(f"La ligne n'a ni crédit, ni débit, ni montant : {_REMEDE}.")
    recu, verse = (_lu(texte) if texte else ZERO for texte in (credit, debit))
    if recu * verse != ZERO:
        raise DonneeInvalide(f"La ligne a un crédit ({credit}) et un débit ({debit}) : {_REMEDE}.")
    if recu < ZERO:
        raise DonneeInvalide(f"Le crédit « {credit} » est négatif : {_REMEDE}.")
    return recu - abs(verse)


def _lu(texte: str) -> Decimal:
    lu = lire_montant(texte)
    if lu is None:
        raise DonneeInvalide(f"« {texte[:40]} » n'est pas un montant de la forme 1234,56 : {_REMEDE}.")
    return lu


def _jour(textes: list[str]) -> date:
    jour = lire_date(textes[0]) if textes else None
    if jour is None:
        dit = textes[0] if textes else ""
        raise DonneeInvalide(f"« {dit[:40]} » n'est pas une date de la forme 31/12/2026 : {_REMEDE}.")
    return jour
