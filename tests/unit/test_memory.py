"""What the benchmark of the audit says of memory."""

import subprocess
import sys

import pytest

from entrypoints.bench.memory import most_memory

MEBIBYTES = 64

HOLDS = f"""
import sys
held = bytes({MEBIBYTES} << 20).replace(b"\\0", b"x")
del held
print(flush=True)
sys.stdin.read()
"""
"""Has held so much, and does so no longer."""

PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {HOLDS!r}], stdin=sys.stdin, stdout=sys.stdout)
child.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it")
@pytest.mark.parametrize("program", [HOLDS, PARENT])
def test_what_a_process_and_its_children_have_held(program: str) -> None:
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert MEBIBYTES << 10 < most_memory(process.pid) < 3 * MEBIBYTES << 10
    assert most_memory(process.pid) == 0
