"""The variables of every document, about fictional invoices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from dossier.core.cerfa import contexte_cerfa
from dossier.core.completude import Lacune, lacunes
from dossier.core.courriers import Contexte, contexte_courrier
from dossier.core.dates import en_lettres
from dossier.core.documents import (
    contexte_bordereau,
    contexte_chronologie,
    contexte_decompte,
    contexte_lettre_de_remise,
    contexte_note,
)
from dossier.core.documents_etablis import contexte_etabli
from dossier.core.echantillons.donnees import (
    DOSSIER,
    REMISE,
    Cadre,
    Jeu,
    creancier_de,
    jour_du_courrier,
    mots,
    poursuivre,
    recueils_de,
)
from dossier.core.echantillons.usages import Usage
from dossier.core.examen import Creance, Examen, examiner
from dossier.core.faits import (
    AppelConsigne,
    Contenu,
    CreanceSoldee,
    EcheancierAccorde,
    GenreDocument,
    Mensualite,
    PaiementRecu,
    ResultatAppel,
)
from dossier.core.langues import LANGUES
from dossier.core.mandat import contexte_mandat
from dossier.core.montants import CENTIME
from dossier.core.pieces import lister_pieces
from dossier.core.recueil import Recueil
from dossier.core.requete import contexte_requete


def contexte(modele: str, usage: Usage, jeu: Jeu, nombre: int, cadre: Cadre) -> Contexte:
    """All the variables of that document, about `nombre` fictional invoices of one debtor."""
    cadre = cadre._replace(creancier=creancier_de(cadre.creancier, jeu))
    famille = _DOCUMENTS.get(modele)
    if famille is not None:
        return famille(recueils_de(usage, jeu, nombre, cadre, DOSSIER), cadre, jeu)
    jour = jour_du_courrier(usage)
    recueils = recueils_de(usage, jeu, nombre, cadre, jour)
    creances = [(recueil.etat, recueil.decompte) for recueil in recueils]
    return contexte_courrier(
        creances,
        usage.etape,
        usage.canal,
        cadre.creancier,
        jour,
        langue=LANGUES[usage.scenario.langue],
        libelles=usage.scenario.libelles_lettre,
    )


def jour_de(usage: Usage, modele: str) -> date:
    """The day that the sample document bears."""
    return DOSSIER if modele in _DOCUMENTS else jour_du_courrier(usage)


Document = Callable[[list[Recueil], Cadre, Jeu], Contexte]


def _examen(recueils: Sequence[Recueil], cadre: Cadre) -> Examen:
    creances = [Creance(r.etat, r.scenario, r.decompte) for r in recueils]
    return examiner(creances, cadre.creancier, cadre.droit, DOSSIER)


def _manques(recueils: Sequence[Recueil], cadre: Cadre) -> tuple[Lacune, ...]:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    etats, examen = [r.etat for r in recueils], _examen(recueils, cadre)
    return lacunes(etats, pieces, examen, cadre.creancier, cadre.droit.completude, DOSSIER)


def _requete(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    tribunal = _examen(recueils, cadre).juridiction
    return contexte_requete(recueils, pieces, [2] * len(pieces), cadre.creancier, tribunal, DOSSIER)


def _champs_cerfa(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    tribunal = _examen(recueils, cadre).juridiction
    return contexte_cerfa(recueils, pieces, cadre.creancier, tribunal, DOSSIER)


def _mandat(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    """Between two merchants, whatever the two parties of the samples are: the way is for them only."""
    marchand = cadre.creancier.model_copy(update={"forme": "SAS"})
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    return contexte_mandat(
        recueils,
        pieces,
        [2] * len(pieces),
        cadre.creancier,
        _examen(recueils, cadre._replace(creancier=marchand)),
        "dossier-exemple-v1",
        DOSSIER,
    )


def _bordereau(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    tribunal = _examen(recueils, cadre).juridiction
    return contexte_bordereau(recueils, pieces, [2] * len(pieces), cadre.creancier, tribunal, DOSSIER)


def _le_decompte(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    return contexte_decompte(recueils, cadre.creancier, DOSSIER)


def _chronologie(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    return contexte_chronologie(recueils, pieces, cadre.creancier, DOSSIER)


def _note(recueils: list[Recueil], cadre: Cadre, jeu: Jeu) -> Contexte:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    examen = _examen(recueils, cadre)
    mention = mots(jeu, "horodatage d'exemple, non qualifié")
    return contexte_note(
        recueils,
        pieces,
        cadre.creancier,
        examen,
        "dossier-exemple-v1",
        mention,
        DOSSIER,
        manques=_manques(recueils, cadre),
    )


def _remise(recueils: list[Recueil], cadre: Cadre, jeu: Jeu) -> Contexte:
    """The letter to the lawyer or to the commissaire de justice."""
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    return contexte_lettre_de_remise(
        recueils,
        pieces,
        [2] * len(pieces),
        cadre.creancier,
        _examen(recueils, cadre),
        "dossier-exemple-v1",
        mots(jeu, "horodatage d'exemple, non qualifié"),
        DOSSIER,
        _manques(recueils, cadre),
    )


def _accord(recueils: list[Recueil], cadre: Cadre, _: Jeu) -> Contexte:
    total = recueils[0].decompte.total
    part = (total / 3).quantize(CENTIME)
    mensualites = tuple(
        Mensualite(jour=DOSSIER + timedelta(days=30 * rang), montant=montant)
        for rang, montant in enumerate((part, part, total - part * 2), start=1)
    )
    accorde = EcheancierAccorde(mensualites=mensualites, jour=DOSSIER)
    return _etabli(GenreDocument.ACCORD_ECHELONNEMENT, recueils[0], cadre, accorde)


def _appel(recueils: list[Recueil], cadre: Cadre, jeu: Jeu) -> Contexte:
    appel = AppelConsigne(
        etape="appel",
        resultat=ResultatAppel.PAIEMENT_ANNONCE,
        note=mots(jeu, "Règlement promis sous huitaine."),
        par=mots(jeu, "Alix Spécimen"),
        jour=DOSSIER,
    )
    return _etabli(GenreDocument.COMPTE_RENDU_APPEL, recueils[0], cadre, appel)


def _quittance(recueils: list[Recueil], cadre: Cadre, jeu: Jeu) -> Contexte:
    paye = PaiementRecu(
        montant=recueils[0].decompte.principal_restant, jour=REMISE, reference=mots(jeu, "VIR-EXEMPLE")
    )
    soldee = CreanceSoldee(renonce=CENTIME * 4000, jour=DOSSIER)
    return _etabli(GenreDocument.QUITTANCE, recueils[0], cadre, paye, soldee)


def _etabli(genre: GenreDocument, recueil: Recueil, cadre: Cadre, *suite: Contenu) -> Contexte:
    """A document that a person asks for on one invoice, once this has been recorded of it."""
    suivi = poursuivre(recueil, suite, cadre, DOSSIER)
    return contexte_etabli(genre, suivi.etat, suivi.scenario, suivi.decompte, cadre.creancier, DOSSIER)


def _copie_de_courriel(recueils: list[Recueil], cadre: Cadre, jeu: Jeu) -> Contexte:
    corps: list[Any] = ["Bonjour,", mots(jeu, "La facture d'exemple\nreste à régler."), "Cordialement"]
    return {
        "creancier": {"denomination": cadre.creancier.denomination},
        "objet": f"Copie du courriel du {en_lettres(DOSSIER)}",
        "expediteur": cadre.creancier.email,
        "destinataire": recueils[0].etat.facture.debiteur.email or "",
        "date": en_lettres(DOSSIER),
        "sujet": mots(jeu, "Rappel de facture"),
        "message_id": "<exemple@atelier-fictif.example>",
        "corps": corps * (20 if jeu is Jeu.LONG else 1),
        "pieces": [mots(jeu, "facture-exemple.pdf")],
    }


_DOCUMENTS: dict[str, Document] = {
    "documents/accord-echelonnement": _accord,
    "documents/compte-rendu-appel": _appel,
    "documents/quittance": _quittance,
    "dossier/bordereau": _bordereau,
    "dossier/champs-cerfa": _champs_cerfa,
    "dossier/chronologie": _chronologie,
    "dossier/courriel": _copie_de_courriel,
    "dossier/decompte": _le_decompte,
    "dossier/lettre-avocat": _remise,
    "dossier/lettre-commissaire": _remise,
    "dossier/mandat-commissaire": _mandat,
    "dossier/note-de-remise": _note,
    "dossier/requete": _requete,
}
