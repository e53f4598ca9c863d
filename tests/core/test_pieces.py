from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest

from dossier.core.cles import verifier_cle
from dossier.core.confidentiel import exiger_produisible, titre_neutre
from dossier.core.faits import (
    AccuseRecu,
    AdresseVerifiee,
    AvoirEmis,
    CreanceOuverte,
    Decision,
    DossierScelle,
    GenrePiece,
    GenreScan,
    IssuePli,
    PieceAjoutee,
    PieceRetiree,
    PliDepose,
    ScanRecu,
)
from dossier.core.pieces import Piece, archives_tenues, cles_retirees, lister_pieces, titre_type
from dossier.core.recueil import renvoi
from tests.core.vie import EMISSION, Vie, archive, facture


def pieces(vie: Vie) -> tuple[Piece, ...]:
    return lister_pieces([(vie.etat, vie.scenario)])


def ajouter(vie: Vie, genre: GenrePiece, titre: str, jour: date) -> None:
    vie.noter(PieceAjoutee(genre=genre, intitule=titre, jour=jour, pdf=archive(f"{titre}.pdf")))


def complete() -> Vie:
    """A whole procedure with the original of the invoice and every proof of the post."""
    vie = Vie()
    vie.faits.clear()
    vie.noter(CreanceOuverte(facture=facture(), scenario="standard", source=archive("facture.pdf")))
    vie.a_l_approbation().repondre()
    vie.aller(date(2026, 8, 3))
    cle = "mise-en-demeure:lrar"
    vie.noter(PliDepose(cle=cle, numero="1A2", jour=vie.jour, preuve=archive("depot.pdf")))
    vie.aller(date(2026, 8, 5))
    vie.noter(
        AccuseRecu(
            cle=cle,
            issue=IssuePli.DISTRIBUE,
            premiere_presentation=vie.jour,
            jour=vie.jour,
            preuve=archive("avis.pdf"),
        )
    )
    return vie


@pytest.mark.parametrize("genre", GenrePiece)
def test_chaque_genre_a_un_intitule_neutre_qui_porte_sa_date(genre: GenrePiece) -> None:
    titre = titre_type(genre, date(2026, 3, 12))
    assert titre.endswith(" 12 mars 2026") and titre_neutre(titre) == titre
    exiger_produisible(titre, "")


def test_l_intitule_du_contrat() -> None:
    assert titre_type(GenrePiece.CONTRAT, date(2026, 3, 1)) == "Contrat du 1er mars 2026"


def test_les_pieces_vont_par_genre_puis_par_date_et_se_numerotent_sans_trou() -> None:
    vie = complete()
    ajouter(vie, GenrePiece.LIVRAISON, "Bon de livraison", date(2026, 4, 30))
    ajouter(vie, GenrePiece.COMMANDE, "Bon de commande", date(2026, 4, 1))
    ajouter(vie, GenrePiece.CONTRAT, "Contrat", date(2026, 5, 2))
    lues = pieces(vie)
    assert [piece.numero for piece in lues] == list(range(1, len(lues) + 1))
    titres = [piece.titre.replace("\u00a0", " ") for piece in lues]
    assert titres[:4] == ["Contrat", "Bon de commande", "Bon de livraison", "Facture n° FA-1 du 4 mai 2026"]
    assert titres[4] == "Prévenance (FA-1) par courriel du 27 mai 2026"
    assert titres[-3:] == [
        "Mise en demeure (FA-1) par lettre recommandée du 31 juillet 2026",
        "Preuve de dépôt du pli n° 1A2 du 3 août 2026",
        "Avis de réception – pli n° 1A2 du 5 août 2026",
    ]
    assert [piece.genre for piece in lues[-3:]] == [
        GenrePiece.MISE_EN_DEMEURE,
        GenrePiece.PREUVE_DEPOT,
        GenrePiece.AVIS_RECEPTION,
    ]


