//! Written pieces of a document, and files that nobody expects among them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::names;
use crate::ingest::recognise::{Found, Piece, WrittenPieces};
use crate::model::{Finding, Severity};

/// The written pieces of a document.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    /// The document: an `idurba`, a partition.
    document: String,
    /// Name in lower case → name, and where it is.
    files: BTreeMap<String, (String, PathBuf)>,
}

/// Extensions of the files that tables come in, with what accompanies them.
const TABLES: [&str; 24] = [
    "shp", "shx", "dbf", "prj", "cpg", "qpj", "qix", "sbn", "sbx", "qml", "qmd", "sld", "tab",
    "dat", "map", "id", "ind", "mid", "mif", "gpkg", "gml", "xsd", "csv", "geojson",
];

impl Pieces {
    /// The pieces among the files, and what is said of the others. `known` are the names of tables.
    pub fn sort(document: &str, files: &[Found], known: &[&'static str]) -> (Self, Vec<Finding>) {
        let mut pieces = Self {
            document: document.to_owned(),
            files: BTreeMap::new(),
        };
        let mut findings = Vec::new();
        for file in files {
            let base = base(&file.name);
            let (stem, extension) = parts(&file.name);
            let extension = extension.to_lowercase();
            let metadata = extension == "xml" && !stem.contains('.');
            if extension == "pdf" && is_other(&file.path) {
                findings.push(no_pdf(file, base));
                continue;
            }
            if extension == "pdf" || metadata {
                let place = pieces.files.entry(base.to_lowercase());
                if let std::collections::btree_map::Entry::Vacant(vacant) = place {
                    vacant.insert((base.to_owned(), file.path.clone()));
                } else {
                    findings.push(twice(file, base));
                }
                continue;
            }
            let container = matches!(extension.as_str(), "gpkg" | "gml");
            let table = container || names::table(stem, known).is_some();
            if !(table && TABLES.contains(&extension.as_str())) {
                findings.push(unexpected(file, base));
            }
        }
        (pieces, findings)
    }

    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The pieces to keep.
    pub fn kept(&self) -> WrittenPieces {
        let piece = |(name, path): &(String, PathBuf)| Piece {
            name: name.clone(),
            path: path.clone(),
        };
        WrittenPieces {
            document: self.document.clone(),
            files: self.files.values().map(piece).collect(),
        }
    }

    /// Names of the pieces.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|(name, _)| name.as_str())
    }

    /// The address at which the piece that a feature names is served; none when there is no such
    /// piece. A name may come with folders before it, and a place in the piece after it
    /// (`30014_reglement_20171013.pdf#page=24`).
    pub fn address(&self, named: &str) -> Option<String> {
        let (file, place) = named.split_once('#').unwrap_or((named, ""));
        let wanted = base(file.trim()).to_lowercase();
        let found = self.files.get(&wanted).or_else(|| {
            let extended = !wanted.contains('.');
            extended.then(|| self.files.get(&format!("{wanted}.pdf")))?
        });
        let (name, _) = found?;
        let place = match place {
            "" => String::new(),
            place => format!("#{place}"),
        };
        Some(format!(
            "/pieces/{}/{}{place}",
            encoded(&self.document),
            encoded(name)
        ))
    }
}

/// A name as a part of an address.
fn encoded(name: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'_')
        .remove(b'-')
        .remove(b'.');
    percent_encoding::utf8_percent_encode(name, KEPT).to_string()
}

/// The last part of a name, folders left out.
pub fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The last part of a name, without its extension, and the extension.
pub fn parts(name: &str) -> (&str, &str) {
    let base = base(name);
    base.rsplit_once('.').unwrap_or((base, ""))
}

fn unexpected(file: &Found, base: &str) -> Finding {
    Finding::new(
        Severity::Warning,
        "unexpected",
        format!("Le standard ne prévoit pas le fichier « {base} » : il n’est pas gardé."),
    )
    .about("fichier", Some(&file.name))
    .advising("Retirez-le de l’archive, ou donnez-lui le nom que le standard prévoit.")
}

/// Whether a file is there and yet no PDF: empty, or a page that a download gave in its place. Readers
/// look for the mark of the format among the first bytes (ISO 32000-2, annex I).
fn is_other(path: &Path) -> bool {
    const HEAD: u64 = 1024;
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && !head.windows(5).any(|bytes| bytes == b"%PDF-")
}

fn no_pdf(file: &Found, base: &str) -> Finding {
    let what = match file.size {
        0 => "est vide",
        _ => "n’est pas un PDF",
    };
    let message = format!("La pièce « {base} » {what}.");
    Finding::new(Severity::Error, "piece", message)
        .about("fichier", Some(&file.name))
        .advising("Remplacez-la par le document lui-même, et ouvrez-le pour le vérifier.")
}

fn twice(file: &Found, base: &str) -> Finding {
    Finding::new(
        Severity::Warning,
        "unexpected",
        format!("Deux pièces portent le nom « {base} » : la première est gardée."),
    )
    .about("fichier", Some(&file.name))
    .advising("Donnez à chaque pièce son nom.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Found {
        Found {
            path: PathBuf::from("/x").join(name),
            name: name.to_owned(),
            size: 1,
        }
    }

    #[test]
    fn files_are_pieces_tables_or_unexpected() {
        let files = [
            "D/Donnees_geographiques/30014_ZONE_URBA_20171013.shp",
            "D/Donnees_geographiques/30014_ZONE_URBA_20171013.idx",
            "D/30014_DOC_URBA_20171013.DBF",
            "D/fr-30014.xml",
            "D/Pieces_ecrites/3_Reglement/30014_Reglement_20171013.pdf",
            "D/Pieces_ecrites/4_Annexes/30014_titres_pieces_ecrites_20171013.csv",
            "D/Pieces_ecrites/4_Annexes/ce_fichier.csv",
            "D/Pieces_ecrites/4_Annexes/30014_reglement_20171013.PDF",
            "D/Thumbs.db",
        ]
        .map(found);
        let (pieces, findings) = Pieces::sort("30014_PLU_20171013", &files, &names::PLU);
        let said: Vec<_> = findings
            .iter()
            .filter_map(|f| f.value.as_deref())
            .map(base)
            .collect();
        assert_eq!(
            said,
            [
                "30014_ZONE_URBA_20171013.idx",
                "ce_fichier.csv",
                "30014_reglement_20171013.PDF",
                "Thumbs.db"
            ]
        );
        let names: Vec<_> = pieces.names().collect();
        assert_eq!(names, ["30014_Reglement_20171013.pdf", "fr-30014.xml"]);
        let address = "/pieces/30014_PLU_20171013/30014_Reglement_20171013.pdf";
        for (named, expected) in [
            ("30014_reglement_20171013.pdf", Some(address.to_owned())),
            (
                "Pieces_ecrites/30014_REGLEMENT_20171013.pdf",
                Some(address.to_owned()),
            ),
            ("30014_reglement_20171013", Some(address.to_owned())),
            (
                "30014_reglement_20171013.pdf#page=24",
                Some(format!("{address}#page=24")),
            ),
            ("30014_padd_20171013.pdf", None),
        ] {
            assert_eq!(pieces.address(named), expected, "{named}");
        }
    }
}
