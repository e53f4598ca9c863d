from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from dossier.adapters.transporteurs import http, maileva_envoi
from dossier.adapters.transporteurs.maileva import PosteMaileva
from dossier.adapters.transporteurs.maileva_adresse import adresse_postale
from dossier.core.errors import ConfigurationInvalide, ErreurEnvoi, RemiseIncertaine
from dossier.core.faits import GenreScan, Sens
from dossier.core.ports import Lettre, Nouvelles, Poste, Suivi
from tests.adapters.serveur_maileva import (
    ABONNEMENTS,
    BASE,
    CLIENT,
    JETON,
    MOT_DE_PASSE,
    PDF,
    SECRET,
    UTILISATEUR,
    Panne,
    ServeurMaileva,
)

NOM = "2026-03-01_FA-2026-0042_mise-en-demeure_lrar.pdf"
LETTRE = Lettre(
    nom=NOM,
    intitule="Mise en demeure",
    pdf=PDF + bytes(range(256)) * 40,
    recommandee=True,
    destinataire=("Durand SARL", "Bâtiment B", "12 rue des Lilas", "69003 LYON"),
    expediteur=("Atelier Martin", "3 place du Marché", "75011 PARIS"),
)
LISTE = rf"GET {BASE}/sendings$"
SOUMISSION = r"POST .*/submit$"
DETAIL = rf"GET {BASE}/sendings/[^/]+$"
URL = "https://recouvrement.exemple.fr/maileva/un-jeton-assez-long-pour-servir"


@pytest.fixture
def maileva() -> Iterator[ServeurMaileva]:
    with ServeurMaileva() as serveur:
        yield serveur


@pytest.fixture
def poste(maileva: ServeurMaileva) -> PosteMaileva:
    return fabriquer(maileva)


def fabriquer(maileva: ServeurMaileva, **reglages: Any) -> PosteMaileva:
    return PosteMaileva(
        reglages.pop("client", CLIENT),
        SECRET,
        UTILISATEUR,
        reglages.pop("mot_de_passe", MOT_DE_PASSE),
        url=maileva.url,
        url_connexion=maileva.url,
        dormir=lambda _: None,
        **reglages,
    )


def test_implante_les_deux_ports(poste: PosteMaileva) -> None:
    une_poste: Poste = poste
    un_suivi: Suivi = poste
    assert une_poste is un_suivi and un_suivi.nom == "Maileva"


# --- remettre


