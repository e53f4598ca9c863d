from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from dossier.core.creance import Creancier, Facture, Genre, Nature
from dossier.core.decision import jour_de_mise_en_demeure
from dossier.core.decompte import etablir_decompte
from dossier.core.droit.juridiction import SANS_DEPARTEMENT, Juridiction, juridiction
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import AccuseRecu, AvoirEmis, CreanceOuverte, GenrePiece, IssuePli, PieceAjoutee
from dossier.core.pieces import lister_pieces
from dossier.core.recueil import Recueil, total
from dossier.core.requete import (
    bloc_juridiction,
    contexte_requete,
    interets_a_echoir,
    motif_de_refus,
    points_a_completer,
    renvoi_demande,
)
from tests.core.droit.loi import droit
from tests.core.test_pieces import complete
from tests.core.vie import Vie, archive, creancier, debiteur, facture

JOUR = date(2026, 8, 21)
TRIBUNAL = Juridiction(
    intitule="Tribunal de commerce", texte="CPC, art. 1406", a_completer=True, motif="à voir"
)


def recueil(vie: Vie, jour: date = JOUR) -> Recueil:
    etat = vie.etat
    releve = etablir_decompte(
        etat.facture.montant_ttc,
        etat.facture.echeance,
        [(p.jour, p.montant) for p in etat.paiements],
        jour,
        droit(),
        genre=etat.facture.debiteur.genre,
        deja_paye=etat.facture.deja_paye,
        avoirs=[(a.jour, a.montant) for a in etat.avoirs],
        taux_stipule=etat.facture.taux_stipule,
        mise_en_demeure=jour_de_mise_en_demeure(etat, vie.scenario),
    )
    return Recueil(tuple(vie.faits), etat, vie.scenario, releve)


def requete(*vies: Vie) -> dict[str, Any]:
    recueils = [recueil(vie) for vie in vies]
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    return contexte_requete(recueils, pieces, [1] * len(pieces), creancier(), TRIBUNAL, JOUR)


def faits(*vies: Vie) -> list[str]:
    return [phrase.replace("\u00a0", " ") for phrase in requete(*vies)["faits"]]


def sommes(*vies: Vie) -> list[tuple[str, str, str]]:
    lignes = requete(*vies)["sommes"]
    return [(s["libelle"], s["montant"].replace("\u00a0", " "), s["fondement"]) for s in lignes]


def jusqu_au_dossier(vie: Vie) -> Vie:
    vie.a_la_poste()
    vie.aller(date(2026, 8, 5))
    vie.recevoir()
    vie.aller(JOUR)
    return vie


def test_l_expose_raconte_la_facture_les_demandes_et_la_mise_en_demeure() -> None:
    assert faits(complete()) == [
        "La facture n° FA-1 du 4 mai 2026, d'un montant de 1 000,00 € toutes taxes comprises, a été émise ; "
        "elle était payable au plus tard le 3 juin 2026 (pièce n° 1).",
        "La facture n'ayant pas été réglée à son échéance, le paiement en a été demandé à plusieurs reprises "
        "(pièces n° 3 à 8).",
        "Un dernier rappel a été adressé par lettre recommandée n° 1A00000000001 (pièce n° 8), déposée le "
        "11 juillet 2026.",
        "Sont également produits les autres échanges avec le débiteur (pièce n° 2).",
        "Par lettre recommandée avec avis de réception n° 1A2 (pièce n° 9), déposée le 3 août 2026 "
        "(pièce n° 10), distribuée le 5 août 2026 (pièce n° 11), le débiteur a été mis en demeure de payer. Le "
        "délai qui lui était donné a pris fin le 20 août 2026 ; les sommes portées au décompte joint restent "
        "impayées.",
    ]


def test_l_objet_de_la_facture_est_cite_tel_qu_il_est_ecrit() -> None:
    vie = jusqu_au_dossier(Vie(la_facture=facture(objet="IRM : maintenance")))
    assert "a été émise pour « IRM : maintenance » ;" in faits(vie)[0]


def test_sans_piece_du_contrat_rien_n_est_cite() -> None:
    assert faits(jusqu_au_dossier(Vie()))[0].endswith("au plus tard le 3 juin 2026.")


