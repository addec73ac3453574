//! Problems of the catalogue's files, each at its file, line, key and caret.

use std::fmt;
use std::io::IsTerminal;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use serde::Serialize;

/// A file of the catalogue, as its problems quote it.
#[derive(Debug, Clone)]
pub(super) struct SourceFile {
    /// The path, as the person named the folder.
    pub path: PathBuf,
    /// The text.
    pub text: Arc<str>,
}

/// One thing wrong in one file.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// The file, or the folder when the folder itself is wrong.
    pub file: PathBuf,
    /// Line, from 1; 0 when the file could not be read.
    pub line: usize,
    /// Column in characters, from 1; 0 when the file could not be read.
    pub column: usize,
    /// The key in question, such as `field "section" › pattern`; empty for a syntax error.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    #[serde(skip)]
    quoted: Option<Quoted>,
}

/// The place of a problem inside its file.
#[derive(Debug, Clone)]
struct Quoted {
    source: miette::NamedSource<Arc<str>>,
    span: Range<usize>,
}

impl Problem {
    /// A problem at a place of a file.
    pub(super) fn at(
        file: &SourceFile,
        span: Range<usize>,
        key: String,
        message: String,
        help: Option<String>,
    ) -> Self {
        let span = one_line(&file.text, span);
        let before = &file.text[..span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.path.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            key,
            message,
            help,
            quoted: Some(Quoted {
                source: miette::NamedSource::new(
                    file.path.to_string_lossy(),
                    Arc::clone(&file.text),
                ),
                span,
            }),
        }
    }

    /// A problem of a file or folder as a whole, such as one that cannot be read.
    pub(super) fn whole(file: &Path, message: String, help: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            key: String::new(),
            message,
            help: Some(help.to_owned()),
            quoted: None,
        }
    }
}

/// A span inside its text, on character boundaries, ended with its first line: a caret under a
/// whole table would quote the whole file.
fn one_line(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match text[start..end].find('\n') {
        Some(length) => start..start + length,
        None => start..end,
    }
}

/// `file:line:column: key: message`, on one line.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Problem {}

/// What miette draws: the message alone, since file and line stand above the quoted line.
#[derive(Debug)]
struct Drawn<'p>(&'p Problem);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.quoted {
            Some(_) => f.write_str(&self.0.message),
            None => write!(f, "{}", self.0),
        }
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.0.labels()
    }
}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.help.as_ref()?;
        Some(Box::new(help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.quoted
            .as_ref()
            .map(|quoted| &quoted.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let quoted = self.quoted.as_ref()?;
        let label = if self.key.is_empty() {
            "here"
        } else {
            &self.key
        };
        let span = LabeledSpan::new_primary_with_span(Some(label.to_owned()), quoted.span.clone());
        Some(Box::new(std::iter::once(span)))
    }
}

/// Everything wrong with a folder of layers; never empty.
///
/// As text, one line with the first problem; [`CatalogueError::render`] draws them all.
#[derive(Debug)]
pub struct CatalogueError {
    problems: Vec<Problem>,
}

impl CatalogueError {
    /// The problems of a folder, which has at least one.
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        debug_assert!(!problems.is_empty(), "an error without a problem");
        Self { problems }
    }

    /// The problems, file by file and in file order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Every problem with its quoted line and carets, for a person at a terminal.
    pub fn render(&self) -> String {
        let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        self.draw(if colours {
            GraphicalTheme::ascii()
        } else {
            GraphicalTheme::none()
        })
    }

    /// Draws with a given theme.
    pub(super) fn draw(&self, mut theme: GraphicalTheme) -> String {
        // One caret for each character: miette would hang the label on a bar under the middle.
        theme.characters.underbar = '^';
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(100)
            .with_context_lines(1);
        let mut text = String::new();
        for problem in &self.problems {
            if handler.render_report(&mut text, &Drawn(problem)).is_err() {
                text.push_str(&problem.to_string());
            }
            text.push('\n');
        }
        text
    }
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.problems.first() else {
            return f.write_str("the layer catalogue is not valid");
        };
        write!(f, "{first}")?;
        match self.problems.len() - 1 {
            0 => Ok(()),
            more => write!(
                f,
                " (and {more} more: `geonantes layers check` shows them all)"
            ),
        }
    }
}

impl std::error::Error for CatalogueError {}

impl Diagnostic for CatalogueError {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(
            self.problems
                .iter()
                .map(|problem| problem as &dyn Diagnostic),
        ))
    }
}
