"""A server of its own, since it gets killed, and the seed of every choice."""

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from adapters.embedded.postgres import EmbeddedPostgres
from tests.faults.nursery import Nursery
from tests.faults.scenarios import Ground

SEED = "PRESAGE_FAULTS_SEED"


@pytest.fixture(scope="package")
def folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="presage-faults-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@pytest.fixture(scope="package")
def cluster(folder: Path) -> Iterator[EmbeddedPostgres]:
    """PostgreSQL, to be killed."""
    with EmbeddedPostgres(folder / "postgres") as server:
        yield server


@pytest.fixture(scope="package")
def nursery(folder: Path) -> Iterator[Nursery]:
    """Where desks come from."""
    with Nursery(folder / "desks.log") as started:
        yield started


@pytest.fixture
def ground(cluster: EmbeddedPostgres, nursery: Nursery) -> Ground:
    """A server that runs, whatever was left of it; the seed is that of PRESAGE_FAULTS_SEED or another every time."""
    seed = int(os.environ.get(SEED, random.SystemRandom().randrange(2**32)))
    Console().print(f"{SEED}={seed}")
    cluster.start()
    return Ground(cluster, nursery, seed)
