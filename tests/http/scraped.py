"""What a process tells Prometheus, read as it is."""

from aiohttp import ClientSession


async def metrics_of(url: str) -> dict[str, float]:
    """Each sample of a server by its name and labels."""
    async with ClientSession() as session, session.get(f"{url}/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        lines = (await response.text()).splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}
