//! What is asked of each layer.

use std::collections::BTreeSet;
use std::f64::consts::PI;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use geonantes::catalogue::Layer;
use regex::Regex;

use super::callers::Asker;
use super::world::{Filled, Truth, teller};

/// What an answer holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// The rows themselves, all of them.
    Listing,
    /// The rows whose personal field has the value of this one: at most one.
    ByPersonal(i64),
    /// The rows with the words of this one: at most one.
    ByWord(i64),
    /// Those of a commune.
    ByCommune(&'static str),
    /// One row.
    Item(i64),
    /// Rows as marks of a tile: the ones that it meets, and whether none may be left out.
    Tile(BTreeSet<i64>, bool),
    /// No rows.
    Document,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The path.
    pub path: String,
    /// What it answers.
    pub kind: Kind,
    /// Whether of the version before.
    pub past: bool,
    /// A row's word that the question itself says, which links repeat.
    pub said: String,
}

impl Operation {
    /// The rows that the caller should find.
    pub fn visible<'a>(&self, asker: &Asker, layer: &Layer, filled: &'a Filled) -> Vec<&'a Truth> {
        let rows = if self.past {
            &filled.before
        } else {
            &filled.now
        };
        let wanted = |row: &&Truth| match &self.kind {
            Kind::Listing | Kind::Document => true,
            Kind::Item(fid) | Kind::ByWord(fid) => row.fid == *fid,
            Kind::ByPersonal(fid) => row.fid == *fid && asker.sees_persons(layer, row),
            Kind::ByCommune(commune) => row.communes == [*commune],
            Kind::Tile(fids, _) => fids.contains(&row.fid),
        };
        rows.iter()
            .filter(|row| asker.sees(layer, row))
            .filter(wanted)
            .collect()
    }
}

/// The rows' words in a text: kind, table, feature and version.
pub fn words(text: &str) -> BTreeSet<String> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:SEC|PER)(?:/|%2F|&#x2f;)[a-z0-9_]+(?:/|%2F|&#x2f;)[0-9]+\.[0-9]+")
            .expect("a pattern")
    });
    let plain = |found: regex::Match<'_>| found.as_str().replace("%2F", "/").replace("&#x2f;", "/");
    WORD.find_iter(text).map(plain).collect()
}

/// The box of rows, in degrees.
pub fn union(rows: &[&Truth]) -> [f64; 4] {
    let empty = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    rows.iter().fold(empty, |[w, s, e, n], row| {
        let [x0, y0, x1, y1] = row.bounds;
        [w.min(x0), s.min(y0), e.max(x1), n.max(y1)]
    })
}

/// Every operation on a layer.
pub fn of(layer: &Layer, filled: &Filled) -> Vec<Operation> {
    let here = format!("/collections/{}", layer.id);
    let items = format!("{here}/items");
    let mut list = Vec::new();
    let mut add = |path: String, kind: Kind, past: bool| {
        let said = path
            .rsplit('=')
            .next()
            .filter(|_| path.contains("=SEC/") || path.contains("=PER/"));
        let said = said.unwrap_or_default().to_owned();
        list.push(Operation {
            path,
            kind,
            past,
            said,
        });
    };
    for path in [
        here.clone(),
        format!("{here}?f=html"),
        format!("{here}/queryables"),
        format!("{here}/queryables?f=html"),
        format!("{here}/schema"),
        format!("{here}/tiles"),
        format!("{here}/tiles/WebMercatorQuad"),
        format!("/tiles/{}.json", layer.id),
    ] {
        add(path, Kind::Document, false);
    }
    let token = |after: i64| next(filled.past, after);
    for f in ["json", "html", "csv", "fgb"] {
        add(format!("{items}?f={f}&limit=1000"), Kind::Listing, false);
        add(
            format!("{items}?f={f}&limit=1000&next={}", token(0)),
            Kind::Listing,
            true,
        );
        add(
            format!("{items}?f={f}&limit=2000&bbox=-2,47,-1,48"),
            Kind::Listing,
            false,
        );
    }
    add(format!("{items}?f=csv"), Kind::Listing, false);
    add(format!("{items}?f=fgb"), Kind::Listing, false);
    add(
        format!("{items}?limit=1000&bbox=-2,47,-1,48&next={}", token(0)),
        Kind::Listing,
        true,
    );
    filters(layer, filled, &items, &mut add);
    let mut fids: BTreeSet<i64> = filled.now.iter().map(|row| row.fid).collect();
    fids.extend(filled.before.iter().map(|row| row.fid));
    for fid in fids {
        add(format!("{items}/{fid}"), Kind::Item(fid), false);
        if fid % 4 == 0 {
            add(format!("{items}/{fid}?f=html"), Kind::Item(fid), false);
        }
    }
    for (path, met, all) in tiles(layer, filled) {
        add(path, Kind::Tile(met, all), false);
    }
    list
}

