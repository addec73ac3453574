-- Deliveries: what was contributed, by whom, and what became of it. Instances share the work: files,
-- reports and states are here, on no instance's disk.

-- One numbering for all layers, drawn under the layer's lock: a version names one publication.
CREATE SEQUENCE publication_version;
SELECT setval('publication_version', coalesce(max(version), 0) + 1, false) FROM publication;

CREATE TABLE contribution (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- received → checked → compared → published | unchanged | rejected; asked awaits an answer,
    -- withdrawn is what its contributor took away.
    state text NOT NULL CHECK (state IN ('received', 'checked', 'compared', 'published', 'unchanged',
                                         'rejected', 'asked', 'withdrawn')),
    author text NOT NULL,
    -- The key that contributed; none from the command line.
    key bigint,
    -- What its author may write: INSEE codes, or «territoire».
    communes text[] NOT NULL,
    -- The files' names, as people see the delivery in a list.
    title text NOT NULL,
    comment text NOT NULL DEFAULT '',
    -- model::Wishes
    wishes jsonb NOT NULL,
    sha256 text NOT NULL,
    bytes bigint NOT NULL,
    received timestamptz NOT NULL DEFAULT now(),
    changed timestamptz NOT NULL DEFAULT now(),
    -- model::OutcomeReport, one a collection
    outcomes jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX contribution_changed ON contribution (changed);
CREATE INDEX contribution_sha256 ON contribution (sha256);

-- What was uploaded, in parts of a bounded size, until it is published or refused.
CREATE TABLE contribution_file (
    contribution bigint NOT NULL REFERENCES contribution ON DELETE CASCADE,
    name text NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (contribution, name, part)
);

ALTER TABLE publication ADD COLUMN contribution bigint REFERENCES contribution;
CREATE INDEX publication_contribution ON publication (contribution);