@pytest.mark.parametrize(("relances", "dit"), [(0, ""), (1, "demandé (pièce"), (2, "demandé à plusieurs")])
def test_plusieurs_reprises_n_est_dit_que_de_deux_demandes_au_moins(relances: int, dit: str) -> None:
    vie = Vie()
    gardees = (
        {"relance-1", "avant-contentieux"} if relances == 2 else {"relance-1"} if relances else set[str]()
    )
    noms = {*gardees, "mise-en-demeure", "dossier"}
    etapes = tuple(e for e in vie.scenario.etapes if e.nom in noms)
    if relances == 2:
        delai = etapes[0].delai
        etapes = (etapes[0], etapes[1].model_copy(update={"delai": delai}), *etapes[2:])
    vie = Vie(scenario=vie.scenario.model_copy(update={"etapes": etapes}))
    vie.aller(date(2026, 6, 11))
    if relances == 2:
        vie.deposer()
    vie.aller(date(2026, 7, 2))
    vie.repondre().agir()
    vie.deposer("1A2").recevoir()
    textes = " ".join(faits(vie))
    assert (dit in textes) if dit else ("demandé" not in textes)


def test_les_avoirs_sont_dits_et_deduits_du_principal() -> None:
    vie = complete().crediter("200")
    assert "Un avoir a été émis sur cette facture : n° AV-1 de 200,00 € le " in "\n".join(faits(vie))
    assert "; il est déduit du principal." in "\n".join(faits(vie))
    assert sommes(vie)[0][1] == "800,00 €"
    deux = complete().crediter("200").crediter("50", "AV-2")
    assert "Des avoirs ont été émis sur cette facture : n° AV-1 de 200,00 €" in "\n".join(faits(deux))


def test_un_avoir_produit_est_cite_comme_piece() -> None:
    vie = complete().noter(
        AvoirEmis(numero="AV-1", montant=Decimal(200), jour=date(2026, 5, 4), pdf=archive("avoir.pdf"))
    )
    assert "n° AV-1 de 200,00 € le 4 mai 2026 (pièce n° 2) ; il est déduit" in "\n".join(faits(vie))


def test_les_interets_a_echoir_disent_leur_taux_en_chiffres() -> None:
    ((_, montant, fondement),) = [s for s in sommes(complete()) if "à échoir" in s[0]]
    assert montant == "mémoire"
    assert "taux de la BCE majoré de dix points, soit 12,40\u00a0% à ce jour" in fondement
    stipule = jusqu_au_dossier(Vie(la_facture=facture(taux_stipule=Decimal("0.15"))))
    ((_, _, fondement),) = [s for s in sommes(stipule) if "à échoir" in s[0]]
    assert "taux stipulé pour la facture n°\u00a0FA-1, soit 15,00\u00a0% à ce jour" in fondement


def test_l_acompte_et_les_paiements_sont_dits_dans_l_ordre_des_dates() -> None:
    vie = jusqu_au_dossier(Vie(la_facture=facture(deja_paye=Decimal(100))))
    vie.payer("60", date(2026, 7, 1)).payer("50", date(2026, 6, 20))
    textes = faits(vie)
    assert textes[1] == "Une somme de 100,00 € avait déjà été réglée sur cette facture (décompte joint)."
    assert textes[2].startswith(
        "Ont été reçus sur cette facture : 50,00 € le 20 juin 2026, 60,00 € le 1er juillet 2026."
    )


@pytest.mark.parametrize(
    ("issue", "dit"),
    [
        (IssuePli.DISTRIBUE, "distribuée le 5 août 2026"),
        (IssuePli.REFUSE, "présentée le 4 août 2026 et refusée par son destinataire"),
        (IssuePli.AVISE_NON_RECLAME, "présentée le 4 août 2026 à son destinataire, avisé, qui ne l'a pas"),
    ],
)
def test_l_issue_du_pli_est_dite_avec_la_date_qui_fait_courir_le_delai(issue: IssuePli, dit: str) -> None:
    vie = Vie().a_la_poste()
    vie.aller(date(2026, 8, 5))
    vie.noter(
        AccuseRecu(
            cle="mise-en-demeure:lrar", issue=issue, premiere_presentation=date(2026, 8, 4), jour=vie.jour
        )
    )
    assert dit in faits(vie)[-1]


