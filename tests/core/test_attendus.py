from __future__ import annotations

from datetime import date

import pytest

from dossier.core.attendus import attendus_de, citees_de, document_de
from dossier.core.courriers import contexte_courrier
from dossier.core.droit.mentions import Document, Donnee
from dossier.core.faits import Canal
from tests.core.test_courriers import au, decompte
from tests.core.test_pieces import complete
from tests.core.test_requete import requete
from tests.core.vie import creancier, facture, standard


@pytest.mark.parametrize(
    ("etape", "canal", "document"),
    [
        ("prevenance", Canal.EMAIL, Document.COURRIEL_PREVENANCE),
        ("prevenance", Canal.COURRIER, Document.PREVENANCE),
        ("relance-2", Canal.EMAIL, Document.COURRIEL_RELANCE),
        ("relance-2", Canal.COURRIER, Document.RELANCE),
        ("avant-contentieux", Canal.LRAR, Document.AVANT_CONTENTIEUX),
        ("appel", Canal.EMAIL, Document.APPEL),
        ("mise-en-demeure", Canal.LRAR, Document.MISE_EN_DEMEURE),
        ("dossier", Canal.LRAR, Document.REQUETE),
    ],
)
def test_chaque_etape_fait_un_document_selon_son_canal(etape: str, canal: Canal, document: Document) -> None:
    assert document_de(standard().etape(etape), canal) is document


def lettre(jour: date = date(2026, 7, 31), **champs: str) -> dict[str, object]:
    vie = au(jour, facture(**champs))
    releve = decompte(vie.etat, jour)
    etape = standard().etape("mise-en-demeure")
    return contexte_courrier([(vie.etat, releve)], etape, Canal.LRAR, creancier(), jour)


def test_une_lettre_doit_porter_ses_valeurs_dans_chacune_de_leurs_ecritures() -> None:
    attendus = attendus_de(lettre())
    assert attendus[Donnee.ECHEANCE] == (("03/06/2026", "3 juin 2026"),)
    assert attendus[Donnee.SIREN] == (("000\u00a0100\u00a0016", "000100016"),)
    assert attendus[Donnee.SIEGE] == (("1 rue du Spécimen",), ("44000 Nantes",))
    assert attendus[Donnee.TAUX] == (("12,15\u00a0%",), ("12,40\u00a0%",))
    assert [borne for (borne,) in attendus[Donnee.PERIODE]][::3] == ["04/06/2026", "31/07/2026"]
    assert attendus[Donnee.DELAI] == (("15 jours", "15jours"),)
    assert attendus[Donnee.INDEMNITE][0][0] == "40,00\u00a0€"


def test_une_somme_nulle_n_est_pas_attendue() -> None:
    attendus = attendus_de(lettre(date(2026, 6, 3)))
    assert attendus[Donnee.INTERETS] == attendus[Donnee.INDEMNITE] == ()
    assert attendus[Donnee.TOTAL] != ()
    assert attendus[Donnee.MEDIATEUR] == attendus[Donnee.JURIDICTION] == ()


def test_une_autre_facture_n_a_que_l_ecriture_de_sa_ligne() -> None:
    contexte = lettre()
    ligne = {**contexte["factures"][0], "numero": "FA-2", "echeance": "01/07/2026"}  # type: ignore[index]
    contexte["factures"] = [*contexte["factures"], ligne]  # type: ignore[misc]
    assert attendus_de(contexte)[Donnee.ECHEANCE][1] == ("01/07/2026", "")


def test_une_requete_doit_porter_ses_sommes_ses_pieces_et_sa_juridiction() -> None:
    attendus = attendus_de(requete(complete()))
    assert attendus[Donnee.TOTAL][0][0] == attendus[Donnee.SOMME][-1][0]
    assert ("Principal",) in attendus[Donnee.SOMME]
    assert ("mémoire",) in attendus[Donnee.SOMME]
    assert ("Facture n°\u00a0FA-1 du 4 mai 2026",) in attendus[Donnee.PIECE]
    assert attendus[Donnee.JURIDICTION][0][0] == "Tribunal de commerce"
    assert attendus[Donnee.DELAI] == ()


def test_les_donnees_citees_sont_celles_que_personne_n_a_choisies_dans_un_modele() -> None:
    citees = citees_de(lettre(objet="Prestation d'huissier", commande="BC-7"))
    for attendue in (
        "Débiteur Imaginaire SARL",
        "2 rue du Néant",
        "Prestation d'huissier",
        "Commande n°\u00a0BC-7",
        "FA-1",
        "1\u00a0000,00\u00a0€",
        "Dominique Modèle",
    ):
        assert attendue in citees
    assert "Mise en demeure de payer – facture n°\u00a0FA-1" not in citees
    assert "" not in citees
    assert "Tribunal de commerce" in citees_de(requete(complete()))


def test_les_pieces_jointes_d_un_courriel_ne_sont_pas_des_pieces_numerotees() -> None:
    assert attendus_de({**lettre(), "pieces": ["facture.pdf"]})[Donnee.PIECE] == ()
