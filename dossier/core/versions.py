"""The versions of a sealed dossier, read from the journal, and what one says that the former did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby, zip_longest
from typing import NamedTuple

from dossier.core.chronologie import chronologie
from dossier.core.creance import Creancier
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.etat import rejouer
from dossier.core.faits import (
    DossierPrepare,
    DossierRecu,
    DossierScelle,
    DossierTransmis,
    Fait,
    QuestionPosee,
    RevisionDemandee,
    RevisionRetiree,
)
from dossier.core.montants import INSECABLE, en_euros
from dossier.core.pays import enveloppe

Faits = tuple[Fait, ...]
_SANS_EFFET = (
    DossierPrepare,
    DossierScelle,
    DossierTransmis,
    DossierRecu,
    QuestionPosee,
    RevisionDemandee,
    RevisionRetiree,
)
"""What is recorded after a sealing without changing what a dossier would say."""


class Version(NamedTuple):
    """One sealed version, as the journal of a creance that it holds tells it."""

    scelle: DossierScelle
    remises: tuple[DossierTransmis, ...]
    """To whom that very version was handed over, oldest first."""


class PieceDeVersion(NamedTuple):
    """An exhibit as a version numbered it."""

    numero: int
    titre: str
    empreinte: str
    """SHA-256 of its original."""


class Teneur(NamedTuple):
    """What one version of a dossier says."""

    dossier: str
    jour: date
    """The day of its sums."""
    total: Decimal
    """Euros claimed."""
    pieces: tuple[PieceDeVersion, ...]
    journaux: Mapping[str, Faits]
    """The faits that it holds, by creance."""
    creancier: str
    """The creditor's identity, as `identite` writes it; empty when the version does not tell it."""
    juridiction: str = ""
    """The court that its application is addressed to; empty when the version does not tell it."""


class Remplacee(NamedTuple):
    """A version that another one replaces, and what changed."""

    version: Version
    differences: tuple[str, ...]


def versions(faits: Iterable[Fait]) -> tuple[Version, ...]:
    """Every sealed version that holds that creance, in the order of their sealing."""
    contenus = [fait.contenu for fait in faits]
    remises = [contenu for contenu in contenus if isinstance(contenu, DossierTransmis)]
    return tuple(
        Version(scelle, tuple(r for r in remises if r.dossier == scelle.dossier))
        for scelle in contenus
        if isinstance(scelle, DossierScelle)
    )


def a_remplacer(connues: Sequence[Version]) -> tuple[Version, ...]:
    """Those of these versions, oldest first, that a next one must answer: the last, and each earlier one that
    somebody holds who got no later one.
    """
    retenues: list[Version] = []
    servis: set[str] = set()
    for version in reversed(connues):
        tiennent = {remise.a for remise in version.remises}
        if not retenues or tiennent - servis:
            retenues.append(version)
        servis |= tiennent
    return tuple(reversed(retenues))


def tenus(faits: Faits, dossier: str) -> Faits:
    """The faits of that creance which the version of that name holds: until its preparation, included."""
    for fait in reversed(faits):
        if isinstance(fait.contenu, DossierPrepare) and fait.contenu.dossier == dossier:
            return faits[: fait.numero]
    return ()


def a_change(faits: Faits, dossier: str) -> bool:
    """Whether something was recorded since on a creance that this version holds, which another would tell."""
    connus = len(tenus(faits, dossier))
    return connus > 0 and any(not isinstance(fait.contenu, _SANS_EFFET) for fait in faits[connus:])


def identite(creancier: Creancier) -> str:
    """The creditor in one line, as the application names him (CPC, art. 54 and 57)."""
    mentions = (
        creancier.denomination,
        creancier.forme,
        f"{creancier.siren} {creancier.rcs}".strip(),
        *creancier.siege.bloc,
        f"représentant : {creancier.representant}, {creancier.qualite}",
    )
    return ", ".join(mention for mention in mentions if mention)


def differences(avant: Teneur, apres: Teneur) -> tuple[str, ...]:
    """What the second version says that the first did not, or says no more, one French sentence each, for who
    got the first.
    """
    return (
        *_factures(avant, apres),
        *_parties(avant, apres),
        *_sommes(avant, apres),
        *_pieces(avant.pieces, apres.pieces),
        *_dates_des_pieces(avant, apres),
        *_faits_dits(avant, apres),
    )


def presentation(version: Version) -> str:
    """Which version is replaced, and who has it: one French sentence."""
    scelle = version.scelle
    remises = [f"à {r.a} le {en_lettres(r.jour)} ({r.moyen})" for r in version.remises]
    sort = f"remise {', '.join(remises)}" if remises else "qui n'a été remise à personne"
    return (
        f"Cette version remplace « {scelle.dossier} », scellée le {en_lettres(scelle.jour)}, {sort}. "
        f"Empreinte SHA-256 de l'ancien zip : {scelle.zip.empreinte}."
    )


def _factures(avant: Teneur, apres: Teneur) -> Iterator[str]:
    for mot, les_unes, les_autres in (("ajoutée", apres, avant), ("retirée", avant, apres)):
        for creance, faits in les_unes.journaux.items():
            if creance not in les_autres.journaux:
                yield f"Facture {mot} : {rejouer(faits).facture.numero}."


