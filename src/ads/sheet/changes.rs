//! What changed between two days: rules added, removed, or with another share or wording.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

/// Areas and lengths that differ by less are the same.
const SAME: f64 = 0.15;

/// Fields that say how a rule is stored, not what it is.
const STORED: [&str; 4] = ["fid", "part", "surface", "longueur"];

/// The changes of a layer, from what it said on the earlier day to what it says on the later one;
/// null where it said nothing on one of them.
pub(super) fn between(before: &Json, after: &Json) -> Json {
    let member = if after["zones"].is_array() || before["zones"].is_array() {
        "zones"
    } else {
        "croisements"
    };
    let (Some(before), Some(after)) = (before[member].as_array(), after[member].as_array()) else {
        return Json::Null;
    };
    let (mut old, mut new) = (named(before), named(after));
    let (mut added, mut removed, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    let names: Vec<String> = old.keys().chain(new.keys()).cloned().collect();
    for name in names {
        let (was, is) = (
            old.remove(&name).unwrap_or_default(),
            new.remove(&name).unwrap_or_default(),
        );
        for (was, is) in was.iter().zip(&is) {
            let fields = differing(was, is);
            if !fields.is_empty() {
                changed.push(json!({"avant": was, "apres": is, "champs": fields}));
            }
        }
        removed.extend(was.iter().skip(is.len()).cloned());
        added.extend(is.iter().skip(was.len()).cloned());
    }
    json!({"ajoutes": added, "retires": removed, "modifies": changed})
}

/// Rules by what names them, the largest of a name first. A publication gives a rule without a key
/// a number of its own, whatever remains of the one before.
fn named(list: &[Json]) -> BTreeMap<String, Vec<&Json>> {
    let mut named: BTreeMap<String, Vec<&Json>> = BTreeMap::new();
    for rule in list {
        let parts = [
            "partition",
            "idass",
            "typepsc",
            "stypepsc",
            "typeinf",
            "stypeinf",
        ];
        let mut name: Vec<&str> = Vec::new();
        // The partition of a zone is its document's, and says nothing more.
        if rule["idass"].is_string() {
            name.extend(parts[..2].iter().filter_map(|part| rule[*part].as_str()));
        } else {
            name.extend(parts[2..].iter().filter_map(|part| rule[*part].as_str()));
            name.extend(rule["libelle"].as_str());
        }
        named.entry(name.join("|")).or_default().push(rule);
    }
    for rules in named.values_mut() {
        rules.sort_by(|a, b| measure(b).total_cmp(&measure(a)));
    }
    named
}

fn measure(rule: &Json) -> f64 {
    rule["surface"]
        .as_f64()
        .or_else(|| rule["longueur"].as_f64())
        .unwrap_or(0.0)
}

fn differing(was: &Json, is: &Json) -> Vec<String> {
    let nothing = Map::new();
    let (was_fields, is_fields) = (
        was.as_object().unwrap_or(&nothing),
        is.as_object().unwrap_or(&nothing),
    );
    let mut fields: Vec<String> = was_fields
        .keys()
        .chain(is_fields.keys())
        .filter(|name| !STORED.contains(&name.as_str()) && was[*name] != is[*name])
        .cloned()
        .collect();
    if (measure(was) - measure(is)).abs() >= SAME {
        fields.push(
            if is["longueur"].is_number() {
                "longueur"
            } else {
                "surface"
            }
            .to_owned(),
        );
    }
    fields.sort();
    fields.dedup();
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_what_went_and_what_moved() {
        let before = json!({"zones": [
            {"libelle": "UMa", "fid": 1, "surface": 300.0, "idurba": "A"},
            {"libelle": "N", "fid": 2, "surface": 100.0, "idurba": "A"},
            {"libelle": "Ad", "fid": 3, "surface": 50.0, "idurba": "A"},
        ]});
        let after = json!({"zones": [
            {"libelle": "UMa", "fid": 11, "surface": 200.0, "idurba": "A"},
            {"libelle": "UMb", "fid": 12, "surface": 200.0, "idurba": "A"},
            {"libelle": "Ad", "fid": 13, "surface": 50.1, "idurba": "A"},
        ]});
        let changes = between(&before, &after);
        assert_eq!(changes["ajoutes"][0]["libelle"], "UMb");
        assert_eq!(changes["retires"][0]["libelle"], "N");
        assert_eq!(changes["modifies"].as_array().map(Vec::len), Some(1));
        assert_eq!(changes["modifies"][0]["champs"], json!(["surface"]));
        assert_eq!(
            between(&before, &before),
            json!({"ajoutes": [], "retires": [], "modifies": []})
        );
        assert_eq!(between(&Json::Null, &after), Json::Null);
    }

    #[test]
    fn servitudes_are_those_of_their_key_and_rules_of_their_kind() {
        let one = json!({"croisements": [{"partition": "P", "idass": "1", "nomsup": "a", "surface": 9.0}]});
        let other = json!({"croisements": [{"partition": "P", "idass": "1", "nomsup": "b", "surface": 9.0}]});
        assert_eq!(
            between(&one, &other)["modifies"][0]["champs"],
            json!(["nomsup"])
        );
        let wood = json!({"croisements": [{"typepsc": "01", "libelle": "x", "present": true}]});
        let tree = json!({"croisements": [{"typepsc": "07", "libelle": "x", "present": true}]});
        let changes = between(&wood, &tree);
        assert_eq!(changes["ajoutes"].as_array().map(Vec::len), Some(1));
        assert_eq!(changes["retires"].as_array().map(Vec::len), Some(1));
    }
}
