-- The communes in the territory's projection, at the centimetre.
create unlogged table demo.w_commune as
select row_number() over (order by insee)::int as c, s.insee, s.nom, s.population, s.departement,
       g.geom, st_area(g.geom) as area,
       coalesce(case when st_contains(g.geom, h.pt) then h.pt end, st_pointonsurface(g.geom)) as centre,
       (row_number() over (order by st_area(g.geom) desc, insee) % 2)::int as half
from demo.w_source s
cross join demo.w_param p
cross join lateral (
  select st_multi(st_collectionextract(st_makevalid(st_reduceprecision(
           st_transform(st_setsrid(st_union(st_geomfromwkb(decode(piece, 'hex'))), 4326), p.srid),
           0.01)), 3)) as geom
  from string_to_table(s.outline, '|') piece
) g
cross join lateral (
  select st_transform(st_setsrid(st_geomfromwkb(decode(s.hall, 'hex')), 4326), p.srid) as pt
) h;
alter table demo.w_commune add primary key (c);
-- Outlines that are generalised one by one enter one another by up to 1.15 m; what is published
-- here must pass the checks of its own layers, so each ends where one before it begins.
update demo.w_commune w
set geom = st_multi(st_collectionextract(st_difference(w.geom, o.geom, 0.01), 3))
from (select b.c, st_union(a.geom) as geom from demo.w_commune a
      join demo.w_commune b on a.c < b.c and st_overlaps(a.geom, b.geom) group by b.c) o
where o.c = w.c;
create index on demo.w_commune using gist (geom);
analyze demo.w_commune;

-- The rivers that the territory names.
create unlogged table demo.w_water as
select r.nom, r.width, st_transform(st_geomfromtext(r.line, 4326), p.srid) as geom
from demo.w_river r cross join demo.w_param p;

-- Centres: a town around each town hall, as wide as its population asks, and hamlets.
-- `r` is the distance over which the lots grow by a factor e.
create unlogged table demo.w_centre as
select c, st_x(centre) as x, st_y(centre) as y, 'bourg' as kind,
       greatest(250, sqrt(greatest(coalesce(population, 0), 50) / 4000.0 / pi()) * 1000) as r
from demo.w_commune
union all
select c, st_x(d.geom), st_y(d.geom), 'hameau', 60 + 90 * demo.u(c * 1000 + d.path[1], 1)
from demo.w_commune,
     st_dump(st_generatepoints(geom, least(14, greatest(1, (area / 2500000)::int)), c)) d;
create index on demo.w_centre (c);
create index on demo.w_centre (r) where kind = 'bourg' and r > 2000;
analyze demo.w_centre;

-- Distances to the nearest town and hamlet, in their own units, around a point of a commune.
create function demo.near(commune int, px float8, py float8, out bourg float8, out hameau float8)
language sql stable parallel safe as $$
  select coalesce(min(sqrt((x - px) ^ 2 + (y - py) ^ 2) / r) filter (where kind = 'bourg'), 99),
         coalesce(min(sqrt((x - px) ^ 2 + (y - py) ^ 2) / r) filter (where kind = 'hameau'), 99)
  from demo.w_centre where c = commune or (kind = 'bourg' and r > 2000)
$$;

-- Usual area of a lot, in square metres, from these distances.
create function demo.lot(bourg float8, hameau float8, lambda float8, cap float8, scale float8)
returns float8 language sql immutable parallel safe as $$
  select scale * least(cap, 230 * exp(least(bourg / lambda, 20)), 420 * exp(least(hameau, 20)))
$$;

-- Samples of the territory, to make the number of parcels come out as asked.
create unlogged table demo.w_sample as
select c, px, py, w, n.bourg, n.hameau
from (
  select c, st_x(d.geom) as px, st_y(d.geom) as py, area / count(*) over (partition by c) as w
  from demo.w_commune,
       st_dump(st_generatepoints(geom, greatest(20,
         (12000 * area / (select sum(area) from demo.w_commune))::int), c + 7)) d
) s, demo.near(c, px, py) n;

do $$
declare
  wanted float8;
  low float8 := 0.02;
  high float8 := 40;
  found float8;
begin
  -- Streets, squares and what is left at the edges take some 15 % of the ground.
  select parcels / 0.85 into wanted from demo.w_param;
  for i in 1..40 loop
    select sum(w / demo.lot(bourg, hameau, (low + high) / 2, 30000, 1)) into found from demo.w_sample;
    if found > wanted then high := (low + high) / 2; else low := (low + high) / 2; end if;
  end loop;
  -- Where no spread of the towns gives the number (very few or very many), all lots scale.
  select sum(w / demo.lot(bourg, hameau, low, 30000, 1)) into found from demo.w_sample;
  update demo.w_param set lambda = low, scale = found / wanted;
end $$;
alter table demo.w_sample add column lot float8;
update demo.w_sample s set lot = demo.lot(bourg, hameau, lambda, cap, scale) from demo.w_param;
