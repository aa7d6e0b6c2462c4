"""What Prometheus is told of a process as it is when asked."""

from collections.abc import Mapping
from typing import Protocol

from prometheus_client import CollectorRegistry, Gauge


class Line(Protocol):
    """Where orders wait."""

    @property
    def waiting(self) -> int:
        """How many do."""
        ...


class Pool(Protocol):
    """Connections to the database, as SQLAlchemy has them."""

    def checkedout(self) -> int:
        """Those in use."""
        ...

    def size(self) -> int:
        """The most there may be."""
        ...


class Gauges:
    """The line at the desk and the pools by their names, read at each look."""

    def __init__(self, registry: CollectorRegistry, line: Line, pools: Mapping[str, Pool]) -> None:
        waiting = Gauge("desk_waiting_orders", "Orders in line at the desk.", registry=registry)
        waiting.set_function(lambda: line.waiting)
        in_use = Gauge("database_pool_in_use", "Connections in use.", ["pool"], registry=registry)
        size = Gauge("database_pool_size", "The most connections there may be.", ["pool"], registry=registry)
        for name, pool in pools.items():
            in_use.labels(name).set_function(pool.checkedout)
            size.labels(name).set_function(pool.size)
