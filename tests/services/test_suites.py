"""After the sealing: each event in its order, once, on every creance of the dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.creance import Adresse
from dossier.core.decision import Solder, Suivre, Terminer
from dossier.core.droit.ordonnance import Demeure
from dossier.core.errors import ConflitJournal, DonneeInvalide
from dossier.core.faits import (
    AdresseVerifiee,
    Destinataire,
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)
from dossier.core.suites import Suites
from dossier.services import saisies, suites
from dossier.services.assemblage import assembler
from dossier.services.creances import ESSAIS, consigner
from dossier.services.outils import Outils
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier, deux_factures
from tests.services.test_assemblage import autre_paiement, mur

TRIBUNAL = "Tribunal des activités économiques de Lyon"
Geste = Callable[[], str]


@pytest.fixture(scope="module")
def scelle() -> Atelier:
    """Two invoices of one debtor, in one dossier that is sealed."""
    atelier = mur(*deux_factures())
    assert assembler(atelier.outils, "FA-1", auteur="essai") is not None
    return atelier


@pytest.fixture
def atelier(scelle: Atelier) -> Iterator[Atelier]:
    faits, jour = (
        {creance: list(suite) for creance, suite in scelle.journal.faits.items()},
        scelle.clock.jour(),
    )
    yield scelle
    scelle.journal.faits, scelle.journal.avant_ajout = faits, []
    scelle.clock.regler(jour)


class Gestes:
    """The forms as a person fills them, on the day of the clock unless another is given."""

    def __init__(self, atelier: Atelier, creance: str = "FA-1") -> None:
        self.atelier, self.creance = atelier, creance

    @property
    def outils(self) -> Outils:
        return self.atelier.outils

    def jour(self, plus: int = 0) -> date:
        return self.atelier.clock.jour() + timedelta(days=plus)

    def avancer(self, jours: int) -> None:
        self.atelier.clock.regler(self.jour(jours))

    def remettre(self, a: str = "Me Martin", *, plus: int = 0, moyen: str = "en main propre") -> str:
        return suites.transmettre(
            self.outils,
            self.creance,
            Destinataire.AVOCAT,
            a,
            moyen,
            "Essai",
            self.jour(plus),
            auteur="essai",
        )

    def recevoir(self, *, plus: int = 0, de: str = "Me Martin") -> str:
        return suites.recu(self.outils, self.creance, de, self.jour(plus), auteur="essai")

    def deposer(self, *, plus: int = 0, tribunal: str = TRIBUNAL) -> str:
        return suites.deposer(
            self.outils, self.creance, tribunal, self.jour(plus), auteur="essai", numero=" 26/123 "
        )

    def rendre(
        self,
        sens: SensOrdonnance = SensOrdonnance.ACCUEILLIE,
        *,
        plus: int = 0,
        montant: str | None = None,
        preuve: bytes | None = None,
    ) -> str:
        euros = None if montant is None else Decimal(montant)
        return suites.ordonnance(
            self.outils, self.creance, sens, self.jour(plus), auteur="essai", montant=euros, preuve=preuve
        )

    def signifier(self, *, plus: int = 0, a_personne: bool = False) -> str:
        return suites.signification(
            self.outils, self.creance, self.jour(plus), a_personne=a_personne, auteur="essai"
        )

    def saisir(self, *, plus: int = 0, nature: str = "saisie-attribution") -> str:
        return suites.premier_acte(self.outils, self.creance, nature, self.jour(plus), auteur="essai")

    def opposer(self, *, plus: int = 0, **dates: date) -> str:
        return suites.opposition(self.outils, self.creance, self.jour(plus), auteur="essai", **dates)

    def tout(self) -> list[Geste]:
        """Each form in its order."""
        return [
            self.remettre,
            self.recevoir,
            self.deposer,
            self.rendre,
            self.signifier,
            self.saisir,
            self.opposer,
        ]


@pytest.fixture
def gestes(atelier: Atelier) -> Gestes:
    return Gestes(atelier)


def refuse(geste: Callable[..., str], **options: Any) -> str:
    with pytest.raises(DonneeInvalide) as refus:
        geste(**options)
    return str(refus.value)


def test_chaque_etape_s_enregistre_sur_toutes_les_creances_du_dossier(gestes: Gestes) -> None:
    atelier, jour = gestes.atelier, gestes.jour()
    for geste in gestes.tout():
        assert geste().endswith(" sur FA-1, FA-2.")
    connues = atelier.etat("FA-1").suites
    assert connues == atelier.etat("FA-2").suites
    dossier = atelier.etat().dossier
    assert dossier is not None
    assert connues == Suites(
        transmission=DossierTransmis(
            dossier=dossier.dossier,
            qualite=Destinataire.AVOCAT,
            a="Me Martin",
            moyen="en main propre",
            par="Essai",
            jour=jour,
        ),
        reception=DossierRecu(dossier=dossier.dossier, de="Me Martin", jour=jour),
        requete=RequeteDeposee(juridiction=TRIBUNAL, numero="26/123", jour=jour),
        ordonnance=OrdonnanceRendue(sens=SensOrdonnance.ACCUEILLIE, jour=jour),
        signification=OrdonnanceSignifiee(a_personne=False, jour=jour),
        premier_acte=PremierActe(nature="saisie-attribution", jour=jour),
        opposition=OppositionFormee(jour=jour),
    )


def test_le_meme_formulaire_deux_fois_ne_change_rien(gestes: Gestes) -> None:
    for geste in gestes.tout():
        geste()
    avant = {creance: gestes.atelier.journal.dernier(creance) for creance in ("FA-1", "FA-2")}
    for geste in gestes.tout():
        assert geste().endswith(" : c'était déjà fait, rien n'a changé.")
    assert {creance: gestes.atelier.journal.dernier(creance) for creance in avant} == avant


def test_avant_le_scellement_rien_ne_se_remet_ni_ne_se_depose() -> None:
    neuf = Atelier()
    neuf.importer(*deux_factures())
    gestes = Gestes(neuf)
    for geste in (gestes.remettre, gestes.deposer):
        assert refuse(geste) == "Le dossier de FA-1 n'est pas encore scellé."
    assert "Aucune remise du dossier de FA-1" in refuse(gestes.recevoir)


@pytest.mark.parametrize(
    ("geste", "dit"),
    [
        ("recevoir", "Aucune remise du dossier de FA-1 n'est enregistrée : enregistrez-la d'abord."),
        ("rendre", "Le dépôt de la requête de FA-1 n'est pas enregistré : enregistrez-le d'abord."),
        ("signifier", "Aucune ordonnance favorable n'est enregistrée sur FA-1 : enregistrez-la d'abord."),
        ("opposer", "Aucune ordonnance favorable n'est enregistrée sur FA-1 : enregistrez-la d'abord."),
        (
            "saisir",
            "La signification de l'ordonnance de FA-1 n'est pas enregistrée : enregistrez-la d'abord.",
        ),
    ],
)
def test_une_etape_ne_s_enregistre_pas_avant_celle_qui_l_amene(gestes: Gestes, geste: str, dit: str) -> None:
    assert refuse(getattr(gestes, geste)) == dit
    assert gestes.atelier.etat().suites == Suites()


@pytest.mark.parametrize("geste", ["signifier", "opposer"])
def test_une_ordonnance_de_rejet_ne_se_signifie_pas(gestes: Gestes, geste: str) -> None:
    gestes.deposer()
    gestes.rendre(SensOrdonnance.REJETEE)
    assert "Aucune ordonnance favorable" in refuse(getattr(gestes, geste))


def test_aucune_etape_ne_precede_celle_qui_l_amene(gestes: Gestes) -> None:
    for geste in (gestes.remettre, gestes.deposer):
        assert "ne peut pas précéder le scellement du dossier" in refuse(geste, plus=-1)
    gestes.avancer(10)
    for geste in gestes.tout():
        geste()
    for geste, avant in (
        (gestes.recevoir, "la remise"),
        (gestes.rendre, "le dépôt de la requête"),
        (gestes.signifier, "l'ordonnance"),
        (gestes.saisir, "la signification"),
        (gestes.opposer, "la signification"),
    ):
        assert f"ne peut pas précéder {avant} (" in refuse(geste, plus=-1)
    for nom in ("notification", "invitation"):
        assert "ne peut pas précéder l'opposition" in refuse(gestes.opposer, **{nom: gestes.jour(-1)})


def test_une_correction_qui_contredirait_la_suite_est_refusee(gestes: Gestes) -> None:
    """Otherwise the follow-up could no longer be computed."""
    for geste in gestes.tout():
        geste()
    avant = gestes.atelier.etat().suites
    gestes.avancer(5)
    assert "l'opposition" in refuse(gestes.signifier)
    assert gestes.atelier.etat().suites == avant


def test_une_date_a_venir_est_refusee(gestes: Gestes) -> None:
    for geste in gestes.tout():
        assert "est dans le futur : vérifiez-la." in refuse(geste, plus=1)
    for nom in ("notification", "invitation"):
        assert "est dans le futur : vérifiez-la." in refuse(gestes.opposer, **{nom: gestes.jour(1)})


def test_chaque_mention_attendue_se_demande(gestes: Gestes) -> None:
    assert refuse(gestes.remettre, a=" ") == "Indiquez à qui le dossier est remis."
    assert refuse(gestes.remettre, moyen="") == "Indiquez comment il est remis."
    assert refuse(gestes.recevoir, de="") == "Indiquez qui accuse réception du dossier."
    assert refuse(gestes.deposer, tribunal=" ") == "Indiquez le tribunal saisi."
    assert refuse(gestes.saisir, nature="") == "Indiquez la nature de l'acte."


@pytest.mark.parametrize("montant", ["0", "-5", "10.005"])
def test_la_somme_accordee_est_une_vraie_somme(gestes: Gestes, montant: str) -> None:
    gestes.deposer()
    dit = refuse(gestes.rendre, sens=SensOrdonnance.PARTIELLE, montant=montant)
    assert dit == f"La somme accordée est positive, en centimes entiers : {montant} n'en est pas une."


def test_la_somme_ne_se_dit_que_d_une_ordonnance_partielle(gestes: Gestes) -> None:
    gestes.deposer()
    assert refuse(gestes.rendre, sens=SensOrdonnance.PARTIELLE).startswith("Indiquez la somme")
    for sens in (SensOrdonnance.ACCUEILLIE, SensOrdonnance.REJETEE):
        assert refuse(gestes.rendre, sens=sens, montant="500").startswith("N'indiquez de somme que si")
    gestes.rendre(SensOrdonnance.PARTIELLE, montant="0.01")
    rendue = gestes.atelier.etat().suites.ordonnance
    assert rendue is not None
    assert rendue.montant == Decimal("0.01")


def test_la_preuve_est_gardee_et_complete_l_ordonnance_sans_rien_reprendre(gestes: Gestes) -> None:
    gestes.deposer()
    gestes.rendre()
    gestes.signifier()
    copie = tiny_pdf("ordonnance")
    gestes.rendre(preuve=copie)
    connues = gestes.atelier.etat().suites
    assert connues.ordonnance is not None
    assert connues.ordonnance.preuve is not None
    assert gestes.atelier.store.get(connues.ordonnance.preuve.cle) == copie
    assert connues.signification is not None
    assert "rien n'a changé" in gestes.rendre(preuve=copie)


def test_une_nouvelle_ordonnance_reprend_ce_qui_suivait(gestes: Gestes) -> None:
    for geste in gestes.tout():
        geste()
    gestes.avancer(3)
    gestes.rendre()
    for creance in ("FA-1", "FA-2"):
        connues = gestes.atelier.etat(creance).suites
        assert (connues.signification, connues.premier_acte, connues.opposition) == (None, None, None)
        assert connues.requete is not None


def test_une_creance_close_est_refusee_et_le_dossier_continue_avec_l_autre(gestes: Gestes) -> None:
    atelier = gestes.atelier
    gestes.remettre()
    saisies.abandonner(atelier.outils, "FA-1", "geste commercial", auteur="essai")
    for geste in gestes.tout():
        assert refuse(geste) == "La créance FA-1 est close : rien ne peut plus y être enregistré."
    assert Gestes(atelier, "FA-2").deposer().endswith("enregistré sur FA-2.")
    assert atelier.etat("FA-1").suites.requete is None
    assert atelier.etat("FA-2").suites.requete is not None


def test_un_paiement_apres_la_remise_clot_encore_la_creance(gestes: Gestes) -> None:
    atelier = gestes.atelier
    gestes.remettre()
    assert atelier.action() == Suivre()
    atelier.payer("400")
    assert atelier.action() == Suivre()
    atelier.payer(str(atelier.etat().solde), reference="VIR-2")
    assert atelier.action() == Solder()
    assert isinstance(atelier.agir(), Terminer)
    assert atelier.action("FA-2") == Suivre()
    assert "est close" in refuse(gestes.recevoir)


def test_un_autre_qui_ecrit_d_abord_ne_fait_rien_perdre(gestes: Gestes) -> None:
    atelier = gestes.atelier
    atelier.journal.avant_ajout = [autre_paiement(atelier, "100", "FA-2")]
    gestes.deposer()
    assert atelier.etat("FA-1").suites == atelier.etat("FA-2").suites
    assert len(atelier.etat("FA-2").paiements) == 1


def test_un_conflit_sans_fin_se_dit(gestes: Gestes) -> None:
    def toujours() -> None:
        raise ConflitJournal("Un autre a écrit d'abord.")

    gestes.atelier.journal.avant_ajout = [toujours] * ESSAIS
    with pytest.raises(ConflitJournal):
        gestes.deposer()
    assert gestes.atelier.etat("FA-2").suites == Suites()


def test_la_remise_dit_ou_est_le_dossier_ou_donne_un_lien_qui_finit(gestes: Gestes) -> None:
    outils, jour = gestes.outils, gestes.jour()

    def remettre(lien_jours: int) -> str:
        return suites.remettre(
            outils,
            "FA-1",
            Destinataire.GREFFE,
            "Greffe de Lyon",
            "par un lien",
            "Essai",
            jour,
            auteur="essai",
            lien_jours=lien_jours,
        )

    etat = gestes.atelier.etat()
    assert etat.dossier is not None
    cle = etat.dossier.zip.cle
    assert remettre(0) == f"Remise à Greffe de Lyon enregistrée sur FA-1, FA-2. Dossier : memoire://{cle}"
    assert "rien n'a changé" in remettre(0)
    avec_lien = remettre(7)
    fin = outils.clock.now() + timedelta(days=7)
    assert f"Lien valable jusqu'au 25 août 2026 : memoire:{cle}?fin={fin:%Y%m%dT%H%M}" in avec_lien
    transmission = gestes.atelier.etat("FA-2").suites.transmission
    assert transmission is not None
    assert transmission.lien_jusqu_au == fin


def test_rien_ne_se_remet_avant_le_scellement() -> None:
    neuf = Atelier()
    neuf.importer(*deux_factures())
    with pytest.raises(DonneeInvalide, match="n'est pas encore scellé"):
        suites.remettre(
            neuf.outils,
            "FA-1",
            Destinataire.AVOCAT,
            "Me X",
            "en main propre",
            "Essai",
            neuf.clock.jour(),
            auteur="essai",
        )


def test_l_attente_suit_ce_qui_est_enregistre(gestes: Gestes) -> None:
    atelier = gestes.atelier

    def libelle() -> str:
        return suites.attente_de(atelier.outils, atelier.etat("FA-2")).libelle

    assert libelle() == "Dossier scellé, à remettre"
    attendus = (
        "accusé de remise attendu",
        "dépôt de la requête attendu",
        "Consigner les frais de l'ordonnance",
        "Faire signifier",
        "Faire exécuter l'ordonnance à partir du",
        "Fin du délai d'opposition du débiteur",
        "audience à suivre",
    )
    for geste, attendu in zip(gestes.tout(), attendus, strict=True):
        geste()
        assert attendu in libelle()


@pytest.mark.parametrize(
    ("tribunal", "commerce"),
    [
        ("Tribunal de commerce de Lyon", True),
        ("TRIBUNAL DES ACTIVITES ECONOMIQUES DE LYON", True),
        (TRIBUNAL, True),
        ("Tribunal judiciaire de Lyon", False),
        ("Chambre commerciale du tribunal judiciaire de Metz", False),
    ],
)
def test_les_regles_sont_celles_du_tribunal_vraiment_saisi(
    gestes: Gestes, tribunal: str, commerce: bool
) -> None:
    gestes.deposer(tribunal=tribunal)
    suivie = suites.procedure_de(gestes.outils, gestes.atelier.etat())
    assert suivie.tribunal_de_commerce is commerce


@pytest.mark.parametrize(
    ("code_postal", "pays", "demeure"),
    [
        ("69001", "FR", Demeure.METROPOLE),
        ("97400", "FR", Demeure.OUTRE_MER),
        ("97400", "RE", Demeure.OUTRE_MER),
        ("98000", "FR", Demeure.ETRANGER),
        ("1000", "BE", Demeure.ETRANGER),
    ],
)
def test_le_delai_d_opposition_est_celui_de_la_demeure_du_debiteur(
    gestes: Gestes, code_postal: str, pays: str, demeure: Demeure
) -> None:
    """Réunion under either country code; Monaco, whose letters are often addressed as in France."""
    ailleurs = Adresse(lignes=("1 rue A",), code_postal=code_postal, ville="X", pays=pays)
    verifiee = AdresseVerifiee(adresse=ailleurs, source="Kbis", par="Essai", jour=gestes.jour())
    consigner(gestes.outils, "FA-1", lambda _: [verifiee], auteur="essai")
    assert suites.procedure_de(gestes.outils, gestes.atelier.etat()).demeure is demeure
