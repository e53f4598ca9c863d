"""The timestamper, and the judgement of a token by rfc3161-client."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    PKIStatus,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from dossier.adapters.timestamp_rfc3161.demande import Demande, demander
from dossier.adapters.timestamp_rfc3161.second_avis import AUTRE_AUTORITE, second_avis
from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Jeton, Octets
from dossier.octets import empreinte, taille

ACCORDES = (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS)
GENRES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""The digests that a token may be over (RFC 5754, 2)."""


class HorodateurRfc3161:
    """Implements ports.Horodateur on any transport that turns a request into a response (DER both)."""

    def __init__(
        self, envoyer: Callable[[bytes], bytes], certificat: bytes, mention: str, nom: str = ""
    ) -> None:
        self._envoyer = envoyer
        self.certificat = certificat
        self.mention = mention
        self.nom = nom
        """How sentences call the authority when there are several."""

    def horodater(self, contenu: Octets) -> bytes:
        """The authority's raw answer over the SHA-256 of `contenu`, verified.

        Raises HorodatageIndisponible when it does not answer, ErreurHorodatage when it answers wrongly.
        """
        if not taille(contenu):
            raise ErreurHorodatage("Un contenu vide ne s'horodate pas : vérifiez le document.")
        demande = demander(contenu)
        tsr = self._envoyer(demande.der)
        _verifier(contenu, tsr, self.certificat, demande)
        return tsr

    def verifier(self, contenu: Octets, tsr: bytes) -> Jeton:
        """Who stamped `contenu`, and when. Raises ErreurHorodatage."""
        return verifier_jeton(contenu, tsr, self.certificat)


def verifier_jeton(contenu: Octets, tsr: bytes, racine_pem: bytes) -> Jeton:
    """Who stamped `contenu` and when, by RFC 3161, the chain ending at `racine_pem`.

    The instant is to the second; certificates are judged at that instant, not today. Raises ErreurHorodatage.
    """
    return _verifier(contenu, tsr, racine_pem, None)


def verifier_parmi(contenu: Octets, tsr: bytes, racines: Sequence[bytes]) -> tuple[Jeton, bytes]:
    """The token read, and the one of `racines` (PEM) that it belongs to.

    Raises ErreurHorodatage with the reason that says most: a token over other bytes is that, whatever the
    root.
    """
    for racine in racines:
        # A refusal by openssl takes 50 times longer than a look by rfc3161-client: every root is tried first.
        if (jeton := _premier_avis(contenu, tsr, racine, None)) is not None:
            return jeton, racine
    fautes: list[str] = []
    for racine in racines:
        try:
            return second_avis(contenu, tsr, racine, None), racine
        except ErreurHorodatage as error:
            fautes.append(str(error))
    precises = [faute for faute in fautes if AUTRE_AUTORITE not in faute]
    raise ErreurHorodatage(precises[0] if precises else _inconnue(len(racines)))


def _inconnue(racines: int) -> str:
    if racines == 1:
        return f"Jeton d'horodatage refusé : {AUTRE_AUTORITE}."
    return (
        f"Jeton d'horodatage refusé : il n'est signé par aucune des {racines} autorités connues. Si celle-ci a "
        "servi autrefois, ajoutez sa racine (PEM) aux anciennes racines."
    )


def _verifier(contenu: Octets, tsr: bytes, racine_pem: bytes, demande: Demande | None) -> Jeton:
    jeton = _premier_avis(contenu, tsr, racine_pem, demande)
    # It is stricter than the RFC's users (certificates out of DER order): openssl has the last word.
    return jeton if jeton is not None else second_avis(contenu, tsr, racine_pem, demande)


def _premier_avis(contenu: Octets, tsr: bytes, racine_pem: bytes, demande: Demande | None) -> Jeton | None:
    """What rfc3161-client reads; None when it refuses. Raises ErreurHorodatage when the authority does."""
    racines = _racines(racine_pem)
    try:
        reponse = decode_timestamp_response(tsr)
        _exiger_accord(reponse)
        nonce = demande.nonce if demande else None
        VerifierBuilder(roots=racines, nonce=nonce).build().verify(reponse, _empreinte(reponse, contenu))
        return Jeton(reponse.tst_info.gen_time, _signataire(reponse))
    except (ValueError, VerificationError, x509.InvalidVersion, x509.DuplicateExtension):
        return None


def _empreinte(reponse: TimeStampResponse, contenu: Octets) -> bytes:
    """The digest of `contenu` that the token is over. Raises ValueError when it is over another kind."""
    genre = GENRES.get(reponse.tst_info.message_imprint.hash_algorithm.dotted_string)
    if genre is None:
        raise ValueError
    return bytes.fromhex(empreinte(contenu, genre))


def _racines(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise ErreurHorodatage(
            "Le certificat racine de l'autorité d'horodatage est illisible : fournissez-le au format PEM."
        ) from error


def _exiger_accord(reponse: TimeStampResponse) -> None:
    if reponse.status not in ACCORDES:
        motif = " ".join(reponse.status_string) or "sans motif"
        raise ErreurHorodatage(
            f"L'autorité d'horodatage a refusé la demande (statut {reponse.status} : {motif})."
        )


def _signataire(reponse: TimeStampResponse) -> str:
    (signature,) = reponse.signed_data.signer_infos
    certificats = map(x509.load_der_x509_certificate, reponse.signed_data.certificates)
    cle = (signature.issuer, signature.serial_number)
    return next(_nom(c) for c in certificats if (c.issuer, c.serial_number) == cle)


def _nom(certificat: x509.Certificate) -> str:
    """The common name of the holder, or the whole name when it has none."""
    noms = certificat.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(noms[0].value) if noms else certificat.subject.rfc4514_string()
