from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field
from stdnum import iban, luhn
from stdnum.fr import siren, tva

from dossier.adapters.config_yaml import TAILLE_MAX, charger, charger_droit
from dossier.core.creance import Creancier
from dossier.core.errors import ConfigurationInvalide
from dossier.core.modele import Modele
from dossier.core.montants import Montant

CONFIG = Path(__file__).parents[2] / "config"


class Canal(StrEnum):
    EMAIL = "email"
    LRAR = "lrar"


class Attente(Modele):
    type: Literal["attente"]
    jours: int = Field(gt=0, le=90)


class Envoi(Modele):
    type: Literal["envoi"]
    canal: Canal


class Reglage(Modele):
    nom: str = Field(pattern=r"^[a-z]+$")
    jour: date = date(2026, 1, 1)
    frais: Montant = Decimal(0)
    actif: bool = True
    note: str | None = None
    valeurs: dict[date, Decimal] = Field(default_factory=dict)
    etapes: tuple[Annotated[Attente | Envoi, Field(discriminator="type")], ...] = ()


def ecrire(dossier: Path, texte: str | bytes) -> Path:
    chemin = dossier / "reglage.yaml"
    chemin.write_bytes(texte if isinstance(texte, bytes) else texte.encode())
    return chemin


def refus(dossier: Path, texte: str | bytes) -> list[str]:
    """The lines of the error, without the name of the file: `12 : message`."""
    chemin = ecrire(dossier, texte)
    with pytest.raises(ConfigurationInvalide) as trouve:
        charger(chemin, Reglage)
    lignes = str(trouve.value).split("\n")
    assert all(ligne.startswith(f"{chemin}:") for ligne in lignes)
    return [ligne.removeprefix(f"{chemin}:") for ligne in lignes]


def test_un_fichier_correct_est_lu(tmp_path: Path) -> None:
    chemin = ecrire(
        tmp_path,
        """\ufeff# commentaire
nom: essai
jour: 2026-11-21
frais: "12.50"
actif: false
note: ~
valeurs:
  2026-01-01: "0.0215"
  2026-07-01: "0.0240"
etapes:
  - {type: attente, jours: 7}
  - type: envoi
    canal: lrar
""",
    )
    assert charger(chemin, Reglage) == Reglage(
        nom="essai",
        jour=date(2026, 11, 21),
        frais=Decimal("12.50"),
        actif=False,
        valeurs={date(2026, 1, 1): Decimal("0.0215"), date(2026, 7, 1): Decimal("0.0240")},
        etapes=(Attente(type="attente", jours=7), Envoi(type="envoi", canal=Canal.LRAR)),
    )


def test_toutes_les_erreurs_sont_dites_a_la_fois_avec_leur_ligne(tmp_path: Path) -> None:
    assert refus(
        tmp_path,
        """nom: Essai
jour: 2026-13-01
frais: 12.50
actif: peut-etre
inconnue: x
valeurs:
  2026-01-01: abc
  jamais: "1"
etapes:
  - type: attente
    jours: 0
  - type: envoi
    canal: pigeon
  - type: envoi
  - type: autre
  - jours: 3
  - 3
""",
    ) == [
        "1 : « nom » : ne suit pas la forme attendue ^[a-z]+$",
        "2 : « jour » : date attendue, écrite comme 2026-12-31",
        '3 : « frais » : nombre 12.50 : le mettre entre guillemets, comme "0.0215" ou "44000"',
        "4 : « actif » : true ou false attendu",
        "5 : « inconnue » : clé inconnue",
        '7 : « valeurs.2026-01-01 » : nombre décimal attendu, entre guillemets, comme "1234.50"',
        "8 : « valeurs.jamais » : date attendue, écrite comme 2026-12-31",
        "11 : « etapes.0.jours » : doit être supérieur à 0",
        "13 : « etapes.1.canal » : valeur attendue : 'email' ou 'lrar'",
        "14 : « etapes.2.canal » : clé obligatoire absente",
        "15 : « etapes.3 » : 'type' vaut « autre », attendu : 'attente', 'envoi'",
        "16 : « etapes.4 » : clé 'type' absente",
        "17 : « etapes.5 » : bloc de clés attendu",
    ]


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("jour: 2026-01-01\n", "1 : « nom » : clé obligatoire absente"),
        ("nom: 123\n", "1 : « nom » : texte attendu : le mettre entre guillemets"),
        ("nom: x\netapes: non\n", "2 : « etapes » : liste attendue, un tiret par élément"),
        ("nom: x\nvaleurs: []\n", "2 : « valeurs » : bloc de clés attendu"),
        ("nom: x\nfrais: '1.001'\n", "2 : « frais » : le montant 1.001 a plus de deux décimales"),
        (
            "nom: x\netapes: [{type: attente, jours: 91}]\n",
            "2 : « etapes.0.jours » : doit être inférieur ou égal à 90",
        ),
        ("nom: x\netapes: [{type: attente, jours: x}]\n", "2 : « etapes.0.jours » : nombre entier attendu"),
        ("- nom\n", "1 : bloc de clés attendu"),
        ("nom\n", "1 : bloc de clés attendu"),
        ("", "1 : fichier vide"),
        ("# rien\n", "1 : fichier vide"),
        ("nom: x\n\nnom: y\n", "3 : « nom » : clé en double, déjà écrite ligne 1"),
        ("nom: x\n? [a]\n: b\n", "2 : une clé doit être un mot"),
    ],
)
def test_une_valeur_refusee(tmp_path: Path, texte: str, attendu: str) -> None:
    assert refus(tmp_path, texte) == [attendu]


