"""Registered letters: their deposit and what became of them, as people record them."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dossier.core.chronologie import chronologie
from dossier.core.creance import Facture
from dossier.core.decision import Attendre, DemanderAppel, DemanderApprobation
from dossier.core.errors import DonneeInvalide, DossierError, ErreurEnvoi, JournalAltere, RemiseIncertaine
from dossier.core.etat import Envoi
from dossier.core.faits import (
    AccuseRecu,
    Decision,
    EnvoiRetire,
    EvenementPli,
    Fait,
    IssuePli,
    PliDepose,
    ResultatAppel,
    Sens,
    SourceAccuse,
    SuiviRecu,
)
from dossier.core.numeros import numero_de_pli
from dossier.core.plis import accuse_du_transporteur
from dossier.services import saisies
from dossier.services.assemblage import assembler
from dossier.services.creances import consigner
from dossier.services.plis import accuse, retirer
from dossier.services.suites import attente_de
from tests.core.vie import archive, debiteur, facture, standard
from tests.fakes import RecommandeFactice, tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures

RAPPEL, DEMEURE = "1A 000 000 0000 1", "1A 000 000 0000 2"
IMPRIME = date(2026, 7, 11)
AVIS = tiny_pdf("avis")
CLE = "avant-contentieux:lrar"


def au_rappel(jour: date = IMPRIME, *factures: Facture, **outils: Any) -> Atelier:
    """Up to that day, the call made; the last reminder is written on 11 July 2026."""
    neuf = Atelier(**outils)
    neuf.importer(*(factures or (facture(),)))
    creances = [f.creance for f in factures] or ["FA-1"]
    neuf.aller(date(2026, 6, 24), *creances)
    for creance in creances:
        assert isinstance(neuf.action(creance), DemanderAppel)
        saisies.appel(neuf.outils, creance, ResultatAppel.SANS_SUITE, "Moi", auteur="essai")
    neuf.aller(jour, *creances)
    return neuf


@pytest.fixture
def atelier() -> Atelier:
    """The last reminder is printed, on 11 July 2026."""
    return au_rappel()


def rappel(atelier: Atelier, creance: str = "FA-1") -> Envoi:
    """The last reminder, as it was last written by registered letter."""
    return [e for e in atelier.etat(creance).envois_de("avant-contentieux") if e.prepare.canal == "lrar"][-1]


def suivi(sens: Sens, definitif: bool = False) -> SuiviRecu:
    """What the carrier says of the last reminder, on 15 July 2026."""
    instant = datetime(2026, 7, 15, 9, tzinfo=UTC)
    evenement = EvenementPli(code="X", libelle="Mot du transporteur", instant=instant, sens=sens)
    return SuiviRecu(
        cle=CLE,
        transporteur="La Poste",
        evenements=(evenement,),
        definitif=definitif,
        reponse=archive(),
        jour=date(2026, 7, 15),
    )


def deposer(
    atelier: Atelier, numero: str = RAPPEL, jour: date = IMPRIME, preuve: bytes | None = None, etape: str = ""
) -> str:
    return saisies.depot(atelier.outils, "FA-1", numero, jour, auteur="essai", preuve=preuve, etape=etape)


def recevoir(
    atelier: Atelier,
    issue: IssuePli = IssuePli.DISTRIBUE,
    jour: date | None = None,
    presente: date | None = None,
    preuve: bytes | None = None,
    **lequel: str,
) -> str:
    return saisies.accuse(
        atelier.outils,
        "FA-1",
        issue,
        jour or atelier.clock.jour(),
        auteur="essai",
        premiere_presentation=presente,
        preuve=preuve,
        **lequel,
    )


def a_la_demeure(atelier: Atelier, *, approuvee: bool = True) -> None:
    """The reminder is deposited; the mise en demeure is ready, on 31 July 2026."""
    deposer(atelier)
    atelier.aller(date(2026, 7, 31))
    assert isinstance(atelier.action(), DemanderApprobation)
    if approuvee:
        saisies.repondre(atelier.outils, "FA-1", Decision.APPROUVER, "Moi", auteur="essai")
        atelier.agir()


@pytest.mark.parametrize("texte", ["", "12345", "1A1234567890", "1A123456789012", "1A١٢٣٤٥٦٧٨٩٠١"])
def test_un_numero_mal_forme_est_refuse_avec_un_exemple(atelier: Atelier, texte: str) -> None:
    with pytest.raises(DonneeInvalide, match="1A 123 456 7890 1"):
        deposer(atelier, texte)


def test_sans_recommande_etabli_le_depot_est_refuse() -> None:
    atelier = Atelier(IMPRIME)
    atelier.importer(facture())
    with pytest.raises(DonneeInvalide, match="Aucune lettre recommandée n'est établie sur FA-1"):
        deposer(atelier)


def test_sur_une_etape_sans_recommande_le_depot_est_refuse(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="pour l'étape « mise-en-demeure »"):
        deposer(atelier, etape="mise-en-demeure")


def test_une_lettre_qui_attend_son_accord_ne_peut_pas_etre_deposee(atelier: Atelier) -> None:
    a_la_demeure(atelier, approuvee=False)
    with pytest.raises(DonneeInvalide, match="pas encore prêt à poster"):
        deposer(atelier, DEMEURE, date(2026, 7, 31))


@pytest.mark.parametrize(
    ("jour", "refus"),
    [
        (date(2026, 7, 10), "n'a pas pu être déposé avant"),
        (IMPRIME, ""),
        (date(2026, 7, 12), "dans le futur"),
    ],
)
def test_un_depot_n_est_ni_avant_la_lettre_ni_dans_le_futur(atelier: Atelier, jour: date, refus: str) -> None:
    if refus:
        with pytest.raises(DonneeInvalide, match=refus):
            deposer(atelier, jour=jour)
    else:
        assert "enregistré sur FA-1" in deposer(atelier, jour=jour)


@pytest.mark.parametrize(
    ("jour", "dit"),
    [
        (date(2026, 7, 11), ""),
        (date(2026, 7, 12), "Attention, le 12 juillet 2026 est un dimanche : les guichets"),
        (date(2026, 7, 13), ""),
        (date(2026, 7, 14), "Attention, le 14 juillet 2026 est un jour férié : les guichets"),
    ],
)
def test_un_depot_le_dimanche_ou_un_jour_ferie_est_enregistre_et_signale(jour: date, dit: str) -> None:
    atelier = au_rappel(date(2026, 7, 15))
    reponse = deposer(atelier, jour=jour)
    assert ("Attention" in reponse) is bool(dit)
    assert dit in reponse
    depot = rappel(atelier).depot
    assert depot is not None and depot.jour == jour
    assert "Attention" not in deposer(atelier, jour=jour), "rien n'a changé"


def test_le_meme_depot_deux_fois_ne_change_rien(atelier: Atelier) -> None:
    deposer(atelier, preuve=AVIS)
    avant = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in deposer(atelier, preuve=AVIS)
    assert "rien n'a changé" in deposer(atelier), "sans la preuve non plus"
    assert atelier.journal.lire("FA-1") == avant


def test_la_preuve_peut_venir_plus_tard_et_la_date_se_corriger(atelier: Atelier) -> None:
    deposer(atelier)
    deposer(atelier, preuve=AVIS)
    atelier.clock.regler(date(2026, 7, 13))
    deposer(atelier, jour=date(2026, 7, 13))
    depot = atelier.etat().envois["avant-contentieux:lrar"].depot
    assert depot is not None
    assert (depot.jour, depot.preuve is not None) == (date(2026, 7, 13), True)


def test_un_mauvais_pdf_se_remplace_en_enregistrant_de_nouveau(atelier: Atelier) -> None:
    bon = tiny_pdf("le bon")
    deposer(atelier, preuve=AVIS)
    deposer(atelier, preuve=bon)
    recevoir(atelier, preuve=AVIS)
    recevoir(atelier, preuve=bon)
    envoi = rappel(atelier)
    assert envoi.depot is not None
    assert envoi.accuse is not None
    archives = [envoi.depot.preuve, envoi.accuse.preuve]
    assert [archive and archive.empreinte for archive in archives] == [hashlib.sha256(bon).hexdigest()] * 2


def test_la_date_ne_se_corrige_plus_une_fois_l_issue_connue(atelier: Atelier) -> None:
    deposer(atelier)
    atelier.clock.regler(date(2026, 7, 14))
    recevoir(atelier)
    with pytest.raises(DonneeInvalide, match="est déjà déposé, sous le n° 1A00000000001 le 11 juillet 2026"):
        deposer(atelier, jour=date(2026, 7, 13))
    assert "enregistré" in deposer(atelier, preuve=AVIS), "la preuve, elle, peut toujours venir"


def test_un_numero_mal_saisi_se_corrige_tant_que_l_issue_n_est_pas_connue(atelier: Atelier) -> None:
    deposer(atelier, DEMEURE, preuve=AVIS)
    assert deposer(atelier) == (
        "Dépôt du recommandé n° 1A00000000001 le 11 juillet 2026 enregistré sur FA-1, à la place du "
        "n° 1A00000000002."
    )
    depot = rappel(atelier).depot
    assert depot is not None
    assert (depot.numero, depot.preuve is not None) == ("1A00000000001", True)
    recevoir(atelier)
    with pytest.raises(DonneeInvalide, match="sous le n° 1A00000000001 le 11 juillet 2026, et son issue est"):
        deposer(atelier, DEMEURE)


def test_le_dernier_mot_du_transporteur_fige_la_date_du_depot(atelier: Atelier) -> None:
    deposer(atelier)
    consigner(atelier.outils, "FA-1", lambda _: [suivi(Sens.RETOURNE, definitif=True)], auteur="ronde")
    atelier.clock.regler(date(2026, 7, 13))
    with pytest.raises(DonneeInvalide, match="son dépôt ne se corrige plus"):
        deposer(atelier, jour=date(2026, 7, 13))


def test_un_numero_mal_saisi_se_corrige_meme_si_le_transporteur_a_dit_distribue(atelier: Atelier) -> None:
    """The number typed was that of a stranger's letter: what was told of it is taken back."""
    deposer(atelier)
    distribue = accuse_du_transporteur(rappel(atelier), suivi(Sens.DISTRIBUE).evenements, "1A00000000001")
    assert distribue is not None
    ecrits = [suivi(Sens.DISTRIBUE, definitif=True), distribue]
    consigner(atelier.outils, "FA-1", lambda _: ecrits, auteur="ronde")
    assert "à la place du n° 1A00000000001" in deposer(atelier, DEMEURE)
    assert (rappel(atelier).suivi, rappel(atelier).accuse) == (None, None)


