"""The questions through the real API: an answer, a refusal, a postponement, and an answer that is asked again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dossier.core.dates import debut_du_jour
from dossier.core.faits import (
    AppelConsigne,
    ApprobationDonnee,
    DerogationDonnee,
    DossierScelle,
    EtapeSautee,
    PaiementAnnule,
    PromesseFaite,
    QuestionPosee,
)
from flows import wiring
from flows.durable_wait import rendre_du
from flows.settings import RACINE
from tests.flows.maison import Maison, attendre
from tests.flows.test_service import BOULANGERIE, gare, importer

pytestmark = pytest.mark.timeout(600)
UN_JOUR = timedelta(days=1)


def sauter(maison: Maison, *etapes: str) -> None:
    """These steps are set aside: what follows is the only thing under test."""
    from dossier.services.creances import consigner

    sautees = [EtapeSautee(etape=etape, motif="essai", jour=maison.clock.jour()) for etape in etapes]
    consigner(wiring.outils(), BOULANGERIE, lambda _: sautees, auteur="essai")


def sans_representant(maison: Maison) -> Path:
    """A configuration in which the creditor's representative is not said: no dossier may be sealed so."""
    config = maison.donnees / "config"
    shutil.copytree(RACINE / "config", config)
    fichier = config / "creancier.yaml"
    lu = fichier.read_text()
    fichier.write_text(lu.replace("representant: Camille Exemple", 'representant: ""'))
    assert fichier.read_text() != lu
    return config


def aller_au(maison: Maison, jour: date) -> None:
    maison.clock.regler(debut_du_jour(jour))
    rendre_du(maison.client, maison.run(BOULANGERIE).id, "Jour venu")


def posee(maison: Maison, titre: str) -> None:
    def attend_une_reponse() -> bool:
        etat = maison.etat_de_run(BOULANGERIE)
        assert not etat.is_failed(), etat.message
        return etat.is_paused() and titre in (etat.name or "")

    attendre(attend_une_reponse, patience=200)


def garee(maison: Maison, nom: str) -> None:
    attendre(lambda: gare(maison, BOULANGERIE, nom), patience=200)


def repondre(maison: Maison, **reponse: Any) -> None:
    """What the Resume button of the UI posts."""
    resultat = maison.client.resume_flow_run(maison.run(BOULANGERIE).id, run_input=reponse)
    assert resultat.status.value == "ACCEPT", resultat.details


def description(maison: Maison) -> str:
    cles = maison.etat_de_run(BOULANGERIE).state_details.run_input_keyset
    assert cles is not None
    return maison.client.read_flow_run_input(maison.run(BOULANGERIE).id, cles["description"])


@contextmanager
def reposee(maison: Maison, titre: str, refus: str) -> Iterator[None]:
    """The answer given within is refused with that sentence, and the question asked again."""
    avant = sum(isinstance(c, QuestionPosee) for c in maison.contenus(BOULANGERIE))
    yield
    attendre(
        lambda: sum(isinstance(c, QuestionPosee) for c in maison.contenus(BOULANGERIE)) > avant, patience=200
    )
    posee(maison, titre)
    texte = description(maison)
    assert "Réponse refusée" in texte
    assert refus in texte


def faits(maison: Maison, genre: type) -> list[Any]:
    return [contenu for contenu in maison.contenus(BOULANGERIE) if isinstance(contenu, genre)]


