"""Many creances by one form: shown, confirmed, done, on a real Prefect server."""

from __future__ import annotations

from contextlib import suppress

from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import ArtifactSort
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Scheduled

from flows.settings import RACINE
from tests.flows.maison import Maison, attendre

MASSE = "traiter-en-masse/traiter-en-masse"


def lancer(maison: Maison, **parametres: object) -> FlowRun:
    """The run of the form once it asks, or has ended."""
    deploiement = maison.client.read_deployment_by_name(MASSE)
    parametres = {"motif": "trésorerie", "par": "Anne", **parametres}
    run = maison.client.create_flow_run_from_deployment(
        deploiement.id, parameters=parametres, state=Scheduled()
    )
    attendre(lambda: _lire(maison, run).state.is_paused() or _lire(maison, run).state.is_final())
    return _lire(maison, run)


def description(maison: Maison, run: FlowRun) -> str:
    cle = run.state.state_details.run_input_keyset["description"]
    return maison.client.read_flow_run_input(run.id, cle)


def confirmer(maison: Maison, run: FlowRun, confirmer: bool) -> FlowRun:
    """What the Resume button does; a person clicks again when the server was busy."""

    def acceptee() -> bool:
        with suppress(PrefectHTTPStatusError):
            maison.client.resume_flow_run(run.id, run_input={"confirmer": confirmer})
        return not _lire(maison, run).state.is_paused()

    def finie() -> bool:
        return bool(_lire(maison, run).state.is_final())

    attendre(acceptee)
    attendre(finie)
    return _lire(maison, run)


def a_faire(maison: Maison) -> str:
    """The page « À faire aujourd'hui » as last written."""
    filtre = ArtifactFilter(key=ArtifactFilterKey(any_=["a-faire-aujourd-hui"]))
    [page] = maison.client.read_artifacts(artifact_filter=filtre, sort=ArtifactSort.CREATED_DESC, limit=1)
    return str(page.data)


def _lire(maison: Maison, run: FlowRun) -> FlowRun:
    lu = maison.client.read_flow_run(run.id)
    assert lu.state is not None
    return lu


def test_on_voit_ce_qui_sera_fait_on_confirme_et_tout_est_fait_une_fois(maison: Maison) -> None:
    maison.lancer()
    exemples = RACINE / "exemples" / "factures"
    chemins = [str(exemples / f"FA-2026-010{rang}.pdf") for rang in (1, 2, 4)]
    assert maison.formulaire("importer-des-factures", fichiers=chemins).is_completed()
    ouvertes = {etat.creance for etat in maison.etats()}
    attendre(lambda: all("Prévenance" in (maison.etat_de_run(c).name or "") for c in ouvertes))

    vide = lancer(maison, acte="Suspendre", debiteur="Personne de connu")
    assert (vide.state.name, "Aucune créance ouverte" in vide.state.message) == ("Refusé", True)

    run = lancer(maison, acte="Suspendre")
    assert run.state.name == f"À confirmer : suspendre, {len(ouvertes)} créances"
    assert all(etat.facture.numero in description(maison, run) for etat in maison.etats())
    assert not any(etat.suspension for etat in maison.etats())
    assert "1 chose à faire" in (maison.formulaire("mettre-a-jour-le-tableau").message or "")
    assert f"[Resume](/runs/flow-run/{run.id})" in a_faire(maison)
    refus = confirmer(maison, run, False)
    assert refus.state.name == "Rien n'est changé"
    assert not any(etat.suspension for etat in maison.etats())

    run = lancer(maison, acte="Suspendre")
    fait = confirmer(maison, run, True)
    assert fait.state.name == f"Suspendre : {len(ouvertes)} créances"
    assert all(etat.suspension for etat in maison.etats())
    attendre(lambda: all((maison.etat_de_run(c).name or "").startswith("Suspendue") for c in ouvertes))

    encore = lancer(maison, acte="Suspendre")
    assert encore.state.name == "Refusé"
    assert "déjà suspendue" in encore.state.message
