"""The cover note as Word writes it: a first version says nothing of others, a second says all that differs."""

from __future__ import annotations

from tests.adapters.gabarits import donnees, rendre

NOTE = "dossier/note-de-remise"
TITRE = "Ce qui change depuis la version précédente"


def test_la_premiere_version_ne_parle_d_aucune_autre() -> None:
    assert TITRE not in rendre(NOTE, donnees(NOTE))


def test_la_suivante_dit_ce_qu_elle_remplace_puis_ce_qui_differe() -> None:
    remplacees = [
        {
            "presentation": "Cette version remplace « d-v1 ».",
            "differences": ["Pièce ajoutée : n° 1, Bon & devis."],
        },
        {"presentation": "Cette version remplace « e-v2 ».", "differences": []},
    ]
    lue = rendre(NOTE, donnees(NOTE, remplacees=remplacees))
    suite = lue[lue.index(TITRE) :]
    attendus = [
        "Cette version remplace « d-v1 ».",
        "Pièce ajoutée : n° 1, Bon & devis.",
        "Cette version remplace « e-v2 ».",
        "Points à vérifier avant le dépôt",
    ]
    rangs = [suite.index(attendu) for attendu in attendus]
    assert rangs == sorted(rangs)


def test_une_voie_fermee_n_est_pas_dite_ouverte_et_son_texte_suit_son_etat() -> None:
    voie = {
        "libelle": "Voie",
        "ouverture": "fermée",
        "motif": "Exclue (loi du 23 avril 2026).",
        "texte": "CPC, art. 1405",
        "frais": "Sans frais.",
    }
    lue = rendre(NOTE, donnees(NOTE, voies=[voie])).replace("\u00a0", " ")
    assert "Voies de droit\n" in lue
    assert "Fermée (CPC, art. 1405). Exclue (loi du 23 avril 2026). Sans frais." in lue
    assert "Voies ouvertes" not in lue
    assert ". (" not in lue
