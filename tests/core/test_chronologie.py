from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.chronologie import APPELS, chronologie
from dossier.core.creance import Adresse
from dossier.core.faits import (
    Archive,
    CreanceAbandonnee,
    CreanceSoldee,
    Decision,
    DocumentEtabli,
    DossierPrepare,
    DossierScelle,
    EcheancierRompu,
    EnvoiRemplace,
    EtapeAvancee,
    EtapeSautee,
    GenreDocument,
    GenrePiece,
    GenreScan,
    IssuePli,
    PieceAjoutee,
    PieceRetiree,
    QuestionPosee,
    ResultatAppel,
    RevisionDemandee,
    RevisionRetiree,
    ScenarioChange,
    Sens,
)
from tests.core.vie import EMISSION, Vie, archive, evenement, standard

NBSP = "\u00a0"


def lignes(vie: Vie, *, interne: bool) -> list[str]:
    return [
        f"{e.jour:%d/%m} {e.libelle}".replace(NBSP, " ")
        for e in chronologie(vie.faits, [vie.scenario])
        if e.interne is interne
    ]


def test_la_chronologie_d_une_procedure_entiere_telle_que_le_debiteur_la_lit() -> None:
    vie = Vie().au_dossier()
    assert lignes(vie, interne=False) == [
        "04/05 Facture n° FA-1 émise, échéance au 3 juin 2026",
        "27/05 Prévenance par courriel",
        "11/06 Relance 1 par courriel",
        "19/06 Relance 2 par courriel",
        "19/06 Relance 2 : lettre simple établie pour envoi",
        "24/06 Appel téléphonique : sans suite",
        "01/07 Relance 3 par courriel",
        "01/07 Relance 3 : lettre simple établie pour envoi",
        "11/07 Dernier rappel avant contentieux : dépôt du recommandé n° 1A00000000001",
        "03/08 Mise en demeure : dépôt du recommandé n° 1A00000000002",
        "05/08 Mise en demeure : pli distribué (première présentation le 5 août 2026)",
    ]


def test_l_avoir_et_la_procedure_collective_sont_dits_a_leur_date_legale() -> None:
    vie = Vie(date(2026, 7, 20)).crediter("200").ouvrir_procedure().declarer()
    assert lignes(vie, interne=False)[-3:] == [
        "20/07 Avoir n° AV-1 : 200,00 € déduits de la facture",
        "20/07 Jugement d'ouverture d'une procédure de liquidation judiciaire",
        "20/07 Créance déclarée à la procédure collective",
    ]
    publiee = Vie(date(2026, 7, 20)).ouvrir_procedure().ouvrir_procedure(date(2026, 7, 20))
    assert lignes(publiee, interne=False)[1:] == [
        "20/07 Jugement d'ouverture d'une procédure de liquidation judiciaire, "
        "publié au BODACC le 20 juillet 2026"
    ]
    ecartee = Vie(date(2026, 7, 20)).ouvrir_procedure().ecarter_procedure()
    assert lignes(ecartee, interne=True) == ["20/07 Procédure collective écartée : Homonyme"]


def test_ce_qui_est_interne_n_est_pas_lu_par_le_debiteur() -> None:
    vie = Vie(date(2026, 7, 20)).contester("Prix").lever()
    vie.noter(
        EtapeSautee(etape="prevenance", motif="l'échéance est passée", jour=vie.jour),
        PieceAjoutee(genre=GenrePiece.COMMANDE, intitule="Bon", jour=EMISSION, pdf=archive()),
        DossierScelle(dossier="d-v1", zip=archive(), pieces=3, total=Decimal(1), jour=vie.jour),
        CreanceSoldee(renonce=Decimal("12.50"), jour=vie.jour),
        CreanceSoldee(renonce=Decimal(0), jour=vie.jour),
        CreanceAbandonnee(motif="Liquidation", jour=vie.jour),
        QuestionPosee(etape="appel", question="q"),
        DossierPrepare(dossier="d-v1", creances=("FA-1",), pilote="FA-1", instant=vie.faits[0].instant),
    )
    assert lignes(vie, interne=False) == ["04/05 Facture n° FA-1 émise, échéance au 3 juin 2026"]
    assert lignes(vie, interne=True) == [
        "20/07 Contestation reçue : Prix",
        "20/07 Contestation levée : Réglé",
        "20/07 Étape « Prévenance » sautée : l'échéance est passée",
        "20/07 Pièce ajoutée : Bon",
        "20/07 Dossier scellé : d-v1, 3 pièces",
        "20/07 Facture soldée (pénalités et indemnité abandonnées : 12,50 €)",
        "20/07 Facture soldée",
        "20/07 Procédure abandonnée : Liquidation",
    ]


