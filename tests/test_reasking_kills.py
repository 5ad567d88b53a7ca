"""A desk killed while it queues and sends: nothing is lost and nothing is sent twice."""

import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from reasked_world import World

from offline_cache.keys import PracticeSeal
from offline_cache.outbox import open_outbox
from offline_cache.store import open_store, read_store
from terminal.access_log.verify import Intact, verify
from terminal.outbox.queued import Stage
from terminal.reasking import Reasking

ROOT = Path(__file__).parent.parent


@pytest.fixture
def world() -> World:
    return World()


_DESK = """
import hashlib, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from reasked_world import COVERAGE, World, question
from offline_cache.keys import PracticeSeal
from offline_cache.outbox import open_outbox
from offline_cache.store import open_store
from terminal.eligibility.xmlmsg import encode_question
from terminal.problems import Problem
from terminal.reasking import Reasking

folder, first = Path(sys.argv[1]), int(sys.argv[2])
world = World()
upstream = os.open(folder / "upstream", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
answer = world.ask

def ask(asked):
    digest = hashlib.sha256(encode_question(asked, "1312345670")).hexdigest()
    os.write(upstream, f"{{asked.identifier}} {{digest}}\\n".encode())
    print("sent", flush=True)
    return answer(asked)

world.ask = ask
store = open_store(folder, PracticeSeal(folder), world, "desk-1")
outbox = open_outbox(folder, PracticeSeal(folder), world)
reasking = Reasking(world, outbox, world, world)
for number in range(first, first + 1000):
    outbox.queue(question(number), COVERAGE, Problem.LINE_DOWN)
    print("queued", question(number).identifier, flush=True)
    if number % 3 == 0:
        reasking.ask_due()
"""


def test_kills_while_queueing_and_sending_lose_nothing_and_send_nothing_twice(tmp_path: Path, world: World) -> None:
    random = Random(20261121)
    acknowledged: set[str] = set()
    for run in range(5):
        code = _DESK.format(tests=str(ROOT / "tests" / "fakes"))
        desk = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), str(run * 1000)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert desk.stdout is not None
        with desk.stdout as said:
            heard = [said.readline() for _ in range(random.randint(1, 30))]
            desk.kill()
            heard += said.readlines()
        desk.wait(30)
        acknowledged |= {line.split()[1] for line in heard if line.startswith("queued") and line.endswith("\n")}

    open_store(tmp_path, PracticeSeal(tmp_path), world, "desk-1").close()
    with closing(open_outbox(tmp_path, PracticeSeal(tmp_path), world)) as outbox:
        world.at += timedelta(days=1)
        Reasking(world, outbox, world, world).ask_due()
        standings = outbox.standings()
    assert len(acknowledged) > 20
    assert acknowledged <= {each.identifier for each in standings}
    assert {each.stage for each in standings} == {Stage.ANSWERED}

    sent = [line.split() for line in (tmp_path / "upstream").read_text().splitlines()]
    bodies = Counter(identifier for identifier, _ in {(identifier, digest) for identifier, digest in sent})
    assert set(bodies.values()) == {1}  # one key never carries two questions: the service sees each once
    assert set(bodies) | set(world.asked) == {each.identifier for each in standings}
    with closing(read_store(tmp_path, None)) as log:
        assert isinstance(verify(log.stored(), log.keys), Intact)
