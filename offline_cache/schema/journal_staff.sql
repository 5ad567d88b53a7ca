-- Who may sign in, in the journal's file: a change and its entry in the log are one transaction. Laid out when first
-- opened, for a journal may have been begun before there was such a thing. Nobody is ever deleted, only disabled.
CREATE TABLE IF NOT EXISTS staff (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,           -- as the windows show it
    roles TEXT NOT NULL,          -- with spaces between
    password TEXT NOT NULL,       -- Argon2id hash, PHC form
    totp_secret TEXT NOT NULL,    -- Base32; empty: none
    totp_step INTEGER NOT NULL,   -- the last time step whose code was accepted
    card BLOB NOT NULL,           -- keyed hash of a staff card's id; empty: none
    key BLOB NOT NULL,            -- a security key's credential; empty: none
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    failures INTEGER NOT NULL,    -- in a row
    failed_at TEXT,               -- UTC, ISO 8601
    revision INTEGER NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS staff_remain BEFORE DELETE ON staff BEGIN SELECT RAISE(ABORT, 'nobody is ever deleted'); END;
CREATE TABLE IF NOT EXISTS emergency (
    number INTEGER PRIMARY KEY,   -- the greatest is the one that counts
    code TEXT NOT NULL,           -- Argon2id hash, PHC form
    made_at TEXT NOT NULL,        -- UTC, ISO 8601, as the other times
    opened_at TEXT,
    ends TEXT,
    failures INTEGER NOT NULL,
    failed_at TEXT,
    reviewed_by TEXT NOT NULL,    -- an id; empty: nobody yet
    revision INTEGER NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS emergency_remains BEFORE DELETE ON emergency BEGIN SELECT RAISE(ABORT, 'a code is never deleted'); END;
CREATE TABLE IF NOT EXISTS staff_policy (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL        -- seconds, or 0 and 1
) STRICT;
