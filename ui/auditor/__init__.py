"""The auditor's window: who looked at what, whether the log is as it was written, and what should be looked at."""
