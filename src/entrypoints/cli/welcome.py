"""The screen of `presage up`: where everything is, and what to try first."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from json import dumps

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from application.trading.queries import MarketView
from domain.shared.money import MILLION, POINT
from entrypoints.settings import Settings

MARKETS_SHOWN = 5
TRIAL = 5 * POINT

_YOU = {"email": "you@example.org", "password": "correct horse battery"}


def welcome(url: str, settings: Settings, views: Sequence[MarketView]) -> Iterator[RenderableType]:
    """The parts of the screen, from top to bottom."""
    yield Text.assemble("\n", ("Presage is running", "bold green"), " on ", (url, "bold"), "\n")
    yield from _notes(url, settings)
    if views:
        yield ""
        yield _markets(views)
        yield ""
        yield from _trials(url, str(views[0].market.id))
    yield "\nCtrl-C stops it; the next start goes on from there.\n"


def _notes(url: str, settings: Settings) -> Iterator[RenderableType]:
    yield f"Docs   {url}/api/docs, to read and to try everything in the browser"
    if settings.enable_worker and settings.worker_port:
        yield f"Worker {url.rpartition(':')[0]}:{settings.worker_port}/health/worker, and /metrics"
    yield f"Data   {settings.data_dir.resolve()}"
    yield f"Units  amounts are in MicroPoints: {POINT:,} are 1 point, and that many micro-shares are 1 share"
    if not _is_loopback(settings.host):
        yield Text("Open   to the network: whoever reaches the address may register", style="bold yellow")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _markets(views: Sequence[MarketView]) -> Table:
    table = Table("Market", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("YES", justify="right")
    table.add_column("Id", no_wrap=True)
    for view in views:
        table.add_row(Text(view.listing.title), _percent(view.probability), str(view.market.id))
    return table


def _percent(millionths: int | None) -> str:
    return "–" if millionths is None else f"{millionths * 100 / MILLION:.1f} %"


def _trials(url: str, market_id: str) -> Iterator[RenderableType]:
    yield Text("What 5 points would buy:", style="bold")
    yield f"curl '{url}/api/v1/markets/{market_id}/quote?action=BUY&outcome=YES&amount={TRIAL}'"
    yield Text("\nRegister, sign in, and buy it with the accessToken of the answer:", style="bold")
    yield _post(f"{url}/api/v1/auth/register", {**_YOU, "handle": "you"})
    yield _post(f"{url}/api/v1/auth/login", _YOU)
    order = {"marketId": market_id, "action": "BUY", "outcome": "YES", "amount": str(TRIAL)}
    yield _post(f"{url}/api/v1/trades", order, "-H 'Authorization: Bearer TOKEN' ")


def _post(url: str, body: Mapping[str, str], header: str = "") -> str:
    return f"curl {url} {header}-H 'Content-Type: application/json' -d '{dumps(body)}'"
