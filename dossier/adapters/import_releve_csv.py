"""Bank statements from the CSV that French banks let their clients export: each with columns and words of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.champs_lus import sur_une_ligne
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Refus
from dossier.core.lectures import lire_date, lire_montant
from dossier.core.lignes_csv import Ligne, decoder, lignes, mal_coupee, normal
from dossier.core.montants import ZERO, en_euros
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
    "sens": "débit/crédit, crédit/débit, D/C, C/D, sens de l'opération, sens du mouvement, type de mouvement",
    "type": "type d'opération, type de l'opération",
    "statut": "état, state, status, statut de l'opération, statut de la transaction",
    "compte": "numéro de compte, n° de compte, compte bancaire, IBAN du compte, IBAN, accountNum",
}
_CHAMPS = {normal(mot): champ for champ, mots in _SYNONYMES.items() for mot in (champ, *mots.split(","))}
_DEBITS = frozenset({"d", "db", "dbit", "dt", "debit", "sortie", "sortant", "decaissement"})
_CREDITS = frozenset({"c", "cr", "crdt", "ct", "credit", "entree", "entrant", "encaissement"})
_FAITS = re.compile(
    r"execute|comptabilis|regle|reglement|termin|complet|settled|booked|valid|effectu|traite|realis|posted|done|paye"
)
_PAS_FAITS = re.compile(
    r"^non|impaye|attente|avenir|pending|encours|annul|refus|rejet|declin|revert|fail|echou|echec|cancel|program|planif|"
    r"invalid|incomplet"
)
"""What the status of a line says of it, letters only; the second list is looked at first."""
_COMPTE = re.compile(
    r"(?:\bcompte|\biban)\b[^:\d]*?:?\s*(?P<numero>[A-Z0-9]*\d(?: ?[A-Z0-9]){4,})?\s*$", re.IGNORECASE
)
_NUMERO = re.compile(r"[A-Z]{0,2}\d(?: ?[A-Z0-9]){4,}")
_DATE_COURTE = re.compile(r"(\d\d)[/.\-](\d\d)[/.\-](\d\d)")
_DATE_COMPACTE = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_REMEDE = "corrigez la ligne, puis importez de nouveau le relevé"


class _Titres(NamedTuple):
    rangs: Mapping[str, int]
    nombre: int


def lire_releve_csv(nom: str, contenu: bytes) -> Releve:
    """The lines of the statement, in order; one that cannot be read is refused alone.

    Columns are found by their French titles, in any order, after any preamble; several tables may follow one
    another. The account is that of its column, else the one that the lines above name, else unknown. `nom`: the
    file's, for the refusals. Raises DonneeInvalide when there are no titles of a statement.
    """
    texte = decoder(contenu)
    separateur = max(";,\t", key=lambda signe: len(_reconnus(texte, signe)))
    enregistrements = lignes(texte, separateur)
    titres, compte = None, ""
    for ligne, _ in zip(enregistrements, range(PREAMBULE_MAX), strict=False):
        if (titres := _titres(ligne)) is not None:
            break
        compte = _compte_nomme(ligne) or compte
    if titres is None:
        raise DonneeInvalide(_sans_titres(texte, separateur))
    mouvements: list[Mouvement] = []
    refus: list[Refus] = []
    for ligne in enregistrements:
        if (autres := _titres(ligne)) is not None:
            titres = autres
        elif nomme := _compte_nomme(ligne):
            compte = nomme
        else:
            try:
                mouvements.extend(_mouvement(ligne, titres, compte))
            except DonneeInvalide as error:
                refus.append(Refus(f"{nom}, ligne {ligne.debut}", str(error)))
    return Releve(tuple(mouvements), tuple(refus))


def _compte_nomme(ligne: Ligne) -> str:
    """The account that a line above a table names: « Compte n° 00012345678 », « IBAN;FR76 … »; else nothing."""
    cellules = [texte for valeur in ligne.valeurs if (texte := sur_une_ligne(valeur))]
    if not 1 <= len(cellules) <= 2 or (dit := _COMPTE.search(cellules[0])) is None:
        return ""
    numero = dit["numero"] or next((n[0] for n in map(_NUMERO.fullmatch, cellules[1:]) if n), "")
    return "".join(numero.split()).upper()


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


def _mouvement(ligne: Ligne, titres: _Titres, compte: str) -> list[Mouvement]:
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
    montant, statut = _montant(textes), normal(textes.get("statut", ""))
    devise = textes.get("devise", "") or "EUR"
    if devise.upper() not in {"EUR", "€", "EURO", "EUROS"}:
        raise DonneeInvalide(
            f"Le montant est en {devise[:10]}, et seuls les euros sont pris : enregistrez sa contre-valeur en euros "
            "par le formulaire « paiement »."
        )
    return [
        Mouvement(
            lieu=f"ligne {ligne.debut}",
            compte="".join(textes.get("compte", "").split()) or compte,
            jour=_jour(jours),
            montant=abs(montant),
            credit=montant >= ZERO,
            libelle=libelle,
            payeur=textes.get("payeur", ""),
            iban="".join(textes.get("iban", "").split()).upper(),
            reference=textes.get("identifiant", ""),
            retour=montant < ZERO and semble_un_retour(libelle),
            attente=bool(_PAS_FAITS.search(statut)),
            reserve=_statut_inconnu(textes.get("statut", "")),
        )
    ]


def _statut_inconnu(texte: str) -> str:
    """What keeps a line of that status for a person; empty when it says whether the money came."""
    statut = normal(texte)
    connu = not statut or _FAITS.search(statut) or _PAS_FAITS.search(statut)
    return "" if connu else f"la banque lui donne le statut « {texte[:30]} », qui n'est pas connu"


def _montant(textes: Mapping[str, str]) -> Decimal:
    """Euros, negative for a debit; what two columns say of it must agree. Raises DonneeInvalide."""
    montant, colonnes, sens = _seul(textes, "montant"), _credit_moins_debit(textes), _sens(textes)
    if montant is None and colonnes is None:
        raise DonneeInvalide(f"La ligne n'a ni crédit, ni débit, ni montant : {_REMEDE}.")
    dit = montant if montant is not None else ZERO
    if colonnes:
        if montant is not None and (abs(montant) != abs(colonnes) or montant < ZERO < colonnes):
            raise DonneeInvalide(
                f"Le montant, le crédit et le débit de la ligne se contredisent : {_REMEDE}."
            )
        dit = colonnes
    if sens is None:
        return dit
    if (dit < ZERO and sens) or (colonnes and colonnes > ZERO and not sens):
        raise DonneeInvalide(f"Le signe du montant et le sens de la ligne se contredisent : {_REMEDE}.")
    return dit if sens else -abs(dit)


def _credit_moins_debit(textes: Mapping[str, str]) -> Decimal | None:
    """What these two columns say, whatever the sign written in the one of debits. Raises DonneeInvalide."""
    recu, verse = _seul(textes, "credit"), _seul(textes, "debit")
    if recu is None and verse is None:
        return None
    recu, verse = recu or ZERO, verse or ZERO
    if recu * verse != ZERO:
        raise DonneeInvalide(
            f"La ligne a un crédit ({en_euros(recu)}) et un débit ({en_euros(verse)}) : {_REMEDE}."
        )
    if recu < ZERO:
        raise DonneeInvalide(f"Le crédit « {en_euros(recu)} » est négatif : {_REMEDE}.")
    return recu - abs(verse)


def _seul(textes: Mapping[str, str], champ: str) -> Decimal | None:
    """The sum of that column; None when it is empty. Raises DonneeInvalide when two of that name differ."""
    lus = {_lu(texte) for nom, texte in textes.items() if nom.partition(" ")[0] == champ and texte}
    if len(lus) > 1:
        raise DonneeInvalide(
            f"Deux colonnes « {champ} » disent deux sommes ({' et '.join(map(en_euros, sorted(lus)))}) : gardez celle "
            "qui est en euros, puis importez de nouveau le relevé."
        )
    return lus.pop() if lus else None


def _sens(textes: Mapping[str, str]) -> bool | None:
    """Whether a column says that it comes in; None when none says it. Raises DonneeInvalide."""
    for champ in ("sens", "type"):
        texte = textes.get(champ, "")
        mot = normal(texte)
        if mot in _CREDITS or texte == "+":
            return True
        if mot in _DEBITS or texte in {"-", "\u2212"}:
            return False
        if texte and champ == "sens":
            raise DonneeInvalide(f"Le sens « {texte[:20]} » n'est ni un débit ni un crédit : {_REMEDE}.")
    return None


def _lu(texte: str) -> Decimal:
    lu = lire_montant(texte)
    if lu is None:
        raise DonneeInvalide(f"« {texte[:40]} » n'est pas un montant de la forme 1234,56 : {_REMEDE}.")
    return lu


def _jour(textes: list[str]) -> date:
    jour = _date(textes[0]) if textes else None
    if jour is None:
        dit = textes[0] if textes else ""
        raise DonneeInvalide(f"« {dit[:40]} » n'est pas une date de la forme 31/12/2026 : {_REMEDE}.")
    return jour


def _date(texte: str) -> date | None:
    """`31/12/2026`, `2026-12-31`, and as some banks write: `31/12/26`, `20261231`."""
    if courte := _DATE_COURTE.fullmatch(texte):
        return lire_date(f"{courte[1]}/{courte[2]}/20{courte[3]}")
    if compacte := _DATE_COMPACTE.fullmatch(texte):
        return lire_date("-".join(compacte.groups()))
    return lire_date(texte)
