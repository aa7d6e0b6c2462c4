"""Administrators at work, and what the log then says."""

from application.shared.administration import RecordsOf
from domain.accounts.user import Role
from domain.shared.administration import Actor, AdminAction, AdminRecord
from domain.shared.ids import UserId
from tests.behaviour.world import World


async def an_admin(world: World, handle: str = "root") -> Actor:
    """A new administrator with a reason to act."""
    return Actor(await world.user(handle, points=0, role=Role.ADMIN), f"{handle} says so.", f"request of {handle}")


def id_of(actor: Actor) -> UserId:
    """The account that acts."""
    assert actor.admin_id is not None
    return actor.admin_id


async def logged(world: World, wanted: RecordsOf | None = None) -> list[AdminRecord]:
    """The log, from the oldest record on."""
    return [each.record for each in reversed(await world.records.records(wanted or RecordsOf(), 1_000))]


async def actions(world: World) -> list[AdminAction]:
    """What was done, from the first on."""
    return [record.action for record in await logged(world)]
