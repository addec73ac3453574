//! The published sheets, to find the one that holds a feature.

use std::collections::BTreeMap;

use geo::{BoundingRect, Contains, Distance, Euclidean, Geometry, InteriorPoint, Intersects, Rect};
use geozero::ToGeo as _;
use geozero::wkb::Wkb;

/// Published sheets by their identifiers, in one reference system.
#[derive(Debug, Default)]
pub struct Sheets(BTreeMap<String, (Rect, Geometry)>);

impl Sheets {
    /// Sheets of their identifiers and ISO WKB, in the reference system of the features that will
    /// be looked for.
    #[must_use]
    pub fn new(sheets: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let read = |(id, wkb): (String, Vec<u8>)| {
            let outline = Wkb(wkb).to_geo().ok()?;
            Some((id, (outline.bounding_rect()?, outline)))
        };
        Self(sheets.into_iter().filter_map(read).collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sheet of a commune, or of a section (`within` is how its identifier begins), that holds
    /// a feature: the only one, else the one around a point inside the feature, else, within its
    /// section, the nearest, since parcels overstep their sheets' edges by some decimetres.
    #[must_use]
    pub fn holding(&self, within: &str, wkb: Option<&[u8]>) -> Option<&str> {
        let candidates = || {
            self.0
                .range(within.to_owned()..)
                .take_while(|(id, _)| id.starts_with(within))
        };
        let section = within.len() > 5;
        let mut some = candidates();
        match (some.next(), some.next()) {
            (None, _) => return None,
            (Some((id, _)), None) if section => return Some(id),
            _ => {}
        }
        let feature: Geometry = Wkb(wkb?).to_geo().ok()?;
        let point = feature.interior_point()?;
        let holds =
            |(frame, sheet): &(Rect, Geometry)| frame.intersects(&point) && sheet.contains(&point);
        if let Some((id, _)) = candidates().find(|(_, sheet)| holds(sheet)) {
            return Some(id);
        }
        let far =
            |(_, sheet): &(Rect, Geometry)| Euclidean.distance(sheet, &Geometry::Point(point));
        (candidates().filter(|_| section))
            .min_by(|(_, one), (_, other)| far(one).total_cmp(&far(other)))
            .map(|(id, _)| id.as_str())
    }
}
