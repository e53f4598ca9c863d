from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Genre, Nature
from dossier.core.droit.alertes import Gravite, Seuil, SeuilsAlerte, mois_avant
from dossier.core.droit.interruptions import REGLES, Effet, Evenement, GenreEvenement, regle
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.prescription import Prescription, alerte, prescription
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import CONFIG, droit

ECHEANCE = date(2026, 5, 16)
UN_JOUR = timedelta(days=1)
JOURS = st.dates(date(2015, 1, 1), date(2026, 12, 31))


def seuils() -> SeuilsAlerte:
    return charger(Path(CONFIG) / "droit" / "prescription_alertes.yaml", SeuilsAlerte)


def avec(
    *evenements: tuple[GenreEvenement, date],
    echeance: date = date(2021, 3, 10),
    execution: date | None = None,
    genre: Genre = Genre.ENTREPRISE,
) -> Prescription:
    faits = [Evenement(genre=g, jour=jour) for g, jour in evenements]
    return prescription(echeance, execution, genre, droit(), evenements=faits)


@pytest.mark.parametrize(
    ("genre", "nature", "limite", "article"),
    [
        (Genre.ENTREPRISE, Nature.CONTRAT, date(2031, 5, 16), "L110-4"),
        (Genre.PARTICULIER, Nature.CONTRAT, date(2028, 5, 16), "L218-2"),
        (Genre.PUBLIC, Nature.CONTRAT, date(2030, 12, 31), "68-1250"),
        (Genre.ENTREPRISE, Nature.TRANSPORT, date(2027, 5, 16), "L133-6"),
        (Genre.PARTICULIER, Nature.TRANSPORT, date(2027, 5, 16), "L133-6"),
        (Genre.PUBLIC, Nature.TRANSPORT, date(2027, 5, 16), "L133-6"),
        (Genre.ENTREPRISE, Nature.HORS_CONTRAT, date(2031, 5, 16), "L110-4"),
        (Genre.PARTICULIER, Nature.BAIL_HABITATION, date(2028, 5, 16), "L218-2"),
        (Genre.ENTREPRISE, Nature.CREDIT_CONSOMMATION, date(2028, 5, 16), "L218-2"),
        (Genre.PARTICULIER, Nature.CREDIT_CONSOMMATION, date(2028, 5, 16), "L218-2"),
        (Genre.PUBLIC, Nature.CREDIT_CONSOMMATION, date(2028, 5, 16), "L218-2"),
    ],
)
def test_duree_selon_le_debiteur_et_la_nature(
    genre: Genre, nature: Nature, limite: date, article: str
) -> None:
    trouvee = prescription(ECHEANCE, None, genre, droit(), nature=nature)
    assert (trouvee.depart, trouvee.date_limite) == (ECHEANCE, limite)
    assert article in trouvee.texte
    assert trouvee.niveau is Niveau.PRIMAIRE


@pytest.mark.parametrize("genre", [Genre.ENTREPRISE, Genre.PUBLIC])
def test_un_bail_d_habitation_n_a_jamais_plus_de_trois_ans(genre: Genre) -> None:
    trouvee = prescription(ECHEANCE, None, genre, droit(), nature=Nature.BAIL_HABITATION)
    assert trouvee.date_limite == date(2029, 5, 16)
    assert "89-462" in trouvee.texte


@pytest.mark.parametrize(
    ("nature", "mot"),
    [
        (Nature.CONTRAT, ""),
        (Nature.TRANSPORT, ""),
        (Nature.BAIL_HABITATION, "89-462"),
        (Nature.CREDIT_CONSOMMATION, "forclusion"),
        (Nature.HORS_CONTRAT, "art. 2224"),
    ],
)
def test_la_nature_de_la_creance_peut_laisser_une_reserve(nature: Nature, mot: str) -> None:
    reserve = prescription(ECHEANCE, None, Genre.PARTICULIER, droit(), nature=nature).reserve
    assert mot in reserve
    assert bool(reserve) is bool(mot)


