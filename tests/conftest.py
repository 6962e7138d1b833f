"""How tests run the tool: the real command on the real dataset, in a pipe or a real terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iimtx.dataset import Dataset

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "iimtx"]


@dataclass
class Result:
    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def _environment(extra: dict[str, str]) -> dict[str, str]:
    kept = {
        k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LC_CTYPE")
    }
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm-256color", **extra}


def run(*words: str, **environment: str) -> Result:
    """The command in a pipe."""
    done = subprocess.run([*COMMAND, *words], capture_output=True, env=_environment(environment), timeout=120)
    return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)


def answer(*words: str) -> dict[str, Any]:
    """The command's JSON."""
    result = run(*words, "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def rows(*words: str) -> dict[str, dict[str, Any]]:
    """The results of a command by id."""
    return {r["id"]: r for r in answer(*words)["results"]}


def terminal(columns: int, *words: str, **environment: str) -> Result:
    """The command on a pseudo-terminal of so many columns; stdout and stderr come together."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *words], stdin=slave, stdout=slave, stderr=slave, env=_environment(environment), close_fds=True
    )
    os.close(slave)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(master)
    text = b"".join(chunks).decode().replace("\r\n", "\n")
    return Result(text, "", process.wait(timeout=120))


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return Dataset()
