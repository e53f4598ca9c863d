from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from dossier.core.errors import ConflitStore, ErreurAssemblage, ErreurHorodatage
from dossier.core.horodatage import HorodatageIndisponible
from dossier.services.archives import (
    archiver,
    archiver_une_fois,
    horodater,
    lire_archive,
    lire_jeton,
    sceller_une_fois,
    sur_disque,
)
from tests.fakes import CoupureDeCourant, HorodateurFactice
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


class Interrompu(HorodateurFactice):
    """Down for its first `pannes` requests."""

    def __init__(self, pannes: int) -> None:
        super().__init__()
        self.pannes = pannes

    def horodater(self, contenu: bytes) -> bytes:
        if self.pannes:
            self.pannes -= 1
            raise HorodatageIndisponible("Aucune autorité ne répond.")
        return super().horodater(contenu)


def test_une_autorite_en_panne_n_empeche_pas_de_garder_le_document() -> None:
    atelier = Atelier(horodateur=Interrompu(1))
    archive = archiver(atelier.outils, CLE, b"abc")
    assert atelier.store.get(CLE) == b"abc"
    assert archive.empreinte == hashlib.sha256(b"abc").hexdigest()
    assert archive.jeton == f"{CLE}.tsr"
    assert lire_jeton(atelier.outils, archive) is None
    assert archiver(atelier.outils, CLE, b"abc") == archive, "l'étape refaite enregistre la même archive"
    assert lire_jeton(atelier.outils, archive) is not None


def test_une_autorite_qui_repond_mal_est_une_erreur_a_montrer() -> None:
    atelier = Atelier()
    atelier.horodateur.en_panne = True
    with pytest.raises(ErreurHorodatage):
        archiver(atelier.outils, CLE, b"abc")


def test_de_deux_jetons_demandes_ensemble_le_premier_garde_reste() -> None:
    atelier = Atelier()

    class Ailleurs(HorodateurFactice):
        """Another process puts its token while this one is asked for."""

        def horodater(self, contenu: bytes) -> bytes:
            atelier.store.put(f"{CLE}.tsr", b"celui d'un autre")
            return super().horodater(contenu)

    outils = dataclasses.replace(atelier.outils, horodateur=Ailleurs())
    archive = archiver(outils, CLE, b"abc")
    assert lire_jeton(outils, archive) == b"celui d'un autre"


def test_une_archive_sans_jeton_n_en_demande_pas() -> None:
    atelier = Atelier()
    scelle = sceller_une_fois(atelier.outils, "dossiers/d.zip", lambda: b"un")
    assert not horodater(atelier.outils, scelle, b"un")
    assert lire_jeton(atelier.outils, scelle) is None
    assert atelier.horodateur.jetons == 0


def test_un_document_change_dans_le_magasin_est_dit() -> None:
    atelier = Atelier()
    archive = archiver(atelier.outils, CLE, b"abc")
    assert lire_archive(atelier.outils, archive) == b"abc"
    atelier.store.documents[CLE] = b"abd"
    with pytest.raises(ErreurAssemblage, match="n'est plus celui qui a été enregistré"):
        lire_archive(atelier.outils, archive)


def test_une_archive_se_lit_sur_disque_le_temps_qu_il_faut_et_seulement_intacte() -> None:
    atelier = Atelier()
    archive = archiver(atelier.outils, CLE, b"abc")
    with sur_disque(atelier.outils, archive) as chemin:
        assert chemin.read_bytes() == b"abc"
    assert not chemin.parent.exists()
    atelier.store.documents[CLE] = b"abd"
    with (
        pytest.raises(ErreurAssemblage, match="n'est plus celui qui a été enregistré"),
        sur_disque(atelier.outils, archive),
    ):
        pytest.fail("un document changé ne s'ouvre pas")


def test_ce_qui_est_deja_fait_n_est_pas_refait() -> None:
    atelier = Atelier()
    premier = archiver_une_fois(atelier.outils, CLE, lambda: b"un")
    assert archiver_une_fois(atelier.outils, CLE, lambda: b"deux") == premier
    assert atelier.store.get(CLE) == b"un"


def test_un_dossier_scelle_porte_son_propre_jeton_et_ne_se_refait_pas(tmp_path: Path) -> None:
    atelier = Atelier()
    premier = sceller_une_fois(atelier.outils, "dossiers/d.zip", lambda: b"un")
    assert sceller_une_fois(atelier.outils, "dossiers/d.zip", lambda: b"deux") == premier
    (tmp_path / "sur-disque").write_bytes(b"un")
    autre = sceller_une_fois(atelier.outils, "dossiers/e.zip", lambda: tmp_path / "sur-disque")
    assert autre == premier.model_copy(update={"cle": "dossiers/e.zip"})
    assert (premier.jeton, premier.taille) == (None, 2)
    assert atelier.horodateur.jetons == 0
