"""The cells of a statement of sums, read again; and workbooks made to harm."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook

from dossier.adapters.lecture_tableur import TAILLE_MAX, Case, lire_tableur
from dossier.core.errors import DonneeInvalide


def classeur(**cellules: object) -> bytes:
    livre = Workbook()
    feuille = livre.active
    assert feuille is not None
    for reference, valeur in cellules.items():
        feuille[reference] = valeur  # type: ignore[index]
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def refaire(xlsx: bytes, nom: str, contenu: bytes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as lu, zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as ecrit:
        for membre in lu.namelist():
            ecrit.writestr(membre, contenu if membre == nom else lu.read(membre))
    return sortie.getvalue()


def test_les_nombres_sont_exacts_et_les_formules_a_part() -> None:
    lues = lire_tableur(classeur(A1="Total", F2=0.1215, G2=Decimal("1234.56"), G3="=SUM(G1:G2)", C9=12))
    assert lues["A1"] == Case("Total") and lues["F2"] == Case(Decimal("0.1215"))
    assert lues["G2"] == Case(Decimal("1234.56")) and lues["C9"] == Case(Decimal(12))
    assert lues["G3"] == Case(None, "=SUM(G1:G2)")
    assert "B1" not in lues


@pytest.mark.parametrize("octets", [b"", b"PK\3\4", b"bonjour", b"%PDF-1.7" * 99])
def test_ce_qui_n_est_pas_un_classeur_est_refuse(octets: bytes) -> None:
    with pytest.raises(DonneeInvalide, match="XLSX lisible"):
        lire_tableur(octets)


def test_un_zip_qui_n_est_pas_un_classeur_est_refuse() -> None:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("a", b"b")
    with pytest.raises(DonneeInvalide, match="XLSX lisible"):
        lire_tableur(sortie.getvalue())


def test_une_bombe_est_refusee_avant_d_etre_ouverte() -> None:
    bombe = refaire(classeur(A1="x"), "xl/worksheets/sheet1.xml", b" " * (TAILLE_MAX + 1))
    with pytest.raises(DonneeInvalide, match="16 Mo"):
        lire_tableur(bombe)


def test_des_entites_xml_sont_refusees() -> None:
    entites = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    with pytest.raises(DonneeInvalide, match="entités"):
        lire_tableur(refaire(classeur(A1="x"), "xl/worksheets/sheet1.xml", entites))


def test_une_feuille_qui_annonce_un_million_de_lignes_ne_fait_pas_attendre() -> None:
    feuille = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData>'
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert lire_tableur(refaire(classeur(A1="x"), "xl/worksheets/sheet1.xml", feuille)) == {}


def test_un_xml_abime_est_refuse() -> None:
    with pytest.raises(DonneeInvalide, match="XLSX lisible"):
        lire_tableur(refaire(classeur(A1="x"), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"))
