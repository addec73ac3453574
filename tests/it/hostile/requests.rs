//! The requests: every payload in every place, boxes, dates, tokens and tiles that are none.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Attempt, oddities};
use crate::support::{Server, link};

/// Texts that programs have stumbled over.
const PAYLOADS: [&str; 44] = [
    "'",
    "\"",
    "' OR '1'='1",
    "1; DROP TABLE layer.parcelles; --",
    "1) UNION SELECT usename, passwd FROM pg_shadow --",
    "'; SELECT pg_sleep(5); --",
    "$1",
    "$$;$$",
    "E'\\x27'",
    "parcelles\" WHERE 1=1 --",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "file:///etc/passwd",
    "%2e%2e%2f",
    "%s%s%s%n",
    "{{7*7}}${7*7}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\u{0}",
    "a\u{0}b",
    "\r\nX-Injected: yes\r\n",
    "\u{202e}\u{feff}\u{200b}",
    "𝕡𝕒𝕣𝕔𝕖𝕝𝕝𝕖𝕤",
    "é́́́́́́́́́́́",
    "-1",
    "0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e308",
    "1e400",
    "NaN",
    "Infinity",
    "0x7f",
    "1_000",
    "١٢٣",
    "true",
    "null",
    "[]",
    "{\"a\":1}",
    "((((((((((((((((((((((((((((((((((((((((",
    " ",
];

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A request without a body.
pub fn plain(method: &str, target: &str, headers: &str) -> Attempt {
    let text =
        format!("{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    let label = format!("{method} {} {headers}", &target[..target.len().min(200)]);
    Attempt {
        label: label.trim().to_owned(),
        bytes: text.into_bytes(),
    }
}

fn get(target: &str) -> Attempt {
    plain("GET", target, "")
}

/// Every attempt against this server.
pub async fn all(server: &Server) -> Vec<Attempt> {
    let mut list = payloads();
    list.extend(boxes());
    list.extend(dates_and_numbers());
    list.extend(tokens(server).await);
    list.extend(tiles());
    list.extend(oddities::headers());
    list.extend(oddities::methods_and_bodies());
    list.extend(oddities::malformed());
    list
}

fn payloads() -> Vec<Attempt> {
    const ITEMS: &str = "/collections/parcelles/items";
    let mut list = Vec::new();
    let parameters = [
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "limit",
        "next",
        "f",
        "key",
        "commune",
        "contenance",
        "arpente",
        "date_maj",
        "filter",
        "sortby",
        "offset",
    ];
    for payload in PAYLOADS.map(encoded) {
        for name in parameters {
            list.push(get(&format!("{ITEMS}?{name}={payload}")));
        }
        for place in [
            format!("{ITEMS}?{payload}=1"),
            format!("{ITEMS}?f=html&idu={payload}"),
            format!("{ITEMS}?f=csv&idu={payload}"),
            format!("{ITEMS}?f=fgb&bbox={payload}"),
            format!("{ITEMS}?bbox=1,2,3,{payload}"),
            format!("{ITEMS}/{payload}"),
            format!("{ITEMS}/1?crs={payload}"),
            format!("/collections/{payload}"),
            format!("/collections/{payload}/items"),
            format!("/collections/parcelles/tiles/{payload}/14/1/1"),
            format!("/tiles/{payload}.json"),
            format!("/tiles/{payload}"),
            format!("/tiles/parcelles/{payload}/1/1.mvt"),
            format!("/tiles/parcelles/14/1/{payload}"),
            format!("/styles/{payload}"),
            format!("/tileMatrixSets/{payload}"),
            format!("/carte/{payload}"),
            format!("/static/{payload}"),
            format!("/{payload}"),
        ] {
            list.push(get(&place));
        }
        list.push(plain(
            "GET",
            &format!("/collections/{payload}"),
            "Accept: text/html\r\n",
        ));
        list.push(plain(
            "GET",
            &format!("{ITEMS}?limit={payload}"),
            "Accept: text/html\r\n",
        ));
    }
    list
}

fn boxes() -> Vec<Attempt> {
    let mut list = Vec::new();
    let systems = ["", "EPSG:4326", "EPSG:3857", "EPSG:2154", "EPSG:3947"];
    for system in systems {
        for bbox in [
            "0,0,0,0",
            "-180,-90,180,90",
            "180,90,-180,-90",
            "-1e308,-1e308,1e308,1e308",
            "1e308,1e308,1e308,1e308",
            "-20037508,-20037508,20037508,20037508",
            "1e-320,1e-320,1e-319,1e-319",
            "700000,6600000,-700000,6700000",
            "3e7,3e7,3e7,3e7",
            "-3e7,-3e7,3e7,3e7",
            "1,2,3,4,5,6,7",
            ",,,",
            "1,,2,3",
            "0,0,1,1,",
        ] {
            let system = if system.is_empty() {
                String::new()
            } else {
                format!("&bbox-crs={system}")
            };
            for f in ["", "&f=csv"] {
                list.push(get(&format!(
                    "/collections/parcelles/items?bbox={bbox}{system}{f}"
                )));
            }
        }
    }
    let many = "1,".repeat(3000);
    list.push(get(&format!("/collections/parcelles/items?bbox={many}")));
    let long = format!("0.{},0,1,1", "1".repeat(4000));
    list.push(get(&format!("/collections/parcelles/items?bbox={long}")));
    list
}

fn dates_and_numbers() -> Vec<Attempt> {
    let mut list = Vec::new();
    for datetime in [
        "0000-00-00",
        "9999-12-31/..",
        "-0001-01-01",
        "+262143-01-01",
        "262144-01-01",
        "../..",
        "//",
        "2024-01-01/2024-01-02/2024-01-03",
        "2024-02-30",
        "2024-01-01T25:00:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00%2B99:99",
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-14:00",
        "now",
        "infinity",
        "-infinity",
        "epoch",
    ] {
        list.push(get(&format!(
            "/collections/parcelles/items?datetime={datetime}"
        )));
        list.push(get(&format!(
            "/collections/parcelles/items?date_maj={datetime}"
        )));
        list.push(get(&format!(
            "/collections/parcelles/items?f=csv&datetime={datetime}"
        )));
    }
    for (name, value) in [
        ("contenance", "99999999999999999999"),
        ("contenance", "1.0"),
        ("contenance", "+1"),
        ("limit", "4294967296"),
        ("limit", "18446744073709551616"),
        ("limit", "00000000000000000000000000001"),
    ] {
        list.push(get(&format!("/collections/parcelles/items?{name}={value}")));
    }
    for value in ["1e999", "-0", "nan", "1e-400", "inf"] {
        list.push(get(&format!(
            "/collections/communes/items?superficie={value}"
        )));
    }
    list
}

async fn tokens(server: &Server) -> Vec<Attempt> {
    let page = server.json("/collections/parcelles/items?limit=3").await;
    let next = link(&page, "next").expect("a next page");
    let token = next.split("next=").nth(1).expect("a token").to_owned();
    let mut forged = vec![
        String::new(),
        token.repeat(2),
        token.to_uppercase(),
        "=".repeat(22),
        "A".repeat(22),
        "_".repeat(22),
    ];
    for place in 0..token.len() {
        forged.push(token[..place].to_owned());
        for letter in ["_", "A", "%00", "%FF"] {
            forged.push(format!(
                "{}{letter}{}",
                &token[..place],
                &token[place + 1..]
            ));
        }
    }
    let path = |token: &String| {
        let box_too = if token.len().is_multiple_of(2) {
            "&bbox=-2,47,-1,48"
        } else {
            ""
        };
        get(&format!(
            "/collections/parcelles/items?limit=3{box_too}&next={token}"
        ))
    };
    forged.iter().map(path).collect()
}

fn tiles() -> Vec<Attempt> {
    let mut list = Vec::new();
    for address in [
        "0/0/0",
        "22/4194303/4194303",
        "22/4194304/0",
        "23/0/0",
        "31/0/0",
        "32/0/0",
        "63/0/0",
        "64/0/0",
        "255/0/0",
        "256/0/0",
        "-1/0/0",
        "14/-1/-1",
        "14/16384/0",
        "14/4294967295/1",
        "14/4294967296/1",
        "14/99999999999/1",
        "14/1e3/1",
        "14/0x10/1",
        "14/1.0/1",
        "+14/1/1",
        "%2014/1/1",
        "14/1/1.png",
        "14/1/1.mvt.mvt",
        "14/1/.mvt",
        "14//1.mvt",
        "14/1/1/1.mvt",
        "14/%31/%31.mvt",
    ] {
        for layer in ["parcelles", "adresses", "plum-zonage"] {
            let name = if address.ends_with("mvt") || address.ends_with("png") {
                ""
            } else {
                ".mvt"
            };
            list.push(get(&format!("/tiles/{layer}/{address}{name}")));
            list.push(get(&format!(
                "/collections/{layer}/tiles/WebMercatorQuad/{address}"
            )));
        }
    }
    list
}