def test_le_doute_leve_chez_un_transporteur_garde_un_numero_lisible() -> None:
    atelier = dans_le_doute()
    for illisible in ("x" * 65, "a\nb,c/../d", "\u202e<b>"):
        with pytest.raises(DonneeInvalide, match="ni une référence d'envoi"):
            deposer(atelier, illisible)
    deposer(atelier, "1a 000 000 0000 7")
    depot = rappel(atelier).depot
    assert depot is not None
    assert depot.numero == "1A00000000007"


def test_une_issue_changee_apres_le_scellement_se_dit_dans_la_reponse_et_dans_la_suite() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.jusqu_au_dossier()
    assembler(atelier.outils, "FA-1", auteur="essai")
    jour = atelier.clock.jour()
    phrase = accuse(atelier.outils, "FA-1", IssuePli.NPAI, jour, premiere_presentation=jour, auteur="essai")
    assert "ne déposez pas la requête" in phrase
    suite = attente_de(atelier.outils, atelier.etat())
    assert suite.libelle.startswith("Issue de la mise en demeure changée")
    assert suite.a_faire


def test_le_numero_d_un_autre_pli_est_refuse(atelier: Atelier) -> None:
    a_la_demeure(atelier)
    with pytest.raises(DonneeInvalide, match="déjà celui du recommandé « Dernier rappel avant contentieux »"):
        deposer(atelier, RAPPEL, date(2026, 7, 31))
    assert "enregistré" in deposer(atelier, DEMEURE, date(2026, 7, 31))


