"""Timestamps against the real openssl: as authority, and as the expert who checks the token."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from rfc3161_client import decode_timestamp_response

from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
    par_http,
    verifier_jeton,
)
from dossier.core.errors import ErreurHorodatage
from dossier.core.horodatage import HorodatageIndisponible
from flows.ports import port_libre
from tests.adapters.autorites import (
    CONTENU,
    NOM_LOCAL,
    Cle,
    Envoyer,
    certifier,
    emettre,
    guichet,
    maintenant,
    openssl_accepte,
    resigner,
)


@pytest.fixture(scope="module")
def locale(tmp_path_factory: pytest.TempPathFactory) -> tuple[Envoyer, bytes]:
    return autorite_locale(tmp_path_factory.mktemp("autorite"))


@pytest.fixture
def horodateur(locale: tuple[Envoyer, bytes]) -> HorodateurRfc3161:
    return HorodateurRfc3161(*locale, MENTION_LOCALE)


# The local authority.


def test_openssl_accepte_le_jeton_de_l_autorite_locale(horodateur: HorodateurRfc3161, tmp_path: Path) -> None:
    tsr = horodateur.horodater(CONTENU)
    assert openssl_accepte(tmp_path, CONTENU, tsr, horodateur.certificat)
    assert not openssl_accepte(tmp_path, CONTENU + b".", tsr, horodateur.certificat)


def test_le_jeton_dit_l_instant_et_l_autorite(horodateur: HorodateurRfc3161) -> None:
    avant = maintenant().replace(microsecond=0)
    jeton = horodateur.verifier(CONTENU, horodateur.horodater(CONTENU))
    assert jeton.autorite == NOM_LOCAL
    assert avant <= jeton.instant <= maintenant()
    assert horodateur.mention == "horodatage de démonstration, non qualifié"


def test_la_cle_est_privee_et_celle_de_la_racine_n_est_pas_gardee(tmp_path: Path) -> None:
    dossier = tmp_path / "un dossier # accentué"
    envoyer, racine = autorite_locale(dossier)
    HorodateurRfc3161(envoyer, racine, "").horodater(CONTENU)
    (autorite,) = dossier.iterdir()
    assert {p.name: p.stat().st_mode & 0o777 for p in autorite.iterdir()} == {
        "cle.pem": 0o600,
        "racine.pem": 0o644,
        "signataire.pem": 0o644,
    }


def test_les_certificats_disent_que_l_autorite_n_est_pas_qualifiee(locale: tuple[Envoyer, bytes]) -> None:
    sujet = x509.load_pem_x509_certificate(locale[1]).subject.rfc4514_string()
    assert "non qualifiee" in sujet


def test_l_autorite_est_la_meme_au_prochain_demarrage(tmp_path: Path) -> None:
    premier = HorodateurRfc3161(*autorite_locale(tmp_path), "")
    tsr = premier.horodater(CONTENU)
    second = HorodateurRfc3161(*autorite_locale(tmp_path), "")
    assert second.certificat == premier.certificat
    assert second.verifier(CONTENU, tsr).autorite == NOM_LOCAL


PROGRAMME = """
import sys
from pathlib import Path
from dossier.adapters.timestamp_rfc3161 import HorodateurRfc3161, autorite_locale

