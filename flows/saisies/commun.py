"""What every form shares: its fields, and how it answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import AfterValidator, Field

from dossier.core.creance import identifiant
from dossier.core.dates import en_chiffres
from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.core.montants import en_euros
from dossier.core.prevision import prevoir
from dossier.services.creances import decompte_de, lire_etat, scenario_de
from dossier.services.factures import numero_suivi
from dossier.services.outils import Outils
from flows.affichage import coupee, situation
from flows.runs import signaler
from flows.wiring import outils

AUTEUR = "formulaire"
LARGEUR = 29
"""Where a cell of the answer is broken: the UI does not break them itself."""

Facture = Annotated[
    str,
    Field(title="Numéro de facture", description="Par exemple FA-2026-0042"),
    AfterValidator(lambda texte: numero_suivi(outils(), texte)),
]
Pdf = Annotated[
    str,
    Field(title="Fichier PDF", description="Chemin du fichier sur la machine du service, si vous en avez un"),
]
Motif = Annotated[str, Field(title="Motif", description="En quelques mots : il est gardé au journal")]


def saisir(
    facture: str, acte: Callable[[], str], *, reveil: Callable[[Outils, str], None] = signaler
) -> State[None]:
    """Do the act, wake the creance, show what changed; a refusal is a red run with its sentence."""
    creance = identifiant(facture)
    try:
        avant = lire_etat(outils(), creance)
        phrase = acte()
    except DossierError as error:
        return Failed(name="Refusé", message=str(error))
    apres = lire_etat(outils(), creance)
    # Also when nothing changed: the form that recorded it may have died before the wake.
    reveil(outils(), creance)
    create_markdown_artifact(
        key=f"saisie-{creance.lower()}", markdown=compte_rendu(outils(), phrase, avant, apres)
    )
    return Completed(name="Enregistré" if apres.numero != avant.numero else "Déjà enregistré", message=phrase)


def compte_rendu(maison: Outils, phrase: str, avant: Etat, apres: Etat) -> str:
    """What a form changed, as a page: its sentence, then the sums and the course of the creance, before and after."""
    lignes = zip(_photo(maison, avant), _photo(maison, apres), strict=True)
    tableau = [f"| {' | '.join(coupee(t, LARGEUR) for t in (nom, a, b))} |" for (nom, a), (_, b) in lignes]
    return "\n".join([phrase, "", f"| {apres.facture.numero} | Avant | Après |", "|---|---|---|", *tableau])


def _photo(maison: Outils, etat: Etat) -> list[tuple[str, str]]:
    """Sums and course of that creance today; what cannot be known is left empty, the act stands anyway."""
    jour, total, ou, ensuite = maison.clock.jour(), "", "", ""
    with suppress(DossierError):
        total = en_euros(decompte_de(maison, etat, jour).total)
    with suppress(DossierError):
        ou = situation(maison, etat)
        prevus = prevoir(etat, scenario_de(maison, etat), jour)
        ensuite = f"{prevus[0].libelle}, le {en_chiffres(prevus[0].jour)}" if prevus else "rien"
    return [
        ("Reste sur la facture", en_euros(etat.solde)),
        ("Total exigible, pénalités et indemnité comprises", total),
        ("Où en est la procédure", ou),
        ("Ce qui vient, si rien n'est payé", ensuite),
    ]
