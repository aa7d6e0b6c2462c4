"""What the commands that listen have in common: where."""

from typing import Annotated, TypeAlias

import typer

from entrypoints.settings import Settings

Host: TypeAlias = Annotated[
    str | None, typer.Option(help="Address to listen on.  \\[default: PRESAGE_HOST, 127.0.0.1]")
]
Port: TypeAlias = Annotated[
    int | None, typer.Option(min=0, max=65_535, help="Port to listen on.  \\[default: PRESAGE_PORT, 4000]")
]


def settings_for(host: str | None, port: int | None) -> Settings:
    """The settings, with what the options say."""
    given = {"host": host, "port": port}
    return Settings().model_copy(update={name: value for name, value in given.items() if value is not None})
