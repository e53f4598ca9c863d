from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.adapters.config_yaml import charger
from dossier.core.courriers import (
    bloc_creancier,
    bloc_debiteur,
    contexte_courrier,
    ligne_facture,
    proposer_mensualites,
)
from dossier.core.creance import Adresse, Facture, Genre
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.etat import Etat
from dossier.core.faits import Canal, CreanceOuverte
from dossier.core.langues import ANGLAIS, FRANCAIS, Langue
from dossier.core.scenario import Scenario
from tests.core.droit.loi import CONFIG, droit
from tests.core.vie import Vie, archive, creancier, debiteur, facture, standard


def decompte(etat: Etat, au: date) -> Decompte:
    la_facture = etat.facture
    paiements = [(p.jour, p.montant) for p in etat.paiements]
    return etablir_decompte(
        la_facture.montant_ttc,
        la_facture.echeance,
        paiements,
        au,
        droit(),
        genre=la_facture.debiteur.genre,
        deja_paye=la_facture.deja_paye,
    )


def contexte(vie: Vie, etape: str, canal: Canal = Canal.EMAIL) -> dict[str, Any]:
    releve = decompte(vie.etat, vie.jour)
    lu = contexte_courrier([(vie.etat, releve)], vie.scenario.etape(etape), canal, creancier(), vie.jour)
    return dict(_lisible(lu))


def _lisible(valeur: Any) -> Any:
    """The same with plain spaces."""
    if isinstance(valeur, dict):
        return {cle: _lisible(v) for cle, v in valeur.items()}
    if isinstance(valeur, list):
        return [_lisible(v) for v in valeur]
    return valeur.replace("\u00a0", " ") if isinstance(valeur, str) else valeur


def au(jour: date, la_facture: Facture | None = None) -> Vie:
    vie = Vie(la_facture=la_facture)
    vie.jour = jour
    return vie


def test_une_relance_donne_une_date_et_des_versements() -> None:
    lettre = contexte(au(date(2026, 7, 1)), "relance-3", Canal.COURRIER)
    assert lettre["objet"] == "Troisième rappel et proposition de paiement échelonné – facture n° FA-1"
    assert (lettre["date"], lettre["delai"], lettre["delai_date"]) == (
        "1er juillet 2026",
        "8 jours",
        "9 juillet 2026",
    )
    assert [v["date"] for v in lettre["mensualites"]] == [
        "11 juillet 2026",
        "10 août 2026",
        "9 septembre 2026",
    ]
    assert [v["montant"] for v in lettre["mensualites"]] == ["333,33 €", "333,33 €", "333,34 €"]
    assert lettre["lrar"] is False


def test_la_mise_en_demeure_court_de_sa_reception_et_ne_donne_donc_pas_de_date() -> None:
    lettre = contexte(au(date(2026, 7, 31)), "mise-en-demeure", Canal.LRAR)
    assert (lettre["delai"], lettre["delai_date"], lettre["lrar"]) == ("15 jours", "", True)
    assert lettre["mensualites"] == []


def test_une_prevenance_n_a_ni_delai_ni_penalites() -> None:
    lettre = contexte(au(date(2026, 5, 27)), "prevenance")
    assert (lettre["delai"], lettre["delai_date"]) == ("", "")
    assert lettre["decompte"]["penalites"] == lettre["decompte"]["indemnite"] == "0,00 €"
    assert lettre["facture"]["jours_retard"] == 0


@pytest.mark.parametrize(
    ("jour", "retard"), [(date(2026, 6, 3), 0), (date(2026, 6, 4), 1), (date(2026, 7, 3), 30)]
)
def test_les_jours_de_retard_partent_du_lendemain_de_l_echeance(jour: date, retard: int) -> None:
    assert contexte(au(jour), "relance-1")["facture"]["jours_retard"] == retard


