from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Genre
from dossier.core.droit.mentions import (
    Attendus,
    Condition,
    Defaut,
    Document,
    Donnee,
    Exigee,
    Interdite,
    Manquement,
    Mentions,
    Portee,
    controler,
)
from dossier.core.droit.parametres import Niveau
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import CONFIG

JOUR = date(2026, 11, 21)
ATTENDUS: Attendus = {
    Donnee.LIEU: (("Nantes",),),
    Donnee.DATE: (("21 novembre 2026",),),
    Donnee.CREANCIER: (("Atelier Fictif SAS",),),
    Donnee.FORME: (("société par actions simplifiée",),),
    Donnee.CAPITAL: (("10\u00a0000,00\u00a0€",),),
    Donnee.SIREN: (("000 100 016", "000100016"),),
    Donnee.RCS: (("RCS Nantes",),),
    Donnee.SIEGE: (("1 rue du Spécimen",), ("44000 Nantes",)),
    Donnee.IBAN: (("FR76 9999", "FR769999"),),
    Donnee.SIGNATAIRE: (("Dominique Modèle",),),
    Donnee.FONCTION: (("responsable du recouvrement",),),
    Donnee.DEBITEUR: (("Débiteur Imaginaire",),),
    Donnee.DEBITEUR_ADRESSE: (("2 rue du Néant",), ("69001 Lyon",)),
    Donnee.FACTURE: (("FA-1",),),
    Donnee.EMISSION: (("04/05/2026", "4 mai 2026"),),
    Donnee.ECHEANCE: (("03/06/2026", "3 juin 2026"),),
    Donnee.TTC: (("1\u00a0000,00\u00a0€",),),
    Donnee.RESTE: (("1\u00a0000,00\u00a0€",),),
    Donnee.INTERETS: (("12,34\u00a0€",),),
    Donnee.TAUX: (("12,15\u00a0%",),),
    Donnee.PERIODE: (("04/06/2026",), ("21/11/2026",)),
    Donnee.INDEMNITE: (("40,00\u00a0€",),),
    Donnee.TOTAL: (("1\u00a0052,34\u00a0€",),),
    Donnee.DELAI: (("15 jours",),),
}
LETTRE = """Atelier Fictif SAS, société par actions simplifiée au capital de 10 000,00 €
1 rue du Spécimen, 44000 Nantes – 000 100 016 RCS Nantes
Débiteur Imaginaire
2 rue du Néant
69001 Lyon
Nantes, le 21 novembre 2026
Lettre recommandée avec accusé de réception
Objet : MISE EN DEMEURE DE PAYER
Notre facture FA-1 du 4 mai 2026, échue le 3 juin 2026, d'un montant de 1 000,00 € TTC, reste impayée.
Nous vous mettons en demeure de nous payer la somme de 1 052,34 €, dans un délai de 15 jours à compter de la
réception de la présente lettre ou, à défaut, de sa première présentation.
Pénalités de retard du 04/06/2026 au 21/11/2026 au taux de 12,15 % : 12,34 €
Indemnité forfaitaire pour frais de recouvrement : 40,00 € (articles L441-10 et D441-5 du code de commerce)
La présente lettre vaut mise en demeure (article 1344 du code civil).
IBAN : FR76 9999
À défaut, nous nous réservons d'exercer les voies de droit que la loi ouvre.
Dominique Modèle, responsable du recouvrement
"""
CONSOMMATEUR = (
    LETTRE.replace("Pénalités de retard", "Intérêts au taux légal")
    .replace("Indemnité forfaitaire pour frais de recouvrement : 40,00 €", "Intérêts")
    .replace("L441-10 et D441-5 du code de commerce", "1231-6 et 1344-1 du code civil")
)
DU_CONSOMMATEUR = {**ATTENDUS, Donnee.INDEMNITE: ()}


@cache
def mentions() -> Mentions:
    return charger(CONFIG / "droit" / "mentions.yaml", Mentions)


