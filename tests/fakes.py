"""Hand-written fakes of the ports: they keep their promises (chain, write-once), and can be made to fail."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from dossier.core.cles import verifier_cle
from dossier.core.dates import debut_du_jour, jour_legal
from dossier.core.errors import (
    ConflitJournal,
    ConflitStore,
    DocumentAbsent,
    ErreurConversion,
    ErreurEnvoi,
    ErreurHorodatage,
    JournalAltere,
)
from dossier.core.faits import Contenu, CreanceOuverte, Fait, enchainer, rupture_de_chaine
from dossier.core.ports import Courriel, Extrait, Jeton, Lettre, Nouvelles, Octets, Ouverture, Releve, Remise
from dossier.octets import empreinte

Panne = Callable[[], None]


def tiny_pdf(texte: str, pages: int = 1) -> bytes:
    """A real PDF that says so."""
    sortie = io.BytesIO()
    canevas = Canvas(sortie, invariant=True)
    for page in range(pages):
        canevas.drawString(72, 700, f"{texte} {page + 1}")
        canevas.showPage()
    canevas.save()
    return sortie.getvalue()


class HorlogeReglee:
    """ports.Clock that stands where it is put."""

    def __init__(self, jour: date) -> None:
        self.instant = debut_du_jour(jour)

    def now(self) -> datetime:
        return self.instant

    def jour(self) -> date:
        return jour_legal(self.instant)

    def reel(self, instant: datetime) -> datetime:
        return instant

    def regler(self, jour: date) -> None:
        self.instant = debut_du_jour(jour)


class JournalMemoire:
    """ports.Journal with the real chain and the real conflicts."""

    def __init__(self) -> None:
        self.faits: dict[str, list[Fait]] = {}
        self.avant_ajout: list[Panne] = []
        """What another writer, or a crash, does just before the next writings; one each."""

    def lire(self, creance: str) -> tuple[Fait, ...]:
        faits = tuple(self.faits.get(creance, ()))
        if rupture := rupture_de_chaine(faits):
            raise JournalAltere(rupture)
        return faits

    def dernier(self, creance: str) -> int:
        return len(self.faits.get(creance, ()))

    def ajouter(
        self,
        contenus: Mapping[str, Sequence[Contenu]],
        attendus: Mapping[str, int],
        *,
        auteur: str,
        instant: datetime,
    ) -> None:
        if self.avant_ajout:
            self.avant_ajout.pop(0)()
        for creance, attendu in attendus.items():
            if self.dernier(creance) != attendu:
                raise ConflitJournal(f"Créance {creance} : un autre a écrit d'abord.")
        for creance, suite in contenus.items():
            faits = self.faits.setdefault(creance, [])
            for contenu in suite:
                faits.append(enchainer(faits[-1] if faits else None, creance, instant, auteur, contenu))

    def creances(self, debiteur: str | None = None) -> tuple[Ouverture, ...]:
        ouvertures: list[Ouverture] = []
        for creance, faits in self.faits.items():
            if not isinstance(ouverture := faits[0].contenu, CreanceOuverte):
                continue
            cle = ouverture.facture.debiteur.cle
            if debiteur in {None, cle}:
                ouvertures.append(Ouverture(creance, cle))
        return tuple(ouvertures)

    def extraits(self, types: Collection[str]) -> tuple[Extrait, ...]:
        return tuple(
            Extrait(f.creance, f.instant, f.texte)
            for _, faits in sorted(self.faits.items())
            for f in faits
            if f.contenu.type in types
        )

    def citant(self, valeur: str) -> tuple[str, ...]:
        cite = json.dumps(valeur, ensure_ascii=False)
        return tuple(c for c, faits in self.faits.items() if any(cite in fait.texte for fait in faits))


class StoreMemoire:
    """ports.Store that writes once."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.panne_sur: str | None = None
        """The next put of a key that ends so fails once, as a power cut before it would."""

    def put(self, cle: str, contenu: Octets) -> str:
        verifier_cle(cle)
        if self.panne_sur and cle.endswith(self.panne_sur):
            self.panne_sur = None
            raise CoupureDeCourant
        if isinstance(contenu, Path):
            contenu = contenu.read_bytes()
        if self.documents.setdefault(cle, contenu) != contenu:
            raise ConflitStore(f"Le document « {cle} » existe déjà avec un autre contenu.")
        return hashlib.sha256(contenu).hexdigest()

    def get(self, cle: str) -> bytes:
        try:
            return self.documents[cle]
        except KeyError:
            raise DocumentAbsent(f"Aucun document « {cle} ».") from None

    def copier(self, cle: str, fichier: Path) -> str:
        contenu = self.get(cle)
        fichier.write_bytes(contenu)
        return hashlib.sha256(contenu).hexdigest()

    def lien(self, cle: str, jusqu_a: datetime) -> str:
        return f"memoire:{cle}?fin={jusqu_a:%Y%m%dT%H%M}"

    def lieu(self, cle: str) -> str:
        return f"memoire://{cle}"


