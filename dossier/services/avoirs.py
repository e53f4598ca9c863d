"""Credit notes: what each takes off an invoice already followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from dossier.core.creance import Avoir, identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import Archive, AvoirEmis, Contenu
from dossier.core.montants import en_euros
from dossier.services.creances import lire_etat, trop_percu
from dossier.services.formulaire import enregistrer, exiger_ouverte, garder, pas_dans_le_futur
from dossier.services.outils import Outils


def avoir(
    outils: Outils,
    facture: str,
    numero: str,
    montant: Decimal,
    jour: date,
    *,
    auteur: str,
    pdf: bytes | None = None,
) -> str:
    """Record a credit note dated `jour`, in euros including tax: it lowers the principal."""
    try:
        lu = Avoir(numero=numero, facture=facture, montant=montant, jour=jour)
    except ValidationError as error:
        raise DonneeInvalide(
            "Un avoir porte un numéro et une somme positive, en centimes entiers : "
            f"« {numero} », {montant} n'en est pas un."
        ) from error
    archive = garder(outils, identifiant(facture), "avoir", pdf)
    return rattacher(outils, lu, archive, auteur=auteur)


def rattacher(outils: Outils, avoir: Avoir, archive: Archive | None, *, auteur: str) -> str:
    """Take that credit note off its invoice. Raises DonneeInvalide when the invoice is not followed."""
    pas_dans_le_futur(outils, avoir.jour, "La date de l'avoir")
    emis = AvoirEmis(numero=avoir.numero, montant=avoir.montant, jour=avoir.jour, pdf=archive)

    def suite(etat: Etat) -> Sequence[Contenu]:
        deja = avoir_deduit(etat, emis.numero)
        if deja is not None:
            _meme(deja, emis, avoir.facture)
            return []
        exiger_ouverte(etat)
        _ailleurs(outils, etat, emis)
        _plausible(etat, emis)
        return [emis]

    def compte_rendu(etat: Etat) -> str:
        reste = etat.solde - emis.montant
        suite_ = f"il reste {en_euros(reste)} à payer" if reste > 0 else "plus rien n'est dû sur la facture"
        if percu := trop_percu(outils, poursuivre(etat, [emis])):
            suite_ += f", avec un trop-perçu de {en_euros(percu)} à rendre ou à imputer"
        date_ = en_lettres(emis.jour)
        return (
            f"Avoir {emis.numero} du {date_}, {en_euros(emis.montant)}, déduit de {avoir.facture} : {suite_}."
        )

    deja = f"L'avoir {emis.numero} était déjà déduit de {avoir.facture}"
    return enregistrer(outils, avoir.facture, suite, compte_rendu, deja, auteur)


def avoir_deduit(etat: Etat, numero: str) -> AvoirEmis | None:
    """The credit note of that number already taken off this invoice, whatever its capitals."""
    return next((a for a in etat.avoirs if identifiant(a.numero) == identifiant(numero)), None)


def _meme(deja: AvoirEmis, recu: AvoirEmis, facture: str) -> None:
    if (deja.montant, deja.jour) != (recu.montant, recu.jour):
        raise DonneeInvalide(
            f"L'avoir {deja.numero} est déjà déduit de {facture} pour {en_euros(deja.montant)} au "
            f"{en_lettres(deja.jour)} : un autre avoir porte un autre numéro."
        )


def _ailleurs(outils: Outils, etat: Etat, emis: AvoirEmis) -> None:
    """A credit note counts once, whichever invoice of the debtor it was entered on."""
    for ouverture in outils.journal.creances(etat.debiteur):
        if ouverture.creance == etat.creance:
            continue
        autre = lire_etat(outils, ouverture.creance)
        if avoir_deduit(autre, emis.numero) is not None:
            raise DonneeInvalide(
                f"L'avoir {emis.numero} est déjà déduit de {autre.facture.numero} : il ne compte qu'une fois."
            )


def _plausible(etat: Etat, emis: AvoirEmis) -> None:
    facture = etat.facture
    if emis.jour < facture.emission:
        raise DonneeInvalide(
            f"L'avoir {emis.numero} du {en_lettres(emis.jour)} précède la facture {facture.numero} du "
            f"{en_lettres(facture.emission)} : vérifiez la date et la facture."
        )
    deja = sum(a.montant for a in etat.avoirs)
    if deja + emis.montant > facture.montant_ttc:
        raise DonneeInvalide(
            f"Les avoirs sur {facture.numero} feraient {en_euros(deja + emis.montant)}, plus que la facture "
            f"elle-même ({en_euros(facture.montant_ttc)}) : vérifiez le montant."
        )
