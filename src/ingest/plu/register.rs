//! Codes of the CNIG's registers (PrescriptionUrbaType, InformationUrbaType) and of older standards:
//! which sub-codes go with a type, what former codes became.

/// Types of prescriptions and their sub-codes. Types of later years are not listed: whatever comes
/// with them is left alone.
const PRESCRIPTIONS: [(&str, &str); 48] = [
    ("01", "00 01 02 03"),
    ("02", "00 01 02"),
    ("03", "00 01 02"),
    ("04", "00"),
    ("05", "00 01 02 03 04 05 06 07"),
    ("07", "00 01 02 03 04 05"),
    ("08", "00"),
    ("13", "00"),
    ("14", "00"),
    ("15", "00 01 02 03 98"),
    ("16", "00 01 02 03 04 05"),
    ("17", "00"),
    ("18", "00 01 02 03 04 05 06 07 08 09 10 11"),
    ("19", "00"),
    ("20", "00"),
    ("22", "00 01 02 03 04"),
    ("23", "00"),
    ("24", "00 01 02 03 04"),
    ("25", "00"),
    ("26", "00 01"),
    ("27", "00"),
    ("28", "00 01"),
    ("29", "00 01"),
    ("30", "00 01 02 03 04"),
    ("31", "00 01 02 03 04 05 06 07 08"),
    ("32", "00"),
    ("33", "00"),
    ("34", "00"),
    ("35", "00"),
    ("36", "00"),
    ("37", "00 01 02"),
    ("38", "00 01 02 97 98"),
    ("39", "00 01 02 97 98"),
    ("40", "00 01 02 97 98"),
    ("41", "00 01 02 03 98"),
    ("42", "00"),
    ("43", "00 01 02 03"),
    ("44", "00 01 02 03 04 05 98"),
    ("45", "00"),
    ("46", "00"),
    ("47", "00 01 02 03 04 05"),
    ("48", "00 01"),
    ("49", "00 01 02"),
    ("50", "00"),
    ("51", "00"),
    ("52", "00"),
    ("97", "00 01"),
    ("99", "00 01 02 03 04 05 06 07 08 09 10"),
];

/// Types of information with several sub-codes.
const INFORMATIONS: [(&str, &str); 4] = [
    ("04", "00 01"),
    ("19", "01 02"),
    ("40", "01 02"),
    ("99", "00 01 02"),
];

/// Types of information that have no sub-code but `00`.
const PLAIN_INFORMATIONS: &str = "02 03 05 07 08 09 10 11 12 13 14 16 17 20 21 22 23 25 27 30 31 \
                                  32 33 34 35 36 37 38 39 97 98";

/// Whether the register has that couple; none when it is not known here for that type.
pub fn prescription(kind: &str, sub: &str) -> Option<bool> {
    let (_, subs) = PRESCRIPTIONS.iter().find(|(known, _)| *known == kind)?;
    Some(subs.split(' ').any(|known| known == sub))
}

/// See [`prescription`].
pub fn information(kind: &str, sub: &str) -> Option<bool> {
    if let Some((_, subs)) = INFORMATIONS.iter().find(|(known, _)| *known == kind) {
        return Some(subs.split(' ').any(|known| known == sub));
    }
    let known = PLAIN_INFORMATIONS.split(' ').any(|known| known == kind);
    known.then_some(sub == "00")
}

/// What a former code of prescription became (standards of 2013 and 2014): type and sub-code.
pub fn former_prescription(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "09" => ("05", "05"),
        "10" | "21" => ("05", "06"),
        "11" => ("15", "00"),
        "12" => ("05", "07"),
        _ => return None,
    })
}

/// Codes of information of former standards, which the register no longer has: what it says of
/// them.
pub fn former_information(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "01" => "le site patrimonial remarquable est désormais une servitude (AC4)",
        "06" => "le permis de démolir est désormais la prescription 03",
        "15" => "la zone agricole protégée est désormais une servitude (A9)",
        "18" => "les espaces à préserver sont désormais la prescription 31",
        "24" => "le document d’aménagement commercial est désormais la prescription 18",
        "26" => "le périmètre de lotissement est abrogé",
        "28" | "29" => "la majoration des volumes est désormais la prescription 30",
        _ => return None,
    })
}

/// The form that a dominant vocation of 2013 or 2014 (`DESTDOMI`, two digits) is today
/// (`FORMDOMI`, four digits).
pub fn form(vocation: &str) -> Option<&'static str> {
    Some(match vocation {
        "00" => "0000",
        "01" => "0100",
        "02" => "0200",
        "03" => "0300",
        "04" => "0400",
        "05" => "0500",
        "07" => "0700",
        "08" => "0800",
        "09" => "0901",
        "10" => "0902",
        "99" => "9900",
        _ => return None,
    })
}

/// A type of zone as the standard writes it (`AUc`), whatever the case.
pub fn zone(kind: &str) -> Option<&'static str> {
    ["U", "AUc", "AUs", "A", "N"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(kind))
}

/// What to do with a type of zone of former standards or habits.
pub fn zone_advice(kind: &str) -> Option<&'static str> {
    Some(match kind.to_uppercase().as_str() {
        "AU" | "1AU" | "2AU" | "NA" => {
            "Depuis le standard de 2013, une zone à urbaniser est AUc (ouverte) ou AUs (bloquée) : \
             dites laquelle dans TYPEZONE, et gardez « AU » dans LIBELLE."
        }
        "AH" | "NH" | "ND" | "AD" => {
            "Les types Ah, Nh et Nd ont quitté le standard en 2014 : dites A ou N dans TYPEZONE, \
             gardez le nom de la zone dans LIBELLE, et décrivez un STECAL par une prescription 16-03."
        }
        "UA" | "UB" | "UC" | "UD" | "UE" => "Dites U dans TYPEZONE, et gardez le nom dans LIBELLE.",
        "NB" | "NC" => "Les zones d’un POS se disent U, AUc, AUs, A ou N dans TYPEZONE.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn couples_are_those_of_the_register() {
        assert_eq!(prescription("05", "07"), Some(true));
        assert_eq!(prescription("04", "99"), Some(false));
        assert_eq!(prescription("56", "01"), None);
        assert_eq!(information("04", "01"), Some(true));
        assert_eq!(information("04", "99"), Some(false));
        assert_eq!(information("16", "00"), Some(true));
        assert_eq!(information("16", "01"), Some(false));
        assert_eq!(information("44", "03"), None);
    }

    #[test]
    fn what_former_codes_became_is_in_the_register() {
        for kind in ["09", "10", "11", "12", "21"] {
            let (kind, sub) = former_prescription(kind).expect("a former code");
            assert_eq!(prescription(kind, sub), Some(true), "{kind}-{sub}");
        }
        assert_eq!(zone("AUC"), Some("AUc"));
        assert_eq!(zone("Nh"), None);
        assert!(zone_advice("Nh").is_some_and(|advice| advice.contains("16-03")));
    }
}
