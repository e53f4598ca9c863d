"""The figures of the house, on worked examples and on random portfolios."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    AvoirEmis,
    Canal,
    Contenu,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    DossierScelle,
    EcheancierAccorde,
    EcheancierRompu,
    EtapeSautee,
    IssuePli,
    LitigeOuvert,
    Mensualite,
    NatureProcedure,
    PaiementRecu,
    ProcedureCollectiveOuverte,
    PromesseFaite,
    RaisonLitige,
)
from dossier.core.tableau import Niveau, Tableau, Ventes, tableau
from dossier.core.tableau.dso import compte_a_rebours
from dossier.core.tableau.mouvements import jour_de_reglement, promesses_passees, solde_au
from tests.core.vie import Vie, archive, debiteur, facture, standard

JOUR = date(2026, 7, 1)
MARS = {"2026-03": Decimal(100_000), "2026-02": Decimal(80_000), "2026-01": Decimal(70_000)}


def etat(
    *suite: Contenu, echeance: date = JOUR, montant: str = "1000", qui: str = "", numero: str = "FA-1"
) -> Etat:
    """A creance whose invoice was issued thirty days before its échéance, then `suite`."""
    la_facture = facture(
        numero=numero,
        emission=echeance - timedelta(days=30),
        echeance=echeance,
        montant_ttc=Decimal(montant),
        debiteur=debiteur(denomination=qui or "Débiteur Imaginaire SARL", siren=None),
    )
    return poursuivre(None, [CreanceOuverte(facture=la_facture, scenario="standard"), *suite])


def paye(montant: str, jour: date) -> PaiementRecu:
    return PaiementRecu(montant=Decimal(montant), jour=jour, reference="VIR")


def credite(montant: str, jour: date) -> AvoirEmis:
    return AvoirEmis(numero="AV-1", montant=Decimal(montant), jour=jour)


def chiffres(*etats: Etat, jour: date = JOUR, ventes: Ventes | None = None) -> Tableau:
    return tableau(((etat, standard()) for etat in etats), jour, ventes)


def vues(*vies: Vie, jour: date) -> Tableau:
    return tableau(((vie.etat, vie.scenario) for vie in vies), jour)


# L'encours et son âge


@pytest.mark.parametrize(
    ("jours", "age"),
    [
        (-1, "Non échu"),
        (0, "Non échu"),
        (1, "1 à 30 jours"),
        (30, "1 à 30 jours"),
        (31, "31 à 60 jours"),
        (60, "31 à 60 jours"),
        (61, "61 à 90 jours"),
        (90, "61 à 90 jours"),
        (91, "Plus de 90 jours"),
    ],
)
def test_l_age_d_une_facture_se_compte_de_son_echeance_qui_n_est_pas_un_retard(jours: int, age: str) -> None:
    encours = chiffres(etat(echeance=JOUR - timedelta(days=jours))).encours
    assert [t.libelle for t in encours.tranches if t.nombre] == [age]
    assert encours.echu == (0 if age == "Non échu" else 1000)


def test_l_encours_laisse_de_cote_ce_qui_est_paye_ou_clos() -> None:
    partiel = etat(paye("400", JOUR), credite("100", JOUR))
    abandonne = etat(CreanceAbandonnee(motif="x", jour=JOUR))
    trop_paye = etat(paye("1200", JOUR))
    encours = chiffres(partiel, abandonne, trop_paye).encours
    assert (encours.nombre, encours.euros) == (1, 500)


def test_sans_creance_tout_est_a_zero() -> None:
    vide = chiffres()
    assert (vide.encours.nombre, vide.encours.euros, len(vide.encours.tranches)) == (0, 0, 5)
    assert (vide.dso, vide.recouvrement, vide.lettres, vide.delais, vide.risques, vide.litiges) == (
        None, (), (), (), (), (),
    )  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.integers(-60, 400),
            st.decimals(1, 9999, places=2),
            st.decimals(0, 9999, places=2),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_les_ages_s_additionnent_toujours_en_l_encours(cas: list[tuple[int, Decimal, Decimal, bool]]) -> None:
    etats = []
    for rang, (jours, montant, verse, clos) in enumerate(cas):
        faits: list[Contenu] = [paye(str(verse), JOUR)] if verse else []
        faits += [CreanceAbandonnee(motif="x", jour=JOUR)] if clos else []
        echeance = JOUR - timedelta(days=jours)
        etats.append(
            etat(*faits, echeance=echeance, montant=str(montant), numero=f"F-{rang}", qui=f"D{jours % 4}")
        )
    vu = chiffres(*etats)
    attendu = [max(Decimal(0), m - v) for _, m, v, clos in cas if not clos]
    assert sum(t.euros for t in vu.encours.tranches) == vu.encours.euros == sum(attendu)
    assert (
        sum(t.nombre for t in vu.encours.tranches) == vu.encours.nombre == sum(reste > 0 for reste in attendu)
    )
    assert vu.encours.echu == vu.encours.euros - vu.encours.tranches[0].euros
    assert sum(r.euros for r in vu.risques) == vu.encours.euros
    assert sum(r.factures for r in vu.risques) == vu.encours.nombre


# Le DSO par épuisement


@pytest.mark.parametrize(
    ("encours", "au", "jours", "assez"),
    [
        # 100 000 de mars (31 j), 80 000 de février (28 j), 32 000 des 70 000 de janvier (31 j).
        ("212000", date(2026, 3, 31), Decimal("73.17"), True),
        ("180000", date(2026, 3, 31), Decimal(59), True),
        ("100000", date(2026, 3, 31), Decimal(31), True),
        ("50000", date(2026, 3, 31), Decimal("15.5"), True),
        ("50000", date(2026, 3, 10), Decimal(5), True),
        ("0", date(2026, 3, 31), Decimal(0), True),
        ("250000", date(2026, 3, 31), Decimal(90), True),
        ("250001", date(2026, 3, 31), Decimal(90), False),
        ("1", date(2026, 4, 5), Decimal(0), False),
    ],
)
def test_l_encours_s_epuise_sur_les_ventes_les_plus_recentes(
    encours: str, au: date, jours: Decimal, assez: bool
) -> None:
    trouve, epuise = compte_a_rebours(Decimal(encours), MARS, au)
    assert round(trouve, 2) == jours
    assert epuise is assez


def test_un_mois_sans_vente_compte_ses_jours() -> None:
    assert compte_a_rebours(
        Decimal(100), {"2026-02": Decimal(0), "2026-01": Decimal(200)}, date(2026, 2, 28)
    ) == (
        Decimal("43.5"),
        True,
    )


def test_sans_fichier_de_ventes_le_dso_est_partiel_et_compte_les_factures_connues() -> None:
    # Émises le 2 mai (payée) et le 1er juin : juillet est sans vente, juin épuise l'encours.
    payee = etat(paye("1000", JOUR), CreanceSoldee(renonce=None, jour=JOUR), echeance=date(2026, 6, 1))
    vu = chiffres(payee, etat(echeance=date(2026, 7, 1)), jour=date(2026, 7, 15)).dso
    assert vu is not None
    assert (vu.jours, vu.partiel, vu.minimum, vu.au) == (45, True, False, date(2026, 7, 15))
    assert chiffres(etat(), jour=date(2026, 5, 1)).dso is None, "aucune facture encore émise"


def test_avec_les_ventes_le_dso_est_celui_du_dernier_mois_donne() -> None:
    ventes = Ventes(ventes={"2026-05": Decimal(31_000), "2026-06": Decimal(30_000)})
    du = etat(paye("400", JOUR))
    fin_juin = chiffres(du, ventes=ventes).dso
    assert fin_juin is not None
    assert (fin_juin.au, fin_juin.encours, fin_juin.jours) == (date(2026, 6, 30), 1000, 1)
    assert not fin_juin.partiel
    juillet = chiffres(du, ventes=Ventes(ventes={**ventes.ventes, "2026-07": Decimal(1200)})).dso
    assert juillet is not None
    assert (juillet.au, juillet.encours, juillet.jours) == (JOUR, 600, Decimal("0.5"))
    peu = chiffres(du, ventes=Ventes(ventes={"2026-06": Decimal(10)})).dso
    assert peu is not None
    assert (peu.jours, peu.minimum) == (30, True)
    assert chiffres(du, ventes=Ventes(ventes={"2026-08": Decimal(10)})).dso is None


@pytest.mark.parametrize("mois", ["2026-13", "2026-1", "juin 2026", "0000-01", "2026-06-01"])
def test_un_mois_mal_ecrit_est_refuse(mois: str) -> None:
    with pytest.raises(ValidationError):
        Ventes(ventes={mois: Decimal(1)})
    with pytest.raises(ValidationError):
        Ventes(ventes={"2026-06": Decimal(-1)})


@pytest.mark.parametrize(
    ("au", "du"),
    [
        (date(2026, 5, 31), 0),
        (date(2026, 6, 1), 1000),
        (date(2026, 6, 9), 1000),
        (date(2026, 6, 10), 600),
        (date(2026, 6, 20), 0),
    ],
)
def test_ce_qui_etait_du_un_jour_passe(au: date, du: int) -> None:
    vecu = etat(paye("400", date(2026, 6, 10)), CreanceAbandonnee(motif="x", jour=date(2026, 6, 20)))
    assert solde_au(vecu, au) == du


# Le recouvrement


def test_le_recouvrement_par_etape_va_d_une_etape_a_la_suivante() -> None:
    # Relance 1 le 11 juin, relance 2 le 19 juin.
    a_la_premiere, a_la_seconde, jamais = (Vie() for _ in range(3))
    a_la_premiere.aller(date(2026, 6, 12))
    a_la_premiere.payer("1000").agir()
    a_la_seconde.aller(date(2026, 6, 18))
    a_la_seconde.payer("250").aller(date(2026, 6, 19))
    a_la_seconde.payer("750", jour=date(2026, 6, 19)).agir()
    jamais.aller(date(2026, 6, 23))
    vu = {r.etape: r for r in vues(a_la_premiere, a_la_seconde, jamais, jour=date(2026, 6, 23)).recouvrement}
    assert list(vu) == ["prevenance", "relance-1", "relance-2"]
    assert (vu["prevenance"].atteintes, vu["prevenance"].payees, vu["prevenance"].recu) == (3, 0, 0)
    premiere, seconde = vu["relance-1"], vu["relance-2"]
    assert (premiere.atteintes, premiere.payees, premiere.en_attente) == (3, 1, 0)
    assert (premiere.du, premiere.recu) == (3000, 1250)
    assert (premiere.taux_nombre, premiere.taux_euros) == (Decimal("0.333"), Decimal("0.417"))
    assert (seconde.atteintes, seconde.payees, seconde.en_attente) == (2, 1, 1)
    assert (seconde.du, seconde.recu) == (1750, 750)


def test_un_avoir_n_est_pas_un_recouvrement() -> None:
    annulee, reduite = Vie(), Vie()
    for vie in (annulee, reduite):
        vie.aller(date(2026, 6, 12))
    annulee.crediter("1000").agir()
    reduite.crediter("400").payer("600").agir()
    vu = {r.etape: r for r in vues(annulee, reduite, jour=date(2026, 6, 12)).recouvrement}["relance-1"]
    assert (vu.atteintes, vu.payees, vu.en_attente) == (2, 1, 0)
    assert (vu.du, vu.recu, vu.taux_euros) == (600, 600, 1)
    seule = vues(annulee, jour=date(2026, 6, 12)).recouvrement[-1]
    assert (seule.du, seule.taux_euros) == (0, None)


def test_une_etape_sautee_ou_faite_apres_le_paiement_ne_compte_pas() -> None:
    vie = Vie(ouverture=date(2026, 6, 5)).payer("1000", jour=date(2026, 6, 4))
    vie.noter(EtapeSautee(etape="prevenance", motif="x", jour=vie.jour))
    vie.payer("1").agir()
    assert vues(vie, jour=vie.jour).recouvrement == ()
    tard = Vie(ouverture=date(2026, 6, 11))
    tard.aller(date(2026, 6, 19))
    tard.noter(paye("1000", date(2026, 6, 10)))
    assert vues(tard, jour=tard.jour).recouvrement == (), "payée avant les lettres, apprise après"


def test_le_dossier_est_la_derniere_etape() -> None:
    vie = Vie().au_dossier()
    vie.noter(DossierScelle(dossier="D-1", zip=archive(), pieces=1, total=Decimal(1100), jour=vie.jour))
    etapes = vues(vie, jour=vie.jour).recouvrement
    assert [r.etape for r in etapes][-3:] == ["avant-contentieux", "mise-en-demeure", "dossier"]
    assert etapes[-1].en_attente == 1


def test_les_lettres_se_jugent_a_ce_qui_est_paye_apres_elles_avant_toute_autre() -> None:
    # La relance 2 part le même jour par courriel et par lettre simple.
    payee, impayee, avant = (Vie() for _ in range(3))
    payee.aller(date(2026, 6, 21))
    payee.payer("1000").agir()
    impayee.aller(date(2026, 6, 21))
    avant.payer("1000").agir()
    vu = {(ligne.etape, ligne.canal): ligne for ligne in vues(payee, impayee, avant, jour=JOUR).lettres}
    for canal in (Canal.EMAIL, Canal.COURRIER):
        ligne = vu["relance-2", canal]
        assert (ligne.libelle, ligne.envoyees, ligne.payees, ligne.taux) == (
            "Relance 2",
            2,
            1,
            Decimal("0.5"),
        )
    premiere = vu["relance-1", Canal.EMAIL]
    assert (premiere.envoyees, premiere.payees) == (2, 0)


# Les débiteurs


def test_le_delai_moyen_ne_compte_que_les_factures_entierement_payees() -> None:
    tot = etat(paye("1000", JOUR - timedelta(days=5)), qui="Ponctuel")
    tard = etat(paye("600", JOUR), paye("400", JOUR + timedelta(days=20)), qui="Lent")
    plus_tard = etat(credite("100", JOUR), paye("900", JOUR + timedelta(days=41)), qui="Lent")
    annulee, partielle = etat(credite("1000", JOUR), qui="Lent"), etat(paye("1", JOUR), qui="Lent")
    delais = chiffres(tot, tard, plus_tard, annulee, partielle).delais
    assert [(d.debiteur, d.factures, d.jours) for d in delais] == [
        ("Lent", 2, Decimal("30.5")),
        ("Ponctuel", 1, -5),
    ]


def test_une_facture_est_reglee_le_jour_ou_son_reste_est_couvert() -> None:
    assert jour_de_reglement(etat(paye("500", JOUR), paye("600", date(2026, 7, 9)))) == date(2026, 7, 9)
    assert jour_de_reglement(etat(paye("500", JOUR))) is None
    assert jour_de_reglement(etat(credite("1000", JOUR))) is None


def _lent(jours: int, combien: int = 2) -> list[Etat]:
    return [etat(paye("1000", JOUR + timedelta(days=jours))) for _ in range(combien)]


MENSUALITES = EcheancierAccorde(mensualites=(Mensualite(jour=JOUR, montant=Decimal(1000)),), jour=JOUR)
INSOLVABLE = ProcedureCollectiveOuverte(
    nature=NatureProcedure.LIQUIDATION, jugement=JOUR, publication=None, declaration_avant=None, jour=JOUR
)
PROMESSE = PromesseFaite(
    promis_le=JOUR - timedelta(days=4), montant=Decimal(500), jour=JOUR - timedelta(days=9)
)
LITIGE = LitigeOuvert(motif="abîmée", jour=JOUR)


@pytest.mark.parametrize(
    ("etats", "niveau", "motif"),
    [
        ([etat()], Niveau.FAIBLE, None),
        ([etat(echeance=JOUR - timedelta(days=30))], Niveau.FAIBLE, None),
        ([etat(echeance=JOUR - timedelta(days=31))], Niveau.MOYEN, "facture échue depuis 31 jours"),
        ([etat(echeance=JOUR - timedelta(days=90))], Niveau.MOYEN, "facture échue depuis 90 jours"),
        ([etat(echeance=JOUR - timedelta(days=91))], Niveau.ELEVE, "facture échue depuis 91 jours"),
        ([etat(), *_lent(15)], Niveau.FAIBLE, None),
        ([etat(), *_lent(16)], Niveau.MOYEN, "paie en moyenne 16 jours après l'échéance"),
        ([etat(), *_lent(16, 1)], Niveau.FAIBLE, None),
        ([etat(LITIGE)], Niveau.MOYEN, "litige ouvert"),
        ([etat(MENSUALITES)], Niveau.FAIBLE, None),
        ([etat(MENSUALITES, EcheancierRompu(manquee=JOUR, jour=JOUR))], Niveau.ELEVE, "échéancier rompu"),
        ([etat(INSOLVABLE)], Niveau.ELEVE, "procédure collective"),
        (
            [etat(), etat(INSOLVABLE, CreanceDeclaree(envoi="LRAR", jour=JOUR), numero="FA-2")],
            Niveau.ELEVE,
            "procédure collective",
        ),
        ([etat(PROMESSE)], Niveau.MOYEN, "promesse de paiement non tenue"),
    ],
)
def test_le_risque_suit_une_regle_ecrite(etats: list[Etat], niveau: Niveau, motif: str | None) -> None:
    (risque,) = chiffres(*etats).risques
    assert (risque.niveau, risque.motifs) == (niveau, (motif,) if motif else ())


def test_deux_signes_valent_un_signe_grave_et_le_grave_se_dit_d_abord() -> None:
    (double,) = chiffres(etat(LITIGE, echeance=JOUR - timedelta(days=40))).risques
    assert (double.niveau, len(double.motifs)) == (Niveau.ELEVE, 2)
    (grave,) = chiffres(etat(LITIGE, MENSUALITES, EcheancierRompu(manquee=JOUR, jour=JOUR))).risques
    assert grave.motifs == ("échéancier rompu", "litige ouvert")


def test_un_pli_npai_est_un_signe_grave_jusqu_a_ce_que_l_adresse_soit_trouvee() -> None:
    vie = Vie()
    vie.a_la_poste().recevoir(IssuePli.NPAI)
    (perdu,) = vues(vie, jour=date(2026, 6, 10)).risques
    assert perdu.motifs == ("pli revenu, adresse inconnue (NPAI)",)
    (trouve,) = vues(vie.trouver(), jour=date(2026, 6, 10)).risques
    assert trouve.niveau is Niveau.FAIBLE


def test_seuls_les_debiteurs_qui_doivent_ont_un_risque_les_plus_risques_d_abord() -> None:
    petit = etat(echeance=JOUR - timedelta(days=100), montant="10", qui="Petit")
    gros, moyen = etat(montant="9000", qui="Gros"), etat(LITIGE, qui="Moyen")
    solde = etat(paye("1000", JOUR), qui="Quitte")
    assert [r.debiteur for r in chiffres(gros, petit, moyen, solde).risques] == ["Petit", "Moyen", "Gros"]


@pytest.mark.parametrize(
    ("faits", "jour", "passees"),
    [
        ([], JOUR, 0),
        ([PROMESSE], JOUR - timedelta(days=1), 0),
        ([PROMESSE], JOUR, 1),
        ([PROMESSE, paye("500", JOUR - timedelta(days=1))], JOUR, 0),
        ([PROMESSE, paye("499", JOUR - timedelta(days=1))], JOUR, 1),
        ([PROMESSE, paye("500", JOUR)], JOUR, 1),
        ([PROMESSE, paye("500", JOUR - timedelta(days=10))], JOUR, 1),
        ([PROMESSE, paye("1000", JOUR - timedelta(days=10))], JOUR, 0),
        ([PROMESSE.model_copy(update={"montant": None}), paye("999", JOUR - timedelta(days=1))], JOUR, 1),
        ([PROMESSE.model_copy(update={"montant": None}), paye("1000", JOUR - timedelta(days=1))], JOUR, 0),
    ],
)
def test_une_promesse_est_tenue_par_la_somme_dite_dans_son_temps(
    faits: Iterable[Contenu], jour: date, passees: int
) -> None:
    assert len(list(promesses_passees(etat(*faits), standard(), jour))) == passees


# Les litiges


def test_les_litiges_ouverts_se_comptent_par_raison() -> None:
    raison = RaisonLitige.PRIX
    un = etat(LitigeOuvert(motif="x", raison=raison, jour=JOUR - timedelta(days=9)))
    deux = etat(LitigeOuvert(motif="y", raison=raison, jour=JOUR), montant="500")
    trois, clos = etat(LITIGE), etat(LITIGE, CreanceAbandonnee(motif="x", jour=JOUR))
    litiges = chiffres(trois, un, deux, clos, etat()).litiges
    assert [(li.raison, li.nombre, li.euros, li.depuis) for li in litiges] == [
        (raison, 2, 1500, JOUR - timedelta(days=9)),
        (None, 1, 1000, JOUR),
    ]
