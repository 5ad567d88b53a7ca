"""`uketsuke face` by its own processes: decisions on invented people, rates over a table, and each bad file by name."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import parse

from device.face.acquisition import PictureUnusable, Sample, acquire_all
from device.face.policy import POLICY
from device.face.quality import Hint
from device.opencv import cv2
from device.virtual.camera import PORTRAITS
from terminal.commands.face import run
from terminal.commands.face_compare import Decision, judge
from terminal.commands.face_evaluate import Acquired, measure
from terminal.commands.face_pairs import PairsUnreadable, read_pairs

Capture = pytest.CaptureFixture[str]
FOLDER = Path(str(PORTRAITS))
QUALITY = {"width_px", "cut_off", "roll_degrees", "yaw", "pitch", "brightness", "overexposed", "sharpness"}
PERSON = np.eye(128, dtype=np.float32)[0]
STRANGER = np.eye(128, dtype=np.float32)[1]


def cam(person: str, number: int) -> str:
    return str(FOLDER / f"{person}_cam{number}.jpg")


def chip(person: str) -> str:
    return str(FOLDER / f"{person}.jp2")


def wall(folder: Path) -> str:
    """A picture of nobody."""
    file = folder / "wall.png"
    assert cv2.imwrite(str(file), np.full((480, 640, 3), 180, np.uint8))
    return str(file)


def table(folder: Path, rows: Iterable[Sequence[object]], header: str = "reference,probe,same,group") -> Path:
    path = folder / "pairs.csv"
    with path.open("w", newline="") as file:
        file.write(header + "\n")
        csv.writer(file).writerows(rows)
    return path


def compared(capsys: Capture, *arguments: str) -> dict[str, object]:
    assert run(["compare", *arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


# --- compare ----------------------------------------------------------------------------------------------------------


def test_the_holder_is_accepted_and_json_has_these_keys(capsys: Capture) -> None:
    found = compared(capsys, chip("p01"), cam("p01", 1), cam("p01", 2), cam("p01", 3))
    assert list(found) == ["similarity", "decision", "frames"]
    assert found["decision"] == "accept"
    frames = found["frames"]
    assert isinstance(frames, list)
    assert [frame["file"] for frame in frames] == [cam("p01", number) for number in (1, 2, 3)]
    assert all(frame["used"] and frame["hint"] is None and set(frame["quality"]) >= QUALITY for frame in frames)


def test_a_stranger_is_rejected(capsys: Capture) -> None:
    assert compared(capsys, chip("p20"), cam("p12", 1))["decision"] == "reject"


def test_nobody_in_the_frame_is_no_face(capsys: Capture, tmp_path: Path) -> None:
    found = compared(capsys, chip("p01"), wall(tmp_path))
    assert (found["decision"], found["similarity"]) == ("no_face", None)


def test_words_for_a_person_name_decision_similarity_and_frames(capsys: Capture, tmp_path: Path) -> None:
    assert run(["compare", cam("p01", 1), cam("p01", 2), wall(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "accept: the same person" in said.out
    assert f"on 1 frame of the {POLICY.frames} that the desk takes" in said.out
    assert f"{wall(tmp_path)}" in said.out
    assert "nobody" in said.out


def sample(embedding: "np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None", hint: Hint | None = None) -> Sample:
    return Sample(hint, {"yaw": np.inf}, embedding)


@pytest.mark.parametrize(
    ("portrait", "frames", "decision"),
    [
        (sample(PERSON), [sample(PERSON)], Decision.ACCEPT),
        (sample(PERSON), [sample(STRANGER)] * 3, Decision.REJECT),
        (sample(PERSON), [sample(PERSON), sample(STRANGER)], Decision.LOOK),
        (sample(PERSON), [sample(PERSON, Hint.TOO_DARK)], Decision.POOR),
        (sample(PERSON), [sample(None, Hint.ONE_PERSON_ONLY), sample(None, Hint.NOBODY)], Decision.POOR),
        (sample(PERSON), [sample(STRANGER, Hint.TOO_DARK), sample(PERSON)], Decision.ACCEPT),
        (sample(PERSON), [sample(None, Hint.NOBODY)], Decision.NO_FACE),
        (sample(None, Hint.NOBODY), [sample(PERSON)] * 3, Decision.NO_FACE),
        (sample(PERSON, Hint.COME_CLOSER), [sample(PERSON)], Decision.ACCEPT),
    ],
)
def test_the_decision_rests_on_good_frames_alone(portrait: Sample, frames: list[Sample], decision: Decision) -> None:
    found = judge(portrait, [Path("x")] * len(frames), frames)
    assert found["decision"] is decision
    assert (found["similarity"] is None) == (decision in (Decision.POOR, Decision.NO_FACE))
    json.dumps(found, allow_nan=False)


# --- files that are none ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["compare", chip("p01"), "{bad}"], ["compare", "{bad}", cam("p01", 1)]])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no such file"),
        (b"", "empty"),
        (b"not a picture", "neither JPEG nor PNG nor JP2"),
        ((FOLDER / "p01_cam1.jpg").read_bytes()[:9000], "cut short"),
    ],
    ids=["absent", "empty", "text", "truncated"],
)
def test_a_file_that_cannot_be_read_is_named_in_one_sentence(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], content: bytes | None, why: str
) -> None:
    bad = tmp_path / "bad.jpg"
    if content is not None:
        bad.write_bytes(content)
    assert run([argument.format(bad=bad) for argument in arguments]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"uketsuke face: {bad}: ")
    assert why in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["compare"], ["compare", "x.jp2"], ["evaluate"], ["measure"]])
def test_wrong_arguments_are_two(arguments: list[str]) -> None:
    assert run(arguments) == 2


def test_help_is_no_error(capsys: Capture) -> None:
    assert run(["evaluate", "--help"]) == 0
    assert "reference, probe, same" in capsys.readouterr().out


def test_the_command_needs_neither_qt_nor_a_camera() -> None:
    code = (
        "import sys, terminal.commands.face; "
        "bad = [name for name in sys.modules if name.startswith(('PySide6', 'device.camera', 'device.virtual'))]; "
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# --- evaluate ---------------------------------------------------------------------------------------------------------


def test_pictures_to_rates_over_a_table_with_relative_paths(capsys: Capture, tmp_path: Path) -> None:
    people = ("p01", "p12", "p20")
    for name in [f"{person}.jp2" for person in people] + [f"{person}_cam1.jpg" for person in people]:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    rows = [(f"{one}.jp2", f"./{two}_cam1.jpg", int(one == two), one) for one in people for two in people]
    path = table(tmp_path, [*rows, ("p01.jp2", wall(tmp_path), 1, "")])
    assert run(["evaluate", str(path), "--json", "--roc", str(tmp_path / "roc.svg")]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert said.err == ""  # no progress, for it is no terminal
    assert (found["images"], found["images_without_face"]) == (7, 1)
    assert found["pairs"] == {"genuine": 4, "impostor": 6}
    assert found["failure_to_acquire"] == {"genuine": 1, "impostor": 0}
    assert found["thresholds"]["accept"]["fnmr"]["of"] == 3
    assert found["thresholds"]["accept"]["fnmr"]["errors"] == 0
    assert found["fnmr_at_fmr"][0] == {"fmr": 0.01, "needs_impostor_pairs": 300}
    assert list(found["groups"]) == list(people)
    root = parse(tmp_path / "roc.svg").getroot()
    assert root is not None
    assert root.tag.endswith("svg")


def test_words_of_an_evaluation_say_what_cannot_be_told(capsys: Capture, tmp_path: Path) -> None:
    path = table(tmp_path, [(chip("p01"), cam("p01", 1), 1, "a\x1b[2J")])
    assert run(["evaluate", str(path)]) == 0
    said = capsys.readouterr().out
    assert "needs at least 3000 impostor pairs" in said
    assert "bootstrap over pairs" in said
    assert "no pair" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "line 1: the first line names no column reference and no column probe and no column same"),
        (b"reference,probe\n", "line 1: the first line names no column same"),
        (b"reference,probe,same\n", "there is no pair in it"),
        (b"reference,probe,same\na,b,yes\n", "line 2: same is 'yes', neither 0 nor 1"),
        (b"reference,probe,same\na,b,1\na,b\n", "line 3: same is None, neither 0 nor 1"),
        (b"reference,probe,same\n,b,1\n", "line 2: a picture is not named"),
        (b"reference,probe,same\na\xff,b,1\n", "not UTF-8"),
        (b'reference,probe,same\n"a,b,1\n', "unexpected end of data"),
    ],
)
def test_a_table_that_cannot_be_read_is_named_with_its_line(
    capsys: Capture, tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(content)
    assert run(["evaluate", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"uketsuke face: {path}: ")
    assert why in said


def test_an_absent_table_and_an_absent_picture_are_named(capsys: Capture, tmp_path: Path) -> None:
    assert run(["evaluate", str(tmp_path / "none.csv")]) == 2
    assert "none.csv: No such file" in capsys.readouterr().err
    assert run(["evaluate", str(table(tmp_path, [(chip("p01"), "gone.jpg", 1, "")]))]) == 2
    assert f"{tmp_path / 'gone.jpg'}: there is no such file" in capsys.readouterr().err


def test_each_picture_is_numbered_once_however_it_is_written(tmp_path: Path) -> None:
    rows = [("a.jpg", "b.jpg", 1), (tmp_path / "a.jpg", "./x/../b.jpg", 0)]
    pairs = read_pairs(table(tmp_path, rows, "reference,probe,same"))
    assert pairs.files == [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    assert (list(pairs.reference), list(pairs.probe), list(pairs.same)) == ([0, 0], [1, 1], [1, 0])


def test_a_table_as_a_spreadsheet_saves_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_bytes("\ufeffsame,note,reference,probe\r\n1,x,a,b\r\n".encode())
    assert list(read_pairs(tmp_path / "pairs.csv").same) == [1]
    with pytest.raises(PairsUnreadable):
        read_pairs(table(tmp_path, [("a", "b", 2)], "reference,probe,same"))


def test_many_people_are_told_by_their_reference_and_their_levels_measured(tmp_path: Path) -> None:
    """Embeddings of 40 invented people stand in for pictures: each at a known angle to their own reference."""
    random = np.random.default_rng(3)
    references = random.normal(size=(40, 128))
    probes = references + random.normal(size=(40, 128)) * 0.8
    embeddings = np.concatenate([references, probes]).astype(np.float32)
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    rows = [(f"r{one}", f"p{two}", int(one == two), "") for one in range(40) for two in range(40)]
    pairs = read_pairs(table(tmp_path, rows))
    order = [int(file.name[1:]) + (40 if file.name[0] == "p" else 0) for file in pairs.files]
    nobody = np.zeros(80, np.bool_)
    found, trials = measure(pairs, Acquired(embeddings[order], nobody, nobody, 1.0))
    assert (found["intervals_over"], found["people"], found["groups"]) == ("people", 40, {})
    assert trials.similarity[trials.same].mean() == pytest.approx(0.78, abs=0.05)
    assert found["fnmr_at_fmr"][0]["fnmr"]["of"] == 40
    assert found["fnmr_at_fmr"][1] == {"fmr": 1e-3, "needs_impostor_pairs": 3000}


# --- acquisition ------------------------------------------------------------------------------------------------------


def test_samples_come_in_order_from_several_processes(tmp_path: Path) -> None:
    paths = [Path(cam("p01", 1)), Path(wall(tmp_path))] * 6
    samples = list(acquire_all(paths, 2))
    assert [sample.hint is Hint.NOBODY for sample in samples] == [False, True] * 6
    assert "embedding" not in repr(samples[0])


def test_the_first_bad_file_ends_it_and_no_process_stays(tmp_path: Path) -> None:
    before = children()
    with pytest.raises(PictureUnusable, match="gone"):
        list(acquire_all([Path(cam("p01", 1)), tmp_path / "gone.jpg", *[Path(cam("p01", 1))] * 50], 2))
    assert children() == before


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
