-- Public utility easements (SUP), by partition.
create unlogged table demo.w_easement (
  gest text, cat text, n int, nomgen text, nomsuplitt text, typeass text, mode text, param float8,
  acte text, dated date, geom geometry
);

create unlogged table demo.w_territory as
select st_union(geom, 0.01) as geom, (select min(departement) from demo.w_commune) as dep from demo.w_commune;

insert into demo.w_easement
-- Monuments: one a commune and more in the towns, within a kilometre of the town hall.
select '110046018', 'AC1', (row_number() over (order by w.c, k))::int,
       demo.pick(array['Église', 'Château', 'Manoir', 'Chapelle', 'Hôtel particulier', 'Moulin'], demo.u(w.c * 64 + k, 111))
         || ' de démonstration n° ' || k || ' (' || w.nom || ')',
       'Protection des monuments historiques', 'Périmètre des abords', 'Zone tampon', 500,
       'Arrêté d’inscription', date '1925-01-01' + (demo.u(w.c * 64 + k, 112) * 30000)::int,
       st_intersection(t.geom, st_buffer(st_translate(w.centre, cos(a) * d, sin(a) * d), 500, 24), 0.01)
from demo.w_commune w cross join demo.w_territory t,
     generate_series(1, 1 + least(12, coalesce(population, 0) / 25000)::int) k,
lateral (select 6.2832 * demo.u(w.c * 64 + k, 113) as a,
                case k when 1 then 60 else 200 + 1500 * demo.u(w.c * 64 + k, 114) end as d) x;

-- Roads of the country, as a network, carry what crosses the territory.
create unlogged table demo.w_edge as
select distinct least(a, b) as a, greatest(a, b) as b
from (
  select st_startpoint(d.geom) as a, st_endpoint(d.geom) as b
  from demo.w_section, st_dumpsegments(st_exteriorring(geom)) d
) e;

insert into demo.w_easement
-- Power lines: straight, across.
select '444619258', 'I4', n, 'Ligne 225 kV de démonstration n° ' || n,
       'Ouvrages du réseau de transport d’électricité', 'Bande de servitude', 'Zone tampon', 40,
       'Arrêté préfectoral', date '1971-05-12' + n * 900, geom
from (
  select n, st_intersection(t.geom, st_buffer(st_makeline(
           demo.pt(st_xmin(t.geom) - 500, st_ymin(t.geom) + dy * demo.u(n, 115), st_srid(t.geom)),
           demo.pt(st_xmax(t.geom) + 500, st_ymin(t.geom) + dy * demo.u(n, 116), st_srid(t.geom))), 40), 0.01) as geom
  from demo.w_territory t, generate_series(1, 3) n,
  lateral (select st_ymax(t.geom) - st_ymin(t.geom) as dy) h
) l
union all
-- A railway from the westernmost of the large communes to the easternmost, by the largest.
select '412280737', 'T1', 1, 'Voie ferrée de démonstration', 'Voies ferrées', 'Emprise et abords', 'Zone tampon', 15,
       'Loi du 15 juillet 1845', date '1845-07-15',
       st_intersection(t.geom, st_buffer(line, 15), 0.01)
from demo.w_territory t, (
  select st_makeline(st_translate(centre, 120, -160) order by st_x(centre)) as line, count(*) as n
  from (
    select centre, rank, row_number() over (order by st_x(centre)) as west,
           row_number() over (order by st_x(centre) desc) as east
    from (select centre, row_number() over (order by population desc nulls last, insee) as rank
          from demo.w_commune) ranked where rank <= 10
  ) large where rank = 1 or west = 1 or east = 1
) l where l.n > 1
union all
-- Catchments: two perimeters around a field.
select '130008048', 'AS1', (2 * i + case r when 300 then 1 else 2 end)::int, 'Captage de démonstration n° ' || (i + 1),
       'Protection des eaux potables', case r when 300 then 'Périmètre rapproché' else 'Périmètre éloigné' end,
       'Zone tampon', r, 'Arrêté de DUP', date '1998-03-02', st_intersection(t.geom, st_buffer(demo.pt(q.x, q.y, st_srid(t.geom)), r), 0.01)
from demo.w_territory t, (
  select x, y, row_number() over (order by lot desc, s) - 1 as i from demo.w_section
) q, (values (300.0), (1000.0)) p(r) where i < 3
union all
-- Cemeteries: a hundred metres around.
select '110014016', 'INT1', (row_number() over (order by c))::int, 'Cimetière de démonstration', 'Voisinage des cimetières',
       'Zone de protection', 'Zone tampon', 100, 'Code général des collectivités territoriales', date '1808-03-07',
       st_intersection(t.geom, st_buffer(geom_, 100), 0.01)
from demo.w_territory t, (
  select distinct on (c) c, geom as geom_ from demo.w_block where area between 2000 and 60000 order by c, n, b
) k
union all
-- Floods: along the rivers when the territory names some, else along the largest commune's edge.
select '110068012', 'PM1', zone, 'Plan de prévention du risque inondation', 'Plan de prévention des risques naturels',
       case zone when 1 then 'Zone rouge' else 'Zone bleue' end, 'Zone tampon', case zone when 1 then 90 else 350 end,
       'Arrêté préfectoral', date '2014-03-31',
       st_intersection(t.geom, case zone when 1 then st_buffer(line, width / 2 + 90)
         else st_difference(st_buffer(line, width / 2 + 350), st_buffer(line, width / 2 + 90)) end, 0.01)
from demo.w_territory t, (values (1), (2)) z(zone), (
  select st_union(geom) as line, max(width) as width from (
    select geom, width from demo.w_water
    union all
    select st_linesubstring(st_exteriorring(st_geometryn(geom, 1)), 0.1, 0.45), 20.0
    from demo.w_commune where not exists (select 1 from demo.w_water)
      and area = (select max(area) from demo.w_commune)
  ) w
) r;

create unlogged table demo.servitudes as
select s.partition as _scope, lower(cat) as suptype, s.partition, cat || '_' || n || '_ass' as idass,
       cat || '_' || n || '_gen' as idgen, cat || '_' || n as idsup, nomgen as nomass, typeass,
       nomgen as nomsup, nomsuplitt, nomgen, mode as modegeoass, param as paramcalc, 'Démonstration' as srcgeoass,
       '2026' as datesrcass, cat || '_' || n || '_act' as idacte, acte as nomacte, acte as typeacte, 'Création' as decision,
       dated as datedecis, dated + 30 as datepub, cat || '_' || n || '_act.pdf' as fichier,
       'Gestionnaire de démonstration' as nomgest, date '2026-01-15' as datemaj, e.geom
from demo.w_easement e cross join demo.w_territory t
cross join lateral (select gest || '_' || cat || '_' || t.dep as partition) s
where not st_isempty(e.geom) order by cat, n;
