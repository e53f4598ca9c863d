"""What is served on the debtor: no lawyers' letter, no title that says more than what the document is."""

from __future__ import annotations

import pytest

from dossier.core.confidentiel import TITRE_MAX, exiger_produisible, titre_neutre
from dossier.core.errors import DonneeInvalide


@pytest.mark.parametrize(
    "titre",
    [
        "Courrier entre avocats du 3 mars 2026",
        "Échange entre conseils",
        "Lettre confidentielle entre confrères",
        "Courriel à son confrère du 4 mai",
        "Lettre de Me Durand à Me Petit",
        "Courriel de Maître Jean-Pierre Durand à Maître Luc Petit du 3 mars 2026",
        "Consultation de Me Durand",
        "Consultation juridique d'un avocat",
        "Note à notre avocat",
        "Courriel du 4 mai à notre conseil",
        "CONFIDENTIEL – Secret professionnel",
    ],
)
def test_un_intitule_de_lettre_entre_avocats_est_refuse_avec_son_article(titre: str) -> None:
    with pytest.raises(DonneeInvalide, match=r"article 66-5 de la loi du 31 décembre 1971.*officielle"):
        exiger_produisible(titre, "")


@pytest.mark.parametrize(
    "texte",
    [
        "LETTRE CONFIDENTIELLE\nSECRET PROFESSIONNEL",
        "Confidentiel — couvert par le secret professionnel",
        "Correspondance entre\navocats",
        "Aux termes de l'article 66-5 de la loi n° 71-1130 du 31 décembre 1971",
        "Avocat à la Cour\n\nMon cher Confrère,",
        "Barreau de Lyon. Chère Consœur, je reviens vers vous",
        "Cabinet d'avocats. Votre bien dévoué, sentiments dévoués et confraternels",
        "Avocate. Bien confraternellement",
    ],
)
def test_un_texte_de_lettre_entre_avocats_est_refuse_quel_que_soit_l_intitule(texte: str) -> None:
    with pytest.raises(DonneeInvalide, match="son texte dit «"):
        exiger_produisible("Courrier du 3 mars 2026", texte)


@pytest.mark.parametrize(
    ("titre", "texte"),
    [
        ("Contrat du 3 mars 2026", "Accord de confidentialité. Les parties gardent secret le contenu."),
        ("Accord de confidentialité du 3 mars 2026", ""),
        ("Mise en demeure de Me Durand, avocat, à la société Petit du 3 mars 2026", "Avocat au barreau"),
        ("Lettre de notre avocat au débiteur du 3 mars 2026", "Madame, Monsieur"),
        ("Compte rendu opératoire du 3 mars 2026", "Mon cher confrère, merci de m'avoir adressé ce patient"),
        (
            "Courriel du 3 mars 2026",
            "Ce message est confidentiel et peut être couvert par le secret professionnel.",
        ),
        ("Conditions générales de vente du 1er janvier 2026", "Article 66. 5 jours ouvrés. Avocats : néant"),
        ("Bail commercial du 1er mars 1971", "article 66"),
        ("Procès-verbal de Me Petit, commissaire de justice", ""),
    ],
)
def test_une_piece_ordinaire_n_est_pas_prise_pour_une_lettre_d_avocat(titre: str, texte: str) -> None:
    exiger_produisible(titre, texte)


@pytest.mark.parametrize(
    ("titre", "mot"),
    [
        ("Courriel du mauvais payeur", "mauvais payeur"),
        ("Lettre de mauvaise foi du 3 mars", "mauvaise foi"),
        ("Fiche client, débiteur insolvable", "insolvable"),
        ("Note interne sur le client", "note interne"),
        ("Stratégie de recouvrement", "strategie"),
        ("Score de solvabilité", "score de"),
        ("Scoring Durand", "scoring"),
        ("Contrat (confidentiel)", "confidentiel"),
        ("Tarifs, secret des affaires", "secret des affaires"),
        ("Courriels de cet escroc", "escroc"),
    ],
)
def test_un_intitule_qui_en_dit_trop_est_refuse_en_citant_le_mot(titre: str, mot: str) -> None:
    with pytest.raises(DonneeInvalide, match=f"« {mot} », .*laissez l'intitulé vide"):
        titre_neutre(titre)


@pytest.mark.parametrize(
    "titre",
    [
        "Contrat de prestation n° 12 du 3 mars 2026",
        "Devis accepté du 1er avril 2026",
        "Bon de livraison signé, 12 avril 2026",
        "Échange de courriels des 3 et 4 mars 2026",
        "Facture de provision n° 7",
        "Contrat avec la société SCORE",
        "Procès-verbal de réception avec réserves",
        "Dépôt de plainte du 4 mai 2026",
        "Relevé de compte client au 30 juin 2026",
        "Accord de confidentialité du 3 mars 2026",
        "Lettre officielle de Me Durand à Me Petit",
        "Reconnaissance de dette du 4 mai 2026",
    ],
)
def test_un_intitule_ordinaire_reste_tel_quel(titre: str) -> None:
    assert titre_neutre(titre) == titre


def test_un_intitule_tient_sur_une_ligne_imprimable() -> None:
    assert titre_neutre(" Bon\nde\tcommande\x07  n°\u00a012 ") == "Bon de commande n° 12"


@pytest.mark.parametrize(("longueur", "admis"), [(TITRE_MAX, True), (TITRE_MAX + 1, False)])
def test_la_longueur_d_un_intitule(longueur: int, admis: bool) -> None:
    if admis:
        assert titre_neutre("a" * longueur) == "a" * longueur
    else:
        with pytest.raises(DonneeInvalide, match=f"{longueur} caractères, {TITRE_MAX} au plus"):
            titre_neutre("a" * longueur)
