"""The words of the documents of a sealed dossier."""

from __future__ import annotations

from dossier.core.errors import DossierError
from dossier.services.constats import Constat, Sac, attention, faute

PAGES_RELUES = 500
"""Pages of one document whose words are read, in a minute or so; a longer one is said not to be read."""


def texte_de(sac: Sac, nom: str) -> str | Constat:
    """The characters of that PDF without its blanks; or what to say when it is not read."""
    pdf, lecteurs = sac.enveloppe.lire(nom), sac.lecteurs
    if pdf is None or lecteurs.texte is None or lecteurs.compter is None:
        return attention(nom, "Ce document n'a pas été relu.")
    try:
        if lecteurs.compter(pdf) > PAGES_RELUES:
            return attention(nom, f"Ce document, de plus de {PAGES_RELUES} pages, n'a pas été relu.")
        return nu(lecteurs.texte(pdf))
    except DossierError as error:
        return faute(nom, f"Ce document ne peut pas être relu. {error}")


def nu(texte: str) -> str:
    """Without any blank, and with one writing of apostrophes."""
    return "".join(texte.replace("’", "'").split())
