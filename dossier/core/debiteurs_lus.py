"""Who owes an invoice that is read: in France, known by its SIREN; abroad, by its name and address."""

from __future__ import annotations

import re

from dossier.core.champs_lus import Champs
from dossier.core.creance import Adresse, Debiteur, Genre
from dossier.core.errors import DonneeInvalide
from dossier.core.lectures import lire_siren
from dossier.core.pays import FRANCE, lire_pays

_GENRES = {
    "entreprise": Genre.ENTREPRISE,
    "société": Genre.ENTREPRISE,
    "professionnel": Genre.ENTREPRISE,
    "particulier": Genre.PARTICULIER,
    "consommateur": Genre.PARTICULIER,
    "public": Genre.PUBLIC,
    "administration": Genre.PUBLIC,
    "collectivité": Genre.PUBLIC,
}
_SAISIS = dict.fromkeys(("adresse", "code_postal", "ville", "pays"), "formulaire")
MONACO = "980"
CODE_POSTAL_ETRANGER = 12
"""Characters at most: the longest forms in use have ten."""
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


def lire_debiteur(champs: Champs, *, etranger: bool) -> Debiteur | None:
    """Who owes, or None once what is wrong is among the faults; abroad only if `etranger`."""
    pays = _pays(champs, etranger=etranger)
    siren, genre = _identite(champs) if pays == FRANCE else _identite_etrangere(champs)
    email = champs.texte("email").removeprefix("mailto:")
    if email and not _EMAIL.fullmatch(email):
        champs.faute("email", f"l'adresse e-mail « {email[:60]} » est mal écrite")
    denomination = champs.requis("raison_sociale")
    consentement = champs.jour("consentement_lre")
    adresse = _adresse(champs, pays)
    if champs.fautes or adresse is None:
        return None
    return Debiteur(
        denomination=denomination,
        genre=genre,
        siren=siren,
        forme=champs.texte("forme"),
        rcs=champs.texte("rcs"),
        adresse=adresse,
        email=email or None,
        telephone=champs.texte("telephone"),
        contact=champs.texte("contact"),
        consentement_lre=consentement,
    )


def lire_adresse(lignes: str, code_postal: str, ville: str, pays: str = "") -> Adresse:
    """An address that a person typed, one line per line; France when no country is said.

    Raises DonneeInvalide with all that is wrong in it.
    """
    champs = Champs({"adresse": lignes, "code_postal": code_postal, "ville": ville, "pays": pays}, _SAISIS)
    adresse = _adresse(champs, _pays(champs, etranger=True))
    if adresse is None:
        raise DonneeInvalide(f"Cette adresse n'est pas complète : {' ; '.join(champs.fautes)}.")
    return adresse


def _siren(champs: Champs) -> str | None:
    """The SIREN of the debtor, from the SIREN or from the SIRET; told apart when they disagree."""
    trouves: set[str] = set()
    for champ in ("siren", "siret"):
        texte = champs.texte(champ)
        siren = lire_siren(texte)
        if siren:
            trouves.add(siren)
        elif texte:
            champs.faute(champ, f"le numéro SIREN ou SIRET « {texte[:40]} » est faux")
    if len(trouves) > 1:
        champs.faute("siret", "le SIREN et le SIRET désignent deux entreprises différentes")
    return min(trouves, default=None)


def _genre(champs: Champs, siren: str | None) -> Genre:
    """As told; otherwise public when the SIREN starts with 1 or 2 (kept for public bodies by INSEE)."""
    texte = champs.texte("genre").casefold()
    public = siren is not None and siren[0] in "12"
    genre = _GENRES.get(texte, Genre.PUBLIC if public else Genre.ENTREPRISE)
    if texte and texte not in _GENRES:
        champs.faute("genre", f"le genre « {texte[:40]} » n'est ni entreprise, ni particulier, ni public")
    elif genre is Genre.PARTICULIER and siren:
        champs.faute("genre", "le débiteur est dit particulier mais porte un SIREN")
    return genre


def _identite(champs: Champs) -> tuple[str | None, Genre]:
    """The SIREN and the kind of a debtor in France, who must be known by its number to be sued."""
    siren = _siren(champs)
    genre = _genre(champs, siren)
    if genre is Genre.ENTREPRISE and not (champs.texte("siren") or champs.texte("siret")):
        champs.faute("siren", "le SIREN du débiteur manque, il faut l'identifier pour agir contre lui")
    return siren, genre


def _identite_etrangere(champs: Champs) -> tuple[None, Genre]:
    """The kind of a debtor abroad: the number that it bears is no SIREN, whatever it looks like."""
    genre = _genre(champs, None)
    if genre is Genre.PUBLIC:
        champs.faute(
            "genre",
            "un débiteur public étranger ne relève pas du code de la commande publique français, cette "
            "créance est à confier à un avocat",
        )
    return None, genre


def _pays(champs: Champs, *, etranger: bool) -> str:
    """The ISO code of the debtor's country; empty when it is not known."""
    ecrit = champs.texte("pays")
    pays = lire_pays(ecrit)
    if pays is None:
        champs.faute("pays", f"le pays « {ecrit[:40]} » n'est pas connu, écrivez son code ISO, comme BE")
    elif pays != FRANCE and not etranger:
        champs.faute(
            "pays",
            f"le débiteur est établi hors de France ({ecrit[:40]}), sa facture s'importe avec un scénario "
            "prévu pour l'étranger, comme « export »",
        )
    return pays or ""


def _adresse(champs: Champs, pays: str) -> Adresse | None:
    champs.requis("adresse")
    ville = champs.requis("ville")
    code_postal = _code_postal(champs) if pays == FRANCE else _code_postal_etranger(champs)
    if champs.fautes:
        return None
    return Adresse(lignes=champs.lignes_adresse, code_postal=code_postal, ville=ville, pays=pays)


def _code_postal(champs: Champs) -> str:
    code_postal = champs.requis("code_postal").replace(" ", "")
    if code_postal.isdecimal() and len(code_postal) == 4:
        code_postal = code_postal.zfill(5)
    if code_postal and not re.fullmatch(r"[0-9]{5}", code_postal):
        champs.faute("code_postal", f"le code postal « {code_postal[:40]} » n'a pas cinq chiffres")
    if code_postal.startswith(MONACO):
        champs.faute("code_postal", "ce code postal est celui de Monaco, écrivez MC dans la colonne pays")
    return code_postal


def _code_postal_etranger(champs: Champs) -> str:
    """As it is written abroad; some countries have none."""
    code_postal = champs.texte("code_postal")
    if len(code_postal) > CODE_POSTAL_ETRANGER:
        champs.faute(
            "code_postal",
            f"le code postal « {code_postal[:40]} » dépasse {CODE_POSTAL_ETRANGER} caractères",
        )
    return code_postal