class CoupureDeCourant(Exception):
    """The process died there."""


class HorodateurFactice:
    """ports.Horodateur whose tokens differ each time, as real ones do."""

    mention = "horodatage d'essai, non qualifié"
    certificat = b"-----BEGIN CERTIFICATE-----\n"

    def __init__(self) -> None:
        self.jetons = 0
        self.en_panne = False

    def horodater(self, contenu: Octets) -> bytes:
        if self.en_panne:
            raise ErreurHorodatage("L'autorité d'horodatage ne répond pas : recommencez plus tard.")
        self.jetons += 1
        return f"{empreinte(contenu)} {self.jetons}".encode()

    def verifier(self, contenu: Octets, tsr: bytes) -> Jeton:
        if tsr.split()[0].decode() != empreinte(contenu):
            raise ErreurHorodatage("Ce jeton n'est pas celui de ce document.")
        return Jeton(datetime(2026, 1, 1, tzinfo=UTC), "Essai")


class RenduFactice:
    """ports.Rendu: the context itself, as text, so that a test reads what was asked."""

    def __init__(self) -> None:
        self.appels: list[str] = []
        self.dit = ""

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> bytes:
        self.appels.append(modele)
        return json.dumps({"modele": modele, **contexte}, ensure_ascii=False, default=str).encode()

    def texte(self, docx: bytes) -> str:
        return self.dit


class TexteFactice:
    """ports.RenduTexte."""

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
        return f"{contexte['objet']}", f"{modele}\nReste dû : {contexte['facture']['reste']}\n"


class MiseEnPageFactice:
    """ports.MiseEnPage."""

    def html(self, sujet: str, corps: str, creancier: Mapping[str, Any], langue: str = "fr") -> str:
        return f"<html lang={langue!r}><p>{corps}</p></html>"


class ConvertisseurFactice:
    """ports.Convertisseur: a real PDF, never twice the same, as with the real one."""

    def __init__(self) -> None:
        self.conversions = 0
        self.en_panne = False

    def pdf(self, docx: bytes) -> bytes:
        if self.en_panne:
            raise ErreurConversion("LibreOffice ne répond pas : recommencez.")
        self.conversions += 1
        return tiny_pdf(f"{hashlib.sha256(docx).hexdigest()[:8]}-{self.conversions}")


class MessagerieFactice:
    """ports.Messagerie that keeps what was sent."""

    def __init__(self) -> None:
        self.envoyes: list[bytes] = []
        self.en_panne = False

    def composer(self, courriel: Courriel) -> bytes:
        message = EmailMessage(policy=policy.SMTP)
        message["To"] = courriel.destinataire
        message["Subject"] = courriel.sujet
        message["Date"] = courriel.instant
        message["Message-ID"] = courriel.message_id
        message["X-Pieces"] = ", ".join(nom for nom, _ in courriel.pieces)
        message.set_content(courriel.corps)
        return message.as_bytes()

    def envoyer(self, eml: bytes) -> str:
        if self.en_panne:
            raise ErreurEnvoi("Le serveur de courriel ne répond pas : recommencez.")
        self.envoyes.append(eml)
        return "250 2.0.0 OK"