def controle(
    texte: str = LETTRE,
    document: Document = Document.MISE_EN_DEMEURE,
    *,
    genre: Genre = Genre.ENTREPRISE,
    attendus: Attendus = ATTENDUS,
    jour: date = JOUR,
    citees: tuple[str, ...] = (),
    regles: Mentions | None = None,
) -> tuple[Manquement, ...]:
    return controler(
        document, texte, regles or mentions(), genre=genre, attendus=attendus, jour=jour, citees=citees
    )


def codes(*args: Any, **champs: Any) -> set[str]:
    return {manquement.code for manquement in controle(*args, **champs)}


def ajoutee(phrase: str, document: Document = Document.MISE_EN_DEMEURE, **champs: Any) -> set[str]:
    """What one more line brings."""
    return codes(f"{LETTRE}{phrase}\n", document, **champs) - codes(document=document, **champs)


def interdite(**champs: Any) -> Interdite:
    base: dict[str, Any] = {
        "code": "essai",
        "expressions": ("mot banni",),
        "article": "Code d'essai, art. 1",
        "niveau": Niveau.NON_VERIFIE,
        "raison": "Pour essayer.",
        "remede": "Supprimer.",
    }
    return Interdite(**{**base, **champs})


def exigee(**champs: Any) -> Exigee:
    base: dict[str, Any] = {
        "code": "exige",
        "libelle": "le mot voulu",
        "expressions": ("mot voulu", "mot souhaité"),
        "article": "Code d'essai, art. 2",
        "niveau": Niveau.PRIMAIRE,
        "remede": "L'écrire.",
    }
    return Exigee(**{**base, **champs})


def regles(interdites: Interdite | None = None, exigees: Exigee | None = None) -> Mentions:
    return Mentions(
        nom="mentions",
        libelle="Essai",
        texte="Essai",
        verifie_jusqu_au=date(2026, 12, 31),
        interdites=(interdites or interdite(),),
        exigees=(exigees or exigee(code="neutre", expressions=("lettre",)),),
    )


def test_une_mise_en_demeure_complete_n_a_aucun_manquement() -> None:
    assert controle() == ()
    assert controle(CONSOMMATEUR, genre=Genre.PARTICULIER, attendus=DU_CONSOMMATEUR) == ()


@pytest.mark.parametrize(
    ("retire", "code"),
    [
        ("Nantes, le 21 novembre 2026", "lieu_et_date"),
        ("société par actions simplifiée", "creancier_identite"),
        ("10 000,00 €", "creancier_capital"),
        ("000 100 016", "creancier_siren"),
        ("RCS", "creancier_rcs"),
        ("1 rue du Spécimen", "creancier_siege"),
        ("2 rue du Néant", "destinataire"),
        ("MISE EN DEMEURE DE PAYER", "mots_mise_en_demeure"),
        ("FA-1", "facture"),
        ("4 mai 2026", "emission_et_montant"),
        ("3 juin 2026", "facture"),
        ("1 000,00 €", "reste_du"),
        ("12,34 €", "interets_montant"),
        ("12,15 %", "interets_montant"),
        ("04/06/2026", "interets_periodes"),
        ("40,00 €", "indemnite_montant"),
        ("1 052,34 €", "total_et_au_titre_de_quoi"),
        ("15 jours", "delai"),
        ("première présentation", "delai_de_la_presentation"),
        ("FR76 9999", "moyen_de_paiement"),
        ("L441-10", "article_l441_10"),
        ("D441-5", "article_d441_5"),
        ("1344", "article_1344"),
        ("Dominique Modèle", "signature"),
        ("Lettre recommandée avec accusé de réception", "lrar"),
        ("voies de droit", "voies_de_droit"),
        ("mettons en demeure", "interpellation"),
    ],
)
def test_ce_qui_manque_a_la_mise_en_demeure_se_voit(retire: str, code: str) -> None:
    assert retire in LETTRE
    assert code in codes(LETTRE.replace(retire, ""))


