from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dossier.adapters.import_csv import lire_csv
from dossier.core.creance import Avoir, Facture, Nature
from dossier.core.importation import Candidate, Refus

CHEMIN = Path("envoi/factures.csv")
TITRES = [
    "numero",
    "date",
    "echeance",
    "montant_ttc",
    "siren",
    "raison_sociale",
    "adresse",
    "code_postal",
    "ville",
]
VALEURS = [
    "FA-1",
    "04/05/2026",
    "03/06/2026",
    "1 200,00 €",
    "732829320",
    "Café Été SARL",
    "1 rue d'Essai",
    "69003",
    "Lyon",
]
EXEMPLES = Path(__file__).parents[2] / "exemples"


def fichier(*lignes: list[str], titres: list[str] = TITRES, separateur: str = ";") -> str:
    return "\r\n".join(separateur.join(ligne) for ligne in (titres, *lignes)) + "\r\n"


def ligne(**champs: str) -> list[str]:
    return list((dict(zip(TITRES, VALEURS, strict=True)) | champs).values())


def lire(texte: str | bytes) -> list[Candidate | Refus]:
    return lire_csv(CHEMIN, texte if isinstance(texte, bytes) else texte.encode())


def candidate(texte: str | bytes) -> Candidate:
    (lu,) = lire(texte)
    assert isinstance(lu, Candidate), lu
    return lu


def refus(texte: str | bytes) -> Refus:
    (lu,) = lire(texte)
    assert isinstance(lu, Refus), lu
    return lu


def test_une_ligne_donne_une_candidate_sans_document_d_origine() -> None:
    lue = candidate(fichier(VALEURS))
    assert (lue.document, lue.source) == ("factures.csv, ligne 2", None)
    assert lue.contenu.numero == "FA-1"
    assert (lue.contenu.emission, lue.contenu.echeance) == (date(2026, 5, 4), date(2026, 6, 3))
    assert lue.contenu.montant_ttc == Decimal("1200.00")
    assert lue.contenu.debiteur.denomination == "Café Été SARL"


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_encodages_et_separateurs(encodage: str, separateur: str) -> None:
    valeurs = [f'"{valeur}"' for valeur in VALEURS]
    lue = candidate(fichier(valeurs, separateur=separateur).encode(encodage))
    assert lue.contenu.debiteur.denomination == "Café Été SARL"
    assert lue.contenu.montant_ttc == Decimal("1200.00")


def test_les_titres_se_disent_de_plusieurs_facons_et_les_autres_colonnes_sont_laissees() -> None:
    titres = [
        "N° Facture",
        "Date facture",
        "DATE D'ÉCHÉANCE",
        "Montant T.T.C.",
        "SIRET",
        "Client",
        "Adresse",
        "CP",
    ]
    titres += ["Ville", "Acompte versé", "Vendeur", "Bon de commande", "N° BL", "Complément d'adresse"]
    valeurs = [*VALEURS, "200", "Zoé", "BC-7", "BL-8", "Bâtiment B"]
    valeurs[4] = "73282932000074"
    lue = candidate(fichier(valeurs, titres=titres)).contenu
    assert lue.debiteur.siren == "732829320"
    assert lue.deja_paye == Decimal("200.00")
    assert (lue.commande, lue.livraison) == ("BC-7", "BL-8")
    assert lue.debiteur.adresse.lignes == ("1 rue d'Essai", "Bâtiment B")


def test_les_fautes_d_une_ligne_sont_dites_ensemble_avec_le_titre_de_leur_colonne() -> None:
    titres = ["Échéance le" if titre == "echeance" else titre for titre in TITRES]
    lu = refus(fichier(ligne(echeance="", siren="123"), titres=titres))
    assert lu.document == "factures.csv, ligne 2"
    assert lu.motif == (
        "Facture FA-1 : l'échéance manque (colonne « Échéance le ») ; "
        "le numéro SIREN ou SIRET « 123 » est faux (colonne « siren ») ; "
        "corrigez la ligne, puis importez de nouveau le fichier."
    )


