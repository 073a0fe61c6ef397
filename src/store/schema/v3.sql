-- What parts and their records add up to, so that no sum needs a part or a record to be unpacked.

-- Has no rows of the plans of earlier versions until somebody asks for them.
CREATE TABLE part_totals (
    plan     INTEGER NOT NULL REFERENCES plan ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,
    totals   TEXT NOT NULL, -- JSON of PartTotals
    findings BLOB, -- packed JSON of the part's findings; NULL if it has none
    UNIQUE (plan, ordinal)
) STRICT;

-- Cells of the part that have a record, by outcome, and comments by theirs.
CREATE TABLE record_totals (
    run              INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    part             INTEGER NOT NULL,
    written          INTEGER NOT NULL,
    already          INTEGER NOT NULL,
    held             INTEGER NOT NULL,
    rejected         INTEGER NOT NULL,
    unknown          INTEGER NOT NULL,
    pending          INTEGER NOT NULL,
    comments_sent    INTEGER NOT NULL,
    comments_already INTEGER NOT NULL,
    comments_unknown INTEGER NOT NULL,
    overwrote        INTEGER NOT NULL, -- 1 if a record may tell of an edit that was overwritten
    PRIMARY KEY (run, part)
) STRICT, WITHOUT ROWID;

INSERT INTO record_totals
    SELECT run, part, sum(outcome = 1), sum(outcome = 2), sum(outcome = 3), sum(outcome = 4), sum(outcome = 5),
        sum(outcome = 6), sum(comment IS 1), sum(comment IS 2), sum(comment IS 3), max(details IS NOT NULL)
    FROM record GROUP BY run, part;
