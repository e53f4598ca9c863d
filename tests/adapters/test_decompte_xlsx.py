"""The spreadsheet says what the statement says, by formulas and by the values kept beside them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from dossier.adapters.config_yaml import charger_droit
from dossier.adapters.decompte_xlsx import en_xlsx
from dossier.core.creance import Genre
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.errors import ErreurAssemblage

AU = date(2026, 9, 14)
INSTANT = datetime(2026, 9, 14, 6, 0, 9, tzinfo=UTC)
DROIT = charger_droit(Path(__file__).parents[2] / "config" / "droit")


def decompte(
    montant: str = "1234.56",
    *paiements: tuple[date, Decimal],
    deja_paye: str = "0",
    echeance: date = date(2025, 11, 20),
) -> Decompte:
    return etablir_decompte(
        Decimal(montant), echeance, paiements, AU, DROIT, genre=Genre.ENTREPRISE, deja_paye=Decimal(deja_paye)
    )


SIMPLE = ("FA-2026-0042", decompte())
PAYE = (
    "FA-2026-0051",
    decompte(
        "9999.99",
        (date(2026, 3, 15), Decimal("500.10")),
        (date(2026, 8, 1), Decimal("33.33")),
        deja_paye="120",
    ),
)


def feuille(xlsx: bytes, *, valeurs: bool) -> Worksheet:
    active = load_workbook(io.BytesIO(xlsx), data_only=valeurs).active
    assert isinstance(active, Worksheet)
    return active


def calculer(page: Worksheet, reference: str) -> Decimal:
    """What a spreadsheet would compute, exactly: only the functions that the file uses."""
    brut = page[reference].value
    if brut is None:
        return Decimal(0)
    texte = str(brut)
    if not texte.startswith("="):
        return Decimal(texte)
    formule = texte[1:]
    if lu := re.fullmatch(r"ROUND\((D\d+)\*(E\d+)\*(C\d+)/365,2\)", formule):
        produit = calculer(page, lu[1]) * calculer(page, lu[2]) * calculer(page, lu[3])
        return (produit / 365).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if lu := re.fullmatch(r"SUM\(F(\d+):F(\d+)\)", formule):
        return sum((calculer(page, f"F{n}") for n in range(int(lu[1]), int(lu[2]) + 1)), Decimal(0))
    return sum((calculer(page, r) if r != "0" else Decimal(0) for r in formule.split("+")), Decimal(0))


def montant_de(page: Worksheet, libelle: str) -> str:
    (ligne,) = [c.row for c in page["A"] if c.value == libelle]
    return f"F{ligne}"


def test_les_formules_redonnent_le_decompte() -> None:
    page = feuille(en_xlsx([SIMPLE, PAYE], INSTANT), valeurs=False)
    for numero, attendu in (SIMPLE, PAYE):
        assert calculer(page, montant_de(page, f"Reste dû pour la facture n° {numero}")) == attendu.total
    assert calculer(page, montant_de(page, "Total dû")) == SIMPLE[1].total + PAYE[1].total


def test_chaque_formule_porte_aussi_sa_valeur() -> None:
    xlsx = en_xlsx([SIMPLE, PAYE], INSTANT)
    formules, valeurs = feuille(xlsx, valeurs=False), feuille(xlsx, valeurs=True)
    cellules = [c.coordinate for (c,) in formules["F1:F200"] if str(c.value).startswith("=")]
    assert len(cellules) == len(SIMPLE[1].segments) + len(PAYE[1].segments) + 3 * 2 + 1
    for cellule in cellules:
        assert Decimal(str(valeurs[cellule].value)) == calculer(formules, cellule)


def test_une_ligne_d_interets_se_suit_a_la_main() -> None:
    page = feuille(en_xlsx([SIMPLE], INSTANT), valeurs=False)
    segment = SIMPLE[1].segments[0]
    assert [c.value for c in page[5]] == ["Du", "Au", "Jours", "Base", "Taux annuel", "Intérêts", "Fondement"]
    assert [c.value for c in page[6]] == [
        datetime.combine(segment.du, datetime.min.time()),
        datetime.combine(segment.au, datetime.min.time()),
        segment.jours,
        float(segment.base),
        float(segment.taux),
        "=ROUND(D6*E6*C6/365,2)",
        segment.texte,
    ]


def test_dates_et_montants_s_affichent_a_la_francaise() -> None:
    page = feuille(en_xlsx([SIMPLE], INSTANT), valeurs=False)
    assert page["A6"].number_format == "[$-40C]dd/mm/yyyy"
    assert page["D6"].number_format == page["F6"].number_format == '[$-40C]#,##0.00 "€"'
    assert page["A1"].value == "Décompte des sommes dues au 14/09/2026"


def test_les_paiements_se_deduisent_avec_leur_date() -> None:
    page = feuille(en_xlsx([PAYE], INSTANT), valeurs=False)
    assert page[montant_de(page, "Paiement reçu le 15/03/2026")].value == -500.1
    assert page[montant_de(page, "Paiement reçu le 01/08/2026")].value == -33.33
    assert page[montant_de(page, "Déjà réglé à l'ouverture du dossier")].value == -120


def test_un_trop_percu_ramene_le_total_a_zero() -> None:
    trop = ("FA-9", decompte("100", (date(2026, 1, 5), Decimal(500))))
    page = feuille(en_xlsx([trop], INSTANT), valeurs=False)
    assert trop[1].trop_percu > 0
    assert calculer(page, montant_de(page, "Total dû")) == 0


def test_sans_retard_il_n_y_a_ni_interets_ni_formule_fausse() -> None:
    a_echoir = ("FA-10", decompte("100", echeance=date(2026, 12, 31)))
    page = feuille(en_xlsx([a_echoir], INSTANT), valeurs=False)
    assert calculer(page, montant_de(page, "Total des intérêts")) == 0
    assert calculer(page, montant_de(page, "Total dû")) == 100


@pytest.mark.parametrize("champ", ["segment", "penalites", "total"])
def test_un_decompte_que_la_formule_ne_redonne_pas_est_refuse(champ: str) -> None:
    juste = SIMPLE[1]
    premier = juste.segments[0].model_copy(update={"montant": juste.segments[0].montant + Decimal("0.01")})
    faux = {
        "segment": juste.model_copy(update={"segments": (premier, *juste.segments[1:])}),
        "penalites": juste.model_copy(update={"penalites": juste.penalites + 1}),
        "total": juste.model_copy(update={"total": juste.total + 1}),
    }[champ]
    with pytest.raises(ErreurAssemblage, match="facture FA-1 "):
        en_xlsx([("FA-1", faux)], INSTANT)


def test_un_decompte_sans_facture_est_refuse() -> None:
    with pytest.raises(ErreurAssemblage, match="aucune facture"):
        en_xlsx([], INSTANT)


def test_memes_entrees_memes_octets_dates_de_l_instant() -> None:
    xlsx = en_xlsx([SIMPLE, PAYE], INSTANT)
    assert xlsx == en_xlsx([SIMPLE, PAYE], INSTANT.astimezone(timezone(timedelta(hours=5))))
    assert xlsx != en_xlsx([SIMPLE, PAYE], INSTANT + timedelta(days=1))
    classeur = load_workbook(io.BytesIO(xlsx))
    assert classeur.properties.created == classeur.properties.modified == INSTANT.replace(tzinfo=None)
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 9, 14, 6, 0, 8)}


def test_un_numero_qui_ressemble_a_une_formule_reste_du_texte() -> None:
    page = feuille(en_xlsx([("=1+1", SIMPLE[1])], INSTANT), valeurs=False)
    assert page["A4"].value == "Facture n° =1+1" and page["A4"].data_type == "s"
