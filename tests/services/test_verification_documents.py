"""A whole dossier as in production (Word, LibreOffice, tokens, stamps), opened and read again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.lecture_tableur import lire_tableur
from dossier.adapters.pades import horodater_pdf
from dossier.adapters.render_docx import RenduDocx
from dossier.adapters.timestamp_rfc3161 import verifier_jeton
from dossier.services.constats import Cellule, Lecteurs, Verdict
from dossier.services.creances import decompte_de
from dossier.services.verification import verifier_dossier
from dossier.services.verification_documents import LISTE, NOTE
from dossier.services.verification_relie import RELIE
from dossier.services.verification_textes import PAGES_RELUES
from tests.core.droit.loi import CONFIG
from tests.fakes import tiny_pdf
from tests.services.scelles import Vrai, fautes
from tests.services.test_verification_relie import horodatage

MODELES = CONFIG.parent / "templates"


@pytest.fixture(scope="module")
def vrai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vrai]:
    dossier = tmp_path_factory.mktemp("complet")
    with ConvertisseurUno(dossier / "conversion") as convertisseur:
        yield Vrai(
            dossier, rendu=RenduDocx(MODELES), convertisseur=convertisseur, horodater_pdf=horodater_pdf
        )


@pytest.fixture(scope="module")
def lecteurs(vrai: Vrai) -> Lecteurs:
    outils = vrai.atelier.outils
    textes: dict[bytes, str] = {}

    def texte(pdf: bytes) -> str:
        if pdf not in textes:
            textes[pdf] = outils.relieur.texte(pdf)
        return textes[pdf]

    return Lecteurs(
        compter=outils.relieur.compter,
        texte=texte,
        tableur=lambda xlsx: {r: Cellule(*case) for r, case in lire_tableur(xlsx).items()},
        tamponner=outils.relieur.tamponner,
        calculer=lambda etat, _, au: decompte_de(outils, etat, au),
        horodatage=horodatage,
    )


def verifier(chemin: Path, lecteurs: Lecteurs) -> Verdict:
    return verifier_dossier(chemin, verifier_jeton, lecteurs=lecteurs)


def test_tout_se_relit_sans_faute_et_sans_reserve_que_l_horloge(
    vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path
) -> None:
    verdict = verifier(vrai.resceller(tmp_path / "d.zip", horloge="simulee"), lecteurs)
    assert fautes(verdict) == {}
    assert [c.objet for c in verdict.constats if c.reserve] == ["Dates"]
    bons = {c.objet: c.message for c in verdict.constats if not c.reserve}
    for objet in ("data/01-requete.pdf", LISTE, NOTE, "data/03-decompte.pdf", "Total dû", RELIE):
        assert objet in bons


def trouvees(vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path, **champs: Any) -> dict[str, str]:
    return fautes(verifier(vrai.resceller(tmp_path / "d.zip", horloge="simulee", **champs), lecteurs))


def test_un_total_change_partout_dans_l_index_est_contredit_par_chaque_document(
    vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path
) -> None:
    autre = str(Decimal(vrai.index["total"]) + Decimal("0.01"))
    trouves = trouvees(vrai, lecteurs, tmp_path, total=autre)
    assert {"data/01-requete.pdf", "data/03-decompte.pdf", "data/03-decompte.xlsx", "Total dû"} <= set(
        trouves
    )


def test_un_bordereau_d_un_autre_dossier_est_nomme(vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path) -> None:
    autre = {"02-bordereau.pdf": vrai.fichiers["04-chronologie.pdf"]}
    assert (
        "n'y est pas sous ce titre"
        in trouvees(vrai, lecteurs, tmp_path, fichiers=autre)["data/02-bordereau.pdf"]
    )


def test_un_bordereau_qui_compte_autrement_est_nomme(vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path) -> None:
    pieces = vrai.index["pieces"]
    plus = [{**pieces[0], "pages": pieces[0]["pages"] + 1}, *pieces[1:]]
    trouves = trouvees(vrai, lecteurs, tmp_path, pieces=plus)
    assert "pages, l'index" in trouves["data/02-bordereau.pdf"]
    assert "l'index en annonce" in trouves["Pièce n°\u00a01"]


def test_une_copie_d_un_autre_document_est_nommee(vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path) -> None:
    une, deux = vrai.index["pieces"][-2:]
    autre = {deux["fichier"]: vrai.fichiers[une["fichier"]]}
    assert f"Pièce n°\u00a0{deux['numero']}" in trouvees(vrai, lecteurs, tmp_path, fichiers=autre)


def test_un_decompte_illisible_est_dit(vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path) -> None:
    casse = {"03-decompte.xlsx": b"PK"}
    assert "XLSX lisible" in trouvees(vrai, lecteurs, tmp_path, fichiers=casse)["data/03-decompte.xlsx"]


def test_un_pdf_illisible_est_une_faute_et_n_arrete_rien(
    vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path
) -> None:
    autres = {"03-decompte.pdf": b"%PDF casse", "01-requete.pdf": tiny_pdf("x")}
    trouves = trouvees(vrai, lecteurs, tmp_path, fichiers=autres)
    assert "ne peut pas être relu" in trouves["data/03-decompte.pdf"]
    assert "n'y est pas" in trouves["data/01-requete.pdf"]


def test_un_document_trop_long_est_dit_non_relu(vrai: Vrai, lecteurs: Lecteurs, tmp_path: Path) -> None:
    for pages, reserve in ((PAGES_RELUES, False), (PAGES_RELUES + 1, True)):
        autre = {"03-decompte.pdf": tiny_pdf("x", pages)}
        zip_ = vrai.resceller(tmp_path / "d.zip", autre, horloge="simulee")
        dits = [c for c in verifier(zip_, lecteurs).constats if c.objet == "data/03-decompte.pdf"]
        assert all(c.reserve for c in dits) is reserve


def test_le_dossier_tel_que_le_service_l_a_scelle_est_conforme(vrai: Vrai, lecteurs: Lecteurs) -> None:
    assert datetime.fromisoformat(vrai.index["instant"])
    assert fautes(verifier(vrai.zip, lecteurs)) == {}
