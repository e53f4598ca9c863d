"""A letter or an e-mail that says what none may say is not sent; what it lacks is shown to who approves."""

from __future__ import annotations

import pytest

from dossier.core.decision import DemanderApprobation
from dossier.core.errors import ErreurRendu
from dossier.services.envois import mentions_absentes
from tests.core.vie import facture
from tests.fakes import RenduFactice, TexteFactice
from tests.services.atelier import Atelier
from tests.services.test_saisies import a_l_approbation


class TexteMenacant(TexteFactice):
    def rendre(self, modele: str, contexte: object) -> tuple[str, str]:
        return "Facture impayée", "Sans paiement, une saisie imminente de vos comptes aura lieu."


def test_un_courriel_qui_menace_ne_part_pas_et_dit_pourquoi() -> None:
    atelier = Atelier(texte=TexteMenacant())
    atelier.importer(facture())
    with pytest.raises(ErreurRendu, match=r"templates/courriels/prevenance\.txt ne peut pas partir") as refus:
        atelier.aller(facture().echeance)
    assert "saisie imminente" in str(refus.value)
    assert "art." in str(refus.value)
    assert atelier.etat().envois == {}


def test_une_lettre_aux_mots_interdits_n_est_meme_pas_archivee() -> None:
    rendu = RenduFactice()
    rendu.dit = "COMMANDEMENT DE PAYER"
    atelier = Atelier(rendu=rendu)
    atelier.importer(facture(debiteur=facture().debiteur.model_copy(update={"email": None})))
    with pytest.raises(ErreurRendu, match=r"templates/courriers/prevenance\.docx"):
        atelier.aller(facture().echeance)
    assert not any(cle.endswith(".docx") for cle in atelier.store.documents)


def test_ce_qu_une_lettre_ne_porte_pas_est_dit_a_qui_l_approuve() -> None:
    atelier = a_l_approbation()
    action = atelier.action()
    assert isinstance(action, DemanderApprobation)
    absentes = mentions_absentes(atelier.outils, atelier.etat(), action.envoi)
    codes = {manquement.code for manquement in absentes}
    assert {"creancier_siren", "mots_mise_en_demeure", "article_l441_10"} <= codes
    assert all(manquement.remede for manquement in absentes)
