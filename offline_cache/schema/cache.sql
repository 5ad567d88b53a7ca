-- Confirmed answers for when the line is down. A rowid table: with random keys and wide rows it is the faster one.
CREATE TABLE answer (
    lookup BLOB NOT NULL UNIQUE,  -- keyed hash of the certificate's hash
    as_of TEXT NOT NULL,          -- UTC, ISO 8601 with microseconds: sorts by time
    coverage TEXT NOT NULL        -- JSON
) STRICT;
CREATE INDEX answer_by_age ON answer (as_of);
CREATE TABLE highest_time (
    at TEXT NOT NULL  -- the latest time that this file has seen, UTC; one row
) STRICT;
-- Card codes that patients want remembered, each encrypted under a key that only its own card completes.
CREATE TABLE card_code (
    lookup BLOB NOT NULL UNIQUE,  -- keyed hash of the certificate's hash
    ends TEXT NOT NULL,           -- the last day, JST
    sealed BLOB NOT NULL          -- nonce and AES-256-GCM
) STRICT;
CREATE TABLE deleted (
    kind TEXT PRIMARY KEY,    -- the table
    number INTEGER NOT NULL,  -- rows deleted since this file was begun
    last_at TEXT NOT NULL     -- UTC
) STRICT, WITHOUT ROWID;
