-- Facilities at addresses, in number as the population asks.
create unlogged table demo.w_site as
with wanted as (
  select c, insee, nom, departement, kind, n from demo.w_commune w
  cross join lateral (select coalesce(population, 0) as pop) p
  cross join lateral (values
    ('biblio', 1 + pop / 25000), ('musique', case when pop > 4000 then 1 + pop / 90000 else 0 end),
    ('piscine', case when pop > 8000 then 1 + pop / 70000 else 0 end), ('ecole', 1 + pop / 1900),
    ('archives', case when pop > 20000 then 1 + pop / 150000 else 0 end),
    ('camera', case when pop > 20000 then least(90, pop / 4000) else 0 end)) k(kind, n)
)
select w.c, w.insee, w.nom, w.departement, kind, rank, p, street, voie, numero, adresse, geom,
       row_number() over (partition by kind order by c, rank) as id
from wanted w join lateral (
  select p, street, voie, numero, numero || ' ' || voie as adresse, geom,
         row_number() over (order by demo.u(p, 130 + ascii(kind)), p) as rank
  from demo.w_address a where a.c = w.c
) a on rank <= n;

create function demo.postcode(commune int) returns text language sql stable as $$
  select nullif(left(s.codes_postaux, 5), '') from demo.w_source s join demo.w_commune w using (insee) where w.c = commune
$$;

create unlogged table demo.bibliotheques as
select insee as _scope, 'bib-' || lower(insee) || '-' || rank as identifiant,
       case when rank = 1 then 'Médiathèque de ' || nom else 'Bibliothèque ' || voie end as nom,
       case when rank = 1 then 'mediatheque' when demo.u(p, 131) < 0.2 then 'ludotheque'
            when demo.u(p, 131) < 0.4 then 'point_lecture' else 'bibliotheque' end as type,
       insee as commune, adresse, demo.postcode(c) as code_postal,
       'mardi-samedi 10:00-12:30, 14:00-18:00' as horaires,
       demo.pick(array['oui', 'oui', 'oui', 'partielle', 'inconnue'], demo.u(p, 132)) as accessibilite,
       'Réseau de lecture publique (démonstration)' as reseau, 150 + (2400 * demo.u(p, 133) ^ 2)::bigint as surface,
       4000 + (80000 * demo.u(p, 133) ^ 2)::bigint as documents, geom
from demo.w_site where kind = 'biblio' order by id;

create unlogged table demo.ecoles_de_musique as
select insee as _scope, 'mus-' || lower(insee) || '-' || rank as identifiant,
       'École de musique de ' || nom || case when rank > 1 then ' (' || rank || ')' else '' end as nom,
       demo.pick(array['municipal', 'associatif', 'associatif', 'intercommunal'], demo.u(p, 134)) as statut,
       insee as commune, adresse, demo.postcode(c) as code_postal,
       demo.pick(array['oui', 'partielle', 'inconnue'], demo.u(p, 135)) as accessibilite,
       'piano|guitare|violon|flûte|percussions|chant choral' as disciplines, 120 + (600 * demo.u(p, 136))::bigint as eleves,
       '2025-2026' as annee_scolaire, geom
from demo.w_site where kind = 'musique' order by id;

create unlogged table demo.piscines as
select insee as _scope, 'pis-' || lower(insee) || '-' || rank as identifiant, 'Piscine ' || voie as nom,
       demo.pick(array['couverte', 'couverte', 'mixte', 'decouverte'], demo.u(p, 137)) as type, insee as commune,
       adresse, demo.postcode(c) as code_postal, 'oui' as accessibilite, 1 + (2 * demo.u(p, 138))::bigint as bassins,
       case when demo.u(p, 139) < 0.15 then 50.0 else 25.0 end::float8 as longueur_bassin,
       case when demo.u(p, 139) < 0.15 then 8 else 5 end::bigint as couloirs,
       demo.pick(array['regie', 'regie', 'delegation'], demo.u(p, 140)) as gestion, geom
from demo.w_site where kind = 'piscine' order by id;

