"""Several real authorities: one down, both down, one that lies, one whose clock is wrong, one of former times."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.adapters.timestamp_rfc3161 import (
    HorodateurRfc3161,
    HorodateursSuccessifs,
    autorite_http,
    autorite_locale,
    verifier_jeton,
    verifier_parmi,
)
from dossier.core.errors import ErreurHorodatage
from dossier.core.horodatage import HorodatageIndisponible
from flows.ports import port_libre
from tests.adapters.autorites import (
    CONTENU,
    Cle,
    Envoyer,
    autorite_decalee,
    certifier,
    emettre,
    guichet,
    maintenant,
    openssl_accepte,
)


@pytest.fixture(scope="module")
def deux(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]]:
    dossier = tmp_path_factory.mktemp("autorites")
    return autorite_locale(dossier / "un"), autorite_locale(dossier / "deux")


class Maison:
    """Two authorities, each of which a test may put out."""

    def __init__(self, deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]], repos: float = 0.0) -> None:
        self.eteintes: set[str] = set()
        self.demandes: list[str] = []
        self.un, self.deux = (
            HorodateurRfc3161(self._allumable(nom, envoyer), racine, f"horodatage de {nom}", nom)
            for nom, (envoyer, racine) in zip(("un.exemple", "deux.exemple"), deux, strict=True)
        )
        self.ensemble = HorodateursSuccessifs([self.un, self.deux], repos=repos, maintenant=maintenant)

    def _allumable(self, nom: str, envoyer: Envoyer) -> Envoyer:
        def transport(demande: bytes) -> bytes:
            self.demandes.append(nom)
            if nom in self.eteintes:
                raise HorodatageIndisponible(f"L'autorité {nom} est injoignable.")
            return envoyer(demande)

        return transport


@pytest.fixture
def maison(deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]]) -> Maison:
    return Maison(deux)


def test_la_premiere_repond_la_seconde_n_est_pas_demandee(maison: Maison) -> None:
    tsr = maison.ensemble.horodater(CONTENU)
    assert verifier_jeton(CONTENU, tsr, maison.un.certificat)
    assert maison.demandes == ["un.exemple"]
    assert maison.ensemble.mention_du_jeton(CONTENU, tsr) == "horodatage de un.exemple"


def test_la_premiere_en_panne_la_seconde_repond_et_la_panne_est_consignee(
    maison: Maison, caplog: pytest.LogCaptureFixture
) -> None:
    maison.eteintes = {"un.exemple"}
    tsr = maison.ensemble.horodater(CONTENU)
    assert verifier_jeton(CONTENU, tsr, maison.deux.certificat)
    with pytest.raises(ErreurHorodatage):
        verifier_jeton(CONTENU, tsr, maison.un.certificat)
    assert maison.ensemble.mention_du_jeton(CONTENU, tsr) == "horodatage de deux.exemple"
    assert "un.exemple est injoignable" in caplog.text


def test_les_deux_en_panne_puis_de_retour(maison: Maison) -> None:
    maison.eteintes = {"un.exemple", "deux.exemple"}
    with pytest.raises(HorodatageIndisponible, match=r"un\.exemple : .*deux\.exemple : "):
        maison.ensemble.horodater(CONTENU)
    maison.eteintes = {"un.exemple"}
    assert verifier_jeton(CONTENU, maison.ensemble.horodater(CONTENU), maison.deux.certificat)
    maison.eteintes = set()
    assert verifier_jeton(CONTENU, maison.ensemble.horodater(CONTENU), maison.un.certificat)


def test_celle_qui_repond_mal_est_dite_meme_si_l_autre_est_en_panne(
    maison: Maison, deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]]
) -> None:
    ancienne = maison.un.horodater(CONTENU)
    rejoue = HorodateurRfc3161(lambda _: ancienne, deux[0][1], "", "rejouee.exemple")
    maison.eteintes = {"deux.exemple"}
    with pytest.raises(ErreurHorodatage, match=r"rejouee\.exemple : .*rejouée.*injoignable") as erreur:
        HorodateursSuccessifs([rejoue, maison.deux]).horodater(CONTENU)
    assert not isinstance(erreur.value, HorodatageIndisponible)
    maison.eteintes = set()
    tsr = HorodateursSuccessifs([rejoue, maison.deux]).horodater(CONTENU)
    assert verifier_jeton(CONTENU, tsr, maison.deux.certificat)


def test_une_autorite_qui_signe_avec_la_racine_d_une_autre_est_refusee(
    deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]],
) -> None:
    """Each answer is held to the root of who gave it, not to any of the pinned ones."""
    (envoyer_un, racine_un), (_, racine_deux) = deux
    usurpee = HorodateurRfc3161(envoyer_un, racine_deux, "", "deux.exemple")
    vraie = HorodateurRfc3161(envoyer_un, racine_un, "", "un.exemple")
    horodateur = HorodateursSuccessifs([usurpee])
    with pytest.raises(ErreurHorodatage, match="pas signé par l'autorité attendue"):
        horodateur.horodater(CONTENU)
    assert HorodateursSuccessifs([usurpee, vraie]).horodater(CONTENU)


def test_une_autorite_en_panne_se_repose_et_ne_coute_qu_une_attente(
    deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]],
) -> None:
    maison = Maison(deux, repos=0.5)
    maison.eteintes = {"un.exemple"}
    for _ in range(3):
        maison.ensemble.horodater(CONTENU)
    assert maison.demandes == ["un.exemple", "deux.exemple", "deux.exemple", "deux.exemple"]
    maison.eteintes = {"un.exemple", "deux.exemple"}
    with pytest.raises(HorodatageIndisponible, match="sera redemandée dans"):
        maison.ensemble.horodater(CONTENU)
    maison.eteintes = set()
    fin = time.monotonic() + 20
    while time.monotonic() < fin:
        try:
            assert verifier_jeton(CONTENU, maison.ensemble.horodater(CONTENU), maison.un.certificat)
        except HorodatageIndisponible:
            continue
        return
    pytest.fail("l'autorité revenue n'est jamais redemandée")


def test_un_ancien_jeton_trouve_sa_racine(
    maison: Maison, deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]], tmp_path: Path
) -> None:
    ancien = maison.deux.horodater(CONTENU)
    sans, avec = (HorodateursSuccessifs([maison.un], anciennes) for anciennes in ((), (deux[1][1],)))
    with pytest.raises(ErreurHorodatage, match="n'est pas signé par l'autorité attendue"):
        sans.verifier(CONTENU, ancien)
    assert avec.verifier(CONTENU, ancien) == verifier_jeton(CONTENU, ancien, deux[1][1])
    assert avec.mention_du_jeton(CONTENU, ancien) == "", "elle ne répond plus : rien n'en est affirmé"
    for tsr in (ancien, maison.un.horodater(CONTENU)):
        assert openssl_accepte(tmp_path, CONTENU, tsr, avec.certificat), "un expert n'a que ce fichier"
    assert not openssl_accepte(tmp_path, CONTENU, ancien, sans.certificat)


@pytest.mark.parametrize("autre", [b"autre", b""])
def test_un_jeton_sur_autre_chose_est_dit_tel_meme_parmi_plusieurs_racines(
    maison: Maison, autre: bytes
) -> None:
    tsr = maison.deux.horodater(CONTENU)
    with pytest.raises(ErreurHorodatage, match="ne porte pas sur ce contenu"):
        maison.ensemble.verifier(autre, tsr)


def test_un_jeton_d_une_autorite_inconnue_parmi_plusieurs(maison: Maison, tmp_path: Path) -> None:
    inconnue = HorodateurRfc3161(*autorite_locale(tmp_path), "")
    with pytest.raises(ErreurHorodatage, match="aucune des 2 autorités connues"):
        maison.ensemble.verifier(CONTENU, inconnue.horodater(CONTENU))
    with pytest.raises(ErreurHorodatage, match="endommagé"):
        maison.ensemble.verifier(CONTENU, b"0\x03abc")


def test_un_certificat_fini_est_dit_tel_parmi_plusieurs_racines(maison: Maison, tmp_path: Path) -> None:
    racine = certifier("Racine", autorite=True, fin=maintenant() + timedelta(days=9))
    debut, fin = maintenant() - timedelta(hours=9), maintenant() - timedelta(hours=1)
    finie = certifier("Finie", racine, autorite=False, debut=debut, fin=fin)
    with pytest.raises(ErreurHorodatage, match="n'était pas valable à la date du jeton"):
        verifier_parmi(CONTENU, emettre(tmp_path, finie, ()), [maison.un.certificat, racine.pem()])


@pytest.fixture
def racine() -> Cle:
    # Older than any token that these tests date.
    bornes = {"debut": maintenant() - timedelta(days=900), "fin": maintenant() + timedelta(days=900)}
    return certifier("Racine", autorite=True, **bornes)


@pytest.mark.parametrize("ecart", [timedelta(days=3), timedelta(days=-400), timedelta(minutes=3)])
def test_l_horloge_de_l_autorite_fait_foi_et_l_ecart_est_consigne(
    ecart: timedelta, racine: Cle, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    decalee = HorodateurRfc3161(
        autorite_decalee(tmp_path / "a", racine, ecart), racine.pem(), "", "d.exemple"
    )
    ensemble = HorodateursSuccessifs([decalee], maintenant=maintenant)
    tsr = ensemble.horodater(CONTENU)
    assert abs(ensemble.verifier(CONTENU, tsr).instant - maintenant() - ecart) < timedelta(seconds=30)
    assert "L'horloge de l'autorité d'horodatage d.exemple" in caplog.text


@pytest.mark.parametrize("regard", [None, maintenant])
def test_un_ecart_d_horloge_minime_ou_non_regarde_n_est_pas_dit(
    regard: Callable[..., object] | None, racine: Cle, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ecart = timedelta(minutes=1) if regard else timedelta(days=3)
    decalee = HorodateurRfc3161(autorite_decalee(tmp_path / "a", racine, ecart), racine.pem(), "")
    HorodateursSuccessifs([decalee], maintenant=regard).horodater(CONTENU)  # type: ignore[arg-type]
    assert caplog.text == ""


def test_les_documents_disent_les_mentions_de_toutes(maison: Maison) -> None:
    assert maison.ensemble.mention == "horodatage de un.exemple ; à défaut, horodatage de deux.exemple"
    assert HorodateursSuccessifs([maison.un, maison.un]).mention == "horodatage de un.exemple"


def test_une_racine_ecrite_sans_saut_final_reste_lisible(maison: Maison) -> None:
    coupee = HorodateurRfc3161(lambda d: d, maison.un.certificat.rstrip(), "")
    ensemble = HorodateursSuccessifs([coupee, maison.deux])
    tsr = maison.deux.horodater(CONTENU)
    assert verifier_jeton(CONTENU, tsr, ensemble.certificat)


def test_aucune_autorite_reglee() -> None:
    with pytest.raises(ErreurHorodatage, match="Aucune autorité"):
        HorodateursSuccessifs([])


# By their addresses, over HTTP.


def test_par_leurs_adresses_la_premiere_eteinte(
    deux: tuple[tuple[Envoyer, bytes], tuple[Envoyer, bytes]],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "un.pem").write_bytes(deux[0][1])
    (tmp_path / "deux.pem").write_bytes(deux[1][1])
    eteinte = f"http://moi:tressecret@127.0.0.1:{port_libre()}/tsa"
    with guichet(deux[1][0]) as (adresse, recus):
        ensemble = HorodateursSuccessifs(
            [
                autorite_http(eteinte, tmp_path / "un.pem", "qualifié"),
                autorite_http(f"http://{adresse}", tmp_path / "deux.pem", "non qualifié"),
            ]
        )
        tsr = ensemble.horodater(CONTENU)
    assert len(recus) == 1
    assert ensemble.mention_du_jeton(CONTENU, tsr) == "non qualifié"
    assert "injoignable" in caplog.text
    assert "tressecret" not in caplog.text


def test_une_racine_absente_est_dite_avec_son_fichier(tmp_path: Path) -> None:
    with pytest.raises(ErreurHorodatage, match=r"tsa\.exemple ne peut pas être lue dans .*racine\.pem"):
        autorite_http("https://moi:secret@tsa.exemple/", tmp_path / "racine.pem", "")
