-- What every layer stands on. Tables of layers are made from the catalogue, not here.

CREATE EXTENSION IF NOT EXISTS postgis;
-- Keyset pages inside a box walk one GiST index on (geometry, fid).
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA layer;

-- One row a publication: what replaced what, when, by whom. Never updated but for superseded_by.
CREATE TABLE publication (
    layer text NOT NULL,
    version bigint NOT NULL,
    scope text NOT NULL,
    superseded_by bigint,
    count bigint NOT NULL,
    extent double precision[],
    extent_3857 double precision[],
    hash text NOT NULL,
    added bigint NOT NULL,
    removed bigint NOT NULL,
    changed bigint NOT NULL,
    unchanged bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    author text NOT NULL,
    comment text NOT NULL,
    demonstration boolean NOT NULL,
    PRIMARY KEY (layer, version),
    CONSTRAINT publication_extent CHECK (cardinality(extent) = 4 AND cardinality(extent_3857) = 4)
);
CREATE UNIQUE INDEX publication_current ON publication (layer, scope) WHERE superseded_by IS NULL;

-- The last publication that touched each cell of WebMercatorQuad's zoom 14: a tile's version.
-- `general` cells are those of the generalised companion, which tiles below the native zoom read.
-- The cell (-1, -1) stands for everywhere.
CREATE TABLE publication_cell (
    layer text NOT NULL,
    general boolean NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (layer, general, x, y)
);
CREATE INDEX publication_cell_version ON publication_cell (layer, version);

-- Readers log in with a role that has no right on anything but open layers: a mistake in a
-- statement cannot reach the others. Where the role may not be made, the administrator makes it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'geonantes_reader') THEN
        CREATE ROLE geonantes_reader LOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT USAGE ON SCHEMA layer TO geonantes_reader;
GRANT SELECT ON publication, publication_cell TO geonantes_reader;
