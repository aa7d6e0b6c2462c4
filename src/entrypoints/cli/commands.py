"""Importing this module puts every command on the `presage` command line."""

from entrypoints.cli import audit, bench, migrate, replay, seed, serve, up

__all__ = ["audit", "bench", "migrate", "replay", "seed", "serve", "up"]
