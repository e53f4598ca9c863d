"""Real tokens of the demonstration authority in real PDFs, judged by us, by pyHanko and by openssl."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from asn1crypto import pem, tsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter

from dossier.adapters import pades
from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.pades import (
    CHAMP,
    PIEGE,
    PLACE,
    SansHorodatage,
    trouver,
    trouver_isole,
)
from dossier.adapters.timestamp_rfc3161 import MENTION_LOCALE, HorodateurRfc3161, autorite_locale
from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Horodateur, Jeton, Partie, PieceSource
from tests.adapters.pdf_hostiles import assembler
from tests.adapters.test_bundle_pdf import dessiner

RELIEUR = RelieurPypdf()


def horodate(pdf: bytes, horodateur: Horodateur) -> bytes:
    """`pdf` with its timestamp."""
    with NamedTemporaryFile() as fichier:
        chemin = Path(fichier.name)
        chemin.write_bytes(pdf)
        pades.horodater_pdf(chemin, horodateur)
        return chemin.read_bytes()


def verifier_pdf(pdf: bytes, verifier: Callable[[bytes, bytes], Jeton]) -> Jeton:
    """In this process, which is quicker."""
    return pades.verifier_pdf(pdf, verifier, trouver)


@pytest.fixture(scope="module")
def horodateur(tmp_path_factory: pytest.TempPathFactory) -> HorodateurRfc3161:
    return HorodateurRfc3161(*autorite_locale(tmp_path_factory.mktemp("autorite")), MENTION_LOCALE)


@pytest.fixture(scope="module")
def relie() -> bytes:
    parties = [Partie("Requête", dessiner(pages=1)), Partie("Pièce n° 1", dessiner(), numero=1)]
    return RELIEUR.relier_dossier(parties, "Dossier").pdf


@pytest.fixture(scope="module")
def date(horodateur: HorodateurRfc3161, relie: bytes) -> bytes:
    return horodate(relie, horodateur)


class HorodateurEnPanne:
    mention, certificat = "panne", b""

    def horodater(self, contenu: bytes) -> bytes:
        raise ErreurHorodatage("L'autorité ne répond pas.")

    def verifier(self, contenu: bytes, tsr: bytes) -> Jeton:
        raise ErreurHorodatage("L'autorité ne répond pas.")


def test_le_pdf_est_complete_apres_son_dernier_octet_et_se_verifie(
    horodateur: HorodateurRfc3161, relie: bytes, date: bytes
) -> None:
    assert date.startswith(relie) and len(date) - len(relie) < PLACE + 4000
    jeton = verifier_pdf(date, horodateur.verifier)
    assert isinstance(jeton.instant, datetime) and "demonstration" in jeton.autorite
    lecteur = PdfReader(io.BytesIO(date))
    assert len(lecteur.pages) == 3 and lecteur.page_labels[1] == "P1-1" and len(lecteur.outline) == 3


def test_pyhanko_le_juge_valable_et_entier_avec_la_seule_racine(
    horodateur: HorodateurRfc3161, date: bytes
) -> None:
    (signature,) = PdfFileReader(io.BytesIO(date)).embedded_timestamp_signatures
    racine = x509.Certificate.load(pem.unarmor(horodateur.certificat)[2])
    verdict = validate_pdf_timestamp(
        signature, ValidationContext(trust_roots=[racine], revocation_mode="soft-fail")
    )
    assert verdict.intact and verdict.valid and verdict.trusted and verdict.coverage.name == "ENTIRE_FILE"
    assert signature.field_name.startswith(CHAMP)


def test_openssl_lit_le_jeton_tire_du_pdf(horodateur: HorodateurRfc3161, date: bytes, tmp_path: Path) -> None:
    def ecrire(contenu: bytes, tsr: bytes) -> Jeton:
        (tmp_path / "contenu").write_bytes(contenu)
        (tmp_path / "tsr").write_bytes(tsr)
        (tmp_path / "ca").write_bytes(horodateur.certificat)
        return horodateur.verifier(contenu, tsr)

    verifier_pdf(date, ecrire)
    commande = "openssl ts -verify -data contenu -in tsr -CAfile ca"
    lu = subprocess.run(commande.split(), cwd=tmp_path, capture_output=True, check=False)
    assert lu.returncode == 0, lu.stderr


def test_deux_cents_octets_changes_au_hasard_sont_tous_trouves(
    horodateur: HorodateurRfc3161, date: bytes
) -> None:
    hasard = random.Random(6)
    for _ in range(200):
        octets = bytearray(date)
        rang = hasard.randrange(len(octets))
        octets[rang] ^= hasard.randrange(1, 256)
        with pytest.raises(ErreurHorodatage):
            verifier_pdf(bytes(octets), horodateur.verifier)


def ajouter_une_page(pdf: bytes) -> bytes:
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_blank_page(100, 100)
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("geste", "dit"),
    [
        (ajouter_une_page, "modifié ou complété"),
        (lambda pdf: pdf + b"\n", "modifié ou complété"),
        (lambda pdf: pdf.replace(b"Horodatage du dossier", b"horodatage du dossier"), "contenu"),
        (lambda pdf: b"%PDF-1.7\n", "illisible"),
    ],
)
def test_un_pdf_change_apres_son_horodatage_est_refuse(
    horodateur: HorodateurRfc3161, date: bytes, geste: Callable[[bytes], bytes], dit: str
) -> None:
    with pytest.raises(ErreurHorodatage, match=dit):
        verifier_pdf(geste(date), horodateur.verifier)


def test_le_jeton_d_une_autre_autorite_est_refuse(
    horodateur: HorodateurRfc3161, relie: bytes, tmp_path: Path
) -> None:
    autre = HorodateurRfc3161(*autorite_locale(tmp_path), MENTION_LOCALE)
    with pytest.raises(ErreurHorodatage, match="autorité"):
        verifier_pdf(horodate(relie, autre), horodateur.verifier)


def test_un_pdf_sans_horodatage_le_dit(horodateur: HorodateurRfc3161, relie: bytes) -> None:
    with pytest.raises(SansHorodatage, match="ne porte pas d'horodatage"):
        verifier_pdf(relie, horodateur.verifier)


def test_un_processus_fils_trouve_la_meme_chose(
    horodateur: HorodateurRfc3161, relie: bytes, date: bytes
) -> None:
    assert trouver_isole(date) == trouver(date)
    assert pades.verifier_pdf(date, horodateur.verifier) == verifier_pdf(date, horodateur.verifier)
    with pytest.raises(SansHorodatage, match="ne porte pas d'horodatage"):
        trouver_isole(relie)
    with pytest.raises(ErreurHorodatage, match="modifié ou complété"):
        trouver_isole(date + b"\n")


@pytest.mark.parametrize(("memoire", "duree"), [(60_000_000, 60), (1_000_000_000, 0)])
def test_un_pdf_qui_demande_trop_est_dit(date: bytes, memoire: int, duree: int) -> None:
    with pytest.raises(ErreurHorodatage, match=PIEGE):
        trouver_isole(date, memoire, duree)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n"])
def test_un_pdf_illisible_n_est_pas_horodate(horodateur: HorodateurRfc3161, pdf: bytes) -> None:
    with pytest.raises(ErreurHorodatage, match="ne peut pas recevoir"):
        horodate(pdf, horodateur)


def test_un_horodatage_peut_etre_renouvele(horodateur: HorodateurRfc3161, date: bytes) -> None:
    deux = horodate(date, horodateur)
    assert deux.startswith(date) and deux != horodate(date, horodateur)
    assert len(PdfReader(io.BytesIO(deux)).get_fields() or {}) == 2
    verifier_pdf(deux, horodateur.verifier)


def formulaire(nom: str, etages: int, fin: bytes) -> bytes:
    """A piece with a field of that name over others, the last of which ends with `fin`."""
    champs = {
        rang: b"<</T(c)/Parent %d 0 R/Kids[%d 0 R]>>" % (rang - 1, rang + 1) for rang in range(6, etages)
    }
    return assembler(
        {
            1: b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[5 0 R]>>",
            5: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(%s)/Rect[9 9 99 99]/Kids[6 0 R]>>" % nom.encode(),
            **champs,
            etages: b"<</T(fin)%s>>" % fin,
        }
    )


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("etages", "fin"), [(6, b""), (6, b"/Kids[5 0 R 6 0 R]"), (400, b""), (5000, b"")])
def test_le_formulaire_d_une_piece_n_empeche_pas_l_horodatage(
    horodateur: HorodateurRfc3161, etages: int, fin: bytes
) -> None:
    piece = RELIEUR.tamponner(PieceSource(1, "Formulaire", formulaire(CHAMP, etages, fin), "originaux/x"))
    pdf = RELIEUR.relier_dossier([Partie("P", piece.pdf, numero=1)], "Dossier").pdf
    verifier_pdf(horodate(pdf, horodateur), horodateur.verifier)


def test_la_panne_de_l_autorite_traverse(relie: bytes) -> None:
    with pytest.raises(ErreurHorodatage, match="ne répond pas"):
        horodate(relie, HorodateurEnPanne())


def test_un_jeton_trop_grand_est_dit(horodateur: HorodateurRfc3161, relie: bytes) -> None:
    class Bavard(HorodateurEnPanne):
        """A true token that carries twenty kilobytes more."""

        def horodater(self, contenu: bytes) -> bytes:
            reponse = tsp.TimeStampResp.load(horodateur.horodater(contenu))
            signe = reponse["time_stamp_token"]["content"]
            signe["certificates"] = [signe["certificates"][0]] * 40
            return bytes(reponse.dump(force=True))

    with pytest.raises(ErreurHorodatage, match="trop grand"):
        horodate(relie, Bavard())
