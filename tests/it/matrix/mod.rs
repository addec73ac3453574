//! Roles × layers × operations: nothing that a caller may not see is in any answer, and what it may
//! see is there. Layers, fields and roles come from the catalogue. There are two judges, the
//! program and the database: each is also tried with the other one switched off.

mod callers;
mod judge;
mod operations;
mod world;

use std::collections::BTreeMap;

use futures::future::join_all;
use geonantes::access::Filter;
use geonantes::catalogue::Layer;

use self::callers::Asker;
use self::judge::Question;
use self::operations::{Kind, Operation};
use self::world::Filled;
use crate::support::{Answer, Database, Server};

async fn filled(filter: Filter) -> (Server, Vec<Filled>) {
    let database = Database::empty().await;
    database.store.migrate().await.expect("the migrations run");
    for layer in database.catalogue.layers() {
        database.store.apply(layer).await.expect("the tables");
    }
    let world = world::fill(&database).await;
    let communes = ["44109", "44143", "44162", "44020"];
    database.adhere(&communes, "outils").await;
    (Server::judging(database, filter).await, world)
}

/// What the layers that are the same for all answer is asked by few.
fn concerns(layer: &Layer, place: usize, count: usize) -> bool {
    let same_for_all = layer.is_open() && layer.personal_fields().next().is_none();
    !same_for_all || place == 0 || place + 1 == count
}

async fn ask(server: &Server, asker: &Asker, path: &str, held: Option<&str>) -> Answer {
    let mut headers = vec![("accept-encoding", "identity")];
    headers.extend(asker.key.as_deref().map(|key| ("x-api-key", key)));
    headers.extend(held.map(|tag| ("if-none-match", tag)));
    server.get_with(path, &headers).await
}

/// Asks everything of every layer, a few at a time, and has each answer looked at; how many.
async fn round(
    server: &Server,
    world: &[Filled],
    asker: (usize, &Asker, usize),
    wanted: impl Fn(&Layer, &Operation) -> bool,
    mut look: impl FnMut(&Question, &Answer),
) -> usize {
    let (place, asker, count) = asker;
    let mut asked = 0;
    for filled in world {
        let layer = server.database.layer(&filled.id);
        if !concerns(layer, place, count) {
            continue;
        }
        let mut operations = operations::of(layer, filled);
        operations.retain(|operation| wanted(layer, operation));
        for some in operations.chunks(8) {
            let asking = some.iter().map(|one| ask(server, asker, &one.path, None));
            for (operation, answer) in some.iter().zip(join_all(asking).await) {
                let question = Question {
                    asker,
                    layer,
                    filled,
                    operation,
                };
                look(&question, &answer);
                asked += 1;
            }
        }
    }
    asked
}

/// Tags by path: whoever has the same one holds the same content.
type Tags = BTreeMap<String, BTreeMap<String, Vec<String>>>;

#[tokio::test]
async fn nobody_sees_more_than_its_role_and_reach_and_nobody_less() {
    let (server, world) = filled(Filter::On).await;
    let askers = callers::all(&server).await;
    let mut tags = Tags::new();
    let mut asked = 0;
    let count = askers.len();
    for (place, asker) in askers.iter().enumerate() {
        let note = |question: &Question, answer: &Answer| {
            question.judge(answer);
            note(&mut tags, question, answer);
        };
        asked += round(&server, &world, (place, asker, count), |_, _| true, note).await;
    }
    // The narrow ones came after the wide ones; now what caches hold, the other way round.
    for (place, asker) in askers.iter().enumerate().rev() {
        let kept = |_: &Layer, operation: &Operation| {
            matches!(operation.kind, Kind::Tile(..) | Kind::Document)
        };
        let judge = |question: &Question, answer: &Answer| question.judge(answer);
        asked += round(&server, &world, (place, asker, count), kept, judge).await;
    }
    lists(&server, &askers).await;
    foreign_tags(&server, &askers, &tags).await;
    assert!(asked > 4_000, "{asked} requests only");
}

