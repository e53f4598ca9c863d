"""The preview of an act on many creances, and the form that asks for it, without a server."""

from __future__ import annotations

from decimal import Decimal

from dossier.services.masse import Ligne
from flows.formulaires import schema
from flows.masse import MONTREES, page, traiter_en_masse


def ligne(rang: int, *, faite: bool = True, debiteur: str = "Durand SARL") -> Ligne:
    phrase = "Suspendue." if faite else "Elle est déjà suspendue."
    return Ligne(f"FA-{rang}", f"FA-{rang}", debiteur, Decimal(100), faite, phrase)


def test_ce_qui_est_fait_vient_avant_ce_qui_est_laisse() -> None:
    dite = page([ligne(1, faite=False), ligne(2)], "Ce qui sera fait")
    assert dite.splitlines() == [
        "### Ce qui sera fait : 1 créance, 100,00\u00a0€ encore dus",
        "",
        "- **FA-2** · Durand SARL · 100,00\u00a0€<br>Suspendue.",
        "",
        "#### Rien ne change pour 1 créance",
        "",
        "- **FA-1** · Durand SARL · 100,00\u00a0€<br>Elle est déjà suspendue.",
    ]


def test_aucun_tableau_dans_une_fenetre_etroite() -> None:
    assert "|" not in page([ligne(1), ligne(2, faite=False)], "Ce qui a été fait")


def test_cent_creances_se_lisent_toutes_et_les_suivantes_se_comptent() -> None:
    assert "autre" not in page([ligne(rang) for rang in range(MONTREES)], "Ce qui sera fait")
    assert "… et une autre." in page([ligne(rang) for rang in range(MONTREES + 1)], "Ce qui sera fait")
    melees = [ligne(rang, faite=rang < MONTREES) for rang in range(MONTREES + 2)]
    dite = page(melees, "Ce qui sera fait")
    assert "… et 2 autres." in dite
    assert "Rien ne change pour 2 créances" in dite, (
        "ce qui est laissé se compte, même sans place pour le dire"
    )
    assert dite.count("\n- ") == MONTREES


def test_le_nom_d_un_debiteur_ne_fait_ni_balise_ni_lien() -> None:
    assert "&lt;b>Cie \\[x\\]" in page([ligne(1, debiteur="<b>Cie [x]")], "Ce qui sera fait")


def test_chaque_champ_du_formulaire_se_dessine_seul() -> None:
    champs = schema(traiter_en_masse)["properties"]
    assert not [nom for nom, champ in champs.items() if "anyOf" in champ]
    assert (champs["factures"]["type"], champs["retard"]["type"]) == ("array", "integer")
