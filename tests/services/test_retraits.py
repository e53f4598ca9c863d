"""What a person takes back: an exhibit attached by mistake, a next version that nobody wants any more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters.bag import SacBagIt
from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
    verifier_jeton,
)
from dossier.core.decision import Assembler, Suivre
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import GenrePiece, PieceRetiree, RevisionRetiree
from dossier.core.versions import a_change
from dossier.services import revisions, saisies
from dossier.services.archives import lire_archive
from dossier.services.assemblage import assembler
from dossier.services.pieces import ajouter_piece, retirer
from dossier.services.verification import verifier_dossier
from tests.core.vie import facture
from tests.fakes import tiny_pdf
from tests.services.atelier import DEBUT, Atelier, deux_factures
from tests.services.test_assemblage import autre_paiement, contenu, mur, sceller
from tests.services.test_completude import RenduGarde
from tests.services.test_versions import note, refaire, remettre

MOTIF = "lettre de Me Durand, confidentielle"
TITRE = "Contrat du 4 mai 2026"


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture())
    return neuf


def joindre(atelier: Atelier, mot: str = "x", titre: str = "", creance: str = "FA-1") -> str:
    jour = min(DEBUT, atelier.clock.jour())
    return ajouter_piece(
        atelier.outils, creance, GenrePiece.CONTRAT, titre, jour, tiny_pdf(mot), auteur="essai"
    )


def oter(atelier: Atelier, piece: str = TITRE, creance: str = "FA-1", **mots: str) -> str:
    dits = {"motif": MOTIF, "par": "Alice Bon", **mots}
    return retirer(atelier.outils, creance, piece, auteur="essai", **dits)


def refus(atelier: Atelier, piece: str = TITRE, **mots: str) -> str:
    faits = len(atelier.journal.lire("FA-1"))
    with pytest.raises(DonneeInvalide) as leve:
        oter(atelier, piece, **mots)
    assert len(atelier.journal.lire("FA-1")) == faits, "un refus n'écrit rien"
    return str(leve.value)


def retraits(atelier: Atelier) -> list[PieceRetiree]:
    return [f.contenu for f in atelier.journal.lire("FA-1") if isinstance(f.contenu, PieceRetiree)]


# Une pièce


@pytest.mark.parametrize("nom", [TITRE, "contrat du 4 MAI 2026 ", "empreinte"])
def test_une_piece_se_retire_par_son_intitule_ou_son_empreinte_et_reste_archivee(
    atelier: Atelier, nom: str
) -> None:
    joindre(atelier)
    (piece,) = atelier.etat().pieces
    dit = oter(atelier, piece.pdf.empreinte[:8] if nom == "empreinte" else nom)
    assert dit == (
        f"Pièce « {TITRE} » retirée de FA-1 : elle reste archivée et au journal, aucun dossier scellé désormais ne "
        "la contient."
    )
    assert atelier.etat().pieces == ()
    (retrait,) = retraits(atelier)
    assert (retrait.motif, retrait.par, retrait.jour) == (MOTIF, "Alice Bon", DEBUT)
    assert lire_archive(atelier.outils, piece.pdf) == tiny_pdf("x")


def test_une_piece_inconnue_est_refusee_avec_la_liste_de_celles_qui_sont_jointes(atelier: Atelier) -> None:
    assert "Aucune pièce n'y est jointe." in refus(atelier)
    joindre(atelier)
    empreinte = atelier.etat().pieces[0].pdf.empreinte
    dit = refus(atelier, "Bon de commande")
    assert dit.startswith("Aucune pièce jointe à FA-1 ne s'appelle « Bon de commande »")
    assert f"Pièces jointes : « {TITRE} » (empreinte {empreinte[:8]})." in dit
    assert "Aucune pièce jointe" in refus(atelier, empreinte[:7]), "sept caractères ne désignent rien"
    assert "Aucune pièce jointe" in refus(atelier, "!")


def test_un_intitule_porte_par_deux_pieces_demande_l_empreinte(atelier: Atelier) -> None:
    joindre(atelier, "un")
    joindre(atelier, "deux")
    premiere, seconde = (piece.pdf.empreinte for piece in atelier.etat().pieces)
    dit = refus(atelier)
    assert dit.startswith("Plusieurs pièces de FA-1 portent cet intitulé")
    assert premiere[:8] in dit and seconde[:8] in dit
    oter(atelier, seconde)
    assert [piece.pdf.empreinte for piece in atelier.etat().pieces] == [premiere]


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        ({"motif": " "}, "Indiquez pourquoi la pièce est retirée."),
        ({"par": ""}, "Indiquez votre nom."),
        ({"piece": " "}, "Indiquez l'intitulé de la pièce à retirer."),
    ],
)
def test_un_retrait_dit_quoi_pourquoi_et_qui(atelier: Atelier, mots: dict[str, str], dit: str) -> None:
    joindre(atelier)
    assert refus(atelier, **mots) == dit


def test_une_piece_deja_retiree_le_dit_et_rien_ne_s_ecrit_deux_fois(atelier: Atelier) -> None:
    joindre(atelier)
    oter(atelier)
    assert oter(atelier, par="Bruno") == (
        f"La pièce « {TITRE} » était déjà retirée de FA-1, par Alice Bon le 4 mai 2026 : rien n'a changé."
    )
    assert len(retraits(atelier)) == 1
    assert "jointe à FA-1" in joindre(atelier), "retirée par erreur, elle se joint de nouveau"
    oter(atelier)
    assert len(retraits(atelier)) == 2 and atelier.etat().pieces == ()


def test_un_retrait_qui_croise_un_autre_ecrit_juge_l_etat_qu_il_change(atelier: Atelier) -> None:
    joindre(atelier)
    atelier.journal.avant_ajout.append(lambda: (oter(atelier, par="Bruno"), None)[1])
    assert "déjà retirée de FA-1, par Bruno" in oter(atelier)
    assert len(retraits(atelier)) == 1
    joindre(atelier)
    atelier.journal.avant_ajout.append(autre_paiement(atelier, "10"))
    assert "retirée de FA-1 :" in oter(atelier)


def test_la_meme_piece_jointe_a_une_autre_facture_du_debiteur_est_signalee() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    joindre(atelier)
    joindre(atelier, creance="FA-2")
    assert oter(atelier).endswith("Elle est aussi jointe à FA-2 : retirez-la de même s'il le faut.")
    assert "aussi jointe" not in oter(atelier, creance="FA-2")


def test_le_dossier_scelle_garde_la_piece_et_le_suivant_ne_l_a_plus_et_le_dit() -> None:
    rendu = RenduGarde()
    atelier = mur(rendu=rendu)
    joindre(atelier, titre="Contrat cadre")
    premiere = sceller(atelier)
    remettre(atelier, "Me Martin")
    nom = premiere.fait.dossier
    dit = oter(atelier, "Contrat cadre")
    assert f"{nom}, remis à Me Martin, la garde. Le formulaire `refaire-le-dossier`" in dit
    assert a_change(atelier.journal.lire("FA-1"), nom)
    assert atelier.action() == Suivre(), "rien ne se scelle sans qu'une personne le demande"
    refaire(atelier)
    seconde = sceller(atelier)
    titres = [p["titre"] for p in json.loads(contenu(atelier, seconde)["index.json"])["pieces"]]
    assert "Contrat cadre" not in titres
    differences = "\n".join(note(rendu)["remplacees"][0]["differences"]).replace("\u00a0", " ")
    assert "Pièce retirée : ancienne n° 1, Contrat cadre." in differences
    assert "Contrat cadre" in str(json.loads(contenu(atelier, premiere)["index.json"]))


def test_une_revision_deja_demandee_est_dite_et_deux_versions_qui_la_gardent_aussi() -> None:
    atelier = mur()
    joindre(atelier, titre="Contrat cadre")
    une = sceller(atelier).fait.dossier
    refaire(atelier, forcer=True)
    deux = sceller(atelier).fait.dossier
    refaire(atelier, forcer=True)
    dit = oter(atelier, "Contrat cadre")
    assert f"{une} ; {deux} la gardent. La nouvelle version déjà demandée sera sans elle." in dit
    joindre(atelier, "y", titre="Autre contrat")
    assert "garde" not in oter(atelier, "Autre contrat"), "jointe depuis, aucune version ne la tient"


def test_retirer_pendant_que_le_dossier_se_scelle_le_fait_recommencer_sans_elle() -> None:
    atelier = mur()
    joindre(atelier, titre="Contrat cadre")
    # The intent to seal is the first writing, the sealing itself the second.
    atelier.journal.avant_ajout += [lambda: None, lambda: (oter(atelier, "Contrat cadre"), None)[1]]
    scelle = sceller(atelier)
    assert scelle.fait.dossier.endswith("-v2")
    assert "Contrat cadre" not in str(json.loads(contenu(atelier, scelle)["index.json"]))


def test_le_motif_du_retrait_n_est_dans_aucun_papier_du_dossier() -> None:
    rendu = RenduGarde()
    atelier = mur(rendu=rendu)
    joindre(atelier, titre="Contrat cadre")
    sceller(atelier)
    oter(atelier, "Contrat cadre")
    refaire(atelier, motif="sans la lettre de Me Durand")
    rendu.rendus.clear()
    seconde = sceller(atelier)
    ecrits = {nom: lu for nom, lu in rendu.rendus.items() if b"Durand" in lu or b"Alice Bon" in lu}
    assert ecrits == {}
    fichiers = contenu(atelier, seconde)
    assert {nom for nom, lu in fichiers.items() if b"Me Durand" in lu} == {"journal/FA-1.jsonl"}


def test_un_dossier_sans_la_piece_retiree_se_verifie(tmp_path: Path) -> None:
    horodateur = HorodateurRfc3161(*autorite_locale(tmp_path / "autorite"), MENTION_LOCALE)
    atelier = mur(horodateur=horodateur, sac=SacBagIt(horodateur))
    joindre(atelier, titre="Contrat cadre")
    (piece,) = atelier.etat().pieces
    sceller(atelier)
    oter(atelier, "Contrat cadre")
    refaire(atelier)
    seconde = sceller(atelier)

    def fautes(nom: str, **autres: Any) -> list[str]:
        fichiers = {**contenu(atelier, seconde), **autres}
        fichiers = {nom: lu for nom, lu in fichiers.items() if lu}
        index = json.loads(fichiers["index.json"])
        ancres = " ".join(f"{a['creance']}:{a['numero']}:{a['empreinte']}" for a in index["ancres"])
        infos = {"External-Identifier": seconde.fait.dossier, "Dernier-Fait": ancres}
        prepare = atelier.etat().preparation
        assert prepare is not None
        SacBagIt(horodateur).sceller(
            seconde.fait.dossier, fichiers, infos, prepare.instant, sortie := tmp_path / nom
        )
        lu = verifier_dossier(sortie, verifier_jeton, horodateur.certificat, RelieurPypdf().compter)
        return [c.message for c in lu.constats if not c.conforme]

    original = f"originaux/{piece.pdf.cle}"
    sans: dict[str, Any] = {original: b"", f"{original}.tsr": b""}
    assert fautes("sans.zip", **sans) == []
    assert "n'est pas celui que le journal a enregistré" in " ".join(
        fautes("autre.zip", **{original: b"%PDF"})
    )
    assert original not in contenu(atelier, seconde), "la pièce retirée n'est pas dans le nouveau dossier"
    facture_ = next(
        nom for nom in contenu(atelier, seconde) if nom.startswith("originaux/") and "envois" in nom
    )
    assert "manque" in " ".join(fautes("ote.zip", **sans, **{facture_: b""}))


# Une nouvelle version


def rendre(atelier: Atelier, creance: str = "FA-1", motif: str = "Finalement non", par: str = "Alice") -> str:
    return revisions.retirer(atelier.outils, creance, motif, par, auteur="essai")


def test_la_demande_d_une_nouvelle_version_se_retire_de_toutes_les_factures_du_dossier() -> None:
    atelier = mur(*deux_factures())
    premiere = sceller(atelier)
    refaire(atelier, forcer=True)
    assert atelier.action("FA-2") == Assembler()
    dit = rendre(atelier, "FA-2")
    assert dit == f"Nouvelle version retirée sur FA-1, FA-2 : {premiere.fait.dossier} reste la dernière."
    assert atelier.action("FA-1") == atelier.action("FA-2") == Suivre()
    assert atelier.etat("FA-1").dossier == premiere.fait
    retraits = [
        c
        for creance in ("FA-1", "FA-2")
        if isinstance(c := atelier.journal.lire(creance)[-1].contenu, RevisionRetiree)
    ]
    assert len(retraits) == 2 and {r.motif for r in retraits} == {"Finalement non"}
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert "n'est demandée : rien n'a changé" in rendre(atelier)


def test_une_demande_retiree_n_est_pas_un_changement_et_se_redemande() -> None:
    atelier = mur()
    premiere = sceller(atelier)
    refaire(atelier, forcer=True)
    rendre(atelier)
    assert not a_change(atelier.journal.lire("FA-1"), premiere.fait.dossier)
    with pytest.raises(DonneeInvalide, match="Rien n'a été enregistré depuis"):
        refaire(atelier)
    assert "demandée sur FA-1" in refaire(atelier, forcer=True)
    assert sceller(atelier).fait.dossier.endswith("-v2")


def test_une_demande_retiree_pendant_le_scellement_l_arrete() -> None:
    atelier = mur()
    premiere = sceller(atelier)
    refaire(atelier, forcer=True)
    atelier.journal.avant_ajout += [lambda: None, lambda: (rendre(atelier), None)[1]]
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert atelier.etat().dossier == premiere.fait
    assert atelier.action() == Suivre()


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        ({"motif": " "}, "Indiquez pourquoi la nouvelle version n'est plus voulue."),
        ({"par": " "}, "Indiquez votre nom."),
    ],
)
def test_retirer_une_demande_dit_pourquoi_et_qui(mots: dict[str, str], dit: str) -> None:
    atelier = mur()
    sceller(atelier)
    refaire(atelier, forcer=True)
    with pytest.raises(DonneeInvalide) as leve:
        rendre(atelier, **mots)
    assert str(leve.value) == dit and atelier.etat().revision is not None


def test_sans_dossier_scelle_ou_close_il_n_y_a_pas_de_demande_a_retirer() -> None:
    atelier = mur()
    with pytest.raises(DonneeInvalide, match="n'est pas encore scellé"):
        rendre(atelier)
    sceller(atelier)
    refaire(atelier, forcer=True)
    saisies.abandonner(atelier.outils, "FA-1", "geste", auteur="essai")
    with pytest.raises(DonneeInvalide, match="est close"):
        rendre(atelier)