print("pret", flush=True)
sys.stdin.readline()
envoyer, racine = autorite_locale(Path(sys.argv[1]))
HorodateurRfc3161(envoyer, racine, "").horodater(b"x")
print(racine.decode())
"""


def test_deux_programmes_demarrent_ensemble_une_seule_autorite(tmp_path: Path) -> None:
    commande = [sys.executable, "-c", PROGRAMME, str(tmp_path)]
    tube = subprocess.PIPE
    with (
        subprocess.Popen(commande, stdin=tube, stdout=tube, text=True) as premier,
        subprocess.Popen(commande, stdin=tube, stdout=tube, text=True) as second,
    ):
        for programme in (premier, second):
            assert programme.stdout is not None
            assert programme.stdout.readline() == "pret\n"
        for programme in (premier, second):
            assert programme.stdin is not None
            programme.stdin.write("partez\n")
            programme.stdin.flush()
        racines = [programme.communicate(timeout=60)[0] for programme in (premier, second)]
    assert (premier.returncode, second.returncode) == (0, 0)
    assert "BEGIN CERTIFICATE" in racines[0]
    assert racines[0] == racines[1]
    assert [p.name for p in tmp_path.iterdir()] == ["autorite"]


def test_huit_fils_demarrent_ensemble_une_seule_autorite(tmp_path: Path) -> None:
    depart = threading.Barrier(8)

    def demarrer(_: int) -> bytes:
        depart.wait()
        return autorite_locale(tmp_path)[1]

    with ThreadPoolExecutor(8) as fils:
        assert len(set(fils.map(demarrer, range(8)))) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["autorite"]


def test_seize_demandes_concurrentes_seize_numeros_de_serie(horodateur: HorodateurRfc3161) -> None:
    with ThreadPoolExecutor(16) as fils:
        jetons = list(fils.map(horodateur.horodater, [b"%d" % n for n in range(16)]))
    assert len({decode_timestamp_response(tsr).tst_info.serial_number for tsr in jetons}) == 16
    assert all(horodateur.verifier(b"%d" % n, tsr) for n, tsr in enumerate(jetons))


def test_openssl_introuvable(
    horodateur: HorodateurRfc3161, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tsr = horodateur.horodater(CONTENU)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ErreurHorodatage, match="openssl est introuvable"):
        autorite_locale(tmp_path / "autre")
    with pytest.raises(ErreurHorodatage, match="openssl est introuvable"):
        horodateur.horodater(CONTENU)
    assert horodateur.verifier(CONTENU, tsr), "un bon jeton se vérifie sans openssl"


def test_dossier_d_autorite_impossible_ou_abime(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    with pytest.raises(ErreurHorodatage, match="vérifiez les droits"):
        autorite_locale(tmp_path / "fichier")
    envoyer, racine = autorite_locale(tmp_path / "bon")
    (tmp_path / "bon" / "autorite" / "cle.pem").write_bytes(b"")
    with pytest.raises(ErreurHorodatage, match="n'a pas pu répondre"):
        HorodateurRfc3161(envoyer, racine, "").horodater(CONTENU)


def test_openssl_sans_configuration_du_systeme(
    horodateur: HorodateurRfc3161, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSSL_CONF", "/inexistant")
    tsr = horodateur.horodater(CONTENU)
    with pytest.raises(ErreurHorodatage, match="ne porte pas sur ce contenu"):
        horodateur.verifier(b"autre", tsr)


# Refused tokens.


def test_contenu_modifie(horodateur: HorodateurRfc3161) -> None:
    tsr = horodateur.horodater(CONTENU)
    for contenu in (CONTENU + b" ", CONTENU[:-1], b""):
        with pytest.raises(ErreurHorodatage, match="ne porte pas sur ce contenu"):
            horodateur.verifier(contenu, tsr)


def test_signature_modifiee(horodateur: HorodateurRfc3161) -> None:
    tsr = horodateur.horodater(CONTENU)
    with pytest.raises(ErreurHorodatage, match="endommagé"):
        horodateur.verifier(CONTENU, tsr[:-4] + bytes([tsr[-4] ^ 1]) + tsr[-3:])


@pytest.mark.parametrize("tsr", [b"", b"<html>", b"\x30", b"\x30\x80", b"PK\x03\x04" * 100])
def test_ce_qui_n_est_pas_un_jeton(horodateur: HorodateurRfc3161, tsr: bytes) -> None:
    with pytest.raises(ErreurHorodatage, match="endommagé"):
        horodateur.verifier(CONTENU, tsr)


def test_jeton_tronque(horodateur: HorodateurRfc3161) -> None:
    tsr = horodateur.horodater(CONTENU)
    for longueur in (10, len(tsr) // 2, len(tsr) - 1):
        with pytest.raises(ErreurHorodatage, match="endommagé"):
            horodateur.verifier(CONTENU, tsr[:longueur])


def test_aucun_octet_change_ne_donne_un_autre_instant(horodateur: HorodateurRfc3161) -> None:
    """Some bytes are outside the signature (status, order of certificates): what is read never changes."""
    tsr = horodateur.horodater(CONTENU)
    attendu = horodateur.verifier(CONTENU, tsr)
    refus = 0
    for place in range(0, len(tsr), 23):
        altere = tsr[:place] + bytes([tsr[place] ^ 1]) + tsr[place + 1 :]
        try:
            assert horodateur.verifier(CONTENU, altere) == attendu
        except ErreurHorodatage:
            refus += 1
    assert refus > 30


def test_l_instant_lisible_dans_le_jeton_est_sous_la_signature(horodateur: HorodateurRfc3161) -> None:
    tsr = horodateur.horodater(CONTENU)
    instant = horodateur.verifier(CONTENU, tsr).instant
    faux = tsr.replace(
        f"{instant:%Y%m%d%H%M%SZ}".encode(), f"{instant - timedelta(1):%Y%m%d%H%M%SZ}".encode()
    )
    assert faux != tsr
    with pytest.raises(ErreurHorodatage, match="endommagé"):
        horodateur.verifier(CONTENU, faux)


def test_jeton_d_une_autre_autorite_du_meme_nom(horodateur: HorodateurRfc3161, tmp_path: Path) -> None:
    autre = HorodateurRfc3161(*autorite_locale(tmp_path), MENTION_LOCALE)
    with pytest.raises(ErreurHorodatage, match="n'est pas signé par l'autorité attendue"):
        horodateur.verifier(CONTENU, autre.horodater(CONTENU))


def test_reponse_rejouee(locale: tuple[Envoyer, bytes]) -> None:
    envoyer, racine = locale
    ancienne = HorodateurRfc3161(envoyer, racine, "").horodater(CONTENU)
    with pytest.raises(ErreurHorodatage, match="rejouée"):
        HorodateurRfc3161(lambda _: ancienne, racine, "").horodater(CONTENU)


def test_reponse_sur_un_autre_contenu(locale: tuple[Envoyer, bytes]) -> None:
    envoyer, racine = locale
    ancienne = HorodateurRfc3161(envoyer, racine, "").horodater(b"autre")
    with pytest.raises(ErreurHorodatage, match=r"ne porte pas sur ce contenu|rejouée"):
        HorodateurRfc3161(lambda _: ancienne, racine, "").horodater(CONTENU)


def test_demande_refusee_par_l_autorite(locale: tuple[Envoyer, bytes]) -> None:
    envoyer, racine = locale
    with pytest.raises(ErreurHorodatage, match=r"a refusé la demande \(statut 2 : Bad request format"):
        HorodateurRfc3161(lambda demande: envoyer(demande[:20]), racine, "").horodater(CONTENU)


def test_contenu_vide_et_racine_illisible(locale: tuple[Envoyer, bytes]) -> None:
    envoyer, racine = locale
    with pytest.raises(ErreurHorodatage, match="vide"):
        HorodateurRfc3161(envoyer, racine, "").horodater(b"")
    with pytest.raises(ErreurHorodatage, match="PEM"):
        HorodateurRfc3161(envoyer, b"pas un certificat", "").horodater(CONTENU)


# Authorities as they are elsewhere: intermediates, RSA, ended certificates, weak digests.


@pytest.fixture
def lointain() -> datetime:
    return maintenant() + timedelta(days=30)


def test_second_avis_d_openssl_sur_des_certificats_dans_le_desordre(
    tmp_path: Path, lointain: datetime
) -> None:
    racine = certifier("Racine", autorite=True, fin=lointain)
    milieu = certifier("Milieu", racine, autorite=True, fin=lointain)
    signataire = certifier("Autorité Lointaine", milieu, autorite=False, fin=lointain)
    tsr = emettre(tmp_path, signataire, (milieu,))
    feuille, inter = (c.certificat.public_bytes(serialization.Encoding.DER) for c in (signataire, milieu))
    ordres = [feuille + inter, inter + feuille]
    (present,) = [ordre for ordre in ordres if ordre in tsr]
    variantes = [tsr.replace(present, ordre) for ordre in ordres]
    lisibles = [lisible(variante) for variante in variantes]
    assert sorted(lisibles) == [False, True], "rfc3161-client refuse l'un des deux ordres"
    for variante in variantes:
        assert openssl_accepte(tmp_path, CONTENU, variante, racine.pem())
        jeton = verifier_jeton(CONTENU, variante, racine.pem())
        assert jeton.autorite == "Autorité Lointaine"
        assert jeton.instant == verifier_jeton(CONTENU, tsr, racine.pem()).instant
        assert timedelta(0) <= maintenant() - jeton.instant < timedelta(seconds=30)
        with pytest.raises(ErreurHorodatage, match="ne porte pas sur ce contenu"):
            verifier_jeton(b"autre", variante, racine.pem())
        etrangere = certifier("Racine", autorite=True, fin=lointain)
        with pytest.raises(ErreurHorodatage, match="n'est pas signé par l'autorité"):
            verifier_jeton(CONTENU, variante, etrangere.pem())


def lisible(tsr: bytes) -> bool:
    try:
        decode_timestamp_response(tsr)
    except ValueError as error:
        assert "InvalidSetOrdering" in str(error)
        return False
    return True


def test_second_avis_verifie_le_nonce(tmp_path: Path, lointain: datetime) -> None:
    """The disordered answer to an old request is still an old answer."""
    racine = certifier("Racine", autorite=True, fin=lointain)
    signataire = certifier("Signataire", racine, autorite=False, fin=lointain)
    tsr = emettre(tmp_path, signataire, (racine,))
    with pytest.raises(ErreurHorodatage, match="rejouée"):
        HorodateurRfc3161(lambda _: tsr, racine.pem(), "").horodater(CONTENU)


def test_autorite_rsa(tmp_path: Path, lointain: datetime) -> None:
    racine = certifier("Racine", autorite=True, fin=lointain, prive=rsa.generate_private_key(65537, 2048))
    cle = rsa.generate_private_key(65537, 2048)
    tsr = emettre(tmp_path, certifier("RSA", racine, autorite=False, fin=lointain, prive=cle), ())
    assert verifier_jeton(CONTENU, tsr, racine.pem()).autorite == "RSA"


def test_empreinte_sha512_admise_sha1_refusee(tmp_path: Path, lointain: datetime) -> None:
    racine = certifier("Racine", autorite=True, fin=lointain)
    signataire = certifier("Signataire", racine, autorite=False, fin=lointain)
    assert verifier_jeton(CONTENU, emettre(tmp_path, signataire, (), "sha512"), racine.pem())
    faible = emettre(tmp_path, signataire, (), "sha1")
    assert openssl_accepte(tmp_path, CONTENU, faible, racine.pem())
    with pytest.raises(ErreurHorodatage, match=r"empreinte \(sha1\) est trop faible"):
        verifier_jeton(CONTENU, faible, racine.pem())


def test_jeton_forge_avec_une_date_impossible(
    horodateur: HorodateurRfc3161, tmp_path: Path, lointain: datetime
) -> None:
    """Anyone can sign anything: what is read before the chain is judged must not break the program."""
    faussaire = certifier("Faussaire", autorite=False, fin=lointain)
    vrai = horodateur.horodater(CONTENU)
    date = f"{horodateur.verifier(CONTENU, vrai).instant:%Y%m%d%H%M%SZ}".encode()
    forge = resigner(tmp_path, vrai, faussaire, date, b"20261399999999Z")
    with pytest.raises(ErreurHorodatage, match="date lisibles"):
        verifier_jeton(CONTENU, forge, horodateur.certificat)


def test_un_jeton_resigne_par_un_autre_que_l_autorite(
    horodateur: HorodateurRfc3161, tmp_path: Path, lointain: datetime
) -> None:
    faussaire = certifier("Faussaire", autorite=False, fin=lointain)
    forge = resigner(tmp_path, horodateur.horodater(CONTENU), faussaire)
    with pytest.raises(ErreurHorodatage, match="n'est pas signé par l'autorité attendue"):
        verifier_jeton(CONTENU, forge, horodateur.certificat)


def test_un_certificat_qui_n_est_pas_fait_pour_l_horodatage(tmp_path: Path, lointain: datetime) -> None:
    """RFC 3161, 2.3: the signer's only extended usage is timeStamping, even under the pinned root."""
    racine = certifier("Racine", autorite=True, fin=lointain)
    bon = certifier("Bon", racine, autorite=False, fin=lointain)
    autre = certifier("Messagerie", racine, autorite=False, fin=lointain, usage=False)
    tsr = emettre(tmp_path, bon, ())
    assert verifier_jeton(CONTENU, resigner(tmp_path, tsr, bon), racine.pem()).autorite == "Bon"
    with pytest.raises(ErreurHorodatage, match="n'est pas fait pour l'horodatage"):
        verifier_jeton(CONTENU, resigner(tmp_path, tsr, autre), racine.pem())


