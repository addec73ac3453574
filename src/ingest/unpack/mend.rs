//! What is put right before files are opened, in the delivery's own folder: an index that was not
//! sent along, a declaration that would have GDAL change the texts.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

use exchange::{Format, Sniffed};

use super::{look, tree};
use crate::ingest::recognise::Found;

/// Mends the files, which may become more. What was done, in French.
///
/// # Errors
/// When the machine fails.
pub(super) fn mend(files: &mut Vec<Found>) -> io::Result<Vec<String>> {
    let mut done = unreadable_systems(files)?;
    alike(files)?;
    for index in 0..files.len() {
        let file = &files[index];
        match extension(&file.name).as_str() {
            "shp" if !has(files, &file.name, "shx") => {
                let made = with(file, "shx");
                if write_index(&file.path, &made.path)? {
                    done.push(format!(
                        "L’index {} manquait : il a été reconstruit d’après le .shp.",
                        made.name
                    ));
                    files.push(made);
                }
            }
            "tab" | "mif" if is_mapinfo(&look(file)?) => take_charset(&file.path)?,
            _ => {}
        }
    }
    Ok(done)
}

/// Gives what belongs to a file that file's own name: names of other letters (`Zones.shp`,
/// `zones.DBF`, `zones.Shx`) are the same where files are made, and others here.
fn alike(files: &mut [Found]) -> io::Result<()> {
    for index in 0..files.len() {
        let file = files[index].clone();
        for own in tree::of(&extension(&file.name)) {
            let made = with(&file, own);
            let upper = with(&file, &own.to_uppercase());
            let belongs = |other: &&mut Found| is_of(other, &file.name, own);
            if !made.path.exists()
                && !upper.path.exists()
                && let Some(other) = files.iter_mut().find(belongs)
            {
                fs::rename(&other.path, &made.path)?;
                (other.path, other.name) = (made.path, made.name);
            }
        }
    }
    Ok(())
}

/// Bytes of the longest `.prj` that is looked into.
const WKT: u64 = 64 << 10;

/// Takes out the `.prj` that are no WKT: the system is then asked, or told by `--crs`, where the
/// driver would refuse the file.
fn unreadable_systems(files: &mut Vec<Found>) -> io::Result<Vec<String>> {
    let mut done = Vec::new();
    let mut index = 0;
    while let Some(file) = files.get(index) {
        let is_text = extension(&file.name) == "prj" && (1..=WKT).contains(&file.size);
        if is_text && !fs::read(&file.path)?.contains(&b'[') {
            fs::remove_file(&file.path)?;
            done.push(format!(
                "{} ne décrit aucun système de référence : il est laissé de côté.",
                file.name
            ));
            files.remove(index);
        } else {
            index += 1;
        }
    }
    Ok(done)
}

fn is_mapinfo(kind: &Sniffed) -> bool {
    matches!(
        kind,
        Sniffed::Format(Format::MapInfoTab | Format::MapInfoMif)
    )
}

