"""Fictional creditors, debtors, invoices and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dossier.core.creance import Adresse, Creancier, Debiteur, Facture, Genre
from dossier.core.decision import jour_de_mise_en_demeure
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.droit.corpus import Droit
from dossier.core.echantillons.usages import Usage
from dossier.core.etat import Etat, rejouer
from dossier.core.faits import (
    AccuseRecu,
    Archive,
    AvoirEmis,
    Canal,
    Contenu,
    CreanceOuverte,
    EnvoiFait,
    EnvoiPrepare,
    Fait,
    IssuePli,
    PaiementRecu,
    PliDepose,
    enchainer,
)
from dossier.core.montants import CENTIME
from dossier.core.recueil import Recueil
from dossier.core.scenario import Etape, GenreEtape, Scenario

HOSTILE = 'Ça & <w:p> {{ 7*7 }} {% if %} {# #} {_{ 🧾 שָׁלוֹם مرحبا "l\'été" \u200b\u200d\u202e\x07 ]]> %}'
"""Markup, tags, an emoji, right-to-left words, zero-width and control characters, quotes."""
LONGUEUR = 120
ECHEANCE = date(2026, 6, 3)
PREVENANCE, DEMEURE, DEPOT, REMISE = date(2026, 5, 27), date(2026, 7, 31), date(2026, 8, 3), date(2026, 8, 5)
DOSSIER = date(2026, 8, 21)
UN_JOUR, ENTRE_RELANCES = timedelta(days=1), timedelta(days=8)
_ARCHIVE = Archive(cle="exemple.pdf", empreinte="0" * 64, taille=1)
_PREUVE_DEPOT = Archive(cle="depot.pdf", empreinte="1" * 64, taille=1)
_AVIS = Archive(cle="avis.pdf", empreinte="2" * 64, taille=1)


class Jeu(StrEnum):
    """How trying the data are."""

    COURT = "court"
    LONG = "long"
    HOSTILE = "hostile"


class Cadre(NamedTuple):
    """What the samples are made with: who claims, the law, the configured steps."""

    creancier: Creancier
    droit: Droit
    scenarios: Mapping[str, Scenario]


def mots(jeu: Jeu, texte: str) -> str:
    """`texte` as that set of data has it: as it is, 120 characters long, or followed by hostile ones."""
    if jeu is Jeu.COURT:
        return texte
    if jeu is Jeu.HOSTILE:
        return f"{texte} {HOSTILE}"
    suite = " ".join(f"{texte} numéro {rang}" for rang in range(1, LONGUEUR))
    return suite[:LONGUEUR].strip().ljust(LONGUEUR, "x")


def creancier_de(creancier: Creancier, jeu: Jeu) -> Creancier:
    if jeu is Jeu.COURT:
        return creancier
    return creancier.model_copy(
        update={
            "denomination": mots(jeu, "Créancier Fictif"),
            "siege": _adresse(jeu, "Rue du Spécimen"),
            "signataire": mots(jeu, "Dominique Modèle"),
            "fonction": mots(jeu, "responsable fictive"),
            "representant": mots(jeu, "Camille Exemple"),
            "mediateur": mots(jeu, "Médiateur Imaginaire"),
        }
    )


def _adresse(jeu: Jeu, rue: str) -> Adresse:
    lignes = 1 if jeu is Jeu.COURT else 9
    return Adresse(
        lignes=tuple(mots(jeu, f"{rang} {rue}")[:80] for rang in range(1, lignes + 1)),
        code_postal="69001",
        ville=mots(jeu, "Ville-Exemple")[:80],
    )


def _debiteur(jeu: Jeu, genre: Genre) -> Debiteur:
    noms = {
        Genre.ENTREPRISE: "Débiteur Imaginaire SARL",
        Genre.PARTICULIER: "Claude Personne-Inventée",
        Genre.PUBLIC: "Commune de Fictive-sur-Exemple",
    }
    morale = genre is not Genre.PARTICULIER
    return Debiteur(
        denomination=mots(jeu, noms[genre]),
        genre=genre,
        siren="000700070" if morale else None,
        forme=mots(jeu, "SARL") if genre is Genre.ENTREPRISE else "",
        rcs=mots(jeu, "Lyon") if genre is Genre.ENTREPRISE else "",
        adresse=_adresse(jeu, "rue du Néant"),
        email="compta@debiteur-imaginaire.example",
        telephone="01 99 00 00 01",
        contact=mots(jeu, "Mme Alix Exemple") if morale else "",
    )


def _facture(jeu: Jeu, rang: int, debiteur: Debiteur) -> Facture:
    echeance = ECHEANCE - UN_JOUR * (rang % 5)
    prix = Decimal("98765432.10") if jeu is Jeu.LONG else Decimal("1834.56")
    return Facture(
        numero=mots(jeu, f"FA-2026-{rang + 1:04d}")[:80].strip(),
        emission=echeance - timedelta(days=30),
        echeance=echeance,
        montant_ttc=prix + rang,
        objet=mots(jeu, "Fourniture d'un spécimen"),
        commande=mots(jeu, f"BC-{rang + 1}"),
        contrat=mots(jeu, "CT-7"),
        livraison=mots(jeu, "BL-9"),
        debiteur=debiteur,
    )


def recueils_de(usage: Usage, jeu: Jeu, nombre: int, cadre: Cadre, jour: date) -> list[Recueil]:
    debiteur = _debiteur(jeu, usage.genre)
    return [_recueil(usage, rang, _facture(jeu, rang, debiteur), cadre, jour) for rang in range(nombre)]


def _recueil(usage: Usage, rang: int, facture: Facture, cadre: Cadre, jour: date) -> Recueil:
    faits: list[Fait] = []
    for quand, contenu in _histoire(usage, rang, facture, jour):
        faits.append(_fait(faits, facture, quand, contenu))
    return _lire(faits, usage.scenario, cadre, jour)


def poursuivre(recueil: Recueil, suite: Iterable[Contenu], cadre: Cadre, jour: date) -> Recueil:
    """The same creance once this was recorded of it on that day."""
    faits = list(recueil.faits)
    for contenu in suite:
        faits.append(_fait(faits, recueil.etat.facture, jour, contenu))
    return _lire(faits, recueil.scenario, cadre, jour)


def _fait(faits: list[Fait], facture: Facture, jour: date, contenu: Contenu) -> Fait:
    instant = datetime.combine(jour, time(9), UTC)
    return enchainer(faits[-1] if faits else None, facture.creance, instant, "exemple", contenu)


def _lire(faits: list[Fait], scenario: Scenario, cadre: Cadre, jour: date) -> Recueil:
    etat = rejouer(tuple(faits))
    return Recueil(tuple(faits), etat, scenario, _decompte(etat, scenario, cadre.droit, jour))


def _histoire(usage: Usage, rang: int, facture: Facture, jour: date) -> Iterator[tuple[date, Contenu]]:
    """What happened to that invoice before `jour`; the second one was paid in part, the third credited."""
    yield facture.emission, CreanceOuverte(facture=facture, scenario=usage.scenario.nom, source=_ARCHIVE)
    for etape in _demandes(usage) if jour > ECHEANCE else ():
        quand = ECHEANCE + ENTRE_RELANCES * (len(_demandes(usage._replace(etape=etape))) + 1)
        yield from _envoi(facture, etape, etape.canaux[0], quand)
    dixieme = (facture.montant_ttc / 10).quantize(CENTIME)
    if rang == 1 and jour > ECHEANCE:
        yield ECHEANCE, PaiementRecu(montant=dixieme, jour=ECHEANCE + UN_JOUR, reference="VIR-EXEMPLE")
    if rang == 2 and jour > ECHEANCE:
        yield ECHEANCE, AvoirEmis(numero="AV-1", montant=dixieme, jour=ECHEANCE + UN_JOUR)
    if jour == DOSSIER:
        yield from _mise_en_demeure(facture, usage.scenario.mise_en_demeure)


def _envoi(facture: Facture, etape: Etape, canal: Canal, jour: date) -> Iterator[tuple[date, Contenu]]:
    cle = f"{etape.nom}:{canal}"
    yield (
        jour,
        EnvoiPrepare(
            cle=cle,
            etape=etape.nom,
            canal=canal,
            jour=jour,
            intitule=etape.libelle,
            destinataire=facture.debiteur.denomination,
            reste=facture.montant_ttc,
            pdf=_ARCHIVE.model_copy(update={"cle": f"{facture.creance}-{etape.nom}.pdf"}),
            source=_ARCHIVE,
        ),
    )
    yield jour, EnvoiFait(cle=cle, jour=jour, preuve="250 OK")


def _mise_en_demeure(facture: Facture, etape: Etape) -> Iterator[tuple[date, Contenu]]:
    cle = f"{etape.nom}:{Canal.LRAR}"
    yield from _envoi(facture, etape, Canal.LRAR, DEMEURE)
    yield DEPOT, PliDepose(cle=cle, numero="1A00000000002", jour=DEPOT, preuve=_PREUVE_DEPOT)
    yield (
        REMISE,
        AccuseRecu(
            cle=cle, issue=IssuePli.DISTRIBUE, premiere_presentation=REMISE, jour=REMISE, preuve=_AVIS
        ),
    )


def _decompte(etat: Etat, scenario: Scenario, droit: Droit, jour: date) -> Decompte:
    facture = etat.facture
    consommateur = facture.debiteur.genre is Genre.PARTICULIER
    return etablir_decompte(
        facture.montant_ttc,
        facture.echeance,
        [(paiement.jour, paiement.montant) for paiement in etat.paiements],
        jour,
        droit,
        genre=facture.debiteur.genre,
        avoirs=[(avoir.jour, avoir.montant) for avoir in etat.avoirs],
        mise_en_demeure=jour_de_mise_en_demeure(etat, scenario) if consommateur else None,
    )


def jour_du_courrier(usage: Usage) -> date:
    match usage.etape.genre:
        case GenreEtape.PREVENANCE:
            return PREVENANCE
        case GenreEtape.RELANCE | GenreEtape.APPEL:
            return ECHEANCE + ENTRE_RELANCES * (len(_demandes(usage)) + 1)
        case _:
            return DEMEURE


def _demandes(usage: Usage) -> list[Etape]:
    """The reminders that left before that step."""
    avant = usage.scenario.jusqu_a(usage.etape.nom)[:-1]
    return [etape for etape in avant if etape.genre is GenreEtape.RELANCE]