def test_une_lettre_sait_si_sa_facture_a_ete_importee_tard() -> None:
    vie, etape = au(date(2026, 12, 6)), standard().etape("relance-1")
    for retard in (44, 45):
        adaptee = etape.adaptee(Genre.ENTREPRISE, retard, Decimal(100))
        creances = [(vie.etat, decompte(vie.etat, vie.jour))]
        lettre = contexte_courrier(creances, adaptee, Canal.EMAIL, creancier(), vie.jour)
        assert lettre["tardive"] is (retard == 45)


def test_la_copie_de_la_facture_n_est_annoncee_que_dans_un_courriel_qui_la_porte() -> None:
    vie = au(date(2026, 6, 19))
    assert contexte(vie, "relance-2")["facture"]["jointe"] is False, "aucun original n'est connu"
    vie.faits.clear()
    vie.noter(CreanceOuverte(facture=facture(), scenario="standard", source=archive()))
    assert contexte(vie, "relance-2")["facture"]["jointe"] is True
    assert contexte(vie, "relance-2", Canal.COURRIER)["facture"]["jointe"] is False


def test_une_ligne_de_facture_dit_ce_qui_a_ete_recu_et_ce_qui_reste_apres_imputation() -> None:
    vie = au(date(2026, 7, 31))
    vie.payer("300", date(2026, 7, 3))
    releve = decompte(vie.etat, vie.jour)
    ligne = _lisible(ligne_facture(vie.etat, releve))
    assert ligne["montant"] == "1 000,00 €"
    assert (ligne["regle"], ligne["reste"]) == ("300,00 €", "750,01 €"), "10,01 € d'intérêts et 40 € d'abord"
    assert releve.principal - releve.principal_restant == Decimal("249.99")
    assert _lisible(contexte(vie, "relance-3")["decompte"])["regle"] == "300,00 €"
    (imputation,) = _lisible(contexte(vie, "relance-3")["decompte"])["imputations"]
    assert imputation == (
        "300,00 € reçus le 3 juillet 2026 : 10,01 € sur les intérêts, 40,00 € sur l’indemnité, 249,99 € sur la facture"
    )


def test_l_historique_dit_ce_qui_est_parti_une_ligne_par_jour_et_par_etape() -> None:
    vie = Vie().a_l_avant_contentieux()
    vie.aller(date(2026, 7, 13))
    avant = contexte(vie, "mise-en-demeure", Canal.LRAR)["historique"]
    assert avant == [
        {"date": "11 juin 2026", "libelle": "Relance 1 par courriel"},
        {"date": "19 juin 2026", "libelle": "Relance 2 par courriel et par lettre simple"},
        {"date": "1er juillet 2026", "libelle": "Relance 3 par courriel et par lettre simple"},
    ], "un recommandé imprimé mais non déposé n'est pas parti"
    vie.deposer()
    apres = contexte(vie, "mise-en-demeure", Canal.LRAR)["historique"]
    assert apres[-1] == {
        "date": "13 juillet 2026",
        "libelle": "Dernier rappel avant contentieux par lettre recommandée",
    }
    assert contexte(vie, "avant-contentieux", Canal.LRAR)["historique"] == avant


def en_groupe(*vies: Vie, etape: str = "relance-2", langue: Langue = FRANCAIS) -> list[dict[str, str]]:
    """What the common letter of these invoices says was sent before."""
    lu = contexte_courrier(
        [(vie.etat, decompte(vie.etat, date(2026, 7, 1))) for vie in vies],
        vies[0].scenario.etape(etape),
        Canal.COURRIER,
        creancier(),
        date(2026, 7, 1),
        langue=langue,
        libelles=vies[0].scenario.libelles_lettre,
    )
    return list(_lisible(lu["historique"]))


def relancee(numero: str, ouverture: date, **champs: Any) -> Vie:
    """An invoice imported late, whose first reminder left that very day."""
    vie = Vie(ouverture, la_facture=facture(numero=numero, **champs))
    vie.aller(ouverture)
    return vie


ONZE, DOUZE = date(2026, 6, 11), date(2026, 6, 12)


