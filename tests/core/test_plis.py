"""What a carrier's events mean for a letter, and which letters staff must keep an eye on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    AccuseRecu,
    Canal,
    Contenu,
    CreanceAbandonnee,
    CreanceOuverte,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRetire,
    EnvoiSignale,
    EvenementPli,
    GenreScan,
    IssuePli,
    PaiementRecu,
    PliDepose,
    ScanRecu,
    Sens,
    SourceAccuse,
    SuiviRecu,
)
from dossier.core.plis import Issue, accuse_du_transporteur, issue_des, plis_suivis, references
from tests.core.vie import Vie, archive, evenement, facture, standard

D5, D6, D7, D20 = (date(2026, 8, quantieme) for quantieme in (5, 6, 7, 20))
DECISIFS = {
    Sens.DISTRIBUE: IssuePli.DISTRIBUE,
    Sens.REFUSE: IssuePli.REFUSE,
    Sens.NON_RECLAME: IssuePli.AVISE_NON_RECLAME,
    Sens.NPAI: IssuePli.NPAI,
}
MUETS = [sens for sens in Sens if sens not in DECISIFS]


def suite(*dits: tuple[Sens, date]) -> tuple[EvenementPli, ...]:
    return tuple(evenement(sens, jour) for sens, jour in dits)


# L'issue que disent les événements


@pytest.mark.parametrize("sens", MUETS)
def test_un_evenement_du_voyage_ou_un_retour_sans_motif_ne_dit_aucune_issue(sens: Sens) -> None:
    assert issue_des(suite((sens, D5))) is None
    assert issue_des(()) is None


@pytest.mark.parametrize(("sens", "issue"), DECISIFS.items())
def test_chaque_fin_dit_son_issue_presentee_le_jour_du_premier_avis(sens: Sens, issue: IssuePli) -> None:
    evenements = suite((Sens.ACHEMINE, D5), (Sens.PRESENTE, D6), (Sens.PRESENTE, D7), (sens, D20))
    assert issue_des(evenements) == Issue(issue, D6, D20)


@pytest.mark.parametrize(("sens", "issue"), DECISIFS.items())
def test_sans_presentation_connue_le_jour_de_la_fin_en_tient_lieu_le_plus_tardif_donc_prudent(
    sens: Sens, issue: IssuePli
) -> None:
    evenements = suite((Sens.PRIS_EN_CHARGE, D5), (Sens.ACHEMINE, D6), (Sens.INCIDENT, D7), (sens, D20))
    assert issue_des(evenements) == Issue(issue, D20, D20)


def test_ce_qui_suit_la_fin_ne_la_change_pas() -> None:
    assert issue_des(suite((Sens.REFUSE, D6), (Sens.ACHEMINE, D7), (Sens.INCIDENT, D20))) == Issue(
        IssuePli.REFUSE, D6, D6
    )


@pytest.mark.parametrize(("premier", "second"), list(permutations(DECISIFS, 2)))
def test_de_deux_fins_la_derniere_compte(premier: Sens, second: Sens) -> None:
    trouvee = issue_des(suite((premier, D6), (second, D7)))
    assert trouvee is not None
    assert (trouvee.issue, trouvee.jour) == (DECISIFS[second], D7)


@pytest.mark.parametrize("sens", [Sens.REFUSE, Sens.NON_RECLAME, Sens.NPAI])
def test_un_retour_garde_le_motif_qui_l_a_precede(sens: Sens) -> None:
    evenements = suite((Sens.PRESENTE, D5), (sens, D6), (Sens.RETOURNE, D7), (Sens.RETOURNE, D20))
    assert issue_des(evenements) == Issue(DECISIFS[sens], D5, D6)


def test_un_retour_apres_une_distribution_ne_laisse_aucune_issue() -> None:
    assert issue_des(suite((Sens.DISTRIBUE, D6), (Sens.RETOURNE, D7))) is None
    assert issue_des(suite((Sens.REFUSE, D5), (Sens.DISTRIBUE, D6), (Sens.RETOURNE, D7))) is None


def test_un_motif_dit_pendant_le_retour_est_l_issue() -> None:
    assert issue_des(suite((Sens.RETOURNE, D6), (Sens.NPAI, D7))) == Issue(IssuePli.NPAI, D7, D7)


def test_les_jours_sont_ceux_de_paris() -> None:
    minuit = EvenementPli(
        code="DI1", libelle="", instant=datetime(2026, 8, 5, 22, 30, tzinfo=UTC), sens=Sens.DISTRIBUE
    )
    assert issue_des([minuit]) == Issue(IssuePli.DISTRIBUE, D6, D6)
    onze_heures = minuit.model_copy(update={"instant": datetime(2026, 8, 5, 21, 59, tzinfo=UTC)})
    assert issue_des([onze_heures]) == Issue(IssuePli.DISTRIBUE, D5, D5)


@given(st.lists(st.sampled_from(Sens), max_size=8))
def test_la_premiere_presentation_ne_suit_jamais_l_issue_et_l_issue_a_ete_dite(dits: list[Sens]) -> None:
    evenements = suite(*((sens, date(2026, 8, rang)) for rang, sens in enumerate(dits, start=1)))
    trouvee = issue_des(evenements)
    if trouvee is None:
        return
    assert trouvee.premiere_presentation <= trouvee.jour
    assert trouvee.issue in {DECISIFS[sens] for sens in dits if sens in DECISIFS}


# Ce qui s'enregistre de ce que dit un transporteur


def test_une_issue_dite_s_enregistre_une_fois_puis_quand_elle_change() -> None:
    vie = Vie().a_la_poste()
    presente = suite((Sens.PRESENTE, D6))
    assert accuse_du_transporteur(vie.pli(), presente, "1A00000000002") is None
    distribue = suite((Sens.PRESENTE, D6), (Sens.DISTRIBUE, D7))
    dit = accuse_du_transporteur(vie.pli(), distribue, "1A00000000002")
    assert dit == AccuseRecu(
        cle="mise-en-demeure:lrar",
        issue=IssuePli.DISTRIBUE,
        premiere_presentation=D6,
        jour=D7,
        numero="1A00000000002",
        source=SourceAccuse.TRANSPORTEUR,
    )
    vie.noter(dit)
    assert accuse_du_transporteur(vie.pli(), distribue, "1A00000000002") is None
    corrige = accuse_du_transporteur(vie.pli(), suite((Sens.DISTRIBUE, D6)), "")
    assert corrige is not None
    assert corrige.jour == D6


def test_la_meme_issue_saisie_par_une_personne_reste_la_sienne() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.DISTRIBUE, jour=D5)
    assert accuse_du_transporteur(vie.pli(), suite((Sens.DISTRIBUE, D7)), "") is None
    autre = accuse_du_transporteur(vie.pli(), suite((Sens.REFUSE, D7)), "")
    assert autre is not None
    assert autre.issue is IssuePli.REFUSE


def test_un_transporteur_corrige_par_une_personne_ne_se_repete_pas() -> None:
    vie = Vie().a_la_poste()
    vie.suivre(*suite((Sens.DISTRIBUE, D5)))
    vie.recevoir(IssuePli.REFUSE, jour=D5)
    assert accuse_du_transporteur(vie.pli(), suite((Sens.DISTRIBUE, D5), (Sens.ACHEMINE, D6)), "") is None


# Le tableau des recommandés à suivre

CLE = "mise-en-demeure:lrar"


def creance(numero: str, *puis: Contenu, groupe: tuple[str, ...] = (), cle: str = CLE) -> Etat:
    """That creance, whose registered letter was printed on 3 August 2026, and what followed."""
    lettre = EnvoiPrepare(
        cle=cle,
        etape="mise-en-demeure",
        canal=Canal.LRAR,
        jour=date(2026, 8, 3),
        intitule="Mise en demeure",
        destinataire="",
        reste=Decimal(1000),
        pdf=archive(),
        source=archive(),
        groupe=groupe,
    )
    ouverture = CreanceOuverte(facture=facture(numero=numero), scenario="standard")
    fait = EnvoiFait(cle=cle, jour=date(2026, 8, 3), preuve="bac")
    return poursuivre(None, [ouverture, lettre, fait, *puis])


def depot(jour: date = date(2026, 8, 4), cle: str = CLE) -> PliDepose:
    return PliDepose(cle=cle, numero="1A00000000002", jour=jour)


def accuse(issue: IssuePli, source: SourceAccuse = SourceAccuse.PERSONNE) -> AccuseRecu:
    return AccuseRecu(cle=CLE, issue=issue, premiere_presentation=D6, jour=D6, source=source)


def suivi(*dits: tuple[Sens, date]) -> SuiviRecu:
    return SuiviRecu(
        cle=CLE, transporteur="La Poste", evenements=suite(*dits), definitif=False, reponse=archive(), jour=D7
    )


def lignes(*etats: Etat, jour: date = D6) -> list[tuple[str, str, int]]:
    return [
        (pli.facture, pli.situation, pli.retard)
        for pli in plis_suivis([(etat, standard()) for etat in etats], jour)
    ]


def test_un_pli_a_ou_il_en_est() -> None:
    scan = ScanRecu(cle=CLE, genre=GenreScan.AVIS, fichier="a.pdf", pdf=archive("s.pdf"), jour=D6)
    cas: dict[str, tuple[Contenu, ...]] = {
        "à déposer": (),
        "avis reçu, dépôt à enregistrer": (accuse(IssuePli.DISTRIBUE),),
        "à relire : adresse du débiteur changée": (
            EnvoiSignale(cle=CLE, motif="adresse du débiteur changée", jour=D5),
        ),
        "à relire : paiement reçu depuis": (PaiementRecu(montant=Decimal(1), jour=D5, reference=""),),
        "déposé, sans nouvelle": (depot(),),
        "avisé le 06/08/2026": (depot(), suivi((Sens.PRIS_EN_CHARGE, D5), (Sens.PRESENTE, D6))),
        "pli retourné, motif à lire sur l'enveloppe": (
            depot(),
            suivi((Sens.RETOURNE, D5), (Sens.ACHEMINE, D6)),
        ),
        "avis numérisé, issue à enregistrer": (depot(), scan),
        "revenu NPAI, adresse à vérifier": (depot(), accuse(IssuePli.NPAI)),
        "issue contradictoire, à confirmer": (
            depot(),
            accuse(IssuePli.REFUSE),
            accuse(IssuePli.DISTRIBUE, SourceAccuse.TRANSPORTEUR),
        ),
    }
    for situation, puis in cas.items():
        (ligne,) = lignes(creance("FA-1", *puis), jour=D5)
        assert ligne == ("FA-1", situation, 0)


@pytest.mark.parametrize("issue", [IssuePli.DISTRIBUE, IssuePli.REFUSE, IssuePli.AVISE_NON_RECLAME])
def test_un_pli_depose_dont_l_issue_est_connue_n_est_plus_a_suivre(issue: IssuePli) -> None:
    assert lignes(creance("FA-1", depot(), accuse(issue))) == []


def test_ce_qui_n_est_ni_un_recommande_ni_imprime_ni_encore_a_partir_n_est_pas_a_suivre() -> None:
    vie = Vie()
    vie.aller(date(2026, 7, 5))
    assert lignes(vie.etat) == [], "courriels et lettres simples"
    assert lignes(Vie().a_l_approbation().noter(depot(cle="avant-contentieux:lrar")).etat) == [
        ("FA-1", "déposé, sans nouvelle", 0)
    ], "la mise en demeure attend son accord"
    assert lignes(creance("FA-1", EnvoiRetire(cle=CLE, motif="erreur", jour=D5))) == []


@pytest.mark.parametrize(("jour", "retard"), [(D5, 0), (D6, 1), (D20, 15)])
def test_une_lettre_imprimee_est_en_retard_apres_deux_jours_sans_depot(jour: date, retard: int) -> None:
    assert lignes(creance("FA-1"), jour=jour) == [("FA-1", "à déposer", retard)]


@pytest.mark.parametrize(("jour", "retard"), [(date(2026, 8, 8), 0), (date(2026, 8, 9), 1)])
def test_une_lettre_confiee_a_un_transporteur_est_en_retard_apres_cinq_jours(jour: date, retard: int) -> None:
    confiee = EnvoiFait(cle=CLE, jour=date(2026, 8, 3), preuve="", transporteur="Maileva", reference="R")
    etat = creance("FA-1", confiee)
    assert lignes(etat, jour=jour) == [("FA-1", "confié à Maileva", retard)]
    assert references(etat) == {"R"}
    assert lignes(creance("FA-1", confiee, suivi((Sens.ACHEMINE, D5))), jour=D5) == [
        ("FA-1", "confié à Maileva (en cours d'acheminement le 05/08/2026)", 0)
    ]


@pytest.mark.parametrize(("jour", "retard"), [(date(2026, 8, 29), 0), (date(2026, 8, 30), 1)])
def test_un_pli_depose_est_en_retard_apres_vingt_cinq_jours(jour: date, retard: int) -> None:
    etat = creance("FA-1", depot())
    assert lignes(etat, jour=jour) == [("FA-1", "déposé, sans nouvelle", retard)]
    assert references(etat) == {"1A00000000002"}


def test_les_plis_en_retard_viennent_d_abord_les_plus_anciens_avant_les_autres() -> None:
    recents = [creance("FA-2", depot(D6)), creance("FA-1", depot(D6)), creance("FA-3", depot(D5))]
    oublie = creance("FA-4")
    for ordre in permutations([*recents, oublie]):
        assert [ligne[0] for ligne in lignes(*ordre, jour=D20)] == ["FA-4", "FA-3", "FA-1", "FA-2"]


def commune(numero: str, *puis: Contenu) -> Etat:
    return creance(numero, *puis, groupe=("FA-1", "FA-2"), cle=f"{CLE}:0a1b")


def test_une_lettre_commune_n_a_qu_une_ligne_au_nom_de_toutes_ses_factures() -> None:
    assert lignes(commune("FA-1"), commune("FA-2")) == [("FA-1, FA-2", "à déposer", 1)]
    deux = [creance("FA-1"), creance("FA-2")]
    assert len(lignes(*deux)) == 2, "deux lettres de même étape restent deux lettres"


def test_d_une_lettre_commune_la_creance_ouverte_et_la_reserve_parlent_quel_que_soit_l_ordre() -> None:
    motif = "la somme due sur FA-1 a changé"
    payee = commune("FA-1", CreanceAbandonnee(motif="x", jour=D5))
    autre = commune("FA-2", EnvoiSignale(cle=f"{CLE}:0a1b", motif=motif, jour=D5))
    for ordre in permutations([payee, autre]):
        assert lignes(*ordre) == [("FA-1, FA-2", f"à relire : {motif}", 1)]
    for ordre in permutations([commune("FA-1"), autre]):
        assert lignes(*ordre) == [("FA-1, FA-2", f"à relire : {motif}", 1)]


def test_d_une_creance_close_seule_une_lettre_qui_n_est_pas_partie_reste_a_suivre() -> None:
    close = CreanceAbandonnee(motif="x", jour=D5)
    assert lignes(creance("FA-1", close)) == [("FA-1", "à détruire : la créance est close", 1)]
    assert lignes(creance("FA-1", depot(), close)) == []
    assert lignes(creance("FA-1", accuse(IssuePli.DISTRIBUE), close)) == [], "un avis : elle est partie"
    assert lignes(creance("FA-1", depot(), accuse(IssuePli.NPAI), close)) == []
    confiee = EnvoiFait(cle=CLE, jour=date(2026, 8, 3), preuve="", transporteur="Maileva", reference="R")
    assert lignes(creance("FA-1", confiee, close), jour=D5) == [
        ("FA-1", "à annuler auprès de Maileva : la créance est close", 0)
    ]


def test_une_ligne_mene_a_sa_creance_et_a_tous_ses_documents() -> None:
    depose = depot().model_copy(update={"preuve": archive("preuve.pdf")})
    scan = ScanRecu(cle=CLE, genre=GenreScan.AVIS, fichier="a.pdf", pdf=archive("s.pdf"), jour=D6)
    (pli,) = plis_suivis([(creance("FA-1", depose, scan), standard())], D6)
    assert pli.creances == ("FA-1",)
    assert [document.cle for document in pli.documents][1:] == [
        archive("preuve.pdf").cle,
        archive("s.pdf").cle,
    ]
    (seule,) = plis_suivis([(creance("FA-1", depot()), standard())], D6)
    assert len(seule.documents) == 1
