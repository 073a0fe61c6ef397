-- Comments that were not sent though their cells are written.

ALTER TABLE record_totals ADD COLUMN comments_not_sent INTEGER NOT NULL DEFAULT 0;

UPDATE record_totals SET comments_not_sent = (
    SELECT count(*) FROM record
    WHERE record.run = record_totals.run AND record.part = record_totals.part AND outcome = 1 AND comment IS 4
);
