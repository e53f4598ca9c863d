"""What carriers say of letters: asked only when it can change something, recorded and timestamped once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dossier.core.dates import debut_du_jour
from dossier.core.decision import DemanderAdresse
from dossier.core.etat import Envoi
from dossier.core.faits import (
    AccuseRecu,
    EvenementPli,
    GenreScan,
    IssuePli,
    PliDepose,
    ScanRecu,
    Sens,
    SourceAccuse,
    SuiviRecu,
)
from dossier.core.ports import DocumentDePli, Nouvelles
from dossier.core.releve_postal import ABANDON
from dossier.services import saisies
from dossier.services.creances import consigner
from dossier.services.suivi_postal import Bilan, relever
from tests.core.vie import debiteur, facture, standard
from tests.fakes import RecommandeFactice, SuiviFactice, tiny_pdf
from tests.services.atelier import UN_JOUR, deux_factures
from tests.services.test_adresses import ANCIENNE, approuver, verifier
from tests.services.test_plis import DEMEURE, IMPRIME, au_rappel, rappel
from tests.services.test_saisies import a_l_approbation

NUMERO = "1A00000000001"
DEUX = ("FA-1", "FA-2")
SEULES = {"standard": standard().model_copy(update={"regrouper": False})}
AVIS = DocumentDePli(GenreScan.AVIS, "essai-env-1-avis.pdf", tiny_pdf("avis"))


def le(jour: int, sens: Sens, libelle: str = "") -> EvenementPli:
    """An event of July 2026, at noon in Paris."""
    instant = datetime(2026, 7, jour, 10, tzinfo=UTC)
    return EvenementPli(code=sens.upper()[:3], libelle=libelle or sens, instant=instant, sens=sens)


PRIS = le(11, Sens.PRIS_EN_CHARGE)
AVISE = le(14, Sens.PRESENTE)
DISTRIBUE = le(15, Sens.DISTRIBUE)


class Poste:
    """A house whose last reminder was deposited by hand on 11 July 2026, and La Poste that tells its life."""

    def __init__(self, *factures: Any, depose: bool = True, **outils: Any) -> None:
        self.laposte = SuiviFactice()
        self.essai = SuiviFactice(RecommandeFactice.nom)
        suivis = {"": self.laposte, RecommandeFactice.nom: self.essai}
        self.atelier = au_rappel(IMPRIME, *factures, **{"suivis": suivis, **outils})
        self.creances = [f.creance for f in factures] or ["FA-1"]
        if depose:
            saisies.depot(self.atelier.outils, "FA-1", NUMERO, IMPRIME, auteur="essai")

    def dire(
        self,
        *evenements: EvenementPli,
        reference: str = NUMERO,
        definitif: bool = False,
        **autres: Any,
    ) -> None:
        """What is said of that letter from now on; each raw answer differs, as real ones do."""
        suivi = self.laposte if reference[0].isdigit() else self.essai
        rang = len(self.laposte.demandes) + len(self.essai.demandes)
        brute = json.dumps({"requete": rang, "evenements": [e.code for e in evenements]}).encode()
        suivi.dites[reference] = Nouvelles(reference, evenements, definitif, brute, **autres)

    def relever(self, *, tous: bool = True) -> Bilan:
        etats = [self.atelier.etat(creance) for creance in self.creances]
        return relever(self.atelier.outils, etats, auteur="ronde", tous=tous)

    def pli(self, creance: str = "FA-1") -> Envoi:
        return rappel(self.atelier, creance)

    def contenus(self, genre: type, creance: str = "FA-1") -> list[Any]:
        return [f.contenu for f in self.atelier.journal.lire(creance) if isinstance(f.contenu, genre)]


@pytest.fixture
def poste() -> Poste:
    return Poste()


@pytest.fixture
def confiee() -> Poste:
    """The last reminder was taken by a carrier that posts it by itself, under the reference env-1."""
    return Poste(depose=False, recommande=RecommandeFactice())


def test_la_premiere_nouvelle_est_consignee_avec_la_reponse_brute_horodatee(poste: Poste) -> None:
    poste.dire(PRIS, AVISE)
    poste.atelier.clock.regler(date(2026, 7, 16))
    bilan = poste.relever()
    assert bilan == Bilan(demandes=1, changees=("FA-1",), pannes=())
    (suivi,) = poste.contenus(SuiviRecu)
    assert (suivi.transporteur, suivi.evenements, suivi.definitif) == ("La Poste", (PRIS, AVISE), False)
    assert suivi.jour == date(2026, 7, 16)
    assert poste.atelier.store.get(suivi.reponse.cle) == poste.laposte.dites[NUMERO].reponse
    assert suivi.reponse.jeton in poste.atelier.store.documents
    assert poste.pli().accuse is None, "un avis de passage n'est pas une issue"


def test_sans_nouvelle_rien_n_est_consigne_et_l_on_redemande(poste: Poste) -> None:
    poste.dire()
    avant = poste.atelier.journal.lire("FA-1"), poste.atelier.horodateur.jetons
    assert poste.relever() == poste.relever() == Bilan(1, (), ())
    assert (poste.atelier.journal.lire("FA-1"), poste.atelier.horodateur.jetons) == avant
    assert poste.laposte.demandes == [(NUMERO,), (NUMERO,)]


def test_la_meme_nouvelle_ne_s_archive_ni_ne_s_horodate_deux_fois(poste: Poste) -> None:
    poste.dire(PRIS)
    poste.relever()
    avant = (
        poste.atelier.journal.lire("FA-1"),
        poste.atelier.horodateur.jetons,
        set(poste.atelier.store.documents),
    )
    poste.dire(PRIS)
    assert poste.relever() == Bilan(1, (), ())
    apres = (
        poste.atelier.journal.lire("FA-1"),
        poste.atelier.horodateur.jetons,
        set(poste.atelier.store.documents),
    )
    assert apres == avant
    poste.dire(PRIS, AVISE)
    assert poste.relever().changees == ("FA-1",)
    assert [len(suivi.evenements) for suivi in poste.contenus(SuiviRecu)] == [1, 2]


def test_l_issue_est_consignee_une_fois_avec_sa_premiere_presentation(poste: Poste) -> None:
    poste.dire(PRIS, AVISE, DISTRIBUE)
    poste.relever()
    poste.dire(PRIS, AVISE, DISTRIBUE, definitif=True)
    assert poste.relever().changees == ("FA-1",), "le transporteur n'en dira plus rien : c'est du nouveau"
    (accuse,) = poste.contenus(AccuseRecu)
    assert (accuse.issue, accuse.source) == (IssuePli.DISTRIBUE, SourceAccuse.TRANSPORTEUR)
    assert (accuse.premiere_presentation, accuse.jour) == (date(2026, 7, 14), date(2026, 7, 15))
    assert accuse.numero == NUMERO
    assert not poste.pli().contredit


def test_un_pli_retourne_sans_motif_n_a_pas_d_issue(poste: Poste) -> None:
    poste.dire(PRIS, AVISE, le(30, Sens.RETOURNE))
    poste.relever()
    assert poste.pli().accuse is None


def test_le_mot_d_une_personne_est_garde_quand_le_transporteur_dit_la_meme_issue(poste: Poste) -> None:
    poste.atelier.clock.regler(date(2026, 7, 20))
    saisies.accuse(poste.atelier.outils, "FA-1", IssuePli.DISTRIBUE, date(2026, 7, 16), auteur="essai")
    poste.dire(PRIS, AVISE, DISTRIBUE)
    poste.relever()
    accuse = poste.pli().accuse
    assert accuse is not None
    assert (accuse.source, accuse.jour) == (SourceAccuse.PERSONNE, date(2026, 7, 16)), (
        "elle a lu l'avis : sa date reste"
    )
    assert poste.pli().suivi is not None


def corriger(poste: Poste) -> None:
    """A person read on the envelope that the letter was refused, whatever the carrier says."""
    poste.atelier.clock.regler(date(2026, 7, 20))
    saisies.accuse(
        poste.atelier.outils,
        "FA-1",
        IssuePli.REFUSE,
        date(2026, 7, 15),
        auteur="essai",
        premiere_presentation=date(2026, 7, 14),
    )


def test_la_correction_d_une_personne_tient_tant_que_le_transporteur_se_repete(poste: Poste) -> None:
    poste.dire(PRIS, AVISE, DISTRIBUE)
    poste.relever()
    corriger(poste)
    poste.dire(PRIS, AVISE, DISTRIBUE, le(16, Sens.ACHEMINE, "Avis en route"), documents=(AVIS,))
    poste.relever()
    accuse = poste.pli().accuse
    assert accuse is not None
    assert accuse.issue is IssuePli.REFUSE
    assert not poste.pli().contredit


def test_la_correction_tient_aussi_contre_ce_que_le_transporteur_disait_avant_elle(poste: Poste) -> None:
    """The person first agreed with the carrier, so the carrier's word was never recorded as an outcome."""
    poste.atelier.clock.regler(date(2026, 7, 20))
    saisies.accuse(poste.atelier.outils, "FA-1", IssuePli.DISTRIBUE, date(2026, 7, 15), auteur="essai")
    poste.dire(PRIS, AVISE, DISTRIBUE)
    poste.relever()
    corriger(poste)
    poste.dire(PRIS, AVISE, DISTRIBUE, documents=(AVIS,))
    poste.relever()
    accuse = poste.pli().accuse
    assert accuse is not None
    assert accuse.issue is IssuePli.REFUSE


