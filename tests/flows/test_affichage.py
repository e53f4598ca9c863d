"""The page of a creance: what is due, what comes and when, what happened and the documents that show it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pytest

from dossier.core.faits import Archive, GenrePiece
from dossier.services import saisies
from dossier.services.assemblage import assembler
from dossier.services.creances import scenario_de
from dossier.services.pieces import ajouter_piece
from flows import wiring
from flows.affichage import en_cellule, page, situation
from flows.guichet.liens import OUVERTURE, Liens
from tests.core.vie import facture
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier

NBSP = "\u00a0"
LIENS = Liens("http://127.0.0.1:4280", b"secret des tests")


@pytest.fixture
def atelier(monkeypatch: pytest.MonkeyPatch) -> Iterator[Atelier]:
    for nom in ("PORT", "ADRESSE", "SECRET"):
        monkeypatch.delenv(f"DOSSIER_DOCUMENTS_{nom}", raising=False)
    wiring.settings.cache_clear()
    monkeypatch.setattr(OUVERTURE, "liens", LIENS)
    atelier = Atelier()
    atelier.importer(facture())
    yield atelier
    wiring.settings.cache_clear()


def lue(atelier: Atelier) -> str:
    etat = atelier.etat()
    return page(atelier.outils, etat, scenario_de(atelier.outils, etat), situation(atelier.outils, etat))


def ligne(atelier: Atelier, fait: str) -> str:
    """The one line of the page that tells that."""
    (trouvee,) = [ligne for ligne in lue(atelier).splitlines() if fait in ligne]
    return trouvee


def ouverts(markdown: str) -> list[str]:
    """The keys that the links of that markdown open; each link is checked."""
    cles = []
    for jeton, cle in re.findall(r"\]\(http://127\.0\.0\.1:4280/([^/]+)/([^)]+)\)", markdown):
        assert LIENS.ouvre(jeton, unquote(cle))
        cles.append(unquote(cle))
    assert len(re.findall(r"(?<!\\)\]\(", markdown)) == len(cles), "aucun lien n'est d'ailleurs"
    return cles


def test_chaque_document_du_journal_s_ouvre_une_fois_de_la_ligne_du_fait_qui_l_apporte(
    atelier: Atelier,
) -> None:
    piece = tiny_pdf("commande")
    ajouter_piece(
        atelier.outils,
        "FA-1",
        GenrePiece.COMMANDE,
        "Bon de commande",
        date(2026, 5, 1),
        piece,
        auteur="essai",
    )
    atelier.jusqu_au_dossier()
    assert assembler(atelier.outils, "FA-1", auteur="essai") is not None
    gardes = [
        valeur.cle
        for fait in atelier.journal.lire("FA-1")
        for _, valeur in fait.contenu
        if isinstance(valeur, Archive)
    ]
    assert len(gardes) > 15
    assert Counter(ouverts(lue(atelier))) == Counter(gardes)
    assert "## Documents" not in lue(atelier)


def test_une_lettre_s_ouvre_en_pdf_et_en_word_un_courriel_tel_qu_il_est_parti_un_dossier_en_zip(
    atelier: Atelier,
) -> None:
    atelier.jusqu_au_dossier()
    scelle = assembler(atelier.outils, "FA-1", auteur="essai")
    assert scelle is not None
    lettre = atelier.etat().envois["mise-en-demeure:lrar"].prepare
    etablie = ligne(atelier, "Mise en demeure : document établi")
    assert re.search(r"\[PDF\]\(\S+\.pdf\) · \[Word\]\(\S+\.docx\) \| Mise", etablie)
    assert ouverts(etablie) == [lettre.pdf.cle, lettre.source.cle]
    assert re.search(
        r"\[PDF\]\(\S+\) · \[Courriel\]\(\S+\.eml\) \| Prév", ligne(atelier, "Prévenance : document")
    )
    assert ouverts(ligne(atelier, "| Dossier scellé :")) == [scelle.fait.zip.cle]
    assert "[Dossier (ZIP)](" in ligne(atelier, "| Dossier scellé :")
    (depot,) = ouverts(ligne(atelier, "Mise en demeure : dépôt du recommandé"))
    assert "/recus/depot-" in depot
    (avis,) = ouverts(ligne(atelier, "Mise en demeure : pli distribué"))
    assert "/recus/avis-" in avis


def test_un_fait_sans_document_n_a_pas_de_lien(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 6, 10))
    atelier.payer("400")
    assert (
        ligne(atelier, "Paiement reçu").replace(NBSP, " ")
        == "| 10/06/2026 |  | Paiement reçu : 400,00 € | VIR |"
    )


def test_sans_guichet_la_page_donne_le_chemin(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OUVERTURE, "liens", None)
    (source,) = [
        valeur for _, valeur in atelier.journal.lire("FA-1")[0].contenu if isinstance(valeur, Archive)
    ]
    assert f"| PDF `memoire://{source.cle}` |" in lue(atelier)
    assert "](" not in lue(atelier)


def test_la_page_dit_ce_qui_est_du_ce_qui_vient_et_quand(atelier: Atelier) -> None:
    atelier.aller(date(2026, 6, 12))
    atelier.payer("400")
    lignes = lue(atelier).replace(NBSP, " ").splitlines()
    assert lignes[0] == "# FA-1 · Débiteur Imaginaire SARL · 1 000,00 €"
    assert lignes[1].startswith("**Relance 2 le 19/06/2026** – échéance 03/06/2026")
    sommes = lignes.index("| Au jour du | Principal restant | Pénalités | Indemnité | Total exigible |")
    assert lignes[sommes + 2].startswith("| 12/06/2026 | 643,00 € | 0,00 € | 0,00 € | 643,00 € |")
    assert any("couvre les pénalités et l'indemnité : 600,00 € restent à payer" in ligne for ligne in lignes)
    vient = lignes.index("## Ce qui vient, si rien n'est payé")
    passe = lignes.index("## Ce qui s'est passé")
    assert lignes[vient + 1] == "| Date | Étape | Hypothèse |"
    assert lignes[vient + 3] == "| 19/06/2026 | Relance 2 (courriel) |  |"
    assert any(
        "Dépôt du recommandé" in ligne and "premier jour ouvré" in ligne for ligne in lignes[vient:passe]
    )
    assert lignes[passe + 1] == "| Date | Documents | Fait | Preuve |"
    jours = [
        date(int(a), int(m), int(j))
        for j, m, a in re.findall(r"\| (..)/(..)/(....)", "\n".join(lignes[passe:]))
    ]
    assert jours == sorted(jours)
    assert len(jours) == len(lignes) - passe - 3


def test_une_etape_sautee_se_lit_par_son_libelle_et_deux_pieces_de_meme_titre_se_distinguent(
    atelier: Atelier,
) -> None:
    atelier.clock.regler(date(2026, 6, 12))
    atelier.agir()
    for jour in (date(2026, 5, 1), date(2026, 5, 2)):
        pdf = tiny_pdf(jour.isoformat())
        ajouter_piece(atelier.outils, "FA-1", GenrePiece.COMMANDE, "Bon", jour, pdf, auteur="essai")
    assert "| Étape « Prévenance » sautée :" in ligne(atelier, "sautée")
    for jour in ("1er mai", "2 mai"):
        dite = ligne(atelier, jour).replace("<br>", " ")
        assert f"| Pièce ajoutée : Bon, datée du {jour} 2026 |" in dite


def test_ce_qui_est_demande_a_une_personne_est_en_tete_de_la_page(atelier: Atelier) -> None:
    etat = atelier.etat()
    scenario = scenario_de(atelier.outils, etat)
    demandee = page(atelier.outils, etat, scenario, "À approuver", "### Mise en demeure\n\n⚠ À lire")
    question, sommes = demandee.index("## Ce qui vous est demandé"), demandee.index("| Au jour du |")
    assert question < demandee.index("⚠ À lire") < demandee.index("Répondez par **Resume**") < sommes
    assert "Ce qui vous est demandé" not in lue(atelier)


def test_aucune_case_de_la_page_ne_depasse_l_ecran(atelier: Atelier) -> None:
    saisies.paiement(atelier.outils, "FA-1", Decimal(400), atelier.clock.jour(), "long " * 30, auteur="essai")
    cases = [case for vue in lue(atelier).splitlines() if vue.startswith("|") for case in vue.split(" | ")]
    assert max(len(bout) for case in cases for bout in case.split("<br>") if "](" not in bout) <= 50


def test_une_creance_close_ne_promet_plus_rien(atelier: Atelier) -> None:
    saisies.abandonner(atelier.outils, "FA-1", "Liquidation", auteur="essai")
    assert "Aucune étape n'est prévue." in lue(atelier)


def test_un_chiffre_du_droit_inconnu_ne_cache_pas_le_reste(atelier: Atelier) -> None:
    atelier.clock.regler(date(2031, 1, 1))
    assert f"Reste sur la facture : 1{NBSP}000,00{NBSP}€. ⚠" in lue(atelier).replace("\u202f", NBSP)
    assert "Facture n°" in lue(atelier)


@pytest.mark.parametrize(
    "reference", ["[PDF](http://pirate.example)", "a | b | c", "fin\\", "<b>gras</b>", "deux\nlignes"]
)
def test_une_saisie_ne_fait_ni_lien_ni_case_ni_balise(atelier: Atelier, reference: str) -> None:
    saisies.paiement(atelier.outils, "FA-1", Decimal(400), atelier.clock.jour(), reference, auteur="essai")
    recue = ligne(atelier, "Paiement reçu")
    assert ouverts(recue) == []
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", recue)) == 5
    assert "<b>" not in recue


def test_un_texte_ordinaire_reste_tel_quel() -> None:
    assert en_cellule("Relance 2 (courriel) – 12,50 € à 100 %") == "Relance 2 (courriel) – 12,50 € à 100 %"
