-- The planning document: zones tile each commune and follow the sections.
create unlogged table demo.w_document as
select authority || '_PLUI_20190405' as idurba, 'DU_' || authority as partition,
       authority || '_reglement_20190405.pdf' as reglement, date '2019-04-05' as datvalid
from demo.w_param;

create unlogged table demo.w_zone as
select s, c, q.geom, q.lot, z.libelle, h
from demo.w_section q
cross join lateral (select demo.u(s, 81) as h) r
cross join lateral (select case
  when lot < 420 then 'UMa'
  when lot < 800 then case when h < 0.10 then 'US' when h < 0.5 then 'UMb' else 'UMc' end
  when lot < 1500 then case when h < 0.08 then 'UEm' when h < 0.14 then 'US' else 'UMd1' end
  when lot < 3000 then case when h < 0.14 then 'UEi' when h < 0.2 then '1AUMd' else 'UMd2' end
  when lot < 8000 then case when h < 0.18 then '1AUMd' when h < 0.28 then '2AU'
                            when h < 0.45 then 'UMe' when h < 0.55 then 'UEi'
                            when h < 0.65 then 'Nl' else 'Ad' end
  else case when h < 0.5 then 'Ad' when h < 0.62 then 'An' when h < 0.82 then 'Nn'
            when h < 0.93 then 'Nf' else 'Ns' end end as libelle) z;

create unlogged table demo.w_zone_kind (libelle, typezone, libelong, formdomi) as values
  ('UMa', 'U', 'Zone urbaine mixte de centralité', '0101'),
  ('UMb', 'U', 'Zone urbaine mixte, grands ensembles et formes intermédiaires', '0105'),
  ('UMc', 'U', 'Zone urbaine mixte de développement', '0106'),
  ('UMd1', 'U', 'Zone urbaine mixte pavillonnaire', '0107'),
  ('UMd2', 'U', 'Zone urbaine mixte pavillonnaire peu dense', '0108'),
  ('UMe', 'U', 'Zone urbaine mixte de hameau', '0104'),
  ('UEm', 'U', 'Zone d’activités mixtes', '0200'),
  ('UEi', 'U', 'Zone d’activités industrielles et logistiques', '0201'),
  ('US', 'U', 'Zone d’équipements d’intérêt collectif', '0500'),
  ('1AUMd', 'AUc', 'Zone à urbaniser mixte', '0107'),
  ('2AU', 'AUs', 'Zone à urbaniser à long terme', '0000'),
  ('Ad', 'A', 'Zone agricole durable', '0700'),
  ('An', 'A', 'Zone agricole à valeur paysagère', '0701'),
  ('Nn', 'N', 'Zone naturelle', '0800'),
  ('Nf', 'N', 'Zone naturelle forestière', '0800'),
  ('Ns', 'N', 'Zone naturelle sensible', '0801'),
  ('Nl', 'N', 'Zone naturelle de loisirs', '0400');

create unlogged table demo.w_wet as
select s, st_union(st_buffer(r.geom, r.width / 2)) as geom
from demo.w_section q join demo.w_water r on st_dwithin(r.geom, q.geom, r.width / 2)
group by s;

create unlogged table demo.plum_zonage as
select d.idurba as _scope, z.libelle as lib_idzone, z.libelle, k.libelong, k.typezone, k.formdomi,
       d.reglement as nomfic, d.idurba, d.datvalid, w.insee, d.partition, st_multi(z.geom) as geom
from (
  -- The water is natural, whatever the section that it crosses.
  select c, libelle, (st_dump(st_union(geom, 0.01))).geom
  from (
    select c, libelle, case when water.geom is null then z.geom
             else st_collectionextract(st_difference(z.geom, water.geom, 0.01), 3) end as geom
    from demo.w_zone z left join demo.w_wet water using (s)
    union all
    select c, 'Ns', st_collectionextract(st_intersection(z.geom, water.geom, 0.01), 3)
    from demo.w_zone z join demo.w_wet water using (s)
  ) piece
  where not st_isempty(geom)
  group by c, libelle
) z
join demo.w_zone_kind k using (libelle) join (select c, insee from demo.w_commune) w using (c)
cross join demo.w_document d
order by c, libelle, st_xmin(z.geom), st_ymin(z.geom);

-- Prescriptions: surfaces, lines and points.
create unlogged table demo.w_rule (c int, code text, sub text, libelle text, txt text, geom geometry);
insert into demo.w_rule
select z.c, '01', '00', 'Espace boisé classé', 'EBC', k.geom
from demo.w_zone z join demo.w_block k using (s)
where z.libelle in ('Nn', 'Nf', 'Ns', 'Nl') and demo.u(k.b, 82) < 0.35
union all
select c, '05', '00', 'Emplacement réservé : ' || demo.pick(array['élargissement de voirie',
         'liaison cyclable', 'ouvrage hydraulique', 'aménagement de carrefour'], demo.u(s, 83)),
       'ER ' || s, st_intersection(geom, st_buffer(st_linesubstring(st_exteriorring(geom), a, a + 0.15), 7, 'endcap=flat'), 0.01)
from demo.w_zone, lateral (select 0.1 + 0.7 * demo.u(s, 84) as a) x where lot < 4000 and demo.u(s, 85) < 0.25
union all
select c, '18', '00', 'Orientation d’aménagement et de programmation', 'OAP ' || s, geom
from demo.w_zone where libelle = '1AUMd'
union all
select c, '39', '00', 'Hauteur maximale', case libelle when 'UMa' then 'R+3+c' when 'UMb' then 'R+5' when 'UMc' then 'R+3'
         else 'R+1+c' end, (st_dump(st_union(geom, 0.01))).geom
