-- Planning applications at every stage, seen from a fixed day so that runs agree. Applicants are
-- fictitious: names that say so, reserved telephone numbers, addresses under .invalid.
create unlogged table demo.w_file as
with chosen as (
  select q.p, q.c, q.s, q.b, q.idu, q.insee, q.area, q.geom, t.lot, m.p is not null as built,
         demo.u(p, 121) as r1, demo.u(p, 122) as r2, demo.u(p, 123) as r3, demo.u(p, 124) as r4
  from demo.w_parcel q join (select s, lot from demo.w_section) t using (s)
  left join (select distinct p from demo.w_building where main) m using (p)
  where demo.u(p, 120) < case when t.lot < 4000 then 0.055 else 0.012 end
), typed as (
  select *, case
      when r1 < 0.14 then 'CUa' when r1 < 0.19 then 'CUb'
      when built then case when r1 < 0.66 then 'DP' when r1 < 0.78 then 'PCMI' when r1 < 0.88 then 'PC'
                           when r1 < 0.94 then 'PD' else 'AT' end
      else case when r1 < 0.30 then 'DP' when r1 < 0.72 then 'PCMI' when r1 < 0.92 then 'PC' else 'PA' end
    end as type,
    date '2026-06-30' - (2740 * r2 ^ 1.6)::int as date_depot
  from chosen
), clocked as (
  select *, date '2026-06-30' - date_depot as age, left(case type when 'PCMI' then 'PC' else type end, 2) as prefix,
         case type when 'CUa' then 1 when 'CUb' then 2 when 'DP' then 1 when 'PCMI' then 2 when 'PD' then 2
                   when 'AT' then 4 else 3 end as months,
         r3 < 0.12 and type not in ('CUa', 'CUb') as longer, r4 < 0.2 as pieces
  from typed
), limited as (
  select *, case when pieces then date_depot + 20 + (40 * r3)::int else date_depot end as date_complet
  from clocked
), staged as (
  select *, (date_complet + make_interval(months => months + longer::int))::date as date_limite,
         date_complet + (((months + longer::int) * 30) * (0.35 + 0.6 * r4))::int as decided
  from limited
)
select *, row_number() over (partition by c, prefix, extract(year from date_depot) order by date_depot, p) as n,
       case when decided <= date '2026-06-30' and not (pieces and r3 < 0.08) then
              case when type in ('DP', 'PCMI', 'PC', 'PA', 'PD') and r3 < 0.8 and age > 420 then
                     case when r4 < 0.25 then 'decide' when r4 < 0.4 then 'chantier_ouvert'
                          when age > 1500 and r4 < 0.5 then 'perime' else 'acheve' end
                   else 'decide' end
            when pieces and date_complet > date '2026-06-30' - 20 then 'incomplet'
            when age < 12 then 'depose'
            when decided <= date '2026-06-30' then 'decide'
            when longer then 'prolonge' when r4 > 0.97 then 'suspendu' else 'en_instruction' end as etat
from staged;

create unlogged table demo.w_numbered as
select f.*, prefix || ' ' || case when length(departement) = 2 then '0' || departement else departement end
         || ' ' || right(insee, 3) || ' ' || to_char(date_depot, 'YY') || ' '
         || case when n <= 9999 then 'A' || lpad(n::text, 4, '0') else lpad(n::text, 5, '0') end as numero,
       etat in ('decide', 'chantier_ouvert', 'acheve', 'perime') as done,
       case
         when etat not in ('decide', 'chantier_ouvert', 'acheve', 'perime') then null
         when type = 'CUa' then case when r3 < 0.85 then 'cu_information' else 'cu_tacite' end
         when type = 'CUb' then case when r3 < 0.6 then 'cu_realisable' else 'cu_non_realisable' end
         when type = 'DP' then case
           when etat = 'decide' and r3 > 0.9 then case when pieces then 'rejet_tacite' else 'opposition' end
           when r3 < 0.45 then 'non_opposition' when r3 < 0.62 then 'non_opposition_prescriptions' else 'non_opposition_tacite' end
         when etat = 'decide' and r3 > 0.84 then case when pieces then 'rejet_tacite' when r3 > 0.97 then 'sursis'
           when r3 > 0.95 then 'retrait' when r3 > 0.93 then 'annulation' when r3 > 0.915 then 'desistement' else 'refus' end
         when r3 < 0.4 then 'accord' when r3 < 0.72 then 'accord_prescriptions' else 'accord_tacite' end as decision
from demo.w_file f join (select c, departement from demo.w_commune) w using (c);

