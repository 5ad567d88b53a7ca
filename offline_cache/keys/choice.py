"""Which seal a store has: by the word in its key file or in the desk's configuration."""

from pathlib import Path

from offline_cache.keys.credential_seal import CredentialSeal
from offline_cache.keys.dpapi_seal import DpapiSeal
from offline_cache.keys.passphrase_seal import Ask, PassphraseSeal
from offline_cache.keys.seals import PracticeSeal, Seal
from terminal.problems import Problem, TerminalError


def seal_in(folder: Path, kind: str, credentials: Path | None = None, ask: Ask | None = None) -> Seal:
    """The seal of that kind for the store in `folder`; there is none beside these, and none that falls back to another.

    `credentials` is the unit's `$CREDENTIALS_DIRECTORY`; `ask` gives a passphrase. Raises `KEY_MISSING`.
    """
    match kind:
        case CredentialSeal.kind:
            return CredentialSeal(credentials, folder / CredentialSeal.SEALED)
        case PassphraseSeal.kind:
            return PassphraseSeal(folder, ask or _nobody)
        case DpapiSeal.kind:
            return DpapiSeal(folder)
        case PracticeSeal.kind:
            return PracticeSeal(folder)
        case _:
            raise TerminalError(Problem.KEY_MISSING, "key file: sealed in a way that this version does not know")


def _nobody() -> str:
    raise TerminalError(Problem.KEY_MISSING, "a passphrase is wanted, and nobody is there to type it")
