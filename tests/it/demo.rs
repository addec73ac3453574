//! The demonstration territory: sources, quantities, invariants, determinism.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use geonantes::catalogue::{FieldType, Layer, Territory};
use geonantes::config::Units;
use geonantes::demo::{Ground, Sources, generate, populate};
use geonantes::model::Level;
use sqlx::{AssertSqlSafe, PgPool, Row};

use crate::checks::alone;
use crate::support::Database;

const OUR_TERRITORY: &str = include_str!("../../layers/territory.toml");

/// Folder of the two archives, fetched by the front door.
fn archives() -> Sources {
    let folder = std::env::var_os("GEONANTES_SOURCES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/data"),
        PathBuf::from,
    );
    Sources::open(&folder).expect("the archives are those that are pinned")
}

fn territory(text: &str) -> Territory {
    Territory::parse(text).expect("the territory is well written")
}

fn layers() -> Vec<Layer> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("layers");
    let mut layers = Vec::new();
    for entry in std::fs::read_dir(folder).expect("layers/ is there") {
        let path = entry.expect("a readable entry").path();
        if path.extension().is_some_and(|e| e == "toml") && !path.ends_with("territory.toml") {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            layers
                .push(toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())));
        }
    }
    layers
}

async fn count(pool: &PgPool, sql: String) -> i64 {
    let row = sqlx::query(AssertSqlSafe(sql.clone()))
        .fetch_one(pool)
        .await;
    row.unwrap_or_else(|e| panic!("{e}: {sql}")).get(0)
}

#[test]
fn the_metropolis_has_its_24_communes_and_people() {
    let communes = archives()
        .communes(&territory(OUR_TERRITORY))
        .expect("readable archives");
    assert_eq!(communes.len(), 24);
    assert_eq!(
        communes.iter().filter_map(|c| c.population).sum::<i64>(),
        689_456
    );
    let named = |insee: &str| {
        communes
            .iter()
            .find(|c| c.insee == insee)
            .expect("the commune")
    };
    assert_eq!(named("44035").name, "La Chapelle-sur-Erdre");
    assert_eq!(named("44150").name, "Saint-Aignan-de-Grand-Lieu");
    assert!(named("44150").aliases.contains("Saint-Aignan-Grandlieu"));
    assert!(
        communes
            .iter()
            .all(|c| c.hall.is_some() && c.siren.is_some())
    );
}

#[test]
fn other_territories_need_only_their_file() {
    let of = |text: &str| {
        archives()
            .communes(&territory(text))
            .expect("readable")
            .len()
    };
    assert_eq!(of("title = \"Pays ajaccien\"\nepci = \"242010056\""), 10);
    assert_eq!(of("title = \"Deux\"\ncommunes = [\"2A004\", \"2B033\"]"), 2);
    assert!(of("title = \"Pas-de-Calais\"\ndepartement = \"62\"") > 800);
    assert_eq!(
        of("title = \"La Réunion\"\ndepartement = \"974\"\nsrid = 2975"),
        24
    );
}

fn day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day")
}

#[tokio::test]
async fn what_is_drawn_passes_the_checks_of_its_own_layers() {
    let database = Database::empty_with_tables().await;
    // Outlines that enter one another at the source.
    let two =
        territory("title = \"Deux\"\ncommunes = [\"44020\", \"44074\", \"44047\"]\nsrid = 2154");
    let pool = database.store.write_pool().clone();
    generate(&pool, &two, &archives(), (300, day()), &|_| ())
        .await
        .expect("a run");
    database.execute("CREATE SCHEMA fixture").await;
    for id in ["communes", "sections", "parcelles"] {
        database
            .publish(id, &format!("SELECT * FROM demo.{id}"))
            .await;
    }
    for layer in layers() {
        let query = format!("SELECT * FROM demo.{}", layer.id.table());
        let checked = alone(&database, layer.id.as_str(), &query).await;
        assert!(!checked.refuses(), "{}: {:#?}", layer.id, checked.findings);
    }
}

