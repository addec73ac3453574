//! The sheet for people: its page, the portal's, and paper.

use crate::support::Server;

const PAGE: [(&str, &str); 1] = [("accept", "text/html,application/xhtml+xml")];

#[tokio::test]
async fn a_sheet_is_a_page_for_who_reads_pages() {
    let server = Server::shared();
    let page = server
        .get_with("/ads/parcelles/44109000AC0012", &PAGE)
        .await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for said in [
        "Parcelle AC\u{a0}12",
        "Nantes (44109)",
        "625\u{a0}m²",
        "UMa",
        "100\u{a0}%",
        "href=\"/parcelles/44109000AC0013\"",
        "Aucune servitude",
        "non publiée",
        "version\u{a0}",
        "Plan à l’échelle 1:500",
    ] {
        assert!(text.contains(said), "no {said}: {text}");
    }
    assert!(!text.contains("<script"), "the sheet alone runs nothing");
    let portal = server.get("/parcelles/44109000AC0012").await;
    assert!(portal.text().contains("/carte/parcelles.js"));
    assert!(portal.text().contains("Parcelle AC\u{a0}12"));
    let policy = portal.header("content-security-policy");
    assert!(
        !policy.contains("unsafe") && !policy.contains("script-src 'none'"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_form_without_script_leads_to_the_sheet_or_says_why_not() {
    let server = Server::shared();
    let found = server.get("/parcelles?q=Nantes%20ac%2012").await;
    assert_eq!(
        (found.status, found.header("location")),
        (303, "/parcelles/44109000AC0012")
    );
    let several = server.get("/parcelles?q=ac%2012").await;
    assert_eq!(several.status, 200);
    assert!(
        several
            .text()
            .contains("href=\"/parcelles/44109000AC0012\""),
        "{}",
        several.text()
    );
    let none = server.get("/parcelles?q=44109%20AC%20999").await;
    assert!(none.text().contains("Aucune parcelle de cette référence"));
    let other = server.get("/parcelles/44109%20AC%2012").await;
    assert_eq!(other.status, 308);
    assert!(
        other
            .header("location")
            .ends_with("/parcelles/44109000AC0012")
    );
    server.get("/parcelles/44109000AC0999").await.problem(404);
}

#[tokio::test]
async fn a_sheet_is_a_pdf_for_paper() {
    let server = Server::shared();
    let paper = server.get("/ads/parcelles/44109000AC0012?f=pdf").await;
    assert_eq!(
        (paper.status, paper.header("content-type")),
        (200, "application/pdf")
    );
    assert_eq!(
        paper.header("content-disposition"),
        "inline; filename=\"fiche-44109000AC0012.pdf\""
    );
    assert!(paper.body.starts_with(b"%PDF-1.7"));
    let etag = paper.header("etag").to_owned();
    let held = [("if-none-match", etag.as_str())];
    let again = server
        .get_with("/ads/parcelles/44109000AC0012?f=pdf", &held)
        .await;
    assert_eq!(again.status, 304);
}
