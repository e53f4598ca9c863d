"""A journal written before registered letters were tracked is read, checked and replayed as it was.

`journaux/avant-le-suivi-postal.jsonl`: one fait a line, as the code of then wrote it, digests included.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dossier.core.chronologie import chronologie
from dossier.core.decision import Assembler, Attendre, decide
from dossier.core.etat import rejouer
from dossier.core.faits import (
    AccuseRecu,
    EnvoiFait,
    Fait,
    IssuePli,
    PliDepose,
    SourceAccuse,
    rupture_de_chaine,
)
from dossier.core.pieces import lister_pieces
from tests.core.vie import standard

JOURNAL = Path(__file__).parent / "journaux" / "avant-le-suivi-postal.jsonl"
RAPPEL, DEMEURE = "avant-contentieux:lrar", "mise-en-demeure:lrar"


@pytest.fixture(scope="module")
def faits() -> tuple[Fait, ...]:
    return tuple(
        Fait.model_validate_json(ligne) for ligne in JOURNAL.read_text(encoding="utf-8").splitlines()
    )


def textes(faits: tuple[Fait, ...], genre: str) -> list[dict[str, Any]]:
    lus = (json.loads(fait.texte) for fait in faits)
    return [texte for texte in lus if texte["type"] == genre]


def test_les_textes_sont_ceux_d_avant_sans_aucun_des_champs_venus_depuis(faits: tuple[Fait, ...]) -> None:
    champs = {genre: set(textes(faits, genre)[0]) for genre in ("envoi_fait", "pli_depose", "accuse_recu")}
    assert champs == {
        "envoi_fait": {"type", "version", "cle", "jour", "preuve"},
        "pli_depose": {"type", "version", "cle", "numero", "jour", "preuve"},
        "accuse_recu": {"type", "version", "cle", "issue", "premiere_presentation", "jour", "preuve"},
    }
    assert "consentement_lre" not in textes(faits, "creance_ouverte")[0]["facture"]["debiteur"]


def test_la_chaine_d_un_ancien_journal_tient_encore(faits: tuple[Fait, ...]) -> None:
    assert rupture_de_chaine(faits) is None
    altere = faits[2].model_copy(update={"texte": faits[2].texte.replace("250 OK", "250 ok")})
    assert rupture_de_chaine((*faits[:2], altere, *faits[3:])) is not None


def test_ce_qui_n_etait_pas_ecrit_vaut_ce_qui_se_passait_alors(faits: tuple[Fait, ...]) -> None:
    contenus = [fait.contenu for fait in faits]
    remises = [contenu for contenu in contenus if isinstance(contenu, EnvoiFait)]
    assert {(r.transporteur, r.reference, r.reponse) for r in remises} == {("", "", None)}, "posté par nous"
    accuses = [contenu for contenu in contenus if isinstance(contenu, AccuseRecu)]
    assert [(a.source, a.numero) for a in accuses] == [(SourceAccuse.PERSONNE, "")] * 2
    assert [c.preuve is None for c in contenus if isinstance(c, PliDepose)] == [True, False]


def test_un_ancien_journal_se_rejoue_et_mene_au_dossier_a_la_meme_date(faits: tuple[Fait, ...]) -> None:
    etat = rejouer(faits)
    pli = etat.envois[DEMEURE]
    assert etat.numero == len(faits)
    assert etat.debiteur == "000700070"
    assert pli.accuse is not None
    assert [accuse.issue for accuse in pli.accuses] == [IssuePli.NPAI, IssuePli.DISTRIBUE]
    assert (pli.contredit, pli.suivi, pli.scans, pli.signale) == (False, None, (), None)
    assert isinstance(decide(etat, standard(), date(2026, 8, 20)), Attendre)
    assert isinstance(decide(etat, standard(), date(2026, 8, 21)), Assembler)


def test_un_ancien_journal_donne_ses_pieces_et_sa_chronologie(faits: tuple[Fait, ...]) -> None:
    titres = [p.titre.replace("\u00a0", " ") for p in lister_pieces([(rejouer(faits), standard())])]
    assert titres[-3:] == [
        "Mise en demeure (FA-1) par lettre recommandée du 31 juillet 2026",
        "Preuve de dépôt du pli n° 1A00000000002 du 3 août 2026",
        "Avis de réception – pli n° 1A00000000002 du 5 août 2026",
    ]
    publics = [e.libelle for e in chronologie(faits) if not e.interne]
    assert publics[-1] == "Mise en demeure : pli distribué (première présentation le 5 août 2026)"
    assert not [libelle for libelle in publics if "inconnu" in libelle], "l'issue corrigée reste interne"
    assert rejouer(faits).envois[RAPPEL].depart == date(2026, 7, 11)
