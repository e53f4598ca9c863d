"""The statement of sums owed on one invoice on a given day: interest, indemnity, payments, what remains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from dossier.core.creance import Genre
from dossier.core.dates import en_chiffres
from dossier.core.droit.conventions import Conventions, Poste
from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import Parametre
from dossier.core.droit.penalites import UN_JOUR, Segment, interets_legaux, penalites_de_retard
from dossier.core.errors import DonneeInvalide
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant, arrondi
from dossier.core.motifs import Releve, alertes, hypotheses, textes

Calcul = Callable[[Decimal, date, date], tuple[Segment, ...]]
Somme = tuple[date, Decimal]


class Imputation(Modele):
    """What one payment has paid, in euros."""

    date: date
    montant: Montant
    interets: Montant
    indemnite: Montant
    principal: Montant
    reste_principal: Montant


class AvoirDeduit(Modele):
    """What one credit note has taken off the principal, in euros; the rest of it is overpaid."""

    date: date
    montant: Montant
    principal: Montant


class Decompte(Modele):
    """Sums in euros at the end of the day `au`; in JSON amounts and rates are strings."""

    au: date
    principal: Montant
    """Including tax, before any payment and any credit note."""
    regle: Montant
    segments: tuple[Segment, ...]
    penalites: Montant
    """All the interest accrued, paid or not."""
    indemnite: Montant
    imputations: tuple[Imputation, ...]
    avoirs: tuple[AvoirDeduit, ...]
    avoirs_total: Montant
    interets_restants: Montant
    indemnite_restante: Montant
    principal_restant: Montant
    trop_percu: Montant
    total: Montant
    """All that is still due; never lowered by `trop_percu`."""
    textes: tuple[str, ...]
    hypotheses: tuple[str, ...]
    alertes: tuple[str, ...]

    @property
    def segments_dus(self) -> tuple[Segment, ...]:
        """Those whose interest is still due, in part for the first one: what was paid went to the oldest."""
        regle = self.penalites - self.interets_restants
        courus = accumulate(segment.montant for segment in self.segments)
        return tuple(s for s, couru in zip(self.segments, courus, strict=True) if couru > regle)


class _Mouvement(NamedTuple):
    """A payment or a credit note, in the order in which they count: on one day credit notes come first."""

    effet: date
    """The day at whose end it changes the account."""
    jour: date
    paiement: bool
    montant: Decimal


@dataclass
class _Compte:
    """The running account, moved forward from movement to movement."""

    dus: dict[Poste, Decimal]
    ordre: Sequence[Poste]
    calcul: Calcul
    prochain: date | None
    """The first day whose interest is not counted yet; None when no interest runs."""
    dernier: date
    """The last day that may bear interest."""
    trop_percu: Decimal
    segments: list[Segment] = field(default_factory=list)
    imputations: list[Imputation] = field(default_factory=list)
    avoirs: list[AvoirDeduit] = field(default_factory=list)

    def courir(self, jour: date) -> None:
        """Count the interest up to `jour` included."""
        au = min(jour, self.dernier)
        if self.prochain is None or self.prochain > au:
            return
        nouveaux = self.calcul(self.dus["principal"], self.prochain, au)
        self.segments.extend(nouveaux)
        self.dus["penalites"] += sum((s.montant for s in nouveaux), ZERO)
        self.prochain = au + UN_JOUR

    def passer(self, mouvement: _Mouvement) -> None:
        if mouvement.paiement:
            self._imputer(mouvement.jour, mouvement.montant)
        else:
            self._crediter(mouvement.jour, mouvement.montant)

    def _imputer(self, jour: date, montant: Decimal) -> None:
        """Spread a payment over what is due on that day, in the chosen order."""
        parts: dict[Poste, Decimal] = {}
        reste = montant
        for poste in self.ordre:
            parts[poste] = min(reste, self.dus[poste])
            self.dus[poste] -= parts[poste]
            reste -= parts[poste]
        self.trop_percu += reste
        self.imputations.append(
            Imputation(
                date=jour,
                montant=montant,
                interets=parts["penalites"],
                indemnite=parts["indemnite"],
                principal=parts["principal"],
                reste_principal=self.dus["principal"],
            )
        )

    def _crediter(self, jour: date, montant: Decimal) -> None:
        """Take a credit note off the principal, and off nothing else."""
        deduit = min(montant, self.dus["principal"])
        self.dus["principal"] -= deduit
        self.trop_percu += montant - deduit
        self.avoirs.append(AvoirDeduit(date=jour, montant=montant, principal=deduit))


def etablir_decompte(
    montant_ttc: Decimal,
    echeance: date,
    paiements: Sequence[Somme],
    au: date,
    droit: Droit,
    *,
    genre: Genre,
    deja_paye: Decimal = ZERO,
    avoirs: Sequence[Somme] = (),
    taux_stipule: Decimal | None = None,
    mise_en_demeure: date | None = None,
    interets_arretes: date | None = None,
    creancier_professionnel: bool = True,
) -> Decompte:
    """The statement at the end of the day `au`; payments and credit notes dated later are left out.

    Interest: `penalites_de_retard` from the day after `echeance`; against a consumer, legal interest from
    the day after `mise_en_demeure` (Code civil, art. 1231-6 and 1344-1), none without it; none from
    `interets_arretes` on, the day of the judgment that opens an insolvency procedure (Code de commerce,
    art. L622-28). Indemnity: once, from one day late, never against a consumer (Code de commerce,
    art. D441-5), nor when that judgment forbade to pay at the échéance (art. L441-10, II). Payments: Code
    civil, art. 1343-1. A credit note lowers the principal only; `deja_paye` lowers it from the start.
    `taux_stipule` is a yearly ratio. Readings: `droit.conventions`. Raises DonneeInvalide,
    ParametreNonCouvert.
    """
    _verifier(montant_ttc, deja_paye, paiements, avoirs)
    mouvements = _mouvements(paiements, avoirs, au, droit.conventions)
    compte = _Compte(
        dus={"penalites": ZERO, "indemnite": ZERO, "principal": max(ZERO, montant_ttc - deja_paye)},
        ordre=droit.conventions.imputation.choix,
        calcul=_calcul(genre, echeance, droit, taux_stipule, creancier_professionnel),
        prochain=_depart(genre, echeance, mise_en_demeure),
        dernier=interets_arretes - UN_JOUR if interets_arretes else au,
        trop_percu=max(ZERO, deja_paye - montant_ttc),
    )
    indemnite = _indemnite(genre, droit)
    interdit = interets_arretes is not None and interets_arretes <= echeance
    en_retard = _derouler(compte, mouvements, echeance, au, None if interdit else indemnite)
    releve = Releve(
        au=au,
        genre=genre,
        echeance=echeance,
        segments=tuple(compte.segments),
        forfait=indemnite if en_retard and not interdit else None,
        interdit=indemnite is not None and en_retard and interdit,
        tardifs=any(m.paiement and m.jour > echeance for m in mouvements),
        credites=bool(compte.avoirs),
        arret=interets_arretes if interets_arretes and interets_arretes <= au else None,
        taux_stipule=taux_stipule,
        mise_en_demeure=mise_en_demeure,
        trop_percu=compte.trop_percu,
        reste_du=sum(compte.dus.values(), ZERO),
        paiements_ignores=len(paiements) - len(compte.imputations),
        avoirs_ignores=len(avoirs) - len(compte.avoirs),
    )
    return Decompte(
        au=au,
        principal=montant_ttc,
        regle=deja_paye + sum((i.montant for i in compte.imputations), ZERO),
        segments=releve.segments,
        penalites=sum((s.montant for s in releve.segments), ZERO),
        indemnite=_du_lendemain(releve.forfait, echeance),
        imputations=tuple(compte.imputations),
        avoirs=tuple(compte.avoirs),
        avoirs_total=sum((a.montant for a in compte.avoirs), ZERO),
        interets_restants=compte.dus["penalites"],
        indemnite_restante=compte.dus["indemnite"],
        principal_restant=compte.dus["principal"],
        trop_percu=compte.trop_percu,
        total=releve.reste_du,
        textes=textes(releve, droit),
        hypotheses=hypotheses(releve, droit.conventions),
        alertes=alertes(releve),
    )


def _derouler(
    compte: _Compte,
    mouvements: Sequence[_Mouvement],
    echeance: date,
    au: date,
    forfait: Parametre | None,
) -> bool:
    """Live the account through to `au`; tells whether the debtor was late by one day at least."""
    a_temps = [m for m in mouvements if m.effet <= echeance]
    for mouvement in a_temps:
        compte.passer(mouvement)
    en_retard = au > echeance and compte.dus["principal"] > 0
    compte.dus["indemnite"] = _du_lendemain(forfait if en_retard else None, echeance)
    for mouvement in mouvements[len(a_temps) :]:
        compte.courir(mouvement.effet)
        compte.passer(mouvement)
    compte.courir(au)
    return en_retard


def _du_lendemain(forfait: Parametre | None, echeance: date) -> Decimal:
    """The indemnity in force on the first day late; nothing when none is due."""
    return forfait.au(echeance + UN_JOUR).valeur if forfait else ZERO


def _mouvements(
    paiements: Sequence[Somme], avoirs: Sequence[Somme], au: date, conventions: Conventions
) -> list[_Mouvement]:
    """What happened until `au`, in the order in which it counts."""
    origine = conventions.effet_avoir.choix == "origine"
    mouvements = [
        *(_Mouvement(jour, jour, True, montant) for jour, montant in paiements if jour <= au),
        *(
            _Mouvement(date.min if origine else jour, jour, False, montant)
            for jour, montant in avoirs
            if jour <= au
        ),
    ]
    for mouvement in mouvements:
        conventions.exiger(mouvement.jour)
    return sorted(mouvements, key=lambda m: (m.effet, m.jour, m.paiement))


def _verifier(
    montant_ttc: Decimal, deja_paye: Decimal, paiements: Sequence[Somme], avoirs: Sequence[Somme]
) -> None:
    for nom, montant in (("montant TTC", montant_ttc), ("montant déjà payé", deja_paye)):
        if montant < 0 or montant != arrondi(montant):
            raise DonneeInvalide(f"Le {nom} doit être positif et en centimes entiers : {montant}.")
    for nom, sommes in (("Le paiement", paiements), ("L'avoir", avoirs)):
        for jour, montant in sommes:
            if montant <= 0 or montant != arrondi(montant):
                raise DonneeInvalide(
                    f"{nom} du {en_chiffres(jour)} doit être positif et en centimes entiers : {montant}."
                )


def _calcul(
    genre: Genre,
    echeance: date,
    droit: Droit,
    taux_stipule: Decimal | None,
    creancier_professionnel: bool,
) -> Calcul:
    if genre is Genre.PARTICULIER:
        return lambda base, du, au: interets_legaux(
            base, du, au, droit, creancier_professionnel=creancier_professionnel
        )
    return lambda base, du, au: penalites_de_retard(
        base, du, au, droit, taux_stipule, genre=genre, depuis=echeance + UN_JOUR
    )


def _depart(genre: Genre, echeance: date, mise_en_demeure: date | None) -> date | None:
    if genre is not Genre.PARTICULIER:
        return echeance + UN_JOUR
    return max(echeance, mise_en_demeure) + UN_JOUR if mise_en_demeure else None


def _indemnite(genre: Genre, droit: Droit) -> Parametre | None:
    return {Genre.ENTREPRISE: droit.indemnite, Genre.PUBLIC: droit.indemnite_publique}.get(genre)