def test_certificat_fini_apres_le_jeton_puis_avant(tmp_path: Path, lointain: datetime) -> None:
    racine = certifier("Racine", autorite=True, fin=lointain)
    fin = maintenant() + timedelta(seconds=2)
    signataire = certifier("Bref", racine, autorite=False, fin=fin)
    variantes: tuple[tuple[Cle, ...], ...] = ((), (racine,))
    bons = [emettre(tmp_path, signataire, joints) for joints in variantes]
    while maintenant() <= fin + timedelta(seconds=1):
        threading.Event().wait(0.1)
    for bon, joints in zip(bons, variantes, strict=True):
        assert not openssl_accepte(tmp_path, CONTENU, bon, racine.pem()), "openssl demande -attime"
        assert verifier_jeton(CONTENU, bon, racine.pem()).autorite == "Bref"
        with pytest.raises(ErreurHorodatage, match="n'était pas valable à la date du jeton"):
            verifier_jeton(CONTENU, emettre(tmp_path, signataire, joints), racine.pem())


# Over HTTP.


def test_http_un_vrai_jeton(locale: tuple[Envoyer, bytes], tmp_path: Path) -> None:
    envoyer, racine = locale
    with guichet(envoyer) as (adresse, recus):
        tsr = HorodateurRfc3161(par_http(f"http://{adresse}"), racine, "").horodater(CONTENU)
    assert openssl_accepte(tmp_path, CONTENU, tsr, racine)
    assert recus == [("application/timestamp-query", None)]


