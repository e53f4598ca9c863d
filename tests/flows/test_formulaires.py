"""The forms as an operator fills them: French fields, values as people write them, refusals in French."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field, TypeAdapter, ValidationError

from dossier.core.faits import CauseAnnulation, IssuePli, NatureProcedure, RaisonLitige, ResultatAppel
from flows.champs import Cause, Euros, EurosOuRien, Issue, Jour, JourOuRien, Nature, RaisonOuRien, Resultat
from flows.formulaires import formulaire, schema, titres
from flows.saisies import FORMULAIRES

MIENS = {
    "paiement", "annuler-un-paiement", "avoir", "promesse-de-paiement", "accorder-un-echeancier",
    "repondre-mise-en-demeure", "depot-recommande", "accuse-de-reception", "retirer-un-pli", "changer-d-adresse",
    "ouvrir-un-litige", "lever-un-litige", "suspendre", "reprendre", "changer-de-scenario", "abandonner",
    "procedure-collective", "ecarter-une-procedure-collective", "creance-declaree", "consigner-un-appel",
    "assembler-le-dossier",
}  # fmt: skip


def lu(genre: Any, valeur: Any) -> Any:
    return TypeAdapter(genre).validate_python(valeur)


def refus(genre: Any, valeur: Any) -> str:
    with pytest.raises(ValidationError) as error:
        lu(genre, valeur)
    return str(error.value.errors()[0]["ctx"]["error"])


# Fields


@pytest.mark.parametrize(
    "ecrit", ["1234,56", "1 234,56 €", "1234.56", 1234.56, "1\u202f234,56", Decimal("1234.56")]
)
def test_un_montant_s_ecrit_comme_un_comptable_l_ecrit(ecrit: object) -> None:
    assert lu(Euros, ecrit) == Decimal("1234.56")


@pytest.mark.parametrize("ecrit", ["douze", "1.234", "1,234", "NaN", "1e3", [12]])
def test_un_montant_illisible_dit_comment_l_ecrire(ecrit: object) -> None:
    assert "écrivez par exemple 1234,56" in refus(Euros, ecrit)


@pytest.mark.parametrize("ecrit", ["0", "-5", 0])
def test_un_montant_est_superieur_a_zero(ecrit: object) -> None:
    assert "supérieur à zéro" in refus(EurosOuRien, ecrit)


@pytest.mark.parametrize("vide", [None, "", "  "])
def test_ce_qui_est_facultatif_peut_rester_vide_le_reste_non(vide: object) -> None:
    assert lu(EurosOuRien, vide) is None
    assert lu(JourOuRien, vide) is None
    assert lu(RaisonOuRien, vide) is None
    assert refus(Euros, vide) == refus(Jour, vide) == "à remplir"
    assert refus(Resultat, vide) == "à choisir dans la liste"


@pytest.mark.parametrize(
    "ecrit", ["2026-12-31", "31/12/2026", " 31.12.2026 ", "2026-12-31T00:00:00.000Z", date(2026, 12, 31)]
)
def test_une_date_s_ecrit_a_la_francaise_ou_comme_l_ecran_la_donne(ecrit: object) -> None:
    assert lu(Jour, ecrit) == date(2026, 12, 31)


@pytest.mark.parametrize("ecrit", ["31/02/2026", "demain", 20261231])
def test_une_date_impossible_dit_comment_l_ecrire(ecrit: object) -> None:
    assert "écrivez par exemple 31/12/2026" in refus(JourOuRien, ecrit)


@pytest.mark.parametrize(
    ("genre", "membres", "libelle", "valeur"),
    [
        (Resultat, ResultatAppel, "Facture contestée", ResultatAppel.LITIGE),
        (Issue, IssuePli, "Avisé et non réclamé", IssuePli.AVISE_NON_RECLAME),
        (RaisonOuRien, RaisonLitige, "Prix ou quantité", RaisonLitige.PRIX),
        (Nature, NatureProcedure, "Redressement judiciaire", NatureProcedure.REDRESSEMENT),
        (
            Cause,
            CauseAnnulation,
            "Impayé : chèque sans provision ou prélèvement rejeté",
            CauseAnnulation.IMPAYE,
        ),
    ],
)
def test_une_liste_montre_des_mots_et_comprend_aussi_les_codes(
    genre: Any, membres: Any, libelle: str, valeur: object
) -> None:
    proposes = TypeAdapter(genre).json_schema()["enum"]
    assert {lu(genre, propose) for propose in proposes} == set(membres)
    assert (
        lu(genre, libelle)
        == lu(genre, libelle.upper())
        == lu(genre, str(valeur))
        == lu(genre, valeur)
        == valeur
    )
    assert "n'est pas dans la liste" in refus(genre, "autre chose")
    assert "n'est pas dans la liste" in refus(genre, ["liste"])


# Every form


@pytest.mark.parametrize("flux", [f for f in FORMULAIRES if f.name in MIENS], ids=lambda f: f.name)
def test_chaque_formulaire_est_en_francais_et_prefect_n_y_refuse_rien(flux: Flow[..., Any]) -> None:
    dessin = schema(flux)
    assert flux.description
    assert not flux.should_validate_parameters
    assert set(titres(flux.fn)) == set(dessin["properties"])
    for nom, champ in dessin["properties"].items():
        assert champ["title"] != nom, f"« {nom} » n'a pas de titre"
        if champ["type"] == "string" and "enum" not in champ and champ.get("format") != "date":
            assert champ.get("description") or champ["title"], nom
    texte = json.dumps(dessin)
    for contrainte in ("minLength", "exclusiveMinimum", "pattern", "minItems", "anyOf"):
        assert contrainte not in texte, f"{contrainte} serait refusé en anglais"


def test_tous_les_formulaires_attendus_y_sont() -> None:
    assert {flux.name for flux in FORMULAIRES} >= MIENS


def test_les_scenarios_connus_au_demarrage_sont_proposes() -> None:
    changer = next(flux for flux in FORMULAIRES if flux.name == "changer-de-scenario")
    dessin = schema(changer, {"scenario": ["grand-compte", "standard"], "absent": ["x"]})
    assert dessin["properties"]["scenario"]["enum"] == ["grand-compte", "standard"]
    assert "absent" not in dessin["properties"]


@formulaire(name="essai", flow_run_name="Essai")
def essai(
    nom: Annotated[str, Field(title="Votre nom")],
    montant: Annotated[Euros, Field(title="Montant")],
    jours: Annotated[list[Jour], Field(title="Dates")] = [],  # noqa: B006 - a form's empty list, never changed
) -> State[None]:
    """Un essai."""
    return Completed(message=f"{nom} {montant} {len(jours)}")


@pytest.mark.parametrize(
    ("reponses", "message"),
    [
        ({"montant": "1,00"}, "« Votre nom » : à remplir."),
        (
            {"nom": "Anne", "montant": "x"},
            "« Montant » : « x » n'est pas un montant en euros : écrivez par exemple 1234,56.",
        ),
        ({"nom": 3, "montant": "1"}, "« Votre nom » : texte attendu."),
        (
            {"nom": "Anne", "montant": "1", "jours": ["2026-01-01", "zut"]},
            "« Dates », n° 2 : « zut » n'est pas une date : écrivez par exemple 31/12/2026.",
        ),
        ({"nom": "Anne", "montant": "1", "jours": "zut"}, "« Dates » : liste attendue."),
        ({"nom": None, "montant": ""}, "« Votre nom » : à remplir. « Montant » : à remplir."),
        ({}, "« Votre nom » : à remplir. « Montant » : à remplir."),
    ],
)
def test_une_mauvaise_reponse_rend_une_phrase_francaise_par_champ(
    reponses: dict[str, Any], message: str
) -> None:
    etat = essai.fn(**reponses)
    assert etat.is_failed()
    assert (etat.name, etat.message) == ("Refusé", message)


def test_une_bonne_reponse_est_lue_avant_d_etre_donnee() -> None:
    reponses: dict[str, Any] = {"nom": "Anne", "montant": "1 234,5", "jours": ["01/02/2026"]}
    etat = essai.fn(**reponses)
    assert etat.message == "Anne 1234.50 1"
