"""This desk's own certificate and key, as files: whether they belong together, and until when they serve."""

import ssl
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from terminal.doctor.hops import Cause, Finding, found
from terminal.ports import Clock

SOON: Final = timedelta(days=30)


def check_own_certificate(certificate: Path, key: Path, clock: Clock) -> Finding | None:
    """What is wrong with it, or will be soon; None when nothing is."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, lambda: "")
        own = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; its reason names no file
        return found(Cause.CERTIFICATE_UNUSABLE, getattr(error, "reason", None) or type(error).__name__)
    now, ends = clock.now(), own.not_valid_after_utc
    if now < own.not_valid_before_utc:
        return found(Cause.CERTIFICATE_NOT_YET, f"{own.not_valid_before_utc:%Y-%m-%d}")
    if now > ends:
        return found(Cause.CERTIFICATE_ENDED, f"{ends:%Y-%m-%d}")
    return found(Cause.CERTIFICATE_ENDS_SOON, f"{ends:%Y-%m-%d}") if ends - now < SOON else None