@pytest.mark.parametrize(
    ("retire", "code"),
    [("1231-6", "article_1231_6"), ("1344-1", "article_1344_1"), ("taux légal", "taux_legal")],
)
def test_ce_qui_manque_a_la_mise_en_demeure_d_un_consommateur_se_voit(retire: str, code: str) -> None:
    texte = CONSOMMATEUR.replace(retire, "")
    assert code in codes(texte, genre=Genre.PARTICULIER, attendus=DU_CONSOMMATEUR)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("Une indemnité de 40.00 € est due.", "consommateur_40_euros"),
        ("Il est dû 40,00 euros.", "consommateur_40_euros"),
        ("Pénalité au taux BCE majoré", "consommateur_l441_10"),
        ("Intérêts au taux de refinancement de la BCE", "consommateur_l441_10"),
    ],
)
def test_ce_qui_n_est_du_qu_entre_professionnels_ne_se_demande_pas_a_un_consommateur(
    phrase: str, code: str
) -> None:
    assert code in codes(phrase, genre=Genre.PARTICULIER)
    assert "consommateur_40_euros" not in codes("Il reste 140.00 €", genre=Genre.PARTICULIER)


def test_une_lettre_de_professionnel_ne_convient_pas_a_un_consommateur() -> None:
    trouves = codes(genre=Genre.PARTICULIER)
    assert {"consommateur_l441_10", "consommateur_40_euros"} <= trouves
    assert "article_l441_10" not in trouves


def test_une_relance_n_a_pas_a_dire_tout_ce_que_dit_la_mise_en_demeure() -> None:
    sans_taux = LETTRE.replace("12,15 %", "").replace("15 jours", "").replace("vaut mise", "évite la mise")
    sans_taux = sans_taux.replace("Nous vous mettons en demeure de nous", "Merci de")
    assert codes(sans_taux, Document.RELANCE) == set()


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("Exploit de commandement", "vocabulaire_d_acte"),
        ("Cet acte vous sera signifié par huissier.", "vocabulaire_d_acte"),
        ("Notre étude vous écrit.", "etude_du_creancier"),
        ("ORDONNANCE", "titre_d_acte"),
        ("Objet : Tribunal de commerce de Nantes", "titre_d_acte"),
        ("Au nom du peuple français", "autorite_publique"),
        ("Vous paierez en outre les frais d’avocat.", "frais_de_recouvrement"),
        ("Frais de LRAR : 7 €", "frais_de_recouvrement"),
        ("La présente interrompt le délai de prescription.", "interruption_de_prescription"),
        ("La prescription est ainsi interrompue.", "interruption_de_prescription"),
        ("Nous disposons d'un titre exécutoire.", "titre_executoire"),
        ("Notre créance est certaine, liquide et exigible.", "creance_qualifiee"),
        ("Cette créance incontestée est due.", "creance_qualifiee"),
        ("Payez sous 15 jours à compter de la présente.", "delai_de_la_presente"),
        ("Une saisie sur vos comptes suivra.", "saisie"),
        ("Vous serez inscrit à la Banque de France.", "fichage"),
        ("Nous devrons informer votre employeur.", "publicite"),
        ("Vous encourez une peine de prison.", "voie_penale"),
        ("Nous saisirons votre compte bancaire.", "saisie"),
        ("Vos comptes seront saisis.", "saisie"),
        ("À défaut, nous ferons exécuter la saisie.", "saisie"),
        ("Vous êtes sommé de payer.", "vocabulaire_d_acte"),
        ("Votre société est sommée de payer.", "vocabulaire_d_acte"),
        ("Nous vous sommons de payer.", "vocabulaire_d_acte"),
        ("La présente fait courir un nouveau délai de prescription.", "interruption_de_prescription"),
        ("Cette lettre arrête le cours de la prescription.", "interruption_de_prescription"),
        ("Notre créance est exigible, liquide et certaine.", "creance_qualifiee"),
        ("Notre créance est certaine, exigible et liquide.", "creance_qualifiee"),
        ("La créance n'est pas contestée.", "creance_qualifiee"),
        ("La créance n’est pas sérieusement contestable.", "creance_qualifiee"),
        ("Frais de recommandé : 8 €", "frais_de_recouvrement"),
        ("Des frais supplémentaires vous seront facturés.", "frais_de_recouvrement"),
        ("Coût de la lettre recommandée : 8 €", "frais_de_recouvrement"),
        ("Les honoraires de notre conseil seront à votre charge.", "frais_de_recouvrement"),
        ("Nous déposerons une plainte.", "voie_penale"),
        ("Une plainte sera déposée.", "voie_penale"),
        ("Votre entreprise sera fichée.", "fichage"),
        ("Nous préviendrons vos clients.", "publicite"),
        ("Nous en parlerons à votre employeur.", "publicite"),
        ("S O M M A T I O N", "vocabulaire_d_acte"),
        ("S\u00a0O\u00a0M\u00a0M\u00a0A\u00a0T\u00a0I\u00a0O\u00a0N   D E   P A Y E R", "vocabulaire_d_acte"),
        ("\uff33\uff2f\uff2d\uff2d\uff21\uff34\uff29\uff2f\uff2e", "vocabulaire_d_acte"),
        ("S\u041eMM\u0410TI\u041eN", "vocabulaire_d_acte"),
        ("L'hu\u0456ssi\u0435r passera.", "vocabulaire_d_acte"),
    ],
)
def test_une_phrase_interdite_se_voit(phrase: str, code: str) -> None:
    assert ajoutee(phrase) == {code}


