"""Handing a registered letter to Maileva: find what is there, complete the draft, check it, submit it.

A sending is one resource: submitting it twice cannot make two letters. So a draft of ours is taken up again
rather than made anew, and nothing is made before every sending of the account was looked at: the published
description of `registered_mail` v4 offers no search by `custom_id`, only the list, page by page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress

import httpx

from dossier.adapters.transporteurs.http import Illisible, Refus, SansReponse, lire
from dossier.adapters.transporteurs.maileva_compte import NOM, Compte
from dossier.adapters.transporteurs.maileva_demande import Demande
from dossier.adapters.transporteurs.maileva_reponses import (
    Destinataires,
    Document,
    Documents,
    Envoi,
    Envois,
)
from dossier.core.errors import ErreurEnvoi, RemiseIncertaine
from dossier.core.ports import Remise

ENVOIS = "/registered_mail/v4/sendings"
PAR_PAGE = 500
PAGES = 1_000
BROUILLON = "DRAFT"
ABANDONNES = frozenset({"REJECTED", "CANCELED"})
ATTENTES = {"BLOCKED": " ; Maileva attend une autorisation financière pour le traiter"}


class Guichet:
    """Where letters are handed over."""

    def __init__(self, compte: Compte) -> None:
        self._compte = compte

    def remettre(self, demande: Demande) -> Remise:
        """Maileva's hold of that letter, made once. Raises ErreurEnvoi, RemiseIncertaine."""
        trouves = [self._lire(envoi.id)[0] for envoi in self._chercher(demande)]
        partis = [envoi for envoi in trouves if envoi.status not in {BROUILLON, *ABANDONNES}]
        if len(partis) > 1 or any(not envoi.status for envoi in partis):
            raise _incertaine(demande, f"envois trouvés : {', '.join(envoi.id for envoi in partis)}")
        brouillons = [envoi for envoi in trouves if envoi.status == BROUILLON]
        if partis:
            with suppress(ErreurEnvoi):
                self._effacer(brouillons)
            return self._remise(partis[0].id)
        for envoi in trouves:
            if envoi.status in ABANDONNES:
                raise _abandonne(envoi)
        envoi_id = self._brouillon(demande, brouillons)
        self._completer(envoi_id, demande)
        self._verifier(envoi_id, demande)
        return self._soumettre(envoi_id)

    def _chercher(self, demande: Demande) -> list[Envoi]:
        """Every sending that bears our key, or our name should the key be lost.

        Raises RemiseIncertaine when the list cannot be read to its end.
        """
        try:
            vus = self._tous(demande)
        except Refus as refus:
            if refus.reponse.status_code != httpx.codes.NOT_FOUND:
                raise
            raise _incertaine(demande, "la liste des envois n'existe plus") from refus
        return [e for e in vus if e.custom_id == demande.cle or e.name == demande.lettre.nom]

    def _tous(self, demande: Demande) -> Sequence[Envoi]:
        """The sendings of the account, to the last one that the paging tells of."""
        vus: dict[str, Envoi] = {}
        debut = 1
        for _ in range(PAGES):
            reponse = self._compte.appeler("GET", ENVOIS, params={"start_index": debut, "count": PAR_PAGE})
            try:
                page = lire(NOM, reponse.content, Envois)
            except Illisible as error:
                raise _incertaine(demande, "la liste des envois est illisible") from error
            avant, total = len(vus), page.paging.total_results
            vus.update((envoi.id, envoi) for envoi in page.sendings)
            complet = total is None or len(vus) >= total
            if not page.sendings or (total is not None and complet and not page.paging.next):
                if complet:
                    return tuple(vus.values())
                break
            if len(vus) == avant:
                break
            debut += len(page.sendings)
        raise _incertaine(demande, f"la liste des envois s'arrête à {len(vus)}")

    def _lire(self, envoi_id: str) -> tuple[Envoi, bytes]:
        reponse = self._compte.appeler("GET", f"{ENVOIS}/{envoi_id}")
        return lire(NOM, reponse.content, Envoi), reponse.content

    def _documents(self, envoi_id: str) -> tuple[Document, ...]:
        reponse = self._compte.appeler("GET", f"{ENVOIS}/{envoi_id}/documents")
        return lire(NOM, reponse.content, Documents).documents

    def _destinataires(self, envoi_id: str) -> int:
        reponse = self._compte.appeler("GET", f"{ENVOIS}/{envoi_id}/recipients")
        return len(lire(NOM, reponse.content, Destinataires).recipients)

    def _brouillon(self, demande: Demande, brouillons: Sequence[Envoi]) -> str:
        """The draft to complete; those of another content, or one too many, are deleted."""
        garde = next((b for b in brouillons if self._est_de(b, demande)), None)
        self._effacer([brouillon for brouillon in brouillons if brouillon is not garde])
        if garde is not None:
            return garde.id
        reponse = self._compte.appeler("POST", ENVOIS, json=demande.envoi)
        return lire(NOM, reponse.content, Envoi).id

    def _est_de(self, brouillon: Envoi, demande: Demande) -> bool:
        if brouillon.custom_data != demande.empreinte:
            return False
        noms = [document.name for document in self._documents(brouillon.id)]
        return noms in ([], [demande.fichier]) and self._destinataires(brouillon.id) <= 1

    def _effacer(self, brouillons: Sequence[Envoi]) -> None:
        for brouillon in brouillons:
            try:
                self._compte.appeler("DELETE", f"{ENVOIS}/{brouillon.id}")
            except Refus as refus:
                if refus.reponse.status_code != httpx.codes.NOT_FOUND:
                    raise

    def _completer(self, envoi_id: str, demande: Demande) -> None:
        if not self._documents(envoi_id):
            metadata = json.dumps({"priority": 1, "name": demande.fichier})
            fichiers = {
                "document": (demande.fichier, demande.lettre.pdf, "application/pdf"),
                "metadata": ("metadata", metadata.encode(), "application/json"),
            }
            self._compte.appeler("POST", f"{ENVOIS}/{envoi_id}/documents", files=fichiers)
        if not self._destinataires(envoi_id):
            self._compte.appeler("POST", f"{ENVOIS}/{envoi_id}/recipients", json=demande.destinataire)

    def _verifier(self, envoi_id: str, demande: Demande) -> None:
        """Raises ErreurEnvoi when the draft is not the letter that was approved."""
        envoi, _ = self._lire(envoi_id)
        manques = [*_options_perdues(envoi), *_documents_faux(self._documents(envoi_id), demande)]
        if (nombre := self._destinataires(envoi_id)) != 1:
            manques.append(f"{nombre} destinataires au lieu d'un")
        if manques:
            raise ErreurEnvoi(
                f"Le brouillon {envoi_id} chez Maileva n'est pas la lettre approuvée ({', '.join(manques)}) : rien "
                "n'a été envoyé. Effacez-le dans l'espace Maileva, vérifiez les options du compte, puis recommencez."
            )

    def _soumettre(self, envoi_id: str) -> Remise:
        try:
            reponse = self._compte.appeler("POST", f"{ENVOIS}/{envoi_id}/submit")
        except (SansReponse, Refus) as error:
            return self._apres_un_doute(envoi_id, error)
        try:
            return self._remise(envoi_id)
        except (SansReponse, Refus, Illisible):
            # Submitted, and Maileva said so: its state will be read by the tracking.
            return _confie(envoi_id, "", reponse.content)

    def _apres_un_doute(self, envoi_id: str, doute: ErreurEnvoi) -> Remise:
        """What Maileva made of a submission that it refused, or did not answer."""
        try:
            envoi, _ = self._lire(envoi_id)
        except ErreurEnvoi as error:
            raise ErreurEnvoi(
                f"Maileva n'a pas confirmé l'envoi {envoi_id}, peut-être parti. Recommencez plus tard : le programme "
                "regardera d'abord s'il est parti, il n'y aura qu'une lettre."
            ) from error
        if envoi.status in {"", BROUILLON}:
            raise ErreurEnvoi(
                f"L'envoi {envoi_id} est resté à l'état de brouillon chez Maileva. {doute} Une fois la cause levée, "
                "recommencez : c'est ce même envoi qui partira."
            ) from doute
        return self._remise(envoi_id)

    def _remise(self, envoi_id: str) -> Remise:
        envoi, reponse = self._lire(envoi_id)
        if envoi.status in ABANDONNES:
            raise _abandonne(envoi)
        return _confie(envoi_id, ATTENTES.get(envoi.status, ""), reponse)


