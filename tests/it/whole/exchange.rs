//! EDIGEO exchanges written by hand: one topological lot, each object an arc, a face and a feature.

use std::fmt::Write as _;
use std::path::Path;

/// Classes of objects, and their attributes.
const CLASSES: [(&str, &[&str]); 5] = [
    ("COMMUNE", &["IDU", "TEX2"]),
    ("SECTION", &["IDU", "TEX"]),
    ("SUBDSECT", &["EOR", "IDU", "QUPL"]),
    ("PARCELLE", &["COAR", "IDU", "SUPF"]),
    ("BATIMENT", &["DUR", "TEX"]),
];

/// An object: its class, its attributes, and its square: south-west corner and side, in metres.
pub struct Object {
    pub class: &'static str,
    pub values: Vec<(&'static str, String)>,
    pub square: (f64, f64, f64),
}

/// A sheet: what its own identifiers say, and its parcels and buildings.
pub struct Sheet {
    /// Commune, prefix, section and number: `109000AB01`.
    pub own: &'static str,
    /// Corner of the sheet.
    pub corner: (f64, f64),
    /// Numbers of the parcels, 20 m apart.
    pub parcels: Vec<u32>,
    /// Buildings, one on each of the first parcels.
    pub buildings: usize,
}

impl Sheet {
    pub fn new(own: &'static str, corner: (f64, f64), parcels: &[u32], buildings: usize) -> Self {
        let parcels = parcels.to_vec();
        Self {
            own,
            corner,
            parcels,
            buildings,
        }
    }

    /// The objects: the commune and the section are the same in each sheet of the section.
    fn objects(&self) -> Vec<Object> {
        let (x, y) = self.corner;
        let object = |class, values: &[(&'static str, &str)], square| Object {
            class,
            values: values
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            square,
        };
        let mut all = vec![
            object(
                "COMMUNE",
                &[("IDU", &self.own[..3]), ("TEX2", "NANTES")],
                (355_000.0, 6_689_000.0, 2_000.0),
            ),
            object(
                "SECTION",
                &[
                    ("IDU", &self.own[..8]),
                    ("TEX", self.own[6..8].trim_start_matches('0')),
                ],
                (355_000.0, 6_689_000.0, 1_000.0),
            ),
            object(
                "SUBDSECT",
                &[("IDU", self.own), ("EOR", "1000"), ("QUPL", "01")],
                (x, y, 200.0),
            ),
        ];
        for (place, number) in self.parcels.iter().enumerate() {
            let idu = format!("{}{number:04}", &self.own[..8]);
            let at = (x + 20.0 * place as f64, y, 20.0);
            all.push(object(
                "PARCELLE",
                &[("IDU", &idu), ("SUPF", "+400."), ("COAR", "A")],
                at,
            ));
            if place < self.buildings {
                let at = (at.0 + 5.0, y + 5.0, 8.0);
                all.push(object("BATIMENT", &[("DUR", "01"), ("TEX", "École")], at));
            }
        }
        all
    }

    /// Writes the exchange into a folder; the name of its `.THF`.
    pub fn write(&self, folder: &Path) -> String {
        std::fs::create_dir_all(folder).expect("a folder");
        let lot = format!("ED{}", &self.own[6..10]);
        let name = format!("E{}.THF", &self.own[3..10]);
        let files = [
            (name.clone(), directory(&lot)),
            (format!("{lot}SE.GEN"), general()),
            (
                format!("{lot}SE.GEO"),
                record(
                    "GEO",
                    "GEODESIE",
                    &[("RETSA", "MAP"), ("RELSA", "LAMB93"), ("DIMSN", "2")],
                ),
            ),
            (format!("{lot}SE.DIC"), dictionary()),
            (format!("{lot}SE.SCD"), schema(&lot)),
            (format!("{lot}SE.QAL"), self.quality()),
            (format!("{lot}T1.VEC"), self.vectors(&lot)),
        ];
        for (file, body) in files {
            let text = format!(
                "{}{}\r\n{body}{}",
                line("BOMT ", &file),
                line("CSET ", "IRV"),
                line("EOMT ", "")
            );
            // ISO-8859-1: each character is a byte.
            let bytes: Vec<u8> = text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).expect("latin"))
                .collect();
            std::fs::write(folder.join(file), bytes).expect("a file");
        }
        name
    }

    fn quality(&self) -> String {
        let objects = 0..self.objects().len();
        objects
            .map(|n| {
                record(
                    "QUP",
                    &format!("Actualite_{n}"),
                    &[("ODASD", "20200101"), ("UDASD", "20240229")],
                )
            })
            .collect()
    }

