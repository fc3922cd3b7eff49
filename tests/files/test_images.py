"""Pictures: what comes in, and what is left of it."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from participation.config import ROOT
from participation.files import images, rules
from participation.files.intake import prepare
from participation.files.rules import DOCUMENTS, IMAGES, MediaType, Variant
from tests.files.uploads import (
    GIF_SCRIPT,
    HTML,
    PDF,
    SVG,
    bomb,
    picture,
    picture_with_a_place,
    prepared,
)

_SECRETS = (b"Geheim", b"Exif", b"ICC_PROFILE", b"xmpmeta", b"GPS", b"http")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_nothing_tells_where_and_with_what_a_picture_was_made(orientation: int) -> None:
    original = picture_with_a_place(orientation)
    assert all(word in original for word in (b"Geheim", b"Exif", b"ICC_PROFILE", b"xmpmeta"))
    for made in images.reencoded(original).values():
        assert not [word for word in _SECRETS if word in made.data]
        again = opened(made.data)
        assert not again.getexif()
        assert not set(again.info) & {"exif", "icc_profile", "comment", "xmp"}
        is_upright = made.width > made.height
        assert is_upright is (orientation < 5)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_pictures_lose_what_tells_too(kind: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "GeheimerKommentar")
    exif = Image.Exif()
    exif[0x010F] = "GeheimeKamera"
    more = {"pnginfo": words} if kind == "PNG" else {}
    original = picture(kind, exif=exif, icc_profile=b"GeheimesProfil", **more)
    assert b"GeheimeKamera" in original
    for made in images.reencoded(original).values():
        assert not [word for word in (b"Geheim", b"Exif", b"iCCP", b"ICCP") if word in made.data]


def test_picture_is_turned_as_the_camera_noted() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn a quarter to the right
    drawn = Image.new("RGB", (200, 100), "black")
    drawn.paste("white", (0, 0, 100, 100))
    drawn.save(out, "JPEG", exif=exif)
    made = opened(images.reencoded(out.getvalue())[Variant.FULL].data).convert("L")
    assert made.size == (100, 200)
    assert made.getpixel((50, 20)) > 200 > 50 > made.getpixel((50, 180))


@pytest.mark.parametrize("tail", [HTML, SVG, b"PK\x03\x04 a whole archive", b"*/alert(1)//"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_behind_a_picture_is_gone(kind: str, tail: bytes) -> None:
    for made in images.reencoded(picture(kind) + tail).values():
        assert tail not in made.data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_large_picture_is_kept_in_two_sizes(kind: str) -> None:
    made = images.reencoded(picture(kind, (4000, 3000)))
    assert {key: (one.width, one.height) for key, one in made.items()} == {
        Variant.FULL: (2400, 1800), Variant.SMALL: (800, 600),
    }  # fmt: skip
    assert made[Variant.FULL].media_type.value.endswith(kind.lower())
    for one in made.values():
        assert opened(one.data).size == (one.width, one.height)


@pytest.mark.parametrize(
    ("mode", "colour", "kind"),
    [
        ("1", 1, "PNG"), ("L", 200, "PNG"), ("LA", (200, 90), "PNG"), ("P", 7, "PNG"),
        ("RGBA", (200, 90, 10, 0), "PNG"), ("I;16", 50_000, "PNG"), ("L", 200, "JPEG"),
        ("CMYK", (0, 0, 0, 0), "JPEG"), ("RGBA", (200, 90, 10, 128), "WEBP"),
    ],
)  # fmt: skip
def test_every_kind_of_colour_is_taken(mode: str, colour: object, kind: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 10), colour).save(out, kind)  # type: ignore[arg-type]
    made = images.reencoded(out.getvalue())[Variant.FULL]
    again = opened(made.data)
    assert again.size == (20, 10)
    before = opened(out.getvalue())
    if mode == "I;16":
        assert abs(int(again.getpixel((5, 5))) - 50_000 / 256) < 2  # type: ignore[arg-type]
    elif "A" in mode:
        assert (
            again.convert("RGBA").getpixel((5, 5))[3] == before.convert("RGBA").getpixel((5, 5))[3]
        )  # type: ignore[index]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animated_picture_stands_still(kind: str) -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (30, 20), name) for name in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    assert opened(out.getvalue()).n_frames == 3  # type: ignore[attr-defined]
    made = opened(images.reencoded(out.getvalue())[Variant.FULL].data)
    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((5, 5))[0] > 200  # type: ignore[index]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused(kind: str, share: float) -> None:
    whole = picture(kind, (600, 400), quality=95) if kind != "PNG" else picture(kind, (600, 400))
    half = whole[: max(12, int(len(whole) * share))]
    with pytest.raises(rules.BrokenImage):
        images.reencoded(half)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_picture_is_refused_or_harmless_and_never_a_failure(kind: str) -> None:
    whole = picture(kind, (64, 48))
    for place in range(12, len(whole), max(1, len(whole) // 150)):
        broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            images.reencoded(broken)
        except rules.UnfitFile:
            continue


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", rules.EmptyFile),
        (SVG, rules.NoImage),
        (HTML, rules.NoImage),
        (GIF_SCRIPT, rules.NoImage),
        (PDF, rules.NoImage),
        (b"MZ\x90\x00", rules.NoImage),
        (b"\xff\xd8\xff" + HTML, rules.BrokenImage),
        (b"\x89PNG\r\n\x1a\n" + SVG, rules.BrokenImage),
        (b"RIFF\x00\x00\x00\x00WEBP" + HTML, rules.BrokenImage),
        (picture("GIF"), rules.NoImage),
        (picture("BMP"), rules.NoImage),
        (picture("TIFF"), rules.NoImage),
        (picture("JPEG2000"), rules.NoImage),
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(
    data: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        prepare(io.BytesIO(data), "Foto.jpg", 10_000_000, IMAGES)


@pytest.mark.parametrize("data", [picture(), picture("PNG"), HTML + PDF, SVG])
def test_what_is_no_pdf_is_refused_as_a_document(data: bytes) -> None:
    with pytest.raises(rules.NoDocument):
        prepare(io.BytesIO(data), "Plan.pdf", 10_000_000, DOCUMENTS)


def test_document_is_kept_as_it_is() -> None:
    made = prepared(PDF, "../Plan.exe")
    assert (made.name, made.media_type) == ("Plan.pdf", MediaType.PDF)
    assert made.full.data == PDF
    assert set(made.contents) == {Variant.FULL}


def test_file_with_one_byte_too_many_is_refused() -> None:
    prepare(io.BytesIO(PDF), "Plan.pdf", len(PDF), DOCUMENTS)
    with pytest.raises(rules.FileTooLarge):
        prepare(io.BytesIO(PDF), "Plan.pdf", len(PDF) - 1, DOCUMENTS)


def test_the_same_file_gives_the_same_bytes() -> None:
    assert prepared(picture()).full.sha256 == prepared(picture()).full.sha256


_MEASURE = """
import resource, sys
from participation.files import images, rules
data = open(sys.argv[1], "rb").read()
images.reencoded(open(sys.argv[2], "rb").read())  # the libraries themselves
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    images.reencoded(data)
    result = "taken"