from demo.w_zone where libelle like 'UM%' group by c, libelle
union all
select z.c, '08', '00', 'Espace non bâti à protéger en zone urbaine', null, k.geom
from demo.w_zone z join demo.w_block k using (s)
where z.libelle like 'UM%' and k.n = 1 and k.area > 1200 and demo.u(k.b, 86) < 0.5
union all
select c, '22', '00', 'Linéaire commercial à protéger', null,
       st_linesubstring(st_exteriorring(geom), a, a + 0.12)
from demo.w_zone, lateral (select 0.8 * demo.u(s, 87) as a) x where libelle = 'UMa' and demo.u(s, 88) < 0.5
union all
select c, '25', '00', 'Continuité écologique', 'Haie ou ripisylve', st_linesubstring(st_exteriorring(geom), a, a + 0.3)
from demo.w_zone, lateral (select 0.6 * demo.u(s, 89) as a) x where lot > 5000 and demo.u(s, 90) < 0.4
union all
select c, '24', '00', 'Cheminement à conserver ou à créer', null, st_linesubstring(st_exteriorring(geom), a, a + 0.2)
from demo.w_zone, lateral (select 0.7 * demo.u(s, 91) as a) x where demo.u(s, 92) < 0.12
union all
select c, '07', '00', 'Patrimoine bâti', demo.pick(array['Maison de maître', 'Manoir', 'Calvaire', 'Lavoir', 'Moulin',
         'Séquence urbaine', 'Maison ouvrière'], demo.u(p, 93)), st_pointonsurface(b.geom)
from demo.w_building b join (select p, c from demo.w_parcel) q using (p)
where main and demo.u(p, 94) < 0.006;

create unlogged table demo.plum_prescriptions as
select d.idurba as _scope, 'PSC' || lpad(row_number() over (order by r.c, code, st_xmin(r.geom), st_ymin(r.geom))::text, 5, '0') as lib_idpsc,
       libelle, txt, code as typepsc, sub as stypepsc, d.reglement as nomfic, d.idurba, d.datvalid, w.insee,
       d.partition, r.geom
from demo.w_rule r join (select c, insee from demo.w_commune) w using (c) cross join demo.w_document d
where not st_isempty(r.geom)
order by r.c, code, st_xmin(r.geom), st_ymin(r.geom);

-- Informations.
truncate demo.w_rule;
insert into demo.w_rule
select c, '02', '00', 'ZAC ' || demo.pick(array['des Coteaux', 'du Moulin', 'de la Noë', 'des Prairies', 'du Bourg neuf',
         'de la Gare', 'des Champs', 'du Vallon'], demo.u(s, 95)), 'Démonstration', geom
from demo.w_zone where lot between 400 and 3000 and demo.u(s, 96) < 0.05
union all
select c, '04', '01', 'Droit de préemption urbain', null, st_union(geom, 0.01)
from demo.w_zone where libelle like 'U%' or libelle like '%AU%' group by c
union all
select z.c, '14', '00', 'Secteur affecté par le bruit', 'Catégorie ' || cat,
       st_intersection(w.geom, st_buffer(st_linesubstring(st_exteriorring(z.geom), a, a + 0.35), wide), 0.01)
from demo.w_zone z join demo.w_commune w using (c),
lateral (select 0.6 * demo.u(s, 97) as a, 2 + (3 * demo.u(s, 98))::int as cat) x,
lateral (select case cat when 2 then 250 when 3 then 100 when 4 then 30 else 10 end as wide) y
where demo.u(s, 99) < 0.14
union all
select w.c, '16', '00', 'Zone de présomption de prescription archéologique', null,
       st_intersection(w.geom, st_buffer(demo.pt(x, y, st_srid(w.geom)), case kind when 'bourg' then 260 else 120 end), 0.01)
from demo.w_commune w join demo.w_centre using (c)
where kind = 'bourg' or demo.u((x * 10)::bigint, 100) < 0.3
union all
select c, '32', '00', 'Taxe d’aménagement à taux majoré', '10 %', st_buffer(geom, -6)
from demo.w_zone where libelle in ('1AUMd', 'UEi')
union all
select z.c, '38', '00', 'Secteur d’information sur les sols', 'Ancien site industriel (démonstration)', k.geom
from demo.w_zone z join demo.w_block k using (s) where libelle like 'UE%' and demo.u(k.b, 101) < 0.1
union all
select c, '30', '00', 'Projet urbain partenarial', null, st_buffer(geom, -9)
from demo.w_zone where lot < 1500 and demo.u(s, 102) < 0.03
union all
select c, '12', '00', 'Périmètre de sursis à statuer', null, st_buffer(geom, -3)
from demo.w_zone where lot < 2500 and demo.u(s, 103) < 0.03
union all
select c, '33', '00', 'Droit de préemption commercial', null, st_union(st_buffer(geom, 8), 0.01)
from demo.w_zone where libelle = 'UMa' group by c;

create unlogged table demo.plum_informations as
select d.idurba as _scope, 'INF' || lpad(row_number() over (order by r.c, code, st_xmin(r.geom), st_ymin(r.geom))::text, 5, '0') as lib_idinfo,
       libelle, txt, code as typeinf, sub as stypeinf, d.reglement as nomfic, d.idurba, d.datvalid, w.insee,
       d.partition, case when st_dimension(r.geom) = 2
            then st_collectionextract(st_reduceprecision(r.geom, 0.01), 3) else r.geom end as geom
from demo.w_rule r join (select c, insee from demo.w_commune) w using (c) cross join demo.w_document d
where not st_isempty(r.geom)
order by r.c, code, st_xmin(r.geom), st_ymin(r.geom);
