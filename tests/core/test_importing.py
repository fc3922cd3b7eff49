"""Reading a city's files: what is taken, and what is refused with which sentence. No database."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.core.importing import ImportRefused, Row, apply, read_rows, refuse_doubles


def rows_of(folder: Path, content: bytes | str) -> list[Row]:
    """Read a file with the columns id (needed), titel and ort (not needed)."""
    path = folder / "file.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rows(path, ["id"], ["titel", "ort"])


def faults_of(folder: Path, content: bytes | str) -> list[str]:
    """The faults of a file that is refused."""
    with pytest.raises(ImportRefused) as refused:
        rows_of(folder, content)
    assert str(refused.value) == "\n".join(refused.value.faults)
    return refused.value.faults


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_city_may_write_its_file_with_any_usual_program(
    tmp_path: Path, start: bytes, delimiter: str, end: str
) -> None:
    lines = [delimiter.join(cells) for cells in (["id", "titel"], ["a", "Müll & Öl"], ["b", '"x"'])]
    content = start + end.join(lines).encode()
    for tail in (b"", end.encode(), end.encode() * 3):
        rows = rows_of(tmp_path, content + tail)
        assert [row.values for row in rows] == [
            {"id": "a", "titel": "Müll & Öl"},
            {"id": "b", "titel": "x"},
        ]
        assert [row.line for row in rows] == [2, 3]


def test_columns_may_stand_in_any_order_and_with_spaces(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, ' titel ;"id"\nTitel; a ')
    assert (row.text("id"), row.text("titel"), row.text("ort")) == ("a", "Titel", "")


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "id;titel\n\na;1\n;\n  ; \n\nb;2\n")
    assert [(row.line, row.text("id")) for row in rows] == [(3, "a"), (7, "b")]


def test_line_is_where_the_row_begins_even_after_texts_of_several_lines(tmp_path: Path) -> None:
    content = 'id;titel\na;"eins\nzwei\n\nvier"\nb;"x\r\ny"\nc;"Er sagte ""ja""; gut"\n'
    rows = rows_of(tmp_path, content)
    assert [(row.line, row.text("id")) for row in rows] == [(2, "a"), (6, "b"), (8, "c")]
    assert rows[0].text("titel") == "eins\nzwei\n\nvier"
    assert rows[2].text("titel") == 'Er sagte "ja"; gut'
    assert faults_of(tmp_path, content + "d;1;2\n") == ["line 9: has 3 columns, the header has 2"]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("", ["line 1: column 'id' is missing"]),
        ("\ufeff", ["line 1: column 'id' is missing"]),
        ("titel\nx", ["line 1: column 'id' is missing"]),
        ("id;farbe\na;1", ["line 1: column 'farbe' is not known"]),
        ("ID;titel\na;1", ["line 1: column 'id' is missing", "line 1: column 'ID' is not known"]),
        ("id;titel;titel\na;1;2", ["line 1: column 'titel' stands there twice"]),
        ("id;id\na;1", ["line 1: column 'id' stands there twice"]),
        ("id;\na;", ["line 1: column '' is not known"]),
        ("id;titel\na\nb;1;2\nc;1", [
            "line 2: has 1 columns, the header has 2", "line 3: has 3 columns, the header has 2",
        ]),
        ("id titel\na 1", ["line 1: column 'id' is missing", "line 1: column 'id titel' is not known"]),
        ("id\x00;titel\na;1", ["line 1: column 'id' is missing", "line 1: column 'id\\x00' is not known"]),
    ],
)  # fmt: skip
def test_city_is_told_what_is_wrong_with_the_columns(
    tmp_path: Path, content: str, faults: list[str]
) -> None:
    assert faults_of(tmp_path, content) == faults


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('id;titel\na;1\nb;"offen\nc;3\nd;4\n', 3),
        ('id;titel\na;1\nb;"zu" spät\n', 3),
        ('id;titel\na;"1\n2"\nb;"x"y"\n', 4),
        ("id;titel\na;" + "x" * 200_000, 2),
    ],
)
def test_city_is_told_where_the_quotes_went_wrong(tmp_path: Path, content: str, line: int) -> None:
    (fault,) = faults_of(tmp_path, content)
    assert fault.startswith(f"line {line}: ")


@pytest.mark.parametrize(
    ("content", "line", "place"),
    [
        ("id;titel\na;Müll\n".encode("latin-1"), 2, 12),
        ("id;titel\na;x\nb;€\n".encode("cp1252"), 3, 15),
        ("id;titel\n".encode("utf-16"), 1, 0),
        (b"id;titel\na;\xed\xa0\x80\n", 2, 11),
        (b"id;titel\na;\xc0\xaf\n", 2, 11),
        (b"\xff", 1, 0),
    ],
)
def test_city_is_told_where_the_file_is_not_utf8(
    tmp_path: Path, content: bytes, line: int, place: int
) -> None:
    expected = [f"line {line}: the file is not UTF-8 (byte {place})"]
    assert faults_of(tmp_path, content) == expected


def test_city_is_told_that_the_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_rows(tmp_path, ["id"], [])
    assert refused.value.faults == [f"{tmp_path}: Is a directory"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_file_of_anything_at_all_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for start in (b"", b"id;titel\n", b'id;titel\na;"'):
        try:
            rows = rows_of(tmp_path, start + content)
        except ImportRefused as refused:
            assert refused.faults
        else:
            assert all(set(row.values) <= {"id", "titel", "ort"} for row in rows)


def row(value: str) -> Row:
    """A row whose column x has this value."""
    return Row(7, {"x": value})


_NOT_WHOLE = ["-1", "+1", "1.0", "1,5", "1 000", "1_000", "0x10", "1e3", "٣", "３", "²", "½", "drei",
              "2147483648", str(10**30), "9" * 5000, "0" * 30 + "9" * 30, "NaN", "∞"]  # fmt: skip


@pytest.mark.parametrize("value", _NOT_WHOLE)
def test_number_that_no_database_holds_is_a_fault(value: str) -> None:
    one = row(value)
    assert one.number("x") is None
    assert len(one.faults) == 1
    assert one.faults[0].startswith("line 7, x: is not a whole number")
    assert len(one.faults[0]) < 200


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("", None),
        ("0", 0),
        (" 7 ", 7),
        ("2147483647", 2**31 - 1),
        ("0" * 5000 + "1", 1),
        ("000", 0),
    ],
)
def test_number_is_read(value: str, number: int | None) -> None:
    one = row(value)
    assert (one.number("x"), one.faults) == (number, [])


_NO_DAY = ["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-01", "2026-1-1", "20260301",
           "2026-W01-1", "2026-03", "01.03.2026", "٢٠٢٦-٠٣-٠١", "2026-03-01T10:00", "0000-01-01",
           "0001-01-01", "9999-12-31", "-2026-01-01", "heute", str(10**30)]  # fmt: skip


@pytest.mark.parametrize("value", _NO_DAY)
def test_day_that_does_not_exist_is_a_fault(value: str) -> None:
    one = row(value)
    assert one.day("x") is None
    assert len(one.faults) == 1
    assert one.faults[0].startswith("line 7, x: is not a day")


@pytest.mark.parametrize("value", ["1000-01-01", "2024-02-29", "2999-12-31"])
def test_day_is_read(value: str) -> None:
    one = row(value)
    assert (one.day("x"), one.faults) == (date.fromisoformat(value), [])
    assert row("").day("x") is None


@pytest.mark.parametrize("value", ["", "2026", "2026-03", "2026-02-28"])
def test_rough_date_is_kept_as_written(value: str) -> None:
    one = row(value)
    assert (one.rough_date("x"), one.faults) == (value, [])


@pytest.mark.parametrize(
    "value", ["26", "2026-3", "2026-13", "2026-02-30", "2026-", "٢٠٢٦", "0000", "Frühjahr 2026"]
)
def test_rough_date_that_does_not_exist_is_a_fault(value: str) -> None:
    one = row(value)
    assert one.rough_date("x") == ""
    assert one.rough_date("x") == "", "reading it twice is one fault"
    assert len(one.faults) == 1


def test_moment_is_at_the_time_of_the_city_unless_it_says_otherwise() -> None:
    for value, moment in {
        "2026-03-01T18:00": datetime(2026, 3, 1, 17, tzinfo=UTC),
        "2026-07-01T18:00:30": datetime(2026, 7, 1, 16, 0, 30, tzinfo=UTC),
        "2026-07-01T18:00Z": datetime(2026, 7, 1, 18, tzinfo=UTC),
        "2026-07-01T18:00-05:00": datetime(2026, 7, 1, 23, tzinfo=UTC),
    }.items():
        one = row(value)
        assert (one.city_moment("x"), one.faults) == (moment, [])
    assert row("2026-03-01").city_moment("x") == date(2026, 3, 1)
    assert row("").city_moment("x") is None


@pytest.mark.parametrize(
    "value", ["2026-03-01T25:00", "2026-03-01T", "T18:00", "2026-02-30T10:00", "2026-W01-1T10:00"]
)
def test_moment_that_does_not_exist_is_a_fault(value: str) -> None:
    one = row(value)
    assert one.city_moment("x") is None
    assert len(one.faults) == 1


@pytest.mark.parametrize(
    "value", ["٤٩", "49,9", "90.1", "-90.1", "1e1", "nan", "inf", "49.123456789"]
)
def test_place_that_is_not_on_earth_is_a_fault(value: str) -> None:
    one = row(value)
    assert one.degrees("x", 90) is None
    assert len(one.faults) == 1
    assert [row(v).degrees("x", 90) for v in ("49.998", "-90", "90.0", "")] == [
        49.998,
        -90,
        90,
        None,
    ]


@pytest.mark.parametrize(
    "value", ["Ä", "a b", "a_b", "-a", "a-", "a--b", "A", "a/b", "٣", "x" * 81, ""]
)
def test_name_for_addresses_that_is_none_is_a_fault(value: str) -> None:
    one = row(value)
    one.slug("x")
    assert len(one.faults) == 1
    assert row("sp-3-morgen").slug("x") == "sp-3-morgen"


def test_text_with_a_null_character_or_too_long_is_a_fault() -> None:
    for value, start in {
        "a\x00b": "line 7, x: contains a null",
        "x" * 11: "line 7, x: has 11",
    }.items():
        one = row(value)
        one.text("x", longest=10)
        assert [fault[: len(start)] for fault in one.faults] == [start]


def test_choice_is_read_whatever_its_capitals() -> None:
    assert row("LÄUFT").choice("x", {"läuft": 1}) == 1
    assert row("").choice("x", {"läuft": 1}) is None
    one = row("geht")
    assert one.choice("x", {"läuft": 1, "ruht": 2}) is None
    assert one.faults == ["line 7, x: must be one of: läuft, ruht (read: 'geht')"]


def test_row_with_a_key_that_stood_before_is_a_fault_at_the_later_line() -> None:
    rows = [Row(line, {"x": key}) for line, key in enumerate(["a", "b", " a ", "A", "a"], 2)]
    refuse_doubles(rows, "x")
    assert [one.faults for one in rows] == [
        [], [], ["line 4, x: stands in line 2 already (read: ' a ')"], [],
        ["line 6, x: stands in line 2 already (read: 'a')"],
    ]  # fmt: skip


def test_applying_values_tells_whether_anything_differs() -> None:
    one = Row(1, {})
    assert apply(one, {"line": 1}) is False
    assert apply(one, {"line": 2}) is True
    assert one.line == 2
