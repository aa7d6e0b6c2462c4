"""Text of any script in the fonts that a PDF file embeds: in visual order, piece by piece, each in a font that has it.

Noto Sans has Latin, Greek and Cyrillic, FiraGO also Hebrew, Arabic, Thai, Georgian and Devanagari. What none of them
has is shown as U+FFFD.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from unicodedata import bidirectional, normalize

import pymupdf_fonts  # type: ignore[import-untyped]
from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]
from bidi.algorithm import get_base_level, get_display  # type: ignore[import-untyped]
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
REMEMBERED = 10_000
"""Texts and letters that are remembered: a statement names the same markets again and again."""

_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))
"""Variation selectors, which ask for another form of the character before them."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

_FAMILIES = {False: ("notos", "figo"), True: ("notosbo", "figbo")}


class Piece(NamedTuple):
    """A part of a text, the name of its font, and its width at the size of 1."""

    font: str
    text: str
    width: float


@cache
def fonts(bold: bool) -> tuple[TTFont, ...]:
    """The fonts of a weight, the preferred one first."""
    found = tuple(TTFont(name, BytesIO(pymupdf_fonts.myfont(name))) for name in _FAMILIES[bold])
    for font in found:
        registerFont(font)
    return found


def main_font(bold: bool = False) -> str:
    """The name of the preferred font."""
    return str(fonts(bold)[0].fontName)


@lru_cache(maxsize=REMEMBERED)
def pieces(text: str, bold: bool = False) -> tuple[Piece, ...]:
    """A line in the order in which it is drawn, from left to right."""
    if text.isascii():
        main = fonts(bold)[0]
        return (Piece(main.fontName, text, main.stringWidth(text, 1)),)
    lettered = [_in_its_font(letter, bold) for letter in _visual(text)]
    found = []
    for font, letters in groupby(lettered, key=itemgetter(0)):
        piece = "".join(letter for _, letter in letters)
        found.append(Piece(font.fontName, piece, font.stringWidth(piece, 1)))
    return tuple(found)


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a line is, in points of typography."""
    return size * sum(piece.width for piece in pieces(text, bold))


def fitted(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits, with an ellipsis."""
    if width(text, size, bold) <= room:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if width(text[:middle] + ELLIPSIS, size, bold) <= room:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + ELLIPSIS


def wrapped(text: str, size: float, room: float, bold: bool = False) -> Iterator[str]:
    """The text in lines that fit, broken between words where that is possible."""
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".lstrip()
            if width(longer, size, bold) <= room:
                line = longer
                continue
            if line:
                yield line
            *full, line = _broken(word, size, room, bold)
            yield from full
        yield line


def _broken(word: str, size: float, room: float, bold: bool) -> Iterator[str]:
    """A word in parts that fit, each of one letter at least."""
    while width(word, size, bold) > room and len(word) > 1:
        part = max(1, len(fitted(word, size, room, bold)) - len(ELLIPSIS))
        yield word[:part]
        word = word[part:]
    yield word


def _visual(text: str) -> str:
    """Letters of the Arabic script joined, and everything from left to right (Unicode Standard Annex 9)."""
    plain = "".join(map(_plain, normalize("NFC", text).translate(_SELECTORS)))
    if all(bidirectional(letter) not in _RIGHT_TO_LEFT for letter in plain):
        return plain
    direction = "R" if get_base_level(plain) else "L"
    return str(get_display(_reshaper().reshape(plain), base_dir=direction))


@lru_cache(maxsize=REMEMBERED)
def _plain(letter: str) -> str:
    """A letter, or what it is another form of where no font has it, as of those that mathematicians write double."""
    return letter if _has(letter) or not all(map(_has, normalize("NFKC", letter))) else normalize("NFKC", letter)


def _has(letter: str) -> bool:
    return any(ord(letter) in font.face.charToGlyph for font in fonts(False))


@cache
def _reshaper() -> ArabicReshaper:
    return ArabicReshaper({"use_unshaped_instead_of_isolated": True, "delete_harakat": False})


@lru_cache(maxsize=REMEMBERED)
def _in_its_font(letter: str, bold: bool) -> tuple[TTFont, str]:
    """A letter with the first font that has it."""
    for font in fonts(bold):
        if ord(letter) in font.face.charToGlyph:
            return font, letter
    return fonts(bold)[0], REPLACEMENT
