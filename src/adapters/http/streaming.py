"""Answers that are sent as they are made."""

from collections.abc import AsyncIterator

from aiohttp import hdrs, web

from adapters.http.envelope import REQUEST_ID
from adapters.http.requests import HEADER


async def streamed(request: web.Request, texts: AsyncIterator[str], media: str, filename: str) -> web.StreamResponse:
    """Send texts one after the other as a file to be saved.

    What fails before the first one is answered as ever. After that nothing but a broken connection can tell the
    caller that he has not got all.
    """
    first = await anext(texts, "")
    response = web.StreamResponse(
        headers={
            HEADER: request[REQUEST_ID],
            "Content-Type": f"{media}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{filename}"',
            "Cache-Control": "no-store",
        }
    )
    try:
        await response.prepare(request)
        if request.method != hdrs.METH_HEAD:  # whose answer has no body: it would be taken for the next answer
            await response.write(first.encode())
            async for text in texts:
                await response.write(text.encode())
        await response.write_eof()
    except ConnectionError:
        return response  # he has gone
    except BaseException:
        if request.transport is not None:
            request.transport.abort()
        raise
    return response
