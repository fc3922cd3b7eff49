"""Names and kinds of files, as tables."""

import pytest

from participation.files import rules
from participation.files.rules import MediaType
from tests.files.uploads import HTML, PDF, SVG


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Foto vom Platz.JPG", "Foto vom Platz.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\mara\\Bild.png", "Bild.jpg"),
        ("a\r\nX: y", "a X y.jpg"),
        ("x" * 300 + ".jpg", "x" * 80 + ".jpg"),
        ("harmlos\u202egpj.exe", "harmlos gpj.jpg"),
        ("a\u200fb\u2066c.jpg", "a b c.jpg"),
        ("foto.php.jpg", "foto.php.jpg"),
        ("\x00\x1b[31m.png", "[31m.jpg"),
        ("", "Bild.jpg"),
        (None, "Bild.jpg"),
        ("...", "Bild.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("<script>alert(1)</script>", "script.jpg"),
        ('"; filename="x.exe', "filename= x.jpg"),
        ("Plan 50%.pdf", "Plan 50.jpg"),
        ("Straße & Größe.jpeg", "Straße & Größe.jpg"),
        ("cafe\u0301.jpg", "café.jpg"),
        ("\ud800.jpg", "Bild.jpg"),
        ("план.png", "план.jpg"),
    ],
)
def test_name_keeps_only_what_is_harmless(given: str | None, expected: str) -> None:
    name = rules.clean_name(given, MediaType.JPEG)
    assert name == expected
    assert len(name) <= rules.LONGEST_NAME + 5
    name.encode("utf-8")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PDF, True),
        (PDF + b"\r\n" * 100, True),
        (PDF + b"x" * 2000, False),
        (b"\n" + PDF, False),
        (HTML + PDF, False),
        (PDF[:-10], False),
        (b"%PDF-", False),
        (SVG, False),
        (b"", False),
    ],
)
def test_pdf_is_known_by_its_ends(data: bytes, expected: bool) -> None:
    assert rules.is_pdf(data) is expected


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [
        ((100, 50), 800, (100, 50)),
        ((4000, 3000), 800, (800, 600)),
        ((3000, 4000), 800, (600, 800)),
        ((60_000, 1), 800, (800, 1)),
    ],
)
def test_picture_is_fitted_by_its_longest_side(
    size: tuple[int, int], longest: int, expected: tuple[int, int]
) -> None:
    assert rules.fitting(*size, longest) == expected


def test_every_kind_has_an_ending_and_can_be_refused() -> None:
    assert set(rules.ENDINGS) == set(MediaType) == rules.IMAGES | rules.DOCUMENTS
    assert isinstance(rules.refusal(rules.IMAGES), rules.NoImage)
    assert isinstance(rules.refusal(rules.DOCUMENTS), rules.NoDocument)
    both = rules.refusal(rules.IMAGES | rules.DOCUMENTS)
    assert isinstance(both, rules.NeitherImageNorDocument)
