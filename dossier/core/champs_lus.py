"""The fields of an invoice as texts, read one by one; every fault met is kept, so that all are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from dossier.core.lectures import lire_date, lire_montant

NOMS = {
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
    "consentement_lre": "la date de l'accord au recommandé électronique",
    "facture_precedente": "le numéro de la facture corrigée",
}


class Champs:
    """The texts of one invoice, where each stands, and what is wrong in them."""

    def __init__(self, textes: Mapping[str, str], lieux: Mapping[str, str]) -> None:
        self._textes = {champ: sur_une_ligne(texte) for champ, texte in textes.items()}
        self._lignes_adresse = textes.get("adresse", "").splitlines()
        self._lieux = lieux
        self.fautes: list[str] = []

    @property
    def lignes_adresse(self) -> tuple[str, ...]:
        return tuple(ligne for ligne in map(sur_une_ligne, self._lignes_adresse) if ligne)

    def texte(self, champ: str) -> str:
        return self._textes.get(champ, "")

    def faute(self, champ: str, texte: str) -> None:
        self.fautes.append(f"{texte} ({self._lieux.get(champ, champ)})")

    def requis(self, champ: str, longueur: int = 200) -> str:
        texte = self.texte(champ)
        if not texte:
            self.faute(champ, f"{NOMS[champ]} manque")
        elif len(texte) > longueur:
            self.faute(champ, f"{NOMS[champ]} dépasse {longueur} caractères")
        return texte

    def jour(self, champ: str, *, requise: bool = False) -> date | None:
        texte = self.requis(champ) if requise else self.texte(champ)
        lue = lire_date(texte)
        if texte and lue is None:
            self.faute(champ, f"{NOMS[champ]} « {texte[:40]} » n'est pas une date de la forme 31/12/2026")
        return lue

    def montant(self, champ: str, *, requis: bool = False) -> Decimal | None:
        texte = self.requis(champ) if requis else self.texte(champ)
        lu = lire_montant(texte)
        if texte and lu is None:
            self.faute(champ, f"{NOMS[champ]} « {texte[:40]} » n'est pas un montant de la forme 1234,56")
        return lu


def sur_une_ligne(texte: str) -> str:
    """Single spaces, and none of the control characters that a Word file cannot hold."""
    if not texte.isprintable():
        texte = "".join(c if c.isprintable() else " " for c in texte)
    return " ".join(texte.split())
