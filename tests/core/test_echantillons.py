"""Sample data: plainly fictional, made by the functions of the service, trying where they say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dossier.core.creance import Genre
from dossier.core.echantillons import HOSTILE, LONGUEUR, Cadre, Jeu, contexte, genres, jour_de, mots, usages
from dossier.core.faits import Canal
from dossier.core.scenario import Condition, GenreEtape, Scenario, Variante
from tests.core.droit.loi import droit
from tests.core.vie import creancier, standard

DE_CERTAINS = {
    "requete": {Genre.ENTREPRISE, Genre.PARTICULIER},
    "champs-cerfa": {Genre.ENTREPRISE, Genre.PARTICULIER},
    "mandat-commissaire": {Genre.ENTREPRISE},
}
"""The papers that the law does not know against every debtor."""
DOCUMENTS = (
    *(f"documents/{nom}" for nom in ("accord-echelonnement", "compte-rendu-appel", "quittance")),
    *(f"dossier/{nom}" for nom in ("bordereau", "chronologie", "courriel", "decompte", "note-de-remise")),
    *(f"dossier/{nom}" for nom in ("lettre-avocat", "lettre-commissaire", *DE_CERTAINS)),
)
LETTRES = (
    "courriers/relance-2",
    "courriers/mise-en-demeure",
    "courriers/prevenance",
    "courriels/relance-1",
    "appels/appel",
)


def sans_variantes(nom: str = "standard") -> Scenario:
    """The standard scenario where each step has one template for all debtors."""
    etapes = tuple(etape.model_copy(update={"variantes": ()}) for etape in standard().etapes)
    return standard().model_copy(update={"nom": nom, "etapes": etapes})


def cadre() -> Cadre:
    return Cadre(creancier(), droit(), {"standard": sans_variantes()})


def le_contexte(
    modele: str, genre: Genre = Genre.ENTREPRISE, jeu: Jeu = Jeu.COURT, nombre: int = 1
) -> dict[str, Any]:
    usage = next(u for u in usages(modele, cadre().scenarios) if u.genre is genre)
    return contexte(modele, usage, jeu, nombre, cadre())


def feuilles(valeur: Any) -> Iterator[str]:
    if isinstance(valeur, dict | list):
        for element in valeur.values() if isinstance(valeur, dict) else valeur:
            yield from feuilles(element)
    else:
        yield str(valeur)


def admis(modele: str) -> set[Genre]:
    return DE_CERTAINS.get(modele.removeprefix("dossier/"), set(Genre))


@pytest.mark.parametrize("modele", DOCUMENTS + LETTRES)
def test_un_document_ne_s_essaie_que_contre_les_debiteurs_pour_qui_il_existe(modele: str) -> None:
    assert (
        set(genres(modele)) == {usage.genre for usage in usages(modele, cadre().scenarios)} == admis(modele)
    )


@pytest.mark.parametrize("jeu", Jeu)
@pytest.mark.parametrize(
    ("modele", "genre"),
    [(modele, genre) for modele in DOCUMENTS + LETTRES for genre in sorted(admis(modele))],
)
def test_chaque_document_a_ses_donnees_pour_chaque_debiteur(modele: str, genre: Genre, jeu: Jeu) -> None:
    lu = le_contexte(modele, genre, jeu, 3)
    assert all(isinstance(v, str | int | bool | dict | list) for v in lu.values())
    if jeu is Jeu.HOSTILE:
        assert any(HOSTILE in texte for texte in feuilles(lu))
    if jeu is Jeu.LONG:
        assert any(len(texte) >= LONGUEUR for texte in feuilles(lu))


@pytest.mark.parametrize("modele", DOCUMENTS + LETTRES)
def test_les_memes_donnees_sont_faites_deux_fois(modele: str) -> None:
    assert le_contexte(modele, nombre=2) == le_contexte(modele, nombre=2)


@pytest.mark.parametrize("genre", Genre)
def test_les_debiteurs_sont_visiblement_fictifs(genre: Genre) -> None:
    debiteur = le_contexte("courriers/relance-2", genre)["debiteur"]
    assert any(mot in debiteur["denomination"] for mot in ("Imaginaire", "Inventée", "Fictive"))
    assert debiteur["email"].endswith(".example")
    assert debiteur["genre"] == genre.value
    assert (debiteur["siren"] == "") is (genre is Genre.PARTICULIER)


def test_les_donnees_longues_sont_longues() -> None:
    lu = le_contexte("courriers/mise-en-demeure", jeu=Jeu.LONG, nombre=40)
    assert len(lu["debiteur"]["denomination"]) == LONGUEUR
    assert len(lu["debiteur"]["adresse"]) == 10
    assert len({f["numero"] for f in lu["factures"]}) == 40
    assert lu["decompte"]["principal"].startswith("3\u00a0950\u00a0618\u00a0064")


def test_la_deuxieme_facture_est_payee_en_partie_et_la_troisieme_a_un_avoir() -> None:
    lu = le_contexte("courriers/mise-en-demeure", nombre=3)
    regles = [f["regle"].replace("\u00a0", " ") for f in lu["factures"]]
    assert regles == ["0,00 €", "183,56 €", "183,66 €"]
    assert len(lu["decompte"]["imputations"]) == 1
    assert lu["historique"]


def test_avant_l_echeance_rien_n_est_arrive() -> None:
    lu = le_contexte("courriers/prevenance", nombre=3)
    assert (lu["historique"], lu["factures"][1]["regle"]) == ([], "0,00\u00a0€")
    assert lu["date"] == "27 mai 2026"


def test_le_jour_de_l_exemple_est_celui_que_porte_le_document() -> None:
    for modele, jour in (
        ("dossier/requete", "21 août 2026"),
        ("courriers/mise-en-demeure", "31 juillet 2026"),
    ):
        usage = usages(modele, cadre().scenarios)[0]
        assert le_contexte(modele)["date"] == jour
        assert f"{jour_de(usage, modele):%d}" in jour


def test_un_mot_ordinaire_reste_ce_qu_il_est() -> None:
    assert mots(Jeu.COURT, "Durand") == "Durand"
    assert len(mots(Jeu.LONG, "Durand")) == len(mots(Jeu.LONG, "x" * 200)) == LONGUEUR


def test_les_usages_viennent_des_etapes_qui_nomment_le_modele() -> None:
    lus = usages("courriers/avant-contentieux", cadre().scenarios)
    assert [(u.genre, u.canal, u.etape.nom, u.cite) for u in lus] == [
        (genre, Canal.LRAR, "avant-contentieux", True) for genre in Genre
    ]
    (appel, *_) = usages("appels/appel", cadre().scenarios)
    assert (appel.canal, appel.etape.genre) == (Canal.EMAIL, GenreEtape.APPEL)
    (relance, *_) = usages("courriers/relance-1", cadre().scenarios)
    assert relance.canal is Canal.COURRIER


def test_un_modele_que_rien_ne_nomme_sert_d_exemple_a_une_etape() -> None:
    lus = usages("courriers/ailleurs/relance-1", cadre().scenarios)
    assert [(u.canal, u.etape.nom, u.cite) for u in lus[:1]] == [(Canal.COURRIER, "relance-1", False)]
    autre = sans_variantes("autre")
    assert usages("courriels/neuf", {"autre": autre})[0].etape.nom == "avant-contentieux"


def test_un_dossier_de_modeles_dit_pour_qui_ils_sont() -> None:
    assert genres("courriers/particulier/relance-1") == (Genre.PARTICULIER,)
    assert genres("courriers/relance-1") == tuple(Genre)
    particulier = sans_variantes("particulier")
    lus = usages("courriers/relance-1", {"particulier": particulier})
    assert [usage.genre for usage in lus] == [Genre.PARTICULIER]


def test_une_variante_remplace_le_modele_de_l_etape_pour_les_debiteurs_qu_elle_vise() -> None:
    variantes = (
        Variante(si=Condition(genre=Genre.PARTICULIER), lettre="courriers/douce"),
        Variante(si=Condition(retard=30, montant=5000), lettre="courriers/ferme"),
    )
    etapes = tuple(
        e.model_copy(update={"variantes": variantes}) if e.nom == "relance-2" else e
        for e in sans_variantes().etapes
    )
    scenarios = {"standard": sans_variantes().model_copy(update={"etapes": etapes})}
    for modele, attendus in (
        ("courriers/douce", [Genre.PARTICULIER]),
        ("courriers/ferme", [Genre.ENTREPRISE, Genre.PUBLIC]),
        ("courriers/relance-2", [Genre.ENTREPRISE, Genre.PUBLIC]),
    ):
        assert [usage.genre for usage in usages(modele, scenarios)] == attendus
