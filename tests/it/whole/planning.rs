//! Documents of the PLU standard and partitions of easements.

use serde_json::Value;

use super::{deliver, said, table, texts, told};
use crate::ingest::files::Files;
use crate::ingest::read;
use crate::support::{Database, Server};

const DOCUMENT: &str = "44109_PLU_20240101";

/// A square as WKT: corner and side.
fn square(x: u32, y: u32, side: u32) -> String {
    let (x, y) = (355_000 + x, 6_689_000 + y);
    let (east, north) = (x + side, y + side);
    format!("POLYGON(({x} {y},{x} {north},{east} {north},{east} {y},{x} {y}))")
}

/// The only prescription of the document.
fn prescription(files: &Files, folder: &str, label: &str) {
    table(
        files,
        &format!("{folder}/Donnees_geographiques/44109_PRESCRIPTION_SURF_20240101.shp"),
        &[
            "LIBELLE;TYPEPSC;STYPEPSC;IDURBA;wkt",
            &format!("{label};01;00;{DOCUMENT};{}", square(10, 10, 20)),
        ],
    );
}

/// A document of two zones, a prescription and an information; the zones' piece is `piece`.
fn document(files: &Files, folder: &str, piece: &str, second: &str) {
    let at = |name: &str| format!("{folder}/{name}");
    let geo = |name: &str| at(&format!("Donnees_geographiques/44109_{name}_20240101.shp"));
    table(
        files,
        &at("44109_DOC_URBA_20240101.dbf"),
        &[
            "IDURBA;TYPEDOC;DATAPPRO",
            &format!("{DOCUMENT};PLU;20240101"),
        ],
    );
    table(
        files,
        &at("44109_DOC_URBA_COM_20240101.dbf"),
        &["IDURBA;INSEE", &format!("{DOCUMENT};44109")],
    );
    let zone = |label: &str, kind: &str, wkt: String| {
        format!("{label};{kind};{piece};{DOCUMENT};20240101;{wkt}")
    };
    table(
        files,
        &geo("ZONE_URBA"),
        &[
            "LIBELLE;TYPEZONE;NOMFIC;IDURBA;DATVALID;wkt",
            &zone("Ua", "U", square(0, 0, 100)),
            &zone("Évêché", second, square(100, 0, 100)),
        ],
    );
    prescription(files, folder, "Bois");
    table(
        files,
        &geo("INFO_SURF"),
        &[
            "LIBELLE;TYPEINF;STYPEINF;IDURBA;wkt",
            &format!("Préemption;04;00;{DOCUMENT};{}", square(0, 0, 200)),
        ],
    );
    let pieces = files.path(&at("Pieces_ecrites/3_Reglement"));
    std::fs::create_dir_all(&pieces).expect("a folder");
    std::fs::write(
        pieces.join("44109_reglement_20240101.pdf"),
        "%PDF-1.4 règlement",
    )
    .expect("a file");
}

#[tokio::test]
async fn a_document_is_published_over_its_layers_with_its_pieces() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    document(&files, DOCUMENT, "44109_reglement_20240101.pdf#page=3", "N");
    files.write(&format!("{DOCUMENT}/notes.idx"), "x");
    let folder = files.path(DOCUMENT);
    let (code, reports) = deliver(&database, &folder, &[]).await;
    assert_eq!(
        (code, told(&reports)),
        (
            0,
            vec![
                format!("plum-zonage {DOCUMENT} published 2/0/0/0"),
                format!("plum-prescriptions {DOCUMENT} published 1/0/0/0"),
                format!("plum-informations {DOCUMENT} published 1/0/0/0"),
            ]
        ),
        "{reports:?}"
    );
    let warnings = said(&reports, "warning");
    assert!(
        warnings.contains(&format!("unexpected {DOCUMENT}/notes.idx")),
        "{warnings:?}"
    );
    let zones = "SELECT libelle || ' ' || insee || ' ' || partition || ' ' || urlfic \
                 FROM layer.plum_zonage ORDER BY libelle COLLATE \"C\"";
    let address = format!("/pieces/{DOCUMENT}/44109_reglement_20240101.pdf");
    assert_eq!(
        texts(&database, zones).await,
        [
            format!("Ua 44109 DU_44109 {address}#page=3"),
            format!("Évêché 44109 DU_44109 {address}#page=3"),
        ]
    );
    let (code, reports) = deliver(&database, &folder, &[]).await;
    assert_eq!((code, &reports[0]["state"]), (0, &"unchanged".into()));

    // All of it as one file: a layer a collection, and with Shapefiles one a kind of geometry.
    let version: i64 = database
        .one("SELECT version FROM publication WHERE layer = 'plum-zonage'")
        .await;
    for name in ["plu.gpkg", "plu.zip"] {
        let file = files.path(name);
        let file = file.to_str().expect("a path of ours");
        let version = version.to_string();
        let export = [
            "ingest",
            "show",
            &version,
            "--delivery",
            "--export",
            file,
            "--json",
        ];
        let (code, told) = read(database.run(&export).await);
        assert_eq!((code, &told["features"]), (0, &4.into()), "{told:#}");
        assert_eq!(told["collections"].as_array().expect("a list").len(), 3);
    }

    let server = Server::with(database, |_| ()).await;
    let answer = server.get(&address).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "%PDF-1.4 règlement")
    );
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("sandbox")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let tag = answer.header("etag").to_owned();
    let held = server.get_with(&address, &[("if-none-match", &tag)]).await;
    assert_eq!(held.status, 304);
    server
        .get(&format!("/pieces/{DOCUMENT}/autre.pdf"))
        .await
        .problem(404);
}

