-- Ids that no list shows to a token, and whom or what Canvas said they name when it was asked for them alone.
CREATE TABLE looked_up (
    host   INTEGER NOT NULL REFERENCES host,
    kind   TEXT NOT NULL,
    origin TEXT NOT NULL,
    sent   TEXT NOT NULL,
    id     INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (host, kind, origin, sent)
) STRICT, WITHOUT ROWID;

-- Whether the last whole load held no more than the courses of the token's own user: who is not in it may still exist.
ALTER TABLE cache ADD COLUMN own_courses INTEGER NOT NULL DEFAULT 0;
