"""The trial of the warnings where nothing can leave: a red run that says why, and how to mend it."""

from __future__ import annotations

import pytest
from prefect.client.schemas.objects import State

from flows import wiring
from flows.alertes import Objet
from flows.avertir import avertir
from tests.flows.maison import Maison


def finir(objet: Objet) -> State[None]:
    wiring.settings.cache_clear()
    fin: State[None] = avertir(objet=objet, return_state=True)
    return fin


def test_un_essai_sans_destinataire_est_refuse_et_dit_comment_en_donner_un(maison: Maison) -> None:
    fin = finir(Objet.ESSAI)
    assert fin.is_failed()
    assert fin.name == "Refusé"
    assert fin.message == (
        "Rien n'est parti : aucune adresse n'est réglée. Donnez DOSSIER_ALERTES_COURRIEL (une adresse "
        "électronique) ou DOSSIER_ALERTES_WEBHOOK, redémarrez le service, puis faites l'essai "
        "(docs/reglages.md, « Être prévenu »)."
    )


def test_un_essai_quand_les_alertes_sont_eteintes_le_dit(
    maison: Maison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSSIER_ALERTES", "false")
    monkeypatch.setenv("DOSSIER_ALERTES_COURRIEL", "veille@atelier-fictif.example")
    fin = finir(Objet.ESSAI)
    assert (fin.is_failed(), fin.name) == (True, "Refusé")
    assert fin.message is not None
    assert fin.message.startswith("Rien n'est parti : DOSSIER_ALERTES=false éteint toutes les alertes.")
    assert "redémarrez le service" in fin.message


@pytest.mark.parametrize("objet", [objet for objet in Objet if objet is not Objet.ESSAI])
def test_sans_destinataire_ce_qui_part_seul_chaque_matin_n_est_pas_rouge(
    maison: Maison, objet: Objet
) -> None:
    fin = finir(objet)
    assert fin.is_completed()
    assert fin.name == "Alertes éteintes"
    assert "DOSSIER_ALERTES_COURRIEL" in (fin.message or "")
