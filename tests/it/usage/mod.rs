//! `geonantes usage` and the pages of use, over a ledger small enough to count by hand.

mod freeze;
mod pages;
mod report;

use serde_json::Value as Json;

use crate::support::Database;

/// Keys 1 (of 44143) and 2 (of the territory); four days of two communes, the metropolis and the
/// public. Units are thousandths; operations and clients are numbers of the model.
const LEDGER: &str = "
INSERT INTO adhesion (commune, service, level, since, until) VALUES
    ('44143', 'sig', 'outils', '2018-01-01', NULL), ('44143', 'ads', NULL, '2025-07-01', NULL),
    ('44109', 'sig', 'outils', '2018-01-01', '2025-06-30');
INSERT INTO key (id, prefix, hash, label, roles, communes) VALUES
    ('00000000-0000-4000-8000-000000000001', 'gn_AAAAAAAA', sha256('1'), 'SIG de Rezé', '{member}', '{44143}'),
    ('00000000-0000-4000-8000-000000000002', 'gn_BBBBBBBB', sha256('2'), 'Métropole', '{administrator}', NULL);
INSERT INTO usage.daily (day, commune, key, service, layer, operation, client,
                         requests, units, bytes, features, database_us, aborted, in_doubt, errors) VALUES
    ('2025-06-29', '44143', 1, 'ads', 'parcelles', 2, 1, 3, 3010, 3000, 301, 9, 0, 0, 0),
    ('2025-07-01', '44143', 1, 'ads', 'parcelles', 2, 1, 2, 2020, 2000, 202, 9, 1, 0, 0),
    ('2025-07-01', '44143', 0, 'sig', '', 0, 3, 1, 0, 500, 0, 0, 0, 0, 0),
    ('2025-06-30', '44109', 0, 'sig', 'communes', 1, 3, 10, 10000, 900, 0, 5, 0, 0, 0),
    ('2025-07-01', '44109', 0, 'sig', 'communes', 1, 3, 4, 4000, 400, 0, 5, 0, 0, 0),
    ('2025-07-02', 'metropolis', 2, 'sig', 'communes', 1, 2, 5, 5000, 100, 0, 5, 0, 0, 0),
    ('2025-07-02', 'public', 0, 'sig', 'communes', 1, 4, 7, 7000, 100, 0, 5, 0, 0, 1);
";

async fn ledger() -> Database {
    let database = Database::clone_template().await;
    database.execute(LEDGER).await;
    database
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

async fn json(database: &Database, arguments: &[&str]) -> Json {
    let output = database.run(arguments).await;
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        text(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}