def _confie(envoi_id: str, attente: str, reponse: bytes) -> Remise:
    phrase = f"Recommandé confié à Maileva, qui l'imprime et le poste : envoi {envoi_id}{attente}."
    return Remise(phrase, NOM, envoi_id, reponse)


def _options_perdues(envoi: Envoi) -> Iterator[str]:
    if envoi.status != BROUILLON:
        yield f"état {envoi.status or 'inconnu'} au lieu de {BROUILLON}"
    for valeur, quoi in (
        (envoi.acknowledgement_of_receipt, "sans avis de réception"),
        (envoi.print_sender_address, "sans adresse d'expéditeur"),
        (envoi.returned_mail_scanning, "sans numérisation des plis retournés"),
    ):
        if valeur is False:
            yield quoi


def _documents_faux(documents: Sequence[Document], demande: Demande) -> Iterator[str]:
    if [document.name for document in documents] != [demande.fichier]:
        yield f"{len(documents)} documents, un seul attendu : {demande.fichier}"
    for document in documents:
        if document.status == "REJECTED":
            yield f"document refusé : {document.status_detail or 'sans motif'}"


def _abandonne(envoi: Envoi) -> ErreurEnvoi:
    details = [envoi.status_detail, *(s.details for s in envoi.statuses if s.code == envoi.status)]
    raison = next((detail for detail in details if detail), "aucun motif donné")
    quoi = "rejeté" if envoi.status == "REJECTED" else "annulé"
    return ErreurEnvoi(
        f"Maileva a {quoi} l'envoi {envoi.id} : {raison}. Rien n'est parti ; corrigez, puis préparez la lettre à "
        "nouveau."
    )


def _incertaine(demande: Demande, raison: str) -> RemiseIncertaine:
    return RemiseIncertaine(
        f"Impossible de savoir si Maileva tient déjà « {demande.lettre.intitule} » ({raison}). Rien n'a été envoyé "
        f"cette fois. Dans l'espace Maileva, cherchez l'envoi nommé « {demande.lettre.nom} » : s'il est soumis, "
        "enregistrez-en le numéro de recommandé et la date de dépôt ; s'il n'y est pas, ou en brouillon, effacez le "
        "brouillon, puis retirez la lettre (formulaire « retirer-un-pli ») pour qu'elle soit établie à nouveau."
    )
