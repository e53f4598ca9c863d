from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.core import releve
from dossier.core.errors import DonneeInvalide
from dossier.core.releve import (
    Format,
    Mouvement,
    Releve,
    controle_des_soldes,
    du_compte,
    format_de,
    identite_de,
    identites,
    joindre,
    marque_de_payeur,
    moyen_de,
    payeur_de,
    reference_de,
    reference_utile,
    reunir,
    semble_un_retour,
    semble_une_reprise,
    total,
)

JOUR = date(2026, 6, 12)


def mouvement(**champs: Any) -> Mouvement:
    base: dict[str, Any] = {
        "lieu": "écriture 1",
        "compte": "FR76",
        "jour": JOUR,
        "montant": Decimal("100.00"),
        "credit": True,
        "libelle": "FA-1",
    }
    return Mouvement(**{**base, **champs})


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        (b"<?xml version='1.0'?><Document/>", Format.CAMT053),
        (b"\xef\xbb\xbf  <Document/>", Format.CAMT053),
        ("<Document/>".encode("utf-16"), Format.CAMT053),
        (b"0115589    00000EUR2 98765432100  150519", Format.CFONB120),
        (b"\r\n0430004123400001   2 98765432100", Format.CFONB120),
        (b"Date;Libelle;Montant", Format.CSV),
        (b"01/06/2026;VIR;12,00", Format.CSV),
    ],
)
def test_un_releve_se_reconnait_a_son_contenu(contenu: bytes, attendu: Format) -> None:
    assert format_de(contenu) is attendu


def test_un_releve_vide_ou_trop_lourd_est_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DonneeInvalide, match="vide"):
        format_de(b" \n")
    monkeypatch.setattr(releve, "TAILLE_MAX", 10)
    assert format_de(b"a" * 10) is Format.CSV
    with pytest.raises(DonneeInvalide, match="plus courte"):
        format_de(b"a" * 11)


def test_deux_lignes_egales_sans_reference_sont_deux_lignes() -> None:
    un, deux = identites([mouvement(), mouvement(lieu="écriture 2")])
    assert un != deux
    assert identites([mouvement(lieu="ailleurs")]) == (un,)


def test_la_meme_reference_de_la_banque_est_la_meme_ligne() -> None:
    un, deux = identites([mouvement(reference="X1"), mouvement(reference="X1", lieu="écriture 9")])
    assert un == deux


@pytest.mark.parametrize(
    "champs",
    [
        {"compte": "FR77"},
        {"jour": date(2026, 6, 13)},
        {"montant": Decimal("100.01")},
        {"credit": False},
        {"libelle": "FA-2"},
        {"payeur": "DURAND"},
        {"iban": "FR00"},
        {"reference": "X1"},
    ],
)
def test_tout_ce_qui_differe_fait_une_autre_ligne(champs: dict[str, Any]) -> None:
    assert identites([mouvement()]) != identites([mouvement(**champs)])


@pytest.mark.parametrize(
    ("reference", "utile"),
    [
        ("X1", True),
        ("", False),
        ("  ", False),
        ("0000", False),
        ("00001", True),
        ("NONREF", False),
        ("notprovided", False),
        ("NA", False),
        ("N/A", False),
        ("NONREF1", True),
    ],
)
def test_une_reference_de_remplissage_ne_nomme_rien(reference: str, utile: bool) -> None:
    assert reference_utile(reference) is utile
    un, deux = identites([mouvement(reference=reference), mouvement(reference=reference)])
    assert (un == deux) is utile


@settings(deadline=None)
@given(st.lists(st.integers(1, 3), max_size=12), st.data())
def test_un_releve_qui_en_chevauche_un_autre_retrouve_ses_lignes(
    sommes: list[int], data: st.DataObject
) -> None:
    """Whole days overlap: the lines of a day have the same identities in both files."""
    lundi = [mouvement(montant=Decimal(somme)) for somme in sommes]
    mardi = [mouvement(montant=Decimal(somme), jour=date(2026, 6, 13)) for somme in sommes]
    ordre = data.draw(st.permutations(lundi))
    assert set(identites(lundi)) == set(identites([*ordre, *mardi])[: len(lundi)])
    assert len(set(identites([*lundi, *mardi]))) == 2 * len(sommes)


