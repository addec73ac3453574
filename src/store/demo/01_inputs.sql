-- The scratch schema, what the program writes into it, and the pseudo-random helpers.
-- Everything random is a hash of a stable number: the same settings give the same rows,
-- whatever the plan or the number of connections.
drop schema if exists demo cascade;
create schema demo;

create function demo.u(k bigint, salt int) returns float8
language sql immutable parallel safe as
$$ select (hashint8extended(k, salt) & 2147483647) / 2147483648.0::float8 $$;

-- A stable number for a text key.
create function demo.k(key text) returns bigint
language sql immutable parallel safe as
$$ select hashtextextended(key, 44) & 1152921504606846975 $$;

-- One of the values, by a number in [0, 1).
create function demo.pick(options text[], u float8) returns text
language sql immutable parallel safe as
$$ select options[1 + least(floor(u * cardinality(options))::int, cardinality(options) - 1)] $$;

create function demo.pt(x float8, y float8, srid int) returns geometry
language sql immutable parallel safe as
$$ select st_setsrid(st_makepoint(x, y), srid) $$;

create unlogged table demo.w_param (
  parcels int not null,
  srid int not null,
  authority text not null,
  population_vintage text not null,
  population_source text not null,
  jour date not null,
  lambda float8 not null default 1,
  cap float8 not null default 30000,
  scale float8 not null default 1
);

create unlogged table demo.w_source (
  insee text primary key, nom text not null, alias text not null, siren text, population bigint,
  codes_postaux text not null, departement text not null, outline text not null, hall text,
  adresse text, horaires text, email text, telephone text, site text, epci text, epci_nom text
);

create unlogged table demo.w_member (
  kind text not null, code text not null, nom text not null, officiel boolean not null,
  insee text not null
);

create unlogged table demo.w_river (nom text not null, width float8 not null, line text not null);