def test_une_preuve_qui_n_est_pas_un_pdf_est_refusee_avant_d_etre_gardee(atelier: Atelier) -> None:
    avant = set(atelier.store.documents)
    with pytest.raises(DossierError, match="PDF"):
        deposer(atelier, preuve=b"photo")
    assert set(atelier.store.documents) == avant


def test_un_avis_avant_le_depot_dit_son_numero(atelier: Atelier) -> None:
    for lequel in ({}, {"etape": "avant-contentieux"}):
        with pytest.raises(DonneeInvalide, match="ou donnez le numéro porté sur l'avis"):
            recevoir(atelier, **lequel)
    with pytest.raises(DonneeInvalide, match="1A 123 456 7890 1"):
        recevoir(atelier, numero="12345")
    assert "Enregistrée" in recevoir(atelier, numero=RAPPEL)
    accuse = rappel(atelier).accuse
    assert accuse is not None
    assert accuse.numero == "1A00000000001"
    attente = atelier.agir()
    assert isinstance(attente, Attendre)
    assert attente.libelle == "Dépôt à enregistrer, l'avis est déjà là : Dernier rappel avant contentieux"


def test_le_depot_qui_suit_l_avis_porte_le_meme_numero(atelier: Atelier) -> None:
    recevoir(atelier, numero=DEMEURE)
    with pytest.raises(DonneeInvalide, match="L'avis déjà enregistré porte le n° 1A00000000002 : le recom"):
        deposer(atelier, RAPPEL)
    recevoir(atelier, numero=RAPPEL)
    assert "enregistré sur FA-1" in deposer(atelier, RAPPEL), "l'avis corrigé, le dépôt passe"


