"""Where the pages of a letter break: no period of interest alone on a page, no page without a word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from lxml import etree
from pypdf import PdfReader

from dossier.adapters.convert_pdf import ConvertisseurUno
from tests.adapters.gabarits import RACINE, donnees, word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SEGMENT = {
    "facture": "FA-1",
    "du": "23/05/2026",
    "au": "15/06/2026",
    "jours": "24",
    "base": "9 014,91 €",
    "taux": "12,15 %",
    "montant": "45,01 €",
}


@pytest.fixture(scope="module")
def convertisseur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConvertisseurUno]:
    with ConvertisseurUno(tmp_path_factory.mktemp("libreoffice")) as convertisseur:
        yield convertisseur


@pytest.mark.parametrize(("factures", "periodes"), [(1, (7, 8, 9)), (3, (46, 47, 48))])
def test_la_derniere_periode_d_interets_n_est_jamais_seule_sur_sa_page(
    convertisseur: ConvertisseurUno, factures: int, periodes: tuple[int, ...]
) -> None:
    coupes = [_periodes_par_page(convertisseur, factures, nombre) for nombre in periodes]
    assert [sum(coupe) for coupe in coupes] == list(periodes)
    assert all(1 not in coupe for coupe in coupes)
    assert any(2 in coupe for coupe in coupes), "aucune table n'est coupée près de sa fin"


def _periodes_par_page(convertisseur: ConvertisseurUno, factures: int, periodes: int) -> list[int]:
    lues = donnees("courriers/mise-en-demeure", nombre=factures)
    lues["decompte"] |= {"segments": [SEGMENT] * periodes}
    pdf = convertisseur.pdf(word.rendre("courriers/mise-en-demeure", lues))
    return [page.extract_text().count(SEGMENT["au"]) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("modele", ["avant-contentieux", "relance-2"])
def test_rien_ne_suit_la_signature_qui_puisse_emplir_une_page(modele: str) -> None:
    with zipfile.ZipFile(RACINE / f"courriers/{modele}.docx") as archive:
        corps = etree.fromstring(archive.read("word/document.xml")).find(f"{W}body")
    signature, fin, _ = corps[-3:]
    assert (signature.tag, fin.tag) == (f"{W}tbl", f"{W}p")
    assert [espace.get(f"{W}after") for espace in signature.iter(f"{W}spacing")] == ["0", "0"]
    (espace,) = fin.iter(f"{W}spacing")
    assert (espace.get(f"{W}line"), espace.get(f"{W}lineRule")) == ("1", "exact")