def test_le_dernier_mot_du_transporteur_compte_et_se_signale(poste: Poste) -> None:
    poste.dire(PRIS, AVISE, DISTRIBUE)
    poste.relever()
    poste.dire(PRIS, AVISE, DISTRIBUE, le(18, Sens.REFUSE))
    assert poste.relever().changees == ("FA-1",)
    assert [a.issue for a in poste.contenus(AccuseRecu)] == [IssuePli.DISTRIBUE, IssuePli.REFUSE]
    assert poste.pli().contredit
    poste.dire(PRIS, AVISE, DISTRIBUE, le(18, Sens.REFUSE))
    assert poste.relever().changees == ()
    corriger(poste)
    assert not poste.pli().contredit, "une personne tranche"


def test_un_retour_apres_la_distribution_se_signale_sans_effacer_l_issue(poste: Poste) -> None:
    poste.dire(PRIS, DISTRIBUE)
    poste.relever()
    poste.dire(PRIS, DISTRIBUE, le(25, Sens.RETOURNE))
    poste.relever()
    assert poste.pli().contredit
    assert len(poste.contenus(AccuseRecu)) == 1


def test_un_transporteur_peut_corriger_la_date_de_la_meme_issue(poste: Poste) -> None:
    poste.dire(PRIS, DISTRIBUE)
    poste.relever()
    poste.dire(PRIS, le(16, Sens.DISTRIBUE))
    poste.relever()
    assert [a.jour.day for a in poste.contenus(AccuseRecu)] == [15, 16]
    assert not poste.pli().contredit


