from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.core.creance import Adresse
from dossier.core.faits import (
    GENESE,
    AccuseRecu,
    AdresseVerifiee,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    CauseAnnulation,
    Contenu,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    Decision,
    DerogationDonnee,
    Destinataire,
    DocumentEtabli,
    DossierPrepare,
    DossierRecu,
    DossierScelle,
    DossierTransmis,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EnvoiSignale,
    EtapeAvancee,
    EtapeSautee,
    EvenementPli,
    Fait,
    GenreDocument,
    GenrePiece,
    GenreScan,
    IssuePli,
    LigneAVoir,
    LigneEcartee,
    LitigeLeve,
    LitigeOuvert,
    Mensualite,
    NatureProcedure,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PaiementAnnule,
    PaiementRecu,
    PieceAjoutee,
    PieceRetiree,
    PliDepose,
    PremierActe,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    ProcedureReprise,
    ProcedureSuspendue,
    PromesseFaite,
    QuestionPosee,
    RaisonLitige,
    RemiseDouteuse,
    RemiseTentee,
    RequeteDeposee,
    ResultatAppel,
    RevisionDemandee,
    RevisionRetiree,
    ScanRecu,
    ScenarioChange,
    Sens,
    SensOrdonnance,
    SourceAccuse,
    SuiviRecu,
    enchainer,
    rupture_de_chaine,
)
from tests.core.vie import facture

MIDI = datetime(2026, 5, 4, 12, tzinfo=UTC)
jours = st.dates(date(2020, 1, 1), date(2040, 1, 1))
euros = st.integers(1, 10**11).map(lambda cents: Decimal(cents) / 100)
textes = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
archives = st.builds(
    Archive,
    cle=st.just("creances/FA-1/a.pdf"),
    empreinte=st.binary(max_size=9).map(lambda octets: hashlib.sha256(octets).hexdigest()),
    taille=st.integers(0, 10**9),
    jeton=st.none() | st.just("creances/FA-1/a.pdf.tsr"),
)
commun: dict[str, Any] = {"jour": jours, "etape": textes, "cle": textes, "motif": textes, "par": textes}


evenements = st.builds(
    EvenementPli,
    code=textes,
    libelle=textes,
    instant=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    sens=st.sampled_from(Sens),
)


def contenus() -> st.SearchStrategy[Contenu]:
    """Any content, of any kind."""
    return st.one_of(*genres_de_contenu())


def avec(*noms: str, **autres: Any) -> dict[str, Any]:
    """The fields of these names, as most faits have them, and the others."""
    return {**{nom: commun[nom] for nom in noms}, **autres}


