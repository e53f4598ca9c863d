"""Which court an application goes to, and what the data cannot tell."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from pydantic import Field

from dossier.core.creance import Genre
from dossier.core.dates import en_lettres
from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.errors import ParametreNonCouvert
from dossier.core.modele import Modele

ARTICLE_1406 = "Code de procédure civile, art. 1406"
RESSORT = "ressort à vérifier"
OUTRE_MER = ("97", "98")


class SiegeTAE(Modele):
    """The town where a tribunal des activités économiques sits."""

    ville: str
    departement: str = Field(pattern=r"^\d[\dAB]$")


class CarteJudiciaire(Verifie):
    """The little of the map of courts that was checked; everything else is left for a person to fill in."""

    source: str
    niveau: Niveau
    verifie_depuis: date
    tae: tuple[SiegeTAE, ...] = Field(min_length=1)
    departements_alsace_moselle: tuple[str, ...] = Field(min_length=1)
    formes_commerciales: tuple[str, ...] = Field(min_length=1)


class Juridiction(Modele):
    """A court as the application names it; `motif` says what a person must fill in or check."""

    intitule: str
    texte: str
    a_completer: bool
    motif: str = ""


def juridiction(
    genre: Genre,
    code_postal: str,
    ville: str,
    jour: date,
    carte: CarteJudiciaire,
    *,
    forme: str = "",
    pays: str = "FR",
) -> Juridiction:
    """The court of the debtor's own address (CPC, art. 1406: no clause may choose another one).

    The map of jurisdictions is not in the data: but for the seats of the tribunaux des activités
    économiques, the town of the court is left to a person. Raises ParametreNonCouvert.
    """
    if not carte.verifie_depuis <= jour <= carte.verifie_jusqu_au:
        raise ParametreNonCouvert(
            f"« {carte.libelle} » ({carte.nom}) n'est pas connu au {en_lettres(jour)} : vérifié du "
            f"{en_lettres(carte.verifie_depuis)} au {en_lettres(carte.verifie_jusqu_au)}. "
            f"Compléter config/droit/{carte.nom}.yaml."
        )
    if pays != "FR":
        return _a_completer(
            "Juridiction à déterminer",
            "le débiteur n'est pas établi en France : vérifier si une injonction de payer y est possible "
            "(règlement (CE) n° 1896/2006 dans l'Union européenne)",
        )
    if genre is Genre.PARTICULIER:
        return _a_completer(
            "Tribunal judiciaire",
            f"{RESSORT} ; président du tribunal judiciaire ou juge des contentieux de la protection "
            "selon la nature de la créance",
        )
    if genre is Genre.PUBLIC:
        return _a_completer(
            "Juridiction à déterminer",
            "le débiteur est une personne publique : la nature du contrat décide entre juridiction "
            "administrative et juridiction judiciaire",
        )
    return _entreprise(code_postal, ville, forme, carte)


def _entreprise(code_postal: str, ville: str, forme: str, carte: CarteJudiciaire) -> Juridiction:
    doute = _doute_sur_la_qualite(forme, carte)
    departement = code_postal[:2]
    if departement in carte.departements_alsace_moselle:
        return _a_completer("Chambre commerciale du tribunal judiciaire", RESSORT + doute, carte.texte)
    siege = next(
        (s.ville for s in carte.tae if s.departement == departement and _cle(s.ville) == _cle(ville)), None
    )
    if siege is None:
        mixte = " ; tribunal mixte de commerce outre-mer" if departement in OUTRE_MER else ""
        return _a_completer(
            "Tribunal de commerce",
            f"{RESSORT} (tribunal de commerce ou tribunal des activités économiques){mixte}{doute}",
            carte.texte,
        )
    return Juridiction(
        intitule=f"Tribunal des activités économiques {_de(siege)}",
        texte=f"{ARTICLE_1406} ; {carte.texte}",
        a_completer=bool(doute),
        motif=doute.removeprefix(" ; "),
    )


def _doute_sur_la_qualite(forme: str, carte: CarteJudiciaire) -> str:
    if _cle(forme) in {_cle(connue) for connue in carte.formes_commerciales}:
        return ""
    return (
        " ; qualité de commerçant du débiteur à vérifier (le tribunal judiciaire est compétent pour une "
        "société civile, une association ou une profession libérale)"
    )


def _a_completer(intitule: str, motif: str, texte: str = "") -> Juridiction:
    return Juridiction(
        intitule=intitule,
        texte=f"{ARTICLE_1406} ; {texte}" if texte else ARTICLE_1406,
        a_completer=True,
        motif=motif,
    )


def _de(ville: str) -> str:
    if ville.startswith("Le "):
        return f"du {ville[3:]}"
    return f"d'{ville}" if ville[0] in "AEIOUYÉÈÎ" else f"de {ville}"


def _cle(nom: str) -> str:
    """A town or a company form as compared: `Saint-Brieuc CEDEX 1` and `ST BRIEUC` in one writing."""
    ascii_ = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().upper().replace(".", "")
    mots = re.sub(r"[^A-Z0-9]+", " ", ascii_)
    mots = re.sub(r"\bCEDEX\b.*|\b\d+ ?(E|ER|EME)?( ARRONDISSEMENT)?$", "", mots.strip())
    return re.sub(r"^ST ", "SAINT ", mots.strip())
