"""Text that people search for."""

from domain.shared.errors import Invalid

_SPECIAL = frozenset("\\^$.|?*+()[]{}-#&~")


def require_text(name: str, text: str | None, most: int) -> None:
    """Refuse a text that is empty, too long, or of characters that no listing has. Raises Invalid."""
    if text is not None and (not 0 < len(text) <= most or not text.isprintable()):
        raise Invalid("SEARCH_TEXT", f"Give {name} as 1 to {most} printable characters.", field=name)


def pattern_of(text: str) -> str:
    """A regular expression that finds a text whatever its case, of a syntax that every engine shares.

    The case of a letter is folded here, because a database knows only the letters of its locale.
    """
    return "".join(map(_either_case, text))


def _either_case(letter: str) -> str:
    forms = {letter, letter.lower(), letter.upper(), letter.casefold()}
    single = sorted(form for form in forms if len(form) == 1)
    if len(single) > 1:
        return f"[{''.join(single)}]"
    return f"\\{letter}" if letter in _SPECIAL else letter
