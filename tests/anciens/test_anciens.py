"""What earlier versions stored is read, checked and replayed as it was: see README.md for its origin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dossier.core.etat import Etat, rejouer
from dossier.core.faits import Fait, rupture_de_chaine

ICI = Path(__file__).parent
JOURNAUX = sorted(ICI.glob("*/*.jsonl"))


def lire(journal: Path) -> tuple[Fait, ...]:
    return tuple(
        Fait.model_validate_json(ligne) for ligne in journal.read_text(encoding="utf-8").splitlines()
    )


def etat_en_bref(etat: Etat) -> dict[str, Any]:
    """The state in the words of `etats.json`, which the code of then wrote."""
    return {
        "numero": etat.numero,
        "solde": str(etat.solde),
        "litige": etat.litige is not None,
        "fin": type(etat.fin).__name__ if etat.fin else None,
        "envois": {
            cle: {
                "parti": envoi.fait is not None,
                "issue": envoi.accuse.issue.value if envoi.accuse else None,
            }
            for cle, envoi in etat.envois.items()
        },
        "dossier": etat.dossier is not None,
    }


@pytest.mark.parametrize("journal", JOURNAUX, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_un_journal_d_une_version_ancienne_se_rejoue_et_ses_empreintes_sont_les_memes(journal: Path) -> None:
    faits = lire(journal)
    assert rupture_de_chaine(faits) is None
    attendus = json.loads((journal.parent / "etats.json").read_text(encoding="utf-8"))
    assert etat_en_bref(rejouer(faits)) == attendus[journal.name]


@pytest.mark.parametrize("journal", JOURNAUX, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_ce_qui_etait_ecrit_se_relit_sans_que_rien_n_en_soit_perdu(journal: Path) -> None:
    """Each field that was stored is still there, with its value: nothing was renamed, dropped or rounded."""
    for fait in lire(journal):
        ecrit = json.loads(fait.texte)
        relu = json.loads(fait.contenu.model_dump_json())
        assert _commun(ecrit, relu) == ecrit, f"fait n° {fait.numero} ({ecrit['type']})"


def _commun(ecrit: Any, relu: Any) -> Any:
    """`relu` without the fields that came since."""
    if isinstance(ecrit, dict) and isinstance(relu, dict):
        return {nom: _commun(valeur, relu[nom]) for nom, valeur in ecrit.items() if nom in relu}
    if isinstance(ecrit, list) and isinstance(relu, list) and len(ecrit) == len(relu):
        return [_commun(avant, apres) for avant, apres in zip(ecrit, relu, strict=True)]
    return relu


def test_chaque_genre_de_fait_de_chaque_version_est_represente() -> None:
    """The kinds that each version knew, as its README says; a journal taken away would leave one unseen."""
    for version in {journal.parent for journal in JOURNAUX}:
        genres = {json.loads(fait.texte)["type"] for j in version.glob("*.jsonl") for fait in lire(j)}
        promis = set((version / "genres.txt").read_text(encoding="utf-8").split())
        assert genres == promis, version.name


@pytest.mark.parametrize("change", ["texte", "instant", "auteur", "creance"])
def test_un_ancien_fait_retouche_se_voit(change: str) -> None:
    premier, *suite = lire(JOURNAUX[0])
    autre = {"instant": suite[0].instant.replace(year=2020)}.get(change, f"{getattr(premier, change)} ")
    assert rupture_de_chaine((premier.model_copy(update={change: autre}), *suite)) is not None
