"""Made-up comments of the demo, on real projects and made-up suggestions."""

from dataclasses import dataclass

from participation.comments.rules import Reason


@dataclass(frozen=True)
class Remark:
    """A comment, or a reply to one.

    :param author: e-mail address of a person of the demo
    :param days: ago
    :param hidden: why the city hid it, if so
    :param reported: why somebody reported it; nobody has decided yet
    """

    author: str
    days: int
    text: str
    replies: tuple["Remark", ...] = ()
    hidden: Reason | None = None
    reported: Reason | None = None


_SHADE = "Mehr Schatten auf dem Spielplatz In den Neun Morgen"
_WINTER = "Radweg am Rheinufer auch im Winter räumen"

#: By the title of a suggestion.
ON_SUGGESTIONS: dict[str, tuple[Remark, ...]] = {
    _SHADE: (
        Remark(
            "einwohner-020@example.org", 21,
            "Am Nachmittag steht die Sonne genau auf dem Sandkasten. Ein Segel würde schon viel helfen.",
            (
                Remark(
                    "einwohner-021@example.org", 20, "Bitte denken Sie auch an "
                    "eine Bank für Großeltern."),
                Remark(
                    "jonas@example.org", 18,
                    "Danke für den Hinweis. Wir messen im Sommer, wo Schatten fehlt, und bringen die "
                    "Ergebnisse zum Rundgang mit.",
                ),
            ),
        ),
        Remark(
            "einwohner-022@example.org", 12,
            "Lieber Bäume als Segel! Bäume brauchen länger, aber sie kühlen auch die Luft.",
        ),
        Remark(
            "einwohner-023@example.org", 9,
            "Sonnensegel zum halben Preis, nur diese Woche. Rufen Sie gleich an!",
            hidden=Reason.ADVERTISING,
        ),
        Remark(
            "mara@example.org", 5, "Meine Kinder gehen dort im Juli "
            "nicht mehr hin. Gut, dass sich etwas tut."),
    ),
    _WINTER: (
        Remark(
            "einwohner-024@example.org", 7,
            "Ich fahre die Strecke jeden Tag. An der Theodor-Heuss-Brücke ist es am schlimmsten.",
            (
                Remark(
                    "jonas@example.org", 5,
                    "Die Stelle kennen wir. Im Herbst räumen wir dort ab jetzt "
                    "zweimal in der Woche das Laub.",
                ),
            ),
        ),
    ),
}  # fmt: skip

#: By the address of a project.
ON_PROJECTS: dict[str, tuple[Remark, ...]] = {
    "sp-neun-morgen": (
        Remark(
            "einwohner-025@example.org", 14,
            "Wird beim Umbau auch an Kinder im Rollstuhl gedacht?",
            (
                Remark(
                    "koordination@example.org", 13,
                    "Ja. Ein Teil der Geräte ist ohne Stufen zu erreichen. Der "
                    "Plan liegt beim Rundgang aus.",
                ),
            ),
        ),
    ),
    "radkonsens": (
        Remark("einwohner-026@example.org", 11, "Bitte mehr Bügel zum Anschließen in der Neustadt."),
        Remark(
            "einwohner-027@example.org", 2,
            "Wer gegen Radwege ist, soll doch aus Mainz wegziehen.",
            reported=Reason.INSULT,
        ),
    ),
}  # fmt: skip
