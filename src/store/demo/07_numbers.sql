-- The lots that are missing (a row's end too thin to be one) are made up for by halving the
-- largest for their place.
create unlogged table demo.w_halved as
with missing as (
  select greatest(0, p.parcels - (select count(*) from demo.w_lot)) as n from demo.w_param p
), large as (
  select l.b, l.s, l.c, l.geom, l.ctid as old,
         row_number() over (order by st_area(l.geom) / k.lot desc, l.b, st_ymin(l.geom), st_xmin(l.geom)) as rank
  from demo.w_lot l join demo.w_block k using (b) where k.n > 1
), cut as (
  select b, s, c, geom, old, st_exteriorring(st_orientedenvelope(geom)) as ring
  from large, missing where rank <= n offset 0
), sides as (
  select b, s, c, geom, old, st_pointn(ring, 1) as p1, st_pointn(ring, 2) as p2,
         st_pointn(ring, 3) as p3, st_pointn(ring, 4) as p4 from cut offset 0
), line as (
  select b, s, c, geom, old,
         case when st_distance(p1, p2) > st_distance(p2, p3)
              then st_makeline(st_lineinterpolatepoint(st_makeline(p1, p2), 0.5),
                               st_lineinterpolatepoint(st_makeline(p4, p3), 0.5))
              else st_makeline(st_lineinterpolatepoint(st_makeline(p2, p3), 0.5),
                               st_lineinterpolatepoint(st_makeline(p1, p4), 0.5)) end as cut
  from sides offset 0
), halves as (
  select l.b, l.s, l.c, l.old, d.geom, count(*) over (partition by l.old) as parts
  from line l, st_dump(st_polygonize(array[
         st_unaryunion(st_collect(st_boundary(l.geom), l.cut), 0.01)])) d
)
select b, s, c, old, geom from halves where parts = 2 and st_area(geom) > 30;

delete from demo.w_lot l using demo.w_halved h where l.ctid = h.old;
insert into demo.w_lot (b, s, c, geom) select b, s, c, geom from demo.w_halved;

-- Neighbours take on the new corners, so that they still share every vertex.
update demo.w_lot l set geom = snapped
from (
  select h.id, st_snap(h.geom, st_collect(distinct corner.geom), 0.02) as snapped
  from (select b, (st_dumppoints(geom)).geom from demo.w_halved) corner
  join (select ctid as id, b, geom from demo.w_lot) h
    on h.b = corner.b and st_dwithin(h.geom, corner.geom, 0.02)
  group by h.id, h.geom
) n
where l.ctid = n.id and not st_orderingequals(l.geom, snapped) and st_isvalid(snapped)
  and st_geometrytype(snapped) = 'ST_Polygon';
drop table demo.w_halved;

-- Section letters: AB, AC… in town; ZA, ZB… (the land consolidation's) in the country; numbers
-- in the three départements of the land register.
create unlogged table demo.w_sheet as
select s, c, q.geom, w.insee, w.departement, lot, town, code, insee || '000' || code || '01' as feuille,
       date '1986-01-01' + (demo.u(s, 51) * 12000)::int as created
from (
  select s, c, geom, lot, lot < 2500 as town,
         row_number() over (partition by c, lot < 2500 order by s)::int as rank,
         row_number() over (partition by c order by s)::int as rank_all
  from demo.w_section
) q join demo.w_commune w using (c),
lateral (select case
    when departement in ('57', '67', '68') then lpad(rank_all::text, 2, '0')
    when town then chr(65 + rank / 26) || chr(65 + rank % 26)
    else chr(90 - (rank - 1) / 26) || chr(65 + (rank - 1) % 26) end as code) k;
alter table demo.w_sheet add primary key (s);

-- Numbers run through the section block by block, there and back along each.
create unlogged table demo.w_parcel as
select row_number() over (order by s, b, line, along)::int as p, b, s, c, geom, area, x, y, u, v, line,
       insee || '000' || code
         || lpad(row_number() over (partition by s order by b, line, along)::text, 4, '0') as idu,
       insee, code, feuille
from (
  select l.*, st_area(l.geom) as area, x, y, u, v, line,
         case when line % 2 = 0 then u else -u end as along
  from (select * from demo.w_lot) l join demo.w_axis a using (b),
  lateral (select st_centroid(l.geom) as pt) m,
  lateral (select st_x(pt) as x, st_y(pt) as y) o,
  lateral (select (x - ox) * ux + (y - oy) * uy as u, (x - ox) * vx + (y - oy) * vy as v) f,
  lateral (select least(rows_n - 1, greatest(0, floor(v / wid * rows_n)))::int as line) r
) placed join (select s as sheet, insee, code, feuille from demo.w_sheet) h on h.sheet = s;
alter table demo.w_parcel add primary key (p);
create index on demo.w_parcel (b);
drop table demo.w_lot;
analyze demo.w_parcel;

create unlogged table demo.parcelles as
select feuille as _scope, idu, insee as commune, '000'::text as prefixe, code as section,
       right(idu, 4) as numero,
       greatest(1, round(area * (1 + 0.012 * (demo.u(p, 52) - 0.5))))::bigint as contenance,
       feuille, demo.u(p, 53) < 0.2 as arpente,
       created + (demo.u(p, 54) ^ 3 * (date '2026-01-01' - created))::int as date_creation,
       greatest(created + (demo.u(p, 54) ^ 3 * (date '2026-01-01' - created))::int,
                date '2019-01-01' + (demo.u(p, 55) * 2500)::int) as date_maj,
       st_multi(geom) as geom
from demo.w_parcel join (select s, created from demo.w_sheet) h using (s)
order by p;

create unlogged table demo.sections as
select feuille as _scope, feuille, insee as commune, '000'::text as prefixe, code as section,
       '01'::text as numero,
       case when town then case when lot < 700 then 500 else 1000 end else 2000 end::bigint as echelle,
       case when town then 'P3' else 'P4' end as qualite,
       created as date_creation, date '2024-01-01' + (demo.u(s, 56) * 700)::int as date_maj,
       st_multi(geom) as geom
from demo.w_sheet order by s;

-- What stands on each parcel: filled next, once per half of the communes.
create unlogged table demo.w_building (
  p int not null, main boolean not null, type text not null, geom geometry not null
);

-- A polygon given in a block's frame, in the projection.
create function demo.placed(a demo.w_axis, srid int, uv float8[]) returns geometry
language sql immutable parallel safe as $$
  select st_setsrid(st_makepolygon(st_makeline(array_agg(st_makepoint(
           round((a.ox + a.ux * uv[2 * i - 1] + a.vx * uv[2 * i])::numeric, 2)::float8,
           round((a.oy + a.uy * uv[2 * i - 1] + a.vy * uv[2 * i])::numeric, 2)::float8) order by i))), srid)
  from generate_series(1, cardinality(uv) / 2) i
$$;
