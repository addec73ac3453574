//! What repairs did.

use super::Words;
use super::alone::reason;
use super::measures::{metres, square_metres};
use crate::model::{Finding, Severity};
use crate::store::checks::{Astray, Fault};

impl Words<'_> {
    pub(in crate::ingest::checks) fn made_valid(&self, fault: &Fault) -> Finding {
        let (reason, _) = reason(fault.what.as_deref().unwrap_or_default());
        let message = format!(
            "{} était invalide ({reason}) : géométrie rendue valide, {} avant et {} après",
            self.subject(&fault.of),
            square_metres(fault.measure),
            square_metres(fault.extent),
        );
        self.repair("validity", fault, message)
    }

    pub(in crate::ingest::checks) fn copy_removed(&self, fault: &Fault) -> Finding {
        let message = format!(
            "L’objet {}, copie exacte de l’objet {}, est retiré",
            self.number(&fault.of),
            fault
                .other
                .as_ref()
                .map(|other| self.number(other))
                .unwrap_or_default(),
        );
        self.repair("duplicate", fault, message)
    }

    pub(in crate::ingest::checks) fn sliver_dropped(&self, fault: &Fault) -> Finding {
        let who = self.called(&fault.of);
        let area = square_metres(fault.measure);
        let message = match fault.what.as_deref() {
            None | Some("1") => format!("Une partie filiforme de {who} est retirée ({area})"),
            Some(many) => {
                format!("{many} parties filiformes de {who} sont retirées ({area} en tout)")
            }
        };
        self.repair("sliver", fault, message)
    }

    pub(in crate::ingest::checks) fn snapped(&self, fault: &Fault) -> Finding {
        self.apart(fault, "ses sommets sont accrochés à la limite voisine")
    }

    pub(in crate::ingest::checks) fn overlap_cut(&self, fault: &Fault) -> Finding {
        self.apart(fault, "cette partie lui est retirée")
    }

    /// An overlap that is no more, and how it was ended.
    fn apart(&self, fault: &Fault, how: &str) -> Finding {
        let other = fault.other.as_ref().map(|other| self.called(other));
        let message = format!(
            "{} chevauchait {} de {} : {how}",
            self.subject(&fault.of),
            other.unwrap_or_default(),
            square_metres(fault.measure),
        );
        self.repair("overlap", fault, message)
    }

    pub(in crate::ingest::checks) fn gap_filled(&self, fault: &Fault) -> Finding {
        let who = self.called(&fault.of);
        let place = match &fault.other {
            Some(other) => format!("entre {who} et {}", self.called(other)),
            None => format!("au bord de {who}"),
        };
        let message = format!(
            "Un vide de {} {place} est comblé : {} s’étend jusque-là",
            square_metres(fault.measure),
            self.subject(&fault.of),
        );
        self.repair("gap", fault, message)
    }

    pub(in crate::ingest::checks) fn spike_trimmed(&self, fault: &Fault) -> Finding {
        let who = self.called(&fault.of);
        let message = match fault.what.as_deref() {
            None | Some("1") => format!("Une pointe de {who} est retirée"),
            Some(many) => format!("{many} pointes de {who} sont retirées"),
        };
        self.repair("spike", fault, message)
    }

    pub(in crate::ingest::checks) fn unrepeated(&self, fault: &Fault) -> Finding {
        let who = self.called(&fault.of);
        let message = match fault.what.as_deref() {
            None | Some("1") => format!("Un sommet répété de {who} est retiré"),
            Some(many) => format!("{many} sommets répétés de {who} sont retirés"),
        };
        self.repair("vertices", fault, message)
    }

    fn repair(&self, rule: &str, fault: &Fault, message: String) -> Finding {
        self.finding(Severity::Repair, rule, fault, message)
            .advising("Reportez cette correction dans votre fichier d’origine.")
    }

    pub(in crate::ingest::checks) fn astray(&self, astray: &Astray) -> Finding {
        let which = if astray.far == astray.all {
            "Les objets sont".to_owned()
        } else {
            format!("{} objets sur {} sont", astray.far, astray.all)
        };
        let far = if astray.distance_m < 1e7 {
            format!("à {} du territoire", metres(Some(astray.distance_m)))
        } else {
            "très loin du territoire".to_owned()
        };
        let why = match astray.meant {
            Some(_) => "le système de coordonnées n’est pas le bon",
            None => {
                "le système de coordonnées n’est pas le bon, ou la donnée est d’un autre territoire"
            }
        };
        let message = format!("{which} {far} : {why}");
        let advice = match astray.meant {
            Some((srid, false)) => format!(
                "Lues en EPSG:{0}, les coordonnées tombent dans le territoire : livrez de nouveau \
                 avec --crs EPSG:{0}.",
                srid.0
            ),
            Some((srid, true)) => format!(
                "Lues en EPSG:{} avec les deux axes échangés, les coordonnées tombent dans le \
                 territoire : exportez de nouveau le fichier avec x (longitude) avant y (latitude).",
                srid.0
            ),
            None => "Vérifiez le système de coordonnées du fichier, et que c’est bien le bon \
                     fichier."
                .to_owned(),
        };
        Finding::new(Severity::Error, "outside", message).advising(advice)
    }
}
