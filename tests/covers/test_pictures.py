"""Pictures of every kind, read in a process of their own."""

import asyncio
import time
from collections.abc import AsyncIterator

import psutil
import pytest
from PIL import Image

from adapters.pictures.cutting import MAX_PIXELS
from adapters.pictures.pictures import ProcessPictures
from application.covers.cover import SHAPES, Cover, CoverSize
from domain.shared.errors import Invalid
from tests.covers.pictures import (
    BLUE,
    GREEN,
    QUARTERS,
    SECRET,
    huge_header,
    in_another_space,
    many_scans,
    opened,
    quarters,
    saved,
    sixteen_bits,
    sixteen_bits_in_colour,
    turned,
    with_metadata,
)

HTML = b"<!doctype html><script>alert('cover')</script>"
LEVELS = 16
"""By which a colour may differ after two lossy encodings."""


async def cut(data: bytes) -> dict[CoverSize, Cover]:
    return {cover.size: cover for cover in await ProcessPictures().cut(data)}


def pixel(cover: Cover, x: float, y: float) -> tuple[int, ...]:
    """The colour of a place, given in parts of width and height."""
    image = opened(cover.data).convert("RGBA")
    found = image.getpixel((int(x * image.width), int(y * image.height)))
    assert isinstance(found, tuple)
    return found


def assert_alike(found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    assert all(abs(a - b) <= LEVELS for a, b in zip(found, wanted, strict=False)), (found, wanted)


def assert_upright(cover: Cover) -> None:
    places = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]
    for place, colour in zip(places, QUARTERS, strict=True):
        assert_alike(pixel(cover, *place), colour)


async def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as failed:
        await cut(data)
    assert failed.value.message.endswith(".")
    return failed.value.code


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
async def test_every_format_becomes_webp_in_every_size(name: str) -> None:
    covers = await cut(saved(quarters(), name))
    assert set(covers) == set(CoverSize)
    for size, cover in covers.items():
        image = opened(cover.data)
        assert image.format == "WEBP"
        assert image.size == (cover.width, cover.height) == SHAPES[size]
        assert_upright(cover)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
async def test_nothing_is_left_of_the_metadata(name: str) -> None:
    picture = with_metadata(name)
    assert SECRET in picture
    assert b"RIFF" not in picture or b"EXIF" in picture
    for cover in (await cut(picture)).values():
        assert SECRET not in cover.data
        image = opened(cover.data)
        assert not image.getexif()
        assert {"exif", "icc_profile", "xmp", "comment"}.isdisjoint(image.info)
        assert not {b"EXIF", b"XMP ", b"ICCP"} & {cover.data[at : at + 4] for at in range(len(cover.data))}


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_picture_is_turned_upright(orientation: int) -> None:
    for cover in (await cut(turned(orientation))).values():
        assert_upright(cover)


