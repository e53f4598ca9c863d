"""The versions of a sealed dossier: what replaces what, and what the reader of the first must know."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.creance import Adresse
from dossier.core.faits import (
    AdresseVerifiee,
    Archive,
    CauseAnnulation,
    Contenu,
    CreanceOuverte,
    Destinataire,
    DossierPrepare,
    DossierScelle,
    DossierTransmis,
    Fait,
    GenrePiece,
    GenreScan,
    LitigeOuvert,
    PaiementAnnule,
    PaiementRecu,
    PieceAjoutee,
    PieceRetiree,
    PliDepose,
    QuestionPosee,
    RequeteDeposee,
    ScanRecu,
    enchainer,
)
from dossier.core.versions import (
    Faits,
    PieceDeVersion,
    Teneur,
    a_change,
    a_remplacer,
    differences,
    identite,
    presentation,
    tenus,
    versions,
)
from tests.core.vie import Vie, archive, creancier, facture

V1, V2 = date(2026, 8, 3), date(2026, 8, 20)
PAYE = PaiementRecu(montant=Decimal(100), jour=date(2026, 8, 10), reference="VIR")
CONTRAT, BON = PieceDeVersion(1, "Contrat", "c" * 64), PieceDeVersion(2, "Bon de commande", "b" * 64)
FACTURE = PieceDeVersion(3, "Facture", "f" * 64)


def journal(*contenus: Contenu, creance: str = "FA-1") -> Faits:
    faits: list[Fait] = []
    for contenu in (CreanceOuverte(facture=facture(numero=creance), scenario="standard"), *contenus):
        instant = datetime(2026, 8, 1, 9, tzinfo=UTC)
        faits.append(enchainer(faits[-1] if faits else None, creance, instant, "essai", contenu))
    return tuple(faits)


def prepare(nom: str = "d-v1") -> DossierPrepare:
    instant = datetime(2026, 8, 3, 9, tzinfo=UTC)
    return DossierPrepare(dossier=nom, creances=("FA-1",), pilote="FA-1", instant=instant)


def scelle(nom: str = "d-v1", jour: date = V1) -> DossierScelle:
    zip_ = Archive(cle=f"dossiers/{nom}.zip", empreinte="a" * 64, taille=1)
    return DossierScelle(dossier=nom, zip=zip_, pieces=3, total=Decimal(1000), jour=jour)


def transmis(nom: str = "d-v1", a: str = "Me Martin", jour: date = V1) -> DossierTransmis:
    return DossierTransmis(
        dossier=nom, qualite=Destinataire.AVOCAT, a=a, moyen="en main propre", par="Essai", jour=jour
    )


def teneur(*contenus: Contenu, **champs: Any) -> Teneur:
    base = Teneur(
        dossier="d-v1",
        jour=V1,
        total=Decimal("1040.00"),
        pieces=(CONTRAT, FACTURE),
        journaux={"FA-1": journal(*contenus)},
        creancier="Atelier Fictif SAS",
    )
    return base._replace(**champs)


def lues(avant: Teneur, apres: Teneur) -> list[str]:
    return [phrase.replace("\u00a0", " ").replace("\u202f", " ") for phrase in differences(avant, apres)]


def test_chaque_version_scellee_se_retrouve_avec_ceux_qui_l_ont_recue() -> None:
    faits = journal(
        prepare(), scelle(), transmis(), transmis(a="Me Bernard"), prepare("d-v2"), scelle("d-v2", V2)
    )
    une, deux = versions(faits)
    assert [r.a for r in une.remises] == ["Me Martin", "Me Bernard"]
    assert (deux.scelle.dossier, deux.remises) == ("d-v2", ())
    assert versions(journal(prepare())) == ()


def test_une_version_tient_les_faits_jusqu_a_sa_preparation_comprise() -> None:
    faits = journal(PAYE, prepare(), scelle(), prepare("d-v2"))
    assert tenus(faits, "d-v1") == faits[:3]
    assert tenus(faits, "d-v2") == faits
    assert tenus(faits, "inconnu") == ()


def test_seul_ce_qu_un_nouveau_dossier_dirait_est_un_changement() -> None:
    avant = (prepare(), scelle(), transmis(), QuestionPosee(etape="x", question="y"))
    assert not a_change(journal(*avant), "d-v1")
    assert a_change(journal(*avant, PAYE), "d-v1")
    depot = RequeteDeposee(juridiction="Tribunal judiciaire de Lyon", jour=V2)
    assert a_change(journal(*avant, depot), "d-v1")
    assert not a_change(journal(PAYE, *avant), "d-v1")
    assert not a_change(journal(*avant, PAYE), "d-v2"), "cette créance n'est pas dans la version"


def test_la_presentation_dit_a_qui_l_ancienne_version_a_ete_remise() -> None:
    une, deux = (
        versions(journal(prepare(), scelle(), transmis(), transmis(a="le greffe", jour=V2)))[0],
        scelle(),
    )
    assert presentation(une) == (
        "Cette version remplace « d-v1 », scellée le 3 août 2026, remise à Me Martin le 3 août 2026 (en main propre), "
        "à le greffe le 20 août 2026 (en main propre). Empreinte SHA-256 de l'ancien zip : " + "a" * 64 + "."
    )
    assert "qui n'a été remise à personne" in presentation(une._replace(scelle=deux, remises=()))


def test_deux_versions_pareilles_le_disent() -> None:
    assert lues(teneur(), teneur(dossier="d-v2")) == [
        "Total dû inchangé : 1 040,00 €.",
        "Pièces inchangées, sous les mêmes numéros.",
    ]


def test_les_sommes_se_disent_d_hier_et_d_aujourd_hui() -> None:
    apres = teneur(PAYE, jour=V2, total=Decimal("945.00"))
    assert lues(teneur(), apres) == [
        "Total dû : 1 040,00 € au 3 août 2026, 945,00 € au 20 août 2026.",
        "Reste sur la facture FA-1 : 1 000,00 €, puis 900,00 €.",
        "Pièces inchangées, sous les mêmes numéros.",
        "Fait nouveau : 10/08/2026, FA-1, Paiement reçu : 100,00 €.",
    ]


def test_les_pieces_ajoutees_retirees_et_renumerotees_se_nomment() -> None:
    apres = teneur(pieces=(CONTRAT, BON, FACTURE._replace(numero=4), BON._replace(numero=3, titre="Devis")))
    assert lues(teneur(pieces=(CONTRAT, FACTURE)), apres)[1:] == [
        "Pièce ajoutée : n° 2, Bon de commande.",
        "Pièce ajoutée : n° 3, Devis.",
        "Pièces renumérotées : l'ancienne n° 3 devient la n° 4.",
    ]
    assert lues(teneur(pieces=(CONTRAT, BON)), teneur(pieces=(CONTRAT,)))[1:] == [
        "Pièce retirée : ancienne n° 2, Bon de commande."
    ]


def test_des_numeros_qui_se_decalent_ensemble_se_disent_ensemble() -> None:
    suite = [FACTURE._replace(numero=rang, titre=f"Courrier {rang}") for rang in (2, 3, 4, 6)]
    avant = teneur(pieces=(CONTRAT, *suite))
    apres = teneur(pieces=(CONTRAT, BON, *(piece._replace(numero=piece.numero + 1) for piece in suite)))
    assert lues(avant, apres)[-1] == (
        "Pièces renumérotées : les anciennes n° 2 à 4 deviennent les n° 3 à 5, l'ancienne n° 6 devient la n° 7."
    )


def test_une_facture_entre_ou_sort_sans_que_sa_vie_passee_soit_un_fait_nouveau() -> None:
    deux = {"FA-1": journal(), "FA-2": journal(PAYE, creance="FA-2")}
    assert lues(teneur(), teneur(journaux=deux))[0] == "Facture ajoutée : FA-2."
    assert "Fait nouveau" not in str(lues(teneur(), teneur(journaux=deux)))
    assert lues(teneur(journaux=deux), teneur())[0] == "Facture retirée : FA-2."


def test_une_partie_qui_change_se_dit_une_fois() -> None:
    adresse = Adresse(lignes=("9 quai Neuf",), code_postal="69002", ville="Lyon")
    verifiee = AdresseVerifiee(adresse=adresse, source="Kbis", par="Essai", jour=V2)
    avant = teneur(journaux={"FA-1": journal(), "FA-2": journal(creance="FA-2")})
    apres = teneur(
        journaux={"FA-1": journal(verifiee), "FA-2": journal(verifiee, creance="FA-2")},
        creancier="Atelier Fictif SA",
    )
    dites = lues(avant, apres)
    assert dites[0] == "Créancier : « Atelier Fictif SAS » devient « Atelier Fictif SA »."
    assert dites[1] == (
        "Adresse du débiteur : « 2 rue du Néant, 69001 Lyon » devient « 9 quai Neuf, 69002 Lyon »."
    )
    assert sum("Adresse du débiteur :" in dite for dite in dites) == 1
    assert "Créancier" not in str(lues(teneur(creancier=""), teneur()))


def test_ce_qui_est_interne_n_est_pas_un_fait_nouveau() -> None:
    apres = teneur(LitigeOuvert(motif="mauvaise foi", jour=V2))
    assert "mauvaise foi" not in str(lues(teneur(), apres))


def test_l_identite_du_creancier_tient_en_une_ligne() -> None:
    sans_registre = creancier().model_copy(update={"rcs": ""})
    qui = creancier()
    assert identite(qui).startswith(f"{qui.denomination}, {qui.forme}, {qui.siren} {qui.rcs}, ")
    assert f", {qui.siren}, " in identite(sans_registre)


def test_ce_que_la_premiere_disait_et_que_la_seconde_ne_dit_plus_se_dit_aussi() -> None:
    annule = PaiementAnnule(paiement=PAYE, cause=CauseAnnulation.ERREUR, motif="Secret", par="Essai", jour=V2)
    dites = lues(teneur(PAYE), teneur(PAYE, annule, jour=V2))
    assert "Fait qui n'est plus dit : 10/08/2026, FA-1, Paiement reçu : 100,00 €." in dites
    assert "Reste sur la facture FA-1 : 900,00 €, puis 1 000,00 €." in dites
    assert "Secret" not in str(dites)
    assert not [d for d in lues(teneur(PAYE), teneur(PAYE)) if d.startswith("Fait")]


def test_un_numero_de_recommande_corrige_se_dit_dans_les_deux_sens() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.aller(date(2026, 8, 3))
    depot = PliDepose(cle="mise-en-demeure:lrar", numero="1A1", jour=vie.jour)
    avant = tuple(vie.noter(depot).faits)
    apres = tuple(vie.noter(depot.model_copy(update={"numero": "1A2"})).faits)
    dites = [d for d in lues(teneur(journaux={"FA-1": avant}), teneur(journaux={"FA-1": apres})) if "1A" in d]
    assert [d.partition(" : ")[0] for d in dites] == ["Fait nouveau", "Fait qui n'est plus dit"]
    assert dites[0].endswith("n° 1A2.") and dites[1].endswith("n° 1A1.")


def test_un_scan_classe_depuis_ne_fait_pas_d_un_vieux_depot_un_fait_nouveau() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.aller(date(2026, 8, 3))
    cle = "mise-en-demeure:lrar"
    avant = tuple(vie.noter(PliDepose(cle=cle, numero="1A1", jour=vie.jour)).faits)
    scan = ScanRecu(cle=cle, genre=GenreScan.DEPOT, fichier="x.pdf", pdf=archive("x.pdf"), jour=vie.jour)
    apres = tuple(vie.noter(scan).faits)
    dites = lues(teneur(journaux={"FA-1": avant}), teneur(journaux={"FA-1": apres}))
    assert not [d for d in dites if d.startswith("Fait")]


@pytest.mark.parametrize(("garde", "numero"), [([1], 2), ([1, 2], 0)])
def test_une_piece_commune_retiree_d_une_seule_facture_se_dit(garde: list[int], numero: int) -> None:
    deux = tuple(CONTRAT._replace(numero=n) for n in (1, 2))
    apres = tuple(CONTRAT._replace(numero=n) for n in garde)
    dites = lues(teneur(pieces=deux), teneur(pieces=apres))[1:]
    dit = (
        f"Pièce retirée : ancienne n° {numero}, Contrat."
        if numero
        else "Pièces inchangées, sous les mêmes numéros."
    )
    assert dites == [dit]


def test_une_piece_jointe_de_nouveau_a_une_autre_date_se_dit() -> None:
    piece = PieceAjoutee(genre=GenrePiece.CONTRAT, intitule="Contrat", jour=date(2026, 4, 1), pdf=archive())
    retrait = PieceRetiree(empreinte=piece.pdf.empreinte, intitule="Contrat", motif="m", par="Essai", jour=V2)
    autre = piece.model_copy(update={"jour": date(2026, 5, 3)})
    dit = "Date de la pièce « Contrat » : 1er avril 2026, puis 3 mai 2026."
    assert dit in lues(teneur(piece), teneur(piece, retrait, autre))
    assert dit not in lues(teneur(piece), teneur(piece, retrait, piece))
    assert dit not in lues(teneur(), teneur(autre)), "jointe depuis, elle est ajoutée"


def test_une_autre_juridiction_se_dit_si_les_deux_versions_la_nomment() -> None:
    lyon, nantes = "Tribunal de commerce de Lyon", "Tribunal de commerce de Nantes"
    dit = f"Juridiction : « {lyon} » devient « {nantes} »."
    assert dit in lues(teneur(juridiction=lyon), teneur(juridiction=nantes))
    for avant, apres in ((lyon, lyon), ("", nantes), (lyon, "")):
        assert "Juridiction" not in str(lues(teneur(juridiction=avant), teneur(juridiction=apres)))


def test_la_version_suivante_repond_a_la_derniere_et_a_celles_que_quelqu_un_tient_encore() -> None:
    def noms(*contenus: Contenu) -> list[str]:
        return [v.scelle.dossier for v in a_remplacer(versions(journal(*contenus)))]

    une, deux, trois = (
        scelle(),
        scelle("d-v2", V2),
        scelle("d-v3", V2),
    )
    assert noms() == []
    assert noms(une, deux) == ["d-v2"], "la première n'a été remise à personne"
    assert noms(une, transmis(), deux) == ["d-v1", "d-v2"], "Me Martin tient la première"
    assert noms(une, transmis(), deux, transmis("d-v2")) == ["d-v2"], "il a reçu la suivante"
    assert noms(une, transmis(), deux, transmis("d-v2", "le greffe")) == ["d-v1", "d-v2"]
    assert noms(une, transmis(), deux, transmis("d-v2"), trois) == ["d-v2", "d-v3"]
