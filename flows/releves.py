"""Which reader takes which bank statement, and what its import did, in words. Imports nothing of Prefect."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dossier.adapters.import_camt053 import lire_camt053
from dossier.adapters.import_cfonb120 import lire_cfonb120
from dossier.adapters.import_releve_csv import lire_releve_csv
from dossier.core.dates import en_chiffres
from dossier.core.montants import INSECABLE, en_euros
from dossier.core.rapprochement import Part, Suite
from dossier.core.releve import Format, Releve, du_compte, format_de, moyen_de
from dossier.services.encaissements import Ligne, Rapport, importer, somme
from dossier.services.outils import Outils
from flows.fichiers import lire

LECTEURS: dict[Format, Callable[[str, bytes], Releve]] = {
    Format.CAMT053: lire_camt053,
    Format.CFONB120: lire_cfonb120,
    Format.CSV: lire_releve_csv,
}
COMMANDE = "dossier"
"""How a line that may be typed begins."""
Section = tuple[str, Sequence[str]]
"""A title, and its lines; a line that begins with two spaces completes the one above."""


def importer_releve(
    maison: Outils, chemin: Path, *, auteur: str, essai: bool = False, compte: str = ""
) -> Rapport:
    """Read that file, whatever its kind, and record what is certain. Raises DonneeInvalide.

    `compte`: the account of the lines that do not name theirs.
    """
    contenu = lire(chemin)
    releve = du_compte(LECTEURS[format_de(contenu)](chemin.name, contenu), "".join(compte.split()).upper())
    return importer(maison, chemin.name, contenu, releve, auteur=auteur, essai=essai)


def bilan(rapport: Rapport) -> str:
    """`3 paiements enregistrés, 2 à traiter, 1 revenu impayé`."""
    un, plusieurs = ("à enregistrer", "à enregistrer") if rapport.essai else ("enregistré", "enregistrés")
    comptes = (
        (len(rapport.de(Suite.ENREGISTRER)), f"paiement {un}", f"paiements {plusieurs}"),
        (len(rapport.de(Suite.PROPOSER)), "à traiter", "à traiter"),
        (len(rapport.de(Suite.RETOUR)), "retour à vérifier", "retours à vérifier"),
        (len(rapport.refus), "ligne illisible", "lignes illisibles"),
    )
    dits = [f"{n} {seul if n == 1 else pluriel}" for n, seul, pluriel in comptes if n]
    return ", ".join(dits) or "aucun paiement d'une facture suivie"


def sections(rapport: Rapport) -> Iterator[Section]:
    """All that the import did, the most pressing first; nothing is left out but the details of debits."""
    yield "Contrôle", list(_controle(rapport))
    yield "À traiter par une personne", [t for ligne in rapport.de(Suite.PROPOSER) for t in _a_traiter(ligne)]
    yield "Paiements revenus impayés", [t for ligne in rapport.de(Suite.RETOUR) for t in _retour(ligne)]
    yield "Lignes illisibles", [f"{refus.document} : {refus.motif}" for refus in rapport.refus]
    titre = "À enregistrer (essai : rien n'a été changé)" if rapport.essai else "Enregistrés"
    yield titre, [t for ligne in rapport.de(Suite.ENREGISTRER) for t in _enregistre(ligne)]
    ignores = rapport.de(Suite.IGNORER, credit=True)
    yield "Crédits laissés de côté", [f"{_dit(ligne)} : {ligne.verdict.motif}" for ligne in ignores]


_SANS_COMPTE = (
    "Le fichier ne nomme pas son compte. Si vous en avez plusieurs, donnez-le à chaque import (champ « Compte », ou "
    "`--compte`) : sinon deux lignes égales de deux comptes n'en font qu'une, dite « déjà enregistrée »."
)


def _controle(rapport: Rapport) -> Iterator[str]:
    """Each euro that came in is in one place: recorded, to be seen, or left aside with its reason."""
    recus = [ligne for ligne in rapport.lignes if ligne.mouvement.credit]
    parties = (
        ("à enregistrer" if rapport.essai else "enregistrés", rapport.de(Suite.ENREGISTRER)),
        ("à traiter", rapport.de(Suite.PROPOSER)),
        ("laissés de côté", rapport.de(Suite.IGNORER, credit=True)),
    )
    dits = " + ".join(f"{en_euros(somme(lignes))} {nom}" for nom, lignes in parties)
    yield f"Crédits : {len(recus)}, soit {en_euros(somme(recus))} = {dits}"
    debits = rapport.de(Suite.IGNORER, credit=False)
    yield f"Débits ignorés : {len(debits)}, soit {en_euros(somme(debits))}"
    yield from rapport.alertes
    if any(ligne.creances and not ligne.mouvement.compte for ligne in rapport.de(Suite.IGNORER, credit=True)):
        yield _SANS_COMPTE
    if rapport.archive is not None:
        yield (
            f"Relevé archivé : {rapport.archive.cle}, SHA-256 {rapport.archive.empreinte}. Il montre les comptes "
            "d'autres clients : il n'entre dans aucun dossier ; comme pièce, donnez-en un extrait occulté."
        )


def _dit(ligne: Ligne) -> str:
    mouvement = ligne.mouvement
    qui = " · ".join(texte for texte in (mouvement.payeur, mouvement.libelle) if texte) or "sans libellé"
    return f"{en_chiffres(mouvement.jour)} · {en_euros(mouvement.montant)} · {qui} ({mouvement.lieu})"


def _enregistre(ligne: Ligne) -> Iterator[str]:
    yield _dit(ligne)
    if ligne.dits and all(ligne.dits):
        yield from (f"  {dit}" for dit in ligne.dits)
    else:
        yield from (f"  {part.numero} : {en_euros(part.montant)}" for part in ligne.verdict.choix[0])


def _a_traiter(ligne: Ligne) -> Iterator[str]:
    yield f"{_dit(ligne)} : {ligne.verdict.motif}."
    yield from (f"  {dit}" for dit in ligne.dits)
    choix = ligne.verdict.choix
    if not choix:
        return
    moyen = moyen_de(ligne.mouvement.libelle)
    yield f"  Formulaire « paiement », moyen « {moyen} », référence{INSECABLE}: {ligne.reference}"
    for rang, parts in enumerate(choix, start=1):
        if len(choix) > 1:
            yield f"  Au choix, {rang} :"
        yield from (f"  {_commande(ligne, part)}" for part in parts)


def _commande(ligne: Ligne, part: Part) -> str:
    """The command that records it; the form `paiement` takes the same invoice, sum, day and reference."""
    mots = ["paiement", part.numero, _somme(part), "--jour", en_chiffres(ligne.mouvement.jour)]
    return f"{COMMANDE} {shlex.join([*mots, '--reference', ligne.reference])}"


def _somme(part: Part) -> str:
    return f"{part.montant:.2f}".replace(".", ",")


def _retour(ligne: Ligne) -> Iterator[str]:
    yield f"{_dit(ligne)} : {ligne.verdict.motif}."
    if ligne.verdict.choix:
        yield "  Annulez ce paiement par le formulaire « annuler-un-paiement » : la facture redevient due."
    motif = f"Impayé du {en_chiffres(ligne.mouvement.jour)}"
    for (part,) in ligne.verdict.choix:
        mots = ["annuler-paiement", part.numero, "impaye", "--montant", _somme(part)]
        yield f"  {COMMANDE} {shlex.join([*mots, '--motif', motif, '--par', 'VOTRE NOM'])}"
