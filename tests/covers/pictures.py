"""Pictures of every kind, made on the spot."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

RED, GREEN, BLUE, WHITE = (220, 40, 40), (40, 160, 80), (40, 80, 200), (250, 250, 250)
QUARTERS = RED, GREEN, BLUE, WHITE
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
SECRET = b"Rue de la Paix 7"

_CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))


def quarters(width: int = 1600, height: int = 900, mode: str = "RGB") -> Image.Image:
    """Red and green above blue and white, which shows how a picture was turned."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for (column, row), colour in zip(_CORNERS, QUARTERS, strict=True):
        left, top = column * width // 2, row * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image.convert(mode)


def saved(image: Image.Image, name: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    file = BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file as a picture."""
    return Image.open(BytesIO(data))


def with_metadata(name: str) -> bytes:
    """A picture that says where and with what it was made."""
    exif = Image.Exif()
    exif[MAKE] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 52.0, 10.0), 3: "E", 4: (2.0, 19.0, 50.0)})
    more = {"comment": SECRET} if name == "JPEG" else {}
    return saved(quarters(), name, exif=exif, xmp=b"<x>" + SECRET + b"</x>", **more)


def turned(orientation: int) -> bytes:
    """A picture that stands upright once its orientation is applied."""
    back = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    image, exif = quarters(), Image.Exif()
    for step in back[orientation]:
        image = image.transpose(step)
    exif[ORIENTATION] = orientation
    return saved(image, "JPEG", exif=exif, quality=95)


def sixteen_bits() -> bytes:
    """Grey from black on the left to white on the right, in 65,536 levels."""
    line = struct.pack("<1200H", *(x * 65_535 // 1199 for x in range(1200)))
    return saved(Image.frombytes("I;16", (1200, 630), line * 630))


def sixteen_bits_in_colour() -> bytes:
    """Green in three times 16 bits, which Pillow reads but does not write."""
    line = b"\0" + struct.pack(">HHH", *(level * 257 for level in GREEN)) * 200
    return _png(200, 100, zlib.compress(line * 100), depth=16)


def huge_header() -> bytes:
    """A PNG of 100,000 × 100,000 pixels, of which only the first few are there."""
    return _png(100_000, 100_000, zlib.compress(b"\0" * 1000))


def in_another_space() -> bytes:
    """Grey of level 128 in a space without gamma, which is the level 188 in sRGB."""
    return saved(Image.new("RGB", (1200, 630), (128, 128, 128)), icc_profile=_linear_profile())


def _linear_profile() -> bytes:
    """The primaries of sRGB with a gamma of 1 (ICC.1, version 2: a header, a table of tags, their data)."""
    colours = {b"rXYZ": (0.4361, 0.2225, 0.0139), b"gXYZ": (0.3851, 0.7169, 0.0971), b"bXYZ": (0.1431, 0.0606, 0.7141)}
    tags = {name: b"XYZ " + bytes(4) + _fixed(*xyz) for name, xyz in colours.items()}
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, 256) + bytes(2)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    at, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", at + len(data), len(content))
        data += content
    kind = struct.pack(">I", 0x02400000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    header = struct.pack(">I", at + len(data)) + bytes(4) + kind + bytes(28) + _fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + table + data


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65_536) for number in numbers))


def many_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: each costs a few bytes, and a walk over all pixels."""
    data = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True, quality=50)
    begin, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:end] + data[begin:end] * scans + data[end:]


def _png(width: int, height: int, pixels: bytes, depth: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
