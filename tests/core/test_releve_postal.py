"""When a letter is asked of its carrier."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.releve_postal import ABANDON, CADENCE, CADENCE_LENTE, PREMIERS_JOURS, a_demander

DEPOT = date(2026, 9, 1)
NUMEROS = [f"1A{rang:011d}" for rang in range(2400)]
UNE_HEURE = timedelta(hours=1)


def midi(jours: int) -> datetime:
    """Noon UTC so many days after the deposit: the same day in Paris."""
    return datetime(2026, 9, 1, 12, tzinfo=UTC) + timedelta(days=jours)


def heures(numero: str, jours: int) -> list[int]:
    """The hours (UTC) at which that letter is asked on that day after its deposit."""
    minuit = midi(jours) - timedelta(hours=12)
    return [heure for heure in range(24) if a_demander(numero, DEPOT, minuit + heure * UNE_HEURE)]


@pytest.mark.parametrize("numero", NUMEROS[:30])
def test_une_lettre_recente_est_demandee_toutes_les_six_heures(numero: str) -> None:
    demandes = heures(numero, 10)
    assert [autre - demandes[0] for autre in demandes] == [0, 6, 12, 18]


@pytest.mark.parametrize("numero", NUMEROS[:30])
def test_apres_trente_jours_une_fois_par_jour_a_l_une_de_ses_heures(numero: str) -> None:
    (demande,) = heures(numero, PREMIERS_JOURS + 5)
    assert demande in heures(numero, 10)


def demandes_du_jour(jours: int) -> int:
    """How often one letter is asked over 24 hours that all belong to that day after deposit, in Paris."""
    minuit = datetime(2026, 9, 1, tzinfo=ZoneInfo("Europe/Paris")) + timedelta(days=jours)
    debut = minuit.astimezone(UTC)
    return sum(a_demander(NUMEROS[0], DEPOT, debut + heure * UNE_HEURE) for heure in range(24))


@pytest.mark.parametrize(
    ("jours", "fois"),
    [
        (-1, 0),
        (0, 24 // CADENCE),
        (PREMIERS_JOURS, 24 // CADENCE),
        (PREMIERS_JOURS + 1, 24 // CADENCE_LENTE),
        (ABANDON, 1),
        (ABANDON + 1, 0),
        (10 * ABANDON, 0),
    ],
)
def test_les_limites_d_age_se_comptent_en_jours_a_paris(jours: int, fois: int) -> None:
    assert demandes_du_jour(jours) == fois


@given(
    st.sampled_from(NUMEROS),
    st.datetimes(datetime(2026, 9, 1, 12), datetime(2027, 3, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(minutes=59, seconds=59)),
)
def test_un_tour_en_retard_dans_son_heure_demande_les_memes_lettres(
    numero: str, instant: datetime, retard: timedelta
) -> None:
    pile = instant.replace(minute=0, second=0, microsecond=0)
    meme_jour = pile.astimezone(ZoneInfo("Europe/Paris")).date()
    assert (pile + retard).astimezone(ZoneInfo("Europe/Paris")).date() == meme_jour
    assert a_demander(numero, DEPOT, pile + retard) is a_demander(numero, DEPOT, pile)


def test_l_heure_suivante_demande_d_autres_lettres() -> None:
    premieres = {numero for numero in NUMEROS if a_demander(numero, DEPOT, midi(5))}
    suivantes = {numero for numero in NUMEROS if a_demander(numero, DEPOT, midi(5) + UNE_HEURE)}
    assert premieres
    assert not premieres & suivantes


def test_six_tours_de_suite_demandent_chaque_lettre_une_fois() -> None:
    tours = [midi(5) + heure * UNE_HEURE for heure in range(CADENCE)]
    demandes = Counter(numero for tour in tours for numero in NUMEROS if a_demander(numero, DEPOT, tour))
    assert demandes == Counter(NUMEROS)


def test_un_tour_manque_se_rattrape_au_suivant() -> None:
    manquees = [numero for numero in NUMEROS if a_demander(numero, DEPOT, midi(5))]
    assert all(a_demander(numero, DEPOT, midi(5) + CADENCE * UNE_HEURE) for numero in manquees)


@pytest.mark.parametrize(("jours", "tours"), [(5, CADENCE), (60, CADENCE_LENTE)])
def test_des_milliers_de_lettres_se_repartissent_sur_les_tours(jours: int, tours: int) -> None:
    moyenne = len(NUMEROS) / tours
    for heure in range(tours):
        tour = midi(jours) + heure * UNE_HEURE
        assert 0.6 * moyenne < sum(a_demander(numero, DEPOT, tour) for numero in NUMEROS) < 1.4 * moyenne


@pytest.mark.parametrize("bascule", [date(2026, 10, 25), date(2026, 3, 29)])
def test_le_changement_d_heure_ne_saute_ni_ne_double_aucune_lettre(bascule: date) -> None:
    debut = datetime(bascule.year, bascule.month, bascule.day, tzinfo=UTC) - timedelta(hours=12)
    depot = bascule - timedelta(days=10)
    for numero in NUMEROS[:50]:
        demandes = [h for h in range(48) if a_demander(numero, depot, debut + h * UNE_HEURE)]
        assert [suivante - demande for demande, suivante in pairwise(demandes)] == [CADENCE] * 7


def test_le_fuseau_de_l_instant_ne_change_rien() -> None:
    ailleurs = timezone(timedelta(hours=-9))
    for numero in NUMEROS[:100]:
        assert a_demander(numero, DEPOT, midi(3)) is a_demander(numero, DEPOT, midi(3).astimezone(ailleurs))


def test_l_heure_d_une_lettre_est_la_meme_dans_un_autre_processus() -> None:
    """`hash` would change with each process."""
    code = (
        "from datetime import UTC, date, datetime\n"
        "from dossier.core.releve_postal import a_demander\n"
        "print([h for h in range(24) if a_demander('2C12345678901', date(2026, 9, 1), "
        "datetime(2026, 9, 10, h, tzinfo=UTC))])"
    )
    sorties = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": graine},
        ).stdout.strip()
        for graine in ("1", "2")
    }
    assert sorties == {str(heures("2C12345678901", 9))}
