from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.creance import Avoir, Facture, Genre, Nature
from dossier.core.importation import FactureLue, hors_scenario, juger
from dossier.core.langues import Code
from tests.core.vie import standard

BONNE = {
    "numero": "FA-1",
    "date": "2026-05-04",
    "echeance": "03/06/2026",
    "montant_ttc": "1 200,00 €",
    "siren": "732 829 320",
    "raison_sociale": "Essai SARL",
    "adresse": "Bâtiment A\n1 rue de l'Essai",
    "code_postal": "69003",
    "ville": "Lyon",
}


def lue(**champs: str) -> FactureLue:
    return FactureLue(BONNE | champs, {"montant_ttc": "colonne « TTC »"}, "corrigez")


def facture(**champs: str) -> Facture:
    jugee = juger(lue(**champs))
    assert isinstance(jugee, Facture), jugee
    return jugee


def motif(**champs: str) -> str:
    jugee = juger(lue(**champs))
    assert isinstance(jugee, str), jugee
    return jugee


def test_tout_ce_qui_est_lu_est_repris() -> None:
    prise = facture(
        deja_paye="200",
        devise="eur",
        type="380",
        commande="BC-1",
        contrat="CT-1",
        livraison="BL-1",
        date_execution="2026-05-01",
        objet="Pose\u00a0de\tcloisons\x01",
        email="mailto:a@b.example",
        telephone="01",
        contact="Mme X",
        forme="SARL",
        rcs="Lyon",
    )
    assert prise.emission == date(2026, 5, 4)
    assert prise.echeance == date(2026, 6, 3)
    assert (prise.montant_ttc, prise.deja_paye) == (Decimal("1200.00"), Decimal("200.00"))
    assert (prise.commande, prise.contrat, prise.livraison) == ("BC-1", "CT-1", "BL-1")
    assert prise.execution == date(2026, 5, 1)
    assert prise.objet == "Pose de cloisons"
    debiteur = prise.debiteur
    assert (debiteur.siren, debiteur.email, debiteur.genre) == ("732829320", "a@b.example", Genre.ENTREPRISE)
    assert debiteur.adresse.lignes == ("Bâtiment A", "1 rue de l'Essai")
    assert (debiteur.forme, debiteur.rcs, debiteur.contact, debiteur.telephone) == (
        "SARL",
        "Lyon",
        "Mme X",
        "01",
    )


@pytest.mark.parametrize(
    "champ", ["numero", "date", "echeance", "montant_ttc", "raison_sociale", "adresse", "ville"]
)
@pytest.mark.parametrize("vide", ["", " \u00a0\n", "\x01"])
def test_un_champ_indispensable_absent_est_dit(champ: str, vide: str) -> None:
    assert "manque" in motif(**{champ: vide})


def test_toutes_les_fautes_sont_dites_en_une_phrase() -> None:
    dit = motif(echeance="bientôt", montant_ttc="cher", siren="123", email="a@b", code_postal="X")
    assert dit.startswith("Facture FA-1 : ")
    assert dit.endswith("corrigez.")
    assert dit.count(" ; ") == 5
    assert "« cher » n'est pas un montant de la forme 1234,56 (colonne « TTC »)" in dit


def test_la_longueur_du_numero_est_bornee() -> None:
    assert facture(numero="N" * 80).numero == "N" * 80
    assert "dépasse 80 caractères" in motif(numero="N" * 81)


def test_l_echeance_peut_etre_le_jour_de_la_facture_mais_pas_avant() -> None:
    assert facture(echeance="04/05/2026").echeance == date(2026, 5, 4)
    assert "(03/05/2026) précède la date de facture" in motif(echeance="03/05/2026")


@pytest.mark.parametrize("champs", [{"type": "381"}, {"type": "Avoir client"}, {"montant_ttc": "-0,01"}])
def test_un_avoir_se_reconnait_a_son_type_ou_a_son_signe(champs: dict[str, str]) -> None:
    lu = juger(lue(**champs, facture_precedente="FA-0", echeance="", siren="", adresse=""))
    assert isinstance(lu, Avoir)
    assert (lu.numero, lu.facture, lu.jour) == ("FA-1", "FA-0", date(2026, 5, 4))
    assert lu.montant > 0


def test_un_document_non_emis_un_taux_et_une_nature_inconnus_sont_dits() -> None:
    dit = motif(statut="Brouillon", taux_penalites="0,12", nature_creance="Amitié")
    assert "le statut « Brouillon » n'est pas celui d'une facture à recouvrer" in dit
    assert "« 0,12 » n'est pas un pourcentage annuel" in dit
    assert "la nature « Amitié » n'est pas connue (contrat, transport, bail d'habitation" in dit
    prise = facture(statut="émise", taux_penalites="12 %", nature_creance="Bail d’habitation")
    assert (prise.taux_stipule, prise.nature) == (Decimal("0.12"), Nature.BAIL_HABITATION)


