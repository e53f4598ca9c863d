from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from dossier.adapters.mail_smtp import MessagerieSmtp
from dossier.core.errors import ConfigurationInvalide, DonneeInvalide, ErreurEnvoi
from dossier.core.ports import Courriel
from flows.ports import port_libre

EXPEDITEUR = "Atelier Brume, été <compta@brume.test>"
COURRIEL = Courriel(
    destinataire="achats@galets.test",
    sujet="Rappel de facture – n° FA-2026-0042, échéance du 1er novembre 2026 : 1\u00a0234,56\u00a0€",
    corps="Bonjour,\n\nVotre règlement n'est pas arrivé.\n.\n" + "Très longue ligne " * 30 + "\nCordialement",
    pieces=(("Facture n° 42 – été.pdf", b"%PDF-1.7\r\n.\r\n\x00\xff\n" * 200), ("decompte.pdf", b"%PDF")),
    message_id="<FA-2026-0042.relance-1.1@brume.test>",
    instant=datetime(2026, 11, 21, 8, 5, tzinfo=UTC),
)


class Boite:
    """The server's side: keeps what arrives, answers what the test asks."""

    def __init__(self, **reponses: str) -> None:
        self.recus: list[Envelope] = []
        self.reponses = reponses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, adresse: str, options: list[str]
    ) -> str:
        if adresse.startswith("inconnu@"):
            return "550 5.1.1 Utilisateur inconnu"
        envelope.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        reponse = self.reponses.get("data", "250 2.0.0 Accepté sous le n° 7F3A")
        if reponse.startswith("250"):
            self.recus.append(envelope)
        return reponse

    async def handle_QUIT(self, server: Any, session: Any, envelope: Envelope) -> str:
        return self.reponses.get("quit", "221 Au revoir")


@contextmanager
def serveur(boite: Boite, **options: Any) -> Iterator[int]:
    controleur = Controller(boite, hostname="127.0.0.1", port=port_libre(), **options)
    controleur.start()
    try:
        yield controleur.port
    finally:
        controleur.stop()


def messagerie(port: int, **options: Any) -> MessagerieSmtp:
    return MessagerieSmtp("127.0.0.1", port, EXPEDITEUR, **{"delai": 5, **options})


def lu(eml: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(eml)


# composer


def test_message_reads_back_as_it_was_given() -> None:
    message = lu(messagerie(25).composer(COURRIEL))
    assert message["Subject"] == COURRIEL.sujet
    assert message["To"] == "achats@galets.test"
    assert message["From"].addresses[0].display_name == "Atelier Brume, été"
    assert message["From"].addresses[0].addr_spec == "compta@brume.test"
    assert message["Message-ID"] == COURRIEL.message_id
    assert message["Date"].datetime == COURRIEL.instant
    assert str(message["Date"]) == "Sat, 21 Nov 2026 09:05:00 +0100"
    corps = message.get_body()
    assert corps is not None
    assert corps.get_content().replace("\r\n", "\n") == COURRIEL.corps + "\n"
    pieces = [(p.get_filename(), p.get_content_type(), p.get_content()) for p in message.iter_attachments()]
    assert pieces == [(nom, "application/pdf", pdf) for nom, pdf in COURRIEL.pieces]


def test_message_is_reproducible_ascii_with_crlf() -> None:
    eml = messagerie(25).composer(COURRIEL)
    assert eml == messagerie(26).composer(COURRIEL)
    assert eml.isascii()
    assert eml.replace(b"\r\n", b"").count(b"\n") == eml.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, eml.split(b"\r\n"))) <= 78
    assert eml != messagerie(25).composer(COURRIEL._replace(message_id="<autre@brume.test>"))


def test_message_without_attachment_is_plain_text() -> None:
    message = lu(messagerie(25).composer(COURRIEL._replace(pieces=())))
    assert message.get_content_type() == "text/plain"


HTML = (
    '<!DOCTYPE html>\n<html lang="fr"><head><title>été</title></head><body><p>'
    + COURRIEL.corps.replace("\n\n", "</p>\n<p>")
    + "</p>\n.\n<p>"
    + "Une très longue ligne – 1\u00a0234,56\u00a0€ & <b>gras</b> =_ --=_ " * 40
    + "</p></body></html>\n"
)


def arbre(message: EmailMessage) -> list[object]:
    """Its content types, those of its parts within."""
    if not message.is_multipart():
        return [message.get_content_type()]
    parties = [partie for partie in message.iter_parts() if isinstance(partie, EmailMessage)]
    return [message.get_content_type(), *map(arbre, parties)]


