"""A next version of a sealed dossier, asked by its form: what is missing is said beside what already runs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dossier.core.faits import (
    Archive,
    Contenu,
    CreanceOuverte,
    DossierPrepare,
    DossierScelle,
    GenrePiece,
    PieceAjoutee,
    RevisionDemandee,
)
from flows import wiring
from tests.core.vie import facture
from tests.flows.maison import Maison, attendre

CREANCE = "FA-1"


def _sceller(maison: Maison) -> None:
    """A dossier sealed without the copy of its invoice, and a contract found since."""
    instant = maison.clock.now()
    jour = instant.date() + timedelta(days=1)
    prepare = DossierPrepare(dossier="d-v1", creances=(CREANCE,), pilote=CREANCE, instant=instant)
    zip_ = Archive(cle="dossiers/d-v1.zip", empreinte="0" * 64, taille=1)
    contrat = Archive(cle="creances/FA-1/contrat.pdf", empreinte="1" * 64, taille=1)
    faits: list[Contenu] = [
        CreanceOuverte(facture=facture(), scenario="standard"),
        prepare,
        DossierScelle(dossier="d-v1", zip=zip_, pieces=1, total=Decimal(1000), jour=jour),
        PieceAjoutee(genre=GenrePiece.CONTRAT, intitule="Contrat", jour=jour, pdf=contrat),
    ]
    wiring.outils().journal.ajouter({CREANCE: faits}, {CREANCE: 0}, auteur="essai", instant=instant)


def test_une_version_demandee_et_retenue_se_dit_sur_le_badge_sans_cacher_le_reste(maison: Maison) -> None:
    _sceller(maison)
    maison.lancer()
    attendre(lambda: "Issue de la mise en demeure changée" in (maison.etat_de_run(CREANCE).name or ""))

    demande = maison.formulaire("refaire-le-dossier", facture=CREANCE, motif="Contrat retrouvé", par="Alice")
    assert (demande.message or "").startswith("Nouvelle version de d-v1 demandée sur FA-1 : ")
    attendre(lambda: (maison.etat_de_run(CREANCE).name or "").startswith("Nouvelle version retenue ("))
    badge = maison.etat_de_run(CREANCE).name or ""
    assert "facture" in badge.partition(")")[0]
    assert "Issue de la mise en demeure changée" in badge, "ce qui court déjà reste visible"
    assert isinstance(maison.contenus(CREANCE)[-1], RevisionDemandee)

    trop_tot = maison.formulaire("solder", facture=CREANCE, par="Alice")
    assert trop_tot.name == "Refusé"
    assert "à payer sur FA-1" in (trop_tot.message or "")


def test_une_piece_et_une_demande_de_version_se_retirent_par_leur_formulaire(maison: Maison) -> None:
    _sceller(maison)
    maison.lancer()
    maison.formulaire("refaire-le-dossier", facture=CREANCE, motif="Contrat retrouvé", par="Alice")
    attendre(lambda: (maison.etat_de_run(CREANCE).name or "").startswith("Nouvelle version retenue ("))

    dits = {"facture": CREANCE, "motif": "Ce n'est pas le bon", "par": "Alice"}
    inconnue = maison.formulaire("retirer-une-piece", piece="Devis", **dits)
    assert inconnue.name == "Refusé"
    assert "« Contrat » (empreinte 11111111)" in (inconnue.message or "")
    retiree = maison.formulaire("retirer-une-piece", piece="contrat", **dits)
    assert retiree.name == "Enregistré"
    assert (retiree.message or "").startswith("Pièce « Contrat » retirée de FA-1")
    assert maison.formulaire("retirer-une-piece", piece="contrat", **dits).name == "Déjà enregistré"

    rendue = maison.formulaire("ne-plus-refaire-le-dossier", **dits)
    assert (rendue.message or "") == "Nouvelle version retirée sur FA-1 : d-v1 reste la dernière."
    attendre(
        lambda: (maison.etat_de_run(CREANCE).name or "").startswith("Issue de la mise en demeure changée")
    )
    assert [type(c).__name__ for c in maison.contenus(CREANCE)[-2:]] == ["PieceRetiree", "RevisionRetiree"]
