"""What a program asked of the disk, in order, and what a power cut may have left of it: a record of its system calls.

strace takes the record, so nothing stands between program and kernel. The disk is as bad as POSIX allows: what was not
synced is there, or not, or in part, in any order, by sectors of 512 bytes; names follow in their order, as a file
system's own log keeps them. A file's shared memory (-shm) does not outlive a cut.
"""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename,fallocate"
SECTOR = 512
LIMIT_S = 300
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+|\?)")
_HEX = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True)
class Call:
    """A system call on a file in the recorded folder, or what the program said. `content` is written at `at`."""

    kind: str  # opened, written, cut, synced, unlinked, renamed, said
    name: str
    at: int = 0
    content: bytes = b""
    new_name: str = ""


@dataclass
class _Inode:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)
    size: int = 0


class Disk:
    """A folder, as it is, and as it may be after a cut."""

    def __init__(self) -> None:
        self._names: dict[str, _Inode] = {}
        self._durable_names: dict[str, _Inode] = {}
        self._pending_names: list[tuple[str, _Inode | None]] = []

    def take(self, call: Call) -> None:
        """Does what the call did."""
        inode = self._names.get(call.name)
        match call.kind:
            case "opened" if inode is None:
                self._name(call.name, _Inode())
            case "written" | "cut" if inode is not None:
                at = inode.size if call.at < 0 else call.at
                inode.pending.append(Call(call.kind, call.name, at, call.content))
                inode.size = max(inode.size, at + len(call.content)) if call.kind == "written" else at
            case "synced" if call.name == ".":
                self._durable_names = dict(self._names)
                self._pending_names.clear()
            case "synced" if inode is not None:
                for each in inode.pending:
                    _apply(inode.durable, each)
                inode.pending.clear()
            case "unlinked":
                self._name(call.name, None)
            case "renamed":
                self._name(call.new_name, inode)
                self._name(call.name, None)

    def after_cut(self, random: Random) -> dict[str, bytes]:
        """The files that may be found when the power is back."""
        names = dict(self._durable_names)
        for name, inode in self._pending_names[: random.randint(0, len(self._pending_names))]:
            _set(names, name, inode)
        return {name: _what_is_left(inode, random) for name, inode in names.items()}

    def _name(self, name: str, inode: _Inode | None) -> None:
        _set(self._names, name, inode)
        self._pending_names.append((name, inode))


def record(command: list[str], folder: Path, trace: Path, cwd: Path) -> list[Call]:
    """Runs a program of one thread to its end, and gives what it did to `folder`, and what it said."""
    strace = ["strace", "-y", "-qq", "-xx", "-s", "1000000", "-e", "signal=none", "-e", f"trace={CALLS}"]
    subprocess.run(
        [*strace, "-o", str(trace), *command], cwd=cwd, check=True, stdout=subprocess.DEVNULL, timeout=LIMIT_S
    )
    with trace.open(encoding="ascii") as lines:
        return list(_read(lines, f"{folder}"))


def _read(lines: Iterable[str], folder: str) -> Iterator[Call]:
    for line in lines:
        found = _CALL.match(line)
        if found is None or found[3].startswith("-"):  # it failed
            continue
        parts = [part.strip().encode() for part in found[2].split(", ")]
        texts = [_bytes(part) for part in parts]
        name = _name_in(folder, texts[0])
        match found[1]:
            case "write" if parts[0].startswith(b"1<"):
                yield Call("said", "", content=texts[1])
            case "openat" if b"O_CREAT" in parts[2] and (name := _name_in(folder, texts[1])):
                assert b"O_TRUNC" not in parts[2]
                yield Call("opened", name)
            case "write" if name:
                yield Call("written", name, -1, texts[1])
            case "pwrite64" if name:
                yield Call("written", name, int(parts[3]), texts[1])
            case "ftruncate" if name:
                yield Call("cut", name, int(parts[1]))
            case "fsync" | "fdatasync" if name:
                yield Call("synced", name)
            case "unlink" if name:
                yield Call("unlinked", name)
            case "rename" if name:
                yield Call("renamed", name, new_name=_name_in(folder, texts[1]))


def _bytes(part: bytes) -> bytes:
    return bytes.fromhex("".join(_HEX.findall(part.decode())))


def _name_in(folder: str, path: bytes) -> str:
    """The file's name in the folder, `.` for the folder itself; empty for what is elsewhere, or in shared memory."""
    text = path.decode("utf-8", "replace")
    if text == folder:
        return "."
    return text.removeprefix(f"{folder}/") if text.startswith(f"{folder}/") and not text.endswith("-shm") else ""


def _set(names: dict[str, _Inode], name: str, inode: _Inode | None) -> None:
    if inode is None:
        names.pop(name, None)
    else:
        names[name] = inode


def _what_is_left(inode: _Inode, random: Random) -> bytes:
    content = bytearray(inode.durable)
    for call in inode.pending:
        match random.choice(("there", "lost", "torn")):
            case "there":
                _apply(content, call)
            case "torn" if call.kind == "written":
                for start in range(0, len(call.content), SECTOR):
                    if random.random() < 0.5:
                        piece = call.content[start : start + SECTOR]
                        _apply(content, Call("written", call.name, call.at + start, piece))
    return bytes(content)


def _apply(content: bytearray, call: Call) -> None:
    if call.kind == "cut":
        del content[call.at :]
        content.extend(bytes(max(0, call.at - len(content))))
        return
    content.extend(bytes(max(0, call.at - len(content))))
    content[call.at : call.at + len(call.content)] = call.content
