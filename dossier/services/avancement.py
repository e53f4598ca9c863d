"""One step of one creance: what the state asks, done and recorded. Questions and waits are the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

from dossier.core.decision import Envoyer, Preparer, RompreEcheancier, Sauter, Solder, decide, dernier_envoi
from dossier.core.errors import ConflitJournal, DonneeInvalide, ParametreNonCouvert, RemiseIncertaine
from dossier.core.etat import Etat
from dossier.core.faits import (
    Canal,
    Contenu,
    CreanceSoldee,
    EcheancierRompu,
    EnvoiRetire,
    EtapeSautee,
    RemiseDouteuse,
    RemiseTentee,
)
from dossier.services.creances import consigner, decompte_de, lire_etat, scenario_de
from dossier.services.envois import envoyer, preparer, transporteur
from dossier.services.outils import Outils

Acte = Preparer | Envoyer | Sauter | RompreEcheancier | Solder


def accomplir(outils: Outils, etat: Etat, acte: Acte, *, auteur: str) -> None:
    """Do it and record it. Raises DossierError with what an operator can mend.

    A hand-over to a carrier is told to the journal before it is tried: from then on only the carrier
    knows whether the document left.
    """
    creance = etat.creance
    _refuser_adresse_perdue(outils, etat, acte)
    if isinstance(acte, Preparer):
        _preparer(outils, etat, acte, auteur)
        return
    if isinstance(acte, Envoyer) and acte.envoi.tentee is None:
        tentee = RemiseTentee(
            cle=acte.envoi.prepare.cle,
            transporteur=transporteur(outils, etat, acte.envoi.prepare),
            jour=outils.clock.jour(),
        )
        vu = consigner(outils, creance, lambda e: [tentee] if e.numero == etat.numero else [], auteur=auteur)
        if vu.numero != etat.numero:
            return  # It moved since the decision, perhaps taken back: the caller decides again.
    try:
        contenus = _executer(outils, etat, acte)
    except RemiseIncertaine as error:
        assert isinstance(acte, Envoyer)
        cle = acte.envoi.prepare.cle
        contenus = [RemiseDouteuse(cle=cle, motif=str(error), jour=outils.clock.jour())]
    consigner(outils, creance, lambda actuel: _encore_vrais(contenus, acte, etat, actuel), auteur=auteur)


def _refuser_adresse_perdue(outils: Outils, etat: Etat, acte: Acte) -> None:
    """Nothing is posted to an address from which a letter about another invoice came back (NPAI)."""
    if _canal(acte) in {None, Canal.EMAIL}:
        return
    for ouverture in outils.journal.creances(etat.debiteur):
        autre = etat if ouverture.creance == etat.creance else lire_etat(outils, ouverture.creance)
        meme = autre.fin is None and autre.facture.debiteur.adresse == etat.facture.debiteur.adresse
        if autre is not etat and meme and any(e.revenu_sans_adresse for e in autre.envois.values()):
            raise DonneeInvalide(
                f"Rien n'est posté à {etat.facture.debiteur.denomination} : un recommandé de {autre.facture.numero} en "
                "est revenu NPAI. Donnez son adresse (formulaire « changer-d-adresse », ou la question posée sur "
                f"{autre.facture.numero})."
            )


def _canal(acte: Acte) -> Canal | None:
    """The channel by which that act writes or sends; None for any other act."""
    match acte:
        case Preparer(canal=canal):
            return canal
        case Envoyer(envoi=envoi):
            return envoi.prepare.canal
        case _:
            return None


def _preparer(outils: Outils, etat: Etat, acte: Preparer, auteur: str) -> None:
    """Write the document, for all the creances that it is about, unless one of them moved meanwhile.

    The caller decides again in any case: what was not recorded is written anew.
    """
    commun = dernier_envoi(etat, acte.etape, acte.canal)
    if commun is not None and commun.prepare.groupe:
        retrait = EnvoiRetire(cle=commun.prepare.cle, motif="document trop ancien", jour=outils.clock.jour())
        consigner(outils, etat.creance, lambda _: [retrait], auteur=auteur)
        return
    lot = _lot(outils, etat, acte)
    prepares = {
        e.creance: [fait] for e, fait in zip(lot, preparer(outils, lot, acte, etat.creance), strict=True)
    }
    with suppress(ConflitJournal):
        outils.journal.ajouter(
            prepares, {e.creance: e.numero for e in lot}, auteur=auteur, instant=outils.clock.now()
        )


def _lot(outils: Outils, etat: Etat, acte: Preparer) -> tuple[Etat, ...]:
    """The creances that one document is about: those of this debtor that ask for the very same one today."""
    if not scenario_de(outils, etat).regrouper:
        return (etat,)
    autres = (o.creance for o in outils.journal.creances(etat.debiteur))
    etats = [etat, *(lire_etat(outils, creance) for creance in autres if creance != etat.creance)]
    return tuple(
        sorted((e for e in etats if e is etat or _pareil(outils, e, etat, acte)), key=lambda e: e.creance)
    )


def _pareil(outils: Outils, autre: Etat, etat: Etat, acte: Preparer) -> bool:
    memes = (_ecrit_a(autre), autre.facture.nature, autre.scenario) == (
        _ecrit_a(etat),
        etat.facture.nature,
        etat.scenario,
    )
    if not memes or autre.fin is not None:
        return False
    action = decide(autre, scenario_de(outils, autre), outils.clock.jour())
    return isinstance(action, Preparer) and (action.etape.nom, action.canal) == (acte.etape.nom, acte.canal)


def _ecrit_a(etat: Etat) -> tuple[object, ...]:
    """What a letter or an e-mail depends on in a debtor."""
    debiteur = etat.facture.debiteur
    return (debiteur.denomination, debiteur.genre, debiteur.adresse, debiteur.email, debiteur.contact)


def _executer(
    outils: Outils, etat: Etat, acte: Envoyer | Sauter | RompreEcheancier | Solder
) -> Sequence[Contenu]:
    jour = outils.clock.jour()
    match acte:
        case Envoyer():
            return [envoyer(outils, etat, acte)]
        case Sauter(etape=etape, motif=motif):
            return [EtapeSautee(etape=etape.nom, motif=motif, jour=jour)]
        case RompreEcheancier(manquee=manquee):
            return [EcheancierRompu(manquee=manquee, jour=jour)]
        case Solder():
            return [CreanceSoldee(renonce=_renonce(outils, etat, jour), jour=jour)]


def _renonce(outils: Outils, etat: Etat, jour: date) -> Decimal | None:
    try:
        return decompte_de(outils, etat, jour).total
    except ParametreNonCouvert:
        return None


def _encore_vrais(
    contenus: Sequence[Contenu],
    acte: Envoyer | Sauter | RompreEcheancier | Solder,
    vu: Etat,
    actuel: Etat,
) -> Sequence[Contenu]:
    """What was sent is recorded, once; a mere finding is dropped if the creance moved meanwhile."""
    if isinstance(acte, Envoyer):
        return [] if actuel.envois[acte.envoi.prepare.cle].fait else contenus
    return contenus if actuel.numero == vu.numero else []
