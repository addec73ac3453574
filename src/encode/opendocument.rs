//! Packages of OpenDocument 1.3: what spreadsheets and text documents are put into.

use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A package of this media type, with its manifest and further files, each by its name.
///
/// # Errors
/// None that memory can cause; those of the archive.
pub(super) fn package(media: &str, manifest: &str, files: &[(&str, &str)]) -> io::Result<Vec<u8>> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    // The media type stands first and plain, so that the file is known by its first bytes.
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let small = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    package.start_file("mimetype", plain)?;
    package.write_all(media.as_bytes())?;
    for (name, text) in [("META-INF/manifest.xml", manifest)].iter().chain(files) {
        package.start_file(*name, small)?;
        package.write_all(text.as_bytes())?;
    }
    Ok(package.finish()?.into_inner())
}
