-- Browser sessions live in a sealed cookie. What the database holds is what every instance shares:
-- the secrets that seal them, and the sessions that ended before their time. Readers have no right
-- on either.

-- The newest one seals; the others still open what they sealed.
CREATE TABLE session_secret (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    secret bytea NOT NULL,
    made timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_secret_length CHECK (octet_length(secret) = 64)
);

-- Kept until the cookie would have ended by itself.
CREATE TABLE session_ended (
    id uuid PRIMARY KEY,
    until timestamptz NOT NULL
);
