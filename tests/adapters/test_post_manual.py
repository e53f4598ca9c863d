from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dossier.adapters.post_manual import PosteManuelle
from dossier.core.errors import DonneeInvalide, ErreurEnvoi

PDF = b"%PDF-1.7 lettre"


@pytest.fixture
def bac(tmp_path: Path) -> Path:
    return tmp_path / "bac"


def plis(bac: Path) -> list[str]:
    return sorted(f.name for f in bac.iterdir() if f.is_file())


def test_letter_is_in_the_tray_and_the_sentence_says_where(bac: Path) -> None:
    phrase = PosteManuelle(bac).remettre("FA-2026-0042.mise-en-demeure", PDF)
    fichier = bac / "FA-2026-0042.mise-en-demeure.pdf"
    assert phrase == f"Pli à imprimer et à poster : {fichier}"
    assert fichier.read_bytes() == PDF
    assert fichier.stat().st_mode & 0o777 == 0o644
    assert plis(bac) == ["FA-2026-0042.mise-en-demeure.pdf"]


def test_extension_is_not_doubled(bac: Path) -> None:
    PosteManuelle(bac).remettre("relance.pdf", PDF)
    assert plis(bac) == ["relance.pdf"]


def test_same_letter_again_is_one_letter(bac: Path) -> None:
    premiere = PosteManuelle(bac).remettre("relance", PDF)
    assert PosteManuelle(bac).remettre("relance", PDF) == premiere
    assert plis(bac) == ["relance.pdf"]


def test_letter_already_printed_and_removed_does_not_come_back(bac: Path) -> None:
    premiere = PosteManuelle(bac).remettre("relance", PDF)
    (bac / "relance.pdf").unlink()
    assert PosteManuelle(bac).remettre("relance", PDF) == premiere
    assert plis(bac) == []
    with pytest.raises(ErreurEnvoi, match="Un autre pli"):
        PosteManuelle(bac).remettre("relance", PDF + b"!")


def test_crash_before_the_record_keeps_one_letter(bac: Path) -> None:
    PosteManuelle(bac).remettre("relance", PDF)
    (bac / ".remis" / "relance.sha256").unlink()
    PosteManuelle(bac).remettre("relance", PDF)
    (bac / "relance.pdf").unlink()
    PosteManuelle(bac).remettre("relance", PDF)
    assert plis(bac) == []


def test_other_bytes_under_the_same_name_are_refused(bac: Path) -> None:
    PosteManuelle(bac).remettre("relance", PDF)
    with pytest.raises(ErreurEnvoi, match=r"Un autre pli porte déjà le nom relance\.pdf"):
        PosteManuelle(bac).remettre("relance", PDF + b"!")
    (bac / ".remis" / "relance.sha256").unlink()
    with pytest.raises(ErreurEnvoi, match="Un autre pli"):
        PosteManuelle(bac).remettre("relance", PDF + b"!")
    assert (bac / "relance.pdf").read_bytes() == PDF


def test_race_of_two_letters_lets_exactly_one_in(bac: Path) -> None:
    def remettre(rang: int) -> bool:
        try:
            PosteManuelle(bac).remettre("relance", PDF * 10_000 + bytes([rang % 2]))
        except ErreurEnvoi:
            return False
        return True

    with ThreadPoolExecutor(8) as fils:
        issues = list(fils.map(remettre, range(8)))
    gagnant = (bac / "relance.pdf").read_bytes()[-1]
    assert issues == [rang % 2 == gagnant for rang in range(8)]


@pytest.mark.parametrize("nom", ["", "../sorti", "a/b", ".cache", "a\nb", "été", "x" * 151])
def test_name_that_is_not_a_file_name_is_refused(bac: Path, nom: str) -> None:
    with pytest.raises(DonneeInvalide, match="ne convient pas"):
        PosteManuelle(bac).remettre(nom, PDF)
    assert not bac.exists()


def test_longest_name(bac: Path) -> None:
    PosteManuelle(bac).remettre("x" * 150, PDF)
    assert plis(bac) == ["x" * 150 + ".pdf"]


def test_tray_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "bac").write_text("un fichier")
    with pytest.raises(ErreurEnvoi, match="n'accepte pas le pli"):
        PosteManuelle(tmp_path / "bac").remettre("relance", PDF)
