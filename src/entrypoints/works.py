"""Every kind of job, by name."""

from typing import Any

from application.jobs.run import Work, Works


def works_of(*works: Work[Any]) -> Works:
    """Works by the names of their contracts; two of one name are a mistake."""
    named = {work.contract.name: work for work in works}
    assert len(named) == len(works), "every contract has a name of its own"
    return named
