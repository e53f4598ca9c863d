"""The sentences that a letter receives ready written: its subject, its references, what went before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dossier.core.decompte import Imputation
from dossier.core.etat import Envoi, Etat
from dossier.core.langues import Langue


def sujet(etats: Sequence[Etat], langue: Langue) -> str:
    """`facture n° FA-1`, or `factures n° FA-1 et FA-2`; beyond three, how many more."""
    mots, numeros = langue.mots, [etat.facture.numero for etat in etats]
    if len(numeros) == 1:
        return f"{mots.facture}{numeros[0]}"
    if len(numeros) > 3:
        return f"{mots.facture}{numeros[0]} {mots.et} {len(numeros) - 1} {mots.autres}"
    return f"{mots.factures}{', '.join(numeros[:-1])} {mots.et} {numeros[-1]}"


def historique(
    etats: Sequence[Etat], avant: str, langue: Langue, libelles: Mapping[str, str]
) -> list[dict[str, str]]:
    """What left before that step, by day; the day names the invoices that it was about, unless it was all."""
    vises: dict[tuple[date, str], list[str]] = {}
    for etat in etats:
        for depart in _departs(etat, avant, langue, libelles):
            vises.setdefault(depart, []).append(etat.facture.numero)
    return [
        {
            "date": langue.lettres(jour) + ("" if len(numeros) == len(etats) else _visant(numeros, langue)),
            "libelle": libelle,
        }
        for (jour, libelle), numeros in sorted(vises.items(), key=lambda ligne: ligne[0][0])
    ]


def _visant(numeros: Sequence[str], langue: Langue) -> str:
    """` (facture n° FA-1)`, ` (factures n° FA-1, FA-2 et FA-3)`: all of them, for a judge will read it."""
    mots, (*premiers, dernier) = langue.mots, numeros
    if not premiers:
        return f" ({mots.facture}{dernier})"
    return f" ({mots.factures}{', '.join(premiers)} {mots.et} {dernier})"


def references(etat: Etat, langue: Langue) -> list[str]:
    """The references printed under the subject: invoice, order, contract, delivery note."""
    facture, mots = etat.facture, langue.mots
    emise = f"{mots.ref_facture}{facture.numero} {mots.ref_du} {langue.lettres(facture.emission)}"
    autres = (
        (mots.ref_commande, facture.commande),
        (mots.ref_contrat, facture.contrat),
        (mots.ref_livraison, facture.livraison),
    )
    return [emise, *(f"{mot}{numero}" for mot, numero in autres if numero)]


def imputation(paiement: Imputation, langue: Langue) -> str:
    """`500,00 € reçus le 15 juillet 2026 : 14,09 € sur les intérêts, 485,91 € sur la facture`."""
    mots = langue.mots
    parts = (
        (paiement.interets, mots.sur_interets),
        (paiement.indemnite, mots.sur_indemnite),
        (paiement.principal, mots.sur_facture),
    )
    detail = ", ".join(f"{langue.euros(montant)} {ou}" for montant, ou in parts if montant)
    recu = f"{langue.euros(paiement.montant)} {mots.recus_le} {langue.lettres(paiement.date)}"
    return f"{recu}{mots.deux_points}{detail}"


def _departs(etat: Etat, avant: str, langue: Langue, libelles: Mapping[str, str]) -> list[tuple[date, str]]:
    """What left before that step, and when: `Relance 2 par courriel et par lettre simple`."""
    partis: dict[tuple[str, date], list[Envoi]] = {}
    for envoi in etat.envois.values():
        demande = envoi.depart is not None and envoi.depart > etat.facture.echeance
        if envoi.depart is not None and demande and envoi.prepare.etape != avant:
            partis.setdefault((envoi.prepare.etape, envoi.depart), []).append(envoi)
    mots = langue.mots
    return [
        (
            jour,
            f"{libelles.get(etape) or envois[0].prepare.intitule} "
            + f" {mots.et} ".join(f"{mots.par} {mots.canaux[envoi.prepare.canal]}" for envoi in envois),
        )
        for (etape, jour), envois in partis.items()
    ]
