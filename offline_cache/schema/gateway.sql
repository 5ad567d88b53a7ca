-- What kiosks asked a gateway, and the answers. For SQLCipher and for PostgreSQL alike, where BLOB is a domain over BYTEA.
CREATE TABLE job (
    terminal TEXT NOT NULL,       -- who asked: the name in the kiosk's certificate
    identifier TEXT NOT NULL,     -- the kiosk's own key for this question
    accepted_at BIGINT NOT NULL,  -- seconds since 1970
    question BLOB NOT NULL,       -- the XmlMsg, sealed for this terminal and identifier
    owner BIGINT,                 -- the run of a gateway that asks; nobody after a failure
    answer BLOB,                  -- the XmlMsg, sealed likewise; once there, it never changes
    PRIMARY KEY (terminal, identifier)
);
CREATE INDEX job_unanswered ON job (owner) WHERE answer IS NULL;
CREATE INDEX job_by_age ON job (accepted_at);
