"""The secret of an exchange that was given none: made once, and kept beside its data."""

import secrets
from pathlib import Path

from pydantic import SecretStr

from entrypoints.settings import Settings

BYTES = 48
OURS_ALONE = 0o600


def with_secret(settings: Settings) -> Settings:
    """With a secret of its own where none was given."""
    if settings.secret_key is not None:
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(kept_secret(settings.data_dir))})


def kept_secret(folder: Path) -> str:
    """The secret in a folder, made where there is none; only its owner may read it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret"
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Make it whole before it is there, so that nobody ever reads a part; the first of several stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        draft.touch(OURS_ALONE, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(BYTES), encoding="ascii")
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
