"""AR24 against a local server that speaks its protocol, faults included."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from dossier.adapters.clock import RealClock, SimulatedClock
from dossier.adapters.transporteurs import ar24
from dossier.adapters.transporteurs.ar24 import PosteAr24
from dossier.adapters.transporteurs.ar24_courrier import Courrier, dates, evenements
from dossier.adapters.transporteurs.ar24_protocole import dechiffrer, signer
from dossier.adapters.transporteurs.http import Illisible
from dossier.core.dates import jour_legal
from dossier.core.errors import ConfigurationInvalide, ErreurEnvoi, RemiseIncertaine
from dossier.core.faits import GenreScan, Sens
from dossier.core.ports import Clock, Lettre, Nouvelles, Poste, Suivi
from tests.adapters.serveur_ar24 import (
    CLE,
    EXPEDITEUR,
    JETON,
    PDF,
    Requete,
    ServeurAr24,
    chiffrer,
    heure,
    maintenant,
    servir,
)

LETTRE = Lettre(
    nom="2026-11-22_fa-2026-0042_mise-en-demeure_lrar",
    intitule="Mise en demeure & dernier avis – FA-2026-0042",
    pdf=b"%PDF-1.7\nmise en demeure\x00\xff\n%%EOF\n",
    recommandee=True,
    destinataire=("Durand SARL", "1 RUE DU PORT", "44000 NANTES"),
    expediteur=("Atelier SAS", "2 RUE NEUVE", "69000 LYON"),
    email="compta@durand.example",
)
SECRETS = (JETON, CLE)


@pytest.fixture
def serveur() -> Iterator[ServeurAr24]:
    with servir() as ouvert:
        yield ouvert


def poste(serveur: ServeurAr24, **options: Any) -> PosteAr24:
    reglages: dict[str, Any] = {
        "jeton": JETON,
        "cle_privee": CLE,
        "clock": RealClock(),
        "delai": 5.0,
    } | options
    return PosteAr24(
        expediteur=EXPEDITEUR, base=serveur.base, dormir=reglages.pop("dormir", lambda _: None), **reglages
    )


def une(serveur: ServeurAr24, numero: str = "401753") -> Nouvelles:
    releve = poste(serveur).relever([numero])
    assert releve.pannes == ()
    (nouvelles,) = releve.nouvelles
    return nouvelles


def sens(nouvelles: Nouvelles) -> list[Sens]:
    return [evenement.sens for evenement in nouvelles.evenements]


def il_y_a(jours: float) -> str:
    return heure(maintenant() - timedelta(days=jours))


# The cipher.


def test_la_signature_et_le_dechiffrement_sont_ceux_de_l_exemple_d_ar24() -> None:
    date, cle = "2021-05-26 14:00:00", "7X9gx9E3Qx4EiUdB63nc"
    assert signer(cle, date) == "bDop0cbjKpkySlpvnNGvBMg7PuYFFgPPqTTS2RAHoY0="
    assert dechiffrer(cle, date, b"WwBOU6s8DaMWmYdctBJwfuoujFgVygBUjhsbdf8eWqQ=") == b'{status: "SUCCESS"}'


@pytest.mark.parametrize(
    "corps", [b"", b"pas du base64 !", b"AAAA", b"\xff\xfe", b"<html></html>", b"AAAAAAAAAAAAAAAAAAAAAA=="]
)
def test_ce_qui_ne_se_dechiffre_pas_est_dit_sans_montrer_la_cle(corps: bytes) -> None:
    with pytest.raises(Illisible, match="vérifiez la clé privée") as refus:
        dechiffrer(CLE, "2026-11-22 08:00:00", corps)
    assert CLE not in str(refus.value)


def test_une_reponse_ne_se_lit_qu_avec_la_date_de_sa_demande() -> None:
    corps = chiffrer("2026-11-22 08:00:00" + CLE, '{"status": "SUCCESS", "result": {}}', CLE)
    assert dechiffrer(CLE, "2026-11-22 08:00:00", corps).startswith(b'{"status"')
    try:
        autre = dechiffrer(CLE, "2026-11-22 08:00:01", corps)
    except Illisible:
        return
    assert not autre.startswith(b'{"status"')


# Sending.


def test_la_lettre_part_une_fois_avec_sa_piece_et_notre_reference(serveur: ServeurAr24) -> None:
    remise = poste(serveur).remettre(LETTRE)
    assert (remise.transporteur, remise.reference) == ("AR24", "401753")
    assert remise.phrase == "Lettre recommandée électronique n° 401753 confiée à AR24."
    (envoi,) = serveur.appels("POST /api/mail")
    assert envoi["ref_dossier"] == LETTRE.nom
    assert (envoi["dest_statut"], envoi["to_company"]) == ("professionnel", "Durand SARL")
    assert "to_lastname" not in envoi
    assert (envoi["to_email"], envoi["id_user"], envoi["eidas"]) == ("compta@durand.example", "63011", "1")
    assert envoi["content"] == "Mise en demeure &amp; dernier avis – FA-2026-0042"
    assert serveur.joints == {int(envoi["attachment[0]"]): LETTRE.pdf}
    assert serveur.appels("POST /api/attachment")[0]["file_name"] == f"{LETTRE.nom}.pdf"


def test_la_reponse_gardee_est_celle_d_ar24_en_clair_octet_pour_octet(serveur: ServeurAr24) -> None:
    remise = poste(serveur).remettre(LETTRE)
    attendu = json.dumps({"status": "SUCCESS", "result": serveur.courriers["401753"]}).encode()
    assert remise.reponse == attendu


@pytest.mark.parametrize(
    ("nom", "prenom", "patronyme"),
    [
        ("Jean Durand", "Jean", "Durand"),
        ("M. Jean DURAND", "Jean", "DURAND"),
        ("DURAND Jean-Paul", "Jean-Paul", "DURAND"),
        ("Madame Anne LE GOFF", "Anne", "LE GOFF"),
        ("JEAN DURAND", "JEAN", "DURAND"),
        ("Jean de La Tour", "Jean", "de La Tour"),
        ("Jean Jean", "Jean", "Jean"),
    ],
)
def test_un_particulier_a_un_prenom_et_un_nom(
    serveur: ServeurAr24, nom: str, prenom: str, patronyme: str
) -> None:
    poste(serveur).remettre(LETTRE._replace(destinataire=(nom,), professionnel=False))
    (envoi,) = serveur.appels("POST /api/mail")
    assert (envoi["dest_statut"], envoi["to_firstname"], envoi["to_lastname"]) == (
        "particulier",
        prenom,
        patronyme,
    )
    assert "to_company" not in envoi


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        ({"email": " "}, "pas d'adresse électronique"),
        ({"recommandee": False}, "que des lettres recommandées"),
        ({"professionnel": False, "destinataire": ("M. Durand",)}, "le prénom et le nom"),
        ({"professionnel": False, "destinataire": ("M.",)}, "le prénom et le nom"),
    ],
)
def test_ce_qu_ar24_ne_peut_pas_envoyer_est_refuse_avant_tout_appel(
    serveur: ServeurAr24, change: dict[str, Any], dit: str
) -> None:
    with pytest.raises(ErreurEnvoi, match=dit):
        poste(serveur).remettre(LETTRE._replace(**change))
    assert serveur.recues == []


def test_un_envoi_a_valider_dit_que_rien_n_est_parti(serveur: ServeurAr24) -> None:
    serveur.statut = "to_valid"
    remise = poste(serveur).remettre(LETTRE)
    assert remise.phrase.startswith(
        "Lettre recommandée électronique n° 401753 préparée chez AR24 : rien ne part"
    )
    assert remise.reference == "401753"


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"is_eidas": 0}, "elle ne vaut pas lettre recommandée"),
        ({"is_eidas": False}, "elle ne vaut pas lettre recommandée"),
        ({"send_fail": 1}, "n'a pas pu l'envoyer"),
        ({"send_fail": True}, "n'a pas pu l'envoyer"),
    ],
)
def test_une_reponse_qui_ne_vaut_pas_envoi_est_dite(
    serveur: ServeurAr24, champs: dict[str, Any], dit: str
) -> None:
    serveur.faire("401753", ref_dossier=LETTRE.nom, **champs)
    assert dit in poste(serveur).remettre(LETTRE).phrase


@pytest.mark.parametrize("absent", [{"is_eidas": None}, {"is_eidas": "1"}, {"is_eidas": True}])
def test_un_envoi_qualifie_ou_dont_rien_n_est_dit_n_alarme_pas(
    serveur: ServeurAr24, absent: dict[str, Any]
) -> None:
    serveur.faire("401753", ref_dossier=LETTRE.nom, **absent)
    assert "Attention" not in poste(serveur).remettre(LETTRE).phrase


# Once for ever.


def test_la_meme_lettre_remise_deux_fois_n_en_fait_qu_une(serveur: ServeurAr24) -> None:
    premiere, seconde = poste(serveur).remettre(LETTRE), poste(serveur).remettre(LETTRE)
    assert premiere == seconde
    assert len(serveur.courriers) == len(serveur.joints) == 1


def test_deux_lettres_font_deux_envois(serveur: ServeurAr24) -> None:
    autre = poste(serveur).remettre(LETTRE._replace(nom=LETTRE.nom + "-2"))
    assert poste(serveur).remettre(LETTRE).reference != autre.reference
    assert len(serveur.courriers) == 2


@pytest.mark.parametrize("reference", ["ref_dossier", "ref_client"])
def test_une_reference_perdue_ou_coupee_n_empeche_pas_de_la_retrouver(
    serveur: ServeurAr24, reference: str
) -> None:
    poste(serveur).remettre(LETTRE)
    serveur.courriers["401753"][reference] = LETTRE.nom[:10]
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.courriers) == 1


def accepter_puis_couper(requete: Requete) -> bool:
    requete.serveur.poster(requete.champs)
    requete.couper()
    return False


def test_une_coupure_apres_l_envoi_ne_fait_jamais_deux_lettres(serveur: ServeurAr24) -> None:
    serveur.pannes["POST /api/mail"] = [accepter_puis_couper]
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.courriers) == len(serveur.appels("POST /api/mail")) == 1


def test_un_silence_que_la_recherche_n_eclaire_pas_est_laisse_a_une_personne(serveur: ServeurAr24) -> None:
    """AR24 takes the letter, answers nothing, and its list is down: the next call finds the letter."""
    serveur.pannes["POST /api/mail"] = [accepter_puis_couper]
    serveur.pannes["GET /api/user/mail"] = [lambda _: True, en_panne, en_panne, en_panne]
    with pytest.raises(RemiseIncertaine, match="cherchez cette référence de dossier") as doute:
        poste(serveur).remettre(LETTRE)
    assert LETTRE.nom in str(doute.value)
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.courriers) == len(serveur.appels("POST /api/mail")) == 1


def test_un_silence_sans_lettre_trouvee_est_aussi_un_doute(serveur: ServeurAr24) -> None:
    serveur.pannes["POST /api/mail"] = [lambda requete: bool(requete.couper())]
    with pytest.raises(RemiseIncertaine, match="si elle y est, enregistrez son dépôt"):
        poste(serveur).remettre(LETTRE)
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.courriers) == 1


def test_un_delai_depasse_apres_l_envoi_ne_renvoie_pas(serveur: ServeurAr24) -> None:
    lache = Event()

    def muet(requete: Requete) -> bool:
        requete.serveur.poster(requete.champs)
        lache.wait(20)
        return False

    serveur.pannes["POST /api/mail"] = [muet]
    try:
        assert poste(serveur, delai=0.5).remettre(LETTRE).reference == "401753"
    finally:
        lache.set()
    assert len(serveur.appels("POST /api/mail")) == 1


def en_panne(requete: Requete) -> bool:
    requete.repondre(b"<html>Bad gateway</html>", 502)
    return False


def en_erreur(requete: Requete) -> bool:
    requete.echouer("invalid_recipient", 500)
    return False


@pytest.mark.parametrize("erreur", [en_panne, en_erreur])
def test_une_erreur_du_serveur_apres_l_envoi_est_verifiee(
    serveur: ServeurAr24, erreur: Callable[[Requete], bool]
) -> None:
    def poster_puis_500(requete: Requete) -> bool:
        requete.serveur.poster(requete.champs)
        return erreur(requete)

    serveur.pannes["POST /api/mail"] = [poster_puis_500]
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.appels("POST /api/mail")) == 1


@pytest.mark.parametrize(
    "corps",
    [
        b"",
        b"{",
        b"rien de lisible",
        b'{"status": "SUCCESS"}',
        b'{"status": "SUCCESS", "result": {"id": null}}',
        b'{"status": "SUCCESS", "result": {"id": "../../etc"}}',
        b'{"status": "PEUT-ETRE"}',
        b'{"status": "ERROR", "slug": "unknown_error"}',
        b'{"status": "ERROR"}',
    ],
)
def test_une_reponse_illisible_a_l_envoi_n_en_fait_pas_un_second(serveur: ServeurAr24, corps: bytes) -> None:
    def poster_puis_marmonner(requete: Requete) -> bool:
        requete.serveur.poster(requete.champs)
        requete.repondre(corps)
        return False

    serveur.pannes["POST /api/mail"] = [poster_puis_marmonner]
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.courriers) == 1


@pytest.mark.parametrize(
    ("slug", "dit"),
    [
        ("authentication_missing", "s'identifier (eIDAS) sur le site"),
        ("user_no_payment", "moyen de paiement"),
        ("invalid_recipient", "ne convient pas"),
        ("un_slug_nouveau", "motif « un_slug_nouveau »"),
        ("<b>Dear customer</b>", "sans motif lisible"),
    ],
)
@pytest.mark.parametrize("statut", [200, 400, 403])
def test_un_refus_d_ar24_est_dit_en_francais_et_rien_n_est_parti(
    serveur: ServeurAr24, slug: str, dit: str, statut: int
) -> None:
    def refuser(requete: Requete) -> bool:
        requete.echouer(slug, statut)
        return False

    serveur.pannes["POST /api/mail"] = [refuser]
    with pytest.raises(ErreurEnvoi, match="AR24 refuse la demande") as refus:
        poste(serveur).remettre(LETTRE)
    assert dit in str(refus.value) and "English" not in str(refus.value)
    assert not isinstance(refus.value, RemiseIncertaine)
    assert serveur.courriers == {}


@pytest.mark.parametrize("statut", [200, 503])
def test_une_maintenance_est_dite_et_rien_n_est_parti(serveur: ServeurAr24, statut: int) -> None:
    def fermer(requete: Requete) -> bool:
        requete.repondre(b'{ "status":"maintenance" }', statut)
        return False

    serveur.pannes["POST /api/mail"] = [fermer]
    with pytest.raises(ErreurEnvoi, match="en maintenance") as refus:
        poste(serveur).remettre(LETTRE)
    assert not isinstance(refus.value, RemiseIncertaine)


@pytest.mark.parametrize("ou", ["GET /api/user/mail", "POST /api/attachment"])
def test_une_panne_avant_l_envoi_n_est_pas_un_doute(serveur: ServeurAr24, ou: str) -> None:
    serveur.pannes[ou] = [en_panne] * 3
    with pytest.raises(ErreurEnvoi, match="en panne") as panne:
        poste(serveur).remettre(LETTRE)
    assert not isinstance(panne.value, RemiseIncertaine)
    assert serveur.appels("POST /api/mail") == []


def test_un_serveur_injoignable_n_est_pas_un_doute() -> None:
    with servir() as eteint:
        pass
    with pytest.raises(ErreurEnvoi, match="ne répond pas") as panne:
        poste(eteint).remettre(LETTRE)
    assert not isinstance(panne.value, RemiseIncertaine)


def test_une_connexion_impossible_a_l_envoi_n_est_pas_un_doute(serveur: ServeurAr24) -> None:
    def joindre_puis_fermer(requete: Requete) -> bool:
        requete.server.shutdown()
        requete.server.server_close()
        requete.reussir({"file_id": serveur.joindre(requete.fichier)})
        return False

    serveur.pannes["POST /api/attachment"] = [joindre_puis_fermer]
    with pytest.raises(ErreurEnvoi, match="ne répond pas") as panne:
        poste(serveur).remettre(LETTRE)
    assert not isinstance(panne.value, RemiseIncertaine)


@pytest.mark.parametrize(
    "change", [{"jeton": "un-autre-jeton"}, {"cle_privee": "une-autre-cle"}, {"cle_privee": CLE + "x"}]
)
def test_une_cle_fausse_est_dite_sans_etre_montree(serveur: ServeurAr24, change: dict[str, str]) -> None:
    with pytest.raises(ErreurEnvoi, match="vérifiez") as refus:
        poste(serveur, **change).remettre(LETTRE)
    assert not any(secret in repr(refus.value) for secret in (*SECRETS, *change.values()))
    assert serveur.courriers == {}


# The list of letters, in whatever form.


def nommees(courriers: list[dict[str, Any]]) -> Any:
    return {"total": len(courriers), "mails": courriers}


def numerotees(courriers: list[dict[str, Any]]) -> Any:
    return {str(rang): courrier for rang, courrier in enumerate(courriers, 5)}


def rien(courriers: list[dict[str, Any]]) -> Any:
    return courriers or None


@pytest.mark.parametrize("forme", [list, nommees, numerotees, rien])
def test_la_liste_se_lit_sous_chacune_de_ses_formes(
    serveur: ServeurAr24, forme: Callable[[list[dict[str, Any]]], Any]
) -> None:
    serveur.forme = forme
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert poste(serveur).remettre(LETTRE).reference == "401753"
    assert len(serveur.courriers) == 1


@pytest.mark.parametrize("page_max", [3, 10, 11, 12, 1000])
def test_la_lettre_est_retrouvee_quelle_que_soit_la_taille_des_pages(
    serveur: ServeurAr24, page_max: int
) -> None:
    for numero in range(11):
        serveur.faire(str(numero + 1), ref_dossier=f"autre-{numero}")
    serveur.faire("12", ref_dossier=LETTRE.nom)
    serveur.page_max = page_max
    assert poste(serveur).remettre(LETTRE).reference == "12"
    assert serveur.appels("POST /api/mail") == []


def test_une_pagination_ignoree_ne_cache_pas_de_lettre(serveur: ServeurAr24) -> None:
    """AR24 always gives the same page: below the asked size it is all of them, at that size no one knows."""

    def meme_page(nombre: int) -> Callable[[Requete], bool]:
        def repondre(requete: Requete) -> bool:
            requete.reussir([{"id": numero} for numero in range(1, nombre + 1)])
            return False

        return repondre

    serveur.pannes["GET /api/user/mail"] = [meme_page(200)] * 2
    with pytest.raises(RemiseIncertaine, match="trop longue"):
        poste(serveur).remettre(LETTRE)
    assert serveur.appels("POST /api/mail") == []
    for nombre in (199, 201):
        serveur.courriers.clear()
        serveur.pannes["GET /api/user/mail"] = [meme_page(nombre)] * 2
        assert poste(serveur).remettre(LETTRE).reference == "401753"


@pytest.mark.parametrize(("lettres", "lue"), [(2, True), (3, False)])
def test_une_liste_trop_longue_n_est_pas_crue_complete(
    serveur: ServeurAr24, monkeypatch: pytest.MonkeyPatch, lettres: int, lue: bool
) -> None:
    monkeypatch.setattr(ar24, "PAGES", 3)
    serveur.page_max = 1
    for numero in range(lettres):
        serveur.faire(str(numero + 1))
    if lue:
        assert poste(serveur).remettre(LETTRE).reference == "401755"
        return
    with pytest.raises(RemiseIncertaine, match="trop longue"):
        poste(serveur).remettre(LETTRE)
    assert len(serveur.courriers) == lettres


@pytest.mark.parametrize(
    "corps",
    [
        b'{"status": "SUCCESS"}',
        b'{"status": "SUCCESS", "result": "oui"}',
        b'{"status": "SUCCESS", "result": {"total": 12}}',
        b'{"status": "SUCCESS", "result": [{"ref_dossier": "x"}]}',
        b"[]",
        b"",
    ],
)
def test_une_liste_illisible_laisse_la_decision_a_une_personne(serveur: ServeurAr24, corps: bytes) -> None:
    serveur.pannes["GET /api/user/mail"] = [lambda requete: bool(requete.repondre(corps))]
    with pytest.raises(RemiseIncertaine, match="cherchez cette référence"):
        poste(serveur).remettre(LETTRE)
    assert serveur.courriers == {} and serveur.joints == {}


# What becomes of it.


def test_un_envoi_est_depose_et_son_avis_est_la_premiere_presentation(serveur: ServeurAr24) -> None:
    serveur.faire("401753", "dp ev", status="sent", ts_ev_date=il_y_a(3))
    nouvelles = une(serveur)
    assert sens(nouvelles) == [Sens.PRIS_EN_CHARGE, Sens.PRESENTE]
    assert nouvelles.depot == jour_legal(maintenant() - timedelta(days=3))
    assert (nouvelles.reference, nouvelles.numero, nouvelles.definitif) == ("401753", "401753", False)
    assert [(d.genre, d.nom, d.pdf) for d in nouvelles.documents] == [
        (GenreScan.DEPOT, "ar24-401753-preuve-de-depot.pdf", PDF + b"dp"),
        (GenreScan.DEPOT, "ar24-401753-preuve-d-envoi.pdf", PDF + b"ev"),
    ]
    assert (
        nouvelles.reponse == json.dumps({"status": "SUCCESS", "result": serveur.courriers["401753"]}).encode()
    )


@pytest.mark.parametrize(
    ("champ", "preuve", "attendu", "nom"),
    [
        ("view_date", "ar", Sens.DISTRIBUE, "accuse-de-reception"),
        ("refused_date", "rf", Sens.REFUSE, "preuve-de-refus"),
        ("negligence_date", "ng", Sens.NON_RECLAME, "preuve-de-negligence"),
    ],
)
def test_chaque_issue_a_son_evenement_et_sa_preuve(
    serveur: ServeurAr24, champ: str, preuve: str, attendu: Sens, nom: str
) -> None:
    serveur.faire("401753", f"ev {preuve}", ts_ev_date=il_y_a(16), **{champ: il_y_a(1)})
    nouvelles = une(serveur)
    assert sens(nouvelles) == [Sens.PRIS_EN_CHARGE, Sens.PRESENTE, attendu]
    assert nouvelles.definitif
    assert nouvelles.documents[-1] == (GenreScan.AVIS, f"ar24-401753-{nom}.pdf", PDF + preuve.encode())


def test_une_adresse_rejetee_n_a_recu_aucun_avis(serveur: ServeurAr24) -> None:
    serveur.faire("401753", "ev bc", ts_ev_date=il_y_a(2), bounced_date=il_y_a(1))
    nouvelles = une(serveur)
    assert sens(nouvelles) == [Sens.PRIS_EN_CHARGE, Sens.NPAI]
    assert nouvelles.definitif


@pytest.mark.parametrize("vrai", [1, "1", True])
def test_un_envoi_impossible_est_un_incident(serveur: ServeurAr24, vrai: Any) -> None:
    serveur.faire("401753", send_fail=vrai)
    nouvelles = une(serveur)
    assert sens(nouvelles) == [Sens.INCIDENT]
    assert (nouvelles.evenements[0].code, nouvelles.depot) == ("send_fail", None)


def test_une_issue_sans_sa_preuve_est_redemandee(serveur: ServeurAr24) -> None:
    serveur.faire("401753", "ev", ts_ev_date=il_y_a(3), view_date=il_y_a(1))
    assert not une(serveur).definitif
    serveur.faire("401753", "ar")
    assert une(serveur).definitif


@pytest.mark.parametrize(
    ("statut", "attendu"),
    [
        ("to_valid", Sens.INCIDENT),
        ("error", Sens.INCIDENT),
        ("waiting", Sens.ACHEMINE),
        ("un_statut_nouveau", Sens.ACHEMINE),
    ],
)
def test_avant_l_envoi_le_statut_est_rapporte_tel_quel(
    serveur: ServeurAr24, statut: str, attendu: Sens
) -> None:
    serveur.faire("401753", status=statut)
    nouvelles = une(serveur)
    (evenement,) = nouvelles.evenements
    assert (evenement.sens, evenement.code) == (attendu, statut)
    assert evenement.libelle == (
        "En attente de validation sur le site d'AR24" if statut == "to_valid" else statut
    )
    assert (nouvelles.depot, nouvelles.definitif, nouvelles.documents) == (None, False, ())


def test_une_lettre_sans_aucune_date_est_dite(serveur: ServeurAr24) -> None:
    serveur.faire("401753", date=None, status="")
    releve = poste(serveur).relever(["401753"])
    assert releve.nouvelles[0].evenements == ()
    assert "aucune date" in releve.pannes[0]


def test_une_date_annoncee_n_est_pas_un_evenement() -> None:
    instant = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
    courrier = Courrier(id="1", ts_ev_date="2026-11-05 09:00:00", negligence_date="2026-11-20 13:00:00")
    assert "negligence_date" in dates(courrier, instant)
    avant = dates(courrier, instant - timedelta(seconds=1))
    assert [e.sens for e in evenements(courrier, avant)] == [Sens.PRIS_EN_CHARGE, Sens.PRESENTE]


@pytest.mark.parametrize("champ", ["view_date", "refused_date"])
def test_une_lettre_acceptee_ou_refusee_ne_devient_pas_negligee(champ: str) -> None:
    lue = {"id": 1, "ts_ev_date": "2026-11-01 09:00:00", champ: "2026-11-02 09:00:00"}
    courrier = Courrier.model_validate({**lue, "negligence_date": "2026-11-16 09:00:00"})
    passees = dates(courrier, datetime(2026, 11, 20, tzinfo=UTC))
    assert list(passees) == ["ts_ev_date", champ]


def test_les_heures_d_ar24_sont_celles_de_paris() -> None:
    ete, hiver = (
        Courrier(id="1", ts_ev_date=lu).ts_ev_date for lu in ("2026-07-01 00:30:00", "2026-12-01 00:30:00")
    )
    assert ete == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert hiver == datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    avec_fuseau = Courrier(id="1", ts_ev_date="2026-07-01T00:30:00+00:00").ts_ev_date
    assert avec_fuseau == datetime(2026, 7, 1, 0, 30, tzinfo=UTC)


def test_les_evenements_vont_du_plus_ancien_au_plus_recent(serveur: ServeurAr24) -> None:
    serveur.faire(
        "401753", ts_ev_date=il_y_a(9), view_date=il_y_a(2), refused_date=il_y_a(4), bounced_date=il_y_a(8)
    )
    instants = [evenement.instant for evenement in une(serveur).evenements]
    assert len(instants) == 4 and all(avant <= apres for avant, apres in pairwise(instants))


def test_l_horloge_simulee_ne_trouble_pas_la_signature(serveur: ServeurAr24, tmp_path: Path) -> None:
    horloge: Clock = SimulatedClock(tmp_path / "horloge")
    assert isinstance(horloge, SimulatedClock)
    horloge.regler(datetime(2031, 1, 1, tzinfo=UTC))
    serveur.faire("401753", ts_ev_date=il_y_a(1))
    assert poste(serveur, clock=horloge).relever(["401753"]).pannes == ()


# Outages while following.


def test_une_lettre_inconnue_n_arrete_pas_les_autres(serveur: ServeurAr24) -> None:
    serveur.faire("401753", ts_ev_date=il_y_a(1))
    releve = poste(serveur).relever(["999", "401753"])
    assert [n.reference for n in releve.nouvelles] == ["401753"]
    assert releve.pannes == ("AR24, lettre n° 999 : AR24 refuse la demande : cette lettre lui est inconnue.",)


@pytest.mark.parametrize(
    "corps",
    [
        b"",
        b"{",
        b"illisible",
        b'{"status": "SUCCESS", "result": null}',
        b'{"status": "SUCCESS", "result": {"id": 1, "view_date": "hier"}}',
        b'{"status": "SUCCESS", "result": {"id": 999}}',
        b'{"status": "SUCCESS", "result": {"id": 1.5}}',
        b'{"status": "SUCCESS", "result": {"id": "401753", "status": "' + b"x" * 200 + b'"}}',
    ],
)
def test_une_reponse_illisible_est_une_panne_de_cette_lettre(serveur: ServeurAr24, corps: bytes) -> None:
    serveur.faire("401753", ts_ev_date=il_y_a(1))
    serveur.faire("401754", ts_ev_date=il_y_a(1))
    serveur.pannes["GET /api/mail"] = [lambda requete: bool(requete.repondre(corps))]
    releve = poste(serveur).relever(["401753", "401754"])
    assert [n.reference for n in releve.nouvelles] == ["401754"]
    (panne,) = releve.pannes
    assert panne.startswith("AR24, lettre n° 401753 : ")


def test_un_404_sans_json_est_celui_de_cette_lettre(serveur: ServeurAr24) -> None:
    serveur.faire("401754", ts_ev_date=il_y_a(1))
    serveur.pannes["GET /api/mail"] = [lambda requete: bool(requete.repondre(b"<html>404</html>", 404))]
    releve = poste(serveur).relever(["401753", "401754"])
    assert len(releve.nouvelles) == 1 and "inconnu" in releve.pannes[0]


@pytest.mark.parametrize(
    ("reponse", "dit", "appels"),
    [
        (lambda requete: bool(requete.repondre(b"", 500)), "en panne", 3),
        (lambda requete: bool(requete.repondre(b"", 401)), "n'est pas accepté", 1),
        (lambda requete: bool(requete.repondre(b"", 403)), "n'est pas autorisé", 1),
        (lambda requete: bool(requete.repondre(b"", 429, Retry_After="3600")), "quota", 1),
        (lambda requete: bool(requete.repondre(b'{"status": "maintenance"}')), "maintenance", 1),
        (lambda requete: bool(requete.echouer("token_invalid")), "jeton", 1),
        (lambda requete: bool(requete.echouer("expired_date", 400)), "l'heure de cette machine", 1),
        (lambda requete: bool(requete.couper()), "connexion est coupée", 3),
    ],
)
def test_une_panne_d_ar24_arrete_la_ronde_et_se_dit_une_fois(
    serveur: ServeurAr24, reponse: Callable[[Requete], bool], dit: str, appels: int
) -> None:
    serveur.faire("401753", ts_ev_date=il_y_a(1))
    serveur.pannes["GET /api/mail"] = [lambda _: True, *[reponse] * 3]
    releve = poste(serveur).relever(["401753", "401754", "401755"])
    assert len(releve.nouvelles) == 1
    (panne,) = releve.pannes
    assert dit in panne and panne.endswith("Lettres non demandées : 2.")
    assert len(serveur.appels("GET /api/mail")) == 1 + appels
    assert not any(secret in panne for secret in SECRETS)


def test_un_quota_passager_est_attendu_puis_redemande(serveur: ServeurAr24) -> None:
    attentes: list[float] = []
    serveur.faire("401753", ts_ev_date=il_y_a(1))
    serveur.pannes["GET /api/mail"] = [lambda requete: bool(requete.repondre(b"", 429, Retry_After="7"))]
    releve = poste(serveur, dormir=attentes.append).relever(["401753"])
    assert (len(releve.nouvelles), releve.pannes, attentes) == (1, (), [7.0])


def test_rien_a_demander_ne_demande_rien(serveur: ServeurAr24) -> None:
    assert poste(serveur).relever([]) == ((), ())
    assert serveur.recues == []


# The proofs.


@pytest.mark.parametrize(
    ("reponse", "dit"),
    [
        (lambda requete: bool(requete.repondre(b"<html>connectez-vous</html>")), "n'a pas donné de PDF"),
        (lambda requete: bool(requete.repondre(b"", 404)), "inconnu"),
        (lambda requete: bool(requete.repondre(b"", 302, Location="https://ailleurs.example/")), "HTTP 302"),
    ],
)
def test_une_preuve_manquante_est_dite_et_redemandee(
    serveur: ServeurAr24, reponse: Callable[[Requete], bool], dit: str
) -> None:
    serveur.faire("401753", "ev ar", ts_ev_date=il_y_a(3), view_date=il_y_a(1))
    serveur.pannes["GET /get/proof/ar-401753"] = [reponse]
    releve = poste(serveur).relever(["401753"])
    (nouvelles,) = releve.nouvelles
    assert sens(nouvelles)[-1] is Sens.DISTRIBUE
    assert (len(nouvelles.documents), nouvelles.definitif) == (1, False)
    assert "accuse-de-reception non téléchargée" in releve.pannes[0] and dit in releve.pannes[0]
    assert une(serveur).definitif


def test_un_silence_sur_une_preuve_n_est_pas_subi_a_chacune(serveur: ServeurAr24) -> None:
    serveur.faire("401753", "dp ev", ts_ev_date=il_y_a(3))
    serveur.pannes["GET /get/proof/dp-401753"] = [lambda requete: bool(requete.couper())] * 3
    releve = poste(serveur).relever(["401753"])
    assert releve.nouvelles[0].documents == () and len(releve.pannes) == 1
    assert serveur.appels("GET /get/proof/ev-401753") == []


@pytest.mark.parametrize(
    "adresse", ["https://ailleurs.example/preuve.pdf", "http://[::bad", "file:///etc/passwd"]
)
def test_une_preuve_n_est_cherchee_que_chez_ar24(serveur: ServeurAr24, adresse: str) -> None:
    serveur.faire("401753", ts_ev_date=il_y_a(3), proof_ev_url=adresse)
    releve = poste(serveur).relever(["401753"])
    assert releve.nouvelles[0].documents == ()
    assert "preuve-d-envoi non téléchargée" in releve.pannes[0]


def test_une_preuve_annoncee_avant_son_fait_n_est_pas_demandee(serveur: ServeurAr24) -> None:
    serveur.faire("401753", "ev ar ng", ts_ev_date=il_y_a(3))
    assert [document.nom for document in une(serveur).documents] == ["ar24-401753-preuve-d-envoi.pdf"]


# Secrets and settings.


def test_les_secrets_ne_sont_ni_dans_les_journaux_ni_dans_la_representation(
    serveur: ServeurAr24, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    service = poste(serveur)
    service.remettre(LETTRE)
    serveur.faire("401753", "ev", ts_ev_date=il_y_a(1))
    service.relever(["401753", "absente"])
    assert not any(secret in f"{caplog.text}{service!r}{vars(service)!r}" for secret in SECRETS)


@pytest.mark.parametrize("manque", ["jeton", "cle_privee"])
def test_un_reglage_vide_est_refuse(serveur: ServeurAr24, manque: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="complétez les réglages") as refus:
        poste(serveur, **{manque: " "})
    assert not any(secret in str(refus.value) for secret in SECRETS)


def test_sans_expediteur_il_n_y_a_pas_d_envoi() -> None:
    with pytest.raises(ConfigurationInvalide):
        PosteAr24(JETON, CLE, "", RealClock())


def test_il_est_une_poste_electronique_et_un_suivi() -> None:
    service = PosteAr24(JETON, CLE, EXPEDITEUR, RealClock())
    comme_poste: Poste = service
    comme_suivi: Suivi = service
    assert comme_poste.electronique
    assert comme_suivi.nom == "AR24"
