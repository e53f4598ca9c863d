"""A bank statement into the journal: what is certain is recorded, the rest waits for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, assert_never

from dossier.core.dates import en_lettres, jour_legal
from dossier.core.errors import DossierError, ParametreNonCouvert
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    Archive,
    AvoirEmis,
    CauseAnnulation,
    Contenu,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    LigneAVoir,
    PaiementAnnule,
    PaiementRecu,
    lire_contenu,
)
from dossier.core.importation import Refus
from dossier.core.montants import ZERO
from dossier.core.ports import Extrait
from dossier.core.rapprochement import Part, Suite, Verdict, rapprocher
from dossier.core.registre import Du, Registre, Trace
from dossier.core.releve import (
    Mouvement,
    Releve,
    format_de,
    identite_de,
    identites,
    moyen_de,
    reference_de,
)
from dossier.services.archives import archiver
from dossier.services.creances import decompte_de, lire_etat
from dossier.services.lignes_a_voir import noter
from dossier.services.outils import Outils
from dossier.services.sommes_recues import paiement


class Ligne(NamedTuple):
    """One line of the statement and what became of it."""

    mouvement: Mouvement
    reference: str
    """Under which a payment of that line is, or would be, recorded."""
    verdict: Verdict
    dits: tuple[str, ...] = ()
    """What recording it changed: French sentences."""
    creances: tuple[str, ...] = ()
    """Those that received it, now or before: to be woken."""


class Rapport(NamedTuple):
    """What one statement gave."""

    nom: str
    essai: bool
    """Nothing was recorded: this is what would be."""
    lignes: tuple[Ligne, ...]
    refus: tuple[Refus, ...]
    alertes: tuple[str, ...]
    archive: Archive | None = None
    """The statement itself, in the store; it belongs to no dossier: it shows the money of other customers."""

    def de(self, suite: Suite, *, credit: bool | None = None) -> tuple[Ligne, ...]:
        """The lines that met that end, in the order of the statement."""
        return tuple(
            ligne
            for ligne in self.lignes
            if ligne.verdict.suite is suite and credit in {None, ligne.mouvement.credit}
        )

    @property
    def creances(self) -> tuple[str, ...]:
        """Those that a line of the statement paid, each once."""
        return tuple(dict.fromkeys(creance for ligne in self.lignes for creance in ligne.creances))


def somme(lignes: Sequence[Ligne]) -> Decimal:
    """Euros of these lines, whatever their sense."""
    return sum((ligne.mouvement.montant for ligne in lignes), ZERO)


def importer(
    outils: Outils, nom: str, contenu: bytes, releve: Releve, *, auteur: str, essai: bool = False
) -> Rapport:
    """Archive the statement and record the payments that are certain, one line after the other.

    `releve`: what was read in `contenu`. A line that cannot be recorded stops no other. Run again, on this file
    or on one that overlaps it, it finds each line where it is. `essai`: change nothing, say what would be done.
    """
    registre, alertes = _registre(outils)
    mouvements = releve.mouvements
    ids = identites(mouvements)
    registre.du_fichier = frozenset(ids)
    archive = None if essai else _archiver(outils, contenu)
    guichet = _Guichet(outils, registre, auteur, essai=essai)
    lignes = tuple(guichet.passer(m, identite) for m, identite in zip(mouvements, ids, strict=True))
    if not essai:
        a_voir = (_a_voir(nom, ligne, identite) for ligne, identite in zip(lignes, ids, strict=True))
        noter(outils, filter(None, a_voir), auteur=auteur)
    return Rapport(nom, essai, lignes, releve.refus, (*releve.alertes, *alertes), archive)


def _a_voir(nom: str, ligne: Ligne, identite: str) -> LigneAVoir | None:
    """What a person must see of that line; None when it is settled, or when nothing can be done about it."""
    mouvement, verdict = ligne.mouvement, ligne.verdict
    if verdict.suite is not Suite.PROPOSER and not (verdict.suite is Suite.RETOUR and verdict.choix):
        return None
    return LigneAVoir(
        ligne=identite,
        releve=nom,
        jour=mouvement.jour,
        montant=mouvement.montant,
        credit=mouvement.credit,
        reference=ligne.reference,
        motif=verdict.motif,
        creances=tuple(dict.fromkeys(part.creance for parts in verdict.choix for part in parts)),
    )


def _archiver(outils: Outils, contenu: bytes) -> Archive:
    unique = hashlib.sha256(contenu).hexdigest()[:16]
    return archiver(outils, f"releves/{unique}.{format_de(contenu).value}", contenu)


class _Guichet:
    """Takes the lines one by one; each sees what the ones before it have paid."""

    def __init__(self, outils: Outils, registre: Registre, auteur: str, *, essai: bool) -> None:
        self._outils, self._registre, self._auteur, self._essai = outils, registre, auteur, essai
        self._vues: set[str] = set()

    def passer(self, mouvement: Mouvement, identite: str) -> Ligne:
        verdict = self._juger(mouvement, identite)
        self._vues.add(identite)
        ligne = Ligne(mouvement, reference_de(mouvement, identite), verdict)
        if verdict.suite is Suite.ENREGISTRER:
            return self._enregistrer(ligne, identite)
        deja = self._registre.traces.get(identite, ())
        return ligne._replace(creances=tuple(trace.creance for trace in deja))

    def _juger(self, mouvement: Mouvement, identite: str) -> Verdict:
        if identite in self._vues:
            return Verdict(
                Suite.IGNORER, "la même ligne est déjà plus haut, sous la même référence de la banque"
            )
        try:
            verdict = rapprocher(mouvement, identite, self._registre)
        except DossierError as error:  # what it names cannot be read, or counted
            return Verdict(Suite.PROPOSER, str(error).rstrip("."))
        if verdict.suite is Suite.ENREGISTRER and mouvement.jour > self._outils.clock.jour():
            motif = f"sa date de valeur est à venir : importez de nouveau ce relevé le {en_lettres(mouvement.jour)}"
            return verdict._replace(suite=Suite.PROPOSER, motif=motif)
        return verdict

    def _enregistrer(self, ligne: Ligne, identite: str) -> Ligne:
        dits: list[str] = []
        parts = ligne.verdict.choix[0]
        for part in parts:
            try:
                dits.append(self._payer(ligne, part, identite))
            except DossierError as error:
                reste = parts[len(dits) :]
                verdict = Verdict(Suite.PROPOSER, str(error).rstrip("."), (reste,))
                faites = tuple(p.creance for p in parts[: len(dits)])
                return ligne._replace(verdict=verdict, dits=tuple(dits), creances=faites)
        return ligne._replace(dits=tuple(dits), creances=tuple(part.creance for part in parts))

    def _payer(self, ligne: Ligne, part: Part, identite: str) -> str:
        mouvement = ligne.mouvement
        recu = PaiementRecu(
            montant=part.montant,
            jour=mouvement.jour,
            reference=ligne.reference,
            moyen=moyen_de(mouvement.libelle),
        )
        dit = "" if self._essai else self._ecrire(part, recu)
        du = self._registre.dus[part.creance]
        self._registre.poser(du._replace(reste=du.reste - part.montant, paiements=(*du.paiements, recu)))
        self._registre.traces.setdefault(identite, []).append(Trace(part.creance, part.numero, part.montant))
        return dit

    def _ecrire(self, part: Part, recu: PaiementRecu) -> str:
        return paiement(
            self._outils,
            part.numero,
            recu.montant,
            recu.jour,
            recu.reference,
            auteur=self._auteur,
            moyen=recu.moyen,
        )


_DE_L_ARGENT = tuple(
    genre.model_fields["type"].default
    for genre in (
        *(CreanceOuverte, PaiementRecu, PaiementAnnule, AvoirEmis),
        *(CreanceSoldee, CreanceAbandonnee, CreanceDeclaree),
    )
)
"""The kinds of faits that say what a creance is, what it was paid, and whether it is over."""


def _registre(outils: Outils) -> tuple[Registre, list[str]]:
    """Every creance, from one read of the journal; one that is altered stops nothing and is told.

    That read finds candidates: the journal of those that a line names is read whole, and verified.
    """
    lus: dict[str, Etat] = {}

    def exigibles(creance: str, jour: date) -> tuple[Decimal, ...]:
        if creance not in lus:
            lus[creance] = lire_etat(outils, creance)
        return _exigibles(outils, lus[creance], registre.dus[creance], jour)

    registre, alertes = Registre(exigibles), []
    for creance, extraits in groupby(
        outils.journal.extraits(_DE_L_ARGENT), key=lambda extrait: extrait.creance
    ):
        try:
            _inscrire(registre, tuple(extraits))
        except ValueError:
            alertes.append(
                f"Journal altéré, créance {creance} : les paiements de cette facture ne sont pas reconnus."
            )
    return registre, alertes


def _inscrire(registre: Registre, extraits: Sequence[Extrait]) -> None:
    """Raises ValueError when these are not what a creance holds."""
    contenus = [lire_contenu(extrait.texte) for extrait in extraits]
    etat = poursuivre(None, contenus)
    facture = etat.facture
    registre.poser(
        Du(
            creance=etat.creance,
            numero=facture.numero,
            debiteur=etat.debiteur,
            denomination=facture.debiteur.denomination,
            emise=facture.emission,
            echeance=facture.echeance,
            reste=etat.solde,
            deja_paye=facture.deja_paye,
            importee=jour_legal(extraits[0].instant),
            paiements=etat.paiements,
            close=_close(etat),
        )
    )
    for identite, trace in _traces(contenus):
        registre.traces.setdefault(identite, []).append(trace)


def _close(etat: Etat) -> str:
    match etat.fin:
        case None:
            return ""
        case CreanceSoldee():
            return "soldée"
        case CreanceAbandonnee():
            return "abandonnée"
        case CreanceDeclaree():
            return "déclarée à la procédure collective"
        case _:
            assert_never(etat.fin)


def _traces(contenus: Sequence[Contenu]) -> Iterator[tuple[str, Trace]]:
    """The payments of that creance that came from a line of a statement, with what took them back."""
    numero, creance = "", ""
    recus: list[tuple[PaiementRecu, CauseAnnulation | None]] = []
    for contenu in contenus:
        match contenu:
            case CreanceOuverte(facture=facture):
                numero, creance = facture.numero, facture.creance
            case PaiementRecu():
                recus.append((contenu, None))
            case PaiementAnnule(paiement=annule, cause=cause):
                recus[recus.index((annule, None))] = (annule, cause)
    for recu, annulation in recus:
        if identite := identite_de(recu.reference):
            yield identite, Trace(creance, numero, recu.montant, annulation)


def _exigibles(outils: Outils, lu: Etat, du: Du, jour: date) -> tuple[Decimal, ...]:
    """All that is due today, and as it stood on that day; what remains of the invoice while a rate is not known."""
    etat = replace(lu, paiements=du.paiements)
    jours = [outils.clock.jour()]
    if all(paiement.jour <= jour for paiement in du.paiements):
        jours.append(jour)
    try:
        return tuple(decompte_de(outils, etat, au).total for au in jours)
    except ParametreNonCouvert:
        return (max(ZERO, du.reste),)
