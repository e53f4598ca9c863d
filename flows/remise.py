"""The dossier on demand, and its verification."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.config_yaml import charger_droit
from dossier.adapters.lecture_tableur import lire_tableur
from dossier.adapters.pades import SansHorodatage, verifier_pdf
from dossier.adapters.timestamp_rfc3161 import verifier_jeton
from dossier.core.creance import identifiant
from dossier.core.decompte import Decompte
from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.etat import Etat
from dossier.core.messages import raison
from dossier.core.montants import en_euros
from dossier.core.ports import Jeton
from dossier.core.scenario import Scenario
from dossier.services.assemblage import assembler
from dossier.services.completude import mures
from dossier.services.constats import Cellule
from dossier.services.creances import decompte_selon, lire_etat
from dossier.services.outils import Outils
from dossier.services.verification import Lecteurs, Verdict, verifier_dossier
from flows.fichiers import lire
from flows.wiring import settings


def assembler_debiteur(outils: Outils, designation: str, *, auteur: str) -> Iterator[str]:
    """Seal what is ripe for the debtor meant by a SIREN, a name or an invoice; one sentence per dossier."""
    etats = _du_debiteur(outils, designation)
    debiteur = etats[0].facture.debiteur
    pretes = mures(outils, etats[0].debiteur)
    if pretes:
        scelle = assembler(outils, pretes[0].creance, auteur=auteur)
        if scelle is None:
            raise DonneeInvalide(
                f"Le dossier de {debiteur.denomination} est déjà en cours d'assemblage : attendez sa fin."
            )
        etats = [lire_etat(outils, creance) for creance in scelle.creances]
    dossiers = {etat.dossier.zip.cle: etat.dossier for etat in etats if etat.dossier is not None}
    if not dossiers:
        raise DonneeInvalide(
            f"Aucune créance sur {debiteur.denomination} n'est prête : le délai de la mise en demeure doit être passé. "
            f"Voyez `dossier prevoir {etats[0].facture.numero}`."
        )
    for cle, dossier in dossiers.items():
        yield f"{dossier.dossier} : {dossier.pieces} pièces, {en_euros(dossier.total)} – {outils.store.lieu(cle)}"


def verifier_zip(fichier: Path, racine: bytes | None = None) -> Verdict:
    """Check every digest, token, link and number of a sealed dossier, and open its documents."""
    return verifier_dossier(fichier, verifier_jeton, racine, lecteurs=_lecteurs())


def _lecteurs() -> Lecteurs:
    relieur = RelieurPypdf()
    return Lecteurs(
        compter=relieur.compter,
        texte=relieur.texte,
        tableur=lambda xlsx: {r: Cellule(*case) for r, case in lire_tableur(xlsx).items()},
        tamponner=relieur.tamponner,
        calculer=_calcul(),
        horodatage=_horodatage,
    )


def _horodatage(pdf: bytes, verifier: Callable[[bytes, bytes], Jeton]) -> Jeton | None:
    try:
        return verifier_pdf(pdf, verifier)
    except SansHorodatage:
        return None


def _calcul() -> Callable[[Etat, Scenario, date], Decompte] | None:
    """The law as config/droit has it; none on a machine where it is not installed."""
    try:
        droit = charger_droit(settings().config / "droit")
    except DossierError:
        return None
    return lambda etat, scenario, au: decompte_selon(etat, scenario, au, droit)


def decouper_pdf(fichier: Path, mo: float) -> Iterator[str]:
    """Write that PDF in parts of so many megabytes beside it; one sentence per part. Raises DossierError."""
    tranches = RelieurPypdf().decouper(lire(fichier), int(mo * 1_000_000))
    for rang, tranche in enumerate(tranches, start=1):
        partie = fichier.with_name(f"{fichier.stem}-{rang:02d}.pdf")
        try:
            with partie.open("xb") as sortie:
                sortie.write(tranche.pdf)
        except OSError as error:
            raise DonneeInvalide(
                f"{partie} ne peut pas être écrit ({raison(error)}) : déplacez-le."
            ) from error
        trop = ", une page seule dépasse ce poids" if tranche.trop_lourde else ""
        yield f"{partie} : pages {tranche.premiere} à {tranche.derniere}{trop}"


def _du_debiteur(outils: Outils, designation: str) -> list[Etat]:
    cible = designation.strip().casefold()
    etats = [lire_etat(outils, ouverture.creance) for ouverture in outils.journal.creances()]
    trouves = [
        etat
        for etat in etats
        if cible in {etat.facture.debiteur.denomination.casefold(), etat.debiteur.casefold()}
        or identifiant(designation) == etat.creance
    ]
    if not trouves:
        raise DonneeInvalide(f"Aucun débiteur suivi ne répond à « {designation} ». Voyez `dossier creances`.")
    return trouves
