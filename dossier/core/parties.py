"""The parties as an application names them, line by line; what the data do not know is left to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dossier.core.courriers import bloc_creancier, bloc_debiteur
from dossier.core.creance import Creancier, Debiteur, Genre
from dossier.core.droit.carte import cle
from dossier.core.montants import INSECABLE

PERSONNES_PHYSIQUES = frozenset(
    {
        "AUTO ENTREPRENEUR",
        "COMMERCANT",
        "EI",
        "EIRL",
        "ENTREPRENEUR INDIVIDUEL",
        "ENTREPRISE INDIVIDUELLE",
        "EXPLOITANT AGRICOLE",
        "MICRO ENTREPRENEUR",
        "PERSONNE PHYSIQUE",
        "PROFESSION LIBERALE",
    }
)
"""The forms under which a creditor or a debtor is one person and not a body."""


class Ligne(NamedTuple):
    """One mention about a party; `manque` says what a person must write there."""

    libelle: str
    valeur: str
    manque: bool = False


def est_une_personne(forme: str) -> bool:
    """Whether that legal form is that of one person in business, who has no body to represent him."""
    return cle(forme) in PERSONNES_PHYSIQUES


def a_completer(quoi: str) -> str:
    """The words that mark, in a document, what a person must write."""
    return f"[à compléter{INSECABLE}: {quoi}]"


def lignes_du_demandeur(creancier: Creancier) -> tuple[Ligne, ...]:
    """What Code de procédure civile, art. 54, 3°, asks about who claims, in its order."""
    lu = bloc_creancier(creancier)
    adresse, contact = ", ".join(lu["adresse"]), _joindre(creancier.email, creancier.telephone)
    immatriculation = f"{lu['siren']} {lu['rcs']}".strip()
    if est_une_personne(creancier.forme):
        return (
            Ligne("Nom et prénoms", creancier.denomination),
            _manque("Profession", "profession"),
            Ligne("Domicile", adresse),
            _manque("Nationalité", "nationalité"),
            _manque("Naissance", "date et lieu de naissance"),
            Ligne("Immatriculation", immatriculation),
            Ligne("Courriel et téléphone", contact),
        )
    capital = f" au capital de {lu['capital']}" if lu["capital"] else ""
    return (
        Ligne("Dénomination", creancier.denomination),
        _ou_manque("Forme", f"{creancier.forme}{capital}" if creancier.forme else "", "forme sociale"),
        Ligne("Siège", adresse),
        Ligne("Immatriculation", immatriculation),
        _ou_manque("Représentée par", _organe(creancier), "organe qui la représente légalement"),
        Ligne("Courriel et téléphone", contact),
    )


def lignes_du_debiteur(debiteur: Debiteur) -> tuple[Ligne, ...]:
    """What Code de procédure civile, art. 57, asks about who owes, and what the forms of the courts add."""
    return tuple(_du_debiteur(debiteur))


def _du_debiteur(debiteur: Debiteur) -> Iterator[Ligne]:
    lu = bloc_debiteur(debiteur)
    adresse = ", ".join(lu["adresse"])
    consommateur = debiteur.genre is Genre.PARTICULIER
    if consommateur or est_une_personne(debiteur.forme):
        yield Ligne("Nom et prénoms", debiteur.denomination)
        yield Ligne("Domicile" if consommateur else "Domicile ou siège de l'entreprise", adresse)
        yield _manque(
            "Naissance, nationalité", "date et lieu de naissance, nationalité, si elles sont connues"
        )
    else:
        yield Ligne("Dénomination", debiteur.denomination)
        yield _ou_manque("Forme", debiteur.forme, "forme sociale, d'après le registre")
        yield Ligne("Siège", adresse)
    if immatriculation := f"{lu['siren']} {lu['rcs']}".strip():
        yield Ligne("Immatriculation", immatriculation)


def _organe(creancier: Creancier) -> str:
    return ", ".join(mot for mot in (creancier.representant, creancier.qualite) if mot)


def _joindre(*textes: str) -> str:
    return " – ".join(texte for texte in textes if texte)


def _ou_manque(libelle: str, valeur: str, quoi: str) -> Ligne:
    return Ligne(libelle, valeur) if valeur else _manque(libelle, quoi)


def _manque(libelle: str, quoi: str) -> Ligne:
    return Ligne(libelle, a_completer(quoi), manque=True)