def test_le_dernier_jour_est_encore_utile() -> None:
    trouvee = prescription(ECHEANCE, None, Genre.ENTREPRISE, droit())
    assert not trouvee.est_prescrite(trouvee.date_limite)
    assert trouvee.est_prescrite(trouvee.date_limite + UN_JOUR)


@pytest.mark.parametrize(
    ("execution", "depart", "mot"),
    [
        (None, ECHEANCE, "pas connue"),
        (date(2026, 4, 1), date(2026, 4, 1), "l'exécution"),
        (ECHEANCE, ECHEANCE, "l'exécution"),
        (date(2026, 5, 17), ECHEANCE, "de l'échéance"),
    ],
)
def test_le_depart_est_la_plus_ancienne_des_deux_dates(
    execution: date | None, depart: date, mot: str
) -> None:
    trouvee = prescription(ECHEANCE, execution, Genre.ENTREPRISE, droit())
    assert trouvee.depart == depart
    assert mot in trouvee.hypothese
    assert "sans interruption ni suspension connue" in trouvee.hypothese


@pytest.mark.parametrize(
    ("execution", "possible", "mot"),
    [
        (None, None, ""),
        (ECHEANCE, None, ""),
        (date(2026, 4, 1), date(2031, 5, 16), "art. 2233"),
        (date(2026, 5, 17), date(2031, 5, 17), "n° 18-25.036"),
    ],
)
def test_un_depart_plus_tardif_n_est_qu_une_date_possible(
    execution: date | None, possible: date | None, mot: str
) -> None:
    trouvee = prescription(ECHEANCE, execution, Genre.ENTREPRISE, droit())
    assert trouvee.date_possible == possible
    assert mot in trouvee.motif_possible
    assert bool(trouvee.motif_possible) is bool(mot)


def test_la_prescription_n_est_pas_reportee_au_jour_ouvrable() -> None:
    samedi = prescription(date(2021, 11, 21), None, Genre.ENTREPRISE, droit()).date_limite
    assert samedi == date(2026, 11, 21)
    assert samedi.weekday() == 5


def test_le_29_fevrier_finit_le_28() -> None:
    trouvee = prescription(date(2024, 2, 29), None, Genre.ENTREPRISE, droit())
    assert trouvee.date_limite == date(2029, 2, 28)


@pytest.mark.parametrize("depart", [date(2022, 1, 1), date(2022, 12, 31)])
def test_contre_une_personne_publique_l_annee_entiere_finit_le_meme_jour(depart: date) -> None:
    trouvee = prescription(depart, None, Genre.PUBLIC, droit())
    assert trouvee.date_limite == date(2026, 12, 31)
    assert "1er janvier qui suit" in trouvee.hypothese


def test_une_date_non_couverte_est_refusee() -> None:
    with pytest.raises(ParametreNonCouvert, match="Prescription"):
        prescription(date(2014, 12, 31), None, Genre.ENTREPRISE, droit())


def test_un_evenement_non_couvert_est_refuse() -> None:
    avec((GenreEvenement.RELANCE, date(2026, 12, 31)))
    with pytest.raises(ParametreNonCouvert, match="1er janvier 2027"):
        avec((GenreEvenement.RELANCE, date(2027, 1, 1)))


CERTAINS = {
    GenreEvenement.SIGNIFICATION_ORDONNANCE,
    GenreEvenement.DEMANDE_EN_JUSTICE,
    GenreEvenement.EXECUTION,
    GenreEvenement.RECONNAISSANCE_EXPRESSE,
}
SANS_EFFET = {GenreEvenement.RELANCE, GenreEvenement.MISE_EN_DEMEURE, GenreEvenement.REQUETE_INJONCTION}
SUSPENSIONS = {GenreEvenement.MEDIATION, GenreEvenement.EXPERTISE}


