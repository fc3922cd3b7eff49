"""Made-up meetings of the demo, on real projects: one full, one with places, one cancelled, one over."""

from dataclasses import dataclass, field

from participation.meetings.rules import MeetingKind

_EXAMPLE = "Dieser Termin ist ein Beispiel der Demo."


@dataclass(frozen=True)
class ExampleMeeting:
    """One meeting and what happened to it.

    :param days: from now; negative: before
    :param hours: first and last full hour, in the city
    :param signed_up: how many of the demo's residents
    :param cancelled: why, if it is cancelled
    """

    days: int
    hours: tuple[int, int]
    kind: MeetingKind
    place: str
    project: str
    texts: dict[str, dict[str, str]]
    capacity: int | None = None
    signed_up: int = 0
    cancelled: str = ""
    results: dict[str, str] = field(default_factory=dict)


MEETINGS = (
    ExampleMeeting(
        12, (17, 19), MeetingKind.ON_SITE, "Spielplatz In den Neun Morgen, am Eingang",
        "sp-neun-morgen",
        {
            "de": {
                "title": "Rundgang: Wo fehlt Schatten?",
                "agenda": "1. Wir gehen über den Platz und zeigen, wo es im Sommer heiß wird.\n"
                "2. Kinder und Eltern stecken Fähnchen: Baum oder Segel?\n"
                f"3. Wir sagen, was als Nächstes geschieht.\n\n{_EXAMPLE}",
                "accessibility": "Die Wege sind ohne Stufen. Eine Bank zum Ausruhen ist da. "
                "Die Toilette im Jugendzentrum nebenan ist für Rollstühle gebaut.",
            },
            "en": {
                "title": "Walk: where is shade missing?",
                "agenda": "1. We walk across the playground and show where it gets hot.\n"
                "2. Children and parents put up little flags: tree or sail?\n"
                "3. We say what happens next.\n\nThis meeting is an example of the demo.",
                "accessibility": "There are no steps. There is a bench to rest on. The toilet of "
                "the youth centre next door is built for wheelchairs.",
            },
            "de_simple": {
                "title": "Rund·gang: Wo fehlt Schatten?",
                "agenda": "Wir gehen über den Spiel·platz. Sie sagen: Hier ist es zu heiß. "
                "Dann sagen wir: So geht es weiter.\n\nDieser Termin ist nur ein Beispiel.",
                "accessibility": "Es gibt keine Stufen. Es gibt eine Bank.",
            },
        },
        capacity=12, signed_up=15,
    ),
    ExampleMeeting(
        26, (16, 18), MeetingKind.YOUTH, "Bürgerhaus Hechtsheim, großer Saal", "skate-hechtsheim",
        {
            "de": {
                "title": "Werkstatt: Eure Skateanlage",
                "agenda": "Wir bauen Modelle zum Anfassen. Ihr sagt, was euch wichtig ist.\n\n"
                f"{_EXAMPLE}",
                "accessibility": "Es gibt einen Aufzug und eine Höranlage. Wer Gebärdensprache "
                "braucht, schreibt uns bis eine Woche vorher.",
            },
        },
        capacity=30, signed_up=9,
    ),
    ExampleMeeting(
        6, (15, 17), MeetingKind.ON_SITE, "Rheinufer, am Fischtor", "radkonsens",
        {"de": {"title": "Sprechstunde am Rheinufer", "agenda": _EXAMPLE}},
        cancelled="Für diesen Tag ist Sturm angesagt. Einen neuen Tag nennen wir hier.",
    ),
    ExampleMeeting(
        -16, (17, 19), MeetingKind.FORUM, "Stadthaus Große Bleiche, Raum 12", "radkonsens",
        {
            "de": {
                "title": "Forum: Sicher mit dem Rad durch den Winter",
                "agenda": f"1. Welche Strecken sind wichtig?\n2. Was wird wann geräumt?\n\n{_EXAMPLE}",
                "accessibility": "Aufzug im Haus, Höranlage im Raum.",
            },
        },
        results={
            "de": "28 Menschen waren da. Das kam heraus:\n\n"
            "* Der Weg am Rheinufer steht bei den meisten ganz oben.\n"
            "* Laub stört im Herbst mehr als Schnee im Winter.\n"
            "* Das Amt schlägt bis zum Frühjahr eine Liste der Strecken vor.",
        },
    ),
)  # fmt: skip
