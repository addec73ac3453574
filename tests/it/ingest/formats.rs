//! Sound files in every format: recognised, compared, published; the same file twice changes nothing.

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

/// The parcels of one sheet of the template.
const PARCELS: &str = "SELECT idu, commune, prefixe, section, numero, contenance, feuille, arpente, \
                       date_creation, date_maj, geom FROM layer.parcelles WHERE commune = '44109'";

#[tokio::test]
async fn a_geopackage_of_what_is_published_changes_nothing_and_of_something_else_does() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let same = files.export(&database, "same.gpkg", PARCELS, &["-nln", "parcelles"]);
    let (code, document) = ingest(&database, &same, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
    assert_eq!(document["counts"]["unchanged"], 200);

    let moved = PARCELS.replace("contenance", "contenance + 1 AS contenance");
    let moved = format!("{moved} AND numero = '0007' UNION ALL {PARCELS} AND numero <> '0007'");
    let moved = files.export(&database, "moved.gpkg", &moved, &["-nln", "parcelles"]);
    let (code, document) = ingest(&database, &moved, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"published".into()),
        "{document:#}"
    );
    assert_eq!(document["counts"]["changed"], 2);
    assert_eq!(rules(&document, "error"), [] as [&str; 0]);
    let (code, document) = ingest(&database, &moved, &["--to", "parcelles"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
}
