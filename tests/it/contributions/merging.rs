//! Rows that merge into one scope for all communes.

use serde_json::Value as Json;

use super::working::act;
use super::{contribute, lambert, number, server, settled, work};
use crate::support::{Form, Server};

/// Files of urbanism as GeoJSON in Lambert-93: number, commune, state; on a square of Rezé.
fn files(list: &[(&str, &str, &str)]) -> Vec<u8> {
    let square = [
        [354_500, 6_686_500],
        [354_520, 6_686_500],
        [354_520, 6_686_520],
    ];
    let ring: Vec<_> = square.iter().chain([&square[0]]).collect();
    let feature = |(number, commune, state): &(&str, &str, &str)| {
        serde_json::json!({
            "type": "Feature",
            "properties": {"numero": number, "type": "PC", "commune": commune, "etat": state,
                "parcelles": "44143000AB0001", "date_depot": "2025-03-01"},
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
        })
    };
    lambert(list.iter().map(feature).collect())
}

/// What merged is that of all communes: it is neither handed over nor offered.
async fn not_handed_over(server: &Server, key: &str, told: &Json) {
    let links = told["links"].as_array().expect("links");
    let offered = links.iter().any(|link| link["rel"] == "enclosure");
    assert!(!offered, "{links:#?}");
    let path = format!("/contributions/{}", told["id"]);
    let headers = [("x-api-key", key), ("accept", "text/html")];
    let page = server.get_with(&path, &headers).await.text();
    assert!(page.contains("Ce qui a été publié"), "{page}");
    assert!(!page.contains("depot.gpkg"), "{page}");
    let file = format!("{path}/depot.gpkg");
    assert_eq!(server.get_with(&file, &headers).await.status, 404);
}

#[tokio::test]
async fn rows_that_merge_leave_those_of_other_communes_alone() {
    let server = server().await;
    work(&server);
    server.database.adhere(&["44143"], "outils").await;
    let key = server.key("contributor", "44143").await;
    let send = async |list: &[(&str, &str, &str)]| {
        let form = Form::new()
            .field("to", "dossiers-ads")
            .file("dossiers.geojson", &files(list));
        let id = number(&contribute(&server, &key, form).await);
        (id, settled(&server, &key, id).await)
    };
    let theirs: String = server
        .database
        .one("SELECT min(numero) FROM layer.dossiers_ads WHERE commune = '44109'")
        .await;
    let own = "PC 044 143 25 A0001";
    // With its neighbour's number, and with its own commune: that file is not its to change.
    let (_, told) = send(&[
        (theirs.as_str(), "44143", "decide"),
        (own, "44143", "decide"),
    ])
    .await;
    assert_eq!(told["state"], "rejected", "{told:#}");
    let findings = &told["outcomes"][0]["findings"];
    let about: Vec<_> = findings.as_array().expect("findings").iter().collect();
    let reach: Vec<_> = about.iter().filter(|it| it["rule"] == "reach").collect();
    assert_eq!(reach.len(), 1, "{findings:#}");
    assert!(reach[0]["x"].is_number(), "it is on the map: {findings:#}");
    assert!(
        reach[0]["message"]
            .as_str()
            .expect("words")
            .contains(theirs.as_str())
    );
    // A row of the neighbour's commune is refused before that.
    let (_, told) = send(&[(own, "44109", "decide")]).await;
    assert_eq!(told["state"], "rejected", "{told:#}");

    // Its own file is added, the others stay; again it is unchanged, and changes alone.
    let before: i64 = server
        .database
        .one("SELECT count(*) FROM layer.dossiers_ads")
        .await;
    for (state, expected) in [("en_instruction", "added"), ("decide", "changed")] {
        let (id, told) = send(&[(own, "44143", state)]).await;
        assert_eq!(told["state"], "compared", "{told:#}");
        let counts = &told["outcomes"][0]["counts"];
        assert_eq!(
            (&counts[expected], &counts["removed"]),
            (&1.into(), &0.into()),
            "{counts}"
        );
        assert_eq!(
            act(&server, &key, &format!("{id}/publish"), &[]).await.0,
            202
        );
        let told = settled(&server, &key, id).await;
        assert_eq!(told["state"], "published", "{told:#}");
        not_handed_over(&server, &key, &told).await;
    }
    let (_, told) = send(&[(own, "44143", "decide")]).await;
    assert_eq!(told["state"], "unchanged", "{told:#}");
    let after: i64 = server
        .database
        .one("SELECT count(*) FROM layer.dossiers_ads")
        .await;
    assert_eq!(after, before + 1);
}
