//! The sheet of a parcel, against computations of the database's own.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use sqlx::Row as _;

use crate::support::Server;

/// Zones whose edges cut parcels of section AB: one in the middle of AB 3, one that enters the
/// parcels of the first row by 30 cm, and whatever is left.
const ZONES: &str = "
    WITH cut (libelle, geom) AS (VALUES
      ('UMa', ST_MakeEnvelope(354000, 6688000, 354160, 6690000, 2154)),
      ('UMb', ST_MakeEnvelope(354160, 6688000, 356000, 6688119.7, 2154)),
      ('N', ST_MakeEnvelope(354160, 6688119.7, 356000, 6690000, 2154)))
    SELECT '244400404_PLUI_20190405' AS _scope, libelle, CASE libelle WHEN 'N' THEN 'N' ELSE 'U' END AS typezone,
           'reglement.pdf' AS nomfic, '0100' AS formdomi,
           '244400404_PLUI_20190405' AS idurba, '44109' AS insee, ST_Multi(geom) AS geom FROM cut";

/// A surface, a line, a place, and a line along the edge of AB 1.
const RULES: &str = "
    SELECT '244400404_PLUI_20190405' AS _scope, libelle, typepsc, '00' AS stypepsc,
           '244400404_PLUI_20190405' AS idurba, ST_SetSRID(geom, 2154) AS geom
    FROM (VALUES
      ('Espace boisé', '01', ST_MakeEnvelope(354110, 6688100, 354300, 6688115)),
      ('Alignement', '15', ST_GeomFromText('LINESTRING(354090 6688110, 354400 6688110)')),
      ('Limite', '15', ST_GeomFromText('LINESTRING(354100 6688120, 354120 6688120)')),
      ('Arbre', '07', ST_GeomFromText('POINT(354105 6688105)')),
      ('Coin', '01', ST_MakeEnvelope(354080, 6688080, 354100, 6688100))
    ) v (libelle, typepsc, geom)";

const SERVITUDES: &str = "
    SELECT '110068012_AC1_44' AS _scope, 'ac1' AS suptype, '110068012_AC1_44' AS partition, 'A1' AS idass,
           'Château' AS nomsup, 'Arrêté du 1er juin' AS nomacte, 'acte.pdf' AS fichier,
           ST_Buffer(ST_SetSRID(ST_MakePoint(354150, 6688150), 2154), 60) AS geom";

async fn furnished() -> Server {
    let server = Server::start().await;
    for (id, rows) in [
        ("plum-zonage", ZONES),
        ("plum-prescriptions", RULES),
        ("servitudes", SERVITUDES),
    ] {
        server.publish(id, rows).await;
    }
    server
}

async fn sheet(server: &Server, idu: &str) -> Json {
    server.json(&format!("/ads/parcelles/{idu}")).await
}

fn list<'a>(sheet: &'a Json, part: &str, member: &str) -> &'a Vec<Json> {
    sheet[part][member]
        .as_array()
        .unwrap_or_else(|| panic!("no {part}.{member}: {sheet}"))
}

/// Label → measure.
fn measures(rows: &[Json], label: &str, measure: &str) -> BTreeMap<String, f64> {
    rows.iter()
        .filter_map(|row| Some((row[label].as_str()?.to_owned(), row[measure].as_f64()?)))
        .collect()
}

#[tokio::test]
async fn the_figures_are_those_of_postgis() {
    let server = furnished().await;
    // Wide enough for a circle of the tolerance, by another road than the program's.
    let of = |table: &str, label: &str, tolerance: f64| {
        format!(
            "SELECT p.idu, t.{label} AS label, ST_Area(i.g) AS area, \
               2 * (ST_MaximumInscribedCircle(i.g)).radius >= {tolerance} AS wide \
             FROM layer.parcelles p JOIN layer.{table} t ON ST_Intersects(p.geom, t.geom), \
               LATERAL (SELECT ST_CollectionExtract(ST_Intersection(p.geom, t.geom), 3) AS g) i \
             WHERE p.section = 'AB' AND ST_Dimension(t.geom) = 2 AND ST_Area(i.g) > 0"
        )
    };
    let mut expected: BTreeMap<(String, &str, bool), BTreeMap<String, f64>> = BTreeMap::new();
    for (table, label, tolerance) in [
        ("plum_zonage", "libelle", 0.5),
        ("plum_prescriptions", "libelle", 0.1),
        ("servitudes", "nomsup", 0.1),
    ] {
        for row in server.database.rows(&of(table, label, tolerance)).await {
            expected
                .entry((row.get("idu"), table, row.get("wide")))
                .or_default()
                .insert(row.get("label"), row.get("area"));
        }
    }
    let (mut compared, mut thin_ones) = (0, 0);
    for number in 1..=100 {
        let idu = format!("44109000AB{number:04}");
        let sheet = sheet(&server, &idu).await;
        assert!((sheet["surface"].as_f64().expect("an area") - 400.0).abs() < 0.1);
        for (table, part, label, wide) in [
            ("plum_zonage", "zonage", "libelle", "zones"),
            (
                "plum_prescriptions",
                "prescriptions",
                "libelle",
                "croisements",
            ),
            ("servitudes", "servitudes", "nomsup", "croisements"),
        ] {
            for (member, is_wide) in [(wide, true), ("infimes", false)] {
                let found = measures(list(&sheet, part, member), label, "surface");
                let key = (idu.clone(), table, is_wide);
                let exact = expected.remove(&key).unwrap_or_default();
                assert!(
                    found.keys().eq(exact.keys()),
                    "{idu} {part}.{member}: {found:?} for {exact:?}"
                );
                for (name, area) in &found {
                    assert!((area - exact[name]).abs() < 0.06, "{idu} {name}: {area}");
                    compared += 1;
                    thin_ones += usize::from(!is_wide);
                }
            }
        }
        let shares: f64 = list(&sheet, "zonage", "zones")
            .iter()
            .map(|zone| zone["part"].as_f64().expect("a share"))
            .sum();
        assert!((0.95..=1.0001).contains(&shares), "{idu}: {shares}");
    }
    assert!(
        compared > 120 && thin_ones > 0,
        "{compared}, {thin_ones} thin"
    );
    assert!(expected.is_empty(), "missed: {expected:?}");
}

#[tokio::test]
async fn a_sheet_says_everything_of_a_parcel() {
    let server = furnished().await;
    let sheet = sheet(&server, "44109000AB0001").await;
    assert_eq!(sheet["idu"], json!(["44109000AB0001"]));
    assert_eq!(
        (&sheet["contenance"], &sheet["contigues"]),
        (&json!(300), &json!(true))
    );
    assert_eq!(sheet["geometry"]["type"], "MultiPolygon");
    assert_eq!(sheet["commune"]["nom"], "Nantes");
    let zone = &list(&sheet, "zonage", "zones")[0];
    assert_eq!(
        [
            &zone["libelle"],
            &zone["typezone_libelle"],
            &zone["destdomi"],
            &zone["datappro"],
            &zone["nomfic"]
        ],
        ["UMa", "Zone urbaine", "0100", "20190405", "reglement.pdf"]
    );
    assert_eq!(zone["part"], 1.0);
    let rules = list(&sheet, "prescriptions", "croisements");
    let of = |label: &str| rules.iter().find(|rule| rule["libelle"] == label);
    let wood = of("Espace boisé").expect("the wood");
    assert_eq!(
        (&wood["surface"], &wood["part"]),
        (&json!(150.0), &json!(0.375))
    );
    assert_eq!(wood["typepsc_libelle"], "Espace boisé classé");
    let line = of("Alignement").expect("the line");
    assert_eq!(
        (&line["longueur"], line.get("surface")),
        (&json!(20.0), None)
    );
    assert_eq!(line.get("en_limite"), None);
    assert_eq!(of("Limite").expect("the edge")["en_limite"], true);
    assert_eq!(of("Arbre").expect("the tree")["present"], true);
    assert!(of("Coin").is_none(), "what touches a corner does not cross");
    let servitude = &list(&sheet, "servitudes", "croisements")[0];
    assert_eq!(
        [
            &servitude["suptype"],
            &servitude["nomacte"],
            &servitude["fichier"]
        ],
        ["ac1", "Arrêté du 1er juin", "acte.pdf"]
    );
    assert_eq!(sheet["batiments"]["nombre"], 1);
    assert_eq!(sheet["batiments"]["emprise"], 64.0);
    assert_eq!(sheet["adresses"][0]["origine"], "parcelle");
    assert_eq!(sheet["adresses"][0]["voie_nom"], "Rue de la Fosse");
    let files = list(&sheet, "dossiers", "sur");
    assert_eq!(files[0]["numero"], "PC 044 109 25 A0001");
    assert_eq!(
        (files.len(), files[0]["decision_libelle"].as_str()),
        (1, Some("Accord"))
    );
    assert!(!sheet.to_string().contains("PERSONNEL"));
    let sources = sheet["sources"].as_array().expect("sources");
    for id in [
        "parcelles",
        "communes",
        "adresses",
        "plum-zonage",
        "servitudes",
        "dossiers-ads",
        "batiments",
    ] {
        let source = sources.iter().find(|one| one["couche"] == id);
        let source = source.unwrap_or_else(|| panic!("no {id}: {sources:?}"));
        assert!(
            source["version"]
                .as_i64()
                .is_some_and(|version| version > 0),
            "{source}"
        );
        assert!(source["source"].is_string() && source["millesime"].is_string());
        assert_eq!(source["etat"], "lue");
    }
    let informations = sources
        .iter()
        .find(|one| one["couche"] == "plum-informations");
    assert_eq!(informations.expect("named")["etat"], "non publiee");
}

#[tokio::test]
async fn neighbours_share_an_edge_or_a_corner() {
    let server = Server::shared();
    // AC 12 has AC 11 and 13 beside it, 2 and 22 below and above, four at its corners.
    let sheet = sheet(server, "44109000AC0012").await;
    let of = |corner: bool| -> Vec<(String, f64)> {
        let list = sheet["voisines"].as_array().expect("neighbours");
        let told = list.iter().filter(|one| one["coin"] == corner);
        told.map(|one| {
            let idu = one["idu"].as_str().expect("an identifier");
            (
                idu[10..].to_owned(),
                one["limite"].as_f64().expect("metres"),
            )
        })
        .collect()
    };
    let beside: Vec<String> = of(false).into_iter().map(|(idu, _)| idu).collect();
    assert_eq!(beside, ["0002", "0011", "0013", "0022"]);
    assert!(
        of(false)
            .iter()
            .all(|(_, metres)| (24.9..=25.0 + 2.1).contains(metres)),
        "{sheet}"
    );
    let corners: Vec<String> = of(true).into_iter().map(|(idu, _)| idu).collect();
    assert_eq!(corners, ["0001", "0003", "0021", "0023"]);
    let alone = self::sheet(server, "44109000AB0012").await;
    assert_eq!(alone["voisines"], json!([]), "streets of 5 m lie around it");
}

#[tokio::test]
async fn several_adjacent_parcels_are_one_sheet() {
    let server = Server::shared();
    let unit = sheet(server, "44109000AC0011,44109000AC0012").await;
    assert_eq!(unit["contigues"], true);
    assert_eq!(
        (&unit["contenance"], &unit["surface"]),
        (&json!(310 + 311), &json!(1250.0))
    );
    assert_eq!(unit["parcelles"].as_array().map(Vec::len), Some(2));
    let neighbours: Vec<&str> = unit["voisines"]
        .as_array()
        .expect("neighbours")
        .iter()
        .filter_map(|one| one["idu"].as_str())
        .collect();
    assert!(!neighbours.contains(&"44109000AC0012") && neighbours.contains(&"44109000AC0013"));
    let apart = sheet(server, "44109000AC0011,44109000AC0013").await;
    assert_eq!(apart["contigues"], false);
    let absent = server
        .get("/ads/parcelles/44109000AC0011,44109000AC0999")
        .await;
    absent.problem(404);
}

#[tokio::test]
async fn files_beside_are_told_apart() {
    let server = Server::start().await;
    server
        .publish(
            "dossiers-ads",
            "SELECT 'territoire' AS _scope, 'DP 044 109 26 A000' || n AS numero, 'DP' AS type, \
               '44109' AS commune, idu AS parcelles, 'depose' AS etat, date '2026-01-01' + n AS date_depot, geom \
             FROM (SELECT row_number() OVER (ORDER BY idu)::int AS n, * FROM layer.parcelles \
                   WHERE idu IN ('44109000AC0012', '44109000AC0013', '44109000AC0015')) t",
        )
        .await;
    let sheet = sheet(&server, "44109000AC0012").await;
    let numbers = |member: &str| -> Vec<String> {
        let files = list(&sheet, "dossiers", member).iter();
        files
            .map(|file| file["parcelles"].as_str().expect("parcels").to_owned())
            .collect()
    };
    assert_eq!(numbers("sur"), ["44109000AC0012"]);
    assert_eq!(numbers("adjacents"), ["44109000AC0013"]);
}

#[tokio::test]
async fn a_layer_out_of_order_leaves_the_others() {
    let server = furnished().await;
    let path = "/ads/parcelles/44109000AB0001";
    let before = server.get(path).await;
    assert!(!before.header("etag").is_empty());
    server
        .database
        .execute("ALTER TABLE layer.servitudes RENAME COLUMN geom TO broken")
        .await;
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("etag"), "", "the next reader asks again");
    let sheet = answer.json();
    assert_eq!(sheet["servitudes"], Json::Null);
    let sources = sheet["sources"].as_array().expect("sources");
    let silent = sources
        .iter()
        .find(|one| one["couche"] == "servitudes")
        .expect("named");
    assert_eq!(silent["etat"], "indisponible");
    assert!(
        !answer.text().contains("broken"),
        "nothing of the database shows"
    );
    assert_eq!(list(&sheet, "zonage", "zones").len(), 1);
    assert_eq!(sheet["batiments"]["nombre"], 1);
}

#[tokio::test]
async fn a_sheet_that_is_held_is_sent_again_once_a_layer_changes() {
    let server = furnished().await;
    let path = "/ads/parcelles/44109000AB0001";
    let etag = server.get(path).await.header("etag").to_owned();
    let held = [("if-none-match", etag.as_str())];
    assert_eq!(server.get_with(path, &held).await.status, 304);
    server
        .publish("servitudes", &SERVITUDES.replace("Château", "Manoir"))
        .await;
    let again = server.get_with(path, &held).await;
    assert_eq!(again.status, 200);
    assert!(again.text().contains("Manoir"));
}