@pytest.mark.parametrize(
    "phrase",
    [
        "L'exploitation de nos machines continue.",
        "Après étude de votre dossier, nous restons à votre écoute.",
        "Le tribunal pourra être saisi, et rendra une ordonnance.",
        "Les pénalités continuent de courir.",
        "La mise en demeure n’interrompt pas la prescription.",
        "Nous pourrons obtenir un titre exécutoire.",
        "Nous pourrons saisir la juridiction compétente.",
        "Une erreur de saisie a pu se produire.",
        "Les frais de port sont compris.",
        "Le contrat comporte une clause pénale.",
        "Vous trouverez ci-joint une fiche de la machine.",
        "Les frais de recouvrement restent à la charge du créancier.",
        "Une relance ne pourra interrompre la prescription.",
        "Nous vous sommes reconnaissants de votre confiance.",
        "Vous devez la somme de 1 052,34 €.",
        "Vous pouvez payer sans frais supplémentaires.",
        "Une fiche de suivi sera jointe, et une certaine quantité livrée.",
        "Vous pouvez saisir le tribunal ou votre médiateur.",
        "Il y a à ce jour un reste.",
    ],
)
def test_une_phrase_innocente_ne_se_voit_pas(phrase: str) -> None:
    assert ajoutee(phrase) == set()


@pytest.mark.parametrize("phrase", ["Nous demandons une ordonnance revêtue de la formule exécutoire."])
def test_la_requete_parle_la_langue_du_tribunal(phrase: str) -> None:
    assert "vocabulaire_d_acte" in ajoutee(phrase)
    assert ajoutee(phrase, Document.REQUETE) == set()
    assert ajoutee("ORDONNANCE", Document.REQUETE) == {"titre_de_decision"}


def test_la_requete_non_plus_n_affirme_ni_n_interrompt() -> None:
    assert ajoutee("La requête interrompt la prescription.", Document.REQUETE) == {
        "interruption_de_prescription"
    }
    assert ajoutee("La créance est liquide et exigible.", Document.REQUETE) == {"creance_qualifiee"}


def test_une_prevenance_ne_parle_pas_de_retard() -> None:
    assert "rien_n_est_encore_du" in codes("Votre retard", Document.PREVENANCE)
    assert "rien_n_est_encore_du" not in codes("Votre échéance", Document.PREVENANCE)
    assert "rien_n_est_encore_du" not in codes("Votre retard", Document.RELANCE)


def test_une_relance_n_est_pas_une_mise_en_demeure() -> None:
    assert "relance_valant_mise_en_demeure" in codes(document=Document.AVANT_CONTENTIEUX)
    annonce = "Nous pourrions vous adresser une mise en demeure."
    assert "relance_valant_mise_en_demeure" not in codes(annonce, Document.COURRIEL_RELANCE)


def test_une_relance_qui_demande_des_penalites_cite_son_article() -> None:
    assert "relance_l441_10" in codes("Des pénalités de retard sont dues.", Document.RELANCE)
    assert "relance_l441_10" not in codes("Le principal est dû.", Document.RELANCE)
    public = codes("Des intérêts moratoires sont dus.", Document.RELANCE, genre=Genre.PUBLIC)
    assert "relance_r2192_31" in public


