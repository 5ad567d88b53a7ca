"""`uketsuke log slip`: for a patient, what was read, shown, sent and kept in one visit, and the code that proves it."""

import html
import json
from pathlib import Path

from offline_cache.journal_reader import JournalReader
from terminal.access_log.checkpoint import CheckpointWrong
from terminal.access_log.entry import EntryUnreadable, read_entry
from terminal.access_log.masking import is_emptied, plain_of
from terminal.access_log.proof import prove_all
from terminal.access_log.qr import TooMuchForOneCode, qr_svg
from terminal.access_log.slip import Slip, SlipWrong, slip_lines
from terminal.access_log.slip_words import Language
from terminal.commands.log_outcome import BROKEN, FAILED, INTACT, say
from terminal.commands.log_prove import signed_end
from terminal.durable import write_new

LAST = "last"
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 11pt sans-serif; max-width: 180mm }} pre {{ font: inherit; white-space: pre-wrap }}
code {{ font-size: 7pt; overflow-wrap: anywhere }}</style>
<h1>{title}</h1><pre>{text}</pre>
{picture}
<p><code>{key}</code></p></html>
"""
_TITLES: dict[Language, str] = {"ja": "あなたの情報の取り扱い記録", "en": "What was done with your data"}


def slip(log: JournalReader, visit: str, language: Language, out: Path | None) -> int:
    """Prints a visit's slip, or writes it to `out`: a page (.html), or the code's text alone (any other name).

    Raises `TerminalError`, `OSError`.
    """
    note, last = signed_end(log)
    try:
        visit = _last_visit(log, last.size) if visit == LAST else visit
        stored = _entries_of(log, visit, last.size) if visit else {}
        if not stored:
            return say("there is no such visit under the last checkpoint", FAILED)
        made = Slip(stored, prove_all(stored.keys(), last.size, log.tiles.subtree), note)
        made.check(log.keys.log)
        text = "\n".join(slip_lines(made.entries, language))
        if out is None:
            print(f"{text}\n{made.code()}\n{log.keys.log.vkey()}")
        elif out.suffix == ".html":
            write_new(out, _page(text, qr_svg(made.code()), log.keys.log.vkey(), language).encode())
        else:
            write_new(out, f"{made.code()}\n".encode())
    except EntryUnreadable:
        return say("an entry cannot be read", FAILED)
    except (SlipWrong, CheckpointWrong):
        return say("broken: the entries of this visit are not those that were signed", BROKEN)
    except TooMuchForOneCode as error:
        return say(f"this visit has too many entries for one code ({error}); without .html its text is written", FAILED)
    return INTACT


def _page(text: str, picture: str, key: str, language: Language) -> str:
    title = _TITLES[language]
    return _PAGE.format(language=language, title=title, text=html.escape(text), picture=picture, key=html.escape(key))


def _entries_of(log: JournalReader, visit: str, size: int) -> dict[int, bytes]:
    sought = json.dumps(visit, ensure_ascii=False).encode()
    found = ((seq, line) for seq, line, _ in log.rows() if seq < size and sought in line)
    return {seq: line for seq, line in found if read_entry(plain_of(line)).visit == visit}


def _last_visit(log: JournalReader, size: int) -> str:
    for start in range(size - 1, -1, -1):
        line = next(log.entries(start)).line
        if not is_emptied(line) and (visit := read_entry(plain_of(line)).visit):
            return visit
    return ""
