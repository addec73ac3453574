-- How many parcels each block gets: in proportion to its area over the usual lot there, the sum
-- being the number asked.
create unlogged table demo.w_block as
with lotted as (
  select b.*, st_area(b.geom) as area, st_x(pt) as x, st_y(pt) as y,
         demo.lot(n.bourg, n.hameau, lambda, cap, scale) as local_lot, w.c
  from demo.w_block_raw b join demo.w_section w using (s)
  cross join demo.w_param
  cross join lateral (select st_centroid(b.geom) as pt) m
  cross join lateral demo.near(w.c, st_x(pt), st_y(pt)) n
), weighed as (
  select row_number() over (order by s, j, case when j % 2 = 0 then i else -i end, x, y)::int as b,
         *, case when demo.u((x * 100)::bigint # (y * 7)::bigint, 31) < 0.02 then 1
            else least(greatest(area / local_lot, 1), 48) end as weight
  from lotted
), running as (
  select *, sum(weight) over (order by b) as upto, sum(weight) over () as total from weighed
)
select b, s, c, j, i, area, x, y, local_lot as lot, geom,
       greatest(1, floor(upto * parcels / total + 0.5)
                   - floor((upto - weight) * parcels / total + 0.5))::int as n
from running, demo.w_param;
alter table demo.w_block add primary key (b);
create index on demo.w_block (s);
analyze demo.w_block;

create unlogged table demo.w_lot (
  b int not null, s int not null, c int not null, geom geometry not null
);

create unlogged table demo.w_axis (
  b int not null, ox float8 not null, oy float8 not null, len float8 not null,
  wid float8 not null, ux float8 not null, uy float8 not null, vx float8 not null,
  vy float8 not null, rows_n int not null
);
