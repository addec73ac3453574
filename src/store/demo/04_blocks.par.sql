-- Blocks: each section is laid out as a bent grid of streets along its own direction; what is
-- left of a cell once half a street is taken off each side is a block. Run once per half of the
-- communes.
with inner_land as materialized (
  -- A section less the main road along its edge, and less the rivers.
  select q.s, case when water.geom is null then land.geom
                   else st_difference(land.geom, water.geom, 0.01) end as inside
  from demo.w_section q join demo.w_commune w using (c)
  cross join lateral (
    select st_buffer(q.geom, -least(8, greatest(4.5, sqrt(q.lot) / 6)),
                     'join=mitre mitre_limit=2') as geom
  ) land
  left join lateral (
    select st_union(st_buffer(r.geom, r.width / 2 + 12)) as geom from demo.w_water r
    where st_dwithin(r.geom, q.geom, r.width / 2 + 12)
  ) water on true
  where w.half = current_setting('demo.half')::int
), dims as materialized (
  select s::bigint as s, x, y, angle, lot, sqrt(2.4 * lot) as depth,
         least(7, greatest(4, sqrt(lot) / 4)) as street,
         sqrt((st_xmax(q.geom) - st_xmin(q.geom)) ^ 2
              + (st_ymax(q.geom) - st_ymin(q.geom)) ^ 2) / 2 as radius,
         inside
  from demo.w_section q join inner_land using (s)
), grid as (
  select d.*, 2 * depth + 2 * street as dv,
         (8 * lot / depth) * (0.8 + 0.5 * demo.u(s, 21)) + 2 * street as du
  from dims d
), cell as (
  select g.*, j, i, demo.u(s * 4096 + j, 22) * du as offset_u
  from grid g,
       generate_series(-ceil(radius / dv)::int - 1, ceil(radius / dv)::int) j,
       generate_series(-ceil(radius / du)::int - 2, ceil(radius / du)::int) i
), edge as (
  -- Sides of the cell in the section's frame: u along the streets, v across.
  select *, v0 + street as v1, v2 - street as v3, u0 + street as u1, u2 - street as u3
  from cell cross join lateral (
    select (j + 0.24 * (demo.u(s * 4096 + j, 23) - 0.5)) * dv as v0,
           (j + 1 + 0.24 * (demo.u(s * 4096 + j + 1, 23) - 0.5)) * dv as v2,
           (i + 0.3 * (demo.u((s * 4096 + j) * 4096 + i, 24) - 0.5)) * du + offset_u as u0,
           (i + 1 + 0.3 * (demo.u((s * 4096 + j) * 4096 + i + 1, 24) - 0.5)) * du + offset_u as u2
  ) e
), shape as materialized (
  -- The bend: one slow wave along the streets, one across; no wider than the chords of two
  -- neighbours allow.
  select s, j, i, lot, inside,
         (select st_setsrid(st_makepolygon(st_makeline(array_agg(st_makepoint(
              round((x + cos(angle) * bu - sin(angle) * bv)::numeric, 2)::float8,
              round((y + sin(angle) * bu + cos(angle) * bv)::numeric, 2)::float8) order by n))),
            st_srid(inside))
          from (values (1, u1, v1), (2, u1 + (u3 - u1) / 3, v1), (3, u1 + (u3 - u1) * 2 / 3, v1),
                       (4, u3, v1), (5, u3, v3), (6, u1 + (u3 - u1) * 2 / 3, v3),
                       (7, u1 + (u3 - u1) / 3, v3), (8, u1, v3), (9, u1, v1)) corner(n, cu, cv),
          lateral (select
            cu + least(0.22 * dv, 40) * sin(cv * 6.2832 / (6 * dv) + 6.28 * demo.u(s, 25)) as bu,
            cv + least(0.42 * dv, 90) * sin(cu * 6.2832 / (4.5 * du) + 6.28 * demo.u(s, 26)) as bv) bend
         ) as geom
  from edge
  where (u0 + u2) ^ 2 / 4 + (v0 + v2) ^ 2 / 4 < (radius + du + dv) ^ 2
)
insert into demo.w_block_raw (s, j, i, lot, geom)
select s, j, i, lot, d.geom
from shape h,
     st_dump(case when st_contains(inside, h.geom) then h.geom
             else st_collectionextract(st_intersection(h.geom, inside, 0.01), 3) end) d
where not st_isempty(inside) and st_intersects(h.geom, inside)
  and st_area(d.geom) > greatest(100, 0.5 * lot)
  and st_area(d.geom) / st_perimeter(d.geom) > 2.5;