def test_le_meme_journal_donne_les_memes_numeros_quel_que_soit_l_ordre_des_creances() -> None:
    un, deux = complete(), complete()
    deux.faits.clear()
    deux.noter(CreanceOuverte(facture=facture(numero="FA-0"), scenario="standard", source=archive("b.pdf")))
    ensemble = lister_pieces([(un.etat, un.scenario), (deux.etat, deux.scenario)])
    assert ensemble == lister_pieces([(deux.etat, deux.scenario), (un.etat, un.scenario)])
    assert [p.creances for p in ensemble[:2]] == [("FA-0",), ("FA-1",)]


def test_une_lettre_remplacee_avant_son_envoi_n_est_pas_une_piece() -> None:
    vie = Vie().a_l_approbation().payer("100")
    vie.agir()
    assert len(vie.etat.envois_de("mise-en-demeure")) == 2
    assert not [p for p in pieces(vie) if p.genre is GenrePiece.MISE_EN_DEMEURE]
    vie.repondre(Decision.APPROUVER)
    vie.agir()
    assert not [p for p in pieces(vie) if p.genre is GenrePiece.MISE_EN_DEMEURE], (
        "imprimée, pas encore postée"
    )
    vie.deposer("1A00000000002")
    demeures = [p for p in pieces(vie) if p.genre is GenrePiece.MISE_EN_DEMEURE]
    assert [p.pdf.cle for p in demeures] == ["mise-en-demeure:lrar:2.pdf"]


def test_les_preuves_d_un_recommande_qui_n_est_pas_la_mise_en_demeure_sont_des_echanges() -> None:
    vie = Vie().a_l_avant_contentieux()
    cle = "avant-contentieux:lrar"
    vie.noter(PliDepose(cle=cle, numero="1A1", jour=vie.jour, preuve=archive("depot.pdf")))
    for issue, dit in (
        (IssuePli.REFUSE, "Pli refusé"),
        (IssuePli.AVISE_NON_RECLAME, "Pli avisé et non réclamé"),
        (IssuePli.NPAI, "Pli revenu à l'expéditeur"),
    ):
        accuse = AccuseRecu(
            cle=cle, issue=issue, premiere_presentation=vie.jour, jour=vie.jour, preuve=archive("avis.pdf")
        )
        vie.noter(accuse)
        assert [p.genre for p in pieces(vie)[-2:]] == [GenrePiece.ECHANGE] * 2
        assert pieces(vie)[-1].titre.startswith(dit)


def test_un_depot_et_une_issue_sans_document_ne_font_pas_de_piece() -> None:
    vie = Vie().au_dossier()
    assert not [p for p in pieces(vie) if p.genre in {GenrePiece.PREUVE_DEPOT, GenrePiece.AVIS_RECEPTION}]


def papiers(vie: Vie) -> list[tuple[GenrePiece, str, date]]:
    """The exhibits that the post gave of the mise en demeure."""
    genres = {GenrePiece.PREUVE_DEPOT, GenrePiece.AVIS_RECEPTION}
    return [(p.genre, p.titre.replace("\u00a0", " "), p.jour) for p in pieces(vie) if p.genre in genres]


def test_les_scans_d_un_pli_sont_des_pieces_datees_de_ce_qu_elles_montrent() -> None:
    vie = Vie().a_la_poste()
    vie.aller(date(2026, 8, 6))
    vie.numeriser("Preuve de dépôt 1A00000000002.pdf").agir()
    vie.numeriser("AR 1A00000000002.pdf").agir()
    assert papiers(vie) == [
        (GenrePiece.PREUVE_DEPOT, "Preuve de dépôt du pli n° 1A00000000002 du 3 août 2026", date(2026, 8, 3)),
        (
            GenrePiece.AVIS_RECEPTION,
            "Avis de réception – pli n° 1A00000000002 du 6 août 2026",
            date(2026, 8, 6),
        ),
    ]
    accuse = AccuseRecu(
        cle=vie.pli().prepare.cle,
        issue=IssuePli.REFUSE,
        premiere_presentation=date(2026, 8, 4),
        jour=date(2026, 8, 5),
    )
    vie.noter(accuse).numeriser("Enveloppe 1A00000000002.pdf").agir()
    assert papiers(vie)[1:] == [
        (GenrePiece.AVIS_RECEPTION, "Pli refusé – pli n° 1A00000000002 du 5 août 2026", date(2026, 8, 5)),
        (
            GenrePiece.AVIS_RECEPTION,
            "Pli refusé, enveloppe du pli n° 1A00000000002 du 5 août 2026",
            date(2026, 8, 5),
        ),
    ]


