"""Once a dossier is sealed: what still stops it, what runs beside, and what is never closed without being asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dossier.core.decision import Assembler, Attendre, Qui, RompreEcheancier, Solder, Suivre, ce_qui_retient
from dossier.core.faits import (
    DossierScelle,
    EcheancierRompu,
    OrdonnanceRendue,
    ProcedureReprise,
    ProcedureSuspendue,
    PromesseFaite,
    RequeteDeposee,
    RevisionDemandee,
    RevisionRetiree,
    SensOrdonnance,
)
from tests.core.test_pieces import complete
from tests.core.vie import Vie, archive

UN_JOUR = timedelta(days=1)


def scellee() -> Vie:
    vie = complete()
    vie.jour = date(2026, 8, 21)
    return vie.noter(
        DossierScelle(dossier="d-v1", zip=archive(), pieces=1, total=Decimal(1000), jour=vie.jour)
    )


def demander(vie: Vie) -> Vie:
    return vie.noter(RevisionDemandee(dossier="d-v1", motif="Contrat", par="Essai", jour=vie.jour))


def ordonner(vie: Vie, sens: SensOrdonnance = SensOrdonnance.ACCUEILLIE) -> Vie:
    return vie.noter(
        RequeteDeposee(juridiction="Tribunal judiciaire de Lyon", jour=vie.jour),
        OrdonnanceRendue(sens=sens, jour=vie.jour),
    )


def retient(vie: Vie) -> Attendre:
    action = ce_qui_retient(vie.etat, vie.scenario, vie.jour)
    assert isinstance(action, Attendre)
    return action


def test_une_version_demandee_se_scelle_puis_se_suit() -> None:
    vie = demander(scellee())
    assert vie.action == Assembler()
    vie.noter(DossierScelle(dossier="d-v2", zip=archive(), pieces=1, total=Decimal(1), jour=vie.jour))
    assert vie.action == Suivre()


def test_une_demande_de_version_retiree_laisse_le_dossier_a_sa_suite() -> None:
    vie = demander(scellee())
    vie.noter(RevisionRetiree(dossier="d-v1", motif="Finalement non", par="Essai", jour=vie.jour))
    assert vie.etat.revision is None and vie.action == Suivre()
    assert demander(vie).action == Assembler()


def test_une_version_demandee_ne_se_scelle_pas_en_procedure_collective() -> None:
    """Nothing more is filed (C. com., art. L622-21)."""
    vie = demander(scellee()).ouvrir_procedure()
    assert isinstance(vie.action, Attendre)
    assert vie.action.etape == "procedure-collective"
    assert vie.ecarter_procedure().action == Assembler()


def test_un_litige_une_pause_ou_une_promesse_se_disent_sans_arreter_le_suivi() -> None:
    vie = scellee().contester("Prix")
    assert vie.action == Suivre()
    assert (retient(vie).libelle, retient(vie).qui) == ("Litige ouvert : Prix", Qui.PERSONNE)
    vie.lever().noter(ProcedureSuspendue(motif="Congés", par="Essai", jour=vie.jour))
    assert vie.action == Suivre()
    assert retient(vie).libelle == "Suspendue : Congés"
    vie.noter(ProcedureReprise(motif="Retour", par="Essai", jour=vie.jour))
    assert ce_qui_retient(vie.etat, vie.scenario, vie.jour) is None
    vie.noter(PromesseFaite(promis_le=vie.jour + UN_JOUR, jour=vie.jour))
    assert "Paiement promis" in retient(vie).libelle


def test_un_versement_manque_apres_le_scellement_rompt_l_echeancier() -> None:
    vie = scellee()
    versement = vie.jour + UN_JOUR
    vie.accorder((versement, "1000"))
    limite = versement + timedelta(days=vie.scenario.tolerance_echeancier)
    vie.jour = limite
    assert vie.action == Suivre()
    assert "Échéancier : versement du 22/08/2026" in retient(vie).libelle
    vie.jour = limite + UN_JOUR
    assert vie.action == RompreEcheancier(versement)
    assert vie.noter(EcheancierRompu(manquee=versement, jour=vie.jour)).action == Suivre()


def test_payee_apres_une_ordonnance_favorable_elle_attend_qu_une_personne_la_solde() -> None:
    assert ordonner(scellee()).payer("1000").action == Suivre()
    assert isinstance(ordonner(scellee(), SensOrdonnance.REJETEE).payer("1000").action, Solder)
    assert isinstance(scellee().payer("1000").action, Solder)
