"""A store's roster opened for a command, and the one way in which a command finds out who gives it."""

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

from offline_cache.staff import open_roster_of
from terminal.access_log.access import Access, Action, Actor, Purpose
from terminal.clock import SystemClock
from terminal.commands.secret_phrase import lines_of, typed
from terminal.commands.staff_asking import Hearing, ask_to_sign_in
from terminal.commands.staff_changing import actor_without, keep_person
from terminal.commands.staff_rules import rules_in_words
from terminal.configuration.reading import read_configuration
from terminal.problems import Problem, TerminalError
from terminal.staff.emergency import Emergency
from terminal.staff.people import Member, Role
from terminal.staff.policy import Act, Policy


class StaffRoom:
    """`roster`, `clock`, and the `configuration` where one is named. Close it at the end.

    Raises what opening a store raises.
    """

    def __init__(self, asked: argparse.Namespace) -> None:
        self.configuration = None if asked.store else read_configuration(asked.config)
        folder = self.configuration.store.folder if self.configuration else asked.store
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        self.desk = folder.name
        self.clock = SystemClock()
        self._descriptor: int | None = asked.secrets_fd
        ask = cache(self.secret("Passphrase of the store"))
        self.roster = open_roster_of(folder, Path(directory) if directory else None, self.clock, ask)

    def close(self) -> None:
        """Closes the store."""
        self.roster.close()

    @property
    def is_typed(self) -> bool:
        """Whether a person types what is asked for, and can type it again."""
        return self._descriptor is None

    def secret(self, prompt: str) -> Callable[[], str]:
        """Asks for something that nobody may see."""
        return typed(prompt) if self._descriptor is None else lines_of(self._descriptor)

    def authorised(self, act: Act) -> Actor:
        """Who gives the command, signed in where anybody can. Raises `SIGN_IN_REFUSED`."""
        return actor_without(self.roster, self.clock) or ask_to_sign_in(self._hearing(), act).actor

    def known(self, id: str) -> Member:  # noqa: A002  # the field's word
        """A person of the roster. Raises `STAFF_UNFIT`."""
        member = self.roster.member(id)
        if member is None:
            raise TerminalError(Problem.STAFF_UNFIT, "nobody is enrolled under that id; see uketsuke staff list")
        return member

    def keep(self, member: Member, change: str, actor: Actor) -> None:
        """Keeps a person, on record. Raises `STORE_BUSY` when somebody else changed that person meanwhile."""
        keep_person(self.roster, member, change, actor)
        print(f"{member.id}: {change}")

    def switch(self, id: str, *, is_enabled: bool) -> None:  # noqa: A002  # the field's word
        """Disables a person or enables one; never the last of IT, who could enable the others."""
        actor = self.authorised(Act.CHANGE_STAFF)
        member = self.known(id)
        others = [each for each in self.roster.members() if each.id != id and each.is_enabled and Role.IT in each.roles]
        if not is_enabled and Role.IT in member.roles and not others:
            raise TerminalError(Problem.STAFF_UNFIT, "the last person of IT cannot be disabled")
        switched = replace(member, is_enabled=is_enabled, failures=0, failed_at=None)
        self.keep(switched, "enabled" if is_enabled else "disabled", actor)

    def review(self, emergency: Emergency, id: str) -> None:  # noqa: A002  # the field's word
        """Someone who may signs in and says that they looked at what was done under the code."""
        actor = ask_to_sign_in(self._hearing(), Act.REVIEW_EMERGENCY, id).actor
        access = Access(Action.EMERGENCY_REVIEWED, "", "", purpose=Purpose.AUDIT).by(actor)
        if not self.roster.keep_emergency(replace(emergency, reviewed_by=actor.id), access):
            raise TerminalError(Problem.STORE_BUSY, "the emergency code was changed at the same time; do it again")
        print(f"emergency code of {emergency.made_at:%Y-%m-%d}: reviewed by {actor.id}")

    def durations(self, asked: argparse.Namespace) -> dict[str, timedelta]:
        """The rules' times, those that were not given as they are. Raises `STAFF_UNFIT`."""
        now = self.roster.policy()
        given = {
            "idle": (asked.idle_minutes, 60, 1.0, "--idle-minutes"),
            "shift": (asked.shift_hours, 3600, 0.0, "--shift-hours"),
            "emergency": (asked.emergency_hours, 3600, 0.25, "--emergency-hours"),
        }
        times = {}
        for name, (number, seconds, least, option) in given.items():
            most = 24 * 3600 / seconds
            if number is not None and not least <= number <= most:
                raise TerminalError(Problem.STAFF_UNFIT, f"{option}: from {least:g} to {most:g} is wanted")
            times[name] = getattr(now, name) if number is None else timedelta(seconds=number * seconds)
        return times

    def set_policy(self, policy: Policy) -> None:
        """Sets the clinic's rules, on record."""
        actor = self.authorised(Act.CHANGE_STAFF)
        seconds = {name: str(int(getattr(policy, name).total_seconds())) for name in ("idle", "shift", "emergency")}
        rules = {"four_eyes": policy.is_four_eyes, "key_pin": policy.is_key_verified, "card": policy.is_card_factor}
        answers = ((name, "yes" if rule else "no") for name, rule in rules.items())
        details = (("change", "policy"), *answers, *seconds.items())
        access = Access(Action.STAFF_CHANGED, "", "", purpose=Purpose.OPERATION, details=details)
        self.roster.keep_policy(policy, access.by(actor))
        print(*rules_in_words(policy), sep="\n")

    def _hearing(self) -> Hearing:
        return Hearing(self.roster, self.clock, self.secret, self.configuration)
