"""The `presage` command."""

import gc
import signal
import sys

from entrypoints.cli.app import run
from entrypoints.signals import STOP, handle, leave


def main() -> None:
    """Run the command line and exit with its status; a signal in the last moments comes too late to change it."""
    handle(dict.fromkeys(STOP, leave))
    try:
        sys.exit(run())
    finally:
        handle(dict.fromkeys(STOP, signal.SIG_IGN))
        gc.freeze()  # or Python would look for garbage among all that it is about to forget
