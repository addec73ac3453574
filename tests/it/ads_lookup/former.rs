//! References that the cadastre has no more: renumbered, merged, cut in two, gone.

use serde_json::{Value as Json, json};

use crate::support::{Server, features};

/// The sheet without some parcels, with others as number, west and east in metres from 354,000.
fn redrawn(gone: &str, new: &[(u16, f64, f64)]) -> String {
    let new: Vec<String> = new
        .iter()
        .map(|(number, west, east)| format!("({number}, {west}, {east})"))
        .collect();
    format!(
        "SELECT feuille AS _scope, idu, commune, prefixe, section, numero, contenance, feuille, geom \
         FROM layer.parcelles WHERE feuille = '44109000AB01' AND numero NOT IN ({gone}) \
         UNION ALL SELECT '44109000AB01', '44109000AB' || lpad(n::text, 4, '0'), '44109', '000', 'AB', \
           lpad(n::text, 4, '0'), NULL::bigint, '44109000AB01', ST_Multi(ST_MakeEnvelope(354000 + w::float8, \
           6688100, 354000 + e::float8, 6688120, 2154)) FROM (VALUES {}) v (n, w, e)",
        new.join(", ")
    )
}

/// AB 3 and AB 4 become AB 203; AB 5 becomes 204 and 205, then 204 becomes 206 and 207; AB 10 goes
/// to the street; AB 6 is drawn anew, 30 cm further into what was AB 5.
async fn renumbered() -> Server {
    let server = Server::start().await;
    let first = redrawn(
        "'0003', '0004', '0005', '0006', '0010'",
        &[
            (203, 150.0, 195.0),
            (204, 200.0, 212.0),
            (205, 212.0, 219.7),
            (6, 219.7, 245.0),
        ],
    );
    server.publish("parcelles", &first).await;
    let then = redrawn("'0204'", &[(206, 200.0, 206.0), (207, 206.0, 212.0)]);
    server.publish("parcelles", &then).await;
    server
}

/// Identifiers and shares of the ground, in hundredths.
fn pieces(former: &Json) -> Vec<(String, i64)> {
    let list = former["parcels"].as_array().expect("parcels").iter();
    list.map(|piece| {
        let share = piece["share"].as_f64().expect("a share") * 100.0;
        let idu = piece["idu"].as_str().expect("an identifier");
        (idu[10..].to_owned(), share.round() as i64)
    })
    .collect()
}

#[tokio::test]
async fn a_former_reference_says_which_parcels_cover_its_ground() {
    let server = renumbered().await;
    let today: String = server
        .database
        .one("SELECT (now() AT TIME ZONE 'UTC')::date::text")
        .await;
    for (number, expected) in [
        ("0003", vec![("0203", 100)]),
        ("0004", vec![("0203", 100)]),
        ("0005", vec![("0205", 39), ("0206", 30), ("0207", 30)]),
        ("0204", vec![("0206", 50), ("0207", 50)]),
        ("0010", vec![]),
    ] {
        let expected: Vec<(String, i64)> = expected
            .into_iter()
            .map(|(idu, share)| (idu.to_owned(), share))
            .collect();
        let idu = format!("44109000AB{number}");
        for query in [format!("idu={idu}"), format!("q=Nantes+AB+{number}")] {
            let page = server.json(&format!("/ads/parcelles?{query}")).await;
            assert!(features(&page).is_empty(), "{query}: nothing is guessed");
            let read = &page["query"];
            assert_eq!(read["missing"], json!([idu]), "{query}");
            let former = &read["former"][0];
            assert_eq!(
                (&former["idu"], &former["until"]),
                (&json!(idu), &json!(today)),
                "{query}"
            );
            assert_eq!(pieces(former), expected, "{query}");
        }
        let sheet = server.get(&format!("/ads/parcelles/{idu}")).await;
        let detail = sheet.problem(410);
        assert_eq!(pieces(&sheet.json()["former"][0]), expected, "{detail}");
        for (piece, share) in &expected {
            let said = format!("(44109000AB{piece}, {share}\u{a0}%)");
            assert!(detail.contains(&said), "{said}: {detail}");
        }
        server
            .get(&format!("/ads/parcelles/{idu}/cu.odt"))
            .await
            .problem(410);
    }
    // What it never had is no former reference, beside one that is there and one that is former.
    let page = server
        .json("/ads/parcelles?idu=44109000AB0001,44109000AB0003,44109000AB0999")
        .await;
    assert_eq!(features(&page).len(), 1);
    assert_eq!(
        page["query"]["missing"],
        json!(["44109000AB0003", "44109000AB0999"])
    );
    assert_eq!(page["query"]["former"].as_array().map(Vec::len), Some(1));
    server
        .get("/ads/parcelles/44109000AB0999")
        .await
        .problem(404);
    let whole = server.json("/ads/parcelles?idu=44109000AB0001").await;
    assert_eq!(whole.get("query"), None);
    // A file of that time leads to the parcels of today.
    let page = server.json("/ads/parcelles?q=PC+044+109+25+A0005").await;
    assert_eq!(pieces(&page["query"]["former"][0]).len(), 3);
    // Whoever reads pages chooses.
    for path in ["/parcelles/44109000AB0005", "/parcelles?q=Nantes+AB+5"] {
        let page = server.get(path).await;
        let text = page.text();
        for link in [
            "44109000AB0205,44109000AB0206,44109000AB0207",
            "44109000AB0206",
        ] {
            assert!(
                text.contains(&format!("href=\"/parcelles/{link}\"")),
                "{path} {link}: {text}"
            );
        }
    }
}