/// Name and content of the pieces that are served, in the order of names.
async fn pieces(server: &Server) -> Vec<String> {
    let mut served = Vec::new();
    for name in ["44109_reglement_20240101.pdf", "44109_annexe_20240101.pdf"] {
        let answer = server.get(&format!("/pieces/{DOCUMENT}/{name}")).await;
        match answer.status {
            200 => served.push(answer.text()),
            _ => served.push(answer.problem(404)),
        }
    }
    served
}

#[tokio::test]
async fn the_pieces_of_a_document_follow_its_versions() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    let named = "44109_reglement_20240101.pdf";
    document(&files, DOCUMENT, named, "N");
    let folder = files.path(DOCUMENT);
    let server = Server::with(database, |_| ()).await;
    let database = &server.database;
    let back = async |version: &Value| {
        let version = version.to_string();
        let output = database
            .run(&["ingest", "rollback", &version, "--json"])
            .await;
        let (code, told) = read(output);
        assert_eq!(code, 0, "{told:#}");
        told
    };
    let of_zones = |reports: &[Value]| reports[0]["version"].clone();
    let (code, first) = deliver(database, &folder, &[]).await;
    assert_eq!(code, 0, "{first:?}");
    let none = "the document has no such piece";
    assert_eq!(pieces(&server).await, ["%PDF-1.4 règlement", none]);

    // Another content under the same name, and a piece more: no row differs.
    let room = files.path(&format!("{DOCUMENT}/Pieces_ecrites/3_Reglement"));
    let (rules, annex) = (room.join(named), room.join("44109_annexe_20240101.pdf"));
    std::fs::write(&rules, "%PDF-1.4 modifié").expect("a file");
    std::fs::write(&annex, "%PDF-1.4 annexe").expect("a file");
    let (code, second) = deliver(database, &folder, &[]).await;
    assert_eq!((code, &second[0]["state"]), (0, &"published".into()));
    assert_eq!(
        pieces(&server).await,
        ["%PDF-1.4 modifié", "%PDF-1.4 annexe"]
    );

    // A third delivery leaves the annex out and changes a zone.
    std::fs::remove_file(annex).expect("a file of ours");
    document(&files, DOCUMENT, named, "AUc");
    let (code, third) = deliver(database, &folder, &[]).await;
    assert_eq!(code, 0, "{third:?}");
    assert_eq!(pieces(&server).await, ["%PDF-1.4 règlement", none]);

    back(&of_zones(&third)).await;
    assert_eq!(
        pieces(&server).await,
        ["%PDF-1.4 modifié", "%PDF-1.4 annexe"],
        "with the version that comes back"
    );
    // The first is returned to, though no row differs.
    let told = back(&of_zones(&first)).await;
    assert_eq!(told["state"], "published", "{told:#}");
    assert_eq!(pieces(&server).await, ["%PDF-1.4 règlement", none]);
    // So are the second, which was of pieces alone, and the third with those that it had.
    back(&of_zones(&second)).await;
    assert_eq!(
        pieces(&server).await,
        ["%PDF-1.4 modifié", "%PDF-1.4 annexe"]
    );
    back(&of_zones(&third)).await;
    assert_eq!(pieces(&server).await, ["%PDF-1.4 règlement", none]);
    let (_, again) = deliver(database, &folder, &[]).await;
    assert_eq!(again[0]["state"], "unchanged");

    // Pieces come with the rows that change, and need no version of the others.
    std::fs::write(&rules, "%PDF-1.4 corrigé").expect("a file");
    prescription(&files, DOCUMENT, "Bosquet");
    let (code, fifth) = deliver(database, &folder, &[]).await;
    assert_eq!(code, 0, "{fifth:?}");
    let published = fifth.iter().filter(|one| one["state"] == "published");
    let published: Vec<&Value> = published.map(|one| &one["collection"]).collect();
    assert_eq!(published, ["plum-prescriptions"]);
    assert_eq!(pieces(&server).await, ["%PDF-1.4 corrigé", none]);
}

