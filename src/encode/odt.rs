//! Text documents (OpenDocument 1.3) that people go on writing: a package around a template.

use std::io;

use super::opendocument;

/// The media type.
pub const MEDIA: &str = "application/vnd.oasis.opendocument.text";

const MANIFEST: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" "#,
    r#"manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" "#,
    r#"manifest:media-type="application/vnd.oasis.opendocument.text"/>"#,
    r#"<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>"#,
    r#"<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>"#,
    r#"</manifest:manifest>"#,
);

/// Styles of the documents: headings, tables, the page with its number.
const STYLES: &str = include_str!("../../templates/odt/styles.xml");

/// A document of this content (`content.xml`).
///
/// # Errors
/// None that memory can cause; those of the archive.
pub fn package(content: &str) -> io::Result<Vec<u8>> {
    // XML has no form for control characters.
    let content: String = content
        .chars()
        .filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t'))
        .collect();
    let files = [("content.xml", content.as_str()), ("styles.xml", STYLES)];
    opendocument::package(MEDIA, MANIFEST, &files)
}