@pytest.mark.parametrize(
    "nombre", ["0.5", ".5", "1e3", "-1.0", ".inf", ".nan", "01000", "0o17", "0x1F", "1_000", "9" * 19]
)
def test_un_nombre_ambigu_doit_etre_cite(tmp_path: Path, nombre: str) -> None:
    (ligne,) = refus(tmp_path, f"nom: x\nnote: {nombre}\n")
    assert ligne.startswith(f"2 : « note » : nombre {nombre} : le mettre entre guillemets")


def test_un_entier_simple_est_accepte(tmp_path: Path) -> None:
    assert charger(ecrire(tmp_path, "nom: x\nfrais: 40\n"), Reglage).frais == Decimal("40.00")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("nom: x\nnote: a: b\n", "2 : deux-points inattendu : vérifier le retrait, ou citer le texte"),
        ("nom: x\nnote: 'a\n", "2 : guillemet ouvert et jamais refermé"),
        ("nom:\n  - x\n y: 2\n", "3 : retrait incohérent avec les lignes précédentes"),
        ("nom: x\nnote: *a\n", "2 : alias YAML inconnu : citer un texte qui commence par *"),
        ("nom: x\nnote: @a\n", "2 : ce caractère ne peut pas commencer un texte : le citer"),
        ("nom: {x\n", "1 : crochet ou accolade jamais refermé, ou virgule manquante"),
        ("nom: x\nrien\njour: 2026-01-01\n", "2 : deux-points manquant après une clé"),
        ("nom: x\n---\nnom: y\n", "2 : un seul document YAML par fichier"),
        ("nom: x\nnote: \x07\n", "2 : caractère de contrôle interdit"),
        (b"nom: x\nnote: \xe9t\xe9\n", "2 : caractère illisible : enregistrer le fichier en UTF-8"),
        ("nom: !!python/x y\n", "1 : « nom » : étiquette YAML « tag:yaml.org,2002:python/x » non admise"),
        ("%YAML 1.1\n---\nnom: yes\n", "3 : « nom » : étiquette YAML « tag:yaml.org,2002:bool » non admise"),
        ("nom: x\nvaleurs: !carte {}\n", "2 : « valeurs » : étiquette YAML « !carte » non admise"),
        ("nom: x\nvaleurs: &a {x: *a}\n", "2 : « valeurs.x » : alias YAML d'un bloc : recopier le bloc"),
        ("[" * 1000, "1 : imbrication trop profonde"),
    ],
)  # fmt: skip
def test_une_faute_de_syntaxe(tmp_path: Path, texte: str | bytes, attendu: str) -> None:
    assert attendu in refus(tmp_path, texte)


def test_une_faute_rare_garde_le_message_de_la_bibliotheque(tmp_path: Path) -> None:
    (ligne,) = refus(tmp_path, 'nom: "\\z"\n')
    assert ligne.startswith("1 : syntaxe YAML : found unknown escape character")


