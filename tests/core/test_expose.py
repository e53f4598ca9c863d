"""The statement of facts: each fact once, each exhibit cited, what is not shown said to be lacking."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from dossier.core.creance import Genre
from dossier.core.expose import exposer
from dossier.core.expose.phrases import Phrase, nombre
from dossier.core.faits import (
    AccuseRecu,
    AvoirEmis,
    CreanceOuverte,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    GenrePiece,
    GenreScan,
    IssuePli,
    Mensualite,
    PieceAjoutee,
    PliDepose,
    ScanRecu,
)
from dossier.core.pieces import lister_pieces
from tests.core.test_pieces import complete
from tests.core.test_requete import jusqu_au_dossier, recueil
from tests.core.vie import Vie, archive, debiteur, facture


def phrases(*vies: Vie) -> tuple[Phrase, ...]:
    recueils = [recueil(vie) for vie in vies]
    return exposer(recueils, lister_pieces([(r.etat, r.scenario) for r in recueils]))


def textes(*vies: Vie) -> list[str]:
    return [phrase.texte.replace("\u00a0", " ") for phrase in phrases(*vies)]


def ajouter(vie: Vie, genre: GenrePiece, intitule: str) -> Vie:
    jour = date(2026, 4, 1)
    return vie.noter(PieceAjoutee(genre=genre, intitule=intitule, jour=jour, pdf=archive(f"{intitule}.pdf")))


def seconde(numero: str = "FA-2") -> Vie:
    """Another invoice of the same debtor, whose letters are its own."""
    autre = facture(numero=numero)
    vie = Vie(la_facture=autre)
    vie.faits.clear()
    return vie.noter(CreanceOuverte(facture=autre, scenario="standard", source=archive(f"{numero}.pdf")))


def rattachee(*genres: GenrePiece, **champs: str) -> str:
    """What the second sentence says of an invoice whose contractual exhibits are of these kinds."""
    vie = jusqu_au_dossier(Vie(la_facture=facture(**champs)))
    for rang, genre in enumerate(genres):
        ajouter(vie, genre, f"{genre.value} {rang}")
    return textes(vie)[1]


COMMANDE, LIVRAISON = GenrePiece.COMMANDE, GenrePiece.LIVRAISON


def test_la_commande_et_sa_livraison_sont_citees_avec_leur_reference_et_la_date_de_la_piece() -> None:
    assert rattachee(COMMANDE, LIVRAISON, commande="BC-7", livraison="BL-9") == (
        "Elle se rapporte à la commande n° BC-7 du 1er avril 2026 (pièce n° 1), exécutée suivant bon de "
        "livraison n° BL-9 du 1er avril 2026 (pièce n° 2)."
    )


@pytest.mark.parametrize(
    ("genres", "dit"),
    [
        ((COMMANDE,), "à la commande du 1er avril 2026 (pièce n° 1)."),
        ((LIVRAISON,), "à la livraison faite suivant bon de livraison du 1er avril 2026 (pièce n° 1)."),
        ((COMMANDE, COMMANDE), "aux commandes (pièces n° 1 et 2)."),
        (
            (GenrePiece.CONTRAT, LIVRAISON, LIVRAISON),
            "au contrat du 1er avril 2026 (pièce n° 1), exécuté suivant bons de livraison (pièces n° 2 et 3).",
        ),
        (
            (GenrePiece.CGV, LIVRAISON),
            "aux conditions générales du 1er avril 2026 (pièce n° 1), la livraison ayant été faite suivant bon "
            "de livraison du 1er avril 2026 (pièce n° 2).",
        ),
        (
            (GenrePiece.DEVIS, COMMANDE, GenrePiece.CGV, LIVRAISON),
            "au devis du 1er avril 2026 (pièce n° 1), à la commande du 1er avril 2026 (pièce n° 2) et aux "
            "conditions générales du 1er avril 2026 (pièce n° 3), la livraison ayant été faite suivant bon de "
            "livraison du 1er avril 2026 (pièce n° 4).",
        ),
    ],
)
def test_chaque_document_du_contrat_est_cite(genres: tuple[GenrePiece, ...], dit: str) -> None:
    assert rattachee(*genres) == f"Elle se rapporte {dit}"


def test_plusieurs_pieces_d_une_commande_de_reference_connue_n_en_font_pas_plusieurs() -> None:
    attendu = "Elle se rapporte à la commande n° BC-7 (pièces n° 1 et 2)."
    assert rattachee(COMMANDE, COMMANDE, commande="BC-7") == attendu
    assert rattachee(COMMANDE, COMMANDE, commande="n° BC-7") == attendu


def test_une_reference_sans_piece_n_est_pas_affirmee() -> None:
    vie = jusqu_au_dossier(Vie(la_facture=facture(commande="BC-7", contrat="CT-1")))
    assert "BC-7" not in " ".join(textes(vie))
    assert "CT-1" not in " ".join(textes(vie))


def test_chaque_piece_est_citee_au_moins_une_fois() -> None:
    vie = complete()
    for genre in GenrePiece:
        ajouter(vie, genre, genre.value)
    vie.payer("50").crediter("20")
    recueils = [recueil(vie)]
    toutes = lister_pieces([(r.etat, r.scenario) for r in recueils])
    citees = [piece for phrase in exposer(recueils, toutes) for piece in phrase.citees]
    assert set(citees) == set(toutes)
    lu = " ".join(textes(vie))
    bornes = [(int(debut), int(fin)) for debut, fin in re.findall(r"(\d+) à (\d+)", lu)]
    isoles = {int(numero) for numero in re.findall(r"\d+", " ".join(re.findall(r"pièces? n° ([^)]*)", lu)))}
    ecrits = isoles.union(*(range(debut, fin + 1) for debut, fin in bornes))
    assert {piece.numero for piece in toutes} <= ecrits


def test_les_pieces_qui_ne_prouvent_aucun_fait_raconte_viennent_a_la_fin() -> None:
    vie = ajouter(complete(), GenrePiece.IDENTITE, "Extrait Kbis")
    assert textes(vie)[-1] == "Est également produite, à l'appui de la demande, la pièce n° 12."
    ajouter(vie, GenrePiece.COMPTE, "Relevé de compte")
    assert textes(vie)[-1] == "Sont également produites, à l'appui de la demande, les pièces n° 12 et 13."


def test_un_paiement_est_cite_avec_le_releve_de_compte() -> None:
    vie = ajouter(complete(), GenrePiece.COMPTE, "Relevé de compte").payer("60", date(2026, 7, 1))
    assert "Ont été reçus sur cette facture : 60,00 € le 1er juillet 2026 (pièce n° 12)." in textes(vie)[1]


def imputation(vie: Vie) -> str:
    (dit,) = [texte for texte in textes(vie) if texte.startswith("Ont été reçus")]
    return dit.partition(". ")[2]


def test_les_sommes_recues_disent_ce_qu_elles_ont_paye() -> None:
    # 1 000 € at 12,15 % from 4 to 30 June, then 12,40 % on 1 July: 8,99 + 0,34 €.
    assert imputation(complete().payer("60", date(2026, 7, 1))) == (
        "Cette somme est imputée, au décompte joint, à hauteur de 9,33 € sur les pénalités échues (article "
        "1343-1 du code civil), 40,00 € sur l'indemnité et 10,67 € sur le principal."
    )
    deux = imputation(complete().payer("60", date(2026, 7, 1)).payer("40", date(2026, 7, 1)))
    assert deux.startswith("Ces sommes sont imputées, au décompte joint, à hauteur de 9,33 € sur les pén")
    assert deux.endswith("40,00 € sur l'indemnité et 50,67 € sur le principal.")


def test_les_parts_imputees_font_la_somme_recue() -> None:
    seul = recueil(complete().payer("300", date(2026, 6, 20)).payer("150", date(2026, 7, 10)))
    lu = exposer([seul], lister_pieces([(seul.etat, seul.scenario)]))[1].texte.replace("\u00a0", " ")
    parts = [Decimal(m.replace(",", ".")) for m in re.findall(r"([\d,]+) € sur", lu)]
    assert len(parts) == 3
    assert sum(parts) == Decimal(450)


def test_une_somme_recue_avant_l_echeance_n_a_paye_que_le_principal() -> None:
    assert imputation(complete().payer("60", date(2026, 6, 3))) == (
        "Cette somme est imputée, au décompte joint, à hauteur de 60,00 € sur le principal."
    )


def test_une_somme_recue_d_un_consommateur_n_a_pas_paye_de_penalites() -> None:
    prive = facture(debiteur=debiteur(genre=Genre.PARTICULIER, siren=None))
    vie = jusqu_au_dossier(Vie(la_facture=prive)).payer("60", date(2026, 8, 21))
    assert "sur les intérêts échus (article 1343-1 du code civil) et " in imputation(vie)
    assert "pénalités" not in imputation(vie)


def test_une_somme_qui_n_a_rien_a_payer_n_est_pas_imputee() -> None:
    assert imputation(complete().crediter("1000").payer("60", date(2026, 5, 5))) == ""


AOUT = date(2026, 8, 14)


def echelonnee(*suites: EcheancierAccorde | EcheancierRompu, vie: Vie | None = None) -> Vie:
    """A plan granted on 21 August 2026 in three instalments, then what became of it."""
    tiers = tuple(Mensualite(jour=AOUT, montant=Decimal(334)) for _ in range(3))
    return (vie or complete()).noter(EcheancierAccorde(mensualites=tiers, jour=date(2026, 6, 22)), *suites)


ROMPU = EcheancierRompu(manquee=AOUT, jour=date(2026, 8, 18))
CONVENU = "Le 22 juin 2026, un échelonnement en trois versements a été convenu pour cette facture"


def test_un_echeancier_rompu_est_dit_et_son_accord_manque() -> None:
    (dit,) = [p for p in phrases(echelonnee(ROMPU)) if "échelonnement" in p.texte]
    assert dit.texte.replace("\u00a0", " ") == (
        f"{CONVENU} ; le versement du 14 août 2026 n'ayant pas été reçu, le débiteur a perdu le bénéfice du "
        "terme."
    )
    assert dit.manques == ("l'accord d'échelonnement du 22 juin 2026, signé",)


@pytest.mark.parametrize("genre", [GenrePiece.CONTRAT, GenrePiece.ECHANGE])
@pytest.mark.parametrize("intitule", ["Accord d'échelonnement du 22 juin 2026", "Échéancier signé"])
def test_l_accord_signe_est_cite_avec_l_echeancier_et_la_seulement(genre: GenrePiece, intitule: str) -> None:
    vie = ajouter(echelonnee(ROMPU), genre, intitule)
    (dit,) = [p for p in phrases(vie) if "échelonnement" in p.texte]
    assert [piece.titre for piece in dit.citees] == [intitule]
    assert f"{CONVENU} (pièce n° {dit.citees[0].numero}) ;" in dit.texte.replace("\u00a0", " ")
    assert dit.manques == ()
    assert len([p for p in phrases(vie) if dit.citees[0] in p.citees]) == 1


@pytest.mark.parametrize("intitule", ["Demande d'échéancier", "Bon signé"])
def test_une_autre_piece_ne_vaut_pas_l_accord(intitule: str) -> None:
    vie = ajouter(echelonnee(ROMPU), GenrePiece.ECHANGE, intitule)
    (dit,) = [p for p in phrases(vie) if "échelonnement" in p.texte]
    assert dit.manques


def test_une_lettre_de_relance_ne_vaut_pas_l_accord_quel_que_soit_son_nom() -> None:
    vie = complete()
    relances = [f.contenu for f in vie.faits if isinstance(f.contenu, EnvoiPrepare)]
    nom = {"intitule": "Accord d'échéancier", "cle": "relance-1:email:9"}
    vie.noter(relances[1].model_copy(update=nom))
    vie.noter(EnvoiFait(cle="relance-1:email:9", jour=vie.jour, preuve="250 OK"))
    (dit,) = [p for p in phrases(echelonnee(ROMPU, vie=vie)) if "échelonnement" in p.texte]
    assert dit.manques


def test_un_echeancier_remplace_ou_qui_tient_est_dit_sans_rupture() -> None:
    autre = EcheancierAccorde(
        mensualites=(Mensualite(jour=AOUT, montant=Decimal(1000)),), jour=date(2026, 7, 1)
    )
    lus = [t for t in textes(echelonnee(autre)) if "convenu" in t]
    assert lus == [
        f"{CONVENU} ; il a été remplacé par le suivant.",
        "Le 1er juillet 2026, un report du paiement a été convenu pour cette facture.",
    ]


def test_un_consommateur_n_est_pas_dit_dechu_du_terme() -> None:
    prive = facture(debiteur=debiteur(genre=Genre.PARTICULIER, siren=None))
    lus = textes(echelonnee(ROMPU, vie=jusqu_au_dossier(Vie(la_facture=prive))))
    assert f"{CONVENU} ; le versement du 14 août 2026 n'a pas été reçu." in lus


def rappelee(issue: IssuePli | None, *, intitule: str = "") -> Vie:
    """`complete`, with what the post gave of its last reminder."""
    vie = Vie()
    vie.faits.clear()
    cle = "avant-contentieux:lrar"
    for fait in complete().faits:
        contenu = fait.contenu
        if isinstance(contenu, EnvoiPrepare) and contenu.cle == cle and intitule:
            contenu = contenu.model_copy(update={"intitule": intitule})
        if isinstance(contenu, PliDepose) and contenu.cle == cle:
            contenu = contenu.model_copy(update={"preuve": archive("depot-rappel.pdf")})
        vie.noter(contenu)
    if issue:
        jours = {"premiere_presentation": date(2026, 7, 13), "jour": date(2026, 7, 15)}
        vie.noter(AccuseRecu(cle=cle, issue=issue, preuve=archive("avis-rappel.pdf"), **jours))
    return vie


def rappel(vie: Vie) -> str:
    (dit,) = [texte for texte in textes(vie) if "rappel" in texte]
    return dit


@pytest.mark.parametrize(
    ("issue", "suite"),
    [
        (IssuePli.DISTRIBUE, "distribuée le 15 juillet 2026"),
        (IssuePli.REFUSE, "présentée le 13 juillet 2026 et refusée par son destinataire"),
        (
            IssuePli.AVISE_NON_RECLAME,
            "présentée le 13 juillet 2026 à son destinataire, avisé, qui ne l'a pas réclamée",
        ),
        (IssuePli.NPAI, "revenue à l'expéditeur, son destinataire n'étant pas à l'adresse indiquée"),
    ],
)
def test_le_recommande_d_un_rappel_est_raconte_avec_ses_preuves(issue: IssuePli, suite: str) -> None:
    vie = rappelee(issue)
    assert rappel(vie) == (
        "Un dernier rappel a été adressé par lettre recommandée n° 1A00000000001 (pièce n° 8), déposée le "
        f"11 juillet 2026 (pièce n° 9) et {suite} (pièce n° 10)."
    )
    autres = [texte for texte in textes(vie) if "autres échanges" in texte]
    assert autres == ["Sont également produits les autres échanges avec le débiteur (pièce n° 2)."]


def test_un_rappel_dont_l_issue_n_est_pas_connue_n_en_a_pas() -> None:
    assert rappel(rappelee(None)).endswith("déposée le 11 juillet 2026 (pièce n° 9).")
    recepisse = ScanRecu(
        cle="avant-contentieux:lrar",
        genre=GenreScan.DEPOT,
        fichier="verso.pdf",
        pdf=archive("verso.pdf"),
        jour=date(2026, 7, 11),
    )
    assert rappel(rappelee(None).noter(recepisse)).endswith("2026 (pièces n° 9 et 10).")
    avis = recepisse.model_copy(update={"genre": GenreScan.AVIS, "jour": date(2026, 7, 16)})
    assert rappel(rappelee(None).noter(avis)).endswith("2026 (pièces n° 9 et 10).")


def test_un_rappel_n_est_dit_dernier_que_s_il_l_est() -> None:
    assert rappel(rappelee(None, intitule="Relance officielle")).startswith("Un rappel a été adressé par")


def test_un_recommande_poste_avant_l_echeance_n_est_pas_un_rappel() -> None:
    for echeance, dit in ((date(2026, 7, 10), True), (date(2026, 7, 11), False)):
        vie = rappelee(None)
        ouverte = CreanceOuverte(facture=facture(echeance=echeance), scenario="standard")
        suite = [fait.contenu for fait in vie.faits[1:]]
        vie.faits.clear()
        assert ("Un dernier rappel" in " ".join(textes(vie.noter(ouverte, *suite)))) is dit


def test_un_avoir_sans_copie_manque_et_avec_copie_non() -> None:
    sans = complete().crediter("200")
    assert [m.replace("\u00a0", " ") for p in phrases(sans) for m in p.manques] == [
        "la copie de l'avoir n° AV-1"
    ]
    avec = complete().noter(
        AvoirEmis(numero="AV-1", montant=Decimal(200), jour=date(2026, 5, 4), pdf=archive("avoir.pdf"))
    )
    assert [p.manques for p in phrases(avec)] == [()] * len(phrases(avec))
    assert "(pièce n° 1)." in textes(avec)[0], "la copie de l'avoir n'est pas celle de la facture"


def test_deux_factures_ont_chacune_leur_demande_et_leur_lettre() -> None:
    autre = jusqu_au_dossier(seconde())
    lus = textes(complete(), autre)
    assert len([t for t in lus if t.startswith("La facture n° FA-2 n'ayant pas été réglée")]) == 1
    lettres = [t for t in lus if t.startswith("Par lettre recommandée")]
    assert [("de payer la facture n° FA-1." in t, "de payer la facture n° FA-2." in t) for t in lettres] == [
        (True, False),
        (False, True),
    ]


def commune(vie: Vie) -> Vie:
    """The letters of `complete`, each common to two invoices."""
    for fait in complete().faits[1:]:
        contenu = fait.contenu
        if isinstance(contenu, EnvoiPrepare):
            contenu = contenu.model_copy(update={"groupe": ("FA-1", "FA-2")})
        vie.noter(contenu)
    return vie


def test_une_mise_en_demeure_commune_n_est_racontee_qu_une_fois() -> None:
    lus = textes(commune(Vie()), commune(seconde()))
    (lettre,) = [t for t in lus if t.startswith("Par lettre recommandée")]
    assert "le débiteur a été mis en demeure de payer ces deux factures." in lettre
    (demande,) = [t for t in lus if "demandé" in t]
    assert demande.startswith("Ces deux factures n'ayant pas été réglées à leur échéance, le paiement")
    (dernier,) = [t for t in lus if "rappel" in t]
    assert dernier.startswith("Un dernier rappel portant sur ces deux factures a été adressé par lettre")


def test_le_nombre_des_factures_est_en_lettres_jusqu_a_seize() -> None:
    assert [nombre(combien) for combien in (2, 16, 17)] == ["deux", "seize", "17"]


def test_une_mise_en_demeure_commune_a_une_partie_des_factures_les_nomme() -> None:
    lus = textes(commune(Vie()), commune(seconde()), jusqu_au_dossier(seconde("FA-3")))
    premiere, autre = [t for t in lus if t.startswith("Par lettre recommandée")]
    assert "mis en demeure de payer les factures n° FA-1 et FA-2." in premiere
    assert "mis en demeure de payer la facture n° FA-3." in autre


def test_deux_rappels_recommandes_sont_racontes_chacun_avec_sa_facture() -> None:
    autre = seconde()
    for fait in jusqu_au_dossier(seconde()).faits[1:]:
        contenu = fait.contenu
        if isinstance(contenu, PliDepose):
            contenu = contenu.model_copy(update={"numero": f"{contenu.numero}9"})
        autre.noter(contenu)
    rappels = [t.partition(", déposée")[0] for t in textes(complete(), autre) if "rappel" in t]
    assert rappels == [
        "Un dernier rappel portant sur la facture n° FA-1 a été adressé par lettre recommandée n° "
        "1A00000000001 (pièce n° 15)",
        "Un dernier rappel portant sur la facture n° FA-2 a été adressé par lettre recommandée n° "
        "1A000000000019 (pièce n° 16)",
    ]


def test_une_preuve_de_la_lettre_s_il_y_en_a_plusieurs_est_la_sienne() -> None:
    vie = ajouter(complete(), GenrePiece.PREUVE_DEPOT, "Autre preuve de dépôt")
    lettre = next(t for t in textes(vie) if t.startswith("Par lettre recommandée"))
    assert "déposée le 3 août 2026 (pièce n° 11)" in lettre
    assert textes(vie)[-1].endswith("la pièce n° 10.")


def test_une_preuve_ajoutee_a_la_main_sert_quand_il_n_y_en_a_pas_d_autre() -> None:
    vie = ajouter(jusqu_au_dossier(Vie()), GenrePiece.PREUVE_DEPOT, "Preuve de dépôt")
    assert isinstance(vie.faits[-1].contenu, PieceAjoutee)
    assert not [f for f in vie.faits if isinstance(f.contenu, PliDepose) and f.contenu.preuve]
    manques = [m for p in phrases(vie) for m in p.manques]
    assert not [m for m in manques if "dépôt" in m]