def test_une_personne_publique_n_est_pas_menacee_d_une_injonction_de_payer() -> None:
    phrase = "Nous demanderons une injonction de payer (article 1405)."
    assert ajoutee(phrase, genre=Genre.PUBLIC) == {"public_injonction"}
    assert ajoutee(phrase) == set()


@pytest.mark.parametrize(("lignes", "trop"), [(4, False), (5, True)])
def test_un_consommateur_n_est_pas_menace_a_chaque_ligne(lignes: int, trop: bool) -> None:
    texte = "".join(f"Le tribunal, phrase {rang}.\n" for rang in "abcdefg"[:lignes])
    assert ("menaces_repetees" in codes(texte, genre=Genre.PARTICULIER)) is trop
    assert "menaces_repetees" not in codes(texte)
    repetee = "Le même en-tête sur le tribunal\n" * 9
    assert "menaces_repetees" not in codes(repetee, genre=Genre.PARTICULIER)


def test_un_mot_du_debiteur_n_est_pas_reproche() -> None:
    texte = f"{LETTRE}Étude Imaginaire\nPour votre « prestation d’huissier »\n"
    assert codes(texte) == {"titre_d_acte", "vocabulaire_d_acte"}
    assert codes(texte, citees=("Étude Imaginaire", "prestation d'huissier")) == set()
    assert codes(texte, citees=("Étude Imaginaire", "")) == {"vocabulaire_d_acte"}


def test_les_donnees_citees_peuvent_venir_une_a_une() -> None:
    texte = f"{LETTRE}Étude Imaginaire\nPour votre « prestation d’huissier »\n"
    citees = iter(("Étude Imaginaire", "prestation d'huissier"))
    lus = controler(
        Document.MISE_EN_DEMEURE,
        texte,
        mentions(),
        genre=Genre.ENTREPRISE,
        attendus=ATTENDUS,
        jour=JOUR,
        citees=citees,
    )
    assert lus == ()


def test_citer_un_mot_n_en_couvre_pas_un_autre() -> None:
    citees = ("prestation d'huissier",)
    assert codes(f"{LETTRE}Notre huissier passera.\n", citees=citees) == {"vocabulaire_d_acte"}
    assert ajoutee("Une indemnité de 40 €", genre=Genre.PUBLIC, citees=("40",)) == set()
    assert "consommateur_40_euros" in codes("Il est dû 40 €", genre=Genre.PARTICULIER, citees=("40",))


def test_un_manquement_dit_ou_pourquoi_et_comment_y_remedier() -> None:
    (trouve,) = controle(f"{LETTRE}Dernier acte : une Saisie-Attribution sur vos comptes.\n")
    assert (trouve.defaut, trouve.expression) == (Defaut.INTERDITE, "Saisie-Attribution")
    assert "une Saisie-Attribution sur vos comptes" in trouve.extrait
    assert trouve.niveau is Niveau.TRANSCRIPTION
    assert "L111-8" in trouve.article
    assert trouve.raison.endswith(".")
    assert trouve.remede.endswith(".")
    (manque,) = controle(LETTRE.replace("000 100 016", ""))
    assert (manque.defaut, manque.expression) == (Defaut.ABSENTE, "000 100 016")
    assert manque.raison == "Il manque le numéro SIREN."


def test_chaque_expression_interdite_est_rapportee_une_fois() -> None:
    texte = f"{LETTRE}Un huissier.\nL'HUISSIER.\nDes huissiers.\nUn exploit.\n"
    assert [m.expression for m in controle(texte)] == ["huissier", "huissiers", "exploit"]


def test_une_cesure_ne_cache_ni_ne_repete_rien() -> None:
    texte = f"{LETTRE}Un huis-\nsier et un titre de para-\ngraphe, puis un huissier.\n"
    assert [m.expression for m in controle(texte)] == ["huissier"]
    assert codes(LETTRE.replace("FA-1", "FA-\n1")) == set()


