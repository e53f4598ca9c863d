"""The life of one creance without any adapter: faits are recorded, the machine acts on its day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from dossier.adapters.config_yaml import charger
from dossier.core.changement import MOTIF, a_reprendre, etapes_franchies, refus_de_changer
from dossier.core.creance import Adresse, Creancier, Debiteur, Facture
from dossier.core.decision import (
    Action,
    Assembler,
    Attendre,
    DemanderAdresse,
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
from dossier.core.etat import Envoi, Etat, rejouer
from dossier.core.faits import (
    AccuseRecu,
    AdresseVerifiee,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    CauseAnnulation,
    Contenu,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    Decision,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRetire,
    EnvoiSignale,
    EtapeSautee,
    EvenementPli,
    Fait,
    GenreScan,
    IssuePli,
    LitigeLeve,
    LitigeOuvert,
    Mensualite,
    NatureProcedure,
    PaiementAnnule,
    PaiementRecu,
    PliDepose,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    ProcedureReprise,
    ProcedureSuspendue,
    PromesseFaite,
    RemiseTentee,
    ResultatAppel,
    ScanRecu,
    ScenarioChange,
    Sens,
    SuiviRecu,
    enchainer,
)
from dossier.core.plis import accuse_du_transporteur
from dossier.core.reception import Classement, PliConnu, classer
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
    return Archive(cle=cle, empreinte=hashlib.sha256(cle.encode()).hexdigest(), taille=1)


def evenement(sens: Sens, jour: date, heure: int = 10, code: str = "", libelle: str = "") -> EvenementPli:
    """One event of a carrier, at that hour of UTC."""
    instant = datetime(jour.year, jour.month, jour.day, heure, tzinfo=UTC)
    return EvenementPli(code=code or sens.value, libelle=libelle or sens.value, instant=instant, sens=sens)


def sans_email() -> Facture:
    return facture(debiteur=debiteur(email=None))


class Vie:
    """The days follow one another; what leaves, is skipped or closed is kept in `evenements`."""

    def __init__(
        self,
        ouverture: date = EMISSION,
        la_facture: Facture | None = None,
        scenario: Scenario | None = None,
        transporteur: str = "",
    ) -> None:
        """`transporteur`: who posts the registered letters by himself; empty when a person does."""
        self.scenario = scenario or standard()
        self.transporteur = transporteur
        self.boite: dict[str, str] = {}
        """The scans that wait in the inbox: name of the file, why it waits."""
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
        self._classer_la_boite()
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
                    destinataire=self._destinataire(action.canal),
                    reste=self.etat.solde,
                    pdf=archive(f"{action.cle}.pdf"),
                    source=archive(f"{action.cle}.docx"),
                )
            case Envoyer():
                return self._envoyer(action)
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

    def _destinataire(self, canal: Canal) -> str:
        debiteur = self.etat.facture.debiteur
        return debiteur.email or "" if canal is Canal.EMAIL else ", ".join(debiteur.adresse.bloc)

    def _envoyer(self, action: Envoyer) -> EnvoiFait:
        """Nothing is posted where a letter came back from, nor elsewhere than where the debtor is."""
        cle, canal = action.envoi.prepare.cle, action.envoi.prepare.canal
        if canal is not Canal.EMAIL:
            assert not [e for e in self.etat.envois.values() if e.revenu_sans_adresse], "adresse perdue"
            assert action.envoi.tentee or action.envoi.prepare.destinataire == self._destinataire(canal)
        transporteur = self.transporteur if canal is Canal.LRAR else ""
        comment = f"recommandé confié à {transporteur}" if transporteur else CANAUX[canal]
        self._dire(f"{action.etape.libelle} ({comment})")
        reference = f"R-{cle}" if transporteur else ""
        return EnvoiFait(
            cle=cle, jour=self.jour, preuve="250 OK", transporteur=transporteur, reference=reference
        )

    def _classer_la_boite(self) -> None:
        """File the scans of the inbox whose letter is known; the others wait, with the reason."""
        for fichier in list(self.boite):
            classement = classer(fichier, "", self._plis_connus())
            if isinstance(classement, str):
                self.boite[fichier] = classement.replace("\u00a0", " ")
                continue
            del self.boite[fichier]
            self._classer(fichier, classement)

    def _classer(self, fichier: str, classement: Classement) -> None:
        cle, genre = classement.pli.cle, classement.genre
        self.noter(ScanRecu(cle=cle, genre=genre, fichier=fichier, pdf=archive(fichier), jour=self.jour))
        self._dire(f"{fichier} classé ({genre.value}) : {self.etat.envois[cle].prepare.intitule}")

    def _plis_connus(self) -> dict[str, Sequence[PliConnu]]:
        etat = self.etat
        return {
            envoi.depot.numero: [
                PliConnu(etat.creance, etat.facture.numero, envoi.prepare.cle, envoi.depot.numero)
            ]
            for envoi in etat.envois.values()
            if envoi.depot is not None
        }

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

    def promettre(self, pour: date, montant: str = "") -> Vie:
        somme = Decimal(montant) if montant else None
        return self.noter(PromesseFaite(promis_le=pour, montant=somme, jour=self.jour))

    def suspendre(self, jusqu_au: date | None = None, motif: str = "Congés") -> Vie:
        return self.noter(ProcedureSuspendue(motif=motif, jusqu_au=jusqu_au, par="Essai", jour=self.jour))

    def reprendre(self) -> Vie:
        return self.noter(ProcedureReprise(motif="Retour", par="Essai", jour=self.jour))

    def annuler(self, montant: str, cause: CauseAnnulation = CauseAnnulation.IMPAYE) -> Vie:
        """The last payment of that sum is taken back."""
        vise = [p for p in self.etat.paiements if p.montant == Decimal(montant)][-1]
        return self.noter(
            PaiementAnnule(paiement=vise, cause=cause, motif="Rejet", par="Essai", jour=self.jour)
        )

    def suivre_le_scenario(self, nouveau: Scenario) -> Vie:
        """Another scenario from now on, as the form records it."""
        refus = refus_de_changer(self.etat, self.scenario, nouveau)
        assert refus is None, refus
        retraits = [
            EnvoiRetire(cle=e.prepare.cle, motif=MOTIF, jour=self.jour) for e in a_reprendre(self.etat)
        ]
        sautees = [
            EtapeSautee(etape=e.nom, motif=MOTIF, jour=self.jour)
            for e in etapes_franchies(self.etat, self.scenario, nouveau)
        ]
        change = ScenarioChange(scenario=nouveau.nom, motif="Essai", par="Essai", jour=self.jour)
        self.scenario = nouveau
        return self.noter(*retraits, change, *sautees)

    def accorder(self, *versements: tuple[date, str]) -> Vie:
        mensualites = tuple(Mensualite(jour=jour, montant=Decimal(montant)) for jour, montant in versements)
        return self.noter(EcheancierAccorde(mensualites=mensualites, jour=self.jour))

    def appeler(
        self, resultat: ResultatAppel = ResultatAppel.SANS_SUITE, rappeler_le: date | None = None
    ) -> Vie:
        appel = AppelConsigne(
            etape="appel", resultat=resultat, rappeler_le=rappeler_le, par="Essai", jour=self.jour
        )
        return self.noter(appel)

    def repondre(self, decision: Decision = Decision.APPROUVER, jusqu_au: date | None = None) -> Vie:
        etape = self.scenario.mise_en_demeure.nom
        envoi = self.etat.envois_de(etape)[-1].prepare.cle
        return self.noter(
            ApprobationDonnee(
                etape=etape, envoi=envoi, decision=decision, par="Essai", jusqu_au=jusqu_au, jour=self.jour
            )
        )

    def deposer(self, numero: str = "1A00000000001", jour: date | None = None) -> Vie:
        """The last registered letter is posted, under that number."""
        cle = self.plis()[-1].prepare.cle
        return self.noter(PliDepose(cle=cle, numero=numero, jour=jour or self.jour))

    def recevoir(
        self,
        issue: IssuePli = IssuePli.DISTRIBUE,
        presente: date | None = None,
        numero: str = "",
        jour: date | None = None,
    ) -> Vie:
        """A person records what became of the letter of that number, else of the last one posted."""
        jour = jour or self.jour
        recu = AccuseRecu(
            cle=self.pli(numero).prepare.cle,
            issue=issue,
            premiere_presentation=presente or jour,
            jour=jour,
            numero=numero,
        )
        return self.noter(recu)

    def suivre(
        self,
        *evenements: EvenementPli,
        numero: str = "",
        depose: date | None = None,
        definitif: bool = False,
        transporteur: str = "La Poste",
    ) -> Vie:
        """The carrier answers: all the events of the letter of that number, oldest first.

        `depose`: the day on which a carrier that posts by itself did so.
        """
        cle = self.plis()[-1].prepare.cle if depose else self.pli(numero).prepare.cle
        if depose is not None and self.etat.envois[cle].depot is None:
            self.noter(PliDepose(cle=cle, numero=numero, jour=depose))
        if evenements:
            suivi = SuiviRecu(
                cle=cle,
                transporteur=transporteur,
                evenements=evenements,
                definitif=definitif,
                reponse=archive("suivi.json"),
                jour=self.jour,
            )
            accuse = accuse_du_transporteur(self.etat.envois[cle], evenements, numero)
            self.noter(suivi, *([accuse] if accuse else []))
        return self

    def numeriser(self, fichier: str) -> Vie:
        """A scan is dropped in the inbox."""
        self.boite[fichier] = "pas encore lu"
        return self

    def remettre(self, genre: GenreScan) -> Vie:
        """The carrier gives a paper of the last letter posted."""
        nom = f"{genre.value}.pdf"
        cle = self.pli().prepare.cle
        return self.noter(ScanRecu(cle=cle, genre=genre, fichier=nom, pdf=archive(nom), jour=self.jour))

    def retirer(self, motif: str = "erreur dans la lettre") -> Vie:
        """The last registered letter is taken back from the tray."""
        return self.noter(EnvoiRetire(cle=self.plis()[-1].prepare.cle, motif=motif, jour=self.jour))

    def trouver(self, adresse: Adresse | None = None, source: str = "Kbis") -> Vie:
        """A person found where the debtor is, at the same place when no address is given.

        As the form does, letters that bear another address and have not left are taken back, or signalled
        when they may have.
        """
        meme = self.etat.facture.debiteur.adresse
        trouvee = adresse or meme
        verifiee = AdresseVerifiee(adresse=trouvee, source=source, par="Essai", jour=self.jour)
        attend = [
            envoi
            for envoi in self.etat.envois.values()
            if envoi.prepare.canal is not Canal.EMAIL and envoi.depart is None and envoi.retire is None
        ]
        return self.noter(verifiee, *(self._perimer(attend) if trouvee != meme else ()))

    def tenter(self) -> Vie:
        """The carrier was about to be given the letter, and nobody knows whether it was."""
        envoyer = self.action
        assert isinstance(envoyer, Envoyer)
        return self.noter(RemiseTentee(cle=envoyer.envoi.prepare.cle, jour=self.jour))

    def _perimer(self, envois: Iterable[Envoi]) -> Iterable[Contenu]:
        for envoi in envois:
            parti = envoi.prepare.canal is Canal.LRAR and (envoi.tentee or envoi.fait)
            genre = EnvoiSignale if parti else EnvoiRetire
            yield genre(cle=envoi.prepare.cle, motif="adresse du débiteur changée", jour=self.jour)

    def plis(self) -> list[Envoi]:
        """The registered letters, in the order in which they were written."""
        envois = self.etat.envois.values()
        return [e for e in envois if e.prepare.canal is Canal.LRAR and e.retire is None]

    def pli(self, numero: str = "") -> Envoi:
        """The letter of that number, else the last one printed; without a number, the last one posted."""
        plis = self.plis()
        deposes = [e for e in plis if e.depot and numero in {"", e.depot.numero}]
        imprimes = [e for e in plis if e.fait and not e.depot] if numero else []
        return (deposes or imprimes)[-1]

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
        case DemanderAdresse():
            return "Adresse à vérifier : pli revenu NPAI"
        case DemanderAppel():
            return "À appeler"
        case Assembler():
            return "Dossier à assembler"
        case _:
            raise AssertionError(f"la machine n'a pas fini : {action}")
