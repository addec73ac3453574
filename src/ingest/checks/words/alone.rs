//! Each feature by itself.

use super::Words;
use super::measures::{metres, square_metres};
use crate::catalogue::{GeometryType, Scope};
use crate::model::{Finding, Severity};
use crate::store::checks::Fault;

impl Words<'_> {
    pub(in crate::ingest::checks) fn empty(&self, fault: &Fault) -> Finding {
        let who = self.subject(&fault.of);
        let (message, advice) = match fault.what.as_deref() {
            Some("Polygon") => (
                format!("{who} a une surface nulle"),
                "Supprimez cet objet ou redessinez son contour.",
            ),
            Some("LineString") => (
                format!("{who} a une longueur nulle"),
                "Supprimez cet objet ou redessinez son tracé.",
            ),
            _ => (
                format!("{who} n’a pas de géométrie"),
                "Donnez-lui sa place (un dessin, des coordonnées ou une adresse) ou supprimez la ligne ; sans \
                 géométrie il n’apparaît sur aucune carte.",
            ),
        };
        // A place that nobody knows yet is usual in registers: addresses, files.
        let list = self.layer.scope == Scope::Fusion || self.layer.checks.unplaced;
        let severity = if list && fault.what.is_none() {
            Severity::Warning
        } else {
            Severity::Error
        };
        self.finding(severity, "empty", fault, message)
            .advising(advice)
    }

    pub(in crate::ingest::checks) fn other_kind(&self, fault: &Fault) -> Finding {
        let given = kind(fault.what.as_deref().unwrap_or_default());
        let wanted = match self.layer.geometry {
            GeometryType::Point => "un point",
            GeometryType::MultiPoint => "des points",
            GeometryType::MultiLineString => "une ligne",
            GeometryType::MultiPolygon => "une surface",
            GeometryType::Geometry => "une géométrie",
        };
        let message = format!(
            "{} est {given} ; la couche « {} » attend {wanted}",
            self.subject(&fault.of),
            self.layer.title
        );
        self.finding(Severity::Error, "geometry_type", fault, message)
            .advising(format!(
                "Vérifiez que la bonne couche du fichier est lue, ou transformez l’objet en {}.",
                wanted.split_once(' ').map_or(wanted, |(_, noun)| noun)
            ))
    }

    /// `tried` says that repairs were asked for, and could not mend this.
    pub(in crate::ingest::checks) fn invalid(&self, fault: &Fault, tried: bool) -> Finding {
        let (reason, advice) = reason(fault.what.as_deref().unwrap_or_default());
        let message = format!("{} est invalide : {reason}", self.subject(&fault.of));
        let repair = if tried {
            "--repair ne le corrige pas : la surface changerait trop."
        } else {
            "--repair le corrigerait si la surface n’en change pas de plus de 1 %."
        };
        self.finding(Severity::Error, "validity", fault, message)
            .advising(format!("{advice} {repair}"))
    }

    pub(in crate::ingest::checks) fn spike(&self, fault: &Fault) -> Finding {
        let message = format!(
            "{} a une pointe de {} de long, large de {} au plus",
            self.subject(&fault.of),
            metres(fault.measure),
            metres(fault.extent),
        );
        self.finding(Severity::Warning, "spike", fault, message)
            .advising("Retirez le sommet au bout de la pointe ; --repair le ferait.")
    }

    pub(in crate::ingest::checks) fn sliver(&self, fault: &Fault, width_m: f64) -> Finding {
        let who = self.subject(&fault.of);
        let what = match &fault.what {
            Some(part) => format!("La partie {part} de {who}"),
            None => who,
        };
        let message = format!(
            "{what} est filiforme : {} de large en moyenne pour {} (minimum {})",
            metres(fault.extent),
            square_metres(fault.measure),
            metres(Some(width_m))
        );
        self.finding(Severity::Warning, "sliver", fault, message)
            .advising("Rattachez cette lamelle à l’objet voisin ou supprimez-la.")
    }
}

/// What a kind of geometry is called.
fn kind(name: &str) -> &'static str {
    match name {
        "POINT" => "un point",
        "MULTIPOINT" => "un groupe de plusieurs points",
        "LINESTRING" => "une ligne",
        "MULTILINESTRING" => "un groupe de lignes",
        "POLYGON" => "une surface",
        "MULTIPOLYGON" => "un groupe de surfaces",
        "GEOMETRYCOLLECTION" => "une collection de plusieurs géométries",
        _ => "une géométrie d’un autre type",
    }
}

/// A reason of invalidity as GEOS words it: what it means, and what to do.
pub(super) fn reason(geos: &str) -> (&'static str, &'static str) {
    match geos {
        "Self-intersection" => (
            "son contour se croise lui-même",
            "Déplacez ou retirez le sommet qui fait croiser le contour.",
        ),
        "Ring Self-intersection" => (
            "un anneau de son contour passe deux fois au même point",
            "Séparez l’anneau en deux à ce point.",
        ),
        "Hole lies outside shell" => (
            "un trou est hors de son contour",
            "Supprimez le trou ou replacez-le dans la surface.",
        ),
        "Holes are nested" => (
            "un trou est dans un autre trou",
            "Supprimez le trou intérieur.",
        ),
        "Interior is disconnected" => (
            "ses trous coupent la surface en deux",
            "Séparez l’objet en deux surfaces.",
        ),
        "Nested shells" => (
            "une de ses parties est dans une autre",
            "Fusionnez les deux parties ou creusez un trou.",
        ),
        "Duplicate Rings" => (
            "deux anneaux de son contour sont identiques",
            "Supprimez l’un des deux anneaux.",
        ),
        "Too few points in geometry component" => (
            "un de ses contours a trop peu de points différents",
            "Supprimez ce contour ou complétez-le.",
        ),
        "Invalid Coordinate" => (
            "une coordonnée n’est pas un nombre",
            "Redessinez le sommet dont la coordonnée est illisible.",
        ),
        "Ring is not closed" => (
            "un anneau de son contour n’est pas fermé",
            "Fermez l’anneau sur son premier point.",
        ),
        _ => ("sa géométrie est mal formée", "Redessinez cet objet."),
    }
}
