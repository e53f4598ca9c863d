"""What Maileva says of the letters it posted: production, delivery by La Poste, proofs as PDFs.

Not verified on the real service: that the day of the deposit proof is the day of the deposit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import httpx

from dossier.adapters.transporteurs.http import Refus, SansReponse, lire
from dossier.adapters.transporteurs.maileva_codes import ISSUES, evenements_de
from dossier.adapters.transporteurs.maileva_compte import NOM, Compte
from dossier.adapters.transporteurs.maileva_envoi import ABANDONNES, ENVOIS
from dossier.adapters.transporteurs.maileva_reponses import (
    Destinataire,
    Destinataires,
    Envoi,
    Instant,
    Preuves,
)
from dossier.core.dates import PARIS
from dossier.core.errors import ErreurEnvoi
from dossier.core.faits import EvenementPli, GenreScan
from dossier.core.ports import DocumentDePli, Nouvelles, Releve

PREUVES = "/registered_mail/v4/global_deposit_proofs"
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
NUMERO = re.compile(r"[0-9A-Z]{9,20}")
POIDS = 30_000_000
"""Bytes of a PDF beyond which it is not a proof."""
SERVICE_ENTIER = frozenset({401, 403, 429})
"""Refusals that the next letter would meet too."""
PAPIERS = {
    GenreScan.DEPOT: "preuve de dépôt",
    GenreScan.AVIS: "avis de réception",
    GenreScan.ENVELOPPE: "enveloppe retournée",
}


class Registre:
    """Asks what became of sendings."""

    def __init__(self, compte: Compte) -> None:
        self._compte = compte

    def relever(self, references: Sequence[str]) -> Releve:
        """News of those sendings; what could not be asked is told in `pannes`."""
        nouvelles: list[Nouvelles] = []
        pannes: list[str] = []
        for rang, reference in enumerate(references):
            try:
                nouvelles.append(self._nouvelles(reference, pannes))
            except ErreurEnvoi as error:
                pannes.append(f"Envoi Maileva {reference} : {error}")
                if _pour_tous(error) and (reste := len(references) - rang - 1):
                    pannes.append(
                        f"Maileva : {reste} autres envois n'ont pas été demandés, ils le seront plus tard."
                    )
                    break
        return Releve(tuple(nouvelles), tuple(pannes))

    def _nouvelles(self, reference: str, pannes: list[str]) -> Nouvelles:
        if not REFERENCE.fullmatch(reference):
            raise ErreurEnvoi("ce n'est pas une référence d'envoi, vérifiez ce qui a été enregistré.")
        detail = self._compte.appeler("GET", f"{ENVOIS}/{reference}")
        envoi = lire(NOM, detail.content, Envoi)
        liste = self._compte.appeler("GET", f"{ENVOIS}/{reference}/recipients")
        destinataires = lire(NOM, liste.content, Destinataires).recipients
        if len(destinataires) > 1:
            raise ErreurEnvoi(
                f"il porte {len(destinataires)} destinataires, un seul attendu : ouvrez-le dans l'espace Maileva."
            )
        destinataire = destinataires[0] if destinataires else Destinataire(id=reference)
        evenements = evenements_de(envoi, destinataire, pannes)
        avant = len(pannes)
        depot, preuve = self._depot(reference, destinataire, pannes)
        documents = self._papiers(reference, _chemins(reference, destinataire, preuve), pannes)
        complet = len(pannes) == avant
        return Nouvelles(
            reference=reference,
            evenements=evenements,
            definitif=complet and _definitif(envoi, destinataire, evenements, documents),
            reponse=detail.content + b"\n" + liste.content,
            numero=_numero(reference, destinataire, pannes),
            depot=depot.astimezone(PARIS).date() if depot else None,
            documents=documents,
        )

    def _depot(
        self, reference: str, destinataire: Destinataire, pannes: list[str]
    ) -> tuple[Instant | None, str]:
        """When the letter was handed to La Poste, and where the PDF that proves it is."""
        instant = destinataire.deposit_proof_date
        if destinataire.deposit_proof_url:
            return instant, f"{ENVOIS}/{reference}/recipients/{destinataire.id}/download_deposit_proof"
        if instant is None and not destinataire.delivery_statuses:
            return None, ""
        try:
            globale, chemin = self._preuve_globale(reference)
        except ErreurEnvoi as error:
            pannes.append(f"Envoi Maileva {reference}, preuve de dépôt : {error}")
            return instant, ""
        return instant or globale, chemin

    def _papiers(
        self, reference: str, chemins: Mapping[GenreScan, str], pannes: list[str]
    ) -> tuple[DocumentDePli, ...]:
        """The PDFs announced; what is then not given is told."""
        documents: list[DocumentDePli] = []
        for genre, chemin in chemins.items():
            try:
                pdf = _pdf(self._compte.appeler("GET", chemin))
            except ErreurEnvoi as error:
                pannes.append(f"Envoi Maileva {reference}, {PAPIERS[genre]} : {error}")
                if _pour_tous(error):
                    break
            else:
                documents.append(DocumentDePli(genre, f"maileva-{reference}-{genre}.pdf", pdf))
        return tuple(documents)

    def _preuve_globale(self, reference: str) -> tuple[Instant | None, str]:
        """The instant of the proof of the whole sending, and where its PDF is."""
        reponse = self._compte.appeler("GET", PREUVES, params={"sending_id": reference})
        for preuve in lire(NOM, reponse.content, Preuves).global_deposit_proofs:
            if preuve.sending_id in {"", reference}:
                return preuve.date, f"{PREUVES}/{preuve.id}/download" if preuve.url else ""
        return None, ""


def _chemins(reference: str, destinataire: Destinataire, preuve: str) -> dict[GenreScan, str]:
    """Where the papers announced are; made of ids, for an address from outside is not to be followed."""
    base = f"{ENVOIS}/{reference}/recipients/{destinataire.id}"
    chemins = {GenreScan.DEPOT: preuve} if preuve else {}
    if destinataire.acknowledgement_of_receipt_url:
        chemins[GenreScan.AVIS] = f"{base}/download_acknowledgement_of_receipt"
    if destinataire.undelivered_mail_url:
        chemins[GenreScan.ENVELOPPE] = f"{base}/download_undelivered_mail"
    return chemins


def _pour_tous(error: ErreurEnvoi) -> bool:
    return isinstance(error, SansReponse) or (
        isinstance(error, Refus) and error.reponse.status_code in SERVICE_ENTIER
    )


def _pdf(reponse: httpx.Response) -> bytes:
    if not reponse.content.startswith(b"%PDF-") or len(reponse.content) > POIDS:
        raise ErreurEnvoi(
            "Maileva l'annonce, mais ce qu'il donne n'est pas un PDF lisible ; ce sera redemandé."
        )
    return reponse.content


def _numero(reference: str, destinataire: Destinataire, pannes: list[str]) -> str:
    numero = re.sub(r"\s", "", destinataire.registered_number).upper()
    if numero and not NUMERO.fullmatch(numero):
        pannes.append(
            f"Envoi Maileva {reference} : le numéro de recommandé donné, « {numero[:40]} », n'en a pas la forme."
        )
        return ""
    return numero


def _definitif(
    envoi: Envoi,
    destinataire: Destinataire,
    evenements: Sequence[EvenementPli],
    documents: Sequence[DocumentDePli],
) -> bool:
    """Whether nothing more is to come: it never left, or its end is known and the paper that proves it is here."""
    if envoi.status in ABANDONNES or destinataire.status in {*ABANDONNES, "SENDING_REJECTED"}:
        return True
    issue = next((e.sens for e in reversed(evenements) if e.sens in ISSUES), None)
    if issue is None:
        return False
    return envoi.status == "ARCHIVED" or ISSUES[issue] in {document.genre for document in documents}
