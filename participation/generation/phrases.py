"""What made-up people and the made-up city say, put together from pieces. German, like a city's.

Everything is invented; no name of a person occurs. The same dice give the same words.
"""

import random

_WISHES = (
    "Mehr Bänke", "Ein Zebrastreifen", "Neue Fahrradbügel", "Ein Trinkwasserbrunnen", "Mehr Bäume",
    "Ein sicherer Schulweg", "Tempo 30", "Ein öffentlicher Bücherschrank", "Bessere Beleuchtung",
    "Ein Spielplatz für alle Kinder", "Eine Toilette, die jeder benutzen kann", "Mehr Papierkörbe",
    "Ein breiterer Radweg", "Eine Querung ohne Stufen", "Ein Treffpunkt für Jugendliche",
    "Ein Beet zum gemeinsamen Gärtnern", "Ein Sonnensegel", "Ein häufigerer Bus", "Eine Packstation",
    "Eine Hundewiese", "Ein Bolzplatz", "Schatten", "Ein Bordstein, über den ein Rollstuhl kommt",
    "Ein Unterstand an der Haltestelle", "Ein Nachbarschaftsfest", "Weniger Schilder", "Mehr Ruhe",
)  # fmt: skip
_PLACES = (
    "am Rheinufer", "vor der Grundschule", "an der Haltestelle", "im Park", "am Marktplatz",
    "an der Hauptstraße", "beim Bürgerhaus", "am Friedhof", "vor der Bücherei", "am Bahnhof",
    "an der Kreuzung beim Kindergarten", "auf dem Sportgelände", "am alten Rathaus", "in der Siedlung",
    "entlang der Straßenbahn", "am Wäldchen", "neben dem Seniorenheim", "an der Brücke",
)  # fmt: skip
_TEXTS = (
    "Ich komme hier jeden Tag vorbei und sehe, wie viele Menschen sich das wünschen.",
    "Gerade ältere Leute und Familien mit kleinen Kindern hätten viel davon.",
    "In anderen Städten gibt es das schon, und es wird gut angenommen.",
    "Der Platz ist da, und viel kosten würde es wohl nicht.",
    "Im Sommer ist es dort sehr heiß, und man findet keinen Ort zum Ausruhen.",
    "Morgens um acht ist es dort eng, weil alle gleichzeitig unterwegs sind.",
    "Ich habe mit den Nachbarinnen und Nachbarn gesprochen: Fast alle sind dafür.",
    "Wer schlecht sieht oder nicht gut zu Fuß ist, kommt dort kaum weiter.",
    "Bei Regen steht das Wasser auf dem Weg, und man muss auf die Straße ausweichen.",
    "Am Abend ist es dunkel, und manche gehen lieber einen Umweg.",
    "Vielleicht ließe sich das zusammen mit den Bauarbeiten erledigen, die dort geplant sind.",
    "Man könnte es erst einmal für ein Jahr ausprobieren und dann entscheiden.",
    "Die Schule und der Sportverein würden mithelfen, wenn die Stadt den Anfang macht.",
    "Bitte schauen Sie sich die Stelle einmal an, am besten an einem Werktag.",
)  # fmt: skip
_REASONS = (
    "Das macht den Stadtteil für alle angenehmer.",
    "So kommen alle sicher an, auch die Kleinen.",
    "Es ist gut für das Klima und für die Menschen, die hier wohnen.",
    "Wer sich trifft, kennt sich, und wer sich kennt, hilft sich.",
    "Bisher müssen viele dafür weit fahren.",
    "Es ist ein kleiner Aufwand mit einem großen Nutzen.",
)
_ANSWERS = (
    "Vielen Dank für Ihre Anregung. Das zuständige Amt hat sich die Stelle angesehen.",
    "Der Vorschlag passt zu dem, was für den Stadtteil geplant ist.",
    "Die Kosten sind geschätzt; der Ortsbeirat wird um seine Meinung gebeten.",
    "Leitungen unter dem Gehweg müssen vorher geprüft werden. Das dauert einige Wochen.",
    "Für dieses Jahr ist das Geld verplant. Wir melden uns, sobald der neue Haushalt steht.",
    "Eine kleine Lösung ist schon möglich, und wir fangen damit an.",
)
_COMMENTS = (
    "Das wäre schön, ich bin auch dafür.", "Gute Idee, aber bitte nicht direkt an der Straße.",
    "Gibt es dazu schon einen Plan, den man ansehen kann?", "Bei uns um die Ecke fehlt das auch.",
    "Wichtiger fände ich, dass das Vorhandene gepflegt wird.", "Danke, dass sich jemand kümmert!",
    "Wer soll sich danach darum kümmern, wenn es kaputtgeht?", "Mit dem Rollstuhl ist das nötig.",
    "Ich wohne daneben und mache mir Sorgen wegen des Lärms am Abend.",
)  # fmt: skip
_PROJECTS = (
    "Umgestaltung", "Neubau", "Sanierung", "Ausbau", "Aufwertung", "Neue Planung",
)  # fmt: skip
_OBJECTS = (
    "Spielplatz",
    "Radweg",
    "Grünzug",
    "Platz",
    "Schulhof",
    "Haltestelle",
    "Sportanlage",
    "Ufer",
)


def _some(dice: random.Random, pieces: tuple[str, ...], most: int) -> str:
    return " ".join(dice.sample(pieces, dice.randint(2, most)))


def suggestion(dice: random.Random) -> tuple[str, str, str]:
    """Return title, text and reason of a suggestion."""
    wish, place = dice.choice(_WISHES), dice.choice(_PLACES)
    text = f"{wish} {place}: Das rege ich an. {_some(dice, _TEXTS, 6)}"
    return f"{wish} {place}", text, _some(dice, _REASONS, 3)


def answer(dice: random.Random) -> str:
    """Return what the city answers, or says with a decision."""
    return _some(dice, _ANSWERS, 4)


def comment(dice: random.Random) -> str:
    """Return what somebody says to something."""
    return _some(dice, _COMMENTS, 3)


def project(dice: random.Random, district: str) -> tuple[str, str]:
    """Return title and summary of a project."""
    what, where = f"{dice.choice(_PROJECTS)} {dice.choice(_OBJECTS)}", dice.choice(_PLACES)
    summary = f"{what} {where}. Die Stadt plant im Stadtteil {district} und fragt, was wichtig ist."
    return f"{what} {where}, {district}", summary
