"""The `presage` command."""

import sys

from entrypoints.cli.app import run


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(run())
