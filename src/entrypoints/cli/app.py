"""Commands by name; an error that a user can mend is one line on standard error and exit status 1."""

import typer
from pydantic import ValidationError
from rich.console import Console

from adapters.postgres.engine import NotDurable
from application.shared.store import StoreBusy, StoreError
from domain.shared.errors import PresageError
from entrypoints.settings import Settings

app = typer.Typer(
    name="presage", help="A prediction-market exchange for points.", no_args_is_help=True, add_completion=False
)


def run() -> int:
    """Run the command that the arguments name; its exit status."""
    from entrypoints.cli import commands  # noqa: F401, PLC0415 - registers the commands on `app`

    try:
        app()
    except (PresageError, NotDurable, StoreError, ValidationError) as error:
        Console(stderr=True, soft_wrap=True).print(advice(error), style="red", highlight=False, markup=False)
        return 1
    return 0


def advice(error: Exception) -> str:
    """What went wrong and what to do, on one line for each thing to do."""
    match error:
        case StoreBusy():
            return f"The database cannot be used: {error.details['reason']}; check that it runs, and DATABASE_URL."
        case StoreError():
            return f"The database refused: {error}; check DATABASE_URL, then run `presage migrate`."
        case ValidationError():
            return "\n".join(
                f"Setting {_variable(each['loc'][0])}: {each['msg'].removeprefix('Value error, ')}."
                for each in error.errors()
            )
    return str(error)


def _variable(setting: object) -> str:
    """The environment variable of a setting."""
    field = Settings.model_fields.get(str(setting))
    prefix = "PRESAGE_" if field is not None and field.validation_alias is None else ""
    return f"{prefix}{setting}".upper()
