"""Registered letters: their deposit and what became of them, as people record them."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.core.decision import DemanderAppel, DemanderApprobation
from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.faits import Decision, IssuePli, ResultatAppel
from dossier.services import saisies
from dossier.services.plis import numero_de_pli
from tests.core.vie import facture
from tests.fakes import tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier

RAPPEL, DEMEURE = "1A 000 000 0000 1", "1A 000 000 0000 2"
IMPRIME = date(2026, 7, 11)
AVIS = tiny_pdf("avis")


@pytest.fixture
def atelier() -> Atelier:
    """The last reminder is printed, on 11 July 2026."""
    neuf = Atelier()
    neuf.importer(facture())
    neuf.aller(date(2026, 6, 24))
    assert isinstance(neuf.action(), DemanderAppel)
    saisies.appel(neuf.outils, "FA-1", ResultatAppel.SANS_SUITE, "Moi", auteur="essai")
    neuf.aller(IMPRIME)
    return neuf


def deposer(
    atelier: Atelier, numero: str = RAPPEL, jour: date = IMPRIME, preuve: bytes | None = None, etape: str = ""
) -> str:
    return saisies.depot(atelier.outils, "FA-1", numero, jour, auteur="essai", preuve=preuve, etape=etape)


def recevoir(
    atelier: Atelier,
    issue: IssuePli = IssuePli.DISTRIBUE,
    jour: date | None = None,
    presente: date | None = None,
    preuve: bytes | None = None,
    **lequel: str,
) -> str:
    return saisies.accuse(
        atelier.outils,
        "FA-1",
        issue,
        jour or atelier.clock.jour(),
        auteur="essai",
        premiere_presentation=presente,
        preuve=preuve,
        **lequel,
    )


def a_la_demeure(atelier: Atelier, *, approuvee: bool = True) -> None:
    """The reminder is deposited; the mise en demeure is ready, on 31 July 2026."""
    deposer(atelier)
    atelier.aller(date(2026, 7, 31))
    assert isinstance(atelier.action(), DemanderApprobation)
    if approuvee:
        saisies.repondre(atelier.outils, "FA-1", Decision.APPROUVER, "Moi", auteur="essai")
        atelier.agir()


@pytest.mark.parametrize(
    ("texte", "numero"),
    [
        ("1A 123 456 7890 1", "1A12345678901"),
        ("1a12345678901", "1A12345678901"),
        ("2C.123-456.7890-1", "2C12345678901"),
        ("RK123456789FR", "RK123456789FR"),
    ],
)
def test_un_numero_de_recommande_se_lit_avec_ou_sans_espaces(texte: str, numero: str) -> None:
    assert numero_de_pli(texte) == numero


@pytest.mark.parametrize(
    "texte", ["", "12345", "1A1234567890", "1A123456789012", "AA12345678901", "1A١٢٣٤٥٦٧٨٩٠١"]
)
def test_un_numero_mal_forme_est_refuse_avec_un_exemple(atelier: Atelier, texte: str) -> None:
    with pytest.raises(DonneeInvalide, match="1A 123 456 7890 1"):
        deposer(atelier, texte)


def test_sans_recommande_etabli_le_depot_est_refuse() -> None:
    atelier = Atelier(IMPRIME)
    atelier.importer(facture())
    with pytest.raises(DonneeInvalide, match="Aucune lettre recommandée n'a été établie sur FA-1"):
        deposer(atelier)


def test_sur_une_etape_sans_recommande_le_depot_est_refuse(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="pour l'étape « mise-en-demeure »"):
        deposer(atelier, etape="mise-en-demeure")


def test_une_lettre_qui_attend_son_accord_ne_peut_pas_etre_deposee(atelier: Atelier) -> None:
    a_la_demeure(atelier, approuvee=False)
    with pytest.raises(DonneeInvalide, match="pas encore prêt à poster"):
        deposer(atelier, DEMEURE, date(2026, 7, 31))


@pytest.mark.parametrize(
    ("jour", "refus"),
    [
        (date(2026, 7, 10), "n'a pas pu être déposé avant"),
        (IMPRIME, ""),
        (date(2026, 7, 12), "dans le futur"),
    ],
)
def test_un_depot_n_est_ni_avant_la_lettre_ni_dans_le_futur(atelier: Atelier, jour: date, refus: str) -> None:
    if refus:
        with pytest.raises(DonneeInvalide, match=refus):
            deposer(atelier, jour=jour)
    else:
        assert "enregistré sur FA-1" in deposer(atelier, jour=jour)


def test_le_meme_depot_deux_fois_ne_change_rien(atelier: Atelier) -> None:
    deposer(atelier, preuve=AVIS)
    avant = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in deposer(atelier, preuve=AVIS)
    assert "rien n'a changé" in deposer(atelier), "sans la preuve non plus"
    assert atelier.journal.lire("FA-1") == avant


def test_la_preuve_peut_venir_plus_tard_et_la_date_se_corriger(atelier: Atelier) -> None:
    deposer(atelier)
    deposer(atelier, preuve=AVIS)
    atelier.clock.regler(date(2026, 7, 13))
    deposer(atelier, jour=date(2026, 7, 13))
    depot = atelier.etat().envois["avant-contentieux:lrar"].depot
    assert depot is not None
    assert (depot.jour, depot.preuve is not None) == (date(2026, 7, 13), True)


def test_la_date_ne_se_corrige_plus_une_fois_l_issue_connue(atelier: Atelier) -> None:
    deposer(atelier)
    atelier.clock.regler(date(2026, 7, 14))
    recevoir(atelier)
    with pytest.raises(DonneeInvalide, match="est déjà déposé, sous le n° 1A00000000001 le 11 juillet 2026"):
        deposer(atelier, jour=date(2026, 7, 13))
    assert "enregistré" in deposer(atelier, preuve=AVIS), "la preuve, elle, peut toujours venir"


def test_un_autre_numero_sur_un_pli_depose_est_refuse(atelier: Atelier) -> None:
    deposer(atelier)
    with pytest.raises(DonneeInvalide, match="est déjà déposé, sous le n° 1A00000000001"):
        deposer(atelier, DEMEURE)


def test_le_numero_d_un_autre_pli_est_refuse(atelier: Atelier) -> None:
    a_la_demeure(atelier)
    with pytest.raises(DonneeInvalide, match="déjà celui du recommandé « Dernier rappel avant contentieux »"):
        deposer(atelier, RAPPEL, date(2026, 7, 31))
    assert "enregistré" in deposer(atelier, DEMEURE, date(2026, 7, 31))


def test_une_preuve_qui_n_est_pas_un_pdf_est_refusee_avant_d_etre_gardee(atelier: Atelier) -> None:
    avant = set(atelier.store.documents)
    with pytest.raises(DossierError, match="PDF"):
        deposer(atelier, preuve=b"photo")
    assert set(atelier.store.documents) == avant


def test_un_avis_avant_le_depot_est_refuse(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="n'a pas de dépôt enregistré"):
        recevoir(atelier)


def test_un_avis_se_tient_entre_le_depot_et_aujourd_hui(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 7, 15))
    deposer(atelier, jour=date(2026, 7, 13))
    with pytest.raises(DonneeInvalide, match="précède le dépôt du pli"):
        recevoir(atelier, jour=date(2026, 7, 12))
    with pytest.raises(DonneeInvalide, match="dans le futur"):
        recevoir(atelier, jour=date(2026, 7, 16))
    with pytest.raises(DonneeInvalide, match="ne peut pas suivre l'issue"):
        recevoir(atelier, jour=date(2026, 7, 14), presente=date(2026, 7, 15))
    assert "distribue le 13 juillet" in recevoir(atelier, jour=date(2026, 7, 13)), "le jour même du dépôt"


@pytest.mark.parametrize("issue", [IssuePli.REFUSE, IssuePli.AVISE_NON_RECLAME, IssuePli.NPAI])
def test_un_pli_non_distribue_dit_sa_premiere_presentation(atelier: Atelier, issue: IssuePli) -> None:
    deposer(atelier)
    with pytest.raises(DonneeInvalide, match="date de première présentation"):
        recevoir(atelier, issue)
    assert "Enregistrée" in recevoir(atelier, issue, presente=IMPRIME)


def test_le_meme_avis_deux_fois_ne_change_rien_et_une_correction_s_ajoute(atelier: Atelier) -> None:
    deposer(atelier)
    recevoir(atelier, preuve=AVIS)
    avant = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in recevoir(atelier, preuve=AVIS)
    assert "rien n'a changé" in recevoir(atelier), "sans la preuve non plus"
    assert atelier.journal.lire("FA-1") == avant
    recevoir(atelier, IssuePli.REFUSE, presente=IMPRIME)
    accuse = atelier.etat().envois["avant-contentieux:lrar"].accuse
    assert accuse is not None
    assert (accuse.issue, accuse.preuve) == (IssuePli.REFUSE, None), (
        "la preuve d'une autre issue n'en est pas une"
    )


def test_l_avis_tardif_du_rappel_ne_touche_pas_la_mise_en_demeure_pas_encore_deposee(
    atelier: Atelier,
) -> None:
    a_la_demeure(atelier)
    recevoir(atelier)
    assert atelier.etat().envois["avant-contentieux:lrar"].accuse is not None
    assert atelier.etat().envois["mise-en-demeure:lrar"].accuse is None


def test_entre_deux_plis_deposes_le_numero_ou_l_etape_dit_lequel(atelier: Atelier) -> None:
    a_la_demeure(atelier)
    deposer(atelier, DEMEURE, date(2026, 7, 31))
    atelier.clock.regler(date(2026, 8, 3))
    recevoir(atelier, numero=RAPPEL)
    assert atelier.etat().envois["mise-en-demeure:lrar"].accuse is None
    recevoir(atelier, IssuePli.NPAI, presente=atelier.clock.jour() - UN_JOUR, etape="mise-en-demeure")
    demeure = atelier.etat().envois["mise-en-demeure:lrar"].accuse
    assert demeure is not None
    assert demeure.issue is IssuePli.NPAI
    recevoir(atelier)
    dernier = atelier.etat().envois["mise-en-demeure:lrar"].accuse
    assert dernier is not None
    assert dernier.issue is IssuePli.DISTRIBUE, "à défaut, le dernier déposé"
    with pytest.raises(DonneeInvalide, match="n° 1A00000000009 de FA-1 n'a pas de dépôt enregistré"):
        recevoir(atelier, numero="1A00000000009")
