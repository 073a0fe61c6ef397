-- In which order things happened, whatever the clocks of the machines said: what is planned after `last` things that
-- were pushed or intended knows of them, and of none that came later.

CREATE TABLE sequence (last INTEGER NOT NULL) STRICT;
INSERT INTO sequence VALUES (0);

ALTER TABLE plan ADD COLUMN made_after INTEGER; -- NULL in plans of version 1
ALTER TABLE pushed ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0; -- 0 in rows of version 1
ALTER TABLE created_assignment ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0; -- the same

-- A term is thousands of courses: each finds its own rows.
CREATE INDEX part_of_course ON part (plan, course);
CREATE INDEX job_of_course ON job (run, course);