@pytest.mark.parametrize(("jour", "refuse"), [(8, True), (9, False)])
def test_un_evenement_plus_vieux_que_le_depot_denonce_un_autre_pli(
    poste: Poste, jour: int, refuse: bool
) -> None:
    poste.dire(le(jour, Sens.PRIS_EN_CHARGE), DISTRIBUE)
    bilan = poste.relever()
    if refuse:
        assert bilan.changees == ()
        (panne,) = bilan.pannes
        assert panne == (
            f"La Poste, pli {NUMERO} : ce numéro circulait déjà le 8 juillet 2026, avant le dépôt enregistré "
            "le 11 juillet 2026 : vérifiez le numéro et la date saisis."
        )
        assert (poste.pli().suivi, poste.pli().accuse) == (None, None)
    else:
        assert bilan == Bilan(1, ("FA-1",), ())


def test_le_numero_denonce_se_corrige_et_le_bon_est_demande(poste: Poste) -> None:
    poste.dire(le(1, Sens.DISTRIBUE))
    assert poste.relever().pannes != ()
    saisies.depot(poste.atelier.outils, "FA-1", DEMEURE, IMPRIME, auteur="essai")
    poste.dire(PRIS, reference="1A00000000002")
    assert poste.relever() == Bilan(1, ("FA-1",), ())
    assert poste.laposte.demandes[-1] == ("1A00000000002",)


