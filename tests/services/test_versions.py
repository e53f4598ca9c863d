"""A dossier sealed again after a change: the first is kept, the second says what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
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
from dossier.core.decision import Assembler, Attendre, Suivre
from dossier.core.errors import DonneeInvalide, ErreurAssemblage
from dossier.core.faits import (
    Destinataire,
    GenrePiece,
    NatureProcedure,
    PieceAjoutee,
    ProcedureCollectiveOuverte,
    RevisionDemandee,
    SensOrdonnance,
)
from dossier.core.ports import DossierRelie, Octets, Partie, PieceSource, PieceTamponnee
from dossier.core.versions import versions
from dossier.services import pieces, revisions, saisies, soldes, suites
from dossier.services.archives import archiver
from dossier.services.assemblage import assembler
from dossier.services.completude import bloquants
from dossier.services.creances import consigner
from dossier.services.verification import verifier_dossier
from tests.core.vie import facture
from tests.fakes import CoupureDeCourant, tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures
from tests.services.test_assemblage import contenu, mur, sceller
from tests.services.test_completude import RenduGarde

NOTE = "dossier/note-de-remise"


def joindre(atelier: Atelier, creance: str = "FA-1", genre: GenrePiece = GenrePiece.CONTRAT) -> None:
    """A person attaches an exhibit dated 1 April 2026."""
    pdf = archiver(atelier.outils, f"creances/{creance}/recus/{genre.value}.pdf", tiny_pdf(genre.value))
    piece = PieceAjoutee(genre=genre, intitule=genre.value.capitalize(), jour=date(2026, 4, 1), pdf=pdf)
    consigner(atelier.outils, creance, lambda _: [piece], auteur="essai")


def refaire(atelier: Atelier, creance: str = "FA-1", *, forcer: bool = False, motif: str = "Contrat") -> str:
    return revisions.refaire(atelier.outils, creance, motif, "Alice", auteur="essai", forcer=forcer)


def remettre(atelier: Atelier, a: str = "Me Martin") -> str:
    jour = atelier.clock.jour()
    return suites.transmettre(
        atelier.outils, "FA-1", Destinataire.AVOCAT, a, "en main propre", "Essai", jour, auteur="essai"
    )


def deposer(atelier: Atelier) -> str:
    jour = atelier.clock.jour()
    return suites.deposer(atelier.outils, "FA-1", "Tribunal judiciaire de Lyon", jour, auteur="essai")


def ordonner(atelier: Atelier) -> str:
    jour = atelier.clock.jour()
    return suites.ordonnance(atelier.outils, "FA-1", SensOrdonnance.ACCUEILLIE, jour, auteur="essai")


def libelle(atelier: Atelier, creance: str = "FA-1") -> str:
    return suites.attente_de(atelier.outils, atelier.etat(creance)).libelle.replace("\u00a0", " ")


def note(rendu: RenduGarde) -> dict[str, Any]:
    lue: dict[str, Any] = json.loads(rendu.rendus[NOTE])
    return lue


def refus(atelier: Atelier, creance: str = "FA-1", **options: Any) -> str:
    with pytest.raises(DonneeInvalide) as leve:
        refaire(atelier, creance, **options)
    return str(leve.value)


def test_une_seconde_version_garde_la_premiere_et_dit_ce_qui_differe() -> None:
    rendu = RenduGarde()
    atelier = mur(*deux_factures(), rendu=rendu)
    premiere = sceller(atelier)
    octets = atelier.store.get(premiere.fait.zip.cle)
    assert note(rendu)["remplacees"] == []
    remettre(atelier)
    atelier.clock.regler(atelier.clock.jour() + 5 * UN_JOUR)
    joindre(atelier)
    atelier.payer("100")
    assert atelier.action() == Suivre()
    dit = refaire(atelier)
    assert dit.startswith(f"Nouvelle version de {premiere.fait.dossier} demandée sur FA-1, FA-2 : ")
    assert atelier.action("FA-1") == atelier.action("FA-2") == Assembler()
    seconde = sceller(atelier, "FA-2")
    assert (premiere.fait.dossier[-3:], seconde.fait.dossier[-3:]) == ("-v1", "-v2")
    assert seconde.creances == ("FA-1", "FA-2")
    assert atelier.store.get(premiere.fait.zip.cle) == octets
    assert atelier.etat("FA-2").dossier == seconde.fait
    assert atelier.etat().revision is None
    (replacee,) = note(rendu)["remplacees"]
    assert "remise à Me Martin le 18 août 2026 (en main propre)" in replacee["presentation"]
    assert premiere.fait.zip.empreinte in replacee["presentation"]
    dites = "\n".join(replacee["differences"]).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Total dû : " in dites
    assert "Reste sur la facture FA-1 : 1 000,00 €, puis 900,00 €." in dites
    assert "Pièce ajoutée : n° 1, Contrat." in dites
    assert "les anciennes n° 1 à 12 deviennent les n° 2 à 13" in dites
    assert "Fait nouveau : 23/08/2026, FA-1, Paiement reçu : 100,00 €." in dites
    index = json.loads(contenu(atelier, seconde)["index.json"])
    assert index["remplace"] == [{"dossier": premiere.fait.dossier, "empreinte": premiere.fait.zip.empreinte}]
    assert not any(".zip" in nom for nom in contenu(atelier, seconde)), (
        "l'ancien dossier n'entre pas dans le neuf"
    )


def test_la_seconde_version_se_remet_de_nouveau_et_la_remise_la_nomme() -> None:
    atelier = mur()
    premiere = sceller(atelier)
    remettre(atelier)
    suites.recu(atelier.outils, "FA-1", "Me Martin", atelier.clock.jour(), auteur="essai")
    joindre(atelier)
    atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    refaire(atelier)
    seconde = sceller(atelier)
    assert libelle(atelier) == "Dossier v2 scellé, à remettre"
    remettre(atelier)
    assert "accusé de remise attendu" in libelle(atelier)
    une, deux = versions(atelier.outils.journal.lire("FA-1"))
    assert [r.dossier for r in une.remises] == [premiere.fait.dossier]
    assert [r.dossier for r in deux.remises] == [seconde.fait.dossier]
    deposer(atelier)
    assert "ordonnance attendue" in libelle(atelier)


def test_sans_rien_de_neuf_une_version_ne_se_refait_que_si_l_on_y_tient() -> None:
    atelier = mur()
    premiere = sceller(atelier)
    remettre(atelier)
    assert refus(atelier).startswith(
        f"Rien n'a été enregistré depuis le scellement de {premiere.fait.dossier}"
    )
    assert refaire(atelier, forcer=True).startswith("Nouvelle version")
    assert "déjà demandée" in refaire(atelier, forcer=True)
    demandes = [f.contenu for f in atelier.journal.lire("FA-1") if isinstance(f.contenu, RevisionDemandee)]
    assert demandes == [
        RevisionDemandee(
            dossier=premiere.fait.dossier, motif="Contrat", par="Alice", jour=atelier.clock.jour()
        )
    ]


def test_une_version_ne_se_demande_ni_avant_le_scellement_ni_sans_motif_ni_sans_nom() -> None:
    atelier = mur()
    assert refus(atelier) == "Le dossier de FA-1 n'est pas encore scellé."
    assert refus(atelier, motif=" ") == "Indiquez pourquoi le dossier est refait."
    sceller(atelier)
    saisies.abandonner(atelier.outils, "FA-1", "geste", auteur="essai")
    assert "est close" in refus(atelier, forcer=True)


def test_une_facture_venue_a_maturite_rejoint_la_version_suivante_mais_pas_apres_le_depot() -> None:
    atelier = mur()
    sceller(atelier)
    atelier.importer(facture(numero="FA-2", montant_ttc=Decimal(500)), source=tiny_pdf("deux"))
    atelier.jusqu_au_dossier("FA-2")
    copie = {creance: list(faits) for creance, faits in atelier.journal.faits.items()}
    refaire(atelier)
    seconde = sceller(atelier)
    assert seconde.creances == ("FA-1", "FA-2")
    atelier.journal.faits = copie
    deposer(atelier)
    refaire(atelier)
    assert sceller(atelier).creances == ("FA-1",)
    assert sceller(atelier, "FA-2").creances == ("FA-2",)


def test_ce_qui_suit_une_requete_ne_s_ecrit_pas_sur_la_facture_jointe_depuis() -> None:
    atelier = mur()
    sceller(atelier)
    depot = atelier.clock.jour()
    atelier.importer(facture(numero="FA-2", montant_ttc=Decimal(500)), source=tiny_pdf("deux"))
    atelier.jusqu_au_dossier("FA-2")
    refaire(atelier)
    assert sceller(atelier).creances == ("FA-1", "FA-2")
    dit = suites.deposer(atelier.outils, "FA-1", "Tribunal judiciaire de Lyon", depot, auteur="essai")
    assert dit.endswith("enregistré sur FA-1."), "la requête de la première version ne portait pas sur FA-2"
    assert ordonner(atelier).endswith("enregistrée sur FA-1.")
    assert atelier.etat("FA-2").suites.ordonnance is None


def test_une_facture_payee_sort_de_la_version_suivante() -> None:
    rendu = RenduGarde()
    atelier = mur(*deux_factures(), rendu=rendu)
    sceller(atelier)
    atelier.payer("500", "FA-2")
    atelier.agir("FA-2")
    refaire(atelier)
    assert sceller(atelier).creances == ("FA-1",)
    assert "Facture retirée : FA-2." in note(rendu)["remplacees"][0]["differences"]
    assert "est close" in refus(atelier, "FA-2")


def test_en_procedure_collective_rien_ne_se_refait() -> None:
    atelier = mur()
    sceller(atelier)
    joindre(atelier)
    refaire(atelier)
    jour = atelier.clock.jour()
    ouverte = ProcedureCollectiveOuverte(
        nature=NatureProcedure.LIQUIDATION, jugement=jour, publication=None, declaration_avant=None, jour=jour
    )
    consigner(atelier.outils, "FA-1", lambda _: [ouverte], auteur="essai")
    assert isinstance(atelier.action(), Attendre)
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert "procédure collective" in refus(atelier)


def test_la_version_suivante_est_jugee_complete_de_nouveau() -> None:
    atelier = mur()
    sceller(atelier)
    joindre(atelier)
    refaire(atelier)
    sans = atelier.outils.creancier.model_copy(update={"rcs": ""})
    atelier.outils = replace(atelier.outils, creancier=sans)
    assert bloquants(atelier.outils, atelier.etat()) == ("creancier",)
    with pytest.raises(DonneeInvalide, match="son registre"):
        assembler(atelier.outils, "FA-1", auteur="essai")
    demandee = atelier.etat()
    atelier.payer("1000")
    assert bloquants(atelier.outils, demandee) == (), "payée entre-temps : rien ne la retient plus"


def test_un_ancien_zip_altere_se_dit_au_lieu_d_etre_remplace_en_silence() -> None:
    atelier = mur()
    premiere = sceller(atelier)
    joindre(atelier)
    refaire(atelier)
    atelier.store.documents[premiere.fait.zip.cle] = b"PK"
    with pytest.raises(ErreurAssemblage, match="n'est plus celui qui a été enregistré"):
        assembler(atelier.outils, "FA-1", auteur="essai")


# Mêmes faits, même instant, mêmes octets


class SacGarde(SacBagIt):
    """What each sealing was given."""

    recus: list[dict[str, bytes]]

    def sceller(self, racine: str, fichiers: Mapping[str, Octets], *reste: Any) -> None:
        self.recus.append({nom: c.read_bytes() if isinstance(c, Path) else c for nom, c in fichiers.items()})
        super().sceller(racine, fichiers, *reste)


def test_un_scellement_coupe_puis_repris_donne_les_memes_octets_de_chaque_fichier(tmp_path: Path) -> None:
    """With a real authority, whose tokens differ each time; the conversions differ too."""
    horodateur = HorodateurRfc3161(*autorite_locale(tmp_path / "autorite"), MENTION_LOCALE)
    sac = SacGarde(horodateur)
    sac.recus = []
    marque: list[int] = []

    def horodater(pdf: Path, _: Any) -> None:
        marque.append(1)
        with pdf.open("ab") as fichier:
            fichier.write(f"% jeton {len(marque)}".encode())

    atelier = mur(horodateur=horodateur, sac=sac, horodater_pdf=horodater)
    atelier.store.panne_sur = ".zip"
    with pytest.raises(CoupureDeCourant):
        assembler(atelier.outils, "FA-1", auteur="essai")
    atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    sceller(atelier)
    une, deux = sac.recus
    assert une.keys() == deux.keys()
    assert [nom for nom in une if une[nom] != deux[nom]] == []
    assert len(marque) == 1, "le jeton du dossier complet n'est pas demandé deux fois"


def test_un_modele_corrige_pendant_la_coupure_refait_le_document_qu_il_touche() -> None:
    atelier = mur()
    atelier.store.panne_sur = ".zip"
    with pytest.raises(CoupureDeCourant):
        assembler(atelier.outils, "FA-1", auteur="essai")
    conversions = atelier.convertisseur.conversions
    qui = atelier.outils.creancier.model_copy(update={"telephone": "02 00 00 00 00"})
    atelier.outils = replace(atelier.outils, creancier=qui)
    sceller(atelier)
    assert atelier.convertisseur.conversions > conversions


# Ce que les copies ne montrent pas


class RelieurReticent(RelieurPypdf):
    """The first exhibit cannot be stamped, the second loses something, the third does not fit in the whole."""

    def tamponner(self, piece: PieceSource, sortie: Path | None = None) -> PieceTamponnee:
        faite = super().tamponner(piece, sortie)
        if piece.numero == 1:
            return faite._replace(reserve="L'original est protégé par un mot de passe.")
        return faite._replace(remarque="La copie ne reprend pas un script.") if piece.numero == 2 else faite

    def relier_dossier(self, parties: Any, titre: str, sortie: Path | None = None) -> DossierRelie:
        assert all(isinstance(partie, Partie) for partie in parties)
        return (
            super()
            .relier_dossier(parties, titre, sortie)
            ._replace(reserves=((3, "L'original est trop lourd."),))
        )


def test_ce_que_les_copies_ne_montrent_pas_est_dans_l_index_et_la_note_et_le_bordereau_reste_neutre() -> None:
    rendu = RenduGarde()
    atelier = mur(relieur=RelieurReticent(), rendu=rendu)
    pieces = json.loads(contenu(atelier, sceller(atelier))["index.json"])["pieces"]
    assert [(p["reserve"], p["remarque"], p["reserve_du_relie"]) for p in pieces[:4]] == [
        ("L'original est protégé par un mot de passe.", "", ""),
        ("", "La copie ne reprend pas un script.", ""),
        ("", "", "L'original est trop lourd."),
        ("", "", ""),
    ]
    dites = "\n".join(note(rendu)["reserves"]).replace("\u00a0", " ")
    assert "Pièce n° 1 : L'original est protégé par un mot de passe." in dites
    assert "Pièce n° 2 : La copie ne reprend pas un script." in dites
    assert "Pièce n° 3, remplacée par une page dans le dossier complet : L'original est trop lourd." in dites
    bordereau = json.loads(rendu.rendus["dossier/bordereau"])
    assert bordereau["pieces"][0]["titre"].endswith(" (original joint séparément)")
    assert "mot de passe" not in str(bordereau)
    assert "script" not in str(bordereau)


# Après le scellement


def test_un_litige_apres_le_depot_se_dit_a_cote_de_la_date_legale() -> None:
    atelier = mur()
    sceller(atelier)
    assert libelle(atelier) == "Dossier scellé, à remettre"
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Prix", auteur="essai")
    assert libelle(atelier) == "Litige ouvert : Prix"
    deposer(atelier)
    ordonner(atelier)
    attente = suites.attente_de(atelier.outils, atelier.etat())
    assert attente.libelle.startswith("Litige ouvert : Prix ; Faire signifier")
    assert attente.a_faire
    assert attente.jusqu_a <= atelier.clock.jour() + timedelta(days=7)


def test_payee_apres_l_ordonnance_elle_dit_ses_interets_et_se_solde_par_une_personne() -> None:
    atelier = mur()
    sceller(atelier)
    deposer(atelier)
    with pytest.raises(DonneeInvalide, match="à payer sur FA-1"):
        soldes.solder(atelier.outils, "FA-1", "Alice")
    ordonner(atelier)
    atelier.payer("1000")
    assert atelier.action() == Suivre()
    reste = soldes.accessoires(atelier.outils, atelier.etat())
    assert reste is not None
    assert reste > 0
    lu = libelle(atelier)
    assert lu.startswith("Payée en principal : intérêts (")
    assert "frais de l'ordonnance à régler ou à abandonner ; Faire signifier" in lu
    assert "est payée" in refus(atelier)
    dit = soldes.solder(atelier.outils, "FA-1", "Alice")
    assert "d'intérêts et d'indemnité abandonnés" in dit
    assert atelier.etat().fin is not None
    assert atelier.journal.lire("FA-1")[-1].auteur == "Alice"
    assert "déjà soldée" in soldes.solder(atelier.outils, "FA-1", "Alice")


# Avec le vrai sceau


def test_la_seconde_version_se_verifie_et_un_index_qui_ment_sur_la_premiere_se_voit(tmp_path: Path) -> None:
    horodateur = HorodateurRfc3161(*autorite_locale(tmp_path / "autorite"), MENTION_LOCALE)
    atelier = mur(horodateur=horodateur, sac=SacBagIt(horodateur))
    premiere = sceller(atelier)
    joindre(atelier)
    refaire(atelier)
    seconde = sceller(atelier)

    def verdict(nom: str, octets: bytes) -> list[str]:
        chemin = tmp_path / nom
        chemin.write_bytes(octets)
        lu = verifier_dossier(chemin, verifier_jeton, horodateur.certificat, RelieurPypdf().compter)
        return [c.message for c in lu.constats if not c.conforme]

    assert verdict("v2.zip", atelier.store.get(seconde.fait.zip.cle)) == []
    fichiers = contenu(atelier, seconde)
    index = json.loads(fichiers["index.json"])
    index["remplace"][0]["empreinte"] = "0" * 64
    fichiers["index.json"] = json.dumps(index).encode()
    ancres = " ".join(f"{a['creance']}:{a['numero']}:{a['empreinte']}" for a in index["ancres"])
    infos = {"External-Identifier": seconde.fait.dossier, "Dernier-Fait": ancres}
    prepare = atelier.etat().preparation
    assert prepare is not None
    sortie = tmp_path / "menteur.zip"
    SacBagIt(horodateur).sceller(seconde.fait.dossier, fichiers, infos, prepare.instant, sortie)
    dit = " ".join(verdict("menteur.zip", sortie.read_bytes()))
    assert f"({premiere.fait.dossier}) ne sont pas celles du journal" in dit


def test_une_piece_jointe_apres_le_scellement_dit_que_le_dossier_ne_l_a_pas() -> None:
    atelier = mur()

    def ajouter(texte: str) -> str:
        jour = atelier.clock.jour()
        return pieces.ajouter_piece(
            atelier.outils, "FA-1", GenrePiece.DEVIS, "", jour, tiny_pdf(texte), auteur="essai"
        )

    assert "scellé" not in ajouter("avant")
    sceller(atelier)
    assert "Le dossier déjà scellé ne l'a pas" in ajouter("après")
    refaire(atelier)
    assert "La nouvelle version déjà demandée l'aura" in ajouter("encore")
