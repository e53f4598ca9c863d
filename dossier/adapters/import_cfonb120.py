"""Bank statements in CFONB 120, the French banks' old format: records of 120 characters.

01 old balance, 04 movement, 05 what completes it, 07 new balance (CFONB, « Relevé de compte sur support
informatique », 2004, and its changes for SEPA, 2010). Positions below are those of the standard, from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.champs_lus import sur_une_ligne
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Refus
from dossier.core.montants import ZERO, arrondi
from dossier.core.releve import (
    TAILLE_MAX,
    Mouvement,
    Releve,
    controle_des_soldes,
    joindre,
    reunir,
    semble_un_retour,
    total,
)

LARGEUR = 120
_CREDITS, _DEBITS = "{ABCDEFGHI", "}JKLMNOPQR"
"""The last character of an amount says its last digit and its sign."""
_ACCENTS = str.maketrans("éè\x82\x8a", "{}{}")
"""Braces as French EBCDIC (page 297) turns them, in Latin-1, then in the DOS page 850 read as Latin-1."""
_LIBRES = ("LIB", "LCC", "LC2")
"""Qualifiers of what the payer wrote, of 70 characters each, one after the other."""
_STRUCTURES = ("LCS", "RCN")
"""Two references of 35 characters each."""
_REMEDE = "demandez de nouveau le relevé à la banque"


class _Ligne(NamedTuple):
    """One record and the physical line where it stands."""

    rang: int
    texte: str

    def zone(self, debut: int, fin: int) -> str:
        """Positions `debut` to `fin` included, counted from 1."""
        return self.texte[debut - 1 : fin]

    @property
    def compte(self) -> str:
        """Bank, counter and account number, 21 characters."""
        return self.zone(3, 7) + self.zone(12, 16) + self.zone(22, 32)


@dataclass
class _Lecture:
    """What was read so far of the statement at hand."""

    nom: str
    mouvements: list[Mouvement] = field(default_factory=list)
    refus: list[Refus] = field(default_factory=list)
    alertes: list[str] = field(default_factory=list)
    ancien: Decimal | None = None
    """The old balance of the account that is open; None when none is."""
    depuis: int = 0
    """Where its movements begin."""
    douteux: bool = False
    """A record of that account could not be read: its balances prove nothing."""


def lire_cfonb120(nom: str, contenu: bytes) -> Releve:
    """The movements of every account of the file, in order; a record that cannot be read is refused alone.

    An account cut short, or whose balances do not agree with its movements, is told. `nom`: the file's, for the
    refusals. Raises DonneeInvalide when the records have not 120 characters.
    """
    lecture = _Lecture(nom)
    for groupe in _groupes(_enregistrements(contenu)):
        try:
            _lire(lecture, groupe)
        except DonneeInvalide as error:
            lecture.douteux = True
            lecture.refus.append(Refus(f"{nom}, ligne {groupe[0].rang}", str(error)))
    if lecture.ancien is not None:
        lecture.alertes.append(_COUPE)
    return Releve(tuple(lecture.mouvements), tuple(lecture.refus), tuple(lecture.alertes))


_COUPE = (
    "Le fichier s'arrête avant le solde final d'un compte (enregistrement 07) : des lignes manquent peut-être, "
    f"{_REMEDE}."
)


def _enregistrements(contenu: bytes) -> list[_Ligne]:
    """The records; a file without line ends is cut every 120 characters. Raises DonneeInvalide."""
    if len(contenu) > TAILLE_MAX:
        raise DonneeInvalide(f"Le relevé dépasse {TAILLE_MAX // 1_000_000} Mo : découpez-le par période.")
    texte = _decoder(contenu)
    physiques = re.split(r"\r\n|\r|\n|\x1a", texte)
    if len(texte.strip("\r\n\x1a")) == len(physiques[0]) > LARGEUR:
        physiques = [texte[debut : debut + LARGEUR] for debut in range(0, len(physiques[0]), LARGEUR)]
    lignes = [_Ligne(rang, ligne) for rang, ligne in enumerate(physiques, start=1) if ligne.strip()]
    longues = [ligne for ligne in lignes if len(ligne.texte.rstrip()) > LARGEUR]
    if longues:
        raise DonneeInvalide(
            f"La ligne {longues[0].rang} a {len(longues[0].texte.rstrip())} caractères au lieu de {LARGEUR} : ce n'est "
            f"pas un relevé CFONB 120, {_REMEDE} dans ce format, en camt.053 ou en CSV."
        )
    return lignes


def _decoder(contenu: bytes) -> str:
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError:
        return contenu.decode("latin-1")


def _groupes(lignes: Sequence[_Ligne]) -> Iterator[list[_Ligne]]:
    """Each record with the 05 that complete it."""
    groupe: list[_Ligne] = []
    for ligne in lignes:
        if groupe and ligne.zone(1, 2) == "05":
            groupe.append(ligne)
            continue
        if groupe:
            yield groupe
        groupe = [ligne]
    if groupe:
        yield groupe


def _lire(lecture: _Lecture, groupe: Sequence[_Ligne]) -> None:
    """One record of the file and what completes it. Raises DonneeInvalide."""
    ligne = groupe[0]
    match ligne.zone(1, 2):
        case "01":
            _ouvrir(lecture, ligne)
        case "04":
            lecture.mouvements.append(_mouvement(ligne, groupe[1:]))
        case "07":
            _fermer(lecture, ligne)
        case "05":
            raise DonneeInvalide(f"Ce complément (05) ne suit aucun mouvement (04) : {_REMEDE}.")
        case code:
            raise DonneeInvalide(
                f"L'enregistrement « {code} » n'est pas de ceux d'un relevé (01, 04, 05, 07) : {_REMEDE}."
            )


def _ouvrir(lecture: _Lecture, ligne: _Ligne) -> None:
    if lecture.ancien is not None:
        lecture.alertes.append(_COUPE)
    lecture.depuis, lecture.douteux = len(lecture.mouvements), False
    lecture.ancien = _montant(ligne)


def _fermer(lecture: _Lecture, ligne: _Ligne) -> None:
    ancien, lecture.ancien = lecture.ancien, None
    nouveau = _montant(ligne)
    if ancien is not None and not lecture.douteux:
        mouvements = total(lecture.mouvements[lecture.depuis :])
        if alerte := controle_des_soldes(ligne.compte, ancien, mouvements, nouveau):
            lecture.alertes.append(alerte)


def _mouvement(ligne: _Ligne, complements: Sequence[_Ligne]) -> Mouvement:
    """Record 04: date 35-40, reject reason 41-42, value date 43-48, label 49-79, amount 91-104."""
    montant = _montant(ligne)
    court = sur_une_ligne(ligne.zone(49, 81))
    rejet = ligne.zone(41, 42).strip(" 0")
    return Mouvement(
        lieu=f"ligne {ligne.rang}",
        compte=ligne.compte,
        jour=_jour(ligne.zone(43, 48)) or _jour_exige(ligne.zone(35, 40)),
        montant=abs(montant),
        credit=montant >= ZERO,
        libelle=joindre([reunir([court], 31), _libre(complements), *_structures(complements)]),
        payeur=sur_une_ligne(" ".join(_qualifies(complements, "NPY"))),
        retour=bool(rejet) or (montant < ZERO and semble_un_retour(court)),
    )


def _libre(complements: Sequence[_Ligne]) -> str:
    """What the payer wrote; two records that follow each other without a gap are one text."""
    fragments: list[str] = []
    for complement in complements:
        if complement.zone(46, 48) not in _LIBRES:
            continue
        texte = complement.zone(49, 118)
        if complement.zone(46, 48) == "LC2" and fragments and len(fragments[-1].rstrip()) == 70:
            fragments[-1] += texte
        else:
            fragments.append(texte)
    return reunir(fragments, 140)


def _structures(complements: Sequence[_Ligne]) -> Iterator[str]:
    for qualifiant in _STRUCTURES:
        for texte in _qualifies(complements, qualifiant):
            yield sur_une_ligne(texte[:35])
            yield sur_une_ligne(texte[35:])


def _qualifies(complements: Sequence[_Ligne], qualifiant: str) -> list[str]:
    """The 70 characters (49-118) of the records 05 of that qualifier (46-48)."""
    return [c.zone(49, 118) for c in complements if c.zone(46, 48) == qualifiant]


def _montant(ligne: _Ligne) -> Decimal:
    """Positions 91-104 with the number of decimals of position 20; negative for a debit. Raises DonneeInvalide."""
    devise, decimales, zone = ligne.zone(17, 19), ligne.zone(20, 20).strip() or "0", ligne.zone(91, 104)
    if devise.strip() not in {"", "EUR"}:
        raise DonneeInvalide(
            f"Le montant est en {devise}, et seuls les euros sont pris : enregistrez sa contre-valeur en euros par le "
            "formulaire « paiement »."
        )
    signe = zone[-1:].translate(_ACCENTS)
    if not (
        zone[:-1].strip().isdecimal() and signe and signe in _CREDITS + _DEBITS and decimales.isdecimal()
    ):
        raise DonneeInvalide(f"Le montant « {zone.strip()} » (colonnes 91 à 104) est illisible : {_REMEDE}.")
    chiffre = (_CREDITS + _DEBITS).index(signe) % 10
    montant = Decimal(f"{zone[:-1].strip()}{chiffre}").scaleb(-int(decimales))
    if montant != arrondi(montant):
        raise DonneeInvalide(f"Le montant {montant} a plus de deux décimales : {_REMEDE}.")
    return arrondi(montant if signe in _CREDITS else -montant)


def _jour(zone: str) -> date | None:
    """Day, month and year on two digits, from 2000 to 2099; None when it is blank or no day."""
    if not re.fullmatch(r"[0-9]{6}", zone):
        return None
    try:
        return date(2000 + int(zone[4:]), int(zone[2:4]), int(zone[:2]))
    except ValueError:
        return None


def _jour_exige(zone: str) -> date:
    jour = _jour(zone)
    if jour is None:
        raise DonneeInvalide(f"La date « {zone} » (JJMMAA) n'existe pas au calendrier : {_REMEDE}.")
    return jour
