-- The register of documents: reports of working groups and of the mayors' conference, and whatever
-- else the metropolis hands to its communes. Readers have no right on these tables: who sees which
-- row is decided by the program, which asks as their owner.

CREATE SCHEMA register;

CREATE TABLE register.document (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The group that it comes from: a working group, the mayors' conference.
    body text NOT NULL,
    title text NOT NULL,
    -- The day of the meeting, or of the document.
    day date NOT NULL,
    -- The file, as it was sent; its name without a folder.
    name text NOT NULL,
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    -- Everybody; else every commune, or those listed.
    open boolean NOT NULL,
    communes text[],
    published timestamptz NOT NULL,
    author text NOT NULL,
    -- Who took it away, and when: the row stays, the file does not.
    withdrawn timestamptz,
    withdrawer text,
    CONSTRAINT document_audience CHECK (communes IS NULL OR (NOT open AND cardinality(communes) > 0)),
    CONSTRAINT document_withdrawn CHECK ((withdrawn IS NULL) = (withdrawer IS NULL))
);
CREATE INDEX document_shown ON register.document (day DESC, id DESC) WHERE withdrawn IS NULL;

-- Files are compressed already, most of them.
CREATE TABLE register.content (
    document integer PRIMARY KEY REFERENCES register.document,
    content bytea NOT NULL
);
ALTER TABLE register.content ALTER COLUMN content SET STORAGE EXTERNAL;
