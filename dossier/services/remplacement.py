"""A letter edited in Word by a person, put in the place of the one prepared."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from dossier.core.droit.mentions import Defaut, Manquement
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import EnvoiRemplace
from dossier.services.archives import archiver_une_fois
from dossier.services.envois import manquements_de, mentions_absentes
from dossier.services.mentions import refuser_interdites
from dossier.services.outils import Outils


def remplacement(
    outils: Outils, etat: Etat, envoi: Envoi, docx: bytes | None, par: str
) -> Sequence[EnvoiRemplace]:
    """The fait that puts this Word file in the place of the prepared one; nothing when none is given.

    It is controlled as the other was, converted and archived; nothing that would print other than it reads
    is let in (port `Rendu`, `texte`). Raises DonneeInvalide, ErreurRendu, ErreurConversion.
    """
    if docx is None:
        return []
    if not docx.startswith(b"PK"):
        raise DonneeInvalide(
            "Le document corrigé n'est pas un fichier Word (.docx), ou un mot de passe le protège : dans Word, "
            "ôtez le mot de passe (Fichier > Informations > Protéger le document) et enregistrez-le sous ce format."
        )
    texte = outils.rendu.texte(docx)
    trouves = manquements_de(outils, etat, envoi, texte)
    refuser_interdites("Le document corrigé", trouves)
    _refuser_pertes(texte, trouves, mentions_absentes(outils, etat, envoi))
    unique = hashlib.sha256(docx).hexdigest()[:12]
    base = f"creances/{etat.creance}/envois/{envoi.prepare.cle.replace(':', '_')}-corrige-{unique}"
    source = archiver_une_fois(outils, f"{base}.docx", lambda: docx)
    pdf = archiver_une_fois(outils, f"{base}.pdf", lambda: outils.convertisseur.pdf(docx))
    jour = outils.clock.jour()
    return [EnvoiRemplace(cle=envoi.prepare.cle, par=par, pdf=pdf, source=source, jour=jour)]


def _refuser_pertes(texte: str, trouves: tuple[Manquement, ...], avant: tuple[Manquement, ...]) -> None:
    """Refuse a file that lost what the prepared letter said: debtor, invoices, sums, articles; or a tag left."""
    if "{{" in texte or "{%" in texte:
        raise DonneeInvalide(
            "Le document corrigé contient encore une balise de modèle ({{ ou {%) : retirez-la."
        )
    connues = {(m.code, m.expression) for m in avant}
    perdues = [m for m in trouves if m.defaut is Defaut.ABSENTE and (m.code, m.expression) not in connues]
    if perdues:
        phrases = " ; ".join(f"« {m.expression} » ({m.article})" for m in perdues[:10])
        raise DonneeInvalide(
            f"Le document corrigé ne porte plus ce que disait la lettre établie : {phrases}. Remettez-le, ou "
            "refusez la lettre."
        )
