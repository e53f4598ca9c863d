"""E-mail by SMTP: a reproducible message, and the server's own answer as proof."""

from __future__ import annotations

import contextlib
import hashlib
import re
import smtplib
import socket
import ssl
import unicodedata
from collections.abc import Iterator
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Literal

from dossier.core.dates import PARIS
from dossier.core.errors import ConfigurationInvalide, DonneeInvalide, ErreurEnvoi
from dossier.core.ports import Courriel

Tls = Literal["aucun", "starttls", "ssl"]
_LOCAL = ("localhost", "127.0.0.1", "::1")
_ATOME = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCALE = re.compile(rf"(?=.{{1,64}}$){_ATOME}(?:\.{_ATOME})*")
_ETIQUETTE = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAINE = re.compile(rf"(?=.{{1,253}}$)(?:{_ETIQUETTE}\.)+{_ETIQUETTE}")
_MESSAGE_ID = re.compile(rf"<{_ATOME}(?:\.{_ATOME})*@[A-Za-z0-9.-]+>")
_EXPEDITEUR = re.compile(r'\s*(?:"?(?P<nom>[^"<>]*?)"?\s*<(?P<entre>[^<>\s]+)>|(?P<nue>[^<>\s]+))\s*')
_PANNES: tuple[tuple[type[Exception], str], ...] = (
    (
        smtplib.SMTPNotSupportedError,
        "ne propose pas le chiffrement ou l'identification demandés ; vérifiez le réglage TLS et le port",
    ),
    (
        ssl.SSLCertVerificationError,
        "présente un certificat qui n'est pas reconnu ; vérifiez le nom du serveur et son autorité",
    ),
    (ssl.SSLError, "ne parle pas TLS comme demandé ; vérifiez le réglage TLS et le port"),
    (
        ConnectionRefusedError,
        "refuse la connexion ; vérifiez l'hôte, le port (réglages DOSSIER_SMTP_HOTE et DOSSIER_SMTP_PORT, puis "
        "redémarrez le service) et que le serveur est démarré",
    ),
    (socket.gaierror, "est introuvable ; vérifiez son nom et le réseau"),
    (UnicodeError, "est introuvable ; vérifiez son nom"),
    (TimeoutError, "n'a pas répondu à temps ; vérifiez l'hôte, le port et le réseau, puis recommencez"),
    (
        smtplib.SMTPServerDisconnected,
        "a coupé la connexion ; vérifiez le port et le réglage TLS, puis recommencez",
    ),
    (
        smtplib.SMTPException,
        "ne parle pas SMTP comme attendu ; vérifiez l'hôte, le port et le réglage TLS",
    ),
    (OSError, "est injoignable ; vérifiez l'hôte, le port et le réseau"),
)


class MessagerieSmtp:
    """Implements `ports.Messagerie`."""

    def __init__(
        self,
        hote: str,
        port: int,
        expediteur: str,
        utilisateur: str | None = None,
        mot_de_passe: str | None = None,
        tls: Tls = "aucun",
        delai: float = 20,
    ) -> None:
        """`expediteur`: an address, or `Nom <adresse>`; `delai`: seconds given to each answer.

        Raises ConfigurationInvalide.
        """
        self._hote, self._port, self._tls, self._delai = hote, port, tls, delai
        self._expediteur = _expediteur(expediteur)
        self._compte = _compte(utilisateur, mot_de_passe, en_clair=tls == "aucun" and hote not in _LOCAL)

    def composer(self, courriel: Courriel) -> bytes:
        """The RFC 5322 message, ASCII with CRLF; equal inputs give equal bytes.

        With `html`, the text and the HTML are two alternatives and the attachments come beside them.
        Several recipients are separated by commas. Raises DonneeInvalide.
        """
        identifiant = _message_id(courriel.message_id)
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = self._expediteur
        message["To"] = _destinataires(courriel.destinataire)
        message["Subject"] = _sur_une_ligne("L'objet du courriel", courriel.sujet)
        message["Date"] = courriel.instant.astimezone(PARIS)
        message["Message-ID"] = identifiant
        message.set_content(courriel.corps, cte="quoted-printable")
        if courriel.html:
            message.add_alternative(courriel.html, subtype="html", cte="quoted-printable")
        for nom, contenu in courriel.pieces:
            _joindre(message, nom, contenu)
        for rang, partie in enumerate(message.walk()):
            if partie.is_multipart():
                partie.set_boundary(_frontiere(identifiant, rang))
        return message.as_bytes()

    def envoyer(self, eml: bytes) -> str:
        """Hand it over for all its recipients or for none; gives the answer by which the server took it.

        Raises ErreurEnvoi. When the answer was lost the server may still have taken the message: sent
        again, it bears the same Message-ID.
        """
        message = BytesParser(policy=policy.SMTP).parsebytes(eml, headersonly=True)
        destinataires = [adresse.addr_spec for adresse in message["To"].addresses]
        with self._en_francais(), self._session() as session:
            session.ehlo_or_helo_if_needed()
            taille = [f"size={len(eml)}"] if session.has_extn("size") else []
            _accepte(session.mail(self._expediteur.addr_spec, taille))
            for destinataire in destinataires:
                _accepte(session.rcpt(destinataire))
            preuve = _accepte(session.data(eml))
            # Taken for good: a server that spoils the farewell changes nothing.
            with contextlib.suppress(OSError):
                session.quit()
            return preuve

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        session = self._connecter()
        try:
            if self._tls == "starttls":
                session.starttls(context=ssl.create_default_context())
            if self._compte:
                session.login(*self._compte)
            yield session
        finally:
            session.close()

    def _connecter(self) -> smtplib.SMTP:
        # The sender's domain in EHLO: smtplib would ask the name servers for this machine's name.
        domaine = self._expediteur.domain
        if self._tls == "ssl":
            contexte = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._hote, self._port, domaine, timeout=self._delai, context=contexte)
        return smtplib.SMTP(self._hote, self._port, domaine, timeout=self._delai)

    @contextlib.contextmanager
    def _en_francais(self) -> Iterator[None]:
        try:
            yield
        except (OSError, UnicodeError) as error:
            phrase = _panne(error)
            raise ErreurEnvoi(f"Le serveur de courrier {self._hote}:{self._port} {phrase}.") from error


