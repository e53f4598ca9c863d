"""Ten thousand random histories, each also computed day after day by code that shares nothing with the rules.

The figures are read again from the YAML files, the days are walked one by one, sums are exact integers or
fractions, and every total must be the same to the cent.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from dossier.core.creance import Genre
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.droit.corpus import Droit
from tests.core.test_decompte import droit_avec

HISTOIRES = 10_000
GRAINE = 14_410_102
PREMIER, DERNIER = date(2015, 1, 1), date(2026, 12, 31)
FICHIERS = Path(__file__).parents[2] / "config" / "droit"
JOUR = timedelta(days=1)
POSTES = ("penalites", "indemnite", "principal")
DIX_MILLIEMES = 10_000
DEBUTS_DE_SEMESTRE = {date(annee, mois, 1) for annee in range(2014, 2029) for mois in (1, 7)}


class Histoire(NamedTuple):
    """One invoice and what happened to it; sums in cents, the stipulated rate in ten-thousandths."""

    montant: int
    deja_paye: int
    echeance: date
    au: date
    genre: Genre
    paiements: tuple[tuple[date, int], ...]
    avoirs: tuple[tuple[date, int], ...]
    taux_stipule: int | None
    mise_en_demeure: date | None
    jugement: date | None
    base: str
    effet: str
    ordre: tuple[str, ...]


class Attendu(NamedTuple):
    """What the walk finds, in cents."""

    penalites: int
    indemnite: int
    restes: dict[str, int]
    trop_percu: int
    regle: int
    avoirs: int


def histoire(hasard: random.Random) -> Histoire:
    echeance = jour_au_hasard(hasard, PREMIER, DERNIER - JOUR)
    fin = min(DERNIER, echeance + timedelta(days=hasard.choice((40, 200, 800, 2500))))
    au = jour_au_hasard(hasard, max(PREMIER, echeance - timedelta(days=20)), fin)
    montant = hasard.choice(
        (hasard.randint(1, 500), hasard.randint(1, 200_000), hasard.randint(1, 9_999_999))
    )

    def somme() -> int:
        """Often a part of the invoice, sometimes more than all of it."""
        return max(1, int(montant * hasard.choice((0.01, 0.1, 0.3, 0.5, 1, 1.2)) * hasard.random() * 1.2))

    def quand() -> date:
        bords = (echeance, echeance + JOUR, au, au + JOUR, date(fin.year, 6, 30), date(fin.year, 7, 1))
        au_hasard = jour_au_hasard(hasard, echeance - timedelta(days=30), fin + timedelta(days=10))
        return min(DERNIER, hasard.choice((*bords, *[au_hasard] * 14)))

    return Histoire(
        montant=montant,
        deja_paye=hasard.choice((0, 0, 0, somme())),
        echeance=echeance,
        au=au,
        genre=hasard.choice((Genre.ENTREPRISE, Genre.ENTREPRISE, Genre.PUBLIC, Genre.PARTICULIER)),
        paiements=tuple((quand(), somme()) for _ in range(hasard.choice((0, 1, 1, 2, 3, 6)))),
        avoirs=tuple((quand(), somme()) for _ in range(hasard.choice((0, 0, 1, 2)))),
        taux_stipule=hasard.choice((None, None, hasard.randint(0, 2500))),
        mise_en_demeure=hasard.choice((None, quand(), quand())),
        jugement=hasard.choice((None, None, None, quand())),
        base=hasard.choice(("365", "jours_reels")),
        effet=hasard.choice(("origine", "date")),
        ordre=hasard.choice(tuple(permutations(POSTES))),
    )


def jour_au_hasard(hasard: random.Random, du: date, au: date) -> date:
    return du + timedelta(days=hasard.randint(0, (au - du).days))


@cache
def loi(base: str, effet: str, ordre: tuple[str, ...]) -> Droit:
    return droit_avec(base, ordre, effet)


def etablir(h: Histoire) -> Decompte:
    return etablir_decompte(
        en_decimal(h.montant),
        h.echeance,
        [(jour, en_decimal(centimes)) for jour, centimes in h.paiements],
        h.au,
        loi(h.base, h.effet, h.ordre),
        genre=h.genre,
        deja_paye=en_decimal(h.deja_paye),
        avoirs=[(jour, en_decimal(centimes)) for jour, centimes in h.avoirs],
        taux_stipule=None if h.taux_stipule is None else Decimal(h.taux_stipule) / DIX_MILLIEMES,
        mise_en_demeure=h.mise_en_demeure,
        interets_arretes=h.jugement,
    )


def en_decimal(centimes: int) -> Decimal:
    return Decimal(centimes) / 100


@cache
def table(nom: str) -> dict[date, int]:
    """The values of one file, in ten-thousandths."""
    lu = YAML(typ="safe").load((FICHIERS / f"{nom}.yaml").read_text(encoding="utf-8"))
    return {debut: int(Decimal(v["valeur"]) * DIX_MILLIEMES) for debut, v in lu["valeurs"].items()}


@cache
def lire(nom: str, jour: date) -> int:
    return table(nom)[max(debut for debut in table(nom) if debut <= jour)]


@cache
def taux_du_semestre(genre: Genre, stipule: int | None, reference: date) -> int:
    if genre is Genre.PARTICULIER:
        return lire("til_pro", reference)
    if genre is Genre.PUBLIC:
        return lire("bce", reference) + lire("majoration_publique", reference)
    return lire("bce", reference) + lire("majoration", reference) if stipule is None else stipule


def marcher(h: Histoire) -> Attendu:
    """The account of that invoice, one day at a time."""
    ecoules: dict[date, list[tuple[bool, int]]] = {}
    for jour, centimes in h.avoirs:
        ecoules.setdefault(jour, []).append((False, centimes))
    for jour, centimes in h.paiements:
        ecoules.setdefault(jour, []).append((True, centimes))
    credites = sum(centimes for jour, centimes in h.avoirs if jour <= h.au)
    dus = {"penalites": 0, "indemnite": 0, "principal": h.montant - h.deja_paye}
    if h.effet == "origine":
        dus["principal"] -= credites
    trop = max(0, -dus["principal"])
    dus["principal"] = max(0, dus["principal"])
    penalites = indemnite = regle = 0
    en_cours, diviseur = 0, 365
    jour = min([h.echeance, h.au, *ecoules])
    while jour <= h.au:
        if jour == h.echeance + JOUR and dus["principal"] and h.genre is not Genre.PARTICULIER:
            indemnite = 0 if h.jugement and h.jugement <= h.echeance else 4000
            dus["indemnite"] = indemnite
        if court(h, jour):
            reference = h.echeance + JOUR if h.genre is Genre.PUBLIC else jour
            mois = 1 if reference.month < 7 else 7
            en_cours += dus["principal"] * taux_du_semestre(
                h.genre, h.taux_stipule, date(reference.year, mois, 1)
            )
            diviseur = 366 if h.base == "jours_reels" and bissextile(jour.year) else 365
        agit = [m for m in ecoules.get(jour, []) if m[0] or h.effet == "date"]
        if agit or jour == h.au or jour + JOUR in DEBUTS_DE_SEMESTRE:
            echu = au_centime(Fraction(en_cours, DIX_MILLIEMES * diviseur))
            penalites, dus["penalites"], en_cours = penalites + echu, dus["penalites"] + echu, 0
        for est_paiement, centimes in agit:
            reste = centimes
            for poste in h.ordre if est_paiement else ("principal",):
                pris = min(reste, dus[poste])
                dus[poste], reste = dus[poste] - pris, reste - pris
            trop += reste
            regle += centimes if est_paiement else 0
        jour += JOUR
    return Attendu(penalites, indemnite, dus, trop, regle + h.deja_paye, credites)


def court(h: Histoire, jour: date) -> bool:
    """Whether interest runs on that day."""
    if jour <= h.echeance or (h.jugement and jour >= h.jugement):
        return False
    return h.genre is not Genre.PARTICULIER or (h.mise_en_demeure is not None and jour > h.mise_en_demeure)


def bissextile(annee: int) -> bool:
    return annee % 4 == 0 and (annee % 100 != 0 or annee % 400 == 0)


def au_centime(centimes: Fraction) -> int:
    """Half a cent goes up."""
    return (centimes + Fraction(1, 2)).__floor__()


def verifier(h: Histoire) -> Decompte:
    lu, attendu = etablir(h), marcher(h)
    centimes = {
        "penalites": lu.interets_restants,
        "indemnite": lu.indemnite_restante,
        "principal": lu.principal_restant,
    }
    assert {poste: int(reste * 100) for poste, reste in centimes.items()} == attendu.restes, h
    trouve = (lu.penalites, lu.indemnite, lu.trop_percu, lu.regle, lu.avoirs_total, lu.total)
    assert [int(somme * 100) for somme in trouve] == [
        attendu.penalites,
        attendu.indemnite,
        attendu.trop_percu,
        attendu.regle,
        attendu.avoirs,
        sum(attendu.restes.values()),
    ], h
    rien_ne_se_perd(h, lu)
    chaque_jour_une_fois(h, lu)
    return lu


def rien_ne_se_perd(h: Histoire, lu: Decompte) -> None:
    assert sum(s.montant for s in lu.segments) == lu.penalites
    assert lu.penalites == lu.interets_restants + sum(i.interets for i in lu.imputations)
    assert lu.indemnite == lu.indemnite_restante + sum(i.indemnite for i in lu.imputations)
    assert lu.principal + lu.penalites + lu.indemnite + lu.trop_percu == lu.regle + lu.avoirs_total + lu.total
    impute = sum(i.interets + i.indemnite + i.principal for i in lu.imputations)
    deduit = sum(a.principal for a in lu.avoirs)
    recu = sum(somme for jour, somme in (*h.paiements, *h.avoirs) if jour <= h.au)
    avance = max(0, h.deja_paye - h.montant)
    assert impute + deduit + lu.trop_percu == en_decimal(recu + avance)


def chaque_jour_une_fois(h: Histoire, lu: Decompte) -> None:
    for segment in lu.segments:
        assert segment.jours == (segment.au - segment.du).days + 1
        assert h.echeance < segment.du <= segment.au <= h.au
        assert (segment.du.year, segment.du.month > 6) == (segment.au.year, segment.au.month > 6)
        assert segment.diviseur in ((365, 366) if h.base == "jours_reels" else (365,))
    assert all(apres.du == avant.au + JOUR for avant, apres in pairwise(lu.segments))


@pytest.mark.parametrize("lot", range(10))
def test_un_calcul_jour_par_jour_donne_les_memes_centimes(lot: int) -> None:
    hasard = random.Random(GRAINE + lot)
    vus: Counter[str] = Counter()
    for _ in range(HISTOIRES // 10):
        h = histoire(hasard)
        vus.update(traits(h, verifier(h)))
    assert min(vus.values()) >= 5, vus


def traits(h: Histoire, lu: Decompte) -> dict[str, bool]:
    """What this history puts to the test, so that none of it goes untested for want of luck."""
    presents: dict[str, Any] = {
        "intérêts": lu.penalites,
        "indemnité": lu.indemnite,
        "indemnité non due": lu.penalites and not lu.indemnite,
        "taux stipulé": h.taux_stipule is not None and h.genre is Genre.ENTREPRISE and lu.segments,
        "public": h.genre is Genre.PUBLIC and lu.segments,
        "consommateur en demeure": h.genre is Genre.PARTICULIER and lu.segments,
        "avoir à sa date": h.effet == "date" and lu.avoirs and lu.segments,
        "avoir depuis l'origine": h.effet == "origine" and lu.avoirs and lu.segments,
        "avoir trop grand": any(a.principal < a.montant for a in lu.avoirs),
        "trop-perçu": lu.trop_percu,
        "trop-perçu et reste dû": lu.trop_percu and lu.total,
        "année bissextile": any(s.diviseur == 366 for s in lu.segments),
        "jugement": h.jugement and lu.segments and h.jugement <= h.au,
        "indemnité interdite": any("interdisait" in phrase for phrase in lu.hypotheses),
        "plusieurs semestres": len({(s.du.year, s.du.month > 6) for s in lu.segments}) > 2,
        "plusieurs paiements": len(lu.imputations) > 2,
    }
    return {trait: bool(present) for trait, present in presents.items()}
