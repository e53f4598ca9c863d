"""What an event does to a limitation period: it interrupts it, it may interrupt it, or it changes nothing.

The list of the Code civil (art. 2240 to 2244) is closed. Where an event needs an appreciation that only a
court can make, the prudent reading is « possible »: a date is shown beside, and the first one still counts.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from dossier.core.creance import Genre
from dossier.core.droit.parametres import Niveau
from dossier.core.modele import Modele


class GenreEvenement(StrEnum):
    RELANCE = "relance"
    MISE_EN_DEMEURE = "mise_en_demeure"
    REQUETE_INJONCTION = "requete_injonction"
    SIGNIFICATION_ORDONNANCE = "signification_ordonnance"
    DEMANDE_EN_JUSTICE = "demande_en_justice"
    EXECUTION = "execution"
    RECONNAISSANCE_EXPRESSE = "reconnaissance_expresse"
    """A person read a written and unequivocal recognition of the debt."""
    RECONNAISSANCE = "reconnaissance"
    PAIEMENT_PARTIEL = "paiement_partiel"
    DEMANDE_DE_DELAI = "demande_de_delai"
    ECHEANCIER = "echeancier"
    DECLARATION_DE_CREANCE = "declaration_de_creance"
    MEDIATION = "mediation"
    EXPERTISE = "expertise"


class Evenement(Modele):
    """Something that happened to the claim, on its legal day."""

    genre: GenreEvenement
    jour: date


class Effet(StrEnum):
    CERTAIN = "certain"
    POSSIBLE = "possible"
    AUCUN = "aucun"


class Regle(Modele):
    """What one kind of event does, and how well that is proved."""

    libelle: str
    """With its article, as it stands in a sentence."""
    effet: Effet
    texte: str
    niveau: Niveau
    explication: str
    suspend: bool = False
    """It only stops the clock for a while: told, never counted."""


class EffetEvenement(Modele):
    """What one event did to the period at hand."""

    evenement: Evenement
    effet: Effet
    explication: str
    texte: str
    niveau: Niveau


def regle(evenement: GenreEvenement, debiteur: Genre) -> Regle:
    """What that kind of event does against that kind of debtor (Code civil, art. 2238 to 2244).

    A written request for payment may interrupt the four years of a public body, unlike the others
    (loi n° 68-1250, art. 2).
    """
    if debiteur is Genre.PUBLIC and evenement in _DEMANDES_ECRITES:
        return _DEMANDE_A_UNE_PERSONNE_PUBLIQUE.model_copy(update={"libelle": REGLES[evenement].libelle})
    return REGLES[evenement]


_DEMANDES_ECRITES = (GenreEvenement.RELANCE, GenreEvenement.MISE_EN_DEMEURE)
_DEMANDE_A_UNE_PERSONNE_PUBLIQUE = Regle(
    libelle="la demande de paiement",
    effet=Effet.POSSIBLE,
    texte="Loi n° 68-1250 du 31 décembre 1968, art. 2",
    niveau=Niveau.OFFICIEL_OU_PROFESSIONNEL,
    explication="Contre une personne publique, une demande de paiement écrite peut interrompre la "
    "prescription : en garder la preuve, et faire vérifier par un juriste.",
)

REGLES: dict[GenreEvenement, Regle] = {
    GenreEvenement.RELANCE: Regle(
        libelle="la relance",
        effet=Effet.AUCUN,
        texte="Code civil, art. 2240 à 2244 (liste limitative)",
        niveau=Niveau.PRIMAIRE,
        explication="Une relance n'interrompt pas la prescription.",
    ),
    GenreEvenement.MISE_EN_DEMEURE: Regle(
        libelle="la mise en demeure",
        effet=Effet.AUCUN,
        texte="Cass. com., 18 mai 2022, n° 20-23.204",
        niveau=Niveau.TRANSCRIPTION,
        explication="Une mise en demeure, même par lettre recommandée avec avis de réception, n'interrompt "
        "pas la prescription.",
    ),
    GenreEvenement.REQUETE_INJONCTION: Regle(
        libelle="la requête en injonction de payer",
        effet=Effet.AUCUN,
        texte="Cass. 1re civ., 9 septembre 2020, n° 19-12.006",
        niveau=Niveau.TRANSCRIPTION,
        explication="Le dépôt de la requête en injonction de payer n'interrompt pas la prescription : seule "
        "la signification de l'ordonnance l'interrompt.",
    ),
    GenreEvenement.SIGNIFICATION_ORDONNANCE: Regle(
        libelle="la signification de l'ordonnance d'injonction de payer",
        effet=Effet.CERTAIN,
        texte="Cass. 1re civ., 9 septembre 2020, n° 19-12.006",
        niveau=Niveau.TRANSCRIPTION,
        explication="La signification de l'ordonnance interrompt la prescription ; l'interruption est non "
        "avenue si l'instance s'éteint ensuite (Cass. 2e civ., 19 novembre 2020, n° 19-20.238).",
    ),
    GenreEvenement.DEMANDE_EN_JUSTICE: Regle(
        libelle="la demande en justice",
        effet=Effet.CERTAIN,
        texte="Code civil, art. 2241",
        niveau=Niveau.PRIMAIRE,
        explication="La demande en justice interrompt la prescription, même devant un juge incompétent ; "
        "l'interruption est non avenue en cas de désistement, de péremption ou de rejet définitif "
        "(art. 2243).",
    ),
    GenreEvenement.EXECUTION: Regle(
        libelle="la mesure conservatoire ou d'exécution forcée",
        effet=Effet.CERTAIN,
        texte="Code civil, art. 2244",
        niveau=Niveau.PRIMAIRE,
        explication="Une mesure conservatoire ou un acte d'exécution forcée interrompt la prescription.",
    ),
    GenreEvenement.RECONNAISSANCE_EXPRESSE: Regle(
        libelle="la reconnaissance écrite et expresse de la dette",
        effet=Effet.CERTAIN,
        texte="Code civil, art. 2240",
        niveau=Niveau.PRIMAIRE,
        explication="La reconnaissance de la dette interrompt la prescription ; elle a été tenue pour écrite "
        "et expresse par la personne qui l'a saisie, et doit être produite.",
    ),
    GenreEvenement.RECONNAISSANCE: Regle(
        libelle="la reconnaissance de la dette",
        effet=Effet.POSSIBLE,
        texte="Code civil, art. 2240",
        niveau=Niveau.PRIMAIRE,
        explication="La reconnaissance de la dette interrompt la prescription si elle est prouvée et sans "
        "équivoque : tant qu'une personne ne l'a pas constaté, la date d'origine est gardée.",
    ),
    GenreEvenement.PAIEMENT_PARTIEL: Regle(
        libelle="le paiement partiel",
        effet=Effet.POSSIBLE,
        texte="Code civil, art. 2240 ; Cass. 3e civ., 14 mai 2020, n° 19-16.210 ; Cass. 1re civ., "
        "25 janvier 2017, n° 15-25.759",
        niveau=Niveau.TRANSCRIPTION,
        explication="Un paiement partiel peut valoir reconnaissance de la dette, selon les circonstances.",
    ),
    GenreEvenement.DEMANDE_DE_DELAI: Regle(
        libelle="la demande de délai du débiteur",
        effet=Effet.POSSIBLE,
        texte="Code civil, art. 2240 ; Cass. 3e civ., 14 mai 2020, n° 19-16.210 ; Cass. 1re civ., "
        "25 janvier 2017, n° 15-25.759",
        niveau=Niveau.TRANSCRIPTION,
        explication="Une demande de délai, même par courriel, peut valoir reconnaissance de la dette.",
    ),
    GenreEvenement.ECHEANCIER: Regle(
        libelle="l'échéancier",
        effet=Effet.POSSIBLE,
        texte="Code civil, art. 2240",
        niveau=Niveau.NON_VERIFIE,
        explication="Un échéancier accepté par le débiteur peut valoir reconnaissance de la dette : aucune "
        "décision n'a été relevée.",
    ),
    GenreEvenement.DECLARATION_DE_CREANCE: Regle(
        libelle="la déclaration de créance",
        effet=Effet.POSSIBLE,
        texte="Code de commerce, art. L622-25-1",
        niveau=Niveau.TRANSCRIPTION,
        explication="La déclaration de créance interrompt la prescription jusqu'à la clôture de la "
        "procédure : la date montrée est un minimum, à faire vérifier.",
    ),
    GenreEvenement.MEDIATION: Regle(
        libelle="la médiation ou la conciliation",
        effet=Effet.POSSIBLE,
        texte="Code civil, art. 2238",
        niveau=Niveau.PRIMAIRE,
        explication="La médiation ou la conciliation suspend la prescription à compter de l'accord écrit ou "
        "de la première réunion : la durée de la suspension n'est pas comptée ici.",
        suspend=True,
    ),
    GenreEvenement.EXPERTISE: Regle(
        libelle="la mesure d'instruction ordonnée avant tout procès",
        effet=Effet.POSSIBLE,
        texte="Code civil, art. 2239",
        niveau=Niveau.PRIMAIRE,
        explication="La mesure d'instruction ordonnée avant tout procès suspend la prescription jusqu'à son "
        "exécution : la durée de la suspension n'est pas comptée ici.",
        suspend=True,
    ),
}
