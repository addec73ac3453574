//! The French of the findings.

use crate::catalogue::{Field, GeometryType, Layer, Reference, Scope};
use crate::encode::html::french::{FAST, rounded};
use crate::model::{Finding, Severity};
use crate::store::checks::{Fault, Subject};

/// Who speaks: of which layer, and what its feeds are called.
pub(super) struct Words<'a> {
    layer: &'a Layer,
    titles: &'a [String],
}

impl<'a> Words<'a> {
    pub(super) fn new(layer: &'a Layer, titles: &'a [String]) -> Self {
        Self { layer, titles }
    }

    /// A feature's number, behind its feed's title where there are several: `ZONE_URBA 12`.
    fn number(&self, of: &Subject) -> String {
        let title = usize::try_from(of.feed)
            .ok()
            .and_then(|feed| self.titles.get(feed));
        match title.filter(|title| !title.is_empty()) {
            Some(title) => format!("{title} {}", of.fid),
            None => of.fid.to_string(),
        }
    }

    /// A feature inside a sentence: `44109000AB0123 (objet 12)`, `l’objet 12`.
    fn called(&self, of: &Subject) -> String {
        match &of.name {
            Some(name) => format!("{name} (objet {})", self.number(of)),
            None => format!("l’objet {}", self.number(of)),
        }
    }

    /// A feature at the head of a sentence.
    fn subject(&self, of: &Subject) -> String {
        match &of.name {
            Some(name) => name.clone(),
            None => format!("L’objet {}", self.number(of)),
        }
    }

    fn finding(&self, severity: Severity, rule: &str, fault: &Fault, message: String) -> Finding {
        let finding = Finding::new(severity, rule, message).of(self.number(&fault.of));
        match (fault.x, fault.y) {
            (Some(x), Some(y)) => finding.at(x, y),
            _ => finding,
        }
    }

