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
    frozen.__init__ = _initialiser(frozen, type(cls.__name__, (frozen,), mutable))
    return frozen  # type: ignore[no-any-return]


def _initialiser(frozen: Any, twin: Any) -> Any:
    """An `__init__` written out for the class, as `dataclass` itself writes its own."""
    scope = {"become": _become, "twin": twin, "frozen": frozen, "defaults": {}}
    parameters, steps = [], ["become(self, twin)"]
    for each in fields(frozen):
        scope["defaults"][each.name] = each.default
        parameters.append(each.name if each.default is MISSING else f"{each.name}=defaults[{each.name!r}]")
        steps.append(f"self.{each.name} = {each.name}")
    if hasattr(frozen, "__post_init__"):
        steps.append("self.__post_init__()")
    steps.append("self.__class__ = frozen")
    exec(f"def __init__(self, {', '.join(parameters)}):\n    " + "\n    ".join(steps), scope)
    written: Any = scope["__init__"]
    written.__qualname__ = f"{frozen.__qualname__}.__init__"
    return written
