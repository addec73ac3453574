//! Lists of other applications, read by a mapping.

use serde_json::Value;

use super::files::Files;
use super::{ingest, rules};
use crate::support::Database;

const HEAD: &str = "dossier_instruction;dossier_autorisation_type_detaille;etat_dossier;date_depot_initial;\
                    date_limite_instruction;terrain_references_cadastrales;petitionnaire;date_demande_pieces\n";

fn line(number: &str, state: &str, parcels: &str) -> String {
    format!("{number};PCI;{state};10/03/2026;10/05/2026;\"{parcels}\";DUPONT Exemple;02/04/2026\n")
}

#[tokio::test]
async fn decisions_are_called_as_their_type_calls_them_and_areas_are_rounded() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let list = "dossier_instruction;dossier_autorisation_type_detaille;etat_dossier;decision;terrain_superficie\n\
                DP0441092600001;DP;accepte;accord;450,5\n\
                DP0441092600002;DP;refuse;refus;1 200\n\
                CU0441092600003;CUb;accepter_tacite;accord tacite;12.4\n\
                PC0441092600004;PC;accepte;accord;\n";
    let list = files.write("decisions.csv", list);
    let (code, document) = ingest(&database, &list, &["--mapping", "openads"]).await;
    assert_eq!(code, 0, "{document:#}");
    let told: String = database
        .one(
            "SELECT string_agg(concat_ws(' ', decision, superficie_terrain), ', ' ORDER BY numero) \
             FROM layer.dossiers_ads WHERE numero LIKE '__ 044 109 26 0000_'",
        )
        .await;
    assert_eq!(
        told,
        "cu_tacite 12, non_opposition 451, opposition 1200, accord"
    );
}

#[tokio::test]
async fn an_openads_export_is_published_at_its_parcels_once() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let list = format!(
        "{HEAD}{}{}{}",
        line("PC0441092600001P0", "encours", "000AB0001;000AB0002;"),
        line("PC 044 109 26 A0002 M01", "incomplet", "AB 999"),
        line("PC 013 055 26 00003", "encours", "806AM0493;"),
    );
    let list = files.write("export.csv", list);
    let (code, document) = ingest(&database, &list, &["--mapping", "openads"]).await;
    assert_eq!(
        (code, &document["counts"]["added"]),
        (0, &2.into()),
        "{document:#}"
    );
    let reading = document["reading"].to_string();
    assert!(
        reading.contains("2 dossiers, 2 avec des parcelles, 1 placés"),
        "{reading}"
    );
    assert!(
        reading.contains("1 de communes hors du territoire"),
        "{reading}"
    );
    assert_eq!(rules(&document, "warning"), ["position", "reference"]);
    let placed: bool = database
        .one(
            "SELECT ST_Equals(d.geom, (SELECT ST_Union(geom) FROM layer.parcelles \
               WHERE idu IN ('44109000AB0001', '44109000AB0002'))) \
             AND d.parcelles = '44109000AB0001|44109000AB0002' AND d.type = 'PCMI' \
             AND d.commune = '44109' AND d.date_limite = '2026-05-10' \
             FROM layer.dossiers_ads d WHERE numero = 'PC 044 109 26 00001'",
        )
        .await;
    assert!(placed, "the file is what the export and the cadastre say");
    let events: String = database
        .one(
            "SELECT p.evenements FROM layer.dossiers_ads d JOIN layer.dossiers_ads_personal p USING (fid) \
             WHERE numero = 'PC 044 109 26 A0002 M01'",
        )
        .await;
    assert_eq!(events, "2026-03-10 deposit|2026-04-02 request_pieces");
    let (code, document) = ingest(&database, &list, &["--mapping", "openads"]).await;
    assert_eq!(
        (code, &document["state"]),
        (0, &"unchanged".into()),
        "{document:#}"
    );
    // Another list, a workbook of fewer columns: what it does not say stays.
    let fewer = "dossier_instruction;dossier_autorisation_type_detaille;etat_dossier\n\
                 PC0441092600001P0;PCI;incomplet\nPC0441092600009P0;PCI;encours\n";
    let fewer = files.write("suivi.csv", fewer);
    let book = files.path("suivi.xlsx");
    let made = std::process::Command::new("ogr2ogr")
        .args(["-f", "XLSX"])
        .args([&book, &fewer])
        .status();
    assert!(made.expect("ogr2ogr").success());
    let (code, document) = ingest(&database, &book, &["--mapping", "openads"]).await;
    let counts = &document["counts"];
    assert_eq!(
        (
            code,
            &counts["added"],
            &counts["changed"],
            &counts["removed"]
        ),
        (0, &1.into(), &1.into(), &0.into()),
        "{document:#}"
    );
    let kept: bool = database
        .one(
            "SELECT d.etat = 'incomplet' AND d.date_limite = '2026-05-10' AND d.date_depot = '2026-03-10' \
             AND d.parcelles = '44109000AB0001|44109000AB0002' AND NOT ST_IsEmpty(d.geom) \
             AND p.evenements = '2026-03-10 deposit|2026-04-02 request_pieces' AND p.demandeur = 'DUPONT Exemple' \
             FROM layer.dossiers_ads d JOIN layer.dossiers_ads_personal p ON p.fid = d.fid AND p._until IS NULL \
             WHERE numero = 'PC 044 109 26 00001'",
        )
        .await;
    assert!(kept, "only the state is another");
}

