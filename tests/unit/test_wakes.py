"""Waking workers without waiting for Redis."""

import logging
import threading
from collections.abc import Iterator

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from adapters.dramatiq.wakes import RedisWakes, SentWakes
from domain.jobs.execution import Queue

GONE = RedisConnectionError("connection refused")
PATIENCE_S = 10.0


class Sender:
    """Sends when it is let to; `sent` counts what was begun."""

    def __init__(self) -> None:
        self.sent: list[Queue] = []
        self.error: RedisConnectionError | None = None
        self.free = threading.Event()
        self.free.set()
        self._changed = threading.Condition()

    def __call__(self, queue: Queue) -> None:
        with self._changed:
            self.sent.append(queue)
            self._changed.notify_all()
        assert self.free.wait(PATIENCE_S)
        if self.error is not None:
            raise self.error

    def wait_for(self, number: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.sent) >= number, PATIENCE_S)


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def wakes(sender: Sender) -> Iterator[SentWakes]:
    made = SentWakes(sender, pause_seconds=0)
    yield made
    sender.free.set()
    made.close()


def test_what_comes_while_one_is_sent_is_sent_once(wakes: SentWakes, sender: Sender) -> None:
    sender.free.clear()
    wakes.wake([Queue.TRADES])
    sender.wait_for(1)
    for _ in range(1000):
        wakes.wake([Queue.TRADES])
        wakes.wake([Queue.REPORTS, Queue.TRADES])
    assert sender.sent == [Queue.TRADES]  # and nobody had to wait
    sender.free.set()
    sender.wait_for(3)
    wakes.close()
    assert sorted(sender.sent[1:]) == [Queue.REPORTS, Queue.TRADES]


def test_what_is_asked_for_last_is_sent_before_the_end(wakes: SentWakes, sender: Sender) -> None:
    wakes.wake([Queue.REPORTS])
    wakes.close()
    assert sender.sent == [Queue.REPORTS]


def test_nothing_asked_for_needs_no_end(wakes: SentWakes, sender: Sender) -> None:
    wakes.close()
    assert sender.sent == []


def test_one_line_when_redis_goes_and_one_when_it_comes(
    wakes: SentWakes, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    for error in (GONE, GONE, None, None, GONE, None):
        sender.error = error
        for _ in range(2):  # the second is only begun when the first has had its consequences
            number = len(sender.sent)
            wakes.wake([Queue.TRADES])
            sender.wait_for(number + 1)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4
    gone, back = caplog.messages[:2]
    assert gone == "Redis is gone (connection refused): workers find new jobs by themselves, within a second"
    assert "back" in back
    assert caplog.messages == [gone, back] * 2


def test_a_gone_redis_is_left_alone_for_a_while(sender: Sender) -> None:
    wakes = SentWakes(sender, pause_seconds=60)
    sender.error = GONE
    wakes.wake([Queue.TRADES])
    sender.wait_for(1)
    for _ in range(100):
        wakes.wake([Queue.TRADES, Queue.REPORTS])
    assert sender.sent == [Queue.TRADES]
    wakes.close()  # at once, pause or not
    assert len(sender.sent) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_does_not_silence_it(wakes: SentWakes, sender: Sender) -> None:
    sender.error = ZeroDivisionError()  # type: ignore[assignment]
    wakes.wake([Queue.TRADES])
    sender.wait_for(1)
    while any(thread.name == "wakes" for thread in threading.enumerate()):
        threading.Event().wait(0.01)
    sender.error = None
    wakes.wake([Queue.TRADES])
    sender.wait_for(2)


def test_an_absent_server(caplog: pytest.LogCaptureFixture) -> None:
    wakes = RedisWakes("unix:///nowhere/valkey.sock")
    wakes.wake([Queue.TRADES])
    wakes.close()
    assert len(caplog.messages) == 1
    assert "Redis is gone" in caplog.messages[0]
