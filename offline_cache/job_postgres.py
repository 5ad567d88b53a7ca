"""The jobs of several gateways in one PostgreSQL database.

Law: a gateway's run is one connection, which holds an advisory lock on the run's number; when the gateway or its line
ends PostgreSQL lets the lock go, and so another gateway knows at once, by no clock, that its jobs are free.
"""

import contextlib
import secrets
from collections.abc import Iterator
from importlib.resources import files

import psycopg

from offline_cache.database import Row
from terminal.problems import Problem, TerminalError

SCHEMA_LOCK = 0x756B6574  # "uket": held while the table is made
CONNECT_S = 3
_OPTIONS = "-c statement_timeout=5000 -c lock_timeout=5000 -c synchronous_commit=on -c client_min_messages=error"


class PostgresJobs:
    """Port `Sql` of `terminal.gateway.jobs`, for one thread. A lost connection is made anew, and is then a new run."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.owner = 0
        self._connection = self._connect()

    def is_running(self, owner: int) -> bool:
        """Whether the connection of that run still holds its lock."""
        if owner == self.owner:
            return True
        if not self.rows("SELECT pg_try_advisory_lock(?)", owner)[0][0]:
            return True
        self.rows("SELECT pg_advisory_unlock(?)", owner)
        return False

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        """Runs one statement and gives all its rows."""
        with self._translated():
            return self._open().execute(sql.replace("?", "%s"), parameters).fetchall()

    def change(self, sql: str, *parameters: object) -> int:
        """Runs one statement that changes rows, and gives their number."""
        with self._translated():
            return self._open().execute(sql.replace("?", "%s"), parameters).rowcount

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements within are on the server's disk when this ends, or none of them ever happened."""
        with self._translated(), self._open().transaction():
            yield

    def close(self) -> None:
        """Ends the connection, and with it this run."""
        self._connection.close()

    def _open(self) -> "psycopg.Connection[Row]":
        if self._connection.closed:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> "psycopg.Connection[Row]":
        with self._translated():
            connection = psycopg.connect(
                self._address,
                autocommit=True,
                connect_timeout=CONNECT_S,
                options=_OPTIONS,
                keepalives_idle=5,
                tcp_user_timeout=5000,
                application_name="uketsuke gateway",
            )
            try:
                self.owner = secrets.randbits(62)
                connection.execute("SELECT pg_advisory_lock(%s)", (self.owner,))
                _lay_out(connection)
            except psycopg.Error:
                connection.close()
                raise
        return connection

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            detail = f"PostgreSQL: {error.sqlstate or type(error).__name__}"
            raise TerminalError(Problem.STORE_UNREADABLE, detail) from error


def _lay_out(connection: "psycopg.Connection[Row]") -> None:
    """Makes the table where there is none yet; several gateways may start at once."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (SCHEMA_LOCK,))
        if connection.execute("SELECT to_regclass('job')").fetchone() == (None,):
            connection.execute("CREATE DOMAIN blob AS bytea")
            connection.execute((files("offline_cache") / "schema" / "gateway.sql").read_bytes())