def test_chaque_genre_d_evenement_a_sa_regle() -> None:
    assert set(REGLES) == set(GenreEvenement)
    assert {g for g, r in REGLES.items() if r.effet is Effet.CERTAIN} == CERTAINS
    assert {g for g, r in REGLES.items() if r.effet is Effet.AUCUN} == SANS_EFFET
    assert {g for g, r in REGLES.items() if r.suspend} == SUSPENSIONS


@pytest.mark.parametrize("genre", sorted(CERTAINS))
def test_ce_qui_interrompt_fait_courir_un_nouveau_delai_de_meme_duree(genre: GenreEvenement) -> None:
    trouvee = avec((genre, date(2024, 6, 3)))
    assert trouvee.date_limite == date(2029, 6, 3)
    assert trouvee.depart == date(2021, 3, 10)
    assert trouvee.interruption == date(2024, 6, 3)
    assert trouvee.date_possible is None
    assert trouvee.effets[0].effet is Effet.CERTAIN
    assert "3 juin 2024" in trouvee.hypothese
    assert "art. 2231" in trouvee.hypothese


@pytest.mark.parametrize("genre", sorted(SANS_EFFET))
def test_ce_qui_n_interrompt_pas_ne_change_rien(genre: GenreEvenement) -> None:
    trouvee = avec((genre, date(2024, 6, 3)))
    assert (trouvee.date_limite, trouvee.date_possible) == (date(2026, 3, 10), None)
    assert trouvee.effets[0].effet is Effet.AUCUN
    assert "n'interrompt pas" in trouvee.effets[0].explication


def test_la_mise_en_demeure_et_la_requete_citent_leur_arret() -> None:
    effets = avec(
        (GenreEvenement.MISE_EN_DEMEURE, date(2024, 6, 3)),
        (GenreEvenement.REQUETE_INJONCTION, date(2024, 7, 3)),
        (GenreEvenement.SIGNIFICATION_ORDONNANCE, date(2024, 9, 3)),
    ).effets
    assert "20-23.204" in effets[0].texte
    assert "19-12.006" in effets[1].texte
    assert "19-12.006" in effets[2].texte
    assert {e.niveau for e in effets} == {Niveau.TRANSCRIPTION}


@pytest.mark.parametrize("genre", sorted(set(GenreEvenement) - CERTAINS - SANS_EFFET - SUSPENSIONS))
def test_ce_qui_peut_interrompre_donne_une_date_possible_et_garde_la_date_d_origine(
    genre: GenreEvenement,
) -> None:
    trouvee = avec((genre, date(2024, 6, 3)))
    assert trouvee.date_limite == date(2026, 3, 10)
    assert trouvee.date_possible == date(2029, 6, 3)
    assert "3 juin 2024" in trouvee.motif_possible
    assert trouvee.interruption is None
    assert trouvee.effets[0].effet is Effet.POSSIBLE


@pytest.mark.parametrize(
    ("genre", "connaissance"),
    [
        (GenreEvenement.RELANCE, "connue"),
        (GenreEvenement.PAIEMENT_PARTIEL, "certaine"),
        (GenreEvenement.MEDIATION, "certaine"),
    ],
)
def test_sans_interruption_connue_ne_se_dit_que_si_rien_n_a_pu_interrompre(
    genre: GenreEvenement, connaissance: str
) -> None:
    trouvee = avec((genre, date(2024, 6, 3)))
    assert f"sans interruption ni suspension {connaissance}, et sans report" in trouvee.hypothese


def test_la_lecture_donne_la_date_possible_quand_il_y_en_a_une() -> None:
    sans, paye = avec(), avec((GenreEvenement.PAIEMENT_PARTIEL, date(2024, 6, 3)))
    assert sans.lecture == sans.hypothese
    assert paye.lecture == (
        f"{paye.hypothese} Date possible, à ne pas tenir pour acquise : 3 juin 2029, {paye.motif_possible}."
    )


