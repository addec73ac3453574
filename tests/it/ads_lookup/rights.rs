//! What look-ups never show.

use crate::support::Server;

/// Where a file is told of.
const FILE: [&str; 2] = [
    "/ads/parcelles?q=PC+044+109+25+A0007",
    "/ads/parcelles/44109000AB0007",
];

#[tokio::test]
async fn an_applicant_is_shown_to_the_instructors_of_the_commune_alone() {
    let server = Server::start().await;
    server
        .database
        .adhere(&["44109", "44143", "44162"], "outils")
        .await;
    let own = server.key("instructor", "44109").await;
    let team = server.key("instructor", "44109,44162").await;
    let other = server.key("instructor", "44143").await;
    let member = server.key("member", "44109").await;
    server.refresh().await;
    for path in FILE {
        for (key, sees) in [
            (Some(&own), true),
            (Some(&team), true),
            (Some(&other), false),
            (Some(&member), false),
            (None, false),
        ] {
            let headers: Vec<(&str, &str)> = key
                .map(|key| ("x-api-key", key.as_str()))
                .into_iter()
                .collect();
            let answer = server.get_with(path, &headers).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let text = answer.text();
            assert!(
                text.contains("44109000AB0007"),
                "the file is public: {text}"
            );
            assert_eq!(text.contains("PERSONNEL"), sees, "{path} {key:?}: {text}");
            if sees {
                assert!(answer.header("cache-control").contains("private"), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn a_closed_layer_never_shows() {
    let server = Server::shared();
    let paths = [
        "/ads/parcelles/44109000AB0001",
        "/ads/parcelles?q=SECRET-CAM-0001",
        "/ads/parcelles?idu=44109000AB0001",
    ];
    for path in paths {
        assert!(
            !server.get(path).await.text().contains("SECRET-CAM "),
            "{path}"
        );
    }
}