def test_un_papier_saisi_par_une_personne_puis_numerise_n_est_qu_une_piece() -> None:
    vie = complete()
    scan = ScanRecu(
        cle="mise-en-demeure:lrar",
        genre=GenreScan.AVIS,
        fichier="AR 1A2.pdf",
        pdf=archive("avis.pdf"),
        jour=vie.jour,
    )
    avant = papiers(vie)
    assert papiers(vie.noter(scan)) == avant
    autre = scan.model_copy(update={"pdf": archive("verso.pdf")})
    assert len(papiers(vie.noter(autre))) == len(avant) + 1


def test_le_scan_d_un_pli_dont_le_depot_n_est_pas_enregistre_n_est_pas_encore_une_piece() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.agir()
    scan = ScanRecu(
        cle="mise-en-demeure:lrar", genre=GenreScan.AVIS, fichier="a.pdf", pdf=archive("a.pdf"), jour=vie.jour
    )
    assert papiers(vie.noter(scan)) == []
    assert len(papiers(vie.deposer("1A00000000002"))) == 1


def test_les_papiers_d_un_pli_revenu_npai_et_ceux_du_suivant_sont_tous_des_pieces() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI).numeriser("NPAI 1A00000000002.pdf").agir()
    vie.trouver()
    vie.agir()
    vie.repondre().agir()
    vie.deposer("1A00000000003").numeriser("AR 1A00000000003.pdf").agir()
    demeures = [p for p in pieces(vie) if p.genre is GenrePiece.MISE_EN_DEMEURE]
    assert [p.pdf.cle for p in demeures] == ["mise-en-demeure:lrar.pdf", "mise-en-demeure:lrar:2.pdf"]
    assert [titre for _, titre, _ in papiers(vie)] == [
        "Pli revenu à l'expéditeur, enveloppe du pli n° 1A00000000002 du 3 août 2026",
        "Avis de réception – pli n° 1A00000000003 du 3 août 2026",
    ]


def test_un_intitule_long_accentue_ou_etrange_donne_un_nom_de_fichier_sur() -> None:
    vie = Vie()
    for titre in ("É" * 300, "../../etc/passwd", "Bon n° 12/2026 « reçu »", "…"):
        ajouter(vie, GenrePiece.COMMANDE, titre, EMISSION)
    fichiers = [piece.fichier for piece in pieces(vie)]
    assert len(set(fichiers)) == 4
    for fichier in fichiers:
        assert len(verifier_cle(fichier)) == 2
        assert len(fichier) < 80


def test_un_renvoi_cite_une_ou_plusieurs_pieces() -> None:
    lues = pieces(complete())
    assert renvoi([]) == ""
    assert renvoi(lues[:1]) == "pièce n°\u00a01"
    assert renvoi(lues[:2]) == "pièces n°\u00a01 et 2"
    assert renvoi([lues[0], lues[2], lues[3]]) == "pièces n°\u00a01, 3 et 4"


def test_un_renvoi_abrege_trois_pieces_ou_plus_qui_se_suivent() -> None:
    lues = pieces(complete())
    assert renvoi(lues[:3]) == "pièces n°\u00a01 à 3"
    assert renvoi([*lues[:2], *lues[4:7]]) == "pièces n°\u00a01, 2 et 5 à 7"
    assert renvoi([*lues[:3], lues[4], lues[6]]) == "pièces n°\u00a01 à 3, 5 et 7"
    assert renvoi([*lues[:3], *lues[4:7]]) == "pièces n°\u00a01 à 3 et 5 à 7"