#[tokio::test]
async fn a_fault_of_one_table_refuses_the_whole_document() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    document(&files, DOCUMENT, "44109_absent_20240101.pdf", "Nh");
    let (code, reports) = deliver(&database, &files.path(DOCUMENT), &[]).await;
    let errors = said(&reports, "error");
    assert_eq!(code, 1, "{reports:?}");
    assert!(
        errors.contains(&"piece 44109_absent_20240101.pdf".to_owned()),
        "{errors:?}"
    );
    assert!(errors.contains(&"domain Nh".to_owned()), "{errors:?}");
    for layer in [
        "plum_zonage",
        "plum_prescriptions",
        "plum_informations",
        "public.piece",
    ] {
        let layer = layer
            .strip_prefix("public.")
            .map_or(format!("layer.{layer}"), str::to_owned);
        let count = texts(&database, &format!("SELECT count(*)::text FROM {layer}")).await;
        assert_eq!(count, ["0"], "{layer}");
    }
}

#[tokio::test]
async fn a_partition_of_easements_is_joined_with_its_acts() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    let name = "110068012_PM3_44_20240101";
    let at = |table: &str| format!("{name}/Donnees_geographiques/{table}");
    let area = |id: u32, generator: u32| {
        format!(
            "{id};{generator};assiette {id};{}",
            square(id * 200, 0, 100)
        )
    };
    table(
        &files,
        &at("ACTE_SUP_044.dbf"),
        &[
            "IDACTE;NOMACTE;TYPEACTE;FICHIER;DECISION;DATEDECIS",
            "35;acte_35;Arrêté;;Création;20140423",
        ],
    );
    table(
        &files,
        &at("SERVITUDE_044.dbf"),
        &[
            "IDSUP;IDGEST;NOMSUP;NOMSUPLITT;CATEGORIE",
            "35;2;sup_35;Plan de prévention;PM3",
        ],
    );
    table(
        &files,
        &at("SERVITUDE_ACTE_SUP_044.dbf"),
        &["IDSUP;IDACTE", "35;35"],
    );
    table(
        &files,
        &at("GESTIONNAIRE_SUP_044.dbf"),
        &["IDGEST;NOMGEST", "2;DREAL"],
    );
    table(
        &files,
        &at("PM3_GENERATEUR_SUP_S_044.shp"),
        &[
            "IdGen;IdSup;nomGen;wkt",
            &format!("1;35;gen;{}", square(0, 0, 50)),
        ],
    );
    table(
        &files,
        &at("PM3_ASSIETTE_SUP_S_044.shp"),
        &["IdAss;IdGen;nomAss;wkt", &area(1, 1)],
    );
    std::fs::create_dir_all(files.path(&format!("{name}/Actes"))).expect("a folder");
    files.write(&format!("{name}/Actes/acte_35.pdf"), "%PDF-1.4");
    let folder = files.path(name);
    let (code, reports) = deliver(&database, &folder, &[]).await;
    let partition = "110068012_PM3_44";
    assert_eq!(
        (code, told(&reports)),
        (0, vec![format!("servitudes {partition} published 1/0/0/0")]),
        "{reports:?}"
    );
    let rows = "SELECT suptype || ' ' || idsup || ' ' || nomsuplitt || ' ' || idacte || ' ' || \
                datedecis || ' ' || nomgest || ' ' || urlacte FROM layer.servitudes";
    assert_eq!(
        texts(&database, rows).await,
        [format!(
            "pm3 35 Plan de prévention 35 2014-04-23 DREAL /pieces/{partition}/acte_35.pdf"
        )]
    );
    table(
        &files,
        &at("PM3_ASSIETTE_SUP_S_044.shp"),
        &["IdAss;IdGen;nomAss;wkt", &area(1, 1), &area(2, 9)],
    );
    let (code, reports) = deliver(&database, &folder, &[]).await;
    assert_eq!(
        (code, said(&reports, "error")),
        (1, vec!["reference 9".to_owned()])
    );
}
