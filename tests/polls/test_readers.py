"""Files of ballots: what each kind can say, and where a broken one is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.polls.readers import READERS, BallotFile, BallotFileBroken, read_ballots


def read(suffix: str, *lines: str) -> BallotFile:
    """Read lines as a file."""
    return read_ballots(f"ballots{suffix}", "\n".join([*lines, ""]).encode())


def refused(suffix: str, *lines: str) -> str:
    """Return why lines are refused."""
    with pytest.raises(BallotFileBroken) as caught:
        read(suffix, *lines)
    assert str(caught.value).startswith(f"Zeile {caught.value.line}: ")
    return str(caught.value)


BLT = ("3 1", "4 2 1 0", "2 3 0", "1 0", "0", '"Anna"', '"Ben"', '"Cem"', '"Kleingarten"')


def test_blt_says_candidates_seats_ballots_and_title() -> None:
    file = read(".blt", *BLT)
    assert (file.title, file.seats) == ("Kleingarten", 1)
    profile = file.profile
    assert profile.options == ("Anna", "Ben", "Cem")
    assert profile.ballots == ((4, ((2,), (1,))), (2, ((3,),)))
    assert profile.blank == 1


def test_blt_may_have_a_byte_order_mark_comments_quotes_and_other_line_breaks() -> None:
    text = (
        "\ufeff# Wahl im Verein\r\n3 2 # Plätze\r\n/* zwei\r\nZeilen */ 1 1 2\r\n3 0 1 2=3 - 1 0\r\n0\r\n"
        '"Anna "Anni" Adler" # so heißt sie\r\n"Ben ""B"" Bach" "Cem \\"C\\""\r\n"Verein # 1"'
    )
    file = read_ballots("a.BLT", text.encode())
    assert file.profile.options == ('Anna "Anni" Adler', 'Ben "B" Bach', 'Cem "C"')
    assert file.title == "Verein # 1"
    assert file.profile.ballots == ((1, ((1,), (2,), (3,))), (1, ((2, 3), (1,))))


def test_who_has_withdrawn_is_taken_out_of_every_ballot() -> None:
    file = read(
        ".blt", "4 2", "-2 -4", "3 2 1 3 0", "1 2 4 0", "5 3=4 1 0", "0", '"A"', '"B"', '"C"', '"D"'
    )
    assert file.profile.options == ("A", "C")
    assert file.profile.ballots == ((3, ((1,), (2,))), (5, ((2,), (1,))))
    assert file.profile.blank == 1
    assert file.profile.notes == (
        "B hat die Bewerbung zurückgezogen und zählt nicht mit.",
        "D hat die Bewerbung zurückgezogen und zählt nicht mit.",
    )


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["x 1"], "Zeile 1: Zahl der Kandidaturen: Hier muss eine ganze Zahl stehen, nicht 'x'"),
        (["0 1"], "Zeile 1: Zahl der Kandidaturen: 0 ist zu klein"),
        (["3"], "Zeile 1: die Datei ist zu Ende. Es fehlt: Zahl der Plätze"),
        (["3 1", "-9"], "Zeile 2: die Nummer 9 gibt es nicht; es gibt 1 bis 3"),
        (["3 1", "1 4 0"], "Zeile 2: die Nummer 4 gibt es nicht"),
        (["3 1", "1 1 0", "2 1 1 0"], "Zeile 3: der Stimmzettel nennt '1' 2-mal"),
        (["3 1", "1 1 2"], "Zeile 2: die Datei ist zu Ende. Es fehlt: die 0 am Ende"),
        (["3 1", "1 1 2", '"Anna"'], "Zeile 3: es fehlt die 0 am Ende des Stimmzettels"),
        (["3 1", "1.5 1 0"], "Zeile 2: Zahl der Stimmzettel: Hier muss eine ganze Zahl"),
        (["3 1", "(7) 1 0"], "Zeile 2: Zahl der Stimmzettel"),
        (["3 1", "99999999999999999 1 0"], "Zeile 2: Zahl der Stimmzettel"),
        (["3 1", "1 1 0", "0", '"A"', "B"], "Zeile 5: Name 2 muss in"),
        (["3 1", "1 1 0", "0", '"A"', '"B"'], "Zeile 5: die Datei ist zu Ende. Es fehlt: Name 3"),
        (["3 1", "1 1 0", "0", '"A', '"B"'], "Zeile 4: hier beginnt ein Name"),
        (["3 1", "/* 1 1 0"], "Zeile 2: hier beginnt ein Kommentar, der nicht endet"),
        ([], "Zeile 1: die Datei ist zu Ende"),
    ],
)
def test_broken_blt_is_refused_with_its_line(lines: list[str], words: str) -> None:
    assert words in refused(".blt", *lines)


def preflib(data_type: str, *lines: str, voters: int = 3, more: tuple[str, ...] = ()) -> list[str]:
    """A file of PrefLib about three alternatives; the first ballot stands in line 9 (and further)."""
    return [
        "# FILE NAME: x", "# TITLE: Wahl: heute", f"# DATA TYPE: {data_type}", "# NUMBER ALTERNATIVES: 3",
        f"# NUMBER VOTERS: {voters}", "# ALTERNATIVE NAME 1: A", "# ALTERNATIVE NAME 2: B",
        "# ALTERNATIVE NAME 7: C", *more, *lines,
    ]  # fmt: skip


def test_preflib_has_rankings_with_equal_places() -> None:
    file = read(".toi", *preflib("toi", "2: 7,{1, 2}", "", "1:2,"))
    assert file.title == "Wahl: heute"
    assert file.profile.options == ("A", "B", "C")
    assert file.profile.ballots == ((1, ((2,),)), (2, ((3,), (1, 2))))


def test_preflib_counts_empty_rankings_as_blank() -> None:
    assert read(".soi", *preflib("soi", "3:")).profile.blank == 3


def test_two_categories_are_approval_and_more_are_a_ranking() -> None:
    two = ("# NUMBER CATEGORIES: 2",)
    file = read(".cat", *preflib("cat", "2: {1,7},2", "1: {},{1,2,7}", more=two))
    assert (file.profile.kind, file.profile.ballots) == ("approval", ((2, (1, 3)),))
    assert file.profile.blank == 1
    more = ("# NUMBER CATEGORIES: 3",)
    file = read(".cat", *preflib("cat", "3: {},{1,7},2", more=more))
    assert (file.profile.kind, file.profile.ballots) == ("rank", ((3, ((1, 3), (2,))),))


def test_number_without_a_name_is_an_option_and_is_mentioned() -> None:
    profile = read(".soi", *preflib("soi", "3: 9,1")).profile
    assert profile.options == ("A", "B", "C", "9")
    assert "Zeile 9 nennt die Nummer 9" in profile.notes[0]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["3", "1,A"], "Zeile 1: davor fehlt der Kopf mit # DATA TYPE"),
        (["# TITLE: x"], "Zeile 1: davor fehlt der Kopf"),
        (preflib("wmd"), "Zeile 3: DATA TYPE muss eins von"),
        (preflib("soi", "2: 1"), "Zeile 5: NUMBER VOTERS ist 3, aber es sind 2 Stimmzettel"),
        (preflib("soi", "3 1,2"), "Zeile 9: nach der Zahl der Stimmzettel fehlt der Doppelpunkt"),
        (preflib("soi", ": 1,2"), "Zeile 9: Zahl der Stimmzettel"),
        (preflib("soi", "3: 1,x"), "Zeile 9: Nummer: Hier muss eine ganze Zahl stehen, nicht 'x'"),
        (preflib("soi", "3: 1,,2"), "Zeile 9: zwischen zwei Kommas"),
        (preflib("soi", "3: 1,2,1"), "Zeile 9: der Stimmzettel nennt '1' 2-mal"),
        (preflib("soi", "3: {1,2}"), "Zeile 9: bei soi gibt es keine gleichen Plätze"),
        (preflib("soc", "3: 1,2"), "Zeile 9: bei soc muss jede Zeile alle Nummern nennen"),
        (preflib("toi", "3: 1,{2,7"), "Zeile 9: das ist nicht lesbar"),
        (preflib("toi", "3: 1,{2,}"), "Zeile 9: zwischen zwei Kommas fehlt"),
        (preflib("toi", "3: {},1"), "Zeile 9: zwischen zwei Kommas oder Klammern"),
        (preflib("soi", more=("# ALTERNATIVE NAME 1: Z",)), "Zeile 9: die Nummer 1 hat zwei Namen"),
        (preflib("soi", more=("# ALTERNATIVE NAME 8: Z",)), "Zeile 4: NUMBER ALTERNATIVES ist 3"),
    ],
)
def test_broken_preflib_is_refused_with_its_line(lines: list[str], words: str) -> None:
    assert words in refused(".soi", *lines)


def pabulib(
    *votes: str,
    vote_type: str = "approval",
    many: int | None = None,
    columns: str = "voter_id;vote",
    more: tuple[str, ...] = (),
    budget: str = "100",
) -> list[str]:
    """A file about two projects; the first vote stands in line 13 (and further)."""
    return [
        "META", "key;value", "description;Geld", "num_projects;2",
        f"num_votes;{len(votes) if many is None else many}", f"budget;{budget}", f"vote_type;{vote_type}",
        *more, "PROJECTS", "project_id;cost;name", 'p1;60;"Bank; rot"', "p2;40,50;Baum", "VOTES", columns,
        *votes,
    ]  # fmt: skip


def test_pabulib_has_a_budget_and_votes() -> None:
    file = read(".pb", *pabulib("1;p1,p2", "2;p2", "3;", "4;p2"))
    profile = file.profile
    assert (file.title, profile.kind) == ("Geld", "approval")
    assert profile.options == ("Bank; rot", "Baum")
    assert [str(cost) for cost in profile.costs] == ["60", "81/2"]
    assert profile.budget == 100
    assert profile.ballots == ((1, (1, 2)), (2, (2,)))
    assert profile.blank == 1


def test_pabulib_has_orders_and_points() -> None:
    profile = read(".pb", *pabulib("1;p2,p1", vote_type="ordinal")).profile
    assert (profile.kind, profile.ballots) == ("rank", ((1, ((2,), (1,))),))
    points = pabulib("1;p2,p1;3,1", vote_type="cumulative", columns="voter_id;vote;points")
    profile = read(".pb", *points).profile
    assert (profile.kind, profile.ballots) == ("points", ((1, ((1, 1), (2, 3))),))


def test_vote_for_too_much_is_invalid_and_not_a_fault_of_the_file() -> None:
    profile = read(".pb", *pabulib("1;p1,p2", "2;p1", more=("max_length;1",))).profile
    assert (profile.valid, profile.invalid) == (1, 1)
    assert profile.reasons == (("mehr als 1 Vorhaben genannt", 1),)
    points = pabulib(
        "1;p1;9", vote_type="cumulative", columns="voter_id;vote;points", more=("max_sum_points;3",)
    )
    assert read(".pb", *points).profile.reasons == (("mehr als 3 Punkte gegeben", 1),)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["x;y"], "Zeile 1: die Datei muss mit META beginnen"),
        (pabulib()[:7], "Zeile 7: der Abschnitt PROJECTS fehlt"),
        (pabulib(many=2), "Zeile 5: num_votes ist 2, aber es sind 0"),
        (pabulib(budget="viel"), "Zeile 6: budget: Hier muss ein Betrag stehen, nicht 'viel'"),
        (pabulib(vote_type="dice"), "Zeile 7: vote_type muss eins von"),
        (pabulib("1;p3"), "Zeile 14: das Vorhaben 'p3' gibt es nicht"),
        (pabulib("1;p1,p1"), "Zeile 14: der Stimmzettel nennt 'p1' 2-mal"),
        (pabulib("1;p1;x"), "Zeile 14: 3 Werte für 2 Spalten"),
        (pabulib("1", columns="voter_id"), "Zeile 14: die Spalte vote fehlt"),
        (pabulib('1;"p1'), "Zeile 14: das ist nicht lesbar"),
        (pabulib("1;p1", vote_type="cumulative"), "Zeile 14: die Spalte points fehlt"),
        (
            pabulib("1;p1;1,2", vote_type="cumulative", columns="voter_id;vote;points"),
            "Zeile 14: 1 Vorhaben, aber 2-mal Punkte",
        ),
        (
            ["META", "key;value", "PROJECTS", "project_id", "VOTES"],
            "Zeile 1: in META fehlt num_projects",
        ),
        ([*pabulib(), "META"], "Zeile 14: der Abschnitt META steht zweimal"),
    ],
)
def test_broken_pabulib_is_refused_with_its_line(lines: list[str], words: str) -> None:
    assert words in refused(".pb", *lines)


TALLY = (
    " Tally Sheet",
    "   Option 1---->: Zoë",
    " /  Option 2--->: Ben",
    " |/ Option 3->: Cem",
    "",
)


def test_tally_sheet_gives_ranks_by_place() -> None:
    text = "\n".join([*TALLY, "V: 21-\t\tabc", "V: 112 abd", "V: --- abe"])
    file = read_ballots("tally.txt", text.encode("latin-1"))
    assert file.profile.options == ("Zoë", "Ben", "Cem")
    assert file.profile.ballots == ((1, ((1, 2), (3,))), (1, ((2,), (1,))))
    assert file.profile.blank == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Hallo"], "Zeile 1: das ist keine Stimmliste; es fehlen Optionen"),
        (TALLY, "Zeile 5: das ist keine Stimmliste; es fehlen Stimmen"),
        ([*TALLY, "V: 12 a"], "Zeile 6: 2 Stellen für 3 Optionen"),
        ([*TALLY, "V: 1*2 a"], "Zeile 6: '*' ist kein Rang"),
        ([*TALLY, "V: 1 2 3 a"], "Zeile 6: das ist keine Stimme"),
        ([*TALLY, " Option 5->: Dan"], "Zeile 6: Option 5 ist hier nicht an der Reihe"),
    ],
)
def test_broken_tally_sheet_is_refused_with_its_line(lines: list[str], words: str) -> None:
    assert words in refused(".txt", *lines)


def test_file_that_is_not_utf8_or_not_text_or_of_another_kind_is_refused() -> None:
    for suffix in (".blt", ".soi", ".pb"):
        with pytest.raises(BallotFileBroken, match="Zeile 2: das ist kein UTF-8"):
            read_ballots(f"a{suffix}", b"3 1\n\xff")
        with pytest.raises(BallotFileBroken, match="Zeile 2: das ist kein Text"):
            read_ballots(f"a{suffix}", b"3 1\n\0")
    with pytest.raises(BallotFileBroken, match="kennen wir nicht"):
        read_ballots("a.pdf", b"")


_PIECES = st.sampled_from(
    [
        "3 1",
        "1 2 0",
        "0",
        '"A"',
        "-1",
        "# DATA TYPE: soi",
        "# NUMBER VOTERS: 1",
        "1: 1,2",
        "{",
        "}",
        "META",
        "key;value",
        "PROJECTS",
        "VOTES",
        "num_votes;0",
        "vote_type;approval",
        "budget;1",
        ";",
        "V: 12",
        '"',
        "   Option 1-->: A",
        "/*",
        "\\",
        "\u2028",
        "²: 1",
        "1: ²",
        "V: ²",
    ]
)


@given(st.sampled_from(sorted(READERS)), st.lists(_PIECES | st.text(max_size=8), max_size=12))
def test_no_file_makes_a_reader_stumble(suffix: str, lines: list[str]) -> None:
    try:
        file = read_ballots(f"a{suffix}", "\n".join(lines).encode("utf-8", "surrogatepass"))
    except BallotFileBroken as error:
        assert 1 <= error.line <= "\n".join(lines).count("\n") + "\n".join(lines).count("\r") + 1
    else:
        assert file.profile.valid >= 0
