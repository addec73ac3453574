-- Buildings, drawn in their block's frame: terraces along the street in the dense centre, houses
-- set back from it further out, some L-shaped, with a shed; halls on large lots, farms here and
-- there. Whatever would leave its parcel is cut by it.
with lot as materialized (
  select p, q.b, q.geom, q.area, k.lot as usual, k.n, a as axis, line, rows_n,
         st_xmin(f) as u0, st_xmax(f) as u1, st_ymin(f) as v0, st_ymax(f) as v1,
         case when line = 0 then false when line = rows_n - 1 then true
              else demo.u(b, 60) < 0.5 end as top,
         demo.u(p, 61) as r1, demo.u(p, 62) as r2, demo.u(p, 63) as r3, demo.u(p, 64) as r4
  from demo.w_parcel q join demo.w_axis a using (b)
  join (select b, lot, n from demo.w_block) k using (b) join demo.w_commune w using (c)
  cross join lateral (select st_affine(q.geom, ux, uy, vx, vy, -(ox * ux + oy * uy),
                                       -(ox * vx + oy * vy)) as f) t
  where w.half = current_setting('demo.half')::int
), kind as (
  select *, u1 - u0 as w, v1 - v0 as d,
         case when n = 1 and r1 < 0.4 then 'hall'
              when n = 1 then null
              when area < 340 and usual < 420 then case when r1 < 0.96 then 'terrace' end
              when area < 3000 and usual < 1600 then case when r1 < 0.87 then 'house' end
              when usual < 4000 then case when r1 < 0.3 then 'hall' when r1 < 0.55 then 'house' end
              else case when r1 < 0.02 then 'farm' when r1 < 0.05 then 'house' end end as kind
  from lot
), sized as materialized (
  select *, case kind when 'terrace' then w
                      when 'house' then least(0.72 * w, 8 + 6 * r2)
                      when 'hall' then least(0.6 * w, 14 + 0.35 * w * r2)
                      else least(0.5 * w, 18 + 14 * r2) end as bw,
         case kind when 'terrace' then least(0.75 * d, 10 + 4 * (demo.u(b, 65)))
                   when 'house' then least(0.5 * d, 7.5 + 3.5 * r3)
                   when 'hall' then least(0.45 * d, 12 + 0.25 * d * r3)
                   else least(0.3 * d, 9 + 6 * r3) end as bd,
         case kind when 'terrace' then 0 when 'house' then least(0.25 * d, 3 + 4 * demo.u(b, 66))
                   when 'hall' then 0.15 * d else least(25, 0.2 * d) end as back
  from kind where kind is not null
), drawn as (
  select p, geom, axis, true as main, '01' as type,
         -- Rectangle, or an L whose wing goes back from the street.
         case when kind = 'house' and r4 < 0.35 and d > 22 then
           array[x0, y0, x0 + bw, y0, x0 + bw, y0 + side * (bd + 4), x0 + bw * 0.55, y0 + side * (bd + 4),
                 x0 + bw * 0.55, y0 + side * bd, x0, y0 + side * bd, x0, y0]
         else array[x0, y0, x0 + bw, y0, x0 + bw, y0 + side * bd, x0, y0 + side * bd, x0, y0] end as uv
  from sized
  cross join lateral (select case when top then -1 else 1 end as side) s
  cross join lateral (select u0 + case kind when 'terrace' then 0 else (w - bw) * (0.15 + 0.7 * r4) end as x0,
                             case when top then v1 - back else v0 + back end as y0) o
  union all
  select p, geom, axis, false, '02',
         array[x0, y0, x0 + sw, y0, x0 + sw, y0 + side * 3.5, x0, y0 + side * 3.5, x0, y0]
  from sized
  cross join lateral (select case when top then 1 else -1 end as side, 3.0 + 3 * r2 as sw) s
  cross join lateral (select u0 + 1.2 + (w - sw - 2.4) * round(r3) as x0,
                             case when top then v0 + 1.5 else v1 - 1.5 end as y0) o
  where (kind = 'house' and r2 < 0.4 and w > 9 and d > back + bd + 9) or (kind = 'farm' and r2 < 0.7)
), shape as materialized (
  select p, main, type, geom as lot, demo.placed(axis, st_srid(geom), uv) as geom from drawn
)
insert into demo.w_building (p, main, type, geom)
select p, main, type, d.geom
from shape s,
     st_dump(case when st_contains(lot, s.geom) then s.geom
             else st_collectionextract(st_intersection(lot, s.geom, 0.01), 3) end) d
where st_area(d.geom) > case when main then 25 else 6 end
  and st_area(d.geom) / st_perimeter(d.geom) > 0.6;
