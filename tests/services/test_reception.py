"""Scans of the inbox find their letter, once, whatever happens on the way."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from dossier.adapters.boite_folder import BoiteFolder
from dossier.adapters.lecture_scan import LecteurIsole
from dossier.adapters.ouverture_scan import ouvrir
from dossier.core.creance import Facture
from dossier.core.decision import Attendre, DemanderApprobation
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import (
    AccuseRecu,
    Decision,
    GenrePiece,
    GenreScan,
    IssuePli,
    PieceAjoutee,
    ScanRecu,
)
from dossier.core.ports import Scan
from dossier.services import saisies
from dossier.services.archives import lire_archive
from dossier.services.creances import consigner
from dossier.services.reception import Rapport, lire_connus, recevoir
from tests.core.vie import facture, standard
from tests.fakes import CoupureDeCourant, tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures

NUMERO = "1A00000000777"
ECRIT = "1A 000 000 0077 7"
AVIS = tiny_pdf("avis")
DEUX = ("FA-1", "FA-2")


class LecteurIci:
    """ports.LecteurDeScan that opens files in this process: the same reading, without the child's second."""

    def lire(self, contenu: bytes) -> Scan:
        pdf, texte = ouvrir(contenu)
        return Scan(pdf or contenu, texte)


class BoiteFragile(BoiteFolder):
    """The process dies, or the disk refuses, when a file is put away."""

    panne: Exception | None = None

    def ranger(self, nom: str, sous: str) -> None:
        if self.panne is not None:
            raise self.panne
        super().ranger(nom, sous)


class Reception:
    """A house with one registered letter on its way, and its inbox."""

    def __init__(self, racine: Path, *factures: Facture) -> None:
        self.atelier = Atelier()
        self.atelier.importer(*(factures or (facture(),)))
        self.racine = racine
        self.boite = BoiteFragile(racine, repos=0)
        self.boite.lister()

    def poster(self, *creances: str, numero: str | None = NUMERO) -> None:
        """The mise en demeure is handed to the post."""
        pilote, atelier = creances[0], self.atelier
        while not isinstance(atelier.agir(pilote), DemanderApprobation):
            for creance in creances:
                atelier._un_jour(creance, None)
            atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
        saisies.repondre(atelier.outils, pilote, Decision.APPROUVER, "Anne", auteur="essai")
        atelier.agir(pilote)
        if numero:
            saisies.depot(atelier.outils, pilote, numero, atelier.clock.jour(), auteur="essai")

    def deposer(self, nom: str, contenu: bytes) -> None:
        (self.racine / nom).write_bytes(contenu)

    def passer(self) -> Rapport:
        return recevoir(self.atelier.outils, self.boite, LecteurIci(), auteur="réception")

    def scans(self, creance: str = "FA-1") -> list[ScanRecu]:
        faits = self.atelier.journal.lire(creance)
        return [fait.contenu for fait in faits if isinstance(fait.contenu, ScanRecu)]

    def restes(self) -> set[str]:
        return {f.relative_to(self.racine).as_posix() for f in self.racine.rglob("*") if f.is_file()}


@pytest.fixture
def reception(tmp_path: Path) -> Reception:
    neuve = Reception(tmp_path / "reception")
    neuve.poster("FA-1")
    return neuve


def avec_texte(*lignes: str) -> bytes:
    sortie = io.BytesIO()
    canevas = Canvas(sortie, invariant=True)
    for rang, ligne in enumerate(lignes):
        canevas.drawString(72, 700 - 20 * rang, ligne)
    canevas.save()
    return sortie.getvalue()


def en_png(couleur: str) -> bytes:
    sortie = io.BytesIO()
    Image.new("L", (300, 200), couleur).save(sortie, "PNG")
    return sortie.getvalue()


