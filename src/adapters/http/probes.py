"""An application for processes that serve nothing but the probes of whoever runs them."""

from aiohttp import web

from adapters.http.app import HEALTH
from adapters.http.bounds import HttpBounds
from adapters.http.errors import errors_answered
from adapters.http.health import Health, Ready
from adapters.http.requests import requests_identified
from application.shared.ports import Ids


def create_probes(ids: Ids, ready: Ready, bounds: HttpBounds) -> web.Application:
    """/livez and /readyz."""
    app = web.Application(middlewares=[requests_identified(ids), errors_answered()])
    app[HEALTH] = Health(ready, bounds.ready_seconds)
    app.add_routes(app[HEALTH].routes())
    return app
