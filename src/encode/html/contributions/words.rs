//! French words of states, severities and rules.

use crate::model::{Contribution, Severity, Stage, State};

/// A word, and the class of the style sheet that goes with it.
pub type Badge = (&'static str, &'static str);

/// How far a contribution has come.
pub fn stage(contribution: &Contribution) -> Badge {
    if contribution.publisher.is_some() {
        return ("publication en cours", "busy");
    }
    match contribution.stage {
        Stage::Received => ("en attente de lecture", "busy"),
        Stage::Checked => ("comparaison en cours", "busy"),
        Stage::Compared => ("prêt à publier", "ready"),
        Stage::Published => ("publié", "good"),
        Stage::Unchanged => ("déjà publié", "good"),
        Stage::Rejected => ("refusé", "bad"),
        Stage::Asked => ("question en attente", "warn"),
        Stage::Withdrawn => ("retiré", "none"),
    }
}

/// What became of a delivery for one collection.
pub fn state(state: State) -> Badge {
    match state {
        State::Published => ("publié", "good"),
        State::Unchanged => ("déjà publié", "good"),
        State::Rejected => ("refusé", "bad"),
        State::Asked => ("question en attente", "warn"),
        State::Checked => ("contrôlé", "ready"),
    }
}

/// How much a finding weighs: one, several.
pub fn severity(severity: Severity) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Error => ("erreur", "erreurs", "error"),
        Severity::Repair => ("réparation", "réparations", "repair"),
        Severity::Warning => ("avertissement", "avertissements", "warning"),
    }
}

/// What a rule is about; a rule that is not known here keeps its name.
pub fn rule(name: &str) -> &str {
    match name {
        "required" => "Valeur manquante",
        "type" => "Valeur d’un autre type",
        "domain" => "Valeur hors de la liste",
        "pattern" => "Valeur d’une autre forme",
        "unique" => "Identifiant en double",
        "empty" => "Sans objet ou sans géométrie",
        "emptied" => "Champ vidé",
        "geometry_type" => "Nature de la géométrie",
        "validity" => "Géométrie invalide",
        "duplicate" => "Géométrie en double",
        "sliver" => "Surface trop étroite",
        "overlap" => "Recouvrement",
        "spike" => "Pointe",
        "vertices" => "Sommets répétés",
        "gap" => "Vide entre objets",
        "inside" => "Hors de la commune",
        "reference" => "Référence introuvable",
        "threshold" => "Changement massif",
        "piece" => "Pièce écrite",
        "reach" => "Droit d’écriture",
        "scope" => "Périmètre",
        "crs" => "Système de coordonnées",
        "encoding" => "Encodage des textes",
        "map" => "Colonnes",
        "heading" => "Ligne d’en-têtes",
        "format" => "Format du fichier",
        "damaged" => "Fichier endommagé",
        "archive" => "Archive",
        "limit" => "Limite dépassée",
        "unexpected" => "Fichier inattendu",
        "ignored" => "Contenu ignoré",
        "exchange" => "Échange EDIGEO",
        "document" => "Document d’urbanisme",
        "standard" => "Écart au standard",
        "geometry" => "Géométrie",
        "position" => "Position illisible",
        "address" => "Adresse introuvable",
        "outside" => "Loin du territoire",
        "spaces" => "Espaces superflus",
        "snap" => "Accrochage",
        "text" => "Texte coupé",
        other => other,
    }
}

/// Options of the command line, and what the pages call them.
const OPTIONS: [(&str, &str); 8] = [
    ("--repair", "option « Réparer »"),
    ("--layer", "option « Couche du fichier »"),
    ("--crs", "option « Système de coordonnées »"),
    ("--encoding", "option « Encodage des textes »"),
    ("--scope", "option « Périmètre livré »"),
    ("--map", "option « Colonnes et champs »"),
    ("--accept", "option « Accepter »"),
    ("--to", "option « Collection »"),
];

/// What is said of a delivery, without the options of a command line that readers of a page do not
/// have.
pub fn plain(text: impl AsRef<str>) -> String {
    let mut plain = text.as_ref().to_owned();
    for (option, name) in OPTIONS {
        while let Some(at) = plain.find(option) {
            let before = plain[..at].trim_end();
            // Articles: « sans --scope », « indiqué par --crs », at the head of a sentence.
            let article = match before.chars().last() {
                None | Some('.') => "L’",
                _ => "l’",
            };
            plain.replace_range(at..at + option.len(), &format!("{article}{name}"));
        }
    }
    plain
}

/// Bytes as people read them.
pub fn bytes(bytes: i64) -> String {
    let units = ["octets", "Ko", "Mo", "Go"];
    let mut amount = bytes as f64;
    let mut unit = 0;
    while amount >= 1000.0 && unit < units.len() - 1 {
        amount /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && amount < 100.0);
    format!(
        "{}\u{a0}{}",
        super::super::french::rounded(amount, decimals),
        units[unit]
    )
}

#[cfg(test)]
mod tests {
    use super::{plain, rule};

    #[test]
    fn rules_have_titles() {
        for name in ["spike", "heading", "vertices"] {
            assert_ne!(rule(name), name);
        }
    }

    #[test]
    fn pages_name_options_as_they_show_them() {
        for (said, shown) in [
            (
                "--repair le corrigerait.",
                "L’option « Réparer » le corrigerait.",
            ),
            (
                "Vérifiez les accents ; --encoding impose un encodage.",
                "Vérifiez les accents ; l’option « Encodage des textes » impose un encodage.",
            ),
            (
                "Livrez sans --scope.",
                "Livrez sans l’option « Périmètre livré ».",
            ),
            ("Rien à dire -- ni à faire.", "Rien à dire -- ni à faire."),
        ] {
            assert_eq!(plain(said), shown);
        }
    }
}
