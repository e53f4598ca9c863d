"""What a person records of a registered letter: its deposit, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from dossier.core.chronologie import ISSUES
from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.decision import ATTENTE_DEPOT
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import (
    AccuseRecu,
    Archive,
    Canal,
    Contenu,
    EnvoiRetire,
    IssuePli,
    PliDepose,
    SourceAccuse,
)
from dossier.core.numeros import numero_de_pli
from dossier.core.plis import references
from dossier.services.creances import consigner, lire_etat
from dossier.services.envois import nom_du_pli
from dossier.services.formulaire import enregistrer, exiger_texte, garder, pas_dans_le_futur
from dossier.services.numeros_de_plis import refuser_numero
from dossier.services.outils import Outils

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

    Number and day may be corrected until the outcome is known. Raises DonneeInvalide.
    """
    pas_dans_le_futur(outils, jour, "La date de dépôt")
    creance = identifiant(facture)
    numero = _numero_saisi(lire_etat(outils, creance), etape, numero)
    archive = garder(outils, creance, f"depot-{identifiant(numero)}", preuve)

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
        refuser_numero(outils, etat, envoi, numero)
        _refuser_depot(envoi, depose, facture)
        return [depose]

    def compte_rendu(etat: Etat) -> str:
        avant = _plis(etat, etape)[-1].depot
        corrige = f", à la place du n° {avant.numero}" if avant and avant.numero != numero else ""
        return f"Dépôt du recommandé n° {numero} le {en_lettres(jour)} enregistré sur {facture}{corrige}."

    deja = f"Le dépôt du recommandé n° {numero} le {en_lettres(jour)} était déjà enregistré sur {facture}"
    return enregistrer(outils, facture, suite, compte_rendu, deja, auteur)


def _numero_saisi(etat: Etat, etape: str, texte: str) -> str:
    """The number of a registered letter; a carrier's own reference when its hand-over is in doubt."""
    envoi = _plis(etat, etape)[-1]
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


def retirer(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """Take the last registered letter back before it leaves: it will be written anew.

    The same form again, after a crash or a trouble of the tray, ends what the first began. Raises
    DonneeInvalide, and ErreurEnvoi when the tray cannot be written.
    """
    motif, jour = exiger_texte(motif, "le motif du retrait"), outils.clock.jour()

    def suite(etat: Etat) -> Sequence[Contenu]:
        if _retire_pour(etat, motif, jour):
            return []
        envoi = _plis(etat, "")[-1]
        _refuser_retrait(envoi, facture, jour)
        return [EnvoiRetire(cle=envoi.prepare.cle, motif=motif, jour=jour)]

    etat = consigner(outils, identifiant(facture), suite, auteur=auteur)
    deja = _retire_pour(etat, motif, jour)
    envoi = deja or _plis(etat, "")[-1]
    retire = "avait déjà été retiré" if deja else "est retiré"
    ensuite = "la lettre sera établie à nouveau" if etat.fin is None else "la créance est close"
    ou = _hors_du_bac(outils, etat.creance, envoi)
    phrase = f"Le recommandé « {envoi.prepare.intitule} » de {facture} {retire} ({ou}) ; {ensuite}."
    return phrase + _autre_au_bac(etat, deja)


def _autre_au_bac(etat: Etat, deja: Envoi | None) -> str:
    """What to say of a letter printed since the one that this form had taken back: it is still to be posted."""
    envois = list(etat.envois.values())
    suivants = envois[envois.index(deja) + 1 :] if deja else []
    if not any(e.fait and not e.retire and not e.depot and e.prepare.canal is Canal.LRAR for e in suivants):
        return ""
    return (
        " Attention : un autre, imprimé depuis, est toujours à poster ; pour le retirer aussi, donnez un autre "
        "motif."
    )


def _retire_pour(etat: Etat, motif: str, jour: date) -> Envoi | None:
    """The letter that this very form took back already; None when it is about another one.

    A second one, printed since, is taken back by the same words on a later day only.
    """
    recommandes = [envoi for envoi in etat.envois.values() if envoi.prepare.canal is Canal.LRAR]
    rangs = [rang for rang, e in enumerate(recommandes) if e.retire and e.retire.motif == motif]
    if not rangs:
        return None
    retire, suivants = recommandes[rangs[-1]], recommandes[rangs[-1] + 1 :]
    le_jour_meme = retire.retire is not None and retire.retire.jour == jour
    return retire if le_jour_meme or not any(e.tentee or e.fait for e in suivants) else None


def _refuser_retrait(envoi: Envoi, facture: str, jour: date) -> None:
    qui, fait = f"Le recommandé « {envoi.prepare.intitule} » de {facture}", envoi.fait
    if envoi.depot is not None:
        raise DonneeInvalide(f"{qui} est déposé depuis le {en_lettres(envoi.depot.jour)} : il est parti.")
    if envoi.accuse is not None:
        raise DonneeInvalide(f"L'avis du {qui[3:]} est enregistré : il est parti. Enregistrez son dépôt.")
    if fait is None and envoi.tentee is None:
        raise DonneeInvalide(f"{qui} n'est pas encore imprimé : refusez-le à son approbation.")
    perdu = envoi.suivi is not None and envoi.suivi.definitif
    if fait is not None and fait.transporteur and not perdu and jour < fait.jour + ATTENTE_DEPOT:
        raise DonneeInvalide(
            f"{qui} est confié à {fait.transporteur} : annulez-le auprès de lui. S'il n'y est pas déposé le "
            f"{en_lettres(fait.jour + ATTENTE_DEPOT)}, il pourra être retiré ici."
        )


def _hors_du_bac(outils: Outils, creance: str, envoi: Envoi) -> str:
    """Take it out of the tray; what is left for a person to do."""
    if envoi.fait is not None and envoi.fait.transporteur:
        return f"assurez-vous que {envoi.fait.transporteur} ne l'enverra pas"
    pilote = envoi.prepare.groupe[0] if envoi.prepare.groupe else creance
    if outils.poste.reprendre(nom_du_pli(pilote, envoi.prepare)):
        return "sorti du bac : s'il est déjà imprimé, détruisez l'exemplaire"
    if envoi.fait is None:
        return "remise jamais confirmée : assurez-vous qu'aucun transporteur ne l'a pris"
    return "absent du bac : détruisez l'exemplaire imprimé"


def _plis(etat: Etat, etape: str) -> list[Envoi]:
    """The registered letters of that step, or of all, in the order in which they were prepared."""
    plis = [
        envoi
        for envoi in etat.envois.values()
        if envoi.prepare.canal is Canal.LRAR and envoi.retire is None and etape in {"", envoi.prepare.etape}
    ]
    if not plis:
        de_l_etape = f" pour l'étape « {etape} »" if etape else ""
        retiree = any(e.retire and e.prepare.canal is Canal.LRAR for e in etat.envois.values())
        suite = " ; celle qui l'avait été est retirée" if retiree else ""
        raise DonneeInvalide(
            f"Aucune lettre recommandée n'est établie sur {etat.facture.numero}{de_l_etape}{suite}."
        )
    return plis


def _numero_dit(etat: Etat, numero: str) -> str:
    """The number of a letter as it is recorded: a carrier's own need not have the form of La Poste's."""
    brut = numero.strip()
    return brut if not brut or brut in references(etat) else numero_de_pli(brut)


def _concerne(etat: Etat, etape: str, numero: str) -> Envoi:
    """The letter of that number, else the last one printed and not deposited; without it, the last deposited."""
    plis = _plis(etat, etape)
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
