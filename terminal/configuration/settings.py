"""The settings of a desk, each with its explanation, its type and its default. Pure; no setting is a secret."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated


class ServiceKind(StrEnum):
    """Who is asked about eligibility."""

    FOLDER = "folder"  # the official link software's shared folders
    HTTPS = "https"  # a site's gateway
    FHIR = "fhir"  # a FHIR R4 server


class CardChecks(StrEnum):
    """Where the answer about a card comes from, in the link software's folders."""

    FACE = "face"  # the official reader beside the desk, whose results are paired with the holder
    REQ = "req"  # a question with the card's certificate: only link software that knows ours answers it


class SealKind(StrEnum):
    """Who keeps the store's key."""

    CREDENTIAL = "credential"  # systemd, from an encrypted credential (with a TPM2 where the machine has one)
    PASSPHRASE = "passphrase"  # noqa: S105  # typed at the start
    DPAPI = "dpapi"  # Windows, for the service's account


@dataclass(frozen=True)
class Clinic:
    """Who runs this desk."""

    name: Annotated[str, "as patients read it at the top of their screen"]
    institution_code: Annotated[str, "保険医療機関コード, 10 digits"]
    terminal: Annotated[str, "this desk's own name, unique at the site; stands in the access log"]


@dataclass(frozen=True)
class Reader:
    """The card readers; each name as PC/SC says it (`pcsc_scan -r`), or how that begins."""

    name: Annotated[str, "where patients lay their cards; empty: any reader without another role"] = ""
    desk: Annotated[str, "a second one, on the receptionist's side, for who cannot reach the first"] = ""
    staff: Annotated[str, "one for staff cards, or for doctors' signature cards: never asked for a patient's card"] = ""
    anchors: Annotated[Path | None, "folder of the authorities' certificates that an administrator imported"] = None


@dataclass(frozen=True)
class Staff:
    """How staff sign in; what is enough is a policy kept with the people (`uketsuke staff policy`)."""

    key_domain: Annotated[
        str,
        "whom security keys answer to, the same at every desk; an enrolled key keeps to the one before a change",
    ] = "reception.uketsuke.internal"  # `.internal` is nobody's on the internet (ICANN, 2024)


@dataclass(frozen=True)
class Camera:
    """The camera that looks at the patient."""

    device: Annotated[int, "0 is the first"] = 0


@dataclass(frozen=True)
class HttpsService:
    """A site's gateway."""

    url: Annotated[str, "https:// and nothing else"]
    ca_file: Annotated[Path, "who must have signed the gateway's certificate, PEM"]
    client_certificate: Annotated[Path, "this desk's certificate, PEM"]
    client_key: Annotated[Path, "its key, PEM; readable by the desk's user alone"]
    budget_seconds: Annotated[float, "how long a patient waits for an answer at most"] = 5.0


@dataclass(frozen=True)
class FolderService:
    """The official link software's shared folders."""

    folder: Annotated[Path, "where req, res and face lie"]
    card_checks: Annotated[
        CardChecks, "face: what the official reader finds, paired with the holder; req: we ask with the certificate"
    ] = CardChecks.FACE
    record: Annotated[Path, "file of what was asked, on this machine"] = Path("/var/lib/uketsuke/folder_jobs.db")
    most_age_minutes: Annotated[float, "official reader: how old a card's check may be"] = 10.0
    budget_seconds: Annotated[float, "how long a patient waits for an answer at most"] = 10.0


@dataclass(frozen=True)
class FhirService:
    """A FHIR R4 server."""

    url: Annotated[str, "the server's base address, https:// and nothing else"]
    ca_file: Annotated[Path, "who must have signed the server's certificate, PEM"]
    client_certificate: Annotated[Path, "this desk's certificate, PEM"]
    client_key: Annotated[Path, "its key, PEM; readable by the desk's user alone"]
    budget_seconds: Annotated[float, "how long a patient waits for an answer at most"] = 5.0


@dataclass(frozen=True)
class Eligibility:
    """Who is asked about eligibility; the table named by `service` must be there, the others need not."""

    service: Annotated[ServiceKind, "folder, https or fhir"]
    folder: FolderService | None = None
    https: HttpsService | None = None
    fhir: FhirService | None = None


class ReceiptCharset(StrEnum):
    """What files for the receipt computer are written in."""

    UTF_8 = "utf-8"
    CP932 = "cp932"
    JIS_X_0208 = "jis_x_0208"


