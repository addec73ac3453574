-- Communes, town halls, pôles de proximité and bassins de vie.
-- Communes that no table of the territory names are grouped around the most populated of them.
create unlogged table demo.w_group as
with kinds as (
  select kind, c, w.insee, w.nom, w.population, w.centre from demo.w_commune w,
       (values ('pole'), ('bassin')) k(kind)
  where not exists (select 1 from demo.w_member m where m.kind = k.kind and m.insee = w.insee)
), ranked as (
  select *, row_number() over (partition by kind order by population desc nulls last, insee) as rank,
         ceil(count(*) over (partition by kind) / case kind when 'pole' then 9.0 else 14.0 end) as groups
  from kinds
)
select m.kind, m.code, m.nom, m.officiel, w.c, w.insee
from demo.w_member m join demo.w_commune w using (insee)
union all
select r.kind, 'autour-' || lower(near.insee),
       case r.kind when 'pole' then 'Pôle ' else 'Bassin ' end || near.nom || ' (démonstration)',
       false, r.c, r.insee
from ranked r cross join lateral (
  select s.insee, s.nom from ranked s where s.kind = r.kind and s.rank <= s.groups
  order by s.centre <-> r.centre, s.insee limit 1
) near;
create index on demo.w_group (c, kind);

create unlogged table demo.communes as
select 'territoire'::text as _scope, w.insee as code_insee, s.nom, s.siren, s.epci, s.epci_nom,
       s.departement, nullif(s.codes_postaux, '') as code_postal,
       s.population as population_municipale, p.population_vintage as population_millesime,
       p.population_source, pole.code as pole, bassin.code as bassin_de_vie,
       round((w.area / 1e6)::numeric, 3)::float8 as superficie,
       nullif(s.alias, '') as autres_noms, w.geom
from demo.w_commune w join demo.w_source s using (insee) cross join demo.w_param p
left join demo.w_group pole on pole.c = w.c and pole.kind = 'pole'
left join demo.w_group bassin on bassin.c = w.c and bassin.kind = 'bassin'
order by w.insee;

create function demo.groups(wanted text)
returns table (_scope text, code text, nom text, communes text, nombre_communes bigint,
               population_municipale bigint, superficie float8, origine text, geom geometry)
language sql stable as $$
  select 'territoire', g.code, min(g.nom), string_agg(g.insee, '|' order by g.insee), count(*),
         sum(w.population)::bigint, round((sum(w.area) / 1e6)::numeric, 3)::float8,
         case when bool_and(g.officiel) then 'officielle' else 'demonstration' end,
         st_multi(st_union(w.geom, 0.01))
  from demo.w_group g join demo.w_commune w using (c) where g.kind = wanted
  group by g.code order by g.code
$$;
create unlogged table demo.poles_de_proximite as select * from demo.groups('pole');
create unlogged table demo.bassins_de_vie as select * from demo.groups('bassin');

create unlogged table demo.mairies as
select s.insee as _scope, 'mairie-' || lower(s.insee) as identifiant,
       'Mairie ' || case when s.nom like 'Le %' then 'du ' || substr(s.nom, 4)
                         when s.nom like 'Les %' then 'des ' || substr(s.nom, 5)
                         when s.nom ~ '^[AEIOUYHÉÈÎÂŒ]' then 'd’' || s.nom
                         else 'de ' || s.nom end as nom,
       'mairie' as type, s.insee as commune,
       array_to_string(string_to_array(s.adresse, e'\n'), ', ') as adresse,
       coalesce(substring(s.adresse from '([0-9]{5}) [^\n]*$'),
                nullif(left(s.codes_postaux, 5), '')) as code_postal,
       s.telephone, s.email as courriel, s.site, s.horaires, 'inconnue' as accessibilite,
       -- The directory has one of them 1.4 km outside its commune.
       case when st_dwithin(h.pt, w.geom, 50) then h.pt else w.centre end as geom
from demo.w_source s cross join demo.w_param p join demo.w_commune w using (insee)
cross join lateral (
  select st_transform(st_setsrid(st_geomfromwkb(decode(s.hall, 'hex')), 4326), p.srid) as pt
) h
where s.hall is not null order by s.insee;
