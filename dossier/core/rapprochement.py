"""Which invoices a line of a bank statement pays. Only what is certain is said to be; the rest is proposed.

A debtor who names an invoice chooses the debt that he pays (Code civil, art. 1342-10); when he names none, the
proposals begin with the oldest one due (same article).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dossier.core.citations import citations
from dossier.core.dates import en_chiffres
from dossier.core.faits import CauseAnnulation, PaiementRecu
from dossier.core.montants import ZERO, en_euros
from dossier.core.registre import Du, Registre, Trace
from dossier.core.releve import Mouvement, identite_de, semble_une_reprise

VOISINS = timedelta(days=4)
"""Two payments of one sum on one invoice within that time may be the same, read in two files of the bank."""
A_LA_MAIN = timedelta(days=30)
"""The same, when a person recorded one of them: a cheque is cashed weeks after it is written down."""
CHOIX_MAX = 3


class Suite(StrEnum):
    """What becomes of a line."""

    ENREGISTRER = "enregistrer"
    PROPOSER = "proposer"
    RETOUR = "retour"
    IGNORER = "ignorer"


class Part(NamedTuple):
    """What one invoice receives of a payment, in euros."""

    creance: str
    numero: str
    montant: Decimal


class Verdict(NamedTuple):
    suite: Suite
    motif: str = ""
    """A French clause: why it is not recorded; empty when it is."""
    choix: tuple[tuple[Part, ...], ...] = ()
    """The ways to record it, one of them to be taken; for a return, the payments that it may take back."""


class _Cites(NamedTuple):
    """The creances that a text names, in its order, and whether each number is beyond doubt."""

    dus: tuple[Du, ...]
    surs: bool
    faibles: bool


def rapprocher(mouvement: Mouvement, identite: str, registre: Registre) -> Verdict:
    """What becomes of that line, whose identity (`releve.identites`) is given.

    Certain: the number of one open invoice is written and the sum is not more than all that it owes; or
    several numbers of one debtor, and the sum is exactly what they owe together.
    """
    if not mouvement.credit:
        return _debit(mouvement, registre)
    if (ecarte := _ecarter(mouvement)) is not None:
        return ecarte
    traces = registre.traces.get(identite, [])
    place = sum((t.montant for t in traces if t.annulation is None), ZERO)
    if (deja := _deja(traces, place, mouvement.montant)) is not None:
        return deja
    reste = mouvement.montant - place
    cites = _cites(mouvement, registre, {t.creance for t in traces if t.annulation is None})
    if cites.dus:
        return _selon_les_numeros(mouvement, reste, cites, registre, traces)
    if place:
        return Verdict(Suite.PROPOSER, f"{_enregistre(traces)} ; il en reste {en_euros(reste)} à affecter")
    return Verdict(Suite.PROPOSER, _retire(traces)) if traces else _sans_numero(mouvement, registre)


def _ecarter(mouvement: Mouvement) -> Verdict | None:
    if mouvement.montant == ZERO:
        return Verdict(Suite.IGNORER, "le montant est nul")
    if mouvement.attente:
        return Verdict(
            Suite.IGNORER,
            "la banque l'annonce sans l'avoir comptabilisé : il sera pris sur le relevé qui le comptabilise",
        )
    if mouvement.retour:
        return Verdict(Suite.IGNORER, "il rétablit un débit annulé : ce n'est pas le paiement d'un client")
    return None


def _deja(traces: Sequence[Trace], place: Decimal, montant: Decimal) -> Verdict | None:
    """A line that was recorded before; what was taken back since is not recorded again by itself."""
    if traces and place >= montant:
        return Verdict(Suite.IGNORER, _enregistre(traces))
    if any(trace.annulation is CauseAnnulation.IMPAYE for trace in traces):
        return Verdict(Suite.IGNORER, f"{_enregistre(traces)}, et revenu impayé depuis")
    return None


def _enregistre(traces: Iterable[Trace]) -> str:
    numeros = ", ".join(dict.fromkeys(trace.numero for trace in traces))
    return f"déjà enregistré sur {numeros}"


def _retire(traces: Iterable[Trace]) -> str:
    return f"{_enregistre(traces)}, puis retiré par une personne"


def _cites(mouvement: Mouvement, registre: Registre, servies: set[str]) -> _Cites:
    """What the text names, but for the creances that this very line has paid already."""
    trouvees = citations(mouvement.libelle, registre.numeros)
    creances = dict.fromkeys(c for citation in trouvees for c in citation.creances if c not in servies)
    return _Cites(
        tuple(registre.dus[creance] for creance in creances),
        surs=all(citation.sure and len(citation.creances) == 1 for citation in trouvees),
        faibles=any(citation.faible for citation in trouvees),
    )


def _selon_les_numeros(
    mouvement: Mouvement, reste: Decimal, cites: _Cites, registre: Registre, traces: Sequence[Trace]
) -> Verdict:
    parts = _parts(mouvement, reste, cites.dus, registre)
    motif = next(_obstacles(mouvement, cites, registre, traces), "")
    if parts and not motif:
        return Verdict(Suite.ENREGISTRER, choix=(parts,))
    ouverts = [du for du in cites.dus if not du.close]
    proposees = parts or _repartir(reste, ouverts, mouvement, registre)
    return Verdict(
        Suite.PROPOSER,
        motif or _inegal(reste, ouverts, mouvement, registre),
        (proposees,) if proposees else (),
    )


def _parts(mouvement: Mouvement, montant: Decimal, dus: Sequence[Du], registre: Registre) -> tuple[Part, ...]:
    """How a payment pays the invoices that it names; empty when the sums do not say so."""
    if any(du.close for du in dus):
        return ()
    totaux = [registre.exigibles(du.creance, mouvement.jour) for du in dus]
    entier = montant == mouvement.montant
    if len(dus) == 1 and entier and montant <= totaux[0][-1]:
        return (Part(dus[0].creance, dus[0].numero, montant),)
    for sommes in ([du.reste for du in dus], *map(list, zip(*totaux, strict=False))):
        if min(sommes) > ZERO and sum(sommes, ZERO) == montant:
            return tuple(Part(d.creance, d.numero, s) for d, s in zip(dus, sommes, strict=True))
    return ()


def _obstacles(
    mouvement: Mouvement, cites: _Cites, registre: Registre, traces: Sequence[Trace]
) -> Iterator[str]:
    """What prevents recording a payment by itself, whatever its sum: French clauses, the gravest first."""
    for du in cites.dus:
        if du.close:
            yield (
                f"{du.numero} est {du.close} : rien ne peut plus y être enregistré, la somme est à rendre ou à imputer"
            )
    if mouvement.reserve:
        yield mouvement.reserve
    if any(trace.annulation is CauseAnnulation.ERREUR for trace in traces):
        yield _retire(traces)
    if not cites.surs:
        yield (
            "le numéro de facture paraît coupé, suivi d'autres chiffres, commun à plusieurs factures, ou écrit à côté "
            "d'un autre qui n'est pas suivi"
        )
    if semble_une_reprise(mouvement.libelle):
        yield "ses mots sont ceux d'une opération rejetée, annulée ou remboursée : est-ce bien un paiement ?"
    yield from _un_autre_payeur(cites, registre, registre.reconnus(mouvement))
    if len({du.debiteur for du in cites.dus}) > 1:
        yield "les factures citées ne sont pas du même débiteur"
    for du in cites.dus:
        if mouvement.jour < du.emise:
            yield f"il est daté d'avant la facture {du.numero}, émise le {en_chiffres(du.emise)}"
        yield from _doublons(mouvement, du, registre)


def _un_autre_payeur(cites: _Cites, registre: Registre, reconnus: Sequence[str]) -> Iterator[str]:
    """Who pays is not, or not surely, who owes what is named."""
    if {du.debiteur for du in cites.dus} <= set(reconnus):
        return
    if cites.faibles:
        yield "un numéro aussi court, ou fait de chiffres seuls, ne suffit pas : le payeur n'est pas reconnu"
    if reconnus:
        yield f"le payeur paraît être {registre.noms_de(reconnus)}, qui ne doit pas toutes les factures citées"


def _doublons(mouvement: Mouvement, du: Du, registre: Registre) -> Iterator[str]:
    """The payment may be counted already: recorded by hand, read in another file, or before the import."""
    for paiement in du.paiements:
        ligne = identite_de(paiement.reference)
        proche = abs(paiement.jour - mouvement.jour) <= (VOISINS if ligne else A_LA_MAIN)
        if paiement.montant == mouvement.montant and proche and ligne not in registre.du_fichier:
            yield (
                f"un paiement de la même somme est déjà enregistré sur {du.numero} au {en_chiffres(paiement.jour)} "
                f"(« {paiement.reference} ») : est-ce le même ?"
            )
    if du.deja_paye > ZERO and mouvement.jour <= du.importee:
        yield (
            f"{du.numero} a été importée le {en_chiffres(du.importee)} avec {en_euros(du.deja_paye)} déjà payés : "
            "ce paiement y est-il compté ?"
        )


def _inegal(montant: Decimal, ouverts: Sequence[Du], mouvement: Mouvement, registre: Registre) -> str:
    """Why the sum does not say by itself what it pays."""
    exigible = sum((registre.exigibles(du.creance, mouvement.jour)[-1] for du in ouverts), ZERO)
    if montant > exigible:
        return f"la somme dépasse de {en_euros(montant - exigible)} tout ce qui était dû ce jour-là"
    return "la somme n'est pas exactement ce que doivent ensemble les factures citées"


def _repartir(
    montant: Decimal, ouverts: Sequence[Du], mouvement: Mouvement, registre: Registre
) -> tuple[Part, ...]:
    """One invoice after the other, each for all that it owes; what is too much goes to the last."""
    parts: list[Part] = []
    for du in ouverts:
        exigible = registre.exigibles(du.creance, mouvement.jour)[-1]
        dernier = du is ouverts[-1]
        if (part := montant if dernier else min(montant, exigible)) > ZERO:
            parts.append(Part(du.creance, du.numero, part))
            montant -= part
    return tuple(parts)


def _sans_numero(mouvement: Mouvement, registre: Registre) -> Verdict:
    """A payment that names no invoice: who pays and how much may tell a person."""
    reconnus = registre.reconnus(mouvement)
    ouverts = registre.ouvertes(reconnus)
    if not ouverts:
        return _selon_la_somme(mouvement, registre, reconnus)
    noms = registre.noms_de(dict.fromkeys(du.debiteur for du in ouverts))
    egaux = [du for du in ouverts if mouvement.montant in _attendus(du, mouvement, registre)]
    if egaux:
        motif = f"aucun numéro de facture, mais le payeur paraît être {noms} et la somme est ce qui reste dû"
        return Verdict(Suite.PROPOSER, motif, _chacune(egaux, mouvement.montant))
    motif = f"aucun numéro de facture, mais le payeur paraît être {noms} : la plus ancienne d'abord"
    return Verdict(Suite.PROPOSER, motif, (_repartir(mouvement.montant, ouverts, mouvement, registre),))


def _attendus(du: Du, mouvement: Mouvement, registre: Registre) -> tuple[Decimal, ...]:
    return (du.reste, *registre.exigibles(du.creance, mouvement.jour))


def _selon_la_somme(mouvement: Mouvement, registre: Registre, reconnus: Sequence[str]) -> Verdict:
    memes = [
        du
        for creance in registre.restes.get(mouvement.montant, ())
        if (du := registre.dus[creance]).reste == mouvement.montant
    ]
    closes = [du for du in memes if du.close and du.debiteur in reconnus]
    if closes:
        motif = (
            f"le payeur paraît être {closes[0].denomination}, dont {closes[0].numero} est {closes[0].close}"
        )
        return Verdict(Suite.PROPOSER, f"{motif} : rien ne peut plus y être enregistré")
    ouverts = [du for du in memes if not du.close]
    if not ouverts:
        connu = "le payeur est connu, mais aucune de ses factures suivies n'est ouverte"
        return Verdict(Suite.IGNORER, connu if reconnus else "aucune facture suivie n'y est reconnue")
    if len(ouverts) > CHOIX_MAX:
        return Verdict(
            Suite.IGNORER, f"payeur inconnu, et {len(ouverts)} factures suivies doivent cette somme"
        )
    motif = "ni numéro de facture, ni payeur connu, mais la somme est exactement ce qui reste dû"
    return Verdict(Suite.PROPOSER, motif, _chacune(ouverts, mouvement.montant))


def _chacune(dus: Iterable[Du], montant: Decimal) -> tuple[tuple[Part, ...], ...]:
    return tuple((Part(du.creance, du.numero, montant),) for du in dus)[:CHOIX_MAX]


def _debit(mouvement: Mouvement, registre: Registre) -> Verdict:
    if not mouvement.retour:
        return Verdict(Suite.IGNORER, "débit")
    repris = _repris(mouvement, registre)
    if not repris:
        return Verdict(Suite.RETOUR, "aucun paiement enregistré de cette somme ne lui correspond")
    return Verdict(
        Suite.RETOUR, "il reprend peut-être un paiement enregistré", _chacune(repris, mouvement.montant)
    )


def _repris(mouvement: Mouvement, registre: Registre) -> list[Du]:
    """The creances whose payment may have come back: those that are named, else those of who paid, else all."""
    possibles = [registre.dus[c] for c in registre.recus.get(mouvement.montant, ())]
    possibles = [du for du in possibles if any(_peut_revenir(p, mouvement) for p in du.paiements)]
    cites = {du.creance for du in _cites(mouvement, registre, set()).dus}
    reconnus = registre.reconnus(mouvement)
    nommes = [du for du in possibles if du.creance in cites]
    return nommes or [du for du in possibles if du.debiteur in reconnus] or possibles


def _peut_revenir(paiement: PaiementRecu, mouvement: Mouvement) -> bool:
    return paiement.montant == mouvement.montant and paiement.jour <= mouvement.jour