fn extension(name: &str) -> String {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    end.to_ascii_lowercase()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn has(files: &[Found], name: &str, wanted: &str) -> bool {
    files.iter().any(|other| is_of(other, name, wanted))
}

/// Whether a file has another's name but for the extension, in whatever letters.
fn is_of(other: &Found, name: &str, wanted: &str) -> bool {
    extension(&other.name) == wanted
        && stem(&other.name).to_lowercase() == stem(name).to_lowercase()
}

/// A file beside another, of the same name but for its extension.
fn with(file: &Found, extension: &str) -> Found {
    Found {
        path: file.path.with_extension(extension),
        name: format!("{}.{extension}", stem(&file.name)),
        size: 0,
    }
}

/// Bytes of the head of a `.shp` and of its index.
const HEAD: u64 = 100;

/// Writes the index of a `.shp`: where each of its shapes begins, and how long it is (ESRI Shapefile
/// Technical Description, 1998). Whether it could: a file that is cut has none.
fn write_index(shapes: &Path, index: &Path) -> io::Result<bool> {
    let length = fs::metadata(shapes)?.len();
    let mut file = BufReader::new(File::open(shapes)?);
    let mut head = [0; HEAD as usize];
    if file.read_exact(&mut head).is_err() || head[..4] != [0, 0, 0x27, 0x0a] {
        return Ok(false);
    }
    let mut made = BufWriter::new(File::create_new(index)?);
    made.write_all(&head)?;
    let Some(count) = list(&mut file, length, &mut made)? else {
        return fs::remove_file(index).map(|()| false);
    };
    let size = u32::try_from((HEAD + count * 8) / 2).unwrap_or(u32::MAX);
    head[24..28].copy_from_slice(&size.to_be_bytes());
    made.rewind()?;
    made.write_all(&head)?;
    made.flush()?;
    Ok(true)
}

/// Lists the shapes up to `length`: how many there are, unless the last one is cut.
fn list(file: &mut BufReader<File>, length: u64, made: &mut impl Write) -> io::Result<Option<u64>> {
    let (mut at, mut count) = (HEAD, 0);
    while at < length {
        let mut record = [0; 8];
        if file.read_exact(&mut record).is_err() {
            return Ok(None);
        }
        let words = u32::from_be_bytes([record[4], record[5], record[6], record[7]]);
        // Every shape has a type, of two words: an empty one is no shape.
        let (Ok(place), 2..) = (u32::try_from(at / 2), words) else {
            return Ok(None);
        };
        made.write_all(&place.to_be_bytes())?;
        made.write_all(&words.to_be_bytes())?;
        at += 8 + u64::from(words) * 2;
        count += 1;
        file.seek_relative(i64::from(words) * 2)?;
    }
    Ok((at == length).then_some(count))
}

/// Bytes in which a MapInfo file states its encoding.
const DECLARED: usize = 4096;

/// Declares a MapInfo file's texts neutral, so that they come as they are: programs declare what they
/// do not write. What it declared is kept beside it, where the child looks for it.
fn take_charset(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(DECLARED as u64).read_to_end(&mut head)?;
    let Some((declared, text)) = neutral(&head) else {
        return Ok(());
    };
    // The file may be the contributor's own, linked to: another one takes its place.
    let aside = beside(path, "neuf");
    let mut made = BufWriter::new(File::create_new(&aside)?);
    made.write_all(&text)?;
    file.seek(SeekFrom::Start(head.len() as u64))?;
    io::copy(&mut file, &mut made)?;
    made.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::write(beside(path, "charset"), declared)?;
    fs::rename(aside, path)
}

fn beside(path: &Path, extension: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// The encoding that a head declares, when it is one, and the head with a neutral one.
fn neutral(head: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut made = Vec::with_capacity(head.len());
    let mut declared = None;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(line);
        let lower = text.to_ascii_lowercase();
        // `Charset "WindowsLatin1"`, `!charset WindowsLatin1`, `Type NATIVE Charset "…"`.
        let place = lower.find("charset").filter(|place| {
            // A column may bear that name: those are indented, as the type of a table is.
            let before = &lower[..*place];
            let declares = matches!(before, "" | "!") || before.trim_start().starts_with("type ");
            text.len() == line.len() && declares
        });
        let Some(place) = place.map(|place| place + "charset".len()) else {
            made.extend_from_slice(line);
            continue;
        };
        let name = text[place..].trim().trim_matches('"').trim().to_owned();
        if name.is_empty() || name.eq_ignore_ascii_case("neutral") {
            made.extend_from_slice(line);
            continue;
        }
        made.extend_from_slice(text[..place].as_bytes());
        made.extend_from_slice(if lower[..place].starts_with('!') {
            b" Neutral"
        } else {
            b" \"Neutral\""
        });
        made.extend_from_slice(&line[text.trim_end().len()..]);
        declared = Some(name);
    }
    declared.map(|declared| (declared, made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_encoding_is_taken_out_and_kept() {
        for (head, expected) in [
            (
                "!table\r\n!charset WindowsLatin1\r\n\r\nDefinition Table\r\n  Type NATIVE Charset \"WindowsLatin1\"\r\n",
                "!table\r\n!charset Neutral\r\n\r\nDefinition Table\r\n  Type NATIVE Charset \"Neutral\"\r\n",
            ),
            (
                "Version 300\nCharset \"WindowsLatin1\"\nDelimiter \",\"\nData\n",
                "Version 300\nCharset \"Neutral\"\nDelimiter \",\"\nData\n",
            ),
        ] {
            let (declared, made) = neutral(head.as_bytes()).expect("an encoding");
            assert_eq!(declared, "WindowsLatin1");
            assert_eq!(String::from_utf8_lossy(&made), expected);
        }
        assert_eq!(neutral(b"!table\n!charset Neutral\n"), None);
        assert_eq!(
            neutral(b"Version 300\nColumns 1\n  charset Char(10)\nData\n"),
            None
        );
    }
}
