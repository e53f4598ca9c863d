"""Invoices from a CSV file as French spreadsheets and accounting programs write them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from dossier.core.creance import Facture, identifiant
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Candidate, FactureLue, Refus, juger

TAILLE_MAX = 50_000_000
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


def _normal(entete: str) -> str:
    """`N° facture` as `nofacture`: accents, case and punctuation do not count."""
    decompose = unicodedata.normalize("NFKD", entete.casefold().replace("°", "o"))
    return re.sub(r"[^a-z0-9]", "", decompose.encode("ascii", "ignore").decode())


_CHAMPS = {_normal(mot): champ for champ, mots in _SYNONYMES.items() for mot in (champ, *mots.split(","))}


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
        texte = _decoder(contenu)
        separateur = max(";,\t", key=lambda signe: _reconnus(texte, signe))
        lignes = _lignes(texte, separateur)
        colonnes = _colonnes(next(lignes, None))
    except DonneeInvalide as refus:
        return [Refus(chemin.name, str(refus))]
    vues: dict[str, int] = {}
    lus = [
        _juger(f"{chemin.name}, ligne {ligne.debut}", ligne, colonnes, vues, etranger=etranger)
        for ligne in lignes
    ]
    return lus or [
        Refus(chemin.name, "Le fichier n'a que des titres de colonnes : ajoutez une ligne par facture.")
    ]


def _decoder(contenu: bytes) -> str:
    if not contenu.strip():
        raise DonneeInvalide("Le fichier est vide : exportez-le de nouveau, avec une ligne de titres.")
    if len(contenu) > TAILLE_MAX:
        raise DonneeInvalide(f"Le fichier dépasse {TAILLE_MAX // 1_000_000} Mo : découpez-le en plusieurs.")
    if contenu.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DonneeInvalide("Le fichier est un classeur de tableur : enregistrez-le d'abord au format CSV.")
    encodages = ("utf-16",) if contenu.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encodage in encodages:
        with suppress(UnicodeDecodeError):
            texte = contenu.decode(encodage)
            if "\0" not in texte:
                return texte
    raise DonneeInvalide("Le fichier n'est pas un texte lisible : enregistrez-le au format « CSV UTF-8 ».")


class _Ligne(NamedTuple):
    """One record, the physical lines that it spans, and why it could not be cut into columns."""

    debut: int
    fin: int
    valeurs: list[str]
    illisible: bool = False


def _lignes(texte: str, separateur: str) -> Iterator[_Ligne]:
    """The records that hold something; one that cannot be cut does not stop those that follow."""
    lecteur = csv.reader(StringIO(texte, newline=""), delimiter=separateur, strict=True)
    while True:
        debut = lecteur.line_num + 1
        try:
            valeurs = next(lecteur)
        except StopIteration:
            return
        except csv.Error:
            yield _Ligne(debut, lecteur.line_num, [], illisible=True)
            continue
        if any(valeur.strip() for valeur in valeurs):
            yield _Ligne(debut, lecteur.line_num, valeurs)


def _reconnus(texte: str, separateur: str) -> int:
    premiere = next(_lignes(texte, separateur), None)
    return 0 if premiere is None else sum(_normal(entete) in _CHAMPS for entete in premiere.valeurs)


def _colonnes(titres: _Ligne | None) -> _Colonnes:
    """Raises DonneeInvalide when a column is missing, or when two of them have the same meaning."""
    if titres is None or titres.illisible:
        raise DonneeInvalide(
            "La ligne de titres est illisible : vérifiez les guillemets de la première ligne."
        )
    entetes = titres.valeurs
    rangs: dict[str, int] = {}
    for rang, entete in enumerate(entetes):
        champ = _CHAMPS.get(_normal(entete))
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
    document: str, ligne: _Ligne, colonnes: _Colonnes, vues: dict[str, int], *, etranger: bool
) -> Candidate | Refus:
    if motif := _mal_coupee(ligne, colonnes.nombre):
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


def _mal_coupee(ligne: _Ligne, attendues: int) -> str | None:
    if ligne.illisible:
        motif = "Un guillemet est mal placé ou n'est pas refermé"
        if ligne.fin > ligne.debut:
            motif += f", si bien que les lignes {ligne.debut} à {ligne.fin} n'ont pas été lues"
        return f"{motif} ; {_REMEDE}."
    nombre = len(ligne.valeurs)
    if nombre < attendues or any(valeur.strip() for valeur in ligne.valeurs[attendues:]):
        return (
            f"La ligne a {nombre} colonnes au lieu de {attendues} : vérifiez qu'aucune valeur ne contient le "
            "séparateur ou un retour à la ligne sans être entre guillemets."
        )
    return None
