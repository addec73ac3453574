//! ODS (OpenDocument 1.3), written by hand: a package of three small documents.

use std::fmt::{self, Write as _};
use std::io;

use costs::sheets::{Cell, Look, Sheet};

use crate::encode::opendocument;

const MEDIA: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?>"#,
    r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" "#,
    r#"manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" "#,
    r#"manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>"#,
    r#"<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>"#,
    r#"</manifest:manifest>"#,
);

/// Namespaces, column widths, and the formats of days, of euros and of headings.
const HEAD: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3" "#,
    r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" "#,
    r#"xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" "#,
    r#"xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" "#,
    r#"xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" "#,
    r#"xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" "#,
    r#"xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:automatic-styles>"#,
    r#"<number:date-style style:name="day"><number:year number:style="long"/><number:text>-</number:text>"#,
    r#"<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>"#,
    r#"</number:date-style><number:number-style style:name="euros"><number:number "#,
    r#"number:min-integer-digits="1" number:decimal-places="12" number:min-decimal-places="2" "#,
    r#"number:grouping="true"/></number:number-style><number:text-style style:name="words">"#,
    r#"<number:text-content/></number:text-style>"#,
    r#"<style:style style:name="narrow" style:family="table-column">"#,
    r#"<style:table-column-properties style:column-width="28mm"/></style:style>"#,
    r#"<style:style style:name="wide" style:family="table-column">"#,
    r#"<style:table-column-properties style:column-width="80mm"/></style:style>"#,
    r#"<style:style style:name="cday" style:family="table-cell" style:data-style-name="day"/>"#,
    r#"<style:style style:name="ceuros" style:family="table-cell" style:data-style-name="euros"/>"#,
    r#"<style:style style:name="cwords" style:family="table-cell" style:data-style-name="words"/>"#,
    r##"<style:style style:name="chead" style:family="table-cell"><style:table-cell-properties "##,
    r##"fo:background-color="#eaf0f4" fo:wrap-option="wrap"/><style:text-properties "##,
    r##"fo:font-weight="bold"/></style:style><style:style style:name="cfield" "##,
    r##"style:family="table-cell"><style:text-properties fo:color="#6b7780" fo:font-size="9pt"/>"##,
    r##"</style:style></office:automatic-styles><office:body><office:spreadsheet>"##,
);

const FOOT: &str = "</office:spreadsheet></office:body></office:document-content>";

/// A workbook of these sheets.
pub(super) fn write(sheets: &[Sheet]) -> io::Result<Vec<u8>> {
    let mut content = HEAD.to_owned();
    sheets
        .iter()
        .try_for_each(|sheet| table(&mut content, sheet))
        .map_err(io::Error::other)?;
    content.push_str(FOOT);
    opendocument::package(MEDIA, MANIFEST, &[("content.xml", &content)])
}

fn table(out: &mut String, sheet: &Sheet) -> fmt::Result {
    write!(
        out,
        r#"<table:table table:name="{}">"#,
        Escaped(&sheet.name)
    )?;
    for look in &sheet.looks {
        let width = if *look == Look::Wide {
            "wide"
        } else {
            "narrow"
        };
        write!(out, r#"<table:table-column table:style-name="{width}"/>"#)?;
    }
    let heads = sheet.headings > 0;
    out.push_str(if heads {
        "<table:table-header-rows>"
    } else {
        ""
    });
    for (at, row) in sheet.rows.iter().enumerate() {
        out.push_str("<table:table-row>");
        for (column, one) in row.iter().enumerate() {
            let look = sheet.looks.get(column).copied().unwrap_or(Look::Plain);
            let style = match (at, one) {
                (0, _) if heads => "chead",
                (at, _) if at < sheet.headings => "cfield",
                (_, Cell::Heading(_)) => "chead",
                (_, Cell::Date(_)) => "cday",
                (_, Cell::Number(_)) if look == Look::Euros => "ceuros",
                (_, Cell::Text(_)) if look == Look::Plain => "cwords",
                _ => "Default",
            };
            cell(out, style, one)?;
        }
        // A row has one cell at least.
        out.push_str(if row.is_empty() {
            "<table:table-cell/>"
        } else {
            ""
        });
        out.push_str("</table:table-row>");
        if heads && at + 1 == sheet.headings.min(sheet.rows.len()) {
            out.push_str("</table:table-header-rows>");
        }
    }
    out.push_str("</table:table>");
    Ok(())
}

fn cell(out: &mut String, style: &str, cell: &Cell) -> fmt::Result {
    let (kind, shown) = match cell {
        Cell::Empty => {
            out.push_str("<table:table-cell/>");
            return Ok(());
        }
        Cell::Text(words) | Cell::Error(words) | Cell::Heading(words) => {
            write!(
                out,
                r#"<table:table-cell table:style-name="{style}" office:value-type="string">"#
            )?;
            for line in words.split('\n') {
                write!(out, "<text:p>{}</text:p>", Spaced(line))?;
            }
            out.push_str("</table:table-cell>");
            return Ok(());
        }
        // What it comes to: formulas are written for XLSX alone.
        Cell::Number(number) | Cell::Formula(_, number) => {
            let number = number.to_string();
            (format!(r#"float" office:value="{number}"#), number)
        }
        Cell::Date(day) => (
            format!(r#"date" office:date-value="{day}"#),
            day.to_string(),
        ),
        Cell::Truth(truth) => (
            format!(r#"boolean" office:boolean-value="{truth}"#),
            if *truth { "VRAI" } else { "FAUX" }.to_owned(),
        ),
    };
    write!(
        out,
        concat!(
            r#"<table:table-cell table:style-name="{style}" office:value-type="{kind}">"#,
            "<text:p>{shown}</text:p></table:table-cell>"
        ),
        style = style,
        kind = kind,
        shown = shown
    )
}

/// Text with XML's signs escaped, and without the control characters that XML has no form for.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|sign| match sign {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\u{0}'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{fffe}'
            | '\u{ffff}' => Ok(()),
            other => f.write_char(other),
        })
    }
}

/// A paragraph: spaces that follow others, and tabulations, have elements of their own.
struct Spaced<'a>(&'a str);

impl fmt::Display for Spaced<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = ' ';
        for sign in self.0.chars() {
            match sign {
                ' ' if before == ' ' => f.write_str("<text:s/>")?,
                '\t' => f.write_str("<text:tab/>")?,
                other => Escaped(other.encode_utf8(&mut [0; 4])).fmt(f)?,
            }
            before = sign;
        }
        Ok(())
    }
}
