//! Pages for paper: a Typst template and its data become a PDF.
//!
//! The template is the program's own and data is a JSON document that it reads
//! (`json("data.json")`): what people have written is a string in that document, never code.
//! Nothing is read from the disk or the network, and there is no clock: a document carries the dates
//! that its data gives, and the same data make the same bytes.

use std::{collections::HashMap, sync::LazyLock};

use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// The name under which the template reads its data.
const DATA: &str = "data.json";

/// Why a document could not be made; a fault of the template, since data is only read by it.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The template does not compile, or refuses its data.
    #[error("the template {template} makes no document: {reason}")]
    Template {
        /// The template's name.
        template: String,
        /// What Typst says.
        reason: String,
    },
}

/// Files that a template may name: `(name, bytes)`, a map drawn as SVG or what it imports.
pub type Files<'a> = &'a [(&'a str, Vec<u8>)];

/// The PDF/A-2a of a template.
///
/// `name` is what errors call the template; `source` its text, which reads `data` by
/// `json("data.json")` and each of `files` by its name. PDF/A asks that it sets its document's `title`
/// and `date`, its text's `lang`, and an `alt` on each image.
///
/// # Errors
/// [`PrintError`] when the template does not compile.
pub fn pdf(
    name: &str,
    source: &str,
    data: &serde_json::Value,
    files: Files<'_>,
) -> Result<Vec<u8>, PrintError> {
    let failed = |errors: &[SourceDiagnostic]| PrintError::Template {
        template: name.to_owned(),
        reason: told(errors),
    };
    let desk = Desk::new(source, data, files);
    let document = typst::compile::<PagedDocument>(&desk).output;
    let bytes = document.and_then(|document| typst_pdf::pdf(&document, &options()));
    // What Typst remembers between documents is worth little here, and is never more than one document's.
    comemo::evict(0);
    bytes.map_err(|errors| failed(&errors))
}

/// An archival PDF, tagged for screen readers: what a finance officer keeps for ten years.
fn options() -> PdfOptions {
    PdfOptions {
        creator: Smart::Custom(Some("Géonantes".to_owned())),
        standards: PdfStandards::new(&[PdfStandard::A_2a])
            .expect("one standard contradicts nothing"),
        ..PdfOptions::default()
    }
}

fn told(errors: &[SourceDiagnostic]) -> String {
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    words.join("; ")
}

/// The fonts that stand in the program.
struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|data| Font::iter(Bytes::new(data)))
        .collect();
    Fonts {
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// What a document may see: its template, its data, its files.
struct Desk {
    main: Source,
    files: HashMap<FileId, Bytes>,
}

impl Desk {
    fn new(source: &str, data: &serde_json::Value, files: Files<'_>) -> Self {
        let mut known: HashMap<FileId, Bytes> = files
            .iter()
            .map(|(name, bytes)| (id(name), Bytes::new(bytes.clone())))
            .collect();
        known.insert(id(DATA), Bytes::from_string(data.to_string()));
        Self {
            main: Source::new(id("main.typ"), source.to_owned()),
            files: known,
        }
    }
}

/// The name of a file on the desk.
fn id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("a plain name");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        let text =
            String::from_utf8(self.file(id)?.to_vec()).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LETTER: &str = r#"
        #let data = json("data.json")
        #set document(title: data.title, date: datetime(year: 2026, month: 1, day: 31))
        #set text(lang: "fr")
        = #data.title
        #data.body
    "#;

    #[test]
    fn a_document_holds_what_it_is_given() {
        let data = json!({"title": "État de refacturation", "body": "#panic() $x$ <a>"});
        let bytes = pdf("letter", LETTER, &data, &[]).unwrap();
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert_eq!(bytes, pdf("letter", LETTER, &data, &[]).unwrap());
    }

    #[test]
    fn a_template_reads_nothing_but_its_desk() {
        for source in ["#read(\"/etc/passwd\")", "#import \"@preview/x:1.0.0\": y"] {
            assert!(pdf("letter", source, &json!({}), &[]).is_err(), "{source}");
        }
    }

    #[test]
    fn a_template_imports_what_it_is_given() {
        let shared = ("shared.typ", b"#let twice(it) = it + it".to_vec());
        let source = LETTER.replace("#data.body", "#import \"shared.typ\": twice\n#twice[a]");
        let data = json!({"title": "Lettre"});
        assert!(pdf("letter", &source, &data, &[shared]).is_ok());
        assert!(pdf("letter", &source, &data, &[]).is_err());
    }

    #[test]
    fn a_fault_is_told_with_its_template() {
        let error = pdf("letter", "#json(\"data.json\").nothing", &json!({}), &[]).unwrap_err();
        assert!(error.to_string().contains("letter"), "{error}");
    }
}
