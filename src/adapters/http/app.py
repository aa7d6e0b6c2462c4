"""The aiohttp application, from its endpoints and what guards them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from adapters.http.bounds import HttpBounds
from adapters.http.components import Ask
from adapters.http.cors import Cors
from adapters.http.dispatch import Dispatch
from adapters.http.docs import docs_routes
from adapters.http.endpoints import Endpoint
from adapters.http.errors import errors_answered
from adapters.http.event_streams import STREAMS, EventStreams
from adapters.http.expectations import expectations_met, expecting
from adapters.http.guard import Authenticate, Guard, Limits
from adapters.http.health import Health, Ready
from adapters.http.idempotency import Keys, keys_returned
from adapters.http.metrics.requests import RequestMetrics
from adapters.http.openapi.served import OpenApi
from adapters.http.overall import Overall
from adapters.http.requests import requests_identified, requests_timed
from adapters.http.security import SecurityHeaders
from adapters.http.waits import WAITS, Waits
from application.shared.ports import Clock, Ids

HEALTH = web.AppKey("health", Health)
ENDPOINTS = web.AppKey("endpoints", Sequence[Endpoint])


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every endpoint."""

    authenticate: Authenticate
    limits: Limits
    ids: Ids
    ready: Ready
    parts: Mapping[str, Ask]
    clock: Clock
    cors: Cors = Cors()
    security: SecurityHeaders = SecurityHeaders()
    metrics: RequestMetrics | None = None
    """Where nobody reads them, requests are not measured."""


def create_app(endpoints: Sequence[Endpoint], frame: Frame, bounds: HttpBounds) -> web.Application:
    """The application with all its routes."""
    app = web.Application(
        client_max_size=bounds.body_bytes,
        middlewares=[
            *([frame.metrics.begun()] if frame.metrics else []),
            requests_identified(frame.ids),
            keys_returned(),
            errors_answered(),
            expectations_met(),
            frame.cors.preflights(),
            requests_timed(bounds.request_seconds),
        ],
    )
    for part in (frame.limits, frame.cors, frame.security):
        app.on_response_prepare.append(part.tell)
    if frame.metrics:
        app.on_response_prepare.append(frame.metrics.tell)
    app[HEALTH] = Health(frame.ready, bounds.ready_seconds)
    app[ENDPOINTS] = endpoints
    app[WAITS] = Waits()
    app[STREAMS] = EventStreams(app[WAITS], bounds)
    app.on_shutdown.append(app[WAITS].close)
    dispatch = Dispatch(Guard(frame.authenticate, frame.limits), Keys(frame.ids), bounds)
    overall = Overall(app[HEALTH], frame.parts, frame.clock)
    beside = [*app[HEALTH].routes(), *overall.routes(), *OpenApi(endpoints).routes(), *docs_routes()]
    routes = [*beside, *map(dispatch.route, endpoints)]
    app.add_routes(expecting(routes))
    return app
