"""Text of any script: what is drawn, in which order, in which font, and how much room it takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.reports.lettering import ELLIPSIS, REPLACEMENT, fitted, fonts, pieces, width, wrapped

ANY = st.text(st.characters(exclude_categories=["C"]), max_size=60)


def drawn(text: str) -> str:
    return "".join(piece.text for piece in pieces(text))


def test_plain_text_is_one_piece() -> None:
    (piece,) = pieces("Will it rain? 100 %")
    assert (piece.font, piece.text) == (fonts(False)[0].fontName, "Will it rain? 100 %")
    assert piece.width * 10 == pytest.approx(width("Will it rain? 100 %", 10))
    assert width("Will it rain?", 10, bold=True) > width("Will it rain?", 10)


def test_figures_are_all_as_wide() -> None:
    assert len({width(digit, 1) for digit in "0123456789"}) == 1


@pytest.mark.parametrize(
    ("text", "left_to_right"),
    [
        ("Ελένη Żółć Ђорђе", "Ελένη Żółć Ђорђе"),
        ("דנה", "הנד"),
        ("ada (דנה כהן)", "ada (ןהכ הנד)"),
        ("דנה (50%) 12", "12 (50%) הנד"),
        ("محمد", "\ufeaa\ufee4\ufea4\ufee3"),  # every letter in the form that its neighbours give it
    ],
)
def test_what_is_written_from_right_to_left(text: str, left_to_right: str) -> None:
    assert drawn(text) == left_to_right


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("🚀 to 月", f"{REPLACEMENT} to {REPLACEMENT}"),
        ("❤️", REPLACEMENT),  # with the selector of its coloured form, which is nothing by itself
        ("e\u0301", "é"),
        ("𝔹𝕠 ①", "Bo 1"),
    ],
)
def test_what_no_font_has(text: str, shown: str) -> None:
    assert drawn(text) == shown


@settings(deadline=None)  # the fonts are read at the first use
@given(ANY, st.booleans())
def test_every_letter_is_in_the_font_that_draws_it(text: str, bold: bool) -> None:
    by_name = {font.fontName: font for font in fonts(bold)}
    for piece in pieces(text, bold):
        assert all(ord(letter) in by_name[piece.font].face.charToGlyph for letter in piece.text)
        assert piece.width >= 0


@settings(deadline=None)  # the fonts are read at the first use
@given(ANY, st.floats(30, 400))
def test_what_is_cut_fits(text: str, room: float) -> None:
    shown = fitted(text, 9, room)
    assert width(shown, 9) <= room
    assert shown == text or (shown.endswith(ELLIPSIS) and text.startswith(shown[:-1]))


@settings(deadline=None)  # the fonts are read at the first use
@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \n"), max_size=120))
def test_lines_fit_and_lose_nothing(text: str) -> None:
    lines = list(wrapped(text, 9, 60))
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(width(line, 9) <= 60 or len(line) == 1 for line in lines)
    assert len(lines) >= text.count("\n") + 1
