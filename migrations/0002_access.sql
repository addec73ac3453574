-- A second role for readers: members, whose rows and personal fields the policies of each table
-- decide by what each statement says of its reader. The policies stand on layers' tables, which
-- are made from the catalogue. Where the role may not be made, the administrator makes it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'geonantes_member') THEN
        CREATE ROLE geonantes_member LOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
GRANT USAGE ON SCHEMA layer TO geonantes_member;
GRANT SELECT ON publication, publication_cell TO geonantes_member;

-- Who reads open layers alone learns nothing of the publications of the others.
ALTER TABLE publication ADD COLUMN open boolean NOT NULL DEFAULT false;
ALTER TABLE publication_cell ADD COLUMN open boolean NOT NULL DEFAULT false;
ALTER TABLE publication ENABLE ROW LEVEL SECURITY;
ALTER TABLE publication_cell ENABLE ROW LEVEL SECURITY;
CREATE POLICY publication_open ON publication FOR SELECT TO geonantes_reader USING (open);
CREATE POLICY publication_cell_open ON publication_cell FOR SELECT TO geonantes_reader USING (open);
CREATE POLICY publication_all ON publication FOR SELECT TO geonantes_member USING (true);
CREATE POLICY publication_cell_all ON publication_cell FOR SELECT TO geonantes_member USING (true);
