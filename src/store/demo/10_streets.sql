-- Streets: each line of the grid of a section has a name, no name twice in a commune.
create unlogged table demo.w_street_name as
with person(nom, femme) as (
  select nom, femme from (values
    ('Jean Jaurès'), ('Victor Hugo'), ('Aristide Briand'), ('Jules Verne'), ('Louis Pasteur'),
    ('Jules Ferry'), ('Émile Zola'), ('Jean Moulin'), ('Léon Blum'), ('Gambetta'), ('Voltaire'),
    ('Molière'), ('Lamartine'), ('Alfred de Musset'), ('Jacques Prévert'), ('Paul Éluard'),
    ('Louis Aragon'), ('Arthur Rimbaud'), ('Paul Verlaine'), ('Charles Baudelaire'),
    ('Guillaume Apollinaire'), ('René Guy Cadou'), ('Claude Debussy'), ('Maurice Ravel'),
    ('Hector Berlioz'), ('Georges Bizet'), ('Camille Saint-Saëns'), ('Claude Monet'),
    ('Paul Cézanne'), ('Auguste Renoir'), ('Henri Matisse'), ('Auguste Rodin'), ('Le Corbusier'),
    ('Gustave Eiffel'), ('Ambroise Paré'), ('Claude Bernard'), ('Blaise Pascal'), ('Denis Papin'),
    ('René Descartes'), ('Galilée'), ('Copernic'), ('Clément Ader'), ('Louis Blériot'),
    ('Jean Mermoz'), ('Roland Garros'), ('Antoine de Saint-Exupéry'), ('Jacques Cartier'),
    ('Surcouf'), ('Duguay-Trouin'), ('La Pérouse'), ('Bougainville'), ('Jean Bart')
  ) h(nom) cross join (values (false)) f(femme)
  union all
  select nom, true from (values
    ('Marie Curie'), ('Simone Veil'), ('Olympe de Gouges'), ('Louise Michel'), ('George Sand'),
    ('Colette'), ('Simone de Beauvoir'), ('Marguerite Yourcenar'), ('Marguerite Duras'),
    ('Berthe Morisot'), ('Camille Claudel'), ('Claude Cahun'), ('Flora Tristan'),
    ('Rosa Parks'), ('Joséphine Baker'), ('Édith Piaf'), ('Barbara'), ('Sophie Germain'),
    ('Émilie du Châtelet'), ('Irène Joliot-Curie'), ('Ada Lovelace'), ('Hedy Lamarr'),
    ('Alice Guy'), ('Agnès Varda'), ('Germaine Tillion'), ('Lucie Aubrac'),
    ('Geneviève de Gaulle-Anthonioz'), ('Marie Marvingt'), ('Hélène Boucher'),
    ('Maryse Bastié'), ('Gisèle Halimi'), ('Françoise Dolto'), ('Anne de Bretagne'),
    ('Marie de France'), ('Madame de Sévigné'), ('Nina Simone')
  ) h(nom)
), common(nom) as (values
    ('de la Gare'), ('de l’Église'), ('du Stade'), ('des Écoles'), ('de la Mairie'),
    ('du Moulin'), ('de la Fontaine'), ('du Lavoir'), ('de la Forge'), ('du Four'),
    ('des Lilas'), ('des Acacias'), ('des Tilleuls'), ('des Chênes'), ('des Marronniers'),
    ('des Peupliers'), ('des Érables'), ('des Bouleaux'), ('des Camélias'), ('des Magnolias'),
    ('des Genêts'), ('des Bruyères'), ('des Ajoncs'), ('des Primevères'), ('des Coquelicots'),
    ('des Mésanges'), ('des Hirondelles'), ('des Rossignols'), ('des Alouettes'),
    ('des Tourterelles'), ('du Clos'), ('du Verger'), ('du Pressoir'), ('des Vignes'),
    ('des Coteaux'), ('du Bois'), ('du Bocage'), ('de la Lande'), ('des Landes'), ('de la Plaine'),
    ('du Marais'), ('de la Prairie'), ('du Pont'), ('du Port'), ('de la Grève'), ('du Bac'),
    ('de la Croix'), ('du Calvaire'), ('de la Chapelle'), ('du Château'), ('de la Tour'),
    ('du Parc'), ('de l’Étang'), ('de la Source'), ('du Ruisseau'), ('du Gué'),
    ('de la Métairie'), ('de la Ferme'), ('du Hameau'), ('de la Paix'), ('de la Liberté'),
    ('de l’Égalité'), ('de la Fraternité'), ('de la République'), ('du 8 Mai 1945'),
    ('du 11 Novembre 1918'), ('de la Résistance'), ('des Déportés'), ('de l’Europe'),
    ('des Artisans'), ('des Tonneliers'), ('des Mariniers'), ('des Tisserands'), ('du Levant'),
    ('du Couchant'), ('du Midi'), ('de Bel-Air'), ('de Beauséjour'), ('de Bellevue')
), every_name as (
  select nom from person union all select nom from common
), every_kind(kind, weight) as (values
    ('Rue', 6.0), ('Allée', 2.2), ('Avenue', 2.0), ('Impasse', 1.6), ('Chemin', 1.5),
    ('Place', 0.8), ('Boulevard', 0.7), ('Square', 0.5), ('Passage', 0.5), ('Route', 0.6),
    ('Venelle', 0.3), ('Mail', 0.3), ('Cours', 0.2), ('Sente', 0.2), ('Promenade', 0.2),
    ('Esplanade', 0.1), ('Ruelle', 0.2), ('Traverse', 0.1), ('Villa', 0.1), ('Montée', 0.1)
)
select kind || ' ' || nom as nom, weight from every_name, every_kind;

