"""A document common to several creances: what is recorded of it is recorded of all of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    AccuseRecu,
    ApprobationDonnee,
    Canal,
    Contenu,
    CreanceAbandonnee,
    CreanceOuverte,
    Decision,
    EcheancierAccorde,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EnvoiSignale,
    GenreScan,
    IssuePli,
    LitigeOuvert,
    Mensualite,
    NatureProcedure,
    PaiementRecu,
    PliDepose,
    ProcedureCollectiveOuverte,
    QuestionPosee,
    RemiseTentee,
    ScanRecu,
    Sens,
    SuiviRecu,
)
from dossier.core.groupes import cle_commune, membres, partager
from tests.core.vie import archive, evenement, facture

JOUR = date(2026, 8, 5)
CLE, GROUPE = "mise-en-demeure:lrar:0a1b", ("FA-1", "FA-2", "FA-3")
TENTEE = RemiseTentee(cle=CLE, jour=JOUR)
FAIT = EnvoiFait(cle=CLE, jour=JOUR, preuve="bac")
DEPOT = PliDepose(cle=CLE, numero="1A00000000002", jour=JOUR)


def creance(*suite: Contenu, canal: Canal = Canal.LRAR, groupe: tuple[str, ...] = GROUPE) -> Etat:
    """FA-1, whose letter is common to those of `groupe`, and what followed."""
    prepare = EnvoiPrepare(
        cle=CLE,
        etape="mise-en-demeure",
        canal=canal,
        jour=JOUR,
        intitule="Mise en demeure",
        destinataire="",
        reste=Decimal(1000),
        pdf=archive(),
        source=archive(),
        groupe=groupe,
    )
    return poursuivre(None, [CreanceOuverte(facture=facture(), scenario="standard"), prepare, *suite])


FAUX: dict[str, Contenu] = {
    "la somme due sur FA-1 a changé": PaiementRecu(montant=Decimal(1), jour=JOUR, reference="VIR"),
    "FA-1 est contestée": LitigeOuvert(motif="Abîmé", jour=JOUR),
    "un échéancier est accordé sur FA-1": EcheancierAccorde(
        mensualites=(Mensualite(jour=JOUR, montant=Decimal(1000)),), jour=JOUR
    ),
    "procédure collective du débiteur": ProcedureCollectiveOuverte(
        nature=NatureProcedure.LIQUIDATION, jugement=JOUR, publication=None, declaration_avant=None, jour=JOUR
    ),
}


@pytest.mark.parametrize(
    "contenu",
    [
        EnvoiRemplace(cle=CLE, par="Camille", pdf=archive("b"), source=archive("b"), jour=JOUR),
        TENTEE,
        FAIT,
        DEPOT,
        SuiviRecu(
            cle=CLE,
            transporteur="La Poste",
            evenements=(evenement(Sens.PRESENTE, JOUR),),
            definitif=False,
            reponse=archive("s"),
            jour=JOUR,
        ),
        AccuseRecu(cle=CLE, issue=IssuePli.REFUSE, premiere_presentation=JOUR, jour=JOUR),
        ScanRecu(cle=CLE, genre=GenreScan.AVIS, fichier="a.pdf", pdf=archive("a"), jour=JOUR),
        EnvoiRetire(cle=CLE, motif="erreur", jour=JOUR),
        ApprobationDonnee(
            etape="mise-en-demeure", envoi=CLE, decision=Decision.APPROUVER, par="Essai", jour=JOUR
        ),
    ],
    ids=lambda contenu: contenu.type,
)
def test_ce_qui_touche_le_document_commun_s_ecrit_sur_chaque_creance(contenu: Contenu) -> None:
    ecrits = {"FA-1": [contenu], "FA-2": [contenu], "FA-3": [contenu]}
    assert partager(creance(), [contenu], JOUR) == ecrits
    assert partager(creance(groupe=()), [contenu], JOUR) == {"FA-1": [contenu]}


def test_ce_qui_ne_touche_que_sa_creance_n_est_ecrit_que_sur_elle() -> None:
    question = QuestionPosee(etape="mise-en-demeure", question="q")
    assert partager(creance(), [question], JOUR) == {"FA-1": [question]}


@pytest.mark.parametrize(("motif", "contenu"), FAUX.items())
def test_devenue_fausse_avant_son_depart_elle_est_reprise_de_toutes(motif: str, contenu: Contenu) -> None:
    retrait = EnvoiRetire(cle=CLE, motif=motif, jour=JOUR)
    assert partager(creance(), [contenu], JOUR) == {
        "FA-1": [contenu, retrait],
        "FA-2": [retrait],
        "FA-3": [retrait],
    }


@pytest.mark.parametrize("avant", [(TENTEE,), (TENTEE, FAIT)])
@pytest.mark.parametrize(("motif", "contenu"), FAUX.items())
def test_devenue_fausse_une_fois_imprimee_elle_est_signalee_aux_autres(
    motif: str, contenu: Contenu, avant: tuple[Contenu, ...]
) -> None:
    signale = EnvoiSignale(cle=CLE, motif=motif, jour=JOUR)
    assert partager(creance(*avant), [contenu], JOUR) == {
        "FA-1": [contenu],
        "FA-2": [signale],
        "FA-3": [signale],
    }


def test_elle_n_est_signalee_qu_une_fois() -> None:
    paye = FAUX["la somme due sur FA-1 a changé"]
    assert partager(creance(FAIT, paye), [paye], JOUR) == {"FA-1": [paye]}


def test_close_la_creance_le_dit_aux_autres() -> None:
    close = CreanceAbandonnee(motif="x", jour=JOUR)
    assert partager(creance(), [close], JOUR)["FA-2"] == [
        EnvoiRetire(cle=CLE, motif="la somme due sur FA-1 a changé", jour=JOUR)
    ]


@pytest.mark.parametrize("fini", [(FAIT, DEPOT), (EnvoiRetire(cle=CLE, motif="x", jour=JOUR),)])
def test_postee_ou_reprise_elle_n_est_plus_ni_reprise_ni_signalee(fini: tuple[Contenu, ...]) -> None:
    paye = FAUX["la somme due sur FA-1 a changé"]
    assert partager(creance(*fini), [paye], JOUR) == {"FA-1": [paye]}


def test_un_courriel_ou_une_lettre_simple_peut_etre_parti_se_refait() -> None:
    paye = FAUX["la somme due sur FA-1 a changé"]
    for canal in (Canal.EMAIL, Canal.COURRIER):
        assert isinstance(partager(creance(TENTEE, canal=canal), [paye], JOUR)["FA-2"][0], EnvoiRetire)
        assert partager(creance(FAIT, canal=canal), [paye], JOUR) == {"FA-1": [paye]}


def test_une_cle_commune_change_avec_chaque_fait_et_chaque_creance() -> None:
    un, deux = creance(), creance(FAIT)
    cles = [cle_commune("relance-1", "email", etats) for etats in ([un], [deux], [un, deux], [deux, un])]
    assert len(set(cles)) == 4
    assert cles[0] == cle_commune("relance-1", "email", [un])
    assert all(cle.startswith("relance-1:email:") for cle in cles)


def test_les_membres_sont_celles_qui_partagent_un_document_elle_d_abord() -> None:
    assert membres(creance(groupe=("FA-0", "FA-1"))) == ("FA-1", "FA-0")
    assert membres(creance(groupe=())) == ("FA-1",)
