"""From a TOML file to a `Configuration`, or to everything that is wrong with it; and the commented example."""

import math
import re
import stat
import tomllib
import typing
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar

from terminal.configuration.settings import Configuration, Eligibility, Keys, ServiceKind
from terminal.problems import Problem, TerminalError

_READS: dict[object, tuple[tuple[type, ...], Callable[[Any], object], str]] = {  # TOML's types, how, and its name
    str: ((str,), str, 'text in "quotes"'),
    bool: ((bool,), bool, "true or false"),
    int: ((int,), int, "a whole number"),
    float: ((int, float), float, "a number"),
    Path: ((str,), Path, 'a path in "quotes"'),
}
Settings = TypeVar("Settings")
FAULTS = "; "  # between one thing that is wrong and the next
INSTITUTION_DIGITS = 10  # 都道府県 2, 点数表 1, 医療機関 7 with its check digit


def read_configuration(path: Path) -> Configuration:
    """The desk that a file describes. Raises `CONFIGURATION_WRONG`, with everything that is wrong in it."""
    return parse_configuration(read_table(path), str(path))


def read_table(path: Path) -> dict[str, Any]:
    """The table in a TOML file. Raises `CONFIGURATION_WRONG` for a file that has none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device may have no end
            raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: it is no file")
        return tomllib.loads(path.read_text("utf-8-sig"))  # Windows' editor puts a mark before it
    except OSError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: it is not in UTF-8: save it as UTF-8") from error
    except RecursionError as error:
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: one thing in another, too deep") from error
    except ValueError as error:  # TOMLDecodeError is one, and a number of thousands of digits another
        raise TerminalError(Problem.CONFIGURATION_WRONG, f"{path}: {error}") from error


def parse_configuration(table: dict[str, Any], source: str) -> Configuration:
    """The desk that a table describes. Raises `CONFIGURATION_WRONG`, with everything that is wrong in it."""
    return parse_settings(Configuration, table, source, _disagreements)


def parse_settings(
    kind: type[Settings], table: dict[str, Any], source: str, disagreements: Callable[[Settings], Iterator[str]]
) -> Settings:
    """A dataclass of settings from a table. Raises `CONFIGURATION_WRONG`, with everything that is wrong in it."""
    wrongs: list[str] = []
    made = _table(kind, table, "", wrongs)
    if isinstance(made, kind):
        wrongs += disagreements(made)
        if not wrongs:
            return made
    raise TerminalError(Problem.CONFIGURATION_WRONG, f"{source}: {FAULTS.join(wrongs)}")


def example(kind: type[Any] = Configuration) -> str:
    """A configuration with every setting, its explanation, and its default where it has one."""
    return "\n".join(_example(kind, ""))


def _disagreements(made: Configuration) -> Iterator[str]:
    for name in ("name", "terminal"):
        if not getattr(made.clinic, name).strip():
            yield f"[clinic] {name}: is empty"
    yield from institution_disagreements("clinic", made.clinic.institution_code)
    yield from eligibility_disagreements(made.eligibility)
    if made.windows.language not in ("ja", "en"):
        yield "[windows] language: ja or en is wanted"
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", made.staff.key_domain):
        yield "[staff] key_domain: a name with a dot is wanted, as reception.example.internal"
    yield from _keys_disagreements(made.keys)


def _keys_disagreements(keys: Keys) -> Iterator[str]:
    meant = [
        key for keys in (keys.yes, keys.no, keys.again, keys.call) for key in ([keys] if keys == "Enter" else keys)
    ]
    if len(set(meant)) < len(meant) or not all((keys.yes, keys.no, keys.again, keys.call)):
        yield "[keys]: each of the four needs a key of its own"
    if any(key.isdigit() for key in meant):
        yield "[keys]: the digits are for card codes and PINs"


def institution_disagreements(table: str, code: str) -> Iterator[str]:
    """What is wrong with the institution code in a table."""
    if not (len(code) == INSTITUTION_DIGITS and code.isascii() and code.isdigit()):
        yield f"[{table}] institution_code: {INSTITUTION_DIGITS} digits are wanted"


def eligibility_disagreements(eligibility: Eligibility) -> Iterator[str]:
    """What is wrong with the service that is to be asked."""
    service = eligibility.service
    if getattr(eligibility, service) is None:
        yield f"[eligibility.{service}] is wanted, since [eligibility] service is {service}"
    for kind in (ServiceKind.HTTPS, ServiceKind.FHIR):
        chosen = getattr(eligibility, kind)
        if chosen is not None and not re.match(r"https://[^/\s]", chosen.url):
            yield f"[eligibility.{kind}] url: it must begin with https:// and a host's name"


def _table(kind: type[Any], table: object, name: str, wrongs: list[str]) -> object:
    """An instance of a dataclass from a table; None, and what is wrong, when it cannot be made."""
    if not isinstance(table, dict):
        wrongs.append(f"{name}: a table is wanted")
        return None
    known = {each.name: each for each in fields(kind)}
    wrongs += [f"{_place(name, key)}: no such setting, but {', '.join(known)}" for key in table.keys() - known]
    hints = typing.get_type_hints(kind)
    values = {
        key: _value(hints[key], table[key], _place(name, key, is_table=is_dataclass(_plain(hints[key]))), wrongs)
        for key in known
        if key in table
    }
    missing = [key for key, each in known.items() if key not in table and _must(each)]
    wrongs += [f"{_place(name, key)}: is missing" for key in missing]
    wrong = [key for key, value in values.items() if value is None]
    if missing or any(_must(known[key]) or is_dataclass(_plain(hints[key])) for key in wrong):
        return None
    return kind(**{key: value for key, value in values.items() if key not in wrong})  # the rest is looked at, too


def _value(hint: Any, value: object, place: str, wrongs: list[str]) -> object:
    kind = _plain(hint)
    if is_dataclass(kind) and isinstance(kind, type):
        return _table(kind, value, place.strip("[]"), wrongs)
    types, made, name = _READS.get(kind, ((str,), kind, _READS[str][-1]))
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        wrongs.append(f"{place}: {name} is wanted")
        return None
    if kind is Path and not value:
        wrongs.append(f"{place}: is empty")
    if isinstance(value, int | float) and not 0 <= value < math.inf:  # nor NaN, which is below and above nothing
        wrongs.append(f"{place}: {name}, 0 or more, is wanted")
    try:
        return made(value)
    except OverflowError:
        wrongs.append(f"{place}: is too large")
        return None
    except ValueError:
        wrongs.append(f"{place}: one of {', '.join(kind)} is wanted")
        return None


def _place(name: str, key: str, *, is_table: bool = False) -> str:
    whole = f"{name}.{key}" if name else key
    return f"[{whole}]" if is_table or not name else f"[{name}] {key}"


def _plain(hint: Any) -> Any:
    """A field's type without its explanation and its `| None`."""
    if typing.get_origin(hint) is Annotated:
        hint = typing.get_args(hint)[0]
    if typing.get_origin(hint) in (UnionType, typing.Union):
        return next(each for each in typing.get_args(hint) if each is not type(None))
    return hint


def _must(each: "Field[Any]") -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _example(kind: type[Any], name: str) -> Iterator[str]:
    hints = typing.get_type_hints(kind, include_extras=True)
    tables = [each for each in fields(kind) if is_dataclass(_plain(hints[each.name]))]
    if name:
        yield f"[{name}]  # {(kind.__doc__ or '').splitlines()[0]}"
    for each in fields(kind):
        if each in tables:
            continue
        default = None if _must(each) else each.default
        mark, told = "" if _must(each) else "# ", typing.get_args(hints[each.name])[-1]
        yield f"{mark}{each.name} = {_written(default, _plain(hints[each.name]))}  # {told}"
    if name:
        yield ""
    for each in tables:
        yield from _example(_plain(hints[each.name]), f"{name}.{each.name}" if name else each.name)


def _written(default: object, kind: Any) -> str:
    match default:
        case bool():
            return str(default).lower()
        case int() | float():
            return str(default)
        case None:
            return f'"{next(iter(kind)) if isinstance(kind, type) and issubclass(kind, StrEnum) else ""}"'
        case _:
            return f'"{default}"'
