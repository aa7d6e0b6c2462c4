"""Importing this module puts every command on the `presage` command line."""

from entrypoints.cli import admin, audit, bench, healthcheck, jobs, migrate, replay, scheduler, seed, serve, up, worker

__all__ = [
    "admin",
    "audit",
    "bench",
    "healthcheck",
    "jobs",
    "migrate",
    "replay",
    "scheduler",
    "seed",
    "serve",
    "up",
    "worker",
]
