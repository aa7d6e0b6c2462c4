"""The contract of a job that is named."""

from typing import Any

from application.jobs.contracts import Contract
from application.jobs.run import Works
from domain.shared.errors import NotFound


def contract_of(name: str, works: Works) -> Contract[Any]:
    """Raises NotFound where there is no such kind of job."""
    if name not in works:
        raise NotFound("JOB_UNKNOWN", f"Choose one of {', '.join(sorted(works))}.", job=name)
    return works[name].contract
