"""What the practice box can do, as a Protocol. Each act returns at once and is done one after the other."""

from collections.abc import Callable
from typing import Protocol


class Hands(Protocol):
    """The hands of whoever practises."""

    def people(self) -> list[tuple[str, str, str]]:
        """Id, Japanese and English title of everyone in the deck."""

    def card_code(self, person_id: str) -> str:
        """The card code as it follows from what is printed on the person's card."""

    def pin(self, person_id: str) -> str:
        """The PIN that the person chose."""

    def lay(self, person_id: str, laid: Callable[[], None]) -> None:
        """Lays the person's card and stands them before the camera; `laid` is called after it, from any thread."""

    def take_away(self) -> None:
        """Takes the card away."""

    def cut_line(self, is_cut: bool) -> None:
        """Cuts the line to the service, or mends it."""

    def unplug_camera(self, is_unplugged: bool) -> None:
        """Pulls the camera's plug, or puts it back."""

    def faults(self) -> list[str]:
        """The words of what the practice service can do wrong; the first is nothing."""

    def set_fault(self, fault: str) -> None:
        """Has the practice service do that wrong from now on."""
