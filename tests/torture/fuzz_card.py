"""Has the reader read what no card should say, for as long as wanted: it must be read or told, and in time.

`python tests/torture/fuzz_card.py --minutes 10`; each path runs in a process of its own, for a decoder may crash. What
fails is kept in `tests/corpus`, as is the smallest input for each way that a path ended (`--keep`); a test replays all.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Final

from card_paths import CORPUS, PATHS, outcome, seeds

SLOW_S: Final = 2.0
_TELLING: Final = (0x00, 0x01, 0x1F, 0x20, 0x30, 0x39, 0x61, 0x6C, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x90, 0xDF, 0xFF)
_MOST_CHANGES: Final = 4


def main() -> int:
    """0 when nothing failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="in all")
    parser.add_argument("--path", choices=PATHS, help="this one alone, in this process")
    parser.add_argument("--seed", type=int, default=None, help="of the random numbers")
    parser.add_argument("--current", type=Path, help="where the input under way is written, in case of a crash")
    parser.add_argument("--keep", action="store_true", help="adds what is new to the corpus")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if arguments.seed is None else arguments.seed
    if arguments.path:
        return fuzz(arguments.path, arguments.minutes * 60, random.Random(seed), arguments.current, arguments.keep)
    with tempfile.TemporaryDirectory() as folder:
        return sum(
            _in_process(path, arguments.minutes / len(PATHS), seed, Path(folder), arguments.keep) for path in PATHS
        )


def fuzz(path: str, seconds: float, dice: random.Random, current: Path | None, keep: bool) -> int:
    """How many inputs failed: by another exception than ours, or by taking too long."""
    pool = seeds(path) + [file.read_bytes() for file in sorted((CORPUS / path).glob("*"))]
    smallest: dict[str, bytes] = {}
    ended, failed, slowest_s, end = Counter[str](), 0, 0.0, time.monotonic() + seconds
    while time.monotonic() < end:
        content = changed(dice, pool)
        if current is not None:
            current.write_bytes(content)
        started = time.perf_counter()
        try:
            how = outcome(path, content)
        except Exception as error:  # this is what we look for
            how = f"FAILED-{type(error).__name__}"
        took_s = time.perf_counter() - started
        slowest_s = max(slowest_s, took_s)
        if took_s > SLOW_S:
            how = "FAILED-slow"
        if how.startswith("FAILED"):
            failed += 1
            _save(path, f"{how}-{sha256(content).hexdigest()[:8]}", content)
        elif how not in smallest:
            pool.append(content)
        if len(content) < len(smallest.get(how, content + b"+")):
            smallest[how] = content
        ended[how] += 1
    for how, content in smallest.items():
        if keep and not how.startswith("FAILED") and not (CORPUS / path / how).exists():
            _save(path, how, content)
    print(f"{path}: {ended.total():,} inputs, {len(ended)} endings, slowest {1000 * slowest_s:.0f} ms, {failed} failed")
    return failed


def changed(dice: random.Random, pool: list[bytes]) -> bytes:
    """One of the pool, changed in a few places."""
    content = bytearray(dice.choice(pool))
    for _ in range(dice.randint(1, _MOST_CHANGES)):
        at = dice.randrange(len(content) + 1)
        size = min(dice.choice((1, 1, 2, 4, 16, 256)), len(content) - at)
        match dice.randrange(8):
            case 0 if at < len(content):
                content[at] ^= 1 << dice.randrange(8)
            case 1 if at < len(content):
                content[at] = dice.choice(_TELLING)
            case 2 if at < len(content):
                content[at] = dice.randrange(256)
            case 3:
                del content[at : at + size]
            case 4:
                content[at:at] = content[at : at + size]
            case 5:
                content[at:at] = dice.randbytes(size)
            case 6:
                del content[at:]
            case _:
                other = dice.choice(pool)
                start = dice.randrange(len(other) + 1)
                content[at : at + size] = other[start : start + size]
    return bytes(content)


def _in_process(path: str, minutes: float, seed: int, folder: Path, keep: bool) -> int:
    current = folder / path
    command = [sys.executable, __file__, f"--path={path}", f"--minutes={minutes}", f"--seed={seed}"]
    done = subprocess.run(
        [*command, f"--current={current}", *["--keep"] * keep], stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode < 0:  # killed by a signal: the decoder crashed
        _save(path, f"FAILED-signal-{-done.returncode}", current.read_bytes())
        return 1
    return done.returncode


def _save(path: str, name: str, content: bytes) -> None:
    (CORPUS / path).mkdir(parents=True, exist_ok=True)
    (CORPUS / path / name).write_bytes(content)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
