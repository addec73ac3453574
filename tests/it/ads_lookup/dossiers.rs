//! The instructor's first page: what it says, and to whom.

use serde_json::Value as Json;

use crate::support::Server;

/// Files about today, as the territory's clock has it: due in 3 days, in 11, overdue, awaiting pieces, lapsing, and one of another
/// commune; parcels that are not what they should be.
const FILES: &str = "
    WITH clock AS (SELECT (now() AT TIME ZONE 'Europe/Paris')::date AS today), f (n, type, etat, depot, evenements, decision, decide, commune, parcelles) AS (SELECT v.* FROM clock, LATERAL (VALUES
      (1, 'DP', 'en_instruction', today + 3 - interval '2 months', '', NULL, NULL, '44109', '44109000AB0001'),
      (2, 'PC', 'en_instruction', today - 60, '', NULL, NULL, '44109', '44109000AB0002|44109000ZZ0001'),
      (3, 'DP', 'depose', today - 70, '', NULL, NULL, '44109', '44109000AB0003|44143000AB0001'),
      (4, 'DP', 'incomplet', today - 40, (today - 30) || ' request_pieces', NULL, NULL, '44109', ''),
      (5, 'CUa', 'decide', today - 600, '', 'cu_tacite', today + 30 - interval '18 months', '44109', '44109000AB0004'),
      (6, 'DP', 'en_instruction', today - 70, '', NULL, NULL, '44143', '44143000AB0002')) v)
    SELECT 'territoire' AS _scope, 'PC 044 ' || right(commune, 3) || ' 26 T000' || n AS numero, type, commune,
      nullif(parcelles, '') AS parcelles, etat, decision, depot::date AS date_depot, decide::date AS date_decision,
      CASE n WHEN 1 THEN today + 3 WHEN 2 THEN today + 11 END AS date_limite,
      depot::date || ' deposit' || coalesce('|' || nullif(evenements, ''), '') AS evenements,
      'PERSONNEL ' || n AS demandeur,
      ST_Multi(ST_SetSRID(ST_MakeEnvelope(354100, 6688100, 354120, 6688120), 2154)) AS geom FROM f, clock";

async fn page(server: &Server, path: &str, key: Option<&str>) -> (u16, String) {
    let headers: Vec<(&str, &str)> = key.map(|key| ("x-api-key", key)).into_iter().collect();
    let answer = server.get_with(path, &headers).await;
    assert!(key.is_none() || !answer.header("cache-control").contains("public"));
    (answer.status, answer.text())
}

fn ends(list: &Json) -> Vec<String> {
    let numbers = list.as_array().expect("a list").iter();
    let numbers = numbers.map(|file| file["numero"].as_str().expect("a number"));
    numbers
        .map(|number| number[number.len() - 5..].to_owned())
        .collect()
}

#[tokio::test]
async fn instructors_find_what_is_due_in_their_communes_and_nobody_else_anything() {
    let server = Server::start().await;
    server.database.adhere(&["44109", "44143"], "outils").await;
    server.publish("dossiers-ads", FILES).await;
    let own = server.key("instructor", "44109").await;
    let team = server.key("instructor", "44109,44143").await;
    let other = server.key("instructor", "44143").await;
    let member = server.key("member,contributor", "44109").await;
    server.refresh().await;
    for path in [
        "/dossiers",
        "/dossiers?f=html",
        "/dossiers.csv",
        "/dossiers.xlsx",
    ] {
        assert_eq!(page(&server, path, None).await.0, 401, "{path}");
        let (status, text) = page(&server, path, Some(&member)).await;
        assert_eq!((status, text.contains("PERSONNEL")), (403, false), "{path}");
    }
    let (status, text) = page(&server, "/dossiers", Some(&own)).await;
    assert_eq!(status, 200, "{text}");
    let docket: Json = serde_json::from_str(&text).expect("a document");
    assert_eq!(
        ends(&docket["echeances"]),
        ["T0003", "T0001", "T0002"],
        "{docket:#}"
    );
    assert_eq!(ends(&docket["pieces"]), ["T0004"]);
    assert_eq!(ends(&docket["caducites"]), ["T0005"]);
    let due = &docket["echeances"][1]["delai"];
    assert_eq!(
        (&due["situation"], &due["jours"]),
        (&"sous_sept_jours".into(), &3.into())
    );
    assert_eq!(
        (&due["importee"], &due["favorable"]),
        (&true.into(), &true.into())
    );
    let odd = docket["anomalies"].as_array().expect("a list").iter();
    let odd: Vec<String> = odd
        .filter(|it| it["numero"].as_str().expect("a number").contains(" 26 T"))
        .map(|it| format!("{} {}", it["nature"], it["parcelle"]).replace('"', ""))
        .collect();
    for expected in [
        "inconnue 44109000ZZ0001",
        "deux_communes 44143000AB0001",
        "sans_parcelle ",
    ] {
        assert!(odd.iter().any(|it| it == expected), "{expected}: {odd:?}");
    }
    assert!(
        text.contains("PERSONNEL 1") && !text.contains("044 143 26"),
        "{text}"
    );
    let (_, text) = page(&server, "/dossiers", Some(&other)).await;
    assert!(
        text.contains("PERSONNEL 6") && !text.contains("044 109"),
        "{text}"
    );
    let (_, text) = page(&server, "/dossiers.csv?echeance=retard", Some(&team)).await;
    assert!(
        text.contains("T0003") && text.contains("T0006") && !text.contains("T0001"),
        "{text}"
    );
    let (_, text) = page(&server, "/dossiers?f=html&echeance=7", Some(&own)).await;
    for words in [
        "non-opposition tacite",
        "/parcelles/44109000AB0001",
        "dans 3\u{a0}jours",
        "T0005",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for wrong in [
        "commune=44143",
        "echeance=demain",
        "etat=perdu",
        "page=0",
        "tri=nom",
    ] {
        let (status, _) = page(&server, &format!("/dossiers?{wrong}"), Some(&own)).await;
        assert_eq!(status, 400, "{wrong}");
    }
}