-- School identifiers (UAI) of demonstration: order numbers from 8001, and their check letter.
create unlogged table demo.ecoles as
select insee as _scope, code || substr('ABCDEFGHJKLMNPRSTUVWXYZ', 1 + (code::int % 23), 1) as uai,
       case nature when 'maternelle' then 'École maternelle ' when 'elementaire' then 'École élémentaire '
                   else 'École primaire ' end || voie || ' (démonstration)' as nom,
       nature, case when demo.u(p, 142) < 0.2 then 'prive' else 'public' end as secteur, insee as commune, adresse,
       demo.postcode(c) as code_postal, demo.pick(array['oui', 'partielle', 'inconnue'], demo.u(p, 143)) as accessibilite,
       case when demo.u(p, 144) < 0.97 then 'ouvert' else 'a_ouvrir' end as etat,
       80 + (260 * demo.u(p, 145))::bigint as effectif, '2025-2026' as annee_scolaire, geom, c, rank
from demo.w_site,
lateral (select demo.pick(array['maternelle', 'elementaire', 'primaire', 'primaire'], demo.u(p, 141)) as nature,
                case departement when '2A' then '620' when '2B' then '720'
                                 else lpad(departement, 3, '0') end || (8000 + id) as code) n
where kind = 'ecole' order by id;

create unlogged table demo.sites_archives as
select insee as _scope, 'arc-' || lower(insee) || '-' || rank as identifiant,
       case when rank = 1 then 'Archives de ' || nom else 'Magasin d’archives ' || voie end as nom,
       case when rank = 1 then 'salle_lecture' else demo.pick(array['magasin', 'preconservation', 'numerique'], demo.u(p, 146)) end as type,
       insee as commune, adresse, demo.postcode(c) as code_postal, cap as capacite,
       round((cap * (0.4 + 0.5 * demo.u(p, 148)))::numeric)::float8 as occupation, demo.u(p, 149) < 0.7 as climatise,
       date '2025-01-01' + (400 * demo.u(p, 150))::int as date_controle, geom
from demo.w_site, lateral (select round((300 + 4000 * demo.u(p, 147))::numeric)::float8 as cap) k
where kind = 'archives' order by id;

create unlogged table demo.cameras_csu as
select insee as _scope, 'cam-' || lower(insee) || '-' || lpad(rank::text, 3, '0') as identifiant, 'camera' as nature,
       'Caméra ' || lpad(rank::text, 3, '0') || ' ' || voie as nom, insee as commune, adresse,
       demo.pick(array['dome', 'dome', 'fixe', 'multicapteur', 'nomade', 'lapi'], demo.u(p, 151)) as type,
       demo.pick(array['service', 'service', 'service', 'service', 'maintenance', 'projet'], demo.u(p, 152)) as etat,
       'Arrêté de démonstration 2023-' || id as arrete, d as date_autorisation, (d + interval '5 years')::date as date_echeance,
       30::bigint as conservation, geom::geometry as geom
from demo.w_site, lateral (select date '2022-01-01' + (1200 * demo.u(p, 153))::int as d) k where kind = 'camera'
union all
select insee, 'per-' || lower(insee), 'perimetre', 'Périmètre vidéoprotégé de ' || nom, insee, null, null, 'service',
       'Arrêté de démonstration 2023-P', date '2023-05-01', date '2028-05-01', 30, st_intersection(geom, st_buffer(centre, 350), 0.01)
from demo.w_commune where coalesce(population, 0) > 20000;

-- School circuits walk the roads of the commune from a far corner to the town hall, always nearer.
create unlogged table demo.w_road as
select a, b, c from (
  select s.c, st_startpoint(d.geom) as a, st_endpoint(d.geom) as b
  from demo.w_section s, st_dumpsegments(st_exteriorring(geom)) d
  union
  select s.c, st_endpoint(d.geom), st_startpoint(d.geom)
  from demo.w_section s, st_dumpsegments(st_exteriorring(geom)) d
) e;
create index on demo.w_road (c, a);

create unlogged table demo.w_circuit as
with recursive start as (
  select c, a, k from (
    select c, a, row_number() over (partition by c order by demo.u(demo.k(st_astext(a)), 160), st_astext(a)) as k
    from (select distinct r.c, a from demo.w_road r join demo.w_commune w using (c)
          where st_distance(a, centre) > 1200) corner
  ) r where k <= 3
), walk as (
  select c, k, 1 as step, a as at from start
  union all
  select w.c, w.k, w.step + 1, n.b
  from walk w join demo.w_commune m using (c) cross join lateral (
    select b from demo.w_road r where r.c = w.c and r.a = w.at
      and st_distance(b, m.centre) < st_distance(w.at, m.centre) - 1
    order by st_distance(b, m.centre), st_astext(b) limit 1
  ) n where w.step < 80
)
select c, k, st_makeline(at order by step) as geom, count(*)::int as steps,
       array_agg(at order by step) as stops
