"""The page to copy from when a court's own form is filled by hand: each field, in order, with its value.

The forms are optional. Their numbers come from legal publishers; only the fields of an earlier version of one of
them were read, in a transcription. Elsewhere the labels are ours, in the order of the articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from dossier.core.courriers import bloc_creancier, bloc_debiteur
from dossier.core.creance import Creancier, Facture, Genre
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.juridiction import Juridiction
from dossier.core.montants import INSECABLE
from dossier.core.parties import (
    Ligne,
    a_completer,
    est_une_personne,
    lignes_du_debiteur,
    lignes_du_demandeur,
)
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, total
from dossier.core.requete import bloc_juridiction, en_lignes, exiger_injonction, renvoi_demande
from dossier.core.sommes import (
    NEANT,
    Poste,
    Somme,
    deja_regles,
    depuis_en_mots,
    sommes_demandees,
    taux_appliques,
)

COCHEE, VIDE = "☒", "☐"
ACTIVITES_ECONOMIQUES = "Tribunal des activités économiques"
TRANSCRIT = (
    "Champs et ordre d'après une transcription publiée de la version précédente (12946*01)\u00a0; la version "
    "*02 n'a pas été lue."
)
NON_LU = (
    "Champs non lus\u00a0: les libellés sont ceux du logiciel, dans l'ordre des articles 54, 57 et 1407 du code "
    "de procédure civile."
)


class Formulaire(NamedTuple):
    """One form of the ministry of justice."""

    numero: str
    juridiction: str
    debuts: tuple[str, ...]
    """How the names of the courts that it is for begin."""
    champs: str
    """How well its fields are known."""


FORMULAIRES = (
    Formulaire(
        "12946*02",
        "tribunal de commerce ou des activités économiques",
        ("Tribunal de commerce", ACTIVITES_ECONOMIQUES),
        TRANSCRIT,
    ),
    Formulaire("12948*06", "tribunal judiciaire", ("Tribunal judiciaire",), NON_LU),
    Formulaire(
        "16040*01",
        "juge des contentieux de la protection",
        ("Juge des contentieux de la protection",),
        NON_LU,
    ),
)
"""Source of the numbers: se-faire-payer.com and matuile.com (level: professional pages)."""
NIVEAU = "Numéros relevés sur des pages professionnelles, non comparés aux formulaires officiels\u00a0: à vérifier."
CONTRIBUTION = (
    "Devant un tribunal des activités économiques, la contribution pour la justice économique peut être due selon "
    "l'effectif du demandeur et le montant demandé, à peine d'irrecevabilité (loi n° 2023-1059 du 20 novembre "
    "2023, art. 27\u00a0; décret n° 2024-1225 du 30 décembre 2024). Une circulaire du 6 février 2025, lue dans un "
    "résumé professionnel (efl.fr), la dit exigible dès la requête en injonction de payer\u00a0: à vérifier."
)
SEUIL_CONTRIBUTION = Decimal(50_000)
"""Euros above which a claim may owe it (décret n° 2024-1225; source: efl.fr, level: professional pages)."""
CONSIGNATION = (
    "Frais de greffe à consigner dans les quinze jours de la demande, à peine de caducité (code de procédure "
    "civile, art. 1425)."
)
SANS_FRAIS = "Aucuns frais de greffe (d'après service-public.fr)."
POUVOIR = (
    "Si la requête est remise par un mandataire qui n'est ni avocat ni commissaire de justice, joindre son pouvoir "
    "(usage des greffes)."
)
SUR_LE_TAUX = (
    "Le formulaire transcrit ne connaît que le taux légal et le taux contractuel\u00a0: les pénalités de l'article "
    "L441-10, II sont portées ici sur la ligne du taux contractuel, avec leur texte. Lecture à confirmer."
)


def formulaire_de(juridiction: Juridiction) -> Formulaire | None:
    """The form for that court; None when none was found for it (Alsace-Moselle, overseas, unknown court)."""
    retenus = (f for f in FORMULAIRES if juridiction.intitule.startswith(f.debuts))
    return next(retenus, None)


def contribution(juridiction: Juridiction, demande: Decimal) -> str:
    """What to check before a tribunal des activités économiques, chosen or among those to choose from.

    Loi n° 2023-1059, art. 27; empty before the other courts, and for a claim that cannot owe it.
    """
    noms = (juridiction.intitule, *juridiction.candidats)
    due = demande > SEUIL_CONTRIBUTION and any(nom.startswith(ACTIVITES_ECONOMIQUES) for nom in noms)
    return CONTRIBUTION if due else ""


def contexte_cerfa(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    creancier: Creancier,
    juridiction: Juridiction,
    jour: date,
) -> dict[str, Any]:
    """The variables of `templates/dossier/champs-cerfa.docx`, for one debtor.

    Raises DonneeInvalide when no injonction de payer can be asked for.
    """
    factures = [recueil.etat.facture for recueil in recueils]
    exiger_injonction(factures)
    formulaire = formulaire_de(juridiction)
    sommes = sommes_demandees(recueils, pieces, jour)
    return {
        "creancier": bloc_creancier(creancier),
        "debiteur": bloc_debiteur(factures[0].debiteur),
        "juridiction": bloc_juridiction(juridiction),
        "date": en_lettres(jour),
        "objet": "Champs du formulaire à recopier",
        "formulaire": {
            "numero": formulaire.numero if formulaire else "",
            "champs": formulaire.champs if formulaire else NON_LU,
            "niveau": NIVEAU,
        },
        "formulaires": [
            {"case": _case(f is formulaire), "numero": f.numero, "juridiction": f.juridiction}
            for f in FORMULAIRES
        ],
        "rubriques": list(_rubriques(creancier, factures[0], juridiction)),
        "sommes": list(_lignes_de_sommes(recueils, sommes)),
        "fin": en_lignes(_fin(creancier, juridiction, pieces, jour)),
        "avant_depot": list(_avant_le_depot(factures[0], juridiction, total(recueils))),
    }


def _rubriques(creancier: Creancier, facture: Facture, juridiction: Juridiction) -> Iterator[dict[str, Any]]:
    morale = _cases("personne morale", "personne physique")
    seule = facture.debiteur.genre is Genre.PARTICULIER or est_une_personne(facture.debiteur.forme)
    qualite = Ligne("Qualité", morale[est_une_personne(creancier.forme)])
    yield _rubrique("Juridiction", _juridiction(juridiction))
    yield _rubrique("Demandeur", (qualite, *lignes_du_demandeur(creancier)))
    mandataire = "nom, prénoms et domicile, si la requête est remise par un mandataire"
    yield _rubrique("Mandataire", (Ligne("Mandataire", a_completer(mandataire), manque=True),))
    yield _rubrique("Débiteur", (Ligne("Qualité", morale[seule]), *lignes_du_debiteur(facture.debiteur)))


def _juridiction(juridiction: Juridiction) -> Iterator[Ligne]:
    yield Ligne("Juridiction", juridiction.intitule)
    if juridiction.a_completer:
        yield Ligne("À vérifier", a_completer(juridiction.motif), manque=True)
    yield Ligne("N° du tribunal, n° du greffe", "à laisser vides, sauf indication du greffe")


def _lignes_de_sommes(recueils: Sequence[Recueil], sommes: Sequence[Somme]) -> Iterator[dict[str, str]]:
    """The lines of the table, as the form transcribed has them; its two lines of interest exclude each other."""
    par_poste = {somme.poste: somme for somme in sommes}
    legal = recueils[0].etat.facture.debiteur.genre is Genre.PARTICULIER
    interets = par_poste[Poste.INTERETS_ECHUS]
    courus = f"{depuis_en_mots(recueils)}{deja_regles(recueils)}"
    contractuel = f"Intérêts au taux contractuel{INSECABLE}: {taux_appliques(recueils)}, {courus}"
    yield _ligne("Principal", par_poste[Poste.PRINCIPAL])
    yield _ligne(f"Intérêts au taux légal, {courus}" if legal else "Intérêts au taux légal",
                 interets if legal else None)  # fmt: skip
    yield _ligne("Intérêts au taux contractuel" if legal else contractuel, None if legal else interets)
    a_echoir = par_poste.get(Poste.INTERETS_A_ECHOIR)
    nom = a_echoir.libelle if a_echoir else "Intérêts à échoir"
    yield _ligne(f"{nom} (ligne absente de la transcription)", a_echoir)
    yield _ligne("Clause pénale", par_poste[Poste.CLAUSE_PENALE])
    yield _ligne("Frais accessoires", par_poste[Poste.FRAIS_ACCESSOIRES])
    autre = par_poste.get(Poste.INDEMNITE)
    yield _ligne(f"Autre{INSECABLE}: {autre.libelle}" if autre else "Autre", autre)
    yield _ligne("Total (ligne absente de la transcription)", par_poste[Poste.TOTAL])


def _ligne(libelle: str, somme: Somme | None) -> dict[str, str]:
    if somme is None or somme.ecrite == NEANT:
        return {"libelle": libelle.rstrip(", "), "montant": NEANT, "fondement": "", "pieces": ""}
    return {
        "libelle": libelle.rstrip(", "),
        "montant": somme.ecrite,
        "fondement": somme.fondement,
        "pieces": somme.pieces,
    }


def _fin(
    creancier: Creancier, juridiction: Juridiction, pieces: Sequence[Piece], jour: date
) -> tuple[Ligne, ...]:
    """What follows the table: article 1408, the exhibits, the date and the signature."""
    return (
        Ligne(
            "En cas d'opposition (article 1408)", f"{COCHEE} renvoi immédiat devant la juridiction suivante"
        ),
        Ligne("Juridiction du renvoi", renvoi_demande(juridiction), manque=juridiction.a_completer),
        Ligne("Documents justificatifs", f"bordereau joint, {len(pieces)} pièce{'s' * (len(pieces) > 1)}"),
        Ligne("Date", f"{creancier.siege.ville}, le {en_chiffres(jour)} (à mettre à jour le jour du dépôt)"),
        Ligne("Signature", f"{creancier.representant}, {creancier.qualite}".strip(", ")),
    )


def _avant_le_depot(facture: Facture, juridiction: Juridiction, demande: Decimal) -> Iterator[str]:
    formulaire = formulaire_de(juridiction)
    if formulaire is None:
        yield "Aucun formulaire n'a été relevé pour cette juridiction\u00a0: le demander à son greffe."
    elif formulaire is FORMULAIRES[0]:
        yield CONSIGNATION
    else:
        yield SANS_FRAIS
    if dite := contribution(juridiction, demande):
        yield dite
    if facture.debiteur.genre is not Genre.PARTICULIER and facture.taux_stipule is None:
        yield SUR_LE_TAUX
    yield POUVOIR
    yield "Le formulaire est facultatif\u00a0: la requête jointe (01-requete) suffit si elle est complète."


def _rubrique(titre: str, lignes: Sequence[Ligne] | Iterator[Ligne]) -> dict[str, Any]:
    return {"titre": titre, "champs": en_lignes(tuple(lignes))}


def _cases(oui: str, non: str) -> tuple[str, str]:
    """The two boxes with the first one ticked, then with the second one."""
    return (f"{COCHEE} {oui}   {VIDE} {non}", f"{VIDE} {oui}   {COCHEE} {non}")


def _case(cochee: bool) -> str:
    return COCHEE if cochee else VIDE
