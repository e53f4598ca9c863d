"""Letters and e-mails: made once, archived, sent, and safe against a crash at any point."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from typing import Any

import pytest

from dossier.adapters.render_texte import RenduTexte
from dossier.core.decision import Envoyer, Preparer
from dossier.core.errors import ErreurConversion, ErreurEnvoi
from dossier.core.etat import Etat
from dossier.core.faits import Canal, EnvoiPrepare
from dossier.services.creances import consigner, decompte_de
from dossier.services.envois import envoyer, preparer, script_d_appel
from tests.core.droit.loi import CONFIG
from tests.core.vie import debiteur, facture
from tests.fakes import CoupureDeCourant, tiny_pdf
from tests.services.atelier import Atelier

RELANCE_1, RELANCE_2 = date(2026, 6, 11), date(2026, 6, 19)
FACTURE = tiny_pdf("facture")
MODELES = CONFIG.parent / "templates"


def etablir(atelier: Atelier, etat: Etat, action: Preparer) -> EnvoiPrepare:
    """The document of one creance alone."""
    (prepare,) = preparer(atelier.outils, (etat,), action, etat.creance)
    return prepare


def au(jour: date, **champs: Any) -> tuple[Atelier, Preparer]:
    """The house on that day, with the document that it is to make."""
    atelier = Atelier()
    atelier.importer(facture(**champs), source=FACTURE)
    atelier.aller(jour - timedelta(days=1))
    atelier.clock.regler(jour)
    action = atelier.action()
    assert isinstance(action, Preparer)
    return atelier, action


def sans_email(jour: date) -> tuple[Atelier, Preparer]:
    return au(jour, debiteur=debiteur(email=None))


def refaire(atelier: Atelier) -> Preparer:
    action = atelier.action()
    assert isinstance(action, Preparer)
    return action


def test_un_courriel_est_archive_entier_avec_une_copie_lisible_et_deux_jetons() -> None:
    atelier, action = au(RELANCE_1)
    prepare = etablir(atelier, atelier.etat(), action)
    assert prepare.canal is Canal.EMAIL
    assert prepare.destinataire == "compta@debiteur-imaginaire.example"
    assert (prepare.jour, prepare.reste) == (RELANCE_1, Decimal(1000))
    eml = message_from_bytes(atelier.store.get(prepare.source.cle), policy=policy.default)
    assert eml["Subject"].startswith("Rappel, échéance dépassée")
    assert eml["X-Pieces"] == "facture-FA-1.pdf"
    assert atelier.store.get(prepare.pdf.cle).startswith(b"%PDF")
    for archive in (prepare.source, prepare.pdf):
        assert archive.jeton in atelier.store.documents


@pytest.mark.parametrize("retard", [44, 45, 186])
def test_le_premier_courriel_d_une_facture_importee_tard_ne_parle_pas_d_un_oubli(retard: int) -> None:
    atelier = Atelier(facture().echeance + timedelta(days=retard), texte=RenduTexte(MODELES))
    atelier.importer(facture(), source=FACTURE)
    atelier.agir()
    (envoi,) = atelier.etat().envois_de("relance-1")
    eml = message_from_bytes(atelier.store.get(envoi.prepare.source.cle), policy=policy.default)
    texte = eml.get_body(("plain",))
    assert texte is not None
    lu = texte.get_content().replace("\u00a0", " ")
    assert ("simple oubli" in lu) is (retard < 45)
    assert ("retard est désormais important" in lu) is (retard >= 45)
    assert ("règlement attendu" in eml["Subject"]) is (retard >= 45)


def test_une_lettre_est_archivee_en_word_et_en_pdf() -> None:
    atelier, action = sans_email(RELANCE_2)
    prepare = etablir(atelier, atelier.etat(), action)
    assert prepare.canal is Canal.COURRIER
    assert prepare.destinataire == "Débiteur Imaginaire SARL, 2 rue du Néant, 69001 Lyon"
    assert prepare.source.cle.endswith(".docx")
    assert prepare.pdf.cle.endswith(".pdf")
    lettre = json.loads(atelier.store.get(prepare.source.cle))
    assert lettre["modele"] == "courriers/relance-2"
    assert lettre["facture"]["jointe"] is False


@pytest.mark.parametrize("canal", ["courriel", "lettre"])
@pytest.mark.parametrize("coupure", [".eml", ".eml.tsr", ".docx", ".docx.tsr", ".pdf", ".pdf.tsr"])
def test_une_coupure_reprend_les_memes_octets(canal: str, coupure: str) -> None:
    atelier, action = au(RELANCE_1) if canal == "courriel" else sans_email(RELANCE_2)
    atelier.store.panne_sur = coupure
    etat = atelier.etat()
    with suppress(CoupureDeCourant):
        etablir(atelier, etat, action)
    gardes = dict(atelier.store.documents)
    atelier.clock.instant += timedelta(minutes=17)
    prepare = etablir(atelier, etat, action)
    assert gardes.items() <= atelier.store.documents.items()
    assert atelier.store.get(prepare.source.cle)
    encore = etablir(atelier, etat, action)
    assert (encore.pdf, encore.source) == (prepare.pdf, prepare.source)


def test_apres_une_coupure_la_copie_porte_la_date_du_courriel_garde() -> None:
    atelier, action = au(RELANCE_1)
    atelier.store.panne_sur = ".eml.tsr"
    with pytest.raises(CoupureDeCourant):
        etablir(atelier, atelier.etat(), action)
    atelier.clock.instant += timedelta(hours=3)
    copies: list[dict[str, Any]] = []
    rendre = atelier.rendu.rendre

    def noter(modele: str, contexte: Any) -> bytes:
        copies.append(dict(contexte))
        return rendre(modele, contexte)

    atelier.rendu.rendre = noter  # type: ignore[method-assign]
    etablir(atelier, atelier.etat(), action)
    assert copies[0]["date"] == "11 juin 2026 à 8 h 00 (heure de Paris)"
    assert copies[0]["objet"] == "Copie du courriel du 11 juin 2026"


@pytest.mark.parametrize("canal", ["courriel", "lettre"])
def test_un_paiement_arrive_pendant_la_coupure_fait_un_autre_document(canal: str) -> None:
    atelier, action = au(RELANCE_1) if canal == "courriel" else sans_email(RELANCE_2)
    avant = etablir(atelier, atelier.etat(), action)
    atelier.payer("400")
    apres = etablir(atelier, atelier.etat(), refaire(atelier))
    assert apres.cle == avant.cle, "rien n'avait été enregistré"
    assert apres.source.cle != avant.source.cle
    assert apres.reste == Decimal(600)
    assert "600,00" in atelier.store.get(apres.source.cle).decode().replace("=C2=A0", " ")


def test_la_meme_lettre_etablie_deux_jours_differents_fait_deux_documents() -> None:
    atelier, action = au(RELANCE_1)
    avant = etablir(atelier, atelier.etat(), action)
    atelier.clock.regler(RELANCE_1 + timedelta(days=1))
    apres = etablir(atelier, atelier.etat(), refaire(atelier))
    assert (avant.cle, avant.jour + timedelta(days=1)) == (apres.cle, apres.jour)
    assert avant.source.cle != apres.source.cle


def test_l_identifiant_d_un_courriel_ne_change_pas_quand_on_le_renvoie() -> None:
    atelier, action = au(RELANCE_1)
    prepare = etablir(atelier, atelier.etat(), action)
    consigner(atelier.outils, "FA-1", lambda _: [prepare], auteur="suivi")
    for _ in range(2):
        envoi = atelier.action()
        assert isinstance(envoi, Envoyer)
        fait = envoyer(atelier.outils, atelier.etat(), envoi)
        assert (fait.cle, fait.jour, fait.preuve) == (prepare.cle, RELANCE_1, "250 2.0.0 OK")
    un, deux = atelier.messagerie.envoyes[-2:]
    assert un == deux == atelier.store.get(prepare.source.cle)


def test_deux_courriels_ont_deux_identifiants() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.aller(RELANCE_2)
    identifiants = [message_from_bytes(eml)["Message-ID"] for eml in atelier.messagerie.envoyes]
    assert len(identifiants) == len(set(identifiants)) == 3
    assert all(i.endswith("@atelier-fictif.example>") for i in identifiants)


def test_une_lettre_remise_deux_fois_n_est_qu_un_pli() -> None:
    atelier, action = sans_email(RELANCE_2)
    plis = set(atelier.poste.plis)
    prepare = etablir(atelier, atelier.etat(), action)
    consigner(atelier.outils, "FA-1", lambda _: [prepare], auteur="suivi")
    envoi = atelier.action()
    assert isinstance(envoi, Envoyer)
    assert envoyer(atelier.outils, atelier.etat(), envoi) == envoyer(atelier.outils, atelier.etat(), envoi)
    assert set(atelier.poste.plis) - plis == {"2026-06-19_FA-1_relance-2_courrier.pdf"}
    assert atelier.poste.plis["2026-06-19_FA-1_relance-2_courrier.pdf"] == atelier.store.get(prepare.pdf.cle)


def test_un_serveur_en_panne_ne_fait_pas_de_fait_et_se_reprend() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.aller(RELANCE_1 - timedelta(days=1))
    atelier.clock.regler(RELANCE_1)
    atelier.messagerie.en_panne = True
    with pytest.raises(ErreurEnvoi):
        atelier.agir()
    assert isinstance(atelier.action(), Envoyer)
    atelier.messagerie.en_panne = False
    atelier.agir()
    assert len(atelier.messagerie.envoyes) == 2


def test_une_conversion_en_panne_se_reprend_sans_refaire_le_word() -> None:
    atelier, action = sans_email(RELANCE_2)
    atelier.convertisseur.en_panne = True
    with pytest.raises(ErreurConversion):
        etablir(atelier, atelier.etat(), action)
    atelier.convertisseur.en_panne = False
    rendus = len(atelier.rendu.appels)
    etablir(atelier, atelier.etat(), action)
    assert len(atelier.rendu.appels) == rendus


def test_le_script_de_l_appel_dit_ce_qui_est_du_ce_jour() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.aller(date(2026, 6, 24))
    etape = atelier.outils.scenarios["standard"].etape("appel")
    assert "Reste dû : 1\u00a0000,00\u00a0€" in script_d_appel(atelier.outils, atelier.etat(), etape)


def test_un_nom_tres_long_va_jusqu_au_pli() -> None:
    atelier = Atelier()
    numero = "FACTURE/" + "9" * 72
    atelier.importer(facture(numero=numero, debiteur=debiteur(denomination="É" * 200, email=None)))
    (ouverture,) = atelier.journal.creances()
    atelier.aller(RELANCE_2, ouverture.creance)
    assert all(len(nom) <= 150 for nom in atelier.poste.plis)
    assert len(atelier.poste.plis) == 3


def test_le_decompte_d_un_consommateur_court_de_la_mise_en_demeure_recue() -> None:
    atelier = Atelier()
    atelier.importer(facture(debiteur=debiteur(genre="particulier", siren=None)))
    atelier.jusqu_au_dossier(preuve=False)
    releve = decompte_de(atelier.outils, atelier.etat(), atelier.clock.jour())
    recu = atelier.etat().envois["mise-en-demeure:lrar"].accuse
    assert recu is not None
    assert releve.segments[0].du == recu.jour + timedelta(days=1)
    assert releve.indemnite == 0
