"""A real sealed dossier in small, and the gestures of those who attack it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from dossier.adapters.bag import SacBagIt
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
    verifier_jeton,
)
from dossier.core.creance import Adresse, Debiteur, Facture
from dossier.core.faits import (
    Archive,
    Canal,
    Contenu,
    CreanceOuverte,
    DossierPrepare,
    DossierScelle,
    EnvoiPrepare,
    Fait,
    GenrePiece,
    PieceAjoutee,
    enchainer,
)
from dossier.core.ports import Jeton
from dossier.services.assemblage import assembler
from dossier.services.logiciel import logiciel
from dossier.services.pieces import ajouter_piece
from dossier.services.verification import Verdict, verifier_dossier
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier, deux_factures

RACINE = "dossier-732829320-2026-09-14-v1"
CREANCE = "FA-2026-0042"
INSTANT = datetime(2026, 9, 14, 6, tzinfo=UTC)
PIECE_1, PIECE_2 = "data/pieces/piece-01-facture.pdf", "data/pieces/piece-02-mise-en-demeure.pdf"
FACTURE = f"creances/{CREANCE}/recus/facture.pdf"
LETTRE = f"creances/{CREANCE}/envois/mise-en-demeure.pdf"
JOURNAL = f"data/journal/{CREANCE}.jsonl"
MANIFESTE, SCEAU = "manifest-sha256.txt", "tagmanifest-sha256.txt"
Fichiers = dict[str, bytes]


class Scene:
    """One authority, the originals it stamped, and the sealed zip."""

    def __init__(self, dossier: Path) -> None:
        self.horodateur = HorodateurRfc3161(*autorite_locale(dossier / "autorite"), MENTION_LOCALE)
        self.originaux: Fichiers = {}
        self.fichiers: Fichiers = {}
        self.faits = self._journal()
        self._remplir()
        self.zip = dossier / "scelle.zip"
        self.sceller(self.fichiers, self.zip)
        self.contenu = lire_zip(self.zip)

    def sceller(self, fichiers: Fichiers, sortie: Path, horodateur: HorodateurRfc3161 | None = None) -> Path:
        SacBagIt(horodateur or self.horodateur).sceller(RACINE, fichiers, {}, INSTANT, sortie)
        return sortie

    def archiver(self, cle: str, contenu: bytes, *, jeton: bool = True) -> Archive:
        self.originaux[cle] = contenu
        if jeton:
            self.originaux[f"{cle}.tsr"] = self.horodateur.horodater(contenu)
        return Archive(
            cle=cle,
            empreinte=hashlib.sha256(contenu).hexdigest(),
            taille=len(contenu),
            jeton=f"{cle}.tsr" if jeton else None,
        )

    def _journal(self) -> tuple[Fait, ...]:
        debiteur = Debiteur(denomination="Durand SARL", adresse=Adresse(lignes=("1 rue A",), ville="Lyon"))
        facture = Facture(
            numero=CREANCE,
            emission=date(2026, 5, 21),
            echeance=date(2026, 6, 20),
            montant_ttc=Decimal("1234.56"),
            debiteur=debiteur,
        )
        lettre = EnvoiPrepare(
            cle="k",
            etape="mise-en-demeure",
            canal=Canal.LRAR,
            jour=date(2026, 8, 1),
            intitule="Mise en demeure",
            destinataire="Durand SARL",
            reste=Decimal("1234.56"),
            pdf=self.archiver(LETTRE, b"%PDF lettre"),
            source=self.archiver(LETTRE.replace(".pdf", ".docx"), b"PK lettre"),
        )
        ancien = Archive(cle="dossiers/ancien.zip", empreinte="0" * 64, taille=1)
        contenus: tuple[Contenu, ...] = (
            CreanceOuverte(facture=facture, scenario="s", source=self.archiver(FACTURE, b"%PDF facture")),
            lettre,
            PieceAjoutee(
                genre=GenrePiece.ECHANGE,
                intitule="Message",
                jour=date(2026, 8, 9),
                pdf=self.archiver("creances/message.pdf", b"%PDF message", jeton=False),
            ),
            DossierScelle(dossier="v0", zip=ancien, pieces=1, total=Decimal(1), jour=date(2026, 9, 1)),
            DossierPrepare(dossier=RACINE, creances=(CREANCE,), pilote=CREANCE, instant=INSTANT),
        )
        faits: list[Fait] = []
        for rang, contenu in enumerate(contenus):
            instant = INSTANT - timedelta(days=100 - rang, microseconds=rang * 1000)
            faits.append(enchainer(faits[-1] if faits else None, CREANCE, instant, "essai", contenu))
        return tuple(faits)

    def _remplir(self) -> None:
        self.fichiers = {f"originaux/{cle}": contenu for cle, contenu in self.originaux.items()}
        self.fichiers["00-note-de-remise.pdf"] = b"%PDF note"
        self.fichiers["05-dossier-complet.pdf"] = b"%PDF complet" * 50
        self.fichiers[PIECE_1[5:]] = b"%PDF facture tamponnee"
        self.fichiers[PIECE_2[5:]] = b"%PDF lettre tamponnee"
        self.fichiers[JOURNAL[5:]] = "".join(f"{f.model_dump_json()}\n" for f in self.faits).encode()
        pieces = [
            {
                "numero": numero,
                "titre": titre,
                "fichier": fichier[5:],
                "pages": numero,
                "empreinte_original": hashlib.sha256(self.originaux[original]).hexdigest(),
                "original": f"originaux/{original}",
            }
            for numero, titre, fichier, original in (
                (1, "Facture", PIECE_1, FACTURE),
                (2, "Mise en demeure", PIECE_2, LETTRE),
            )
        ]
        index = {
            "version": 1,
            "dossier": RACINE,
            "instant": INSTANT.isoformat(),
            "debiteur": "Durand SARL",
            "creances": [CREANCE],
            "total": "1300.00",
            "pieces": pieces,
        }
        self.fichiers["index.json"] = json.dumps(index).encode()


def lire_zip(chemin: Path) -> Fichiers:
    with zipfile.ZipFile(chemin) as archive:
        return {nom.partition("/")[2]: archive.read(nom) for nom in archive.namelist()}


def refaire(fichiers: Fichiers, sortie: Path) -> Path:
    """The same zip form as the sealing's, so that only the content tells."""
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom in sorted(fichiers):
            entree = zipfile.ZipInfo(f"{RACINE}/{nom}", (2026, 9, 14, 8, 0, 0))
            entree.create_system, entree.external_attr = 3, 0o100644 << 16
            archive.writestr(entree, fichiers[nom])
    return sortie


