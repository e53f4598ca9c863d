"""CFONB 120, record by record; the positions are those of the standard (zones counted from 1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dossier.adapters import import_cfonb120
from dossier.adapters.import_cfonb120 import lire_cfonb120
from dossier.core.errors import DonneeInvalide
from dossier.core.releve import Mouvement, Releve

COMPTE = "999990000100000000042"


def zones(code: str, *placees: tuple[int, str], devise: str = "EUR", decimales: str = "2") -> str:
    """A record of 120 characters with these texts at these positions (from 1)."""
    tete = f"{code}99999    00001{devise}{decimales} 00000000042"
    caracteres = list(tete.ljust(120))
    for position, texte in placees:
        caracteres[position - 1 : position - 1 + len(texte)] = texte
    assert len(caracteres) == 120
    return "".join(caracteres)


def montant(valeur: str) -> str:
    """`-12.34` as the fourteen characters of the format, two decimals."""
    entier = f"{abs(Decimal(valeur)) * 100:.0f}".zfill(14)
    signes = "}JKLMNOPQR" if valeur.startswith("-") else "{ABCDEFGHI"
    return entier[:-1] + signes[int(entier[-1])]


def ancien(valeur: str) -> str:
    return zones("01", (35, "050626"), (91, montant(valeur)))


def nouveau(valeur: str) -> str:
    return zones("07", (35, "120626"), (91, montant(valeur)))


def mouvement(
    valeur: str = "100.00", libelle: str = "VIR DURAND FA-1", rejet: str = "", **autres: Any
) -> str:
    valeur_le = autres.pop("valeur_le", "120626")
    return zones(
        "04",
        (33, "05"),
        (35, "110626"),
        (41, rejet),
        (43, valeur_le),
        (49, libelle),
        (91, montant(valeur)),
        **autres,
    )


def complement(qualifiant: str, texte: str) -> str:
    return zones("05", (33, "05"), (35, "110626"), (46, qualifiant), (49, texte))


def lire(*lignes: str, fin: str = "\r\n", encodage: str = "latin-1") -> Releve:
    return lire_cfonb120("r.txt", (fin.join(lignes) + fin).encode(encodage))


def seul(*lignes: str) -> Mouvement:
    releve = lire(*lignes)
    assert releve.refus == ()
    (lu,) = releve.mouvements
    return lu


def test_un_mouvement_donne_sa_somme_son_jour_de_valeur_et_ses_mots() -> None:
    assert seul(mouvement("1234.56")) == Mouvement(
        lieu="ligne 1",
        compte=COMPTE,
        jour=date(2026, 6, 12),
        montant=Decimal("1234.56"),
        credit=True,
        libelle="VIR DURAND FA-1",
    )


@pytest.mark.parametrize("chiffre", range(10))
def test_le_dernier_signe_dit_le_dernier_chiffre_et_le_sens(chiffre: int) -> None:
    recu, verse = seul(mouvement(f"1.2{chiffre}")), seul(mouvement(f"-1.2{chiffre}"))
    assert (recu.montant, recu.credit) == (Decimal(f"1.2{chiffre}"), True)
    assert (verse.montant, verse.credit) == (Decimal(f"1.2{chiffre}"), False)


@pytest.mark.parametrize(
    ("decimales", "attendu"), [("0", "12340"), (" ", "12340"), ("1", "1234"), ("2", "123.40"), ("3", "12.34")]
)
def test_le_nombre_de_decimales_se_lit_dans_l_enregistrement(decimales: str, attendu: str) -> None:
    ligne = mouvement("123.40", decimales=decimales)
    assert seul(ligne).montant == Decimal(attendu)


def test_les_complements_donnent_le_texte_du_payeur_et_son_nom() -> None:
    lu = seul(
        mouvement(libelle="VIR SEPA RECU"),
        complement("LCC", "REGLEMENT FA-2026-1"),
        complement("NPY", "DURAND SARL"),
        complement("RCN", "REF CLIENT".ljust(35) + "FA-2026-2"),
        complement("REF", "INTERNE"),
    )
    assert lu.libelle == "VIR SEPA RECU · REGLEMENT FA-2026-1 · REF CLIENT · FA-2026-2"
    assert lu.payeur == "DURAND SARL"


def test_un_texte_de_deux_complements_pleins_n_en_fait_qu_un() -> None:
    entier = ("x" * 60 + " FA-2026-10 MERCI").ljust(140)
    lu = seul(mouvement(libelle="VIR"), complement("LCC", entier[:70]), complement("LC2", entier[70:]))
    assert lu.libelle == "VIR · " + entier.strip()


def test_un_texte_qui_a_pu_etre_coupe_le_dit() -> None:
    plein = "VIREMENT DE DURAND SA FA-2026-1"
    assert len(plein) == 31
    assert seul(mouvement(libelle=plein)).libelle == f"{plein}…"
    assert seul(mouvement(libelle=plein[1:])).libelle == plein[1:]
    lu = seul(mouvement(libelle="VIR"), complement("LIB", "FA-2026-1"), complement("LIB", "0 MERCI"))
    assert lu.libelle == "VIR · FA-2026-1… · 0 MERCI"
    court = seul(mouvement(libelle="VIR"), complement("LCC", "FA-2026-1"), complement("LC2", "DURAND"))
    assert court.libelle == "VIR · FA-2026-1 · DURAND"


@pytest.mark.parametrize(
    ("valeur", "rejet", "libelle", "retour"),
    [
        ("-100.00", "31", "PRLV DURAND", True),
        ("-100.00", "00", "LOYER", False),
        ("-100.00", "", "PRLV IMPAYE DURAND", True),
        ("-10.00", "", "FRAIS PRLV IMPAYE", False),
        ("100.00", "", "REJET", False),
        ("100.00", "31", "VIR", True),
    ],
)
def test_un_retour_se_lit_a_son_code_de_rejet_ou_a_ses_mots(
    valeur: str, rejet: str, libelle: str, retour: bool
) -> None:
    assert seul(mouvement(valeur, libelle, rejet)).retour is retour


def test_sans_date_de_valeur_le_jour_est_celui_de_l_ecriture() -> None:
    assert seul(mouvement(valeur_le="      ")).jour == date(2026, 6, 11)


@pytest.mark.parametrize(
    ("fin", "encodage"), [("\r\n", "latin-1"), ("\n", "utf-8"), ("\r", "utf-8-sig"), ("", "latin-1")]
)
def test_toutes_les_fins_de_ligne_et_tous_les_encodages_se_lisent(fin: str, encodage: str) -> None:
    lignes = [ancien("10.00"), mouvement(libelle="VIR ÉTÉ"), mouvement("-30.00"), nouveau("80.00")]
    releve = lire(*lignes, fin=fin, encodage=encodage)
    assert [(m.libelle, m.lieu) for m in releve.mouvements] == [
        ("VIR ÉTÉ", "ligne 2"),
        ("VIR DURAND FA-1", "ligne 3"),
    ]
    assert (releve.refus, releve.alertes) == ((), ())


def test_un_fichier_sans_enregistrement_ne_donne_rien() -> None:
    assert lire_cfonb120("r.txt", b"\r\n \x1a") == Releve(())


def test_les_espaces_de_fin_de_ligne_peuvent_manquer() -> None:
    assert seul(mouvement().rstrip()).montant == Decimal("100.00")


@pytest.mark.parametrize(
    ("lignes", "alertes"),
    [
        ((ancien("10.00"), mouvement(), nouveau("110.00")), []),
        ((ancien("10.00"), mouvement(), nouveau("110.01")), ["des lignes manquent peut-être, comparez"]),
        ((ancien("-10.00"), mouvement(), nouveau("90.00")), []),
        ((ancien("10.00"), mouvement()), ["avant le solde final"]),
        ((ancien("10.00"), mouvement(), ancien("0.00"), nouveau("0.00")), ["avant le solde final"]),
        ((ancien("0.00"), nouveau("0.00"), ancien("5.00"), mouvement(), nouveau("105.00")), []),
        ((mouvement(), nouveau("110.00")), []),
    ],
)
def test_les_soldes_disent_s_il_manque_des_lignes(lignes: tuple[str, ...], alertes: list[str]) -> None:
    trouvees = lire(*lignes).alertes
    assert len(trouvees) == len(alertes)
    assert all(dit in trouvee for dit, trouvee in zip(alertes, trouvees, strict=True))


@pytest.mark.parametrize(
    ("ligne", "dit"),
    [
        (mouvement().replace("01000{", "010000"), "(colonnes 91 à 104) est illisible"),
        (mouvement()[:90], "(colonnes 91 à 104) est illisible"),
        (mouvement().replace("00000000010", "0000x000010"), "est illisible"),
        (mouvement(decimales="x"), "est illisible"),
        (mouvement("123.45", decimales="4"), "plus de deux décimales"),
        (mouvement(devise="USD"), "en USD, et seuls les euros"),
        (zones("04", (43, "320626"), (35, "990699"), (91, montant("1.00"))), "(JJMMAA) n'existe pas"),
        (complement("LIB", "seul"), "ne suit aucun mouvement"),
        ("99" + mouvement()[2:], "« 99 » n'est pas de ceux"),
    ],
)
def test_un_enregistrement_illisible_est_refuse_seul(ligne: str, dit: str) -> None:
    releve = lire(ligne, mouvement())
    assert len(releve.mouvements) == 1
    (refus,) = releve.refus
    assert refus.document == "r.txt, ligne 1"
    assert dit in refus.motif


def test_une_ligne_refusee_ne_fait_pas_douter_des_soldes() -> None:
    illisible = mouvement(devise="USD")
    assert lire(ancien("10.00"), illisible, mouvement(), nouveau("999.00")).alertes == ()
    suivant = lire(
        ancien("10.00"), illisible, nouveau("999.00"), ancien("0.00"), mouvement(), nouveau("99.00")
    )
    assert len(suivant.alertes) == 1


def test_des_lignes_trop_longues_ne_sont_pas_du_cfonb_120() -> None:
    with pytest.raises(DonneeInvalide, match="La ligne 2 a 121 caractères au lieu de 120"):
        lire(mouvement(), mouvement() + "x")


def test_la_taille_est_bornee(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_cfonb120, "TAILLE_MAX", 120)
    assert len(lire_cfonb120("r.txt", mouvement().encode()).mouvements) == 1
    with pytest.raises(DonneeInvalide, match="découpez-le"):
        lire_cfonb120("r.txt", mouvement().encode() + b"\n")


@pytest.mark.parametrize("encodage", ["latin-1", "cp1252", "utf-8", "cp850"])
@pytest.mark.parametrize(("accent", "sens"), [("é", True), ("è", False)])
def test_le_zero_s_ecrit_aussi_avec_un_accent(accent: str, sens: bool, encodage: str) -> None:
    """The braces of the standard become accents through the French page of EBCDIC."""
    ligne = mouvement("-100.00" if not sens else "100.00")
    releve = lire(ligne.replace("{", accent).replace("}", accent), encodage=encodage)
    assert releve.refus == ()
    assert [(m.montant, m.credit) for m in releve.mouvements] == [(Decimal(100), sens)]