@pytest.mark.parametrize(
    ("courriel", "attendu"),
    [
        (
            COURRIEL._replace(html=HTML),
            [
                "multipart/mixed",
                ["multipart/alternative", ["text/plain"], ["text/html"]],
                *[["application/pdf"]] * 2,
            ],
        ),
        (COURRIEL._replace(html=HTML, pieces=()), ["multipart/alternative", ["text/plain"], ["text/html"]]),
        (COURRIEL, ["multipart/mixed", ["text/plain"], *[["application/pdf"]] * 2]),
    ],
)
def test_html_is_an_alternative_and_attachments_come_beside(courriel: Courriel, attendu: object) -> None:
    message = lu(messagerie(25).composer(courriel))
    assert arbre(message) == attendu
    assert message.get_all("MIME-Version") == ["1.0"]


def test_the_server_gets_text_html_and_attachments_unharmed() -> None:
    boite = Boite()
    with serveur(boite) as port:
        eml = messagerie(port).composer(COURRIEL._replace(html=HTML))
        messagerie(port).envoyer(eml)
    (recu,) = boite.recus
    assert recu.original_content == eml
    assert recu.content is not None
    message = lu(recu.content if isinstance(recu.content, bytes) else recu.content.encode())
    texte, html = message.get_body(("plain",)), message.get_body(("html",))
    assert texte is not None
    assert html is not None
    assert texte.get_content().replace("\r\n", "\n") == COURRIEL.corps + "\n"
    assert html.get_content().replace("\r\n", "\n") == HTML
    assert html.get_content_charset() == texte.get_content_charset() == "utf-8"
    pieces = [(p.get_filename(), p.get_content()) for p in message.iter_attachments()]
    assert pieces == list(COURRIEL.pieces)


def test_message_with_html_is_reproducible_ascii_with_crlf() -> None:
    courriel = COURRIEL._replace(html=HTML)
    eml = messagerie(25).composer(courriel)
    assert eml == messagerie(26).composer(courriel)
    assert eml.isascii()
    assert eml.replace(b"\r\n", b"").count(b"\n") == eml.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, eml.split(b"\r\n"))) <= 78


def test_boundaries_come_from_the_message_id_and_differ() -> None:
    def frontieres(**autres: Any) -> list[str | None]:
        message = lu(messagerie(25).composer(COURRIEL._replace(html=HTML, **autres)))
        return [partie.get_boundary() for partie in message.walk() if partie.is_multipart()]

    assert len(set(frontieres())) == 2
    assert frontieres() == frontieres(sujet="autre", corps="autre")
    assert not set(frontieres()) & set(frontieres(message_id="<autre@brume.test>"))


def test_message_id_without_brackets_and_long_one() -> None:
    assert lu(messagerie(25).composer(COURRIEL._replace(message_id="a.b@c")))["Message-ID"] == "<a.b@c>"
    long = "<" + "a" * 187 + "@brume.test>"
    assert len(long) == 200
    assert lu(messagerie(25).composer(COURRIEL._replace(message_id=long)))["Message-ID"] == long


def test_accented_domain_is_put_in_ascii() -> None:
    message = lu(messagerie(25).composer(COURRIEL._replace(destinataire="a@société.test, b@galets.test")))
    assert [a.addr_spec for a in message["To"].addresses] == ["a@xn--socit-esab.test", "b@galets.test"]


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "galets.test",
        "@galets.test",
        "achats@",
        "achats@galets",
        "achats@-galets.test",
        "achats@galets..test",
        ".achats@galets.test",
        "achats.@galets.test",
        "é@galets.test",
        "a b@galets.test",
        "Achats <achats@galets.test>",
        "achats@galets.test\r\nBcc: tous@galets.test",
        "achats@galets.test\nX: y",
        "achats@galets.test,",
        "achats@galets.test>\r\nDATA",
        "a" * 65 + "@galets.test",
        "achats@" + "a" * 64 + ".test",
    ],
)
def test_bad_address_is_refused(adresse: str) -> None:
    with pytest.raises(DonneeInvalide, match="n'est pas une adresse électronique"):
        messagerie(25).composer(COURRIEL._replace(destinataire=adresse))


@pytest.mark.parametrize("saut", ["\n", "\r", "\r\n", "\x00", "\x85", "\u2028", "\x0b"])
def test_header_injection_is_refused(saut: str) -> None:
    faux = f"Rappel{saut}Bcc: tous@galets.test"
    for courriel in (
        COURRIEL._replace(sujet=faux),
        COURRIEL._replace(message_id=f"<a@b{saut}Bcc: tous@galets.test>"),
        COURRIEL._replace(pieces=((faux + ".pdf", b"%PDF"),)),
    ):
        with pytest.raises(DonneeInvalide):
            messagerie(25).composer(courriel)