def test_les_decisions_et_l_impression_sont_internes() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REPORTER, date(2026, 8, 2))
    vie.aller(date(2026, 8, 2))
    vie.repondre()
    vie.agir()
    internes = lignes(vie, interne=True)
    assert "31/07 Envoi « Mise en demeure » reporté par Essai" in internes
    assert "02/08 Mise en demeure : recommandé prêt à déposer" in internes
    assert "31/07 Mise en demeure : document établi" in internes


def test_une_etape_et_un_scenario_se_lisent_par_leur_libelle_de_quelque_scenario_qu_ils_soient() -> None:
    vie = Vie(date(2026, 7, 20))
    dits: dict[str, Any] = {"motif": "M", "par": "Alice", "jour": vie.jour}
    vie.noter(
        EtapeAvancee(etape="relance-2", **dits),
        EtapeAvancee(etape="ailleurs", **dits),
        EtapeAvancee(etape="oubliee", **dits),
        ScenarioChange(scenario="autre", **dits),
        ScenarioChange(scenario="oublie", **dits),
    )
    ailleurs = standard().etapes[0].model_copy(update={"nom": "ailleurs", "libelle": "Premier mot"})
    relance = standard().etape("relance-2").model_copy(update={"libelle": "Rappel d'ailleurs"})
    etapes = (ailleurs, relance, *standard().etapes[-2:])
    autre = standard().model_copy(update={"nom": "autre", "libelle": "Un autre", "etapes": etapes})
    lus = [e.libelle for e in chronologie(vie.faits, [autre, standard()]) if e.interne]
    assert lus == [
        "Étape « Relance 2 » avancée par Alice : M",
        "Étape « Premier mot » avancée par Alice : M",
        "Étape « oubliee » avancée par Alice : M",
        "Scénario « Un autre » choisi par Alice : M",
        "Scénario « oublie » choisi par Alice : M",
    ]


def piece(intitule: str, empreinte: str, jour: date = EMISSION) -> PieceAjoutee:
    pdf = Archive(cle=f"{empreinte}.pdf", empreinte=empreinte * 64, taille=1)
    return PieceAjoutee(genre=GenrePiece.COMMANDE, intitule=intitule, jour=jour, pdf=pdf)


def pieces_lues(*contenus: PieceAjoutee | PieceRetiree) -> list[str]:
    return [ligne[6:] for ligne in lignes(Vie(date(2026, 7, 20)).noter(*contenus), interne=True)]


def test_deux_pieces_de_meme_titre_se_distinguent_par_leur_date() -> None:
    assert pieces_lues(piece("Bon", "a"), piece("Bon", "b", date(2026, 5, 12)), piece("Devis", "c")) == [
        "Pièce ajoutée : Bon, datée du 4 mai 2026",
        "Pièce ajoutée : Bon, datée du 12 mai 2026",
        "Pièce ajoutée : Devis",
    ]


def test_deux_pieces_de_meme_titre_et_de_meme_date_se_distinguent_par_leur_empreinte() -> None:
    retiree = PieceRetiree(empreinte="b" * 64, intitule="Bon", motif="M", par="Alice", jour=date(2026, 7, 20))
    assert pieces_lues(piece("Bon", "a"), piece("Bon", "b"), retiree) == [
        "Pièce ajoutée : Bon, empreinte aaaaaaaa",
        "Pièce ajoutée : Bon, empreinte bbbbbbbb",
        "Pièce retirée par Alice : Bon, empreinte bbbbbbbb (M)",
    ]


def test_une_piece_retiree_puis_jointe_a_nouveau_n_est_qu_une_piece() -> None:
    retiree = PieceRetiree(empreinte="a" * 64, intitule="Bon", motif="M", par="Alice", jour=date(2026, 7, 20))
    corrigee = piece("Bon", "a", date(2026, 5, 12))
    assert pieces_lues(piece("Bon", "a"), retiree, corrigee) == [
        "Pièce ajoutée : Bon",
        "Pièce retirée par Alice : Bon (M)",
        "Pièce ajoutée : Bon",
    ]