from walk group by c, k having count(*) >= 3;

create unlogged table demo.transports_scolaires as
select 'territoire'::text as _scope, 'TS-' || w.insee || '-' || k as code,
       'Circuit ' || k || ' de ' || w.nom || ' (démonstration)' as nom, w.insee as communes, w.insee as commune,
       (select string_agg(uai, '|' order by uai) from demo.ecoles e where e.c = r.c and e.rank <= 2) as etablissements,
       (select string_agg('Arrêt ' || i, '|' order by i) from generate_series(1, steps) i) as arrets,
       steps::bigint as nombre_arrets, demo.pick(array['matin', 'soir', 'journee'], demo.u(r.c * 8 + k, 161)) as periode,
       'Transporteur de démonstration' as exploitant, 12 + (40 * demo.u(r.c * 8 + k, 162))::bigint as effectif,
       '2025-2026' as annee_scolaire, round((st_length(r.geom) / 1000)::numeric, 2)::float8 as longueur, st_multi(r.geom) as geom
from demo.w_circuit r join demo.w_commune w using (c) order by w.insee, k;
alter table demo.ecoles drop column c, drop column rank;

create unlogged table demo.secteurs_craiol as
select 'territoire'::text as _scope, 'ASTR-' || upper(code) as code, 'Astreinte ' || nom as nom, 'astreinte' as type, communes,
       'tous' as domaine, 'Équipe d’astreinte (démonstration)' as equipe, '02 61 91 00 00' as telephone_service,
       date '2026-01-01' as debut, date '2026-12-31' as fin, 'Consigne de démonstration : appeler le cadre d’astreinte.' as consignes, geom
from demo.poles_de_proximite
union all
select 'territoire', 'INT-' || upper(d) || '-' || upper(code), 'Intervention ' || t || ', ' || nom, 'intervention', communes,
       d, 'Équipe ' || t || ' (démonstration)', '02 61 91 00 01', date '2026-01-01', null, null, geom
from demo.bassins_de_vie, (values ('voirie', 'voirie'), ('eau', 'eau')) k(d, t);

-- Surveys: kerbs as lines and spot heights around some blocks of the larger communes.
create unlogged table demo.leves_topographiques as
with chosen as (
  select c, b, geom, leve from (
    select k.c, k.b, k.geom, 'LEVE-' || w.insee || '-2025-01' as leve,
           row_number() over (partition by k.c order by st_distance(st_startpoint(st_exteriorring(k.geom)), w.centre), b) as rank
    from demo.w_block k
    join (select * from demo.w_commune order by population desc nulls last, insee limit 40) w using (c)
  ) r where rank <= 12
), corner as (
  select c, b, leve, d.path[1] as i, d.geom from chosen, st_dumppoints(st_exteriorring(geom)) d
), object as (
  select c, b, leve, 'L' || b as identifiant, 'Limite de voirie' as nature, 'VOIRIE_BORDURE' as calque, null::float8 as altitude,
         null::text as texte, st_exteriorring(st_buffer(geom, 0.2, 'join=mitre')) as geom from chosen
  union all
  select c, b, leve, 'P' || b || '-' || i, 'Point de levé', 'TOPO_POINT', z, to_char(z, 'FM990.00'), geom
  from corner, lateral (select round((18 + 9 * sin(st_x(geom) / 900) + 6 * cos(st_y(geom) / 700) + 0.4 * demo.u(b * 64::bigint + i, 165))::numeric, 2)::float8 as z) h
  where i > 1
)
select 'territoire'::text as _scope, leve, identifiant, w.insee as commune, nature, calque, texte, altitude,
       5::bigint as precision_plani, 5::bigint as precision_alti, date '2025-03-10' + o.c % 200 as date_leve,
       'Géomètre de démonstration' as producteur, 'EPSG:' || case when p.srid = 2154 then 3947 else p.srid end as projection, o.geom
from object o join (select c, insee from demo.w_commune) w using (c) cross join demo.w_param p
order by leve, identifiant;
