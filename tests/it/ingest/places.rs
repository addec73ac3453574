//! Where features are when no geometry says it: coordinates, addresses.

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

const HEAD: &str = "identifiant;nom;type;commune;adresse\n";

#[tokio::test]
async fn facilities_are_placed_by_their_addresses() {
    let database = Database::clone_template().await;
    let files = Files::new();
    // The template's addresses are « Rue de la Fosse », numbered on through the communes.
    let numero: i64 = database
        .one("SELECT min(numero) FROM layer.adresses WHERE commune_insee = '44143'")
        .await;
    let line = |id: &str, address: &str, commune: &str| {
        format!("{id};Mairie;mairie;{commune};{address}\n")
    };
    let sound = format!(
        "{HEAD}{}{}",
        line("M1", &format!("{numero} R. LA FOSSE"), "44143"),
        line(
            "M2",
            &format!("{} rue de la Fosse, 44400 Rezé", numero + 1),
            "Rezé"
        ),
    );
    let sound = files.write("mairies.csv", sound);
    let (code, document) = ingest(&database, &sound, &["--to", "mairies"]).await;
    assert_eq!(
        (code, &document["counts"]["added"]),
        (0, &2.into()),
        "{document:#}"
    );
    let reading = document["reading"].to_string();
    assert!(
        reading.contains("2 positions trouvées par l’adresse sur 2"),
        "{reading}"
    );
    // A file of the collection's name need not say it again.
    let (code, document) = ingest(&database, &sound, &[]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
    let same: bool = database
        .one(&format!(
            "SELECT m.geom = a.geom FROM layer.mairies m, layer.adresses a \
             WHERE m.identifiant = 'M1' AND a.numero = {numero}"
        ))
        .await;
    assert!(same, "the mairie is where its address is");

    let wrong = format!(
        "{HEAD}{}{}",
        line("M1", "9999 rue de la Fosse", "44143"),
        line("M2", "1 rue de la Bosse", "44143")
    );
    let wrong = files.write("wrong.csv", wrong);
    let (code, document) = ingest(&database, &wrong, &["--to", "mairies"]).await;
    assert_eq!(code, 1);
    assert_eq!(document["findings"][0]["rule"], "address");
    let said = document["findings"].to_string();
    assert!(
        said.contains("9999 n’existe pas dans « Rue de la Fosse »"),
        "{said}"
    );
    assert!(
        said.contains("la plus proche est « Rue de la Fosse »"),
        "{said}"
    );
}

#[tokio::test]
async fn coordinates_come_in_columns_of_many_kinds() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let rows = |head: &str, place: &str| {
        format!("identifiant;nom;type;commune;{head}\nM1;Mairie;mairie;44143;{place}\n")
    };
    for (name, head, place, options) in [
        ("l93.csv", "x_l93;y_l93", "354500,25;6686500", &[][..]),
        ("xy.csv", "X;Y", "354500.25;6686500", &["--crs", "2154"]),
        (
            "epsg.csv",
            "x;y;epsg_origine",
            "354500.25;6686500;EPSG:2154",
            &[],
        ),
        (
            "wkt.csv",
            "geom",
            "POINT (354500.25 6686500)",
            &["--crs", "EPSG:2154"],
        ),
        (
            "ewkt.csv",
            "forme",
            "\"SRID=2154;POINT (354500.25 6686500)\"",
            &[],
        ),
    ] {
        let file = files.write(name, rows(head, place));
        let (code, document) =
            ingest(&database, &file, &[options, &["--to", "mairies"]].concat()).await;
        assert_eq!(code, 0, "{name} {document:#}");
        let x: f64 = database.one("SELECT ST_X(geom) FROM layer.mairies").await;
        assert!((x - 354_500.25).abs() < 1e-6, "{name}: {x}");
    }
    let asked = files.write("asked.csv", rows("x;y", "354500;6686500"));
    let (code, document) = ingest(&database, &asked, &["--to", "mairies"]).await;
    assert_eq!(
        (code, &document["state"]),
        (3, &"asked".into()),
        "{document:#}"
    );
    assert_eq!(document["questions"][0]["option"], "crs");
    assert_eq!(document["questions"][0]["choices"][0]["value"], "EPSG:2154");
    let wrong = files.write("wrong.csv", rows("lon;lat", "ici;là"));
    let (code, document) = ingest(&database, &wrong, &["--to", "mairies"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["position".to_owned()])
    );
    let nowhere = files.write(
        "nowhere.csv",
        "identifiant;nom;type;commune\nM1;Mairie;mairie;44143\n",
    );
    let (code, document) = ingest(&database, &nowhere, &["--to", "mairies"]).await;
    assert_eq!(
        (code, rules(&document, "error")),
        (1, vec!["position".to_owned()])
    );
}
