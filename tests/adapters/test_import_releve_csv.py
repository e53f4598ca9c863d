"""The CSV of French banks: titles, preambles and numbers as they are exported."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.adapters.import_releve_csv import lire_releve_csv
from dossier.core.errors import DonneeInvalide
from dossier.core.releve import Mouvement, Releve

TITRES = "Date;Date de valeur;Libellé;Débit;Crédit"


def lire(*lignes: str, encodage: str = "utf-8") -> Releve:
    return lire_releve_csv("r.csv", ("\r\n".join(lignes) + "\r\n").encode(encodage))


def seul(*lignes: str) -> Mouvement:
    releve = lire(*lignes)
    assert releve.refus == ()
    (lu,) = releve.mouvements
    return lu


def test_une_ligne_donne_sa_somme_son_jour_de_valeur_et_ses_mots() -> None:
    assert seul(TITRES, "11/06/2026;12/06/2026;VIR DURAND FA-1;;1 234,56") == Mouvement(
        lieu="ligne 2",
        compte="",
        jour=date(2026, 6, 12),
        montant=Decimal("1234.56"),
        credit=True,
        libelle="VIR DURAND FA-1",
    )


@pytest.mark.parametrize(
    ("ligne", "montant", "credit"),
    [
        ("11/06/2026;;LOYER;1 250,00;", "1250.00", False),
        ("11/06/2026;;LOYER;-1 250,00;", "1250.00", False),
        ("11/06/2026;;LOYER;1250,00;0,00", "1250.00", False),
        ("11/06/2026;;VIR;0,00;+12,50", "12.50", True),
        ("11/06/2026;;VIR;;12.50 €", "12.50", True),
    ],
)
def test_le_sens_est_celui_de_la_colonne_quel_que_soit_le_signe(
    ligne: str, montant: str, credit: bool
) -> None:
    lu = seul(TITRES, ligne)
    assert (lu.montant, lu.credit, lu.jour) == (Decimal(montant), credit, date(2026, 6, 11))


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (("Date,Libellé,Montant", '11/06/2026,VIR DURAND,"1 234,56"'), ("VIR DURAND", "1234.56", True)),
        (
            ("Date opération\tLibellé court\tMontant (EUR)", "11/06/2026\tPRLV\t-3,00"),
            ("PRLV", "3.00", False),
        ),
        (
            ("dateOp;dateVal;label;category;amount;comment", "2026-06-11;2026-06-12;VIR;X;5.00;FA-1"),
            ("VIR · FA-1", "5.00", True),
        ),
        (("Date;Libellé;Libellé;Crédit", "11/06/2026;VIR;FA-1;5,00"), ("VIR · FA-1", "5.00", True)),
    ],
)
def test_les_titres_des_banques_se_reconnaissent(
    lignes: tuple[str, str], attendu: tuple[str, str, bool]
) -> None:
    lu = seul(*lignes)
    assert (lu.libelle, lu.montant, lu.credit) == (attendu[0], Decimal(attendu[1]), attendu[2])


def test_les_lignes_avant_les_titres_et_les_soldes_sont_passes() -> None:
    releve = lire(
        "Compte courant n° 00000000042;;;;",
        "Solde au 12/06/2026;70,00 €;;;",
        "",
        TITRES,
        "11/06/2026;;VIR;;100,00",
        ";;Solde au 12/06/2026;;170,00",
        ";;TOTAL;0,00;100,00",
    )
    assert [m.lieu for m in releve.mouvements] == ["ligne 5"]
    assert releve.refus == ()


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tous_les_encodages_se_lisent(encodage: str) -> None:
    (lu,) = lire(TITRES, "11/06/2026;;VIR ÉTÉ;;1,00", encodage=encodage).mouvements
    assert lu.libelle == "VIR ÉTÉ"


def test_le_payeur_son_compte_et_l_identifiant_de_la_banque_se_lisent() -> None:
    titres = (
        "Date;Libellé;Montant;Contrepartie;IBAN de la contrepartie;Transaction ID;Numéro de compte;Devise;"
        "Référence"
    )
    lu = seul(titres, "11/06/2026;VIR;5,00;DURAND;fr76 12;T-1;FR 76 42;EUR;FA-1")
    assert (lu.payeur, lu.iban, lu.reference, lu.compte) == ("DURAND", "FR7612", "T-1", "FR7642")
    assert lu.libelle == "VIR · FA-1"


@pytest.mark.parametrize(
    ("libelle", "retour"), [("CHEQUE IMPAYE", True), ("FRAIS CHEQUE IMPAYE", False), ("LOYER", False)]
)
def test_un_debit_qui_est_un_retour_se_lit_a_ses_mots(libelle: str, retour: bool) -> None:
    assert seul(TITRES, f"11/06/2026;;{libelle};5,00;").retour is retour
    assert seul(TITRES, f"11/06/2026;;{libelle};;5,00").retour is False


@pytest.mark.parametrize(
    ("ligne", "dit"),
    [
        ("31/02/2026;;VIR;;1,00", "« 31/02/2026 » n'est pas une date"),
        (";;VIR;;1,00", "«  » n'est pas une date"),
        ("11/06/2026;;VIR;;1.234", "« 1.234 » n'est pas un montant"),
        ("11/06/2026;;VIR;;", "ni crédit, ni débit"),
        ("11/06/2026;;VIR;1,00;2,00", "un crédit (2,00\u00a0€) et un débit (1,00\u00a0€)"),
        ("11/06/2026;;VIR;;-2,00", "2,00\u00a0€ » est négatif"),
        ("11/06/2026;;VIR;1,00", "4 colonnes au lieu de 5"),
    ],
)
def test_une_ligne_illisible_est_refusee_seule(ligne: str, dit: str) -> None:
    releve = lire(TITRES, ligne, "11/06/2026;;VIR;;1,00")
    assert len(releve.mouvements) == 1
    (refus,) = releve.refus
    assert refus.document == "r.csv, ligne 2"
    assert dit in refus.motif


def test_une_autre_monnaie_est_refusee() -> None:
    (refus,) = lire("Date;Libellé;Montant;Devise", "11/06/2026;VIR;5,00;USD").refus
    assert "en USD, et seuls les euros" in refus.motif


@pytest.mark.parametrize(
    "lignes",
    [
        ("Date;Libellé", "11/06/2026;VIR"),
        ("Libellé;Montant", "VIR;5,00"),
        ("Date;Montant", "11/06/2026;5,00"),
        ("n'importe quoi",),
        (*[";x"] * 40, TITRES, "11/06/2026;;VIR;;1,00"),
    ],
)
def test_un_fichier_sans_les_colonnes_d_un_releve_dit_ce_qu_il_faut(lignes: tuple[str, ...]) -> None:
    with pytest.raises(DonneeInvalide, match="il faut les colonnes « Date », « Libellé »"):
        lire(*lignes)


def test_les_titres_peuvent_venir_apres_trente_neuf_lignes() -> None:
    assert len(lire(*[";x"] * 39, TITRES, "11/06/2026;;VIR;;1,00").mouvements) == 1


def test_un_releve_sans_mouvement_n_est_pas_une_faute() -> None:
    assert lire(TITRES) == Releve(())


@pytest.mark.parametrize(
    ("titre", "valeur", "credit"),
    [
        ("Sens", "D", False),
        ("Sens", "C", True),
        ("Débit/Crédit", "Débit", False),
        ("Débit/Crédit", "Crédit", True),
        ("Sens", "-", False),
        ("Sens", "+", True),
        ("Sens", "", True),
        ("Type", "Débit", False),
        ("Type", "Crédit", True),
        ("Type", "Virement", True),
    ],
)
def test_une_colonne_de_sens_l_emporte_sur_un_montant_sans_signe(
    titre: str, valeur: str, credit: bool
) -> None:
    lu = seul(f"Date;Libellé;Montant;{titre}", f"11/06/2026;FA-1;300,00;{valeur}")
    assert (lu.montant, lu.credit) == (Decimal(300), credit)


@pytest.mark.parametrize(
    ("titres", "ligne", "dit"),
    [
        (
            "Date;Libellé;Montant;Sens",
            "11/06/2026;FA-1;300,00;X",
            "Le sens « X » n'est ni un débit ni un crédit",
        ),
        ("Date;Libellé;Montant;Sens", "11/06/2026;FA-1;-300,00;C", "le sens de la ligne se contredisent"),
        (
            "Date;Libellé;Débit;Crédit;Sens",
            "11/06/2026;FA-1;;300,00;D",
            "le sens de la ligne se contredisent",
        ),
        (
            "Date;Libellé;Montant;Débit;Crédit",
            "11/06/2026;FA-1;300,00;200,00;",
            "le débit de la ligne se contredisent",
        ),
        ("Date;Libellé;Montant;Débit;Crédit", "11/06/2026;FA-1;-300,00;;300,00", "se contredisent"),
        ("Date;Libellé;Montant;Montant (EUR)", "11/06/2026;FA-1;300,00;270,00", "Deux colonnes « montant »"),
    ],
)
def test_deux_colonnes_qui_se_contredisent_font_refuser_la_ligne(titres: str, ligne: str, dit: str) -> None:
    releve = lire(titres, ligne)
    assert releve.mouvements == ()
    assert dit in releve.refus[0].motif


@pytest.mark.parametrize(
    ("titres", "ligne", "credit"),
    [
        ("Date;Libellé;Montant;Débit;Crédit", "11/06/2026;FA-1;300,00;300,00;", False),
        ("Date;Libellé;Montant;Débit;Crédit", "11/06/2026;FA-1;-300,00;300,00;", False),
        ("Date;Libellé;Montant;Débit;Crédit", "11/06/2026;FA-1;300,00;0,00;300,00", True),
        ("Date;Libellé;Montant;Débit;Crédit", "11/06/2026;FA-1;-300,00;0,00;0,00", False),
        ("Date;Libellé;Montant;Montant (EUR)", "11/06/2026;FA-1;300,00;300,00", True),
    ],
)
def test_deux_colonnes_qui_s_accordent_se_lisent(titres: str, ligne: str, credit: bool) -> None:
    lu = seul(titres, ligne)
    assert (lu.montant, lu.credit) == (Decimal(300), credit)


@pytest.mark.parametrize(
    ("statut", "attente", "reserve"),
    [
        ("", False, False),
        ("Exécuté", False, False),
        ("COMPLETED", False, False),
        ("Comptabilisée", False, False),
        ("En attente", True, False),
        ("Refusé", True, False),
        ("Non exécuté", True, False),
        ("REVERTED", True, False),
        ("À catégoriser", False, True),
    ],
)
def test_le_statut_d_une_ligne_dit_si_l_argent_est_venu(statut: str, attente: bool, reserve: bool) -> None:
    lu = seul("Date;Libellé;Montant;Statut", f"11/06/2026;FA-1;300,00;{statut}")
    assert (lu.attente, bool(lu.reserve)) == (attente, reserve)


@pytest.mark.parametrize("jour", ["11/06/26", "11.06.26", "20260611", "11-06-2026"])
def test_les_autres_facons_d_ecrire_un_jour_se_lisent(jour: str) -> None:
    assert seul("Date;Libellé;Montant", f"{jour};FA-1;300,00").jour == date(2026, 6, 11)


@pytest.mark.parametrize(
    ("ligne", "compte"),
    [
        ("Compte courant n° 00012345678;;", "00012345678"),
        ("Numéro de compte;00012345678;", "00012345678"),
        ("Numéro de compte : 0001 2345 678", "00012345678"),
        ("IBAN;FR76 9999 9000 0100 0000 0004 286", "FR7699999000010000000004286"),
        ("IBAN : FR76 9999 9000 0100 0000 0004 286;;", "FR7699999000010000000004286"),
        ("Compte au 11/06/2026;;", ""),
        ("Compte;Solde 12345,67;", ""),
        ("Relevé de la société 123456;;", ""),
    ],
)
def test_le_compte_se_lit_dans_les_lignes_avant_les_titres(ligne: str, compte: str) -> None:
    assert seul(ligne, "Date;Libellé;Montant", "11/06/2026;FA-1;300,00").compte == compte


def test_deux_tableaux_de_deux_comptes_dans_un_fichier_se_lisent() -> None:
    releve = lire(
        *("Compte;00012345678", "Date;Libellé;Montant", "11/06/2026;FA-1;300,00", ""),
        *("Compte;00087654321", "Date;Libellé;Débit;Crédit", "11/06/2026;FA-1;;300,00"),
    )
    assert releve.refus == ()
    assert [(m.compte, m.montant) for m in releve.mouvements] == [
        ("00012345678", Decimal(300)),
        ("00087654321", Decimal(300)),
    ]
