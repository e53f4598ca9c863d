"""What AR24 is told of a letter, and what is told of it to who reads the journal.

The names of the fields are those of the public clients named in `ar24_protocole`. A professional needs a
company name alone, a consumer a first and a last name: so does a public client check them.
"""

from __future__ import annotations

import hashlib
import html

from dossier.adapters.transporteurs.ar24_courrier import Courrier
from dossier.adapters.transporteurs.ar24_protocole import NOM
from dossier.core.errors import ErreurEnvoi, RemiseIncertaine
from dossier.core.ports import Lettre

CIVILITES = frozenset({"m", "mme", "mlle", "mr", "monsieur", "madame", "mademoiselle"})


def champs(lettre: Lettre, expediteur: str) -> dict[str, str]:
    """The form of that letter without its PDF. Raises ErreurEnvoi when AR24 cannot send it."""
    return {
        **_destinataire(lettre),
        "id_user": expediteur,
        "eidas": "1",
        "to_email": lettre.email.strip(),
        "ref_dossier": lettre.nom,
        "ref_client": repere(lettre.nom),
        "content": html.escape(lettre.intitule, quote=False),
    }


def _destinataire(lettre: Lettre) -> dict[str, str]:
    """AR24's fields of the addressee. Raises ErreurEnvoi when the letter cannot be sent by him."""
    if not lettre.recommandee:
        raise ErreurEnvoi(f"{NOM} n'envoie que des lettres recommandées : {lettre.nom} n'en est pas une.")
    if not lettre.email.strip():
        raise ErreurEnvoi(
            f"{lettre.nom} : le destinataire n'a pas d'adresse électronique ; ajoutez-la, ou envoyez sur papier."
        )
    nom = lettre.destinataire[0]
    if lettre.professionnel:
        return {"dest_statut": "professionnel", "to_company": nom}
    prenom, patronyme = _identite(nom)
    return {"dest_statut": "particulier", "to_firstname": prenom, "to_lastname": patronyme}


def _identite(nom: str) -> tuple[str, str]:
    """First and last name of a person: the words in capitals are the last name, else all but the first."""
    mots = [mot for mot in nom.split() if mot.rstrip(".").lower() not in CIVILITES]
    capitales = [mot for mot in mots if mot.isupper() and len(mot) > 1]
    prenoms, noms = [mot for mot in mots if mot not in capitales], capitales
    if not (prenoms and noms):
        prenoms, noms = mots[:1], mots[1:]
    if not noms:
        raise ErreurEnvoi(
            f"« {nom} » : {NOM} demande le prénom et le nom d'un particulier ; complétez la fiche du débiteur, "
            "ou envoyez sur papier."
        )
    return " ".join(prenoms), " ".join(noms)


def repere(nom: str) -> str:
    """A short reference of that letter, which no limit of length can cut into another's."""
    return hashlib.sha256(nom.encode()).hexdigest()[:20]


def phrase(courrier: Courrier) -> str:
    """Where that letter is, for the journal."""
    dite = f"Lettre recommandée électronique n° {courrier.id} confiée à {NOM}."
    if courrier.a_valider:
        dite = (
            f"Lettre recommandée électronique n° {courrier.id} préparée chez {NOM} : rien ne part avant que "
            f"l'expéditeur l'ait validée sur le site d'{NOM} (identification eIDAS)."
        )
    if courrier.send_fail:
        dite = (
            f"Lettre recommandée électronique n° {courrier.id} : {NOM} n'a pas pu l'envoyer ; le motif se lit "
            "sur son site."
        )
    if courrier.is_eidas is False:
        dite += (
            " Attention : elle n'y est pas un envoi qualifié (eIDAS), elle ne vaut pas lettre recommandée "
            "(CPCE, art. L100)."
        )
    return dite


def incertaine(lettre: Lettre, doute: str) -> RemiseIncertaine:
    """What a person must find out before anything is sent again."""
    return RemiseIncertaine(
        f"{NOM} n'a pas dit s'il a la lettre {lettre.nom}. {doute} Sur le site d'{NOM}, cherchez cette référence "
        "de dossier parmi les lettres envoyées et celles à valider : si elle y est, "
        "enregistrez son dépôt ; si elle n'y est toujours pas une heure après, retirez-la (formulaire "
        "« retirer-un-pli ») pour qu'elle soit établie à nouveau."
    )
