-- Times are microseconds since 1970, UTC. `host` is an id of the table `host`: nothing is shared between hosts.
-- Ids of plans, runs and jobs are never used again (AUTOINCREMENT): people write them down.

CREATE TABLE host (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The cache: what was read from Canvas to resolve ids offline.

CREATE TABLE cache (
    host            INTEGER PRIMARY KEY REFERENCES host,
    source          TEXT NOT NULL,
    synced_at       INTEGER NOT NULL,
    complete_logins INTEGER NOT NULL,
    requests        INTEGER NOT NULL,
    covers          TEXT NOT NULL
) STRICT;

CREATE TABLE cached_user (
    host          INTEGER NOT NULL REFERENCES host,
    id            INTEGER NOT NULL,
    name          TEXT NOT NULL,
    sortable_name TEXT NOT NULL,
    email         TEXT,
    PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cached_login (
    host        INTEGER NOT NULL REFERENCES host,
    user        INTEGER NOT NULL,
    unique_id   TEXT,
    sis_user_id TEXT,
    state       TEXT NOT NULL
) STRICT;
CREATE INDEX cached_login_of_user ON cached_login (host, user);

CREATE TABLE cached_course (
    host           INTEGER NOT NULL REFERENCES host,
    id             INTEGER NOT NULL,
    sis_course_id  TEXT,
    name           TEXT NOT NULL,
    course_code    TEXT NOT NULL,
    workflow_state TEXT NOT NULL,
    account        INTEGER,
    term           INTEGER,
    PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cached_section (
    host              INTEGER NOT NULL REFERENCES host,
    id                INTEGER NOT NULL,
    course            INTEGER NOT NULL,
    sis_section_id    TEXT,
    name              TEXT NOT NULL,
    cross_listed_from INTEGER,
    PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cached_section_of_course ON cached_section (host, course);

CREATE TABLE cached_enrollment (
    host    INTEGER NOT NULL REFERENCES host,
    course  INTEGER NOT NULL,
    user    INTEGER NOT NULL,
    section INTEGER,
    kind    TEXT NOT NULL,
    state   TEXT NOT NULL
) STRICT;
CREATE INDEX cached_enrollment_in_course ON cached_enrollment (host, course, user);
CREATE INDEX cached_enrollment_of_user ON cached_enrollment (host, user, course);

-- What ids have meant, so that one that moved to somebody else is noticed.
CREATE TABLE identity (
    host    INTEGER NOT NULL REFERENCES host,
    origin  TEXT NOT NULL,
    text    TEXT NOT NULL,
    user    INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (host, origin, text)
) STRICT, WITHOUT ROWID;

-- People who were merged into others, so that their internal ids are explained.
CREATE TABLE merged_user (
    host INTEGER NOT NULL REFERENCES host,
    user INTEGER NOT NULL,
    into_user INTEGER NOT NULL,
    PRIMARY KEY (host, user)
) STRICT, WITHOUT ROWID;

-- Decisions of people.

CREATE TABLE alias (
    host   INTEGER NOT NULL REFERENCES host,
    kind   TEXT NOT NULL,
    origin TEXT NOT NULL,
    sent   TEXT NOT NULL,
    target TEXT NOT NULL, -- JSON of AliasTarget
    note   TEXT NOT NULL,
    until  TEXT,
    PRIMARY KEY (host, kind, origin, sent)
) STRICT, WITHOUT ROWID;

CREATE TABLE binding (
    host                  INTEGER NOT NULL REFERENCES host,
    sent_course           TEXT NOT NULL,
    customer_number       TEXT NOT NULL,
    provider_id           TEXT NOT NULL,
    sent_assignment       TEXT NOT NULL, -- JSON of AssignmentKey
    course                INTEGER NOT NULL,
    assignment            INTEGER NOT NULL,
    assignment_created_at INTEGER,
    name                  TEXT NOT NULL,
    points_possible       TEXT,
    bound_at              INTEGER NOT NULL,
    created_by_run        INTEGER,
    PRIMARY KEY (host, sent_course, customer_number, provider_id, sent_assignment, course)
) STRICT, WITHOUT ROWID;

-- Plans: immutable. A part is the packed JSON of one course's part.

CREATE TABLE plan (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    host       INTEGER NOT NULL REFERENCES host,
    connector  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    header     TEXT NOT NULL, -- JSON of PlanHeader
    totals     TEXT NOT NULL, -- JSON of PlanTotals
    planned    INTEGER NOT NULL -- cells that a push sends
) STRICT;

CREATE TABLE part (
    plan    INTEGER NOT NULL REFERENCES plan ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    course  INTEGER,
    digest  TEXT NOT NULL,
    packed  BLOB NOT NULL,
    UNIQUE (plan, ordinal)
) STRICT;

-- Runs and their journal.

CREATE TABLE run (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    plan       INTEGER NOT NULL UNIQUE REFERENCES plan ON DELETE CASCADE,
    operator   TEXT NOT NULL, -- JSON of Operator
    writers    TEXT NOT NULL, -- JSON list of user ids
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,
    requests   INTEGER NOT NULL DEFAULT 0,
    throttled  INTEGER NOT NULL DEFAULT 0,
    waited_ms  INTEGER NOT NULL DEFAULT 0,
    took_ms    INTEGER NOT NULL DEFAULT 0, -- of all attempts that came to their end
    stopped    TEXT,
    undone_by  INTEGER
) STRICT;

-- A chunk: written before its request leaves, open until its end is known.
CREATE TABLE job (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    run        INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part       INTEGER NOT NULL,
    host       INTEGER NOT NULL REFERENCES host,
    course     INTEGER NOT NULL,
    cells      BLOB NOT NULL, -- packed JSON of IntendedCell
    sent_at    INTEGER NOT NULL,
    progress   INTEGER,
    request_id TEXT,
    replied_at INTEGER,
    state      TEXT, -- NULL while open
    message    TEXT,
    ended_at   INTEGER
) STRICT;
CREATE INDEX job_of_run ON job (run);
CREATE INDEX job_open ON job (host) WHERE state IS NULL;

-- The outcome of each planned cell that was touched; `details` points at what else is known of it.
CREATE TABLE record (
    run     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part    INTEGER NOT NULL,
    cell    INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    comment INTEGER,
    details INTEGER,
    PRIMARY KEY (run, part, cell)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_details (
    id     INTEGER PRIMARY KEY,
    run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part   INTEGER NOT NULL,
    packed BLOB NOT NULL
) STRICT;
CREATE INDEX record_details_of_part ON record_details (run, part);

-- What was last put into cells, in the order it happened: a later row overrides an earlier one, cell by cell.
CREATE TABLE pushed (
    id     INTEGER PRIMARY KEY,
    host   INTEGER NOT NULL REFERENCES host,
    course INTEGER NOT NULL,
    run    INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    packed BLOB NOT NULL
) STRICT;
CREATE INDEX pushed_in_course ON pushed (host, course);

CREATE TABLE comment (
    host       INTEGER NOT NULL REFERENCES host,
    course     INTEGER NOT NULL,
    assignment INTEGER NOT NULL,
    user       INTEGER NOT NULL,
    sha256     TEXT NOT NULL,
    outcome    INTEGER NOT NULL,
    run        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (host, course, assignment, user, sha256)
) STRICT, WITHOUT ROWID;

-- Comments that an undo deleted, by the cells of its own plan.
CREATE TABLE deleted_comment (
    run  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    PRIMARY KEY (run, part, cell)
) STRICT, WITHOUT ROWID;

CREATE TABLE created_assignment (
    run          INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part         INTEGER NOT NULL,
    sheet_column INTEGER NOT NULL,
    state        TEXT NOT NULL,
    assignment   INTEGER,
    highest_seen INTEGER,
    at           INTEGER NOT NULL,
    reason       TEXT,
    PRIMARY KEY (run, part, sheet_column)
) STRICT, WITHOUT ROWID;