@pytest.mark.parametrize("attendus", [{}, {Donnee.SIREN: ()}, {Donnee.SIREN: (("",),)}])
def test_une_donnee_exigee_et_inconnue_est_un_manquement(attendus: Attendus) -> None:
    connus = {donnee: valeurs for donnee, valeurs in ATTENDUS.items() if donnee is not Donnee.SIREN}
    (manque,) = controle(attendus={**connus, **attendus})
    assert manque.expression == "le numéro SIREN : donnée « siren » non renseignée"


def test_le_capital_n_est_exige_que_d_une_societe_qui_en_a_un() -> None:
    def sans_capital(forme: str) -> set[str]:
        attendus = {**ATTENDUS, Donnee.FORME: ((forme,),), Donnee.CAPITAL: ()}
        return codes(f"{LETTRE}{forme}\n", attendus=attendus)

    for forme in ("SARL", "SAS", "Société à responsabilité limitée", "société anonyme"):
        assert sans_capital(forme) == {"creancier_capital"}
    for forme in ("société civile", "association", "société en nom collectif"):
        assert sans_capital(forme) == set()


def test_une_autre_ecriture_de_la_meme_valeur_convient() -> None:
    assert codes(LETTRE.replace("000 100 016", "000100016").replace("FR76 9999", "FR769999")) == set()
    assert codes(LETTRE.replace("3 juin 2026", "03/06/2026")) == set()


def test_une_condition_porte_sur_une_donnee_sur_sa_valeur_ou_sur_le_texte() -> None:
    def manque(si: Condition, attendus: Attendus, texte: str = "lettre") -> bool:
        essai = regles(exigees=exigee(si=si))
        return bool(controle(texte, attendus=attendus, regles=essai))

    connue: Attendus = {Donnee.FORME: (("SARL",),)}
    assert manque(Condition(), {})
    assert manque(Condition(donnee=Donnee.FORME), connue)
    assert not manque(Condition(donnee=Donnee.FORME), {})
    assert manque(Condition(donnee=Donnee.FORME, vaut=("sarl",)), connue)
    assert not manque(Condition(donnee=Donnee.FORME, vaut=("SA",)), connue)
    assert manque(Condition(dit=("pénalité",)), {}, "des pénalités")
    assert not manque(Condition(dit=("pénalité",)), {}, "rien")
    assert not manque(Condition(dit=("pénalité",), donnee=Donnee.FORME), {}, "des pénalités")


def test_une_des_expressions_suffit() -> None:
    essai = regles(exigees=exigee())
    assert controle("le mot souhaité", regles=essai) == ()
    (manque,) = controle("autre chose", regles=essai)
    assert manque.expression == "mot voulu"


def test_une_portee_vise_des_documents_et_des_genres() -> None:
    portee = Portee(
        documents=(Document.RELANCE, Document.APPEL), sauf=(Document.APPEL,), genres=(Genre.PUBLIC,)
    )
    assert portee.vise(Document.RELANCE, Genre.PUBLIC)
    assert not portee.vise(Document.APPEL, Genre.PUBLIC)
    assert not portee.vise(Document.RELANCE, Genre.ENTREPRISE)
    assert not portee.vise(Document.REQUETE, Genre.PUBLIC)
    assert Portee().vise(Document.REQUETE, Genre.ENTREPRISE)


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"exigees": exigee(code="essai")}, "code « essai »"),
        ({"exigees": exigee(expressions=())}, "n'exige rien"),
        ({"interdites": interdite(expressions=("…",))}, "aucun mot"),
        ({"exigees": exigee(si=Condition(dit=("--",)))}, "aucun mot"),
    ],
)
def test_une_regle_mal_ecrite_est_refusee(champs: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        regles(**champs)


@pytest.mark.parametrize(("jour", "connu"), [(date(2026, 12, 31), True), (date(2027, 1, 1), False)])
def test_apres_la_derniere_verification_le_controle_refuse(jour: date, connu: bool) -> None:
    if connu:
        assert controle(jour=jour) == ()
    else:
        with pytest.raises(ParametreNonCouvert, match="mentions"):
            controle(jour=jour)