def test_remettre_fait_un_brouillon_complet_puis_le_soumet(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    remise = poste.remettre(LETTRE)
    [envoi] = maileva.envois.values()
    assert remise.transporteur == "Maileva" and remise.reference == envoi["id"]
    assert remise.phrase == (f"Recommandé confié à Maileva, qui l'imprime et le poste : envoi {envoi['id']}.")
    assert json.loads(remise.reponse)["status"] == "PENDING"
    attendus = {
        "name": NOM,
        "acknowledgement_of_receipt": True,
        "returned_mail_scanning": True,
        "print_sender_address": True,
        "color_printing": False,
        "duplex_printing": True,
        "optional_address_sheet": True,
        "archiving_duration": 3,
        "postage_type": "FAST",
        "sender_address_line_1": "Atelier Martin",
        "sender_address_line_4": "3 place du Marché",
        "sender_address_line_6": "75011 PARIS",
        "sender_country_code": "FR",
    }
    assert envoi.items() >= attendus.items()
    assert "notification_email" not in envoi
    [destinataire] = maileva.destinataires[envoi["id"]]
    assert {cle: valeur for cle, valeur in destinataire.items() if cle not in {"id", "status"}} == {
        "address_line_1": "Durand SARL",
        "address_line_2": "Bâtiment B",
        "address_line_4": "12 rue des Lilas",
        "address_line_6": "69003 LYON",
        "country_code": "FR",
    }
    assert maileva.contenus[envoi["id"]] == LETTRE.pdf
    [document] = maileva.documents[envoi["id"]]
    assert document["priority"] == 1
    assert maileva.soumissions == [envoi["id"]]


def test_les_longueurs_de_maileva_sont_respectees_pour_le_nom_le_plus_long(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    poste.remettre(LETTRE._replace(nom="x" * 150))
    [envoi] = maileva.envois.values()
    assert envoi["name"] == "x" * 150
    assert 0 < len(envoi["custom_id"]) <= 38 and len(envoi["custom_data"]) <= 255


def test_les_reglages_passent_dans_la_demande(maileva: ServeurMaileva) -> None:
    reglages: dict[str, Any] = {
        "couleur": True,
        "recto_verso": False,
        "feuille_adresse": False,
        "archivage": 10,
        "courriel": "compta@exemple.fr",
    }
    fabriquer(maileva, **reglages).remettre(LETTRE)
    [envoi] = maileva.envois.values()
    assert envoi["color_printing"] and not envoi["duplex_printing"] and not envoi["optional_address_sheet"]
    assert envoi["archiving_duration"] == 10 and envoi["notification_email"] == "compta@exemple.fr"


@pytest.mark.parametrize(
    ("reglages", "quoi"), [({"archivage": 5}, "3, 6 ou 10"), ({"client": ""}, "complétez")]
)
def test_reglage_impossible(maileva: ServeurMaileva, reglages: dict[str, Any], quoi: str) -> None:
    with pytest.raises(ConfigurationInvalide, match=quoi):
        fabriquer(maileva, **reglages)


def test_remettre_deux_fois_ne_fait_qu_un_envoi(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    premiere = poste.remettre(LETTRE)
    maileva.avancer(premiere.reference, "ACCEPTED")
    seconde = fabriquer(maileva).remettre(LETTRE)
    assert seconde.reference == premiere.reference
    assert json.loads(seconde.reponse)["status"] == "ACCEPTED"
    assert len(maileva.soumissions) == len(maileva.envois) == 1


def test_deux_lettres_font_deux_envois(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    references = {poste.remettre(LETTRE._replace(nom=nom)).reference for nom in ("lettre-1", "lettre-2")}
    assert len(references) == len(maileva.soumissions) == 2


def test_soumission_recue_puis_raccrochee_est_reconnue_aussitot(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.casser(Panne(SOUMISSION, apres=True))
    remise = poste.remettre(LETTRE)
    assert maileva.soumissions == [remise.reference]


def test_soumission_recue_puis_silence_complet_ne_part_pas_deux_fois(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.casser(Panne(SOUMISSION, apres=True), Panne(DETAIL, fois=99, sauf=1))
    with pytest.raises(ErreurEnvoi, match=r"n'a pas confirmé l'envoi .*il n'y aura qu'une lettre") as erreur:
        poste.remettre(LETTRE)
    assert not isinstance(erreur.value, RemiseIncertaine)
    maileva.reparer()
    remise = poste.remettre(LETTRE)
    assert maileva.soumissions == [remise.reference]
    assert maileva.compte(SOUMISSION) == 1


def test_soumission_perdue_en_route_reprend_le_meme_envoi(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.casser(Panne(SOUMISSION))
    with pytest.raises(ErreurEnvoi, match="resté à l'état de brouillon"):
        poste.remettre(LETTRE)
    remise = poste.remettre(LETTRE)
    assert list(maileva.envois) == [remise.reference] == maileva.soumissions


def test_soumission_refusee_dit_pourquoi(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    corps = json.dumps({"errors": [{"code": "CREDIT", "message": "crédit épuisé"}]}).encode()
    maileva.casser(Panne(SOUMISSION, 400, corps))
    with pytest.raises(ErreurEnvoi, match=r"brouillon chez Maileva.*HTTP 400.*« crédit épuisé »"):
        poste.remettre(LETTRE)


def test_soumission_confirmee_mais_etat_illisible_est_une_remise(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.casser(Panne(DETAIL, 200, b"<html>", fois=99, sauf=1))
    remise = poste.remettre(LETTRE)
    assert maileva.soumissions == [remise.reference] and remise.reponse == b""


@pytest.mark.parametrize(
    "panne",
    [
        Panne(rf"POST {BASE}/sendings$"),
        Panne(rf"POST {BASE}/sendings$", apres=True),
        Panne("POST .*/documents"),
        Panne("POST .*/documents", apres=True),
        Panne("POST .*/documents", 500),
        Panne("POST .*/recipients"),
        Panne("POST .*/recipients", apres=True),
        Panne("POST .*/recipients", 429, entetes=(("Retry-After", "3600"),)),
        Panne(DETAIL, 500, fois=3),
        Panne("GET .*/documents", fois=3),
        Panne("GET .*/recipients", 503, fois=3, sauf=1),
    ],
)
def test_une_panne_a_chaque_pas_laisse_une_seule_lettre_au_second_appel(
    maileva: ServeurMaileva, poste: PosteMaileva, panne: Panne
) -> None:
    maileva.casser(panne)
    with pytest.raises(ErreurEnvoi):
        poste.remettre(LETTRE)
    assert maileva.soumissions == []
    remise = poste.remettre(LETTRE)
    assert maileva.soumissions == [remise.reference] == list(maileva.envois)
    assert len(maileva.documents[remise.reference]) == len(maileva.destinataires[remise.reference]) == 1
    assert maileva.contenus[remise.reference] == LETTRE.pdf


def test_brouillon_d_un_autre_contenu_est_efface(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.casser(Panne(SOUMISSION))
    with pytest.raises(ErreurEnvoi):
        poste.remettre(LETTRE._replace(pdf=PDF + b"ancienne"))
    [ancien] = maileva.envois
    remise = poste.remettre(LETTRE)
    assert list(maileva.envois) == [remise.reference] != [ancien]
    assert maileva.contenus[remise.reference] == LETTRE.pdf


@pytest.mark.parametrize("abime", ["documents", "destinataires"])
def test_brouillon_retouche_par_un_autre_est_refait(
    maileva: ServeurMaileva, poste: PosteMaileva, abime: str
) -> None:
    maileva.casser(Panne(SOUMISSION))
    with pytest.raises(ErreurEnvoi):
        poste.remettre(LETTRE)
    [ancien] = maileva.envois
    getattr(maileva, abime)[ancien].append({"id": "intrus", "name": "publicite.pdf", "status": "DRAFT"})
    remise = poste.remettre(LETTRE)
    assert list(maileva.envois) == [remise.reference] != [ancien]


def test_brouillons_en_trop_sont_effaces(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.casser(Panne(rf"POST {BASE}/sendings$", apres=True))
    with pytest.raises(ErreurEnvoi):
        poste.remettre(LETTRE)
    [premier] = maileva.envois.values()
    maileva.envoi(**{**premier, "id": "double"})
    remise = poste.remettre(LETTRE)
    assert remise.reference == premier["id"] and list(maileva.envois) == [premier["id"]]


def test_brouillon_a_cote_d_un_envoi_parti_est_efface_sans_gener(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    premiere = poste.remettre(LETTRE)
    maileva.envoi(**{**maileva.envois[premiere.reference], "id": "double", "status": "DRAFT"})
    maileva.casser(Panne("DELETE .*/double", 500))
    assert poste.remettre(LETTRE).reference == premiere.reference
    assert poste.remettre(LETTRE).reference == premiere.reference
    assert list(maileva.envois) == [premiere.reference]


def test_brouillon_disparu_entre_temps_n_empeche_rien(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.envoi(name=NOM)
    maileva.casser(Panne("DELETE", 404, apres=True))
    assert maileva.soumissions == [poste.remettre(LETTRE).reference]


def test_brouillon_que_maileva_refuse_d_effacer_arrete_tout(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.envoi(name=NOM)
    maileva.casser(Panne("DELETE", 400))
    with pytest.raises(ErreurEnvoi, match="HTTP 400"):
        poste.remettre(LETTRE)
    assert maileva.soumissions == [] and len(maileva.envois) == 1


def test_les_envois_d_autrui_sont_laisses_tranquilles(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    autre = maileva.envoi(name="paie de mars")
    poste.remettre(LETTRE)
    assert autre["id"] in maileva.envois and autre["status"] == "DRAFT"


def test_la_cle_se_cherche_jusqu_a_la_derniere_page(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.par_page = 7
    for _ in range(20):
        maileva.envoi()
    premiere = poste.remettre(LETTRE)
    for _ in range(20):
        maileva.envoi()
    assert poste.remettre(LETTRE).reference == premiere.reference
    assert len(maileva.soumissions) == 1


def test_sans_custom_id_dans_la_liste_le_nom_suffit(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    premiere = poste.remettre(LETTRE)
    del maileva.envois[premiere.reference]["custom_id"]
    assert poste.remettre(LETTRE).reference == premiere.reference


@pytest.mark.parametrize(
    ("corps", "raison"),
    [
        (b"<html>maintenance</html>", "illisible"),
        (b"[]", "illisible"),
        (b'{"paging": {}}', "illisible"),
        (b'{"sendings": [{"name": "sans id"}], "paging": {"total_results": 1}}', "illisible"),
        (b'{"sendings": [], "paging": {"total_results": 3}}', "s'arrête à 0"),
        (b'{"sendings": [{"id": "a"}], "paging": {"total_results": 3}}', "s'arrête à 1"),
        (b'{"sendings": [{"id": "a"}]}', "s'arrête à 1"),
    ],
)
def test_liste_qui_ne_permet_pas_de_savoir_ne_fait_rien_partir(
    maileva: ServeurMaileva, poste: PosteMaileva, corps: bytes, raison: str
) -> None:
    maileva.casser(Panne(LISTE, 200, corps, fois=99))
    with pytest.raises(RemiseIncertaine, match=raison) as erreur:
        poste.remettre(LETTRE)
    assert f"cherchez l'envoi nommé « {NOM} »" in str(erreur.value)
    assert maileva.envois == {}


def test_liste_sans_total_se_lit_jusqu_a_la_page_vide(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.casser(
        Panne(LISTE, 200, b'{"sendings": [{"id": "a"}], "paging": null}'),
        Panne(LISTE, 200, b'{"sendings": []}'),
    )
    assert maileva.soumissions == [poste.remettre(LETTRE).reference]


def test_liste_sans_fin_demande_une_personne(
    maileva: ServeurMaileva, poste: PosteMaileva, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maileva_envoi, "PAGES", 3)
    maileva.par_page = 2
    for _ in range(6):
        maileva.envoi()
    assert maileva.soumissions == [poste.remettre(LETTRE).reference]
    with pytest.raises(RemiseIncertaine, match="s'arrête à 6"):
        poste.remettre(LETTRE)


def test_recherche_qui_n_existe_plus_demande_une_personne(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.casser(Panne(LISTE, 404))
    with pytest.raises(RemiseIncertaine, match="n'existe plus"):
        poste.remettre(LETTRE)


@pytest.mark.parametrize("statut", [403, 429, 500])
def test_recherche_en_panne_se_recommence_plus_tard(
    maileva: ServeurMaileva, poste: PosteMaileva, statut: int
) -> None:
    maileva.casser(Panne(LISTE, statut, fois=3))
    with pytest.raises(ErreurEnvoi, match=f"HTTP {statut}") as erreur:
        poste.remettre(LETTRE)
    assert not isinstance(erreur.value, RemiseIncertaine)
    assert maileva.envois == {}


def test_deux_envois_partis_sous_la_meme_cle_demandent_une_personne(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    premiere = poste.remettre(LETTRE)
    maileva.envoi(**{**maileva.envois[premiere.reference], "id": "double"})
    with pytest.raises(RemiseIncertaine, match=f"{premiere.reference}, double"):
        poste.remettre(LETTRE)


def test_envoi_a_notre_cle_sans_etat_demande_une_personne(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    maileva.envoi(name=NOM, status=None)
    with pytest.raises(RemiseIncertaine):
        poste.remettre(LETTRE)


@pytest.mark.parametrize(("statut", "verbe"), [("REJECTED", "rejeté"), ("CANCELED", "annulé")])
def test_envoi_rejete_dit_la_raison_du_transporteur(
    maileva: ServeurMaileva, poste: PosteMaileva, statut: str, verbe: str
) -> None:
    premiere = poste.remettre(LETTRE)
    maileva.avancer(premiere.reference, statut, status_detail="document illisible")
    with pytest.raises(ErreurEnvoi, match=f"Maileva a {verbe} .* : document illisible. Rien n'est parti"):
        poste.remettre(LETTRE)
    assert len(maileva.soumissions) == 1


def test_rejet_sans_motif_le_dit(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.envoi(name=NOM, status="REJECTED")
    with pytest.raises(ErreurEnvoi, match="aucun motif donné"):
        poste.remettre(LETTRE)


def test_rejet_a_la_soumission(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    corps = b'{"id": "x", "status": "REJECTED", "statuses": [{"code": "REJECTED", "details": "page trop grande"}]}'
    maileva.casser(Panne(DETAIL, 200, corps, sauf=1))
    with pytest.raises(ErreurEnvoi, match="page trop grande"):
        poste.remettre(LETTRE)


def test_envoi_bloque_est_remis_et_le_dit(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.envoi(name=NOM, status="BLOCKED", id="bloque")
    assert "autorisation financière" in poste.remettre(LETTRE).phrase


@pytest.mark.parametrize(
    ("champs", "manque"),
    [
        ({"print_sender_address": False}, "sans adresse d'expéditeur"),
        ({"acknowledgement_of_receipt": False}, "sans avis de réception"),
        ({"returned_mail_scanning": False}, "sans numérisation"),
        ({"status": "BLOCKED"}, "état BLOCKED"),
    ],
)
def test_brouillon_qui_n_est_pas_la_lettre_approuvee_n_est_pas_soumis(
    maileva: ServeurMaileva, poste: PosteMaileva, champs: dict[str, Any], manque: str
) -> None:
    corps = {"id": "x", "status": "DRAFT", **champs}
    maileva.casser(Panne(DETAIL, 200, json.dumps(corps).encode()))
    with pytest.raises(ErreurEnvoi, match=f"n'est pas la lettre approuvée .*{manque}.*rien n'a été envoyé"):
        poste.remettre(LETTRE)
    assert maileva.soumissions == []


@pytest.mark.parametrize(
    ("motif", "corps", "manque"),
    [
        ("GET .*/documents", b'{"documents": [{"name": "autre.pdf"}]}', "1 documents, un seul attendu"),
        (
            "GET .*/documents",
            b'{"documents": [{"name": "x", "status": "REJECTED", "status_detail": "chiffre"}]}',
            "document refusé : chiffre",
        ),
        ("GET .*/recipients", b'{"recipients": []}', "0 destinataires"),
        ("GET .*/recipients", b'{"recipients": [{"id": "a"}, {"id": "b"}]}', "2 destinataires"),
    ],
)
def test_contenu_du_brouillon_verifie_avant_la_soumission(
    maileva: ServeurMaileva, poste: PosteMaileva, motif: str, corps: bytes, manque: str
) -> None:
    maileva.casser(Panne(motif, 200, corps, sauf=1))
    with pytest.raises(ErreurEnvoi, match=manque):
        poste.remettre(LETTRE)
    assert maileva.soumissions == []


def test_lettre_simple_refusee_sans_rien_demander(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    with pytest.raises(ErreurEnvoi, match="lettre simple"):
        poste.remettre(LETTRE._replace(recommandee=False))
    assert maileva.appels == []


def test_poids_limite(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    poste.remettre(LETTRE._replace(pdf=PDF.ljust(20_000_000)))
    with pytest.raises(ErreurEnvoi, match=r"pèse 20\.0 Mo, Maileva en accepte 20 au plus"):
        poste.remettre(LETTRE._replace(nom="autre", pdf=PDF.ljust(20_000_001)))
    assert len(maileva.soumissions) == 1


# --- adresses


def six(*lignes: str, societe: bool = True, pays: str = "FR") -> dict[str, str]:
    return adresse_postale(lignes, pays, societe=societe, qui="du destinataire")


@pytest.mark.parametrize(
    ("lignes", "societe", "places"),
    [
        (("Durand SARL", "2 rue A", "69003 LYON"), True, "146"),
        (("M. Jean Durand", "2 rue A", "69003 LYON"), False, "246"),
        (("M. Jean Durand", "Escalier C", "2 rue A", "69003 LYON"), False, "2346"),
        (("Durand SARL", "2 rue A", "BP 45", "69003 LYON CEDEX 03"), True, "1456"),
        (("Durand SARL", "Compta", "Bât. B", "2 rue A", "BP 45", "69003 LYON"), True, "123456"),
        (("Durand SARL", "Compta", "Étage 2", "Bât. B", "2 rue A", "69003 LYON"), True, "123456"),
        (("M. Durand", "Chez Paul", "Bât. B", "2 rue A", "69003 LYON"), False, "12346"),
        (("Durand SARL", "BP 45", "69003 LYON"), True, "146"),
    ],
)
def test_place_des_lignes(lignes: tuple[str, ...], societe: bool, places: str) -> None:
    posees = six(*lignes, societe=societe)
    assert "".join(cle[-1] for cle in posees if cle.startswith("address")) == places
    assert [valeur for cle, valeur in posees.items() if cle.startswith("address")] == list(lignes)


def test_trente_huit_caracteres_tiennent_trente_neuf_non() -> None:
    assert six("Durand", "R" * 38, "69003 LYON")["address_line_4"] == "R" * 38
    with pytest.raises(ErreurEnvoi, match=rf"« {'R' * 39} » fait 39 caractères, une ligne en porte 38"):
        six("Durand", "R" * 39, "69003 LYON")
    with pytest.raises(ErreurEnvoi, match="39 caractères"):
        six("Durand", "2 rue A", "69003 " + "L" * 33)
    with pytest.raises(ErreurEnvoi, match="39 caractères"):
        six("D" * 39, "2 rue A", "69003 LYON")


def test_le_nom_et_les_complements_passent_a_la_ligne_entre_deux_mots() -> None:
    nom = "Société coopérative des artisans couvreurs du Rhône"
    posees = six(nom, "2 rue A", "69003 LYON")
    assert posees["address_line_1"] == "Société coopérative des artisans"
    assert posees["address_line_2"] == "couvreurs du Rhône"
    assert six("Durand", "Résidence des Grands Peupliers du Levant escalier C", "2 rue A", "69003 LYON") == {
        "address_line_1": "Durand",
        "address_line_2": "Résidence des Grands Peupliers du",
        "address_line_3": "Levant escalier C",
        "address_line_4": "2 rue A",
        "address_line_6": "69003 LYON",
        "country_code": "FR",
    }


def test_la_voie_ne_se_coupe_pas() -> None:
    with pytest.raises(ErreurEnvoi, match="Abrégez-la"):
        six("Durand", "125 bis avenue du Général de Gaulle prolongée", "69003 LYON")


def test_six_lignes_tiennent_sept_non() -> None:
    six("Durand", "a", "b", "c", "2 rue A", "69003 LYON")
    with pytest.raises(ErreurEnvoi, match="ne tient pas en 6 lignes"):
        six("Durand", "a", "b", "c", "d", "2 rue A", "69003 LYON")


@pytest.mark.parametrize("ville", ["LYON", "6900 LYON", "690030 LYON", "69003LYON", "69003 ", "L-1234 LYON"])
def test_derniere_ligne_code_postal_et_ville(ville: str) -> None:
    with pytest.raises(ErreurEnvoi, match="code postal de cinq chiffres"):
        six("Durand", "2 rue A", ville)


def test_espaces_insecables_et_lignes_vides_disparaissent() -> None:
    assert six("Durand\u00a0 SARL", "", "2 rue\tA", "69003\u00a0LYON") == six(
        "Durand SARL", "2 rue A", "69003 LYON"
    )


def test_adresse_incomplete() -> None:
    with pytest.raises(ErreurEnvoi, match=r"incomplète \(Durand / 69003 LYON\)"):
        six("Durand", "69003 LYON")
    with pytest.raises(ErreurEnvoi, match=r"incomplète \(vide\)"):
        six()


def test_monaco_est_servi_sans_sa_ligne_de_pays_l_allemagne_non() -> None:
    posees = six("Durand", "2 rue A", "98000 MONACO", "MC", pays="MC")
    assert posees["address_line_6"] == "98000 MONACO" and posees["country_code"] == "MC"
    with pytest.raises(ErreurEnvoi, match=r"vers ce pays \(DE\)"):
        six("Durand", "2 rue A", "10115 BERLIN", "DE", pays="DE")


@pytest.mark.parametrize(
    ("lettre", "qui"),
    [
        (LETTRE._replace(destinataire=("Durand", "R" * 39, "69003 LYON")), "du destinataire"),
        (LETTRE._replace(expediteur=("Martin", "R" * 39, "75011 PARIS")), "de l'expéditeur"),
    ],
)
def test_adresse_refusee_avant_que_rien_ne_soit_fait(
    maileva: ServeurMaileva, poste: PosteMaileva, lettre: Lettre, qui: str
) -> None:
    with pytest.raises(ErreurEnvoi, match=f"L'adresse {qui}"):
        poste.remettre(lettre)
    assert maileva.appels == []


# --- connexion


def test_un_jeton_sert_jusqu_a_sa_fin(maileva: ServeurMaileva) -> None:
    instant = 1_000.0
    poste = fabriquer(maileva, montre=lambda: instant)
    poste.relever(["a", "b"])
    instant += 269.9
    poste.relever(["a"])
    assert maileva.jetons_donnes == 1
    instant += 0.2
    poste.relever(["a"])
    assert maileva.jetons_donnes == 2


def test_jeton_refuse_est_renouvele_une_fois(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    premiere = poste.remettre(LETTRE)
    maileva.jetons.clear()
    assert poste.remettre(LETTRE).reference == premiere.reference
    assert maileva.jetons_donnes == 2


def test_jeton_toujours_refuse_ne_boucle_pas(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.casser(Panne(LISTE, 401, fois=99))
    with pytest.raises(ErreurEnvoi, match="HTTP 401"):
        poste.remettre(LETTRE)
    assert maileva.compte(LISTE) == 2 and maileva.jetons_donnes == 2


def test_plusieurs_fils_partagent_un_jeton(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    with ThreadPoolExecutor(6) as fils:
        list(fils.map(lambda n: poste.relever([f"envoi-{n}"]), range(12)))
    assert maileva.jetons_donnes == 1


@pytest.mark.parametrize("statut", [400, 401, 403])
def test_mot_de_passe_refuse_est_dit_sans_secret(
    maileva: ServeurMaileva, poste: PosteMaileva, statut: int
) -> None:
    maileva.casser(Panne(JETON, statut, fois=9))
    with pytest.raises(ErreurEnvoi, match="n'accepte pas la connexion : vérifiez dans les réglages"):
        poste.remettre(LETTRE)


@pytest.mark.parametrize(
    "panne",
    [
        Panne(JETON),
        Panne(JETON, 500),
        Panne(JETON, 200, b"{}"),
        Panne(JETON, 200),
        Panne(JETON, 200, b'{"access_token": "deux lignes\\n"}'),
    ],
)
def test_connexion_en_panne(maileva: ServeurMaileva, poste: PosteMaileva, panne: Panne) -> None:
    maileva.casser(panne)
    with pytest.raises(ErreurEnvoi, match=r"ne répond pas|en panne|forme attendue") as erreur:
        poste.remettre(LETTRE)
    assert not isinstance(erreur.value, RemiseIncertaine)
    assert maileva.soumissions == [] and poste.remettre(LETTRE).reference


def test_aucun_secret_dans_les_erreurs_les_pannes_ni_le_journal(
    maileva: ServeurMaileva, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    poste = fabriquer(maileva, mot_de_passe="tout-autre-chose")
    secrets = {SECRET, MOT_DE_PASSE, "tout-autre-chose", "jeton-1"}
    dits = [repr(poste), str(vars(poste)), caplog.text, *poste.relever(["a"]).pannes]
    with pytest.raises(ErreurEnvoi) as erreur:
        poste.remettre(LETTRE)
    bon = fabriquer(maileva)
    maileva.casser(Panne(DETAIL, 500, b"jeton-1", fois=9))
    with pytest.raises(ErreurEnvoi) as autre:
        bon.remettre(LETTRE)
    tout = "\n".join(
        [*dits, caplog.text, repr(erreur.value), repr(autre.value), repr(bon), *bon.relever(["a"]).pannes]
    )
    assert not [secret for secret in secrets if secret in tout]


# --- relever


def poste_envoye(maileva: ServeurMaileva, poste: PosteMaileva) -> tuple[str, dict[str, Any]]:
    reference = poste.remettre(LETTRE).reference
    return reference, maileva.destinataires[reference][0]


def nouvelles_de(poste: PosteMaileva, reference: str) -> Nouvelles:
    releve = poste.relever([reference])
    assert releve.pannes == ()
    [nouvelles] = releve.nouvelles
    return nouvelles


def etapes(nouvelles: Nouvelles) -> list[tuple[str, Sens]]:
    return [(evenement.code, evenement.sens) for evenement in nouvelles.evenements]


def lp(code: str, jour: int, label: str = "", **champs: Any) -> dict[str, Any]:
    return {
        "code": code,
        "date": f"2026-03-{jour:02}T10:00:00.000Z",
        "label": label or f"libellé {code}",
        **champs,
    }


def papier(
    maileva: ServeurMaileva, reference: str, destinataire: dict[str, Any], quoi: str, pdf: bytes
) -> None:
    chemin = f"/sendings/{reference}/recipients/{destinataire['id']}/download_{quoi}"
    destinataire[f"{quoi}_url"] = chemin
    maileva.pdfs[chemin] = pdf


def test_envoi_seulement_soumis(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, _ = poste_envoye(maileva, poste)
    nouvelles = nouvelles_de(poste, reference)
    assert etapes(nouvelles) == [("PENDING", Sens.ACHEMINE)]
    assert nouvelles.evenements[0].libelle == "Reçu par Maileva"
    assert nouvelles.evenements[0].instant == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert (nouvelles.reference, nouvelles.numero, nouvelles.depot) == (reference, "", None)
    assert nouvelles.documents == () and not nouvelles.definitif


def test_lettre_distribuee_avec_son_avis(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    maileva.avancer(reference, "ACCEPTED", "2026-03-02T12:00:00Z")
    maileva.avancer(reference, "PROCESSED", "2026-03-03T08:00:00Z")
    destinataire.update(
        registered_number=" 1e 00232062142",
        deposit_proof_date="2026-03-03T23:30:00.000Z",
        delivery_statuses=[lp("LP15", 6, "Distribué"), lp("LP01", 4), lp("LP18", 7), lp("LP09", 5)],
        main_delivery_statuses=[lp("LP09", 5, category="FIRST_PRESENTATION"), lp("LP15", 6, "Distribué")],
    )
    papier(maileva, reference, destinataire, "deposit_proof", PDF + b"depot")
    papier(maileva, reference, destinataire, "acknowledgement_of_receipt", PDF + b"avis")
    nouvelles = nouvelles_de(poste, reference)
    assert etapes(nouvelles) == [
        ("PENDING", Sens.ACHEMINE),
        ("ACCEPTED", Sens.ACHEMINE),
        ("PROCESSED", Sens.ACHEMINE),
        ("LP01", Sens.PRIS_EN_CHARGE),
        ("LP09", Sens.PRESENTE),
        ("LP15", Sens.DISTRIBUE),
    ]
    assert nouvelles.evenements[-1].libelle == "Distribué"
    assert nouvelles.numero == "1E00232062142"
    assert nouvelles.depot == date(2026, 3, 4)
    assert [(d.genre, d.nom, d.pdf) for d in nouvelles.documents] == [
        (GenreScan.DEPOT, f"maileva-{reference}-depot.pdf", PDF + b"depot"),
        (GenreScan.AVIS, f"maileva-{reference}-avis.pdf", PDF + b"avis"),
    ]
    assert nouvelles.definitif


def test_distribue_sans_son_avis_n_est_pas_definitif(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp("LP15", 6)]
    assert not nouvelles_de(poste, reference).definitif
    maileva.envois[reference]["status"] = "ARCHIVED"
    assert nouvelles_de(poste, reference).definitif


def test_archive_sans_issue_n_est_pas_definitif(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp("LP01", 6)]
    maileva.envois[reference]["status"] = "ARCHIVED"
    assert not nouvelles_de(poste, reference).definitif


@pytest.mark.parametrize(
    ("raison", "sens", "libelle"),
    [
        ("N02", Sens.NPAI, "Destinataire inconnu à l'adresse"),
        ("N03", Sens.NON_RECLAME, "Pli avisé et non réclamé"),
        ("N05", Sens.REFUSE, "Pli refusé par le destinataire"),
        ("N07", Sens.NPAI, "Défaut d'accès ou d'adressage"),
        ("N99", Sens.RETOURNE, "Pli retourné, motif N99"),
    ],
)
def test_pli_revenu_avec_son_enveloppe(
    maileva: ServeurMaileva, poste: PosteMaileva, raison: str, sens: Sens, libelle: str
) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire.update(
        delivery_statuses=[lp("LP17", 20)],
        undelivered_mail_reason=raison,
        undelivered_mail_date="2026-03-21T10:00:00Z",
    )
    assert not nouvelles_de(poste, reference).definitif
    papier(maileva, reference, destinataire, "undelivered_mail", PDF + b"enveloppe")
    nouvelles = nouvelles_de(poste, reference)
    assert etapes(nouvelles)[1:] == [("LP17", Sens.RETOURNE), (raison, sens)]
    assert nouvelles.evenements[-1].libelle == libelle
    assert [d.genre for d in nouvelles.documents] == [GenreScan.ENVELOPPE]
    assert nouvelles.definitif


@pytest.mark.parametrize(
    ("code", "sens"),
    [
        ("LP08", Sens.PRESENTE),
        ("LP12", Sens.INCIDENT),
        ("LP16", Sens.DISTRIBUE),
        ("LP19", Sens.NON_RECLAME),
        ("LP20", Sens.NPAI),
        ("LP21", Sens.NPAI),
        ("LP22", Sens.REFUSE),
        ("LP25", Sens.RETOURNE),
        ("LP28", Sens.DISTRIBUE),
        ("LP00", Sens.ACHEMINE),
        ("LP77", Sens.ACHEMINE),
    ],
)
def test_sens_des_codes(maileva: ServeurMaileva, poste: PosteMaileva, code: str, sens: Sens) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp(code, 5, "mots de La Poste")]
    evenement = nouvelles_de(poste, reference).evenements[-1]
    assert (evenement.code, evenement.sens, evenement.libelle) == (code, sens, "mots de La Poste")


@pytest.mark.parametrize(
    ("code", "categorie", "sens"),
    [
        ("LP77", "FIRST_PRESENTATION", Sens.PRESENTE),
        ("LP77", "DELIVERED", Sens.DISTRIBUE),
        ("LP77", "UNDELIVERED", Sens.RETOURNE),
        ("LP77", "DELIVERING", Sens.ACHEMINE),
        ("LP77", "NOUVELLE", Sens.ACHEMINE),
        ("", "DELIVERED", Sens.DISTRIBUE),
        ("LP14", "FIRST_PRESENTATION", Sens.PRESENTE),
        ("LP15", "FIRST_PRESENTATION", Sens.DISTRIBUE),
        ("LP17", "DELIVERED", Sens.RETOURNE),
        ("LP12", "UNDELIVERED", Sens.INCIDENT),
    ],
)
def test_sens_des_evenements_principaux(
    maileva: ServeurMaileva, poste: PosteMaileva, code: str, categorie: str, sens: Sens
) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp(code, 5)] if code else []
    destinataire["main_delivery_statuses"] = [lp(code, 5, category=categorie)]
    assert etapes(nouvelles_de(poste, reference))[1:] == [(code or categorie, sens)]


def test_envoi_rejete_est_definitif_et_dit_pourquoi(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, _ = poste_envoye(maileva, poste)
    maileva.envois[reference].update(status="REJECTED", status_detail="document illisible")
    nouvelles = nouvelles_de(poste, reference)
    assert etapes(nouvelles) == [("REJECTED", Sens.INCIDENT), ("PENDING", Sens.ACHEMINE)]
    assert nouvelles.evenements[0].libelle == "Rejeté par Maileva, rien n'est parti : document illisible"
    assert nouvelles.definitif


def test_destinataire_rejete_est_definitif(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    refus = {"code": "REJECTED", "date": "2026-03-02T13:00:00Z", "details": "adresse invalide"}
    destinataire.update(
        status="REJECTED", statuses=[{"code": "PENDING", "date": "2026-03-02T09:00:01Z"}, refus]
    )
    nouvelles = nouvelles_de(poste, reference)
    assert etapes(nouvelles) == [("PENDING", Sens.ACHEMINE), ("REJECTED", Sens.INCIDENT)]
    assert nouvelles.definitif


def test_preuve_de_depot_globale_a_defaut_de_la_particuliere(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp("LP01", 4)]
    maileva.preuves.append(
        {
            "id": "preuve-1",
            "sending_id": reference,
            "date": "2026-03-04T07:00:00Z",
            "url": "https://ailleurs.exemple/vole",
        }
    )
    maileva.pdfs["/global_deposit_proofs/preuve-1/download"] = PDF + b"globale"
    nouvelles = nouvelles_de(poste, reference)
    assert nouvelles.depot == date(2026, 3, 4)
    assert [(d.genre, d.pdf) for d in nouvelles.documents] == [(GenreScan.DEPOT, PDF + b"globale")]


def test_preuve_globale_d_un_autre_envoi_est_ignoree(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp("LP01", 4)]
    corps = (
        b'{"global_deposit_proofs": [{"id": "p", "sending_id": "autre", "date": "2026-03-04", "url": "u"}]}'
    )
    maileva.casser(Panne("global_deposit_proofs", 200, corps))
    nouvelles = nouvelles_de(poste, reference)
    assert nouvelles.depot is None and nouvelles.documents == ()


def test_preuve_globale_absente_ou_pas_encore_telechargeable(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp("LP01", 4)]
    assert nouvelles_de(poste, reference).depot is None
    maileva.preuves.append({"id": "preuve-1", "sending_id": reference, "date": "2026-03-04T07:00:00Z"})
    nouvelles = nouvelles_de(poste, reference)
    assert nouvelles.depot == date(2026, 3, 4) and nouvelles.documents == ()


@pytest.mark.parametrize(
    ("motif", "quoi"),
    [("global_deposit_proofs", "preuve de dépôt"), ("acknowledgement", "avis de réception")],
)
@pytest.mark.parametrize(
    "panne", [Panne("", 500, fois=3), Panne("", 200, b"{}"), Panne("", 404), Panne("", fois=3)]
)
def test_papier_annonce_mais_pas_donne_est_dit_et_redemande(
    maileva: ServeurMaileva, poste: PosteMaileva, motif: str, quoi: str, panne: Panne
) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["delivery_statuses"] = [lp("LP15", 6)]
    papier(maileva, reference, destinataire, "acknowledgement_of_receipt", PDF)
    maileva.preuves.append({"id": "p", "sending_id": reference, "url": "oui"})
    maileva.pdfs["/global_deposit_proofs/p/download"] = PDF
    if panne.corps and motif.startswith("global"):
        panne = panne._replace(corps=b'{"global_deposit_proofs": 3}')
    maileva.casser(panne._replace(motif=motif))
    releve = poste.relever([reference])
    [nouvelles] = releve.nouvelles
    assert etapes(nouvelles)[-1] == ("LP15", Sens.DISTRIBUE) and not nouvelles.definitif
    [dite] = releve.pannes
    assert dite.startswith(f"Envoi Maileva {reference}, {quoi} : ")
    maileva.reparer()
    assert nouvelles_de(poste, reference).definitif


def test_la_reponse_brute_est_gardee_octet_pour_octet(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, _ = poste_envoye(maileva, poste)
    envoi = b'{ "id" : "x",\r\n "status":"PENDING" , "inconnu": {"a": [1]}, "statuses": null }\n'
    liste = '{"recipients":[{"id":"y","é":"\u00a0"}],"paging":{}}'.encode()
    maileva.casser(Panne(DETAIL, 200, envoi), Panne("GET .*/recipients$", 200, liste))
    assert nouvelles_de(poste, reference).reponse == envoi + b"\n" + liste


def test_champs_absents_vides_ou_inconnus_sont_toleres(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    maileva.envois[reference].update(statuses=[{"code": "NOUVEAU", "date": "2026-03-05"}, {}, {"date": None}])
    destinataire.clear()
    destinataire.update(
        id="d",
        registered_number=8700123456789,
        delivery_statuses=[{}, {"code": "LP03", "creation_date": "2026-03-06T10:00:00"}],
    )
    nouvelles = nouvelles_de(poste, reference)
    assert etapes(nouvelles) == [("NOUVEAU", Sens.ACHEMINE), ("LP03", Sens.ACHEMINE)]
    assert [e.libelle for e in nouvelles.evenements] == ["NOUVEAU", "LP03"]
    assert nouvelles.numero == "8700123456789"
    assert nouvelles.evenements[1].instant == datetime(2026, 3, 6, 9, tzinfo=UTC)


def test_evenement_sans_date_est_dit(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire.update(
        delivery_statuses=[{"code": "LP15", "label": "Distribué"}], undelivered_mail_reason="N03"
    )
    releve = poste.relever([reference])
    assert releve.pannes == (
        f"Envoi Maileva {reference} : évènement sans date, laissé de côté (LP15 Distribué).",
        f"Envoi Maileva {reference} : évènement sans date, laissé de côté (retour N03).",
    )
    assert etapes(releve.nouvelles[0]) == [("PENDING", Sens.ACHEMINE)]


def test_numero_sans_forme_est_dit_et_laisse(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, destinataire = poste_envoye(maileva, poste)
    destinataire["registered_number"] = "<script>"
    releve = poste.relever([reference])
    assert releve.nouvelles[0].numero == "" and "n'en a pas la forme" in releve.pannes[0]


def test_envoi_sans_destinataire_lisible_garde_ses_etats(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    reference, _ = poste_envoye(maileva, poste)
    maileva.destinataires[reference].clear()
    assert etapes(nouvelles_de(poste, reference)) == [("PENDING", Sens.ACHEMINE)]


@pytest.mark.parametrize(
    ("motif", "corps"),
    [
        (DETAIL, b""),
        (DETAIL, b'{"id": "x", "status": '),
        (DETAIL, b'{"status": "PENDING"}'),
        (DETAIL, b'{"id": "../../vole"}'),
        ("GET .*/recipients$", b"{}"),
        ("GET .*/recipients$", b'{"recipients": [{"id": "x", "delivery_statuses": [{"date": "hier"}]}]}'),
        ("GET .*/recipients$", b'{"recipients": [{"id": "a"}, {"id": "b"}]}'),
    ],
)
def test_reponse_illisible_est_une_panne_jamais_une_exception(
    maileva: ServeurMaileva, poste: PosteMaileva, motif: str, corps: bytes
) -> None:
    reference, _ = poste_envoye(maileva, poste)
    autre = poste.remettre(LETTRE._replace(nom="autre")).reference
    maileva.casser(Panne(motif, 200, corps))
    releve = poste.relever([reference, autre])
    assert [n.reference for n in releve.nouvelles] == [autre]
    [panne] = releve.pannes
    assert panne.startswith(f"Envoi Maileva {reference} : ")


def test_envoi_inconnu_ou_reference_etrange(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, _ = poste_envoye(maileva, poste)
    releve = poste.relever(["inconnu", "../../../secrets", "", reference])
    assert [n.reference for n in releve.nouvelles] == [reference]
    assert "HTTP 404" in releve.pannes[0]
    assert all("pas une référence d'envoi" in panne for panne in releve.pannes[1:])
    assert not maileva.compte("secrets")


def test_429_avec_retry_after_court_est_patient_long_est_une_panne(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    reference, _ = poste_envoye(maileva, poste)
    maileva.casser(Panne(DETAIL, 429, entetes=(("Retry-After", "2"),)))
    nouvelles_de(poste, reference)
    maileva.casser(Panne(DETAIL, 429, entetes=(("Retry-After", "900"),)))
    releve = poste.relever([reference, reference, reference])
    assert releve.nouvelles == ()
    assert "quota" in releve.pannes[0] and releve.pannes[1].startswith("Maileva : 2 autres envois")


@pytest.mark.parametrize(
    "panne", [Panne(".", fois=99), Panne(JETON, 401, fois=99), Panne(DETAIL, 403, fois=99)]
)
def test_service_absent_n_est_pas_redemande_pour_chaque_lettre(maileva: ServeurMaileva, panne: Panne) -> None:
    maileva.casser(panne)
    releve = fabriquer(maileva).relever([f"envoi-{n}" for n in range(50)])
    assert releve.nouvelles == () and len(releve.pannes) == 2
    assert len(maileva.appels) <= 4


def test_serveur_trop_lent_est_une_panne(maileva: ServeurMaileva, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DELAI", httpx.Timeout(0.2))
    poste = fabriquer(maileva)
    reference, _ = poste_envoye(maileva, poste)
    maileva.casser(Panne(DETAIL, 200, b"{}", attente=0.5, fois=3))
    assert "ne répond pas" in poste.relever([reference]).pannes[0]


def test_adresse_morte_est_une_panne() -> None:
    with ServeurMaileva() as eteint:
        poste = fabriquer(eteint)
    assert "ne répond pas (127.0.0.1)" in poste.relever(["x"]).pannes[0]


def test_reponse_mal_comprimee_est_une_panne(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    reference, _ = poste_envoye(maileva, poste)
    maileva.casser(Panne(DETAIL, 200, b"pas du gzip", entetes=(("Content-Encoding", "gzip"),), fois=3))
    assert len(poste.relever([reference]).pannes) == 1


# --- abonner


def test_abonner_demande_ce_qui_manque_une_seule_fois(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.abonnements.append(
        {"event_type": "ON_STATUS_ACCEPTED", "resource_type": "mail/v2/sendings", "callback_url": URL}
    )
    maileva.abonnements.append(
        {
            "event_type": "ON_STATUS_REJECTED",
            "resource_type": "registered_mail/v4/sendings",
            "callback_url": URL,
        }
    )
    faits = poste.abonner(URL)
    assert len(faits) == 11 and "ON_STATUS_ACCEPTED" in faits and "ON_STATUS_REJECTED" not in faits
    demandes = {
        (a["event_type"], a["resource_type"]) for a in maileva.abonnements if a["callback_url"] == URL
    }
    assert ("ON_MAIN_DELIVERY_STATUS_DELIVERED", "registered_mail/v4/recipients") in demandes
    maileva.par_page = 5
    assert poste.abonner(URL) == ()
    assert len(maileva.abonnements) == 13


def test_abonner_une_autre_adresse_ne_compte_pas_la_premiere(
    maileva: ServeurMaileva, poste: PosteMaileva
) -> None:
    poste.abonner(URL)
    assert len(poste.abonner(URL + "-bis")) == 12


def test_evenement_refuse_n_empeche_pas_les_autres(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.evenements_refuses.add("ON_UNDELIVERED_MAIL_RECEIVED")
    with pytest.raises(ErreurEnvoi, match="refuse d'annoncer ON_UNDELIVERED_MAIL_RECEIVED") as erreur:
        poste.abonner(URL)
    assert len(maileva.abonnements) == 11 and "un-jeton" not in str(erreur.value)


def test_abonnement_en_panne(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    maileva.casser(Panne(f"POST {ABONNEMENTS}", 500))
    with pytest.raises(ErreurEnvoi, match="HTTP 500"):
        poste.abonner(URL)
    maileva.casser(Panne(f"GET {ABONNEMENTS}", 200, b'{"subscriptions": [{}]}', fois=999))
    with pytest.raises(ErreurEnvoi, match="ne finit pas"):
        poste.abonner(URL)


def test_abonner_exige_https(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    with pytest.raises(ConfigurationInvalide, match="https://"):
        poste.abonner("http://recouvrement.exemple.fr/maileva/jeton")
    assert maileva.appels == []


def test_les_phrases_sont_en_francais_sans_trace(maileva: ServeurMaileva, poste: PosteMaileva) -> None:
    fautes: list[Callable[[], object]] = [
        lambda: poste.remettre(LETTRE._replace(recommandee=False)),
        lambda: poste.abonner("ftp://x"),
    ]
    for faute in fautes:
        with pytest.raises((ErreurEnvoi, ConfigurationInvalide)) as erreur:
            faute()
        assert str(erreur.value).endswith(".") and "Error" not in str(erreur.value)
