"""`presage worker`, and the one that `presage up` keeps."""

import asyncio
import signal
import socket
from contextlib import nullcontext
from pathlib import Path
from subprocess import Popen

import psutil
import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from application.jobs.catalogue.system import PING, Ping
from application.jobs.catalogue.trading import EXECUTE_TRADES, PlaceOrders
from application.jobs.contracts import Contract, Nothing
from domain.accounts.user import GrantReason
from domain.jobs.execution import Queue, State
from domain.shared.errors import Conflict, Invalid
from domain.shared.money import POINT
from domain.trading.cpmm import Outcome
from domain.trading.orders import Buy, Order
from entrypoints.cli.own_worker import own_worker, with_worker_port
from entrypoints.cli.worker import queues_of, worker
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import url_of as database_url_of
from tests.http.command import PATIENCE_S, Command, failed, fetched, running, servers_left, start
from tests.http.scraped import metrics_of

PAUSE_S = 0.05
ELSEWHERE = Contract(name="test.elsewhere", queue=Queue.REPORTS, payload=Nothing)
NOWHERE = "redis://127.0.0.1:1/0"


def until(words: str, process: Popen[str]) -> str:
    """The line of the log that has these words."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"it ended and never said {words}")


def worker_of(command: Command) -> psutil.Process:
    """The worker of `presage up`, once it is ready."""
    line = until("is ready", command.process)
    return psutil.Process(int(line.partition("/")[2].split()[0]))


@pytest.fixture
def served(database_url: str, valkey: EmbeddedValkey) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "REDIS_URL": valkey.url}


async def an_order(exchange: Container) -> Order:
    market_id, *_ = await exchange.seed().demo()
    user = await exchange.sign_up()("ada")
    await exchange.grant_points()(user.id, 10 * POINT, GrantReason.ADMIN_GRANT, "start")
    return Order(user.id, market_id, "queued", Buy(Outcome.YES, POINT))


async def test_it_runs_the_jobs_of_its_queues(exchange: Container, served: dict[str, str], tmp_path: Path) -> None:
    queue, order = exchange.queue_service(), await an_order(exchange)
    options = "--queues=maintenance,trades", "--concurrency=1", "--port=0", "--follow"
    with start(tmp_path, "worker", *options, **served) as process:
        url = until("health", process).split()[-1].removesuffix("/health/worker")
        until("is ready", process)
        assert fetched(f"{url}/livez")[0] == 200
        assert fetched(f"{url}/health/worker")[1]["data"]["status"] == "ok"
        other, *jobs = [
            (await queue.request(ELSEWHERE, Nothing())).execution.id,
            (await queue.request(PING, Ping())).execution.id,
            (await queue.request(EXECUTE_TRADES, PlaceOrders.of(order.user_id, [order]))).execution.id,
        ]
        for job in jobs:
            while (await queue.get(job)).state is not State.COMPLETED:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(PAUSE_S)
        assert (await queue.get(other)).state is State.PENDING
        told = await metrics_of(url)
        assert told['trades_total{action="BUY"}'] == told["desk_group_orders_count"] == 1
        assert (told["desk_waiting_orders"], told['database_pool_size{pool="trading"}']) == (0, 5)
        assert process.stdin
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0


def test_a_database_of_another_version(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    address = {"DATABASE_URL": database_url_of(postgres, "postgres"), "REDIS_URL": NOWHERE}
    assert "run `presage migrate`" in failed(tmp_path, "worker", **address)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = failed(tmp_path, "worker", "--port", port, DATABASE_URL="postgresql://db/x", REDIS_URL=NOWHERE)
    assert said.startswith(f"Port {port} on 127.0.0.1 is taken.")


def test_without_redis_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/x")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(Invalid, match="Set REDIS_URL"):
        worker()


def test_queues_by_name() -> None:
    assert [*queues_of(" reports, trades,reports,")] == ["reports", "trades"]
    assert len(queues_of("")) == 5
    with pytest.raises(Invalid, match="trades, market-ops, notifications, reports, maintenance"):
        queues_of("reports,report")


def test_up_keeps_a_worker(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("up")
    with running(folder, "up", PRESAGE_DEMO="false") as command:
        worker_of(command).kill()
        kept = worker_of(command)
        assert command.stop(signal.SIGTERM)[0] == 0
        assert not kept.is_running()
    assert servers_left(folder) == []


def test_up_without_a_worker(settings: Settings) -> None:
    alone = with_worker_port(settings.model_copy(update={"enable_worker": False}))
    assert alone.worker_port is None
    assert isinstance(own_worker(alone), nullcontext)


def test_the_port_after_that_of_the_api(settings: Settings) -> None:
    def port_beside(port: int, worker_port: int | None = None) -> int | None:
        return with_worker_port(settings.model_copy(update={"port": port, "worker_port": worker_port})).worker_port

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=f"Port {port} on 127.0.0.1 is taken"):
            port_beside(4000, port)
    assert port_beside(port - 1) == port
    assert port_beside(0) == port_beside(65_535) == port_beside(4000, 0) == 0
