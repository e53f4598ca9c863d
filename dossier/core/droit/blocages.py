"""What forbids or suspends the filing of an injonction de payer, and how to mend it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from dossier.core.creance import Genre, Nature
from dossier.core.dates import en_lettres
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.prescription import Prescription
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant, en_euros


class Situation(Modele):
    """What is known of a claim on the day when a way to court is chosen."""

    jour: date
    montant: Montant
    """Principal and interest still due, in euros; negative when overpaid."""
    genre: Genre = Genre.ENTREPRISE
    nature: Nature = Nature.CONTRAT
    commercants: bool | None = None
    """Whether both parties are merchants; None when it is not known."""
    facturee: bool = True
    montant_determine: bool = True
    pays: str = Field(default="FR", pattern=r"^[A-Z]{2}$")
    domicile_connu: bool = True
    procedure_collective: bool = False
    radiee: bool = False
    """Whether the debtor company is struck off its register."""
    conteste: bool = False

    @property
    def entre_commercants(self) -> bool | None:
        """Whether both are merchants; a consumer and a public body never are."""
        return self.commercants if self.genre is Genre.ENTREPRISE else False


class CodeBlocage(StrEnum):
    PROCEDURE_COLLECTIVE = "procedure_collective"
    RIEN_A_RECLAMER = "rien_a_reclamer"
    PERSONNE_PUBLIQUE = "personne_publique"
    HORS_DE_FRANCE = "hors_de_france"
    DOMICILE_INCONNU = "domicile_inconnu"
    HORS_CONTRAT = "hors_contrat"
    MONTANT_INDETERMINE = "montant_indetermine"
    PRESCRIPTION = "prescription"
    RADIATION = "radiation"
    CONTESTATION = "contestation"
    CONSOMMATEUR = "consommateur"


class Severite(StrEnum):
    """From what stops the filing to what is only to be read before it."""

    BLOQUANT = "bloquant"
    A_VERIFIER = "a_verifier"
    """A person must decide before the filing."""
    AVERTISSEMENT = "avertissement"


class Blocage(Modele):
    """One reason, its text and how to mend it, in French."""

    code: CodeBlocage
    severite: Severite
    motif: str
    texte: str
    niveau: Niveau
    remede: str


def blocages(
    situation: Situation, delai: Prescription | None = None, *, fin_declaration: date | None = None
) -> tuple[Blocage, ...]:
    """Every reason not to file an injonction de payer that day, the gravest first.

    Code de procédure civile, art. 1405 and 1406. `delai` is the limitation period, when it is known;
    `fin_declaration` the last day to declare the claim in an insolvency.
    """
    trouves = (
        procedure_collective(situation, fin_declaration),
        rien_a_reclamer(situation),
        personne_publique(situation),
        hors_de_france(situation),
        domicile_inconnu(situation),
        hors_contrat(situation),
        montant_indetermine(situation),
        prescription_atteinte(delai, situation.jour) if delai else None,
        radiation(situation),
        contestation(situation),
        consommateur(situation),
    )
    return tuple(sorted((b for b in trouves if b), key=lambda b: list(Severite).index(b.severite)))


def procedure_collective(situation: Situation, fin_declaration: date | None = None) -> Blocage | None:
    """The block of an open insolvency (Code de commerce, art. L622-21); None when there is none."""
    if not situation.procedure_collective:
        return None
    return Blocage(
        code=CodeBlocage.PROCEDURE_COLLECTIVE,
        severite=Severite.BLOQUANT,
        motif="Une procédure collective est ouverte contre le débiteur : les actions en paiement d'une "
        "créance antérieure au jugement d'ouverture sont interdites ou interrompues.",
        texte="Code de commerce, art. L622-21, L622-7 et R622-24",
        niveau=Niveau.TRANSCRIPTION,
        remede=_declarer(fin_declaration, situation.jour),
    )


def rien_a_reclamer(situation: Situation) -> Blocage | None:
    """The block of a claim that is paid or overpaid (CPC, art. 1405: there must be a claim)."""
    if situation.montant > ZERO:
        return None
    trop_percu = situation.montant < ZERO
    return Blocage(
        code=CodeBlocage.RIEN_A_RECLAMER,
        severite=Severite.BLOQUANT,
        motif=f"Le débiteur a payé {en_euros(-situation.montant)} de trop : il n'y a rien à réclamer."
        if trop_percu
        else "Le solde est nul : il n'y a rien à réclamer.",
        texte="Code de procédure civile, art. 1405",
        niveau=Niveau.PRIMAIRE,
        remede="Restituer le trop-perçu et clore le dossier." if trop_percu else "Clore le dossier.",
    )


def personne_publique(situation: Situation) -> Blocage | None:
    """The block of a public debtor: no injonction before an administrative court."""
    if situation.genre is not Genre.PUBLIC:
        return None
    return Blocage(
        code=CodeBlocage.PERSONNE_PUBLIQUE,
        severite=Severite.BLOQUANT,
        motif="Le débiteur est une personne publique : le litige relève en principe de la juridiction "
        "administrative, devant laquelle les procédures du code de procédure civile n'existent pas.",
        texte="Code de justice administrative, art. R541-1 (référé-provision)",
        niveau=Niveau.NON_VERIFIE,
        remede="Faire établir par un juriste la nature du contrat : référé-provision devant le tribunal "
        "administratif si elle est administrative, juridiction judiciaire si elle est privée.",
    )


def hors_de_france(situation: Situation) -> Blocage | None:
    """The block of a debtor abroad (CPC, art. 1406: the court is that of the debtor's home)."""
    if situation.pays == "FR":
        return None
    return Blocage(
        code=CodeBlocage.HORS_DE_FRANCE,
        severite=Severite.BLOQUANT,
        motif=f"Le débiteur n'est pas établi en France (pays : {situation.pays}) : l'injonction de payer "
        "suppose un domicile connu en France.",
        texte="Code de procédure civile, art. 1406",
        niveau=Niveau.OFFICIEL_OU_PROFESSIONNEL,
        remede="Examiner l'injonction de payer européenne, ou une action devant le juge compétent.",
    )


def domicile_inconnu(situation: Situation) -> Blocage | None:
    """The block of a debtor without a known home (CPC, art. 1406)."""
    if situation.domicile_connu:
        return None
    return Blocage(
        code=CodeBlocage.DOMICILE_INCONNU,
        severite=Severite.BLOQUANT,
        motif="Le domicile ou le siège du débiteur n'est pas connu : l'injonction de payer suppose un "
        "domicile connu en France.",
        texte="Code de procédure civile, art. 1406",
        niveau=Niveau.OFFICIEL_OU_PROFESSIONNEL,
        remede="Rechercher l'adresse du jour (registre du commerce, commissaire de justice).",
    )


def hors_contrat(situation: Situation) -> Blocage | None:
    """The block of a claim that no contract and no statute of a body grounds (CPC, art. 1405)."""
    if situation.nature is not Nature.HORS_CONTRAT:
        return None
    return Blocage(
        code=CodeBlocage.HORS_CONTRAT,
        severite=Severite.BLOQUANT,
        motif="La créance n'a pas de cause contractuelle : l'injonction de payer suppose un contrat, une "
        "obligation statutaire, un effet de commerce ou une cession de créance acceptés.",
        texte="Code de procédure civile, art. 1405",
        niveau=Niveau.PRIMAIRE,
        remede="Corriger la nature de la créance si elle est inexacte ; sinon assigner.",
    )


def montant_indetermine(situation: Situation) -> Blocage | None:
    """The block of a claim without a fixed amount (CPC, art. 1405, 1°)."""
    if situation.montant_determine:
        return None
    return Blocage(
        code=CodeBlocage.MONTANT_INDETERMINE,
        severite=Severite.BLOQUANT,
        motif="Le montant de la créance n'est pas déterminé par le contrat.",
        texte="Code de procédure civile, art. 1405, 1°",
        niveau=Niveau.PRIMAIRE,
        remede="Établir le montant par le contrat, clause pénale comprise ; sinon assigner.",
    )


def prescription_atteinte(delai: Prescription, jour: date) -> Blocage | None:
    """The block of a period that is over (Code civil, art. 2229); to be checked while a reading saves it."""
    if not delai.est_prescrite(jour):
        return None
    sauve = delai.date_possible is not None and jour <= delai.date_possible
    possible = f" Elle ne l'est pas {delai.motif_possible}." if sauve else ""
    return Blocage(
        code=CodeBlocage.PRESCRIPTION,
        severite=Severite.A_VERIFIER if sauve or delai.reserve else Severite.BLOQUANT,
        motif=f"La créance paraît prescrite : le dernier jour utile était le "
        f"{en_lettres(delai.date_limite)}.{possible} {delai.hypothese} {delai.reserve}".rstrip(),
        texte=delai.texte,
        niveau=delai.niveau,
        remede="Rechercher un acte interruptif (reconnaissance écrite, demande en justice, exécution) et sa "
        "preuve, et faire trancher par un juriste.",
    )


def radiation(situation: Situation) -> Blocage | None:
    """The check on a company struck off: it lives on for its debts, but nobody represents it."""
    if not situation.radiee:
        return None
    return Blocage(
        code=CodeBlocage.RADIATION,
        severite=Severite.A_VERIFIER,
        motif="La société débitrice est radiée : sa personnalité subsiste pour ses dettes, mais plus "
        "personne ne la représente.",
        texte="Cass. com., 20 septembre 2023, n° 21-14.252",
        niveau=Niveau.TRANSCRIPTION,
        remede="Faire désigner un mandataire ad hoc avant toute demande.",
    )


def contestation(situation: Situation) -> Blocage | None:
    """The check on a disputed claim: no text bars it, an opposition is to be expected (CPC, art. 1416)."""
    if not situation.conteste:
        return None
    return Blocage(
        code=CodeBlocage.CONTESTATION,
        severite=Severite.A_VERIFIER,
        motif="Le débiteur conteste la créance. La loi n'interdit pas la requête, mais le juge peut la "
        "rejeter et une opposition, qui mène à un procès contradictoire, est à prévoir.",
        texte="Code de procédure civile, art. 1409 et 1416",
        niveau=Niveau.PRIMAIRE,
        remede="Répondre à la contestation, réduire la demande à ce qui n'est pas contesté, ou assigner.",
    )


def consommateur(situation: Situation) -> Blocage | None:
    """The warning about a consumer (Code de la consommation, art. L121-6, L121-7 and L612-1)."""
    if situation.genre is not Genre.PARTICULIER:
        return None
    return Blocage(
        code=CodeBlocage.CONSOMMATEUR,
        severite=Severite.AVERTISSEMENT,
        motif="Le débiteur est un consommateur : il doit avoir été informé du médiateur de la consommation, "
        "et ne doit ni indemnité forfaitaire, ni pénalités entre professionnels, ni frais de recouvrement.",
        texte="Code de la consommation, art. L612-1, L121-6 et L121-7 ; CPCE, art. L111-8",
        niveau=Niveau.PRIMAIRE,
        remede="Vérifier l'information sur le médiateur et ne demander que le principal et les intérêts dus.",
    )


def _declarer(fin: date | None, jour: date) -> str:
    a_qui = "au mandataire judiciaire ou au liquidateur"
    if fin is None:
        return (
            f"Ne pas déposer la requête : déclarer la créance {a_qui}, dans le délai qui court de la "
            "publication du jugement au BODACC."
        )
    if jour > fin:
        return (
            f"Ne pas déposer la requête : le délai pour déclarer la créance {a_qui} a expiré le "
            f"{en_lettres(fin)} ; demander sans attendre un relevé de forclusion (art. L622-26)."
        )
    return f"Ne pas déposer la requête : déclarer la créance {a_qui}, au plus tard le {en_lettres(fin)}."
