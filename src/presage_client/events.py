"""Server-Sent Events (HTML Living Standard, section 9.2)."""

from collections.abc import AsyncIterable, AsyncIterator

STREAMS = "text/event-stream"


async def data_of(lines: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """The data of each event; one that breaks off is not told. Raises ValueError where it is no text."""
    told: list[str] = []
    async for line in lines:
        text = line.decode().rstrip("\r\n")
        name, _, value = text.partition(":")
        if name == "data":
            told.append(value.removeprefix(" "))
        elif told and not text:
            yield "\n".join(told)
            told = []