def test_trois_jours_de_panne_ne_perdent_rien(poste: Poste) -> None:
    poste.laposte.en_panne = True
    poste.dire(PRIS, AVISE, DISTRIBUE, definitif=True)
    avant = poste.atelier.journal.lire("FA-1")
    for jour in (15, 16, 17):
        poste.atelier.clock.regler(date(2026, 7, jour))
        bilan = poste.relever()
        assert bilan == Bilan(1, (), ("La Poste ne répond pas : recommandés à demander de nouveau.",))
    assert poste.atelier.journal.lire("FA-1") == avant
    poste.laposte.en_panne = False
    poste.atelier.clock.regler(date(2026, 7, 18))
    assert poste.relever() == Bilan(1, ("FA-1",), ())
    accuse = poste.pli().accuse
    assert accuse is not None
    assert accuse.jour == date(2026, 7, 15), "la date est celle de la distribution, pas de la nouvelle"


def test_un_transporteur_en_panne_n_arrete_pas_les_autres() -> None:
    particulier = debiteur(genre="particulier", siren=None, forme="")
    poste = Poste(
        facture(debiteur=particulier), facture(numero="FA-2"), recommande=RecommandeFactice(electronique=True)
    )
    poste.essai.en_panne = True
    poste.dire(PRIS)
    assert poste.relever() == Bilan(
        2, ("FA-1",), ("Transporteur d'essai ne répond pas : recommandés à demander de nouveau.",)
    )
    poste.laposte.en_panne, poste.essai.en_panne = True, False
    poste.dire(PRIS, reference="env-1")
    assert poste.relever().changees == ("FA-2",)


def test_une_mauvaise_reponse_n_arrete_pas_les_autres() -> None:
    poste = Poste(*deux_factures(), scenarios=SEULES)
    saisies.depot(poste.atelier.outils, "FA-2", DEMEURE, IMPRIME, auteur="essai")
    poste.dire(le(1, Sens.DISTRIBUE))
    poste.dire(PRIS, reference="1A00000000002")
    bilan = poste.relever()
    assert bilan.changees == ("FA-2",)
    assert [panne.split(" : ")[0] for panne in bilan.pannes] == [f"La Poste, pli {NUMERO}"]
    assert poste.laposte.demandes == [(NUMERO, "1A00000000002")], "une seule demande pour toutes"


def test_une_autorite_d_horodatage_en_panne_se_dit_et_se_reprend(poste: Poste) -> None:
    poste.dire(PRIS)
    poste.atelier.horodateur.en_panne = True
    (panne,) = poste.relever().pannes
    assert "L'autorité d'horodatage ne répond pas" in panne
    assert poste.contenus(SuiviRecu) == []
    poste.atelier.horodateur.en_panne = False
    assert poste.relever().changees == ("FA-1",)


def test_un_pli_commun_est_demande_une_fois_et_consigne_sur_chaque_creance() -> None:
    poste = Poste(*deux_factures())
    poste.dire(PRIS, AVISE, DISTRIBUE, documents=(AVIS,))
    assert poste.relever() == Bilan(1, ("FA-1",), ())
    assert poste.laposte.demandes == [(NUMERO,)]
    un, deux = (poste.pli(creance) for creance in DEUX)
    assert un.suivi == deux.suivi is not None
    assert un.accuse == deux.accuse is not None
    assert un.scans == deux.scans != ()
    assert poste.relever() == Bilan(1, (), ())


def test_un_pli_commun_est_encore_suivi_quand_une_de_ses_creances_est_close() -> None:
    poste = Poste(*deux_factures())
    poste.atelier.payer("1000", "FA-1")
    poste.atelier.agir("FA-1")
    poste.dire(PRIS)
    assert poste.relever() == Bilan(1, ("FA-2",), ())


def test_une_creance_close_n_est_plus_demandee(poste: Poste) -> None:
    poste.atelier.payer("1000")
    poste.atelier.agir()
    assert poste.relever() == Bilan(0, (), ())
    assert poste.laposte.demandes == []


def test_un_pli_dont_tout_est_dit_n_est_plus_demande(poste: Poste) -> None:
    poste.dire(PRIS, DISTRIBUE, definitif=True)
    poste.relever()
    assert poste.relever() == Bilan(0, (), ())
    assert len(poste.laposte.demandes) == 1


