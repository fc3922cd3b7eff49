"""German words of other cities' lists. No database."""

import time

import pytest

from participation.projects.phrases import (
    costs_in,
    decision_in,
    form_in,
    participation_in,
    period_in,
)
from participation.projects.rules import Form, Participation


@pytest.mark.parametrize(
    ("text", "cost", "cost_to"),
    [
        ("50.000 €", 50_000, None),
        ("ca. 50.000 €", 50_000, None),
        ("rd. 750.000 € (inkl. Baukoordinierung) - Mittel ab 2020", 750_000, None),
        ("125.000", 125_000, None),
        ("2.600.028", 2_600_028, None),
        ("5.411.000,00", 5_411_000, None),
        ("150.235,24 EUR,  Bund-Länder-Programm", 150_235, None),
        ("150.235,50 EUR", 150_236, None),
        ("30.000 Euro", 30_000, None),
        ("ca. 7 Mio. €", 7_000_000, None),
        ("17,6 Mio. €", 17_600_000, None),
        ("1,2 Mrd. €", 1_200_000_000, None),
        ("ca. 26.000 € für externe Bearbeitung", 26_000, None),
        ("892.500 € (245.000 € (Bezirk) + 647.500 € (Programm))", 892_500, None),
        ("10.000 - 20.000 €", 10_000, 20_000),
        ("10 bis 12 Mio. €", 10_000_000, 12_000_000),
        ("0 €", 0, None),
    ],
)
def test_amount_is_read(text: str, cost: int, cost_to: int | None) -> None:
    assert costs_in(text) == (cost, cost_to)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "keine",
        "2015",
        "2020, wird nachgereicht",
        "20.000 - 10.000 €",
        "jeweils ca. 40.000 € in 2015 und 2016",
        "ca. 2.500.000 € für die Umsetzung der Maßnahmen p.a.",
        "10.000,00 EUR/Jahr",
        "1.800.000 € Lutherstraße\n195.000 € Blumenstraße",
        "Gesamtumfang: 17,6 Mio. €",
        "Baukosten derzeit geschätzt 3.920.000,00 €",
        "1.000.000.000.000.000 €",
        "1.00.000 €",
        "12,345 €",
        "٥٠ €",
        "9" * 400 + " €",
    ],
)
def test_amount_that_is_not_clear_stays_words(text: str) -> None:
    assert costs_in(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015", "2015", "2015"),
        ("ab 2016", "2016", ""),
        ("Maßnahmen vom 01. April bis 31. Juli 2015", "2015-04-01", "2015-07-31"),
        ("Die Erarbeitung erfolgt in den Jahren 2015 - 2017.", "2015", "2017"),
        ("Die Realisierung soll in den Jahren 2016 / 2017 erfolgen.", "2016", "2017"),
        ("Die Umsetzung erfolgt von März bis Oktober 2015.", "2015-03", "2015-10"),
        ("Umsetzung im II.Quartal 2015", "2015-04", "2015-06"),
        ("Umsetzung im 4. Quartal 2015", "2015-10", "2015-12"),
        ("Umsetzung 04/2015 - 08/2016", "2015-04", "2016-08"),
        ("realisiert im Zeitraum Frühjahr 2015 bis November 2015.", "2015", "2015-11"),
        ("Der Baubeginn ist frühestens am 01.06.2015.", "2015-06-01", ""),
        ("Das Bauende ist für Oktober 2015 vorgesehen.", "", "2015-10"),
        ("Die Erarbeitung soll Ende Juni 2015 abgeschlossen sein, danach mehr.", "", "2015-06"),
    ],
)
def test_period_is_read(text: str, first: str, last: str) -> None:
    assert period_in(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Öffentliche Auslegung des Rahmenplans",
        "Der Plan soll am 01.07.2015 im Ausschuss beschlossen werden.",
        "Das Verfahren wird bis 2016 andauern, die Umsetzung kann 8 bis 10 Jahre umfassen.",
        "Planung 2017, Umsetzung in den Jahren 2018/2019",
        "Die Erschließung wurde bereits begonnen, die Realisierung erfolgt ab 2015.",
        "Umsetzung 31.02.2015",
        "Umsetzung 13/2015",
        "Umsetzung 2017 bis 2015",
        "Umsetzung 2015000",
    ],
)
def test_period_that_is_not_clear_stays_words(text: str) -> None:
    assert period_in(text) == ("", "")


@pytest.mark.parametrize(
    ("line", "body", "day", "note"),
    [
        ('Stadtratsbeschluss BV-11/0965 vom 08.06.2011 "Rahmenplan"', "Stadtrat", "2011-06-08",
         'BV-11/0965 – "Rahmenplan"'),
        ('Beschluss des Stadtrates Nr. 14/0254-BV vom 25.02.2015 - "ISEK"', "Stadtrat",
         "2015-02-25", 'Nr. 14/0254-BV – "ISEK"'),
        ('Beschlussvorlage 12/1 - Beschluss des Stadrates vom 09.10.2013 "x"', "Stadtrat",
         "2013-10-09", 'Beschlussvorlage 12/1 – "x"'),
        ("Beschluss des Stadtentwicklungsausschusses vom 17.11.2011", "Stadtentwicklungsausschuss",
         "2011-11-17", ""),
        ("Nicht erforderlich", "", "", "Nicht erforderlich"),
        ("Beschluss des Stadtrates vom 31.02.2015", "", "", "Beschluss des Stadtrates vom 31.02.2015"),
        ("Berichtsvorlage vom 28.11.2013", "", "", "Berichtsvorlage vom 28.11.2013"),
    ],
)  # fmt: skip
def test_decision_is_read_and_loses_no_word(line: str, body: str, day: str, note: str) -> None:
    assert decision_in(line) == {"body": body, "day": day, "note": note}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Ja. Ist bereits erfolgt.", Participation.COMPLETED),
        ("Ja. Bürgerversammlungen haben bereits stattgefunden.", Participation.COMPLETED),
        ("Ja. Haben bereits stattgefunden. Für den Sommer ist eine geplant.", None),
        ("Ja. Es ist eine umfassende Bürgerbeteiligung vorgesehen.", Participation.PLANNED),
        ("Ja. Es fand eine statt, weitere sind vorgesehen.", None),
        ("Nein. Es ist keine vorgesehen.", None),
        ("Ja.", None),
        ("", None),
    ],
)
def test_state_of_participation_is_read_only_if_the_words_leave_no_doubt(
    text: str, state: Participation | None
) -> None:
    assert participation_in(text) == state


def test_participation_is_formal_if_it_is_only_the_one_of_the_law() -> None:
    assert form_in("Ja. Im Zuge des Planverfahrens gem. BauGB") == Form.FORMAL
    assert form_in("Ja. Ein Fest sowie die formelle Beteiligung gem. BauGB") is None


@pytest.mark.parametrize(
    "piece",
    ["1", "1.", "1.000.", "2015 ", "1/2", "01. April ", "März bis ", "vom 1.1.", "ausschuss", "A",
     "Beschluss des ", "vorgesehen ", " ", "I", "4. Quartal "],
)  # fmt: skip
def test_no_text_takes_long_to_read(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    began = time.thread_time()
    for function in (costs_in, period_in, decision_in, participation_in, form_in):
        function(text)
    assert time.thread_time() - began < 1
