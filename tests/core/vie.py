"""The life of one creance without any adapter: faits are recorded, the machine acts on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Adresse, Creancier, Debiteur, Facture
from dossier.core.decision import (
    Action,
    Assembler,
    Attendre,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    RompreEcheancier,
    Sauter,
    Solder,
    Terminer,
    decide,
)
from dossier.core.etat import Etat, rejouer
from dossier.core.faits import (
    AccuseRecu,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    Contenu,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    Decision,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EtapeSautee,
    Fait,
    IssuePli,
    LitigeLeve,
    LitigeOuvert,
    Mensualite,
    NatureProcedure,
    PaiementRecu,
    PliDepose,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    ResultatAppel,
    enchainer,
)
from dossier.core.scenario import Scenario
from tests.core.droit.loi import CONFIG

EMISSION, ECHEANCE = date(2026, 5, 4), date(2026, 6, 3)
TROP_LONG = 60
CANAUX = {Canal.EMAIL: "courriel", Canal.COURRIER: "lettre simple", Canal.LRAR: "recommandé à déposer"}


@cache
def standard() -> Scenario:
    """The scenario as the repository ships it."""
    return charger(CONFIG / "scenarios" / "standard.yaml", Scenario)


@cache
def creancier() -> Creancier:
    return charger(CONFIG / "creancier.yaml", Creancier)


def debiteur(**champs: Any) -> Debiteur:
    base: dict[str, Any] = {
        "denomination": "Débiteur Imaginaire SARL",
        "siren": "000700070",
        "forme": "SARL",
        "adresse": Adresse(lignes=("2 rue du Néant",), code_postal="69001", ville="Lyon"),
        "email": "compta@debiteur-imaginaire.example",
    }
    return Debiteur(**{**base, **champs})


def facture(**champs: Any) -> Facture:
    base: dict[str, Any] = {
        "numero": "FA-1",
        "emission": EMISSION,
        "echeance": ECHEANCE,
        "montant_ttc": Decimal(1000),
        "debiteur": debiteur(),
    }
    return Facture(**{**base, **champs})


def archive(cle: str = "a.pdf") -> Archive:
    return Archive(cle=cle, empreinte="0" * 64, taille=1)


def sans_email() -> Facture:
    return facture(debiteur=debiteur(email=None))


class Vie:
    """The days follow one another; what leaves, is skipped or closed is kept in `evenements`."""

    def __init__(
        self,
        ouverture: date = EMISSION,
        la_facture: Facture | None = None,
        scenario: Scenario | None = None,
    ) -> None:
        self.scenario = scenario or standard()
        self.jour = ouverture
        self.evenements: list[tuple[date, str]] = []
        self.faits: list[Fait] = []
        self.noter(CreanceOuverte(facture=la_facture or facture(), scenario=self.scenario.nom))

    @property
    def etat(self) -> Etat:
        return rejouer(self.faits)

    @property
    def action(self) -> Action:
        return decide(self.etat, self.scenario, self.jour)

    def noter(self, *contenus: Contenu) -> Vie:
        """Record these contents, as a person or the machine does."""
        for contenu in contenus:
            instant = datetime(self.jour.year, self.jour.month, self.jour.day, 9, tzinfo=UTC)
            dernier = self.faits[-1] if self.faits else None
            self.faits.append(enchainer(dernier, "FA-1", instant, "essai", contenu))
        return self

    def agir(self) -> Action:
        """All that the machine does alone today; gives what it then waits for."""
        for _ in range(TROP_LONG):
            action = self.action
            contenu = self._acte(action)
            if contenu is None:
                return action
            self.noter(contenu)
        raise AssertionError(f"le {self.jour}, la machine ne s'arrête pas")

    def aller(self, jour: date) -> Action:
        """Live each day up to that one, included."""
        action = self.agir()
        while self.jour < jour:
            self.jour += timedelta(days=1)
            action = self.agir()
        return action

    def partis(self) -> list[str]:
        return [evenement for _, evenement in self.evenements]

    def _acte(self, action: Action) -> Contenu | None:
        match action:
            case Preparer():
                return EnvoiPrepare(
                    cle=action.cle,
                    etape=action.etape.nom,
                    canal=action.canal,
                    jour=self.jour,
                    intitule=action.etape.libelle,
                    destinataire="",
                    reste=self.etat.solde,
                    pdf=archive(f"{action.cle}.pdf"),
                    source=archive(f"{action.cle}.docx"),
                )
            case Envoyer():
                self._dire(f"{action.etape.libelle} ({CANAUX[action.envoi.prepare.canal]})")
                return EnvoiFait(cle=action.envoi.prepare.cle, jour=self.jour, preuve="250 OK")
            case Sauter():
                self._dire(f"{action.etape.libelle} sautée : {action.motif}")
                return EtapeSautee(etape=action.etape.nom, motif=action.motif, jour=self.jour)
            case RompreEcheancier():
                self._dire("Échéancier rompu")
                return EcheancierRompu(manquee=action.manquee, jour=self.jour)
            case Solder():
                self._dire("Créance soldée")
                return CreanceSoldee(renonce=Decimal(0), jour=self.jour)
            case _:
                return None

    def _dire(self, texte: str) -> None:
        self.evenements.append((self.jour, texte))

    # What people and the post do.

    def payer(self, montant: str, jour: date | None = None) -> Vie:
        return self.noter(PaiementRecu(montant=Decimal(montant), jour=jour or self.jour, reference="VIR"))

    def crediter(self, montant: str, numero: str = "AV-1") -> Vie:
        return self.noter(AvoirEmis(numero=numero, montant=Decimal(montant), jour=self.jour))

    def ouvrir_procedure(self, publication: date | None = None, declarer_avant: date | None = None) -> Vie:
        return self.noter(
            ProcedureCollectiveOuverte(
                nature=NatureProcedure.LIQUIDATION,
                jugement=self.jour,
                publication=publication,
                declaration_avant=declarer_avant,
                jour=self.jour,
            )
        )

    def ecarter_procedure(self) -> Vie:
        return self.noter(ProcedureCollectiveEcartee(motif="Homonyme", jour=self.jour))

    def declarer(self) -> Vie:
        return self.noter(CreanceDeclaree(envoi="1A00000000009", jour=self.jour))

    def contester(self, motif: str = "Marchandise abîmée") -> Vie:
        return self.noter(LitigeOuvert(motif=motif, jour=self.jour))

    def lever(self) -> Vie:
        return self.noter(LitigeLeve(conclusion="Réglé", jour=self.jour))

    def accorder(self, *versements: tuple[date, str]) -> Vie:
        mensualites = tuple(Mensualite(jour=jour, montant=Decimal(montant)) for jour, montant in versements)
        return self.noter(EcheancierAccorde(mensualites=mensualites, jour=self.jour))

    def appeler(self, resultat: ResultatAppel = ResultatAppel.SANS_SUITE) -> Vie:
        return self.noter(AppelConsigne(etape="appel", resultat=resultat, par="Essai", jour=self.jour))

    def repondre(self, decision: Decision = Decision.APPROUVER, jusqu_au: date | None = None) -> Vie:
        etape = self.scenario.mise_en_demeure.nom
        envoi = self.etat.envois_de(etape)[-1].prepare.cle
        return self.noter(
            ApprobationDonnee(
                etape=etape, envoi=envoi, decision=decision, par="Essai", jusqu_au=jusqu_au, jour=self.jour
            )
        )

    def deposer(self, numero: str = "1A00000000001") -> Vie:
        return self.noter(PliDepose(cle=self._pli(), numero=numero, jour=self.jour))

    def recevoir(self, issue: IssuePli = IssuePli.DISTRIBUE, presente: date | None = None) -> Vie:
        """What became of the last registered letter."""
        presente = presente or self.jour
        return self.noter(
            AccuseRecu(cle=self._pli(), issue=issue, premiere_presentation=presente, jour=self.jour)
        )

    def _pli(self) -> str:
        return [e for e in self.etat.envois.values() if e.prepare.canal is Canal.LRAR][-1].prepare.cle

    # Shortcuts to the later steps of the standard scenario.

    def a_l_appel(self) -> Vie:
        self.aller(date(2026, 6, 24))
        assert isinstance(self.action, DemanderAppel)
        return self

    def a_l_avant_contentieux(self) -> Vie:
        """The last reminder is printed, on 11 July 2026."""
        self.a_l_appel().appeler()
        self.aller(date(2026, 7, 11))
        return self

    def a_l_approbation(self) -> Vie:
        """The mise en demeure waits for its approval, on 31 July 2026."""
        self.a_l_avant_contentieux().deposer("1A00000000001")
        self.aller(date(2026, 7, 31))
        assert isinstance(self.action, DemanderApprobation)
        return self

    def a_la_poste(self) -> Vie:
        """The mise en demeure is deposited, on 3 August 2026."""
        self.a_l_approbation().repondre()
        self.aller(date(2026, 8, 3))
        self.deposer("1A00000000002")
        assert isinstance(self.agir(), Attendre)
        return self

    def au_dossier(self) -> Vie:
        """Handed over on 5 August: the délai ends on 20 August, the dossier is due on the 21st."""
        self.a_la_poste().aller(date(2026, 8, 5))
        self.recevoir()
        assert isinstance(self.aller(date(2026, 8, 21)), Assembler)
        return self


def libelle(action: Action) -> str:
    """What staff read of it."""
    match action:
        case Attendre() | Terminer():
            return action.libelle
        case DemanderApprobation():
            return f"À approuver : {action.etape.libelle}"
        case DemanderAppel():
            return "À appeler"
        case Assembler():
            return "Dossier à assembler"
        case _:
            raise AssertionError(f"la machine n'a pas fini : {action}")
