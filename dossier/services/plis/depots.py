"""What a person records of the deposit of a registered letter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.droit.jours import jour_sans_poste
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import AccuseRecu, Contenu, PliDepose, SourceAccuse
from dossier.core.numeros import numero_de_pli
from dossier.services.creances import lire_etat
from dossier.services.formulaire import enregistrer, exiger_texte, garder, pas_dans_le_futur
from dossier.services.numeros_de_plis import refuser_numero
from dossier.services.outils import Outils
from dossier.services.plis.designation import plis_de

REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""A carrier's own name of a letter."""


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
    """Record that a registered letter was handed to the post: its number, its day, the proof (PDF).

    Number and day may be corrected until the outcome is known; the answer warns of a day on which the post
    is closed. Raises DonneeInvalide.
    """
    pas_dans_le_futur(outils, jour, "La date de dépôt")
    creance = identifiant(facture)
    numero = _numero_saisi(lire_etat(outils, creance), etape, numero)
    archive = garder(outils, creance, f"depot-{identifiant(numero)}", preuve)

    def suite(etat: Etat) -> Sequence[Contenu]:
        envoi = plis_de(etat, etape)[-1]
        avant = envoi.depot
        depose = PliDepose(
            cle=envoi.prepare.cle,
            numero=numero,
            jour=jour,
            preuve=archive or (avant.preuve if avant else None),
        )
        if avant == depose:
            return []
        refuser_numero(outils, etat, envoi, numero)
        _refuser_depot(envoi, depose, facture)
        return [depose]

    def compte_rendu(etat: Etat) -> str:
        avant = plis_de(etat, etape)[-1].depot
        corrige = f", à la place du n° {avant.numero}" if avant and avant.numero != numero else ""
        enregistre = (
            f"Dépôt du recommandé n° {numero} le {en_lettres(jour)} enregistré sur {facture}{corrige}."
        )
        return f"{enregistre}{_jour_douteux(jour)}"

    deja = f"Le dépôt du recommandé n° {numero} le {en_lettres(jour)} était déjà enregistré sur {facture}"
    return enregistrer(outils, facture, suite, compte_rendu, deja, auteur)


def _jour_douteux(jour: date) -> str:
    quel = jour_sans_poste(jour)
    if not quel:
        return ""
    return (
        f" Attention, le {en_lettres(jour)} est {quel} : les guichets de la poste sont fermés. Vérifiez la date sur "
        "la preuve de dépôt."
    )


def _numero_saisi(etat: Etat, etape: str, texte: str) -> str:
    """The number of a registered letter; a carrier's own reference when its hand-over is in doubt."""
    envoi = plis_de(etat, etape)[-1]
    chez_un_transporteur = envoi.fait is None and envoi.tentee is not None and envoi.tentee.transporteur
    if envoi.fait is not None and texte.strip() == envoi.fait.reference != "":
        return texte.strip()
    if not chez_un_transporteur:
        return numero_de_pli(texte)
    with suppress(DonneeInvalide):
        return numero_de_pli(texte)
    reference = exiger_texte(texte, "sa référence")
    if not REFERENCE.fullmatch(reference):
        raise DonneeInvalide(
            f"« {reference[:60]} » n'est ni un numéro de recommandé (1A 123 456 7890 1), ni une référence d'envoi : "
            "attendu 64 lettres sans accent, chiffres ou tirets au plus."
        )
    return reference


def _refuser_depot(envoi: Envoi, depose: PliDepose, facture: str) -> None:
    """Refuse a deposit that cannot be.

    A letter whose hand-over is in doubt may be: who asked the carrier records what it answered.
    """
    qui, avant = f"Le recommandé « {envoi.prepare.intitule} » de {facture}", envoi.depot
    if envoi.tentee is None and envoi.fait is None:
        raise DonneeInvalide(
            f"{qui} n'est pas encore prêt à poster : attendez qu'il soit approuvé et imprimé."
        )
    if depose.jour < envoi.prepare.jour:
        raise DonneeInvalide(
            f"{qui} est daté du {en_lettres(envoi.prepare.jour)} : il n'a pas pu être déposé avant. "
            "Vérifiez la date de dépôt."
        )
    if avant is None:
        _refuser_discordance(envoi.accuse, depose, qui)
        return
    autre_numero = avant.numero != depose.numero
    if autre_numero and _du_numero_seul(envoi):
        return  # What the carrier told was about another letter: the state takes it back.
    if (autre_numero or avant.jour != depose.jour) and not _sans_issue(envoi):
        raise DonneeInvalide(
            f"{qui} est déjà déposé, sous le n° {avant.numero} le {en_lettres(avant.jour)}, et son issue est "
            "connue : son dépôt ne se corrige plus."
        )


def _du_numero_seul(envoi: Envoi) -> bool:
    """Whether all that is known of it was found by the number typed: no person saw a notice or a scan."""
    par_numero = envoi.fait is None or not envoi.fait.transporteur
    vus = [a for a in envoi.accuses if a.source is SourceAccuse.PERSONNE]
    return par_numero and not vus and not envoi.scans


def _sans_issue(envoi: Envoi) -> bool:
    """Whether nobody has told yet what became of it."""
    return not envoi.accuses and not (envoi.suivi and envoi.suivi.definitif)


def _refuser_discordance(accuse: AccuseRecu | None, depose: PliDepose, qui: str) -> None:
    """The notice came before the deposit was recorded: the two must be about one letter."""
    if accuse is None:
        return
    if accuse.numero and accuse.numero != depose.numero:
        raise DonneeInvalide(
            f"L'avis déjà enregistré porte le n° {accuse.numero} : {qui[0].lower()}{qui[1:]} ne peut pas être "
            f"déposé sous le n° {depose.numero}. Vérifiez les deux numéros."
        )
    if depose.jour > accuse.premiere_presentation:
        raise DonneeInvalide(
            f"{qui} a été présenté le {en_lettres(accuse.premiere_presentation)} : il n'a pas pu être déposé "
            "après. Vérifiez la date de dépôt."
        )
