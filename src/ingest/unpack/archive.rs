//! Archives, each entry written within the budget.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use bzip2::read::MultiBzDecoder;
use exchange::{Foreign, Sniffed};
use flate2::bufread::MultiGzDecoder;

use super::budget::Pace;
use super::meted::{HEADERS, LIST, meted};
use super::{Stop, Unpacking, machine, names, words};

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is taken as it is.
    Plain,
    /// It is an archive of a form that we open.
    Archive(Form),
    /// It is an archive of a form that we do not open.
    Unread(&'static str),
}

/// Forms of archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Zip.
    Zip,
    /// Tar.
    Tar,
    /// Gzip, around a tar or one file.
    Gzip,
    /// Bzip2, around a tar or one file.
    Bzip2,
}

/// What is done with a file of that content.
pub(super) fn kind(sniffed: &Sniffed, head: &[u8]) -> Kind {
    match sniffed {
        Sniffed::Other(Foreign::Zip) => Kind::Archive(Form::Zip),
        Sniffed::Other(Foreign::Gzip) => Kind::Archive(Form::Gzip),
        Sniffed::Other(Foreign::Bzip2) => Kind::Archive(Form::Bzip2),
        Sniffed::Other(Foreign::SevenZip) => Kind::Unread("7z"),
        Sniffed::Other(Foreign::Rar) => Kind::Unread("RAR"),
        Sniffed::Other(Foreign::Xz) => Kind::Unread("xz"),
        _ if is_tar(head) => Kind::Archive(Form::Tar),
        _ => Kind::Plain,
    }
}

/// Whether bytes begin a tar: the sum of its first header is right, as every tar's is.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.first_chunk::<512>() else {
        return false;
    };
    let digits = header[148..156].trim_ascii();
    let digits = digits.split(|byte| matches!(byte, 0 | b' ')).next();
    let stated = digits
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u32::from_str_radix(digits, 8).ok());
    let sum = |range: &[u8]| range.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let found = sum(&header[..148]) + 8 * 32 + sum(&header[156..]);
    header[0] != 0 && stated == Some(found)
}

/// Writes what an archive holds under `home`, in a folder of the archive's name.
pub(super) fn open(
    unpacking: &mut Unpacking<'_>,
    path: &Path,
    form: Form,
    home: &Path,
    name: &str,
) -> Result<(), Stop> {
    let file = File::open(path).map_err(machine(name))?;
    let packed = file.metadata().map_err(machine(name))?.len();
    let mut archive = Archive {
        unpacking,
        home,
        name,
        prefix: names::stem(name),
        pace: Pace::of(packed),
    };
    let file = BufReader::new(file);
    match form {
        Form::Zip => archive.zip(file),
        Form::Tar => archive.tar(file),
        Form::Gzip => archive.stream(MultiGzDecoder::new(file)),
        Form::Bzip2 => archive.stream(MultiBzDecoder::new(file)),
    }
}

struct Archive<'a, 'b> {
    unpacking: &'a mut Unpacking<'b>,
    home: &'a Path,
    name: &'a str,
    prefix: String,
    pace: Pace,
}

impl Archive<'_, '_> {
    fn zip(&mut self, file: BufReader<File>) -> Result<(), Stop> {
        let broken = |error: &dyn std::fmt::Display| Stop::from(words::damaged(self.name, error));
        let (file, meter) = meted(file, LIST);
        let mut zip = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
        meter.open();
        let most = self.unpacking.budget.most_files();
        // Folders count too here: an archive of a million empty ones is one of a million entries.
        if zip.len() > most.saturating_mul(2) {
            return Err(words::too_many(most).into());
        }
        for index in 0..zip.len() {
            // What is encrypted is said by the entry as it lies there, before it is opened.
            let raw = zip.by_index_raw(index).map_err(|error| broken(&error))?;
            let raw_name = raw.name_raw().to_vec();
            let (folder, link) = (raw.is_dir(), raw.is_symlink());
            let encrypted = raw.encrypted();
            drop(raw);
            let Some(name) = self.entry(&raw_name)? else {
                continue;
            };
            if link {
                return Err(words::link(&name).into());
            }
            if encrypted {
                return Err(words::encrypted(&name).into());
            }
            if folder || raw_name.ends_with(b"\\") {
                continue;
            }
            let mut entry = zip
                .by_index(index)
                .map_err(|error| words::damaged(&name, &error))?;
            self.write(&mut entry, &name)?;
        }
        Ok(())
    }

    fn tar(&mut self, file: impl Read) -> Result<(), Stop> {
        let name = self.name;
        let broken = |error: io::Error| Stop::from(words::damaged(name, &error));
        let (file, meter) = meted(file, HEADERS);
        let mut tar = tar::Archive::new(file);
        let most = self.unpacking.budget.most_files().saturating_mul(2);
        for (index, entry) in tar.entries().map_err(broken)?.enumerate() {
            let mut entry = entry.map_err(broken)?;
            meter.open();
            if index >= most {
                return Err(words::too_many(most / 2).into());
            }
            let kind = entry.header().entry_type();
            let Some(name) = self
                .entry(&entry.path_bytes())?
                .filter(|_| !(kind.is_dir() || kind.is_pax_global_extensions()))
            else {
                // What is left aside is unpacked all the same, if only to come to the next entry.
                self.unpacking
                    .budget
                    .skip(&mut entry, name, &mut self.pace)?;
                meter.grant(HEADERS);
                continue;
            };
            if !(kind.is_file() || kind.is_contiguous()) {
                return Err(words::link(&name).into());
            }
            self.write(&mut entry, &name)?;
            meter.grant(HEADERS);
        }
        Ok(())
    }

    /// One compressed stream: a tar, or one file.
    fn stream(&mut self, stream: impl Read) -> Result<(), Stop> {
        let mut stream = BufReader::with_capacity(64 << 10, stream);
        let name = self.name;
        let head = stream
            .fill_buf()
            .map_err(|error| words::damaged(name, &error))?;
        if is_tar(head) {
            return self.tar(stream);
        }
        let inner = self.prefix.clone();
        self.write(&mut stream, &inner)
    }

    /// The name of an entry in the delivery; none when the entry is left aside.
    fn entry(&mut self, bytes: &[u8]) -> Result<Option<String>, Stop> {
        let shown = || String::from_utf8_lossy(bytes).into_owned();
        let name = names::entry(bytes).map_err(|fault| words::name(&shown(), fault))?;
        if name.is_empty() {
            return Ok(None);
        }
        let name = format!("{}/{name}", self.prefix);
        if names::is_litter(&name) {
            if !bytes.ends_with(b"/") {
                self.unpacking.ignored.push(name);
            }
            return Ok(None);
        }
        Ok(Some(name))
    }

    fn write(&mut self, from: &mut dyn Read, name: &str) -> Result<(), Stop> {
        self.unpacking.budget.named(self.home, name)?;
        let target = self.unpacking.target(self.home, name)?;
        let size = self
            .unpacking
            .budget
            .write(from, &target, name, &mut self.pace);
        if size.is_err() {
            // Half a file is none: what remains of it must not be taken for one.
            let _ = fs::remove_file(&target);
        }
        self.unpacking.found(target, name, size?);
        Ok(())
    }
}
