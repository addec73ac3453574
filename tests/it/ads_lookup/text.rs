//! What instructors type.

use serde_json::{Value as Json, json};

use crate::support::{Server, features, values};

fn query(text: &str) -> String {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/ads/parcelles?q={text}")
}

async fn found(text: &str) -> Vec<String> {
    values(&Server::shared().json(&query(text)).await, "idu")
}

#[tokio::test]
async fn every_writing_of_a_parcel_finds_it() {
    for text in [
        "44109000AB0007",
        "44109 AB 0007",
        "44109 AB 7",
        "44109-AB-7",
        "440109000AB0007",
        "44 109 000 AB 0007",
        "Nantes AB 7",
        "AB 7 à Nantes",
        "section AB n° 7, commune de Nantes",
        "NANTES ab 0007",
    ] {
        assert_eq!(found(text).await, ["44109000AB0007"], "{text}");
    }
    let list = ["44109000AB0007", "44109000AB0008", "44109000AC0001"];
    for text in [
        "Nantes AB 7, 8 et AC 1",
        "44109 AB 7, 44109 AB 8, 44109 AC 1",
    ] {
        assert_eq!(found(text).await, list, "{text}");
    }
    assert_eq!(
        found("Rezé AK 3 à 5").await,
        ["44143000AK0003", "44143000AK0004", "44143000AK0005"]
    );
}

#[tokio::test]
async fn a_parcel_that_the_cadastre_has_not_is_named() {
    let page = Server::shared().json(&query("Nantes AB 7, 999")).await;
    assert_eq!(values(&page, "idu"), ["44109000AB0007"]);
    assert_eq!(page["query"]["kind"], "parcels");
    assert_eq!(page["query"]["missing"], json!(["44109000AB0999"]));
}

#[tokio::test]
async fn a_credential_says_the_commune() {
    let server = Server::start().await;
    server.database.adhere(&["44109", "44143"], "outils").await;
    let key = server.key("instructor", "44143").await;
    let ask = async |text: &str, key: Option<&str>| -> Json {
        let headers: Vec<(&str, &str)> = key.map(|key| ("x-api-key", key)).into_iter().collect();
        let answer = server.get_with(&query(text), &headers).await;
        assert_eq!(answer.status, 200, "{text}: {}", answer.text());
        answer.json()
    };
    server.refresh().await;
    let own = ask("AK 3", Some(&key)).await;
    assert_eq!(values(&own, "idu"), ["44143000AK0003"]);
    let other = ask("Nantes AB 3", Some(&key)).await;
    assert_eq!(
        values(&other, "idu"),
        ["44109000AB0003"],
        "the text prevails"
    );

    // Without one, the communes in turn: first those that have such a parcel.
    let asked = ask("AK 3", None).await;
    assert!(features(&asked).is_empty());
    let candidates = asked["query"]["candidates"].as_array().expect("candidates");
    assert_eq!(
        candidates[0]["parcels"],
        json!(["44143000AK0003"]),
        "{asked}"
    );
    assert_eq!(candidates[0]["found"], 1);
    assert!(candidates[1..].iter().all(|one| one["found"] == 0));

    // A team of two communes: its own come first among those that exist.
    let team = server.key("instructor", "44109,44143").await;
    server.refresh().await;
    let asked = ask("AK 3", Some(&team)).await;
    assert_eq!(
        asked["query"]["candidates"][0]["parcels"],
        json!(["44143000AK0003"])
    );
}

#[tokio::test]
async fn a_file_leads_to_its_parcels() {
    let server = Server::shared();
    for text in [
        "PC 044 109 25 A0007",
        "pc04410925a0007",
        "P.C. 44 109 2025 A 0007",
    ] {
        let page = server.json(&query(text)).await;
        assert_eq!(values(&page, "idu"), ["44109000AB0007"], "{text}");
        assert_eq!(page["query"]["kind"], "file");
        assert_eq!(page["query"]["file"], "PC 044 109 25 A0007");
        assert_eq!(page["query"]["dossier"]["decision"], "accord");
    }
    let page = server.json(&query("PC 044 109 25 A9999")).await;
    assert!(features(&page).is_empty());
    assert_eq!(page["query"]["found"], false);
}

#[tokio::test]
async fn what_cannot_be_read_says_which_part() {
    let answer = Server::shared().get(&query("Nantes AB 12345")).await;
    let detail = answer.problem(400);
    assert!(detail.contains("12345"), "{detail}");
    let answer = Server::shared().get(&query("DP 24 00123")).await;
    let detail = answer.problem(400);
    assert!(detail.contains("DP 24 00123"), "{detail}");
    // Markup is not repeated.
    let answer = Server::shared().get(&query("Nantes AB <b>")).await;
    let detail = answer.problem(400);
    assert!(!detail.contains('<'), "{detail}");
}
