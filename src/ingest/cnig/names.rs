//! Names of the CNIG's folders and tables, in every standard since 2013 and in any case: what a
//! table is called stands between a prefix and a suffix that name a place, a category or a date.

use chrono::NaiveDate;

use crate::ingest::rows;

/// Tables of a planning document; the last ones are known and not read.
pub const PLU: [&str; 15] = [
    "DOC_URBA_COM",
    "DOC_URBA",
    "ZONE_URBA",
    "PRESCRIPTION_SURF",
    "PRESCRIPTION_LIN",
    "PRESCRIPTION_PCT",
    "INFO_SURF",
    "INFO_LIN",
    "INFO_PCT",
    "HABILLAGE_SURF",
    "HABILLAGE_LIN",
    "HABILLAGE_PCT",
    "HABILLAGE_TXT",
    "TITRES_PIECES_ECRITES",
    "SECTEUR_CC",
];

/// Tables of an easement's partition.
pub const SUP: [&str; 10] = [
    "SERVITUDE_ACTE_SUP",
    "ACTE_SUP",
    "GESTIONNAIRE_SUP",
    "GENERATEUR_SUP_S",
    "GENERATEUR_SUP_L",
    "GENERATEUR_SUP_P",
    "ASSIETTE_SUP_S",
    "ASSIETTE_SUP_L",
    "ASSIETTE_SUP_P",
    "SERVITUDE",
];

/// The table of that name, among those: `30014_ZONE_URBA_20171013`, `PM3_ASSIETTE_SUP_S_028`,
/// `zone_urba`. Around it stand only names of places, dates and categories, so that a copy put
/// aside is no table.
pub fn table(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let name = name.to_uppercase();
    known.iter().copied().find(|table| {
        name.match_indices(table).any(|(at, _)| {
            let (before, after) = (&name[..at], &name[at + table.len()..]);
            (before.is_empty() || before.ends_with('_'))
                && (after.is_empty() || after.starts_with('_'))
                && [before, after].iter().all(|around| {
                    let tokens = around.split('_').filter(|token| !token.is_empty());
                    tokens.into_iter().all(is_around)
                })
        })
    })
}

/// The category that a table's name bears: `PM3_ASSIETTE_SUP_S_028` → `pm3`.
pub fn category(name: &str) -> Option<String> {
    let name = name.to_uppercase();
    let found = name.split('_').find(|token| is_category(token));
    found.map(str::to_lowercase)
}

fn is_around(token: &str) -> bool {
    let code = |token: &str| {
        token
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'A' || b == b'B')
            && token.bytes().filter(u8::is_ascii_digit).count() + 1 >= token.len()
    };
    let letter = token.len() == 1 && token.bytes().all(|b| b.is_ascii_uppercase());
    letter || (matches!(token.len(), 2 | 3 | 5 | 8 | 9) && code(token)) || is_category(token)
}