@pytest.mark.parametrize(("depose", "refus"), [(13, ""), (14, "a été présenté le 13 juillet 2026")])
def test_le_depot_qui_suit_l_avis_ne_suit_pas_la_presentation(
    atelier: Atelier, depose: int, refus: str
) -> None:
    atelier.clock.regler(date(2026, 7, 15))
    recevoir(atelier, IssuePli.REFUSE, date(2026, 7, 14), date(2026, 7, 13), numero=RAPPEL)
    jour = date(2026, 7, depose)
    if refus:
        with pytest.raises(DonneeInvalide, match=refus):
            deposer(atelier, jour=jour)
    else:
        deposer(atelier, jour=jour)
        envoi = rappel(atelier)
        assert envoi.depart == jour
        assert envoi.accuse is not None
        assert envoi.accuse.issue is IssuePli.REFUSE


@pytest.mark.parametrize(("jour", "refus"), [(IMPRIME, ""), (IMPRIME - UN_JOUR, "précède la date de la let")])
def test_un_avis_avant_le_depot_ne_precede_pas_la_lettre(atelier: Atelier, jour: date, refus: str) -> None:
    if refus:
        with pytest.raises(DonneeInvalide, match=refus):
            recevoir(atelier, jour=jour, numero=RAPPEL)
    else:
        assert "Enregistrée" in recevoir(atelier, jour=jour, numero=RAPPEL)


def test_une_lettre_pas_encore_imprimee_ne_recoit_pas_d_avis(atelier: Atelier) -> None:
    a_la_demeure(atelier, approuvee=False)
    with pytest.raises(DonneeInvalide, match="n° 1A00000000002 de FA-1 n'a pas de dépôt enregistré"):
        recevoir(atelier, numero=DEMEURE)


def test_un_avis_se_tient_entre_le_depot_et_aujourd_hui(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 7, 15))
    deposer(atelier, jour=date(2026, 7, 13))
    with pytest.raises(DonneeInvalide, match="précède le dépôt du pli"):
        recevoir(atelier, jour=date(2026, 7, 12))
    with pytest.raises(DonneeInvalide, match="dans le futur"):
        recevoir(atelier, jour=date(2026, 7, 16))
    with pytest.raises(DonneeInvalide, match="ne peut pas suivre l'issue"):
        recevoir(atelier, jour=date(2026, 7, 14), presente=date(2026, 7, 15))
    assert "distribué le 13 juillet" in recevoir(atelier, jour=date(2026, 7, 13)), "le jour même du dépôt"


@pytest.mark.parametrize("issue", [IssuePli.REFUSE, IssuePli.AVISE_NON_RECLAME, IssuePli.NPAI])
def test_un_pli_non_distribue_dit_sa_premiere_presentation(atelier: Atelier, issue: IssuePli) -> None:
    deposer(atelier)
    with pytest.raises(DonneeInvalide, match="date de première présentation"):
        recevoir(atelier, issue)
    assert "Enregistrée" in recevoir(atelier, issue, presente=IMPRIME)


def test_le_meme_avis_deux_fois_ne_change_rien_et_une_correction_s_ajoute(atelier: Atelier) -> None:
    deposer(atelier)
    recevoir(atelier, preuve=AVIS)
    avant = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in recevoir(atelier, preuve=AVIS)
    assert "rien n'a changé" in recevoir(atelier), "sans la preuve non plus"
    assert atelier.journal.lire("FA-1") == avant
    recevoir(atelier, IssuePli.REFUSE, presente=IMPRIME)
    accuse = atelier.etat().envois["avant-contentieux:lrar"].accuse
    assert accuse is not None
    assert (accuse.issue, accuse.preuve) == (IssuePli.REFUSE, None), (
        "la preuve d'une autre issue n'en est pas une"
    )