def genres_de_contenu() -> list[st.SearchStrategy[Any]]:
    """One strategy per kind of fait."""
    peut_etre = st.none() | archives

    factures = st.builds(
        lambda e, m, o: facture(echeance=max(e, date(2026, 5, 4)), montant_ttc=m, objet=o),
        jours,
        euros,
        textes,
    )
    return [
        st.builds(CreanceOuverte, facture=factures, scenario=textes, source=peut_etre),
        st.builds(EtapeSautee, **avec("etape", "motif", "jour")),
        st.builds(EtapeAvancee, **avec("etape", "motif", "par", "jour")),
        st.builds(
            EnvoiPrepare,
            **avec("cle", "etape", "jour"),
            canal=st.sampled_from(Canal),
            intitule=textes,
            destinataire=textes,
            reste=euros,
            pdf=archives,
            source=archives,
        ),
        st.builds(
            EnvoiFait,
            **avec("cle", "jour", preuve=textes, transporteur=textes, reference=textes, reponse=peut_etre),
        ),
        st.builds(EnvoiSignale, **avec("cle", "motif", "jour")),
        st.builds(
            AdresseVerifiee,
            **avec("par", "jour", source=textes, preuve=peut_etre),
            adresse=st.builds(
                Adresse, lignes=st.tuples(textes), code_postal=textes, ville=textes, pays=st.just("BE")
            ),
        ),
        st.builds(
            SuiviRecu,
            **avec("cle", "jour", transporteur=textes, definitif=st.booleans(), reponse=archives),
            evenements=st.lists(evenements, min_size=1, max_size=3).map(tuple),
        ),
        st.builds(
            ScanRecu, **avec("cle", "jour", genre=st.sampled_from(GenreScan), fichier=textes, pdf=archives)
        ),
        st.builds(PliDepose, **avec("cle", "jour", numero=textes, preuve=peut_etre)),
        st.builds(
            AccuseRecu,
            **avec(
                "cle", "jour", issue=st.sampled_from(IssuePli), premiere_presentation=jours, preuve=peut_etre
            ),
            numero=textes,
            source=st.sampled_from(SourceAccuse),
        ),
        st.builds(EnvoiRemplace, **avec("cle", "par", "jour", pdf=archives, source=archives)),
        st.builds(
            DocumentEtabli,
            **avec(
                "jour", genre=st.sampled_from(GenreDocument), intitule=textes, pdf=archives, source=archives
            ),
        ),
        st.builds(EnvoiRetire, **avec("cle", "motif", "jour")),
        st.builds(RemiseTentee, **avec("cle", "jour", transporteur=textes)),
        st.builds(RemiseDouteuse, **avec("cle", "motif", "jour")),
        st.builds(QuestionPosee, **avec("etape", question=textes)),
        st.builds(
            ApprobationDonnee,
            **avec("etape", "par", "motif", "jour"),
            envoi=textes,
            decision=st.sampled_from(Decision),
            jusqu_au=st.none() | jours,
        ),
        st.builds(
            AppelConsigne,
            **avec("etape", "par", "jour", resultat=st.sampled_from(ResultatAppel), note=textes),
        ),
        st.builds(PaiementRecu, **avec("jour", montant=euros, reference=textes, moyen=textes)),
        *annulations_et_promesses(),
        st.builds(AvoirEmis, **avec("jour", numero=textes, montant=euros, pdf=peut_etre)),
        st.builds(
            ProcedureCollectiveOuverte,
            **avec("jour"),
            nature=st.sampled_from(NatureProcedure),
            jugement=jours,
            publication=st.none() | jours,
            declaration_avant=st.none() | jours,
            mandataire=textes,
        ),
        st.builds(ProcedureCollectiveEcartee, **avec("motif", "jour")),
        st.builds(CreanceDeclaree, **avec("jour", envoi=textes, preuve=peut_etre)),
        st.builds(LitigeOuvert, **avec("motif", "jour", raison=st.none() | st.sampled_from(RaisonLitige))),
        st.builds(LitigeLeve, **avec("jour", conclusion=textes)),
        st.builds(ProcedureSuspendue, **avec("motif", "par", "jour", jusqu_au=st.none() | jours)),
        st.builds(ProcedureReprise, **avec("motif", "par", "jour")),
        st.builds(ScenarioChange, **avec("motif", "par", "jour", scenario=textes)),
        st.builds(
            EcheancierAccorde,
            **avec("jour"),
            mensualites=st.lists(
                st.builds(Mensualite, jour=jours, montant=euros), min_size=1, max_size=3
            ).map(tuple),
        ),
        st.builds(EcheancierRompu, **avec("jour", manquee=jours)),
        st.builds(
            PieceAjoutee, **avec("jour", genre=st.sampled_from(GenrePiece), intitule=textes, pdf=archives)
        ),
        st.builds(
            DossierPrepare,
            dossier=textes,
            creances=st.lists(textes, max_size=3).map(tuple),
            pilote=textes,
            instant=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
        ),
        st.builds(
            DossierScelle,
            **avec("jour", dossier=textes, zip=archives, pieces=st.integers(0, 99), total=euros),
        ),
        st.builds(RevisionDemandee, **avec("motif", "par", "jour", dossier=textes)),
        st.builds(RevisionRetiree, **avec("motif", "par", "jour", dossier=textes)),
        st.builds(PieceRetiree, **avec("motif", "par", "jour", intitule=textes, empreinte=st.just("a" * 64))),
        st.builds(
            LigneAVoir,
            **avec("jour", "motif"),
            releve=textes,
            reference=textes,
            montant=euros,
            ligne=st.just("a" * 16),
            credit=st.booleans(),
            creances=st.just(("FA-1", "FA-2")),
        ),
        st.builds(LigneEcartee, **avec("motif", "par", "jour", ligne=st.just("a" * 16))),
        st.builds(
            DerogationDonnee,
            **avec("par", "motif", "jour", lacunes=st.lists(textes, min_size=1, max_size=3).map(tuple)),
        ),
        *suites_du_dossier(),
        st.builds(CreanceSoldee, **avec("jour", renonce=st.none() | euros)),
        st.builds(CreanceAbandonnee, **avec("motif", "jour")),
    ]


