"""The page that documents the API and tries it out: Swagger UI, from an installed package."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

from aiohttp import web

PAGE = "/api/docs"
ASSETS = f"{PAGE}/assets"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Swagger UI's style sheet carries its icons
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy of the page: nothing comes from elsewhere, and no script stands in the page itself."""

CACHED = "public, max-age=3600"
"""Of the assets; the page itself is asked for anew."""

_OURS = Path(__file__).parent / "static"
_PACKAGE, _FOLDER = "mkdocs-swagger-ui-tag", "mkdocs_swagger_ui_tag/swagger-ui"


def docs_routes() -> list[web.RouteDef]:
    """The page and each of its files: a route of its own for every file, and none for any other."""
    page = _Answer(_read("docs.html", "text/html"), {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY})
    files = {name: _Answer(file, {"Cache-Control": CACHED}) for name, file in _files().items()}
    return [web.get(PAGE, page.give), *(web.get(f"{ASSETS}/{name}", file.give) for name, file in files.items())]


@dataclass(frozen=True, slots=True)
class _File:
    """A text file as it is sent, plain and packed."""

    plain: bytes
    packed: bytes
    media: str
    tag: str

    @classmethod
    def of(cls, path: Path, media: str) -> "_File":
        plain = path.read_bytes()
        return cls(plain, gzip.compress(plain, mtime=0), media, sha256(plain).hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class _Answer:
    """Answers with a file, or with nothing where the browser has it already."""

    file: _File
    headers: dict[str, str]

    async def give(self, request: web.Request) -> web.Response:
        response = web.Response(headers=self.headers)
        response.headers["Vary"] = "Accept-Encoding"
        response.etag = self.file.tag
        if self.file.tag in [known.value for known in request.if_none_match or ()]:
            response.set_status(304)
            return response
        response.content_type, response.charset = self.file.media, "utf-8"
        response.body = self.file.plain
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.body = self.file.packed
            response.headers["Content-Encoding"] = "gzip"
        return response


@cache
def _read(name: str, media: str) -> _File:
    return _File.of(_OURS / name, media)


@cache
def _files() -> dict[str, _File]:
    """The allowed files: ours, and of the package's the two that the page loads."""
    package = Path(str(distribution(_PACKAGE).locate_file(_FOLDER)))
    return {
        "docs.js": _read("docs.js", "text/javascript"),
        "docs.css": _read("docs.css", "text/css"),
        "docs.svg": _read("docs.svg", "image/svg+xml"),
        "swagger-ui-bundle.js": _File.of(package / "javascripts/swagger-ui-bundle.js", "text/javascript"),
        "swagger-ui.css": _File.of(package / "stylesheets/swagger-ui.css", "text/css"),
    }
