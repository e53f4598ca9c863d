"""The merged PDF and the numbered exhibits of a sealed dossier: their own timestamp, and pages in their place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters import pades
from dossier.adapters.pades import SansHorodatage, horodater_pdf
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
    verifier_jeton,
)
from dossier.core.ports import Jeton
from dossier.services.constats import Constat, Lecteurs
from dossier.services.verification import verifier_dossier
from dossier.services.verification_relie import RELIE
from tests.adapters.test_bundle_pdf import armer, dessiner, modifier, sans_page
from tests.adapters.test_pades import horodate
from tests.fakes import tiny_pdf
from tests.services.scelles import Vrai

NOM = RELIE.removeprefix("data/")
RESERVE = "L'original est un PDF sans aucune page."


def horodatage(pdf: bytes, verifier: Callable[[bytes, bytes], Jeton]) -> Jeton | None:
    """As the program does, in this process."""
    try:
        return pades.verifier_pdf(pdf, verifier, pades.trouver)
    except SansHorodatage:
        return None


@dataclass
class Scene:
    """A dossier with a piece that a page stands for, one that loses its scripts, and one that is whole."""

    vrai: Vrai
    lecteurs: Lecteurs
    sortie: Path

    def constats(self, objet: str, fichiers: dict[str, bytes] | None = None, **index: Any) -> list[Constat]:
        zip_ = self.vrai.resceller(self.sortie, fichiers, horloge="simulee", **index)
        verdict = verifier_dossier(zip_, verifier_jeton, lecteurs=self.lecteurs)
        return [constat for constat in verdict.constats if constat.objet == objet]

    def indexer(self, numero: int, **champs: Any) -> list[dict[str, Any]]:
        """The pieces of the index, one of them told otherwise; the other new fields as they are."""
        pieces: list[dict[str, Any]] = json.loads(self.vrai.fichiers["index.json"])["pieces"]
        return [{**piece, **champs} if piece["numero"] == numero else piece for piece in pieces]


@pytest.fixture(scope="module")
def scelle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vrai, Lecteurs]:
    dossier = tmp_path_factory.mktemp("relie")
    pieces = [sans_page(), modifier(dessiner(), armer), tiny_pdf("entière")]
    vrai = Vrai(dossier, pieces, horodater_pdf=horodater_pdf)
    relieur = vrai.atelier.outils.relieur
    lecteurs = Lecteurs(
        compter=relieur.compter, texte=relieur.texte, tamponner=relieur.tamponner, horodatage=horodatage
    )
    return vrai, lecteurs


@pytest.fixture
def scene(scelle: tuple[Vrai, Lecteurs], tmp_path: Path) -> Scene:
    return Scene(*scelle, tmp_path / "d.zip")


def numero(scene: Scene, original: bytes) -> int:
    return next(
        int(piece["numero"])
        for piece in scene.vrai.index["pieces"]
        if scene.vrai.fichiers[piece["original"]] == original
    )


def fichier(scene: Scene, rang: int) -> str:
    return str(scene.vrai.index["pieces"][rang - 1]["fichier"])


# The timestamp of the merged PDF


def test_l_horodatage_propre_est_dit_avec_sa_date_et_son_autorite(scene: Scene) -> None:
    (dit,) = scene.constats(RELIE)
    assert dit.conforme and not dit.reserve
    assert "Porte son propre horodatage" in dit.message and "demonstration" in dit.message


def test_un_document_change_sous_son_horodatage_est_une_faute(scene: Scene) -> None:
    pdf = scene.vrai.fichiers[NOM]
    (dit,) = scene.constats(RELIE, {NOM: pdf + b"\n"})
    assert not dit.conforme and "complété après son horodatage" in dit.message


def test_une_autorite_inconnue_est_une_faute(scene: Scene, tmp_path: Path) -> None:
    autre = HorodateurRfc3161(*autorite_locale(tmp_path / "autre"), MENTION_LOCALE)
    (dit,) = scene.constats(RELIE, {NOM: horodate(tiny_pdf("x"), autre)})
    assert not dit.conforme and "autorité" in dit.message


def test_un_document_sans_horodatage_propre_est_dit_sans_faute(scene: Scene) -> None:
    (dit,) = scene.constats(RELIE, {NOM: tiny_pdf("x")})
    assert dit.conforme and dit.reserve and "ne porte pas d'horodatage propre" in dit.message


@pytest.mark.parametrize(("minutes", "conforme"), [(60, True), (61, False)])
def test_un_document_horodate_apres_le_dossier_est_une_faute(
    scene: Scene, minutes: int, conforme: bool
) -> None:
    zip_ = scene.vrai.resceller(scene.sortie, horloge="simulee")
    sceau: list[Jeton] = []

    def juger(contenu: bytes, tsr: bytes, racine: bytes) -> Jeton:
        lu = verifier_jeton(contenu, tsr, racine)
        sceau.append(lu)
        return lu

    def plus_tard(pdf: bytes, verifier: Callable[[bytes, bytes], Jeton]) -> Jeton | None:
        return sceau[0]._replace(instant=sceau[0].instant + timedelta(minutes=minutes))

    verdict = verifier_dossier(zip_, juger, lecteurs=scene.lecteurs._replace(horodatage=plus_tard))
    (dit,) = [constat for constat in verdict.constats if constat.objet == RELIE]
    assert dit.conforme is conforme


@pytest.mark.parametrize(("minutes", "conforme"), [(60, True), (61, False)])
@pytest.mark.parametrize("horloge", ["reelle", "simulee"])
def test_le_document_complet_d_une_version_anterieure_est_une_faute(
    scene: Scene, minutes: int, conforme: bool, horloge: str
) -> None:
    zip_ = scene.vrai.resceller(scene.sortie, horloge=horloge)
    ordre = datetime.fromisoformat(scene.vrai.index["instant"])

    def plus_tot(pdf: bytes, verifier: Callable[[bytes, bytes], Jeton]) -> Jeton | None:
        jeton = horodatage(pdf, verifier)
        assert jeton is not None
        return jeton._replace(instant=ordre - timedelta(minutes=minutes))

    verdict = verifier_dossier(zip_, verifier_jeton, lecteurs=scene.lecteurs._replace(horodatage=plus_tot))
    (dit,) = [constat for constat in verdict.constats if constat.objet == RELIE]
    assert dit.conforme is (conforme or horloge == "simulee")
    assert dit.conforme or "c'est celui d'une autre version" in dit.message


def test_sans_de_quoi_le_lire_l_horodatage_propre_est_dit_non_verifie(scene: Scene) -> None:
    scene.lecteurs = scene.lecteurs._replace(horodatage=None)
    (dit,) = scene.constats(RELIE)
    assert dit.conforme and dit.reserve and "n'a pas été vérifié" in dit.message


# Pages that stand for exhibits


def objet(rang: int) -> str:
    return f"Pièce n°\u00a0{rang}"


@pytest.mark.parametrize("reserve", ["", RESERVE])
def test_la_page_qui_tient_lieu_d_une_piece_est_refaite_et_dite(scene: Scene, reserve: str) -> None:
    rang = numero(scene, sans_page())
    (dit,) = scene.constats(objet(rang), pieces=scene.indexer(rang, reserve=reserve))
    assert dit.conforme and dit.reserve
    assert dit.message == f"une page tient lieu de sa copie, lisez son original à part. {RESERVE}"


@pytest.mark.parametrize("champ", ["reserve", "remarque"])
def test_ce_que_l_index_dit_a_tort_d_une_copie_est_une_faute(scene: Scene, champ: str) -> None:
    rang = numero(scene, tiny_pdf("entière"))
    dits = scene.constats(objet(rang), pieces=scene.indexer(rang, **{champ: "L'original est perdu."}))
    assert [constat.conforme for constat in dits] == [False]
    assert "« L'original est perdu. », ce qui n'est pas le cas" in dits[0].message


def test_une_piece_qui_se_reproduit_et_qu_une_page_remplace_est_une_faute(scene: Scene) -> None:
    rang, muette = numero(scene, tiny_pdf("entière")), numero(scene, sans_page())
    page = scene.vrai.fichiers[fichier(scene, muette)]
    dits = scene.constats(
        objet(rang), {fichier(scene, rang): page}, pieces=scene.indexer(rang, reserve=RESERVE)
    )
    assert [constat.conforme for constat in dits] == [False]
    assert "alors que son original se reproduit" in dits[0].message


def test_une_page_qui_ne_dit_pas_ou_est_l_original_est_une_faute(scene: Scene) -> None:
    rang = numero(scene, sans_page())
    autre = {fichier(scene, rang): tiny_pdf("Page de remplacement")}
    dits = scene.constats(objet(rang), autre, pieces=scene.indexer(rang, reserve=RESERVE))
    assert [constat.conforme for constat in dits] == [False]
    assert "ne dit pas quelle pièce" in dits[0].message


def test_une_page_d_une_autre_version_qui_dit_l_essentiel_est_admise(scene: Scene) -> None:
    rang = numero(scene, sans_page())
    original = scene.vrai.index["pieces"][rang - 1]["original"]
    autre = {fichier(scene, rang): tiny_pdf(f"Pièce n° {rang} : voir {original}")}
    dits = scene.constats(objet(rang), autre, pieces=scene.indexer(rang, reserve=RESERVE))
    assert [(constat.conforme, constat.reserve) for constat in dits] == [(True, True)]


def test_une_page_illisible_en_lieu_d_une_piece_est_une_faute(scene: Scene) -> None:
    rang = numero(scene, sans_page())
    dits = scene.constats(objet(rang), {fichier(scene, rang): b"%PDF casse"})
    assert [constat.conforme for constat in dits] == [False]


def test_une_piece_que_cette_machine_sait_ouvrir_et_pas_l_autre_n_est_pas_une_faute(scene: Scene) -> None:
    rang = numero(scene, tiny_pdf("entière"))
    original = scene.vrai.index["pieces"][rang - 1]["original"]
    reserve = "L'original demande trop de mémoire ou de temps pour être ouvert."
    autre = {fichier(scene, rang): tiny_pdf(f"Pièce n° {rang} : voir {original}")}
    dits = scene.constats(objet(rang), autre, pieces=scene.indexer(rang, reserve=reserve))
    assert [(constat.conforme, constat.reserve) for constat in dits] == [(True, True)]


def test_sans_de_quoi_refaire_la_page_elle_est_dite(scene: Scene) -> None:
    rang = numero(scene, sans_page())
    scene.lecteurs = scene.lecteurs._replace(tamponner=None, texte=None)
    dits = scene.constats(objet(rang), pieces=scene.indexer(rang, reserve=RESERVE))
    assert [(constat.conforme, constat.reserve) for constat in dits] == [(True, True)]


def test_ce_que_le_pdf_relie_ne_montre_pas_est_dit(scene: Scene) -> None:
    rang = numero(scene, tiny_pdf("entière"))
    dits = scene.constats(objet(rang), pieces=scene.indexer(rang, reserve_du_relie="L'original est lourd."))
    assert [constat.message for constat in dits] == [
        "dans le PDF qui réunit tout, une page en tient lieu. L'original est lourd."
    ]