def test_l_avis_tardif_du_rappel_ne_touche_pas_la_mise_en_demeure_pas_encore_deposee(
    atelier: Atelier,
) -> None:
    a_la_demeure(atelier)
    recevoir(atelier)
    assert atelier.etat().envois["avant-contentieux:lrar"].accuse is not None
    assert atelier.etat().envois["mise-en-demeure:lrar"].accuse is None


def test_entre_deux_plis_deposes_le_numero_ou_l_etape_dit_lequel(atelier: Atelier) -> None:
    a_la_demeure(atelier)
    deposer(atelier, DEMEURE, date(2026, 7, 31))
    atelier.clock.regler(date(2026, 8, 3))
    recevoir(atelier, numero=RAPPEL)
    assert atelier.etat().envois["mise-en-demeure:lrar"].accuse is None
    recevoir(atelier, IssuePli.NPAI, presente=atelier.clock.jour() - UN_JOUR, etape="mise-en-demeure")
    demeure = atelier.etat().envois["mise-en-demeure:lrar"].accuse
    assert demeure is not None
    assert demeure.issue is IssuePli.NPAI
    recevoir(atelier)
    dernier = atelier.etat().envois["mise-en-demeure:lrar"].accuse
    assert dernier is not None
    assert dernier.issue is IssuePli.DISTRIBUE, "à défaut, le dernier déposé"
    with pytest.raises(DonneeInvalide, match="n° 1A00000000009 de FA-1 n'a pas de dépôt enregistré"):
        recevoir(atelier, numero="1A00000000009")


def test_le_numero_d_un_pli_d_une_autre_facture_du_debiteur_est_refuse() -> None:
    seul = standard().model_copy(update={"regrouper": False})
    atelier = au_rappel(IMPRIME, *deux_factures(), scenarios={"standard": seul})
    assert rappel(atelier).prepare.cle == rappel(atelier, "FA-2").prepare.cle, "deux lettres, une même clé"
    saisies.depot(atelier.outils, "FA-2", RAPPEL, IMPRIME, auteur="essai")
    with pytest.raises(DonneeInvalide, match="contentieux » de FA-2 : vérifiez le numéro"):
        deposer(atelier, RAPPEL)
    with pytest.raises(DonneeInvalide, match="contentieux » de FA-2 : vérifiez le numéro"):
        recevoir(atelier, numero=RAPPEL)
    assert "enregistré" in deposer(atelier, DEMEURE)


def deux_debiteurs() -> Atelier:
    """A printed letter to each of two debtors."""
    autre = debiteur(denomination="Autre Débiteur SARL", siren="000000018")
    return au_rappel(IMPRIME, facture(numero="FA-1"), facture(numero="FA-2", debiteur=autre))


def test_le_numero_d_un_pli_d_un_autre_debiteur_est_refuse_avec_sa_facture() -> None:
    atelier = deux_debiteurs()
    assert atelier.etat("FA-1").debiteur != atelier.etat("FA-2").debiteur
    saisies.depot(atelier.outils, "FA-2", RAPPEL, IMPRIME, auteur="essai")
    avant = atelier.journal.lire("FA-1")
    for geste in (lambda: deposer(atelier, RAPPEL), lambda: recevoir(atelier, numero=RAPPEL)):
        with pytest.raises(DonneeInvalide) as leve:
            geste()
        dit = str(leve.value)
        assert (
            dit.startswith(f"Le n° {numero_de_pli(RAPPEL)} est déjà celui du recommandé « ")
            and "» de FA-2 :" in dit
        )
        assert "Si c'est celui de FA-2 qui est faux, corrigez-le d'abord." in dit
    assert atelier.journal.lire("FA-1") == avant
    saisies.depot(atelier.outils, "FA-2", DEMEURE, IMPRIME, auteur="essai")
    assert "enregistré" in deposer(atelier, RAPPEL), "corrigé sur FA-2, le numéro redevient libre"


def test_un_avis_avant_le_depot_prend_aussi_son_numero_pour_tous() -> None:
    atelier = deux_debiteurs()
    atelier.clock.regler(IMPRIME + UN_JOUR)
    saisies.accuse(
        atelier.outils, "FA-2", IssuePli.DISTRIBUE, atelier.clock.jour(), auteur="essai", numero=RAPPEL
    )
    with pytest.raises(DonneeInvalide, match="» de FA-2 : vérifiez le numéro"):
        deposer(atelier, RAPPEL)
    assert "enregistré" in deposer(atelier, DEMEURE)


