-- The access log. One row a fact, never changed: the triggers stop a slip, the tree over the entries shows the rest.
CREATE TABLE log (
    origin TEXT NOT NULL  -- which log this is; the name that its checkpoints are signed under
) STRICT;
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,  -- place in the tree, from 0
    line BLOB NOT NULL,       -- the canonical bytes
    leaf BLOB NOT NULL        -- their leaf hash
) STRICT;
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,  -- entries it is signed over
    note TEXT NOT NULL         -- the signed note
) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is never changed'); END;
CREATE TRIGGER checkpoint_remains BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is never deleted'); END;
