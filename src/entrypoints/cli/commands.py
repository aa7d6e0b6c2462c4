"""Importing this module puts every command on the `presage` command line."""

from entrypoints.cli import migrate, seed

__all__ = ["migrate", "seed"]
