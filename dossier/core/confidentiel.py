"""What must not be served on the debtor: lawyers' letters, and titles that say more than what a document is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dossier.core.errors import DonneeInvalide
from dossier.core.mots import mots

TITRE_MAX = 200
"""Characters of a title: two lines of the bordereau."""
_LETTRE = r"(?:lettre|courrier|courriel|correspondance|echange|message|mail|e mail)s?"
_COUVERTS = (
    r"confidentiel(?:le)?s? (?:couverte?s? par le |soumise?s? au )?secret professionnel",
    rf"{_LETTRE} (?:confidentiel(?:le)?s? )?entre (?:avocats|confreres)",
    r"article 66 5 .{0,40}(?:1971|71 1130)",
)
"""What such letters say of themselves; the e-mail that merely « may be covered » by some secret does not."""
_DU_TITRE = (
    *_COUVERTS,
    r"entre (?:avocats|confreres|conseils)",
    r"(?:a|de|d|pour) (?:un |son |mon |notre |votre )?confreres?",
    r"consultation (?:juridique )?(?:d un |d |de l |de |du )?(?:avocats?|cabinet d avocats?|maitre|me)",
    rf"(?:{_LETTRE}|notes?) (?:\w+ ){{0,3}}?(?:a|pour) (?:(?:notre|mon|l) avocate?|(?:notre|mon) conseil)",
    r"(?:me|maitre) (?:\w+ ){1,4}?a (?:me|maitre)",
)
_ENTRE_CONFRERES = (
    r"chers? confreres?",
    r"cheres? consoeurs?",
    r"confraternellement",
    r"sentiments (?:\w+ ){0,4}confraternels",
)
"""Doctors and notaries write so too: it tells a lawyer's letter only where a lawyer or a bar is named."""
_AVOCAT = (r"avocate?s?", r"barreau")
_INTERDITS = (
    (r"confidentiel(?:le)?s?|secret professionnel|secret des affaires", "le débiteur recevrait la pièce"),
    (r"strateg\w+|argumentaires?|(?:note|usage|document) internes?", "c'est un document de travail"),
    (r"scoring|scores? (?:de|du|client|credit)|(?:note|notation|cote) de risque", "c'est une appréciation"),
    (r"mauvais(?:es)? payeu(?:r|se)s?|mauvaise foi|malhonnetes?|insolvables?", "c'est un jugement"),
    (r"escrocs?|arnaqu\w+|fraudeu(?:r|se)s?", "c'est un jugement"),
)


def exiger_produisible(titre: str, texte: str) -> None:
    """Refuse what its title or its text shows to be a letter between lawyers, or covered by their secrecy.

    Loi n° 71-1130 du 31 décembre 1971, art. 66-5; règlement intérieur national, art. 3.1 and 3.2: it may not
    be produced unless it bears the word « officielle ». Raises DonneeInvalide.
    """
    marque = _trouve(mots(titre), _DU_TITRE)
    ou = "intitulé"
    if not marque:
        lu = mots(texte)
        marque, ou = _trouve(lu, _COUVERTS), "texte"
        if not marque and _trouve(lu, _AVOCAT):
            marque = _trouve(lu, _ENTRE_CONFRERES)
    if marque:
        raise DonneeInvalide(
            f"Cette pièce paraît être une lettre entre avocats, ou couverte par leur secret (son {ou} dit "
            f"« {marque} ») : elle ne peut pas être produite (article 66-5 de la loi du 31 décembre 1971, article 3 "
            "du règlement intérieur national des avocats). Seule une lettre qui porte la mention « officielle » "
            "peut l'être : si elle la porte, ou si ce n'est pas une telle lettre, dites-le (« lettre officielle » "
            "du formulaire, `--officielle`, ou ce mot dans le nom du fichier) et joignez-la de nouveau."
        )


def titre_neutre(titre: str) -> str:
    """A title on one line, without control characters, that says what the document is and nothing more.

    It is printed in the bordereau, which is served on the debtor (CPC, art. 1411). Raises DonneeInvalide.
    """
    imprimable = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", titre))
    propre = " ".join(imprimable.split())
    if len(propre) > TITRE_MAX:
        raise DonneeInvalide(
            f"L'intitulé a {len(propre)} caractères, {TITRE_MAX} au plus : dites seulement ce qu'est la pièce."
        )
    for motif, raison in _INTERDITS:
        if trouve := _trouve(mots(propre), (motif,)):
            raise DonneeInvalide(
                f"L'intitulé « {propre} » n'est pas neutre : « {trouve} », {raison}. Le débiteur lit le bordereau : "
                "dites seulement ce qu'est la pièce et sa date, ou laissez l'intitulé vide."
            )
    return propre


def _trouve(texte: str, motifs: Iterable[str]) -> str:
    """The words that one of these patterns finds in `mots(...)`; empty when none does."""
    for motif in motifs:
        if trouve := re.search(rf"\b(?:{motif})\b", texte):
            return trouve[0]
    return ""
