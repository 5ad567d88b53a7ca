"""What is shipped: lock files, licences, known vulnerabilities, and the list of parts by the format's own schema."""

import dataclasses
import json
import re
import tomllib
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import cyclonedx.schema
import fastjsonschema
import pytest
from cyclonedx_list import as_cyclonedx
from frozen_parts import TABLE, UNKNOWN, Found, Part, parts_of
from hypothesis import given
from hypothesis import strategies as st
from licence_notices import notices
from licence_rules import LIST, allowed_licences, is_allowed
from lock_files import lock_findings, read_lock
from part_rules import ended_findings, licence_findings, list_findings, unlocked
from vulnerabilities import ACCEPTED, Accepted, is_accepted, read_accepted

ROOT = Path(__file__).parent.parent
HASH = "--hash=sha256:" + "a" * 64
ALLOWED = allowed_licences(LIST.read_text("utf-8"))
EPOCH = 1767225600


# --- lock files


def test_the_lock_files_of_this_project_are_sound() -> None:
    assert list(lock_findings(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "httpx==0.28.1",
        f"httpx>=0.28 {HASH}",
        f"httpx @ https://packages.example/httpx.whl {HASH}",
        "git+ssh://packages.example/httpx",
        "--index-url https://packages.example/simple",
        "--find-links /srv/wheels",
        "httpx==0.28.1 --hash=md5:0123456789abcdef0123456789abcdef",
        f"httpx==0.28.1 {HASH} --config-settings=x",
        "-r other.txt",
    ],
)
def test_a_line_that_could_bring_anything_else_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"address|version|SHA-256"):
        read_lock(line)


def test_a_package_that_is_asked_for_and_not_locked_is_found(tmp_path: Path) -> None:
    (tmp_path / "packaging/requirements").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["httpx==0.28.1", "numpy>=2"]\n[dependency-groups]\nbuild = []\n'
    )
    (tmp_path / "packaging/requirements/run.txt").write_text(f"httpx==0.28.0 \\\n    {HASH}\n")
    (tmp_path / "packaging/requirements/build.txt").write_text("")
    (tmp_path / "packaging/requirements/left.txt").write_text("httpx==0.28.1\n")
    assert [re.split(r"[: ]", line)[0] for line in lock_findings(tmp_path)] == ["run.txt", "run.txt", "left.txt"]


def test_no_file_of_the_build_names_a_registry() -> None:
    for file in (ROOT / "run", ROOT / "pyproject.toml", *(ROOT / "packaging").rglob("*.txt")):
        assert not re.search(r"index-url|find-links|pypi\.org|--trusted", file.read_text("utf-8")), file


# --- licences


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "AFL-2.1 OR GPL-2.0-or-later",
        "GPL-3.0-or-later WITH GCC-exception-3.1 AND LGPL-2.1-or-later",
        "Apache-2.0 WITH LLVM-exception",
    ],
)
def test_a_licence_that_can_be_kept_to_is_allowed(expression: str) -> None:
    assert is_allowed(expression, ALLOWED)


@pytest.mark.parametrize(
    "expression",
    [
        "GPL-3.0-or-later",
        "MIT AND AGPL-3.0-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        UNKNOWN,
        "",
        "((",
        "nonsense",
    ],
)
def test_a_licence_that_cannot_or_that_nobody_knows_is_not(expression: str) -> None:
    assert not is_allowed(expression, ALLOWED)


@given(st.lists(st.sampled_from(["MIT", "GPL-3.0-only", "Zlib", "AGPL-3.0-only"]), min_size=1, max_size=5))
def test_of_and_all_are_needed_and_of_or_one(licences: list[str]) -> None:
    assert is_allowed(" AND ".join(licences), ALLOWED) == all(each in ALLOWED for each in licences)
    assert is_allowed(" OR ".join(licences), ALLOWED) == any(each in ALLOWED for each in licences)


def test_every_row_of_the_table_may_be_shipped_and_claims_something() -> None:
    rows = tomllib.loads(TABLE.read_text("utf-8"))
    for row in [*rows["library"], *rows["python"], *rows["debian"]]:
        assert is_allowed(row["licence"], ALLOWED), row
    assert all(("files" in row) != ("inside" in row) for row in rows["library"])


# --- the parts of a folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "built"
    internal = made / "_internal"
    for name, content in {
        "../uketsuke": b"\x7fELF",
        "libpython3.11.so.1.0": b"\x003.11.7 (main\x00",
        "opencv_python_headless.libs/libcrypto-5409cd36.so.1.1.1k": b"OpenSSL 1.1.1k  FIPS 25 Mar 2021",
        "cryptography/hazmat/bindings/_rust.abi3.so": b"..OpenSSL 4.0.3 29 Sep 2026..",
        "httpx-0.28.1.dist-info/METADATA": b"",
        "fonts/BIZUDPGothic-Regular.ttf": b"font",
    }.items():
        (internal / name).parent.mkdir(parents=True, exist_ok=True)
        (internal / name).write_bytes(content)
    (internal / "libcrypto-5409cd36.so.1.1.1k").symlink_to("opencv_python_headless.libs/libcrypto-5409cd36.so.1.1.1k")
    return made


