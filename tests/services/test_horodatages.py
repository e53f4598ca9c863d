"""Tokens left out by an outage, then fetched: real authorities (openssl) behind a switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.adapters.timestamp_rfc3161 import HorodateurRfc3161, HorodateursSuccessifs, autorite_locale
from dossier.core.errors import ErreurAssemblage, ErreurHorodatage
from dossier.core.horodatage import HorodatageIndisponible
from dossier.services.horodatages import completer, exiger_les_jetons, horodatages, manquants
from tests.core.vie import facture
from tests.services.atelier import Atelier

PDF_UN, PDF_DEUX = b"%PDF-1.7 un", b"%PDF-1.7 deux"
DEUX = ("FA-1", "FA-2")


class Panne:
    """Two real authorities that a test puts out and lights again."""

    def __init__(self, dossier: Path) -> None:
        self.eteintes = {"un", "deux"}
        self.ment = False
        self.demandes = 0
        self.horodateurs = [
            HorodateurRfc3161(self._transport(nom, envoyer), racine, nom, nom)
            for nom in ("un", "deux")
            for envoyer, racine in [autorite_locale(dossier / nom)]
        ]
        self.horodateur = HorodateursSuccessifs(self.horodateurs, repos=0)

    def _transport(self, nom: str, envoyer: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        def transport(demande: bytes) -> bytes:
            self.demandes += 1
            if self.ment:
                return b"0\x03abc"
            if nom in self.eteintes:
                raise HorodatageIndisponible(f"L'autorité {nom} est injoignable.")
            return envoyer(demande)

        return transport


@pytest.fixture
def panne(tmp_path: Path) -> Panne:
    return Panne(tmp_path)


@pytest.fixture
def atelier(panne: Panne) -> Atelier:
    """Two invoices received while both authorities were down."""
    atelier = Atelier(horodateur=panne.horodateur)
    atelier.importer(facture(), source=PDF_UN)
    atelier.importer(facture(numero="FA-2"), source=PDF_DEUX)
    return atelier


def test_le_fait_est_garde_et_ce_qui_manque_se_retrouve(atelier: Atelier) -> None:
    source = atelier.etat().source
    assert source is not None
    assert source.jeton not in atelier.store.documents
    assert manquants(atelier.outils, DEUX) == (source, atelier.etat("FA-2").source)
    assert manquants(atelier.outils, ["FA-1", "FA-1"]) == (source,), "chaque document une fois"


def test_tant_que_tout_est_en_panne_rien_ne_vient_et_une_seule_demande_est_faite(
    atelier: Atelier, panne: Panne
) -> None:
    panne.demandes = 0
    bilan = completer(atelier.outils, [atelier.etat(c) for c in DEUX])
    assert (bilan.absents, bilan.obtenus) == (2, ())
    (phrase,) = bilan.pannes
    assert "un est injoignable" in phrase
    assert "deux est injoignable" in phrase
    assert panne.demandes == 2, "une par autorité, pas une par document"


def test_une_seule_autorite_revenue_suffit(atelier: Atelier, panne: Panne) -> None:
    panne.eteintes = {"un"}
    bilan = completer(atelier.outils, [atelier.etat(c) for c in DEUX])
    assert bilan.absents == len(bilan.obtenus) == 2
    assert bilan.pannes == ()
    assert manquants(atelier.outils, DEUX) == ()
    source = atelier.etat().source
    assert source is not None
    tsr = atelier.store.get(str(source.jeton))
    assert panne.horodateur.mention_du_jeton(PDF_UN, tsr) == "deux"
    assert completer(atelier.outils, [atelier.etat(c) for c in DEUX]) == (0, (), ())


def test_la_ronde_peut_ne_regarder_que_les_faits_recents(atelier: Atelier, panne: Panne) -> None:
    panne.eteintes = set()
    instant = atelier.outils.clock.now()
    etats = [atelier.etat(c) for c in DEUX]
    assert completer(atelier.outils, etats, instant + timedelta(seconds=1)).absents == 0
    assert completer(atelier.outils, etats, instant).absents == 2


def test_un_document_altere_est_dit_sans_arreter_les_autres(atelier: Atelier, panne: Panne) -> None:
    panne.eteintes = set()
    un, deux = (atelier.etat(c).source for c in DEUX)
    assert un is not None
    assert deux is not None
    atelier.store.documents[un.cle] = b"autre"
    bilan = completer(atelier.outils, [atelier.etat(c) for c in DEUX])
    assert bilan.obtenus == (deux.cle,)
    (phrase,) = bilan.pannes
    assert "n'est plus celui qui a été enregistré" in phrase
    assert un.jeton not in atelier.store.documents, "des octets altérés ne sont jamais horodatés"


def test_une_autorite_qui_repond_mal_est_dite(atelier: Atelier, panne: Panne) -> None:
    panne.eteintes, panne.ment = set(), True
    bilan = completer(atelier.outils, [atelier.etat(c) for c in DEUX])
    assert bilan.obtenus == ()
    assert "endommagé" in bilan.pannes[0]


def test_avant_de_sceller_chaque_document_a_son_jeton_ou_l_attente_est_dite(
    atelier: Atelier, panne: Panne
) -> None:
    with pytest.raises(
        ErreurAssemblage, match=r"leur jeton d'horodatage manque à 2 documents\. .*injoignable"
    ):
        exiger_les_jetons(atelier.outils, DEUX)
    with pytest.raises(ErreurAssemblage, match="manque à 1 document"):
        exiger_les_jetons(atelier.outils, ["FA-2"])
    panne.eteintes = set()
    exiger_les_jetons(atelier.outils, DEUX)
    panne.eteintes = {"un", "deux"}
    exiger_les_jetons(atelier.outils, DEUX)


def test_avant_de_sceller_un_jeton_qui_ne_vaut_rien_est_nomme(atelier: Atelier, panne: Panne) -> None:
    panne.eteintes = set()
    un, deux = (atelier.etat(c).source for c in DEUX)
    assert un is not None
    assert deux is not None
    exiger_les_jetons(atelier.outils, DEUX)
    atelier.store.documents[str(un.jeton)] = atelier.store.documents[str(deux.jeton)]
    with pytest.raises(
        ErreurHorodatage, match=rf"« {un.cle} » n'est pas valable : .*ne porte pas sur ce contenu"
    ):
        exiger_les_jetons(atelier.outils, DEUX)


def test_le_retard_d_un_jeton_se_lit(atelier: Atelier, panne: Panne) -> None:
    assert horodatages(atelier.outils, "FA-1") == (), "pas encore de jeton : rien à comparer"
    panne.eteintes = set()
    completer(atelier.outils, [atelier.etat("FA-1")])
    (lu,) = horodatages(atelier.outils, "FA-1")
    (fait,) = atelier.journal.lire("FA-1")
    source = atelier.etat().source
    assert source is not None
    assert (lu.cle, lu.enregistre) == (source.cle, fait.instant)
    jeton = panne.horodateur.verifier(PDF_UN, atelier.store.get(str(source.jeton)))
    assert (lu.horodate, lu.autorite) == (jeton.instant, jeton.autorite)
    assert lu.retard == max(jeton.instant - fait.instant, timedelta(0))