def test_un_scan_nomme_par_le_numero_est_classe_archive_et_range(reception: Reception) -> None:
    reception.deposer(f"{ECRIT} avis de réception.pdf", AVIS)
    rapport = reception.passer()
    (classe,) = rapport.classes
    assert (classe.nom, classe.creances, classe.papier, classe.deja) == (
        f"{ECRIT} avis de réception.pdf",
        ("FA-1",),
        "avis de réception",
        False,
    )
    (recu,) = reception.scans()
    assert (recu.fichier, recu.genre, recu.jour) == (
        classe.nom,
        GenreScan.AVIS,
        reception.atelier.clock.jour(),
    )
    assert recu.cle == standard().mise_en_demeure.nom + ":lrar"
    assert recu.pdf.cle.startswith(f"creances/FA-1/recus/scan-{NUMERO}-")
    assert recu.pdf.jeton is not None
    assert lire_archive(reception.atelier.outils, recu.pdf) == AVIS
    assert reception.restes() == {f"classes/{ECRIT} avis de réception.pdf"}
    assert rapport.bilan == "1 classé"


def test_un_scan_sans_nom_parlant_est_classe_par_son_texte(reception: Reception) -> None:
    reception.deposer("scan0001.pdf", avec_texte("PREUVE DE DÉPÔT", f"Recommandé {ECRIT}"))
    (classe,) = reception.passer().classes
    assert classe.papier == "preuve de dépôt"
    assert [scan.genre for scan in reception.scans()] == [GenreScan.DEPOT]


def test_l_avis_classe_demande_a_une_personne_de_le_lire(reception: Reception) -> None:
    reception.deposer(f"{NUMERO} enveloppe npai.png", en_png("white"))
    reception.passer()
    (recu,) = reception.scans()
    assert recu.genre is GenreScan.ENVELOPPE
    assert lire_archive(reception.atelier.outils, recu.pdf).startswith(b"%PDF")
    action = reception.atelier.action()
    assert isinstance(action, Attendre)
    assert "issue à enregistrer" in action.libelle


def test_une_boite_vide_ne_lit_meme_pas_le_journal(reception: Reception) -> None:
    reception.atelier.journal.creances = None  # type: ignore[method-assign, assignment]
    rapport = reception.passer()
    assert (rapport.classes, rapport.en_attente, rapport.bilan) == ((), (), "rien à classer")


@pytest.mark.parametrize("nom", ["{}.pdf", "{} copie.pdf"])
def test_le_meme_papier_deux_fois_n_est_qu_une_piece(reception: Reception, nom: str) -> None:
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    reception.passer()
    avant = (reception.atelier.journal.lire("FA-1"), set(reception.atelier.store.documents))
    reception.deposer(nom.format(NUMERO), AVIS)
    rapport = reception.passer()
    assert [classe.deja for classe in rapport.classes] == [True]
    assert rapport.bilan == "1 déjà classé"
    assert (reception.atelier.journal.lire("FA-1"), set(reception.atelier.store.documents)) == avant
    assert len(reception.restes()) == 2
    assert all(reste.startswith("classes/") for reste in reception.restes())


def test_deux_copies_dans_la_meme_passe_ne_sont_qu_une_piece(reception: Reception) -> None:
    reception.deposer(f"{NUMERO} a.png", en_png("white"))
    reception.deposer(f"{NUMERO} b.png", en_png("white"))
    reception.deposer(f"{NUMERO} c.png", en_png("black"))
    assert reception.passer().bilan == "2 classés, 1 déjà classé"
    assert [scan.fichier for scan in reception.scans()] == [f"{NUMERO} a.png", f"{NUMERO} c.png"]


def test_la_preuve_deja_jointe_par_formulaire_n_est_pas_une_seconde_piece(reception: Reception) -> None:
    outils, jour = reception.atelier.outils, reception.atelier.clock.jour()
    saisies.depot(outils, "FA-1", NUMERO, jour, auteur="essai", preuve=tiny_pdf("depot"))
    saisies.accuse(outils, "FA-1", IssuePli.DISTRIBUE, jour, auteur="essai", preuve=AVIS)
    reception.deposer(f"{NUMERO} preuve de dépôt.pdf", tiny_pdf("depot"))
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    assert reception.passer().bilan == "2 déjà classés"
    assert reception.scans() == []


