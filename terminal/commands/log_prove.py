"""`uketsuke log prove`: a proof for someone else, that one entry is in the log, or that the log only grew since.

The proof is a few lines of text, under a signed checkpoint; whoever has the log's key checks it without the log.
"""

from pathlib import Path

from offline_cache.journal_reader import JournalReader
from terminal.access_log.checkpoint import Checkpoint, CheckpointWrong, open_note
from terminal.access_log.proof import prove_consistency, prove_inclusion, root_at
from terminal.access_log.proof_file import consistency_text, inclusion_text
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, say
from terminal.durable import write_new
from terminal.problems import Problem, TerminalError


def prove_entry(log: JournalReader, seq: int, out: Path) -> int:
    """Writes the proof that entry `seq` is in the log, and gives the exit code. Raises `TerminalError`, `OSError`."""
    note, last = signed_end(log)
    if not 0 <= seq < last.size:
        return say(f"there is no entry {seq} under the last checkpoint, which is over {last.size}", FAILED)
    stored = next(log.entries(seq))
    proof = prove_inclusion(seq, last.size, log.tiles.subtree)
    write_new(out, inclusion_text(seq, stored.line, proof, note).encode())
    print(f"proved: entry {seq} of {last.size}, {out}")
    return INTACT


def prove_growth(log: JournalReader, earlier: Path, out: Path) -> int:
    """Writes the proof that the log grew from the checkpoint in `earlier`. Raises `TerminalError`, `OSError`."""
    note, last = signed_end(log)
    try:
        old = open_note(earlier.read_text("utf-8"), log.keys.log)
    except (CheckpointWrong, UnicodeDecodeError):
        return say(f"{earlier}: not a checkpoint of this log", FAILED)
    if old.size > last.size:
        return say(
            f"broken: {earlier} is over {old.size} entries, and there are {last.size}: put back or cut off", BROKEN
        )
    if old.size and old.root != root_at(old.size, log.tiles.subtree):
        return say(f"broken: the first {old.size} entries are not those that {earlier} is signed over", BROKEN)
    proof = prove_consistency(old.size, last.size, log.tiles.subtree) if old.size else []
    write_new(out, consistency_text(old.size, proof, note).encode())
    print(f"proved: {last.size} entries begin with the {old.size} of {earlier}, {out}")
    return INTACT


def signed_end(log: JournalReader) -> tuple[str, Checkpoint]:
    """The newest checkpoint as text, and what it says. Raises `STORE_UNREADABLE`."""
    last = log.last_note()
    text = last.text if last else ""
    try:
        return text, open_note(text, log.keys.log)
    except CheckpointWrong as error:
        raise TerminalError(Problem.STORE_UNREADABLE, "the last checkpoint is missing or forged") from error