#[tokio::test]
async fn a_small_territory_obeys_its_catalogue_and_comes_out_the_same() {
    let database = Database::empty().await;
    database.store.migrate().await.expect("the migrations run");
    let pool = database.store.write_pool().clone();
    let three = territory(
        "title = \"Trois\"\ncommunes = [\"44018\", \"44101\", \"44074\"]\nsrid = 2154\n\
         [[poles]]\ncode = \"sud-ouest\"\nname = \"Pôle Sud-Ouest\"\nofficial = true\n\
         communes = [\"44018\"]",
    );
    generate(&pool, &three, &archives(), (500, day()), &|_| ())
        .await
        .expect("a first run");
    let first = fingerprint(&pool).await;
    invariants(&pool, 500).await;
    for layer in layers() {
        obeys(&pool, &layer).await;
    }
    generate(&pool, &three, &archives(), (500, day()), &|_| ())
        .await
        .expect("a second run");
    assert_eq!(first, fingerprint(&pool).await);
    let corsica = territory("title = \"Corse\"\ncommunes = [\"2A004\", \"2B033\"]");
    generate(&pool, &corsica, &archives(), (400, day()), &|_| ())
        .await
        .expect("Corsica");
    invariants(&pool, 400).await;
    for layer in layers() {
        obeys(&pool, &layer).await;
    }
}