def test_un_pli_commun_recoit_son_scan_sur_chacune_de_ses_creances(tmp_path: Path) -> None:
    reception = Reception(tmp_path / "reception", *deux_factures())
    reception.poster(*DEUX)
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    assert reception.passer().bilan == "1 classé"
    un, deux = (reception.scans(creance) for creance in DEUX)
    assert un == deux
    assert len(un) == 1
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    (ligne,) = reception.passer().lignes
    assert ligne == (f"{NUMERO}.pdf", "déjà classé", NUMERO, "FA-1, FA-2", "avis de réception")


def test_un_numero_inconnu_attend_son_depot_puis_se_classe(tmp_path: Path) -> None:
    reception = Reception(tmp_path / "reception")
    reception.poster("FA-1", numero=None)
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    rapport = reception.passer()
    ((nom, pourquoi),) = rapport.en_attente
    assert nom == f"{NUMERO}.pdf"
    assert f"Aucun recommandé déposé sous le n°\u00a0{NUMERO}" in pourquoi
    assert rapport.bilan == "1 en attente"
    assert reception.restes() == {f"{NUMERO}.pdf"}
    assert reception.scans() == []
    saisies.depot(reception.atelier.outils, "FA-1", NUMERO, reception.atelier.clock.jour(), auteur="essai")
    assert reception.passer().bilan == "1 classé"


def test_le_numero_porte_sur_l_avis_suffit_avant_que_le_depot_soit_enregistre(tmp_path: Path) -> None:
    reception = Reception(tmp_path / "reception")
    reception.poster("FA-1", numero=None)
    jour = reception.atelier.clock.jour()
    avis = AccuseRecu(
        cle="mise-en-demeure:lrar",
        issue=IssuePli.DISTRIBUE,
        premiere_presentation=jour,
        jour=jour,
        numero=NUMERO,
    )
    consigner(reception.atelier.outils, "FA-1", lambda _: [avis], auteur="essai")
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    assert reception.passer().bilan == "1 classé"


def test_un_mauvais_fichier_n_arrete_pas_les_autres_et_dit_pourquoi(reception: Reception) -> None:
    reception.deposer("0 sans numero.png", en_png("white"))
    reception.deposer(f"{NUMERO} a.pdf", AVIS[:-300])
    reception.deposer(f"{NUMERO} b.txt", b"bonjour")
    reception.deposer(f"{NUMERO} c.pdf", AVIS)
    (reception.racine / f"{NUMERO} d.pdf").symlink_to("/etc/hostname")
    reception.deposer(os.fsdecode(b"re\xe7u.txt"), b"")
    rapport = reception.passer()
    assert [classe.nom for classe in rapport.classes] == [f"{NUMERO} c.pdf"]
    assert [(nom, pourquoi.split(" : ")[0]) for nom, pourquoi in rapport.en_attente] == [
        ("0 sans numero.png", "Aucun numéro de recommandé lisible"),
        (f"{NUMERO} a.pdf", "Le PDF est endommagé ou incomplet"),
        (f"{NUMERO} b.txt", "Ce n'est ni un PDF, ni une image PNG, JPEG ou TIFF"),
        (f"{NUMERO} d.pdf", "Le fichier ne peut pas être lu"),
        ("re?u.txt", "Le fichier est vide"),
    ]
    assert rapport.bilan == "1 classé, 5 en attente"
    assert [ligne.fichier for ligne in rapport.lignes[:5]] == [nom for nom, _ in rapport.en_attente]
    assert rapport.lignes[5] == (f"{NUMERO} c.pdf", "classé", NUMERO, "FA-1", "avis de réception")
    assert rapport.creances == ("FA-1",)


def test_un_nom_qui_n_est_pas_de_l_utf8_s_enregistre(reception: Reception) -> None:
    reception.deposer(os.fsdecode(f"{NUMERO} re".encode() + b"\xe7u.pdf"), AVIS)
    assert reception.passer().bilan == "1 classé"
    assert [scan.fichier for scan in reception.scans()] == [f"{NUMERO} re?u.pdf"]


