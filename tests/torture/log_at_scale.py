"""A long log: written, held whole against its key, and entries of it proved. Not a test: it takes minutes.

python tests/torture/log_at_scale.py [ENTRIES]

A log a tenth as long is verified as well: what the rest costs tells whether time grows with the length alone.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from random import Random

from offline_cache.store import read_store
from terminal.access_log.checkpoint import open_note
from terminal.access_log.proof import is_included, prove_inclusion
from terminal.access_log.tree import leaf_hash

ROOT = Path(__file__).parent.parent.parent
ENTRIES = 1_000_000
PROOFS = 50
MOST_MB = 300
MOST_PROOF_MS = 5.0


def uketsuke(*arguments: str) -> tuple[float, int]:
    """CPU time in seconds and peak memory in megabytes of a command that ended well."""
    with subprocess.Popen([sys.executable, "-m", "terminal", "log", *arguments], cwd=ROOT) as command:
        _, status, usage = os.wait4(command.pid, 0)
        command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode:
        sys.exit(f"log {arguments[0]} ended with {command.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def proof_ms(store: Path) -> float:
    """The median CPU time of some proofs, each from a log opened anew, as a command opens it; each is checked."""
    spent = []
    for seed in range(PROOFS):
        with closing(read_store(store, None)) as log:
            note = log.last_note()
            assert note
            last = open_note(note.text, log.keys.log)
            seq = Random(seed).randrange(last.size)
            began = time.process_time()
            proof = prove_inclusion(seq, last.size, log.tiles.subtree)
            spent.append((time.process_time() - began) * 1000)
            leaf = leaf_hash(next(log.entries(seq)).line)
            assert is_included(leaf, seq, last.size, proof, last.root)
    return statistics.median(spent)


def main() -> int:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as home:
        verified = []
        for size in (entries // 10, entries):
            store = Path(home) / str(size)
            written, _ = uketsuke("simulate", "--entries", str(size), "--out", str(store))
            verified.append(uketsuke("verify", str(store)))
            print(f"{size} entries: written in {written:.1f} s of CPU time, verified in {verified[-1][0]:.1f}")
        (short, _), (long, peak) = verified
        print(f"each entry more costs {(long - short) / (entries - entries // 10) * 1e6:.1f} us to verify, {peak} MB")
        proof = proof_ms(store)
        print(f"an entry is proved in {proof:.1f} ms")
    return int(peak > MOST_MB or proof > MOST_PROOF_MS)


if __name__ == "__main__":
    sys.exit(main())
