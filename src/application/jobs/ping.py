"""The end-to-end check: a job that does nothing but tell how far it is, and answer."""

import asyncio

from application.jobs.catalogue.system import Ping, Pong
from application.jobs.run import Run

STEPS = 10


async def ping(run: Run[Ping]) -> Pong:
    """Wait as long as asked for, in steps, then answer."""
    asked = run.payload
    for step in range(STEPS if asked.seconds > 0 else 0):
        await run.progress(step * 100 // STEPS, f"Step {step + 1} of {STEPS}")
        await asyncio.sleep(asked.seconds / STEPS)
    return Pong(echo=asked.echo, answered_at=run.clock.now(), attempt=run.execution.attempt)
