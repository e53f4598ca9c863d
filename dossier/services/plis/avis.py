"""What a person records of the outcome of a registered letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.chronologie import ISSUES
from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import AccuseRecu, Archive, Contenu, IssuePli
from dossier.core.numeros import numero_de_pli
from dossier.core.plis import references
from dossier.services.formulaire import enregistrer, garder, pas_dans_le_futur
from dossier.services.numeros_de_plis import refuser_numero
from dossier.services.outils import Outils
from dossier.services.plis.designation import plis_de


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

    `numero` or `etape` says which letter; without them, the last one deposited. The number alone finds a
    printed letter whose deposit is not recorded yet. Raises DonneeInvalide.
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
    creance = identifiant(facture)
    archive = garder(outils, creance, f"avis-{issue.value}-{jour}", preuve)

    def suite(etat: Etat) -> Sequence[Contenu]:
        dit = _numero_dit(etat, numero)
        envoi = _concerne(etat, etape, dit)
        _refuser_avis(envoi, presente, facture)
        if envoi.depot is None:
            refuser_numero(outils, etat, envoi, dit)
        recu = AccuseRecu(
            cle=envoi.prepare.cle,
            issue=issue,
            premiere_presentation=presente,
            jour=jour,
            preuve=archive or _preuve_de(envoi, issue),
            numero=envoi.depot.numero if envoi.depot else dit,
        )
        # A person who says it again after the carrier gainsaid it settles the matter.
        return [] if envoi.accuse == recu and not envoi.contredit else [recu]

    texte = f"issue du recommandé de {facture}, {ISSUES[issue]} le {en_lettres(jour)}"
    return enregistrer(
        outils, facture, suite, lambda etat: f"Enregistrée : {texte}.{_deja_scelle(etat, issue)}",
        f"Déjà enregistrée : {texte}", auteur,
    )  # fmt: skip


def _preuve_de(envoi: Envoi, issue: IssuePli) -> Archive | None:
    """The last proof given of that outcome, even when a carrier has gainsaid it since."""
    preuves = (accuse.preuve for accuse in reversed(envoi.accuses) if accuse.issue is issue)
    return next(filter(None, preuves), None)


def _deja_scelle(etat: Etat, issue: IssuePli) -> str:
    """What to say when the dossier was sealed on another outcome."""
    if etat.dossier is None:
        return ""
    npai = "la mise en demeure ne vaut rien, ne déposez pas la requête"
    vaut = npai if issue is IssuePli.NPAI else "le délai a pu changer"
    return f" Attention : le dossier est déjà scellé avec l'issue d'avant ({vaut}) : prévenez qui le tient."


def _numero_dit(etat: Etat, numero: str) -> str:
    """The number of a letter as it is recorded: a carrier's own need not have the form of La Poste's."""
    brut = numero.strip()
    return brut if not brut or brut in references(etat) else numero_de_pli(brut)


def _concerne(etat: Etat, etape: str, numero: str) -> Envoi:
    """The letter of that number, else the last one printed and not deposited; without it, the last deposited."""
    plis = plis_de(etat, etape)
    if numero:
        trouves = [pli for pli in plis if _porte(pli, numero)]
        trouves = trouves or [pli for pli in plis if pli.fait and not pli.depot]
    else:
        trouves = [pli for pli in plis if pli.depot]
    if trouves:
        return trouves[-1]
    lequel = f"n° {numero}" if numero else f"« {plis[-1].prepare.intitule} »"
    raise DonneeInvalide(
        f"Le recommandé {lequel} de {etat.facture.numero} n'a pas de dépôt enregistré : enregistrez d'abord "
        "son numéro et sa date de dépôt, ou donnez le numéro porté sur l'avis."
    )


def _porte(envoi: Envoi, numero: str) -> bool:
    depose = envoi.depot is not None and envoi.depot.numero == numero
    return depose or (envoi.fait is not None and envoi.fait.reference == numero)


def _refuser_avis(envoi: Envoi, presente: date, facture: str) -> None:
    """Refuse a presentation that comes before the letter."""
    depart, nom = (
        (envoi.depot.jour, "le dépôt du pli") if envoi.depot else (envoi.prepare.jour, "la date de la lettre")
    )
    if presente < depart:
        raise DonneeInvalide(
            f"Sur {facture}, la première présentation précède {nom} ({en_lettres(depart)}) : vérifiez la date."
        )
