"""`presage migrate`: bring the database's schema up to date."""

from rich.console import Console

from entrypoints.cli.app import app
from entrypoints.loop import complete
from entrypoints.runtime import container, servers
from entrypoints.settings import Settings


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    with servers(Settings()) as settings:
        complete(_migrate(settings))
    Console().print("The database is up to date.")


async def _migrate(settings: Settings) -> None:
    async with container(settings):
        pass