def test_paiements_echeancier_appels_et_issues_sont_dits() -> None:
    vie = Vie().payer("1234.5").accorder((date(2026, 6, 1), "10"), (date(2026, 7, 1), "10"))
    vie.noter(EcheancierRompu(manquee=date(2026, 6, 1), jour=date(2026, 6, 5)))
    textes = " | ".join(lignes(vie, interne=False))
    assert "Paiement reçu : 1 234,50 €" in textes
    assert "Échéancier accordé en 2 versements" in textes
    assert "05/06 Versement du 1er juin 2026 non reçu : échéancier rompu" in textes
    for issue, dit in (
        (IssuePli.REFUSE, "pli refusé"),
        (IssuePli.AVISE_NON_RECLAME, "pli avisé et non réclamé"),
        (IssuePli.NPAI, "pli revenu, destinataire inconnu à l'adresse"),
    ):
        vie = Vie().a_la_poste()
        vie.recevoir(issue)
        assert dit in lignes(vie, interne=False)[-1]


@pytest.mark.parametrize("resultat", ResultatAppel)
def test_d_un_appel_rien_de_ce_qu_a_dit_le_debiteur_n_est_signifie(resultat: ResultatAppel) -> None:
    vie = Vie().appeler(resultat)
    dit = f"Appel téléphonique : {APPELS[resultat]}"
    tait = resultat in {
        ResultatAppel.FACTURE_NON_RECUE,
        ResultatAppel.ATTENTE_APPROBATION,
        ResultatAppel.LITIGE,
        ResultatAppel.PAIEMENT_ANNONCE,
        ResultatAppel.PAIEMENT_ENVOYE,
    }
    assert any(ligne.endswith(dit) for ligne in lignes(vie, interne=tait))
    assert not any(ligne.endswith(dit) for ligne in lignes(vie, interne=not tait))


def test_la_preuve_d_un_courriel_se_lit_en_francais() -> None:
    vie = Vie().au_dossier()
    preuves = {e.preuve for e in chronologie(vie.faits) if e.libelle.endswith("par courriel")}
    assert preuves == {"accepté par le serveur de messagerie"}


def test_un_fait_enregistre_tard_se_lit_a_sa_date() -> None:
    vie = Vie(date(2026, 9, 1)).payer("10", date(2026, 4, 1))
    assert [e.jour for e in chronologie(vie.faits)] == [date(2026, 4, 1), EMISSION]


def test_chaque_evenement_nomme_ses_documents() -> None:
    vie = Vie().au_dossier()
    documents = {e.libelle.partition(" :")[0]: e.archives for e in chronologie(vie.faits) if not e.interne}
    assert documents["Relance 1 par courriel"] == (archive("relance-1:email.pdf"),)
    assert chronologie(vie.faits)[-1].archives == (None,), "l'avis n'a pas été numérisé"
    depots = [e for e in chronologie(vie.faits) if "dépôt" in e.libelle]
    assert depots[-1].archives[0] == archive("mise-en-demeure:lrar.pdf")


def test_la_vie_d_un_pli_se_lit_ses_papiers_prouvent_le_depot_et_l_issue() -> None:
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.PRESENTE, date(2026, 8, 4), libelle="En attente d'être retiré au guichet"))
    vie.aller(date(2026, 8, 6))
    vie.recevoir(IssuePli.REFUSE, date(2026, 8, 4))
    for genre in GenreScan:
        vie.remettre(genre)
    assert lignes(vie, interne=True)[-4:] == [
        "04/08 Mise en demeure : La Poste dit « En attente d'être retiré au guichet »",
        "06/08 Mise en demeure : preuve de dépôt, document numérisé",
        "06/08 Mise en demeure : avis de réception, document numérisé",
        "06/08 Mise en demeure : enveloppe retournée, document numérisé",
    ]
    documents = {e.libelle: e.archives for e in chronologie(vie.faits) if not e.interne}
    assert documents[f"Mise en demeure : dépôt du recommandé n°{NBSP}1A00000000002"] == (
        archive("mise-en-demeure:lrar.pdf"),
        None,
        archive("depot.pdf"),
    )
    refus = "Mise en demeure : pli refusé (première présentation le 4 août 2026)"
    assert documents[refus] == (None, archive("avis.pdf"), archive("enveloppe.pdf"))