class PosteFactice:
    """ports.PosteAuBac: the same name twice is one letter, even once printed; taken back, it never returns."""

    nom = ""
    electronique = False

    def __init__(self) -> None:
        self.plis: dict[str, bytes] = {}
        """What the tray holds, by file name."""
        self.lettres: dict[str, Lettre] = {}
        """All that it was ever given, by the name of the letter."""
        self.repris: set[str] = set()
        self.en_panne = False

    def dessert(self, pays: str) -> bool:
        return True

    def remettre(self, lettre: Lettre) -> Remise:
        self._repondre()
        if self.lettres.setdefault(lettre.nom, lettre).pdf != lettre.pdf:
            raise ErreurEnvoi(f"Un autre pli porte déjà le nom {lettre.nom}.")
        if lettre.nom in self.repris:
            raise ErreurEnvoi(f"Le pli {lettre.nom} a été retiré du bac : il n'y revient pas.")
        self.plis.setdefault(f"{lettre.nom}.pdf", lettre.pdf)
        return Remise(f"Pli à imprimer : {lettre.nom}.pdf")

    def reprendre(self, nom: str) -> bool:
        self._repondre()
        if self.plis.pop(f"{nom}.pdf", None) is not None:
            self.repris.add(nom)
        return nom in self.repris

    def imprimer(self) -> None:
        """A person takes all that the tray holds."""
        self.plis.clear()

    def _repondre(self) -> None:
        if self.en_panne:
            raise ErreurEnvoi("Le bac d'impression n'est pas accessible : vérifiez le dossier.")


class RecommandeFactice:
    """ports.Poste that sends registered letters by itself; the same name twice is one letter."""

    nom = "Transporteur d'essai"

    def __init__(self, *, electronique: bool = False, pays: frozenset[str] = frozenset({"FR"})) -> None:
        self.electronique = electronique
        self.pays = pays
        self.lettres: dict[str, Lettre] = {}
        """What it sent, by the name of the letter."""
        self.refus: list[ErreurEnvoi] = []
        """What its next answers are, before it takes anything; one each."""
        self.coupures = 0
        """How many of its next answers are lost after it took the letter."""

    def dessert(self, pays: str) -> bool:
        return pays in self.pays

    def remettre(self, lettre: Lettre) -> Remise:
        assert lettre.recommandee, "une lettre simple ne se confie pas à un transporteur de recommandés"
        if self.refus:
            raise self.refus.pop(0)
        if self.lettres.setdefault(lettre.nom, lettre).pdf != lettre.pdf:
            raise ErreurEnvoi(f"Une autre lettre porte déjà le nom {lettre.nom}.")
        if self.coupures:
            self.coupures -= 1
            raise ErreurEnvoi(f"{self.nom} n'a pas répondu à temps : recommencez.")
        reference = f"env-{list(self.lettres).index(lettre.nom) + 1}"
        return Remise(
            f"Confiée à {self.nom} sous la référence {reference}",
            transporteur=self.nom,
            reference=reference,
            reponse=json.dumps({"id": reference, "nom": lettre.nom}).encode(),
        )


class SuiviFactice:
    """ports.Suivi that tells what it was told to, and knows nothing of other letters."""

    def __init__(self, nom: str = "La Poste") -> None:
        self.nom = nom
        self.dites: dict[str, Nouvelles] = {}
        self.demandes: list[tuple[str, ...]] = []
        """The references of each call."""
        self.en_panne = False

    def relever(self, references: Sequence[str]) -> Releve:
        self.demandes.append(tuple(references))
        if self.en_panne:
            return Releve((), (f"{self.nom} ne répond pas : recommandés à demander de nouveau.",))
        return Releve(tuple(self.dites[r] for r in references if r in self.dites))
