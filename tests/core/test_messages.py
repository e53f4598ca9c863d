from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from dossier.core.creance import Adresse
from dossier.core.messages import en_francais


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [({}, "absente"), ({"lignes": ["1 rue A"], "ville": "Lyon", "region": "x"}, "inconnu")],
)
def test_une_erreur_courante_se_dit_en_francais(champs: dict[str, Any], phrase: str) -> None:
    with pytest.raises(ValidationError) as erreur:
        Adresse.model_validate(champs)
    assert phrase in en_francais(erreur.value.errors()[0])


@pytest.mark.parametrize(
    ("genre", "valeur", "phrase"),
    [
        (int, 3.5, "nombre entier attendu"),
        (int, "9" * 5000, "nombre trop grand"),
        (str, b"\xff", "illisible"),
    ],
)
def test_un_nombre_ou_un_texte_impossible_se_dit_en_francais(genre: Any, valeur: object, phrase: str) -> None:
    with pytest.raises(ValidationError) as erreur:
        TypeAdapter(genre).validate_python(valeur)
    assert phrase in en_francais(erreur.value.errors()[0])


def test_une_erreur_rare_garde_ses_propres_mots() -> None:
    with pytest.raises(ValidationError) as erreur:
        Adresse.model_validate(3)
    detail = erreur.value.errors()[0]
    assert en_francais({**detail, "type": "inconnu_au_bataillon"}) == detail["msg"]
