"""Asking for jobs and reading them over HTTP, while many wait."""

import time
from datetime import timedelta
from uuid import uuid4

from aiohttp import ClientSession

from adapters.http.server import bind
from application.jobs.queue_service import Asked
from domain.accounts.user import Role
from entrypoints.api import serving
from entrypoints.bench.exchange import Scene
from entrypoints.bench.jobs.scenarios import CHUNK, JobBench
from entrypoints.container import Container

REQUESTS = 200
LATER = timedelta(hours=1)


async def asked_over_http(exchange: Container, scene: Scene, bench: JobBench) -> tuple[float, float]:
    """Milliseconds of 95 in 100 requests that ask for a job, and of those that read one."""
    now = exchange.clock().now()
    await bench.ask(CHUNK, Asked(due_at=now + LATER, trace=uuid4().hex))
    admin = scene.traders[0]
    await exchange.appoint_admin()("bench-0", Role.ADMIN, "To ask for jobs.")
    signed = {"Authorization": f"Bearer {exchange.local_tokens().issue(admin, now).text}"}
    with bind("127.0.0.1", 0) as bound:
        async with serving(exchange, bound) as url, ClientSession(url, headers=signed) as session:
            asking, reading, path = [], [], "/api/v1/jobs"
            for _ in range(REQUESTS):
                started = time.perf_counter()
                async with session.post(path, json={"name": "system.ping", "payload": {}}) as response:
                    job = (await response.json())["data"]["id"]
                asked = time.perf_counter()
                async with session.get(f"{path}/{job}") as response:
                    await response.read()
                asking.append(asked - started)
                reading.append(time.perf_counter() - asked)
    return _p95(asking), _p95(reading)


def _p95(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 95 // 100] * 1000
