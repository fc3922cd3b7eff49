"""Pictures that the demo draws itself, and sheets that its people changed on the web."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from PIL import Image, ImageDraw

from participation.core.db import db
from participation.files.intake import prepare
from participation.files.rules import IMAGES
from participation.permissions import Actor
from participation.projects import editing, files
from participation.projects.models import Project, ProjectText
from participation.projects.rules import FileRole

_CREDIT = "Eigene Zeichnung für diese Vorführung"
_SIZE = (1200, 700)
_SKY, _GRASS, _WATER, _SAND = "#dbe9f4", "#9cc08a", "#7fb0d0", "#e8d9b0"
_WOOD, _LEAVES, _RED, _DARK = "#7a5a3a", "#4d8a4a", "#b5323c", "#33414d"


@dataclass(frozen=True)
class Save:
    """One save of a sheet: a line added to what is still open.

    :param days: before now; :param note: what changed, for readers
    """

    days: int
    note: str
    line: str


def _trees(draw: ImageDraw.ImageDraw, places: tuple[tuple[int, int], ...]) -> None:
    for x, foot in places:
        draw.rectangle((x - 10, foot - 120, x + 10, foot), fill=_WOOD)
        draw.ellipse((x - 75, foot - 270, x + 75, foot - 100), fill=_LEAVES)


def _playground() -> Image.Image:
    picture = Image.new("RGB", _SIZE, _SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 420, *_SIZE), fill=_GRASS)
    draw.ellipse((260, 480, 1000, 670), fill=_SAND)
    _trees(draw, ((120, 500), (1060, 520), (930, 470)))
    draw.line((400, 590, 400, 330), fill=_DARK, width=14)
    draw.line((460, 590, 460, 330), fill=_DARK, width=14)
    for rung in range(370, 590, 45):
        draw.line((400, rung, 460, rung), fill=_DARK, width=8)
    draw.line((460, 335, 650, 590, 720, 600), fill=_RED, width=26, joint="curve")
    draw.line((760, 590, 800, 360, 840, 590), fill=_DARK, width=12, joint="curve")
    draw.line((960, 590, 920, 360, 880, 590), fill=_DARK, width=12, joint="curve")
    draw.line((800, 360, 920, 360), fill=_DARK, width=12)
    draw.line((835, 360, 835, 530), fill=_DARK, width=4)
    draw.line((885, 360, 885, 530), fill=_DARK, width=4)
    draw.rectangle((825, 528, 895, 540), fill=_RED)
    return picture


def _cycle_path() -> Image.Image:
    picture = Image.new("RGB", _SIZE, _SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 300, _SIZE[0], 420), fill=_WATER)
    draw.rectangle((0, 420, *_SIZE), fill=_GRASS)
    draw.polygon(((0, 560), (1200, 470), (1200, 610), (0, 690)), fill=_RED)
    for x in range(40, 1200, 150):
        draw.line((x, 622 - x // 14, x + 80, 616 - x // 14), fill="white", width=8)
    _trees(draw, ((150, 520), (420, 500), (1080, 470)))
    for x in (620, 790):
        draw.ellipse((x - 62, 478, x + 62, 602), outline=_DARK, width=9)
    frame = (620, 540, 670, 440, 770, 440, 705, 540, 620, 540)
    draw.line(frame, fill=_DARK, width=10, joint="curve")
    draw.line((705, 540, 665, 425), fill=_DARK, width=10)
    draw.line((790, 540, 765, 415, 805, 405), fill=_DARK, width=10, joint="curve")
    draw.line((640, 422, 692, 422), fill=_DARK, width=14)
    return picture


#: By project: how it is drawn, and what is to be seen, in each language.
_PICTURES = {
    "sp-neun-morgen": (
        _playground,
        {
            "de": "Gezeichneter Spielplatz mit Rutsche, Schaukel und drei Bäumen. Kein Entwurf der Stadt.",
            "de_simple": "Eine Zeichnung: Ein Spiel·platz mit einer Rutsche und einer Schaukel. "
            "Es gibt drei Bäume. Die Zeichnung ist nur ein Beispiel.",
            "en": "Drawing of a playground with a slide, a swing and three trees. Not a plan of the city.",
        },
    ),
    "radkonsens": (
        _cycle_path,
        {
            "de": "Gezeichneter roter Radweg am Wasser mit einem Fahrrad und drei Bäumen. "
            "Kein Entwurf der Stadt.",
            "de_simple": "Eine Zeichnung: Ein roter Weg für Fahr·räder. Daneben ist Wasser. "
            "Es gibt drei Bäume. Die Zeichnung ist nur ein Beispiel.",
            "en": "Drawing of a red cycle path by the water with a bicycle and three trees. "
            "Not a plan of the city.",
        },
    ),
}  # fmt: skip

_SAVES = {
    "sp-neun-morgen": (
        Save(
            40,
            "Beispiel dieser Vorführung: Ein Punkt ist noch offen.",
            "Beispiel: Wo stehen die Bänke?",
        ),
        Save(
            6,
            "Beispiel dieser Vorführung: Nach dem Rundgang ist die Frage genauer.",
            "Beispiel: Wo stehen die Bänke, in der Sonne oder im Schatten?",
        ),
    )
}


def load(actor: Actor, now: datetime) -> None:
    """Let the coordination office put pictures on sheets, and change one sheet twice."""
    for slug, (draw, texts) in _PICTURES.items():
        key = db.session.scalars(sa.select(Project.id).filter_by(slug=slug)).one()
        stream = io.BytesIO()
        draw().save(stream, "PNG")
        prepared = prepare(stream, f"{slug}.png", stream.tell(), IMAGES)
        said = files.Description(texts, credit=_CREDIT)
        files.add(key, FileRole.IMAGE, actor, now - timedelta(days=50), prepared, said)
    for slug, saves in _SAVES.items():
        project = db.session.scalars(sa.select(Project).filter_by(slug=slug)).one()
        german = sa.select(ProjectText).filter_by(project_id=project.id, language="de")
        before = db.session.scalars(german).one().still_open
        for one in saves:
            editing.edit(
                project.id, actor, now - timedelta(days=one.days),
                {"de.still_open": f"{before}\n{one.line}".strip()},
                seen_version=project.version, note=one.note,
            )  # fmt: skip
