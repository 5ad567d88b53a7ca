"""A child process answers, is killed when it hangs, and comes back; what it prints does not disturb."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device.child import CHILD_ENDED, Child
from terminal.problems import Problem, TerminalError

PROGRAM = """
import os, sys, threading
from device.child import serve, tell
from terminal.problems import Problem, TerminalError

def echo(values, blobs):
    print("noise on standard output")
    return values, [blob[::-1] for blob in blobs]

def fail(values, blobs):
    raise TerminalError(Problem.CARD_MALFORMED, "file 0002")

def hang(values, blobs):
    threading.Event().wait()

def die(values, blobs):
    os._exit(3)

def talk(values, blobs):
    tell({"news": "hello"})
    return {}, []

def limits(values, blobs):
    import resource
    return {"core": resource.getrlimit(resource.RLIMIT_CORE)[1]}, []

def leave(values, blobs):
    return {"left": len([f"{number}-{values['mark'][::-1]}" for number in range(1000)])}, []

def find(values, blobs):
    found, mark = 0, values["mark"][::-1].encode()
    regions = [line.split() for line in open("/proc/self/maps").read().splitlines()]
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for addresses, permissions, *_ in regions:
            first, end = (int(address, 16) for address in addresses.split("-"))
            if permissions.startswith("rw"):
                memory.seek(first)
                found += memory.read(end - first).count(b"-" + mark)
    return {"found": found}, []

verbs = {"echo": echo, "fail": fail, "hang": hang, "die": die, "talk": talk, "limits": limits}
serve({**verbs, "leave": leave, "find": find})
"""


class News:
    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self._changed = threading.Condition()

    def __call__(self, news: dict[str, Any]) -> None:
        with self._changed:
            self.heard.append(news)
            self._changed.notify_all()

    def wait_for(self, news: str) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: any(each["news"] == news for each in self.heard), timeout=30)


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, news: News) -> Iterator[Child]:
    (tmp_path / "practised_child.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child("practised_child", hung=Problem.READER_HUNG, ended=Problem.READER_PROCESS_ENDED, tell=news)
    yield child
    child.close()


def test_values_and_blobs_come_back(child: Child) -> None:
    values, blobs = child.ask("echo", {"name": "値"}, b"\x00\x01", b"", b"x" * 1_000_000, within=10)
    assert values == {"name": "値"}
    assert blobs == [b"\x01\x00", b"", b"x" * 1_000_000]


def test_a_problem_in_the_child_is_the_same_problem_here(child: Child) -> None:
    with pytest.raises(TerminalError) as caught:
        child.ask("fail", within=10)
    assert (caught.value.problem, caught.value.detail) == (Problem.CARD_MALFORMED, "file 0002")


def test_a_hung_child_is_killed_in_time_and_the_next_question_is_answered(child: Child) -> None:
    child.start()
    hung = child.pid
    with pytest.raises(TerminalError) as caught:
        child.ask("hang", within=0.2)
    assert caught.value.problem is Problem.READER_HUNG
    assert child.ask("echo", {"again": 1}, within=10)[0] == {"again": 1}
    assert child.pid != hung


def test_a_child_that_dies_is_said_to_have_ended_and_comes_back(child: Child, news: News) -> None:
    with pytest.raises(TerminalError) as caught:
        child.ask("die", within=10)
    assert caught.value.problem is Problem.READER_PROCESS_ENDED
    assert news.wait_for(CHILD_ENDED)
    assert child.ask("echo", {"again": 1}, within=10)[0] == {"again": 1}


def test_news_arrive_unasked(child: Child, news: News) -> None:
    child.ask("talk", within=10)
    assert news.wait_for("hello")


def test_a_child_leaves_no_core_dump(child: Child) -> None:
    assert child.ask("limits", within=10)[0] == {"core": 0}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into the memory of a child")
def test_what_a_child_has_freed_is_overwritten(child: Child) -> None:
    assert child.ask("leave", {"mark": "terces a"}, within=10)[0] == {"left": 1000}
    assert child.ask("find", {"mark": "terces a"}, within=30)[0]["found"] < 10


def test_a_closed_child_is_not_started_again(child: Child) -> None:
    child.ask("echo", within=10)
    child.close()
    assert child.pid is None
    with pytest.raises(TerminalError):
        child.ask("echo", within=10)


def test_python_runs_the_module() -> None:
    from device.child import command

    assert command("device.card.process", "--loopback") == [sys.executable, "-m", "device.card.process", "--loopback"]