@pytest.mark.parametrize(
    "statut",
    ["payée", "Réglée", "Annulation", "annulées", "Cancelled", "Pro forma", "En litige", "Refusée", "?"],
)
def test_un_statut_qui_n_est_pas_celui_d_une_facture_due_est_refuse(statut: str) -> None:
    assert f"le statut « {statut} »" in motif(statut=statut)


@pytest.mark.parametrize("statut", ["", "Émise", "EMISE", "En  retard", "Partiellement payée", "overdue"])
def test_un_statut_de_facture_due_est_accepte(statut: str) -> None:
    assert facture(statut=statut).numero == "FA-1"


@pytest.mark.parametrize(("type_", "avoir"), [("Note de crédit", True), ("Avoir n° 3", True), ("380", False)])
def test_le_type_dit_si_c_est_un_avoir(type_: str, avoir: bool) -> None:
    assert isinstance(juger(lue(type=type_, facture_precedente="FA-0")), Avoir) is avoir


def test_une_facture_sans_avoir_n_est_pas_un_avoir() -> None:
    assert "n'est pas une facture à recouvrer" in motif(type="facture sans avoir")


def test_une_nature_dans_la_colonne_du_type_est_expliquee() -> None:
    assert "nommez cette colonne « nature de la créance »" in motif(type="Transport")


def test_monaco_n_est_pas_la_france() -> None:
    assert "écrivez MC" in motif(code_postal="98000", ville="Monaco")


def test_un_avoir_sans_numero_ni_facture() -> None:
    dit = motif(type="avoir", numero="", montant_ttc="0")
    assert dit.startswith("Avoir sans numéro : ")
    for faute in ("le numéro de facture manque", "la facture corrigée manque", "le montant TTC est nul"):
        assert faute in dit.replace("le numéro de la", "la")


@pytest.mark.parametrize("genre", ["384", "devis", "393"])
def test_ce_qui_n_est_pas_une_facture_a_recouvrer_est_refuse(genre: str) -> None:
    assert f"« {genre} » n'est pas une facture" in motif(type=genre)


def test_montants_a_la_limite() -> None:
    assert facture(montant_ttc="0,01").montant_ttc == Decimal("0.01")
    assert "le montant TTC est nul" in motif(montant_ttc="0")
    assert facture(deja_paye="1199,99").deja_paye == Decimal("1199.99")
    assert "déjà payée en entier" in motif(deja_paye="1200")
    assert "serait négatif" in motif(deja_paye="-1")


def test_le_reste_du_donne_ou_verifie_ce_qui_est_paye() -> None:
    assert facture(reste_du="300").deja_paye == Decimal("900.00")
    assert facture(reste_du="300", deja_paye="900").deja_paye == Decimal("900.00")
    assert "ne font pas 300,01\u00a0€" in motif(reste_du="300,01", deja_paye="900")
    assert "déjà payée en entier" in motif(reste_du="0")
    assert "serait négatif" in motif(reste_du="1200,01")


def test_une_autre_monnaie_est_refusee() -> None:
    assert "la devise « USD » n'est pas l'euro" in motif(devise="USD")


def test_siren_et_siret() -> None:
    assert facture(siren="", siret="73282932000074").debiteur.siren == "732829320"
    assert facture(siret="73282932000074").debiteur.siren == "732829320"
    assert "deux entreprises différentes" in motif(siren="000100016", siret="73282932000074")
    assert "« 73282932000075 » est faux" in motif(siret="73282932000075")
    assert "le SIREN du débiteur manque" in motif(siren="")


def test_genre_du_debiteur() -> None:
    assert facture(genre="Société").debiteur.genre is Genre.ENTREPRISE
    assert facture(genre="particulier", siren="").debiteur.genre is Genre.PARTICULIER
    assert facture(genre="public", siren="").debiteur.genre is Genre.PUBLIC
    assert facture(siren="214400012").debiteur.genre is Genre.PUBLIC
    assert facture(siren="214400012", genre="entreprise").debiteur.genre is Genre.ENTREPRISE
    assert "porte un SIREN" in motif(genre="particulier")
    assert "« licorne » n'est ni entreprise" in motif(genre="licorne")


@pytest.mark.parametrize(
    ("lu", "pris"),
    [("1000", "01000"), ("69 003", "69003"), ("690030", None), ("F-69003", None), ("690", None)],
)
def test_code_postal(lu: str, pris: str | None) -> None:
    if pris:
        assert facture(code_postal=lu).debiteur.adresse.code_postal == pris
    else:
        assert "n'a pas cinq chiffres" in motif(code_postal=lu)


def test_un_debiteur_hors_de_france_est_refuse_en_nommant_le_scenario_qui_le_suit() -> None:
    assert facture(pays="re").debiteur.adresse.pays == "FR"
    assert facture(pays="France").debiteur.adresse.pays == "FR"
    dit = motif(pays="Belgique", code_postal="B-1000", siren="")
    assert "établi hors de France (Belgique)" in dit
    assert "un scénario prévu pour l'étranger, comme « export »" in dit
    assert "SIREN" not in dit, "rien d'autre ne lui est reproché"
    assert "cinq chiffres" not in dit


