//! Files as they are delivered → plain files in a folder of the delivery's own.
//!
//! Archives are told by their content: zip, tar, also within gzip or bzip2, and single files within
//! these; archives within archives once. Spreadsheets and KMZ, which are zips too, stay as they are.
//! Nothing is written outside the folder, no more than the limits allow, and what an archive says of
//! itself is not believed: bytes are counted as they are written.

mod apart;
mod archive;
mod budget;
mod mend;
mod meted;
mod names;
mod tree;
mod words;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use exchange::{Sniffed, ends, sniff};

use crate::config::Ingest;
use crate::model::Finding;

use super::IngestError;
use super::recognise::Found;
pub use apart::unpack_apart;
use archive::{Kind, kind};
use budget::Budget;

/// What was unpacked.
#[derive(Debug, Default)]
pub struct Unpacked {
    /// The files. Names begin with the folder or the archive's own name without extension where they
    /// come from one.
    pub files: Vec<Found>,
    /// What was put right before anything is read, in French.
    pub reading: Vec<String>,
    /// What was left aside (warnings), and why the delivery is refused (errors).
    pub findings: Vec<Finding>,
}

/// Archives within archives: how many are opened in one another.
const DEEPEST: u32 = 2;

/// Unpacks files and folders into a folder, which is the delivery's own.
///
/// A file brings what belongs to it: `zones.shp` its `.dbf`, `.prj`…, the `.THF` of an exchange the
/// files beside it. Once `given_up` is set, it stops.
///
/// # Errors
/// When the machine fails, or it was given up. What is wrong with the files is said by the findings.
pub fn unpack(
    files: &[PathBuf],
    into: &Path,
    limits: &Ingest,
    given_up: Arc<AtomicBool>,
) -> Result<Unpacked, IngestError> {
    let mut unpacking = Unpacking {
        into,
        budget: Budget::new(limits, given_up),
        files: Vec::new(),
        ignored: Vec::new(),
    };
    let mut findings = Vec::new();
    for (index, path) in tree::with_companions(files)?.iter().enumerate() {
        match unpacking.add(path, index) {
            Ok(()) => {}
            Err(Stop::Refused(finding)) => {
                findings.push(*finding);
                break;
            }
            Err(Stop::Machine(error)) => return Err(error),
        }
    }
    if findings.is_empty() {
        findings.extend(unpacking.files.iter().filter_map(words::unfinished));
    }
    findings.extend(words::ignored(&unpacking.ignored));
    let reading = mend::mend(&mut unpacking.files).map_err(|cause| IngestError::Io {
        what: "the delivery's folder".to_owned(),
        cause,
    })?;
    Ok(Unpacked {
        files: unpacking.files,
        reading,
        findings,
    })
}

/// Why unpacking stops.
enum Stop {
    /// The delivery is refused.
    Refused(Box<Finding>),
    /// The machine failed.
    Machine(IngestError),
}

impl From<Finding> for Stop {
    fn from(finding: Finding) -> Self {
        Self::Refused(Box::new(finding))
    }
}

/// The machine's failure at something.
fn machine(what: impl Into<String>) -> impl FnOnce(io::Error) -> Stop {
    let what = what.into();
    |cause| Stop::Machine(IngestError::Io { what, cause })
}

/// A delivery being unpacked.
struct Unpacking<'a> {
    into: &'a Path,
    budget: Budget,
    files: Vec<Found>,
    ignored: Vec<String>,
}

impl Unpacking<'_> {
    /// Adds a file or a folder as it was given.
    fn add(&mut self, path: &Path, index: usize) -> Result<(), Stop> {
        let shown = path.display().to_string();
        let name = names::own(path).map_err(|fault| words::name(&shown, fault))?;
        let meta = fs::metadata(path).map_err(machine(shown.as_str()))?;
        // Given one by one, files of one delivery lie side by side; archives and folders apart.
        if meta.is_dir() {
            let home = self.into.join(index.to_string());
            return self.add_folder(path, &home, &name);
        }
        self.add_file(
            path,
            &self.into.join("fichiers"),
            &self.into.join(index.to_string()),
            &name,
        )
    }

    fn add_folder(&mut self, folder: &Path, home: &Path, prefix: &str) -> Result<(), Stop> {
        for (path, inside) in tree::walk(folder, &self.budget)? {
            let name = format!("{prefix}/{inside}");
            if names::is_litter(&name) {
                self.ignored.push(name);
                continue;
            }
            self.add_file(&path, home, home, &name)?;
        }
        Ok(())
    }

    /// Adds one file under `home`; the content of an archive under `apart`.
    fn add_file(&mut self, path: &Path, home: &Path, apart: &Path, name: &str) -> Result<(), Stop> {
        let (head, tail) = ends(path).map_err(machine(name))?;
        match kind(&sniff(Path::new(name), &head, &tail), &head) {
            Kind::Plain => {
                self.budget.named(home, name)?;
                let target = self.target(home, name)?;
                let size = self.budget.link(path, &target, name)?;
                self.found(target, name, size);
                Ok(())
            }
            Kind::Unread(what) => Err(words::unread(name, what).into()),
            Kind::Archive(form) => {
                let packed = fs::metadata(path).map_err(machine(name))?.len();
                self.budget.arrived(packed, name)?;
                self.open(path, form, apart, name, 1)
            }
        }
    }

    /// Unpacks an archive under `home`, then the archives that were in it.
    fn open(
        &mut self,
        path: &Path,
        form: archive::Form,
        home: &Path,
        name: &str,
        depth: u32,
    ) -> Result<(), Stop> {
        if depth > DEEPEST {
            return Err(words::nested(name).into());
        }
        let before = self.files.len();
        archive::open(self, path, form, home, name)?;
        let mut index = before;
        while index < self.files.len() {
            let found = &self.files[index];
            let (head, tail) = ends(&found.path).map_err(machine(&found.name))?;
            match kind(&sniff(Path::new(&found.name), &head, &tail), &head) {
                Kind::Plain => index += 1,
                Kind::Unread(what) => return Err(words::unread(&found.name, what).into()),
                Kind::Archive(form) => {
                    // What it holds comes after the others, and is looked at by its own turn.
                    let inner = self.files.remove(index);
                    let rest = self.files.split_off(index);
                    self.open(&inner.path, form, home, &inner.name, depth + 1)?;
                    index = self.files.len();
                    self.files.extend(rest);
                    fs::remove_file(&inner.path).map_err(machine(&inner.name))?;
                }
            }
        }
        Ok(())
    }

    /// Where a name is written under `home`, its folders made.
    fn target(&self, home: &Path, name: &str) -> Result<PathBuf, Stop> {
        let target = home.join(name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(machine(name))?;
        }
        Ok(target)
    }

    fn found(&mut self, path: PathBuf, name: &str, size: u64) {
        self.files.push(Found {
            path,
            name: name.to_owned(),
            size,
        });
    }
}

/// What a file is, by its content.
///
/// # Errors
/// When it cannot be read.
pub fn look(found: &Found) -> io::Result<Sniffed> {
    let (head, tail) = ends(&found.path)?;
    Ok(sniff(Path::new(&found.name), &head, &tail))
}

#[cfg(test)]
mod tests;