def test_une_panne_d_horodatage_laisse_le_fichier_pour_la_passe_suivante(reception: Reception) -> None:
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    reception.atelier.horodateur.en_panne = True
    ((_, pourquoi),) = reception.passer().en_attente
    assert "horodatage ne répond pas" in pourquoi
    assert reception.scans() == []
    reception.atelier.horodateur.en_panne = False
    assert reception.passer().bilan == "1 classé"


def test_coupe_n_importe_ou_le_scan_est_enregistre_une_fois(reception: Reception) -> None:
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    for _ in coupures(reception):
        with pytest.raises(CoupureDeCourant):
            reception.passer()
        assert reception.restes() == {f"{NUMERO}.pdf"}
    rapport = reception.passer()
    assert rapport.bilan == "1 déjà classé"
    assert len(reception.scans()) == 1
    assert reception.restes() == {f"classes/{NUMERO}.pdf"}


def coupures(reception: Reception) -> Iterator[None]:
    """The power fails before the archive, before its token, before the record, before the putting away."""

    def couper() -> None:
        raise CoupureDeCourant

    for suffixe in (".pdf", ".tsr"):
        reception.atelier.store.panne_sur = suffixe
        yield
    reception.atelier.journal.avant_ajout = [couper]
    yield
    reception.boite.panne = CoupureDeCourant()
    yield
    reception.boite.panne = None


def test_un_fichier_classe_qui_ne_peut_pas_etre_range_est_classe_et_signale(reception: Reception) -> None:
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    reception.boite.panne = DonneeInvalide("Le fichier ne peut pas être rangé : le disque est plein.")
    rapport = reception.passer()
    assert (rapport.bilan, rapport.en_attente) == ("1 classé", ())
    (ligne,) = rapport.lignes
    assert ligne.suite == f"classé. Il reste dans la boîte : {reception.boite.panne}"
    reception.boite.panne = None
    assert reception.passer().bilan == "1 déjà classé"


def test_un_autre_qui_classe_le_meme_papier_au_meme_instant_ne_le_double_pas(reception: Reception) -> None:
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    reception.atelier.journal.avant_ajout = [lambda: reception.passer() and None]
    rapport = reception.passer()
    assert [classe.deja for classe in rapport.classes] == [True]
    assert len(reception.scans()) == 1
    assert reception.restes() == {f"classes/{NUMERO}.pdf"}


def test_un_journal_altere_ne_retient_que_ses_propres_lettres(tmp_path: Path) -> None:
    reception = Reception(tmp_path / "reception", *deux_factures())
    reception.poster(*DEUX)
    faits = reception.atelier.journal.faits["FA-2"]
    faits[1] = faits[1].model_copy(update={"auteur": "un autre"})
    connus = lire_connus(reception.atelier.outils)
    assert {pli.creance for plis in connus.plis.values() for pli in plis} == {"FA-1"}
    assert set(connus.factures) == {"fa 1"}


def test_une_creance_close_recoit_encore_ses_papiers(reception: Reception) -> None:
    reception.atelier.payer("1000")
    reception.atelier.agir()
    assert reception.atelier.etat().fin is not None
    reception.deposer(f"{NUMERO}.pdf", AVIS)
    assert reception.passer().bilan == "1 classé"


def test_le_vrai_lecteur_fait_de_meme(reception: Reception) -> None:
    reception.deposer(f"{NUMERO} retour.png", en_png("black"))
    reception.deposer("scan0001.pdf", avec_texte(f"Recommandé {ECRIT}"))
    reception.deposer("scan0002.pdf", b"%PDF-1.7 rien")
    rapport = recevoir(reception.atelier.outils, reception.boite, LecteurIsole(), auteur="réception")
    assert rapport.bilan == "2 classés, 1 en attente"
    assert reception.atelier.clock.jour() > date(2026, 5, 4)


# Exhibits


