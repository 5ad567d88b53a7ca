"""A time stamp of someone else on a checkpoint (RFC 3161): the log was so when the authority says it was.

Pure but for the nonce. Stamped is the SHA-256 of the whole signed note, so that `openssl ts -verify -data` reads it.
The only file that imports rfc3161_client.
"""

from datetime import datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

QUERY_TYPE = "application/timestamp-query"  # RFC 3161, 3.4
MOST_BYTES = 65_536  # a stamp has some two to seven thousand


class StampWrong(ValueError):  # noqa: N818  # it says what is so, as the other outcomes do
    """The answer is no stamp of this note by this authority."""


def stamp_request(note: str) -> bytes:
    """The question to an authority, in DER; it asks for the certificates, too, and has a nonce."""
    builder = TimestampRequestBuilder(data=note.encode(), hash_algorithm=HashAlgorithm.SHA256)
    return builder.cert_request(cert_request=True).nonce(nonce=True).build().as_bytes()


def check_stamp(untrusted: bytes, note: str, roots_pem: bytes) -> datetime:
    """When an authority under one of the roots stamped the note, UTC. Raises `StampWrong`."""
    try:
        response = decode_timestamp_response(untrusted)
        builder = VerifierBuilder()
        for root in x509.load_pem_x509_certificates(roots_pem):
            builder = builder.add_root_certificate(root)
        if not builder.build().verify_message(response, note.encode()):
            raise StampWrong("not a stamp of this checkpoint")
    except (VerificationError, ValueError) as error:
        raise StampWrong(f"not a stamp that holds: {error}") from error
    return response.tst_info.gen_time
