-- Deliveries: what was contributed, by whom, and what became of it. Instances share the work: files,
-- reports and states are here, on no instance's disk.

-- One numbering for all layers, drawn under the layer's lock: a version names one publication.
CREATE SEQUENCE publication_version;
SELECT setval('publication_version', coalesce(max(version), 0) + 1, false) FROM publication;

CREATE TABLE contribution (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- arriving → received → checked → compared → published | unchanged | rejected; asked awaits an
    -- answer, withdrawn is what its contributor took away.
    state text NOT NULL CHECK (state IN ('arriving', 'received', 'checked', 'compared', 'published',
                                         'unchanged', 'rejected', 'asked', 'withdrawn')),
    author text NOT NULL,
    -- The key that contributed; none from the command line, nor with an account.
    key bigint,
    -- What its author may write: INSEE codes, or «territoire».
    communes text[] NOT NULL,
    roles text[] NOT NULL DEFAULT '{}',
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
    outcomes jsonb NOT NULL DEFAULT '[]',
    -- Name, bytes and SHA-256 of each file, whether it is still here or not.
    files jsonb NOT NULL DEFAULT '[]',
    -- Whether the files are still here.
    kept boolean NOT NULL DEFAULT false,
    -- One more with each change that people see: who publishes says what it saw.
    revision integer NOT NULL DEFAULT 0,
    -- model::Writer: who asked for the publication that is under way.
    publisher jsonb,
    -- What is to be said beside the outcomes.
    message text NOT NULL DEFAULT '',
    -- The instance at work, until when it is believed to be, and how often one has begun.
    worker uuid,
    lease timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    -- model::Progress of that work
    progress jsonb
);
CREATE INDEX contribution_waiting ON contribution (changed)
    WHERE state IN ('received', 'checked') OR publisher IS NOT NULL;
CREATE INDEX contribution_kept ON contribution (changed) WHERE kept;
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
-- Archives do not shrink any further.
ALTER TABLE contribution_file ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE publication ADD COLUMN contribution bigint REFERENCES contribution;
CREATE INDEX publication_contribution ON publication (contribution);
