"""The table of sums: what is asked for, from when, at what rate, and what is never asked for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dossier.core.creance import Genre
from dossier.core.pieces import lister_pieces
from dossier.core.recueil import Recueil
from dossier.core.sommes import Poste, Somme, depuis, depuis_en_mots, sommes_demandees, taux_appliques
from tests.core.test_pieces import complete
from tests.core.test_requete import JOUR, jusqu_au_dossier, recueil
from tests.core.vie import Vie, debiteur, facture


def demandees(*recueils: Recueil) -> dict[Poste, Somme]:
    pieces = lister_pieces([(r.etat, r.scenario) for r in recueils])
    return {somme.poste: somme for somme in sommes_demandees(recueils, pieces, JOUR)}


def de(**champs: object) -> Recueil:
    return recueil(jusqu_au_dossier(Vie(la_facture=facture(**champs))))


CONSOMMATEUR = debiteur(genre=Genre.PARTICULIER, siren=None, forme="")


def test_la_clause_penale_et_les_frais_ne_sont_jamais_demandes() -> None:
    lues = demandees(recueil(complete()))
    assert [lues[p].ecrite for p in (Poste.CLAUSE_PENALE, Poste.FRAIS_ACCESSOIRES)] == ["néant", "néant"]
    assert lues[Poste.INTERETS_A_ECHOIR].ecrite == "mémoire"
    assert lues[Poste.PRINCIPAL].ecrite == "1\u00a0000,00\u00a0€"


def test_un_consommateur_ne_doit_pas_l_indemnite() -> None:
    assert Poste.INDEMNITE not in demandees(de(debiteur=CONSOMMATEUR))
    assert demandees(de())[Poste.INDEMNITE].montant == Decimal("40.00")


def test_l_indemnite_dit_combien_de_factures_la_portent_des_qu_il_y_en_a_deux() -> None:
    une, deux = de(), de(numero="FA-2")
    assert demandees(une)[Poste.INDEMNITE].libelle.endswith("pour frais de recouvrement")
    assert demandees(une, deux)[Poste.INDEMNITE].libelle.endswith(" (2 factures)")
    assert demandees(une)[Poste.PRINCIPAL].fondement.startswith("Facture impayée,")
    assert demandees(une, deux)[Poste.PRINCIPAL].fondement.startswith("Factures impayées,")


def test_la_somme_des_lignes_est_le_total() -> None:
    lues = demandees(de(), de(numero="FA-2", montant_ttc=Decimal("12.34")))
    montants = [s.montant for s in lues.values() if s.montant is not None]
    assert sum(montants[:-1]) == montants[-1] == lues[Poste.TOTAL].montant


def test_des_echeances_egales_donnent_un_seul_depart_et_des_echeances_differentes_aucun() -> None:
    une, autre = de(), de(numero="FA-2", echeance=date(2026, 6, 1))
    assert depuis([une, de(numero="FA-3")]) == date(2026, 6, 4)
    assert depuis_en_mots([une]) == "à compter du 04/06/2026"
    assert depuis([une, autre]) is None
    assert depuis_en_mots([une, autre]).startswith(
        "pour chaque facture, à compter du lendemain de son échéance"
    )
    libelle = demandees(une, autre)[Poste.INTERETS_ECHUS].libelle
    assert libelle == "Pénalités de retard échues au 21 août 2026"


def paye(montant: str) -> Recueil:
    """Of which that sum was paid on 3 July 2026, thirty days late."""
    vie = jusqu_au_dossier(Vie(la_facture=facture()))
    vie.payer(montant, date(2026, 7, 3))
    return recueil(vie)


def test_les_penalites_qu_un_paiement_a_eteintes_ne_sont_ni_dites_ni_demandees() -> None:
    """Code civil, art. 1343-1: a judge who counts again finds the sum from what is told."""
    une = paye("300")
    echus = demandees(une)[Poste.INTERETS_ECHUS]
    (reste,) = une.decompte.segments_dus
    assert (reste.du, echus.montant) == (date(2026, 7, 4), reste.montant)
    assert echus.libelle == "Pénalités de retard échues du 4 juillet 2026 au 21 août 2026"
    assert ("12,40" in echus.fondement, "12,15" in echus.fondement) == (True, False)
    assert depuis_en_mots([une]) == "à compter du 04/07/2026"
    assert depuis_en_mots([une, de(numero="FA-2")]) == (
        "pour chaque facture, à compter du jour porté au décompte joint"
    )


def test_des_penalites_payees_en_partie_disent_ce_qui_est_regle() -> None:
    une = paye("5")
    echus = demandees(une)[Poste.INTERETS_ECHUS]
    assert echus.libelle == (
        "Pénalités de retard échues du 4 juin 2026 au 21 août 2026, dont 5,00\u00a0€ déjà réglés"
    )
    assert echus.montant == une.decompte.penalites - 5
    assert "12,15" in echus.fondement


def test_contre_un_consommateur_le_depart_est_sa_mise_en_demeure() -> None:
    une = de(debiteur=CONSOMMATEUR)
    vie = Vie(la_facture=facture(numero="FA-2", debiteur=CONSOMMATEUR))
    vie.a_la_poste()
    vie.aller(date(2026, 8, 6))
    vie.recevoir()
    vie.aller(JOUR)
    assert "sa mise en demeure" in depuis_en_mots([une, recueil(vie)])


def test_sans_interet_couru_rien_n_est_dit_de_son_depart() -> None:
    sans = de()
    sans = sans._replace(decompte=sans.decompte.model_copy(update={"segments": ()}))
    assert depuis_en_mots([sans]) == ""
    assert taux_appliques([sans]) == "taux de la BCE majoré de dix points"


def test_les_taux_de_plusieurs_factures_sont_dits_une_fois_par_source() -> None:
    stipule = de(numero="FA-2", taux_stipule=Decimal("0.15"))
    assert taux_appliques([de(), de(numero="FA-3"), stipule]).replace("\u00a0", " ") == (
        "taux de la BCE majoré de dix points, soit 12,15 % puis 12,40 %, et taux stipulé pour la facture "
        "n° FA-2, soit 15,00 %"
    )


def test_sans_principal_restant_aucun_interet_n_est_a_echoir() -> None:
    solde = de()
    solde = solde._replace(decompte=solde.decompte.model_copy(update={"principal_restant": Decimal("0.00")}))
    assert Poste.INTERETS_A_ECHOIR not in demandees(solde)
    assert Poste.INTERETS_A_ECHOIR in demandees(de())
