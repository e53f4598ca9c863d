"""The application and the letters of the hand-over as Word writes them."""

from __future__ import annotations

import pytest

from dossier.core.creance import Genre
from tests.adapters.gabarits import donnees, rendre

REQUETE = "dossier/requete"
LETTRES = ("dossier/lettre-avocat", "dossier/lettre-commissaire")


@pytest.mark.parametrize(
    ("genre", "texte"),
    [
        (Genre.ENTREPRISE, "pénalités de retard de l'article L441-10"),
        (Genre.PARTICULIER, "intérêts légaux des"),
    ],
)
def test_les_demandes_portent_une_seule_phrase_d_interets_a_echoir(genre: Genre, texte: str) -> None:
    variables = donnees(REQUETE, genre)
    lue = rendre(REQUETE, variables)
    demandes = lue[lue.index("Par ces motifs") : lue.index("les dépens.")]
    assert f"portées au tableau ci-dessus, avec les {texte}" in demandes
    assert variables["a_echoir"].replace("\u00a0", " ") in demandes
    assert "intérêts et pénalités" not in demandes


def test_sans_principal_restant_rien_n_est_demande_a_echoir() -> None:
    assert "portées au tableau ci-dessus ;" in rendre(REQUETE, donnees(REQUETE, a_echoir=""))


def test_le_decompte_fait_partie_de_la_requete_avant_sa_signature() -> None:
    lue = rendre(REQUETE, donnees(REQUETE))
    phrase = "Le décompte joint (03-decompte) fait partie de la présente requête."
    assert lue.index("Par ces motifs") < lue.index(phrase) < lue.index("Signature")
    remis = rendre("dossier/lettre-commissaire", donnees("dossier/lettre-commissaire"))
    assert "03-decompte" in remis[remis.index("Documents remis") :]


def test_la_remise_par_le_greffe_precede_la_signification() -> None:
    lue = rendre(REQUETE, donnees(REQUETE))
    assert "sont demandées au greffe (article 1410" in lue
    assert "en vue de la signification (article 1411" in lue
    remis = rendre("dossier/lettre-commissaire", donnees("dossier/lettre-commissaire"))
    assert "la copie certifiée conforme de la requête et de l’ordonnance" in remis
    assert "en original" not in remis


@pytest.mark.parametrize("modele", LETTRES)
def test_l_en_tete_ne_dit_dossier_qu_une_fois(modele: str) -> None:
    lue = rendre(modele, donnees(modele))
    assert "– dossier-exemple-v1" in lue
    assert "dossier dossier" not in lue


def test_la_lettre_a_l_avocat_ne_dit_pas_que_tout_est_prouve() -> None:
    lue = rendre("dossier/lettre-avocat", donnees("dossier/lettre-avocat"))
    assert "Les démarches dont une pièce est conservée sont les suivantes :" in lue
    assert "Chaque démarche" not in lue


def test_la_lettre_a_l_avocat_imprime_la_date_possible_de_la_prescription() -> None:
    lecture = "Délai compté de l'échéance. Date possible, à ne pas tenir pour acquise : 15 juillet 2031."
    ligne = {"facture": "FA-1", "date": "3 juin 2031", "hypothese": lecture}
    assert lecture in rendre("dossier/lettre-avocat", donnees("dossier/lettre-avocat", prescription=[ligne]))


@pytest.mark.parametrize("modele", LETTRES)
@pytest.mark.parametrize(
    ("contact", "email", "telephone", "dit"),
    [
        ("", "a@b.example", "", "Contact connu\na@b.example\n"),
        ("Mme Modèle", "a@b.example", "", "Contact connu\nMme Modèle – a@b.example\n"),
        ("Mme Modèle", "", "01 99", "Contact connu\nMme Modèle – 01 99\n"),
        ("", "", "01 99", "Contact connu\n01 99\n"),
    ],
)
def test_le_contact_connu_n_a_pas_de_tiret_de_trop(
    modele: str, contact: str, email: str, telephone: str, dit: str
) -> None:
    debiteur = {"contact": contact, "email": email, "telephone": telephone}
    assert dit in rendre(modele, donnees(modele, debiteur=debiteur))