create unlogged table demo.dossiers_ads as
with base as (
  select f.*, e.idu as second, e.geom as second_geom, a.numero as rue_no, a.voie, w.nom as commune_nom,
         case when g.officiel then 'Service commun d’instruction, ' || g.nom else 'Commune de ' || w.nom end as service
  from demo.w_numbered f join demo.w_commune w using (c)
  left join demo.w_group g on g.c = f.c and g.kind = 'pole'
  left join demo.w_parcel e on e.p = f.p + 1 and e.b = f.b and demo.u(f.p, 129) < 0.08
  left join demo.w_address a on a.p = f.p
), suffixed as (
  select *, numero as full_numero, null::text as parent from base
  union all
  -- Amendments and transfers of granted permits.
  select *, numero || case when demo.u(p, 125) < 0.7 then ' M01' else ' T01' end, numero from base
  where prefix = 'PC' and decision like 'accord%' and etat <> 'perime' and demo.u(p, 126) < 0.06
    and decided < date '2026-01-01'
)
select 'territoire'::text as _scope, full_numero as numero, type, insee as commune,
       idu || coalesce('|' || second, '') as parcelles,
       coalesce(rue_no || ' ' || voie || ', ', '') || commune_nom as adresse_terrain,
       round(area + coalesce(st_area(second_geom), 0))::bigint as superficie_terrain,
       demo.pick(case type when 'DP' then array['Clôture', 'Ravalement de façade', 'Abri de jardin', 'Fenêtres de toit', 'Piscine', 'Division en vue de construire', 'Panneaux photovoltaïques', 'Extension de moins de 40 m²']
                 when 'PCMI' then array['Construction d’une maison individuelle', 'Extension d’une maison', 'Surélévation', 'Garage et annexe']
                 when 'PC' then array['Immeuble de logements collectifs', 'Bâtiment d’activités', 'Maisons groupées', 'Local commercial', 'Équipement public']
                 when 'PA' then array['Lotissement', 'Aire de stationnement']
                 when 'PD' then array['Démolition totale', 'Démolition d’une annexe']
                 when 'AT' then array['Aménagement d’un commerce', 'Mise en accessibilité', 'Travaux dans une école']
                 else array['Demande d’information', 'Projet de construction', 'Vente'] end, r4) as nature_travaux,
       case type when 'PCMI' then 40 + (110 * r4)::bigint when 'PC' then 150 + (2800 * r4 ^ 2)::bigint
                 when 'DP' then (38 * r4)::bigint end as surface_plancher,
       case type when 'PCMI' then 1 when 'PC' then case when r4 < 0.6 then 2 + (38 * r3)::bigint end
                 when 'PA' then 2 + (20 * r3)::bigint end::bigint as logements,
       etat, decision, service as service_instructeur,
       case when parent is null then date_depot else decided + 60 end as date_depot,
       case when etat <> 'incomplet' then case when parent is null then date_complet else decided + 60 end end as date_complet,
       case when etat <> 'incomplet' then case when parent is null then date_limite
            else (decided + 60 + make_interval(months => months))::date end end as date_limite,
       case when done then case when parent is not null then decided + 100
            when decision like '%tacite' then date_limite else decided end end as date_decision,
       case when done and type not like 'CU%' and decision similar to '(accord|non_opp)%' then decided + 8
            + case when parent is null then 0 else 100 end end as date_affichage,
       case when etat in ('chantier_ouvert', 'acheve') then decided + 90 + (120 * r3)::int end as date_doc,
       case when etat = 'acheve' then decided + 300 + (120 * r3)::int end as date_daact,
       parent as dossier_initial,
       demo.pick(array['Camille', 'Dominique', 'Claude', 'Maxime', 'Alix', 'Sacha', 'Lou', 'Andréa'], demo.u(p, 127))
         || ' ' || demo.pick(array['EXEMPLE', 'FICTIF', 'DÉMONSTRATION', 'SPÉCIMEN', 'ESSAI', 'MODÈLE'], demo.u(p, 128)) as demandeur,
       '1 rue de la Fiction, 00000 Exempleville' as demandeur_adresse,
       'demandeur' || p || '@exemple.invalid' as demandeur_courriel,
       '02 61 91 ' || lpad(((p / 100) % 100)::text, 2, '0') || ' ' || lpad((p % 100)::text, 2, '0') as demandeur_telephone,
       st_multi(case when second_geom is null then geom else st_union(geom, second_geom, 0.01) end) as geom
from suffixed order by full_numero;
