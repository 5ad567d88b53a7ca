"""A question into `req`, once at most: record, write, sync, rename.

Law: what is on record is not put again, whatever happened to it. A program that ends between record and rename loses
the question, and the desk asks anew; the other order would ask twice.
"""

import contextlib
import threading
from datetime import datetime, timedelta

from terminal.eligibility.folder_files import SharedFolders
from terminal.eligibility.folder_jobs import Job, Jobs, JobState
from terminal.eligibility.folder_waiting import Wait
from terminal.problems import Problem, TerminalError

LEFT_OVER_AFTER = timedelta(minutes=1)  # a prepared request that nobody put by then belongs to a program that ended


class Requests:
    """The way into `req`. `now` is when this program began."""

    def __init__(self, folders: SharedFolders, jobs: Jobs, now: datetime) -> None:
        self._folders = folders
        self._jobs = jobs
        self._left_over = [job for job in jobs.unsettled() if job.asked_at < now - LEFT_OVER_AFTER]
        self._lock = threading.Lock()

    def put_once(self, job: Job, body: bytes, wait: Wait) -> None:
        """Puts a question unless it is on record; then it is somewhere on its way, or answered.

        Raises `LINE_DOWN` when it was not put, `PROGRAM_ERROR` when its identifier is another question's.
        """
        self._folders.reach()
        self.clear_up()
        if self._jobs.begin(job):
            self._put(job, body, wait)
        else:
            self._refuse_another(job)

    def clear_up(self) -> None:
        """Removes what a program that ended had prepared and not put: it says something of a patient."""
        with self._lock:
            left_over, self._left_over = self._left_over, []
        for position, job in enumerate(left_over):
            try:
                if self._folders.drop(job.request):
                    self._jobs.mark(job.identifier, JobState.NEVER_PUT)
            except TerminalError:  # the share is away: next time
                with self._lock:
                    self._left_over = left_over[position:]
                return

    def _put(self, job: Job, body: bytes, wait: Wait) -> None:
        try:
            self._folders.prepare(job.request, body)
        except TerminalError:
            self._take_back(job)
            raise
        if wait.is_over():  # the share was slow, and nobody waits for an answer any more
            self._take_back(job)
            raise TerminalError(Problem.LINE_DOWN, "the shared folder is too slow")
        try:
            self._folders.put(job.request)
        except TerminalError:  # a share may report a failure after the deed: only what is still here was not put
            with contextlib.suppress(TerminalError):
                if self._folders.drop(job.request):
                    self._jobs.forget(job.identifier)
            raise

    def _take_back(self, job: Job) -> None:
        """Off the record once it is off the share; else the next start clears it up."""
        with contextlib.suppress(TerminalError):
            self._folders.drop(job.request)
            self._jobs.forget(job.identifier)

    def _refuse_another(self, job: Job) -> None:
        found = self._jobs.find(job.identifier)
        if found is not None and found[0].digest != job.digest:
            raise TerminalError(Problem.PROGRAM_ERROR, "one identifier for two questions")
        if found is None or found[1] is JobState.NEVER_PUT:
            raise TerminalError(Problem.LINE_DOWN, "this question was not put the first time; ask anew")
