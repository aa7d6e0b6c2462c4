"""How PostgreSQL carries a statement out."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

Node: TypeAlias = dict[str, Any]


async def nodes_of_last(engine: AsyncEngine, act: Callable[[], Awaitable[object]]) -> list[Node]:
    """The nodes of the plan of the last statement that an act sent through the engine, run again, from the top."""
    sent: list[tuple[str, Any]] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *call: sent.append((call[2], call[3])))
    await act()
    statement, parameters = sent[-1]
    return await nodes_of(engine, statement, parameters)


async def nodes_of(engine: AsyncEngine, statement: str, parameters: Any) -> list[Node]:
    """The nodes of the plan of a statement that is run, from the top."""
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        told = found.scalar_one()
    top = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return list(_nodes(top))


def indexes(nodes: list[Node]) -> set[str]:
    """The indexes that were read."""
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def rows_read(nodes: list[Node], table: str) -> int:
    """Rows that were read from a table, those thrown away included."""
    mine = (node for node in nodes if node.get("Relation Name") == table)
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    return sum(
        int(node["Actual Loops"] * (node["Actual Rows"] + sum(node.get(name, 0) for name in removed))) for node in mine
    )


def _nodes(plan: Node) -> list[Node]:
    return [plan, *(node for inner in plan.get("Plans", []) for node in _nodes(inner))]
