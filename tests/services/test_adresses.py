"""The debtor's address, verified by a person: all that the debtor owes follows, letters on their way included."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dossier.core.creance import Adresse, Debiteur
from dossier.core.decision import Attendre, DemanderAdresse, DemanderApprobation, Preparer
from dossier.core.errors import ConflitJournal, DonneeInvalide, DossierError
from dossier.core.faits import AdresseVerifiee, Decision, EnvoiRetire, EnvoiSignale, IssuePli
from dossier.services import saisies
from dossier.services.adresses import verifier_adresse
from dossier.services.avancement import accomplir
from dossier.services.creances import ESSAIS
from dossier.services.plis import retirer
from tests.core.vie import debiteur, facture, standard
from tests.fakes import RecommandeFactice, tiny_pdf
from tests.services.atelier import Atelier, deux_factures
from tests.services.test_plis import IMPRIME, au_rappel, rappel
from tests.services.test_saisies import a_l_approbation

ANCIENNE = debiteur().adresse
NOUVELLE = Adresse(lignes=("8 quai du Vide",), code_postal="33000", ville="Bordeaux")
AUTRE = Adresse(lignes=("1 cours Absent",), code_postal="59000", ville="Lille")
DEUX = ("FA-1", "FA-2")
KBIS = tiny_pdf("kbis")
SEULES = {"standard": standard().model_copy(update={"regrouper": False})}


def verifier(
    atelier: Atelier,
    adresse: Adresse = NOUVELLE,
    creance: str = "FA-1",
    source: str = "Kbis du jour",
    preuve: bytes | None = None,
    par: str = "Anne",
) -> str:
    return verifier_adresse(atelier.outils, creance, adresse, source, par, auteur="essai", preuve=preuve)


def contenus(atelier: Atelier, creance: str, genre: type) -> list[Any]:
    return [f.contenu for f in atelier.journal.lire(creance) if isinstance(f.contenu, genre)]


def adresse(atelier: Atelier, creance: str) -> Adresse:
    return atelier.etat(creance).facture.debiteur.adresse


def approuver(atelier: Atelier) -> None:
    saisies.repondre(atelier.outils, "FA-1", Decision.APPROUVER, "Anne", auteur="essai")
    atelier.agir()


def poster(atelier: Atelier, numero: str, issue: IssuePli) -> None:
    """The mise en demeure of FA-1 leaves and comes to its end on that very day."""
    approuver(atelier)
    jour = atelier.clock.jour()
    saisies.depot(atelier.outils, "FA-1", numero, jour, auteur="essai")
    saisies.accuse(atelier.outils, "FA-1", issue, jour, auteur="essai", premiere_presentation=jour)


def revenue_npai() -> Atelier:
    atelier = a_l_approbation()
    poster(atelier, "1A 000 000 0000 9", IssuePli.NPAI)
    return atelier


def test_la_nouvelle_adresse_vaut_pour_toutes_les_creances_ouvertes_du_debiteur() -> None:
    autre_debiteur = debiteur(siren="000800086")
    atelier = Atelier()
    atelier.importer(*deux_factures(), facture(numero="FA-3", debiteur=autre_debiteur))
    phrase = verifier(atelier, preuve=KBIS)
    assert phrase == (
        "Adresse enregistrée sur 2 créances de Débiteur Imaginaire SARL : 8 quai du Vide, 33000 Bordeaux."
    )
    assert [adresse(atelier, creance) for creance in (*DEUX, "FA-3")] == [NOUVELLE, NOUVELLE, ANCIENNE]
    for creance in DEUX:
        (verifiee,) = contenus(atelier, creance, AdresseVerifiee)
        assert (verifiee.source, verifiee.par, verifiee.jour) == (
            "Kbis du jour",
            "Anne",
            atelier.clock.jour(),
        )
        assert atelier.store.get(verifiee.preuve.cle) == KBIS


def test_une_creance_close_ne_change_plus_et_n_accepte_pas_d_adresse() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    atelier.payer("500", "FA-2")
    atelier.agir("FA-2")
    avant = atelier.journal.lire("FA-2")
    assert "sur 1 créance de" in verifier(atelier)
    with pytest.raises(DonneeInvalide, match="La créance FA-2 est close"):
        verifier(atelier, AUTRE, "FA-2")
    assert atelier.journal.lire("FA-2") == avant
    assert adresse(atelier, "FA-1") == NOUVELLE, "un refus n'écrit rien ailleurs"


@pytest.mark.parametrize(("champ", "refus"), [("source", "où cette adresse"), ("par", "votre nom")])
def test_une_adresse_dit_d_ou_elle_vient_et_qui_l_a_trouvee(champ: str, refus: str) -> None:
    atelier = Atelier()
    atelier.importer(facture())
    with pytest.raises(DonneeInvalide, match=refus):
        verifier(atelier, **{champ: "  "})
    assert len(atelier.journal.lire("FA-1")) == 1


def test_ni_facture_inconnue_ni_preuve_qui_n_est_pas_un_pdf() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    avant = set(atelier.store.documents)
    with pytest.raises(DonneeInvalide, match="« FA-9 »"):
        verifier(atelier, creance="FA-9", preuve=KBIS)
    with pytest.raises(DossierError, match="PDF"):
        verifier(atelier, preuve=b"photo")
    assert set(atelier.store.documents) == avant


def test_le_meme_formulaire_deux_fois_ne_change_rien_une_preuve_s_ajoute() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    verifier(atelier)
    avant = {creance: atelier.journal.lire(creance) for creance in DEUX}
    assert "rien n'a changé" in verifier(atelier)
    assert "rien n'a changé" in verifier(atelier, creance="FA-2"), "par l'autre facture non plus"
    assert {creance: atelier.journal.lire(creance) for creance in DEUX} == avant
    assert "sur 2 créances" in verifier(atelier, preuve=KBIS)
    assert "rien n'a changé" in verifier(atelier, creance="FA-2", preuve=KBIS), "la preuve est connue"
    assert "rien n'a changé" in verifier(atelier), "sans la preuve non plus"
    assert "sur 2 créances" in verifier(atelier, source="Appel au gérant"), "une autre source confirme"


def test_la_meme_adresse_confirmee_ne_touche_aucune_lettre() -> None:
    atelier = au_rappel()
    assert "sur 1 créance" in verifier(atelier, ANCIENNE)
    assert contenus(atelier, "FA-1", EnvoiSignale) == contenus(atelier, "FA-1", EnvoiRetire) == []


def test_une_lettre_qui_attend_est_recrite_a_la_nouvelle_adresse() -> None:
    atelier = a_l_approbation()
    saisies.repondre(atelier.outils, "FA-1", Decision.APPROUVER, "Anne", auteur="essai")
    phrase = verifier(atelier)
    assert "imprimée" not in phrase
    (retrait,) = contenus(atelier, "FA-1", EnvoiRetire)
    assert (retrait.cle, retrait.motif) == ("mise-en-demeure:lrar", "adresse du débiteur changée")
    action = atelier.agir()
    assert isinstance(action, DemanderApprobation), "l'accord donné à l'ancienne ne vaut pas pour la nouvelle"
    assert action.envoi.prepare.destinataire == "Débiteur Imaginaire SARL, 8 quai du Vide, 33000 Bordeaux"


def test_un_courriel_qui_attend_ne_porte_pas_d_adresse_et_reste() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.clock.regler(date(2026, 5, 27))
    action = atelier.action()
    assert isinstance(action, Preparer)
    accomplir(atelier.outils, atelier.etat(), action, auteur="suivi")
    verifier(atelier)
    assert contenus(atelier, "FA-1", EnvoiRetire) == []
    atelier.agir()
    assert len(atelier.messagerie.envoyes) == 1


def test_une_lettre_imprimee_est_signalee_puis_se_retire_et_se_recrit() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    phrase = verifier(atelier, creance="FA-2")
    assert phrase.endswith(
        "Déjà imprimée ou confiée avec une autre adresse : « Dernier rappel avant contentieux » du "
        "11 juillet 2026 ; ne la postez pas, retirez-la."
    ), "une lettre commune n'est nommée qu'une fois"
    for creance in DEUX:
        attente = atelier.agir(creance)
        assert isinstance(attente, Attendre)
        assert "LRAR à déposer (adresse du débiteur changée, à relire)" in attente.libelle
    retirer(atelier.outils, "FA-1", "Adresse changée", auteur="essai")
    atelier.aller(IMPRIME, *DEUX)
    assert "8 quai du Vide" in rappel(atelier).prepare.destinataire
    assert rappel(atelier).prepare.groupe == DEUX
    assert rappel(atelier).signale is None


def test_une_lettre_deposee_ou_dont_l_avis_est_revenu_n_est_plus_a_arreter() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures(), scenarios=SEULES)
    saisies.depot(atelier.outils, "FA-1", "1A00000000001", IMPRIME, auteur="essai")
    saisies.accuse(
        atelier.outils, "FA-2", IssuePli.DISTRIBUE, IMPRIME, auteur="essai", numero="1A00000000002"
    )
    assert "imprimée" not in verifier(atelier)
    for creance in DEUX:
        assert rappel(atelier, creance).signale is None
        assert rappel(atelier, creance).retire is None


def test_une_lettre_confiee_a_un_transporteur_est_signalee_aussi() -> None:
    atelier = au_rappel(recommande=RecommandeFactice())
    assert "ou confiée avec une autre adresse" in verifier(atelier)
    assert rappel(atelier).signale is not None


def test_une_lettre_simple_peut_etre_imprimee_est_recrite_un_recommande_est_signale() -> None:
    """A reminder more does no harm, a second registered letter would."""
    atelier = Atelier()
    atelier.importer(facture(debiteur=debiteur(email=None)))
    atelier.aller(date(2026, 6, 10))
    atelier.clock.regler(date(2026, 6, 11))
    atelier.poste.en_panne = True
    with pytest.raises(DossierError):
        atelier.agir()
    verifier(atelier)
    (retrait,) = contenus(atelier, "FA-1", EnvoiRetire)
    assert retrait.cle == "relance-1:courrier"
    atelier.poste.en_panne = False
    atelier.agir()
    assert atelier.etat().envois["relance-1:courrier:2"].fait is not None


def test_une_mise_en_demeure_revenue_npai_repart_a_la_nouvelle_adresse() -> None:
    atelier = revenue_npai()
    question = atelier.agir()
    assert isinstance(question, DemanderAdresse)
    verifier(atelier)
    action = atelier.agir()
    assert isinstance(action, DemanderApprobation)
    assert action.envoi.prepare.cle == "mise-en-demeure:lrar:2"
    assert "8 quai du Vide" in action.envoi.prepare.destinataire
    assert "rien n'a changé" in verifier(atelier)
    poster(atelier, "1A 000 000 0000 8", IssuePli.DISTRIBUE)
    attente = atelier.agir()
    assert isinstance(attente, Attendre)
    assert attente.libelle.startswith("Délai de la mise en demeure jusqu'au")


def test_l_adresse_confirmee_apres_un_npai_renvoie_a_la_meme_chaque_fois_qu_il_revient() -> None:
    atelier = revenue_npai()
    verifier(atelier, ANCIENNE)
    action = atelier.agir()
    assert isinstance(action, DemanderApprobation)
    assert "2 rue du Néant" in action.envoi.prepare.destinataire
    poster(atelier, "1A 000 000 0000 8", IssuePli.NPAI)
    assert isinstance(atelier.agir(), DemanderAdresse)
    assert "Adresse enregistrée" in verifier(atelier, ANCIENNE), "le même formulaire répond au second retour"
    assert isinstance(atelier.agir(), DemanderApprobation)


def sans_siren(adresse: Adresse = ANCIENNE) -> Debiteur:
    return debiteur(siren=None, adresse=adresse)


def test_un_debiteur_sans_siren_garde_son_groupe_apres_son_demenagement() -> None:
    """The key that groups his creances was drawn from the old address."""
    atelier = Atelier()
    un, deux = (f.model_copy(update={"debiteur": sans_siren()}) for f in deux_factures())
    atelier.importer(un, deux)
    verifier(atelier)
    assert sans_siren(NOUVELLE).cle != atelier.etat("FA-1").debiteur == sans_siren().cle
    assert "sur 2 créances" in verifier(atelier, AUTRE, "FA-2")
    assert [adresse(atelier, creance) for creance in DEUX] == [AUTRE, AUTRE]
    atelier.aller(date(2026, 6, 11), *DEUX)
    assert atelier.etat("FA-2").envois_de("relance-1")[-1].prepare.groupe == DEUX


@pytest.mark.parametrize("rivale", DEUX)
def test_deux_qui_ecrivent_ensemble_n_en_perdent_aucun(rivale: str) -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    atelier.journal.avant_ajout.append(lambda: _payer(atelier, rivale))
    verifier(atelier)
    assert atelier.etat(rivale).paiements != ()
    assert [adresse(atelier, creance) for creance in DEUX] == [NOUVELLE, NOUVELLE]
    for creance in DEUX:
        assert len(contenus(atelier, creance, AdresseVerifiee)) == 1


def test_un_conflit_sans_fin_est_dit_et_n_ecrit_rien() -> None:
    """The address never gets in: each time, a payment does first."""
    atelier = Atelier()
    atelier.importer(*deux_factures())

    def rival() -> None:
        _payer(atelier, "FA-2")
        atelier.journal.avant_ajout.append(rival)

    atelier.journal.avant_ajout.append(rival)
    with pytest.raises(ConflitJournal):
        verifier(atelier)
    assert len(atelier.etat("FA-2").paiements) == ESSAIS
    assert contenus(atelier, "FA-1", AdresseVerifiee) == []


def _payer(atelier: Atelier, creance: str) -> None:
    rang = len(atelier.etat(creance).paiements)
    atelier.payer("1", creance, f"VIR-{rang}")


def test_deux_adresses_a_la_fois_la_derniere_ecrite_compte() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    atelier.journal.avant_ajout.append(lambda: _autre_personne(atelier))
    verifier(atelier)
    assert [adresse(atelier, creance) for creance in DEUX] == [NOUVELLE, NOUVELLE]
    assert [v.adresse for v in contenus(atelier, "FA-2", AdresseVerifiee)] == [AUTRE, NOUVELLE]


def _autre_personne(atelier: Atelier) -> None:
    verifier(atelier, AUTRE, "FA-2", source="Appel", par="Luc")


def test_close_entre_temps_la_creance_ne_recoit_rien() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    atelier.journal.avant_ajout.append(lambda: _abandonner(atelier))
    assert "sur 1 créance de" in verifier(atelier)
    assert adresse(atelier, "FA-2") == ANCIENNE


def _abandonner(atelier: Atelier) -> None:
    saisies.abandonner(atelier.outils, "FA-2", "Geste commercial", auteur="essai")
