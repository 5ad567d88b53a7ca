"""What can be said of the Windows sources without a Windows: that they fit, and how far the program is from it."""

import ast
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WINDOWS = ROOT / "packaging" / "windows"
TASKS = sorted((WINDOWS / "tasks").glob("*.xml"))
NAMESPACE = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
# Modules and names of Python's own library that are not there on Windows.
POSIX_MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "pty", "syslog"}


def spec_calls(path: Path) -> dict[str, ast.Call]:
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.func.id: node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


@pytest.mark.parametrize("task", TASKS, ids=lambda path: str(path.stem))
def test_a_task_starts_a_verb_with_no_more_rights_than_the_kiosks_account(task: Path) -> None:
    root = ElementTree.parse(task).getroot()
    assert root.findtext("t:Principals/t:Principal/t:UserId", None, NAMESPACE) == "uketsuke"
    assert root.findtext("t:Principals/t:Principal/t:RunLevel", None, NAMESPACE) == "LeastPrivilege"
    command = root.findtext("t:Actions/t:Exec/t:Command", "", NAMESPACE)
    verb = root.findtext("t:Actions/t:Exec/t:Arguments", "", NAMESPACE).split()[0]
    assert (ROOT / "terminal" / "commands" / f"{verb}.py").exists()
    spec = (WINDOWS / "uketsuke_windows.spec").read_text("utf-8")
    assert f'name="{command.rsplit(chr(92))[-1].removesuffix(".exe")}"' in spec


def test_the_installer_takes_what_the_spec_builds_and_every_task_that_it_makes() -> None:
    script = (WINDOWS / "uketsuke.iss").read_text("utf-8")
    assert "build\\dist\\uketsuke\\*" in script
    for task in re.findall(r"tasks\\(\w+\.xml)", script):
        assert (WINDOWS / "tasks" / task).exists()
    assert not re.search(r"password|/RP", script, re.IGNORECASE)


def test_both_specs_leave_the_same_out_and_lay_the_same_open() -> None:
    linux = spec_calls(ROOT / "packaging" / "uketsuke.spec")["Analysis"]
    windows = spec_calls(WINDOWS / "uketsuke_windows.spec")["Analysis"]

    def of(call: ast.Call, name: str) -> str:
        return next(ast.unparse(each.value) for each in call.keywords if each.arg == name)

    assert of(linux, "module_collection_mode") == of(windows, "module_collection_mode")
    assert set(ast.literal_eval(of(linux, "excludes"))) - set(ast.literal_eval(of(windows, "excludes"))) == {"readline"}


def test_what_speaks_posix_alone_is_listed_and_does_not_grow() -> None:
    """A quick look at imports; the list itself is what `mypy --platform win32` says (packaging/windows/windows.md)."""
    listed = set((WINDOWS / "posix_places.txt").read_text("utf-8").split())
    found = set()
    for package in ("terminal", "device", "offline_cache", "ui"):
        for path in (ROOT / package).rglob("*.py"):
            names = re.findall(r"^(?:import|from) (\w+)", path.read_text("utf-8"), re.MULTILINE)
            if POSIX_MODULES & set(names):
                found.add(path.relative_to(ROOT).as_posix())
    assert found
    assert found <= listed, sorted(found - listed)


def test_every_file_that_the_guide_names_is_there() -> None:
    guide = (WINDOWS / "windows.md").read_text("utf-8")
    for name in re.findall(r"`((?:offline_cache|device|tests|packaging)/[\w/.]+)`", guide):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"packaging\\[\w\\]+\.(?:txt|spec|py|iss)", guide):
        assert (ROOT / name.replace("\\", "/")).exists(), name
