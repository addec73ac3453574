//! Streets as people write them.

use crate::ingest::fold::fold;

/// What people abbreviate, and what it stands for (the usual ones of postal addresses, NF Z 10-011).
const ABBREVIATIONS: [(&str, &str); 40] = [
    ("all", "allee"),
    ("av", "avenue"),
    ("ave", "avenue"),
    ("bd", "boulevard"),
    ("bld", "boulevard"),
    ("boul", "boulevard"),
    ("blvd", "boulevard"),
    ("carr", "carrefour"),
    ("ch", "chemin"),
    ("che", "chemin"),
    ("chem", "chemin"),
    ("crs", "cours"),
    ("esp", "esplanade"),
    ("fg", "faubourg"),
    ("fbg", "faubourg"),
    ("ham", "hameau"),
    ("imp", "impasse"),
    ("ld", "lieudit"),
    ("lot", "lotissement"),
    ("pass", "passage"),
    ("pl", "place"),
    ("prom", "promenade"),
    ("q", "quai"),
    ("qu", "quai"),
    ("r", "rue"),
    ("res", "residence"),
    ("rpt", "rondpoint"),
    ("rte", "route"),
    ("sent", "sentier"),
    ("sq", "square"),
    ("ven", "venelle"),
    ("cdt", "commandant"),
    ("col", "colonel"),
    ("dr", "docteur"),
    ("gal", "general"),
    ("mal", "marechal"),
    ("pdt", "president"),
    ("prof", "professeur"),
    ("st", "saint"),
    ("ste", "sainte"),
];

/// Words that people leave out or add.
const ARTICLES: [&str; 10] = ["de", "du", "des", "la", "le", "les", "l", "d", "a", "au"];

/// What two writings of one street's name have in common.
pub fn key(street: &str) -> String {
    let words = street.split(|letter: char| !letter.is_alphanumeric());
    let mut key = String::new();
    for (place, word) in words.map(fold).filter(|word| !word.is_empty()).enumerate() {
        if ARTICLES.contains(&word.as_str()) && place > 0 {
            continue;
        }
        let whole = ABBREVIATIONS.iter().find(|(short, _)| *short == word);
        key.push_str(whole.map_or(word.as_str(), |(_, whole)| whole));
    }
    key
}