/// A hash of every relation, row order left out.
async fn fingerprint(pool: &PgPool) -> BTreeMap<String, String> {
    let mut hashes = BTreeMap::new();
    for layer in layers() {
        let table = layer.id.table();
        let sql = format!(
            "select md5(string_agg(md5(t::text), '' order by md5(t::text))) from demo.{table} t"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .fetch_one(pool)
            .await
            .expect("a relation");
        hashes.insert(table, row.get::<Option<String>, _>(0).unwrap_or_default());
    }
    hashes
}

async fn invariants(pool: &PgPool, wanted: i64) {
    let parcels = count(pool, "select count(*) from demo.parcelles".into()).await;
    assert!(
        (parcels - wanted).abs() * 50 <= wanted,
        "{parcels} parcels for {wanted}"
    );
    // Deeper than two centimetres: the catalogue asks for ten.
    let overlaps = "select count(*) from demo.parcelles a join demo.parcelles b
        on a.idu < b.idu and a.geom && b.geom, st_intersection(a.geom, b.geom) shared
        where st_area(shared) > 0.01 and 2 * st_area(shared) > 0.02 * st_perimeter(shared)";
    assert_eq!(count(pool, overlaps.into()).await, 0, "overlapping parcels");
    let outside = "select count(*) from demo.parcelles p join demo.communes c
        on c.code_insee = p.commune where not st_coveredby(p.geom, st_buffer(c.geom, 0.05))";
    assert_eq!(
        count(pool, outside.into()).await,
        0,
        "parcels outside their commune"
    );
    let crooked =
        "select count(*) from demo.parcelles where idu <> commune || prefixe || section || numero
        or abs(contenance - st_area(geom)) > 1 + 0.01 * st_area(geom) or st_area(geom) < 20";
    assert_eq!(
        count(pool, crooked.into()).await,
        0,
        "parcels at odds with themselves"
    );
    let orphans = "select count(*) from demo.adresses a left join demo.parcelles p
        on p.idu = a.cad_parcelles where p.idu is null or not st_intersects(a.geom, p.geom)";
    assert_eq!(
        count(pool, orphans.into()).await,
        0,
        "addresses off their parcel"
    );
    // Some files name a parcel that there is not, for the list of anomalies.
    let lost = "select count(*) from demo.dossiers_ads d, string_to_table(d.parcelles, '|') wanted
        where right(wanted, 6) <> 'ZZ9999' and not exists (select 1 from demo.parcelles p where p.idu = wanted)";
    assert_eq!(
        count(pool, lost.into()).await,
        0,
        "files on unknown parcels"
    );
}

/// Columns, types, domains, patterns, required, unique and geometry of one relation.
async fn obeys(pool: &PgPool, layer: &Layer) {
    let table = layer.id.table();
    let columns: BTreeMap<String, String> = sqlx::query(
        "select column_name::text, data_type::text from information_schema.columns
         where table_schema = 'demo' and table_name = $1",
    )
    .bind(&table)
    .fetch_all(pool)
    .await
    .expect("the columns")
    .into_iter()
    .map(|row| (row.get(0), row.get(1)))
    .collect();
    assert!(columns.contains_key("geom"), "demo.{table} is missing");
    for name in columns.keys() {
        let known = layer.fields.iter().any(|f| f.name == *name);
        assert!(
            known || matches!(name.as_str(), "_scope" | "geom"),
            "{table}.{name} is in no field"
        );
    }
    let bad = |what: String| format!("select count(*) from demo.{table} where {what}");
    for field in &layer.fields {
        let name = &field.name;
        let Some(kind) = columns.get(name) else {
            assert!(!field.required, "{table}.{name} is required");
            continue;
        };
        let wanted = match field.kind {
            FieldType::Text => "text",
            FieldType::Integer => "bigint",
            FieldType::Real => "double precision",
            FieldType::Boolean => "boolean",
            FieldType::Date => "date",
            FieldType::Timestamp => "timestamp with time zone",
        };
        assert_eq!(kind, wanted, "{table}.{name}");
        if field.required {
            assert_eq!(
                count(pool, bad(format!("{name} is null"))).await,
                0,
                "{table}.{name} null"
            );
        }
        if field.unique {
            let sql = format!("select count({name}) - count(distinct {name}) from demo.{table}");
            assert_eq!(count(pool, sql).await, 0, "{table}.{name} twice");
        }
        if let Some(pattern) = &field.pattern {
            let sql = bad(format!("{name} !~ '^({pattern})$'"));
            assert_eq!(
                count(pool, sql).await,
                0,
                "{table}.{name} against {pattern}"
            );
        }
        if !field.domain.is_empty() {
            let codes: Vec<String> = field
                .domain
                .iter()
                .map(|d| format!("'{}'", d.code))
                .collect();
            let sql = bad(format!("{name} not in ({})", codes.join(",")));
            assert_eq!(
                count(pool, sql).await,
                0,
                "{table}.{name} outside its domain"
            );
        }
    }
    let key = if layer.key.is_empty() {
        "st_asbinary(geom)".to_owned()
    } else {
        layer.key.join(", ")
    };
    let sql = format!("select count(*) - count(distinct ({key})) from demo.{table}");
    assert_eq!(count(pool, sql).await, 0, "{table}: the key {key} repeats");
    let shape = format!("{:?}", layer.geometry);
    let sql = bad(format!(
        "_scope is null or not st_isvalid(geom) or st_isempty(geom)
         or ('{shape}' <> 'Geometry' and st_geometrytype(geom) <> 'ST_{shape}')"
    ));
    assert_eq!(count(pool, sql).await, 0, "{table}: geometries");
}

/// Adhesions, referents, a year of use and keys, as each start enters them.
#[tokio::test]
async fn each_start_has_its_members_a_year_of_use_and_keys_of_its_own() {
    let database = Database::clone_template().await;
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day");
    let weights = Units::default();
    let ground = |today| Ground {
        store: &database.store,
        catalogue: &database.catalogue,
        territory: &database.territory,
        today,
        weights: &weights,
    };
    let keys = populate(ground(today), &|_| ())
        .await
        .expect("a first start");
    let roles: BTreeSet<&str> = keys.iter().map(|key| key.role.as_str()).collect();
    assert_eq!(roles.len(), 8, "one key a role");
    assert!(keys.iter().any(|key| key.level == Level::Portail));
    let without: i64 = database
        .one(
            "SELECT count(*) FROM layer.communes c WHERE NOT EXISTS (SELECT FROM adhesion a \
              WHERE a.commune = c.code_insee AND a.service = 'sig' AND until IS NULL)",
        )
        .await;
    assert_eq!(without, 0, "every commune adheres to the portal's service");
    let levels: i64 = database
        .one("SELECT count(DISTINCT level) FROM adhesion WHERE until IS NULL")
        .await;
    assert_eq!(levels, 2);
    let crooked: i64 = database
        .one(
            "SELECT count(*) FROM referent WHERE NOT demonstration OR email NOT LIKE '%.example' \
              OR phone NOT LIKE '02 61 91 %'",
        )
        .await;
    assert_eq!(crooked, 0, "referents that reach nobody");
    let days: i64 = database
        .one("SELECT count(DISTINCT day) FROM usage.daily")
        .await;
    assert_eq!(days, 365);
    let output = database.run(&["usage", "verify"]).await;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );

    let events: i64 = database.one("SELECT count(*) FROM usage.event").await;
    assert!((100_000..400_000).contains(&events), "{events}");
    let again = populate(ground(today), &|_| ())
        .await
        .expect("a second start");
    assert_eq!(
        database
            .one::<i64>("SELECT count(*) FROM usage.event")
            .await,
        events
    );
    let valid: i64 = database
        .one("SELECT count(*) FROM key WHERE revoked IS NULL AND label LIKE 'Démonstration%'")
        .await;
    assert_eq!(
        valid,
        again.len() as i64,
        "those of the start before are revoked"
    );
    populate(ground(today + Days::new(2)), &|_| ())
        .await
        .expect("a start two days later");
    let days: i64 = database
        .one("SELECT count(DISTINCT day) FROM usage.daily")
        .await;
    assert_eq!(days, 367, "the days since were added");
}
