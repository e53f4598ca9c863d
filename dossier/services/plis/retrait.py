"""A registered letter taken back before it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.decision import ATTENTE_DEPOT
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal, Contenu, EnvoiRetire
from dossier.services.creances import consigner
from dossier.services.envois import nom_du_pli
from dossier.services.formulaire import exiger_texte
from dossier.services.outils import Outils
from dossier.services.plis.designation import plis_de


def retirer(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """Take the last registered letter back before it leaves: it will be written anew.

    The same form again, after a crash or a trouble of the tray, ends what the first began. Raises
    DonneeInvalide, and ErreurEnvoi when the tray cannot be written.
    """
    motif, jour = exiger_texte(motif, "le motif du retrait"), outils.clock.jour()

    def suite(etat: Etat) -> Sequence[Contenu]:
        if _retire_pour(etat, motif, jour):
            return []
        envoi = plis_de(etat, "")[-1]
        _refuser_retrait(envoi, facture, jour)
        return [EnvoiRetire(cle=envoi.prepare.cle, motif=motif, jour=jour)]

    etat = consigner(outils, identifiant(facture), suite, auteur=auteur)
    deja = _retire_pour(etat, motif, jour)
    envoi = deja or plis_de(etat, "")[-1]
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