def test_une_lettre_commune_ne_precise_rien_de_ce_qui_concerne_toutes_ses_factures() -> None:
    deux = (relancee("FA-1", ONZE), relancee("FA-2", ONZE))
    assert en_groupe(*deux) == [{"date": "11 juin 2026", "libelle": "premier rappel par courriel"}]
    assert en_groupe(deux[0]) == en_groupe(*deux)


def test_une_lettre_commune_dit_quelle_facture_chaque_rappel_concernait() -> None:
    assert en_groupe(relancee("FA-1", DOUZE), relancee("FA-2", ONZE)) == [
        {"date": "11 juin 2026 (facture n° FA-2)", "libelle": "premier rappel par courriel"},
        {"date": "12 juin 2026 (facture n° FA-1)", "libelle": "premier rappel par courriel"},
    ]


@pytest.mark.parametrize(
    ("nombre", "dites"),
    [
        (1, "(facture n° FA-1)"),
        (2, "(factures n° FA-1 et FA-2)"),
        (3, "(factures n° FA-1, FA-2 et FA-3)"),
        (5, "(factures n° FA-1, FA-2, FA-3, FA-4 et FA-5)"),
    ],
)
def test_toutes_les_factures_qu_un_rappel_concernait_sont_nommees(nombre: int, dites: str) -> None:
    onze = [relancee(f"FA-{rang}", ONZE) for rang in range(1, nombre + 1)]
    jamais = Vie(la_facture=facture(numero="FA-9"))
    assert [rappel["date"] for rappel in en_groupe(*onze, jamais)] == [f"11 juin 2026 {dites}"]


def test_le_meme_jour_deux_rappels_differents_disent_chacun_les_leurs() -> None:
    seule = relancee("FA-1", ONZE)
    par_la_poste = relancee("FA-2", ONZE, debiteur=debiteur(email=None))
    assert en_groupe(seule, par_la_poste) == [
        {"date": "11 juin 2026 (facture n° FA-1)", "libelle": "premier rappel par courriel"},
        {"date": "11 juin 2026 (facture n° FA-2)", "libelle": "premier rappel par lettre simple"},
    ]


def test_une_lettre_commune_en_anglais_dit_aussi_quelle_facture() -> None:
    onze = [relancee(f"FA-{rang}", ONZE) for rang in (1, 2)]
    dates = [rappel["date"] for rappel in en_groupe(*onze, relancee("FA-3", DOUZE), langue=ANGLAIS)]
    assert dates == ["11 June 2026 (invoices no. FA-1 and FA-2)", "12 June 2026 (invoice no. FA-3)"]


def test_les_references_ne_citent_que_ce_qui_est_connu() -> None:
    assert contexte(au(date(2026, 6, 11)), "relance-1")["references"] == ["Facture n° FA-1 du 4 mai 2026"]
    complete = facture(commande="BC-1", contrat="CT-2", livraison="BL-3")
    assert contexte(au(date(2026, 6, 11), complete), "relance-1")["references"][1:] == [
        "Commande n° BC-1",
        "Contrat n° CT-2",
        "Bon de livraison n° BL-3",
    ]


def test_le_creancier_porte_ses_mentions() -> None:
    bloc = _lisible(bloc_creancier(creancier()))
    assert bloc["rcs"] == "RCS Nantes"
    assert bloc["iban"].startswith("FR76 ")
    assert "000 100 016 RCS Nantes" in bloc["mentions"]
    assert "au capital de" in bloc["mentions"]


def test_sans_capital_ni_tva_les_mentions_n_ont_pas_de_trou() -> None:
    nu = creancier().model_copy(update={"capital": None, "tva": "", "rcs": "RCS Nantes"})
    bloc = _lisible(bloc_creancier(nu))
    assert bloc["capital"] == ""
    assert bloc["mentions"] == (
        "Atelier Fictif SAS, société par actions simplifiée – "
        "siège social : 1 rue du Spécimen, 44000 Nantes – 000 100 016 RCS Nantes"
    )


