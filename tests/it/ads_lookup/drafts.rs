//! Drafts to go on writing.

use std::io::{Cursor, Read as _};

use crate::support::Server;

#[tokio::test]
async fn a_certificate_and_a_note_are_drafted_from_the_sheet() {
    let server = Server::shared();
    for (name, words) in [
        ("cu.odt", "Le maire certifie"),
        ("note.odt", "Note de renseignements"),
    ] {
        let path = format!("/ads/parcelles/44109000AB0001,44109000AB0002/{name}");
        let answer = server.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let media = "application/vnd.oasis.opendocument.text";
        assert_eq!(answer.header("content-type"), media);
        let mut package =
            zip::ZipArchive::new(Cursor::new(answer.body.clone())).expect("a package");
        let mut text = String::new();
        let mut content = package.by_name("content.xml").expect("a content");
        content.read_to_string(&mut text).expect("UTF-8");
        for expected in [
            words,
            "44109000AB0002",
            "Nantes",
            "Sources",
            "aucune valeur réglementaire",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.contains("PERSONNEL"), "{text}");
    }
    let gone = server.get("/ads/parcelles/44109000ZZ9999/cu.odt").await;
    assert_eq!(gone.status, 404);
}
