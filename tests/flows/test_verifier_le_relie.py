"""`dossier verifier` as it is wired: the merged PDF's own timestamp is judged, or said to be absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from dossier.adapters.pades import horodater_pdf
from dossier.services.verification_relie import RELIE
from flows.remise import verifier_zip
from tests.services.scelles import Vrai


@pytest.mark.parametrize(
    ("horodate", "dit"), [(True, "Porte son propre horodatage"), (False, "ne porte pas d'horodatage propre")]
)
def test_l_horodatage_propre_du_pdf_relie_est_verifie(tmp_path: Path, horodate: bool, dit: str) -> None:
    vrai = Vrai(tmp_path, **({"horodater_pdf": horodater_pdf} if horodate else {}))
    (constat,) = [constat for constat in verifier_zip(vrai.zip).constats if constat.objet == RELIE]
    assert constat.conforme and constat.reserve is not horodate
    assert dit in constat.message
