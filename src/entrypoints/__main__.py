"""`python -m entrypoints` is the `presage` command."""

from entrypoints.cli import main

main()
