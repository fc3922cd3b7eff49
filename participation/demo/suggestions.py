"""Made-up suggestions of the demo. Real projects, invented wishes, answers and figures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """One suggestion and its history.

    :param author: e-mail address of a person of the demo
    :param written: days ago
    :param steps: ``(days ago, what, text)``; what is a transition, ``support``, ``answer``, ``expire``,
        ``add``, ``ask``, ``report``; ``merge`` has the title of the target before its text;
        ``guests`` has names with one address, ``strike`` takes all of them off with this text
    :param place: a place in the author's words; :param topics: names for addresses
    """

    title: str
    kind: str
    text: str
    reason: str
    district: str
    project: str
    department: str
    author: str
    written: int
    steps: tuple[tuple[int, str, str], ...] = ()
    place: str = ""
    topics: tuple[str, ...] = ()


_GREEN = "Grün- und Umweltamt"
_YOUTH = "Amt für Jugend und Familie"
_PLANNING = "Stadtplanungsamt"
_OFFICE = "Koordinierungsstelle Bürgerbeteiligung"

EXAMPLES = (
    Example(
        "Ruhebänke an den Wegen zum Friedhof Mombach",
        "service-change",
        "Auf den Wegen zum Friedhof gibt es kaum Bänke. Ich rege an, an drei Stellen Bänke mit Lehne "
        "aufzustellen. Wo sie am besten stehen, können ältere Menschen aus dem Stadtteil selbst sagen.",
        "Wer nicht mehr gut zu Fuß ist, braucht eine Pause auf dem Weg.",
        "Mombach", "", _GREEN, "einwohner-001@example.org", 330,
        (
            (330, "submit", ""), (326, "take", ""), (318, "publish", ""), (270, "support", "221"),
            (262, "council", "0871/2025"),
            (240, "adopt", "Der Stadtrat hat zugestimmt. Das Grün- und Umweltamt fragt die Menschen im "
             "Stadtteil und stellt drei Bänke auf."),
            (200, "implement", "Bei einem Rundgang mit 14 Menschen aus Mombach wurden drei Stellen "
             "ausgesucht. Die Bänke sind bestellt."),
            (160, "report", "Die Bänke sind geliefert. Die Fundamente werden gegossen, sobald es "
             "nicht mehr friert."),
            (120, "finish", "Alle drei Bänke stehen. Sie haben Lehnen und Armstützen."),
        ),
        topics=("stadtentwicklung",),
    ),
    Example(
        "Fähre nach Rheinhessen als Stadtbus auf dem Wasser",
        "new-project",
        "Mainz liegt am Fluss und nutzt ihn nicht. Ich rege an, ein Schiff als Linie zwischen "
        "Zollhafen und Laubenheim fahren zu lassen, mit dem normalen Fahrschein.",
        "Das entlastet die Straßen und ist auch noch schön.",
        "Neustadt", "", _PLANNING, "einwohner-002@example.org", 300,
        (
            (300, "submit", ""), (296, "take", ""), (288, "publish", ""), (235, "support", "203"),
            (228, "council", "0902/2025"),
            (205, "decline", "Der Stadtrat hat die Anregung abgelehnt. Der Betrieb wäre dauerhaft zu "
             "teuer. Offen bleibt, ob einzelne Fahrten bei Festen möglich sind."),
        ),
        topics=("verkehr",),
    ),
    Example(
        "Kinder bei der Planung des Stadtparks fragen",
        "new-participation",
        "Im Stadtpark soll sich einiges ändern. Ich rege an, Kinder aus den Grundschulen der Oberstadt "
        "mit Modellen und Zeichnungen mitplanen zu lassen, bevor es einen Entwurf gibt.",
        "Kinder nutzen den Park jeden Tag und werden selten gefragt.",
        "Oberstadt", "", _GREEN, "einwohner-003@example.org", 190,
        (
            (190, "submit", ""), (185, "take", ""), (176, "publish", ""),
            (158, "answer", "partly|Vielen Dank für die Anregung. Ein Treffen mit zwei Schulklassen ist "
             "möglich, sobald der Auftrag für die Planung vergeben ist. Ein Modellbau mit allen Schulen "
             "der Oberstadt ist uns leider nicht möglich."),
            (130, "support", "212"), (110, "council", "0188/2026"),
            (84, "partly_adopt", "Der Stadtrat hat zugestimmt, zwei Schulklassen zu beteiligen. Das "
             "Ergebnis fließt in den ersten Entwurf ein."),
            (40, "implement", "Die beiden Treffen sind verabredet. Über das Ergebnis berichten wir hier."),
            (18, "report", "Das erste Treffen war gut besucht: 24 Kinder haben Modelle gebaut. "
             "Gewünscht wurden vor allem Wasser zum Spielen und Bäume zum Klettern."),
            (4, "report", "Der Termin für das zweite Treffen steht fest. Danach zeigen wir hier "
             "den Entwurf."),
        ),
        "Stadtpark, unterhalb der Favorite",
        topics=("gruen-klima",),
    ),
    Example(
        "Mehr Stellplätze am Vorplatz der Ortsverwaltung Marienborn",
        "more-participation",
        "Am neuen Vorplatz der Ortsverwaltung fehlen Stellplätze. Ich rege an, die Planung noch einmal "
        "zu öffnen und die Anwohner:innen nach ihrem Bedarf zu fragen.",
        "Wer mit dem Auto zum Amt muss, findet heute keinen Platz.",
        "Marienborn", "vorplatz-marienborn", _OFFICE, "einwohner-004@example.org", 150,
        (
            (150, "submit", ""), (147, "take", ""),
            (139, "reject", "too-far-advanced|Die Planung für den Vorplatz ist zu weit fortgeschritten. "
             "Die Aufträge sind vergeben. Noch offen ist, wo Fahrradbügel stehen. Dazu können Sie sich "
             "bei der Ortsverwaltung melden."),
        ),
    ),
    Example(
        "Trinkbrunnen an allen Spielplätzen",
        "service-change",
        "An heißen Tagen gibt es auf den meisten Spielplätzen kein Wasser. Ich rege an, an allen großen "
        "Spielplätzen Trinkbrunnen zu bauen und mit den am meisten genutzten anzufangen.",
        "Hitze wird häufiger, und Kinder brauchen Wasser.",
        "", "", _GREEN, "einwohner-005@example.org", 140,
        (
            (140, "submit", ""), (136, "take", ""), (128, "publish", ""), (80, "support", "164"),
            (71, "expire", ""),
            (60, "answer", "in-progress|Auch wenn die 200 nicht erreicht wurden: Wir prüfen für jeden "
             "Spielplatz, der erneuert wird, ob ein Trinkbrunnen möglich ist. Alle auf einmal können wir "
             "nicht bezahlen."),
            (50, "ask", "Auf welchen Spielplätzen wird als Nächstes geprüft?"),
            (33, "answer", "in-progress|Auch wenn die 200 nicht erreicht wurden: Wir prüfen für jeden "
             "Spielplatz, der erneuert wird, ob ein Trinkbrunnen möglich ist. Alle auf einmal können wir "
             "nicht bezahlen.\n\nAls Nächstes sind die beiden Spielplätze an der Reihe, die in diesem Jahr "
             "umgebaut werden. Das Ergebnis der Prüfung steht dann im Blatt des Vorhabens."),
        ),
        topics=("spielplaetze",),
    ),
    Example(
        "Sichere Querung an der Wormser Straße in Weisenau",
        "new-participation",
        "Zwischen den Haltestellen fehlt eine sichere Querung. Ich rege an, dass Schulkinder, Eltern und "
        "das Amt gemeinsam vor Ort die beste Stelle suchen.",
        "Viele Kinder gehen hier jeden Morgen zur Schule.",
        "Weisenau", "", _PLANNING, "einwohner-006@example.org", 75,
        ((75, "submit", ""), (70, "take", ""), (62, "publish", ""), (12, "support", "208")),
        topics=("verkehr",),
    ),
    Example(
        "Bürgerrat zur Zukunft der Großen Langgasse",
        "new-participation",
        "Ich rege an, 40 ausgeloste Menschen an zwei Wochenenden über die Nutzung der Großen Langgasse "
        "beraten zu lassen. Das Ergebnis soll öffentlich beraten werden.",
        "Ausgeloste Menschen bringen Stimmen ein, die sonst fehlen.",
        "Altstadt", "iek-innenstadt", _PLANNING, "einwohner-007@example.org", 90,
        (
            (90, "submit", ""), (86, "take", ""), (78, "publish", ""), (26, "support", "215"),
            (14, "council", "1044/2026"),
        ),
        topics=("stadtentwicklung",),
    ),
    Example(
        "Jugendliche bei der Skateanlage früher einbeziehen",
        "more-participation",
        "Die Skateanlage in Hechtsheim ist verschoben, weil das Geld nicht reicht. Ich rege an, dass "
        "Jugendliche jetzt mitentscheiden, bevor neu geplant wird: zwei Treffen vor Ort, ein Modell zum "
        "Anfassen und eine Abstimmung über die Entwürfe.",
        "Wer dort fährt, weiß, welche Elemente gebraucht werden. So wird das Geld gut ausgegeben.",
        "Hechtsheim", "skate-hechtsheim", _YOUTH, "einwohner-008@example.org", 58,
        (
            (58, "submit", ""), (55, "take", ""), (43, "publish", ""),
            (24, "answer", "partly|Vielen Dank für die Anregung. Die 70.000 Euro reichen für die Anlage "
             "derzeit nicht aus, der Bau ist deshalb verschoben.\n\nBevor neu geplant wird, laden wir "
             "Jugendliche aus Hechtsheim zu einem Treffen vor Ort ein. Ein Modell können wir nicht "
             "zusagen. Eine Abstimmung über die Entwürfe ist vorgesehen."),
            (6, "ask", "Wann ist das Treffen vor Ort, und wie erfahren Jugendliche davon, die nicht im "
             "Verein sind?"),
            (1, "support", "143"),
        ),
        topics=("kultur-sport",),
    ),
    Example(
        "Mehr Schatten auf dem Spielplatz In den Neun Morgen",
        "more-participation",
        "Auf dem Spielplatz gibt es im Sommer keinen Schatten. Ich rege an, dass Kinder und Eltern "
        "mit dem Amt zusammen aussuchen, wo Bäume und ein Sonnensegel hinkommen.",
        "Im Juli sind die Rutschen zu heiß zum Anfassen.",
        "Marienborn", "sp-neun-morgen", _GREEN, "einwohner-009@example.org", 45,
        (
            (45, "submit", ""), (42, "take", ""), (35, "publish", ""),
            (15, "add", "Berichtigung: Die große Rutsche wurde im Herbst schon versetzt. Es geht um die "
             "beiden kleinen Rutschen und den Sandkasten."),
            (1, "support", "199"),
        ),
        "Spielplatz In den Neun Morgen, am Sandkasten",
        topics=("spielplaetze",),
    ),
    Example(
        "Sonnensegel für den Spielplatz in Marienborn",
        "service-change",
        "Der Sandkasten auf dem Spielplatz In den Neun Morgen liegt den ganzen Tag in der Sonne. Ich rege "
        "ein Sonnensegel an und dass Eltern beim Aufbau helfen können.",
        "Kleine Kinder vertragen die Hitze nicht.",
        "Marienborn", "sp-neun-morgen", _GREEN, "einwohner-012@example.org", 30,
        (
            (30, "submit", ""), (28, "take", ""), (25, "publish", ""), (20, "support", "21"),
            (19, "merge", "Mehr Schatten auf dem Spielplatz In den Neun Morgen|Beide Anregungen "
             "wünschen Schatten auf demselben Spielplatz. Ein Sonnensegel wird dort mit besprochen."),
        ),
    ),
    Example(
        "Radweg am Rheinufer auch im Winter räumen",
        "service-change",
        "Im Winter liegt am Rheinufer lange Schnee und Laub. Ich rege an, den Weg in die Liste der "
        "Strecken aufzunehmen, die früh geräumt werden.",
        "Viele Menschen fahren das ganze Jahr mit dem Rad zur Arbeit.",
        "Neustadt", "radkonsens", _GREEN, "einwohner-010@example.org", 20,
        (
            (20, "submit", ""), (17, "take", ""), (9, "publish", ""),
            (8, "guests", "Rita Muster, Max Muster, Mia Muster"),
            (6, "strike", "Drei Unterstützungen kamen nicht von echten Menschen. Wir haben Briefe an "
             "die Anschrift geschickt. Dort wohnt niemand, der so heißt."),
            (5, "guests", "Erika Beispiel"),
            (1, "support", "37"),
        ),
        topics=("verkehr",),
    ),
    Example(
        "Jugendtreff an der Wasserwerkswiese gemeinsam planen",
        "new-project",
        "In Finthen fehlt ein Ort für Jugendliche. Ich rege an, an der Wasserwerkswiese einen offenen "
        "Treffpunkt zu planen, zusammen mit denen, die ihn nutzen.",
        "Jugendliche werden überall weggeschickt. Sie brauchen einen eigenen Ort.",
        "Finthen", "sp-wasserwerkswiese", _YOUTH, "einwohner-011@example.org", 12,
        ((12, "submit", ""), (6, "take", "")),
    ),
    Example(
        "Fahrplan der Buslinien auch auf Ukrainisch und Arabisch aushängen",
        "service-change",
        "An den großen Haltestellen hängen Fahrpläne nur auf Deutsch. Ich rege an, die wichtigsten "
        "Hinweise auch auf Ukrainisch und Arabisch auszuhängen.",
        "Wer neu in Mainz ist, kommt sonst schwer zurecht.",
        "", "", _OFFICE, "mara@example.org", 3,
        ((3, "submit", ""),),
    ),
)  # fmt: skip
