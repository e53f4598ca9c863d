"""Who takes a letter: paper by hand, or the carrier set for registered letters; never both, never twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.creance import Adresse, Genre
from dossier.core.decision import Attendre, Envoyer, Qui
from dossier.core.errors import ErreurEnvoi, RemiseIncertaine
from dossier.core.faits import (
    AccuseRecu,
    Decision,
    EnvoiFait,
    IssuePli,
    PliDepose,
    RemiseTentee,
    SourceAccuse,
)
from dossier.services import saisies
from dossier.services.adresses import verifier_adresse
from dossier.services.avancement import accomplir
from dossier.services.creances import consigner
from tests.core.vie import creancier, debiteur, facture
from tests.fakes import RecommandeFactice
from tests.services.atelier import UN_JOUR, Atelier, deux_factures
from tests.services.test_plis import CLE, IMPRIME, au_rappel, rappel
from tests.services.test_saisies import a_l_approbation

NOM = "2026-07-11_FA-1_avant-contentieux_lrar"


def avec(recommande: RecommandeFactice, **du_debiteur: Any) -> Atelier:
    return au_rappel(IMPRIME, facture(debiteur=debiteur(**du_debiteur)), recommande=recommande)


def au_bac(atelier: Atelier) -> list[str]:
    return [nom for nom in atelier.poste.plis if "lrar" in nom]


def test_sans_transporteur_le_recommande_attend_dans_le_bac() -> None:
    atelier = au_rappel()
    assert au_bac(atelier) == [f"{NOM}.pdf"]
    fait = rappel(atelier).fait
    assert fait is not None
    assert (fait.transporteur, fait.reference, fait.reponse) == ("", "", None)


def test_le_recommande_est_confie_avec_tout_ce_qu_il_faut_pour_le_poster() -> None:
    recommande = RecommandeFactice()
    atelier = avec(recommande)
    assert au_bac(atelier) == []
    lettre = recommande.lettres[NOM]
    assert lettre.pdf == atelier.store.get(rappel(atelier).prepare.pdf.cle)
    assert lettre.destinataire == ("Débiteur Imaginaire SARL", "2 rue du Néant", "69001 Lyon")
    assert lettre.expediteur[0] == creancier().denomination
    assert lettre.intitule == "Dernier rappel avant contentieux – FA-1"
    assert (lettre.pays, lettre.professionnel) == ("FR", True)


def test_la_reponse_brute_du_transporteur_est_gardee_et_horodatee() -> None:
    atelier = avec(RecommandeFactice())
    fait = rappel(atelier).fait
    assert fait is not None
    assert (fait.transporteur, fait.reference) == (RecommandeFactice.nom, "env-1")
    assert fait.reponse is not None
    assert json.loads(atelier.store.get(fait.reponse.cle)) == {"id": "env-1", "nom": NOM}
    assert fait.reponse.jeton in atelier.store.documents
    attente = atelier.agir()
    assert isinstance(attente, Attendre)
    assert attente.libelle == "Dernier rappel avant contentieux : confiée à Transporteur d'essai"


def test_a_l_etranger_la_derniere_ligne_est_le_pays() -> None:
    recommande = RecommandeFactice(pays=frozenset({"FR", "BE"}))
    adresse = Adresse(lignes=("1 rue du Vide",), code_postal="1000", ville="Bruxelles", pays="BE")
    avec(recommande, siren=None, adresse=adresse)
    (lettre,) = recommande.lettres.values()
    assert lettre.destinataire[-2:] == ("1000 Bruxelles", "BELGIQUE")
    assert lettre.pays == "BE"


def test_une_lettre_simple_ne_va_jamais_au_transporteur_de_recommandes() -> None:
    recommande = RecommandeFactice()
    atelier = avec(recommande, email=None)
    simples = [e for e in atelier.etat().envois.values() if e.prepare.canal == "courrier"]
    assert len(simples) >= 3
    for envoi in simples:
        assert envoi.fait is not None
        assert envoi.fait.transporteur == ""
    assert list(recommande.lettres) == [NOM]


@pytest.mark.parametrize(
    ("genre", "email", "electronique", "confie"),
    [
        (Genre.ENTREPRISE, True, True, True),
        (Genre.ENTREPRISE, False, True, False),
        (Genre.PARTICULIER, True, True, False),
        (Genre.PUBLIC, True, True, False),
        (Genre.PARTICULIER, True, False, True),
        (Genre.ENTREPRISE, False, False, True),
    ],
)
def test_une_lre_ne_va_qu_a_une_entreprise_dont_l_adresse_electronique_est_connue(
    genre: Genre, email: bool, electronique: bool, confie: bool
) -> None:
    """CPCE, art. L100: who is not a professional must have consented before."""
    champs: dict[str, Any] = {} if email else {"email": None}
    if genre is Genre.PARTICULIER:
        champs |= {"siren": None, "forme": ""}
    recommande = RecommandeFactice(electronique=electronique)
    atelier = avec(recommande, genre=genre, **champs)
    assert bool(recommande.lettres) is confie
    assert bool(au_bac(atelier)) is not confie
    for lettre in recommande.lettres.values():
        assert lettre.professionnel is (genre is not Genre.PARTICULIER)
        assert bool(lettre.email) is email


def test_une_lre_rejetee_est_suivie_d_un_recommande_papier() -> None:
    """Its e-mail address is the wrong one: another electronic letter would come back too."""
    recommande = RecommandeFactice(electronique=True)
    atelier = a_l_approbation(recommande=recommande)
    (lre,) = recommande.lettres
    assert "avant-contentieux" in lre
    jour = rappel(atelier).prepare.jour
    rejet = AccuseRecu(
        cle=CLE,
        issue=IssuePli.NPAI,
        premiere_presentation=jour,
        jour=jour,
        source=SourceAccuse.TRANSPORTEUR,
    )
    consigner(atelier.outils, "FA-1", lambda _: [rejet], auteur="ronde")
    outils = atelier.outils
    verifier_adresse(outils, "FA-1", debiteur().adresse, "Kbis", "Anne", auteur="essai")
    saisies.repondre(outils, "FA-1", Decision.APPROUVER, "Anne", auteur="essai")
    atelier.agir()
    assert list(recommande.lettres) == [lre]
    assert [nom for nom in au_bac(atelier) if "mise-en-demeure" in nom] != []


def test_apres_un_delai_depasse_la_meme_remise_retrouve_la_lettre() -> None:
    recommande = RecommandeFactice()
    recommande.coupures = 2
    atelier = au_rappel(IMPRIME - UN_JOUR, recommande=recommande)
    atelier.clock.regler(IMPRIME)
    for _ in range(2):
        with pytest.raises(ErreurEnvoi, match="n'a pas répondu à temps"):
            atelier.agir()
        assert isinstance(atelier.action(), Envoyer)
    atelier.agir()
    assert list(recommande.lettres) == [NOM]
    assert au_bac(atelier) == []
    faits = [f.contenu for f in atelier.journal.lire("FA-1")]
    assert len([f for f in faits if isinstance(f, RemiseTentee) and f.cle == CLE]) == 1
    assert len([f for f in faits if isinstance(f, EnvoiFait) and f.cle == CLE]) == 1


def test_une_panne_de_trois_jours_garde_la_meme_lettre() -> None:
    """It may have been taken: it is never written anew under another name."""
    recommande = RecommandeFactice()
    recommande.coupures = 1
    atelier = au_rappel(IMPRIME - UN_JOUR, recommande=recommande)
    for attente in range(3):
        atelier.clock.regler(IMPRIME + attente * UN_JOUR)
        with pytest.raises(ErreurEnvoi):
            atelier.agir()
        recommande.refus = [ErreurEnvoi("Transporteur en panne : recommencez.")]
    recommande.refus = []
    atelier.clock.regler(IMPRIME + 10 * UN_JOUR)
    atelier.agir()
    assert list(recommande.lettres) == [NOM]
    assert len([e for e in atelier.etat().envois.values() if e.prepare.canal == "lrar"]) == 1


def test_dans_le_doute_rien_ne_part_ailleurs_et_l_operateur_le_lit() -> None:
    recommande = RecommandeFactice()
    recommande.refus = [RemiseIncertaine("Impossible de savoir si la lettre est partie : cherchez-la.")]
    atelier = au_rappel(IMPRIME - UN_JOUR, recommande=recommande)
    atelier.clock.regler(IMPRIME)
    action = atelier.agir()
    assert isinstance(action, Attendre)
    assert action.libelle == "Remise incertaine, à vérifier : Dernier rappel avant contentieux"
    assert action.qui is Qui.PERSONNE
    atelier.aller(IMPRIME + 3 * UN_JOUR)
    assert recommande.lettres == {}
    assert au_bac(atelier) == []
    assert rappel(atelier).fait is None


@pytest.mark.parametrize(("attente", "qui"), [(4, Qui.POSTE), (5, Qui.PERSONNE)])
def test_sans_depot_dit_par_le_transporteur_une_personne_est_alertee(attente: int, qui: Qui) -> None:
    atelier = avec(RecommandeFactice())
    atelier.clock.regler(IMPRIME + timedelta(days=attente))
    action = atelier.agir()
    assert isinstance(action, Attendre)
    assert action.qui is qui


def test_un_pli_commun_n_est_confie_qu_une_fois_par_la_facture_qui_mene() -> None:
    recommande = RecommandeFactice()
    atelier = au_rappel(IMPRIME, *deux_factures(), recommande=recommande)
    (nom,) = recommande.lettres
    assert nom.startswith("2026-07-11_FA-1_avant-contentieux_lrar_")
    un, deux = (rappel(atelier, creance) for creance in ("FA-1", "FA-2"))
    assert un.fait == deux.fait is not None
    depose = PliDepose(cle=un.prepare.cle, numero="2C12345678901", jour=IMPRIME)
    consigner(atelier.outils, "FA-2", lambda _: [depose], auteur="ronde")
    assert rappel(atelier).depart == IMPRIME


def test_hors_des_pays_du_transporteur_la_lettre_part_du_bac() -> None:
    recommande = RecommandeFactice()
    adresse = Adresse(lignes=("1 rue du Vide",), code_postal="1000", ville="Bruxelles", pays="BE")
    atelier = avec(recommande, siren=None, adresse=adresse)
    assert recommande.lettres == {}
    assert au_bac(atelier) == [f"{NOM}.pdf"]


def test_un_consommateur_qui_y_a_consenti_recoit_une_lettre_electronique() -> None:
    recommande = RecommandeFactice(electronique=True)
    avec(recommande, genre=Genre.PARTICULIER, siren=None, consentement_lre=IMPRIME)
    assert len(recommande.lettres) == 1


def test_un_consentement_posterieur_a_la_lettre_ne_vaut_pas() -> None:
    recommande = RecommandeFactice(electronique=True)
    atelier = avec(recommande, genre=Genre.PARTICULIER, siren=None, consentement_lre=IMPRIME + UN_JOUR)
    assert recommande.lettres == {}
    assert len(au_bac(atelier)) == 1


def test_apres_un_changement_de_reglage_une_lettre_tentee_ne_part_pas_par_un_second_chemin() -> None:
    recommande = RecommandeFactice()
    recommande.coupures = 1
    atelier = au_rappel(IMPRIME - UN_JOUR, recommande=recommande)
    atelier.clock.regler(IMPRIME)
    with pytest.raises(ErreurEnvoi):
        atelier.agir()
    atelier.outils = replace(atelier.outils, recommande=None)
    action = atelier.agir()
    assert isinstance(action, Attendre)
    assert action.libelle.startswith("Remise incertaine, à vérifier")
    assert au_bac(atelier) == []


def test_un_fait_venu_entre_la_decision_et_la_remise_retient_la_lettre() -> None:
    """The race of a new address: the letter that was to leave is taken back, not sent twice."""
    atelier = au_rappel(IMPRIME - UN_JOUR)
    atelier.clock.regler(IMPRIME)
    etat = atelier.etat()
    while not isinstance(action := atelier.action(), Envoyer):
        accomplir(atelier.outils, etat, action, auteur="suivi")  # type: ignore[arg-type]
        etat = atelier.etat()
    saisies.paiement(atelier.outils, "FA-1", Decimal("10.00"), IMPRIME, "VIR", auteur="essai")
    accomplir(atelier.outils, etat, action, auteur="suivi")
    assert au_bac(atelier) == []
    atelier.agir()
    assert len(au_bac(atelier)) == 1
