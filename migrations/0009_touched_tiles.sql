-- The last publication that touched each tile of each zoom: a tile's version. A publication touches
-- the tiles whose buffered envelope the old or the new place of a changed feature meets. The tile
-- (-1, -1) of a zoom stands for all of them.
CREATE TABLE publication_tile (
    layer text NOT NULL,
    z smallint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    version bigint NOT NULL,
    open boolean NOT NULL DEFAULT false,
    PRIMARY KEY (layer, z, x, y)
);
CREATE INDEX publication_tile_version ON publication_tile (layer, version);
GRANT SELECT ON publication_tile TO geonantes_reader, geonantes_member;
ALTER TABLE publication_tile ENABLE ROW LEVEL SECURITY;
CREATE POLICY publication_tile_open ON publication_tile FOR SELECT TO geonantes_reader USING (open);
CREATE POLICY publication_tile_all ON publication_tile FOR SELECT TO geonantes_member USING (true);

-- What was published before is taken to have touched every tile; it was known by coarse cells.
INSERT INTO publication_tile (layer, z, x, y, version, open)
SELECT layer, z, -1, -1, max(version), bool_and(open)
FROM publication, generate_series(0, 24) z GROUP BY layer, z;
DROP TABLE publication_cell;
