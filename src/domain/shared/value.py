"""Values: frozen slots dataclasses that cost as little to build as mutable ones.

CPython fills a frozen dataclass with one call of `object.__setattr__` for each field, which would be a quarter of
the time of a trade. A value is filled by plain assignment instead, while it still belongs to a mutable twin class
of the same layout, and becomes immutable as the last step of its construction.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """Make a class a frozen slots dataclass; its `__post_init__` may validate, and complete, the new instance."""
    namespace = dict(vars(cls))
    frozen: Any = dataclass(frozen=True, slots=True)(cls)

    def freeze(self: Any) -> None:
        self.__class__ = frozen

    namespace["__post_init__"] = _then(namespace.get("__post_init__"), freeze)
    filled: Any = dataclass(eq=False, repr=False)(type(cls.__name__, (), namespace))
    mutable = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    steps = {"__init__": filled.__init__, "__post_init__": namespace["__post_init__"]}
    twin: Any = type(cls.__name__, (frozen,), mutable | steps)

    def new(_: type, *__: Any, **___: Any) -> Any:
        return object.__new__(twin)

    frozen.__new__ = new
    frozen.__reduce__ = _reducer(frozen)
    return frozen  # type: ignore[no-any-return]


def _then(first: Callable[[Any], None] | None, last: Callable[[Any], None]) -> Callable[[Any], None]:
    if first is None:
        return last

    def both(self: Any) -> None:
        first(self)
        last(self)

    return both


def _reducer(cls: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Copies and pickles go through the constructor, and so are valid and frozen too."""
    names = [field.name for field in fields(cls)]
    return lambda instance: (cls, tuple(getattr(instance, name) for name in names))
