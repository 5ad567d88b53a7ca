-- What a PostgreSQL database needs to collect access logs; laid out by its owner, once: psql -f collector.sql
-- A desk's role may add entries and ask how far it got, and nothing else: it can neither read, change nor delete.
CREATE TABLE access_log (
    log text NOT NULL,        -- which log: the name that its checkpoints are signed under; each desk has its own
    seq bigint NOT NULL,      -- place in it, from 0
    line text NOT NULL,       -- the entry's bytes, JSON
    committed text NOT NULL,  -- what it is committed with; empty for an entry that retention had deleted
    received timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (log, seq)
);
-- The first number that is missing, and the entry before it, so that a desk sees whether this is its own log.
CREATE FUNCTION access_log_confirmed(asked text, OUT size bigint, OUT line text, OUT committed text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT kept.seq + 1, kept.line, kept.committed FROM access_log AS kept
    WHERE kept.log = asked ORDER BY kept.seq DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION access_log_confirmed FROM PUBLIC;
CREATE FUNCTION access_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an entry is never changed or deleted'; END $$;
CREATE TRIGGER access_log_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log EXECUTE FUNCTION access_log_stays();
CREATE ROLE uketsuke_desk NOLOGIN;
GRANT INSERT (log, seq, line, committed) ON access_log TO uketsuke_desk;
GRANT EXECUTE ON FUNCTION access_log_confirmed TO uketsuke_desk;
-- For each desk: CREATE ROLE desk_1 LOGIN PASSWORD '…' IN ROLE uketsuke_desk;
