"""An invented site: its desk's configuration, its authorities, and the words that close its bundles."""

from datetime import UTC, datetime
from pathlib import Path

from terminal.configuration.settings import (
    Clinic,
    Configuration,
    Eligibility,
    HttpsService,
    Reader,
    ServiceKind,
    Store,
    Support,
)
from terminal.configuration.writing import written
from terminal.practice.authority import Authority

PHRASE = "いつもの 受付 あさの ことば 四つ"


def made_site(home: Path) -> Path:
    """A desk's configuration, with the practice authorities as those whom it trusts, and its own key."""
    Authority.make(datetime.now(UTC)).save(home)
    made = Configuration(
        Clinic("見本内科クリニック", "1319999999", "desk-1"),
        Eligibility(
            ServiceKind.HTTPS,
            https=HttpsService(
                "https://gateway.example/eligibility",
                home / "tls/ca.crt",
                home / "tls/client.crt",
                home / "tls/client.key",
            ),
        ),
        Reader(name="見本リーダー 00", anchors=home / "anchors"),
        store=Store(folder=home / "store"),
        support=Support(upstream="見本センター 03-0000-0000"),
    )
    (home / "desk.toml").write_text(written(made), "utf-8")
    return home