def jointes(reception: Reception, creance: str = "FA-1") -> list[PieceAjoutee]:
    faits = reception.atelier.journal.lire(creance)
    return [fait.contenu for fait in faits if isinstance(fait.contenu, PieceAjoutee)]


def test_une_piece_nommee_par_sa_facture_et_son_genre_y_est_jointe(reception: Reception) -> None:
    reception.deposer("FA-1 contrat 2026-03-12.pdf", tiny_pdf("contrat"))
    rapport = reception.passer()
    (ligne,) = rapport.lignes
    assert ligne == ("FA-1 contrat 2026-03-12.pdf", "classé", "", "FA-1", "Contrat du 12 mars 2026")
    (piece,) = jointes(reception)
    assert (piece.genre, piece.intitule, piece.jour) == (
        GenrePiece.CONTRAT,
        "Contrat du 12 mars 2026",
        date(2026, 3, 12),
    )
    assert lire_archive(reception.atelier.outils, piece.pdf) == tiny_pdf("contrat")
    assert reception.restes() == {"classes/FA-1 contrat 2026-03-12.pdf"}
    reception.deposer("FA-1 contrat 2026-03-12 copie.pdf", tiny_pdf("contrat"))
    assert reception.passer().bilan == "1 déjà classé"
    assert len(jointes(reception)) == 1


def test_une_image_devient_une_piece_et_toutes_les_factures_du_debiteur_l_apprennent(tmp_path: Path) -> None:
    reception = Reception(tmp_path / "reception", *deux_factures())
    reception.deposer("FA-2 bon de livraison 12-03-2026.png", en_png("white"))
    rapport = reception.passer()
    assert rapport.creances == DEUX
    assert [piece.genre for piece in jointes(reception, "FA-2")] == [GenrePiece.LIVRAISON]
    assert jointes(reception, "FA-1") == []


def test_une_facture_dont_le_numero_n_entre_pas_dans_un_nom_de_fichier(tmp_path: Path) -> None:
    barre = facture(numero="F/2026/7")
    reception = Reception(tmp_path / "reception", barre)
    reception.deposer("F-2026-7 devis 2026-03-12.pdf", tiny_pdf("devis"))
    assert reception.passer().bilan == "1 classé"
    assert len(jointes(reception, barre.creance)) == 1


@pytest.mark.parametrize(
    ("nom", "pourquoi"),
    [
        ("FA-1 contrat.pdf", "La date de la pièce"),
        ("FA-1.pdf", "sans dire ce qu'est la pièce"),
        ("FA-1 contrat 2027-03-12.pdf", "dans le futur"),
        ("FA-9 contrat 2026-03-12.pdf", "Aucun numéro de recommandé lisible"),
    ],
)
def test_une_piece_ambigue_attend_avec_son_motif(reception: Reception, nom: str, pourquoi: str) -> None:
    reception.deposer(nom, AVIS)
    ((_, motif),) = reception.passer().en_attente
    assert pourquoi in motif
    assert jointes(reception) == []
    assert reception.restes() == {nom}


def test_une_lettre_entre_avocats_attend_jusqu_a_ce_que_son_nom_la_dise_officielle(
    reception: Reception,
) -> None:
    lettre = avec_texte("Avocat à la Cour", "Mon cher confrère,")
    reception.deposer("FA-1 courrier 2026-03-12.pdf", lettre)
    ((_, motif),) = reception.passer().en_attente
    assert "article 66-5" in motif and "ce mot dans le nom du fichier" in motif
    reception.deposer("FA-1 courrier officiel 2026-03-12.pdf", lettre)
    assert reception.passer().bilan == "1 classé, 1 en attente"
    assert len(jointes(reception)) == 1


def test_un_numero_de_recommande_passe_avant_celui_de_la_facture(reception: Reception) -> None:
    reception.deposer(f"{NUMERO} FA-1 courrier 2026-03-12.pdf", AVIS)
    reception.deposer("FA-1.pdf", avec_texte(f"Recommandé {ECRIT}"))
    assert reception.passer().bilan == "2 classés"
    assert len(reception.scans()) == 2 and jointes(reception) == []
