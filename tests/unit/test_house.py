"""The rules of the house that no linter knows: a pure domain, short functions, honest project files."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from entrypoints.settings import Settings

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
LONGEST_FUNCTION = 60

DOMAIN_MAY_IMPORT = {
    "base64",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "domain",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "math",
    "operator",
    "struct",
    "typing",
    "unicodedata",
    "uuid",
    "zlib",
}
DOMAIN_MAY_NOT_CALL = {"now", "today", "utcnow", *(f"uuid{version}" for version in range(1, 9))}


def impurities(source: str) -> Iterator[str]:
    """What a domain module imports or calls that it may not."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if _root(alias.name) not in DOMAIN_MAY_IMPORT)
            case ast.ImportFrom(module=module, names=names):
                if _root(module or "") not in DOMAIN_MAY_IMPORT:
                    yield module or "."
                yield from (alias.name for alias in names if alias.name in DOMAIN_MAY_NOT_CALL)
            case ast.Call(func=ast.Attribute(attr=name)) if name in DOMAIN_MAY_NOT_CALL:
                yield name


def _root(module: str) -> str:
    return module.partition(".")[0]


def long_functions(source: str) -> Iterator[str]:
    """Names of functions with more lines than fit in one look."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} ({lines} lines)"


def offences(folder: Path, find: Callable[[str], Iterator[str]]) -> list[str]:
    """What `find` sees in the modules of a folder, each with its path."""
    modules = sorted(folder.rglob("*.py"))
    assert modules, f"no module in {folder}"
    return [f"{path.relative_to(ROOT)}: {name}" for path in modules for name in find(path.read_text("utf-8"))]


def test_the_domain_is_pure() -> None:
    assert offences(SRC / "domain", impurities) == []


@pytest.mark.parametrize(
    ("source", "impurity"),
    [
        ("import decimal", "decimal"),
        ("def f():\n    import os.path", "os.path"),
        ("from sqlalchemy.ext import asyncio", "sqlalchemy.ext"),
        ("from adapters.postgres import engine", "adapters.postgres"),
        ("from . import sibling", "."),
        ("from uuid import UUID, uuid4", "uuid4"),
        ("from datetime import datetime\nopened = datetime.now()", "now"),
    ],
)
def test_an_impure_domain_would_be_seen(source: str, impurity: str) -> None:
    assert list(impurities(source)) == [impurity]


def test_functions_fit_in_one_look() -> None:
    assert offences(SRC, long_functions) == []


def test_a_long_function_would_be_seen() -> None:
    body = "    pass\n" * LONGEST_FUNCTION
    assert list(long_functions(f"async def f():\n{body}")) == ["f (61 lines)"]


def pins(file: str) -> dict[str, str]:
    """The version of each package that a requirements file pins."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("file", "extras"), [("requirements.txt", ["build"]), ("requirements-dev.txt", ["build", "dev"])]
)
def test_requirements_pin_what_the_project_asks_for(file: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    wanted = [Requirement(line) for lines in lists for line in lines]
    pinned = pins(file)
    unmet = [str(need) for need in wanted if not need.specifier.contains(pinned.get(need.name, "0"))]
    assert unmet == [], "run make requirements"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_hashed_and_name_no_place(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9-]+==)", text)[1:]
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|(?<=\s)/\S+", text) == []


def test_development_runs_the_very_versions_that_are_served() -> None:
    assert pins("requirements.txt").items() < pins("requirements-dev.txt").items()


def test_the_wheel_holds_every_source_file(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    sources = {path.relative_to(SRC).as_posix() for path in SRC.rglob("*") if path.is_file()}
    assert packed == {name for name in sources if "__pycache__" not in name}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return compose["services"]


@pytest.mark.parametrize("name", ["postgres", "valkey", "api", "worker", "scheduler"])
def test_every_lasting_service_has_a_health_check(services: dict[str, Any], name: str) -> None:
    check = services[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert check["timeout"]
    assert check["retries"]


def test_services_wait_for_what_they_need(services: dict[str, Any]) -> None:
    for name in ("api", "worker", "scheduler"):
        needs = {needed: how["condition"] for needed, how in services[name]["depends_on"].items()}
        assert needs == {
            "postgres": "service_healthy",
            "valkey": "service_healthy",
            "migrate": "service_completed_successfully",
        }
        assert needs.keys() <= services.keys()


def test_every_setting_is_explained_once(services: dict[str, Any]) -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    named = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)
    explained = re.findall(r"^# \S.*\n#?([A-Z_]+)=\S.*$", example, re.MULTILINE)
    assert named == explained
    assert len(set(named)) == len(named)
    settings = {name.removeprefix("PRESAGE_").lower() for name in named}
    assert set(services["api"]["environment"]) <= set(named)
    assert set(Settings.model_fields) <= settings


def test_ci_runs_what_the_readme_says() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").splitlines()[-1] == "exec make test"
