"""What a PromQL expression names, read by regular expressions: enough for ours, and less than the language."""

import re

_WORDS = frozenset({"and", "or", "unless", "on", "ignoring", "by", "without", "bool", "offset", "group_left"})
_GROUPED = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
_MATCHERS = re.compile(r"\{([^}]*)\}")
_RANGE = re.compile(r"\[[^\]]*\]")
_TEXT = re.compile(r'"[^"]*"')
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(?![a-zA-Z0-9_]|\s*\()")


def metrics_in(expression: str) -> set[str]:
    """The names of metrics."""
    bare = _TEXT.sub("", expression)
    for part in (_MATCHERS, _GROUPED, _RANGE):
        bare = part.sub(" ", bare)
    return set(_NAME.findall(bare)) - _WORDS


def labels_in(expression: str) -> set[str]:
    """The names of labels that are matched or grouped by."""
    bare = _TEXT.sub("", expression)
    matched = (name for part in _MATCHERS.findall(bare) for name in _NAME.findall(part))
    grouped = (name for part in _GROUPED.findall(bare) for name in _NAME.findall(part))
    return {*matched, *grouped}


def balanced(expression: str) -> bool:
    """Whether every bracket is closed by its own kind."""
    opened: list[str] = []
    for sign in _TEXT.sub("", expression):
        if sign in "([{":
            opened.append(sign)
        elif sign in ")]}" and (not opened or opened.pop() + sign not in {"()", "[]", "{}"}):
            return False
    return not opened