def test_seules_les_creances_qui_citent_le_numero_sont_lues_et_une_alteree_n_arrete_rien() -> None:
    atelier = deux_debiteurs()
    autres = [facture(numero=f"FA-{n}") for n in range(3, 8)]
    atelier.importer(*autres)
    atelier.payer("1", "FA-2", numero_de_pli(RAPPEL))
    lues: list[str] = []
    lire = atelier.journal.lire

    def compter(creance: str) -> tuple[Fait, ...]:
        lues.append(creance)
        if creance == "FA-2":
            raise JournalAltere("altéré")
        return lire(creance)

    atelier.journal.lire = compter  # type: ignore[method-assign]
    assert "enregistré" in deposer(atelier, RAPPEL), "une référence de paiement n'est pas un recommandé"
    assert set(lues) == {"FA-1", "FA-2"}


def test_le_numero_d_un_pli_commun_se_redit_sur_chacune_de_ses_factures() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    deposer(atelier)
    avant = atelier.journal.lire("FA-2")
    assert "rien n'a changé" in saisies.depot(atelier.outils, "FA-2", RAPPEL, IMPRIME, auteur="essai")
    assert atelier.journal.lire("FA-2") == avant
    saisies.depot(atelier.outils, "FA-2", RAPPEL, IMPRIME, auteur="essai", preuve=AVIS)
    depot = rappel(atelier).depot
    assert depot is not None
    assert depot.preuve is not None, "la preuve vaut pour les deux"


def test_une_creance_close_garde_encore_le_depot_et_l_issue_de_sa_lettre(atelier: Atelier) -> None:
    """The payment came while the letter was under way."""
    atelier.payer("1000")
    atelier.agir()
    assert atelier.etat().fin is not None
    deposer(atelier, preuve=AVIS)
    recevoir(atelier)
    envoi = rappel(atelier)
    assert envoi.depot is not None
    assert envoi.accuse is not None
    assert type(atelier.agir()).__name__ == "Terminer"


def test_une_personne_confirme_son_propre_mot_contre_celui_du_transporteur(atelier: Atelier) -> None:
    deposer(atelier)
    atelier.clock.regler(date(2026, 7, 20))
    recevoir(atelier, jour=date(2026, 7, 14))
    consigner(atelier.outils, "FA-1", lambda _: [suivi(Sens.RETOURNE)], auteur="ronde")
    assert rappel(atelier).contredit
    assert "Enregistrée" in recevoir(atelier, jour=date(2026, 7, 14))
    assert not rappel(atelier).contredit
    assert "rien n'a changé" in recevoir(atelier, jour=date(2026, 7, 14))


def test_l_avis_d_un_transporteur_se_corrige_sous_son_propre_numero(atelier: Atelier) -> None:
    depose = PliDepose(cle=CLE, numero="4711", jour=IMPRIME)
    dit = AccuseRecu(
        cle=CLE,
        issue=IssuePli.NPAI,
        premiere_presentation=IMPRIME,
        jour=IMPRIME,
        source=SourceAccuse.TRANSPORTEUR,
    )
    consigner(atelier.outils, "FA-1", lambda _: [depose, dit], auteur="ronde")
    recevoir(atelier, numero="4711")
    accuse = rappel(atelier).accuse
    assert accuse is not None
    assert (accuse.issue, accuse.numero) == (IssuePli.DISTRIBUE, "4711")


# Taken back before it leaves.


def test_une_lettre_retiree_sort_du_bac_et_se_recrit(atelier: Atelier) -> None:
    premiere = rappel(atelier)
    nom = "2026-07-11_FA-1_avant-contentieux_lrar"
    assert f"{nom}.pdf" in atelier.poste.plis
    atelier.clock.regler(date(2026, 7, 13))
    phrase = retirer(atelier.outils, "FA-1", "Mauvais interlocuteur", auteur="essai")
    assert phrase == (
        "Le recommandé « Dernier rappel avant contentieux » de FA-1 est retiré (sorti du bac : s'il est déjà "
        "imprimé, détruisez l'exemplaire) ; la lettre sera établie à nouveau."
    )
    assert f"{nom}.pdf" not in atelier.poste.plis
    attente = atelier.agir()
    seconde = rappel(atelier)
    assert (premiere.prepare.cle, seconde.prepare.cle) == (CLE, f"{CLE}:2")
    assert seconde.prepare.jour == date(2026, 7, 13)
    assert "2026-07-13_FA-1_avant-contentieux_lrar_2.pdf" in atelier.poste.plis
    assert isinstance(attente, Attendre)
    assert attente.libelle == "LRAR à déposer : Dernier rappel avant contentieux"
    deposer(atelier, jour=date(2026, 7, 13))
    assert atelier.etat().envois[CLE].depot is None, "le dépôt est celui de la lettre qui reste"
    assert rappel(atelier).depot is not None
    dits = [e.libelle for e in chronologie(atelier.journal.lire("FA-1"))]
    assert "Dernier rappel avant contentieux : document repris, Mauvais interlocuteur" in dits


