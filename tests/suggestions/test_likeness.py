"""What is called alike: the same wish in other words, and not just the same place."""

import pytest

from participation.suggestions.likeness import ALIKE_FROM, likeness, read

Text = tuple[str, str]

_SHADE = (
    "Mehr Schatten auf dem Spielplatz",
    "Im Sommer ist es zu heiß, bitte Bäume oder Sonnensegel auf dem Spielplatz Gleisberg.",
)
_CROSSING = (
    "Zebrastreifen vor der Grundschule",
    "Vor der Schule fahren Autos zu schnell, die Kinder kommen nicht sicher über die Straße.",
)
SAME: list[tuple[Text, Text]] = [
    (_SHADE, ("Sonnensegel für Spielplätze", "Auf den Spielplätzen fehlt Schatten. Kinder "
              "verbrennen sich an heißen Rutschen im Sommer.")),
    (("Fahrradweg an der Rheinallee", "Der Radweg an der Rheinallee endet plötzlich. Bitte bauen."),
     ("Radweg Rheinallee verlängern", "Die Stadt soll den Radweg in der Rheinallee verlängern.")),
    (("Bäume", "Mehr Bäume in der Neustadt."),
     ("Bäume für die Neustadt pflanzen", "Die Neustadt ist heiß, pflanzen Sie bitte Bäume.")),
    (("Spielpatz neu gestalten", "Die Rutsche ist kaputt."),
     ("Spielplatz Gleisberganlage neu gestalten", "Die Stadt baut den Spielplatz um.")),
    (_CROSSING, ("Sicherer Schulweg: Zebrastreifen an der Grundschule Münchfeld", "Viele Autos "
                 "fahren zu schnell an der Schule vorbei. Ein Zebrastreifen macht den Weg sicher.")),
]  # fmt: skip
OTHER: list[tuple[Text, Text]] = [
    (("Bücherschrank in Gonsenheim", "Ein öffentlicher Bücherschrank in Gonsenheim am Rathaus."),
     ("Spielplatz in Gonsenheim", "Der Spielplatz in Gonsenheim braucht neue Schaukeln.")),
    (("Park für Hunde", "Hunde brauchen Auslauf im Park, es gibt zu wenig Wiesen."),
     ("Park and Ride am Bahnhof", "Autofahrer brauchen mehr Stellplätze am Bahnhof.")),
    (_CROSSING, ("Mensa für die Grundschule", "Kinder brauchen mittags warmes Essen.")),
    (("Tempo 30 in der Boppstraße", "Zu laut und gefährlich."),
     ("Neues Bürgeramt", "Das Bürgeramt soll länger öffnen.")),
    (("", ""), ("", "")),
    (("Ja", "Nein"), ("Nein", "Ja")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_resident_is_shown_the_same_wish_in_other_words(one: Text, other: Text) -> None:
    assert likeness(read(*one), read(*other)) >= ALIKE_FROM


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_resident_is_not_bothered_with_another_wish(one: Text, other: Text) -> None:
    assert likeness(read(*one), read(*other)) < ALIKE_FROM


@pytest.mark.parametrize(("one", "other"), SAME + OTHER)
def test_it_does_not_matter_which_text_comes_first(one: Text, other: Text) -> None:
    first, second = read(*one), read(*other)
    assert likeness(first, second) == pytest.approx(likeness(second, first))
    assert 0 <= likeness(first, second) <= 1


def test_same_text_is_as_alike_as_can_be() -> None:
    assert likeness(read(*_SHADE), read(*_SHADE)) == pytest.approx(1)


def test_endless_text_is_read_to_a_bound() -> None:
    long = read("Bäume", "Bäume " + "wort " * 500_000)
    assert len(long.telling) < 10