except rules.TooManyPixels:
    result = "refused"
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(result, (after - before) // 1024)
"""


def measured(folder: Path, data: bytes) -> tuple[str, int]:
    """Whether the picture is taken, and how many megabytes more the process needs for it."""
    (folder / "picture").write_bytes(data)
    (folder / "warm").write_bytes(picture(size=(100, 100)))
    command = [sys.executable, "-c", _MEASURE, str(folder / "picture"), str(folder / "warm")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    result, megabytes = run.stdout.split()
    return result, int(megabytes)


def test_bomb_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    data = bomb()
    assert len(data) < 1_000_000
    result, megabytes = measured(tmp_path, data)
    assert result == "refused"
    assert megabytes < 10  # 400 if it were opened


def test_picture_of_a_good_telephone_takes_little_memory(tmp_path: Path) -> None:
    result, megabytes = measured(tmp_path, picture(size=(8000, 6000)))
    assert result == "taken"
    assert megabytes < 130  # 190 for all its pixels


@pytest.mark.parametrize(
    ("width", "height"), [(50_000_001, 1), (2**31 - 1, 2**31 - 1), (7072, 7072)]
)
def test_stated_size_alone_is_enough_to_refuse(width: int, height: int) -> None:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = b"".join(
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one))
        for one in (b"IHDR" + header, b"IDAT" + zlib.compress(b"\x00"))
    )
    with pytest.raises(rules.TooManyPixels):
        images.reencoded(b"\x89PNG\r\n\x1a\n" + data)