def _accepte(reponse: tuple[int, bytes]) -> str:
    code, texte = reponse
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, texte)
    return _lisible(code, texte)


def _lisible(code: int, texte: bytes | str) -> str:
    clair = texte if isinstance(texte, str) else texte.decode("utf-8", "replace")
    return f"{code} {' '.join(clair.split())}"


def _panne(error: Exception) -> str:
    """What the server does wrong and what to check."""
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, TimeoutError):
        error = error.__context__
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 400:
        reponse = _lisible(error.smtp_code, error.smtp_error)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"refuse le compte d'envoi, vérifiez identifiant et mot de passe ; sa réponse : {reponse}"
        conseil = "recommencez plus tard" if error.smtp_code < 500 else "vérifiez les adresses et le message"
        return f"refuse le courriel, {conseil} ; sa réponse : {reponse}"
    return next(phrase for genre, phrase in _PANNES if isinstance(error, genre))


def _adresse(texte: str) -> Address:
    """Raises DonneeInvalide for what is not a bare `nom@domaine`; an accented domain is put in ASCII."""
    locale, _, domaine = texte.strip().rpartition("@")
    try:
        domaine = domaine.encode("idna").decode("ascii")
    except UnicodeError:
        domaine = ""
    if not _LOCALE.fullmatch(locale) or not _DOMAINE.fullmatch(domaine):
        raise DonneeInvalide(f"« {texte.strip()} » n'est pas une adresse électronique ; corrigez-la.")
    return Address(username=locale, domain=domaine)


def _destinataires(texte: str) -> tuple[Address, ...]:
    return tuple(_adresse(adresse) for adresse in texte.split(","))


def _expediteur(texte: str) -> Address:
    trouve = _EXPEDITEUR.fullmatch(texte)
    if trouve is None:
        raise ConfigurationInvalide(
            f"Expéditeur des courriels : « {texte} » n'est pas de la forme « Nom <adresse> »."
        )
    try:
        adresse = _adresse(trouve["entre"] or trouve["nue"])
        nom = _sur_une_ligne("Le nom de l'expéditeur", trouve["nom"] or "")
    except DonneeInvalide as error:
        raise ConfigurationInvalide(f"Expéditeur des courriels : {error}") from error
    return Address(display_name=nom, username=adresse.username, domain=adresse.domain)


def _compte(utilisateur: str | None, mot_de_passe: str | None, *, en_clair: bool) -> tuple[str, str] | None:
    if not utilisateur and not mot_de_passe:
        return None
    if not utilisateur or not mot_de_passe:
        raise ConfigurationInvalide("Le compte d'envoi demande un identifiant et un mot de passe, ou aucun.")
    if en_clair:
        raise ConfigurationInvalide(
            "Le mot de passe d'envoi partirait en clair ; réglez TLS sur « starttls » ou « ssl »."
        )
    if not (utilisateur + mot_de_passe).isascii():
        raise ConfigurationInvalide("L'identifiant et le mot de passe d'envoi s'écrivent sans accent.")
    return utilisateur, mot_de_passe


def _sur_une_ligne(quoi: str, texte: str) -> str:
    """`texte`, refused when a control or a line separator could forge another header."""
    if any(unicodedata.category(signe) in {"Cc", "Cs", "Zl", "Zp"} for signe in texte):
        raise DonneeInvalide(f"{quoi} contient un saut de ligne ou un caractère de contrôle ; retirez-le.")
    return texte


def _message_id(texte: str) -> str:
    identifiant = texte if texte.startswith("<") else f"<{texte}>"
    if len(identifiant) > 200 or not _MESSAGE_ID.fullmatch(identifiant):
        raise DonneeInvalide(f"« {texte} » n'est pas un identifiant de message de la forme « nom@domaine ».")
    return identifiant


def _frontiere(identifiant: str, rang: int) -> str:
    """`=_` never occurs in base64 nor in quoted-printable."""
    return "=_" + hashlib.sha256(f"{identifiant}{rang or ''}".encode()).hexdigest()[:40]


def _joindre(message: EmailMessage, nom: str, contenu: bytes) -> None:
    if not nom or "/" in nom or "\\" in nom:
        raise DonneeInvalide(f"« {nom} » n'est pas un nom de pièce jointe.")
    genre = "pdf" if nom.lower().endswith(".pdf") else "octet-stream"
    nom = _sur_une_ligne("Le nom d'une pièce jointe", nom)
    message.add_attachment(contenu, maintype="application", subtype=genre, filename=nom)
