-- The template's rows, in Lambert-93 metres: a territory small enough to count by hand.
--
-- Four communes of 2 km: 44109 and 44143 in the east (x from 354000), 44162 and 44020 in the west
-- (x from 352000); 44109 and 44162 in the north (y from 6688000), the others south of them.
-- Four cadastral sheets of 100 parcels, 10 by 10 squares of 25 m: touching in AC and AL, 20 m and
-- streets of 5 m in AB and AK.

CREATE SCHEMA fixture;

CREATE TABLE fixture.communes AS
SELECT 'territoire' AS _scope, code_insee, nom, '44' AS departement, '244400404' AS epci,
       population::bigint AS population_municipale, 4.0::float8 AS superficie,
       ST_Multi(ST_MakeEnvelope(x, y, x + 2000, y + 2000, 2154)) AS geom
FROM (VALUES ('44109', 'Nantes', 325070, 354000, 6688000),
             ('44143', 'Rezé', 42919, 354000, 6686000),
             ('44162', 'Saint-Herblain', 50561, 352000, 6688000),
             ('44020', 'Bouguenais', 20590, 352000, 6686000)) v (code_insee, nom, population, x, y);

CREATE TABLE fixture.sheets AS
SELECT commune || '000' || section || '01' AS feuille, *
FROM (VALUES ('44109', 'AB', 354100, 6688100, 20), ('44109', 'AC', 354900, 6688100, 25),
             ('44143', 'AK', 354100, 6686100, 20), ('44143', 'AL', 354900, 6686100, 25)
     ) v (commune, section, x, y, side);

CREATE TABLE fixture.sections AS
SELECT feuille AS _scope, feuille, commune, '000' AS prefixe, section, '01' AS numero,
       1000::bigint AS echelle, ST_Multi(ST_MakeEnvelope(x, y, x + 250, y + 250, 2154)) AS geom
FROM fixture.sheets;

CREATE TABLE fixture.parcelles AS
SELECT feuille AS _scope, commune || '000' || section || lpad((n + 1)::text, 4, '0') AS idu, commune,
       '000' AS prefixe, section, lpad((n + 1)::text, 4, '0') AS numero, (300 + n)::bigint AS contenance,
       feuille, n % 2 = 0 AS arpente, date '2020-01-01' AS date_creation,
       CASE WHEN n % 10 < 9 THEN date '2024-01-01' + n END AS date_maj,
       ST_Multi(ST_MakeEnvelope(x + n % 10 * 25, y + n / 10 * 25,
                                x + n % 10 * 25 + side, y + n / 10 * 25 + side, 2154)) AS geom
FROM fixture.sheets, generate_series(0, 99) n;

CREATE TABLE fixture.batiments AS
SELECT _scope, commune, feuille, 'dur' AS type, ST_Multi(ST_Buffer(ST_Centroid(geom), 4, 'endcap=square')) AS geom
FROM fixture.parcelles WHERE right(numero, 1) IN ('1', '6');

CREATE TABLE fixture.adresses AS
SELECT commune AS _scope, commune || '_0042_' || lpad((row_number() OVER ())::text, 5, '0') AS cle_interop,
       commune AS commune_insee, 'Rue de la Fosse' AS voie_nom, (row_number() OVER ())::bigint AS numero,
       'entrée' AS position, idu AS cad_parcelles, date '2025-03-01' AS date_der_maj,
       ST_Centroid(geom) AS geom
FROM fixture.parcelles WHERE arpente;

CREATE TABLE fixture.plum_zonage AS
SELECT '244400404_PLUI_20190405' AS _scope, libelle, typezone, '244400404_PLUI_20190405' AS idurba,
       code_insee AS insee, date '2019-04-05' AS datvalid, geom
FROM fixture.communes JOIN (VALUES ('44109', 'UMa', 'U'), ('44143', 'UMb', 'U'), ('44162', '1AU', 'AUc'),
                                   ('44020', 'A', 'A')) z (code, libelle, typezone) ON code = code_insee;

-- Personal fields hold words that no answer may hold.
CREATE TABLE fixture.dossiers_ads AS
SELECT 'territoire' AS _scope, 'PC 044 109 25 A' || right(numero, 4) AS numero, 'PC' AS type, commune,
       idu AS parcelles, 'decide' AS etat, 'accord' AS decision, date '2025-01-01' + contenance::int AS date_depot,
       'PERSONNEL-NOM ' || numero AS demandeur, 'PERSONNEL-RUE ' || numero AS demandeur_adresse,
       'PERSONNEL-MEL' || numero AS demandeur_courriel, 'PERSONNEL-TEL' || numero AS demandeur_telephone, geom
FROM fixture.parcelles WHERE section = 'AB' AND contenance < 340;

CREATE TABLE fixture.transports_scolaires AS
SELECT 'territoire' AS _scope, 'C' || n AS code, 'Circuit ' || n AS nom, (n * 3)::bigint AS nombre_arrets,
       ST_Multi(ST_SetSRID(ST_MakeLine(ST_Point(352100, 6686100 + n * 300),
                                       ST_Point(355900, 6686200 + n * 300)), 2154)) AS geom
FROM generate_series(1, 3) n;

-- Layers that are not open: words that no answer may hold either.
CREATE TABLE fixture.cameras_csu AS
SELECT commune AS _scope, 'SECRET-CAM-' || numero AS identifiant, 'camera' AS nature,
       'SECRET-CAM ' || idu AS nom, commune, 'service' AS etat, ST_Centroid(geom) AS geom
FROM fixture.parcelles WHERE section = 'AB' AND contenance < 310;

CREATE TABLE fixture.sites_archives AS
SELECT commune AS _scope, 'SECRET-SITE-' || section AS identifiant, 'SECRET-SITE ' || section AS nom, commune,
       ST_Point(x + 7, y + 7, 2154) AS geom
FROM fixture.sheets;

CREATE TABLE fixture.secteurs_craiol AS
SELECT 'territoire' AS _scope, 'SECRET-CRAIOL-' || code_insee AS code, 'SECRET-CRAIOL ' || nom AS nom,
       code_insee AS communes, geom
FROM fixture.communes
UNION ALL
SELECT 'territoire', 'SECRET-CRAIOL-EST', 'SECRET-CRAIOL Est', string_agg(code_insee, '|'), ST_Multi(ST_Union(geom))
FROM fixture.communes WHERE code_insee IN ('44109', '44143');
