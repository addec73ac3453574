-- What instructors of the network share on zones and articles of the plan. Nothing here is ever
-- changed: a correction is the note's next revision, a withdrawal one without text, and each
-- revision says who wrote it and when, which is the trail. Members read; readers of what is open
-- have no right here.

CREATE SCHEMA ads;

CREATE SEQUENCE ads.note_number;

CREATE TABLE ads.note (
    number bigint NOT NULL,
    revision integer NOT NULL,
    at timestamptz NOT NULL,
    author text NOT NULL,
    -- The author's key; null for single sign-on.
    key integer,
    -- Those of the first revision, whose author may write the others.
    owner text NOT NULL,
    owner_key integer,
    -- A zone's label (UMa), or the type of several (U).
    zone text NOT NULL,
    article text,
    -- Null once it is withdrawn.
    text text,
    PRIMARY KEY (number, revision),
    CONSTRAINT note_revision CHECK (revision > 0 AND (revision > 1 OR text IS NOT NULL))
);
CREATE INDEX note_zone ON ads.note (zone);

CREATE FUNCTION ads.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ads.% is never changed: a correction is another revision', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON ads.note
    FOR EACH STATEMENT EXECUTE FUNCTION ads.refuse();

GRANT USAGE ON SCHEMA ads TO geonantes_member;
GRANT SELECT ON ads.note TO geonantes_member;
