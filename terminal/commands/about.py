"""The figures that the about box names, from where they are used."""

from importlib.metadata import version

from device.face.measured import TOLD
from device.face.policy import POLICY


def about_facts() -> dict[str, str]:
    """By the names that the words of the about box have for them."""
    lines = {"accept": f"{POLICY.accept:g}", "doubtful": f"{POLICY.doubtful:g}"}
    return {"version": version("uketsuke")} | lines | {name: f"{number:,}" for name, number in TOLD.items()}