def test_l_appel_se_refuse_se_reporte_se_promet_et_un_paiement_annule_rouvre_le_suivi(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    garee(maison, "Prévenance")
    sauter(maison, "prevenance", "relance-1", "relance-2")
    jour = date(2026, 6, 24)
    aller_au(maison, jour)
    posee(maison, "À appeler")
    assert "842,40" in description(maison), "le script de l'appel"
    with reposee(maison, "À appeler", "« Date » : « zut » n'est pas une date"):
        repondre(maison, resultat="Injoignable", par="Anne", jour="zut")
    with reposee(maison, "À appeler", "Pour rappeler plus tard, indiquez une date à venir."):
        repondre(maison, resultat="Injoignable", par="Anne", jour=jour.isoformat())
    with reposee(maison, "À appeler", "le nom de l'appelant"):
        repondre(maison, resultat="Injoignable", par=" ")
    assert faits(maison, AppelConsigne) == []
    repondre(maison, resultat="Injoignable", par="Anne", jour=(jour + UN_JOUR).isoformat())
    garee(maison, "À rappeler le 25/06/2026")
    aller_au(maison, jour + UN_JOUR)
    posee(maison, "À appeler")
    with reposee(maison, "À appeler", "dépasse ce qui reste"):
        repondre(maison, resultat="Paiement annoncé", par="Anne", jour="2026-06-30", montant="1 000,00 €")
    repondre(maison, resultat="Paiement annoncé", par="Anne", jour="30/06/2026", montant="842,40")
    garee(maison, "Paiement promis pour le 30/06/2026")
    assert [c.promis_le for c in faits(maison, PromesseFaite)] == [date(2026, 6, 30)]
    # The promise is kept, then the cheque comes back: the run that was done lives again.
    recu = {"montant": "842,40 €", "jour": "25/06/2026", "reference": "CHQ 7"}
    assert maison.formulaire("paiement", facture="fa 2026 0101", **recu).name == "Enregistré"
    attendre(lambda: maison.etat_de_run(BOULANGERIE).name == "Soldée")
    rejete = {"cause": "impaye", "motif": "Sans provision", "par": "Anne"}
    inconnu = maison.formulaire("annuler-un-paiement", facture=BOULANGERIE, reference="VIR", **rejete)
    assert (inconnu.name, "« CHQ 7 »" in (inconnu.message or "")) == ("Refusé", True)
    annule = maison.formulaire("annuler-un-paiement", facture=BOULANGERIE, **rejete)
    assert (annule.name, "elle est rouverte" in (annule.message or "")) == ("Enregistré", True)
    garee(maison, "Paiement promis pour le 30/06/2026")
    assert len(faits(maison, PaiementAnnule)) == 1
    _les_formulaires_repondent_en_francais(maison)


def _les_formulaires_repondent_en_francais(maison: Maison) -> None:
    """Whatever the UI sends, the run says why, in French, and nothing is recorded."""
    avant = len(maison.contenus(BOULANGERIE))
    vide = maison.formulaire("suspendre")
    assert vide.message == (
        "« Numéro de facture » : à remplir. « Motif » : à remplir. « Votre nom » : à remplir."
    )
    loin = maison.formulaire("suspendre", facture="FA-2026-0110", motif="Congés", par="Anne")
    assert "Vouliez-vous dire : FA-2026-0101" in (loin.message or "")
    pas_pret = maison.formulaire("assembler-le-dossier", facture=BOULANGERIE)
    assert "FA-2026-0101 : Paiement promis pour le 30/06/2026" in (pas_pret.message or "")
    assert {vide.name, loin.name, pas_pret.name} == {"Refusé"}
    assert len(maison.contenus(BOULANGERIE)) == avant
    deux = {"facture": BOULANGERIE, "scenario": "grand-compte", "motif": "Groupe coté", "par": "Anne"}
    assert [maison.formulaire("changer-de-scenario", **deux).name for _ in range(2)] == [
        "Enregistré",
        "Déjà enregistré",
    ]
    page = maison.client.read_artifacts(limit=50)
    assert any("| Avant | Après |" in str(artefact.data) for artefact in page)


def test_la_mise_en_demeure_se_reporte_se_refuse_s_approuve_l_adresse_et_la_derogation_se_demandent(
    maison: Maison,
) -> None:
    maison.lancer(DOSSIER_CONFIG=str(sans_representant(maison)))
    importer(maison, BOULANGERIE)
    garee(maison, "Prévenance")
    sauter(maison, "prevenance", "relance-1", "relance-2", "appel", "relance-3", "avant-contentieux")
    jour = date(2026, 7, 1)
    aller_au(maison, jour)
    posee(maison, "À approuver")
    with reposee(maison, "À approuver", "indiquez une date à venir"):
        repondre(maison, decision="Reporter", par="Anne")
    with reposee(maison, "À approuver", "le motif du refus"):
        repondre(maison, decision="Refuser", par="Anne")
    with reposee(maison, "À approuver", "ne peut pas être lu"):
        repondre(maison, decision="Approuver", par="Anne", document="/nulle/part.docx")
    repondre(maison, decision="Reporter", par="Anne", jusqu_au=(jour + UN_JOUR).isoformat())
    garee(maison, "Mise en demeure reportée au 02/07/2026")
    aller_au(maison, jour + UN_JOUR)
    posee(maison, "À approuver")
    repondre(maison, decision="Refuser", par="Anne", motif="Accord en vue")
    garee(maison, "Mise en demeure refusée par Anne")
    accord = maison.formulaire(
        "repondre-mise-en-demeure", facture=BOULANGERIE, decision="Approuver", par="Anne"
    )
    assert accord.is_completed(), accord.message
    garee(maison, "LRAR à déposer")
    assert [d.decision.value for d in faits(maison, ApprobationDonnee)] == [
        "reporter",
        "refuser",
        "approuver",
    ]
    poste = (jour + UN_JOUR).isoformat()
    maison.formulaire("depot-recommande", facture=BOULANGERIE, numero="1A 123 456 7890 1", jour=poste)
    avis = {"facture": BOULANGERIE, "jour": poste, "premiere_presentation": poste}
    assert maison.formulaire("accuse-de-reception", issue="npai", **avis).is_completed()
    posee(maison, "Adresse à vérifier")
    with reposee(maison, "Adresse à vérifier", "code postal"):
        repondre(maison, lignes="9 rue Neuve", code_postal="", ville="Lyon", source="Kbis", par="Anne")
    assert maison.formulaire("accuse-de-reception", issue="Distribué", **avis).is_completed()
    garee(maison, "Délai de la mise en demeure")
    aller_au(maison, jour + 30 * UN_JOUR)
    posee(maison, "Dossier incomplet")
    with reposee(maison, "Dossier incomplet", "le motif de la dérogation"):
        repondre(maison, par="Anne", motif=" ")
    repondre(maison, par="Anne", motif="Le délai presse")
    attendre(lambda: bool(faits(maison, DossierScelle)), patience=200)
    assert [d.par for d in faits(maison, DerogationDonnee)] == ["Anne"]
