"""Opens the documents of a sealed dossier: exhibits beside their originals, sums and lists beside the journal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dossier.core.montants import INSECABLE
from dossier.core.ports import Jeton
from dossier.services.constats import Constat, Sac, faute, resume
from dossier.services.verification_contenu import Contenu
from dossier.services.verification_copies import constats_des_copies
from dossier.services.verification_decompte import constats_du_decompte
from dossier.services.verification_index import Index
from dossier.services.verification_rejeu import Rejeu, constats_du_rejeu, rejouer_tout
from dossier.services.verification_relie import constat_du_relie
from dossier.services.verification_textes import nu, texte_de

LISTE, NOTE = "data/02-bordereau.pdf", "data/00-note-de-remise.pdf"
BOUT = 20
"""Characters of a digest looked for at each of its ends: a page may end in its midst."""


def constats_des_documents(contenu: Contenu, sceau: Jeton) -> Iterator[Constat]:
    """What the documents say, once their bytes are known to be those that were sealed under `sceau`."""
    index = contenu.index
    assert index is not None, "un dossier sans index n'arrive pas jusqu'ici"
    yield constat_du_relie(contenu.sac, index, sceau)
    rejeu = rejouer_tout(index, contenu.journaux)
    if not isinstance(rejeu, Rejeu):
        yield rejeu
        return
    yield from constats_du_rejeu(index, rejeu)
    yield from constats_du_decompte(contenu.sac, index, rejeu)
    yield from constats_des_copies(contenu.sac, index)
    yield from _ecrits(contenu.sac, index)
    yield from _note(contenu.sac, index)


def _ecrits(sac: Sac, index: Index) -> Iterator[Constat]:
    """The bordereau lists the exhibits of the index."""
    texte = texte_de(sac, LISTE)
    if isinstance(texte, Constat):
        yield texte
        return
    defauts = [
        faute(LISTE, f"La pièce n°{INSECABLE}{p.numero} (« {p.titre} ») n'y est pas sous ce titre.")
        for p in index.pieces
        if nu(p.titre) not in texte
    ]
    comptes = {"pièces": len(index.pieces), "pages": sum(piece.pages for piece in index.pieces)}
    for quoi, nombre in comptes.items():
        annonce = re.search(rf"(?:nombrede|nombretotalde){quoi}:(\d+)", texte, re.IGNORECASE)
        if annonce and int(annonce[1]) != nombre:
            defauts.append(faute(LISTE, f"Il annonce {annonce[1]} {quoi}, l'index {nombre}."))
    yield from resume(LISTE, defauts, f"Le bordereau porte les {len(index.pieces)} titres de l'index.")


def _note(sac: Sac, index: Index) -> Iterator[Constat]:
    """The cover note is that of this version, and names the former ones by the digest of their zip."""
    texte = texte_de(sac, NOTE)
    if isinstance(texte, Constat):
        yield texte
        return
    if not index.refait:
        return
    defauts = [] if nu(index.dossier) in texte else [faute(NOTE, f"Elle n'est pas celle de {index.dossier}.")]
    defauts += [
        faute(NOTE, f"Elle ne dit pas que ce dossier remplace {ancienne.dossier}.")
        for ancienne in index.remplace or ()
        if ancienne.empreinte[:BOUT] not in texte and ancienne.empreinte[-BOUT:] not in texte
    ]
    yield from resume(NOTE, defauts, "La note de remise est celle de cette version.")
