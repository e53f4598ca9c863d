"""Compares the sums of a sealed dossier: index, spreadsheet, PDF, journals, and the law when it is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dossier.core.dates import jour_legal
from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.core.montants import ZERO, en_euros
from dossier.services.constats import Constat, Sac, attention, faute, resume
from dossier.services.verification_index import INDEX, Index
from dossier.services.verification_rejeu import Rejeu
from dossier.services.verification_tableur import TOTAL, FeuilleFausse, Sommes, sommes_du_tableur
from dossier.services.verification_textes import nu, texte_de

TABLEUR, DECOMPTE, REQUETE = "data/03-decompte.xlsx", "data/03-decompte.pdf", "data/01-requete.pdf"
PRINCIPAL, AVOIR, REGLEMENT = "Principal", "Avoir", "Règlement"


def constats_du_decompte(sac: Sac, index: Index, rejeu: Rejeu) -> Iterator[Constat]:
    """The total and the parts of it, wherever they are written."""
    sommes = _tableur(sac)
    if isinstance(sommes, Constat):
        yield sommes
    else:
        defauts = [faute(TABLEUR, d) for d in _d_apres_le_journal(index, rejeu, sommes)]
        yield from resume(TABLEUR, defauts, "Chaque formule donne sa valeur, chaque somme celle du journal.")
    yield from _imprimes(sac, index, rejeu)
    yield from _d_apres_la_loi(sac, index, rejeu)


def _tableur(sac: Sac) -> dict[str, Sommes] | Constat:
    octets = sac.enveloppe.lire(TABLEUR)
    if octets is None or sac.lecteurs.tableur is None:
        return attention(TABLEUR, "Le tableur du décompte n'a pas été relu.")
    try:
        return sommes_du_tableur(sac.lecteurs.tableur(octets))
    except (DossierError, FeuilleFausse) as error:
        return faute(TABLEUR, f"Tableur du décompte : {error}.")


def _d_apres_le_journal(index: Index, rejeu: Rejeu, sommes: dict[str, Sommes]) -> Iterator[str]:
    factures = {etat.facture.numero: etat for etat in rejeu.etats}
    if set(sommes) - {""} != set(factures):
        yield "Ses factures ne sont pas celles du journal."
    au = jour_legal(index.instant)
    for numero in factures.keys() & sommes.keys():
        for nature, du in _du(factures[numero], au).items():
            if (lu := sommes[numero].get(nature, ZERO)) != du:
                yield f"Facture {numero}, {nature.lower()} : {en_euros(lu)}, le journal donne {en_euros(du)}."
    total = sommes.get("", {}).get(TOTAL, ZERO)
    if total != index.total:
        yield f"Le total est {en_euros(total)}, l'index annonce {en_euros(index.total)}."
    if total != sum((s.get(TOTAL, ZERO) for numero, s in sommes.items() if numero), ZERO):
        yield "Le total n'est pas la somme de ce qui reste dû pour chaque facture."


def _du(etat: Etat, au: date) -> Sommes:
    """What the journal alone tells: no rate, no law."""
    regle = etat.facture.deja_paye + sum((p.montant for p in etat.paiements if p.jour <= au), ZERO)
    avoirs = sum((a.montant for a in etat.avoirs if a.jour <= au), ZERO)
    return {PRINCIPAL: etat.facture.montant_ttc, REGLEMENT: -regle, AVOIR: -avoirs}


def _imprimes(sac: Sac, index: Index, rejeu: Rejeu) -> Iterator[Constat]:
    """What is printed: the total in the application, the total and each principal in the statement."""
    principaux = {etat.facture.montant_ttc for etat in rejeu.etats}
    attendus: dict[str, set[Decimal]] = {REQUETE: {index.total}, DECOMPTE: {index.total, *principaux}}
    for nom, montants in attendus.items():
        texte = texte_de(sac, nom)
        if isinstance(texte, Constat):
            yield texte
            continue
        absents = [
            f"La somme de {en_euros(m)} n'y est pas."
            for m in sorted(montants)
            if nu(en_euros(m)) not in texte
        ]
        yield from resume(nom, [faute(nom, absent) for absent in absents], "Les sommes dues y sont.")


def _d_apres_la_loi(sac: Sac, index: Index, rejeu: Rejeu) -> Iterator[Constat]:
    if sac.lecteurs.calculer is None or not rejeu.scenarios:
        return
    au = jour_legal(index.instant)
    try:
        decomptes = [sac.lecteurs.calculer(*paire, au) for paire in zip(*rejeu, strict=True)]
    except DossierError as error:
        yield attention(INDEX, f"Les intérêts n'ont pas été calculés de nouveau. {error}")
        return
    total = sum((decompte.total for decompte in decomptes), ZERO)
    texte = f"Calculé de nouveau d'après le journal et les taux, le total est {en_euros(total)}"
    fautes = [f"{texte}, l'index annonce {en_euros(index.total)}."] if total != index.total else []
    juger = faute if index.refait else attention
    yield from resume("Total dû", [juger("Total dû", dit) for dit in fautes], f"{texte}.")