@pytest.mark.parametrize(
    "identifiant", ["", "<>", "sans-arobase", "<a@b> <c@d>", "a b@c", "<" + "a" * 201 + "@b>"]
)
def test_bad_message_id_is_refused(identifiant: str) -> None:
    with pytest.raises(DonneeInvalide, match="identifiant de message"):
        messagerie(25).composer(COURRIEL._replace(message_id=identifiant))


@pytest.mark.parametrize("nom", ["", "../facture.pdf", "a\\b.pdf"])
def test_bad_attachment_name_is_refused(nom: str) -> None:
    with pytest.raises(DonneeInvalide, match="pièce jointe"):
        messagerie(25).composer(COURRIEL._replace(pieces=((nom, b"%PDF"),)))


@pytest.mark.parametrize(
    "expediteur", ["", "Brume", "a@b.test, c@d.test", "Brume <a@b.test> <c@d.test>", "Br\nume <a@b.test>"]
)
def test_bad_sender_is_a_fault_of_configuration(expediteur: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="Expéditeur des courriels"):
        MessagerieSmtp("127.0.0.1", 25, expediteur)


def test_bare_sender() -> None:
    eml = MessagerieSmtp("127.0.0.1", 25, "compta@brume.test").composer(COURRIEL)
    assert lu(eml)["From"] == "compta@brume.test"


def test_password_is_never_sent_in_clear_nor_alone() -> None:
    with pytest.raises(ConfigurationInvalide, match="en clair"):
        MessagerieSmtp("smtp.brume.test", 25, EXPEDITEUR, "compta", "secret")
    MessagerieSmtp("smtp.brume.test", 25, EXPEDITEUR, "compta", "secret", tls="starttls")
    with pytest.raises(ConfigurationInvalide, match="un identifiant et un mot de passe"):
        MessagerieSmtp("smtp.brume.test", 25, EXPEDITEUR, "compta", tls="ssl")
    with pytest.raises(ConfigurationInvalide, match="sans accent"):
        MessagerieSmtp("smtp.brume.test", 25, EXPEDITEUR, "compta", "été", tls="ssl")


# envoyer


def test_the_server_gets_these_very_bytes_and_its_answer_is_the_proof() -> None:
    boite = Boite()
    with serveur(boite) as port:
        eml = messagerie(port).composer(COURRIEL._replace(destinataire="a@galets.test, b@galets.test"))
        assert messagerie(port).envoyer(eml) == "250 2.0.0 Accepté sous le n° 7F3A"
    (recu,) = boite.recus
    assert recu.original_content == eml
    assert recu.mail_from == "compta@brume.test"
    assert recu.rcpt_tos == ["a@galets.test", "b@galets.test"]


def test_one_refused_recipient_stops_the_whole_message() -> None:
    boite = Boite()
    with serveur(boite) as port:
        eml = messagerie(port).composer(COURRIEL._replace(destinataire="a@galets.test,inconnu@galets.test"))
        with pytest.raises(
            ErreurEnvoi, match=r"vérifiez les adresses .* : 550 5\.1\.1 Utilisateur inconnu\."
        ):
            messagerie(port).envoyer(eml)
    assert boite.recus == []


@pytest.mark.parametrize(
    ("reponse", "attendu"),
    [
        ("451 4.3.0 Disque plein", "recommencez plus tard ; sa réponse : 451 4.3.0 Disque plein"),
        ("554 5.7.1 Message refusé", "vérifiez les adresses et le message ; sa réponse : 554"),
    ],
)
def test_refusal_after_the_content(reponse: str, attendu: str) -> None:
    with serveur(Boite(data=reponse)) as port, pytest.raises(ErreurEnvoi, match=attendu):
        messagerie(port).envoyer(messagerie(port).composer(COURRIEL))


def test_message_too_big_is_refused_before_it_is_sent() -> None:
    boite = Boite()
    with serveur(boite, data_size_limit=1000) as port, pytest.raises(ErreurEnvoi, match="552"):
        messagerie(port).envoyer(messagerie(port).composer(COURRIEL))


def test_a_spoiled_farewell_does_not_undo_the_sending() -> None:
    boite = Boite(quit="451 Non")
    with serveur(boite) as port:
        assert messagerie(port).envoyer(messagerie(port).composer(COURRIEL)).startswith("250")
    assert len(boite.recus) == 1


def test_server_down() -> None:
    port = port_libre()
    attendu = rf"127\.0\.0\.1:{port} refuse la connexion ; vérifiez l'hôte, le port"
    with pytest.raises(ErreurEnvoi, match=attendu):
        messagerie(port).envoyer(messagerie(port).composer(COURRIEL))