@dataclass(frozen=True)
class Receipt:
    """Where confirmed answers go for the receipt computer; without this table nowhere."""

    folder: Annotated[Path, "where the receipt computer looks for result files, and takes them away"]
    record: Annotated[Path, "file of what was handed over, on this machine"] = Path("/var/lib/uketsuke/receipt.db")
    charset: Annotated[ReceiptCharset, "utf-8, cp932 (Shift_JIS of Windows), or jis_x_0208 (what claims may hold)"] = (
        ReceiptCharset.CP932
    )
    xml: Annotated[bool, "whether an OQS-style result is written"] = True
    csv: Annotated[bool, "whether a row of CSV is written"] = False


@dataclass(frozen=True)
class Store:
    """Everything encrypted on this machine."""

    folder: Annotated[Path, "the access log and the answers kept for outages"] = Path("/var/lib/uketsuke")
    seal: Annotated[SealKind, "credential (systemd), passphrase, or dpapi (Windows)"] = SealKind.CREDENTIAL
    noted_at: Annotated[
        Path | None, "second place for the log's signed end, best on another disk: shows a folder that was put back"
    ] = None


@dataclass(frozen=True)
class Log:
    """The access log."""

    identity_key: Annotated[
        Path | None,
        "auditors' public key, PEM (`uketsuke keys identity`): who a patient is, is sealed to it; without it, nothing",
    ] = None


@dataclass(frozen=True)
class Limits:
    """How far this desk goes on by itself; what is stopped is taken away alone, and patients are seen another way."""

    offline_warned_days: Annotated[float, "days without an answer from which reception is warned"] = 3.0
    offline_stopped_days: Annotated[float, "and from which stored answers are not shown; 30 at most"] = 30.0
    queue_warned: Annotated[int, "checks waiting to be asked again from which reception is warned"] = 200
    queue_stopped: Annotated[int, "and from which no more are taken in: they go on paper"] = 5000
    clock_warned_seconds: Annotated[float, "by how much this clock may differ from the service's"] = 60.0
    clock_stopped_seconds: Annotated[float, "and from which stored answers are not shown; 300 at most"] = 300.0


@dataclass(frozen=True)
class Windows:
    """What is on the screens."""

    language: Annotated[str, "ja or en: the language to begin with"] = "ja"
    kiosk: Annotated[bool, "whether the windows fill the screens and cannot be closed"] = False


class Listening(StrEnum):
    """Who hears what is said aloud."""

    JACK = "jack"  # the sound card tells whether earphones are plugged in; until then everyone around
    EARPHONES = "earphones"  # the card has nothing but earphones: a USB headset, a handset
    LOUDSPEAKER = "loudspeaker"  # everyone around, always


@dataclass(frozen=True)
class Sound:
    """The voice that guides patients through their screen."""

    card: Annotated[str, "the sound card, by name or number (`aplay -l`); empty: the default one"] = ""
    listening: Annotated[
        Listening, "jack, earphones or loudspeaker; what is personal is said through earphones alone"
    ] = Listening.JACK


@dataclass(frozen=True)
class Keys:
    """What stands on the keys of the patient's number pad, beside the digits; each setting may name several."""

    yes: Annotated[str, "yes, next: Enter, or characters"] = "Enter"
    no: Annotated[str, "no, back"] = "-"
    again: Annotated[str, "say it again"] = "+"
    call: Annotated[str, "call staff"] = "*."


@dataclass(frozen=True)
class Support:
    """Whom to phone, a name and a number each, and whom to ask the time; `uketsuke doctor` shows them."""

    machine: Annotated[str, "for this machine, its reader, its camera and its disk"] = ""
    network: Annotated[str, "for cable, router and names"] = ""
    gateway: Annotated[str, "for the gateway or the link software, and for certificates"] = ""
    upstream: Annotated[str, "the call centre of the eligibility service"] = ""
    time_server: Annotated[str, "NTP server that the clock is compared with; empty: what the gateway says"] = ""


@dataclass(frozen=True)
class Configuration:
    """One desk."""

    clinic: Clinic
    eligibility: Eligibility
    reader: Reader = Reader()
    camera: Camera = Camera()
    store: Store = Store()
    log: Log = Log()
    receipt: Receipt | None = None
    limits: Limits = Limits()
    windows: Windows = Windows()
    sound: Sound = Sound()
    keys: Keys = Keys()
    support: Support = Support()
    staff: Staff = Staff()
