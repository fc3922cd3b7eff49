"""Pictures: bytes in, new bytes out. Nothing of the old file but its pixels gets through.

Decoding is where a small file becomes a large one, so three things bound it: the size that the
header states is checked before a pixel is read, JPEGs are decoded at a smaller scale, and one
process decodes one picture at a time.
"""

import io
from dataclasses import dataclass
from threading import Lock
from typing import Any

from PIL import Image, ImageCms

from participation.files.rules import (
    LONGEST_SIDE,
    MOST_PIXELS,
    BrokenImage,
    MediaType,
    TooManyPixels,
    UnfitFile,
    Variant,
)

#: Decoders that are used at all, and what comes out of each. MPO is a JPEG with further pictures behind.
_DECODERS = ("JPEG", "PNG", "WEBP")
_TYPES = {
    "JPEG": MediaType.JPEG,
    "MPO": MediaType.JPEG,
    "PNG": MediaType.PNG,
    "WEBP": MediaType.WEBP,
}
_SAVE: dict[MediaType, dict[str, Any]] = {
    MediaType.JPEG: {"format": "JPEG", "quality": 85, "optimize": True, "progressive": True},
    MediaType.PNG: {"format": "PNG", "optimize": True},
    MediaType.WEBP: {"format": "WEBP", "quality": 85, "method": 4},
}
#: How a picture is turned for what its camera noted (Exif 2.32, tag Orientation).
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LARGEST_PROFILE = 1024 * 1024
_ONE_AT_A_TIME = Lock()

# A second wall: Pillow itself refuses what is twice as large, and warns before.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True)
class Picture:
    """A picture in one size, encoded anew."""

    media_type: MediaType
    width: int
    height: int
    data: bytes


def is_image(data: bytes) -> bool:
    """Tell whether the bytes begin like one of the kinds of pictures that are taken."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return is_webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def reencoded(data: bytes) -> dict[Variant, Picture]:
    """Return the picture in each of its sizes; of an animated one, what it begins with.

    Upright, in sRGB, without Exif, places, profiles, comments, or anything behind the picture's end.

    :raises BrokenImage: :raises TooManyPixels:
    """
    with _ONE_AT_A_TIME:
        try:
            return _reencoded(data)
        except UnfitFile:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TooManyPixels from error
        except Exception as error:  # a decoder may fail in any way on what somebody made up
            raise BrokenImage from error


def _reencoded(data: bytes) -> dict[Variant, Picture]:
    with Image.open(io.BytesIO(data), formats=_DECODERS) as image:
        media_type = _TYPES[image.format or ""]
        if image.width * image.height > MOST_PIXELS:
            raise TooManyPixels
        longest = LONGEST_SIDE[Variant.FULL]
        # Of a JPEG this reads as few pixels as will do. It may still be larger than wanted.
        image.draft("RGB", (longest, longest))
        image.load()
        profile = image.info.get("icc_profile")
        pixels = _plain(image)
        pixels.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        pixels = _upright(pixels, image.getexif())
    pixels = _in_srgb(pixels, profile)
    # What is saved takes comments and transparency from here.
    pixels.info = {}
    small = pixels.copy()
    side = LONGEST_SIDE[Variant.SMALL]
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    small_type = MediaType.JPEG if media_type is MediaType.JPEG else MediaType.WEBP
    return {
        Variant.FULL: _encoded(pixels, media_type),
        Variant.SMALL: _encoded(small, small_type),
    }


def _plain(image: Image.Image) -> Image.Image:
    """The pixels as grey, colour, or colour with transparency, 8 bits each."""
    if image.mode in ("RGB", "RGBA", "L"):
        return image
    if image.mode.startswith("I"):  # 16 bits of grey; converting them would cut off, not scale
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    has_transparency = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if has_transparency else "RGB")


def _upright(pixels: Image.Image, exif: Image.Exif) -> Image.Image:
    """Turn the picture as its camera noted."""
    method = _TURNS.get(exif.get(_ORIENTATION, 1))
    return pixels if method is None else pixels.transpose(method)


def _in_srgb(pixels: Image.Image, profile: bytes | None) -> Image.Image:
    """Turn the colours into what every screen understands; a profile that cannot be used is left out."""
    if not profile or len(profile) > _LARGEST_PROFILE or pixels.mode not in ("RGB", "RGBA"):
        return pixels
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            pixels, source, ImageCms.createProfile("sRGB"), outputMode=pixels.mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return pixels
    return converted or pixels


def _encoded(pixels: Image.Image, media_type: MediaType) -> Picture:
    if media_type is MediaType.JPEG and pixels.mode == "RGBA":
        pixels = pixels.convert("RGB")
    out = io.BytesIO()
    pixels.save(out, **_SAVE[media_type])
    return Picture(media_type, pixels.width, pixels.height, out.getvalue())
