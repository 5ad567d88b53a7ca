"""The networks' files: only the published ones are used, and the graph repair drops nothing but dangling inputs."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.face import models
from device.face.models import YUNET, checked, keep_inputs, read_sface, read_yunet
from terminal.problems import Problem, TerminalError

REPAIRED_SFACE = "487a139eb85ccd5ff30aef7d0add7f12d2bb7abb90c5f08a7f481b452a660e00"
GRAPH, INPUT, NODE, NAME = 7, 11, 1, 1  # onnx.proto


def field(number: int, payload: bytes) -> bytes:
    size, length = len(payload), b""
    while size > 0x7F:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + payload


def test_the_repaired_embedder_is_byte_for_byte_the_one_that_was_measured() -> None:
    assert sha256(read_sface()).hexdigest() == REPAIRED_SFACE


def test_one_changed_byte_and_the_model_is_refused() -> None:
    changed = bytearray(read_yunet())
    changed[1000] ^= 1
    with pytest.raises(TerminalError) as caught:
        checked(YUNET, bytes(changed))
    assert caught.value.problem is Problem.FACE_MODEL_WRONG


def test_a_model_that_is_not_installed_is_said_to_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "PACKAGE", "no_such_distribution")
    with pytest.raises(TerminalError) as caught:
        read_yunet()
    assert caught.value.problem is Problem.FACE_MODEL_WRONG


names = st.binary(min_size=1, max_size=200)


@given(inputs=st.lists(names), nodes=st.lists(names), kept=st.sets(names, max_size=3), version=st.integers(0, 127))
def test_only_inputs_that_are_not_named_are_dropped(
    inputs: list[bytes], nodes: list[bytes], kept: set[bytes], version: int
) -> None:
    kept |= set(inputs[:1])

    def model(of_inputs: list[bytes]) -> bytes:
        graph = b"".join(field(NODE, node) for node in nodes)
        graph += b"".join(field(INPUT, field(NAME, name)) for name in of_inputs)
        return bytes([1 << 3, version]) + field(GRAPH, graph)

    assert keep_inputs(model(inputs), kept) == model([name for name in inputs if name in kept])


@given(st.binary(max_size=200))
def test_whatever_is_not_a_model_is_refused_in_one_way(garbage: bytes) -> None:
    try:
        keep_inputs(garbage, {b"data"})
    except ValueError:
        return
