"""What a dossier lacks before it is sealed: each gap on both sides of its limit, and who does without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from dossier.core.completude import Lacune, lacunes, non_levees
from dossier.core.creance import Adresse, Creancier, Facture, Genre
from dossier.core.decompte import etablir_decompte
from dossier.core.errors import ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.examen import Creance, examiner
from dossier.core.faits import DerogationDonnee, GenrePiece
from dossier.core.pieces import Piece
from tests.core.droit.loi import droit
from tests.core.vie import archive, creancier, debiteur, facture, standard

JOUR = date(2026, 8, 21)
TOUTES = tuple(GenrePiece)
PIECES = {"facture", "obligation", "execution", "depot", "avis", "identite", "bodacc", "compte"}


def etat(la_facture: Facture | None = None) -> Etat:
    la_facture = la_facture or facture()
    return Etat(facture=la_facture, scenario="standard", source=None, debiteur=la_facture.debiteur.cle)


def piece(genre: GenrePiece, *creances: str, jour: date = JOUR) -> Piece:
    return Piece(1, genre, creances or ("FA-1",), genre.value, jour, archive(f"{genre.value}.pdf"))


def pieces(*genres: GenrePiece, jour: date = JOUR) -> tuple[Piece, ...]:
    return tuple(piece(genre, jour=jour) for genre in genres)


def trouver(
    lues: Sequence[Piece] = pieces(*TOUTES),
    *,
    etats: Sequence[Etat] = (),
    qui: Creancier | None = None,
    jour: date = JOUR,
) -> dict[str, Lacune]:
    etats = etats or (etat(),)
    creances = [
        Creance(
            e,
            standard(),
            etablir_decompte(
                e.facture.montant_ttc, e.facture.echeance, [], JOUR, droit(), genre=Genre.ENTREPRISE
            ),
        )
        for e in etats
    ]
    examen = examiner(creances, creancier(), droit(), JOUR)
    trouvees = lacunes(etats, lues, examen, qui or creancier(), droit().completude, jour)
    return {lacune.code: lacune for lacune in trouvees}


def test_un_dossier_complet_n_a_pas_de_lacune() -> None:
    assert trouver() == {}


def test_un_dossier_sans_piece_les_nomme_toutes_celle_qui_le_retient_d_abord() -> None:
    trouvees = trouver(())
    assert set(trouvees) == PIECES
    assert [code for code, lacune in trouvees.items() if lacune.bloquante] == ["facture"]
    assert next(iter(trouvees)) == "facture"


def test_chaque_lacune_dit_son_texte_son_risque_et_son_remede() -> None:
    assert trouver(())["facture"].phrase == (
        "Facture FA-1 : la copie de la facture manque (CPC, art. 1407). Sans la facture, la requête n'est pas "
        "accompagnée de ses documents justificatifs : elle sera rejetée. Joignez la facture (PDF) comme pièce."
    )


def test_a_un_tiers_chaque_lacune_dit_son_risque_sans_dire_quoi_faire() -> None:
    assert trouver(())["compte"].trouvee == (
        "Facture FA-1 : le relevé de compte du débiteur manque (code civil, art. 1353). Un paiement ou un avoir "
        "oublié fait rejeter la demande en partie, et discute le reste."
    )


@pytest.mark.parametrize("genre", [GenrePiece.CONTRAT, GenrePiece.DEVIS, GenrePiece.COMMANDE, GenrePiece.CGV])
def test_un_seul_des_papiers_de_l_engagement_suffit(genre: GenrePiece) -> None:
    assert set(trouver((piece(genre),))) == PIECES - {"obligation"}


@pytest.mark.parametrize(
    ("genre", "code", "jours"), [(GenrePiece.IDENTITE, "identite", 92), (GenrePiece.BODACC, "bodacc", 8)]
)
def test_une_verification_du_debiteur_vieillit(genre: GenrePiece, code: str, jours: int) -> None:
    for age, perimee in ((0, False), (jours, False), (jours + 1, True), (-1, True)):
        verifiee = piece(genre, jour=JOUR - timedelta(days=age))
        assert (code in trouver((verifiee,))) is perimee, age


def test_les_autres_pieces_ne_vieillissent_pas() -> None:
    anciennes = pieces(*TOUTES, jour=date(2020, 1, 1))
    assert set(trouver(anciennes)) == {"identite", "bodacc"}


def test_une_piece_d_une_autre_facture_ne_prouve_pas_celle_ci() -> None:
    deux = (etat(), etat(facture(numero="FA-2")), etat(facture(numero="FA-3")))
    trouvees = trouver(pieces(*TOUTES), etats=deux)
    assert trouvees["facture"].constat == "Factures FA-2, FA-3 : la copie de la facture manque"
    une = trouver((*pieces(*TOUTES), piece(GenrePiece.FACTURE, "FA-2")), etats=deux)
    assert une["facture"].constat == "Facture FA-3 : la copie de la facture manque"


def test_ce_qui_prouve_le_debiteur_sert_a_toutes_ses_factures() -> None:
    deux = (etat(), etat(facture(numero="FA-2")))
    assert {"identite", "bodacc"}.isdisjoint(trouver(pieces(*TOUTES), etats=deux))
    assert trouver((), etats=deux)["bodacc"].constat.startswith(
        "Factures FA-1, FA-2 : aucun contrôle du BODACC"
    )


def test_une_piece_commune_prouve_chacune_de_ses_factures() -> None:
    deux = (etat(), etat(facture(numero="FA-2")))
    assert "facture" not in trouver((piece(GenrePiece.FACTURE, "FA-1", "FA-2"),), etats=deux)


def test_un_creancier_sans_mentions_les_nomme_toutes() -> None:
    incomplet = creancier().model_copy(update={"rcs": "", "qualite": "  "})
    lacune = trouver(qui=incomplet)["creancier"]
    assert (
        lacune.constat
        == "L'identité du créancier est incomplète : son registre, la qualité de son représentant"
    )
    assert lacune.bloquante


def test_un_tribunal_a_verifier_ne_retient_pas_le_dossier() -> None:
    ailleurs = debiteur(adresse=Adresse(lignes=("1 rue A",), code_postal="", ville="Lyon"))
    lacune = trouver(etats=(etat(facture(debiteur=ailleurs)),))["juridiction"]
    assert lacune.constat.startswith("La juridiction est à choisir ou à vérifier : ")
    assert not lacune.bloquante


def test_ce_qui_interdit_la_requete_retient_le_dossier_sans_phrase_a_trous() -> None:
    a_l_etranger = debiteur(
        adresse=Adresse(lignes=("1 rue A",), code_postal="1000", ville="Bruxelles", pays="BE")
    )
    trouvees = trouver(etats=(etat(facture(debiteur=a_l_etranger)),))
    premiere = next(iter(trouvees.values()))
    assert premiere.code == "hors_de_france"
    assert premiere.bloquante
    assert "  " not in premiere.phrase
    assert ".." not in premiere.phrase


def test_des_regles_que_personne_n_a_verifiees_ne_s_appliquent_pas() -> None:
    fin = droit().completude.verifie_jusqu_au
    assert "facture" in trouver((), jour=fin)
    with pytest.raises(ParametreNonCouvert, match="completude"):
        trouver((), jour=fin + timedelta(days=1))


def derogation(*codes: str) -> DerogationDonnee:
    return DerogationDonnee(lacunes=codes, par="Alice", motif="urgence", jour=JOUR)


def avec(*derogations: DerogationDonnee, numero: str = "FA-1") -> Etat:
    le = etat(facture(numero=numero))
    return Etat(
        facture=le.facture,
        scenario=le.scenario,
        source=None,
        debiteur=le.debiteur,
        derogations=derogations,
    )


def bloquantes(*etats: Etat) -> list[str]:
    qui = creancier().model_copy(update={"siren": ""})
    return [lacune.code for lacune in non_levees(trouver((), etats=etats, qui=qui).values(), etats)]


def test_seules_les_lacunes_bloquantes_que_personne_n_a_prises_sur_lui_restent() -> None:
    assert sorted(bloquantes(avec())) == ["creancier", "facture"]
    assert bloquantes(avec(derogation("facture"))) == ["creancier"]
    assert bloquantes(avec(derogation("facture"), derogation("creancier"))) == []
    assert bloquantes(avec(derogation("facture", "creancier"))) == []


def test_une_derogation_ne_vaut_que_pour_les_factures_qui_la_portent_toutes() -> None:
    une, autre = avec(derogation("facture", "creancier")), avec(derogation("creancier"), numero="FA-2")
    assert bloquantes(une, autre) == ["facture"]
    assert non_levees([], ()) == ()
