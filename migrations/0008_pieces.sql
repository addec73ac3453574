-- Written pieces of planning documents and acts of easements, as they were delivered: kept by their
-- content, so that the same file is kept once however often it is delivered.
CREATE TABLE piece (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The idurba of a planning document, the partition of easements.
    document text NOT NULL,
    -- The file's name, as features name it; found whatever its case.
    name text NOT NULL,
    sha256 text NOT NULL,
    media text NOT NULL,
    bytes bigint NOT NULL,
    -- The delivery that it came with; the last one of a name is served.
    contribution bigint REFERENCES contribution,
    since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX piece_name ON piece (document, lower(name), id);

-- Contents, in parts of a bounded size.
CREATE TABLE piece_content (
    sha256 text NOT NULL,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (sha256, part)
);

GRANT SELECT ON piece, piece_content TO geonantes_reader, geonantes_member;