MODULES = ("json", "httpx", "pyi_rth_inspect")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The table without the row of PyInstaller, which the tests do not install."""
    rows = TABLE.read_text("utf-8").replace('of = "pyinstaller"\n', 'fixed = "6"\n')
    (tmp_path / "components.toml").write_text(rows, "utf-8")
    return tmp_path / "components.toml"


def test_versions_are_read_out_of_the_files_themselves(folder: Path, table: Path) -> None:
    found = parts_of(folder, MODULES, table)
    assert found.unclaimed == ()
    told = {(part.name, part.version) for part in found.parts}
    assert {("openssl", "1.1.1k"), ("openssl", "4.0.3"), ("cpython", "3.11.7"), ("biz-udgothic", UNKNOWN)} <= told
    compiled_in = next(part for part in found.parts if part.version == "4.0.3")
    assert compiled_in.inside == "cryptography/hazmat/bindings/_rust.abi3.so"
    assert compiled_in.files == ()


def test_what_belongs_to_nobody_is_told_and_never_passed_over(folder: Path, table: Path) -> None:
    (folder / "_internal/libsomething.so.4").write_bytes(b"")
    (folder / "left.txt").write_text("")
    found = parts_of(folder, (*MODULES, "smuggled"), table)
    assert sorted(found.unclaimed) == ["../left.txt", "libsomething.so.4", "module smuggled"]


def test_the_list_follows_the_schema_and_is_the_same_whenever_it_is_made(folder: Path, table: Path) -> None:
    found = parts_of(folder, MODULES, table)
    made = as_cyclonedx(found, folder, EPOCH)
    assert made == as_cyclonedx(parts_of(folder, MODULES, table), folder, EPOCH)
    schemas = files(cyclonedx.schema) / "_res"

    def fetched(uri: str) -> object:
        name = uri.rsplit("/", 1)[-1].removesuffix(".schema.json").removesuffix(".SNAPSHOT") + ".SNAPSHOT.schema.json"
        return json.loads((schemas / name).read_text("utf-8"))

    schema = json.loads((schemas / "bom-1.6.SNAPSHOT.schema.json").read_text("utf-8"))
    component = schema["definitions"]["component"]["properties"]
    for known in (schema["properties"], component):  # the whole schema takes ten seconds to compile
        for name in known.keys() - set(re.findall(r'"(\$?\w[\w-]*)":', made)):
            del known[name]
    for strict in (schema, schema["definitions"]["component"]):
        assert strict["additionalProperties"] is False  # so what was left out is refused, where we did say it
    check = fastjsonschema.compile(
        schema, handlers={"http": fetched, "https": fetched}, formats={"iri-reference": r".*"}
    )
    check(json.loads(made))
    assert "2026-01-01T00:00:00" in made


def test_a_list_that_is_not_of_this_folder_is_found(folder: Path, table: Path) -> None:
    found = parts_of(folder, MODULES, table)
    ours = Part("uketsuke", "0.1.0", "Apache-2.0", "pkg:pypi/uketsuke@0.1.0")
    whole = Found((*found.parts, ours), ())
    sbom = as_cyclonedx(whole, folder, EPOCH)
    assert list(list_findings(whole, sbom)) == []
    less = dataclasses.replace(whole, parts=whole.parts[1:], unclaimed=("libnew.so",))
    told = list(list_findings(less, sbom))
    assert told[0] == "belongs to nobody that is known: libnew.so"
    assert any(line.startswith("on the list, and not in the folder") for line in told)


def test_python_that_no_lock_names_is_found(folder: Path, table: Path) -> None:
    found = parts_of(folder, (*MODULES, "hypothesis"), table)
    assert any(line.startswith("hypothesis ") for line in unlocked(found.parts, ROOT))
    assert not any(line.startswith("httpx ") for line in unlocked(found.parts, ROOT))


def test_a_forbidden_licence_is_found_in_a_crate_too() -> None:
    crate = Part("deep", "1", "AGPL-3.0-only", "pkg:cargo/deep@1")
    part = Part("fine", "1", "MIT", "pkg:pypi/fine@1", crates=(crate,))
    assert list(licence_findings([part])) == ["deep 1 in fine: AGPL-3.0-only"]


def test_the_notices_name_everything_and_say_how_to_replace_qt(folder: Path, table: Path) -> None:
    if not Path("/usr/share/common-licenses/LGPL-3").exists():
        pytest.skip("this is no Debian")
    qt = Part(
        "qtbase", "6.11.3", "LGPL-3.0-only", "pkg:generic/qtbase@6.11.3", copyright="Copyright (C) The Qt Company"
    )
    said = notices([*parts_of(folder, MODULES, table).parts, qt])
    assert all(
        part in said for part in ("httpx 0.28.1", "openssl 1.1.1k", "The Qt Company", "_internal/PySide6/Qt/lib")
    )
    assert "GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3" in said
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3" in said


# --- what is known to be wrong


def test_what_is_lived_with_has_a_reason_and_an_end(folder: Path, table: Path) -> None:
    accepted = read_accepted(ACCEPTED.read_text("utf-8"))
    last = max(each.until for each in accepted)
    parts = parts_of(folder, MODULES, table).parts
    assert list(ended_findings(parts, accepted, last)) == []
    assert [line[:14] for line in ended_findings(parts, accepted, last + timedelta(days=1))] == ["openssl 1.1.1k"]
    assert is_accepted("CVE-1", [Accepted("CVE-1", last)], last)
    assert not is_accepted("CVE-2", [Accepted("CVE-1", last)], date(2026, 1, 1))
