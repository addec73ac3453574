-- Exercises of shared costs, their seals, and who did what with them. Nothing here is ever changed:
-- a correction is another row. Readers have no right on these tables; what anybody may see of them
-- is decided by the program.

CREATE SCHEMA costs;

-- An exercise as it was loaded. The last of its year and state is the one that is shown.
CREATE TABLE costs.exercise (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year integer NOT NULL,
    state text NOT NULL,
    title text NOT NULL,
    -- As JSON of the contract's form: text, so that not a byte of it is rewritten.
    document text NOT NULL,
    -- The file that it was read from.
    source text NOT NULL,
    source_sha256 text NOT NULL,
    demonstration boolean NOT NULL DEFAULT false,
    CONSTRAINT exercise_state CHECK (state IN ('forecast', 'final'))
);
CREATE INDEX exercise_shown ON costs.exercise (year, state, id);

-- The sealed document: exercise, ledger's units, results, program, sum.
CREATE TABLE costs.seal (
    exercise integer PRIMARY KEY REFERENCES costs.exercise,
    at timestamptz NOT NULL,
    author text NOT NULL,
    sha256 text NOT NULL,
    document text NOT NULL
);

-- The audit trail.
CREATE TABLE costs.act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    author text NOT NULL,
    exercise integer NOT NULL REFERENCES costs.exercise,
    kind text NOT NULL,
    note text,
    CONSTRAINT act_kind CHECK (kind IN ('loaded', 'computed', 'sealed', 'verified'))
);
CREATE INDEX act_exercise ON costs.act (exercise, id);

CREATE FUNCTION costs.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'costs.% is never changed: a correction is another exercise', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON costs.exercise
    FOR EACH STATEMENT EXECUTE FUNCTION costs.refuse();
CREATE TRIGGER unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON costs.seal
    FOR EACH STATEMENT EXECUTE FUNCTION costs.refuse();
CREATE TRIGGER unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON costs.act
    FOR EACH STATEMENT EXECUTE FUNCTION costs.refuse();