def test_les_sommes_s_additionnent_et_le_total_vient_en_dernier() -> None:
    vie = complete()
    lignes = sommes(vie)
    assert [libelle for libelle, _, _ in lignes] == [
        "Principal",
        "Pénalités de retard échues du 4 juin 2026 au 21 août 2026",
        "Pénalités de retard à échoir, à compter du 22 août 2026 et jusqu'au paiement",
        "Clause pénale",
        "Frais accessoires, hors dépens",
        "Indemnité forfaitaire pour frais de recouvrement",
        "Total",
    ]
    chiffres = [Decimal(m[:-2].replace(" ", "").replace(",", ".")) for _, m, _ in lignes if m.endswith("€")]
    assert sum(chiffres[:-1]) == chiffres[-1] == total([recueil(vie)])
    assert [m for _, m, _ in lignes if not m.endswith("€")] == ["mémoire", "néant", "néant"]
    assert lignes[1][2].replace("\u00a0", " ") == (
        "Article L441-10, II du code de commerce : taux de la BCE majoré de dix points, "
        "soit 12,15 % puis 12,40 %"
    )


def test_deux_factures_s_additionnent_dans_une_seule_requete() -> None:
    lu = requete(complete(), complete())
    assert [ligne["numero"] for ligne in lu["factures"]] == ["FA-1", "FA-1"]
    assert {s["libelle"]: s["montant"] for s in lu["sommes"]}["Principal"] == "2\u00a0000,00\u00a0€"


def a_echoir(*vies: Vie) -> str:
    dit: str = requete(*vies)["a_echoir"]
    return dit.replace("\u00a0", " ")


def test_les_penalites_a_echoir_ont_un_texte_un_taux_une_base_un_depart_et_un_montant_par_jour() -> None:
    assert a_echoir(complete()) == (
        "les pénalités de retard de l'article L441-10, II du code de commerce (taux de la BCE majoré de dix "
        "points, soit 12,40 % à ce jour) sur 1 000,00 €, à compter du 22 août 2026 et jusqu'au paiement "
        "complet, soit 0,34 € par jour à ce taux"
    )


def test_un_consommateur_doit_les_interets_legaux_a_echoir() -> None:
    prive = facture(debiteur=debiteur(genre=Genre.PARTICULIER, siren=None), montant_ttc=Decimal(10000))
    assert a_echoir(jusqu_au_dossier(Vie(la_facture=prive))) == (
        "les intérêts légaux des articles 1231-6 et 1344-1 du code civil (taux de l'intérêt légal, soit 2,75 % à "
        "ce jour) sur 10 000,00 €, à compter du 22 août 2026 et jusqu'au paiement complet, soit 0,75 € par jour "
        "à ce taux"
    )


def test_ce_qui_reste_du_seul_porte_des_penalites() -> None:
    vie = complete().payer("300", date(2026, 7, 3))
    assert "sur 750,01 €, à compter du 22 août 2026" in a_echoir(vie)
    assert "soit 0,25 € par jour" in a_echoir(vie)
    assert a_echoir(complete().payer("1100", date(2026, 8, 20))) == ""


def test_plusieurs_factures_s_ajoutent_et_leurs_taux_s_accordent() -> None:
    stipule = jusqu_au_dossier(Vie(la_facture=facture(taux_stipule=Decimal("0.15"))))
    assert a_echoir(complete(), complete()).endswith("complet, soit 0,68 € par jour à ce taux")
    assert "sur 2 000,00 €" in a_echoir(complete(), stipule)
    assert a_echoir(complete(), stipule).endswith("complet, soit 0,75 € par jour à ces taux")
    soldee = complete().payer("1100", date(2026, 8, 20))
    assert a_echoir(complete(), soldee) == a_echoir(complete())


def test_le_montant_par_jour_se_tait_tant_qu_un_principal_n_a_pas_porte_interet() -> None:
    seul = recueil(complete())
    neuf = seul._replace(decompte=seul.decompte.model_copy(update={"segments": ()}))
    assert "par jour" in interets_a_echoir([seul], JOUR)
    assert interets_a_echoir([seul, neuf], JOUR).endswith("jusqu'au paiement complet")


