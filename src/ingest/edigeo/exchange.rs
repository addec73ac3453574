//! One EDIGEO exchange (NF Z 52000): the files that its `.THF` names, whether they are whole, and
//! what they hold. GDAL reads an exchange with a missing or cut file as empty, without a word.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::model::{Finding, Severity};

/// Longest line read, in bytes; the norm allows 80 characters, and continues longer values.
const LINE: u64 = 1 << 16;
/// Identifiers kept of a class of objects.
const IDENTIFIERS: usize = 100;

/// One exchange: a cadastral sheet.
#[derive(Debug, Default)]
pub struct Exchange {
    /// The file that GDAL opens.
    pub thf: PathBuf,
    /// Its name in the delivery.
    pub name: String,
    /// Name of the reference system in the `.GEO` (field REL): `LAMB93`, `RGF93CC47`…
    pub relation: Option<String>,
    /// Objects by class of the exchange's schema (`PARCELLE_id`…), as the vectors hold them.
    pub objects: BTreeMap<String, u64>,
    /// Identifiers (attribute IDU) of communes, sections and subdivisions of section.
    pub identifiers: BTreeMap<String, Vec<String>>,
    /// What keeps it from being read.
    pub findings: Vec<Finding>,
}

/// Reads what the exchange says of itself.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn open(thf: &Path, name: &str) -> io::Result<Exchange> {
    let mut exchange = Exchange {
        thf: thf.to_owned(),
        name: name.to_owned(),
        ..Exchange::default()
    };
    let Some(lots) = exchange.directory(thf)? else {
        return Ok(exchange);
    };
    let [lot] = lots.as_slice() else {
        exchange.refuse(
            name,
            match lots.len() {
                0 => "L’échange EDIGEO ne décrit aucun lot de données.".to_owned(),
                several => format!(
                    "L’échange EDIGEO décrit {several} lots : un échange porte une feuille."
                ),
            },
        );
        return Ok(exchange);
    };
    let beside = siblings(thf)?;
    for (file, kind) in lot.files() {
        match beside.get(&file.to_uppercase()) {
            None => exchange.refuse(
                &file,
                format!("Échange EDIGEO incomplet : le fichier {file} ({kind}) manque."),
            ),
            Some(path) => exchange.part(path, &file)?,
        }
    }
    Ok(exchange)
}

impl Exchange {
    /// The lots that the `.THF` describes; none when it is not whole.
    fn directory(&mut self, thf: &Path) -> io::Result<Option<Vec<Lot>>> {
        let (mut lots, mut record) = (Vec::<Lot>::new(), String::new());
        let whole = lines(thf, |code, value| match code {
            "RTY" => {
                record = value.to_owned();
                if record == "GTL" {
                    lots.push(Lot::default());
                }
            }
            _ if record == "GTL" => {
                if let Some(lot) = lots.last_mut() {
                    lot.take(code, value);
                }
            }
            _ => {}
        })?;
        let name = self.name.clone();
        match whole {
            Whole::Yes => return Ok(Some(lots)),
            Whole::Empty => self.refuse(&name, format!("Le fichier {name} est vide.")),
            Whole::Cut => self.refuse(
                &name,
                format!("Le fichier {name} est tronqué : sa fin (EOM) manque."),
            ),
            Whole::Foreign => self.refuse(
                &name,
                format!(
                    "Le fichier {name} n’est pas un fichier EDIGEO : il ne commence pas par BOM."
                ),
            ),
        }
        Ok(None)
    }

    /// Reads one file of the lot.
    fn part(&mut self, path: &Path, file: &str) -> io::Result<()> {
        let (objects, identifiers, relation) =
            (&mut self.objects, &mut self.identifiers, &mut self.relation);
        let (mut class, mut feature, mut identifier) = (String::new(), false, false);
        let whole = lines(path, |code, value| match code {
            // The schema and the relations name classes too.
            "RTY" => {
                class.clear();
                feature = value == "FEA";
            }
            "REL" if !value.is_empty() => *relation = Some(value.to_owned()),
            "SCP" if feature => {
                if let Some((head, name)) = value.rsplit_once(';')
                    && head.ends_with(";OBJ")
                {
                    name.clone_into(&mut class);
                    *objects.entry(class.clone()).or_default() += 1;
                }
            }
            "ATP" => identifier = value.ends_with(";IDU_id"),
            "ATV" if identifier && names_a_place(&class) => {
                let known = identifiers.entry(class.clone()).or_default();
                if known.len() < IDENTIFIERS {
                    known.push(value.to_owned());
                }
            }
            _ => {}
        })?;
        let what = match whole {
            Whole::Yes => return Ok(()),
            Whole::Empty => "est vide",
            Whole::Cut => "est tronqué : sa fin (EOM) manque",
            Whole::Foreign => "n’est pas un fichier EDIGEO : il ne commence pas par BOM",
        };
        self.refuse(
            file,
            format!("Échange EDIGEO incomplet : le fichier {file} {what}."),
        );
        Ok(())
    }