def test_http_un_compte_dans_l_adresse(locale: tuple[Envoyer, bytes]) -> None:
    envoyer, racine = locale
    with guichet(envoyer) as (adresse, recus):
        HorodateurRfc3161(par_http(f"http://moi:s%40cret@{adresse}"), racine, "").horodater(CONTENU)
    assert recus == [("application/timestamp-query", "Basic bW9pOnNAY3JldA==")]


@pytest.mark.parametrize(
    ("caprice", "motif"),
    [
        ("html", r"n'a pas répondu par un jeton .*text/html"),
        ("ailleurs", "l'erreur HTTP 302"),
        ("400", "l'erreur HTTP 400"),
        ("déluge", "plus de 1 Mo"),
    ],
)
def test_http_ce_qui_n_est_pas_une_reponse(
    locale: tuple[Envoyer, bytes], caprice: str, motif: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    envoyer, racine = locale
    with guichet(envoyer, caprice) as (adresse, _):
        transport = par_http(f"http://moi:tressecret@{adresse}", delai=5)
        with pytest.raises(ErreurHorodatage, match=motif) as erreur:
            HorodateurRfc3161(transport, racine, "").horodater(CONTENU)
    assert not isinstance(erreur.value, HorodatageIndisponible)
    assert "tressecret" not in str(erreur.value) + caplog.text


@pytest.mark.parametrize(
    ("caprice", "motif"),
    [
        ("500", "l'erreur HTTP 500"),
        ("503", "l'erreur HTTP 503"),
        ("429", "l'erreur HTTP 429"),
        ("408", "l'erreur HTTP 408"),
        ("muet", "n'a pas répondu en 0.3 s"),
        ("goutte à goutte", "n'a pas répondu en 0.3 s"),
        ("coupe", "a coupé sa réponse avant la fin"),
        ("coupe net", "a coupé sa réponse avant la fin"),
    ],
)
def test_http_une_autorite_en_panne(locale: tuple[Envoyer, bytes], caprice: str, motif: str) -> None:
    """Not an answer: the same request may be made later."""
    envoyer, racine = locale
    with guichet(envoyer, caprice) as (adresse, _):
        transport = par_http(f"http://{adresse}", delai=0.3)
        with pytest.raises(HorodatageIndisponible, match=motif):
            HorodateurRfc3161(transport, racine, "").horodater(CONTENU)


def test_http_un_refus_sous_un_200(locale: tuple[Envoyer, bytes]) -> None:
    envoyer, racine = locale
    with guichet(lambda demande: envoyer(demande[:20])) as (adresse, _):
        transport = par_http(f"http://{adresse}")
        with pytest.raises(ErreurHorodatage, match="a refusé la demande") as erreur:
            HorodateurRfc3161(transport, racine, "").horodater(CONTENU)
    assert not isinstance(erreur.value, HorodatageIndisponible)


def test_https_un_certificat_de_serveur_inconnu(
    locale: tuple[Envoyer, bytes], tmp_path: Path, lointain: datetime
) -> None:
    envoyer, racine = locale
    serveur = certifier("127.0.0.1", autorite=True, fin=lointain)
    clair = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "cle").write_bytes(
        serveur.pem() + serveur.privee.private_bytes(serialization.Encoding.PEM, *clair)
    )
    with guichet(envoyer, tls=tmp_path / "cle") as (adresse, recus):
        transport = par_http(f"https://{adresse}")
        with pytest.raises(ErreurHorodatage, match="certificat HTTPS qui n'est pas reconnu") as erreur:
            HorodateurRfc3161(transport, racine, "").horodater(CONTENU)
    assert not isinstance(erreur.value, HorodatageIndisponible)
    assert recus == []


def test_http_autorite_eteinte() -> None:
    transport = par_http(f"http://127.0.0.1:{port_libre()}/tsa")
    with pytest.raises(HorodatageIndisponible, match=r"127\.0\.0\.1 est injoignable"):
        transport(b"demande")


@pytest.mark.parametrize("url", ["", "tsa.exemple.fr", "file:///etc/passwd", "http://", "http://a:b:c:d/"])
def test_http_adresse_impossible(url: str) -> None:
    with pytest.raises(ErreurHorodatage, match=r"[Aa]dresse d'horodatage"):
        par_http(url)
