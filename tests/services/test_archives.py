from __future__ import annotations

import hashlib

import pytest

from dossier.core.errors import ConflitStore, ErreurHorodatage
from dossier.services.archives import archiver, archiver_une_fois, sceller_une_fois
from tests.fakes import CoupureDeCourant
from tests.services.atelier import Atelier

CLE = "creances/FA-1/a.pdf"


def test_une_archive_porte_son_empreinte_sa_taille_et_son_jeton() -> None:
    atelier = Atelier()
    archive = archiver(atelier.outils, CLE, b"abc")
    assert archive.empreinte == hashlib.sha256(b"abc").hexdigest()
    assert (archive.cle, archive.taille, archive.jeton) == (CLE, 3, f"{CLE}.tsr")
    assert atelier.horodateur.verifier(b"abc", atelier.store.get(f"{CLE}.tsr"))


def test_archiver_deux_fois_ne_demande_qu_un_jeton() -> None:
    atelier = Atelier()
    assert archiver(atelier.outils, CLE, b"abc") == archiver(atelier.outils, CLE, b"abc")
    assert atelier.horodateur.jetons == 1


def test_sous_la_meme_cle_d_autres_octets_sont_refuses() -> None:
    atelier = Atelier()
    archiver(atelier.outils, CLE, b"abc")
    with pytest.raises(ConflitStore):
        archiver(atelier.outils, CLE, b"abd")


def test_une_coupure_avant_le_jeton_se_rattrape() -> None:
    atelier = Atelier()
    atelier.store.panne_sur = ".tsr"
    with pytest.raises(CoupureDeCourant):
        archiver(atelier.outils, CLE, b"abc")
    assert archiver(atelier.outils, CLE, b"abc").jeton in atelier.store.documents


def test_sans_horodatage_rien_n_est_donne_pour_archive() -> None:
    atelier = Atelier()
    atelier.horodateur.en_panne = True
    with pytest.raises(ErreurHorodatage):
        archiver(atelier.outils, CLE, b"abc")


def test_ce_qui_est_deja_fait_n_est_pas_refait() -> None:
    atelier = Atelier()
    premier = archiver_une_fois(atelier.outils, CLE, lambda: b"un")
    assert archiver_une_fois(atelier.outils, CLE, lambda: b"deux") == premier
    assert atelier.store.get(CLE) == b"un"


def test_un_dossier_scelle_porte_son_propre_jeton_et_ne_se_refait_pas() -> None:
    atelier = Atelier()
    premier = sceller_une_fois(atelier.outils, "dossiers/d.zip", lambda: b"un")
    assert sceller_une_fois(atelier.outils, "dossiers/d.zip", lambda: b"deux") == premier
    assert (premier.jeton, premier.taille) == (None, 2)
    assert atelier.horodateur.jetons == 0
