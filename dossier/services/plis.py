"""What a person records of a registered letter: its deposit, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import AccuseRecu, Canal, Contenu, IssuePli, PliDepose
from dossier.services.formulaire import enregistrer, garder, pas_dans_le_futur
from dossier.services.outils import Outils

NUMERO_DE_PLI = re.compile(r"[0-9][A-Z][0-9]{11}|[A-Z]{2}[0-9]{9}[A-Z]{2}")


def depot(
    outils: Outils,
    facture: str,
    numero: str,
    jour: date,
    *,
    auteur: str,
    etape: str = "",
    preuve: bytes | None = None,
) -> str:
    """Record that a registered letter was handed to the post: its number, its day, the proof (PDF)."""
    pas_dans_le_futur(outils, jour, "La date de dépôt")
    numero = numero_de_pli(numero)
    creance = identifiant(facture)
    archive = garder(outils, creance, f"depot-{numero}", preuve)

    def suite(etat: Etat) -> Sequence[Contenu]:
        envoi = _plis(etat, etape)[-1]
        avant = envoi.depot
        depose = PliDepose(
            cle=envoi.prepare.cle,
            numero=numero,
            jour=jour,
            preuve=archive or (avant.preuve if avant else None),
        )
        if avant == depose:
            return []
        _refuser_numero(etat, depose)
        _refuser_depot(envoi, depose, facture)
        return [depose]

    fait = f"Dépôt du recommandé n° {numero} le {en_lettres(jour)} enregistré sur {facture}."
    deja = f"Le dépôt du recommandé n° {numero} le {en_lettres(jour)} était déjà enregistré sur {facture}"
    return enregistrer(outils, facture, suite, fait, deja, auteur)


def _refuser_numero(etat: Etat, depose: PliDepose) -> None:
    for autre in etat.envois.values():
        if autre.depot and autre.depot.numero == depose.numero and autre.depot.cle != depose.cle:
            raise DonneeInvalide(
                f"Le n° {depose.numero} est déjà celui du recommandé « {autre.prepare.intitule} » de "
                f"{etat.facture.numero} : vérifiez le numéro."
            )


def _refuser_depot(envoi: Envoi, depose: PliDepose, facture: str) -> None:
    """Refuse a deposit that cannot be; its day may be corrected until the outcome is known."""
    qui, avant = f"Le recommandé « {envoi.prepare.intitule} » de {facture}", envoi.depot
    if envoi.fait is None:
        raise DonneeInvalide(
            f"{qui} n'est pas encore prêt à poster : attendez qu'il soit approuvé et imprimé."
        )
    if depose.jour < envoi.prepare.jour:
        raise DonneeInvalide(
            f"{qui} est daté du {en_lettres(envoi.prepare.jour)} : il n'a pas pu être déposé avant. "
            "Vérifiez la date de dépôt."
        )
    if avant is None or (avant.numero == depose.numero and (avant.jour == depose.jour or not envoi.accuse)):
        return
    raise DonneeInvalide(f"{qui} est déjà déposé, sous le n° {avant.numero} le {en_lettres(avant.jour)}.")


def accuse(
    outils: Outils,
    facture: str,
    issue: IssuePli,
    jour: date,
    *,
    auteur: str,
    premiere_presentation: date | None = None,
    etape: str = "",
    numero: str = "",
    preuve: bytes | None = None,
) -> str:
    """Record what became of a registered letter; a later entry corrects an earlier one.

    `numero` or `etape` says which letter; without them, the last one deposited.
    """
    pas_dans_le_futur(outils, jour, "La date de l'avis")
    presente = premiere_presentation or jour
    if presente > jour:
        raise DonneeInvalide(
            "La première présentation ne peut pas suivre l'issue du pli : vérifiez les deux dates."
        )
    if issue is not IssuePli.DISTRIBUE and premiere_presentation is None:
        raise DonneeInvalide(
            "Pour un pli non distribué, indiquez la date de première présentation portée sur l'enveloppe ou "
            "l'avis : le délai de la mise en demeure en part."
        )
    pli = numero_de_pli(numero) if numero else ""
    creance = identifiant(facture)
    archive = garder(outils, creance, f"avis-{issue.value}-{jour}", preuve)

    def suite(etat: Etat) -> Sequence[Contenu]:
        envoi, depose = _depose(etat, etape, pli)
        if presente < depose.jour:
            raise DonneeInvalide(
                f"La première présentation précède le dépôt du pli ({en_lettres(depose.jour)}) : "
                "vérifiez la date."
            )
        avant = envoi.accuse if envoi.accuse and envoi.accuse.issue is issue else None
        recu = AccuseRecu(
            cle=envoi.prepare.cle,
            issue=issue,
            premiere_presentation=presente,
            jour=jour,
            preuve=archive or (avant.preuve if avant else None),
        )
        return [] if envoi.accuse == recu else [recu]

    texte = f"issue du recommandé de {facture}, {issue.value.replace('_', ' ')} le {en_lettres(jour)}"
    return enregistrer(
        outils, facture, suite, f"Enregistrée : {texte}.", f"Déjà enregistrée : {texte}", auteur
    )


def numero_de_pli(texte: str) -> str:
    """A registered letter's number without its spaces, e.g. `1A12345678901`. Raises DonneeInvalide."""
    compact = re.sub(r"[\s.-]", "", texte).upper()
    if not NUMERO_DE_PLI.fullmatch(compact):
        raise DonneeInvalide(
            f"« {texte} » n'a pas la forme d'un numéro de recommandé : attendu 13 caractères comme "
            "1A 123 456 7890 1 (ou RK123456789FR à l'international)."
        )
    return compact


def _plis(etat: Etat, etape: str) -> list[Envoi]:
    """The registered letters of that step, or of all, in the order in which they were prepared."""
    plis = [
        envoi
        for envoi in etat.envois.values()
        if envoi.prepare.canal is Canal.LRAR and etape in {"", envoi.prepare.etape}
    ]
    if not plis:
        de_l_etape = f" pour l'étape « {etape} »" if etape else ""
        raise DonneeInvalide(
            f"Aucune lettre recommandée n'a été établie sur {etat.facture.numero}{de_l_etape}."
        )
    return plis


def _depose(etat: Etat, etape: str, numero: str) -> tuple[Envoi, PliDepose]:
    """The letter of that number, else the last one deposited, and its deposit."""
    plis = _plis(etat, etape)
    deposes = [(pli, pli.depot) for pli in plis if pli.depot and numero in {"", pli.depot.numero}]
    if not deposes:
        lequel = f"n° {numero}" if numero else f"« {plis[-1].prepare.intitule} »"
        raise DonneeInvalide(
            f"Le recommandé {lequel} de {etat.facture.numero} n'a pas de dépôt enregistré : "
            "enregistrez d'abord son numéro et sa date de dépôt."
        )
    return deposes[-1]
