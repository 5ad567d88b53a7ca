"""The settings of a gateway, each with its explanation, its type and its default. Pure; no setting is a secret."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from terminal.configuration.reading import eligibility_disagreements, institution_disagreements
from terminal.configuration.settings import Eligibility, SealKind

POSTGRES_SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True)
class Line:
    """Where kiosks come in."""

    institution_code: Annotated[str, "保険医療機関コード, 10 digits; questions of another institution are refused"]
    certificate: Annotated[Path, "the gateway's certificate, PEM"]
    key: Annotated[Path, "its key, PEM; readable by the gateway's user alone"]
    ca_file: Annotated[Path, "who must have signed a kiosk's certificate, PEM; its subject is the kiosk's name"]
    crl_file: Annotated[Path | None, "which of those are revoked, PEM; an old list admits nobody"] = None
    host: Annotated[str, "the address to listen on"] = "0.0.0.0"  # noqa: S104 - kiosks are on the site's network
    port: Annotated[int, "the port to listen on; 0: any"] = 8443
    lanes: Annotated[int, "how many questions are put to the service at once"] = 8
    answer_seconds: Annotated[float, "how long a kiosk waits; a later answer is there when it asks again"] = 2.5


@dataclass(frozen=True)
class JobStore:
    """What was asked and answered, for the same question asked again and for after a crash."""

    folder: Annotated[Path, "the encrypted file, where no database is named"] = Path("/var/lib/uketsuke-gateway")
    database: Annotated[str, "postgresql://… without a password, for several gateways; empty: the file"] = ""
    seal: Annotated[SealKind, "credential, passphrase or dpapi; several gateways share one key"] = SealKind.CREDENTIAL
    keep_hours: Annotated[int, "how long an answer is kept"] = 24


@dataclass(frozen=True)
class GatewayConfiguration:
    """One gateway."""

    gateway: Line
    eligibility: Eligibility
    store: JobStore = JobStore()


def disagreements(made: GatewayConfiguration) -> Iterator[str]:
    """What is wrong with settings that are each of their kind."""
    yield from institution_disagreements("gateway", made.gateway.institution_code)
    yield from eligibility_disagreements(made.eligibility)
    if not 1 <= made.gateway.lanes <= 64:
        yield "[gateway] lanes: 1 to 64 is wanted"
    if made.gateway.answer_seconds <= 0:
        yield "[gateway] answer_seconds: more than 0 is wanted"
    if made.store.keep_hours < 1:
        yield "[store] keep_hours: 1 or more is wanted"
    if made.store.database:
        address = urlsplit(made.store.database)
        if address.scheme not in POSTGRES_SCHEMES:
            yield "[store] database: it must begin with postgresql://"
        if address.password:
            yield "[store] database: no password here; PostgreSQL reads it from the password file (pgpass)"
