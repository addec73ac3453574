-- Who belongs: adhesions of communes to services communs, and keys.

-- Periods of adhesion, dates inclusive; two of one commune and service never overlap.
CREATE TABLE adhesion (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    commune text NOT NULL,
    service text NOT NULL,
    -- 'portail' or 'outils' where the service has levels.
    level text,
    since date NOT NULL,
    until date,
    CONSTRAINT adhesion_period CHECK (until IS NULL OR until >= since),
    CONSTRAINT adhesion_level CHECK (level IN ('portail', 'outils')),
    CONSTRAINT adhesion_overlap EXCLUDE USING gist
        (commune WITH =, service WITH =, daterange(since, until, '[]') WITH &&)
);

-- A key is shown once and kept as a hash; its number books its use.
CREATE TABLE key (
    id uuid PRIMARY KEY,
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    -- The first characters, for display.
    prefix text NOT NULL,
    -- SHA-256 of the whole key: it is drawn from 190 random bits, a slow hash would add nothing.
    hash bytea NOT NULL UNIQUE,
    label text NOT NULL,
    roles text[] NOT NULL,
    -- INSEE codes in ascending order; null for the territory.
    communes text[],
    -- Units a month; null without a quota.
    quota bigint,
    created timestamptz NOT NULL DEFAULT now(),
    expires timestamptz,
    revoked timestamptz,
    used timestamptz,
    CONSTRAINT key_roles CHECK (cardinality(roles) > 0),
    CONSTRAINT key_communes CHECK (cardinality(communes) > 0)
);

-- Instances look at this number each second, and read keys and adhesions again when it moved:
-- whatever changed them, this program or an administrator's statement. It follows commits, for
-- who changes something holds its row until then.
CREATE TABLE member_change (number bigint NOT NULL);
INSERT INTO member_change VALUES (0);

CREATE FUNCTION member_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE member_change SET number = number + 1;
    PERFORM pg_notify('geonantes_members', '');
    RETURN NULL;
END
$$;
-- Not a key's last use: that is noted every minute and changes nothing.
CREATE TRIGGER key_changed
    AFTER INSERT OR DELETE OR TRUNCATE
        OR UPDATE OF prefix, hash, label, roles, communes, quota, created, expires, revoked
    ON key FOR EACH STATEMENT EXECUTE FUNCTION member_changed();
CREATE TRIGGER adhesion_changed AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE
    ON adhesion FOR EACH STATEMENT EXECUTE FUNCTION member_changed();
