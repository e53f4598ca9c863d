"""How an insolvency judgment stops a filing, and what to do with the claim instead."""

from __future__ import annotations

from datetime import date

from dossier.core.creance import Genre
from dossier.core.dates import en_lettres
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.situation import Blocage, CodeBlocage, Declaration, Severite, Situation

SANS_DATE = Declaration()


def procedure_collective(situation: Situation, declaration: Declaration = SANS_DATE) -> Blocage | None:
    """The block of an open insolvency (Code de commerce, art. L622-21); None when there is none.

    Book VI is for those in business: against anyone else, a person must say what procedure it is.
    """
    if not situation.procedure_collective:
        return None
    if situation.genre is not Genre.ENTREPRISE:
        return _procedure_a_qualifier(situation)
    return Blocage(
        code=CodeBlocage.PROCEDURE_COLLECTIVE,
        severite=Severite.BLOQUANT,
        motif="Une procédure collective est ouverte contre le débiteur : les actions en paiement d'une "
        "créance antérieure au jugement d'ouverture sont interdites ou interrompues.",
        texte="Code de commerce, art. L622-21, L622-7 et R622-24",
        niveau=Niveau.TRANSCRIPTION,
        remede=f"Ne pas déposer la requête : {_declarer(declaration, situation.jour)}",
    )


def _procedure_a_qualifier(situation: Situation) -> Blocage:
    """The check on an insolvency of a consumer or of a public body (Code de commerce, art. L670-1)."""
    public = situation.genre is Genre.PUBLIC
    return Blocage(
        code=CodeBlocage.PROCEDURE_COLLECTIVE,
        severite=Severite.A_VERIFIER,
        motif="Une procédure collective a été saisie contre une personne publique, que le livre VI du code "
        "de commerce ne vise pas : la saisie est à vérifier."
        if public
        else "Une procédure collective a été saisie contre un consommateur, que le livre VI du code de "
        "commerce ne vise pas, sauf la faillite civile en Alsace-Moselle : il s'agit peut-être d'un "
        "surendettement, dont les effets sont autres.",
        texte="Code de commerce, art. L620-2, L631-2 et L640-2"
        if public
        else "Code de commerce, art. L670-1 ; Code de la consommation, art. L711-1",
        niveau=Niveau.NON_VERIFIE,
        remede="Ne rien déposer avant d'avoir vérifié de quelle procédure il s'agit ; s'il y a un mandataire "
        "judiciaire ou un liquidateur, lui déclarer la créance, par prudence.",
    )


def _declarer(declaration: Declaration, jour: date) -> str:
    """What to do of the claim in the insolvency (Code de commerce, art. R622-24, L622-26)."""
    a_qui = "au mandataire judiciaire ou au liquidateur"
    fin, viser = declaration.limite, declaration.viser
    if fin is None:
        return (
            f"déclarer la créance {a_qui}, dans le délai qui court de la publication du jugement au BODACC."
        )
    if jour > fin:
        return (
            f"le délai pour déclarer la créance {a_qui} a expiré le {en_lettres(fin)} ; "
            f"{_etre_releve(declaration.forclusion, jour)} (art. L622-26)."
        )
    avant = f" (viser le {en_lettres(viser)})" if viser is not None and jour <= viser < fin else ""
    return f"déclarer la créance {a_qui}, au plus tard le {en_lettres(fin)}{avant}."


def _etre_releve(forclusion: date | None, jour: date) -> str:
    if forclusion is None:
        return "demander sans attendre un relevé de forclusion"
    if jour > forclusion:
        return f"le délai pour demander un relevé de forclusion a expiré le {en_lettres(forclusion)}"
    return f"demander sans attendre un relevé de forclusion, au plus tard le {en_lettres(forclusion)}"