def test_l_avoir_et_la_preuve_de_l_adresse_sont_des_pieces() -> None:
    vie = Vie()
    vie.noter(AvoirEmis(numero="AV-1", montant=Decimal(200), jour=vie.jour, pdf=archive("avoir.pdf")))
    vie.noter(AvoirEmis(numero="AV-2", montant=Decimal(100), jour=vie.jour))
    adresse = vie.etat.facture.debiteur.adresse
    vie.noter(
        AdresseVerifiee(adresse=adresse, source="Kbis", par="Anne", preuve=archive("kbis.pdf"), jour=vie.jour)
    )
    titres = [piece.titre.replace("\u00a0", " ") for piece in pieces(vie)]
    assert titres == ["Avoir n° AV-1 du 4 mai 2026", "Extrait vérifiant l'adresse du débiteur, 4 mai 2026"]


def jointe(nom: str, *, cle: str = "") -> PieceAjoutee:
    pdf = archive(cle or f"{nom}.pdf")
    pdf = pdf.model_copy(update={"empreinte": hashlib.sha256(nom.encode()).hexdigest()})
    return PieceAjoutee(genre=GenrePiece.CONTRAT, intitule=nom, jour=EMISSION, pdf=pdf)


def retiree(piece: PieceAjoutee) -> PieceRetiree:
    return PieceRetiree(
        empreinte=piece.pdf.empreinte, intitule=piece.intitule, motif="Erreur", par="Alice", jour=EMISSION
    )


def test_une_piece_retiree_quitte_la_liste_et_les_originaux_du_dossier_mais_pas_le_journal() -> None:
    bonne, mauvaise = jointe("Bon"), jointe("Lettre")
    vie = Vie().noter(bonne, mauvaise)
    assert {piece.titre for piece in pieces(vie)} >= {"Bon", "Lettre"}
    assert cles_retirees(vie.faits) == frozenset()
    vie.noter(retiree(mauvaise))
    assert [p.intitule for p in vie.etat.pieces] == ["Bon"]
    assert [r.intitule for r in vie.etat.retirees] == ["Lettre"]
    assert "Lettre" not in {piece.titre for piece in pieces(vie)}
    assert cles_retirees(vie.faits) == {"Lettre.pdf"}
    tenues = [a.cle for a in archives_tenues(vie.faits)]
    assert "Bon.pdf" in tenues and "Lettre.pdf" not in tenues
    assert mauvaise in [fait.contenu for fait in vie.faits]


def test_une_piece_retiree_puis_jointe_de_nouveau_revient() -> None:
    piece = jointe("Bon")
    vie = Vie().noter(piece, retiree(piece), piece)
    assert [p.intitule for p in vie.etat.pieces] == ["Bon"]
    assert cles_retirees(vie.faits) == frozenset()


def test_le_retrait_vaut_pour_les_octets_ou_qu_ils_soient_gardes_et_non_pour_une_piece_jointe_apres() -> None:
    piece, copie = jointe("Bon"), jointe("Bon", cle="copie.pdf")
    vie = Vie().noter(piece, copie, retiree(piece), jointe("Bon", cle="neuve.pdf"))
    assert cles_retirees(vie.faits) == {"Bon.pdf", "copie.pdf"}
    assert [p.pdf.cle for p in vie.etat.pieces] == ["neuve.pdf"]


def test_un_ancien_dossier_n_est_pas_un_original_du_suivant() -> None:
    vie = Vie()
    zip_ = archive("dossiers/d-v1.zip")
    vie.noter(DossierScelle(dossier="d-v1", zip=zip_, pieces=1, total=Decimal(1), jour=vie.jour))
    assert zip_ not in [*archives_tenues(vie.faits)]