def test_une_mise_en_demeure_retiree_est_de_nouveau_soumise_a_approbation(atelier: Atelier) -> None:
    a_la_demeure(atelier)
    retirer(atelier.outils, "FA-1", "Erreur dans le décompte", auteur="essai")
    action = atelier.agir()
    assert isinstance(action, DemanderApprobation)
    assert action.envoi.prepare.cle == "mise-en-demeure:lrar:2"


def test_un_pli_commun_se_retire_une_fois_pour_toutes_ses_factures() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    (nom,) = [nom for nom in atelier.poste.plis if "lrar" in nom]
    phrase = retirer(atelier.outils, "FA-2", "Erreur", auteur="essai")
    assert "sorti du bac" in phrase
    assert nom not in atelier.poste.plis, "le bac le tient sous le nom de la facture qui mène"
    for creance in ("FA-1", "FA-2"):
        assert rappel(atelier, creance).retire is not None
    atelier.aller(IMPRIME, "FA-1", "FA-2")
    assert rappel(atelier).prepare.groupe == ("FA-1", "FA-2")
    assert rappel(atelier).prepare.cle == rappel(atelier, "FA-2").prepare.cle


def test_une_lettre_deja_prise_dans_le_bac_est_a_detruire(atelier: Atelier) -> None:
    atelier.poste.imprimer()
    phrase = retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    assert "absent du bac : détruisez l'exemplaire imprimé" in phrase


def test_le_meme_retrait_deux_fois_n_en_fait_qu_un(atelier: Atelier) -> None:
    retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    atelier.agir()
    avant = atelier.journal.lire("FA-1")
    assert "avait déjà été retiré" in retirer(atelier.outils, "FA-1", " Erreur ", auteur="essai")
    assert atelier.journal.lire("FA-1") == avant, "la lettre récrite depuis n'est pas touchée"
    assert "est retiré" in retirer(atelier.outils, "FA-1", "Autre erreur", auteur="essai")
    assert rappel(atelier).retire is not None


def test_le_meme_motif_vaut_un_autre_jour_pour_la_lettre_imprimee_depuis(atelier: Atelier) -> None:
    retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    atelier.clock.regler(IMPRIME + UN_JOUR)
    assert "avait déjà été retiré" in retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    atelier.agir()
    assert "est retiré" in retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    assert [f.contenu.cle for f in atelier.journal.lire("FA-1") if isinstance(f.contenu, EnvoiRetire)] == [
        CLE,
        f"{CLE}:2",
    ]


def test_un_bac_inaccessible_laisse_finir_le_retrait_plus_tard(atelier: Atelier) -> None:
    atelier.poste.en_panne = True
    with pytest.raises(ErreurEnvoi):
        retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    atelier.poste.en_panne = False
    assert any(CLE.replace(":", "_") in nom for nom in atelier.poste.plis)
    retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    assert not any(CLE.replace(":", "_") in nom for nom in atelier.poste.plis)
    assert len([f for f in atelier.journal.lire("FA-1") if isinstance(f.contenu, EnvoiRetire)]) == 1


def test_sur_une_creance_close_la_lettre_retiree_n_est_pas_remplacee(atelier: Atelier) -> None:
    atelier.payer("1000")
    atelier.agir()
    phrase = retirer(atelier.outils, "FA-1", "Payée", auteur="essai")
    assert phrase.endswith("; la créance est close.")
    atelier.agir()
    assert rappel(atelier).retire is not None
    assert len(atelier.etat().envois_de("avant-contentieux")) == 1