/// Every layer, row and field is asked of the database, which knows who reads.
#[tokio::test]
async fn the_database_alone_refuses_what_the_program_would_let_through() {
    let (server, world) = filled(Filter::Off).await;
    let askers = callers::all(&server).await;
    let count = askers.len();
    for (place, asker) in askers.iter().enumerate() {
        let look = |question: &Question, answer: &Answer| question.refused(answer);
        round(&server, &world, (place, asker, count), |_, _| true, look).await;
    }
}

/// The policies are taken away: the statements ask for no row more than they should.
#[tokio::test]
async fn the_program_alone_asks_for_nothing_that_the_database_would_refuse() {
    let (server, world) = filled(Filter::On).await;
    let tables: Vec<String> = server
        .database
        .one("SELECT array_agg(oid::regclass::text) FROM pg_class WHERE relrowsecurity")
        .await;
    assert!(
        tables.iter().any(|table| table.contains("personal")),
        "{tables:?}"
    );
    for table in tables {
        let statement = format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY");
        server.database.execute(&statement).await;
    }
    let askers = callers::all(&server).await;
    let count = askers.len();
    for (place, asker) in askers.iter().enumerate() {
        let guarded =
            |layer: &Layer, _: &Operation| layer.is_restricted() || layer.personal_role.is_some();
        let judge = |question: &Question, answer: &Answer| question.judge(answer);
        round(&server, &world, (place, asker, count), guarded, judge).await;
    }
}

fn note(tags: &mut Tags, question: &Question, answer: &Answer) {
    let tag = answer.header("etag");
    if tag.is_empty() {
        return;
    }
    let path = &question.operation.path;
    let seen: Vec<String> = question.allowed().into_iter().collect();
    let known = tags.entry(path.clone()).or_default();
    let before = known.entry(tag.to_owned()).or_insert_with(|| seen.clone());
    if matches!(question.operation.kind, Kind::Listing) {
        assert_eq!(
            *before, seen,
            "{} shares {tag} at {path}",
            question.asker.name
        );
    }
}

/// What one caller holds says nothing to another: its tag is not the other's.
async fn foreign_tags(server: &Server, askers: &[Asker], tags: &Tags) {
    let nobody = askers.last().expect("nobody");
    for (path, known) in tags.iter().filter(|(_, known)| known.len() > 1) {
        let own = ask(server, nobody, path, None).await;
        for tag in known.keys().filter(|tag| *tag != own.header("etag")) {
            let answer = ask(server, nobody, path, Some(tag)).await;
            assert_ne!(answer.status, 304, "{path} takes {tag} for nobody's");
        }
    }
}

const LISTS: [&str; 7] = [
    "/",
    "/?f=html",
    "/collections",
    "/collections?f=html",
    "/api",
    "/api?f=html",
    "/styles/geonantes",
];

/// Lists name the layers that the caller may see, and no other.
async fn lists(server: &Server, askers: &[Asker]) {
    for asker in askers {
        let asking = LISTS.iter().map(|path| ask(server, asker, path, None));
        for (path, answer) in LISTS.iter().zip(join_all(asking).await) {
            let context = format!("{} asks {path}", asker.name);
            assert_eq!(answer.status, 200, "{context}");
            let private = answer.header("cache-control").contains("private");
            assert_eq!(private, asker.key.is_some(), "{context}");
            for layer in server.database.catalogue.layers() {
                names(asker, layer, path, &answer.text());
            }
        }
    }
}

fn names(asker: &Asker, layer: &Layer, path: &str, text: &str) {
    let context = format!("{} asks {path}: {}", asker.name, layer.id);
    let named = text.contains(&format!("collections/{}", layer.id))
        || text.contains(&format!("\"{}\"", layer.id));
    if asker.status(layer) != 200 {
        assert!(!named, "{context} is listed");
    } else if path.contains("collections") {
        assert!(named, "{context} is not listed");
    }
    for field in layer.personal_fields() {
        let known = asker.knows_persons(layer);
        assert!(
            known || !text.contains(&field.name),
            "{context}: {}",
            field.name
        );
    }
}
