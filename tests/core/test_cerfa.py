"""The page to copy from: the right form for the court, its lines in order, nothing that the law forbids."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dossier.core.cerfa import CONTRIBUTION, contexte_cerfa, contribution, formulaire_de
from dossier.core.creance import Adresse, Creancier, Genre, Nature
from dossier.core.droit.juridiction import Juridiction
from dossier.core.errors import DonneeInvalide
from dossier.core.examen import tribunal
from dossier.core.pieces import lister_pieces
from tests.core.droit.loi import droit
from tests.core.test_pieces import complete
from tests.core.test_requete import JOUR, jusqu_au_dossier, recueil
from tests.core.vie import Vie, creancier, debiteur, facture

PRIVE = {"genre": Genre.PARTICULIER, "siren": None, "forme": ""}


def cour(intitule: str, **champs: Any) -> Juridiction:
    return Juridiction(intitule=intitule, texte="CPC, art. 1406", a_completer=False, **champs)


def page(*vies: Vie, qui: Creancier | None = None, tribunal: Juridiction | None = None) -> dict[str, Any]:
    recueils = [recueil(vie) for vie in vies]
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    saisi = tribunal or cour("Tribunal de commerce de Nantes")
    return contexte_cerfa(recueils, pieces, qui or creancier(), saisi, JOUR)


def sommes(*vies: Vie, **autres: Any) -> list[tuple[str, str]]:
    lues = page(*vies, **autres)["sommes"]
    return [(s["libelle"].replace("\u00a0", " "), s["montant"].replace("\u00a0", " ")) for s in lues]


def de(**champs: Any) -> Vie:
    return jusqu_au_dossier(Vie(la_facture=facture(**champs)))


@pytest.mark.parametrize(
    ("intitule", "numero"),
    [
        ("Tribunal de commerce de Nantes", "12946*02"),
        ("Tribunal des activités économiques de Lyon", "12946*02"),
        ("Tribunal judiciaire de Gap", "12948*06"),
        ("Juge des contentieux de la protection du tribunal judiciaire de Gap", "16040*01"),
    ],
)
def test_chaque_juridiction_a_son_formulaire(intitule: str, numero: str) -> None:
    lu = formulaire_de(cour(intitule))
    assert lu is not None
    assert lu.numero == numero
    coches = [
        f["numero"] for f in page(complete(), tribunal=cour(intitule))["formulaires"] if f["case"] == "☒"
    ]
    assert coches == [numero]


@pytest.mark.parametrize(
    "intitule",
    [
        "Chambre commerciale du tribunal judiciaire de Strasbourg",
        "Tribunal mixte de commerce de Cayenne",
        "Juridiction à déterminer",
    ],
)
def test_sans_formulaire_releve_il_est_dit_de_le_demander_au_greffe(intitule: str) -> None:
    lu = page(complete(), tribunal=cour(intitule))
    assert formulaire_de(cour(intitule)) is None
    assert lu["formulaire"]["numero"] == ""
    assert "le demander à son greffe" in lu["avant_depot"][0]
    assert "☒" not in {f["case"] for f in lu["formulaires"]}


@pytest.mark.parametrize(
    ("champs", "numero"),
    [
        ({"debiteur": debiteur()}, "12946*02"),
        ({"debiteur": debiteur(**PRIVE)}, "12948*06"),
        ({"debiteur": debiteur(forme="SCI")}, "12948*06"),
        ({"debiteur": debiteur(**PRIVE), "nature": Nature.BAIL_HABITATION}, "16040*01"),
    ],
)
def test_le_formulaire_est_celui_de_la_juridiction_que_le_droit_designe(
    champs: dict[str, Any], numero: str
) -> None:
    lu = formulaire_de(tribunal(de(**champs).etat, droit(), JOUR))
    assert lu is not None
    assert lu.numero == numero


def test_les_lignes_de_la_table_sont_celles_du_formulaire_transcrit() -> None:
    assert sommes(complete()) == [
        ("Principal", "1 000,00 €"),
        ("Intérêts au taux légal", "néant"),
        (
            "Intérêts au taux contractuel : taux de la BCE majoré de dix points, soit 12,15 % puis 12,40 %, "
            "à compter du 04/06/2026",
            "26,66 €",
        ),
        (
            "Pénalités de retard à échoir, à compter du 22 août 2026 et jusqu'au paiement "
            "(ligne absente de la transcription)",
            "mémoire",
        ),
        ("Clause pénale", "néant"),
        ("Frais accessoires", "néant"),
        ("Autre : Indemnité forfaitaire pour frais de recouvrement", "40,00 €"),
        ("Total (ligne absente de la transcription)", "1 066,66 €"),
    ]


def test_contre_un_consommateur_seul_le_taux_legal_a_un_montant() -> None:
    lues = dict(sommes(de(debiteur=debiteur(**PRIVE)), tribunal=cour("Tribunal judiciaire de Gap")))
    assert lues["Intérêts au taux légal, à compter du 06/08/2026"] == "1,21 €"
    assert (lues["Intérêts au taux contractuel"], lues["Autre"]) == ("néant", "néant")
    assert "L441-10" not in str(page(de(debiteur=debiteur(**PRIVE)), tribunal=cour("Tribunal judiciaire")))


def test_sans_interet_couru_la_ligne_ne_finit_pas_par_une_virgule() -> None:
    vie = de()
    seul = recueil(vie)
    seul = seul._replace(decompte=seul.decompte.model_copy(update={"segments": ()}))
    pieces = lister_pieces([(seul.etat, seul.scenario)])
    lu = contexte_cerfa([seul], pieces, creancier(), cour("Tribunal de commerce de Nantes"), JOUR)
    assert lu["sommes"][2]["libelle"].endswith("taux de la BCE majoré de dix points")


def test_les_sommes_de_plusieurs_factures_s_additionnent_sur_une_seule_page() -> None:
    lues = dict(sommes(complete(), de(numero="FA-2", montant_ttc=Decimal("200.50"))))
    assert lues["Principal"] == "1 200,50 €"
    assert lues["Autre : Indemnité forfaitaire pour frais de recouvrement (2 factures)"] == "80,00 €"


def test_une_juridiction_a_choisir_et_son_renvoi_sont_a_completer() -> None:
    douteuse = Juridiction(
        intitule="Tribunal de commerce", texte="CPC", a_completer=True, motif="entre : A, B"
    )
    lu = page(complete(), tribunal=douteuse)
    a_faire = [c["valeur"] for r in lu["rubriques"] for c in r["champs"] if c["a_completer"]]
    assert a_faire[0].replace("\u00a0", " ") == "[à compléter : entre : A, B]"
    assert [c["a_completer"] for c in lu["fin"]] == [False, True, False, False, False]
    certaine = page(complete())
    assert not any(c["a_completer"] for c in certaine["fin"])
    assert "À vérifier" not in {c["libelle"] for c in certaine["rubriques"][0]["champs"]}


@pytest.mark.parametrize(
    ("forme", "case"),
    [("SAS", "☒ personne morale   ☐ personne physique"), ("EI", "☐ personne morale   ☒ personne physique")],
)
def test_la_qualite_de_chaque_partie_est_cochee(forme: str, case: str) -> None:
    qui = creancier().model_copy(update={"forme": forme})
    lu = page(de(debiteur=debiteur(forme=forme)), qui=qui)
    cases = [c["valeur"] for r in lu["rubriques"] for c in r["champs"] if c["libelle"] == "Qualité"]
    assert cases == [case, case]


def test_la_contribution_est_dite_devant_un_tribunal_des_activites_economiques_meme_candidat() -> None:
    tae = "Tribunal des activités économiques de Lyon"
    du = Decimal("50000.01")
    assert contribution(cour(tae), du) == CONTRIBUTION
    assert contribution(cour("Tribunal de commerce", candidats=("A", tae)), du) == CONTRIBUTION
    assert contribution(cour("Tribunal de commerce de Nantes", candidats=("A",)), du) == ""
    grande = de(montant_ttc=Decimal(60_000))
    assert CONTRIBUTION in page(grande, tribunal=cour(tae))["avant_depot"]
    assert CONTRIBUTION not in page(grande)["avant_depot"]


def test_une_demande_de_cinquante_mille_euros_ne_doit_pas_la_contribution() -> None:
    tae = cour("Tribunal des activités économiques de Lyon")
    assert contribution(tae, Decimal(50_000)) == ""
    assert CONTRIBUTION not in page(complete(), tribunal=tae)["avant_depot"]


def test_les_frais_de_greffe_ne_se_consignent_qu_au_tribunal_de_commerce() -> None:
    assert "quinze jours" in page(complete())["avant_depot"][0]
    assert "Aucuns frais" in page(complete(), tribunal=cour("Tribunal judiciaire de Gap"))["avant_depot"][0]


def test_la_ligne_des_penalites_n_est_une_lecture_que_si_le_taux_n_est_pas_stipule() -> None:
    def lecture(vie: Vie) -> bool:
        return any("Lecture à confirmer" in dit for dit in page(vie)["avant_depot"])

    assert lecture(complete())
    assert not lecture(de(taux_stipule=Decimal("0.15")))
    assert not lecture(de(debiteur=debiteur(**PRIVE)))


def test_le_nombre_de_pieces_s_accorde() -> None:
    def dites(lu: dict[str, Any]) -> str:
        return str(lu["fin"][2]["valeur"])

    assert dites(page(complete())) == "bordereau joint, 11 pièces"
    seul = recueil(complete())
    une = lister_pieces([(seul.etat, seul.scenario)])[:1]
    lu = contexte_cerfa([seul], une, creancier(), cour("Tribunal de commerce de Nantes"), JOUR)
    assert dites(lu) == "bordereau joint, 1 pièce"


@pytest.mark.parametrize(
    "champs", [{"debiteur": debiteur(genre=Genre.PUBLIC)}, {"nature": Nature.HORS_CONTRAT}]
)
def test_ce_que_la_loi_exclut_n_a_pas_de_formulaire(champs: dict[str, Any]) -> None:
    with pytest.raises(DonneeInvalide, match="Aucune requête en injonction de payer"):
        page(de(**champs))


def test_l_adresse_de_la_partie_est_sur_la_page() -> None:
    loin = Adresse(lignes=("9 rue du Bout",), code_postal="05000", ville="Gap")
    lu = page(de(debiteur=debiteur(adresse=loin)))
    assert "9 rue du Bout, 05000 Gap" in str(lu["rubriques"])
