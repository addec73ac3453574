-- Applications under way about the day on which the demonstration is made: whatever that day is,
-- something is due, awaits pieces or lapses. Their numbers do not depend on it, so that a start on
-- another day moves them and adds no others. Some name parcels that are wrong.
alter table demo.dossiers_ads add column evenements text;
delete from demo.dossiers_ads
where etat in ('depose', 'incomplet', 'en_instruction', 'prolonge', 'suspendu');
update demo.dossiers_ads set evenements = concat_ws('|', date_depot || ' deposit',
  date_decision || ' decision', date_affichage || ' posting', date_doc || ' works_start',
  date_daact || ' works_end');

insert into demo.dossiers_ads (_scope, numero, type, commune, parcelles, adresse_terrain,
  superficie_terrain, nature_travaux, etat, decision, service_instructeur, date_depot, date_limite,
  date_decision, evenements, demandeur, demandeur_adresse, demandeur_courriel, demandeur_telephone,
  geom)
with chosen as (
  select q.p, q.c, q.idu, q.insee, q.area, q.geom, w.nom, w.departement,
         demo.u(q.p, 141) as r, (demo.u(q.p, 143) * 3)::int as j,
         row_number() over (partition by q.c order by demo.u(q.p, 140), q.p)::int as k
  from demo.w_parcel q join demo.w_commune w using (c)
), typed as (
  select *, (select jour from demo.w_param) as d,
         (array['DP', 'PCMI', 'PC', 'DP', 'PCMI', 'DP', 'PC', 'CUb', 'PA', 'PD', 'CUa', 'DP'])[k] as type,
         (array['depose', 'prolonge', 'en_instruction', 'en_instruction', 'incomplet', 'en_instruction',
                'prolonge', 'en_instruction', 'depose', 'en_instruction', 'decide', 'incomplet'])[k] as etat
  from chosen where k <= 12 and demo.u(p, 142) < 0.8
), deposited as (
  select *, (case k
      when 1 then d + 1 + j - interval '1 month' when 2 then d + 4 + j - interval '3 months'
      when 3 then d + 9 + j - interval '3 months' when 4 then d + 9 + j - interval '1 month 30 days'
      when 5 then d - 40 - j - interval '0 day' when 6 then d - 2 - j - interval '1 month'
      when 7 then d + 5 + j - interval '4 months' when 8 then d + 12 + j - interval '2 months'
      when 9 then d + 50 + j - interval '3 months' when 10 then d - 50 - interval '0 day'
      when 11 then d - 25 + 10 * j - interval '18 months' else d + 5 + j - interval '3 months 15 days'
    end)::date as depot
  from typed
)
select 'territoire', left(case type when 'PCMI' then 'PC' else type end, 2) || ' ' || lpad(departement, 3, '0')
         || ' ' || right(s.insee, 3) || ' ' || case k when 11 then '25' else '26' end || ' D' || lpad(k::text, 4, '0'),
       type, s.insee,
       idu || case when k = 3 and r < 0.3 then '|' || s.insee || '000ZZ9999'
                   when k = 8 and r < 0.3 then coalesce('|' || (
                     select min(o.idu) from demo.w_parcel o where o.insee <> s.insee), '')
                   else '' end,
       s.nom, round(area)::bigint,
       demo.pick(case type when 'DP' then array['Clôture', 'Ravalement de façade', 'Abri de jardin', 'Piscine']
                 when 'PA' then array['Lotissement'] when 'PD' then array['Démolition d’une annexe']
                 when 'CUb' then array['Projet de construction'] when 'CUa' then array['Vente']
                 else array['Construction d’une maison individuelle', 'Surélévation', 'Maisons groupées'] end, r),
       etat, case k when 11 then 'cu_information' end,
       case when g.officiel then 'Service commun d’instruction, ' || g.nom else 'Commune de ' || s.nom end,
       depot, case k when 10 then d + 2 + j end, case k when 11 then depot + 25 end,
       concat_ws('|', depot || ' deposit',
         case k when 2 then depot + 20 || ' extension +1 R423-24'
                when 4 then depot + 12 || ' request_pieces|' || (d + 9 + j - interval '1 month')::date || ' pieces_complete'
                when 5 then depot + 20 || ' request_pieces'
                when 7 then depot + 20 || ' extension +1 R423-24|' || depot + 45 || ' abf_unfavourable'
                when 11 then depot + 25 || ' decision|' || depot + 28 || ' notification'
                when 12 then depot + 15 || ' request_pieces' end),
       demo.pick(array['Camille', 'Dominique', 'Claude', 'Maxime'], r) || ' '
         || demo.pick(array['EXEMPLE', 'FICTIF', 'SPÉCIMEN', 'MODÈLE'], demo.u(p, 144)),
       '1 rue de la Fiction, 00000 Exempleville', 'demandeur' || p || '@exemple.invalid',
       '02 61 91 ' || lpad(((p / 100) % 100)::text, 2, '0') || ' ' || lpad((p % 100)::text, 2, '0'),
       st_multi(geom)
from deposited s left join demo.w_group g on g.c = s.c and g.kind = 'pole'
order by 2;
