from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.completude import lacunes
from dossier.core.documents import (
    contexte_bordereau,
    contexte_chronologie,
    contexte_decompte,
    contexte_lettre_de_remise,
    contexte_note,
)
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.juridiction import Juridiction
from dossier.core.droit.prescription import Alerte
from dossier.core.examen import Creance, examiner
from dossier.core.faits import DerogationDonnee, DossierScelle, GenrePiece, PieceAjoutee
from dossier.core.pieces import Piece, lister_pieces
from dossier.core.recueil import Recueil
from dossier.core.versions import Remplacee, Version, presentation
from tests.core.droit.loi import droit
from tests.core.test_pieces import complete
from tests.core.test_requete import JOUR, TRIBUNAL, recueil
from tests.core.vie import EMISSION, Vie, archive, creancier

CONNUE = Juridiction(intitule="Tribunal des activités économiques de Lyon", texte="", a_completer=False)
MENTION = "horodatage de démonstration, non qualifié"


def ensemble(*vies: Vie) -> tuple[list[Recueil], tuple[Piece, ...]]:
    recueils = [recueil(vie) for vie in vies]
    return recueils, lister_pieces([(r.etat, r.scenario) for r in recueils])


def note(vie: Vie, tribunal: Juridiction = TRIBUNAL) -> dict[str, Any]:
    recueils, pieces = ensemble(vie)
    creances = [Creance(r.etat, r.scenario, r.decompte) for r in recueils]
    examen = examiner(creances, creancier(), droit(), JOUR)._replace(juridiction=tribunal)
    manques = lacunes([vie.etat], pieces, examen, creancier(), droit().completude, JOUR)
    return contexte_note(recueils, pieces, creancier(), examen, "dossier-1", MENTION, JOUR, manques=manques)


def reserves(vie: Vie, tribunal: Juridiction = TRIBUNAL) -> str:
    phrases: Sequence[str] = note(vie, tribunal)["reserves"]
    return "\n".join(phrases)


def test_le_bordereau_compte_ses_pieces_et_ses_pages() -> None:
    recueils, pieces = ensemble(complete())
    lu = contexte_bordereau(recueils, pieces, range(1, len(pieces) + 1), creancier(), TRIBUNAL, JOUR)
    assert (lu["nombre"], lu["total_pages"]) == (11, 66)
    assert lu["juridiction"] == {"intitule": "Tribunal de commerce", "adresse_a_completer": True}
    assert lu["pieces"][10]["pages"] == "11"
    assert lu["objet"] == "Bordereau des pièces"
    assert "séparément" not in str(lu)


def test_le_bordereau_dit_sans_commentaire_quel_original_est_joint_a_part() -> None:
    recueils, pieces = ensemble(complete())
    pages = [1] * len(pieces)
    lu = contexte_bordereau(recueils, pieces, pages, creancier(), TRIBUNAL, JOUR, {2})
    assert lu["pieces"][1]["titre"] == f"{pieces[1].titre} (original joint séparément)"
    assert [p["titre"] for p in lu["pieces"] if "séparément" in p["titre"]] == [lu["pieces"][1]["titre"]]


def test_le_decompte_imprime_ses_imputations_et_ses_lectures_une_seule_fois() -> None:
    un = complete().payer("300", date(2026, 7, 3))
    recueils, _ = ensemble(un, complete())
    lu = contexte_decompte(recueils, creancier(), JOUR)
    assert len(lu["factures"]) == 2
    imputation = {
        cle: texte.replace("\u00a0", " ") for cle, texte in lu["factures"][0]["imputations"][0].items()
    }
    assert imputation == {
        "date": "03/07/2026",
        "libelle": "Paiement reçu",
        "montant": "300,00 €",
        "interets": "10,01 €",
        "indemnite": "40,00 €",
        "principal": "249,99 €",
        "reste": "750,01 €",
    }
    assert len(lu["hypotheses"]) == len(set(lu["hypotheses"]))
    assert lu["total"].endswith("€")


def test_la_chronologie_relie_chaque_evenement_a_ses_propres_pieces() -> None:
    vie = complete().payer("10", date(2026, 6, 11))
    recueils, pieces = ensemble(vie)
    evenements = contexte_chronologie(recueils, pieces, creancier(), JOUR)["evenements"]
    numeros = {e["libelle"].replace("\u00a0", " "): e["piece"] for e in evenements}
    assert numeros["Facture n° FA-1 émise, échéance au 3 juin 2026"] == "1"
    assert numeros["Relance 1 par courriel"] == "3"
    assert numeros["Paiement reçu : 10,00 €"] == "", "le paiement du même jour n'est pas dans la relance"
    assert numeros["Mise en demeure : dépôt du recommandé n° 1A2"] == "9, 10"
    assert [e["date"][3:5] for e in evenements] == sorted(e["date"][3:5] for e in evenements)


