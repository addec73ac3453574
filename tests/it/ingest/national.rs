//! Files as the State's portals give them, without a word of how to read them.

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

/// Delivers a file made of a query, and checks that it is what is published already.
async fn is_what_is_published(
    database: &Database,
    name: &str,
    query: &str,
    collection: &str,
    count: i64,
) {
    let files = Files::new();
    let file = files.export(database, name, query, &[]);
    let (code, document) = ingest(database, &file, &["--dry-run"]).await;
    assert_eq!(
        (code, &document["collection"], rules(&document, "error")),
        (0, &collection.into(), vec![]),
        "{name}: {document:#}"
    );
    let counts = &document["counts"];
    // What the file has no column for changes; what it is of does not.
    let same = ["unchanged", "changed"].map(|what| counts[what].as_i64().expect("a count"));
    assert_eq!(same[0] + same[1], count, "{name}: {document:#}");
    assert_eq!(document["counts"]["removed"], 0, "{name}: {document:#}");
}

#[tokio::test]
async fn the_cadastre_of_etalab_and_of_the_ign_is_taken_as_it_is() {
    let database = Database::clone_template().await;
    // Etalab: no sheet, and no leading zeros.
    is_what_is_published(
        &database,
        "cadastre-44109-parcelles.json",
        "SELECT idu AS id, commune, prefixe, ltrim(section, '0') AS section, numero::int::text AS numero, \
           contenance, arpente, date_creation AS created, date_maj AS updated, ST_Transform(geom, 4326) AS geom \
         FROM layer.parcelles WHERE commune = '44109'",
        "parcelles",
        200,
    )
    .await;
    is_what_is_published(
        &database,
        "cadastre-44109-feuilles.json",
        "SELECT feuille AS id, commune, prefixe, ltrim(section, '0') AS section, numero::int::text AS numero, \
           qualite, '04' AS \"modeConfection\", echelle, date_creation AS created, date_maj AS updated, \
           ST_Transform(geom, 4326) AS geom FROM layer.sections WHERE commune = '44109'",
        "sections",
        2,
    )
    .await;
    // The IGN: the commune in two columns, the sheet by its number alone.
    is_what_is_published(
        &database,
        "FEUILLE.shp",
        "SELECT section AS \"SECTION\", numero::int AS \"FEUILLE\", left(commune, 2) AS \"CODE_DEP\", \
           right(commune, 3) AS \"CODE_COM\", prefixe AS \"COM_ABS\", echelle::text AS \"ECHELLE\", geom \
         FROM layer.sections WHERE commune = '44109'",
        "sections",
        2,
    )
    .await;
}

#[tokio::test]
async fn buildings_lie_on_the_published_sheets_or_are_refused() {
    let database = Database::clone_template().await;
    let query = "SELECT '01' AS type, nom, commune, date_creation AS created, date_maj AS updated, \
                 ST_Transform(geom, 4326) AS geom FROM layer.batiments WHERE commune = '44109'";
    let count: i64 = database
        .one("SELECT count(*) FROM layer.batiments WHERE commune = '44109'")
        .await;
    is_what_is_published(
        &database,
        "cadastre-44109-batiments.json",
        query,
        "batiments",
        count,
    )
    .await;
    let files = Files::new();
    // Where a column says where they lie, too.
    let text = query
        .replace("4326) AS geom", "4326) AS wkt")
        .replace("ST_Transform", "ST_AsText(ST_Transform");
    let text = text.replace("4326) AS wkt", "4326), 9) AS wkt");
    let file = files.export(&database, "batiments.csv", &text, &[]);
    let told = ["--dry-run", "--to", "batiments", "--crs", "EPSG:4326"];
    let (code, document) = ingest(&database, &file, &told).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (0, vec![]),
        "{document:#}"
    );
    assert_eq!(document["counts"]["removed"], 0, "{document:#}");
    let away = query.replace(
        "ST_Transform(geom",
        "ST_Transform(ST_Translate(geom, 900, 0)",
    );
    let file = files.export(&database, "batiments.json", &away, &[]);
    let (code, document) = ingest(&database, &file, &["--dry-run"]).await;
    let told = rules(&document, "error");
    assert_eq!(
        (code, told.contains(&"scope".to_owned())),
        (1, true),
        "{document:#}"
    );
}
