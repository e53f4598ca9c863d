"""The warnings on a real server, with a real SMTP server and a real HTTP server: told once, never in a loop."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.events.schemas.automations import Automation, AutomationCore
from prefect.states import Completed
from prefect.variables import Variable

from dossier.core.errors import ConfigurationInvalide
from flows import wiring
from flows.automates import Delais, installer, verifier
from flows.avertir import RAPPELEES, VUES, Voies
from flows.service import enregistrer
from tests.flows.maison import Maison, attendre
from tests.flows.test_service import BOULANGERIE, GARAGE, _jusqu_a_l_appel, aller_au, gare, importer

COURTS = Delais(regroupement=timedelta(seconds=6), ronde=timedelta(seconds=10))
LONGS = Delais(regroupement=timedelta(seconds=6), ronde=timedelta(hours=8))
VEILLEURS = "veille@atelier-fictif.example"


class Recepteur:
    """An HTTP server that keeps what it is given, and can be told to refuse."""

    def __init__(self) -> None:
        self.recus: list[dict[str, Any]] = []
        self.types: list[str] = []
        self.statut = 200
        self.adresse = ""

    @contextmanager
    def ouvrir(self) -> Iterator[None]:
        recepteur = self

        class Guichet(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                corps = self.rfile.read(int(self.headers["Content-Length"]))
                recepteur.types.append(self.headers["Content-Type"])
                recepteur.recus.append(json.loads(corps))
                self.send_response(recepteur.statut)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Guichet) as serveur:
            fil = threading.Thread(target=serveur.serve_forever, daemon=True)
            fil.start()
            self.adresse = f"http://127.0.0.1:{serveur.server_port}/secret-du-salon"
            yield
            serveur.shutdown()


@pytest.fixture
def recepteur() -> Iterator[Recepteur]:
    recepteur = Recepteur()
    with recepteur.ouvrir():
        yield recepteur


@pytest.fixture
def veillee(maison: Maison, recepteur: Recepteur, monkeypatch: pytest.MonkeyPatch) -> Maison:
    """The house, with somebody to warn."""
    monkeypatch.setenv("DOSSIER_ALERTES_COURRIEL", VEILLEURS)
    monkeypatch.setenv("DOSSIER_ALERTES_WEBHOOK", recepteur.adresse)
    wiring.settings.cache_clear()
    for memoire in (VUES, RAPPELEES):
        Variable.unset(memoire)
    return maison


def poser(voies: Voies, delais: Delais) -> None:
    async def _poser() -> None:
        async with get_client() as client:
            await installer(client, voies, delais)

    asyncio.run(_poser())


def automates(maison: Maison) -> dict[str, Automation]:
    lus = [a for a in maison.client.read_automations() if a.name.startswith("Dossier : ")]
    assert len(lus) == len({a.name for a in lus})
    return {a.name: a for a in lus}


def alertes(maison: Maison) -> list[FlowRun]:
    """The runs that warn, but for the next one of the calendar."""
    runs = maison.client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=["avertir"])))
    return [run for run in runs if not (run.idempotency_key or "").startswith("heure:")]


def finies(maison: Maison, nom: str) -> int:
    return sum(run.state is not None and run.state.name == nom for run in alertes(maison))


def courriels(maison: Maison) -> list[Any]:
    """The warnings that arrived, among the letters to the debtors."""
    lus = [
        message_from_bytes(fichier.read_bytes(), policy=policy.default)
        for fichier in sorted((maison.donnees / "courriels").glob("*.eml"))
    ]
    return [lu for lu in lus if lu["To"] == VEILLEURS]


def test_des_lignes_rouges_font_une_alerte_et_une_alerte_qui_echoue_n_en_fait_pas_d_autre(
    veillee: Maison, recepteur: Recepteur
) -> None:
    maison = veillee
    maison.lancer()
    poser(Voies(VEILLEURS, recepteur.adresse), LONGS)
    importer(maison, BOULANGERIE, GARAGE)
    attendre(lambda: gare(maison, BOULANGERIE, "Prévenance") and gare(maison, GARAGE, "Prévenance"))
    maison.fermer_courrier()
    recepteur.statut = 500
    aller_au(maison, BOULANGERIE, date(2026, 5, 13))
    attendre(lambda: maison.etat_de_run(BOULANGERIE).is_failed())
    attendre(lambda: finies(maison, "Alerte non partie") == 1)
    (ratee,) = alertes(maison)
    message = (ratee.state and ratee.state.message) or ""
    assert "serveur de courrier" in message
    assert "refuse le message (réponse 500)" in message
    assert "secret-du-salon" not in message
    attendre_que_rien_ne_vienne(lambda: len(alertes(maison)) == 1, 15)

    recepteur.statut = 200
    aller_au(maison, GARAGE, date(2026, 5, 21))
    attendre(lambda: maison.etat_de_run(GARAGE).is_failed())
    maison.ouvrir_courrier()
    attendre(lambda: finies(maison, "Averti") == 1)
    (courriel,) = courriels(maison)
    corps = courriel.get_content()
    assert courriel["Subject"] == "Dossier : étapes à reprendre (2)"
    for facture, debiteur in ((BOULANGERIE, "Boulangerie Imaginaire SARL"), (GARAGE, "Garage")):
        assert facture in corps
        assert debiteur in corps
        assert f"/runs/flow-run/{maison.run(facture).id}" in corps
    assert "Puis cliquez sur Retry." in corps
    annonce = recepteur.recus[-1]
    assert {a["facture"] for a in annonce["alertes"]} == {BOULANGERIE, GARAGE}
    assert annonce["text"].startswith("Dossier : étapes à reprendre (2)")
    assert maison.formulaire("avertir", objet="étapes à reprendre").name == "Rien à signaler"
    assert "Boulangerie" not in "".join(
        (run.state.message or "") + run.name for run in alertes(maison) if run.state
    )
    assert maison.formulaire("avertir", objet="essai").name == "Averti"
    assert "Ceci est un essai" in courriels(maison)[-1].get_content()


def attendre_que_rien_ne_vienne(calme: Callable[[], bool], secondes: float) -> None:
    with pytest.raises(AssertionError, match="jamais venue"):
        attendre(lambda: not calme(), patience=secondes)


def test_la_ronde_absente_est_dite_par_le_serveur_meme_quand_le_service_est_mort(
    veillee: Maison, recepteur: Recepteur
) -> None:
    maison = veillee
    maison.lancer()
    poser(Voies(VEILLEURS, recepteur.adresse), COURTS)
    deploiement = maison.client.read_deployment_by_name("ronde/ronde")

    def une_ronde_passe() -> None:
        run = maison.client.create_flow_run_from_deployment(deploiement.id, state=Completed(name="Fait"))
        maison.client.set_flow_run_state(run.id, Completed(name="Fait"), force=True)

    def calme() -> bool:
        une_ronde_passe()
        return not recepteur.recus

    attendre_que_rien_ne_vienne(calme, 25)
    maison.tuer()
    attendre(lambda: len(recepteur.recus) >= 1)
    assert recepteur.types[0] == "application/json"
    assert recepteur.recus[0]["alertes"][0]["objet"] == "ronde absente"
    assert "Vérifiez que le service tourne" in recepteur.recus[0]["text"]
    attendre(lambda: len(alertes(maison)) >= 1)
    assert finies(maison, "Averti") == 0
    poser(Voies(), COURTS)
    eteints = automates(maison)
    assert {nom: a.enabled for nom, a in eteints.items()} == {
        "Dossier : étape à reprendre": False,
        "Dossier : ronde absente": False,
    }
    recus = len(recepteur.recus)
    attendre_que_rien_ne_vienne(lambda: len(recepteur.recus) == recus, 22)


def test_une_question_de_trois_jours_est_rappelee_une_fois_puis_chaque_semaine(
    veillee: Maison, recepteur: Recepteur
) -> None:
    from dossier.core.dates import debut_du_jour

    maison = veillee
    maison.lancer()
    _jusqu_a_l_appel(maison)
    pose = maison.clock.jour()
    attendus = {2: "Rien à signaler", 3: "Averti", 4: "Rien à signaler", 9: "Rien à signaler", 10: "Averti"}
    for jours, nom in attendus.items():
        maison.clock.regler(debut_du_jour(pose + timedelta(days=jours)))
        assert maison.formulaire("avertir", objet="questions sans réponse").name == nom, jours
    premier, second = courriels(maison)
    assert premier["Subject"] == "Dossier : questions sans réponse (1)"
    assert "attend une réponse depuis 3 jours" in premier.get_content()
    assert "attend une réponse depuis 10 jours" in second.get_content()
    assert BOULANGERIE in premier.get_content()
    assert [r["alertes"][0]["facture"] for r in recepteur.recus] == [BOULANGERIE, BOULANGERIE]
    maison.formulaire(
        "paiement",
        facture=BOULANGERIE,
        montant="842.40",
        jour=maison.clock.jour().isoformat(),
        reference="VIR 9",
    )
    attendre(lambda: maison.etat_de_run(BOULANGERIE).name == "Soldée")
    maison.clock.regler(debut_du_jour(pose + timedelta(days=17)))
    assert maison.formulaire("avertir", objet="questions sans réponse").name == "Rien à signaler"


def test_enregistrer_deux_fois_ne_touche_pas_aux_automates(veillee: Maison) -> None:
    asyncio.run(enregistrer())
    avant = _bruts(veillee)
    assert {a["name"] for a in avant} == {"Dossier : étape à reprendre", "Dossier : ronde absente"}
    assert all(a["enabled"] for a in avant)
    asyncio.run(enregistrer())
    assert _bruts(veillee) == avant
    copie = automates(veillee)["Dossier : ronde absente"].model_dump(exclude={"id"})
    veillee.client.create_automation(AutomationCore.model_validate(copie))
    assert len(_bruts(veillee)) == 3
    asyncio.run(enregistrer())
    assert set(automates(veillee)) == {a["name"] for a in avant}


def _bruts(maison: Maison) -> list[dict[str, Any]]:
    """As the server gives them, with the day of their last change."""
    reponse = maison.client.request("POST", "/automations/filter", json={})
    return sorted((a for a in reponse.json() if a["name"].startswith("Dossier")), key=lambda a: a["id"])


def test_sans_destinataire_rien_ne_part(maison: Maison) -> None:
    asyncio.run(enregistrer())
    assert not any(a.enabled for a in automates(maison).values())
    maison.lancer()
    essai = maison.formulaire("avertir", objet="essai")
    assert (essai.name, essai.is_failed()) == ("Refusé", True)
    assert "DOSSIER_ALERTES_COURRIEL" in (essai.message or "")


@pytest.mark.parametrize(
    ("voies", "reglage"),
    [
        (Voies("pas une adresse", ""), "DOSSIER_ALERTES_COURRIEL"),
        (Voies("", "ftp://exemple.fr"), "DOSSIER_ALERTES_WEBHOOK"),
    ],
)
def test_un_destinataire_faux_est_dit_au_demarrage(
    voies: Voies, reglage: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSSIER_DONNEES", str(tmp_path))
    wiring.settings.cache_clear()
    wiring.outils.cache_clear()
    try:
        with pytest.raises(ConfigurationInvalide, match=reglage):
            verifier(wiring.outils(), voies)
    finally:
        wiring.settings.cache_clear()
        wiring.outils.cache_clear()