def test_la_chronologie_de_deux_creances_les_nomme_et_les_mele() -> None:
    recueils, pieces = ensemble(complete(), complete())
    evenements = contexte_chronologie(recueils, pieces, creancier(), JOUR)["evenements"]
    assert all(e["libelle"].startswith("FA-1 – ") for e in evenements)
    assert evenements[0]["date"] == evenements[1]["date"] == "04/05/2026"


def test_la_chronologie_ne_dit_rien_d_interne() -> None:
    vie = complete().contester("Le gérant est de mauvaise foi")
    recueils, pieces = ensemble(vie)
    assert "mauvaise foi" not in str(contexte_chronologie(recueils, pieces, creancier(), JOUR))


def test_la_note_dit_tout_ce_qui_manque_et_rien_d_autre() -> None:
    """What does not stop the sealing too, each with its text, its risk and its remedy."""
    vie = complete()
    dites = reserves(vie)
    assert (
        "Facture FA-1 : rien ne prouve la livraison ou l'exécution (code civil, art. 1353). Le débiteur peut "
        "opposer que rien n'a été livré, et le juge rejeter la requête. Joignez le bon de livraison"
    ) in dites
    for dit in ("l'engagement du débiteur", "extrait (Kbis", "aucun contrôle du BODACC", "relevé de compte"):
        assert dit in dites
    assert "copie de la facture" not in dites
    assert "preuve de dépôt" not in dites
    for genre in (GenrePiece.DEVIS, GenrePiece.LIVRAISON, GenrePiece.COMPTE):
        vie.noter(PieceAjoutee(genre=genre, intitule=genre.value, jour=EMISSION, pdf=archive(genre.value)))
    dites = reserves(vie)
    assert "rien ne prouve" not in dites
    assert "relevé de compte" not in dites


def test_la_note_dit_qu_un_point_est_leve_par_derogation_sans_dire_pourquoi_ni_par_qui() -> None:
    vie = complete()
    recueils, pieces = ensemble(vie)
    creances = [Creance(r.etat, r.scenario, r.decompte) for r in recueils]
    examen = examiner(creances, creancier(), droit(), JOUR)
    manques = lacunes([vie.etat], (), examen, creancier(), droit().completude, JOUR)

    def dites() -> list[str]:
        lus, _ = ensemble(vie)
        contexte = contexte_note(lus, pieces, creancier(), examen, "d", MENTION, JOUR, manques=manques)
        return [dite for dite in contexte["reserves"] if "copie de la facture" in dite]

    assert "dérogation" not in dites()[0]
    vie.noter(DerogationDonnee(lacunes=("facture",), par="Alice Bon", motif="pressé", jour=JOUR))
    assert dites()[0].endswith("Point levé par dérogation, tracée au journal.")
    assert "Alice" not in dites()[0]
    assert "pressé" not in dites()[0]


def test_les_lettres_de_remise_disent_ce_qui_manque() -> None:
    assert "rien ne prouve la livraison" in str(lettre(complete())["reserves"])


def lettre(vie: Vie) -> dict[str, Any]:
    """The variables of the letters of the hand-over."""
    recueils, pieces = ensemble(vie)
    creances = [Creance(r.etat, r.scenario, r.decompte) for r in recueils]
    examen = examiner(creances, creancier(), droit(), JOUR)
    manques = lacunes([r.etat for r in recueils], pieces, examen, creancier(), droit().completude, JOUR)
    pages = [1] * len(pieces)
    return contexte_lettre_de_remise(
        recueils, pieces, pages, creancier(), examen, "dossier-1", MENTION, JOUR, manques
    )


def test_les_lettres_de_remise_ne_donnent_pas_d_ordre_au_creancier() -> None:
    dites = "\n".join(lettre(complete())["reserves"])
    for ordre in ("Joignez", "Consultez", "Complétez", "Vérifiez", "logiciel", "genre «"):
        assert ordre not in dites
    assert "Joignez l'extrait de votre compte client" in reserves(complete())
    assert "Un paiement ou un avoir oublié fait rejeter la demande en partie" in dites
    assert "L'absence de procédure collective" in dites


def test_les_lettres_de_remise_disent_la_prescription_certaine_et_la_possible() -> None:
    (sans,) = lettre(complete())["prescription"]
    assert sans["date"] == "3 juin 2031"
    assert "Date possible" not in sans["hypothese"]
    (paye,) = lettre(complete().payer("60", date(2026, 7, 15)))["prescription"]
    assert paye["date"] == "3 juin 2031"
    assert "sans interruption ni suspension certaine" in paye["hypothese"]
    assert "Date possible, à ne pas tenir pour acquise : 15 juillet 2031" in paye["hypothese"]


def echeancier(*, manque: bool) -> Vie:
    vie = complete().accorder((date(2026, 8, 15), "500"), (date(2026, 9, 15), "500"))
    vie.aller(date(2026, 8, 15))
    if not manque:
        vie.payer("500")
    vie.aller(JOUR)
    return vie