/// A category of easement: letters, then at most two digits (`AC1`, `EL11`, `I4`, `INT1`, `A8BIS`).
pub fn is_category(token: &str) -> bool {
    let bare = token.strip_suffix("BIS").unwrap_or(token);
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = bare.len() - digits.len();
    (1..=4).contains(&letters)
        && (1..=2).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A planning document, as its folder is named: `30014_PLU_20171013`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentName {
    /// INSEE code or SIREN of who made it.
    pub code: String,
    /// Kind, in capitals: `PLU`, `PLUI`, `POS`, `CC`, `PSMV`.
    pub kind: String,
    /// Day of approval, `YYYYMMDD`.
    pub date: String,
    /// What follows, for a part of a document.
    pub part: Option<String>,
}

impl DocumentName {
    /// The document that a name says: of a folder, of an archive, or an `idurba`.
    pub fn read(name: &str) -> Option<Self> {
        let bare = name.split('.').next().unwrap_or(name).to_uppercase();
        let mut tokens = bare.split('_');
        let (code, kind, date) = (tokens.next()?, tokens.next()?, tokens.next()?);
        let part = tokens.next().map(str::to_owned);
        let kinds = ["PLU", "PLUI", "PLUM", "PLUS", "POS", "CC", "PSMV"];
        let named = is_owner(code) && kinds.contains(&kind) && rows::day(date).is_some();
        (named && tokens.next().is_none()).then(|| Self {
            code: code.to_owned(),
            kind: kind.to_owned(),
            date: date.to_owned(),
            part,
        })
    }

    /// The document's identifier, as the standard builds it.
    pub fn idurba(&self) -> String {
        let part = self.part.as_ref().map(|part| format!("_{part}"));
        let (code, kind, date) = (&self.code, &self.kind, &self.date);
        format!("{code}_{kind}_{date}{}", part.unwrap_or_default())
    }

    /// The day of approval.
    pub fn day(&self) -> Option<NaiveDate> {
        rows::day(&self.date)
    }

    /// Whether it is a commune's own: known by an INSEE code, not by a SIREN.
    pub fn is_communal(&self) -> bool {
        self.code.len() == 5
    }

    /// The partition of the Géoportail de l'urbanisme.
    pub fn partition(&self) -> String {
        let head = if self.kind == "PSMV" { "PSMV" } else { "DU" };
        format!("{head}_{}", self.code)
    }
}

/// An INSEE code or a SIREN.
fn is_owner(code: &str) -> bool {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    let insee = code.parse::<crate::model::Insee>().is_ok();
    insee || (code.len() == 9 && digits)
}

/// The partition that a folder of easements names, the date left out:
/// `110068012_PM3_28_20161104` → `110068012_PM3_28`.
pub fn partition(name: &str) -> Option<String> {
    let bare = name.split('.').next().unwrap_or(name);
    let mut tokens: Vec<&str> = bare.split('_').filter(|token| !token.is_empty()).collect();
    if tokens.last().is_some_and(|last| rows::day(last).is_some()) {
        tokens.pop();
    }
    let [manager, rest @ ..] = tokens.as_slice() else {
        return None;
    };
    let siren = manager.len() == 9 && manager.bytes().all(|b| b.is_ascii_digit());
    let named = rest.iter().any(|token| is_category(&token.to_uppercase()));
    (siren && named && rest.len() >= 2).then(|| tokens.join("_").to_uppercase())
}

/// The names by which a file of a delivery may say what it belongs to: its folders, the innermost
/// first, and the archive's.
pub fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.split(['/', '\\']).rev().skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_known_in_every_spelling() {
        for (name, expected) in [
            ("30014_ZONE_URBA_20171013", Some("ZONE_URBA")),
            ("zone_urba", Some("ZONE_URBA")),
            ("ZONE_URBA_30014_030", Some("ZONE_URBA")),
            ("241800432_DOC_URBA_COM_20200128", Some("DOC_URBA_COM")),
            ("30014_DOC_URBA_20171013", Some("DOC_URBA")),
            ("Prescription_Surf_2A004", Some("PRESCRIPTION_SURF")),
            ("244400404_INFO_PCT_20190405_A", Some("INFO_PCT")),
            ("ancien_ZONE_URBA", None),
            ("ZONE_URBA_sauvegarde", None),
            ("MA_ZONE_URBANISEE", None),
            ("communes", None),
        ] {
            assert_eq!(table(name, &PLU), expected, "{name}");
        }
        for (name, expected) in [
            ("PM3_ASSIETTE_SUP_S_028", Some("ASSIETTE_SUP_S")),
            ("INT1_GENERATEUR_SUP_S", Some("GENERATEUR_SUP_S")),
            ("SERVITUDE_ACTE_SUP_028", Some("SERVITUDE_ACTE_SUP")),
            ("AC1_servitude_acte_sup", Some("SERVITUDE_ACTE_SUP")),
            ("PM3_SERVITUDE_028", Some("SERVITUDE")),
            ("servitudes", None),
        ] {
            assert_eq!(table(name, &SUP), expected, "{name}");
        }
        assert_eq!(category("PM3_ASSIETTE_SUP_S_028").as_deref(), Some("pm3"));
        assert_eq!(category("ASSIETTE_SUP_S_028"), None);
    }

    #[test]
    fn folders_name_documents_and_partitions() {
        let read = |name: &str| DocumentName::read(name).map(|document| document.idurba());
        for (name, idurba) in [
            ("30014_PLU_20171013", "30014_PLU_20171013"),
            ("241800432_PLUi_20200128", "241800432_PLUI_20200128"),
            ("2A004_PLU_20190405_B.zip", "2A004_PLU_20190405_B"),
            ("44109_psmv_20200101", "44109_PSMV_20200101"),
        ] {
            assert_eq!(read(name).as_deref(), Some(idurba), "{name}");
        }
        for name in [
            "",
            "30014_PLU",
            "30014_PLU_20171399",
            "plan_PLU_20171013",
            "Donnees_geo",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
        for (name, expected) in [
            ("110068012_PM3_28_20161104", Some("110068012_PM3_28")),
            (
                "213000896_INT1_83044_20160130.zip",
                Some("213000896_INT1_83044"),
            ),
            ("110068012_pm3_28", Some("110068012_PM3_28")),
            ("30014_PLU_20171013", None),
            ("Donnees_geographiques", None),
        ] {
            assert_eq!(partition(name).as_deref(), expected, "{name}");
        }
        let names: Vec<_> =
            folders("a.zip/30014_PLU_20171013/Donnees_geographiques/z.shp").collect();
        assert_eq!(
            names,
            ["Donnees_geographiques", "30014_PLU_20171013", "a.zip"]
        );
    }
}
