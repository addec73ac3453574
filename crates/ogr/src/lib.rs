//! The child of `geonantes` that opens strangers' files, and alone links GDAL.
//!
//! It reads one request on its standard input, answers in frames (`exchange`) on its standard output
//! and ends. Whatever a file does to GDAL, it does to this process alone.

mod crs;
mod encoding;
mod gdal;
mod heading;
mod inspect;
mod open;
mod pages;
mod quotes;
mod rows;
mod sandbox;
mod sheet;
mod table;
mod whole;
mod write;

use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use exchange::{BATCH, Bounds, Fault, Request, Tag, Task, encode_row, read_frame, write_frame};

use open::Source;
use rows::Rows;

/// Bytes after which a batch is sent, however few its rows.
const HEAVY: usize = 1 << 20;

/// Answers the request on the standard input.
pub fn main() -> ExitCode {
    let mut input = io::stdin().lock();
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let code = match answer(&mut input, &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Fault(fault)) => match say(&mut out, Tag::Fault, &fault) {
            Ok(()) => ExitCode::from(1),
            Err(_) => ExitCode::from(2),
        },
        // The server is gone: nobody is left to tell.
        Err(Stop::Deaf) => ExitCode::from(2),
    };
    match out.flush() {
        Ok(()) => code,
        Err(_) => ExitCode::from(2),
    }
}

/// Why an answer ends early.
enum Stop {
    /// What the file, the request or the machine is to blame for.
    Fault(Fault),
    /// The server no longer listens.
    Deaf,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Deaf
    }
}

/// Settings of GDAL that leave nothing to a file: no network, no other file, no schema from afar.
const SETTINGS: [(&str, &str); 18] = [
    ("GDAL_DRIVER_PATH", "disable"),
    ("GDAL_PAM_ENABLED", "NO"),
    ("GDAL_HTTP_MAX_RETRY", "0"),
    ("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", ".none"),
    ("OGR_SQLITE_LOAD_EXTENSIONS", ""),
    ("OGR_SQLITE_ALLOW_EXTERNAL_ACCESS", "NO"),
    // What a view sorts stays in memory, which is bounded: no other file may be made.
    ("OGR_SQLITE_PRAGMA", "temp_store=MEMORY"),
    ("GML_DOWNLOAD_WFS_SCHEMA", "NO"),
    ("GML_SKIP_RESOLVE_ELEMS", "ALL"),
    ("GML_PARSER", "EXPAT"),
    ("LIBKML_RESOLVE_STYLE", "NO"),
    ("SHAPE_RESTORE_SHX", "NO"),
    ("DXF_ENCODING", "UTF-8"),
    // Sheets come as they are: which line names their columns is found here (`heading`).
    ("OGR_XLSX_HEADERS", "DISABLE"),
    ("OGR_XLSX_FIELD_TYPES", "STRING"),
    ("OGR_ODS_HEADERS", "DISABLE"),
    ("OGR_ODS_FIELD_TYPES", "STRING"),
    ("PROJ_NETWORK", "OFF"),
];

fn answer(input: &mut impl Read, out: &mut impl Write) -> Result<(), Stop> {
    let request = request(input)?;
    sandbox::enter(&request).map_err(|ajar| Fault::Ours { words: ajar.0 })?;
    gdal::start(&SETTINGS);
    match &request.task {
        Task::Inspect { path } => {
            let dataset = inspect::inspect(path, request.bounds)?;
            say(out, Tag::Dataset, &dataset)?;
            end(out, 0)
        }
        Task::Read { path, layer } => read(path, layer, request.bounds, out),
        Task::Write { path, kind } => {
            let rows = write::write(path, *kind, input)?;
            end(out, rows)
        }
    }
}

fn request(input: &mut impl Read) -> Result<Request, Stop> {
    let ours = |words: String| Stop::Fault(Fault::Ours { words });
    match read_frame(input).map_err(|error| ours(error.to_string()))? {
        Some((Tag::Request, body)) => {
            serde_json::from_slice(&body).map_err(|error| ours(error.to_string()))
        }
        _ => Err(ours("no request came".to_owned())),
    }
}

fn say(out: &mut impl Write, tag: Tag, what: &impl serde::Serialize) -> io::Result<()> {
    write_frame(out, tag, &serde_json::to_vec(what)?)
}

fn end(out: &mut impl Write, rows: u64) -> Result<(), Stop> {
    Ok(write_frame(out, Tag::End, &rows.to_le_bytes())?)
}

/// Sends the rows of one layer.
fn read(path: &Path, name: &str, bounds: Bounds, out: &mut impl Write) -> Result<(), Stop> {
    let mut opened = open::open(path, &bounds)?;
    let names: Vec<String> = match &opened.source {
        Source::Table(_) => vec![inspect::stem(path)],
        Source::Gdal(source) => source.layers().iter().map(gdal::Layer::name).collect(),
    };
    let Some(layer) = names.iter().position(|known| known == name) else {
        return Err(Fault::NoLayer { layers: names }.into());
    };
    let mut rows = Rows::new(&mut opened, layer, bounds);
    let (mut batch, mut count, mut total) = (Vec::with_capacity(HEAVY), 0, 0);
    exchange::start_rows(&mut batch);
    while let Some(row) = rows.next()? {
        encode_row(&row, &mut batch);
        count += 1;
        total += 1;
        if count == BATCH || batch.len() >= HEAVY {
            exchange::close_rows(count, &mut batch);
            write_frame(out, Tag::Rows, &batch)?;
            exchange::start_rows(&mut batch);
            count = 0;
        }
    }
    if count > 0 {
        exchange::close_rows(count, &mut batch);
        write_frame(out, Tag::Rows, &batch)?;
    }
    end(out, total)
}
