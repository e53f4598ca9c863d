"""What a dossier lacks before it is sealed, and who takes it upon himself to do without."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.core.completude import Lacune, concerne, lacunes, non_levees
from dossier.core.creance import identifiant
from dossier.core.decision import Assembler, decide
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.examen import Creance, examiner
from dossier.core.faits import DerogationDonnee
from dossier.core.pieces import lister_pieces
from dossier.services.creances import decompte_de, insister, lire_etat, scenario_de
from dossier.services.formulaire import exiger_texte
from dossier.services.outils import Outils


def mures(outils: Outils, debiteur: str) -> tuple[Etat, ...]:
    """The creances of that debtor whose délai has ended and which no dossier holds yet."""
    etats = [lire_etat(outils, ouverture.creance) for ouverture in outils.journal.creances(debiteur)]
    jour = outils.clock.jour()
    return tuple(
        etat for etat in etats if isinstance(decide(etat, scenario_de(outils, etat), jour), Assembler)
    )


def ensemble(outils: Outils, etat: Etat) -> tuple[Etat, ...]:
    """The ripe creances that one dossier would hold with that one: claims of one nature go to one court.

    Once an application is filed, a new version of its dossier takes no other claim in.
    """
    memes = (e for e in mures(outils, etat.debiteur) if _va_avec(e, etat))
    return tuple(sorted(memes, key=lambda e: e.creance))


def _va_avec(autre: Etat, etat: Etat) -> bool:
    return (autre.facture.nature, autre.suites.requete) == (etat.facture.nature, etat.suites.requete)


def lacunes_de(outils: Outils, etats: Sequence[Etat]) -> tuple[Lacune, ...]:
    """Every gap of the dossier of these creances today, the blocking ones first. Raises ParametreNonCouvert."""
    jour = outils.clock.jour()
    creances = [Creance(e, scenario_de(outils, e), decompte_de(outils, e, jour)) for e in etats]
    examen = examiner(creances, outils.creancier, outils.droit, jour)
    pieces = lister_pieces([(creance.etat, creance.scenario) for creance in creances])
    return lacunes(etats, pieces, examen, outils.creancier, outils.droit.completude, jour)


def bloquants(outils: Outils, etat: Etat) -> tuple[str, ...]:
    """The codes of what stops the sealing of the dossier with that creance, once each; none when it is no longer ripe.

    Raises ParametreNonCouvert.
    """
    return tuple(dict.fromkeys(lacune.code for lacune in bloquantes(outils, etat)))


def bloquantes(outils: Outils, etat: Etat) -> tuple[Lacune, ...]:
    """What stops the sealing of the dossier with that creance; nothing when it is no longer ripe.

    Raises ParametreNonCouvert.
    """
    etats = ensemble(outils, etat)
    if etat.creance not in {e.creance for e in etats}:
        return ()
    return tuple(non_levees(lacunes_de(outils, etats), etats))


def exiger_complet(outils: Outils, etats: Sequence[Etat]) -> None:
    """Raises DonneeInvalide with every gap that stops the sealing and that nobody took upon himself."""
    manquent = non_levees(lacunes_de(outils, etats), etats)
    if manquent:
        numero = etats[0].facture.numero
        phrases = " ".join(lacune.phrase for lacune in manquent)
        raise DonneeInvalide(
            f"Le dossier n'est pas complet : {phrases} Réglez ces points, ou passez outre en votre nom : "
            f"`dossier deroger {numero} --par … --motif …`."
        )


def deroger(outils: Outils, facture: str, par: str, motif: str, *, auteur: str) -> str:
    """Seal without what is missing today: a named person says why; told in the journal, never in what is served."""
    par, motif = exiger_texte(par, "votre nom"), exiger_texte(motif, "le motif de la dérogation")
    return insister(lambda: _deroger(outils, facture, par, motif, auteur))


def _deroger(outils: Outils, facture: str, par: str, motif: str, auteur: str) -> str:
    etat = lire_etat(outils, identifiant(facture))
    etats = ensemble(outils, etat)
    if etat.creance not in {e.creance for e in etats}:
        raise DonneeInvalide(
            f"Le dossier de {etat.facture.numero} n'est pas à sceller : il n'y a rien à quoi déroger."
        )
    manquent = non_levees(lacunes_de(outils, etats), etats)
    if not manquent:
        return f"Rien ne bloque le dossier de {etat.facture.numero} : rien n'a changé."
    jour = outils.clock.jour()
    codes = {e.creance: _codes(manquent, e) for e in etats}
    outils.journal.ajouter(
        {
            creance: [DerogationDonnee(lacunes=siens, par=par, motif=motif, jour=jour)]
            for creance, siens in codes.items()
            if siens
        },
        {e.creance: e.numero for e in etats},
        auteur=auteur,
        instant=outils.clock.now(),
    )
    return f"Dérogation enregistrée, décidée par {par} : {'; '.join(lacune.constat for lacune in manquent)}."


def _codes(manquent: Sequence[Lacune], etat: Etat) -> tuple[str, ...]:
    """What a person does without for that creance: a gap of another invoice is not his."""
    return tuple(dict.fromkeys(lacune.code for lacune in manquent if concerne(lacune, etat)))
