"""Where the programs of a server are: in an installed wheel or on PATH."""

import shutil
from importlib.util import find_spec
from pathlib import Path


def packaged(package: str, inner: str) -> Path | None:
    """The path `inner` within an installed package, found without importing it; None if there is none."""
    spec = find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or []
    return next((found for folder in folders if (found := Path(folder, inner)).exists()), None)


def on_path(*commands: str, search_path: str | None = None) -> Path | None:
    """The first of `commands` found in `search_path` (PATH when None), links resolved; None if there is none."""
    found = (shutil.which(command, path=search_path) for command in commands)
    return next((Path(path).resolve() for path in found if path), None)