def test_la_colonne_imputee_et_le_reste_font_le_montant_de_la_facture() -> None:
    (ligne,) = requete(complete().payer("300", date(2026, 7, 3)))["factures"]
    lus = {cle: ligne[cle].replace("\u00a0", " ") for cle in ("montant", "impute", "reste")}
    assert lus == {"montant": "1 000,00 €", "impute": "249,99 €", "reste": "750,01 €"}


def test_contre_un_consommateur_ni_taux_commercial_ni_indemnite() -> None:
    prive = facture(debiteur=debiteur(genre=Genre.PARTICULIER, siren=None))
    lignes = sommes(jusqu_au_dossier(Vie(la_facture=prive)))
    assert [libelle for libelle, _, _ in lignes] == [
        "Principal",
        "Intérêts légaux échus du 6 août 2026 au 21 août 2026",
        "Intérêts légaux à échoir, à compter du 22 août 2026 et jusqu'au paiement",
        "Clause pénale",
        "Frais accessoires, hors dépens",
        "Total",
    ]
    assert "L441-10" not in str(lignes)
    assert "D441-5" not in str(lignes)
    assert "40,00" not in str(lignes)
    assert lignes[1][1] == "1,21 €", "16 jours à 2,75 %, du lendemain de la réception"


@pytest.mark.parametrize(
    ("la_facture", "dit"),
    [
        (facture(debiteur=debiteur(genre=Genre.PUBLIC)), "juridiction administrative"),
        (facture(nature=Nature.HORS_CONTRAT), "sans cause contractuelle"),
    ],
)
def test_ce_que_la_loi_exclut_n_a_pas_de_requete_et_il_est_dit_pourquoi(
    la_facture: Facture, dit: str
) -> None:
    vie = jusqu_au_dossier(Vie(la_facture=la_facture))
    with pytest.raises(DonneeInvalide, match=dit):
        requete(vie)
    (point,) = points(vie)
    assert dit in point
    assert motif_de_refus([facture(), la_facture]) == point


def test_une_creance_contractuelle_privee_n_est_pas_refusee() -> None:
    prive = facture(debiteur=debiteur(genre=Genre.PARTICULIER))
    assert motif_de_refus([facture(), prive]) == ""


def points(*vies: Vie, qui: Creancier | None = None, tribunal: Juridiction = TRIBUNAL) -> tuple[str, ...]:
    recueils = [recueil(vie) for vie in vies]
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    lus = points_a_completer(recueils, pieces, qui or creancier(), tribunal)
    return tuple(point.replace("\u00a0", " ") for point in lus)


CERTAIN = Juridiction(
    intitule="Tribunal de commerce de Nantes",
    texte="CPC, art. 1406",
    a_completer=False,
    magistrat="le président",
)


def test_une_requete_complete_ne_laisse_rien_a_ecrire() -> None:
    assert points(complete(), tribunal=CERTAIN) == ()


def test_une_juridiction_incertaine_est_a_completer_deux_fois() -> None:
    assert points(complete()) == (
        "Requête, à compléter : la juridiction saisie, et celle du renvoi en cas d'opposition.",
    )
    lu = requete(complete())
    assert (lu["juridiction"]["motif"], lu["juridiction"]["magistrat"]) == ("à voir", "")
    assert lu["renvoi"] == "[à compléter\u00a0: juridiction compétente]"


def test_une_juridiction_certaine_est_celle_du_renvoi_et_son_magistrat_est_nomme() -> None:
    lu = bloc_juridiction(CERTAIN)
    assert (lu["adresse_a_completer"], lu["magistrat"]) == (False, "À l'attention du président")
    assert renvoi_demande(CERTAIN) == "Tribunal de commerce de Nantes"