BELGE = {"pays": "BE", "code_postal": "B-1000", "ville": "Bruxelles", "siren": ""}


def a_l_etranger(**champs: str) -> Facture | Avoir | str:
    return juger(lue(**(BELGE | champs)), etranger=True)


def prise_a_l_etranger(**champs: str) -> Facture:
    jugee = a_l_etranger(**champs)
    assert isinstance(jugee, Facture), jugee
    return jugee


def test_un_debiteur_etranger_est_pris_sans_siren_avec_son_code_postal() -> None:
    debiteur = prise_a_l_etranger().debiteur
    assert (debiteur.siren, debiteur.genre) == (None, Genre.ENTREPRISE)
    assert (debiteur.adresse.code_postal, debiteur.adresse.ville, debiteur.adresse.pays) == (
        "B-1000",
        "Bruxelles",
        "BE",
    )
    assert prise_a_l_etranger(genre="particulier").debiteur.genre is Genre.PARTICULIER


@pytest.mark.parametrize("numero", ["BE0123456789", "732 829 320", "HRB 12345", "214400012"])
def test_un_numero_etranger_n_est_jamais_pris_pour_un_siren(numero: str) -> None:
    debiteur = prise_a_l_etranger(siren=numero, siret=numero).debiteur
    assert (debiteur.siren, debiteur.genre) == (None, Genre.ENTREPRISE)


@pytest.mark.parametrize(
    ("code", "admis"), [("", True), ("SW1A 1AA", True), ("1" * 12, True), ("1" * 13, False)]
)
def test_un_code_postal_etranger_est_libre_jusqu_a_douze_caracteres(code: str, admis: bool) -> None:
    if admis:
        assert prise_a_l_etranger(code_postal=code).debiteur.adresse.code_postal == code
    else:
        assert "dépasse 12 caractères" in str(a_l_etranger(code_postal=code))


def test_un_debiteur_public_etranger_releve_d_un_avocat() -> None:
    assert "ne relève pas du code de la commande publique français" in str(a_l_etranger(genre="public"))


@pytest.mark.parametrize(
    ("etranger", "langue", "suivie"),
    [(True, "en", False), (True, "fr", True), (False, "en", True), (False, "fr", True)],
)
def test_un_debiteur_francais_n_est_pas_relance_dans_une_autre_langue(
    etranger: bool, langue: Code, suivie: bool
) -> None:
    scenario = standard().model_copy(update={"nom": "essai", "etranger": etranger, "langue": langue})
    dit = hors_scenario(facture(), scenario)
    assert (dit is None) is suivie
    if dit is not None:
        assert "le débiteur de la facture FA-1 est établi en France" in dit
        assert "« essai » ne sont pas en français : importez-la avec un autre scénario" in dit
    assert hors_scenario(prise_a_l_etranger(), scenario) is None


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_un_consommateur_etranger_releve_d_un_conseil_quelle_que_soit_la_langue(langue: Code) -> None:
    scenario = standard().model_copy(update={"etranger": True, "langue": langue})
    dit = hors_scenario(prise_a_l_etranger(genre="particulier"), scenario)
    assert dit is not None
    assert "la facture FA-1 est due par un consommateur établi hors de France" in dit
    assert "cette créance est à confier à un conseil" in dit


def test_un_consommateur_francais_se_suit_en_francais() -> None:
    assert hors_scenario(facture(genre="particulier", siren=""), standard()) is None


@pytest.mark.parametrize("etranger", [False, True])
def test_un_pays_inconnu_est_refuse_quel_que_soit_le_scenario(etranger: bool) -> None:
    dit = juger(lue(pays="Atlantide"), etranger=etranger)
    assert "le pays « Atlantide » n'est pas connu, écrivez son code ISO" in str(dit)


def test_un_debiteur_francais_est_juge_de_meme_dans_un_scenario_pour_l_etranger() -> None:
    assert juger(lue(), etranger=True) == juger(lue())
    assert juger(lue(siren=""), etranger=True) == juger(lue(siren=""))
    assert juger(lue(code_postal="X"), etranger=True) == juger(lue(code_postal="X"))


def test_un_avoir_ne_depend_pas_du_pays() -> None:
    avoir = a_l_etranger(type="avoir", facture_precedente="FA-0")
    assert isinstance(avoir, Avoir)


@given(
    st.dictionaries(
        st.sampled_from(
            [*BONNE, "type", "deja_paye", "reste_du", "genre", "email", "pays", "siret", "objet"]
        ),
        st.text(alphabet=" 0123456789,./-()€\u00a0\x00\n@éA", max_size=20)
        | st.sampled_from(["1", "0", "-1", "public", "BE", "2026-01-01", "99999999999999"]),
    ),
    st.booleans(),
)
def test_aucun_texte_ne_fait_lever_d_exception(champs: dict[str, str], etranger: bool) -> None:
    assert isinstance(juger(FactureLue(BONNE | champs, {}, "corrigez"), etranger=etranger), Facture | str)
