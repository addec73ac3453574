-- The animation networks' referents: who speaks for which commune, with their history. The
-- networks themselves are configuration (territory.toml). Readers have no right on this table.

CREATE TABLE referent (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    network text NOT NULL,
    commune text NOT NULL,
    post text NOT NULL,
    name text NOT NULL,
    function text,
    email text,
    phone text,
    since date NOT NULL,
    until date,
    demonstration boolean NOT NULL DEFAULT false,
    CONSTRAINT referent_post CHECK (post IN ('referent', 'suppleant', 'elu')),
    CONSTRAINT referent_period CHECK (until IS NULL OR until >= since),
    -- Who left is kept without contact details.
    CONSTRAINT referent_left CHECK (until IS NULL OR (email IS NULL AND phone IS NULL))
);
-- One person in place for each post.
CREATE UNIQUE INDEX referent_in_place ON referent (network, commune, post) WHERE until IS NULL;
