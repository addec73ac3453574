-- The ledger of use. A response is one event; events arrive from the instances' journals in
-- batches, each with its aggregates and its watermark in one transaction.

CREATE SCHEMA usage;

-- Whoever changes the ledger (a shipment, an erasure, the end of a retention) first takes
-- pg_advisory_xact_lock(7165): batches come one after the other, so that aggregates never wait for
-- each other in two orders.

-- Detail, a partition a month (UTC), made as events arrive and dropped after its retention.
-- No index a row: questions are answered by the aggregates, the detail is read by time alone.
CREATE TABLE usage.event (
    -- Wide columns first: nothing is lost to alignment (98 bytes an event where it took 103).
    at timestamptz NOT NULL,
    bytes bigint NOT NULL,
    -- key.number; null without a key, or erased.
    key integer,
    features integer NOT NULL,
    database_us integer NOT NULL,
    -- Thousandths of a unit; 0 for what is counted and not billed.
    units integer NOT NULL,
    operation smallint NOT NULL,
    client smallint NOT NULL,
    status smallint NOT NULL,
    -- 0 whole, 1 aborted (cut before its end), 2 in doubt (the instance died while it went out).
    outcome smallint NOT NULL,
    -- INSEE code, 'metropolis' or 'public'.
    commune text NOT NULL,
    service text NOT NULL,
    -- '' where no layer was asked of.
    layer text NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX event_at ON usage.event USING brin (at);

-- Makes the partition of an instant's month (UTC), if it is not there.
CREATE FUNCTION usage.make_month(at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first timestamptz := date_trunc('month', at, 'UTC');
    name text := 'event_' || to_char(first AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass('usage.' || name) IS NULL THEN
        EXECUTE format('CREATE TABLE usage.%I PARTITION OF usage.event FOR VALUES FROM (%L) TO (%L)',
                       name, first, (first AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC');
    END IF;
END
$$;

-- The instant from which on the detail is whole: what is older was dropped, and events that arrive
-- with an older date are summed only.
CREATE TABLE usage.detail (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    since timestamptz NOT NULL
);
INSERT INTO usage.detail (since) VALUES ('-infinity');

-- Sums by hour (UTC), kept as long as the detail at least. `requests` counts every response,
-- `aborted` and `in_doubt` those among them that ended so, `errors` those of status 400 and above.
CREATE TABLE usage.hourly (
    hour timestamptz NOT NULL,
    commune text NOT NULL,
    -- 0 stands for no key.
    key integer NOT NULL,
    service text NOT NULL,
    layer text NOT NULL,
    operation smallint NOT NULL,
    client smallint NOT NULL,
    requests bigint NOT NULL,
    units bigint NOT NULL,
    bytes bigint NOT NULL,
    features bigint NOT NULL,
    database_us bigint NOT NULL,
    aborted bigint NOT NULL,
    in_doubt bigint NOT NULL,
    errors bigint NOT NULL,
    PRIMARY KEY (hour, commune, key, service, layer, operation, client)
);

-- Sums by day of the territory's time zone, kept for good.
CREATE TABLE usage.daily (
    day date NOT NULL,
    commune text NOT NULL,
    key integer NOT NULL,
    service text NOT NULL,
    layer text NOT NULL,
    operation smallint NOT NULL,
    client smallint NOT NULL,
    requests bigint NOT NULL,
    units bigint NOT NULL,
    bytes bigint NOT NULL,
    features bigint NOT NULL,
    database_us bigint NOT NULL,
    aborted bigint NOT NULL,
    in_doubt bigint NOT NULL,
    errors bigint NOT NULL,
    PRIMARY KEY (commune, day, key, service, layer, operation, client)
);
CREATE INDEX daily_key ON usage.daily (key, day);

-- What reached the ledger as sums alone: an instance whose journal was almost full, the database
-- being away, folded the detail of a segment into sums by quarter of an hour (the finest step at
-- which time zones differ). Aggregates equal the detail and these together; whoever erases a key
-- from the detail erases it here too.
CREATE TABLE usage.folded (
    segment uuid NOT NULL,
    quarter timestamptz NOT NULL,
    commune text NOT NULL,
    key integer NOT NULL,
    service text NOT NULL,
    layer text NOT NULL,
    operation smallint NOT NULL,
    client smallint NOT NULL,
    requests bigint NOT NULL,
    units bigint NOT NULL,
    bytes bigint NOT NULL,
    features bigint NOT NULL,
    database_us bigint NOT NULL,
    aborted bigint NOT NULL,
    in_doubt bigint NOT NULL,
    errors bigint NOT NULL
);
CREATE INDEX folded_quarter ON usage.folded (quarter);
CREATE INDEX folded_key ON usage.folded (key);

-- How far each journal segment was shipped; its row is locked while a batch is.
CREATE TABLE usage.segment (
    id uuid PRIMARY KEY,
    -- The run of the program that wrote it.
    instance uuid NOT NULL,
    opened timestamptz NOT NULL,
    -- Records that the instance had written when it last said so.
    written bigint NOT NULL DEFAULT 0,
    -- Records shipped so far.
    watermark bigint NOT NULL DEFAULT 0,
    -- Whether the segment will grow no more and all of it was shipped. The row stays: a copy of the
    -- segment that turns up later adds nothing.
    done boolean NOT NULL DEFAULT false,
    seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX segment_open ON usage.segment (instance) WHERE NOT done;

-- Keys whose detail was erased: what their journals still hold from before that instant is booked
-- without a key. Shipping takes this table in ROW SHARE mode, so that an erasure, which takes it
-- in EXCLUSIVE mode, sees all that was shipped before it and is seen by all that is shipped after.
CREATE TABLE usage.erased (
    key integer PRIMARY KEY,
    at timestamptz NOT NULL
);

-- What was measured in a year, for the cost model: added once, never changed. A provisional
-- measure may be followed by others, the final one is the last.
CREATE TABLE usage.frozen (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year smallint NOT NULL,
    provisional boolean NOT NULL,
    at timestamptz NOT NULL,
    author text NOT NULL,
    -- Of the canonical text of its measures (model::Frozen::canonical).
    sha256 text NOT NULL
);
CREATE UNIQUE INDEX frozen_final ON usage.frozen (year) WHERE NOT provisional;

CREATE TABLE usage.measured (
    frozen integer NOT NULL REFERENCES usage.frozen,
    service text NOT NULL,
    -- INSEE code, 'metropolis' or 'public'.
    account text NOT NULL,
    -- Thousandths of a unit.
    units bigint NOT NULL,
    requests bigint NOT NULL,
    PRIMARY KEY (frozen, service, account)
);

CREATE FUNCTION usage.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a frozen year is never changed' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER frozen_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON usage.frozen
    FOR EACH STATEMENT EXECUTE FUNCTION usage.refuse_change();
CREATE TRIGGER measured_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON usage.measured
    FOR EACH STATEMENT EXECUTE FUNCTION usage.refuse_change();