@pytest.mark.parametrize(
    ("intitule", "renvoi"),
    [
        ("Tribunal de commerce", ""),
        ("Tribunal de commerce de Rennes", "Tribunal de commerce de Rennes [à vérifier]"),
        ("Tribunal judiciaire", ""),
        ("Tribunal judiciaire d'Évry", "Tribunal judiciaire d'Évry [à vérifier]"),
        ("Juridiction à déterminer", ""),
        ("Juge des contentieux de la protection du tribunal judiciaire", ""),
        (
            "Juge des contentieux de la protection du tribunal judiciaire de Lyon",
            "Juge des contentieux de la protection du tribunal judiciaire de Lyon [à vérifier]",
        ),
    ],
)
def test_une_juridiction_nommee_mais_incertaine_est_a_verifier(intitule: str, renvoi: str) -> None:
    lue = renvoi_demande(TRIBUNAL.model_copy(update={"intitule": intitule}))
    assert lue.replace("\u00a0", " ") == (renvoi or "[à compléter : juridiction compétente]")


def test_le_renvoi_n_est_nomme_que_si_les_regles_designent_une_seule_juridiction() -> None:
    """Every name that the rules give to a court that they could not choose is one of a mere kind."""
    carte = droit().juridictions
    for code, nature, genre in product(
        (f"{numero:02}000" for numero in range(1, 99)), Nature, (Genre.ENTREPRISE, Genre.PARTICULIER)
    ):
        trouvee = juridiction(genre, code, "Ville-Inconnue", JOUR, carte, nature=nature)
        ignoree = SANS_DEPARTEMENT in trouvee.motif or trouvee.intitule == "Juridiction à déterminer"
        if trouvee.candidats or ignoree:
            assert "à compléter" in renvoi_demande(trouvee)
        else:
            assert renvoi_demande(trouvee).removesuffix(" [à vérifier]") == trouvee.intitule


def test_une_juridiction_nommee_mais_incertaine_est_dite_a_verifier() -> None:
    rennes = TRIBUNAL.model_copy(update={"intitule": "Tribunal de commerce de Rennes"})
    assert points(complete(), tribunal=rennes) == (
        "Requête, à vérifier : la juridiction saisie, et celle du renvoi en cas d'opposition.",
    )


def test_ce_qui_manque_aux_parties_est_nomme() -> None:
    sans_forme = jusqu_au_dossier(Vie(la_facture=facture(debiteur=debiteur(forme=""))))
    seul = creancier().model_copy(update={"forme": "Entrepreneur individuel"})
    lus = points(sans_forme, qui=seul, tribunal=CERTAIN)
    assert lus[:2] == (
        "Requête, à compléter (demandeur) : profession, nationalité, naissance.",
        "Requête, à compléter (débiteur) : forme.",
    )


def test_chaque_preuve_qui_manque_est_dite_dans_la_requete_et_dans_la_note() -> None:
    vie = jusqu_au_dossier(Vie())
    attendues = (
        "la copie de la facture n° FA-1",
        "la preuve de dépôt de la lettre recommandée n° 1A00000000002",
        "l'avis de réception ou le pli retourné de la lettre recommandée n° 1A00000000002",
    )
    assert points(vie, tribunal=CERTAIN) == tuple(
        f"Requête : il manque la pièce à citer ({manque})." for manque in attendues
    )
    manques = [manque.replace("\u00a0", " ") for manque in requete(vie)["manques"]]
    assert manques == [f"[à compléter : {manque}]" for manque in attendues]


def test_chaque_piece_porte_sa_date_et_ses_pages() -> None:
    vie = Vie()
    vie.faits.clear()
    vie.noter(CreanceOuverte(facture=facture(), scenario="standard", source=archive("facture.pdf")))
    jusqu_au_dossier(vie)
    vie.noter(
        PieceAjoutee(genre=GenrePiece.CGV, intitule="CGV", jour=date(2026, 1, 2), pdf=archive("cgv.pdf"))
    )
    lue = requete(vie)["pieces"][0]
    assert lue == {"numero": "1", "titre": "CGV", "date": "02/01/2026", "pages": "1"}


def test_un_nombre_de_pages_qui_manque_arrete_la_requete() -> None:
    seul = recueil(complete())
    pieces = lister_pieces([(seul.etat, seul.scenario)])
    with pytest.raises(ValueError, match="shorter"):
        contexte_requete([seul], pieces, [1], creancier(), TRIBUNAL, JOUR)
