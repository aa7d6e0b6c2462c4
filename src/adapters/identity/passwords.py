"""Passwords hashed with Argon2id (RFC 9106), in threads of their own."""

import asyncio
import os
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Self, TypeVar

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from domain.shared.errors import Unavailable

T = TypeVar("T")

RETRY_AFTER_S = 1


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What a hash costs whoever computes it.

    Memory and passes are the second choice of RFC 9106 (section 4), well above the minimum of OWASP (19 MiB, 2
    passes). One lane, because each hash has one thread: the work is the same, and other threads keep their cores.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class PasswordBounds:
    """Hashes made at the same time, each in `cost.memory_kib` of memory, and how many more may wait."""

    threads: int = 2
    waiting: int = 32
    cost: PasswordCost = PasswordCost()


class Argon2Passwords:
    """Implements the Passwords port. A context manager: leaving waits for the hashes under way."""

    def __init__(self, bounds: PasswordBounds | None = None) -> None:
        bounds = bounds or PasswordBounds()
        cost = bounds.cost
        self._hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes)
        self._nobodys = _hash_of_no_password(self._hasher)
        self._threads = ThreadPoolExecutor(bounds.threads, thread_name_prefix="passwords")
        self._room = BoundedSemaphore(bounds.threads + bounds.waiting)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish what was asked for, and take nothing more."""
        self._threads.shutdown()

    async def hash(self, password: str) -> str:
        """A salted hash in its standard text form. Raises Unavailable."""
        return await self._beside(lambda: self._hasher.hash(_bytes(password)))

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether it is the password; without a hash, False after as long a time. Raises Unavailable."""
        return await self._beside(lambda: self._verify(hashed or self._nobodys, password))

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than those of today."""
        try:
            made = extract_parameters(hashed)
        except InvalidHashError:
            return True
        today = self._hasher
        strength = (made.memory_cost, made.time_cost, made.hash_len, made.salt_len)
        wanted = (today.memory_cost, today.time_cost, today.hash_len, today.salt_len)
        return made.type is not Type.ID or any(was < now for was, now in zip(strength, wanted, strict=True))

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _beside(self, work: Callable[[], T]) -> T:
        """Run in one of the threads; whoever stops waiting leaves his place when the work is done."""
        if not self._room.acquire(blocking=False):
            raise Unavailable(
                "PASSWORDS_BUSY",
                "Too many are signing in at this moment; send the same request again shortly.",
                retry_after_seconds=RETRY_AFTER_S,
            )
        try:
            running = self._threads.submit(work)
        except RuntimeError:
            self._room.release()
            raise
        running.add_done_callback(self._leave)
        return await asyncio.wrap_future(running)

    def _leave(self, _: Future[T]) -> None:
        self._room.release()


def _bytes(password: str) -> bytes:
    """Any text, also half a surrogate pair, which JSON can bring in."""
    return password.encode("utf-8", "surrogatepass")


def _hash_of_no_password(hasher: PasswordHasher) -> str:
    """A hash at full cost that no password has, made without the cost of making one."""
    salt, digest = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
