"""A gateway's parts, wired as its configuration says: service, job store, HTTPS server."""

import shlex
from contextlib import ExitStack
from datetime import timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_cache.job_file import open_job_file
from offline_cache.job_postgres import PostgresJobs
from terminal.clock import SystemClock
from terminal.commands.configured import seal_of, service_of
from terminal.commands.keys_beginning import has_store
from terminal.configuration.settings import ServiceKind, Store
from terminal.gateway.gateway import Gateway
from terminal.gateway.jobs import Jobs, Sql
from terminal.gateway.server import GatewayServer, tls_for_kiosks
from terminal.gateway.service import service
from terminal.gateway.settings import GatewayConfiguration, JobStore
from terminal.ports import EligibilityService
from terminal.problems import Problem, TerminalError

KEY_BYTES = 32
GRACE_SECONDS = 1.0  # beyond the longest wait of a kiosk


class GatewayRoom:
    """A gateway whose `server` is ready to run. Close it at the end. Raises `TerminalError`, with all closed again."""

    def __init__(self, configuration: GatewayConfiguration) -> None:
        line, store = configuration.gateway, configuration.store
        with ExitStack() as furniture:
            tls = tls_for_kiosks(line.certificate, line.key, line.ca_file, line.crl_file)
            kek = _kek(store)
            sql = _open_sql(store, kek)
            furniture.callback(sql.close)
            lanes = _lanes(configuration, furniture)
            jobs = Jobs(sql, _derived(kek, "jobs"))
            keep = timedelta(hours=store.keep_hours)
            gateway = Gateway(jobs, lanes, line.institution_code, SystemClock(), keep)
            furniture.pop_all()  # they are the gateway's to close from here on
            furniture.callback(gateway.close)
            app = service(gateway, line.answer_seconds)
            self.server = GatewayServer(app, tls, line.host, line.port, line.answer_seconds + GRACE_SECONDS)
            self._furniture = furniture.pop_all()

    def close(self) -> None:
        """Lets the questions under way end, and closes everything."""
        self._furniture.close()


def _kek(store: JobStore) -> bytes:
    """What the seal keeps. Raises as the seal does; where no key was made yet, with the command that makes it."""
    try:
        return seal_of(Store(folder=store.folder, seal=store.seal)).open()
    except TerminalError as error:
        if not isinstance(error.__cause__, FileNotFoundError) or has_store(store.folder):
            raise
        place = ["--store", str(store.folder), "--seal", str(store.seal), "--terminal", "gateway"]
        command = shlex.join(["uketsuke", "keys", "init", *place])
        told = f"no key was made for this gateway yet. This makes it: {command}"
        raise TerminalError(Problem.KEY_MISSING, told) from error


def _lanes(configuration: GatewayConfiguration, furniture: ExitStack) -> list[EligibilityService]:
    """The folders take many questions at once and stand in every lane; an HTTPS line takes one."""
    eligibility, line = configuration.eligibility, configuration.gateway
    lanes: list[EligibilityService] = []
    while len(lanes) < (1 if eligibility.service is ServiceKind.FOLDER else line.lanes):
        lanes.append(service_of(eligibility, line.institution_code))
        furniture.callback(lanes[-1].close)
    return lanes * (line.lanes // len(lanes))


def _open_sql(store: JobStore, kek: bytes) -> Sql:
    return PostgresJobs(store.database) if store.database else open_job_file(store.folder, _derived(kek, "file"))


def _derived(kek: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"uketsuke gateway {use}".encode()).derive(kek)
