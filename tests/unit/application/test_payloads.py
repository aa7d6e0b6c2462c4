"""Payloads that a store can keep, and those that it cannot."""

import pytest

from application.jobs.catalogue.system import PING, Ping
from application.jobs.contracts import MAX_PAYLOAD_LENGTH
from domain.shared.errors import Invalid


@pytest.mark.parametrize("echo", ["", "x", "\\u0000", "\\\\", "\u0001", "\u2028é"])
def test_what_is_kept_is_read_again(echo: str) -> None:
    asked = Ping(echo=echo)
    assert PING.read(asked.model_dump_json(), PING.version) == asked


@pytest.mark.parametrize("echo", ["\0", "a\0", "\\\0", "\0\0"])
def test_a_nul_is_refused(echo: str) -> None:
    with pytest.raises(Invalid, match="none of them NUL") as refused:
        PING.read(Ping(echo=echo).model_dump_json(), PING.version)
    assert refused.value.code == "JOB_PAYLOAD"


def test_too_much_is_refused() -> None:
    with pytest.raises(Invalid, match="at most 1000000 characters"):
        PING.read('{"echo": "x"}'.ljust(MAX_PAYLOAD_LENGTH + 1), PING.version)


@pytest.mark.parametrize("text", ['{"echo": "\\ud800"}', '{"echo"', "[]", '{"other": 1}'])
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"Give system.ping another payload"):
        PING.read(text, PING.version)