#[tokio::test]
async fn what_cannot_be_taken_is_named_line_by_line_and_nothing_is_published() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let list = format!(
        "{HEAD}{}{}{}",
        line("PC0441092600001P0", "encours", "AB0001"),
        line("PC04410926", "encours", "AB0001"),
        line("PC0441092600002", "égaré", "AB0001"),
    );
    let list = files.write("export.csv", list);
    let (code, document) = ingest(&database, &list, &["--mapping", "openads"]).await;
    assert_eq!(
        (code, &document["state"]),
        (1, &"rejected".into()),
        "{document:#}"
    );
    let said = |rule: &str| -> Value {
        let findings = document["findings"].as_array().expect("findings");
        let found = findings.iter().find(|finding| finding["rule"] == rule);
        found
            .unwrap_or_else(|| panic!("no {rule}: {document:#}"))
            .clone()
    };
    assert_eq!(
        (
            said("pattern")["feature"].clone(),
            said("mapping")["feature"].clone()
        ),
        ("2".into(), "3".into())
    );
    assert!(said("mapping")["message"].to_string().contains("égaré"));
    let none: i64 = database
        .one("SELECT count(*) FROM layer.dossiers_ads WHERE numero LIKE '% 26 %'")
        .await;
    assert_eq!(none, 0);
}

#[tokio::test]
async fn a_mapping_of_ones_own_reads_json_and_two_lines_of_headings() {
    let database = Database::clone_template().await;
    let files = Files::new();
    let own = files.write(
        "oxalis.toml",
        "title = \"Oxalis\"\nto = \"dossiers-ads\"\n\
         [field.numero]\ncolumns = [\"dossier.numero\"]\nform = \"numero\"\n\
         [field.type]\nvalue = \"DP\"\n[field.etat]\nvalue = \"decide\"\n\
         [field.date_depot]\ncolumns = [\"depot\"]\ndates = [\"%d %m %Y\"]\n\
         [parcels]\nsection = \"terrain.{n}.section\"\nnumber = \"terrain.{n}.numero\"\n",
    );
    let json = r#"{"dossiers": [{"dossier": {"numero": "DP 44109 26 A0007"}, "depot": "3 02 2026",
        "terrain": [{"section": "AB", "numero": 3}, {"section": "AB", "numero": "0004"}]}]}"#;
    let json = files.write("liste.json", json);
    let own = own.to_str().expect("a path of ours");
    let (code, document) = ingest(&database, &json, &["--mapping", own]).await;
    assert_eq!(code, 0, "{document:#}");
    let read: bool = database
        .one(
            "SELECT parcelles = '44109000AB0003|44109000AB0004' AND date_depot = '2026-02-03' \
             FROM layer.dossiers_ads WHERE numero = 'DP 044 109 26 A0007'",
        )
        .await;
    assert!(read);
    let sitadel = "\"Code de la commune\";\"Numéro du permis\";\"Etat\";\"Section 1\";\"Numéro 1\"\n\
                   \"COMM\";\"NUM_PA\";\"ETAT_PA\";\"SEC_CADASTRE1\";\"NUM_CADASTRE1\"\n\
                   \"44109\";\"04410905M0018\";\"6\";\"AB\";\"5\"\n\
                   \"44109\";\"04410905M0019\";\"2\";\"000\";\"AB6\"\n";
    let sitadel = files.write("liste.csv", sitadel);
    let (code, document) = ingest(&database, &sitadel, &["--mapping", "sitadel-pa"]).await;
    assert_eq!(
        (code, &document["counts"]["added"]),
        (0, &2.into()),
        "{document:#}"
    );
    let parcels: String = database
        .one(
            "SELECT string_agg(parcelles || ' ' || etat, ',' ORDER BY numero) FROM layer.dossiers_ads \
             WHERE type = 'PA'",
        )
        .await;
    assert_eq!(parcels, "44109000AB0005 acheve,44109000AB0006 decide");
}
