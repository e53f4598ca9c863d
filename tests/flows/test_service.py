"""What an operator may count on: nothing lost, nothing twice, red steps that say what to do."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from prefect.states import Cancelled

from dossier.adapters.config_yaml import charger
from dossier.core.faits import EnvoiFait, EnvoiPrepare, IssuePli, PaiementRecu, QuestionPosee
from flows.demo.histoire import Histoire
from flows.settings import RACINE
from tests.flows.maison import Maison, attendre

EXEMPLES = RACINE / "exemples"
BOULANGERIE, GARAGE = "FA-2026-0101", "FA-2026-0104"


def histoire_de(*factures: str) -> Histoire:
    complete = charger(EXEMPLES / "histoire.yaml", Histoire)
    return complete.model_copy(update={"factures": {f: complete.factures[f] for f in factures}})


def fichiers_de(*factures: str) -> list[Path]:
    return [EXEMPLES / "factures" / f"{facture}.pdf" for facture in factures]


def importer(maison: Maison, *factures: str) -> None:
    etat = maison.formulaire("importer-des-factures", fichiers=[str(f) for f in fichiers_de(*factures)])
    assert etat.is_completed(), etat.message


def aller_au(maison: Maison, creance: str, jour: date) -> None:
    """Move the clock and make the run due, as the demonstration does."""
    from dossier.core.dates import debut_du_jour
    from flows.durable_wait import rendre_du

    maison.clock.regler(debut_du_jour(jour))
    rendre_du(maison.client, maison.run(creance).id, "Jour venu")


def gare(maison: Maison, creance: str, nom: str) -> bool:
    etat = maison.etat_de_run(creance)
    return etat.is_scheduled() and nom in (etat.name or "")


def test_une_facture_se_gare_sous_un_nom_francais_et_porte_ses_etiquettes(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance le 13/05/2026"))
    run = maison.run(BOULANGERIE)
    assert run.name == "FA-2026-0101 · Boulangerie Imaginaire SARL · 842,40\u00a0€"
    assert set(run.tags) == {"debiteur:Boulangerie Imaginaire SARL", "etape:prevenance", "scenario:standard"}


def test_tue_et_relance_sans_cesse_le_service_ne_perd_ni_ne_double_rien(maison: Maison) -> None:
    maison.lancer()
    pilote = maison.pilote(histoire_de(GARAGE))
    pilote.importer(fichiers_de(GARAGE))
    fini = threading.Event()
    coups = threading.Thread(target=_tuer_au_hasard, args=(maison, fini))
    coups.start()
    try:
        pilote.jouer()
    finally:
        fini.set()
        coups.join()
    contenus = maison.contenus(GARAGE)
    prepares = Counter(c.cle for c in contenus if isinstance(c, EnvoiPrepare))
    faits = Counter(c.cle for c in contenus if isinstance(c, EnvoiFait))
    assert prepares == faits
    assert set(prepares.values()) == {1}
    courriels = [c for c in contenus if isinstance(c, EnvoiPrepare) and c.source.cle.endswith(".eml")]
    assert len(set(maison.messages())) == len(courriels) == 4
    etablis = list((maison.donnees / "preuves" / "creances" / GARAGE / "envois").glob("*.pdf"))
    assert len(etablis) == len(prepares) == 8
    assert len(list((maison.donnees / "preuves" / "dossiers").glob("*.zip"))) == 1


def _tuer_au_hasard(maison: Maison, fini: threading.Event) -> None:
    hasard = random.Random(2026)
    for _ in range(8):
        if fini.wait(hasard.uniform(0.5, 4)):
            return
        maison.tuer()
        maison.lancer()


def test_smtp_absent_rend_le_suivi_rouge_et_retry_reprend_sans_rien_refaire(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance"))
    maison.fermer_courrier()
    aller_au(maison, BOULANGERIE, date(2026, 5, 13))
    attendre(lambda: maison.etat_de_run(BOULANGERIE).is_failed())
    etat = maison.etat_de_run(BOULANGERIE)
    assert etat.name == "À reprendre"
    assert "serveur de courrier" in (etat.message or "")
    assert "Retry" in (etat.message or "")
    assert "Traceback" not in (etat.message or "")
    assert "attend:personne" in maison.run(BOULANGERIE).tags
    maison.ouvrir_courrier()
    maison.retry(BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Relance 1 le 28/05/2026"))
    assert [type(c).__name__ for c in maison.contenus(BOULANGERIE)] == [
        "CreanceOuverte",
        "EnvoiPrepare",
        "RemiseTentee",
        "EnvoiFait",
    ]
    assert len(maison.messages()) == 1


def test_libreoffice_absent_rend_le_suivi_rouge_et_retry_reprend(maison: Maison) -> None:
    maison.lancer(PATH=_chemin_sans_soffice(maison.donnees))
    importer(maison, BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance"))
    aller_au(maison, BOULANGERIE, date(2026, 5, 13))
    attendre(lambda: maison.etat_de_run(BOULANGERIE).is_failed())
    message = maison.etat_de_run(BOULANGERIE).message or ""
    assert "LibreOffice" in message
    assert "libreoffice-writer-nogui" in message
    maison.tuer()
    maison.lancer()
    assert maison.etat_de_run(BOULANGERIE).is_failed()
    maison.retry(BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Relance 1"))
    assert len(maison.messages()) == 1


def _chemin_sans_soffice(dossier: Path) -> str:
    """A PATH with the tools of this machine but LibreOffice."""
    outils = dossier / "outils"
    outils.mkdir()
    for nom in ("openssl", "pdftoppm", "env", "sh"):
        trouve = shutil.which(nom)
        assert trouve is not None
        (outils / nom).symlink_to(trouve)
    return str(outils)


def test_la_base_de_prefect_perdue_le_service_rebatit_chaque_suivi(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE, GARAGE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance") and gare(maison, GARAGE, "Prévenance"))
    maison.tuer()
    maison.serveur.perdre_sa_base()
    maison.lancer()
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance le 13/05/2026"))
    attendre(lambda: gare(maison, GARAGE, "Prévenance le 21/05/2026"))
    assert len(maison.contenus(BOULANGERIE)) == 1


def test_un_paiement_reveille_le_suivi_gare_et_le_solde(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance"))
    etat = maison.formulaire(
        "paiement", facture=BOULANGERIE, montant="842.40", jour="2026-05-04", reference="VIR 1"
    )
    assert etat.name == "Enregistré"
    attendre(lambda: maison.etat_de_run(BOULANGERIE).name == "Soldée")
    deux_fois = maison.formulaire(
        "paiement", facture=BOULANGERIE, montant="842.40", jour="2026-05-04", reference="VIR 1"
    )
    assert not deux_fois.is_crashed()
    assert sum(isinstance(c, PaiementRecu) for c in maison.contenus(BOULANGERIE)) == 1


def test_un_paiement_reveille_aussi_un_suivi_rouge_ou_annule(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE, GARAGE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance") and gare(maison, GARAGE, "Prévenance"))
    maison.client.set_flow_run_state(maison.run(GARAGE).id, Cancelled(), force=True)
    maison.fermer_courrier()
    aller_au(maison, BOULANGERIE, date(2026, 5, 13))
    attendre(lambda: maison.etat_de_run(BOULANGERIE).is_failed())
    maison.formulaire("paiement", facture=BOULANGERIE, montant="842.40", jour="2026-05-13", reference="VIR 1")
    maison.formulaire("paiement", facture=GARAGE, montant="5274.00", jour="2026-05-13", reference="VIR 2")
    attendre(lambda: maison.etat_de_run(BOULANGERIE).name == "Soldée")
    attendre(lambda: maison.etat_de_run(GARAGE).name == "Soldée")


@pytest.mark.parametrize(
    ("parametres", "phrase"),
    [
        ({"montant": "10.00", "jour": "2030-01-01", "reference": "X"}, "dans le futur"),
        (
            {"facture": "FA-INCONNUE", "montant": "10.00", "jour": "2026-05-04", "reference": "X"},
            "Aucune facture",
        ),
    ],
)
def test_un_formulaire_refuse_par_une_phrase_et_ne_change_rien(
    maison: Maison, parametres: dict[str, str], phrase: str
) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    etat = maison.formulaire("paiement", **{"facture": BOULANGERIE, **parametres})
    assert etat.is_failed()
    assert etat.name == "Refusé"
    assert phrase in (etat.message or "")
    assert len(maison.contenus(BOULANGERIE)) == 1


def test_une_question_suspend_le_suivi_et_la_reponse_le_fait_repartir(maison: Maison) -> None:
    maison.lancer()
    _jusqu_a_l_appel(maison)
    maison.client.resume_flow_run(
        maison.run(BOULANGERIE).id,
        run_input={"resultat": "Message laissé", "par": "Anne", "note": "a rappelé"},
    )
    attendre(lambda: gare(maison, BOULANGERIE, "Relance 3"))


def test_un_paiement_pendant_une_question_la_rend_sans_objet(maison: Maison) -> None:
    maison.lancer()
    _jusqu_a_l_appel(maison)
    jour = maison.clock.jour().isoformat()
    maison.formulaire("paiement", facture=BOULANGERIE, montant="842.40", jour=jour, reference="VIR 2")
    attendre(lambda: maison.etat_de_run(BOULANGERIE).name == "Soldée")


def test_un_fait_sans_rapport_pendant_une_question_la_fait_poser_de_nouveau(maison: Maison) -> None:
    maison.lancer()
    _jusqu_a_l_appel(maison)
    jour = maison.clock.jour().isoformat()
    maison.formulaire("paiement", facture=BOULANGERIE, montant="100.00", jour=jour, reference="VIR 3")
    attendre(lambda: sum(isinstance(c, QuestionPosee) for c in maison.contenus(BOULANGERIE)) == 2)
    attendre(lambda: maison.etat_de_run(BOULANGERIE).is_paused())
    maison.client.resume_flow_run(
        maison.run(BOULANGERIE).id, run_input={"resultat": "Injoignable", "par": "Anne"}
    )
    attendre(lambda: gare(maison, BOULANGERIE, "Relance 3"))


def _jusqu_a_l_appel(maison: Maison) -> None:
    pilote = maison.pilote(Histoire(depart=date(2026, 5, 4), fin=date(2026, 12, 15)))
    pilote.importer(fichiers_de(BOULANGERIE))
    pilote.calme()
    while not maison.etat_de_run(BOULANGERIE).is_paused():
        pilote.avancer(maison.clock.jour())
        pilote.calme()


def test_l_accuse_se_saisit_et_se_corrige(maison: Maison) -> None:
    maison.lancer()
    pilote = maison.pilote(Histoire(depart=date(2026, 5, 4), fin=date(2026, 12, 15)))
    pilote.importer(fichiers_de(BOULANGERIE))
    while not any(
        e.depot and e.prepare.etape == "mise-en-demeure" for e in maison.etats()[0].envois.values()
    ):
        pilote.calme()
        if not pilote.agir(maison.clock.jour()):
            pilote.avancer(maison.clock.jour())
    pilote.calme()
    jour = maison.clock.jour().isoformat()
    npai = maison.formulaire(
        "accuse-de-reception",
        facture=BOULANGERIE,
        issue=IssuePli.NPAI.value,
        jour=jour,
        premiere_presentation=jour,
    )
    assert npai.is_completed(), npai.message
    attendre(lambda: "Adresse à vérifier" in (maison.etat_de_run(BOULANGERIE).name or ""))
    maison.formulaire("accuse-de-reception", facture=BOULANGERIE, issue="distribue", jour=jour)
    attendre(lambda: gare(maison, BOULANGERIE, "Délai de la mise en demeure"))


def test_le_service_tourne_avec_une_horloge_reelle(maison: Maison) -> None:
    del os.environ["DOSSIER_HORLOGE"]
    maison.lancer()
    importer(maison, BOULANGERIE)
    attendre(
        lambda: maison.etat_de_run(BOULANGERIE).is_scheduled() or maison.etat_de_run(BOULANGERIE).is_paused()
    )


def test_un_seul_service_par_dossier_de_donnees(maison: Maison) -> None:
    maison.lancer()
    second = subprocess.run(
        [sys.executable, "-m", "flows.cli", "service"],
        cwd=RACINE,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert "Un service tourne déjà sur ces données" in second.stderr


def test_le_serveur_prefect_redemarre_et_le_service_continue(maison: Maison) -> None:
    maison.lancer()
    importer(maison, BOULANGERIE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance"))
    maison.serveur.arreter()
    maison.serveur.demarrer()
    aller_au(maison, BOULANGERIE, date(2026, 5, 13))
    attendre(lambda: gare(maison, BOULANGERIE, "Relance 1"), patience=180)
    assert len(maison.messages()) == 1


def test_deux_factures_du_meme_debiteur_partent_dans_un_seul_courriel(maison: Maison) -> None:
    """Both runs wake the same morning: one document, one sending, a fait in each creance."""
    hotel = ("FA-2026-0105", "FA-2026-0106")
    maison.lancer()
    importer(maison, *hotel)
    for facture in hotel:
        aller_au(maison, facture, date(2026, 5, 27))
    for facture in hotel:
        attendre(lambda f=facture: gare(maison, f, "Relance 1"))  # type: ignore[misc]
    prepares = [[c for c in maison.contenus(facture) if isinstance(c, EnvoiPrepare)][-1] for facture in hotel]
    assert prepares[0].groupe == hotel
    assert prepares[0].cle == prepares[1].cle
    assert len(maison.messages()) == 1
