"""Files as people upload them: good ones, and such as somebody made up."""

import io
import struct
import zlib
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage

from participation.files.intake import Prepared, prepare
from participation.files.rules import DOCUMENTS, IMAGES

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
GIF_SCRIPT = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)//"
_LARGEST = 10 * 1024 * 1024


def picture(
    kind: str = "JPEG",
    size: tuple[int, int] = (1200, 800),
    colour: Any = (90, 140, 60),
    **more: Any,
) -> bytes:
    """A picture of one colour, encoded as somebody's camera would."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def picture_with_a_place(orientation: int = 6) -> bytes:
    """A JPEG with everything that tells on its maker: place, device, comment, XMP, profile."""
    exif = Image.Exif()
    exif[0x010F] = "GeheimeKamera"
    exif[0x0112] = orientation
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (50.0, 0.0, 21.5)
    place[3], place[4] = "E", (8.0, 16.0, 12.5)
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>GeheimerOrt</x:xmpmeta>"
    return picture(
        "JPEG", (1200, 800), exif=exif, comment=b"GeheimerKommentar", xmp=xmp, icc_profile=profile
    )


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A small PNG that says it has so many pixels, and really has them: all black."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    pack = zlib.compressobj(9)
    line = b"\x00" * (1 + width)
    rows = b"".join(pack.compress(line) for _ in range(height)) + pack.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def upload(data: bytes, name: str = "Foto.jpg", kind: str = "image/jpeg") -> FileStorage:
    """A file as a browser sends it, with whatever it says about it."""
    return FileStorage(io.BytesIO(data), filename=name, content_type=kind)


def prepared(data: bytes, name: str = "Foto.jpg") -> Prepared:
    """A file that is fit to be kept."""
    return prepare(io.BytesIO(data), name, _LARGEST, IMAGES | DOCUMENTS)
