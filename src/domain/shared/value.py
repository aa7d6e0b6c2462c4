"""Values: frozen slots dataclasses that cost no more to build than mutable ones.

CPython fills a frozen dataclass with one call of `object.__setattr__` for each field, which would be a good part of
the time of a trade. A value is filled by plain assignment instead, while it belongs to a mutable twin class of the
same layout, and becomes immutable as the last step of its construction.
"""

from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_become = object.__dict__["__class__"].__set__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """Make a class a frozen slots dataclass; its `__post_init__` may validate, and complete, the new instance."""
    frozen: Any = dataclass(frozen=True, slots=True)(cls)
    mutable = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    twin = type(cls.__name__, (frozen,), mutable)
    frozen.__init__ = _initialiser(frozen, twin)
    frozen.__replace__ = _replacer(frozen, twin)
    return frozen  # type: ignore[no-any-return]


def changed(old: T, /, **changes: Any) -> T:
    """A value like another but for some fields, as `dataclasses.replace` makes it, in a fraction of its time."""
    made: T = old.__replace__(**changes)  # type: ignore[attr-defined]
    return made


def _initialiser(frozen: Any, twin: Any) -> Any:
    """An `__init__` written out for the class, as `dataclass` itself writes its own."""
    defaults = {each.name: each.default for each in fields(frozen)}
    parameters = [name if defaults[name] is MISSING else f"{name}=defaults[{name!r}]" for name in defaults]
    filled = [f"self.{name} = {name}" for name in defaults]
    steps = ["become(self, twin)", *filled, *_completed("self", frozen)]
    scope = {"become": _become, "twin": twin, "frozen": frozen, "defaults": defaults}
    return _written(frozen, f"__init__(self, {', '.join(parameters)})", steps, scope)


def _replacer(frozen: Any, twin: Any) -> Any:
    """A `__replace__`, as Python 3.13 has it, written out for the class. Raises AttributeError for what is no field."""
    copied = [f"new.{each.name} = self.{each.name}" for each in fields(frozen)]
    change = "for name, given in changes.items(): setattr(new, name, given)"
    steps = ["new = make(twin)", *copied, change, *_completed("new", frozen), "return new"]
    scope = {"make": object.__new__, "twin": twin, "frozen": frozen}
    return _written(frozen, "__replace__(self, **changes)", steps, scope)


def _completed(made: str, frozen: Any) -> list[str]:
    """The last steps of a construction."""
    checked = [f"{made}.__post_init__()"] if hasattr(frozen, "__post_init__") else []
    return [*checked, f"{made}.__class__ = frozen"]


def _written(frozen: Any, head: str, steps: list[str], scope: dict[str, Any]) -> Any:
    exec(f"def {head}:\n    " + "\n    ".join(steps), scope)
    name = head.partition("(")[0]
    written: Any = scope[name]
    written.__qualname__ = f"{frozen.__qualname__}.{name}"
    return written