    fn vectors(&self, lot: &str) -> String {
        let mut text = String::new();
        let schema = |kind: &str, name: &str| format!("{lot};SeSD;{kind};{name}");
        let inside = |kind: &str, name: String| format!("{lot};SeTOP_1;{kind};{name}");
        for (n, object) in self.objects().iter().enumerate() {
            let (x, y, side) = object.square;
            let ring = [
                (0.0, 0.0),
                (0.0, side),
                (side, side),
                (side, 0.0),
                (0.0, 0.0),
            ];
            let points: Vec<String> = ring
                .iter()
                .map(|(dx, dy)| format!("{:+.2};{:+.2};", x + dx, y + dy))
                .collect();
            let arc = schema("PGE", "ID_S_PRI_ARC");
            let mut fields = vec![("SCPCP", arc.as_str()), ("TYPSN", "1"), ("PTCSN", "5")];
            fields.extend(points.iter().map(|point| ("CORCC", point.as_str())));
            text += &record("PAR", &format!("Arc_{n}"), &fields);
            text += &record(
                "PFE",
                &format!("Face_{n}"),
                &[("SCPCP", &schema("PGE", "ID_S_PRI_FAC"))],
            );
            let class = schema("OBJ", &format!("{}_id", object.class));
            let count = object.values.len().to_string();
            let named: Vec<String> = object
                .values
                .iter()
                .map(|(name, _)| schema("ATT", &format!("{name}_id")))
                .collect();
            let mut fields = vec![("SCPCP", class.as_str()), ("ATCSN", count.as_str())];
            for ((name, value), reference) in object.values.iter().zip(&named) {
                fields.push(("ATPCP", reference.as_str()));
                if *name == "SUPF" {
                    fields.push(("ATVSR", value.as_str()));
                } else {
                    fields.extend([("TEXT ", "8859-1"), ("ATVST", value.as_str())]);
                }
            }
            let dates = format!("{lot};SeQL;QUP;Actualite_{n}");
            fields.extend([("QACSN", "1"), ("QAPCP", dates.as_str())]);
            text += &record("FEA", &format!("Objet_{n}"), &fields);
            let face = inside("PFE", format!("Face_{n}"));
            for (name, relation, first) in [
                (
                    "Left",
                    "ID_S_RCO_FAC_GCHE".to_owned(),
                    inside("PAR", format!("Arc_{n}")),
                ),
                (
                    "Built",
                    format!("ID_S_RCO_{}_id", object.class),
                    inside("FEA", format!("Objet_{n}")),
                ),
            ] {
                let relation = schema("REL", &relation);
                text += &record(
                    "LNK",
                    &format!("{name}_{n}"),
                    &[
                        ("SCPCP", &relation),
                        ("FTCSN", "2"),
                        ("FTPCP", &first),
                        ("FTPCP", &face),
                    ],
                );
            }
        }
        text
    }
}

/// A line: three letters with nature and format, the length of the value in bytes, the value.
fn line(head: &str, value: &str) -> String {
    format!("{head}{:02}:{value}\r\n", value.chars().count())
}

fn record(kind: &str, name: &str, fields: &[(&str, &str)]) -> String {
    let mut text = line("RTYSA", kind) + &line("RIDSA", name) + "\r\n";
    for (head, value) in fields {
        text += &line(head, value);
    }
    text + "\r\n"
}

fn directory(lot: &str) -> String {
    let lot = [
        ("LONSA", lot),
        ("GNNSA", "SE"),
        ("GONSA", "SE"),
        ("QANSA", "SE"),
        ("DINSA", "SE"),
        ("SCNSA", "SE"),
        ("GDCSN", "1"),
        ("GDNSA", "T1"),
    ];
    record("GTS", "SUPPORT_01", &[("LOCSN", "1")]) + &record("GTL", lot[0].1, &lot)
}

fn general() -> String {
    record(
        "DEG",
        "EMPRISE",
        &[
            ("CM1CC", "+0.00;+6000000.00;"),
            ("CM2CC", "+1000000.00;+7000000.00;"),
        ],
    ) + &record("GSE", "SeTOP_1", &[("STRSN", "1")])
}

/// Attributes of all classes, each once.
fn attributes() -> Vec<&'static str> {
    let mut all: Vec<_> = CLASSES
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn dictionary() -> String {
    let mut text = String::new();
    for (class, _) in CLASSES {
        text += &record("DID", &format!("ID_N_OBJ_{class}"), &[("LABSA", class)]);
    }
    for name in attributes() {
        text += &record("DIA", &format!("ID_N_ATT_{name}"), &[("LABSA", name)]);
    }
    text
}

fn schema(lot: &str) -> String {
    let mut text = String::new();
    for (class, names) in CLASSES {
        let label = format!("{lot};SeNM;DID;ID_N_OBJ_{class}");
        let count = names.len().to_string();
        let references: Vec<String> = names
            .iter()
            .map(|name| format!("{lot};SeSD;ATT;{name}_id"))
            .collect();
        let mut fields = vec![
            ("DIPCP", label.as_str()),
            ("KNDSA", "ARE"),
            ("AACSN", count.as_str()),
        ];
        fields.extend(
            references
                .iter()
                .map(|reference| ("AAPCP", reference.as_str())),
        );
        text += &record("OBJ", &format!("{class}_id"), &fields);
        text += &record(
            "REL",
            &format!("ID_S_RCO_{class}_id"),
            &[("KNDSA", "IDB"), ("SCCSN", "2")],
        );
    }
    for name in attributes() {
        let label = format!("{lot};SeNM;DIA;ID_N_ATT_{name}");
        let kind: &[(&str, &str)] = match name {
            "SUPF" => &[
                ("CANSN", "10"),
                ("CADSN", "2"),
                ("UNIST", ""),
                ("AV1SR", ""),
            ],
            _ => &[("CANSN", "80"), ("UNIST", ""), ("AV1ST", "")],
        };
        let fields: Vec<_> = [&[("DIPCP", label.as_str())], kind].concat();
        text += &record("ATT", &format!("{name}_id"), &fields);
    }
    for (name, kind) in [("ARC", "ARC"), ("FAC", "FAC")] {
        let mut id = String::new();
        write!(id, "ID_S_PRI_{name}").expect("a string");
        text += &record("PGE", &id, &[("KNDSA", kind)]);
    }
    text + &record(
        "REL",
        "ID_S_RCO_FAC_GCHE",
        &[("KNDSA", "LPO"), ("SCCSN", "2")],
    )
}
