//! Names of files as strangers' programs send them.

/// Longest name kept, in bytes; longest part of one, which file systems allow.
const LONGEST: usize = 1_000;
const LONGEST_PART: usize = 200;

/// A name under which a file may lie in a folder of ours: the folders that it was sent with stay,
/// whatever leads out of them goes, and so do characters that terminals and file systems take for
/// something else. Never empty.
pub fn tame(name: &str) -> String {
    let tamed = |c: char| {
        if c.is_control() || "<>:\"|?*".contains(c) {
            '_'
        } else {
            c
        }
    };
    let parts: Vec<String> = name
        .split(['/', '\\'])
        .map(|part| part.trim().trim_end_matches('.'))
        .filter(|part| !part.is_empty())
        .map(|part| cut(&part.chars().map(tamed).collect::<String>(), LONGEST_PART))
        .collect();
    let joined = parts.join("/");
    match parts.last() {
        None => "fichier".to_owned(),
        Some(last) if joined.len() > LONGEST => last.clone(),
        Some(_) => joined,
    }
}

/// The end of a name that is too long is its extension, which says what the file is.
fn cut(part: &str, longest: usize) -> String {
    if part.len() <= longest {
        return part.to_owned();
    }
    let from = (part.len() - longest..).find(|at| part.is_char_boundary(*at));
    part[from.unwrap_or(0)..].to_owned()
}

/// The same name with a number before its extension, for the second file of that name.
pub fn numbered(name: &str, number: usize) -> String {
    let (folder, file) = match name.rsplit_once('/') {
        Some((folder, file)) => (format!("{folder}/"), file),
        None => (String::new(), name),
    };
    match file.split_once('.') {
        Some((stem, rest)) if !stem.is_empty() => format!("{folder}{stem}-{number}.{rest}"),
        _ => format!("{folder}{file}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{numbered, tame};

    #[test]
    fn names_lead_nowhere() {
        for (sent, kept) in [
            ("parcelles.zip", "parcelles.zip"),
            ("../../etc/passwd", "etc/passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            (
                "C:\\Users\\moi\\Mes données\\é.shp",
                "C_/Users/moi/Mes données/é.shp",
            ),
            ("/vsicurl/http://x/a.zip", "vsicurl/http_/x/a.zip"),
            ("a\0b\r\n.csv", "a_b__.csv"),
            ("", "fichier"),
            ("...", "fichier"),
            (" . / .. ", "fichier"),
            ("lot/AB01.thf", "lot/AB01.thf"),
        ] {
            assert_eq!(tame(sent), kept, "{sent:?}");
        }
        let long = format!("{}.gpkg", "é".repeat(500));
        assert!(tame(&long).len() <= 200 && tame(&long).ends_with("é.gpkg"));
        let deep = "dossier/".repeat(300) + "a.shp";
        assert_eq!(tame(&deep), "a.shp");
    }

    #[test]
    fn a_second_file_of_a_name_gets_a_number() {
        assert_eq!(numbered("lot/a.shp.xml", 2), "lot/a-2.shp.xml");
        assert_eq!(numbered("a", 2), "a-2");
        assert_eq!(numbered(".cpg", 3), ".cpg-3");
    }
}
