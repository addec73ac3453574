-- Sections: the cells that main roads enclose, small in town and wide in the country; one is a
-- cadastral section and a quarter at once. They tile each commune.
create unlogged table demo.w_quota as
select c, greatest(1, least(
         case when departement in ('57', '67', '68') then 95 else 600 end,
         round(sum(s.w / s.lot) * 0.85 / 160)))::int as k
from demo.w_sample s join demo.w_commune using (c)
group by c, departement;

-- Seeds: samples drawn without replacement, more often where lots are small.
create unlogged table demo.w_seed as
select c, pt from (
  select s.c, st_setsrid(st_makepoint(px, py), srid) as pt, k,
         row_number() over (partition by s.c
           order by -ln(1 - demo.u(i, 11)) * lot ^ 0.85, i) as rank
  from (
    select c, px, py, lot, row_number() over (order by c, px, py) as i
    from (
      select c, px, py, lot from demo.w_sample
      union all
      select c, x, y, demo.lot(n.bourg, n.hameau, lambda, cap, scale)
      from demo.w_param, (
        select c, st_x(d.geom) as x, st_y(d.geom) as y
        from demo.w_commune join demo.w_quota using (c),
             st_dump(st_generatepoints(geom, 12 * k, c + 13)) d
      ) g, demo.near(c, x, y) n
    ) all_samples
  ) s join demo.w_quota using (c), demo.w_param
) ranked where rank <= k;

create function demo.cells(commune int, seeds geometry) returns setof geometry
language sql stable parallel safe as $$
  select case when st_numgeometries(seeds) < 2 then w.geom
              else st_multi(st_collectionextract(st_intersection(w.geom, v.geom, 0.01), 3)) end
  from demo.w_commune w,
       st_dump(case when st_numgeometries(seeds) < 2 then seeds
               else st_voronoipolygons(seeds, 0, w.geom) end) v
  where w.c = commune
$$;

create unlogged table demo.w_section as
with first as (
  -- One step of Lloyd's relaxation: seeds move to the middle of their cells.
  select s.c, st_collect(st_centroid(g)) as seeds
  from (select c, st_collect(pt order by st_x(pt), st_y(pt)) as seeds from demo.w_seed group by c) s,
       demo.cells(s.c, s.seeds) g
  where not st_isempty(g) group by s.c
), cell as (
  select f.c, g.geom from first f, demo.cells(f.c, f.seeds) m, st_dump(m) g
  where st_area(g.geom) > 400
)
select row_number() over (order by c, lot, x, y)::int as s, c, geom, x, y, lot,
       atan2(y - st_y(centre), x - st_x(centre))
         + 0.5 * (demo.u((x * 100)::bigint # (y * 7)::bigint, 3) - 0.5) as angle
from (
  select c, cell.geom, st_x(st_centroid(cell.geom)) as x, st_y(st_centroid(cell.geom)) as y, centre
  from cell join demo.w_commune using (c)
) m cross join demo.w_param,
lateral (select demo.lot(n.bourg, n.hameau, lambda, cap, scale) as lot from demo.near(c, x, y) n) l;
alter table demo.w_section add primary key (s);
analyze demo.w_section;

create unlogged table demo.w_block_raw (
  s int not null, j int not null, i int not null, lot float8 not null, geom geometry not null
);