def test_unknown_host() -> None:
    inconnu = MessagerieSmtp("a..b", 25, EXPEDITEUR)
    with pytest.raises(ErreurEnvoi, match="est introuvable ; vérifiez son nom"):
        inconnu.envoyer(inconnu.composer(COURRIEL))


@contextmanager
def bavard(parler: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of another kind: one connection, handed to `parler`."""
    fin = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as ecoute:

        def servir() -> None:
            prise, _ = ecoute.accept()
            with prise:
                parler(prise)
                fin.wait(10)

        fil = threading.Thread(target=servir)
        fil.start()
        try:
            yield int(ecoute.getsockname()[1])
        finally:
            fin.set()
            fil.join()


def test_silent_server() -> None:
    with bavard(lambda prise: None) as port, pytest.raises(ErreurEnvoi, match="n'a pas répondu à temps"):
        messagerie(port, delai=0.2).envoyer(messagerie(port).composer(COURRIEL))


def test_server_of_another_protocol() -> None:
    with (
        bavard(lambda prise: prise.sendall(b"SSH-2.0-OpenSSH\r\n")) as port,
        pytest.raises(ErreurEnvoi, match="ne parle pas SMTP"),
    ):
        messagerie(port).envoyer(messagerie(port).composer(COURRIEL))


def test_server_that_hangs_up() -> None:
    with (
        bavard(lambda prise: prise.shutdown(socket.SHUT_RDWR)) as port,
        pytest.raises(ErreurEnvoi, match="a coupé la connexion"),
    ):
        messagerie(port).envoyer(messagerie(port).composer(COURRIEL))


# TLS and account


@pytest.fixture(scope="module")
def certificat(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    dossier = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=serveur de test", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", dossier / "cle.pem", "-out", dossier / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(dossier / "cert.pem", dossier / "cle.pem")
    return dossier / "cert.pem", contexte


def compte(serveur: Any, session: Any, envelope: Any, mecanisme: str, donnees: Any) -> AuthResult:
    return AuthResult(success=(donnees.login, donnees.password) == (b"compta", b"secret"), handled=False)


def test_starttls_with_account(
    certificat: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    racine, contexte = certificat
    monkeypatch.setenv("SSL_CERT_FILE", str(racine))
    boite = Boite()
    options = {
        "tls_context": contexte,
        "require_starttls": True,
        "authenticator": compte,
        "auth_required": True,
    }
    with serveur(boite, **options) as port:
        ouverte = messagerie(port, utilisateur="compta", mot_de_passe="secret", tls="starttls")
        eml = ouverte.composer(COURRIEL)
        assert ouverte.envoyer(eml).startswith("250")
        assert boite.recus[0].original_content == eml
        fausse = messagerie(port, utilisateur="compta", mot_de_passe="faux-mot", tls="starttls")
        with pytest.raises(ErreurEnvoi, match=r"vérifiez identifiant et mot de passe .* 535") as refus:
            fausse.envoyer(eml)
        assert "faux-mot" not in str(refus.value)
        with pytest.raises(ErreurEnvoi, match="530"):
            messagerie(port).envoyer(eml)
    assert len(boite.recus) == 1


def test_ssl_from_the_first_byte(
    certificat: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    racine, contexte = certificat
    monkeypatch.setenv("SSL_CERT_FILE", str(racine))
    boite = Boite()
    with serveur(boite, ssl_context=contexte) as port:
        eml = messagerie(port).composer(COURRIEL)
        assert messagerie(port, tls="ssl").envoyer(eml).startswith("250")
    assert boite.recus[0].original_content == eml


def test_unknown_certificate_is_refused(certificat: tuple[Path, ssl.SSLContext]) -> None:
    boite = Boite()
    with (
        serveur(boite, tls_context=certificat[1]) as port,
        pytest.raises(ErreurEnvoi, match="certificat qui n'est pas reconnu"),
    ):
        messagerie(port, tls="starttls").envoyer(messagerie(port).composer(COURRIEL))
    assert boite.recus == []


def test_tls_asked_of_a_plain_server() -> None:
    with serveur(Boite()) as port:
        eml = messagerie(port).composer(COURRIEL)
        with pytest.raises(ErreurEnvoi, match="ne propose pas le chiffrement"):
            messagerie(port, tls="starttls").envoyer(eml)
        with pytest.raises(ErreurEnvoi, match="ne parle pas TLS"):
            messagerie(port, tls="ssl").envoyer(eml)
        with pytest.raises(ErreurEnvoi, match="l'identification demandés"):
            messagerie(port, utilisateur="compta", mot_de_passe="secret").envoyer(eml)
