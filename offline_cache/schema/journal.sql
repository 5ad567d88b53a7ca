-- The access log. One row a fact, never changed: the triggers stop a slip, the tree over the entries shows the rest.
-- Only `head`, which says where the log ends, is replaced with each entry.
CREATE TABLE log (
    origin TEXT NOT NULL  -- which log this is; the name that its checkpoints are signed under
) STRICT;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,  -- place in the tree, from 0
    line BLOB NOT NULL,       -- the canonical bytes
    tag BLOB NOT NULL         -- keyed hash of place and bytes
) STRICT;
CREATE TABLE tile (
    level INTEGER NOT NULL,  -- 1: a hash over 256 entries; 2: over 256 of those; and so on
    place INTEGER NOT NULL,  -- from 0
    hash BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,  -- entries it is signed over
    note TEXT NOT NULL,        -- the signed note
    tag BLOB NOT NULL          -- keyed hash of the note
) STRICT;
CREATE TABLE head (
    number INTEGER PRIMARY KEY CHECK (number = 1),
    size INTEGER NOT NULL,    -- entries there are
    signed INTEGER NOT NULL,  -- entries that the last checkpoint is signed over
    tag BLOB NOT NULL         -- keyed hash of both, the log's name and the root
) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER tile_stays BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'a hash is never changed'); END;
CREATE TRIGGER tile_remains BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'a hash is never deleted'); END;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is never changed'); END;
CREATE TRIGGER checkpoint_remains BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is never deleted'); END;
CREATE TRIGGER head_remains BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'the head is never deleted'); END;
-- Checks that were made offline. One of them changes where it stands, and is never deleted.
CREATE TABLE outbox (
    identifier TEXT PRIMARY KEY,  -- the question's own key: the same each time it is sent
    visit TEXT NOT NULL,          -- as the log names it
    day TEXT NOT NULL,            -- the day asked about, JST
    asked_at TEXT NOT NULL,       -- UTC, ISO 8601 with microseconds: sorts by time
    stage TEXT NOT NULL CHECK (stage IN ('waiting', 'answered', 'dead')),
    question BLOB,                -- JSON: certificate, consents, what was shown; NULL once it is answered
    attempts INTEGER NOT NULL,    -- times that it was sent again
    due_at TEXT NOT NULL,         -- UTC, not before then; once it waits no more: since when
    reason TEXT NOT NULL,         -- why it waits, or is dead
    finding TEXT,                 -- what the answer says against what was shown
    fields TEXT NOT NULL,         -- names of the coverage's fields that differ
    CHECK ((question IS NULL) = (stage = 'answered') AND (finding IS NULL) = (stage <> 'answered'))
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE stage = 'waiting';
CREATE TRIGGER outbox_remains BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'a queued check is never deleted'); END;
-- Answers about booked patients from the night before, each signed. Deleted when their end has come.
CREATE TABLE token (
    lookup BLOB NOT NULL UNIQUE,  -- keyed hash of the numbers that were asked with
    ends TEXT NOT NULL,           -- the last day, JST
    content BLOB NOT NULL,        -- canonical JSON: whom it is for, since when and until when, the coverage
    signature BLOB NOT NULL       -- Ed25519 over it
) STRICT;