def test_une_lettre_imprimee_pas_encore_deposee_n_est_pas_demandee() -> None:
    poste = Poste(depose=False)
    assert poste.relever() == Bilan(0, (), ())


def test_sans_service_de_suivi_rien_n_est_demande_ni_dit() -> None:
    poste = Poste(suivis={})
    assert poste.relever() == Bilan(0, (), ())


def test_un_numero_partage_par_deux_debiteurs_est_signale_et_la_seconde_lettre_n_est_pas_confondue() -> None:
    ailleurs = facture(numero="FA-2", debiteur=debiteur(siren="000800086"))
    poste = Poste(facture(), ailleurs)
    # The form refuses it: two entries at the same instant, or a journal older than that refusal, hold it.
    depose = PliDepose(cle=poste.pli("FA-2").prepare.cle, numero=NUMERO, jour=IMPRIME)
    consigner(poste.atelier.outils, "FA-2", lambda _: [depose], auteur="essai")
    poste.dire(PRIS, DISTRIBUE)
    bilan = poste.relever()
    assert bilan.changees == ("FA-1",)
    (panne,) = bilan.pannes
    assert panne.startswith(f"Le n° {NUMERO} est enregistré pour deux lettres, sur FA-1 et FA-2")
    assert poste.pli("FA-2").accuse is None


def test_chaque_pli_est_demande_quelques_fois_par_jour_a_ses_heures(poste: Poste) -> None:
    clock = poste.atelier.clock
    clock.regler(date(2026, 7, 12))
    for _ in range(24):
        poste.relever(tous=False)
        clock.instant += timedelta(hours=1)
    assert len(poste.laposte.demandes) == 4


@pytest.mark.parametrize(("age", "demandes"), [(ABANDON, 1), (ABANDON + 1, 0)])
def test_un_pli_trop_ancien_n_est_plus_demande_par_la_ronde(age: int, demandes: int) -> None:
    poste = Poste()
    clock = poste.atelier.clock
    clock.instant = debut_du_jour(IMPRIME + age * UN_JOUR, heure=0)
    for _ in range(24):
        poste.relever(tous=False)
        clock.instant += timedelta(hours=1)
    assert len(poste.laposte.demandes) == demandes
    poste.relever(tous=True)
    assert len(poste.laposte.demandes) == demandes + 1, "une personne peut toujours le demander"


# A carrier that posts by itself.


def test_un_transporteur_donne_lui_meme_le_numero_et_le_jour_du_depot(confiee: Poste) -> None:
    confiee.dire(PRIS, reference="env-1", numero="2C12345678901", depot=date(2026, 7, 12))
    assert confiee.relever() == Bilan(1, ("FA-1",), ())
    depot = confiee.pli().depot
    assert depot is not None
    assert (depot.numero, depot.jour) == ("2C12345678901", date(2026, 7, 12))
    assert confiee.pli().depart == date(2026, 7, 12)
    assert confiee.essai.demandes == [("env-1",)]
    assert confiee.laposte.demandes == [], "il ne se demande pas aussi à La Poste"
    assert confiee.relever() == Bilan(1, (), ())


def test_le_numero_donne_apres_le_depot_remplace_la_reference(confiee: Poste) -> None:
    confiee.dire(PRIS, reference="env-1", depot=date(2026, 7, 12))
    confiee.relever()
    provisoire = confiee.pli().depot
    assert provisoire is not None
    assert provisoire.numero == "env-1"
    confiee.dire(PRIS, reference="env-1", numero="2C12345678901", depot=date(2026, 7, 12))
    assert confiee.relever().changees == ("FA-1",)
    assert [d.numero for d in confiee.contenus(PliDepose)] == ["env-1", "2C12345678901"]
    assert confiee.relever().changees == ()


def test_le_depot_enregistre_par_une_personne_n_est_pas_refait(confiee: Poste) -> None:
    saisies.depot(confiee.atelier.outils, "FA-1", "2C12345678901", IMPRIME, auteur="essai")
    confiee.dire(PRIS, reference="env-1", numero="2C12345678901", depot=date(2026, 7, 12))
    confiee.relever()
    assert [d.jour for d in confiee.contenus(PliDepose)] == [IMPRIME]


