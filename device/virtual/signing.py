"""The ways in which a card signs, told by P1 of PSO: COMPUTE DIGITAL SIGNATURE. Pure.

With RSA-2048 and SHA-256 there are six; with P-384 and SHA-384, which is for the next generation, one is known to us.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_private_key

_SIGNABLE = 245  # bytes that PKCS #1 v1.5 has room for in RSA-2048
_HASH = 32
_PKCS1 = padding.PKCS1v15()
_PSS = padding.PSS(padding.MGF1(SHA256()), _HASH)
_P384_HASH = _P384_HALF = 48


def signature(pkcs8: bytes, mode: int, data: bytes) -> bytes | None:
    """Signs; None when `data` has not the length that `mode` wants. Raises `LookupError` for an unknown mode."""
    match load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True):
        case RSAPrivateKey() as key:
            return _rsa(key, mode, data)
        case ec.EllipticCurvePrivateKey() as key if mode == 0x00:
            return plain_signature(key, data) if len(data) == _P384_HASH else None
        case _:
            raise LookupError(mode)


def plain_signature(key: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
    """ECDSA over a digest of SHA-384: r and s of 48 bytes each (BSI TR-03111, 5.2.1)."""
    halves = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(SHA384()))))
    return b"".join(half.to_bytes(_P384_HALF) for half in halves)


def _rsa(key: RSAPrivateKey, mode: int, data: bytes) -> bytes | None:
    match mode:
        case 0x00:  # exactly what is given, normally a DigestInfo
            return key.sign(data, _PKCS1, NoDigestInfo()) if len(data) <= _SIGNABLE else None
        case 0x01:  # the bare hash of a message
            return key.sign(hashlib.sha256(data).digest(), _PKCS1, NoDigestInfo())
        case 0x02:  # a hash, in a DigestInfo made by the card
            return key.sign(data, _PKCS1, Prehashed(SHA256())) if len(data) == _HASH else None
        case 0x03:  # a message
            return key.sign(data, _PKCS1, SHA256())
        case 0x04:  # a hash, RSASSA-PSS
            return key.sign(data, _PSS, Prehashed(SHA256())) if len(data) == _HASH else None
        case 0x05:  # a message, RSASSA-PSS
            return key.sign(data, _PSS, SHA256())
        case _:
            raise LookupError(mode)
