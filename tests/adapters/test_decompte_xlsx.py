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
from dossier.core.totaux import totaliser
from tests.core.test_decompte import droit_avec

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
    if lu := re.fullmatch(r"ROUND\((E\d+)\*(F\d+)\*(C\d+)/(D\d+),2\)", formule):
        produit = calculer(page, lu[1]) * calculer(page, lu[2]) * calculer(page, lu[3])
        return (produit / calculer(page, lu[4])).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if lu := re.fullmatch(r"SUM\(G(\d+):G(\d+)\)", formule):
        return sum((calculer(page, f"G{n}") for n in range(int(lu[1]), int(lu[2]) + 1)), Decimal(0))
    if lu := re.fullmatch(r'SUMIF\(H\$1:H\$(\d+),"([^"]+)",G\$1:G\$(\d+)\)', formule):
        lignes = [n for n in range(1, int(lu[1]) + 1) if page[f"H{n}"].value == lu[2]]
        return sum((calculer(page, f"G{n}") for n in lignes), Decimal(0))
    return calculer(page, formule) if formule != "0" else Decimal(0)


def montant_de(page: Worksheet, libelle: str) -> str:
    (ligne,) = [c.row for c in page["A"] if c.value == libelle]
    return f"G{ligne}"


def test_les_formules_redonnent_le_decompte() -> None:
    page = feuille(en_xlsx([SIMPLE, PAYE], INSTANT), valeurs=False)
    for numero, attendu in (SIMPLE, PAYE):
        assert calculer(page, montant_de(page, f"Reste dû pour la facture n° {numero}")) == attendu.total
    assert calculer(page, montant_de(page, "Total dû")) == SIMPLE[1].total + PAYE[1].total


def test_chaque_formule_porte_aussi_sa_valeur() -> None:
    xlsx = en_xlsx([SIMPLE, PAYE], INSTANT)
    formules, valeurs = feuille(xlsx, valeurs=False), feuille(xlsx, valeurs=True)
    cellules = [c.coordinate for (c,) in formules["G1:G200"] if str(c.value).startswith("=")]
    assert len(cellules) == len(SIMPLE[1].segments) + len(PAYE[1].segments) + 3 * 2 + 7
    for cellule in cellules:
        assert Decimal(str(valeurs[cellule].value)) == calculer(formules, cellule)


def test_une_ligne_d_interets_se_suit_a_la_main() -> None:
    page = feuille(en_xlsx([SIMPLE], INSTANT), valeurs=False)
    segment = SIMPLE[1].segments[0]
    assert [c.value for c in page[5]] == [
        "Du",
        "Au",
        "Jours",
        "Jours de l'année",
        "Base",
        "Taux annuel",
        "Intérêts",
        "Fondement",
    ]
    assert [c.value for c in page[6]] == [
        datetime.combine(segment.du, datetime.min.time()),
        datetime.combine(segment.au, datetime.min.time()),
        segment.jours,
        365,
        float(segment.base),
        float(segment.taux),
        "=ROUND(E6*F6*C6/D6,2)",
        segment.texte,
    ]


def test_dates_et_montants_s_affichent_a_la_francaise() -> None:
    page = feuille(en_xlsx([SIMPLE], INSTANT), valeurs=False)
    assert page["A6"].number_format == "[$-40C]dd/mm/yyyy"
    assert page["E6"].number_format == page["G6"].number_format == '[$-40C]#,##0.00 "€"'
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


def credite(effet: str, base: str = "365") -> Decompte:
    return etablir_decompte(
        Decimal(9000),
        date(2023, 12, 20),
        [(date(2024, 8, 5), Decimal("2000.02"))],
        AU,
        droit_avec(base, effet=effet),
        genre=Genre.ENTREPRISE,
        avoirs=[(date(2024, 3, 1), Decimal(500)), (date(2025, 1, 15), Decimal("99.99"))],
    )


@pytest.mark.parametrize("effet", ["origine", "date"])
def test_chaque_avoir_a_sa_ligne(effet: str) -> None:
    lu = credite(effet)
    page = feuille(en_xlsx([("FA-3", lu)], INSTANT), valeurs=False)
    assert page[montant_de(page, "Avoir du 01/03/2024")].value == -500
    assert page[montant_de(page, "Avoir du 15/01/2025")].value == -99.99
    assert calculer(page, montant_de(page, "Reste dû pour la facture n° FA-3")) == lu.total


def test_en_jours_reels_chaque_ligne_a_son_diviseur() -> None:
    lu = credite("date", "jours_reels")
    page = feuille(en_xlsx([("FA-3", lu)], INSTANT), valeurs=False)
    diviseurs = [page[f"D{6 + rang}"].value for rang in range(len(lu.segments))]
    assert diviseurs == [segment.diviseur for segment in lu.segments]
    assert set(diviseurs) == {365, 366}
    assert calculer(page, montant_de(page, "Total des intérêts")) == lu.penalites


def test_le_bloc_total_additionne_chaque_nature_de_somme() -> None:
    trop = decompte("100", (date(2026, 1, 5), Decimal(500)))
    factures = [SIMPLE, PAYE, ("FA-3", credite("origine")), ("FA-4", trop)]
    ensemble = totaliser(factures)
    page = feuille(en_xlsx(factures, INSTANT), valeurs=False)
    lignes = {
        "Principal des factures, toutes taxes comprises": ensemble.principal,
        "Intérêts de retard échus": ensemble.penalites,
        "Indemnités forfaitaires pour frais de recouvrement": ensemble.indemnite,
        "Avoirs": -ensemble.avoirs,
        "Règlements reçus": -ensemble.regle,
        "Trop-perçu, à rendre : il ne diminue pas les autres factures": ensemble.trop_percu,
        "Total dû": ensemble.total,
    }
    bas = next(c.row for c in page["A"] if c.value == "Total des factures")
    trouves = {page[f"A{n}"].value: calculer(page, f"G{n}") for n in range(bas + 1, bas + 8)}
    assert trouves == lignes
    assert ensemble.trop_percu > 0


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