def test_ce_qu_un_transporteur_fait_avant_le_depot_ne_le_denonce_pas(confiee: Poste) -> None:
    """It prepares the letter on a Friday and posts it the next week."""
    confiee.dire(le(11, Sens.ACHEMINE), reference="env-1", depot=date(2026, 7, 16))
    assert confiee.relever() == Bilan(1, ("FA-1",), ())
    confiee.dire(le(11, Sens.ACHEMINE), DISTRIBUE, reference="env-1", depot=date(2026, 7, 16))
    assert confiee.relever() == Bilan(1, ("FA-1",), ())


def test_les_papiers_d_un_transporteur_ne_sont_classes_qu_une_fois(confiee: Poste) -> None:
    depot = DocumentDePli(GenreScan.DEPOT, "essai-env-1-depot.pdf", tiny_pdf("depot"))
    confiee.dire(PRIS, reference="env-1", documents=(depot,))
    confiee.relever()
    jetons = confiee.atelier.horodateur.jetons
    assert confiee.relever().changees == ()
    redessine = depot._replace(pdf=tiny_pdf("depot, redessiné à chaque téléchargement"))
    confiee.dire(PRIS, reference="env-1", documents=(redessine,))
    assert confiee.relever().changees == ()
    assert confiee.atelier.horodateur.jetons == jetons
    confiee.dire(PRIS, reference="env-1", documents=(redessine, AVIS))
    assert confiee.relever().changees == ("FA-1",)
    scans = confiee.contenus(ScanRecu)
    assert [(scan.genre, scan.fichier) for scan in scans] == [
        (GenreScan.DEPOT, depot.nom),
        (GenreScan.AVIS, AVIS.nom),
    ]
    assert [confiee.atelier.store.get(scan.pdf.cle) for scan in scans] == [depot.pdf, AVIS.pdf]
    assert all(scan.pdf.jeton in confiee.atelier.store.documents for scan in scans)


def test_un_transporteur_dont_le_reglage_a_disparu_est_nomme() -> None:
    poste = Poste(depose=False, recommande=RecommandeFactice(), suivis={})
    assert poste.relever() == Bilan(
        0,
        (),
        (
            "Transporteur d'essai n'est plus réglé, les recommandés qu'il tient ne sont pas suivis (1) : remettez "
            "son réglage, ou enregistrez leur issue.",
        ),
    )


def test_le_npai_dit_par_un_transporteur_demande_une_adresse_puis_la_lettre_repart() -> None:
    laposte = SuiviFactice()
    atelier = a_l_approbation(suivis={"": laposte})
    approuver(atelier)
    jour = atelier.clock.jour()
    saisies.depot(atelier.outils, "FA-1", "1A 000 000 0000 9", jour, auteur="essai")
    npai = le(31, Sens.NPAI).model_copy(update={"instant": atelier.clock.now()})
    laposte.dites["1A00000000009"] = Nouvelles("1A00000000009", (npai,), True, b"{}")
    relever(atelier.outils, [atelier.etat()], auteur="ronde", tous=True)
    assert isinstance(atelier.agir(), DemanderAdresse)
    verifier(atelier, ANCIENNE)
    atelier.agir()
    assert len(atelier.etat().envois_de("mise-en-demeure")) == 2


def test_un_autre_ecrit_pendant_la_demande_rien_n_est_consigne_deux_fois(poste: Poste) -> None:
    """Two rounds at once hear the same news."""
    poste.dire(PRIS, DISTRIBUE, documents=(AVIS,))
    poste.atelier.journal.avant_ajout.append(lambda: _ronde(poste))
    assert poste.relever().changees == ()
    assert len(poste.contenus(SuiviRecu)) == len(poste.contenus(AccuseRecu)) == 1
    assert len(poste.contenus(ScanRecu)) == 1


def _ronde(poste: Poste) -> None:
    poste.relever()


def test_une_presentation_avant_le_depot_denonce_le_numero_ou_la_date(poste: Poste) -> None:
    """The carrier's tolerance is for the day it takes the letter, never for the day it presents it."""
    veille = le(10, Sens.DISTRIBUE)
    poste.dire(le(10, Sens.PRIS_EN_CHARGE), veille)
    bilan = poste.relever()
    assert bilan.changees == ()
    assert "avant le dépôt enregistré" in bilan.pannes[0]
    assert poste.pli().accuse is None