#[tokio::test]
async fn a_sheet_names_the_references_that_its_ground_had() {
    let server = renumbered().await;
    let names = async |number: &str| {
        let sheet = server
            .json(&format!("/ads/parcelles/44109000AB{number}"))
            .await;
        let list = sheet["anciennes_references"]
            .as_array()
            .expect("a list")
            .clone();
        let told = list.iter().map(|one| {
            let idu = one["idu"].as_str().expect("an identifier")[10..].to_owned();
            (
                idu,
                one["surface"].as_f64().expect("an area"),
                one["part"].as_f64().expect("a share"),
            )
        });
        told.collect::<Vec<_>>()
    };
    let whole = |number: &str, area, share| (number.to_owned(), area, share);
    assert_eq!(
        names("0206").await,
        [whole("0204", 120.0, 1.0), whole("0005", 120.0, 1.0)]
    );
    assert_eq!(
        names("0203").await,
        [whole("0003", 400.0, 0.4444), whole("0004", 400.0, 0.4444)]
    );
    // Drawn anew with the same number, 30 cm into a neighbour that is no more: none of its ground.
    assert_eq!(names("0006").await, []);
    assert_eq!(names("0007").await, []);
    let page = server.get("/parcelles/44109000AB0203").await.text();
    for said in [
        "Anciennes références",
        "AB\u{a0}3 (44109000AB0003, jusqu’au",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[tokio::test]
async fn a_file_whose_parcels_were_renumbered_is_an_anomaly_with_those_of_today() {
    let server = renumbered().await;
    server.database.adhere(&["44109"], "outils").await;
    let key = server.key("instructor", "44109").await;
    server.refresh().await;
    let answer = server
        .get_with("/dossiers?f=json", &[("x-api-key", &key)])
        .await;
    let docket = answer.json();
    let odd = docket["anomalies"].as_array().expect("a list").iter();
    let mut odd: Vec<String> = odd
        .map(|it| format!("{} {} {}", it["nature"], it["parcelle"], it["devenue"]).replace('"', ""))
        .collect();
    odd.sort();
    assert_eq!(
        odd,
        [
            "renumerotee 44109000AB0003 [44109000AB0203]",
            "renumerotee 44109000AB0004 [44109000AB0203]",
            "renumerotee 44109000AB0005 [44109000AB0205,44109000AB0206,44109000AB0207]",
            "renumerotee 44109000AB0010 []",
        ],
        "{docket:#}"
    );
}
