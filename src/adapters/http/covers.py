"""Covers of markets: uploaded as they are, shown in set sizes."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from adapters.http.acting import actor_because
from adapters.http.endpoints import Access, Call, Endpoint, NoBody, Raw, Reply, get
from adapters.http.models.covers import ShowCover, Upload, UploadedAnswer
from adapters.http.requests import trace_of
from application.covers.cover import MAX_SOURCE_BYTES, MEDIA, Cover
from application.covers.ports import ShownCovers
from application.covers.upload_cover import UploadCover
from domain.accounts.user import Role
from domain.shared.ids import MarketId

PICTURES = "image/png", "image/jpeg", "image/webp", "image/gif"

HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Anybody's page may show a cover; after five minutes a browser asks whether it is still the same."""

PREVIEW_HEADERS = {"Cache-Control": "private, no-cache"}
"""A browser keeps it for its user alone, and asks each time whether it is still the same."""

UPLOADS = "uploads"
"""A class of rate limits: a picture takes seconds of a worker's processor."""

_COVER = "/api/v1/markets/{id}/cover"
_PREVIEW = "/api/v1/proposals/{id}/cover"


_UNCHANGED: Mapping[int, None] = {304: None}
_TAG = ("ETag",)


@dataclass(frozen=True, slots=True)
class Covers:
    """The picture of a market."""

    upload_cover: UploadCover
    shown: ShownCovers

    def endpoints(self) -> list[Endpoint]:
        """Under /api/v1/markets and /api/v1/proposals."""
        return [
            Endpoint(
                method="PUT",
                path=_COVER,
                handler=self.upload,
                access=Access.SIGNED_IN,
                answer=UploadedAnswer,
                query=Upload,
                body=Raw,
                takes=PICTURES,
                body_bytes=MAX_SOURCE_BYTES,
                status=202,
                limit=UPLOADS,
                headers=("Location",),
            ),
            get(_COVER, self.show, Access.PUBLIC, None, query=ShowCover, media=(MEDIA,), also=_UNCHANGED, headers=_TAG),
            get(
                _PREVIEW,
                self.preview,
                Access.READ,
                None,
                query=ShowCover,
                media=(MEDIA,),
                also=_UNCHANGED,
                headers=_TAG,
            ),
        ]

    async def upload(self, call: Call[Upload, Raw]) -> Reply:
        """Give a market its cover, or another one.

        A job makes the covers; until it has, the earlier ones are shown, as they are where it fails. The content
        decides what kind of picture it is. Of a draft, its proposer may; of any market an administrator, with a
        reason.
        """
        actor = actor_because(call, call.query.reason) if call.user.role is Role.ADMIN else None
        market_id, trace = MarketId(call.id()), trace_of(call.request)
        job_id = await self.upload_cover(market_id, call.body.data, call.user, actor, trace)
        return Reply(UploadedAnswer(job_id=job_id), headers={"Location": f"/api/v1/jobs/{job_id}"})

    async def show(self, call: Call[ShowCover, NoBody]) -> web.Response:
        """Show the cover of a market that was ever approved.

        With If-None-Match, a cover that is known already is answered 304, without its content.
        """
        cover = await self.shown.cover(MarketId(call.id()), call.query.size)
        return _answer(call.request, cover, HEADERS)

    async def preview(self, call: Call[ShowCover, NoBody]) -> web.Response:
        """Show the cover of a proposal.

        Of one's own; to an administrator that of any. It is the one that all see once the proposal is approved, and
        If-None-Match does what it does there.
        """
        assert call.caller is not None, "the guard let nobody in"
        proposer = None if call.caller.administers else call.user.id
        cover = await self.shown.preview(MarketId(call.id()), call.query.size, proposer)
        return _answer(call.request, cover, PREVIEW_HEADERS)


def _answer(request: web.Request, cover: Cover, headers: Mapping[str, str]) -> web.Response:
    response = web.Response(headers=headers)
    response.etag = cover.digest
    if cover.digest in [known.value for known in request.if_none_match or ()]:
        response.set_status(304)
        return response
    response.content_type, response.body = MEDIA, cover.data
    return response
