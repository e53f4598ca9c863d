"""No line of money is lost, none is counted twice, and only what is certain is recorded by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.core.creance import Facture
from dossier.core.errors import ConflitJournal
from dossier.core.faits import (
    CauseAnnulation,
    CreanceAbandonnee,
    CreanceSoldee,
    Fait,
    PaiementAnnule,
    PaiementRecu,
)
from dossier.core.importation import Refus
from dossier.core.ports import Extrait
from dossier.core.rapprochement import Suite
from dossier.core.releve import Mouvement, Releve, identites, reference_de
from dossier.services import encaissements, procedures, sommes_recues
from dossier.services.archives import lire_archive
from dossier.services.creances import decompte_de
from dossier.services.encaissements import Rapport, somme
from dossier.services.horodatages import manquants
from dossier.services.lignes_a_voir import CHAINE
from tests.core.vie import debiteur, facture
from tests.services.atelier import Atelier

JOUR = date(2026, 6, 12)
CONTENU = b"<Document>le releve</Document>"


def ligne(libelle: str = "FA-1", montant: str = "1000", **champs: Any) -> Mouvement:
    base: dict[str, Any] = {
        "lieu": "écriture 1",
        "compte": "FR76",
        "jour": JOUR,
        "montant": Decimal(montant),
        "credit": True,
        "libelle": libelle,
        "payeur": "INCONNU",
    }
    return Mouvement(**{**base, **champs})


def atelier(*factures: Facture, jour: date = JOUR) -> Atelier:
    lieu = Atelier(jour)
    lieu.importer(*(factures or (facture(),)), source=None)
    return lieu


def passer(
    lieu: Atelier, *lignes: Mouvement, contenu: bytes = CONTENU, essai: bool = False, **autres: Any
) -> Rapport:
    releve = Releve(lignes, **autres)
    return encaissements.importer(lieu.outils, "r.xml", contenu, releve, auteur="essai", essai=essai)


def suites(rapport: Rapport) -> list[Suite]:
    return [ligne.verdict.suite for ligne in rapport.lignes]


def recus(lieu: Atelier) -> list[PaiementRecu]:
    return [p for o in lieu.journal.creances() for p in lieu.etat(o.creance).paiements]


def test_un_paiement_certain_est_enregistre_et_dit_ce_qu_il_change() -> None:
    lieu = atelier()
    rapport = passer(lieu, ligne(montant="400"))
    (recu,) = lieu.etat().paiements
    assert (recu.montant, recu.jour, recu.moyen) == (Decimal(400), JOUR, "virement")
    assert recu.reference.startswith("INCONNU · FA-1 [relevé ")
    (lue,) = rapport.de(Suite.ENREGISTRER)
    assert lue.reference == recu.reference
    assert lue.dits == (
        "Paiement de 400,00\u00a0€ du 12 juin 2026 enregistré sur FA-1 : il reste 600,00\u00a0€ à payer.",
    )
    assert rapport.creances == ("FA-1",)


def test_le_moyen_suit_les_mots_de_la_banque() -> None:
    lieu = atelier()
    passer(lieu, ligne("REMISE CHEQUE FA-1"))
    assert lieu.etat().paiements[0].moyen == "chèque"


def test_le_meme_releve_deux_fois_ne_change_rien() -> None:
    lieu = atelier(facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))
    lignes = (ligne(montant="400"), ligne("FA-2", "500"), ligne("FA-1", "100"))
    passer(lieu, *lignes)
    avant = (lieu.journal.lire("FA-1"), lieu.journal.lire("FA-2"), dict(lieu.store.documents))
    rapport = passer(lieu, *lignes)
    assert suites(rapport) == [Suite.IGNORER] * 3
    assert [lue.verdict.motif for lue in rapport.lignes] == [
        "déjà enregistré sur FA-1",
        "déjà enregistré sur FA-2",
        "déjà enregistré sur FA-1",
    ]
    assert (lieu.journal.lire("FA-1"), lieu.journal.lire("FA-2"), lieu.store.documents) == avant
    assert rapport.creances == ("FA-1", "FA-2")


def test_un_releve_qui_chevauche_le_precedent_n_ajoute_que_ce_qui_est_neuf() -> None:
    lieu = atelier()
    passer(lieu, ligne(montant="400"))
    passer(lieu, ligne(montant="400", lieu="écriture 8"), ligne(montant="600"), contenu=b"<Document/>")
    assert [p.montant for p in lieu.etat().paiements] == [Decimal(400), Decimal(600)]


def test_deux_paiements_egaux_du_meme_jour_sont_deux_mais_une_reference_repetee_n_en_est_qu_un() -> None:
    lieu = atelier()
    assert suites(passer(lieu, ligne(montant="400"), ligne(montant="400"))) == [Suite.ENREGISTRER] * 2
    autre = atelier()
    repete = passer(autre, *[ligne(montant="400", reference="R1")] * 2)
    assert suites(repete) == [Suite.ENREGISTRER, Suite.IGNORER]
    assert "sous la même référence de la banque" in repete.lignes[1].verdict.motif


def test_chaque_ligne_voit_ce_que_les_precedentes_ont_paye() -> None:
    lieu = atelier()
    trop = passer(lieu, ligne(montant="1000"), ligne("FA-1 SOLDE", "200"))
    assert suites(trop) == [Suite.ENREGISTRER, Suite.PROPOSER]
    assert "dépasse" in trop.lignes[1].verdict.motif


def test_l_essai_dit_la_meme_chose_sans_rien_changer() -> None:
    lieu = atelier()
    lignes = (ligne(montant="600"), ligne(montant="300"), ligne("FA-1 SOLDE", "400"))
    avant = lieu.journal.lire("FA-1")
    essai = passer(lieu, *lignes, essai=True)
    assert (lieu.journal.lire("FA-1"), lieu.store.documents, essai.archive) == (avant, {}, None)
    assert suites(essai) == suites(passer(lieu, *lignes)) == [Suite.ENREGISTRER] * 2 + [Suite.PROPOSER]


def test_plusieurs_factures_citees_sont_payees_ensemble_ou_pas_du_tout() -> None:
    deux = (facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))
    lieu = atelier(*deux)
    rapport = passer(lieu, ligne("FA-1 FA-2", "1500"))
    assert len(rapport.lignes[0].dits) == 2
    assert [(p.montant, p.reference) for p in recus(lieu)] == [
        (Decimal(1000), rapport.lignes[0].reference),
        (Decimal(500), rapport.lignes[0].reference),
    ]
    autre = atelier(*deux)
    assert suites(passer(autre, ligne("FA-1 FA-2", "1499"))) == [Suite.PROPOSER]
    assert recus(autre) == []


def test_tout_ce_qui_est_exigible_au_jour_du_paiement_peut_etre_paye_exactement() -> None:
    """Three days after the value date more interest has run: the sum of that day still is exact."""
    deux = (facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))
    lieu = atelier(*deux, jour=date(2026, 6, 30))
    du_jour = sum(decompte_de(lieu.outils, lieu.etat(c), JOUR).total for c in ("FA-1", "FA-2"))
    rapport = passer(lieu, ligne("FA-1 FA-2", str(du_jour)))
    assert suites(rapport) == [Suite.ENREGISTRER]
    assert sum(p.montant for p in recus(lieu)) == du_jour


def test_un_paiement_plus_ancien_qu_un_autre_se_compare_a_ce_qui_est_du_aujourd_hui() -> None:
    lieu = atelier()
    passer(lieu, ligne(montant="900"))
    rapport = passer(lieu, ligne("FA-1 ANCIEN", "800", jour=date(2026, 6, 5)))
    assert suites(rapport) == [Suite.PROPOSER]


def test_sans_taux_connu_seul_le_reste_de_la_facture_compte() -> None:
    loin = date(2035, 1, 2)
    recente = facture(emission=date(2034, 11, 3), echeance=date(2034, 12, 3))
    lieu = atelier(recente)
    lieu.clock.regler(loin)
    assert suites(passer(lieu, ligne(montant="1000.01", jour=loin))) == [Suite.PROPOSER]
    assert suites(passer(lieu, ligne(montant="1000", jour=loin))) == [Suite.ENREGISTRER]


@pytest.mark.parametrize(
    ("fin", "dit"),
    [
        (CreanceSoldee(renonce=None, jour=JOUR), "soldée"),
        (CreanceAbandonnee(motif="liquidée", jour=JOUR), "abandonnée"),
    ],
)
def test_un_paiement_sur_une_creance_close_est_montre(fin: Any, dit: str) -> None:
    lieu = atelier()
    lieu.journal.ajouter({"FA-1": [fin]}, {"FA-1": 1}, auteur="essai", instant=lieu.clock.now())
    (lue,) = passer(lieu, ligne()).lignes
    assert lue.verdict.suite is Suite.PROPOSER
    assert f"FA-1 est {dit}" in lue.verdict.motif


def test_une_creance_declaree_au_passif_n_est_plus_payable_par_un_releve() -> None:
    lieu = atelier()
    procedures.ouvrir_procedure(
        lieu.outils, "FA-1", procedures.NatureProcedure.LIQUIDATION, JOUR, auteur="essai"
    )
    paye = passer(lieu, ligne(montant="100"))
    assert "article L622-7" in paye.lignes[0].dits[0]
    procedures.declarer(lieu.outils, "FA-1", "RK1", JOUR, auteur="essai")
    (lue,) = passer(lieu, ligne("FA-1 DIVIDENDE", "50")).lignes
    assert "déclarée à la procédure collective" in lue.verdict.motif


def test_une_date_de_valeur_a_venir_attend_son_jour() -> None:
    lieu = atelier()
    demain = ligne(jour=date(2026, 6, 13))
    (lue,) = passer(lieu, demain).lignes
    assert lue.verdict.suite is Suite.PROPOSER
    assert "importez de nouveau ce relevé le 13 juin 2026" in lue.verdict.motif
    lieu.clock.regler(date(2026, 6, 13))
    assert suites(passer(lieu, demain)) == [Suite.ENREGISTRER]


def test_une_proposition_enregistree_par_une_personne_n_est_plus_proposee() -> None:
    lieu = atelier()
    inconnue = ligne("MERCI")
    (lue,) = passer(lieu, inconnue).lignes
    ((part,),) = lue.verdict.choix
    sommes_recues.paiement(lieu.outils, part.numero, part.montant, JOUR, lue.reference, auteur="essai")
    (apres,) = passer(lieu, inconnue).lignes
    assert apres.verdict.motif == "déjà enregistré sur FA-1"


def test_un_paiement_saisi_a_la_main_avant_le_releve_n_est_pas_compte_deux_fois() -> None:
    lieu = atelier()
    lieu.payer("400", reference="Virement vu en ligne")
    (lue,) = passer(lieu, ligne(montant="400")).lignes
    assert lue.verdict.suite is Suite.PROPOSER
    assert "« Virement vu en ligne »" in lue.verdict.motif
    assert len(lieu.etat().paiements) == 1


@pytest.mark.parametrize(
    ("cause", "suite", "dit"),
    [
        (CauseAnnulation.IMPAYE, Suite.IGNORER, "revenu impayé depuis"),
        (CauseAnnulation.ERREUR, Suite.PROPOSER, "puis retiré par une personne"),
    ],
)
def test_un_paiement_annule_n_est_pas_enregistre_de_nouveau(
    cause: CauseAnnulation, suite: Suite, dit: str
) -> None:
    lieu = atelier()
    passer(lieu, ligne(montant="400"))
    (recu,) = lieu.etat().paiements
    annule = PaiementAnnule(paiement=recu, cause=cause, motif="essai", par="Essai", jour=JOUR)
    lieu.journal.ajouter({"FA-1": [annule]}, {"FA-1": 2}, auteur="essai", instant=lieu.clock.now())
    (lue,) = passer(lieu, ligne(montant="400")).lignes
    assert (lue.verdict.suite, dit in lue.verdict.motif) == (suite, True)
    assert lieu.etat().paiements == ()


def test_un_retour_designe_le_paiement_qu_il_reprend() -> None:
    lieu = atelier()
    passer(lieu, ligne(montant="400"))
    repris = ligne("IMPAYE FA-1", "400", credit=False, retour=True)
    (lue,) = passer(lieu, repris).de(Suite.RETOUR)
    assert [[part.creance for part in choix] for choix in lue.verdict.choix] == [["FA-1"]]
    assert len(lieu.etat().paiements) == 1


def test_un_compte_deja_vu_fait_reconnaitre_le_debiteur() -> None:
    lieu = atelier()
    passer(lieu, ligne(montant="400", iban="FR7612"))
    assert "FR7612" not in lieu.etat().paiements[0].reference
    (lue,) = passer(lieu, ligne("MERCI", "600", iban="FR7612", payeur="HOLDING")).lignes
    assert "le payeur paraît être Débiteur Imaginaire SARL" in lue.verdict.motif


def test_un_conflit_qui_dure_laisse_la_ligne_a_une_personne_et_n_arrete_pas_les_autres() -> None:
    lieu = atelier(facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))

    def conflit() -> None:
        raise ConflitJournal("Un autre écrit sans cesse.")

    lieu.journal.avant_ajout = [conflit] * 5
    rapport = passer(lieu, ligne(), ligne("FA-2", "500"))
    assert suites(rapport) == [Suite.PROPOSER, Suite.ENREGISTRER]
    assert rapport.lignes[0].verdict.motif == "Un autre écrit sans cesse"
    assert [p.montant for p in recus(lieu)] == [Decimal(500)]


def test_un_enregistrement_interrompu_au_milieu_reprend_sans_rien_doubler() -> None:
    lieu = atelier(facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))
    ensemble = ligne("FA-1 FA-2", "1500")

    def conflit() -> None:
        raise ConflitJournal("Un autre écrit sans cesse.")

    lieu.journal.avant_ajout = [lambda: None, *[conflit] * 5]
    (coupe,) = passer(lieu, ensemble).lignes
    assert coupe.verdict.suite is Suite.PROPOSER
    assert (len(coupe.dits), coupe.creances) == (1, ("FA-1",))
    assert [part.creance for part in coupe.verdict.choix[0]] == ["FA-2"]
    (repris,) = passer(lieu, ensemble).lignes
    assert repris.verdict.suite is Suite.ENREGISTRER
    assert [(p.montant, p.reference) for p in recus(lieu)] == [
        (Decimal(1000), repris.reference),
        (Decimal(500), repris.reference),
    ]


def test_un_journal_altere_n_arrete_pas_les_autres_et_se_dit() -> None:
    lieu = atelier(facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))
    faits = lieu.journal.faits["FA-1"]
    lieu.journal.faits["FA-1"] = [faits[0].model_copy(update={"auteur": "un autre"})]
    rapport = passer(lieu, ligne("FA-2", "500"), ligne("FA-1"))
    assert suites(rapport) == [Suite.ENREGISTRER, Suite.PROPOSER]
    assert rapport.lignes[1].verdict.motif.startswith("créance FA-1 : le fait n° 1")


def test_un_journal_illisible_n_arrete_pas_les_autres_et_se_dit() -> None:
    lieu = atelier(facture(), facture(numero="FA-2", montant_ttc=Decimal(500)))
    extraits = lieu.journal.extraits

    def abimes(types: Collection[str]) -> tuple[Extrait, ...]:
        return tuple(
            e._replace(texte=e.texte.replace("creance_ouverte", "creance_xx")) if e.creance == "FA-1" else e
            for e in extraits(types)
        )

    lieu.journal.extraits = abimes  # type: ignore[method-assign]
    rapport = passer(lieu, ligne("FA-2", "500"), ligne("FA-1"))
    assert suites(rapport) == [Suite.ENREGISTRER, Suite.IGNORER]
    assert rapport.alertes == (
        "Journal altéré, créance FA-1 : les paiements de cette facture ne sont pas reconnus.",
    )


def test_seuls_les_journaux_des_factures_nommees_sont_lus() -> None:
    lieu = atelier(*(facture(numero=f"FA-{n}", montant_ttc=Decimal(100 + n)) for n in range(1, 9)))
    lire, lus = lieu.journal.lire, []

    def lire_et_noter(creance: str) -> tuple[Fait, ...]:
        lus.append(creance)
        return lire(creance)

    lieu.journal.lire = lire_et_noter  # type: ignore[method-assign]
    rapport = passer(lieu, ligne("FA-3", "103"), ligne("AUTRE CHOSE", "7"), ligne("FA-5 FA-6", "1"))
    assert suites(rapport) == [Suite.ENREGISTRER, Suite.IGNORER, Suite.PROPOSER]
    assert set(lus) - {CHAINE} == {"FA-3", "FA-5", "FA-6"}


def test_le_releve_est_archive_horodate_et_n_est_la_piece_d_aucune_creance() -> None:
    lieu = atelier()
    rapport = passer(lieu, ligne(), refus=(Refus("r.xml, écriture 2", "illisible"),), alertes=("soldes",))
    assert rapport.archive is not None
    assert rapport.archive.cle.startswith("releves/")
    assert rapport.archive.cle.endswith(".xml")
    assert lire_archive(lieu.outils, rapport.archive) == CONTENU
    assert rapport.archive.jeton in lieu.store.documents
    assert manquants(lieu.outils, ["FA-1"]) == ()
    assert all("releves/" not in fait.texte for fait in lieu.journal.lire("FA-1"))
    assert (len(rapport.refus), rapport.alertes) == (1, ("soldes",))


NUMEROS = ("FA-1", "FA-2", "FA-3")
MOUVEMENTS = st.builds(
    ligne,
    libelle=st.sampled_from(
        ["FA-1", "FA-2", "FA 3", "FA-1 FA-2", "FA-1 FA-2 FA-3", "FA-1…", "MERCI", "AUTRE CLIENT", ""]
    ),
    montant=st.sampled_from(["0", "100", "250.50", "500", "1000", "1500", "2000", "5000"]),
    payeur=st.sampled_from(["", "INCONNU", "DEBITEUR IMAGINAIRE"]),
    iban=st.sampled_from(["", "FR7612"]),
    reference=st.sampled_from(["", "R1", "R2", "NONREF"]),
    credit=st.sampled_from([True, True, True, False]),
    retour=st.sampled_from([False, False, False, True]),
    attente=st.sampled_from([False, False, False, True]),
    jour=st.sampled_from([date(2026, 6, 11), JOUR, date(2026, 6, 13)]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(MOUVEMENTS, max_size=8), st.lists(MOUVEMENTS, max_size=4), st.randoms())
def test_aucune_ligne_n_est_perdue_ni_comptee_deux_fois(
    premieres: list[Mouvement], autres: list[Mouvement], hasard: Any
) -> None:
    """Sum of credits = recorded + proposed + left aside; after any further import each line is in the books once."""
    lieu = atelier(
        facture(),
        facture(numero="FA-2", montant_ttc=Decimal(500)),
        facture(numero="FA-3", montant_ttc=Decimal(500), debiteur=debiteur(siren="732829320")),
    )
    melees = [*premieres, *autres]
    hasard.shuffle(melees)
    for lignes in (premieres, premieres, melees, premieres):
        rapport = passer(lieu, *lignes)
        assert len(rapport.lignes) == len(lignes)
        credits_lus = sum((m.montant for m in lignes if m.credit), Decimal(0))
        parties = [rapport.de(suite, credit=True) for suite in Suite]
        assert sum(map(somme, parties)) == credits_lus
        assert rapport.de(Suite.ENREGISTRER, credit=False) == rapport.de(Suite.PROPOSER, credit=False) == ()
        assert all(lue.verdict.motif for lue in rapport.lignes if lue.verdict.suite is not Suite.ENREGISTRER)
    inscrits: Counter[str] = Counter()
    for recu in recus(lieu):
        inscrits[recu.reference] += int(recu.montant * 100)
    connus: Counter[str] = Counter()
    for lignes in (premieres, melees):
        for mouvement, identite in zip(lignes, identites(lignes), strict=True):
            connus[reference_de(mouvement, identite)] = int(mouvement.montant * 100)
    assert all(inscrits[reference] == connus[reference] for reference in inscrits)


def test_l_exemple_livre_paie_sa_facture_et_montre_son_impaye() -> None:
    from dossier.adapters.import_camt053 import lire_camt053

    exemple = Path(__file__).parents[2] / "exemples" / "releve.xml"
    lieu = atelier(facture(numero="FA-2026-0101", montant_ttc=Decimal("842.40")), jour=date(2026, 6, 15))
    contenu = exemple.read_bytes()
    rapport = passer(lieu, *lire_camt053("releve.xml", contenu).mouvements, contenu=contenu)
    assert Counter(suites(rapport)) == {Suite.ENREGISTRER: 1, Suite.IGNORER: 7, Suite.RETOUR: 1}
