"""What forbids or suspends the filing of an injonction de payer, and how to mend it."""

from __future__ import annotations

from dossier.core.creance import Genre, Nature
from dossier.core.dates import en_lettres
from dossier.core.droit.insolvabilite import SANS_DATE, procedure_collective
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.prescription import Prescription
from dossier.core.droit.situation import Blocage, CodeBlocage, Declaration, Severite, Situation
from dossier.core.montants import ZERO, en_euros

OPPOSABLE = (
    " Le juge ne peut pas la relever d'office, mais le débiteur peut l'opposer à tout moment (Code civil, "
    "art. 2247 et 2248)."
)


def blocages(situation: Situation, declaration: Declaration = SANS_DATE) -> tuple[Blocage, ...]:
    """Every reason not to file an injonction de payer that day, the gravest first.

    Code de procédure civile, art. 1405 and 1406. `declaration` says until when to declare the claim in an
    insolvency.
    """
    trouves = (
        procedure_collective(situation, declaration),
        rien_a_reclamer(situation),
        exigibilite(situation),
        personne_publique(situation),
        hors_de_france(situation),
        territoire_a_verifier(situation),
        domicile_inconnu(situation),
        hors_contrat(situation),
        montant_indetermine(situation),
        *prescriptions_atteintes(situation),
        radiation(situation),
        contestation(situation),
        consommateur(situation),
    )
    return tuple(sorted((b for b in trouves if b), key=lambda b: list(Severite).index(b.severite)))


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


def exigibilite(situation: Situation) -> Blocage | None:
    """The block of a claim whose last day to pay is not over (Code civil, art. 1305-2)."""
    if situation.echeance is None or situation.jour > situation.echeance:
        return None
    return Blocage(
        code=CodeBlocage.EXIGIBILITE,
        severite=Severite.BLOQUANT,
        motif=f"L'échéance du {en_lettres(situation.echeance)} n'est pas passée : la somme n'est pas encore "
        "exigible.",
        texte="Code civil, art. 1305-2",
        niveau=Niveau.OFFICIEL_OU_PROFESSIONNEL,
        remede="Attendre le lendemain de l'échéance, ou retirer de la demande les factures non échues ; faire "
        "vérifier par un juriste une clause de déchéance du terme.",
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


def territoire_a_verifier(situation: Situation) -> Blocage | None:
    """The check on a debtor where the Code de procédure civile is not known to apply."""
    if situation.procedure_relevee:
        return None
    return Blocage(
        code=CodeBlocage.TERRITOIRE,
        severite=Severite.A_VERIFIER,
        motif="Le débiteur est établi dans une collectivité dont l'organisation judiciaire et la procédure "
        "civile n'ont pas été relevées.",
        texte="Code de procédure civile, art. 1405 et 1406 (application à vérifier)",
        niveau=Niveau.NON_VERIFIE,
        remede="Faire déterminer la juridiction et la procédure par un avocat de cette collectivité.",
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


def prescriptions_atteintes(situation: Situation) -> tuple[Blocage, ...]:
    """The blocks of the periods that are over (Code civil, art. 2229).

    To be checked while a reading saves the claim, or when other claims are not concerned.
    """
    atteintes = [d for d in situation.prescriptions if d.est_prescrite(situation.jour)]
    partie = len(atteintes) < len(situation.prescriptions)
    return tuple(dict.fromkeys(_prescrite(delai, situation, partie=partie) for delai in atteintes))


def _prescrite(delai: Prescription, situation: Situation, *, partie: bool) -> Blocage:
    sauve = delai.date_possible is not None and situation.jour <= delai.date_possible
    phrases = (
        "Une partie de la créance paraît prescrite" if partie else "La créance paraît prescrite",
        f" : le dernier jour utile était le {en_lettres(delai.date_limite)}.",
        f" Elle ne l'est pas {delai.motif_possible}." if sauve else "",
        f" {delai.hypothese}",
        f" {delai.reserve}" if delai.reserve else "",
        OPPOSABLE if situation.genre is Genre.ENTREPRISE else "",
    )
    retirer = "Retirer de la demande ce qui est prescrit, ou rechercher" if partie else "Rechercher"
    return Blocage(
        code=CodeBlocage.PRESCRIPTION,
        severite=Severite.A_VERIFIER if sauve or partie or delai.reserve else Severite.BLOQUANT,
        motif="".join(phrases),
        texte=delai.texte,
        niveau=delai.niveau,
        remede=f"{retirer} un acte interruptif (reconnaissance écrite, demande en justice, exécution) et sa "
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