CONTESTABLE = (
    "Facture FA-1 : échéancier du 5 août 2026, aucun accord signé au dossier ; la déchéance du terme peut être "
    "contestée."
)


def test_un_echeancier_rompu_sans_accord_signe_est_une_reserve() -> None:
    assert CONTESTABLE in reserves(echeancier(manque=True))
    assert CONTESTABLE in lettre(echeancier(manque=True))["reserves"]
    assert "échéancier" not in reserves(echeancier(manque=False))
    assert "échéancier" not in reserves(complete())


@pytest.mark.parametrize(
    ("intitule", "leve"),
    [
        ("Accord d'échelonnement du 5 août 2026", True),
        ("Échéancier signé", True),
        ("Échéancier proposé", False),
        ("Accord de distribution", False),
    ],
)
def test_seul_l_accord_d_echelonnement_produit_leve_la_reserve(intitule: str, leve: bool) -> None:
    vie = echeancier(manque=True)
    pdf = archive("accord.pdf")
    vie.noter(PieceAjoutee(genre=GenrePiece.CONTRAT, intitule=intitule, jour=JOUR, pdf=pdf))
    assert (CONTESTABLE not in reserves(vie)) is leve


def test_chaque_echeancier_rompu_est_dit_avec_la_date_de_son_accord() -> None:
    vie = echeancier(manque=True)
    vie.accorder((date(2026, 8, 28), "1000"))
    vie.aller(date(2026, 9, 5))
    dites = reserves(vie)
    assert CONTESTABLE in dites
    assert CONTESTABLE.replace("5 août", "21 août") in dites


def test_la_note_dit_la_juridiction_a_completer_seulement_s_il_le_faut() -> None:
    assert "La juridiction est à choisir ou à vérifier : Tribunal de commerce, à voir" in reserves(complete())
    assert "juridiction est à choisir" not in reserves(complete(), CONNUE)


def test_la_note_dit_la_reserve_d_une_juridiction_donnee_et_les_voies() -> None:
    doute = CONNUE.model_copy(update={"reserve": "commune à vérifier"})
    assert "Tribunal des activités économiques de Lyon, commune à vérifier" in reserves(complete(), doute)
    voies = note(complete())["voies"]
    assert [v["ouverture"] for v in voies if v["libelle"] == "Injonction de payer"] == ["ouverte"]
    assert {"ouverte", "à vérifier", "fermée"} == {v["ouverture"] for v in voies}


def test_la_note_dit_les_contestations_et_les_alertes() -> None:
    vie = complete().contester("Colis abîmé").lever()
    vie.payer("5000", date(2026, 8, 1))
    dites = reserves(vie)
    assert "Facture FA-1 : contestée le 5 août 2026 (Colis abîmé)." in dites
    assert "contestation levée le 5 août 2026 (Réglé)" in dites
    assert "Trop-perçu" in dites
    assert "L622-21" in dites


def test_la_note_dit_l_horodatage_tel_qu_il_est() -> None:
    lue = note(complete())
    assert (lue["horodatage"], lue["dossier"], lue["pieces_nombre"]) == (MENTION, "dossier-1", 11)
    assert {c["fichier"] for c in lue["contenu"]} >= {"02-bordereau.pdf", "pieces/", "originaux/", "journal/"}


def test_la_note_dit_la_prescription_qui_approche_et_laisse_aux_lacunes_celle_qui_est_acquise() -> None:
    vie = complete()
    recueils, pieces = ensemble(vie)
    creances = [Creance(r.etat, r.scenario, r.decompte) for r in recueils]
    examen = examiner(creances, creancier(), droit(), JOUR)

    def dites(gravite: Gravite) -> str:
        alerte = Alerte(gravite=gravite, date_limite=JOUR, phrase="il reste peu de jours")
        proche = examen._replace(delais=(examen.delais[0]._replace(alerte=alerte),))
        lue = contexte_note(recueils, pieces, creancier(), proche, "d", MENTION, JOUR)
        return "\n".join(lue["reserves"])

    assert "Facture FA-1 : il reste peu de jours" in dites(Gravite.URGENT)
    assert "il reste peu de jours" not in dites(Gravite.DEPASSEE)


def test_la_note_presente_les_versions_qu_elle_remplace() -> None:
    recueils, pieces = ensemble(complete())
    creances = [Creance(r.etat, r.scenario, r.decompte) for r in recueils]
    examen = examiner(creances, creancier(), droit(), JOUR)
    zip_ = archive("dossiers/d-v1.zip")
    scelle = DossierScelle(dossier="d-v1", zip=zip_, pieces=1, total=Decimal(1), jour=JOUR)
    remplacee = Remplacee(Version(scelle, ()), ("Pièces inchangées.",))
    lue = contexte_note(recueils, pieces, creancier(), examen, "d", MENTION, JOUR, remplacees=[remplacee])
    assert lue["remplacees"] == [
        {"presentation": presentation(remplacee.version), "differences": ["Pièces inchangées."]}
    ]
    assert note(complete())["remplacees"] == []