create unlogged table demo.w_street as
with line as (
  select distinct w.c, k.s, j + d as j
  from demo.w_block k join demo.w_commune w using (c), (values (0), (1)) d(d)
), numbered as (
  select c, s, j, row_number() over (partition by c order by demo.u(s::bigint * 4096 + j, 71), s, j) as n
  from line
), named as (
  select c, nom, row_number() over (partition by c order by -ln(1 - demo.u(demo.k(nom) # (c * 7919), 72)) / weight, nom) as n,
         count(*) over (partition by c) as names
  from demo.w_street_name cross join (select distinct c from numbered) communes
)
select row_number() over (order by l.c, l.n)::int as street, l.c, l.s, l.j, l.n as rank,
       m.nom || case when l.n > m.names then ' ' || (1 + (l.n - 1) / m.names) else '' end as nom
from numbered l join named m on m.c = l.c and m.n = (l.n - 1) % m.names + 1;
create index on demo.w_street (s, j);
drop table demo.w_street_name;
analyze demo.w_street;
analyze demo.w_building;

create unlogged table demo.batiments as
select q.feuille as _scope, q.insee as commune, q.feuille, b.type,
       case when b.main and demo.u(b.p, 73) < 0.004 then
         demo.pick(array['Ferme', 'Atelier', 'Salle polyvalente', 'Chapelle', 'Gymnase', 'Hangar'], demo.u(b.p, 74))
       end as nom,
       date '1988-01-01' + (demo.u(b.p, 75) * 13000)::int as date_creation,
       date '2023-09-01' + (demo.u(b.p, 76) * 800)::int as date_maj, st_multi(b.geom) as geom
from demo.w_building b join demo.w_parcel q using (p)
order by b.p, b.main desc, st_xmin(b.geom), st_ymin(b.geom);

-- Addresses: one a built parcel, odd numbers on one side of the street and even ones on the
-- other, at the gate.
create unlogged table demo.w_address as
with built as (
  select q.p, q.s, q.c, q.b, q.idu, q.geom, q.x, q.y, q.v, q.line, a, k.j,
         (-(q.x - k.x) * sin(t.angle) + (q.y - k.y) * cos(t.angle)) > 0 as above,
         q.x * cos(t.angle) + q.y * sin(t.angle) as along
  from demo.w_parcel q
  join (select distinct p from demo.w_building where main) m using (p)
  join (select b, j, x, y from demo.w_block) k using (b)
  join (select s, angle from demo.w_section) t using (s)
  join demo.w_axis a using (b)
), numbered as (
  select built.*, street, e.nom, e.rank,
         (2 * row_number() over (partition by street, above order by along, p)
          - case when above then 1 else 0 end)::int as numero
  from built join (select street, s, j, nom, rank from demo.w_street) e
    on e.s = built.s and e.j = built.j + built.above::int
)
select p, c, s, idu, street, nom as voie, rank, numero,
       case when demo.u(p, 77) < 0.03 then 'bis' end as suffixe,
       case when st_contains(geom, gate) then gate else st_pointonsurface(geom) end as geom
from numbered, lateral (
  -- From the middle of the lot towards the street, nearly to its edge.
  select case when (a).rows_n > 2 and line > 0 and line < (a).rows_n - 1 then 0
              when line = 0 then -1 else 1 end as side
) d, lateral (
  select demo.pt(round((x + (a).vx * side * step)::numeric, 2)::float8,
                 round((y + (a).vy * side * step)::numeric, 2)::float8, st_srid(geom)) as gate
  from (select greatest(0, case when side < 0 then v - 1.5 else (a).wid - v - 1.5 end) as step) g
) h;

create unlogged table demo.adresses as
select w.insee as _scope,
       lower(w.insee) || '_' || lpad(rank::text, 4, '0') || '_' || lpad(numero::text, 5, '0')
         || coalesce('_' || suffixe, '') as cle_interop,
       w.insee as commune_insee, w.nom as commune_nom, voie as voie_nom, numero::bigint, suffixe,
       'entrée'::text as position, idu as cad_parcelles, 'commune de ' || w.nom as source,
       date '2021-01-01' + (demo.u(p, 78) * 1800)::int as date_der_maj,
       demo.u(p, 79) < 0.92 as certification_commune, a.geom
from demo.w_address a join (select c, insee, nom from demo.w_commune) w using (c)
order by street, numero, suffixe nulls first;
create unique index on demo.w_address (p);
analyze demo.w_address;