@pytest.mark.parametrize(("mode", "name"), [("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("P", "GIF")])
async def test_colours_are_kept_whatever_they_are_written_in(mode: str, name: str) -> None:
    for cover in (await cut(saved(quarters(mode=mode), name))).values():
        assert_upright(cover)


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
async def test_grey_stays_grey(mode: str) -> None:
    image = Image.new("L", (1200, 630), 255)
    image.paste(0, (0, 0, 600, 630))
    covers = await cut(saved(image.convert(mode)))
    assert_alike(pixel(covers[CoverSize.WIDE], 0.2, 0.5), (0, 0, 0))
    assert_alike(pixel(covers[CoverSize.WIDE], 0.8, 0.5), (255, 255, 255))


async def test_sixteen_bits_become_eight() -> None:
    wide = (await cut(sixteen_bits()))[CoverSize.WIDE]
    for x in (0.1, 0.5, 0.9):
        assert_alike(pixel(wide, x, 0.5), (round(x * 255),) * 3)
    assert_alike(pixel((await cut(sixteen_bits_in_colour()))[CoverSize.WIDE], 0.5, 0.5), GREEN)


async def test_a_profile_is_brought_to_srgb() -> None:
    assert_alike(pixel((await cut(in_another_space()))[CoverSize.WIDE], 0.5, 0.5), (188, 188, 188))


@pytest.mark.parametrize("profile", [b"no profile", b"", b"\0" * 128])
async def test_a_useless_profile_is_passed_over(profile: bytes) -> None:
    assert_upright((await cut(saved(quarters(), icc_profile=profile)))[CoverSize.WIDE])


async def test_what_is_transparent_stays_so() -> None:
    image = quarters(mode="RGBA")
    image.paste((0, 0, 0, 0), (800, 450, 1600, 900))
    for cover in (await cut(saved(image))).values():
        assert pixel(cover, 0.9, 0.9)[3] == 0
        assert pixel(cover, 0.1, 0.1)[3] == 255


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
async def test_of_a_moving_picture_the_first_frame_is_taken(name: str) -> None:
    others = [Image.new("RGB", (1600, 900), BLUE), Image.new("RGB", (1600, 900), GREEN)]
    picture = saved(quarters(), name, save_all=True, append_images=others, duration=100)
    assert getattr(opened(picture), "n_frames", 1) == 3
    for cover in (await cut(picture)).values():
        assert_upright(cover)
        assert getattr(opened(cover.data), "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("width", "height", "wide"),
    [(1200, 630, (1200, 630)), (800, 800, (800, 420)), (96, 96, (96, 50)), (96, 2000, (96, 50)), (3000, 96, (183, 96))],
)
async def test_nothing_is_enlarged(width: int, height: int, wide: tuple[int, int]) -> None:
    covers = await cut(saved(quarters(width, height)))
    assert opened(covers[CoverSize.WIDE].data).size == wide
    assert opened(covers[CoverSize.THUMB].data).size == (96, 96)


@pytest.mark.parametrize("size", [(95, 400), (400, 95), (1, 1)])
async def test_a_picture_may_be_too_small(size: tuple[int, int]) -> None:
    assert await refused(saved(Image.new("RGB", size))) == "COVER_TOO_SMALL"


async def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    assert await refused(huge_header()) == "COVER_TOO_LARGE"


@pytest.mark.parametrize("name", ["PNG", "GIF", "WEBP", "JPEG"])
async def test_one_row_of_pixels_too_many(name: str) -> None:
    width = 5000
    height = MAX_PIXELS // width
    data = saved(Image.new("L", (width, height + 1), 7), name)
    assert await refused(data) == "COVER_TOO_LARGE"
    assert await cut(saved(Image.new("L", (width, height), 7), name))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.5, 0.95])
async def test_a_truncated_picture_is_refused(name: str, part: float) -> None:
    data = saved(quarters().effect_spread(20), name)
    assert await refused(data[: int(len(data) * part)]) in {"COVER_BROKEN", "COVER_FORMAT"}


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 1000, HTML, b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a"]
)
async def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert await refused(data) in {"COVER_FORMAT", "COVER_BROKEN"}


@pytest.mark.parametrize("name", ["BMP", "TIFF", "AVIF", "JPEG2000", "ICO", "PPM", "EPS", "PDF"])
async def test_no_other_format_is_read(name: str) -> None:
    assert await refused(saved(quarters(256, 256), name)) == "COVER_FORMAT"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF"])
async def test_nothing_is_left_of_a_page_that_a_picture_carries(name: str) -> None:
    for cover in (await cut(saved(quarters(), name) + HTML)).values():
        assert_upright(cover)
        assert b"script" not in cover.data


async def test_the_same_picture_has_the_same_digests() -> None:
    first, second = [await cut(saved(quarters())) for _ in range(2)]
    other = await cut(saved(quarters().rotate(180)))
    for size in CoverSize:
        assert first[size].digest == second[size].digest != other[size].digest


async def test_a_picture_that_takes_too_long_ends_by_itself() -> None:
    data = many_scans(5000, 20_000)
    assert len(data) < 1_000_000
    assert await refused(data) == "COVER_TOO_COSTLY"


@pytest.fixture
async def slow() -> AsyncIterator[asyncio.Task[object]]:
    """A picture being read that would take long."""
    task: asyncio.Task[object] = asyncio.create_task(cut(many_scans(5000, 20_000)))
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def readers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if is_reader(each)]


def is_reader(process: psutil.Process) -> bool:
    try:
        return "adapters.pictures.child" in process.cmdline()
    except psutil.Error:  # it has ended
        return False


def first_reader() -> psutil.Process:
    """The first process that is there to read a picture."""
    while not (found := readers()):
        time.sleep(0.02)
    return found[0]


async def test_whoever_stops_waiting_ends_the_work(slow: asyncio.Task[object]) -> None:
    reader = await asyncio.to_thread(first_reader)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert not reader.is_running()


async def test_the_reader_knows_none_of_our_secrets(slow: asyncio.Task[object]) -> None:
    reader = await asyncio.to_thread(first_reader)
    assert not slow.done()
    assert set(reader.environ()) <= {"PYTHONPATH", "LC_CTYPE"}


async def test_no_more_readers_than_there_is_room_for() -> None:
    pictures, most = ProcessPictures(most_at_once=2), 0
    work = asyncio.gather(*(pictures.cut(saved(quarters())) for _ in range(6)))
    while not work.done():
        most = max(most, len(readers()))
        await asyncio.sleep(0.01)
    assert len(await work) == 6
    assert most == 2