def test_le_debiteur_dit_son_genre_et_ce_qui_est_connu_de_lui() -> None:
    bloc = _lisible(bloc_debiteur(debiteur(rcs="Lyon")))
    assert (bloc["genre"], bloc["siren"], bloc["rcs"]) == ("entreprise", "000 700 070", "RCS Lyon")
    prive = bloc_debiteur(debiteur(siren=None, email=None, genre=Genre.PARTICULIER))
    assert (prive["genre"], prive["siren"], prive["rcs"], prive["email"]) == ("particulier", "", "", "")


@given(st.integers(0, 10**9), st.integers(0, 24))
def test_les_versements_font_exactement_la_somme_et_aucun_n_est_nul(cents: int, nombre: int) -> None:
    somme = Decimal(cents) / 100
    versements = proposer_mensualites(somme, nombre, date(2026, 7, 1))
    if nombre == 0 or cents < nombre:
        assert versements == ()
    else:
        assert len(versements) == nombre
        assert sum(montant for _, montant in versements) == somme
        assert all(montant > 0 for _, montant in versements)
        jours = [jour for jour, _ in versements]
        assert jours == sorted(set(jours))


def test_un_taux_qui_change_de_semestre_se_dit_dans_l_ordre() -> None:
    lettre = contexte(au(date(2026, 7, 11)), "avant-contentieux", Canal.LRAR)
    assert lettre["decompte"]["taux"] == "12,15 %, puis 12,40 %"
    assert len(lettre["decompte"]["segments"]) == 2
    assert standard().etape("avant-contentieux").canaux == (Canal.LRAR,)


# En anglais.


def export() -> Scenario:
    return charger(CONFIG / "scenarios" / "export.yaml", Scenario)


def belge(**champs: Any) -> Facture:
    adresse = Adresse(lignes=("1 rue du Vide",), code_postal="1000", ville="Bruxelles", pays="BE")
    return facture(debiteur=debiteur(siren=None, adresse=adresse), **champs)


def vie_a_l_etranger(jour: date) -> Vie:
    """Two reminders left; 300 € were paid on 3 July."""
    vie = Vie(la_facture=belge(commande="BC-1", contrat="CT-2", livraison="BL-3"), scenario=export())
    vie.aller(date(2026, 7, 1))
    vie.payer("300", date(2026, 7, 3))
    vie.jour = jour
    return vie


def letter(vie: Vie, etape: str, canal: Canal) -> dict[str, Any]:
    scenario = vie.scenario
    lu = contexte_courrier(
        [(vie.etat, decompte(vie.etat, vie.jour))],
        scenario.etape(etape),
        canal,
        creancier(),
        vie.jour,
        langue=ANGLAIS,
        libelles=scenario.libelles_lettre,
    )
    return dict(_lisible(lu))


def test_une_lettre_en_anglais_ecrit_tout_en_anglais() -> None:
    lettre = letter(vie_a_l_etranger(date(2026, 7, 20)), "avant-contentieux", Canal.COURRIER)
    assert lettre["langue"] == "en"
    assert lettre["objet"] == "Final reminder before legal proceedings – invoice no. FA-1"
    assert (lettre["date"], lettre["delai"], lettre["delai_date"]) == (
        "20 July 2026",
        "15 days",
        "4 August 2026",
    )
    assert lettre["references"] == [
        "Invoice no. FA-1 dated 4 May 2026",
        "Order no. BC-1",
        "Contract no. CT-2",
        "Delivery note no. BL-3",
    ]
    assert lettre["historique"] == [
        {"date": "15 June 2026", "libelle": "First reminder by e-mail"},
        {"date": "30 June 2026", "libelle": "Second reminder by e-mail and by letter"},
    ]
    assert (lettre["facture"]["echeance"], lettre["facture"]["montant_ttc"]) == (
        "3 June 2026",
        "EUR 1,000.00",
    )
    assert lettre["factures"][0]["echeance"] == "03 Jun 2026"
    assert lettre["decompte"]["taux"] == "12.40%", "what was paid on 3 July paid the first period"
    assert lettre["decompte"]["imputations"] == [
        "EUR 300.00 received on 3 July 2026: EUR 10.01 towards interest, EUR 40.00 towards the fixed "
        "compensation, EUR 249.99 towards the invoice"
    ]
    assert lettre["decompte"]["segments"][0]["du"] == "04 Jun 2026"