def test_une_mauvaise_ligne_n_arrete_pas_les_suivantes() -> None:
    lus = lire(fichier(VALEURS, ligne(numero="FA-2", echeance=""), [], ligne(numero="FA-3")))
    assert [type(lu) for lu in lus] == [Candidate, Refus, Candidate]
    assert [lu.document for lu in lus] == [f"factures.csv, ligne {rang}" for rang in (2, 3, 5)]


def test_un_numero_repete_est_refuse_en_nommant_la_premiere_ligne() -> None:
    premiere, seconde = lire(fichier(VALEURS, ligne(numero="fa-1")))
    assert isinstance(premiere, Candidate)
    assert isinstance(seconde, Refus)
    assert "déjà à la ligne 2" in seconde.motif


@pytest.mark.parametrize(("montant", "type_"), [("100,00", "Avoir"), ("-100,00", ""), ("-100,00", "381")])
def test_un_avoir_par_son_type_ou_par_son_signe(montant: str, type_: str) -> None:
    titres = [*TITRES, "Type", "Avoir sur facture"]
    sans_echeance = ligne(numero="AV-1", montant_ttc=montant, echeance="")
    lu = candidate(fichier([*sans_echeance, type_, "FA-1"], titres=titres))
    assert lu.contenu == Avoir(numero="AV-1", facture="FA-1", montant=Decimal(100), jour=date(2026, 5, 4))
    assert (
        "le numéro de la facture corrigée manque"
        in refus(fichier([*sans_echeance, type_, ""], titres=titres)).motif
    )


def test_un_brouillon_ou_un_document_annule_ne_vaut_rien() -> None:
    for statut in ("Brouillon", "annulée"):
        dit = refus(fichier([*VALEURS, statut], titres=[*TITRES, "Statut"])).motif
        assert "n'est pas celui d'une facture à recouvrer" in dit
    assert candidate(fichier([*VALEURS, "émise"], titres=[*TITRES, "Statut"]))


def test_le_taux_du_contrat_et_la_nature_de_la_creance() -> None:
    titres = [*TITRES, "Taux de pénalités", "Nature de la créance"]
    lu = candidate(fichier([*VALEURS, "12,5 %", "Transport"], titres=titres)).contenu
    assert isinstance(lu, Facture)
    assert (lu.taux_stipule, lu.nature) == (Decimal("0.125"), Nature.TRANSPORT)
    motif = refus(fichier([*VALEURS, "0,12", "amitié"], titres=titres)).motif
    assert "« 0,12 » n'est pas un pourcentage annuel" in motif
    assert "la nature « amitié » n'est pas connue" in motif


def test_un_debiteur_etranger_n_est_pris_que_sous_un_scenario_pour_l_etranger() -> None:
    ailleurs = [*ligne(siren="", code_postal="SW1A 1AA", ville="London"), "Royaume-Uni"]
    texte = fichier(ailleurs, titres=[*TITRES, "Pays"])
    assert "comme « export » (colonne « Pays »)" in refus(texte).motif
    (lu,) = lire_csv(CHEMIN, texte.encode(), etranger=True)
    assert isinstance(lu, Candidate)
    assert isinstance(lu.contenu, Facture)
    adresse = lu.contenu.debiteur.adresse
    assert (adresse.code_postal, adresse.ville, adresse.pays) == ("SW1A 1AA", "London", "GB")


def test_retour_a_la_ligne_entre_guillemets() -> None:
    lus = lire(fichier(ligne(adresse='"Bât. A\n1 rue ""du"" Bois"'), ligne(numero="FA-2")))
    assert isinstance(lus[0], Candidate)
    assert lus[0].contenu.debiteur.adresse.lignes == ("Bât. A", '1 rue "du" Bois')
    assert [lu.document for lu in lus] == ["factures.csv, ligne 2", "factures.csv, ligne 4"]


def test_lignes_trop_courtes_ou_trop_longues() -> None:
    lus = lire(fichier(VALEURS[:-1], [*ligne(numero="FA-2"), "", " "], [*ligne(numero="FA-3"), "de trop"]))
    assert [type(lu) for lu in lus] == [Refus, Candidate, Refus]
    assert isinstance(lus[0], Refus)
    assert "8 colonnes au lieu de 9" in lus[0].motif


