-- A year of use: :events events of 24 communes, the metropolis and the public, 60 keys, 22 layers.
--
-- What makes a ledger large is drawn as it is used: in sessions. Somebody opens a project in QGIS,
-- a page or a script, and asks some forty times for the same layer in the same way (a session has
-- 20 to 60 requests), on working days from 7 to 19 h above all. Events follow each other in time,
-- as instances ship them.

\set ON_ERROR_STOP on
SET synchronous_commit = off;
SET work_mem = '256MB';
SET timezone = 'UTC';
SELECT setseed(0.44);

-- Not logged, since nobody would mourn this ledger.
SELECT format('CREATE UNLOGGED TABLE usage.event_%s PARTITION OF usage.event FOR VALUES FROM (%L) TO (%L)',
              to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'), month, month + interval '1 month')
FROM generate_series(timestamptz '2024-12-01Z', '2025-12-01Z', interval '1 month') month \gexec
ALTER TABLE usage.hourly SET UNLOGGED;
ALTER TABLE usage.daily SET UNLOGGED;

CREATE UNLOGGED TABLE usage.bench_layer AS
SELECT ordinality::int AS place, layer, service FROM unnest(
    '{parcelles,batiments,adresses,plum-zonage,communes,servitudes,sections,plum-prescriptions,dossiers-ads,
      plum-informations,ecoles,transports-scolaires,mairies,bibliotheques,piscines,ecoles-de-musique,
      bassins-de-vie,poles-de-proximite,leves-topographiques,sites-archives,cameras-csu,secteurs-craiol}'::text[],
    '{sig,sig,sig,ads,sig,ads,sig,ads,ads,ads,sig,sig,relation-usager,lecture-publique,sig,sig,sig,sig,sig,
      archives,csu,craiol}'::text[]) WITH ORDINALITY l (layer, service, ordinality);

-- Two keys a commune, twelve of the metropolis; the public has none. The first communes use most.
CREATE UNLOGGED TABLE usage.bench_holder AS
SELECT row_number() OVER (ORDER BY account, key)::int AS place, * FROM (
    SELECT (44000 + n)::text AS account, key, CASE key % 2 WHEN 1 THEN 1 ELSE key % 4 + 1 END AS client,
           40.0 / (n + 3) AS weight
    FROM generate_series(1, 24) n, LATERAL (VALUES (2 * n - 1), (2 * n)) k (key)
    UNION ALL SELECT 'metropolis', 48 + n, n % 3 + 1, 4 FROM generate_series(1, 12) n
    UNION ALL SELECT 'public', NULL, client, weight FROM (VALUES (3, 40), (1, 12), (4, 8), (2, 4)) p (client, weight)) h;
CREATE UNLOGGED TABLE usage.bench_ladder AS
SELECT *, sum(weight) OVER (ORDER BY place) / sum(weight) OVER () AS upto FROM usage.bench_holder;

CREATE UNLOGGED TABLE usage.bench_session AS
SELECT day + interval '7 hours' + random() * (CASE WHEN random() < 0.9 THEN interval '12 hours' ELSE interval '16 hours' END)
         AS start,
       -- Someone on the ladder, a layer of the first ones more often, mostly tiles.
       random() AS holder, 1 + floor(22 * random() * random())::int AS layer, random() AS kind,
       20 + floor(41 * random())::int AS requests
FROM (SELECT generate_series(timestamptz '2025-01-01Z', '2025-12-31Z', interval '1 day') AS day) d,
     LATERAL generate_series(1, (:events / 40.0 / 289.0 * CASE WHEN extract(isodow FROM day) > 5 THEN 0.27 ELSE 1 END)::int)
ORDER BY start;

INSERT INTO usage.event (at, commune, key, service, layer, operation, client, status, outcome, bytes, features,
                         database_us, units)
SELECT s.start + i * interval '7 seconds', h.account, h.key, l.service, l.layer, o.operation, h.client,
       200, CASE WHEN i % 97 = 0 THEN 1 ELSE 0 END, 4000 + (i * 7919) % 60000, o.features, 900 + (i * 31) % 4000, o.units
FROM usage.bench_session s
CROSS JOIN LATERAL (SELECT * FROM usage.bench_ladder WHERE upto >= s.holder ORDER BY place LIMIT 1) h
JOIN usage.bench_layer l ON l.place = s.layer
CROSS JOIN LATERAL (SELECT CASE WHEN s.kind < 0.72 THEN 1 WHEN s.kind < 0.86 THEN 2 WHEN s.kind < 0.94 THEN 3
                                WHEN s.kind < 0.99 THEN 4 ELSE 5 END AS operation) k
CROSS JOIN LATERAL (SELECT k.operation, CASE k.operation WHEN 2 THEN 100 WHEN 3 THEN 1 WHEN 5 THEN 2000 ELSE 0 END AS features,
                           CASE k.operation WHEN 2 THEN 2000 WHEN 5 THEN 12000 ELSE 1000 END AS units) o
CROSS JOIN LATERAL generate_series(1, s.requests) i;
SELECT count(*) AS events FROM usage.event \gset

-- The aggregates, day after day, as shipping adds to them.
DO $$
DECLARE
    month timestamptz;
BEGIN
    FOR month IN SELECT generate_series(timestamptz '2024-12-01Z', '2025-12-01Z', interval '1 month') LOOP
        INSERT INTO usage.hourly (hour, commune, key, service, layer, operation, client, requests, units, bytes,
                                  features, database_us, aborted, in_doubt, errors)
        SELECT date_trunc('hour', at, 'UTC'), commune, coalesce(key, 0), service, layer, operation, client, count(*),
               sum(units), sum(bytes), sum(features), sum(database_us), count(*) FILTER (WHERE outcome = 1), 0, 0
        FROM usage.event WHERE at >= month AND at < month + interval '1 month'
        GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1;
    END LOOP;
END
$$;
INSERT INTO usage.daily (day, commune, key, service, layer, operation, client, requests, units, bytes, features,
                         database_us, aborted, in_doubt, errors)
SELECT (hour AT TIME ZONE 'Europe/Paris')::date, commune, key, service, layer, operation, client, sum(requests),
       sum(units), sum(bytes), sum(features), sum(database_us), sum(aborted), 0, 0
FROM usage.hourly GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1;
DROP TABLE usage.bench_session, usage.bench_ladder, usage.bench_holder, usage.bench_layer;
VACUUM ANALYZE usage.event, usage.hourly, usage.daily;
