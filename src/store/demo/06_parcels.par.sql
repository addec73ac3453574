-- Parcels: rows of lots back to back along the long side of each block. All the dividing lines
-- of a block and its outline are noded together on a grid of one centimetre and the faces are
-- built from them, so that neighbours share every vertex.
-- Frame of each block: u along its long side, v along the short one, from a corner.
insert into demo.w_axis (b, ox, oy, len, wid, ux, uy, vx, vy, rows_n)
select b, st_x(p2), st_y(p2), greatest(l12, l23), least(l12, l23),
       case when l12 >= l23 then st_x(p1) - st_x(p2) else st_x(p3) - st_x(p2) end / greatest(l12, l23),
       case when l12 >= l23 then st_y(p1) - st_y(p2) else st_y(p3) - st_y(p2) end / greatest(l12, l23),
       case when l12 >= l23 then st_x(p3) - st_x(p2) else st_x(p1) - st_x(p2) end / least(l12, l23),
       case when l12 >= l23 then st_y(p3) - st_y(p2) else st_y(p1) - st_y(p2) end / least(l12, l23),
       greatest(1, least(n / 2, round(least(l12, l23) / sqrt(2.6 * area / n))))
from (
  select b, n, area, p1, p2, p3, st_distance(p1, p2) as l12, st_distance(p2, p3) as l23
  from (
    select k.b, k.n, k.area, st_pointn(ring, 1) as p1, st_pointn(ring, 2) as p2,
           st_pointn(ring, 3) as p3
    from (select b, n, c, area, st_exteriorring(st_orientedenvelope(geom)) as ring
          from demo.w_block offset 0) k
    join demo.w_commune w using (c)
    where w.half = current_setting('demo.half')::int
  ) corners offset 0
) sides;

with rowed as materialized (
  select b, s, c, n, st_srid(k.geom) as srid, k.geom, ox, oy, len, wid, ux, uy, vx, vy, rows_n
  from demo.w_block k join demo.w_axis using (b) join demo.w_commune w using (c)
  where n > 1 and w.half = current_setting('demo.half')::int
), line as (
  -- Lines between rows…
  select b, 0 as u_from, 0 as k, array[-1, wid * v, len + 1, wid * v] as uv
  from rowed, generate_series(1, rows_n - 1) r
  cross join lateral (select (r + 0.16 * (demo.u(b * 64 + r, 41) - 0.5)) / rows_n as v) y
  union all
  -- … and between the lots of a row, nearly at right angles, their widths uneven.
  select b, r, m, array[len * u + lean, case when r = 1 then -1 else wid * v1 end,
                        len * u - lean, case when r = rows_n then wid + 1 else wid * v2 end]
  from rowed, generate_series(1, rows_n) r
  cross join lateral (
    select n * r / rows_n - n * (r - 1) / rows_n as lots,
           (r - 1 + 0.16 * (demo.u(b * 64 + r - 1, 41) - 0.5)) / rows_n as v1,
           (r + 0.16 * (demo.u(b * 64 + r, 41) - 0.5)) / rows_n as v2
  ) q
  cross join lateral generate_series(1, lots - 1) m
  cross join lateral (
    select (m + 0.42 * (demo.u((b * 64 + r)::bigint * 128 + m, 42) - 0.5)) / lots as u,
           0.02 * wid / rows_n * (demo.u((b * 64 + r)::bigint * 128 + m, 43) - 0.5) as lean
  ) p
), drawn as (
  select r.b, st_collect(st_setsrid(st_makeline(
           st_makepoint(ox + ux * uv[1] + vx * uv[2], oy + uy * uv[1] + vy * uv[2]),
           st_makepoint(ox + ux * uv[3] + vx * uv[4], oy + uy * uv[3] + vy * uv[4])), srid)) as lines
  from rowed r join line using (b)
  group by r.b
), face as materialized (
  select r.b, r.s, r.c, r.geom as block, f.geom
  from rowed r join drawn using (b),
       st_dump(st_polygonize(array[st_unaryunion(st_collect(st_boundary(r.geom), lines), 0.01)])) f
)
insert into demo.w_lot (b, s, c, geom)
select b, s, c, geom from face
where st_area(geom) > 22 and st_area(geom) / st_perimeter(geom) > 0.7
  and st_contains(block, st_pointonsurface(geom))
union all
select b, s, c, st_reduceprecision(k.geom, 0.01)
from demo.w_block k join demo.w_commune w using (c)
where n = 1 and w.half = current_setting('demo.half')::int;
