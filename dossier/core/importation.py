"""What an import gives, and the rules that accept or refuse an invoice whatever file it came from.

An adapter reads a file into texts by name of field (`FactureLue`); everything else is decided here, so
that a CSV line and a Factur-X are judged alike. All the faults of one invoice are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.creance import Adresse, Avoir, Debiteur, Facture, Genre, Nature
from dossier.core.lectures import lire_date, lire_montant, lire_pourcent, lire_siren
from dossier.core.montants import ZERO, en_euros


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


_NOMS = {
    "numero": "le numéro de facture",
    "date": "la date de facture",
    "echeance": "l'échéance",
    "montant_ttc": "le montant TTC",
    "deja_paye": "le montant déjà payé",
    "reste_du": "le reste dû",
    "raison_sociale": "le nom du débiteur",
    "adresse": "l'adresse du débiteur",
    "ville": "la ville du débiteur",
    "code_postal": "le code postal du débiteur",
    "date_execution": "la date d'exécution",
    "facture_precedente": "le numéro de la facture corrigée",
}
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
_NATURES = {
    "contrat": Nature.CONTRAT,
    "transport": Nature.TRANSPORT,
    "bail d'habitation": Nature.BAIL_HABITATION,
    "loyer": Nature.BAIL_HABITATION,
    "crédit à la consommation": Nature.CREDIT_CONSOMMATION,
    "hors contrat": Nature.HORS_CONTRAT,
}
_NON_EMIS = {"brouillon", "projet", "annulé", "annulée", "proforma", "draft"}
_OUTRE_MER = {"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"}
# UNTDID 1001. A corrected invoice (384) replaces another one: taking it would claim the sum twice.
_TYPES_FACTURE = {"", "facture", "invoice", "380", "386", "389", "326", "875", "876", "877", "500"}
_TYPES_AVOIR = {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"}
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


def juger(lue: FactureLue) -> Facture | Avoir | str:
    """The invoice or the credit note, or the French sentence that says all that prevents taking it."""
    lecteur, avoir = _Lecteur(lue), _est_un_avoir(lue)
    contenu = lecteur.avoir() if avoir else lecteur.facture()
    if contenu is None:
        numero = lue.textes.get("numero") or "sans numéro"
        return (
            f"{'Avoir' if avoir else 'Facture'} {numero[:80]} : {' ; '.join(lecteur.fautes)} ; {lue.remede}."
        )
    return contenu


def _est_un_avoir(lue: FactureLue) -> bool:
    """By its type, or by the sign of its total."""
    genre = lue.textes.get("type", "").casefold()
    montant = lire_montant(lue.textes.get("montant_ttc", ""))
    return "avoir" in genre or genre in _TYPES_AVOIR or (montant is not None and montant < ZERO)


class _Lecteur:
    """Reads one invoice field by field and keeps every fault it meets."""

    def __init__(self, lue: FactureLue) -> None:
        self._textes = {champ: _sur_une_ligne(texte) for champ, texte in lue.textes.items()}
        self._lignes_adresse = lue.textes.get("adresse", "").splitlines()
        self._lieux = lue.lieux
        self.fautes: list[str] = []

    def avoir(self) -> Avoir | None:
        """A credit note is taken by the absolute value of its total: programs write it with either sign."""
        numero, facture = self._requis("numero", longueur=80), self._requis("facture_precedente", longueur=80)
        jour, montant = self._date("date", requise=True), self._montant("montant_ttc", requis=True)
        self._emis()
        self._devise()
        if montant == ZERO:
            self._faute("montant_ttc", "le montant TTC est nul")
        if self.fautes or not (jour and montant):
            return None
        return Avoir(numero=numero, facture=facture, montant=abs(montant), jour=jour)

    def facture(self) -> Facture | None:
        numero = self._requis("numero", longueur=80)
        emission = self._date("date", requise=True)
        echeance = self._date("echeance", requise=True)
        execution = self._date("date_execution")
        if emission and echeance and echeance < emission:
            self._faute("echeance", f"l'échéance ({echeance:%d/%m/%Y}) précède la date de facture")
        self._type()
        self._emis()
        self._devise()
        taux, nature = self._taux(), self._nature()
        montant, paye = self._montants()
        debiteur = self._debiteur()
        if self.fautes or not (emission and echeance and montant and debiteur):
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
            objet=self._texte("objet"),
            commande=self._texte("commande"),
            contrat=self._texte("contrat"),
            livraison=self._texte("livraison"),
            debiteur=debiteur,
        )

    def _texte(self, champ: str) -> str:
        return self._textes.get(champ, "")

    def _faute(self, champ: str, texte: str) -> None:
        self.fautes.append(f"{texte} ({self._lieux.get(champ, champ)})")

    def _requis(self, champ: str, longueur: int = 200) -> str:
        texte = self._texte(champ)
        if not texte:
            self._faute(champ, f"{_NOMS[champ]} manque")
        elif len(texte) > longueur:
            self._faute(champ, f"{_NOMS[champ]} dépasse {longueur} caractères")
        return texte

    def _date(self, champ: str, *, requise: bool = False) -> date | None:
        texte = self._requis(champ) if requise else self._texte(champ)
        lue = lire_date(texte)
        if texte and lue is None:
            self._faute(champ, f"{_NOMS[champ]} « {texte[:40]} » n'est pas une date de la forme 31/12/2026")
        return lue

    def _montant(self, champ: str, *, requis: bool = False) -> Decimal | None:
        texte = self._requis(champ) if requis else self._texte(champ)
        lu = lire_montant(texte)
        if texte and lu is None:
            self._faute(champ, f"{_NOMS[champ]} « {texte[:40]} » n'est pas un montant de la forme 1234,56")
        return lu

    def _montants(self) -> tuple[Decimal | None, Decimal]:
        total = self._montant("montant_ttc", requis=True)
        paye = self._montant("deja_paye")
        reste = self._montant("reste_du")
        if total is None:
            return None, ZERO
        if total == ZERO:
            self._faute("montant_ttc", "le montant TTC est nul")
            return None, ZERO
        deduit = paye or ZERO
        if paye is None and reste is not None:
            deduit = total - reste
        if reste is not None and total - deduit != reste:
            self._faute(
                "reste_du",
                f"les totaux ne tombent pas juste : {en_euros(total)} moins {en_euros(deduit)} déjà payés "
                f"ne font pas {en_euros(reste)} de reste dû",
            )
        elif deduit >= total:
            self._faute("deja_paye", "la facture est déjà payée en entier, rien n'est à recouvrer")
        elif deduit < ZERO:
            ou = "reste_du" if paye is None else "deja_paye"
            self._faute(ou, "le montant déjà payé serait négatif")
        return total, deduit

    def _type(self) -> None:
        genre = self._texte("type")
        if genre.casefold() not in _TYPES_FACTURE:
            self._faute("type", f"le type de document « {genre[:40]} » n'est pas une facture à recouvrer")

    def _emis(self) -> None:
        statut = self._texte("statut")
        if statut.casefold() in _NON_EMIS:
            self._faute("statut", f"ce document est dit « {statut} » : il n'a pas été émis ou ne vaut plus")

    def _taux(self) -> Decimal | None:
        """The yearly penalty rate that the contract sets, as a ratio."""
        texte = self._texte("taux_penalites")
        lu = lire_pourcent(texte)
        if texte and lu is None:
            self._faute(
                "taux_penalites",
                f"le taux de pénalités « {texte[:40]} » n'est pas un pourcentage annuel de la forme 12 %",
            )
        return lu

    def _nature(self) -> Nature:
        ecrite = self._texte("nature_creance")
        texte = ecrite.casefold().replace("’", "'")
        if texte and texte not in _NATURES:
            connues = ", ".join(_NATURES)
            self._faute("nature_creance", f"la nature « {ecrite[:40]} » n'est pas connue ({connues})")
        return _NATURES.get(texte, Nature.CONTRAT)

    def _devise(self) -> None:
        devise = self._texte("devise")
        if devise.upper() not in {"", "EUR", "€", "EURO", "EUROS"}:
            self._faute("devise", f"la devise « {devise[:40]} » n'est pas l'euro, seule monnaie suivie")

    def _siren(self) -> str | None:
        """The SIREN of the debtor, from the SIREN or from the SIRET; told apart when they disagree."""
        trouves: set[str] = set()
        for champ in ("siren", "siret"):
            texte = self._texte(champ)
            siren = lire_siren(texte)
            if siren:
                trouves.add(siren)
            elif texte:
                self._faute(champ, f"le numéro SIREN ou SIRET « {texte[:40]} » est faux")
        if len(trouves) > 1:
            self._faute("siret", "le SIREN et le SIRET désignent deux entreprises différentes")
        return min(trouves, default=None)

    def _genre(self, siren: str | None) -> Genre:
        """As told; otherwise public when the SIREN starts with 1 or 2 (kept for public bodies by INSEE)."""
        texte = self._texte("genre").casefold()
        public = siren is not None and siren[0] in "12"
        genre = _GENRES.get(texte, Genre.PUBLIC if public else Genre.ENTREPRISE)
        if texte and texte not in _GENRES:
            self._faute("genre", f"le genre « {texte[:40]} » n'est ni entreprise, ni particulier, ni public")
        elif genre is Genre.PARTICULIER and siren:
            self._faute("genre", "le débiteur est dit particulier mais porte un SIREN")
        sans_siren = not (self._texte("siren") or self._texte("siret"))
        if genre is Genre.ENTREPRISE and sans_siren:
            self._faute("siren", "le SIREN du débiteur manque, il faut l'identifier pour agir contre lui")
        return genre

    def _debiteur(self) -> Debiteur | None:
        siren = self._siren()
        genre = self._genre(siren)
        email = self._texte("email").removeprefix("mailto:")
        if email and not _EMAIL.fullmatch(email):
            self._faute("email", f"l'adresse e-mail « {email[:60]} » est mal écrite")
        denomination = self._requis("raison_sociale")
        adresse = self._adresse()
        if self.fautes or adresse is None:
            return None
        return Debiteur(
            denomination=denomination,
            genre=genre,
            siren=siren,
            forme=self._texte("forme"),
            rcs=self._texte("rcs"),
            adresse=adresse,
            email=email or None,
            telephone=self._texte("telephone"),
            contact=self._texte("contact"),
        )

    def _adresse(self) -> Adresse | None:
        pays = self._texte("pays").upper()
        if pays not in {"", "FR", "FRANCE"} | _OUTRE_MER:
            self._faute(
                "pays", f"le débiteur est établi hors de France ({pays[:40]}), ce qui relève d'une autre voie"
            )
        self._requis("adresse")
        code_postal = self._requis("code_postal").replace(" ", "")
        ville = self._requis("ville")
        if code_postal.isdecimal() and len(code_postal) == 4:
            code_postal = code_postal.zfill(5)
        if code_postal and not re.fullmatch(r"[0-9]{5}", code_postal):
            self._faute("code_postal", f"le code postal « {code_postal[:40]} » n'a pas cinq chiffres")
        if self.fautes:
            return None
        lignes = map(_sur_une_ligne, self._lignes_adresse)
        return Adresse(lignes=tuple(ligne for ligne in lignes if ligne), code_postal=code_postal, ville=ville)


def _sur_une_ligne(texte: str) -> str:
    """Single spaces, and none of the control characters that a Word file cannot hold."""
    if not texte.isprintable():
        texte = "".join(c if c.isprintable() else " " for c in texte)
    return " ".join(texte.split())
