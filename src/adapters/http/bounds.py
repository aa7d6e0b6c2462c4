"""How much the HTTP server takes on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpBounds:
    """Limits of the HTTP server.

    `body_bytes` of one request; seconds to receive a body, or one that is a file, to answer a request, to find out
    whether we are ready, to keep an idle connection, to go on listening once no longer ready, and to let open requests
    finish at the end; `backlog` connections that wait to be accepted. Streams of events that a user may have open at
    once, seconds for which one may last, and between signs of life in it.
    """

    body_bytes: int = 64 * 1024
    body_seconds: float = 10.0
    upload_seconds: float = 30.0
    request_seconds: float = 40.0
    ready_seconds: float = 2.0
    keepalive_seconds: float = 75.0
    drain_seconds: float = 0.0
    shutdown_seconds: float = 10.0
    backlog: int = 1024
    streams_per_user: int = 5
    stream_seconds: float = 300.0
    heartbeat_seconds: float = 15.0
