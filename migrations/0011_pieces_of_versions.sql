-- The pieces of a document follow its versions: one is served from the publication that it came with
-- (version) to the one that takes it away (until), and comes back with what is returned to.
ALTER TABLE piece ADD COLUMN version bigint, ADD COLUMN until bigint;

-- What one delivery published has several versions, the first of which is where its pieces begin. A
-- delivery of pieces alone had none: theirs is the last one before it.
UPDATE piece SET version = coalesce(
    (SELECT min(p.version) FROM publication p WHERE p.contribution = piece.contribution),
    (SELECT max(p.version) FROM publication p WHERE p.at <= piece.since),
    0);
UPDATE piece SET until = (
    SELECT n.version FROM piece n
    WHERE n.document = piece.document AND lower(n.name) = lower(piece.name) AND n.id > piece.id
    ORDER BY n.id LIMIT 1);

ALTER TABLE piece ALTER COLUMN version SET NOT NULL;
DROP INDEX piece_name;
CREATE INDEX piece_document ON piece (document);
CREATE UNIQUE INDEX piece_served ON piece (document, lower(name)) WHERE until IS NULL;