def test_une_virgule_decimale_qui_coupe_la_ligne_est_expliquee() -> None:
    assert "séparateur" in refus(fichier(ligne(montant_ttc="1200,50"), separateur=",")).motif


def test_un_guillemet_jamais_referme_nomme_les_lignes_perdues() -> None:
    lu = refus(fichier(ligne(ville='"Lyon'), ligne(numero="FA-2"), ligne(numero="FA-3")))
    assert lu.document == "factures.csv, ligne 2"
    assert "les lignes 2 à 4 n'ont pas été lues" in lu.motif


def test_un_guillemet_mal_place_ne_perd_que_sa_ligne() -> None:
    premiere, seconde = lire(fichier(ligne(ville='"Lyon" 3'), ligne(numero="FA-2")))
    assert isinstance(premiere, Refus)
    assert "guillemet" in premiere.motif
    assert "lignes" not in premiere.motif
    assert isinstance(seconde, Candidate)


def test_une_valeur_demesuree_ne_perd_que_sa_ligne() -> None:
    premiere, seconde = lire(fichier(ligne(ville="L" * 200_000), ligne(numero="FA-2")))
    assert isinstance(premiere, Refus)
    assert isinstance(seconde, Candidate)


def test_colonnes_manquantes_nommees_avec_celles_trouvees() -> None:
    lu = refus("N° facture;Montant;Client\n1;2;3\n")
    assert lu.document == "factures.csv"
    assert "les colonnes date, echeance, montant_ttc, adresse, code_postal, ville" in lu.motif
    assert "« N° facture », « Montant », « Client »" in lu.motif


def test_une_seule_colonne_manquante() -> None:
    assert "Il manque la colonne ville" in refus(fichier(VALEURS[:-1], titres=TITRES[:-1])).motif


def test_deux_colonnes_de_meme_sens() -> None:
    assert (
        "« raison_sociale » et « Client »"
        in refus(fichier([*VALEURS, "X"], titres=[*TITRES, "Client"])).motif
    )


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "est vide"),
        (b"\r\n  \r\n", "est vide"),
        (b"\xef\xbb\xbf", "illisible"),
        (b'"numero" x;date\n', "illisible"),
        (fichier().encode(), "n'a que des titres"),
        (b"PK\x03\x04reste d'un classeur", "classeur"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "classeur"),
        (b"numero;\x00date", "pas un texte lisible"),
        (b"numero;\x81\x8d\x8f", "pas un texte lisible"),
        (b"\xff\xfen", "pas un texte lisible"),
        (b";" * 50_000_001, "dépasse 50 Mo"),
    ],
)
def test_un_fichier_illisible_est_un_seul_refus(contenu: bytes, dit: str) -> None:
    lu = refus(contenu)
    assert lu.document == "factures.csv"
    assert dit in lu.motif
    assert lu.motif.endswith(".")


def test_vingt_mille_lignes_sans_attendre() -> None:
    texte = fichier(*(ligne(numero=f"FA-{rang}") for rang in range(20_000)))
    debut = time.process_time()
    lus = lire(texte)
    assert time.process_time() - debut < 10
    assert len(lus) == 20_000
    assert all(isinstance(lu, Candidate) for lu in lus)


def test_le_fichier_d_exemple_montre_chaque_motif() -> None:
    chemin = EXEMPLES / "factures.csv"
    lus = lire_csv(chemin, chemin.read_bytes())
    prises = [lu.contenu.numero for lu in lus if isinstance(lu, Candidate)]
    assert prises == ["FA-2026-0107", "FA-2019-0031"]
    motifs = [lu.motif for lu in lus if isinstance(lu, Refus)]
    for motif, dit in zip(
        motifs,
        ("le numéro de la facture corrigée manque", "l'échéance manque", "« USD »", "est faux"),
        strict=True,
    ):
        assert dit in motif
