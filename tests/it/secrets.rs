//! What never shows: keys in links, pages and logs; addresses in logs.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::support::{Database, Server, get};

const OPEN: &str = "/collections/communes/items?limit=1";

/// A key in an address comes back in no link, no page and no header.
#[tokio::test]
async fn a_key_comes_back_in_nothing() {
    let server = Server::start().await;
    let key = server.key("member,csu", "territoire").await;
    let collection = "/collections/communes";
    let fid: i64 = server
        .database
        .one("SELECT min(fid) FROM layer.communes")
        .await;
    let mut paths: Vec<String> = [
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/tileMatrixSets",
        "/styles",
        "/connexion",
        "/nowhere",
    ]
    .map(str::to_owned)
    .to_vec();
    for tail in [
        "",
        "/items",
        "/queryables",
        "/schema",
        "/tiles",
        "/tiles/WebMercatorQuad",
    ] {
        paths.push(format!("{collection}{tail}"));
    }
    paths.push(format!("{collection}/items/{fid}"));
    let mut asked: Vec<String> = paths
        .iter()
        .flat_map(|path| {
            [
                format!("{path}?key={key}"),
                format!("{path}?f=html&key={key}"),
            ]
        })
        .collect();
    for more in [
        "/collections/parcelles/items?limit=2",
        "/collections/parcelles/items?limit=2&f=html",
        "/collections/parcelles/items?f=html&commune=&limit=2",
        "/collections/parcelles/items?f=html&bbox=nonsense",
        "/collections/parcelles/items?f=csv&limit=2",
        "/collections/cameras-csu/items?limit=1",
        "/collections/cameras-csu/items?limit=1&f=html",
        "/collections/secteurs-craiol/items?f=html",
        "/tiles/communes.json?f=json",
        "/styles/geonantes?f=json",
        "/carte?f=html",
    ] {
        asked.push(format!("{more}&key={key}"));
    }
    for path in asked {
        for accept in ["application/json", "text/html,application/json"] {
            let answer = server.get_with(&path, &[("accept", accept)]).await;
            assert!(answer.status < 500, "{path}: {}", answer.text());
            let headers = answer
                .headers
                .values()
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
            for text in headers.chain([answer.text()]) {
                assert!(!text.contains(&key[12..]), "{path}: {text}");
            }
        }
    }
}

/// Nor is it in the log, however it is presented; nor is anybody's address.
#[tokio::test]
async fn a_key_and_an_address_are_in_no_log() {
    let database = Database::clone_template().await;
    let key = database.key("member", "territoire").await;
    let program = Program::start(&database).await;
    let server = |path: &str| format!("{}{path}", program.url);
    let basic = format!("Basic {}", BASE64.encode(format!("qgis:{key}")));
    let bearer = format!("Bearer {key}");
    let slip = format!("{}0", &key[..key.len() - 1]);
    let from = ("x-forwarded-for", "198.51.100.77");
    for path in [
        OPEN,
        "/tiles/communes/8/126/89.mvt",
        "/nowhere",
        "/collections/x/items",
    ] {
        for headers in [
            [("x-api-key", key.as_str()), from],
            [("authorization", &bearer), from],
            [("authorization", &basic), from],
            [("x-api-key", &slip), from],
        ] {
            get(&server(path), &headers).await;
        }
        let joint = if path.contains('?') { '&' } else { '?' };
        get(&server(&format!("{path}{joint}key={key}")), &[from]).await;
    }
    let log = program.end().await;
    assert!(log.contains("answered"), "{log}");
    for secret in [&key[12..], &basic[6..], &slip[12..], "198.51.100.77"] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

/// The program itself, with a log of all that it says at the level `debug`.
struct Program {
    child: tokio::process::Child,
    url: String,
    log: PathBuf,
}

impl Program {
    async fn start(database: &Database) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = free.local_addr().expect("its number").to_string();
        drop(free);
        let layers = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
        let name = format!("secrets-{}-{}", std::process::id(), database.name);
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&home).expect("a folder");
        let log = home.join("program.log");
        let child = tokio::process::Command::new(env!("CARGO_BIN_EXE_geonantes"))
            .args(["serve", "--listen", &address])
            .env_clear()
            .env("RUST_LOG", "debug")
            .env("NO_COLOR", "1")
            .env("GEONANTES_LAYERS", layers)
            .env("GEONANTES_HOME", &home)
            .env("GEONANTES_DATABASE_URL", database.url())
            .stderr(std::fs::File::create(&log).expect("a log"))
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(&address).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "not listening");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self {
            child,
            url: format!("http://{address}"),
            log,
        }
    }

    /// Has it end, and gives its log.
    async fn end(mut self) -> String {
        let pid = self.child.id().expect("it runs");
        let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).expect("a number"));
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("a signal");
        let status = self.child.wait().await.expect("its end");
        assert!(status.success(), "{status:?}");
        let log = std::fs::read_to_string(&self.log).expect("the log");
        let _ = std::fs::remove_dir_all(self.log.parent().expect("its folder"));
        log
    }
}
