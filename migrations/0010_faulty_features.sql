-- Features that something is said of, as they were delivered, for the GeoPackage of a contribution's
-- faults. They stay as long as its files.

CREATE TABLE contribution_shape (
    contribution bigint NOT NULL REFERENCES contribution ON DELETE CASCADE,
    collection text NOT NULL,
    -- As findings name it.
    feature text NOT NULL,
    -- In the storage system.
    wkb bytea NOT NULL,
    PRIMARY KEY (contribution, collection, feature)
);
