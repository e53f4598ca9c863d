"""`dossier stockage` on a real folder: what it prints, and its exit."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from dossier.adapters.store_folder import StoreFolder, examen
from dossier.core.errors import DossierError
from flows import wiring
from flows.cli.stockage import stockage


@pytest.fixture
def racine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mounts").write_text("/dev/sda1 / ext4 rw 0 0\n")
    monkeypatch.setattr(examen, "MONTAGES", tmp_path / "mounts")
    monkeypatch.setattr(examen, "PLACE_MIN", 1)
    store = StoreFolder(tmp_path / "preuves")
    monkeypatch.setattr(wiring, "outils", lambda: SimpleNamespace(store=store))
    return tmp_path / "preuves"


def test_un_stockage_sain_se_dit_ligne_a_ligne(racine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stockage()
    sortie = capsys.readouterr().out
    assert f"✓ Droits (conforme) : {racine} n'est ouvert qu'à ce programme" in sortie
    assert "? Sauvegarde (inconnu) : " in sortie
    assert sortie.endswith("Le stockage des preuves n'a rien à corriger.\n")


def test_un_stockage_a_corriger_le_dit_et_sort_en_erreur(
    racine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    racine.mkdir()
    racine.chmod(0o777)
    with pytest.raises(DossierError, match="1 point à corriger dans le stockage des preuves"):
        stockage()
    assert f"✗ Droits (à corriger) : D'autres comptes de la machine peuvent lire ou écrire {racine}" in (
        capsys.readouterr().out
    )