def test_une_lettre_en_anglais_nomme_les_pays_et_garde_les_mentions_legales_francaises() -> None:
    lettre = letter(vie_a_l_etranger(date(2026, 7, 20)), "relance-2", Canal.COURRIER)
    assert lettre["debiteur"]["adresse"] == ["1 rue du Vide", "1000 Bruxelles", "BELGIUM"]
    assert lettre["creancier"]["adresse"][-1] == "FRANCE"
    francaises = _lisible(bloc_creancier(creancier()))["mentions"]
    assert lettre["creancier"]["mentions"] == francaises.replace("44000 Nantes", "44000 Nantes, FRANCE")
    assert "FRANCE" not in bloc_creancier(creancier())["adresse"]
    assert bloc_debiteur(belge().debiteur)["adresse"][-1] == "BELGIQUE"


def test_la_demande_se_redit_en_francais_dans_une_lettre_en_anglais() -> None:
    lettre = letter(vie_a_l_etranger(date(2026, 8, 19)), "mise-en-demeure", Canal.LRAR)
    assert (lettre["delai"], lettre["delai_date"]) == ("30 days", "")
    francais = lettre["francais"]
    assert (francais["delai"], francais["delai_date"], francais["au"]) == ("30 jours", "", "19 août 2026")
    assert lettre["decompte"]["total"] == f"EUR {francais['total'].removesuffix(' €').replace(',', '.')}"
    assert francais["penalites"].endswith(" €")


def test_en_francais_les_mots_francais_sont_les_memes_deux_fois() -> None:
    lettre = contexte(au(date(2026, 7, 1)), "relance-3", Canal.COURRIER)
    assert lettre["langue"] == "fr"
    assert lettre["francais"] == lettre["decompte"] | {"delai": "8 jours", "delai_date": "9 juillet 2026"}


@pytest.mark.parametrize(
    ("nombre", "francais", "anglais"),
    [
        (1, "facture n° F1", "invoice no. F1"),
        (2, "factures n° F1 et F2", "invoices no. F1 and F2"),
        (3, "factures n° F1, F2 et F3", "invoices no. F1, F2 and F3"),
        (4, "facture n° F1 et 3 autres", "invoice no. F1 and 3 others"),
    ],
)
def test_l_objet_compte_les_factures_dans_les_deux_langues(nombre: int, francais: str, anglais: str) -> None:
    jour = date(2026, 7, 1)
    vies = [au(jour, belge(numero=f"F{rang + 1}")) for rang in range(nombre)]
    creances = [(vie.etat, decompte(vie.etat, jour)) for vie in vies]
    etape = standard().etape("relance-2")
    dit = contexte_courrier(creances, etape, Canal.COURRIER, creancier(), jour)
    says = contexte_courrier(creances, etape, Canal.COURRIER, creancier(), jour, langue=ANGLAIS)
    assert _lisible(dit)["objet"] == f"Deuxième rappel – {francais}"
    assert _lisible(says)["objet"] == f"Deuxième rappel – {anglais}"


def test_une_etape_que_la_lettre_nomme_autrement_garde_son_nom_au_journal() -> None:
    vie = vie_a_l_etranger(date(2026, 7, 20))
    lu = contexte(vie, "avant-contentieux", Canal.COURRIER)
    assert [ligne["libelle"] for ligne in lu["historique"]] == [
        "Relance 1 par courriel",
        "Relance 2 par courriel et par lettre simple",
    ]


def test_les_versements_d_une_lettre_en_anglais() -> None:
    vie = au(date(2026, 7, 1))
    releve = decompte(vie.etat, vie.jour)
    lu = contexte_courrier(
        [(vie.etat, releve)],
        standard().etape("relance-3"),
        Canal.EMAIL,
        creancier(),
        vie.jour,
        langue=ANGLAIS,
    )
    assert _lisible(lu)["mensualites"][0] == {"date": "11 July 2026", "montant": "EUR 333.33"}