@pytest.mark.parametrize("genre", sorted(SUSPENSIONS))
def test_une_suspension_est_dite_et_non_comptee(genre: GenreEvenement) -> None:
    trouvee = avec((genre, date(2024, 6, 3)))
    assert (trouvee.date_limite, trouvee.date_possible) == (date(2026, 3, 10), None)
    assert trouvee.effets[0].effet is Effet.POSSIBLE
    assert "suspend" in trouvee.effets[0].explication


@pytest.mark.parametrize(
    ("jour", "effet", "mot"),
    [
        (date(2021, 3, 9), Effet.AUCUN, "pas commencé"),
        (date(2021, 3, 10), Effet.CERTAIN, ""),
        (date(2026, 3, 10), Effet.CERTAIN, ""),
        (date(2026, 3, 11), Effet.AUCUN, "déjà expiré"),
    ],
)
def test_un_evenement_n_interrompt_que_pendant_le_delai(jour: date, effet: Effet, mot: str) -> None:
    trouvee = avec((GenreEvenement.EXECUTION, jour))
    assert trouvee.effets[0].effet is effet
    assert mot in trouvee.effets[0].explication


def test_apres_l_expiration_prudente_un_acte_certain_n_est_que_possible() -> None:
    acte = (GenreEvenement.EXECUTION, date(2026, 3, 1))
    trouvee = avec(acte, execution=date(2021, 2, 10))
    assert trouvee.date_limite == date(2026, 2, 10)
    assert trouvee.effets[0].effet is Effet.POSSIBLE
    assert "sauf si le délai ne court que de l'échéance" in trouvee.effets[0].explication
    assert trouvee.date_possible == date(2031, 3, 1)


def test_une_reconnaissance_possible_n_efface_pas_un_depart_plus_tardif() -> None:
    trouvee = avec((GenreEvenement.PAIEMENT_PARTIEL, date(2021, 2, 20)), execution=date(2021, 2, 10))
    assert trouvee.date_possible == date(2026, 3, 10)
    assert "l'échéance" in trouvee.motif_possible


def test_les_evenements_sont_pris_dans_l_ordre_des_jours() -> None:
    trouvee = avec(
        (GenreEvenement.EXECUTION, date(2025, 1, 2)),
        (GenreEvenement.SIGNIFICATION_ORDONNANCE, date(2023, 1, 2)),
        (GenreEvenement.PAIEMENT_PARTIEL, date(2024, 1, 2)),
    )
    assert [e.evenement.jour.year for e in trouvee.effets] == [2023, 2024, 2025]
    assert trouvee.date_limite == date(2030, 1, 2)
    assert trouvee.date_possible is None


def test_contre_une_personne_publique_la_demande_ecrite_peut_interrompre() -> None:
    for genre in (GenreEvenement.RELANCE, GenreEvenement.MISE_EN_DEMEURE):
        trouvee = avec((genre, date(2024, 6, 3)), genre=Genre.PUBLIC)
        assert trouvee.date_limite == date(2025, 12, 31)
        assert trouvee.date_possible == date(2028, 12, 31)
        assert REGLES[genre].libelle in trouvee.motif_possible
    requete = regle(GenreEvenement.REQUETE_INJONCTION, Genre.PUBLIC)
    assert requete.effet is Effet.AUCUN


@given(echeance=JOURS, jours=st.lists(st.tuples(st.sampled_from(GenreEvenement), JOURS), max_size=5))
def test_aucun_evenement_n_avance_la_date_limite_et_la_date_possible_la_suit(
    echeance: date, jours: list[tuple[GenreEvenement, date]]
) -> None:
    seule, trouvee = avec(echeance=echeance), avec(*jours, echeance=echeance)
    assert trouvee.date_limite >= seule.date_limite
    assert trouvee.date_possible is None or trouvee.date_possible > trouvee.date_limite
    assert (trouvee.date_limite == seule.date_limite) or trouvee.interruption is not None
    assert len(trouvee.effets) == len(jours)


