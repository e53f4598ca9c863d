# ruff: noqa: TID251  the real clock is what is tested
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from dossier.adapters.clock import RealClock, SimulatedClock
from dossier.core.errors import ConfigurationInvalide, DonneeInvalide

MIDI = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def horloge(tmp_path: Path) -> SimulatedClock:
    horloge = SimulatedClock(tmp_path / "demo" / "horloge")
    horloge.regler(MIDI)
    return horloge


def test_real_clock_is_the_machine_in_utc() -> None:
    avant = datetime.now(UTC)
    lu = RealClock().now()
    assert avant <= lu <= datetime.now(UTC)
    assert lu.utcoffset() == timedelta(0)
    assert RealClock().reel(MIDI) is MIDI
    assert abs(RealClock().jour() - datetime.now(UTC).date()) <= timedelta(days=1)


def test_simulated_clock_stands_still_and_is_shared(horloge: SimulatedClock, tmp_path: Path) -> None:
    autre = SimulatedClock(tmp_path / "demo" / "horloge")
    assert horloge.now() == autre.now() == MIDI
    autre.regler(MIDI + timedelta(days=8))
    assert horloge.now() == MIDI + timedelta(days=8)
    assert [f.name for f in (tmp_path / "demo").iterdir()] == ["horloge"]


def test_the_legal_day_is_the_one_of_paris(horloge: SimulatedClock) -> None:
    horloge.regler(datetime(2026, 11, 21, 22, 59, tzinfo=UTC))
    assert horloge.jour() == date(2026, 11, 21)
    horloge.regler(datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    assert horloge.jour() == date(2026, 11, 22)


def test_another_zone_is_kept_as_the_same_instant(horloge: SimulatedClock) -> None:
    horloge.regler(datetime(2026, 11, 21, 14, tzinfo=timezone(timedelta(hours=1))))
    assert horloge.now() == datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert horloge.now().utcoffset() == timedelta(0)


def test_never_backwards(horloge: SimulatedClock) -> None:
    horloge.regler(MIDI)
    with pytest.raises(DonneeInvalide, match="ne recule pas : elle est au 21 novembre 2026 à 13 h 00"):
        horloge.regler(MIDI - timedelta(microseconds=1))
    assert horloge.now() == MIDI


def test_naive_instant_refused(horloge: SimulatedClock) -> None:
    with pytest.raises(DonneeInvalide, match="fuseau"):
        horloge.regler(datetime(2027, 1, 1))


@pytest.mark.parametrize(
    ("ecart", "attendu"),
    [
        (timedelta(days=30), timedelta(days=30)),
        (timedelta(days=1, seconds=60), timedelta(days=1, seconds=60)),
        (timedelta(hours=1), timedelta(days=1)),
        (timedelta(microseconds=1), timedelta(days=1)),
        (timedelta(0), timedelta(0)),
        (timedelta(days=-2), timedelta(days=-2)),
    ],
)
def test_real_distance_of_a_simulated_date(
    horloge: SimulatedClock, ecart: timedelta, attendu: timedelta
) -> None:
    avant = datetime.now(UTC)
    reel = horloge.reel(MIDI + ecart)
    assert avant + attendu <= reel <= datetime.now(UTC) + attendu


def test_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalide, match=r"n'est pas réglée : le fichier .*absente n'existe pas"):
        SimulatedClock(tmp_path / "absente").now()


@pytest.mark.parametrize("texte", ["", "demain", "2026-11-21T12:00:00", "é"])
def test_unreadable_file_says_so(tmp_path: Path, texte: str) -> None:
    fichier = tmp_path / "horloge"
    fichier.write_text(texte, encoding="utf-8")
    with pytest.raises(ConfigurationInvalide, match="illisible"):
        SimulatedClock(fichier).now()
    with pytest.raises(ConfigurationInvalide, match="illisible"):
        SimulatedClock(fichier).regler(MIDI)


def test_folder_that_cannot_be_written() -> None:
    with pytest.raises(ConfigurationInvalide, match="ne peut pas être écrit"):
        SimulatedClock(Path("/proc/dossier/horloge")).regler(MIDI)


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalide, match="illisible"):
        SimulatedClock(tmp_path).now()
