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
    note TEXT NOT NULL         -- the signed note
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
