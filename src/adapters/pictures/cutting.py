"""Pictures into covers, with Pillow. It runs in a process of its own: see `child`."""

import warnings
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from application.covers.cover import SHAPES, Cover, CoverSize
from domain.shared.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""Decided by the content. Of several frames only the first is read, however many there are."""

MAX_PIXELS = 25_000_000
MIN_SIDE = 96

_DRAFT = (2400, 1260)
"""Twice the largest cover: a JPEG is decoded no larger than it must be for that."""

_QUALITY = 82
_GREY = {"LA": "L", "La": "L", "1": "L"}


def cut(data: bytes) -> list[Cover]:
    """A cover in every size. Raises Invalid, and whatever a broken picture makes of the decoder."""
    picture = _plain(_opened(data))
    return [_cover(picture, size) for size in CoverSize]


def _opened(data: bytes) -> Image.Image:
    """The picture, decoded and upright, once its size is known to be bearable."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(BytesIO(data), formats=FORMATS)
            _require_size(*image.size)
            image.draft(None, _DRAFT)
            image.load()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large() from None
        except UnidentifiedImageError:
            raise Invalid("COVER_FORMAT", f"Send a picture as {', '.join(FORMATS)}.") from None
    return ImageOps.exif_transpose(image)


def _require_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_large()
    if min(width, height) < MIN_SIDE:
        raise Invalid("COVER_TOO_SMALL", f"Send a picture of at least {MIN_SIDE} × {MIN_SIDE} pixels.")


def _too_large() -> Invalid:
    return Invalid("COVER_TOO_LARGE", f"Send a picture of at most {MAX_PIXELS} pixels.", maximum=MAX_PIXELS)


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits of sRGB, with transparency where there is some, and nothing that is no pixel."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        image = image.point(lambda level: level * (1 / 257)).convert("L")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    mode = _GREY.get(image.mode, image.mode)
    plain = _in_srgb(image.convert(mode if mode in {"L", "CMYK"} else "RGB"), profile)
    if alpha is not None:
        plain.putalpha(alpha)
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours that the profile means; a picture without one, or with a useless one, is in sRGB already."""
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            given, wanted = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, given, wanted, outputMode="RGB")
            assert converted is not None, "it is made in place only when asked to"
            return converted
    return image.convert("RGB")


def _cover(picture: Image.Image, size: CoverSize) -> Cover:
    """The middle of the picture in the shape of a size; never enlarged, which would add bytes and no detail."""
    width, height = SHAPES[size]
    scale = min(1, picture.width / width, picture.height / height)
    shape = round(width * scale), round(height * scale)
    made = BytesIO()
    ImageOps.fit(picture, shape, Image.Resampling.LANCZOS).save(made, "WEBP", quality=_QUALITY)
    return Cover(size, *shape, made.getvalue())
