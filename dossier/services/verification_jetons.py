"""The judgement of one RFC 3161 token of a sealed dossier."""

from __future__ import annotations

from dossier.core.dates import jour_legal
from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Jeton
from dossier.services.constats import Sac
from dossier.services.enveloppe import LECTURE_MAX


def juger_jeton(sac: Sac, nom: str, jeton: str) -> Jeton | str:
    """The verified token of the file `nom`, or why it proves nothing."""
    if sac.enveloppe.taille(nom) > LECTURE_MAX:
        return f"il n'a pas pu être vérifié ici (plus de {LECTURE_MAX >> 20} Mo) : suivez LISEZ-MOI.txt."
    contenu, tsr = sac.enveloppe.lire(nom), sac.enveloppe.lire(jeton)
    if contenu is None or tsr is None:
        return "il manque ou est illisible."
    try:
        lu = sac.verifier_jeton(contenu, tsr, sac.racine)
        jour_legal(lu.instant)
    except ErreurHorodatage as error:
        return f"il n'est pas valable. {error}"
    except OverflowError:
        return "il porte une date impossible."
    return lu