def test_la_reference_d_un_paiement_dit_de_quelle_ligne_et_de_quel_compte_il_vient() -> None:
    (identite,) = identites([mouvement()])
    nue = reference_de(mouvement(), identite)
    assert nue == f"FA-1 [relevé {identite}]"
    assert (identite_de(nue), payeur_de(nue)) == (identite, "")
    paye = reference_de(mouvement(payeur="DURAND", iban="FR7612"), identite)
    assert paye == f"DURAND · FA-1 [relevé {identite}, payeur {marque_de_payeur('FR7612')}]"
    assert (identite_de(paye), payeur_de(paye)) == (identite, marque_de_payeur("FR7612"))
    assert "FR7612" not in paye


def test_une_reference_sans_texte_ou_trop_longue_reste_lisible() -> None:
    assert reference_de(mouvement(libelle=""), "0" * 16) == f"[relevé {'0' * 16}]"
    assert reference_de(mouvement(payeur="DURAND", libelle="DE DURAND"), "0" * 16).startswith("DE DURAND [")
    juste = reference_de(mouvement(libelle="x" * 100), "0" * 16)
    assert juste.startswith(f"{'x' * 100} [")
    longue = reference_de(mouvement(libelle="x" * 101), "0" * 16)
    assert longue.startswith(f"{'x' * 99}… [")
    assert reference_de(mouvement(libelle="a\x00b\nc"), "0" * 16).startswith("a b c [")


def test_un_payeur_ne_peut_pas_se_faire_passer_pour_une_ligne_enregistree() -> None:
    faux = f"[relevé {'f' * 16}]"
    assert identite_de(reference_de(mouvement(libelle=faux), "0" * 16)) == "0" * 16
    assert identite_de("VIR DURAND") == payeur_de("VIR DURAND") == marque_de_payeur("") == ""


def test_un_texte_en_plusieurs_lignes_dit_ou_il_a_pu_etre_coupe() -> None:
    assert reunir(["FA-2026-1", "0 DU 12"], 35) == "FA-2026-1… · 0 DU 12"
    assert reunir(["FA-2026-1", "DURAND", ""], 35) == "FA-2026-1 · DURAND"
    assert reunir(["x" * 34], 35) == "x" * 34
    assert reunir(["x" * 35], 35) == "x" * 35 + "…"
    assert reunir(["", "12"], 35) == "12"
    assert reunir([], 35) == ""
    assert joindre(["a", "", "NOTPROVIDED", "b", "a"]) == "a · b"


@pytest.mark.parametrize(
    ("libelle", "moyen"),
    [
        ("VIR DURAND", "virement"),
        ("REMISE CHEQUES", "chèque"),
        ("Chèque 12", "chèque"),
        ("PRLV X", "prélèvement"),
        ("ECHEQUIER", "virement"),
        ("Prélèvement", "prélèvement"),
    ],
)
def test_le_moyen_se_lit_dans_les_mots_de_la_banque(libelle: str, moyen: str) -> None:
    assert moyen_de(libelle) == moyen


@pytest.mark.parametrize(
    ("libelle", "retour"),
    [
        ("CHEQUE IMPAYE", True),
        ("Chèque impayé", True),
        ("REJET PRLV", True),
        ("VIR RETOURNE", True),
        ("FRAIS REJET PRLV", False),
        ("LOYER", False),
        ("PROJET", False),
    ],
)
def test_un_retour_se_lit_dans_les_mots_de_la_banque_mais_pas_ses_frais(libelle: str, retour: bool) -> None:
    assert semble_un_retour(libelle) is retour


def test_les_soldes_montrent_les_lignes_qui_manquent() -> None:
    lignes = [mouvement(), mouvement(montant=Decimal(30), credit=False)]
    assert total(lignes) == Decimal(70)
    assert controle_des_soldes("FR76", Decimal(10), total(lignes), Decimal(80)) == ""
    assert "des lignes manquent" in controle_des_soldes("FR76", Decimal(10), total(lignes), Decimal(81))


def test_le_compte_donne_ne_vaut_que_pour_les_lignes_qui_n_en_nomment_pas() -> None:
    releve = du_compte(Releve((mouvement(compte=""), mouvement(compte="FR1")), alertes=("a",)), "FR2")
    assert [m.compte for m in releve.mouvements] == ["FR2", "FR1"]
    assert releve.alertes == ("a",)
    assert len(set(identites(releve.mouvements))) == 2


@pytest.mark.parametrize(
    ("libelle", "reprise"),
    [("VIR RETOURNE", True), ("Annulé", True), ("REMBOURSEMENT", True), ("IMPAYE", False), ("PROJET", False)],
)
def test_les_mots_d_un_credit_peuvent_dire_qu_il_n_est_pas_un_paiement(libelle: str, reprise: bool) -> None:
    assert semble_une_reprise(libelle) is reprise
