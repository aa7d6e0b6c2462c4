"""The documentation page, as a browser asks for it."""

import re
from collections.abc import AsyncIterator, Iterator
from html.parser import HTMLParser

import pytest
from aiohttp import ClientSession
from yarl import URL

from adapters.http.docs import ASSETS, PAGE
from tests.http.broken import Broken, serving

ALLOWED = {"docs.css", "docs.js", "docs.svg", "swagger-ui-bundle.js", "swagger-ui.css"}
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
ELSEWHERE = re.compile(r"""(?:https?:|wss?:|["'(\s=])//\w""")


class Parts(HTMLParser):
    """The addresses that a page names, and what it carries inline that its policy would not run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [str(value) for name, value in attrs if name in {"src", "href"}]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.fixture
async def browser() -> AsyncIterator[ClientSession]:
    """A session of somebody who has not signed in, at an exchange that does nothing but serve."""
    async with serving(Broken()) as client, ClientSession(client.url) as session:
        yield session


async def text(browser: ClientSession, path: str) -> str:
    async with browser.get(path) as response:
        assert response.status == 200, path
        return await response.text()


async def test_the_page_is_whole_and_served_to_anybody(browser: ClientSession) -> None:
    parts = Parts(await text(browser, PAGE))
    assert {f"{ASSETS}/{name}" for name in ALLOWED} <= set(parts.addresses)
    assert parts.inline == []
    for address in parts.addresses:
        assert await text(browser, address)


@pytest.mark.parametrize(
    "page", ["<script>1</script>", '<p onclick="x()">', "<p style='color:red'>", "<style></style>"]
)
def test_something_inline_would_be_seen(page: str) -> None:
    assert len(Parts(page).inline) == 1


async def test_the_policy_lets_nothing_come_from_elsewhere(browser: ClientSession) -> None:
    async with browser.get(PAGE) as response:
        policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy.pop("img-src") == "'self' data:"
    assert set(policy) >= {"default-src", "script-src", "style-src", "connect-src", "base-uri", "frame-ancestors"}
    assert set(policy.values()) <= {"'self'", "'none'"}


def outside(source: str) -> Iterator[str]:
    """Addresses elsewhere that a text names."""
    return (match[0] for match in ELSEWHERE.finditer(source.replace(NAMESPACE, "")))


async def test_what_is_ours_names_no_address_elsewhere(browser: ClientSession) -> None:
    for path in (PAGE, *(f"{ASSETS}/docs.{kind}" for kind in ("js", "css", "svg"))):
        assert list(outside(await text(browser, path))) == [], path


@pytest.mark.parametrize("source", ['src="https://cdn.example/x.js"', 'src="//cdn.example/x.js"', "url(//a.example/f)"])
def test_an_address_elsewhere_would_be_seen(source: str) -> None:
    assert len(list(outside(source))) == 1


async def test_the_page_keeps_no_token_and_asks_no_validator(browser: ClientSession) -> None:
    script = await text(browser, f"{ASSETS}/docs.js")
    for setting in ("persistAuthorization: false", "queryConfigEnabled: false", "validatorUrl: null"):
        assert setting in script


async def test_swagger_ui_reads_our_version_of_openapi(browser: ClientSession) -> None:
    assert re.search(r'PACKAGE_VERSION:"5\.\d+\.\d+"', await text(browser, f"{ASSETS}/swagger-ui-bundle.js"))


@pytest.mark.parametrize("name", sorted(ALLOWED))
async def test_a_file_is_kept_and_asked_for_again_only_if_changed(browser: ClientSession, name: str) -> None:
    path = f"{ASSETS}/{name}"
    async with browser.get(path, headers={"Accept-Encoding": "identity"}) as plain:
        assert "Content-Encoding" not in plain.headers
        assert (plain.headers["Cache-Control"], plain.charset) == ("public, max-age=3600", "utf-8")
        tag, content = plain.headers["ETag"], await plain.read()
    async with browser.get(path, headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert await packed.read() == content
    async with browser.get(path, headers={"If-None-Match": tag}) as known:
        assert (known.status, await known.read()) == (304, b"")
    async with browser.get(path, headers={"If-None-Match": '"another"'}) as changed:
        assert changed.status == 200


@pytest.mark.parametrize(
    "name",
    [
        "",
        "docs.html",
        "docs.py",
        "../docs.py",
        "..%2f..%2fdocs.py",
        "%2e%2e/%2e%2e/app.py",
        "....//docs.js",
        "..%5cdocs.py",
        "docs.js%00.css",
        "swagger-ui-bundle.js.map",
        "javascripts/swagger-ui-bundle.js",
        "/etc/passwd",
    ],
)
async def test_no_other_file_is_served(browser: ClientSession, name: str) -> None:
    async with browser.get(URL(f"{ASSETS}/{name}", encoded=True)) as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "PATH_UNKNOWN"


async def test_files_are_only_read(browser: ClientSession) -> None:
    async with browser.post(f"{ASSETS}/docs.js") as response:
        assert response.status == 405
