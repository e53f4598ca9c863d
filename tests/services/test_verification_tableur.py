"""The formulas of the statement of sums, worked out by hand: none may say other than what is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dossier.adapters.decompte_xlsx import en_xlsx
from dossier.adapters.lecture_tableur import lire_tableur
from dossier.core.creance import Genre
from dossier.core.decompte import etablir_decompte
from dossier.services.constats import Cellule
from dossier.services.verification_tableur import FeuilleFausse, sommes_du_tableur
from tests.core.droit.loi import droit

AU, INSTANT = date(2026, 8, 21), datetime(2026, 8, 21, 8, tzinfo=UTC)
Feuille = dict[str, Cellule]


def vraie() -> Feuille:
    """The sheet of two invoices, one with a payment and a credit note."""
    paye = [(date(2026, 7, 1), Decimal(100))]
    credite = [(date(2026, 7, 10), Decimal(50))]
    decomptes = [
        (
            numero,
            etablir_decompte(montant, date(2026, 6, 3), p, AU, droit(), genre=Genre.ENTREPRISE, avoirs=a),
        )
        for numero, montant, p, a in (
            ("FA-1", Decimal("1000.10"), paye, credite),
            ("FA-2", Decimal(500), [], []),
        )
    ]
    return {r: Cellule(*case) for r, case in lire_tableur(en_xlsx(decomptes, INSTANT)).items()}


def test_les_sommes_de_chaque_facture_et_de_toutes() -> None:
    sommes = sommes_du_tableur(vraie())
    assert set(sommes) == {"FA-1", "FA-2", ""}
    assert (sommes["FA-1"]["Principal"], sommes["FA-1"]["Règlement"], sommes["FA-1"]["Avoir"]) == (
        Decimal("1000.10"),
        Decimal(-100),
        Decimal(-50),
    )
    assert sommes["FA-2"]["Indemnité"] == 40
    assert sommes[""]["Total"] == sommes["FA-1"]["Total"] + sommes["FA-2"]["Total"]


def formules(feuille: Feuille) -> dict[str, str]:
    return {reference: cellule.formule for reference, cellule in feuille.items() if cellule.formule}


def test_un_centime_change_sous_une_formule_est_trouve_ou_qu_il_soit() -> None:
    saine = vraie()
    assert len(formules(saine)) > 10
    for reference in formules(saine):
        valeur = saine[reference].valeur
        assert isinstance(valeur, Decimal)
        fausse = {**saine, reference: saine[reference]._replace(valeur=valeur + Decimal("0.01"))}
        with pytest.raises(FeuilleFausse, match=reference):
            sommes_du_tableur(fausse)


@pytest.mark.parametrize(
    "formule",
    [
        "=SUM(G1:G2)+999",
        '=HYPERLINK("http://exemple.fr")',
        "=G999999",
        "=ROUND(E1*F1*C1/D1,2)",
        "=ROUND(E6*F6*C7/D6,2)",
        "=SUM(G1:G99999999999)",
        "=" + "1" * 5_000,
    ],
)
def test_une_formule_etrangere_est_trouvee(formule: str) -> None:
    saine = vraie()
    reference = next(iter(formules(saine)))
    fausse = {**saine, reference: saine[reference]._replace(formule=formule)}
    with pytest.raises(FeuilleFausse):
        sommes_du_tableur(fausse)


@pytest.mark.parametrize("diviseur", [Decimal(0), Decimal("1e-999999"), "365", None])
def test_un_diviseur_impossible_est_trouve(diviseur: Decimal | str | None) -> None:
    saine = vraie()
    rang = next(r[1:] for r, formule in formules(saine).items() if formule.startswith("=ROUND"))
    with pytest.raises(FeuilleFausse):
        sommes_du_tableur({**saine, f"D{rang}": Cellule(diviseur)})


def test_une_feuille_trop_longue_est_refusee() -> None:
    with pytest.raises(FeuilleFausse, match="trop long"):
        sommes_du_tableur({f"A{rang}": Cellule("x") for rang in range(1, 10_002)})


def test_une_feuille_vide_ne_donne_rien() -> None:
    assert sommes_du_tableur({}) == {}
