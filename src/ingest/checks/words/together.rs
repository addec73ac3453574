//! Features among one another, and in their commune.

use super::Words;
use super::identity::severity;
use super::measures::{metres, square_metres};
use crate::catalogue::Scope;
use crate::encode::html::french::count;
use crate::model::{Finding, Severity};
use crate::store::checks::{Depth, Depths, Fault, Faults};

/// How far the outlines of communes that national files offer, generalised, stray from the limit that
/// the sheets of the cadastre draw, in metres: 92 m at the worst of those tried.
const OUTLINES_M: f64 = 100.0;

/// Farther out than this, in metres, it is not the drawing that is wrong.
const ELSEWHERE_M: f64 = 50_000.0;

impl Words<'_> {
    pub(in crate::ingest::checks) fn overlap(
        &self,
        fault: &Fault,
        depth: Depth,
        depths: Depths,
    ) -> Finding {
        let other = fault.other.as_ref().map(|other| self.called(other));
        let apart = fault.what.is_some();
        let allowed = if apart {
            depths.between_m
        } else {
            depths.within_m
        };
        let joint = if apart {
            ", au raccord de deux livraisons"
        } else {
            ""
        };
        let message = format!(
            "{} chevauche {} de {}{joint} (profondeur {}, tolérance {})",
            self.subject(&fault.of),
            other.unwrap_or_default(),
            square_metres(fault.measure),
            metres(fault.extent),
            metres(Some(allowed)),
        );
        let (severity, advice) = match depth {
            Depth::Beyond => (
                Severity::Error,
                "Corrigez la limite commune des deux objets, ou supprimez celui qui est de trop.",
            ),
            Depth::Within => (
                Severity::Warning,
                "Rien d’urgent : accrochez les sommets des deux objets à la même limite ; --repair le ferait.",
            ),
        };
        self.finding(severity, "overlap", fault, message)
            .advising(advice)
    }

    pub(in crate::ingest::checks) fn overlap_published(&self, fault: &Fault) -> Finding {
        let message = format!(
            "{} chevauche {}, déjà publié et que cette livraison ne remplace pas, de {} (profondeur {})",
            self.subject(&fault.of),
            fault.what.as_deref().unwrap_or("un objet"),
            square_metres(fault.measure),
            metres(fault.extent),
        );
        self.finding(Severity::Warning, "overlap", fault, message)
            .advising("Vérifiez laquelle des deux limites est juste, et livrez l’autre corrigée.")
    }

    /// What is said once of more than `few` features that lie on published ones: the delivery was
    /// meant for other scopes, or is a foreign file.
    pub(in crate::ingest::checks) fn laid_over(
        &self,
        faults: &Faults,
        few: i64,
    ) -> Option<Finding> {
        let first = faults.listed.first().filter(|_| faults.total > few)?;
        let mut finding = self.overlap_published(first);
        finding.message.push_str(&format!(
            " ; {} autres objets de la livraison chevauchent aussi des objets publiés ailleurs",
            count(faults.total - 1)
        ));
        Some(finding.advising(
            "Vérifiez que la livraison est bien pour ces unités (feuilles, communes) : si elle \
             remplace aussi celles qui sont publiées là, livrez-les ensemble.",
        ))
    }

    pub(in crate::ingest::checks) fn gap(&self, fault: &Fault, depth: Depth) -> Finding {
        let place = match &fault.other {
            Some(other) => format!("entre {} et {}", self.called(&fault.of), self.called(other)),
            None => format!("au bord de {}", self.called(&fault.of)),
        };
        let message = format!(
            "Un vide de {} (largeur {}) reste {place}",
            square_metres(fault.measure),
            metres(fault.extent),
        );
        let (severity, advice) = match depth {
            Depth::Beyond => (
                Severity::Error,
                "Étendez l’un des objets voisins, ou dessinez celui qui manque.",
            ),
            Depth::Within => (
                Severity::Warning,
                "Rien d’urgent : accrochez les objets à la même limite ; --repair comblerait ce vide.",
            ),
        };
        self.finding(severity, "gap", fault, message)
            .advising(advice)
    }

    pub(in crate::ingest::checks) fn bare(&self, fault: &Fault) -> Finding {
        let message = format!(
            "La commune {} n’est pas couverte sur {} (largeur {})",
            fault.what.as_deref().unwrap_or_default(),
            square_metres(fault.measure),
            metres(fault.extent),
        );
        self.finding(Severity::Warning, "gap", fault, message)
            .advising("Vérifiez qu’aucun objet ne manque le long de la limite communale.")
    }

    pub(in crate::ingest::checks) fn stray(&self, fault: &Fault) -> Finding {
        let who = self.subject(&fault.of);
        let message = match fault.measure.filter(|far| *far < 1e7) {
            Some(far) => format!("{who} est à {} du territoire", metres(Some(far))),
            None => format!("{who} est très loin du territoire"),
        };
        self.finding(severity(self.layer.checks.far), "inside", fault, message).advising(
            "Corrigez ses coordonnées, ou retirez-le de la livraison : un cadre ou un texte à l’origine \
             d’un dessin n’est pas un objet.",
        )
    }

    pub(in crate::ingest::checks) fn outside(&self, fault: &Fault, tolerance_m: f64) -> Finding {
        let who = self.subject(&fault.of);
        let message = match fault.what.as_deref().unwrap_or_default() {
            "" => format!(
                "{who} sort du territoire de {} (tolérance {})",
                metres(fault.measure),
                metres(Some(tolerance_m))
            ),
            commune => format!(
                "{who} sort de la commune {commune} de {} (tolérance {})",
                metres(fault.measure),
                metres(Some(tolerance_m))
            ),
        };
        let far = fault.measure.unwrap_or(f64::INFINITY);
        // The cadastre draws the limit itself, and the outlines at hand only approach it.
        let limit = self.layer.scope == Scope::Feuille && far <= tolerance_m + OUTLINES_M;
        let (severity, advice) = if limit {
            (
                Severity::Warning,
                "Le contour publié de la commune est généralisé : vérifiez que la feuille suit bien la limite communale.",
            )
        } else if far > ELSEWHERE_M {
            (
                Severity::Error,
                "Corrigez ses coordonnées : longitude et latitude échangées, signe oublié (à l’ouest de Greenwich la longitude est négative), ou autre système de référence que les autres objets.",
            )
        } else {
            (
                Severity::Error,
                "Corrigez le tracé, ou le code de la commune si l’objet est dans une autre.",
            )
        };
        let finding = self
            .finding(severity, "inside", fault, message)
            .advising(advice);
        match (self.layer.commune_field(), &fault.what) {
            (Some(field), Some(commune)) if !commune.is_empty() => {
                finding.about(&field.name, Some(commune))
            }
            _ => finding,
        }
    }
}
