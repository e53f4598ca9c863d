"""What is to be done today, as a markdown page: what is urgent first, then by kind of act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from dossier.core.a_faire import AFaire, Geste
from dossier.core.dates import en_chiffres
from dossier.core.langues import en_nombre
from flows.affichage import coupee, en_cellule

URGENTES, PAR_GESTE = 10, 20
"""How many lines of one kind the urgent table shows, and each other table; the others are counted."""
BOUTONS = {
    Geste.REPRENDRE: "Retry",
    Geste.APPROUVER: "Resume",
    Geste.ADRESSE: "Resume",
    Geste.COMPLETER: "Resume",
    Geste.CONFIRMER: "Resume",
    Geste.APPELER: "Resume",
}
"""The button of the run that opens the question."""
ECARTER = "ecarter-une-ligne"
FORMULAIRES = {
    Geste.DECLARER: ("creance-declaree", "procedure-collective"),
    Geste.SIGNIFIER: ("ordonnance-signifiee",),
    Geste.APPROUVER: ("repondre-mise-en-demeure",),
    Geste.ADRESSE: ("changer-d-adresse",),
    Geste.COMPLETER: ("ajouter-une-piece", "deroger"),
    Geste.APPELER: ("consigner-un-appel",),
    Geste.POSTER: ("depot-recommande", "retirer-un-pli"),
    Geste.AVIS: ("accuse-de-reception",),
    Geste.REMETTRE: ("remettre-le-dossier",),
    Geste.RECEVOIR: ("accuse-de-remise",),
    Geste.BANQUE: ("paiement", "annuler-un-paiement", ECARTER),
    Geste.VERSEMENT: ("paiement",),
    Geste.LITIGE: ("lever-un-litige",),
    Geste.VERIFIER: ("depot-recommande", "retirer-un-pli"),
    Geste.REFUSEE: ("repondre-mise-en-demeure", "abandonner"),
    Geste.SUSPENDUE: ("reprendre",),
}
"""The forms that record it."""
PAGES = {
    Geste.PRESCRIPTION: "veille-du-droit",
    Geste.POSTER: "plis-en-cours",
    Geste.AVIS: "plis-en-cours",
    Geste.BANQUE: "releve-bancaire",
}
"""The artifact that says more."""
ENTETE = ("| Facture | À faire |", "|---|---|")
LARGEUR = 66
"""Where a cell is broken: the UI does not break them itself, and hides what passes its narrow page."""

Lien = Callable[[AFaire, str], str]
"""The address of the run of a line (empty name), or of a form filled with its invoice; empty when unknown."""


def montrees(lignes: Sequence[AFaire]) -> tuple[AFaire, ...]:
    """The lines that the page shows: those whose links are worth asking for."""
    urgentes, par_geste = _repartir(lignes)
    calmes = [ligne for reste in par_geste.values() for ligne in reste[:PAR_GESTE]]
    return (*_premieres(urgentes), *calmes)


def page_a_faire(lignes: Sequence[AFaire], jour: date, lien: Lien, alertes: Sequence[str] = ()) -> str:
    """The markdown page of the day; `alertes`: French sentences on what could not be asked."""
    urgentes, par_geste = _repartir(lignes)
    urgent = _section("Urgent", _premieres(urgentes), len(urgentes), lien)
    sections = [
        _section(geste.value, reste[:PAR_GESTE], len(reste), lien) for geste, reste in par_geste.items()
    ]
    return "\n".join(
        [
            f"# À faire aujourd'hui, le {en_chiffres(jour)}",
            f"**{bilan(lignes)}**",
            *(f"\n⚠ {en_cellule(alerte)}" for alerte in alertes),
            *(_sommaire(lignes) if lignes else []),
            *(urgent if urgentes else []),
            *(ligne for section in sections for ligne in section),
        ]
    )


def _repartir(lignes: Sequence[AFaire]) -> tuple[list[AFaire], dict[Geste, list[AFaire]]]:
    """The urgent lines, then the others by kind of act."""
    calmes = [ligne for ligne in lignes if not ligne.urgent]
    par_geste = {geste: [ligne for ligne in calmes if ligne.geste is geste] for geste in Geste}
    return [ligne for ligne in lignes if ligne.urgent], {g: reste for g, reste in par_geste.items() if reste}


def _premieres(urgentes: Sequence[AFaire]) -> list[AFaire]:
    """The first of each kind, in their order: a hundred of one kind must not hide the others."""
    vues: Counter[Geste] = Counter()
    gardees = []
    for ligne in urgentes:
        vues[ligne.geste] += 1
        if vues[ligne.geste] <= URGENTES:
            gardees.append(ligne)
    return gardees


def bilan(lignes: Sequence[AFaire]) -> str:
    """How many things there are to do, in one sentence."""
    nombre, urgentes = len(lignes), sum(ligne.urgent for ligne in lignes)
    if not nombre:
        return "Rien n'attend une personne."
    presse = f"dont {en_nombre(urgentes, 'urgente')}" if urgentes else "rien d'urgent"
    return f"{en_nombre(nombre, 'chose')} à faire, {presse}."


def _sommaire(lignes: Sequence[AFaire]) -> list[str]:
    comptes = [(geste, [ligne for ligne in lignes if ligne.geste is geste]) for geste in Geste]
    return [
        "",
        "| | En tout | Urgent | Page |",
        "|---|--:|--:|---|",
        *(
            f"| {geste.value} | {len(siennes)} | {sum(ligne.urgent for ligne in siennes) or ''} | {_page(geste)} |"
            for geste, siennes in comptes
            if siennes
        ),
    ]


def _page(geste: Geste) -> str:
    cle = PAGES.get(geste)
    return f"[{cle}](/artifacts/key/{cle})" if cle else ""


def _section(titre: str, lignes: Sequence[AFaire], total: int, lien: Lien) -> list[str]:
    reste = total - len(lignes)
    suite = [
        "",
        f"*Et {en_nombre(reste, 'autre')} : `dossier a-faire` les liste toutes ; page **Runs**, étiquette "
        "`attend:personne` ou `attend:poste`.*",
    ]
    return [
        "",
        f"## {titre} ({total})",
        *ENTETE,
        *(_ligne(ligne, lien) for ligne in lignes),
        *(suite if reste > 0 else []),
    ]


def _ligne(ligne: AFaire, lien: Lien) -> str:
    moyens = _comment(ligne, lien)
    dates = (
        f"depuis le {en_chiffres(ligne.depuis)}" if ligne.depuis else "",
        f"**limite : {en_chiffres(ligne.limite)}**" if ligne.limite else "",
    )
    qui = (
        f"**{_vers(ligne.facture or '—', lien(ligne, ''))}**",
        coupee(ligne.debiteur, LARGEUR // 2),
        *filter(None, dates),
    )
    quoi = coupee(ligne.quoi, LARGEUR) + (f"<br>→ {moyens}" if moyens else "")
    return f"| {'<br>'.join(qui)} | {quoi} |"


def _comment(ligne: AFaire, lien: Lien) -> str:
    bouton = BOUTONS.get(ligne.geste)
    moyens = [_vers(bouton, lien(ligne, ""))] if bouton else []
    moyens += [_vers(nom, lien(ligne, nom)) for nom in FORMULAIRES.get(ligne.geste, ()) if _sert(nom, ligne)]
    return " · ".join(moyens)


def _sert(formulaire: str, ligne: AFaire) -> bool:
    """Whether that form may settle that line: money that came in is not one that came back."""
    autre = "annuler-un-paiement" if ligne.releve is not None and ligne.releve.credit else "paiement"
    return ligne.releve is None or formulaire != autre


def remplissage(ligne: AFaire, formulaire: str) -> dict[str, str]:
    """What that form is filled with when it is opened from that line: its parameters, as texts."""
    facture = {"facture": ligne.facture} if ligne.facture else {}
    recue = ligne.releve
    if recue is None:
        return facture
    if formulaire == ECARTER:
        return {"ligne": recue.ligne}
    # Of several invoices, a person says which receives what: the whole on the first would leave the others due.
    partagee = recue.credit and len(recue.creances) > 1
    somme = {} if partagee else {"montant": f"{recue.montant:.2f}".replace(".", ",")}
    if formulaire != "paiement":
        return {**facture, **somme}
    return {**facture, **somme, "jour": recue.jour.isoformat(), "reference": recue.reference}


def _vers(texte: str, ou: str) -> str:
    return f"[{en_cellule(texte)}]({ou})" if ou else en_cellule(texte)
