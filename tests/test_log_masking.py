"""A copy with masked fields still verifies, by three verifiers, and tells nothing of what was masked."""

import json
import re
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_bundles import FOR, build_checker, verdicts, zipped
from standing import FixedClock

from offline_cache.keys import PracticeSeal
from offline_cache.store import open_store
from terminal.access_log.access import Access, Action
from terminal.access_log.entry import (
    EntryUnreadable,
    enter,
    read_entry,
    read_verified,
    seq_of,
    texts_of,
    write_entry,
    write_texts,
)
from terminal.access_log.masking import (
    SEED_BYTES,
    MaskedField,
    MaskWrong,
    OpenField,
    check_copied,
    check_fields,
    copied_fields,
    leaf_content,
    masked_plain,
    plain_of,
    seal,
    seal_texts,
)
from terminal.access_log.tree import leaf_hash
from terminal.commands.log import run

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SEED = bytes(range(SEED_BYTES))
NAMES = ["actor", "visit", "subject", "method", "outcome", "reason", "details", "terminal"]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
MASKS = st.frozensets(st.sampled_from(NAMES))


def plain(seq: int = 3, actor: str = "reception", reason: str = "why") -> bytes:
    access = Access(Action.ANSWER_SHOWN, "visit-1", actor, None, "face", "confirmed", reason, (("a", "b"),))
    return write_entry(enter(access, seq=seq, at=NOW, terminal="受付", subject="ab" * 16))


def record(folder: Path, count: int) -> None:
    with closing(open_store(folder, PracticeSeal(folder), FixedClock(NOW), "desk 1")) as store:
        accesses = [Access(Action.HOLDER_READ, f"visit-{n}", "hanako", b"certificate %d" % n) for n in range(count)]
        store.journal.record_all(accesses)


@given(TEXTS, st.sampled_from([1, 2]), st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES))
def test_an_entry_sealed_as_it_is_written_is_as_one_that_is_read_again(text: str, version: int, seed: bytes) -> None:
    texts = texts_of(replace(read_entry(plain(actor=text)), version=version))
    written = write_texts(texts)
    assert write_entry(read_entry(written)) == write_entry(read_verified(written)) == written
    assert seal_texts(written, texts, seed) == seal(written, seed)
    check_fields(seal(written, seed))


@given(TEXTS, MASKS, st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES))
def test_whatever_is_masked_the_leaf_commits_to_it(text: str, masked: frozenset[str], seed: bytes) -> None:
    stored = seal(plain(actor=text, reason=text), seed)
    fields = copied_fields(stored, masked)
    check_copied(leaf_content(stored), 3, fields)
    assert {name for name, field in fields.items() if isinstance(field, MaskedField)} == masked
    assert seq_of(stored) == 3


@given(st.sampled_from(NAMES), MASKS, TEXTS)
def test_no_other_value_fits_the_leaf(name: str, masked: frozenset[str], value: str) -> None:
    stored = seal(plain(), SEED)
    fields = copied_fields(stored, masked)
    field = fields[name]
    if isinstance(field, MaskedField) or field.value == value:
        return
    with pytest.raises(MaskWrong):
        check_copied(leaf_content(stored), 3, fields | {name: OpenField(field.salt, value)})


def test_fields_left_out_or_added_are_found() -> None:
    stored = seal(plain(), SEED)
    fields = copied_fields(stored, frozenset())
    for changed in (
        {name: field for name, field in fields.items() if name != "actor"},
        fields | {"extra": OpenField("00" * 16, "")},
        copied_fields(seal(plain(4), SEED), frozenset()),
        copied_fields(stored, {"seq"}),
        {},
    ):
        with pytest.raises(MaskWrong):
            check_copied(leaf_content(stored), 3, changed)


@given(st.integers(0, 10**6), st.integers(0, 255))
def test_whatever_byte_is_changed_the_leaf_is_another(place: int, byte: int) -> None:
    stored = bytearray(seal(plain(), SEED))
    before = leaf_hash(bytes(stored))
    place %= len(stored)
    if stored[place] != byte:
        stored[place] = byte
        assert leaf_hash(bytes(stored)) != before


def test_open_fields_and_their_salts_do_not_lead_to_a_masked_one() -> None:
    """The guess that would be right finds nothing, with any salt that the copy shows."""
    stored = seal(plain(), SEED)
    fields = copied_fields(stored, {"actor"})
    masked = fields["actor"]
    assert isinstance(masked, MaskedField)
    salts = [bytes.fromhex(field.salt) for field in fields.values() if isinstance(field, OpenField)]
    assert len(set(salts)) == len(salts)
    shown = json.loads(leaf_content(stored))
    hexes = [bytes.fromhex(shown[name]) for name in ("fields", "bytes")]
    for salt in [*salts, *hexes, b"", bytes(16)]:
        for guess in (b"%bactor\0reception", b"%breception", b"actor\0reception%b"):
            assert sha256(guess % salt).hexdigest() != masked.commitment
        for below in (b"", b"\n", b"\n%b%b" % (salt.hex().encode(), shown["fields"].encode())):
            assert sha256(plain() + below).hexdigest() != shown["bytes"]
    assert SEED.hex().encode() not in leaf_content(stored)


