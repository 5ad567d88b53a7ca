"""A configuration that is being made step by step, kept in a file between two sittings. Pure but for that file.

A draft may be incomplete or wrong in any step; only `finished` makes a configuration of it. No setting is a secret.
"""

import json
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, Final

from terminal.configuration.reading import parse_configuration
from terminal.configuration.settings import (
    Camera,
    Clinic,
    Configuration,
    Eligibility,
    FhirService,
    FolderService,
    HttpsService,
    Reader,
    ServiceKind,
    Store,
)
from terminal.problems import Problem, TerminalError

VERSION: Final = 2
Value = str | int | float | bool


class Step(StrEnum):
    """What is set up, in this order."""

    SITE = auto()
    READER = auto()
    CAMERA = auto()
    SERVICE = auto()
    KEYS = auto()
    ROLES = auto()


_SERVICES: Final = {
    ServiceKind.FOLDER: FolderService,
    ServiceKind.HTTPS: HttpsService,
    ServiceKind.FHIR: FhirService,
}
_TABLES: Final[dict[Step, tuple[tuple[str, type[Any]], ...]]] = {
    Step.SITE: (("clinic", Clinic),),
    Step.READER: (("reader", Reader),),
    Step.CAMERA: (("camera", Camera),),
    Step.SERVICE: (("eligibility", Eligibility),),
    Step.KEYS: (("store", Store),),
    Step.ROLES: (),
}


@dataclass(frozen=True)
class Setting:
    """One setting as a form asks for it. `path` is `table.name`; `choices` are all there are, none: any."""

    path: str
    kind: type[Any]
    explanation: str
    default: Value | None
    choices: tuple[str, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether the desk cannot do without."""
        return self.default is None


Draft = Mapping[str, Value]
"""What was entered so far, by `table.name`."""


def settings_of(step: Step, draft: Draft) -> tuple[Setting, ...]:
    """What a step asks for; for the service that was chosen, what that one needs."""
    tables = list(_TABLES[step])
    if step is Step.SERVICE:
        kind = ServiceKind(str(draft.get("eligibility.service", ServiceKind.FOLDER)))
        tables.append((f"eligibility.{kind}", _SERVICES[kind]))
    return tuple(setting for name, kind in tables for setting in _settings(name, kind))


def finished(draft: Draft) -> Configuration:
    """The configuration. Raises `CONFIGURATION_WRONG`, with everything that is wrong or missing."""
    return parse_configuration(_table(draft), "the set-up")


def checked(step: Step, draft: Draft) -> list[str]:
    """What is missing in a step, by `table.name`. Of choices the first is taken until another one is."""
    needed = (each.path for each in settings_of(step, draft) if each.is_needed and not each.choices)
    return [path for path in needed if draft.get(path, "") == ""]


def draft_of(configuration: Configuration) -> dict[str, Value]:
    """A draft that begins with a configuration that is there."""
    found: dict[str, Value] = {}
    for step in Step:
        service = {"eligibility.service": str(configuration.eligibility.service)}
        for setting in settings_of(step, service):
            *tables, name = setting.path.split(".")
            table: Any = configuration
            for each in tables:
                table = getattr(table, each)
            value = getattr(table, name)
            if value is not None:
                found[setting.path] = value if isinstance(value, bool | int | float) else str(value)
    return found


@dataclass(frozen=True)
class Sitting:
    """What a sitting leaves for the next: what was entered, which steps were tried and good, and where it was left."""

    draft: Draft = field(default_factory=dict)
    good: frozenset[Step] = frozenset()
    step: Step = Step.SITE


def keep(sitting: Sitting, path: Path) -> None:
    """Keeps a sitting for the next one. Raises `CONFIGURATION_WRONG`."""
    kept = {"v": VERSION, "settings": dict(sitting.draft), "good": sorted(sitting.good), "step": sitting.step}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    except OSError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: {error.strerror}") from error


def taken_up(path: Path) -> Sitting:
    """An earlier sitting; a new one where there was none, or what is there is none of ours."""
    try:
        content = json.loads(path.read_bytes())
        if content["v"] != VERSION:
            return Sitting()
        known = {setting.path for kind in ServiceKind for step in Step for setting in _of_kind(step, kind)}
        kept = content["settings"].items()
        draft = {name: value for name, value in kept if name in known and isinstance(value, Value)}
        ServiceKind(str(draft.get("eligibility.service", ServiceKind.FOLDER)))
        return Sitting(draft, frozenset(map(Step, content["good"])), Step(content["step"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Sitting()


def _of_kind(step: Step, kind: ServiceKind) -> tuple[Setting, ...]:
    return settings_of(step, {"eligibility.service": str(kind)})


def _table(draft: Draft) -> dict[str, Any]:
    """As TOML would give it: what was left empty is left out, and of the services only the chosen one is there."""
    service = str(draft.get("eligibility.service", ServiceKind.FOLDER))
    made: dict[str, Any] = {"eligibility": {"service": service}}
    for path, value in draft.items():
        *tables, name = path.split(".")
        if value == "" or (tables[:1] == ["eligibility"] and tables[1:] not in ([], [service])):
            continue
        table = made
        for each in tables:
            table = table.setdefault(each, {})
        table[name] = value
    return made


def _settings(table: str, kind: type[Any]) -> list[Setting]:
    hints = typing.get_type_hints(kind, include_extras=True)
    made = []
    for each in fields(kind):
        hint, *told = typing.get_args(hints[each.name]) or (hints[each.name],)
        plain = next((kind for kind in typing.get_args(hint) if kind is not type(None)), hint)
        if is_dataclass(plain) or not told:
            continue
        is_needed = each.default is MISSING
        given: Any = None if is_needed else "" if each.default is None else each.default
        shown: Value | None = given if given is None or isinstance(given, bool | int | float) else str(given)
        choices = tuple(plain) if isinstance(plain, type) and issubclass(plain, StrEnum) else ()
        made.append(Setting(f"{table}.{each.name}", plain, str(told[-1]), shown, choices))
    return made