def test_d_un_depot_ou_d_une_issue_corriges_le_debiteur_ne_lit_que_le_dernier_mot() -> None:
    vie = Vie().a_la_poste()
    vie.deposer("1A00000000003", date(2026, 8, 1))
    vie.recevoir(IssuePli.NPAI)
    vie.recevoir(IssuePli.DISTRIBUE)
    assert lignes(vie, interne=False)[-3:] == [
        "11/07 Dernier rappel avant contentieux : dépôt du recommandé n° 1A00000000001",
        "01/08 Mise en demeure : dépôt du recommandé n° 1A00000000003",
        "03/08 Mise en demeure : pli distribué (première présentation le 3 août 2026)",
    ]
    internes = lignes(vie, interne=True)
    assert "03/08 Mise en demeure : dépôt du recommandé n° 1A00000000002" in internes
    assert any("pli revenu, destinataire inconnu" in ligne for ligne in internes)


def test_une_lettre_reprise_ou_signalee_reste_interne_une_adresse_verifiee_se_lit() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.agir()
    vie.trouver(Adresse(lignes=("9 quai du Vide",), code_postal="1000", ville="Ailleurs", pays="BE"))
    vie.retirer("mauvaise adresse")
    assert lignes(vie, interne=False)[-1] == (
        "31/07 Adresse du débiteur vérifiée : 9 quai du Vide, 1000 Ailleurs, BELGIQUE"
    )
    (verifiee,) = [e for e in chronologie(vie.faits) if e.libelle.startswith("Adresse")]
    assert verifiee.preuve == "Kbis"
    assert lignes(vie, interne=True)[-2:] == [
        "31/07 Mise en demeure : lettre imprimée à relire, adresse du débiteur changée",
        "31/07 Mise en demeure : document repris, mauvaise adresse",
    ]


def test_un_document_etabli_ou_remplace_par_une_personne_est_interne() -> None:
    vie = Vie().a_l_approbation()
    vie.noter(
        EnvoiRemplace(
            cle="mise-en-demeure:lrar",
            par="Camille",
            pdf=archive("corrigee.pdf"),
            source=archive("corrigee.docx"),
            jour=vie.jour,
        ),
        DocumentEtabli(
            genre=GenreDocument.QUITTANCE,
            intitule="Quittance",
            pdf=archive("q.pdf"),
            source=archive("q.docx"),
            jour=vie.jour,
        ),
    )
    assert lignes(vie, interne=True)[-2:] == [
        "31/07 Mise en demeure : document remplacé par Camille",
        "31/07 Quittance : document établi",
    ]


def test_d_une_lettre_corrigee_le_debiteur_et_le_juge_ont_celle_qui_est_partie() -> None:
    vie = Vie().a_l_approbation()
    corrigee, mot = archive("corrigee.pdf"), archive("corrigee.docx")
    vie.noter(
        EnvoiRemplace(cle="mise-en-demeure:lrar", par="Camille", pdf=corrigee, source=mot, jour=vie.jour)
    )
    vie.repondre()
    vie.aller(date(2026, 8, 3))
    vie.deposer("1A00000000002")
    depot = [e for e in chronologie(vie.faits) if "dépôt" in e.libelle][-1]
    assert depot.archives[0] == corrigee
    (etablie,) = [e for e in chronologie(vie.faits) if e.libelle == "Mise en demeure : document établi"]
    assert etablie.documents[0] == archive("mise-en-demeure:lrar.pdf")


def test_chaque_fait_apporte_ses_documents_et_aucun_ne_se_repete() -> None:
    vie = Vie().au_dossier()
    for genre in GenreScan:
        vie.remettre(genre)
    apportes = [document for e in chronologie(vie.faits) for document in e.documents]
    gardes = [valeur for fait in vie.faits for _, valeur in fait.contenu if isinstance(valeur, Archive)]
    assert len(gardes) > 10
    assert Counter(apportes) == Counter(gardes)
    assert [e.documents for e in chronologie(vie.faits) if e.libelle == "Relance 1 par courriel"] == [()]


def test_le_retrait_d_une_piece_ou_d_une_revision_se_lit_au_journal_et_n_est_jamais_signifie() -> None:
    vie = Vie(date(2026, 7, 20))
    dits: dict[str, Any] = {"motif": "Secret", "par": "Alice", "jour": vie.jour}
    vie.noter(
        PieceRetiree(empreinte="a" * 64, intitule="Bon", **dits),
        RevisionDemandee(dossier="d-v1", **dits),
        RevisionRetiree(dossier="d-v1", **dits),
    )
    lus = [(e.libelle, e.interne) for e in chronologie(vie.faits) if "Secret" in e.libelle]
    assert lus == [
        ("Pièce retirée par Alice : Bon (Secret)", True),
        ("Nouvelle version du dossier d-v1 demandée par Alice : Secret", True),
        ("Nouvelle version du dossier d-v1 : demande retirée par Alice (Secret)", True),
    ]
