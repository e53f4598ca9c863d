from __future__ import annotations

import pytest

from dossier.core import lignes_csv
from dossier.core.errors import DonneeInvalide
from dossier.core.lignes_csv import Ligne, decoder, lignes, mal_coupee, normal


@pytest.mark.parametrize(
    ("titre", "attendu"),
    [("N° facture", "nofacture"), ("Date d'échéance", "datedecheance"), ("  CRÉDIT (€) ", "credit")],
)
def test_un_titre_ne_se_lit_ni_a_ses_accents_ni_a_sa_ponctuation(titre: str, attendu: str) -> None:
    assert normal(titre) == attendu


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tous_les_encodages_des_tableurs_se_lisent(encodage: str) -> None:
    assert decoder("Libellé;Crédit €".encode(encodage)) == "Libellé;Crédit €"


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "vide"),
        (b" \r\n", "vide"),
        (b"PK\x03\x04...", "classeur de tableur"),
        (b"\xd0\xcf\x11\xe0...", "classeur de tableur"),
        (b"Date\0;Montant", "pas un texte lisible"),
        (b"\xff\xfea", "pas un texte lisible"),
        (b"Date;\x81\x8d", "pas un texte lisible"),
    ],
)
def test_ce_qui_n_est_pas_un_texte_est_refuse(contenu: bytes, dit: str) -> None:
    with pytest.raises(DonneeInvalide, match=dit):
        decoder(contenu)


def test_la_taille_est_bornee_au_caractere_pres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lignes_csv, "TAILLE_MAX", 1_000_000)
    assert len(decoder(b"a" * 1_000_000)) == 1_000_000
    with pytest.raises(DonneeInvalide, match="dépasse 1 Mo"):
        decoder(b"a" * 1_000_001)


def test_les_lignes_vides_sont_laissees_et_une_ligne_illisible_n_arrete_pas_les_autres() -> None:
    lues = list(lignes('a;b\n;\n\n"c\nd";e\n"x"y;z\nf;g\n', ";"))
    assert lues == [
        Ligne(1, 1, ["a", "b"]),
        Ligne(4, 5, ["c\nd", "e"]),
        Ligne(6, 6, [], illisible=True),
        Ligne(7, 7, ["f", "g"]),
    ]


@pytest.mark.parametrize(
    ("ligne", "dit"),
    [
        (Ligne(1, 1, ["a", "b"]), None),
        (Ligne(1, 1, ["a", "b", " "]), None),
        (Ligne(1, 1, ["a"]), "1 colonnes au lieu de 2"),
        (Ligne(1, 1, ["a", "b", "c"]), "3 colonnes au lieu de 2"),
        (Ligne(3, 3, [], illisible=True), "Un guillemet est mal placé ou n'est pas refermé ; corrigez."),
        (Ligne(3, 9, [], illisible=True), "les lignes 3 à 9 n'ont pas été lues ; corrigez."),
    ],
)
def test_une_ligne_mal_coupee_dit_pourquoi(ligne: Ligne, dit: str | None) -> None:
    motif = mal_coupee(ligne, 2, "corrigez")
    assert motif is None if dit is None else motif is not None and dit in motif