def test_two_entries_of_one_person_do_not_show_it_when_masked() -> None:
    one, other = (copied_fields(seal(plain(), bytes([n]) * 16), {"subject"})["subject"] for n in (1, 2))
    assert one != other


def test_what_is_no_stored_entry_is_its_own_leaf() -> None:
    assert leaf_content(plain()) == plain()
    assert leaf_hash(plain()) == sha256(b"\x00" + plain()).digest()
    with pytest.raises(MaskWrong):
        copied_fields(plain(), {"actor"})


def test_bytes_and_commitments_that_do_not_agree_are_found() -> None:
    """As a writer would write them who shows one thing to the machine and another to the auditor."""
    lied = seal(plain(actor="another"), SEED)[-96:]
    check_fields(seal(plain(), SEED))
    with pytest.raises(MaskWrong):
        check_fields(plain() + b"\n" + lied)


def test_a_writer_who_lied_is_found_by_the_fields_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def lying(line: bytes, _: object, seed: bytes) -> bytes:
        return line.replace(b"hanako", b"taro") + seal(line, seed)[-97:]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("offline_cache.journal_draft.seal_texts", lying)
        record(tmp_path / "store", 3)
    assert run(["verify", str(tmp_path / "store")]) == 0
    assert run(["verify", str(tmp_path / "store"), "--fields"]) == 1
    assert "the first bad entry is entry 0: its fields are not those" in capsys.readouterr().err
    for form in ("csv", "bundle"):
        order = ["export", str(tmp_path / "store"), "--format", form, "--out", str(tmp_path / form), *FOR]
        assert run([*order, "--mask", "actor"]) != 0
        assert not (tmp_path / form).exists()


@given(TEXTS)
def test_the_entry_is_read_from_its_stored_bytes(text: str) -> None:
    stored = seal(plain(actor=text), SEED)
    assert read_entry(stored) == read_entry(plain_of(stored)) == read_verified(stored)
    with pytest.raises(EntryUnreadable):
        read_entry(leaf_content(stored))


def test_a_flat_copy_has_masked_fields_empty() -> None:
    entry = read_entry(masked_plain(plain(), {"actor", "details"}))
    assert (entry.actor, entry.details, entry.reason) == ("", (), "why")


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    return build_checker(tmp_path_factory.mktemp("go"))


def test_a_masked_bundle_verifies_and_holds_none_of_the_masked_values(tmp_path: Path, checker: Path | None) -> None:
    record(tmp_path / "store", 300)
    out = tmp_path / "log.zip"
    order = ["export", str(tmp_path / "store"), "--format", "bundle", "--out", str(out), *FOR]
    assert run([*order, "--mask", "actor,subject,visit"]) == 0
    with zipfile.ZipFile(out) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    content = files["entries.jsonl"] + files["fields.jsonl"]
    assert b"hanako" not in content
    assert b"visit-" not in content
    assert content.count(b"holder_read") == 300
    assert json.loads(files["manifest.json"])["masked"] == ["actor", "subject", "visit"]
    assert [code for code, _ in verdicts(out, checker)] == [0] * len(verdicts(out, checker))

    lied = files | {"fields.jsonl": re.sub(rb'"holder_read"', b'"pin_sent"', files["fields.jsonl"], count=1)}
    for code, said in verdicts(zipped(out, lied), checker):
        assert code == 1
        assert "the first bad entry is entry 0: " in said


@pytest.mark.parametrize("form", ["csv", "jsonl", "fhir", "dicom"])
def test_every_form_leaves_masked_fields_out(tmp_path: Path, form: str) -> None:
    record(tmp_path / "store", 3)
    out = tmp_path / "copy"
    assert run(["export", str(tmp_path / "store"), "--format", form, "--out", str(out), *FOR, "--mask", "actor"]) == 0
    assert b"hanako" not in out.read_bytes()
    assert out.read_bytes().count(b"holder_read") >= 3


def test_a_field_that_cannot_be_masked_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(tmp_path / "store", 1)
    assert run(["export", str(tmp_path / "store"), "--out", str(tmp_path / "copy"), *FOR, "--mask", "seq"]) == 2
    assert "seq: only" in capsys.readouterr().err
