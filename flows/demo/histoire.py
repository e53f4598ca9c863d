"""What the fictional people of `exemples/histoire.yaml` do, and when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import Field

from dossier.core.decision import date_faite
from dossier.core.droit.delais import reporter
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal, Decision, GenrePiece, IssuePli, Mensualite, ResultatAppel
from dossier.core.modele import Modele
from dossier.core.montants import Montant
from dossier.core.scenario import GenreEtape, Scenario
from flows.champs import DECISIONS, RESULTATS

QUI = "Camille Exemple (fictive)"
UN_JOUR = timedelta(days=1)


class Quand(Modele):
    """A date, or so many days after a step or a deposit really took place."""

    le: date | None = None
    apres: str = ""
    jours: int = 0


class Evenement(Modele):
    """One thing that somebody does."""

    quand: Quand
    fait: Literal["piece", "paiement", "accuse", "litige_ouvert", "litige_leve", "echeancier", "appel"]
    montant: Montant | None = None
    reference: str = ""
    issue: IssuePli | None = None
    presente_apres: int = 0
    motif: str = ""
    conclusion: str = ""
    mensualites: tuple[Mensualite, ...] = ()
    resultat: ResultatAppel = ResultatAppel.MESSAGE_LAISSE
    note: str = ""
    genre: GenrePiece | None = None
    intitule: str = ""
    du: date | None = None
    fichier: str = ""


class Histoire(Modele):
    """The whole story: when it begins, the proofs that the post gives, the events of each invoice."""

    depart: date
    fin: date
    preuves: dict[str, str] = Field(default_factory=dict)
    factures: dict[str, tuple[Evenement, ...]] = Field(default_factory=dict)


class Formulaire(NamedTuple):
    """A form of the Prefect UI, filled in."""

    flux: str
    parametres: dict[str, Any]


class Prevu(NamedTuple):
    """A form to fill on that day; `cle` says which one for ever."""

    jour: date
    cle: str
    formulaire: Formulaire


def prevus(histoire: Histoire, racine: str, etat: Etat, scenario: Scenario) -> Iterator[Prevu]:
    """The forms of one invoice whose day is known by now. `racine`: folder of the story's files."""
    numero = etat.facture.numero
    for rang, evenement in enumerate(histoire.factures.get(numero, ())):
        jour = _jour(evenement, etat, scenario)
        if jour is not None and evenement.fait != "appel":
            yield Prevu(jour, f"{numero}:{rang}", _formulaire(histoire, racine, etat, evenement, jour))
    for envoi in etat.envois.values():
        if _a_poster(etat, envoi):
            assert envoi.fait is not None
            jour = jour_de_depot(envoi.fait.jour)
            yield Prevu(jour, f"{numero}:{envoi.prepare.cle}", _depot(histoire, racine, etat, envoi, jour))


def jour_de_depot(imprime: date) -> date:
    """The first working day after a letter was printed."""
    return reporter(imprime + UN_JOUR)


def _a_poster(etat: Etat, envoi: Envoi) -> bool:
    """Whether the clerk takes that letter to the post; one common to several invoices goes once."""
    if envoi.prepare.canal is not Canal.LRAR or envoi.fait is None or envoi.depot is not None:
        return False
    return etat.creance in {*envoi.prepare.groupe[:1]} or not envoi.prepare.groupe


def reponse(histoire: Histoire, etat: Etat, scenario: Scenario) -> dict[str, Any]:
    """What the clerk answers to the question that is open on that creance."""
    etape = scenario.etape(next(iter(etat.questions)))
    if etape.genre is not GenreEtape.APPEL:
        return {"decision": DECISIONS[Decision.APPROUVER], "par": QUI}
    appels = [e for e in histoire.factures.get(etat.facture.numero, ()) if e.fait == "appel"]
    resultat = appels[0].resultat if appels else ResultatAppel.MESSAGE_LAISSE
    return {"resultat": RESULTATS[resultat], "par": QUI, "note": appels[0].note if appels else ""}


def _jour(evenement: Evenement, etat: Etat, scenario: Scenario) -> date | None:
    if evenement.quand.le is not None:
        return evenement.quand.le
    repere = _repere(evenement.quand.apres, etat, scenario)
    return repere + timedelta(days=evenement.quand.jours) if repere else None


def _repere(apres: str, etat: Etat, scenario: Scenario) -> date | None:
    if not apres.startswith("depot"):
        return date_faite(etat, scenario.etape(apres))
    plis = _deposes(etat, apres.partition(":")[2])
    return plis[0].depot.jour if plis and plis[0].depot else None


def _deposes(etat: Etat, etape: str) -> list[Envoi]:
    envois = etat.envois_de(etape) if etape else tuple(etat.envois.values())
    return [envoi for envoi in envois if envoi.depot is not None]


def _depot(histoire: Histoire, racine: str, etat: Etat, envoi: Envoi, jour: date) -> Formulaire:
    chiffres = int(hashlib.sha256(f"{etat.creance}{envoi.prepare.cle}".encode()).hexdigest(), 16) % 10**11
    return Formulaire(
        "depot-recommande",
        {
            "facture": etat.facture.numero,
            "numero": f"1A{chiffres:011d}",
            "jour": jour.isoformat(),
            "preuve": _preuve(histoire, racine, "depot"),
        },
    )


def _formulaire(histoire: Histoire, racine: str, etat: Etat, evenement: Evenement, jour: date) -> Formulaire:
    commun = {"facture": etat.facture.numero}
    match evenement.fait:
        case "paiement":
            parametres: dict[str, Any] = {
                "montant": str(evenement.montant),
                "jour": jour.isoformat(),
                "reference": evenement.reference,
            }
            return Formulaire("paiement", {**commun, **parametres})
        case "accuse":
            return Formulaire(
                "accuse-de-reception",
                {**commun, **_accuse(histoire, racine, etat, evenement, jour)},
            )
        case "litige_ouvert":
            return Formulaire("ouvrir-un-litige", {**commun, "motif": evenement.motif})
        case "litige_leve":
            return Formulaire("lever-un-litige", {**commun, "conclusion": evenement.conclusion})
        case "echeancier":
            versements = [m.model_dump(mode="json") for m in evenement.mensualites]
            return Formulaire("accorder-un-echeancier", {**commun, "versements": versements})
        case _:
            parametres = {
                "genre": evenement.genre,
                "intitule": evenement.intitule,
                "jour": (evenement.du or jour).isoformat(),
                "fichier": f"{racine}/{evenement.fichier}",
            }
            return Formulaire("ajouter-une-piece", {**commun, **parametres})


def _accuse(histoire: Histoire, racine: str, etat: Etat, evenement: Evenement, jour: date) -> dict[str, str]:
    assert evenement.issue is not None
    depose = _deposes(etat, evenement.quand.apres.partition(":")[2])[0].depot
    assert depose is not None
    presente = depose.jour + timedelta(days=evenement.presente_apres)
    return {
        "issue": evenement.issue.value,
        "jour": jour.isoformat(),
        "premiere_presentation": presente.isoformat(),
        "preuve": _preuve(histoire, racine, evenement.issue.value),
    }


def _preuve(histoire: Histoire, racine: str, nom: str) -> str:
    """The path of that proof; empty when the story gives none."""
    return f"{racine}/{histoire.preuves[nom]}" if nom in histoire.preuves else ""
