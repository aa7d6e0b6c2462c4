"""`presage admin`: make and unmake administrators, the first of whom nobody else can make."""

from typing import Annotated, TypeAlias

import typer
from rich.console import Console

from domain.accounts.user import Role
from entrypoints.api import require_current
from entrypoints.cli.app import app
from entrypoints.loop import complete
from entrypoints.runtime import container, servers
from entrypoints.settings import Settings

admin = typer.Typer(name="admin", help="Make and unmake administrators.", no_args_is_help=True)
app.add_typer(admin)

Handle: TypeAlias = Annotated[str, typer.Argument(help="The user's handle, as it is spelled.", show_default=False)]
Reason: TypeAlias = Annotated[str, typer.Option(help="Why, for the log of administration.")]
BY_OPERATOR = "By the operator, on the command line."


@admin.command()
def grant(handle: Handle, reason: Reason = BY_OPERATOR) -> None:
    """Make a user an administrator; works beside a running exchange."""
    _appoint(handle, Role.ADMIN, reason)
    _say(f"{handle} is an administrator.")


@admin.command()
def revoke(handle: Handle, reason: Reason = BY_OPERATOR) -> None:
    """Make an administrator a user again, be it the last one."""
    _appoint(handle, Role.USER, reason)
    _say(f"{handle} is no administrator.")


def _appoint(handle: str, role: Role, reason: str) -> None:
    with servers(Settings()) as settings:
        complete(_change(settings, handle, role, reason))


async def _change(settings: Settings, handle: str, role: Role, reason: str) -> None:
    async with container(settings, migrate=False) as exchange:
        await require_current(exchange.engine())
        await exchange.appoint_admin()(handle, role, reason)


def _say(told: str) -> None:
    Console().print(told, highlight=False, markup=False, soft_wrap=True)