def annulations_et_promesses() -> list[st.SearchStrategy[Any]]:
    """What undoes a payment, or announces one."""
    paiements = st.builds(PaiementRecu, **avec("jour", montant=euros, reference=textes, moyen=textes))
    causes = st.sampled_from(CauseAnnulation)
    return [
        st.builds(PaiementAnnule, **avec("motif", "par", "jour", paiement=paiements, cause=causes)),
        st.builds(PromesseFaite, **avec("jour", promis_le=jours, montant=st.none() | euros, de=textes)),
    ]


def suites_du_dossier() -> list[st.SearchStrategy[Any]]:
    """What follows a sealed dossier, one strategy per kind."""
    prouve: dict[str, Any] = {"jour": jours, "preuve": st.none() | archives}
    return [
        st.builds(
            DossierTransmis,
            dossier=textes,
            qualite=st.sampled_from(Destinataire),
            a=textes,
            moyen=textes,
            lien_jusqu_au=st.none() | st.just(MIDI),
            par=textes,
            jour=jours,
        ),
        st.builds(DossierRecu, dossier=textes, de=textes, **prouve),
        st.builds(RequeteDeposee, juridiction=textes, numero=textes, **prouve),
        st.builds(
            OrdonnanceRendue, sens=st.sampled_from(SensOrdonnance), montant=st.none() | euros, **prouve
        ),
        st.builds(OrdonnanceSignifiee, a_personne=st.booleans(), **prouve),
        st.builds(PremierActe, nature=textes, **prouve),
        st.builds(
            OppositionFormee,
            notification=st.none() | jours,
            invitation_a_consigner=st.none() | jours,
            **prouve,
        ),
    ]


def chaine(*suite: Contenu) -> tuple[Fait, ...]:
    faits: list[Fait] = []
    for rang, contenu in enumerate(suite):
        instant = MIDI + timedelta(minutes=rang)
        faits.append(enchainer(faits[-1] if faits else None, "FA-1", instant, "essai", contenu))
    return tuple(faits)


@given(contenus())
def test_chaque_contenu_se_relit_tel_qu_il_a_ete_ecrit(contenu: Contenu) -> None:
    fait = chaine(contenu)[0]
    assert fait.contenu == contenu
    assert Fait.model_validate_json(fait.model_dump_json()) == fait
    assert rupture_de_chaine((Fait.model_validate_json(fait.model_dump_json()),)) is None


def test_aucun_genre_de_fait_n_echappe_a_ces_essais() -> None:
    assert len(genres_de_contenu()) == len(get_args(get_args(Contenu)[0]))


@given(st.lists(contenus(), min_size=1, max_size=4), textes)
def test_une_chaine_intacte_n_a_pas_de_rupture(suite: list[Contenu], auteur: str) -> None:
    faits: list[Fait] = []
    for contenu in suite:
        faits.append(enchainer(faits[-1] if faits else None, "FA-1", MIDI, auteur, contenu))
    assert faits[0].precedente == GENESE
    assert rupture_de_chaine(tuple(faits)) is None


@given(st.data())
def test_la_moindre_modification_d_un_champ_rompt_la_chaine(data: st.DataObject) -> None:
    faits = chaine(*data.draw(st.lists(contenus(), min_size=1, max_size=3)))
    rang = data.draw(st.integers(0, len(faits) - 1))
    champ = data.draw(st.sampled_from(sorted(Fait.model_fields)))
    avant = getattr(faits[rang], champ)
    apres = data.draw(_AUTRES[champ].filter(lambda valeur: valeur != avant))
    altere = faits[rang].model_copy(update={champ: apres})
    rompue = rupture_de_chaine((*faits[:rang], altere, *faits[rang + 1 :]))
    assert rompue is not None
    assert f"n° {rang + 1}" in rompue or f"n° {rang + 2}" in rompue


