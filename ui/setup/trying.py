"""What the set-up window needs of the machine, as a Protocol."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from terminal.configuration.draft import Sitting, Step, Value
from terminal.ports import Camera
from terminal.staff.people import Role
from terminal.staff.signing_in import Claim


@dataclass(frozen=True)
class Trial:
    """One try. Whoever waits for a person gives up when `stop` is set; `passphrase` opens a store that wants one."""

    step: Step
    draft: Mapping[str, Value]
    language: str
    stop: threading.Event = field(default_factory=threading.Event, compare=False)
    passphrase: str = field(repr=False, default="")


@dataclass(frozen=True)
class NewKeys:
    """What the keys are made of: the place of the recovery key, and a passphrase where one keeps them, typed twice."""

    recovery: Path | None
    passphrase: str = field(repr=False, default="")
    again: str = field(repr=False, default="")


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be enrolled. `secret` is what the app scanned, `code` the app's first; `by` is who enrols."""

    id: str
    name: str = field(repr=False)
    roles: frozenset[Role]
    password: str = field(repr=False)
    again: str = field(repr=False)
    secret: str = field(repr=False)
    code: str = field(repr=False)
    by: Claim


@dataclass(frozen=True)
class NewHeld:
    """What somebody holds, to be enrolled and tried by signing in with `password`; `by` is who enrols.

    A security key, or with `is_card` a staff card. `pin` is the key's own, empty where it wants none.
    """

    id: str
    is_card: bool
    password: str = field(repr=False)
    pin: str = field(repr=False)
    by: Claim


@dataclass(frozen=True)
class Tried:
    """What a step came to when it was tried on this machine: a sentence for whoever sets up.

    `is_done`: what was typed is of no more use. `needs_sign_in`: from now on only somebody of IT changes people.
    """

    is_good: bool
    sentence: str
    is_done: bool = False
    needs_sign_in: bool = False


class Trials(Protocol):
    """Tries each step for real. Every call but `camera` may take seconds and comes from a thread of its own.

    None of them raises what is known to happen: a failure is a `Tried`.
    """

    def tried(self, trial: Trial) -> Tried:
        """Tries a step."""

    def seal_found(self) -> str:
        """What this machine can keep a key with: a `SealKind`."""

    def make_keys(self, trial: Trial, keys: NewKeys) -> Tried:
        """Makes the store's keys."""

    def enrol(self, trial: Trial, person: NewPerson | NewHeld) -> Tried:
        """Enrols somebody, or what they hold."""

    def camera(self, device: int) -> Camera:
        """The camera to look through, its former one let go."""

    def keep(self, sitting: Sitting) -> None:
        """Keeps what was entered so far for another sitting."""

    def write(self, draft: Mapping[str, Value]) -> Tried:
        """Writes the configuration; the desk can open with it."""