def test_toutes_les_tabulations_sont_nommees(tmp_path: Path) -> None:
    motif = "tabulation interdite dans le retrait : mettre des espaces"
    assert refus(tmp_path, "nom: x\nvaleurs:\n\ta: 1\n  \tb: 2\n") == [f"3 : {motif}", f"4 : {motif}"]


def test_une_bombe_d_alias_n_est_pas_depliee(tmp_path: Path) -> None:
    blocs = ["note: &b0 [x, x]"] + [
        f"c{rang}: &b{rang} [{', '.join([f'*b{rang - 1}'] * 9)}]" for rang in range(1, 30)
    ]
    lignes = refus(tmp_path, "\n".join(["nom: x", *blocs, ""]))
    assert any("alias YAML" in ligne for ligne in lignes)


def test_un_fichier_absent_ou_trop_gros_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalide, match=r"rien\.yaml : fichier absent"):
        charger(tmp_path / "rien.yaml", Reglage)
    with pytest.raises(ConfigurationInvalide, match="absent ou illisible"):
        charger(tmp_path, Reglage)
    entete = b"nom: x\n#"
    assert charger(ecrire(tmp_path, entete + b"x" * (TAILLE_MAX - len(entete))), Reglage).nom == "x"
    with pytest.raises(ConfigurationInvalide, match="1024 Kio"):
        charger(ecrire(tmp_path, entete + b"x" * (TAILLE_MAX - len(entete) + 1)), Reglage)


def test_le_creancier_livre_est_bien_forme_et_fictif() -> None:
    creancier = charger(CONFIG / "creancier.yaml", Creancier)
    assert creancier.denomination == "Atelier Fictif SAS"
    assert creancier.capital == Decimal("10000.00")
    assert siren.is_valid(creancier.siren)
    assert luhn.is_valid(creancier.siren)
    assert tva.is_valid(creancier.tva)
    assert creancier.tva.endswith(creancier.siren)
    assert iban.is_valid(creancier.iban)
    assert creancier.email.endswith(".example")
    assert creancier.siege.bloc == ("1 rue du Spécimen", "44000 Nantes")


def test_chaque_cle_du_creancier_est_expliquee() -> None:
    lignes = (CONFIG / "creancier.yaml").read_text(encoding="utf-8").splitlines()
    cles = [ligne.split(":")[0] for ligne in lignes if ligne and ligne[0].isalpha()]
    assert cles == list(Creancier.model_fields)


def test_le_droit_livre_est_complet_et_source() -> None:
    droit = charger_droit(CONFIG / "droit")
    assert droit.bce.au(date(2026, 7, 1)).valeur == Decimal("0.0240")
    assert len(droit.juridictions.tae) == 12


def test_les_erreurs_de_tous_les_fichiers_du_droit_sont_dites(tmp_path: Path) -> None:
    copie = Path(shutil.copytree(CONFIG / "droit", tmp_path / "droit"))
    (copie / "indemnite.yaml").unlink()
    bce = copie / "bce.yaml"
    bce.write_text(bce.read_text(encoding="utf-8").replace('"0.0240"', "0.0240"), encoding="utf-8")
    with pytest.raises(ConfigurationInvalide) as trouve:
        charger_droit(copie)
    lignes = str(trouve.value).split("\n")
    ligne_bce = bce.read_text(encoding="utf-8").split("valeur: 0.0240")[0].count("\n") + 1
    assert len(lignes) == 2
    assert lignes[0].startswith(f"{bce}:{ligne_bce} : « valeurs.2026-07-01.valeur » : nombre 0.0240")
    assert lignes[1] == f"{copie / 'indemnite.yaml'} : fichier absent ou illisible."


def test_un_fichier_du_droit_a_la_place_d_un_autre_est_refuse(tmp_path: Path) -> None:
    copie = Path(shutil.copytree(CONFIG / "droit", tmp_path / "droit"))
    shutil.copy(copie / "til_particuliers.yaml", copie / "til_pro.yaml")
    with pytest.raises(ConfigurationInvalide, match=r"til_pro\.yaml porte le nom « til_particuliers »"):
        charger_droit(copie)
