"""The one form of every answer: success with data, or failure with an error, and the id of the request."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from aiohttp import web
from pydantic import SerializeAsAny

from adapters.http.models.base import Answer

REQUEST_ID = web.RequestKey("request_id", str)

REFUSED = web.RequestKey("refused", str)
"""The code with which a request was refused."""


class Meta(Answer):
    """About the request itself."""

    request_id: str


class Success(Answer):
    """What was asked for."""

    success: Literal[True] = True
    data: SerializeAsAny[Answer]
    meta: Meta


class Problem(Answer):
    """Why it was refused: a stable code, what to do next, and the particulars."""

    code: str
    message: str
    details: dict[str, Any]


class Failure(Answer):
    """What was refused."""

    success: Literal[False] = False
    error: Problem
    meta: Meta


def success(request: web.Request, data: Answer, status: int = 200) -> web.Response:
    """The answer that carries `data`."""
    return _rendered(Success(data=data, meta=_meta(request)), status)


def failure(request: web.Request, problem: Problem, status: int) -> web.Response:
    """The answer that carries a problem."""
    request[REFUSED] = problem.code
    return _rendered(Failure(error=problem, meta=_meta(request)), status)


def plain(response: web.Response) -> dict[str, Any]:
    """An answer that may be given again: its status, and its envelope but for what is about its own request."""
    assert isinstance(response.body, bytes)
    envelope: dict[str, Any] = json.loads(response.body)
    del envelope["meta"]
    return {"status": response.status, "envelope": envelope}


def again(request: web.Request, answer: Mapping[str, Any]) -> web.Response:
    """The same answer to another request."""
    envelope = {**answer["envelope"], "meta": _meta(request).model_dump()}
    return _sent(json.dumps(envelope, ensure_ascii=False, separators=(",", ":")), answer["status"])


def _meta(request: web.Request) -> Meta:
    return Meta(request_id=request[REQUEST_ID])


def _rendered(envelope: Answer, status: int) -> web.Response:
    return _sent(envelope.model_dump_json(), status)


def _sent(envelope: str, status: int) -> web.Response:
    body = envelope.encode() + b"\n"  # a terminal shows it on a line of its own
    return web.Response(body=body, status=status, content_type="application/json")
