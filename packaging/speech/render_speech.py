"""Speaks every sentence of `ui/speech/sentences.py` into `ui/speech/recordings/`: `./run speech`, at the author's desk.

Only what has no recording is spoken, and what is said no more is deleted. Nothing is fetched here or at run time.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyopenjtalk

from ui.speech.recordings import FOLDER, VOICES, place_of
from ui.speech.sentences import sentences
from ui.words.ruby import without_ruby

READINGS = tomllib.loads((Path(__file__).parent / "readings.toml").read_text("utf-8"))
KBIT_PER_SECOND = 16
JAPANESE_SPEED = 0.92
ENGLISH_STRETCH = 1.12
PEAK = 0.8 * 32767
SILENCE_SECONDS = 0.12  # between sentences


def main() -> int:
    """Renders each voice, and says how large they have become."""
    for language in VOICES:
        texts = sentences(language)
        wanted = {place_of(language, text) for text in texts}
        for gone in set((FOLDER / language).glob("*.opus")) - wanted:
            gone.unlink()
        new = [text for text in texts if not place_of(language, text).exists()]
        for text in new:
            _record(ENGINES[language], _as_read(text, language), place_of(language, text))
        size = sum(path.stat().st_size for path in wanted)
        print(f"{language}: {len(wanted)} recordings, {len(new)} new, {size / 1e6:.1f} MB")
    return 0


def _as_read(text: str, language: str) -> str:
    """What is put before the engine: numbers digit by digit, signs as words, lines as sentences."""
    for written, read in READINGS[language.removesuffix("-easy")].items():
        text = text.replace(written, read)
    text = re.sub(r"\d{6}|(?<= )\d{4}\b(?!年)", lambda digits: " ".join(digits[0]), without_ruby(text))
    if language == "ja-easy":
        text = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)  # its spaces are for the eye
    return text.replace("\n", ". " if language == "en" else "。")


def _record(engine: Callable[[str, Path], None], text: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder, "spoken.wav")
        engine(text, spoken)
        subprocess.run(
            ["opusenc", "--quiet", "--speech", "--bitrate", str(KBIT_PER_SECOND), "--framesize", "40",
             "--serial", "1", "--padding", "0", str(spoken), str(place)],
            check=True,
        )  # fmt: skip


def _japanese(text: str, path: Path) -> None:
    sound, rate = pyopenjtalk.tts(text, speed=JAPANESE_SPEED)
    _write(np.asarray(sound), rate, path)


def _english(text: str, path: Path) -> None:
    raw = path.with_suffix(".raw.wav")
    command = ["flite", "-voice", "slt", "--setf", f"duration_stretch={ENGLISH_STRETCH}", "-t", text, "-o", str(raw)]
    subprocess.run(command, check=True)
    with wave.open(str(raw)) as read:
        sound = np.frombuffer(read.readframes(read.getnframes()), dtype=np.int16).astype(float)
        _write(sound, read.getframerate(), path)


def _write(sound: "np.ndarray", rate: int, path: Path) -> None:
    """One channel of 16 bits, as loud as every other sentence."""
    loudest = np.abs(sound).max()
    if not loudest:
        raise RuntimeError("the engine said nothing")
    quiet = np.zeros(round(rate * SILENCE_SECONDS))
    with wave.open(str(path), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(np.concatenate([sound * PEAK / loudest, quiet]).astype("<i2").tobytes())


ENGINES = {"ja": _japanese, "ja-easy": _japanese, "en": _english}

if __name__ == "__main__":
    sys.exit(main())
