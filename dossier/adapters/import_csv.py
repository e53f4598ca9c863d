"""Invoices from a CSV file as French spreadsheets and accounting programs write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dossier.core.creance import Facture, identifiant
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Candidate, FactureLue, Refus, juger
from dossier.core.lignes_csv import Ligne, decoder, lignes, mal_coupee, normal

_REQUISES = ("numero", "date", "echeance", "montant_ttc", "raison_sociale", "adresse", "code_postal", "ville")
_SYNONYMES = {
    "numero": "n°, n° facture, no facture, num facture, n° de facture, numéro facture, numéro de facture, "
    "facture, référence facture, pièce, n° pièce",
    "date": "date facture, date de facture, date de la facture, date d'émission, émission, date facturation",
    "echeance": "date d'échéance, date échéance, échéance le, date limite de paiement, à payer avant le",
    "montant_ttc": "montant TTC, total TTC, TTC, montant T.T.C., montant facture TTC, montant total TTC",
    "deja_paye": "déjà payé, payé, montant payé, réglé, montant réglé, déjà réglé, acompte, acompte versé",
    "reste_du": "reste dû, reste à payer, solde, solde dû, montant restant dû, restant dû",
    "devise": "monnaie, code devise",
    "type": "type de document, type de pièce, nature, type facture",
    "statut": "état, statut du document",
    "facture_precedente": "facture corrigée, facture d'origine, facture précédente, avoir sur facture, "
    "facture liée",
    "siren": "n° SIREN, numéro SIREN, SIREN client, SIREN du client, SIREN débiteur",
    "siret": "n° SIRET, numéro SIRET, SIRET client, SIRET du client, SIRET débiteur",
    "raison_sociale": "client, nom client, nom du client, débiteur, dénomination, société, tiers, acheteur",
    "adresse": "adresse client, adresse de facturation, rue, adresse 1, adresse postale",
    "complement": "complément, complément d'adresse, adresse 2",
    "code_postal": "CP, code postal client",
    "ville": "commune, localité, ville client",
    "pays": "code pays, pays client",
    "email": "e-mail, mail, courriel, adresse e-mail, adresse mail, email client",
    "telephone": "tél, tel, téléphone client, n° de téléphone",
    "contact": "interlocuteur, nom du contact, personne à contacter",
    "objet": "libellé, désignation, description, intitulé",
    "commande": "n° commande, n° de commande, bon de commande, numéro de commande, référence commande",
    "contrat": "n° contrat, n° de contrat, numéro de contrat, référence contrat",
    "livraison": "n° livraison, bon de livraison, BL, n° BL, numéro de BL",
    "date_execution": "date d'exécution, date de livraison, date de prestation, date livraison, exécution",
    "taux_penalites": "taux de pénalités, taux des pénalités, taux pénalités de retard, taux stipulé, "
    "taux contractuel, taux, taux pénalités, taux de retard",
    "nature_creance": "nature de la créance, nature créance",
    "genre": "genre de débiteur, catégorie, type de client, type client",
    "forme": "forme juridique",
    "rcs": "greffe, RCS du débiteur",
    "consentement_lre": "accord LRE, accord recommandé électronique, date d'accord LRE",
}
_REMEDE = "corrigez la ligne, puis importez de nouveau le fichier"
_CHAMPS = {normal(mot): champ for champ, mots in _SYNONYMES.items() for mot in (champ, *mots.split(","))}


class _Colonnes(NamedTuple):
    """Which column holds which field, where a reader finds it, and how many columns there are."""

    rangs: Mapping[str, int]
    lieux: Mapping[str, str]
    nombre: int


def lire_csv(chemin: Path, contenu: bytes, *, etranger: bool = False) -> list[Candidate | Refus]:
    """One candidate or refusal per line of the file, in order; one refusal when no line can be read.

    Columns are found by their French headers in any order (`_SYNONYMES`). `contenu`: UTF-8 with or
    without BOM, Windows-1252 or UTF-16, separated by semicolons, commas or tabs. `etranger`: whether debtors
    abroad may be taken. Never raises.
    """
    try:
        texte = decoder(contenu)
        separateur = max(";,\t", key=lambda signe: _reconnus(texte, signe))
        enregistrements = lignes(texte, separateur)
        colonnes = _colonnes(next(enregistrements, None))
    except DonneeInvalide as refus:
        return [Refus(chemin.name, str(refus))]
    vues: dict[str, int] = {}
    lus = [
        _juger(f"{chemin.name}, ligne {ligne.debut}", ligne, colonnes, vues, etranger=etranger)
        for ligne in enregistrements
    ]
    return lus or [
        Refus(chemin.name, "Le fichier n'a que des titres de colonnes : ajoutez une ligne par facture.")
    ]


def _reconnus(texte: str, separateur: str) -> int:
    premiere = next(lignes(texte, separateur), None)
    return 0 if premiere is None else sum(normal(entete) in _CHAMPS for entete in premiere.valeurs)


def _colonnes(titres: Ligne | None) -> _Colonnes:
    """Raises DonneeInvalide when a column is missing, or when two of them have the same meaning."""
    if titres is None or titres.illisible:
        raise DonneeInvalide(
            "La ligne de titres est illisible : vérifiez les guillemets de la première ligne."
        )
    entetes = titres.valeurs
    rangs: dict[str, int] = {}
    for rang, entete in enumerate(entetes):
        champ = _CHAMPS.get(normal(entete))
        if champ in rangs:
            raise DonneeInvalide(
                f"Les colonnes « {entetes[rangs[champ]].strip()} » et « {entete.strip()} » ont le même sens "
                f"({champ}) : gardez-en une seule, ou renommez l'autre."
            )
        if champ:
            rangs[champ] = rang
    manquantes = [champ for champ in _REQUISES if champ not in rangs]
    if manquantes:
        trouvees = ", ".join(f"« {entete.strip()[:40]} »" for entete in entetes[:60]) or "aucune"
        raise DonneeInvalide(
            f"Il manque {'la colonne' if len(manquantes) == 1 else 'les colonnes'} {', '.join(manquantes)} "
            f"(titres trouvés en première ligne : {trouvees}) : ajoutez-les ou renommez-les."
        )
    titres_lus = {champ: entetes[rang].strip() for champ, rang in rangs.items()}
    lieux = {champ: f"colonne « {titres_lus.get(champ, champ)} »" for champ in _SYNONYMES}
    return _Colonnes(rangs, lieux, len(entetes))


def _juger(
    document: str, ligne: Ligne, colonnes: _Colonnes, vues: dict[str, int], *, etranger: bool
) -> Candidate | Refus:
    if motif := mal_coupee(ligne, colonnes.nombre, _REMEDE):
        return Refus(document, motif)
    textes = {champ: ligne.valeurs[rang].strip() for champ, rang in colonnes.rangs.items()}
    textes["adresse"] = "\n".join(filter(None, (textes["adresse"], textes.pop("complement", ""))))
    lu = juger(FactureLue(textes, colonnes.lieux, _REMEDE), etranger=etranger)
    if isinstance(lu, str):
        return Refus(document, lu)
    premiere = vues.setdefault(identifiant(lu.numero), ligne.debut)
    if premiere != ligne.debut:
        nom = "La facture" if isinstance(lu, Facture) else "L'avoir"
        return Refus(
            document,
            f"{nom} {lu.numero} est déjà à la ligne {premiere} : supprimez la ligne en double ou, "
            "si une facture a plusieurs échéances, donnez un numéro distinct à chacune.",
        )
    return Candidate(lu, document, None)
