//! OGC API Features over HTTP: documents.

use crate::support::Server;

#[tokio::test]
async fn the_landing_page_answers() {
    let server = Server::shared();
    let page = server.json("/").await;
    assert!(page["links"].is_array());
    let items = server.json("/collections/parcelles/items?limit=3").await;
    assert_eq!(items["numberMatched"], 400);
}
