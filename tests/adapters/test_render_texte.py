"""Plain-text e-mails: subject of one line, values untouched, faults named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters.render_texte import RenduTexte
from dossier.core.errors import ErreurRendu


def rendre(racine: Path, source: str, **contexte: Any) -> tuple[str, str]:
    (racine / "essai.txt").write_text(source, encoding="utf-8")
    return RenduTexte(racine).rendre("essai", contexte)


def test_la_premiere_ligne_est_le_sujet(tmp_path: Path) -> None:
    assert rendre(tmp_path, "Facture {{ n }}\n\nBonjour,\n{{ n }}", n="FA-1") == (
        "Facture FA-1",
        "Bonjour,\nFA-1\n",
    )


@pytest.mark.parametrize("saut", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85"])
def test_le_sujet_reste_sur_une_ligne(tmp_path: Path, saut: str) -> None:
    sujet, corps = rendre(tmp_path, "Facture {{ n }}\nCorps", n=f"FA{saut}Bcc: x@exemple.invalid")
    assert len(sujet.splitlines()) == 1
    assert corps == "Corps\n"


def test_le_sujet_garde_ses_espaces_insecables(tmp_path: Path) -> None:
    assert rendre(tmp_path, "Reste {{ m }}\nx", m="1\u00a0234,56\u00a0€")[0] == "Reste 1\u00a0234,56\u00a0€"


@pytest.mark.parametrize("valeur", ["A & B <C>", "{{ x }} {% y %}", "🧾", 'l\'été "ici"'])
def test_une_valeur_hostile_ressort_en_texte(tmp_path: Path, valeur: str) -> None:
    assert rendre(tmp_path, "S\n{{ v }}", v=valeur)[1] == f"{valeur}\n"


def test_les_lignes_de_balises_ne_laissent_pas_de_vide(tmp_path: Path) -> None:
    source = "S\nListe :\n{% for x in l %}\n- {{ x }}\n{% endfor %}\n{% if non %}\nrien\n{% endif %}\nFin"
    assert rendre(tmp_path, source, l=[1, 2], non="")[1] == "Liste :\n- 1\n- 2\nFin\n"


@pytest.mark.parametrize("source", ["Sujet {{ iban }}\nx", "Sujet\n{{ creancier.iban }}"])
def test_une_variable_inconnue_est_nommee(tmp_path: Path, source: str) -> None:
    with pytest.raises(ErreurRendu, match=r"templates/essai\.txt, ligne [12].*« (creancier\.)?iban »"):
        rendre(tmp_path, source, creancier={})


def test_une_balise_mal_ecrite_donne_sa_ligne(tmp_path: Path) -> None:
    with pytest.raises(ErreurRendu, match=r"templates/essai\.txt, ligne 3"):
        rendre(tmp_path, "Sujet\nx\n{% if %}")


def test_une_operation_impossible_est_dite(tmp_path: Path) -> None:
    with pytest.raises(ErreurRendu, match=r"templates/essai\.txt"):
        rendre(tmp_path, "Sujet\n{{ 1 + n }}", n="a")


def test_le_bac_a_sable_tient(tmp_path: Path) -> None:
    with pytest.raises(ErreurRendu, match=r"templates/essai\.txt"):
        rendre(tmp_path, "Sujet\n{{ n.__class__.__mro__ }}", n="a")


def test_un_modele_absent_ou_hors_du_dossier_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurRendu, match=r"templates/essai\.txt manque"):
        RenduTexte(tmp_path).rendre("essai", {})
    with pytest.raises(ErreurRendu, match="pas un nom de modèle"):
        RenduTexte(tmp_path).rendre("../essai", {})


def test_un_modele_qui_n_est_pas_en_utf8_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "essai.txt").write_bytes("Échéance".encode("latin-1"))
    with pytest.raises(ErreurRendu, match="UTF-8"):
        RenduTexte(tmp_path).rendre("essai", {})


def test_toutes_les_fautes_sont_dites_a_la_fois_chacune_a_sa_ligne(tmp_path: Path) -> None:
    source = "Sujet {{ un\nBonjour {{ nom.upper() }},\n\n{% for x in l %}\n{{ x|attr('y') }}\n"
    with pytest.raises(ErreurRendu) as error:
        rendre(tmp_path, source, nom="x", l=[])
    lignes = str(error.value).replace("\u00a0", " ").splitlines()
    assert [ligne.partition(" («")[0] for ligne in lignes] == [
        f"templates/essai.txt, ligne {numero}" for numero in (1, 2, 5, 4)
    ]
    assert "« {{ un » est ouverte et jamais fermée" in lignes[0]
    assert "l'appel d'une fonction" in lignes[1]
    assert "le filtre « attr »" in lignes[2]
    assert "n'est fermée par aucun « endfor »" in lignes[3]


def test_des_guillemets_courbes_dans_une_balise_se_lisent_comme_droits(tmp_path: Path) -> None:
    assert rendre(tmp_path, "S\n{{ nom|default(‘rien’) }}")[1] == "rien\n"


def test_un_modele_modifie_vaut_des_le_message_suivant(tmp_path: Path) -> None:
    rendu = RenduTexte(tmp_path)
    for corps in ("un", "deux"):
        (tmp_path / "essai.txt").write_text(f"S\n{corps}", encoding="utf-8")
        assert rendu.rendre("essai", {})[1] == f"{corps}\n"


ANGLAIS = re.compile(
    r"undefined|attribute|object|unexpected|expected|element|must be|not supported|Error|range"
)


@pytest.mark.parametrize(
    ("corps", "dit"),
    [
        ("{{ l[3] }}", "la liste n'a pas d'élément [3]"),
        ("{{ vide|first }}", "la liste est vide"),
        ("{{ 'a' if vide }}", "un texte est attendu"),
        ("{% if n > 3 %}{% endif %}", "des valeurs de sortes différentes"),
        ("{{ n|sum }}", "des valeurs de sortes différentes"),
        ("{{ l|join(d='x', d='y') }}", "mal écrite"),
        ("{{ n|replace }}", "ou un filtre reçoit ce qu'il n'attend pas"),
        ("{{ l }}", "n'est pas un texte"),
        ("{{ l|map(attribute='x')|list|join }}", "la variable « l.x » n'existe pas"),
        ("{{ " + "9" * 250 + "|join }}", "des valeurs de sortes différentes"),
        ("{{ " + "9" * 5000 + " }}", "mal écrite"),
        ("{{ " + "(" * 120 + "n" + ")" * 120 + " }}", "mal écrite"),
        ("{{ n" + ".a" * 2000 + " }}", "mal écrite"),
        ("{{ " + "not " * 2000 + "n }}", "mal écrite"),
        ("{% if n %}" * 130 + "x" + "{% endif %}" * 130, "est dans plus de 12 autres"),
        ("{% for x in l %}" * 25 + "x" + "{% endfor %}" * 25, "est dans plus de 12 autres"),
        ("{% for x, y in l %}{% endfor %}", "des valeurs de sortes différentes"),
    ],
)
def test_tout_ce_qu_un_modele_peut_lever_est_dit_en_francais(tmp_path: Path, corps: str, dit: str) -> None:
    with pytest.raises(ErreurRendu) as error:
        rendre(tmp_path, f"S\n{corps}", n="a", l=["a", "b"], vide=[])
    message = str(error.value)
    assert dit in message
    assert message.startswith("templates/essai.txt")
    assert not ANGLAIS.search(message.replace(corps, ""))


def test_douze_boucles_l_une_dans_l_autre_se_remplissent(tmp_path: Path) -> None:
    source = "S\n" + "{% for x in l %}" * 12 + "x" + "{% endfor %}" * 12
    assert rendre(tmp_path, source, l=["a"])[1] == "x\n"


def test_une_balise_de_trois_cents_signes_se_lit(tmp_path: Path) -> None:
    def corps(longueur: int) -> str:
        return "{{ '" + "x" * (longueur - 8) + "' }}"

    assert rendre(tmp_path, f"S\n{corps(300)}")[1] == "x" * 292 + "\n"
    with pytest.raises(ErreurRendu, match="sa longueur"):
        rendre(tmp_path, f"S\n{corps(301)}")
