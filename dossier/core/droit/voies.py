"""The ways to an enforceable title, and whether each is open to a claim.

Where the texts are silent (an invoice without a contract, a debtor abroad), a way is « à vérifier », never
open. A claim that seems time-barred has no open way: no judge may raise it unasked, but the debtor will.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from dossier.core.creance import Genre, Nature
from dossier.core.dates import en_lettres
from dossier.core.droit.blocages import (
    blocages,
    domicile_inconnu,
    exigibilite,
    montant_indetermine,
    personne_publique,
    prescriptions_atteintes,
    radiation,
    rien_a_reclamer,
    territoire_a_verifier,
)
from dossier.core.droit.insolvabilite import procedure_collective
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.regles_voies import Exclusion, ReglesVoies, RegleVoie
from dossier.core.droit.situation import Blocage, Severite, Situation
from dossier.core.modele import Modele
from dossier.core.montants import en_euros


class CodeVoie(StrEnum):
    INJONCTION_DE_PAYER = "injonction_de_payer"
    COMMANDEMENT_DE_PAYER = "commandement_de_payer"
    PETITES_CREANCES = "petites_creances"
    REFERE_PROVISION = "refere_provision"
    INJONCTION_EUROPEENNE = "injonction_europeenne"
    ASSIGNATION = "assignation"


class Ouverture(StrEnum):
    OUVERTE = "ouverte"
    A_VERIFIER = "a_verifier"
    FERMEE = "fermee"


class Voie(Modele):
    """One way as it stands for a claim on a day, in French."""

    code: CodeVoie
    libelle: str
    ouverture: Ouverture
    motif: str
    texte: str
    niveau: Niveau
    """The weakest proof among the text and the reasons given."""
    limites: str
    frais: str


class Obstacle(NamedTuple):
    """One reason why a way is not simply open."""

    ouverture: Ouverture
    motif: str
    niveau: Niveau = Niveau.PRIMAIRE


def voies(situation: Situation, regles: ReglesVoies) -> tuple[Voie, ...]:
    """Every way and whether it is open that day. Raises ParametreNonCouvert."""
    regles.exiger(situation.jour)
    return (
        injonction_de_payer(situation, regles),
        commandement_de_payer(situation, regles),
        petites_creances(situation, regles),
        refere_provision(situation, regles),
        injonction_europeenne(situation, regles),
        assignation(situation, regles),
    )


def injonction_de_payer(situation: Situation, regles: ReglesVoies) -> Voie:
    """Whether an injonction de payer is open (CPC, art. 1405 and 1406; no prior attempt: avis n° 25-70.013)."""
    obstacles = [_obstacle(blocage) for blocage in blocages(situation) if _compte(blocage)]
    return _voie(CodeVoie.INJONCTION_DE_PAYER, situation, regles.injonction_de_payer, obstacles)


def commandement_de_payer(situation: Situation, regles: ReglesVoies) -> Voie:
    """Whether the commandement between merchants is open (CPCE, art. L126-1 to L126-5)."""

    def obstacles() -> Iterator[Obstacle]:
        yield from _communs(situation, montant_indetermine(situation))
        if situation.entre_commercants is False:
            yield Obstacle(Ouverture.FERMEE, "Les deux parties ne sont pas commerçantes.")
        if situation.entre_commercants is None:
            yield _qualite_inconnue()
        if not situation.facturee:
            yield Obstacle(Ouverture.FERMEE, "La créance n'a pas été facturée.")
        if situation.conteste:
            yield Obstacle(
                Ouverture.FERMEE, "Le débiteur conteste : une contestation met fin à la procédure."
            )
        yield from _hors_contrat(situation, Ouverture.A_VERIFIER)
        yield from _etranger(situation)

    return _voie(CodeVoie.COMMANDEMENT_DE_PAYER, situation, regles.commandement_de_payer, list(obstacles()))


def petites_creances(situation: Situation, regles: ReglesVoies) -> Voie:
    """Whether the procedure of small claims is open (CPCE, art. L125-1 and R125-1)."""

    def obstacles() -> Iterator[Obstacle]:
        yield from _communs(situation, montant_indetermine(situation))
        plafond = regles.plafond_petites_creances
        if situation.montant > plafond.montant:
            yield Obstacle(
                Ouverture.FERMEE,
                f"Le montant, {en_euros(situation.montant)}, dépasse le plafond de "
                f"{en_euros(plafond.montant)} en principal et intérêts ({plafond.texte}).",
            )
        yield from _exclusion(situation, regles.exclusion_entre_commercants)
        yield from _hors_contrat(situation, Ouverture.FERMEE)
        if situation.conteste:
            yield Obstacle(Ouverture.A_VERIFIER, "Le débiteur conteste : son accord est nécessaire.")
        yield from _etranger(situation)

    return _voie(CodeVoie.PETITES_CREANCES, situation, regles.petites_creances, list(obstacles()))


def refere_provision(situation: Situation, regles: ReglesVoies) -> Voie:
    """Whether a référé-provision is open (CPC, art. 872 and 873, or 834 and 835), not checked in the texts."""

    def obstacles() -> Iterator[Obstacle]:
        yield from _communs(situation)
        if situation.conteste:
            yield Obstacle(
                Ouverture.A_VERIFIER, "Le débiteur conteste : une contestation sérieuse y fait échec."
            )
        yield from _etranger(situation)

    return _voie(CodeVoie.REFERE_PROVISION, situation, regles.refere_provision, list(obstacles()))


def injonction_europeenne(situation: Situation, regles: ReglesVoies) -> Voie:
    """Whether a European order is open: a debtor in another State of the regulation (n° 1896/2006, art. 2, 3)."""

    def obstacles() -> Iterator[Obstacle]:
        yield from _communs(situation, montant_indetermine(situation))
        if situation.pays == "FR":
            yield Obstacle(Ouverture.FERMEE, "Le débiteur est établi en France : le litige est interne.")
        elif situation.pays not in regles.etats_injonction_europeenne:
            yield Obstacle(Ouverture.FERMEE, f"Le règlement ne s'applique pas dans le pays {situation.pays}.")
        if situation.genre is Genre.PARTICULIER:
            yield Obstacle(
                Ouverture.A_VERIFIER,
                "Débiteur consommateur : le juge de son domicile est en principe seul saisi.",
                Niveau.NON_VERIFIE,
            )
        if situation.conteste:
            yield Obstacle(
                Ouverture.A_VERIFIER, "Le débiteur conteste : la procédure vise les créances incontestées."
            )
        yield from _hors_contrat(situation, Ouverture.A_VERIFIER)

    return _voie(CodeVoie.INJONCTION_EUROPEENNE, situation, regles.injonction_europeenne, list(obstacles()))


def assignation(situation: Situation, regles: ReglesVoies) -> Voie:
    """Whether a summons on the merits is open; a small one may need an amicable attempt (CPC, art. 750-1)."""

    def obstacles() -> Iterator[Obstacle]:
        yield from _communs(situation)
        plafond = regles.plafond_tentative_amiable
        if situation.montant <= plafond.montant and situation.entre_commercants is not True:
            yield Obstacle(
                Ouverture.A_VERIFIER,
                f"Devant le tribunal judiciaire, une demande qui n'excède pas {en_euros(plafond.montant)} doit "
                "être précédée d'une tentative de conciliation, de médiation ou de procédure participative, "
                f"à peine d'irrecevabilité ({plafond.texte}).",
            )
        yield from _etranger(situation)

    return _voie(CodeVoie.ASSIGNATION, situation, regles.assignation, list(obstacles()))


def _voie(code: CodeVoie, situation: Situation, regle: RegleVoie, obstacles: list[Obstacle]) -> Voie:
    if situation.jour < regle.depuis:
        obstacles = [
            Obstacle(Ouverture.FERMEE, f"Cette voie n'existe que depuis le {en_lettres(regle.depuis)}.")
        ]
    if regle.reserve:
        obstacles = [*obstacles, Obstacle(Ouverture.A_VERIFIER, regle.reserve)]
    ouverture = max((o.ouverture for o in obstacles), key=list(Ouverture).index, default=Ouverture.OUVERTE)
    dits = [obstacle for obstacle in obstacles if obstacle.ouverture is ouverture]
    return Voie(
        code=code,
        libelle=regle.libelle,
        ouverture=ouverture,
        motif=" ".join(obstacle.motif for obstacle in dits) or "Les conditions connues sont réunies.",
        texte=regle.texte,
        niveau=max((regle.niveau, *(obstacle.niveau for obstacle in dits)), key=list(Niveau).index),
        limites=regle.limites,
        frais=regle.frais,
    )


def _communs(situation: Situation, *autres: Blocage | None) -> Iterator[Obstacle]:
    """What stands in every way: insolvency, nothing due yet or any more, a debtor who cannot be reached."""
    trouves = (
        procedure_collective(situation),
        rien_a_reclamer(situation),
        exigibilite(situation),
        personne_publique(situation),
        territoire_a_verifier(situation),
        *autres,
        *prescriptions_atteintes(situation),
        radiation(situation),
    )
    yield from (_obstacle(blocage) for blocage in trouves if blocage)
    if domicile_inconnu(situation):
        yield Obstacle(Ouverture.A_VERIFIER, "Le domicile ou le siège du débiteur n'est pas connu.")


def _obstacle(blocage: Blocage) -> Obstacle:
    ferme = blocage.severite is Severite.BLOQUANT
    return Obstacle(Ouverture.FERMEE if ferme else Ouverture.A_VERIFIER, blocage.motif, blocage.niveau)


def _compte(blocage: Blocage) -> bool:
    return blocage.severite is not Severite.AVERTISSEMENT


def _exclusion(situation: Situation, exclusion: Exclusion) -> Iterator[Obstacle]:
    """A claim invoiced between merchants has its own procedure (CPCE, art. L125-1 since that day)."""
    if situation.jour < exclusion.depuis or not situation.facturee or situation.entre_commercants is False:
        return
    if situation.entre_commercants is None:
        yield _qualite_inconnue()._replace(niveau=exclusion.niveau)
        return
    yield Obstacle(
        Ouverture.FERMEE,
        f"Les créances facturées entre commerçants en sont exclues depuis le {en_lettres(exclusion.depuis)} "
        f"({exclusion.texte}).",
        exclusion.niveau,
    )


def _qualite_inconnue() -> Obstacle:
    return Obstacle(Ouverture.A_VERIFIER, "Vérifier si les deux parties sont commerçantes.")


def _hors_contrat(situation: Situation, ouverture: Ouverture) -> Iterator[Obstacle]:
    if situation.nature is Nature.HORS_CONTRAT:
        lu = ouverture is Ouverture.FERMEE
        niveau = Niveau.PRIMAIRE if lu else Niveau.NON_VERIFIE
        yield Obstacle(ouverture, "La créance n'a pas de cause contractuelle.", niveau)


def _etranger(situation: Situation) -> Iterator[Obstacle]:
    if situation.pays != "FR":
        yield Obstacle(
            Ouverture.A_VERIFIER,
            f"Le débiteur n'est pas établi en France (pays : {situation.pays}) : compétence et notification "
            "à vérifier.",
            Niveau.NON_VERIFIE,
        )
