"""The application that tells Prometheus: for those who run the exchange, on an address of its own."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from adapters.http.errors import errors_answered
from adapters.http.requests import requests_identified
from application.shared.ports import Ids


def create_metrics_app(registry: CollectorRegistry, ids: Ids) -> web.Application:
    """The application with its route: /metrics."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(middlewares=[requests_identified(ids), errors_answered()])
    app.add_routes([web.get("/metrics", metrics)])
    return app
