//! A file with its index: features are spooled as they come, then put down in the index's order.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::{FlatGeobuf, Index, header};
use crate::catalogue::View;
use crate::model::{Crs, Feature};

/// Bytes moved at once.
const BUFFER: usize = 1 << 20;

/// A file being made.
#[derive(Debug)]
pub struct Whole {
    path: PathBuf,
    spool: BufWriter<File>,
    index: Index,
    encoder: FlatGeobuf,
    bytes: Vec<u8>,
}

impl Whole {
    /// A new file at this path, of about so many features. Until it is finished its bytes lie in
    /// one without a name.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn create(path: &Path, layer: &View, crs: Crs, about: usize) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            spool: BufWriter::with_capacity(BUFFER, nameless(path)?),
            index: Index::with_capacity(about),
            encoder: FlatGeobuf::new(layer, crs),
            bytes: Vec::new(),
        })
    }

    /// Adds a feature.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn feature(&mut self, feature: &Feature<'_>) -> io::Result<()> {
        self.bytes.clear();
        let bbox = self.encoder.feature(&mut self.bytes, feature);
        self.index.push(bbox, self.bytes.len());
        self.spool.write_all(&self.bytes)
    }

    /// Writes header, index and features; `title` is the layer's, as shown.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self, layer: &View, title: &str, crs: Crs) -> io::Result<()> {
        let spool = self.spool.into_inner();
        let spool = spool.map_err(io::IntoInnerError::into_error)?;
        self.index.order();
        let header = header(layer, title, crs, &self.index.contents());
        assemble(&self.path, &header, &self.index, &spool)
    }
}

/// A file that goes with the program, however it ends.
fn nameless(beside: &Path) -> io::Result<File> {
    let path = beside.with_extension("spool.part");
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

fn assemble(path: &Path, header: &[u8], index: &Index, spool: &File) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, File::create_new(path)?);
    out.write_all(header)?;
    index.write(&mut out)?;
    let mut buffer = vec![0; BUFFER];
    for run in index.runs(BUFFER as u64) {
        let length = (run.end - run.start) as usize;
        if buffer.len() < length {
            buffer.resize(length, 0);
        }
        spool.read_exact_at(&mut buffer[..length], run.start)?;
        out.write_all(&buffer[..length])?;
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    // The name is given afterwards: a file that has it is whole, after a power cut too.
    file.sync_data()
}
