"""The table of registered letters, as the Prefect UI shows it, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from dossier.core.faits import Archive
from dossier.core.plis import PliSuivi
from flows import wiring
from flows.guichet.liens import OUVERTURE, Liens
from flows.plis import LARGEUR, page
from tests.services.atelier import Atelier

LIENS = Liens("http://127.0.0.1:4280", b"secret des tests")


@pytest.fixture
def atelier(monkeypatch: pytest.MonkeyPatch) -> Iterator[Atelier]:
    for nom in ("PORT", "ADRESSE", "SECRET"):
        monkeypatch.delenv(f"DOSSIER_DOCUMENTS_{nom}", raising=False)
    wiring.settings.cache_clear()
    monkeypatch.setattr(OUVERTURE, "liens", LIENS)
    yield Atelier()
    wiring.settings.cache_clear()


def archive(nom: str) -> Archive:
    return Archive(cle=f"creances/FA-1/{nom}", empreinte="0" * 64, taille=1)


def pli(*documents: Archive, retard: int = 0, situation: str = "à déposer", nombre: int = 1) -> PliSuivi:
    return PliSuivi(
        facture="FA-1",
        debiteur="Durand SARL",
        intitule="Mise en demeure",
        numero="1A12345678901",
        situation=situation,
        depuis=date(2026, 7, 6),
        retard=retard,
        creances=tuple(f"FA-{rang + 1}" for rang in range(nombre)),
        documents=(archive("envois/mise-en-demeure.pdf"), *documents),
    )


def derniere(atelier: Atelier, suivi: PliSuivi) -> str:
    return page(atelier.outils, [suivi], ()).splitlines()[-1]


def test_chaque_document_dit_ce_qu_il_est(atelier: Atelier) -> None:
    noms = ("recus/depot-1A1-0c74.pdf", "recus/avis-npai-2026.pdf", "recus/scan-1A1.pdf", "recus/preuve.pdf")
    ligne = derniere(atelier, pli(*(archive(nom) for nom in noms)))
    liens = [lien.partition("](http://127.0.0.1:4280/")[0] for lien in ligne.split(" · ")]
    assert [lien.rpartition("[")[2] for lien in liens] == ["Lettre", "Dépôt", "Avis", "Scan", "Preuve"]


def test_sans_rien_qui_les_serve_les_documents_donnent_leur_chemin(
    atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OUVERTURE, "liens", None)
    monkeypatch.setenv("DOSSIER_DOCUMENTS_PORT", "0")
    wiring.settings.cache_clear()
    ligne = derniere(atelier, pli())
    assert "Lettre `" in ligne
    assert "](http" not in ligne


@pytest.mark.parametrize(
    ("retard", "dit"), [(0, ""), (1, "**1 jour de retard**"), (8, "**8 jours de retard**")]
)
def test_un_retard_se_dit_en_jours(atelier: Atelier, retard: int, dit: str) -> None:
    ligne = derniere(atelier, pli(retard=retard))
    assert ligne.endswith(f"<br>{dit} |" if dit else "depuis le 06/07/2026 |")


def test_une_lettre_commune_et_une_longue_phrase_tiennent_dans_la_page(atelier: Atelier) -> None:
    longue = "confié à Maileva, présenté, puis avisé, puis retourné, motif à lire sur l'enveloppe"
    facture, _, ou = derniere(atelier, pli(situation=longue, nombre=9)).strip("| ").split(" | ")
    assert facture.count("<br>") == 9
    assert max(map(len, ou.split("<br>"))) <= LARGEUR