/// Values of rows that some may see and others not: of the words, of the communes, of persons.
fn filters(layer: &Layer, filled: &Filled, items: &str, add: &mut impl FnMut(String, Kind, bool)) {
    let table = layer.id.table();
    let teller = &teller(layer).name;
    for row in filled.now.iter().take(3) {
        let (feature, version) = row.word;
        let word = |kind: &str, field: &str| format!("{kind}/{table}/{feature}.{version}/{field}");
        let path = format!("{items}?{teller}={}", word("SEC", teller));
        add(path, Kind::ByWord(row.fid), false);
        if let Some(field) = layer.personal_fields().next() {
            let value = word("PER", &field.name);
            for f in ["json", "csv", "fgb"] {
                let path = format!("{items}?f={f}&{}={value}", field.name);
                add(path, Kind::ByPersonal(row.fid), false);
            }
        }
    }
    if let Some(field) = layer.reach_field() {
        for commune in ["44109", "44020"] {
            let path = format!("{items}?limit=1000&{}={commune}", field.name);
            add(path, Kind::ByCommune(commune), false);
        }
    }
}

/// A token of the page after a row of a version.
fn next(version: i64, after: i64) -> String {
    let mut bytes = version.to_be_bytes().to_vec();
    bytes.extend(after.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Tiles at the first zoom, the native one and the last, in both spellings, with what they meet.
fn tiles(layer: &Layer, filled: &Filled) -> Vec<(String, BTreeSet<i64>, bool)> {
    let zooms = &layer.tiles;
    let mut list = Vec::new();
    for zoom in BTreeSet::from([zooms.min_zoom, zooms.native_zoom, zooms.max_zoom]) {
        let rule = zooms.generalise.as_ref();
        let small = rule.is_some_and(|rule| rule.min_pixels > 0.0 && zoom < zooms.native_zoom);
        let cells: BTreeSet<(i64, i64)> = filled.now.iter().map(|row| cell(row, zoom)).collect();
        for (x, y) in cells {
            let met: BTreeSet<i64> = filled
                .now
                .iter()
                .filter(|row| meets(row, zoom, (x, y)))
                .map(|row| row.fid)
                .collect();
            let path = if (x + y) % 2 == 0 {
                format!("/tiles/{}/{zoom}/{x}/{y}.mvt", layer.id)
            } else {
                format!(
                    "/collections/{}/tiles/WebMercatorQuad/{zoom}/{y}/{x}",
                    layer.id
                )
            };
            list.push((path, met, !small));
        }
    }
    list
}

/// The cell of a zoom in which the middle of a row lies.
fn cell(row: &Truth, zoom: u8) -> (i64, i64) {
    let [west, south, east, north] = row.bounds;
    let (x, y) = place((west + east) / 2.0, (south + north) / 2.0, zoom);
    (x as i64, y as i64)
}

/// Whether a row's box meets a cell or its buffer, 64 units of 4,096.
fn meets(row: &Truth, zoom: u8, (x, y): (i64, i64)) -> bool {
    const BUFFER: f64 = 64.0 / 4096.0;
    let [west, south, east, north] = row.bounds;
    let (left, top) = place(west, north, zoom);
    let (right, bottom) = place(east, south, zoom);
    let apart = |low: f64, high: f64, cell: i64| {
        high < cell as f64 - BUFFER || low > (cell + 1) as f64 + BUFFER
    };
    !apart(left, right, x) && !apart(top, bottom, y)
}

/// A position in cells of a zoom.
fn place(lon: f64, lat: f64, zoom: u8) -> (f64, f64) {
    let cells = f64::from(1u32 << zoom);
    let north = lat.to_radians().tan().asinh() / PI;
    ((lon + 180.0) / 360.0 * cells, (1.0 - north) / 2.0 * cells)
}