    pub(super) fn empty(&self, fault: &Fault) -> Finding {
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
                "Dessinez cet objet ou supprimez la ligne ; sans géométrie il n’apparaît sur aucune carte.",
            ),
        };
        // A place that nobody knows yet is usual in lists: addresses, files.
        let list = self.layer.scope == Scope::Fusion || self.layer.geometry == GeometryType::Point;
        let severity = if list && fault.what.is_none() {
            Severity::Warning
        } else {
            Severity::Error
        };
        self.finding(severity, "empty", fault, message)
            .advising(advice)
    }

    pub(super) fn other_kind(&self, fault: &Fault) -> Finding {
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

    pub(super) fn invalid(&self, fault: &Fault) -> Finding {
        let (reason, advice) = reason(fault.what.as_deref().unwrap_or_default());
        let message = format!("{} est invalide : {reason}", self.subject(&fault.of));
        self.finding(Severity::Error, "validity", fault, message)
            .advising(format!("{advice} --repair le corrigerait."))
    }

    pub(super) fn sliver(&self, fault: &Fault, width_m: f64) -> Finding {
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

    pub(super) fn key_twice(&self, fault: &Fault) -> Finding {
        let key = fault.what.as_deref().unwrap_or_default();
        let message = match &fault.other {
            Some(other) => format!(
                "Les objets {} et {} ont le même identifiant {key}",
                self.number(other),
                self.number(&fault.of)
            ),
            None => format!("L’identifiant {key} est donné deux fois"),
        };
        let finding = self
            .finding(Severity::Error, "unique", fault, message)
            .advising("Gardez un seul des deux objets, ou corrigez l’identifiant de l’un d’eux.");
        match self.layer.key.first() {
            Some(field) => finding.about(field, Some(key)),
            None => finding,
        }
    }

    pub(super) fn key_elsewhere(&self, fault: &Fault) -> Finding {
        let who = self.subject(&fault.of);
        let message = format!(
            "{who} est déjà publié par « {} », que cette livraison ne remplace pas",
            fault.what.as_deref().unwrap_or_default()
        );
        let finding = self
            .finding(Severity::Error, "unique", fault, message)
            .advising("Corrigez l’identifiant, ou livrez aussi l’unité qui le publie déjà.");
        match self.layer.key.first() {
            Some(field) => finding.about(field, fault.of.name.as_deref()),
            None => finding,
        }
    }

    pub(super) fn value_twice(&self, fault: &Fault, field: &Field) -> Finding {
        let value = fault.what.as_deref().unwrap_or_default();
        let other = fault.other.as_ref().map(|other| self.number(other));
        let message = format!(
            "« {} » vaut {value} pour l’objet {} et pour l’objet {}, alors que chaque valeur est unique",
            field.title,
            other.unwrap_or_default(),
            self.number(&fault.of)
        );
        self.finding(Severity::Error, "unique", fault, message)
            .about(&field.name, Some(value))
            .advising("Corrigez l’une des deux valeurs.")
    }

    pub(super) fn same_twice(&self, fault: &Fault) -> Finding {
        let message = format!(
            "L’objet {} est la copie exacte de l’objet {} : mêmes attributs, même géométrie",
            self.number(&fault.of),
            fault
                .other
                .as_ref()
                .map(|other| self.number(other))
                .unwrap_or_default()
        );
        self.finding(Severity::Error, "duplicate", fault, message)
            .advising("Supprimez l’un des deux ; --repair le ferait.")
    }

    pub(super) fn shape_twice(&self, fault: &Fault) -> Finding {
        let other = fault.other.as_ref().map(|other| self.called(other));
        let message = format!(
            "{} a exactement la géométrie de {}, avec d’autres attributs",
            self.subject(&fault.of),
            other.unwrap_or_default()
        );
        self.finding(Severity::Warning, "duplicate", fault, message)
            .advising("Vérifiez que les deux objets existent vraiment à la même place.")
    }

    pub(super) fn unknown(&self, fault: &Fault, reference: &Reference) -> Finding {
        let value = fault.what.as_deref().unwrap_or_default();
        let title = self.title_of(&reference.field);
        let who = self.subject(&fault.of);
        let (message, advice) = if reference.layer.as_str() == crate::store::COMMUNES {
            (
                format!("{who} : {value} n’est pas une commune du territoire"),
                "Corrigez le code INSEE, ou retirez les objets des communes voisines.".to_owned(),
            )
        } else {
            (
                format!(
                    "{who} : « {title} » vaut {value}, qui n’existe pas dans la couche « {} »",
                    reference.layer
                ),
                format!(
                    "Corrigez la valeur, ou livrez d’abord la couche « {} » à jour.",
                    reference.layer
                ),
            )
        };
        self.finding(Severity::Error, "reference", fault, message)
            .about(&reference.field, Some(value))
            .advising(advice)
    }

    pub(super) fn unverified(&self, reference: &Reference) -> Finding {
        Finding::new(
            Severity::Warning,
            "reference",
            format!(
                "« {} » non vérifié : la couche « {} » n’est pas publiée",
                self.title_of(&reference.field),
                reference.layer
            ),
        )
        .about(&reference.field, None)
        .advising(format!(
            "Publiez la couche « {} », puis livrez de nouveau pour que ces valeurs soient vérifiées.",
            reference.layer
        ))
    }

    fn title_of(&self, field: &str) -> String {
        let field = self.layer.field(field);
        field.map(|field| field.title.clone()).unwrap_or_default()
    }
}

/// `3,2 m`, with the decimals that a length of this order deserves.
fn metres(length: Option<f64>) -> String {
    let length = length.unwrap_or_default();
    let decimals = match length {
        l if l < 0.1 => 3,
        l if l < 10.0 => 2,
        l if l < 100.0 => 1,
        _ => 0,
    };
    format!("{}{FAST}m", trimmed(length, decimals))
}

/// `1 234 m²`, with the decimals that an area of this order deserves.
fn square_metres(area: Option<f64>) -> String {
    let area = area.unwrap_or_default();
    let decimals = match area {
        a if a < 0.1 => 3,
        a if a < 100.0 => 1,
        _ => 0,
    };
    format!("{}{FAST}m²", trimmed(area, decimals))
}

fn trimmed(number: f64, decimals: usize) -> String {
    let text = rounded(number, decimals);
    let (whole, rest) = text.split_once(',').unwrap_or((&text, ""));
    let whole = whole
        .parse()
        .map_or(whole.to_owned(), crate::encode::html::french::count);
    match rest.trim_end_matches('0') {
        "" => whole,
        rest => format!("{whole},{rest}"),
    }
}

/// What a kind of geometry is called.
fn kind(name: &str) -> &'static str {
    match name {
        "POINT" => "un point",
        "MULTIPOINT" => "un groupe de points",
        "LINESTRING" => "une ligne",
        "MULTILINESTRING" => "un groupe de lignes",
        "POLYGON" => "une surface",
        "MULTIPOLYGON" => "un groupe de surfaces",
        "GEOMETRYCOLLECTION" => "une collection de géométries mêlées",
        _ => "une géométrie d’un autre type",
    }
}

/// A reason of invalidity as GEOS words it: what it means, and what to do.
fn reason(geos: &str) -> (&'static str, &'static str) {
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
