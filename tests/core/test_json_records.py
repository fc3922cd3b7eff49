"""Reading other cities' JSON files: what is taken, and what is refused with which sentence. No database."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.core.importing import ImportRefused, Report
from participation.core.json_records import (
    Record,
    clean_text,
    read_json,
    records_of,
    refuse_doubles,
    shown,
)
from tests.core.broken_json import BROKEN


def content_of(folder: Path, content: bytes) -> Any:
    """Read a file."""
    path = folder / "file.json"
    path.write_bytes(content)
    return read_json(path)


@pytest.mark.parametrize(("content", "sentence"), BROKEN)
def test_city_is_told_why_a_file_cannot_be_read(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        content_of(tmp_path, content)
    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].startswith(sentence)
    assert len(refused.value.faults[0]) < 200


def test_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert content_of(tmp_path, b'\xef\xbb\xbf[{"a": "\\u00fc"}]') == [{"a": "ü"}]


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused):
        read_json(tmp_path)


@pytest.mark.parametrize("content", [None, 1, "x", {}, {"a": [1]}, [], True])
def test_what_is_no_list_of_records_is_refused(content: Any) -> None:
    with pytest.raises(ImportRefused, match="there is no list of records"):
        records_of(content, lambda values: "")


def test_record_that_is_no_object_is_named_by_its_place() -> None:
    records = records_of([{"a": 1}, 5, {}, None, ["x"]], lambda values: values["a"])
    assert [record.faults for record in records] == [
        [],
        ["record 2: is no object with keys (read: '5')"],
        ["record 3: is no object with keys (read: 'object with ')"],
        ["record 4: is no object with keys (read: 'None')"],
        ["record 5: is no object with keys (read: 'list of 1')"],
    ]


def record(**values: Any) -> Record:
    """The seventh record of a list."""
    return Record(7, values, "Weg")


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, ["x"]])
def test_what_is_no_text_is_a_fault(value: Any) -> None:
    one = record(x=value)
    assert one.text("x") == ""
    assert len(one.faults) == 1
    assert one.faults[0].startswith("record 7 ('Weg'), x: is not a text")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is needed"),
        (" \r\n\u00a0&nbsp;", "is needed"),
        ("x" * 11, "has 11 characters, at most 10 fit"),
        ("a\x00b", "contains a control character"),
        ("a\x1b[31m", "contains a control character"),
        ("a\ud800", "contains half a character"),
    ],
)
def test_text_that_no_column_takes_is_a_fault(value: str, reason: str) -> None:
    one = record(x=value)
    one.text("x", longest=10, required=True)
    assert [fault.split(" (read")[0] for fault in one.faults] == [f"record 7 ('Weg'), x: {reason}"]
    "".join(one.faults).encode()


def test_key_that_is_missing_is_one_fault() -> None:
    one = record()
    assert (one.text("x"), one.texts("y"), one.choice("z", {1: 2})) == ("", [], None)
    assert one.faults == [f"record 7 ('Weg'), {key}: is missing" for key in "xyz"]


@pytest.mark.parametrize("value", ["x", None, [1], ["x", None], [["x"]], {}])
def test_what_is_no_list_of_texts_is_a_fault(value: Any) -> None:
    one = record(x=value)
    assert one.texts("x") == []
    assert len(one.faults) == 1


def test_texts_that_say_nothing_are_left_out() -> None:
    one = record(x=["-", " ", "Ja.", "–", "a - b"])
    assert (one.texts("x"), one.faults) == (["Ja.", "a - b"], [])


@pytest.mark.parametrize("value", ["b", 2, 1.0, True, None, [1], {}])
def test_choice_that_is_none_is_a_fault(value: Any) -> None:
    one = record(x=value)
    assert one.choice("x", {"a": 1, 1: 2}) is None
    assert len(one.faults) == 1


@pytest.mark.parametrize(
    "address",
    ["", "x", "javascript:alert(1)", "//example.org/x", "https://", "https://x y.de", "ftp://x.de",
     "https://a.de/\"onclick=", "data:text/html,x", "https://a.de/\n", "HTTPS://A.DE", "http://.",
     "https://a.de/" + "x" * 500],
)  # fmt: skip
def test_address_that_is_none_is_a_fault(address: str) -> None:
    one = record(x=address)
    one.address("x", address, 500)
    assert len(one.faults) == (0 if address == "https://a.de/\n" else 1), (
        "spaces around do not count"
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (" a\r\nb\r\n\r\n\tc ", "a\nb\nc"),
        ("a\u00a0 b", "a b"),
        ("M&uuml;ll &amp; &#214;l &#x41;", "Müll & Öl A"),
        ("a & b; c&d;", "a & b; c&d;"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("&lt;b&gt;", "<b>"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_key_of_an_earlier_record_is_a_fault() -> None:
    records = records_of([{"k": "a"}, {"k": " a"}, {"k": 1}, {}, {"k": "b"}], lambda values: "")
    refuse_doubles(records, "k")
    assert [len(one.faults) for one in records] == [0, 1, 0, 1, 0]
    assert records[1].faults == ["record 2, k: stands in record 1 already (read: ' a')"]


def test_report_counts_and_shows_a_few() -> None:
    report = Report()
    for value in ("a", "a", "b", "c", "d", "x" * 100):
        report.leave("Ort", value)
    report.leave("\ud800\x1b", "\ud800")
    assert report.counts["Ort"] == 6
    assert report.lines() == [
        "Ort: 6, such as 'a', 'b', 'c'",
        "'\\ud800\\x1b': 1, such as '\\ud800'",
    ]
    "".join(report.lines()).encode()
    report = Report()
    record(a="1", b=[], c=None, d="", e=0, f={"g": 1}).leave_all_but(["a"], report)
    assert report.lines() == ["e: 1, such as '0'", "f: 1, such as 'object with g'"]
    assert Report().lines() == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_file_of_anything_at_all_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    for start in (b"", b"[", b'{"a": "', b"[{"):
        try:
            content_of(tmp_path, start + content)
        except ImportRefused as refused:
            assert refused.faults


@given(_JSON)
def test_every_value_can_be_shown_and_asked(value: Any) -> None:
    assert isinstance(shown(value), str)
    one = record(x=value)
    for ask in (one.text, one.texts):
        ask("x")
    one.choice("x", {"a": 1})
    "".join(one.faults).encode()
