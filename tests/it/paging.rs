//! Pages: every feature once, whatever the filter, at one version, in constant memory.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::support::{Server, features, link, numbers, values};

/// Follows `next` to the end; checks that no feature comes twice.
async fn walk(server: &Server, first: &str) -> BTreeSet<i64> {
    let mut seen = BTreeSet::new();
    let mut next = Some(server.url(first));
    let mut pages = 0;
    while let Some(url) = next {
        let path = url
            .strip_prefix(&server.url(""))
            .expect("an address of this server");
        let page = server.json(path).await;
        for fid in numbers(&page) {
            assert!(seen.insert(fid), "{fid} came twice ({path})");
        }
        next = link(&page, "next");
        pages += 1;
        assert!(pages < 200, "the pages never end");
    }
    seen
}

async fn expected(server: &Server, condition: &str) -> BTreeSet<i64> {
    let list: Vec<i64> = server
        .database
        .one(&format!(
            "SELECT array_agg(fid) FROM layer.parcelles WHERE {condition}"
        ))
        .await;
    list.into_iter().collect()
}

#[tokio::test]
async fn every_feature_comes_once_and_only_once() {
    let server = Server::shared();
    let all = expected(server, "true").await;
    for size in [7, 100, 399, 400, 401] {
        let path = format!("/collections/parcelles/items?limit={size}");
        assert_eq!(walk(server, &path).await, all, "pages of {size}");
    }
}

#[tokio::test]
async fn inside_a_box_and_under_a_filter_too() {
    let server = Server::shared();
    let envelope = "ST_MakeEnvelope(354150, 6688050, 355000, 6688300, 2154)";
    let inside = expected(server, &format!("ST_Intersects(geom, {envelope})")).await;
    assert!(inside.len() > 60, "a box that holds something");
    let bbox = "bbox=354150,6688050,355000,6688300&bbox-crs=EPSG:2154";
    for size in [1, 9, 64] {
        let path = format!("/collections/parcelles/items?limit={size}&{bbox}");
        assert_eq!(walk(server, &path).await, inside, "pages of {size}");
    }
    let both = expected(
        server,
        &format!("ST_Intersects(geom, {envelope}) AND arpente"),
    )
    .await;
    let path = format!("/collections/parcelles/items?limit=9&{bbox}&arpente=true");
    assert_eq!(walk(server, &path).await, both);
    let filtered = expected(server, "section = 'AK'").await;
    assert_eq!(
        walk(server, "/collections/parcelles/items?limit=13&section=AK").await,
        filtered
    );
}

#[tokio::test]
async fn links_keep_the_question_and_leave_the_key_out() {
    let server = Server::shared();
    let key = server.key("member", "territoire").await;
    let path = format!("/collections/parcelles/items?limit=5&section=AK&key={key}&crs=EPSG:2154");
    let page = server.json(&path).await;
    let next = link(&page, "next").expect("a next page");
    for kept in ["limit=5", "section=AK", "crs=EPSG:2154", "next="] {
        assert!(next.contains(kept), "{next}");
    }
    assert!(!page.to_string().contains(&key));
    let last = server
        .json("/collections/parcelles/items?limit=100&section=AK")
        .await;
    assert_eq!(link(&last, "next"), None, "a full last page has no next");
}

#[tokio::test]
async fn tampered_tokens_are_refused() {
    let server = Server::shared();
    let page = server.json("/collections/parcelles/items?limit=5").await;
    let next = link(&page, "next").expect("a next page");
    let token = next.split("next=").nth(1).expect("a token").to_owned();
    let flipped = token.replacen(|c: char| c.is_ascii_alphabetic(), "_", 1);
    for wrong in ["x", "", "AAAA", "%00", &token[1..], &format!("{token}AA")] {
        let path = format!("/collections/parcelles/items?limit=5&next={wrong}");
        server.get(&path).await.problem(400);
    }
    // A token of a version to come: wait for it, do not fail.
    let answer = server
        .get(&format!("/collections/parcelles/items?next={flipped}"))
        .await;
    assert!(
        matches!(answer.status, 200 | 400 | 503),
        "{}",
        answer.text()
    );
    if answer.status == 503 {
        assert!(!answer.header("retry-after").is_empty());
    }
}

/// A publication between two pages changes, removes and adds features: the walk sees none of it.
#[tokio::test]
async fn a_walk_stays_at_its_version() {
    let server = Server::start().await;
    let before: Vec<(String, Json)> = {
        let page = server.json("/collections/parcelles/items?limit=1000").await;
        values(&page, "idu")
            .into_iter()
            .zip(
                features(&page)
                    .iter()
                    .map(|one| one["properties"]["contenance"].clone()),
            )
            .collect()
    };
    for filter in ["", "&bbox=-180,-80,180,80"] {
        let mut seen = Vec::new();
        let mut page = server
            .json(&format!("/collections/parcelles/items?limit=30{filter}"))
            .await;
        for round in 0.. {
            let contents = features(&page)
                .iter()
                .map(|one| one["properties"]["contenance"].clone());
            seen.extend(values(&page, "idu").into_iter().zip(contents));
            let Some(next) = link(&page, "next") else {
                break;
            };
            if round == 1 {
                server
                    .publish(
                        "parcelles",
                        "SELECT _scope, idu, commune, feuille, 9000 + contenance AS contenance, geom \
                         FROM fixture.parcelles WHERE numero > '0050' AND section = 'AB' \
                         UNION ALL SELECT _scope, idu || 'X', commune, feuille, 1, \
                         ST_Translate(geom, 3, 3) FROM fixture.parcelles WHERE section = 'AL'",
                    )
                    .await;
            }
            let path = next
                .strip_prefix(&server.url(""))
                .expect("an address")
                .to_owned();
            page = server.json(&path).await;
        }
        assert_eq!(seen.len(), before.len());
        let missing: Vec<_> = before.iter().filter(|one| !seen.contains(one)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        // Back to the first state for the next walk.
        let again = "SELECT * FROM fixture.parcelles WHERE section IN ('AB', 'AL')";
        server.publish("parcelles", again).await;
    }
}

/// More than a batch: the page is streamed.
#[tokio::test]
async fn ten_thousand_features_are_one_complete_document() {
    let server = Server::start().await;
    server
        .publish(
            "adresses",
            "SELECT '44109' AS _scope, 'c' || n AS cle_interop, 'entrée' AS position, \
             '44109' AS commune_insee, n::bigint AS numero, ST_Point(354000 + n % 200, \
             6688000 + n / 200, 2154) AS geom FROM generate_series(1, 12000) n",
        )
        .await;
    let total: i64 = server
        .database
        .one("SELECT count(*) FROM layer.adresses")
        .await;
    let answer = server.get("/collections/adresses/items?limit=10000").await;
    let page = answer.json();
    let seen: BTreeSet<i64> = numbers(&page).into_iter().collect();
    assert_eq!(seen.len(), 10_000);
    assert_eq!(page["numberReturned"], 10_000);
    assert_eq!(page["numberMatched"], total);
    assert_eq!(
        walk(&server, "/collections/adresses/items?limit=5001")
            .await
            .len() as i64,
        total
    );
    let boxed = walk(
        &server,
        "/collections/adresses/items?limit=5001&bbox=-3,46,0,48",
    )
    .await;
    assert_eq!(boxed.len() as i64, total);
}