def manifeste(fichiers: Fichiers, noms: list[str]) -> bytes:
    return "".join(f"{hashlib.sha256(fichiers[n]).hexdigest()}  {n}\n" for n in sorted(noms)).encode()


def renumeroter(fichiers: Fichiers) -> Fichiers:
    """The forger's work: both manifests made again; only the token cannot be."""
    fichiers[MANIFESTE] = manifeste(fichiers, [n for n in fichiers if n.startswith("data/")])
    balises = [n for n in fichiers if not n.startswith(("data/", SCEAU))]
    fichiers[SCEAU] = manifeste(fichiers, balises)
    return fichiers


def verifier(chemin: Path, racine: bytes | None = None, **options: Any) -> Verdict:
    return verifier_dossier(chemin, verifier_jeton, racine, **options)


def fautes(verdict: Verdict) -> dict[str, str]:
    """The faults by what they are about; several about one thing are joined."""
    trouvees: dict[str, str] = {}
    for constat in verdict.constats:
        if not constat.conforme:
            trouvees[constat.objet] = f"{trouvees.get(constat.objet, '')} {constat.message}"
    return trouvees


def attaquer(scene: Scene, tmp_path: Path, geste: Callable[[Fichiers], object]) -> dict[str, str]:
    """What the verifier finds after `geste` on the files, the zip itself being in good form."""
    fichiers = dict(scene.contenu)
    geste(fichiers)
    return fautes(verifier(refaire(fichiers, tmp_path / "attaque.zip")))


