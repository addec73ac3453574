//! What a delivery would erase.

use crate::catalogue::Field;
use crate::model::{Finding, Severity};

/// A field that no delivered feature fills, and that `values` published ones do.
pub(in crate::ingest::checks) fn emptied(field: &Field, values: i64) -> Finding {
    let erased = if values == 1 {
        "1 valeur publiée sera effacée".to_owned()
    } else {
        format!("{values} valeurs publiées seront effacées")
    };
    Finding::new(
        Severity::Warning,
        "emptied",
        format!("Aucun objet ne remplit « {} » : {erased}", field.title),
    )
    .about(&field.name, None)
    .advising(format!(
        "Ajoutez la colonne si elle manque, ou indiquez --map colonne={}.",
        field.name
    ))
}
