//! Clients that know what they ask for and write down what they saw whole.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::faults::chance;

/// Something to ask for: its path, and how the ledger names it when it is answered.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    path: &'static str,
    layer: &'static str,
    operation: i16,
}

const fn wish(path: &'static str, layer: &'static str, operation: i16) -> Wish {
    Wish {
        path,
        layer,
        operation,
    }
}

const WISHES: [Wish; 7] = [
    wish("/tiles/parcelles/14/8122/5727.mvt", "parcelles", 1),
    wish("/tiles/parcelles/13/4061/2863.mvt", "parcelles", 1),
    wish("/tiles/communes/9/253/178.mvt", "communes", 1),
    wish("/collections/parcelles/items?limit=20", "parcelles", 2),
    wish("/collections/parcelles/items?f=csv", "parcelles", 5),
    wish("/collections", "", 0),
    wish("/nowhere", "", 0),
];

/// What is compared: key, client family, layer, operation, status. Of refusals (503, and others of
/// 500 and above) the edge may know neither layer nor operation nor key: they are compared by
/// client and status.
pub type Class = (i32, i16, String, i16, i16);

/// The class of an answer.
pub fn class(key: i32, client: i16, layer: &str, operation: i16, status: i16) -> Class {
    if status >= 500 {
        (0, client, String::new(), 0, status)
    } else {
        (key, client, layer.to_owned(), operation, status)
    }
}

/// What the clients know.
#[derive(Debug, Default)]
pub struct Log {
    /// Answers seen whole.
    pub seen: BTreeMap<Class, i64>,
    /// Requests that were sent and whose answer did not come whole, by client family.
    pub cut: BTreeMap<i16, i64>,
}

/// The clients, until they are told to stop.
pub struct Load {
    /// What they know.
    pub log: Arc<Mutex<Log>>,
    /// Where the instances listen.
    pub addresses: Arc<Mutex<Vec<SocketAddr>>>,
    over: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

const SCRIPT: i16 = 4;
/// Who cuts downloads.
pub const GDAL: i16 = 2;

impl Load {
    /// So many clients with a key, as many without, and one that cuts its downloads.
    pub fn start(clients: usize, key: &str, number: i32) -> Self {
        let mut load = Self {
            log: Arc::default(),
            addresses: Arc::default(),
            over: Arc::default(),
            tasks: Vec::new(),
        };
        for client in 0..clients * 2 {
            let key = (client % 2 == 0).then(|| (key.to_owned(), number));
            let client = Client {
                log: load.log.clone(),
                addresses: load.addresses.clone(),
                key,
            };
            let over = load.over.clone();
            load.tasks.push(tokio::spawn(client.run(over)));
        }
        let (log, addresses) = (load.log.clone(), load.addresses.clone());
        let cutting = cut_downloads(log, addresses, load.over.clone());
        load.tasks.push(tokio::spawn(cutting));
        load
    }

    /// Tells them to stop, and waits until each has the answer that it is waiting for.
    pub async fn stop(self) -> Log {
        self.over.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.expect("a client");
        }
        std::mem::take(&mut *self.log.lock().expect("not poisoned"))
    }
}

fn somewhere(addresses: &Mutex<Vec<SocketAddr>>) -> Option<SocketAddr> {
    let addresses = addresses.lock().expect("not poisoned");
    let place = chance(addresses.len().max(1) as u64) as usize;
    addresses.get(place).copied()
}

struct Client {
    log: Arc<Mutex<Log>>,
    addresses: Arc<Mutex<Vec<SocketAddr>>>,
    key: Option<(String, i32)>,
}

impl Client {
    async fn run(self, over: Arc<AtomicBool>) {
        while !over.load(Ordering::Relaxed) {
            let Some(mut sender) = self.connect().await else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            // Some connections are kept for long, others for one answer.
            for _ in 0..=chance(60) {
                if over.load(Ordering::Relaxed) || !self.ask(&mut sender).await {
                    break;
                }
            }
        }
    }

    async fn connect(&self) -> Option<SendRequest<Empty<Bytes>>> {
        let stream = TcpStream::connect(somewhere(&self.addresses)?).await.ok()?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        Some(sender)
    }

    /// Asks once; whether the connection may be used again.
    async fn ask(&self, sender: &mut SendRequest<Empty<Bytes>>) -> bool {
        if sender.ready().await.is_err() {
            return false;
        }
        let wish = WISHES[chance(WISHES.len() as u64) as usize];
        let mut request = Request::get(wish.path)
            .header("host", "localhost")
            .header("user-agent", "curl/8.0");
        if let Some((key, _)) = &self.key {
            request = request.header("x-api-key", key);
        }
        let request = request.body(Empty::new()).expect("a request");
        let answered = async {
            let response = sender.send_request(request).await.ok()?;
            let status = response.status().as_u16();
            response.into_body().collect().await.ok()?;
            i16::try_from(status).ok()
        };
        let answered = answered.await;
        let log = &mut *self.log.lock().expect("not poisoned");
        match answered {
            Some(status) => {
                let key = self.key.as_ref().map_or(0, |(_, number)| *number);
                let class = class(key, SCRIPT, wish.layer, wish.operation, status);
                *log.seen.entry(class).or_default() += 1;
            }
            None => *log.cut.entry(SCRIPT).or_default() += 1,
        }
        answered.is_some()
    }
}

/// Takes the beginning of downloads and leaves.
async fn cut_downloads(
    log: Arc<Mutex<Log>>,
    addresses: Arc<Mutex<Vec<SocketAddr>>>,
    over: Arc<AtomicBool>,
) {
    while !over.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(20 + chance(60))).await;
        let Some(address) = somewhere(&addresses) else {
            continue;
        };
        let Ok(mut stream) = TcpStream::connect(address).await else {
            continue;
        };
        let close = ["", "Connection: close\r\n"][chance(2) as usize];
        let head = format!(
            "GET /collections/parcelles/items?f=csv HTTP/1.1\r\nHost: localhost\r\n\
             User-Agent: GDAL/3.6\r\n{close}\r\n"
        );
        if stream.write_all(head.as_bytes()).await.is_err() {
            continue;
        }
        // A head and some of a body of tens of kilobytes; or nothing, when the instance is gone.
        let mut taken = vec![0; 150 + chance(800) as usize];
        let _ = stream.read(&mut taken).await;
        drop(stream);
        let log = &mut *log.lock().expect("not poisoned");
        *log.cut.entry(GDAL).or_default() += 1;
    }
}