@pytest.mark.parametrize(
    ("jour", "gravite", "mois"),
    [
        (date(2030, 5, 15), None, ""),
        (date(2030, 5, 16), Gravite.ATTENTION, "12 mois"),
        (date(2030, 11, 15), Gravite.ATTENTION, "12 mois"),
        (date(2030, 11, 16), Gravite.URGENT, "6 mois"),
        (date(2031, 2, 15), Gravite.URGENT, "6 mois"),
        (date(2031, 2, 16), Gravite.CRITIQUE, "3 mois"),
        (date(2031, 5, 16), Gravite.CRITIQUE, "3 mois"),
        (date(2031, 5, 17), Gravite.DEPASSEE, "expiré"),
    ],
)
def test_le_jour_de_chaque_seuil_d_alerte(jour: date, gravite: Gravite | None, mois: str) -> None:
    trouvee = alerte(prescription(ECHEANCE, None, Genre.ENTREPRISE, droit()), jour, seuils())
    if gravite is None:
        assert trouvee is None
        return
    assert trouvee is not None
    assert (trouvee.gravite, trouvee.date_limite) == (gravite, date(2031, 5, 16))
    assert "16 mai 2031" in trouvee.phrase
    assert mois in trouvee.phrase
    assert "date d'exécution n'étant pas connue" in trouvee.phrase


def test_l_alerte_garde_la_date_d_origine_et_montre_la_date_possible_a_cote() -> None:
    delai = avec((GenreEvenement.PAIEMENT_PARTIEL, date(2024, 6, 3)))
    trouvee = alerte(delai, date(2026, 1, 5), seuils())
    assert trouvee is not None
    assert trouvee.gravite is Gravite.CRITIQUE
    assert "le dernier jour utile est le 10 mars 2026" in trouvee.phrase
    assert "Date possible, à ne pas tenir pour acquise : 3 juin 2029" in trouvee.phrase


def test_l_alerte_dit_la_reserve_de_la_nature() -> None:
    delai = prescription(ECHEANCE, None, Genre.PARTICULIER, droit(), nature=Nature.CREDIT_CONSOMMATION)
    trouvee = alerte(delai, date(2028, 5, 17), seuils())
    assert trouvee is not None
    assert "forclusion" in trouvee.phrase


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (date(2031, 5, 31), 3, date(2031, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2029, 2, 28), 12, date(2028, 2, 28)),
        (date(2031, 8, 31), 6, date(2031, 2, 28)),
        (date(2031, 1, 31), 3, date(2030, 10, 31)),
        (date(2031, 12, 31), 12, date(2030, 12, 31)),
        (date(2031, 7, 31), 31, date(2028, 12, 31)),
    ],
)
def test_les_mois_se_comptent_en_arriere_de_quantieme_a_quantieme(
    jour: date, mois: int, attendu: date
) -> None:
    assert mois_avant(jour, mois) == attendu


@pytest.mark.parametrize("liste", [(3, 6), (6, 6)])
def test_les_seuils_vont_du_plus_lointain_au_plus_proche(liste: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError, match="du plus lointain"):
        seuils_de(*(Seuil(mois=m, gravite=Gravite.URGENT) for m in liste))


def test_depassee_n_est_pas_un_seuil() -> None:
    with pytest.raises(ValidationError, match="ce n'est pas un seuil"):
        seuils_de(Seuil(mois=3, gravite=Gravite.DEPASSEE))


def seuils_de(*liste: Seuil) -> SeuilsAlerte:
    return SeuilsAlerte(
        nom="prescription_alertes",
        libelle="Seuils",
        texte="Code civil",
        niveau=Niveau.PRIMAIRE,
        source="essai",
        verifie_jusqu_au=date(2026, 12, 31),
        seuils=liste,
    )
