"""`uketsuke outbox`: what was checked offline and waits, what needs a person, what turned out different for the claims.

Exit code 0: nothing needs anyone; 3: something waits too long or is dead; 1: the store cannot be read; 2: wrong
arguments. It reads beside a running desk and prints nothing of a person.
"""

import argparse
import json
import os
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from offline_cache.keys.choice import seal_in
from offline_cache.outbox import SqlOutbox, open_outbox
from offline_cache.rotation import read_keys
from terminal.certificate import JST
from terminal.clock import SystemClock
from terminal.commands.failure import tell_failure
from terminal.commands.secret_phrase import typed
from terminal.configuration.reading import read_configuration
from terminal.outbox.backoff import Backlog, backlog_of
from terminal.outbox.queued import Standing
from terminal.outbox.report import LANGUAGES, Report, lines, month_to_claim, report_of, to_do
from terminal.problems import TerminalError

CONFIGURATION = Path("/etc/uketsuke/desk.toml")
NEEDS_SOMEONE = 3


def run(arguments: list[str]) -> int:
    """Runs the verb."""
    options = _parser().parse_args(arguments)
    clock = SystemClock()
    try:
        folder = options.store or read_configuration(options.config).store.folder
        with closing(_open(folder, clock)) as outbox:
            if options.again is not None and not outbox.revive(options.again):
                print(f"uketsuke outbox: no dead check is called {options.again}", file=sys.stderr)
                return 2
            standings = outbox.standings()
    except TerminalError as error:
        tell_failure(error)
        return 1
    now = clock.now()
    backlog = backlog_of(standings, now)
    report = report_of(standings, options.month or month_to_claim(now.astimezone(JST).date()))
    print(_as_json(report, backlog) if options.json else _as_text(report, backlog, options.lang))
    return NEEDS_SOMEONE if backlog.is_late else 0


def _open(folder: Path, clock: SystemClock) -> SqlOutbox:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    kind = read_keys(folder).wraps[-1].seal
    seal = seal_in(folder, kind, Path(credentials) if credentials else None, typed("Passphrase of the store"))
    return open_outbox(folder, seal, clock)


def _as_text(report: Report, backlog: Backlog, language: str) -> str:
    hours = 0 if backlog.oldest is None else int(backlog.oldest.total_seconds() // 3600)
    now = {
        "ja": f"再確認待ち {backlog.waiting}件（最長 {hours}時間）、要対応 {backlog.dead}件",
        "en": f"waiting {backlog.waiting} (the oldest for {hours} h), for a person to look at {backlog.dead}",
    }[language]
    return "\n".join([now, *lines(report, "ja" if language == "ja" else "en")])


def _as_json(report: Report, backlog: Backlog) -> str:
    return json.dumps(
        {
            "waiting": backlog.waiting,
            "dead": backlog.dead,
            "oldest_seconds": None if backlog.oldest is None else int(backlog.oldest.total_seconds()),
            "is_late": backlog.is_late,
            "month": f"{report.month:%Y-%m}",
            "claim_day": report.claim_day.isoformat(),
            "answered": report.answered,
            "changed": [_of(standing) for standing in report.changed],
            "still_waiting": [_of(standing) for standing in report.waiting],
            "dead_letters": [_of(standing) for standing in report.dead],
        },
        ensure_ascii=False,
    )


def _of(standing: Standing) -> dict[str, object]:
    found = standing.difference
    return {
        "identifier": standing.identifier,
        "visit": standing.visit,
        "day": standing.day.isoformat(),
        "asked_at": standing.asked_at.isoformat(),
        "attempts": standing.attempts,
        "reason": standing.reason,
        "finding": found and found.finding,
        "fields": list(found.fields) if found else [],
        "to_do": to_do(found, "en"),
    }


def _month(text: str) -> date:
    return datetime.strptime(f"{text}-01 +0900", "%Y-%m-%d %z").date()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="uketsuke outbox", description=__doc__.partition("\n")[0])
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--config", type=Path, default=CONFIGURATION, metavar="FILE", help=f"else {CONFIGURATION}")
    place.add_argument("--store", type=Path, metavar="DIR", help="the store's folder, instead of a configuration")
    parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="else the one whose claims are next")
    parser.add_argument("--again", metavar="IDENTIFIER", help="has a dead check asked again")
    parser.add_argument("--lang", choices=LANGUAGES, default="ja", help="the report's language")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser
