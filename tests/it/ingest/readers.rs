//! Files as programs really leave them: encodings declared and not meant, sheets with titles, parts
//! that were not sent along. Read when nothing is lost, refused in clear words when something is.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

/// Two town halls of Rezé.
const HALLS: &str = "SELECT 'M' || n AS identifiant, 'Mairie n° ' || n || ' de Rezé' AS nom, 'mairie' AS type, \
                     '44143' AS commune, ST_SetSRID(ST_MakePoint(354500 + n, 6686500), 2154) AS geom \
                     FROM generate_series(1, 2) n";

/// A dry run for the town halls.
async fn tried(database: &Database, file: &Path, options: &[&str]) -> (i32, Value) {
    ingest(
        database,
        file,
        &[&["--to", "mairies", "--dry-run"], options].concat(),
    )
    .await
}

/// The one finding, which refuses the delivery: its rule, its message and its advice.
fn refusal((code, document): &(i32, Value)) -> (String, String, String) {
    assert_eq!(
        (*code, &document["state"]),
        (1, &"rejected".into()),
        "{document:#}"
    );
    let finding = &document["findings"][0];
    assert_eq!(finding["severity"], "error", "{document:#}");
    let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    (text("rule"), text("message"), text("advice"))
}

#[track_caller]
fn sound((code, document): &(i32, Value), added: i64) {
    assert_eq!(
        (*code, &document["counts"]["added"]),
        (0, &added.into()),
        "{document:#}"
    );
    assert_eq!(rules(document, "error"), [] as [&str; 0]);
}

#[tokio::test]
async fn mapinfo_texts_are_what_their_bytes_say() {
    let database = Database::clone_template().await;
    let files = Files::new();
    // ogr2ogr writes UTF-8 and declares nothing, or what it is told to.
    for (name, options) in [
        ("neutre.tab", &["-f", "MapInfo File"][..]),
        ("neutre.mif", &["-f", "MapInfo File"]),
        (
            "latin.tab",
            &["-f", "MapInfo File", "-lco", "ENCODING=CP1252"],
        ),
    ] {
        let file = files.export(&database, name, HALLS, options);
        let found = tried(&database, &file, &[]).await;
        sound(&found, 2);
        assert_eq!(found.1["findings"], serde_json::json!([]), "{name}");
    }
    // A table that is no MapInfo file keeps a column of that name.
    let columns = "charset\tnom\tidentifiant\ttype\tcommune\tx_l93\ty_l93\n\
                   utf8\tMairie\tM9\tmairie\t44143\t354500\t6686500\n";
    let (code, document) = ingest(
        &database,
        &files.write("table.tab", columns),
        &["--to", "mairies", "--dry-run"],
    )
    .await;
    assert_eq!(code, 0, "{document:#}");
    let lying = files.export(&database, "menteur.mif", HALLS, &["-f", "MapInfo File"]);
    let text = fs::read_to_string(&lying).expect("text");
    fs::write(&lying, text.replace("\"Neutral\"", "\"WindowsLatin1\"")).expect("room");
    let found = ingest(&database, &lying, &["--to", "mairies"]).await;
    sound(&found, 2);
    assert_eq!(rules(&found.1, "warning"), ["encoding"]);
    let name: String = database.one("SELECT min(nom) FROM layer.mairies").await;
    assert_eq!(name, "Mairie n° 1 de Rezé");
    // The contributor's own file is as it was.
    assert!(
        fs::read_to_string(&lying)
            .expect("text")
            .contains("WindowsLatin1")
    );
}

#[tokio::test]
async fn sheets_of_texts_keep_their_line_of_names_wherever_it_stands() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let query = format!(
        "SELECT identifiant, nom, type, commune, '  ' || ST_X(geom) AS x_l93, ST_Y(geom)::text AS y_l93 FROM ({HALLS}) h"
    );
    for name in ["textes.xlsx", "textes.ods"] {
        sound(
            &tried(&database, &files.export(&database, name, &query, &[]), &[]).await,
            2,
        );
    }
    let lines =
        "identifiant;nom;type;commune;x_l93;y_l93\nM1;Mairie;mairie;44143;354 501,25;6686500,5\n";
    let titled = format!("Mairies de Rezé, 2026;;;;;\n;;;;;\n{lines};;;;;\n");
    for (name, text, line) in [
        ("titre.csv", titled, 3),
        ("sep.csv", format!("sep=;\n{lines}"), 1),
    ] {
        let found = tried(&database, &files.write(name, text), &[]).await;
        sound(&found, 1);
        let said = found.1["reading"].to_string();
        assert_eq!(
            said.contains(&format!("à la ligne {line}")),
            line > 1,
            "{said}"
        );
    }
    let bare = lines.split_once('\n').expect("two lines").1;
    let found = tried(&database, &files.write("sans.csv", bare), &[]).await;
    assert_eq!(rules(&found.1, "warning"), ["heading"], "{:#}", found.1);
    assert!(found.1["findings"].to_string().contains("colonne_1"));
    assert!(
        rules(&found.1, "error").contains(&"required".to_owned()),
        "{:#}",
        found.1
    );
}

#[tokio::test]
async fn a_drawing_takes_the_name_of_its_file_and_its_system_is_asked_for() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let query = "SELECT 'MUR' AS \"Layer\", ST_SetSRID(ST_MakeLine(ST_MakePoint(354500, 6686500, 12), \
                 ST_MakePoint(354510, 6686510, 13)), 2154) AS geom";
    let file = files.export(&database, "rue-felix-faure.dxf", query, &[]);
    let to = ["--to", "leves-topographiques"];
    let (code, document) = ingest(&database, &file, &to).await;
    assert_eq!(
        (code, &document["questions"][0]["option"]),
        (3, &"crs".into()),
        "{document:#}"
    );
    let (code, document) = ingest(
        &database,
        &file,
        &[&to[..], &["--crs", "EPSG:2154"]].concat(),
    )
    .await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"published".into()),
        "{document:#}"
    );
    assert!(document["reading"].to_string().contains("rue-felix-faure"));
    let kept: String = database
        .one("SELECT leve || ' ' || calque FROM layer.leves_topographiques WHERE calque = 'MUR'")
        .await;
    assert_eq!(kept, "rue-felix-faure MUR");
}

/// Copies a Shapefile's parts under another name, but those left out.
fn copied(files: &Files, name: &str, without: &[&str]) -> std::path::PathBuf {
    for part in ["shp", "shx", "dbf", "prj", "cpg"] {
        if !without.contains(&part) {
            let from = files.path(&format!("mairies.{part}"));
            fs::copy(from, files.path(&format!("{name}.{part}"))).expect("a part");
        }
    }
    files.path(&format!("{name}.shp"))
}

#[tokio::test]
async fn parts_of_a_shapefile_are_rebuilt_or_missed() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let options = ["-t_srs", "EPSG:3947", "-lco", "ENCODING=UTF-8"];
    files.export(&database, "mairies.shp", HALLS, &options);
    let blank = copied(&files, "blanc", &[]);
    let wkt = fs::read_to_string(files.path("blanc.prj")).expect("text");
    for text in [format!("\r\n\r\n{wkt}"), format!("\u{feff}{wkt}\n")] {
        fs::write(files.path("blanc.prj"), text).expect("room");
        let found = tried(&database, &blank, &[]).await;
        sound(&found, 2);
        assert!(
            found.1["reading"].to_string().contains("EPSG:3947"),
            "{:#}",
            found.1
        );
    }
    let found = tried(&database, &copied(&files, "index", &["shx"]), &[]).await;
    sound(&found, 2);
    assert!(
        found.1["reading"].to_string().contains("reconstruit"),
        "{:#}",
        found.1
    );
    assert!(
        !files.path("index.shx").exists(),
        "nothing is written beside the contributor's file"
    );

    let (rule, message, advice) =
        refusal(&tried(&database, &copied(&files, "nu", &["dbf"]), &[]).await);
    assert_eq!(rule, "damaged");
    assert!(
        message.contains(".dbf") && advice.contains("zip"),
        "{message} {advice}"
    );
    copied(&files, "seul", &["shp", "shx", "prj"]);
    let (_, message, _) = refusal(&tried(&database, &files.path("seul.dbf"), &[]).await);
    assert!(message.contains(".shp"), "{message}");
    let fewer = copied(&files, "moins", &[]);
    let mut values = fs::read(files.path("moins.dbf")).expect("bytes");
    values[4] = 1;
    fs::write(files.path("moins.dbf"), values).expect("room");
    let (_, message, _) = refusal(&tried(&database, &fewer, &[]).await);
    assert!(message.contains("2 géométries pour 1 ligne"), "{message}");
}

#[tokio::test]
async fn files_that_are_cut_are_never_taken_for_sound_ones() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let degrees = ["-t_srs", "EPSG:4326"];
    let x = format!("SELECT identifiant, nom, type, commune, ST_X(geom) AS x FROM ({HALLS}) h");
    for (name, options, query, sign) in [
        ("a.geojson", &degrees[..], HALLS, "fin du fichier"),
        ("a.geojsonl", &degrees, HALLS, "fin du fichier"),
        ("a.gpkg", &[], HALLS, "octets"),
        ("a.fgb", &[], HALLS, "incomplet"),
        ("a.kml", &degrees, HALLS, "fin du fichier"),
        ("a.gml", &[], HALLS, "fin du fichier"),
        ("a.xlsx", &[], &x, "fin du fichier"),
        ("a.ods", &[], &x, "fin du fichier"),
        ("a.shp", &[], HALLS, "octets"),
    ] {
        let file = files.export(
            &database,
            name,
            query,
            &[options, &["-nln", "mairies"]].concat(),
        );
        let bytes = fs::read(&file).expect("bytes");
        fs::write(&file, &bytes[..bytes.len() * 9 / 10]).expect("room");
        let (rule, message, advice) = refusal(&tried(&database, &file, &[]).await);
        assert_eq!(rule, "damaged", "{name}: {message}");
        assert!(
            message.contains(sign) && !advice.is_empty(),
            "{name}: {message} {advice}"
        );
        assert!(!message.contains("/tmp"), "{name}: {message}");
    }
    let head = "identifiant;nom;type;commune;x_l93;y_l93\n";
    for (name, text, sign) in [
        (
            "guillemet.csv",
            "M1;\"Mairie;mairie;44143;354501;6686500\nM2;b;mairie;44143;354501;6686500\n",
            "guillemet ouvert à la ligne 2 ",
        ),
        (
            "colonnes.csv",
            "M1;a;mairie;44143;354501;6686500\r\nM2;b;mairie;44143;354501;6686500;7\r\n",
            "(ligne 3) : 7 valeurs pour 6 colonnes",
        ),
        (
            "coupe.csv",
            "M1;a;mairie;44143;354501;6686500\nM2;b;mai",
            "fin du fichier",
        ),
        (
            "zeros.csv",
            "M1;a;mairie;44143;354501;6686500\nM2;\0\0;mairie;44143;354501;6686500\n",
            "dès l’octet 77.",
        ),
    ] {
        let found = tried(&database, &files.write(name, format!("{head}{text}")), &[]).await;
        let (rule, message, _) = refusal(&found);
        assert!(
            rule == "damaged" && message.contains(sign),
            "{name}: {:#}",
            found.1
        );
    }
    let hall = |id: u8, geometry: &str| {
        format!(
            "{{\"type\":\"Feature\",\"id\":7,\"properties\":{{\"identifiant\":\"M{id}\",\"nom\":\"a\",\
             \"type\":\"mairie\",\"commune\":\"44143\"}},\n\"geometry\":{geometry}}}"
        )
    };
    let point = "{\"type\":\"Point\",\"coordinates\":[-1.5653437,47.1888721]}";
    for (features, sign) in [
        (format!("{},\n", hall(1, point)), ") : une virgule de trop"),
        (
            [
                hall(1, point),
                hall(2, "{\"type\":\"Point\",\"coordinates\":[[1,2]]}"),
            ]
            .join(","),
            "objet n° 2) : les coordonnées ne sont pas emboîtées comme le veut Point",
        ),
        (
            [hall(1, point), hall(1, point)].join(","),
            "Les objets 1 et 2 ont le même identifiant M1",
        ),
    ] {
        let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}");
        let found = tried(&database, &files.write("b.geojson", text), &[]).await;
        let (_, message, _) = refusal(&found);
        assert!(message.contains(sign), "{message}");
    }
    let held: i64 = database.one("SELECT count(*) FROM layer.mairies").await;
    assert_eq!(held, 0);
}