def test_une_lettre_partie_ou_pas_encore_imprimee_ne_se_retire_pas(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="Indiquez le motif du retrait"):
        retirer(atelier.outils, "FA-1", " ", auteur="essai")
    recevoir(atelier, numero=RAPPEL)
    with pytest.raises(DonneeInvalide, match="L'avis du recommandé « Dernier rappel avant contentieux » de"):
        retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    deposer(atelier)
    with pytest.raises(DonneeInvalide, match="est déposé depuis le 11 juillet 2026 : il est parti"):
        retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    atelier.aller(date(2026, 7, 31))
    with pytest.raises(DonneeInvalide, match="n'est pas encore imprimé : refusez-le à son approbation"):
        retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
    assert not any(isinstance(f.contenu, EnvoiRetire) for f in atelier.journal.lire("FA-1"))


# A carrier that sends by itself.


@pytest.mark.parametrize(("attente", "refus"), [(4, "annulez-le auprès de lui"), (5, "")])
def test_une_lettre_confiee_ne_se_retire_que_si_elle_n_est_pas_deposee_a_temps(
    attente: int, refus: str
) -> None:
    atelier = au_rappel(recommande=RecommandeFactice())
    atelier.clock.regler(IMPRIME + attente * UN_JOUR)
    if refus:
        with pytest.raises(DonneeInvalide, match=refus) as error:
            retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
        assert "16 juillet 2026" in str(error.value)
    else:
        phrase = retirer(atelier.outils, "FA-1", "Erreur", auteur="essai")
        assert "(assurez-vous que Transporteur d'essai ne l'enverra pas)" in phrase


def test_une_lettre_que_son_transporteur_a_rejetee_se_retire_aussitot() -> None:
    atelier = au_rappel(recommande=RecommandeFactice())
    consigner(atelier.outils, "FA-1", lambda _: [suivi(Sens.INCIDENT, definitif=True)], auteur="ronde")
    assert "est retiré" in retirer(atelier.outils, "FA-1", "Rejetée", auteur="essai")
    atelier.agir()
    assert rappel(atelier).prepare.cle == f"{CLE}:2"


def dans_le_doute() -> Atelier:
    """The carrier cannot say whether it holds the last reminder."""
    recommande = RecommandeFactice()
    recommande.refus = [RemiseIncertaine("Rien ne dit que la lettre est partie : cherchez-la.")]
    atelier = au_rappel(IMPRIME - UN_JOUR, recommande=recommande)
    atelier.clock.regler(IMPRIME)
    atelier.agir()
    return atelier


def test_dans_le_doute_une_personne_enregistre_le_depot_et_rien_ne_repart() -> None:
    atelier = dans_le_doute()
    deposer(atelier)
    assert rappel(atelier).depart == IMPRIME
    atelier.aller(IMPRIME + 3 * UN_JOUR)
    recommande = atelier.outils.recommande
    assert isinstance(recommande, RecommandeFactice)
    assert recommande.lettres == {}


def test_dans_le_doute_une_personne_retire_la_lettre_et_elle_se_recrit() -> None:
    atelier = dans_le_doute()
    phrase = retirer(atelier.outils, "FA-1", "Absente de l'espace du transporteur", auteur="essai")
    assert "remise jamais confirmée : assurez-vous qu'aucun transporteur ne l'a pris" in phrase
    atelier.agir()
    recommande = atelier.outils.recommande
    assert isinstance(recommande, RecommandeFactice)
    assert list(recommande.lettres) == ["2026-07-11_FA-1_avant-contentieux_lrar_2"]


def test_l_avis_deja_donne_reste_la_preuve_quand_une_personne_confirme_contre_le_transporteur(
    atelier: Atelier,
) -> None:
    deposer(atelier)
    atelier.clock.regler(date(2026, 7, 20))
    recevoir(atelier, jour=date(2026, 7, 14), preuve=AVIS)
    npai = AccuseRecu(
        cle=CLE,
        issue=IssuePli.NPAI,
        premiere_presentation=date(2026, 7, 15),
        jour=date(2026, 7, 15),
        source=SourceAccuse.TRANSPORTEUR,
    )
    consigner(atelier.outils, "FA-1", lambda _: [npai], auteur="ronde")
    assert rappel(atelier).contredit
    recevoir(atelier, jour=date(2026, 7, 14))
    accuse_ = rappel(atelier).accuse
    assert accuse_ is not None and accuse_.issue is IssuePli.DISTRIBUE
    assert accuse_.preuve is not None, "l'avis de réception ne quitte pas le dossier"
    recevoir(atelier, issue=IssuePli.REFUSE, jour=date(2026, 7, 16), presente=date(2026, 7, 15))
    refus_ = rappel(atelier).accuse
    assert refus_ is not None and refus_.preuve is None, "l'avis ne prouve que ce qu'il dit"
