"""The statement of sums owed on one invoice on a given day: interest, indemnity, payments, what remains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from dossier.core.creance import Genre
from dossier.core.dates import en_chiffres
from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import Parametre
from dossier.core.droit.penalites import UN_JOUR, Segment, interets_legaux, penalites_de_retard
from dossier.core.errors import DonneeInvalide
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant, arrondi
from dossier.core.motifs import Releve, alertes, hypotheses, textes

Poste = Literal["penalites", "indemnite", "principal"]
Calcul = Callable[[Decimal, date, date], tuple[Segment, ...]]

ORDRE_LEGAL: tuple[Poste, ...] = ("penalites", "indemnite", "principal")
"""Code civil, art. 1343-1: interest before principal. The place of the indemnity is a reading, printed."""


class Imputation(Modele):
    """What one payment has paid, in euros."""

    date: date
    montant: Montant
    interets: Montant
    indemnite: Montant
    principal: Montant
    reste_principal: Montant


class Decompte(Modele):
    """Sums in euros at the end of the day `au`; in JSON amounts and rates are strings."""

    au: date
    principal: Montant
    """Including tax, before any payment."""
    regle: Montant
    segments: tuple[Segment, ...]
    penalites: Montant
    """All the interest accrued, paid or not."""
    indemnite: Montant
    imputations: tuple[Imputation, ...]
    interets_restants: Montant
    indemnite_restante: Montant
    principal_restant: Montant
    trop_percu: Montant
    total: Montant
    """All that is still due."""
    textes: tuple[str, ...]
    hypotheses: tuple[str, ...]
    alertes: tuple[str, ...]


@dataclass
class _Compte:
    """The running account, moved forward from payment to payment."""

    dus: dict[Poste, Decimal]
    ordre: Sequence[Poste]
    calcul: Calcul
    prochain: date | None
    """The first day whose interest is not counted yet; None when no interest runs."""
    trop_percu: Decimal
    segments: list[Segment] = field(default_factory=list)
    imputations: list[Imputation] = field(default_factory=list)

    def courir(self, au: date) -> None:
        """Count the interest up to `au` included."""
        if self.prochain is None or self.prochain > au:
            return
        nouveaux = self.calcul(self.dus["principal"], self.prochain, au)
        self.segments.extend(nouveaux)
        self.dus["penalites"] += sum((s.montant for s in nouveaux), ZERO)
        self.prochain = au + UN_JOUR

    def imputer(self, jour: date, montant: Decimal) -> None:
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


def etablir_decompte(
    montant_ttc: Decimal,
    echeance: date,
    paiements: Sequence[tuple[date, Decimal]],
    au: date,
    droit: Droit,
    *,
    genre: Genre,
    deja_paye: Decimal = ZERO,
    taux_stipule: Decimal | None = None,
    ordre: tuple[Poste, ...] = ORDRE_LEGAL,
    mise_en_demeure: date | None = None,
) -> Decompte:
    """The statement at the end of the day `au`; payments dated later are left out.

    Interest: `penalites_de_retard` from the day after `echeance`; against a consumer, legal interest from
    the day after `mise_en_demeure` (Code civil, art. 1231-6 and 1344-1), none without it. Indemnity: once,
    from one day late, never against a consumer (Code de commerce, art. D441-5). Payments: Code civil,
    art. 1343-1. `deja_paye` lowers the principal from the start. `taux_stipule` is a yearly ratio.
    Raises DonneeInvalide, ParametreNonCouvert.
    """
    _verifier(montant_ttc, deja_paye, paiements, ordre)
    retenus = sorted((p for p in paiements if p[0] <= au), key=lambda paiement: paiement[0])
    compte = _Compte(
        dus={"penalites": ZERO, "indemnite": ZERO, "principal": max(ZERO, montant_ttc - deja_paye)},
        ordre=ordre,
        calcul=_calcul(genre, echeance, droit, taux_stipule),
        prochain=_depart(genre, echeance, mise_en_demeure),
        trop_percu=max(ZERO, deja_paye - montant_ttc),
    )
    forfait = _derouler(compte, retenus, echeance, au, _indemnite(genre, droit))
    releve = Releve(
        au=au,
        genre=genre,
        segments=tuple(compte.segments),
        forfait=forfait,
        tardifs=any(jour > echeance for jour, _ in retenus),
        ordre=ordre,
        taux_stipule=taux_stipule,
        mise_en_demeure=mise_en_demeure,
        trop_percu=compte.trop_percu,
        ignores=len(paiements) - len(retenus),
    )
    return Decompte(
        au=au,
        principal=montant_ttc,
        regle=deja_paye + sum((montant for _, montant in retenus), ZERO),
        segments=releve.segments,
        penalites=sum((s.montant for s in releve.segments), ZERO),
        indemnite=forfait.au(echeance + UN_JOUR).valeur if forfait else ZERO,
        imputations=tuple(compte.imputations),
        interets_restants=compte.dus["penalites"],
        indemnite_restante=compte.dus["indemnite"],
        principal_restant=compte.dus["principal"],
        trop_percu=compte.trop_percu,
        total=sum(compte.dus.values(), ZERO),
        textes=textes(releve, droit),
        hypotheses=hypotheses(releve),
        alertes=alertes(releve),
    )


def _derouler(
    compte: _Compte,
    paiements: Sequence[tuple[date, Decimal]],
    echeance: date,
    au: date,
    indemnite: Parametre | None,
) -> Parametre | None:
    """Live the account through to `au`; gives the indemnity when one day late made it due."""
    a_temps = [p for p in paiements if p[0] <= echeance]
    for jour, montant in a_temps:
        compte.imputer(jour, montant)
    forfait = indemnite if au > echeance and compte.dus["principal"] > 0 else None
    if forfait:
        compte.dus["indemnite"] = forfait.au(echeance + UN_JOUR).valeur
    for jour, montant in paiements[len(a_temps) :]:
        compte.courir(jour)
        compte.imputer(jour, montant)
    compte.courir(au)
    return forfait


def _verifier(
    montant_ttc: Decimal,
    deja_paye: Decimal,
    paiements: Sequence[tuple[date, Decimal]],
    ordre: Sequence[Poste],
) -> None:
    for nom, montant in (("montant TTC", montant_ttc), ("montant déjà payé", deja_paye)):
        if montant < 0 or montant != arrondi(montant):
            raise DonneeInvalide(f"Le {nom} doit être positif et en centimes entiers : {montant}.")
    for jour, montant in paiements:
        if montant <= 0 or montant != arrondi(montant):
            raise DonneeInvalide(
                f"Le paiement du {en_chiffres(jour)} doit être positif et en centimes entiers : {montant}."
            )
    if sorted(ordre) != sorted(ORDRE_LEGAL):
        raise DonneeInvalide(
            "L'ordre d'imputation doit nommer une fois chacun « penalites », « indemnite » et « principal »."
        )


def _calcul(genre: Genre, echeance: date, droit: Droit, taux_stipule: Decimal | None) -> Calcul:
    if genre is Genre.PARTICULIER:
        return lambda base, du, au: interets_legaux(base, du, au, droit)
    return lambda base, du, au: penalites_de_retard(
        base, du, au, droit, taux_stipule, genre=genre, depuis=echeance + UN_JOUR
    )


def _depart(genre: Genre, echeance: date, mise_en_demeure: date | None) -> date | None:
    if genre is not Genre.PARTICULIER:
        return echeance + UN_JOUR
    return max(echeance, mise_en_demeure) + UN_JOUR if mise_en_demeure else None


def _indemnite(genre: Genre, droit: Droit) -> Parametre | None:
    return {Genre.ENTREPRISE: droit.indemnite, Genre.PUBLIC: droit.indemnite_publique}.get(genre)
