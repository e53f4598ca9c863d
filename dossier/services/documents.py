"""Documents that a person asks for: written in Word and PDF, archived, recorded."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.core.creance import identifiant
from dossier.core.documents_etablis import INTITULES, MODELES, contexte_etabli
from dossier.core.errors import DossierError
from dossier.core.faits import DocumentEtabli, GenreDocument, Mensualite
from dossier.services.archives import archiver_une_fois, lire_archive
from dossier.services.creances import consigner, decompte_de, lire_etat, scenario_de
from dossier.services.outils import Outils
from dossier.services.saisies import echeancier


def accorder(outils: Outils, facture: str, mensualites: Sequence[Mensualite], *, auteur: str) -> str:
    """Grant instalments and write their agreement; a document that cannot be written undoes nothing."""
    accorde = echeancier(outils, facture, mensualites, auteur=auteur)
    try:
        accord = etablir(outils, facture, GenreDocument.ACCORD_ECHELONNEMENT, auteur=auteur)
    except DossierError as error:
        return f"{accorde} L'accord n'a pas pu être écrit, demandez-le de nouveau plus tard : {error}"
    return f"{accorde} {accord}"


def etablir(outils: Outils, facture: str, genre: GenreDocument, *, auteur: str) -> str:
    """Write that document about that invoice as it stands; gives where its Word file is.

    Raises DonneeInvalide when there is nothing yet to write about.
    """
    jour = outils.clock.jour()
    etat = lire_etat(outils, identifiant(facture))
    contexte = contexte_etabli(
        genre, etat, scenario_de(outils, etat), decompte_de(outils, etat, jour), outils.creancier, jour
    )
    # The number of faits is in the key: the same state asked twice gives the same document.
    faits = etat.numero - len(etat.documents)
    base = f"creances/{etat.creance}/documents/{genre.value}-{jour}-{faits}"
    source = archiver_une_fois(outils, f"{base}.docx", lambda: outils.rendu.rendre(MODELES[genre], contexte))
    docx = lire_archive(outils, source)
    pdf = archiver_une_fois(outils, f"{base}.pdf", lambda: outils.convertisseur.pdf(docx))
    fait = DocumentEtabli(genre=genre, intitule=INTITULES[genre], pdf=pdf, source=source, jour=jour)
    consigner(outils, etat.creance, lambda actuel: [] if fait in actuel.documents else [fait], auteur=auteur)
    return (
        f"{INTITULES[genre]} établi sur {etat.facture.numero} : {outils.store.lieu(source.cle)} "
        f"(Word), {outils.store.lieu(pdf.cle)} (PDF)."
    )