def resceller(scene: Scene, tmp_path: Path, geste: Callable[[Fichiers], object]) -> dict[str, str]:
    """What is found when the attacker also holds the authority: only the inner links are left."""
    fichiers = dict(scene.fichiers)
    geste(fichiers)
    return fautes(verifier(scene.sceller(fichiers, tmp_path / "attaque.zip")))


def changer(fichiers: Fichiers, nom: str, ancien: bytes, nouveau: bytes) -> None:
    assert ancien in fichiers[nom]
    fichiers[nom] = fichiers[nom].replace(ancien, nouveau, 1)


class Vrai:
    """A dossier that the services sealed: real tokens, bag, stamps and spreadsheet; letters in small.

    `pieces`: exhibits that somebody attached to FA-1.
    """

    def __init__(self, dossier: Path, pieces: Sequence[bytes] = (), **autres: Any) -> None:
        self.horodateur = HorodateurRfc3161(*autorite_locale(dossier / "autorite"), MENTION_LOCALE)
        self.atelier = Atelier(horodateur=self.horodateur, sac=SacBagIt(self.horodateur), **autres)
        factures = deux_factures()
        self.atelier.importer(*factures, source=tiny_pdf("facture", pages=2))
        for pdf in pieces:
            ajouter_piece(
                self.atelier.outils,
                "FA-1",
                GenrePiece.CONTRAT,
                "",
                self.atelier.clock.jour(),
                pdf,
                auteur="essai",
            )
        self.atelier.jusqu_au_dossier(*(f.creance for f in factures))
        scelle = assembler(self.atelier.outils, "FA-1", auteur="essai")
        assert scelle is not None
        self.octets = self.atelier.store.get(scelle.fait.zip.cle)
        self.zip = dossier / "vrai.zip"
        self.zip.write_bytes(self.octets)
        self.fichiers = {nom[5:]: lu for nom, lu in lire_zip(self.zip).items() if nom.startswith("data/")}
        self.index = json.loads(self.fichiers["index.json"])

    def journal(self, creance: str) -> list[Fait]:
        lignes = self.fichiers[f"journal/{creance}.jsonl"].splitlines()
        return [Fait.model_validate_json(ligne) for ligne in lignes]

    def complet(self) -> dict[str, Any]:
        """The index with all that it may tell, as a dossier of this version under a real clock has it."""
        fins = {creance: self.journal(creance)[-1] for creance in self.index["creances"]}
        scenario = self.atelier.outils.scenarios["standard"].model_dump(mode="json")
        return {
            **self.index,
            "horloge": "reelle",
            "logiciel": logiciel(),
            "ancres": [{"creance": c, "numero": f.numero, "empreinte": f.empreinte} for c, f in fins.items()],
            "scenarios": dict.fromkeys(fins, scenario),
        }

    def resceller(
        self,
        sortie: Path,
        fichiers: Fichiers | None = None,
        ancres: str | None = None,
        indexe: Mapping[str, Any] | None = None,
        sans: str = "",
        **index: Any,
    ) -> Path:
        """The forger who holds the authority: other files, other lines of the index, sealed again."""
        tous = {**self.fichiers, **(fichiers or {})}
        if "index.json" not in (fichiers or {}):
            tous["index.json"] = json.dumps(
                {**self.complet(), **index, **(indexe or {})}, ensure_ascii=False
            ).encode()
        tous.pop(sans, None)
        lu = json.loads(tous["index.json"])
        if ancres is None:
            ancres = " ".join(f"{a['creance']}:{a['numero']}:{a['empreinte']}" for a in lu["ancres"])
        instant = datetime.fromisoformat(lu["instant"])
        infos = {"External-Identifier": lu["dossier"], "Dernier-Fait": ancres}
        SacBagIt(self.horodateur).sceller(lu["dossier"], tous, infos, instant, sortie)
        return sortie


class Temps:
    """A real judgement of tokens, whose time is then set: the clock of the authority in the tests' hand."""

    def __init__(self, instants: Mapping[bytes, datetime], autrement: datetime) -> None:
        self.instants = dict(instants)
        self.autrement = autrement

    def __call__(self, contenu: bytes, tsr: bytes, racine: bytes) -> Jeton:
        lu = verifier_jeton(contenu, tsr, racine)
        return lu._replace(instant=self.instants.get(tsr, self.autrement))
