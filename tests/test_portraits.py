"""The portraits of the invented people: whole, as listed, and usable by card, camera and matcher."""

import hashlib
import tomllib

import numpy as np
import pytest

from device.face.detection import Detector
from device.face.embedding import Embedder
from device.face.pixels import Floats, Pixels
from device.face.portrait import declared_size, decode
from device.opencv import cv2
from device.virtual.camera import PORTRAITS, camera_pictures

CHIP_BYTES_AT_MOST = 7 * 1024
CHIP_SIZE = (180, 225)
CAMERA_SIZE = (640, 480)
SCORE_AT_LEAST = 0.9
SAME_PERSON_AT_LEAST = 0.80
TWINS = ("p24", "p25")
STRANGERS = ("p24", "p28")
INDEX = tomllib.loads((PORTRAITS / "index.toml").read_text(encoding="utf-8"))

everybody = pytest.mark.parametrize("face_id", INDEX)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def test_the_index_lists_every_picture_and_no_other() -> None:
    listed = {name for person in INDEX.values() for name in person["sha256"]}
    assert listed == {entry.name for entry in PORTRAITS.iterdir() if entry.name.endswith((".jp2", ".jpg"))}


@everybody
def test_a_person_has_four_files_with_the_listed_hashes(face_id: str) -> None:
    listed = INDEX[face_id]["sha256"]
    assert set(listed) == {f"{face_id}.jp2", *(f"{face_id}_cam{n}.jpg" for n in (1, 2, 3))}
    assert {name: hashlib.sha256((PORTRAITS / name).read_bytes()).hexdigest() for name in listed} == listed


@everybody
def test_a_person_is_told_by_sex_age_look_and_seed(face_id: str) -> None:
    person = INDEX[face_id]
    assert person["sex"] in ("f", "m")
    assert 0 < person["age"] <= 110
    assert person["look"]
    assert person["seed"] > 0


@everybody
def test_a_chip_photo_is_small_and_grey(face_id: str) -> None:
    photo = chip_photo(face_id)
    assert len(photo) <= CHIP_BYTES_AT_MOST
    assert declared_size(photo) == CHIP_SIZE
    as_stored = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_UNCHANGED)
    assert as_stored is not None
    assert as_stored.shape == CHIP_SIZE[::-1]


@everybody
def test_the_camera_pictures_are_of_its_size(face_id: str) -> None:
    assert {picture.shape for picture in camera_pictures(face_id)} == {(*CAMERA_SIZE[::-1], 3)}


@everybody
def test_one_face_is_plain_in_each_picture(face_id: str, detector: Detector) -> None:
    for picture in (decode(chip_photo(face_id)), *camera_pictures(face_id)):
        (face,) = detector.find(picture)
        assert face.score >= SCORE_AT_LEAST


@everybody
def test_the_person_before_the_camera_is_the_one_in_the_chip(
    face_id: str, detector: Detector, embedder: Embedder
) -> None:
    chip, live = both_sides(face_id, detector, embedder)
    assert chip @ live >= SAME_PERSON_AT_LEAST


def test_twins_are_more_alike_than_strangers(detector: Detector, embedder: Embedder) -> None:
    one, other = (both_sides(face_id, detector, embedder) for face_id in TWINS)
    stranger, passer_by = (both_sides(face_id, detector, embedder) for face_id in STRANGERS)
    assert one[0] @ other[1] > stranger[0] @ passer_by[1]


def chip_photo(face_id: str) -> bytes:
    return (PORTRAITS / f"{face_id}.jp2").read_bytes()


def both_sides(face_id: str, detector: Detector, embedder: Embedder) -> tuple[Floats, Floats]:
    """Unit embeddings: of the chip photo, and the mean of those of the camera pictures."""

    def embedding(picture: Pixels) -> Floats:
        return unit(embedder.embed(embedder.align(picture, detector.find(picture)[0])))

    live = [embedding(picture) for picture in camera_pictures(face_id)]
    return embedding(decode(chip_photo(face_id))), unit(np.asarray(np.mean(live, axis=0), np.float32))


def unit(embedding: Floats) -> Floats:
    return np.asarray(embedding / np.linalg.norm(embedding), np.float32)