def _parties(avant: Teneur, apres: Teneur) -> Iterator[str]:
    if avant.creancier and avant.creancier != apres.creancier:
        yield f"Créancier : « {avant.creancier} » devient « {apres.creancier} »."
    if avant.juridiction and apres.juridiction and avant.juridiction != apres.juridiction:
        yield f"Juridiction : « {avant.juridiction} » devient « {apres.juridiction} »."
    changements = [
        f"{quoi} du débiteur : « {lu} » devient « {du} »."
        for creance in _communes(avant, apres)
        for (quoi, lu), (_, du) in zip(_debiteur(avant, creance), _debiteur(apres, creance), strict=True)
        if lu != du
    ]
    yield from dict.fromkeys(changements)


def _debiteur(teneur: Teneur, creance: str) -> tuple[tuple[str, str], ...]:
    """What the application says of the debtor (CPC, art. 1407): each mention and its value."""
    debiteur = rejouer(teneur.journaux[creance]).facture.debiteur
    return (
        ("Dénomination", debiteur.denomination),
        ("Forme", debiteur.forme),
        ("SIREN", debiteur.siren or ""),
        ("Registre", debiteur.rcs),
        ("Adresse", ", ".join(enveloppe(debiteur.adresse))),
    )


def _sommes(avant: Teneur, apres: Teneur) -> Iterator[str]:
    if avant.total == apres.total:
        yield f"Total dû inchangé : {en_euros(apres.total)}."
    else:
        yield (
            f"Total dû : {en_euros(avant.total)} au {en_lettres(avant.jour)}, "
            f"{en_euros(apres.total)} au {en_lettres(apres.jour)}."
        )
    for creance in _communes(avant, apres):
        ancien, nouveau = rejouer(avant.journaux[creance]), rejouer(apres.journaux[creance])
        if ancien.solde != nouveau.solde:
            yield (
                f"Reste sur la facture {nouveau.facture.numero} : {en_euros(ancien.solde)}, puis "
                f"{en_euros(nouveau.solde)}."
            )


def _communes(avant: Teneur, apres: Teneur) -> list[str]:
    return [creance for creance in apres.journaux if creance in avant.journaux]


def _pieces(avant: Sequence[PieceDeVersion], apres: Sequence[PieceDeVersion]) -> Iterator[str]:
    """An exhibit of two invoices may stand twice in a version, under two numbers."""
    anciennes, nouvelles = _numeros(avant), _numeros(apres)
    changees: list[tuple[int, int]] = []
    ajoutees: list[str] = []
    retirees: list[str] = []
    for cle in dict.fromkeys((*nouvelles, *anciennes)):
        for ancien, nouveau in zip_longest(anciennes.get(cle, ()), nouvelles.get(cle, ())):
            if ancien is None:
                ajoutees.append(f"Pièce ajoutée : n°{INSECABLE}{nouveau}, {cle.titre}.")
            elif nouveau is None:
                retirees.append(f"Pièce retirée : ancienne n°{INSECABLE}{ancien}, {cle.titre}.")
            elif ancien != nouveau:
                changees.append((ancien, nouveau))
    yield from (*ajoutees, *retirees)
    if changees:
        yield f"Pièces renumérotées : {', '.join(_decalages(changees))}."
    elif not (ajoutees or retirees):
        yield "Pièces inchangées, sous les mêmes numéros."


def _decalages(changees: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Each run of numbers that follow one another, before as after, in one French clause."""
    rangs = enumerate(sorted(changees))
    for _, suite in groupby(rangs, key=lambda r: (r[1][0] - r[0], r[1][1] - r[0])):
        (_, (ancien, nouveau)), *suivants = suite
        if not suivants:
            yield f"l'ancienne n°{INSECABLE}{ancien} devient la n°{INSECABLE}{nouveau}"
            continue
        jusqu_a, a_present = suivants[-1][1]
        yield (
            f"les anciennes n°{INSECABLE}{ancien} à {jusqu_a} deviennent les n°{INSECABLE}{nouveau} à {a_present}"
        )


def _numeros(pieces: Sequence[PieceDeVersion]) -> dict[PieceDeVersion, list[int]]:
    """The numbers of each exhibit, whatever they are."""
    numeros: dict[PieceDeVersion, list[int]] = {}
    for piece in pieces:
        numeros.setdefault(piece._replace(numero=0), []).append(piece.numero)
    return numeros


def _dates_des_pieces(avant: Teneur, apres: Teneur) -> Iterator[str]:
    """An exhibit attached anew under the same title, with another date: the bordereau prints it."""
    for creance in _communes(avant, apres):
        dates = {(p.pdf.empreinte, p.intitule): p.jour for p in rejouer(avant.journaux[creance]).pieces}
        for piece in rejouer(apres.journaux[creance]).pieces:
            ancienne = dates.get((piece.pdf.empreinte, piece.intitule), piece.jour)
            if ancienne != piece.jour:
                puis = f"{en_lettres(ancienne)}, puis {en_lettres(piece.jour)}"
                yield f"Date de la pièce « {piece.intitule} » : {puis}."


def _faits_dits(avant: Teneur, apres: Teneur) -> Iterator[str]:
    """The lines of the chronology that came, and those that left it: corrected since, or recorded by mistake."""
    for creance in _communes(avant, apres):
        anciens, nouveaux = _dits(avant.journaux[creance]), _dits(apres.journaux[creance])
        yield from (f"Fait nouveau : {ligne}." for ligne in (nouveaux - anciens).elements())
        yield from (f"Fait qui n'est plus dit : {ligne}." for ligne in (anciens - nouveaux).elements())


def _dits(faits: Faits) -> Counter[str]:
    """What the chronology prints of them: nothing of what is for the staff."""
    return Counter(
        f"{en_chiffres(e.jour)}, {e.creance}, {e.libelle}" for e in chronologie(faits) if not e.interne
    )