_EMPREINTES = st.binary(max_size=4).map(lambda octets: hashlib.sha256(octets).hexdigest())
_AUTRES: dict[str, st.SearchStrategy[Any]] = {
    "creance": textes,
    "numero": st.integers(1, 9),
    "instant": st.integers(-(10**9), 10**9).map(lambda ecart: MIDI + timedelta(microseconds=ecart)),
    "auteur": textes,
    "texte": textes | st.builds(lambda c: c.model_dump_json(), contenus()),
    "precedente": _EMPREINTES,
    "empreinte": _EMPREINTES,
}


def test_un_fait_retire_deplace_ou_repete_se_voit() -> None:
    un, deux, trois = chaine(*(LitigeOuvert(motif=m, jour=date(2026, 5, 4)) for m in "abc"))
    assert "le fait n° 2 manque" in (rupture_de_chaine((un, trois)) or "")
    assert "le fait n° 1 manque" in (rupture_de_chaine((deux, trois)) or "")
    assert "le fait n° 2" in (rupture_de_chaine((un, trois, deux)) or "")
    assert "le fait n° 2" in (rupture_de_chaine((un, un)) or "")
    assert rupture_de_chaine((un, deux)) is None
    assert rupture_de_chaine(()) is None


def test_l_empreinte_se_recalcule_sans_ce_logiciel() -> None:
    fait = chaine(LitigeOuvert(motif="Abîmé", jour=date(2026, 5, 4)))[0]
    lignes = "\n".join([GENESE, "FA-1", "1", "2026-05-04T12:00:00+00:00", "essai", fait.texte])
    assert fait.empreinte == hashlib.sha256(lignes.encode()).hexdigest()


def test_un_auteur_entoure_d_espaces_ne_rompt_pas_la_chaine() -> None:
    fait = enchainer(None, "FA-1", MIDI, "  Camille\nExemple ", LitigeOuvert(motif="x", jour=MIDI.date()))
    assert fait.auteur == "Camille Exemple"
    assert rupture_de_chaine((fait,)) is None


def test_une_version_inconnue_ou_un_champ_de_trop_est_refuse() -> None:
    fait = chaine(LitigeOuvert(motif="x", jour=date(2026, 5, 4)))[0]
    for texte in (fait.texte.replace('"version":1', '"version":2'), fait.texte[:-1] + ',"plus":1}'):
        with pytest.raises(ValidationError):
            _ = fait.model_copy(update={"texte": texte}).contenu


def test_un_suivi_sans_aucun_evenement_n_est_pas_un_fait() -> None:
    reponse = Archive(cle="s.json", empreinte="0" * 64, taille=1)
    with pytest.raises(ValidationError):
        SuiviRecu(
            cle="k",
            transporteur="La Poste",
            evenements=(),
            definitif=False,
            reponse=reponse,
            jour=date(2026, 8, 5),
        )


def test_un_instant_sans_fuseau_est_refuse() -> None:
    with pytest.raises(ValueError, match="doit porter son fuseau"):
        enchainer(None, "FA-1", datetime(2026, 5, 4), "x", LitigeOuvert(motif="x", jour=date(2026, 5, 4)))
    with pytest.raises(ValidationError):
        DossierPrepare(dossier="d", creances=(), pilote="p", instant=datetime(2026, 5, 4))
    with pytest.raises(ValidationError):
        EvenementPli(code="DI1", libelle="", instant=datetime(2026, 5, 4), sens=Sens.DISTRIBUE)


def test_une_horloge_reculee_ne_date_pas_un_fait_avant_le_precedent() -> None:
    un = enchainer(None, "FA-1", MIDI, "essai", CreanceAbandonnee(motif="x", jour=date(2026, 6, 1)))
    deux = enchainer(un, "FA-1", MIDI - timedelta(seconds=1), "essai", un.contenu)
    assert deux.instant == un.instant
    assert rupture_de_chaine((un, deux)) is None