    fn refuse(&mut self, file: &str, message: String) {
        self.findings.push(
            Finding::new(Severity::Error, "exchange", message)
                .of(self.name.clone())
                .about("fichier", Some(file))
                .advising(
                    "Téléchargez ou exportez de nouveau la feuille entière : un échange EDIGEO \
                     n’est lu que complet (THF, GEN, GEO, DIC, SCD, QAL et VEC).",
                ),
        );
    }

    /// Objects of that class.
    pub fn count(&self, class: &str) -> u64 {
        self.objects.get(class).copied().unwrap_or(0)
    }

    /// Identifiers of the objects of that class.
    pub fn identifiers(&self, class: &str) -> &[String] {
        self.identifiers.get(class).map_or(&[], Vec::as_slice)
    }
}

/// Classes whose identifiers say which sheet it is.
fn names_a_place(class: &str) -> bool {
    matches!(class, "COMMUNE_id" | "SECTION_id" | "SUBDSECT_id")
}

/// A lot of the exchange: the parts of its files' names (NF Z 52000, descriptor GTL).
#[derive(Debug, Default)]
struct Lot {
    name: String,
    general: String,
    geodesy: String,
    quality: String,
    dictionary: String,
    schema: String,
    vectors: Vec<String>,
}

impl Lot {
    fn take(&mut self, code: &str, value: &str) {
        let place = match code {
            "LON" => &mut self.name,
            "GNN" => &mut self.general,
            "GON" => &mut self.geodesy,
            "QAN" => &mut self.quality,
            "DIN" => &mut self.dictionary,
            "SCN" => &mut self.schema,
            "GDN" => {
                self.vectors.push(value.to_owned());
                return;
            }
            _ => return,
        };
        value.clone_into(place);
    }

    /// The files, and what each is for. A lot without one of them is not complete either.
    fn files(&self) -> Vec<(String, &'static str)> {
        let named = |part: &str, extension: &str| format!("{}{part}.{extension}", self.name);
        let mut files = vec![
            (named(&self.general, "GEN"), "généralités"),
            (named(&self.geodesy, "GEO"), "référence géographique"),
            (named(&self.dictionary, "DIC"), "nomenclature"),
            (named(&self.schema, "SCD"), "schéma des données"),
            (named(&self.quality, "QAL"), "qualité"),
        ];
        files.extend(
            self.vectors
                .iter()
                .map(|part| (named(part, "VEC"), "données géographiques")),
        );
        files
    }
}

/// Whether a file is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    Empty,
    Cut,
    Foreign,
}

/// Hands each field of an EDIGEO file to `take`: its three letters, and its value. A line is a
/// code of three letters, the nature and the format of the value, its length in two digits, a
/// colon, and the value, in ISO-8859-1.
fn lines(path: &Path, mut take: impl FnMut(&str, &str)) -> io::Result<Whole> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut line, mut first, mut ended) = (Vec::new(), true, false);
    loop {
        line.clear();
        if file.by_ref().take(LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let bare = line.trim_ascii();
        if bare.is_empty() {
            continue;
        }
        let Some((code, value)) = field(bare) else {
            if first {
                return Ok(Whole::Foreign);
            }
            ended = false;
            continue;
        };
        if first && code != "BOM" {
            return Ok(Whole::Foreign);
        }
        first = false;
        ended = code == "EOM";
        take(code, &latin(value));
    }
    Ok(match (first, ended) {
        (true, _) => Whole::Empty,
        (false, true) => Whole::Yes,
        (false, false) => Whole::Cut,
    })
}

fn field(line: &[u8]) -> Option<(&str, &[u8])> {
    let (head, value) = line.split_at_checked(8)?;
    let shaped = head[7] == b':' && head[..3].iter().all(u8::is_ascii_uppercase);
    let code = std::str::from_utf8(&head[..3]).ok()?;
    shaped.then_some((code, value))
}

/// ISO-8859-1 bytes are the characters' numbers.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The files of the folder, by name in capitals.
fn siblings(thf: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let folder = match thf.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let name = entry.file_name().to_string_lossy().to_uppercase();
            files.insert(name, entry.path());
        }
    }
    Ok(files)
}
