//! The plan of a ground: its zones, parcels and buildings, to a round scale.

use super::{BUILDINGS, Sheet, ZONES};
use crate::catalogue::View;
use crate::encode::parcel::reference;
use crate::encode::plan::{self, Extent, Frame, Kind, Shape};
use crate::store::StoreError;
use crate::store::ads::{Drawn, Ground};

/// A plan and its scale.
pub(in crate::ads) struct Plan {
    /// The drawing, as SVG.
    pub svg: String,
    /// `1:1000`.
    pub scale: String,
}

/// Draws the plan, with the zones of a version or of today; a layer that cannot be read is not on it, as the sheet's sources say.
pub(super) async fn draw(
    sheet: &Sheet<'_>,
    ground: &Ground,
    neighbours: &[&str],
    zones: Option<i64>,
    frame: Frame,
) -> Option<Plan> {
    let extent = Extent::around(plan::bounds(&ground.wkb)?, frame);
    let read =
        async |id: &str, fields: &[&str], version: Option<i64>| -> Option<(View, Vec<Drawn>)> {
            let view = sheet.layer(id).ok()?;
            let store = &sheet.ask.app.store;
            let drawn: Result<_, StoreError> =
                store.around(&view, extent.ground, fields, version).await;
            let drawn =
                drawn.inspect_err(|error| tracing::warn!(%error, layer = id, "not on a plan"));
            Some((view, drawn.ok()?))
        };
    let by = |view: &View| view.style.by.clone().unwrap_or_default();
    let class = sheet.layer(ZONES).map(|view| by(&view)).unwrap_or_default();
    let zone_fields = ["libelle", class.as_str()];
    let reading = async {
        tokio::join!(
            read(ZONES, &zone_fields, zones),
            read(sheet.view.id.as_str(), &["idu"], None),
            read(BUILDINGS, &[], None),
        )
    };
    let (zones, parcels, buildings) = sheet.ask.tally.timed(reading).await;
    let mut shapes = Vec::new();
    if let Some((view, drawn)) = zones {
        shapes.extend(drawn.into_iter().map(|zone| {
            let color = color(&view, zone.texts.get(1).and_then(Option::as_deref));
            shape(
                Kind::Zone,
                zone,
                |texts| texts.first().cloned().flatten(),
                Some(color),
            )
        }));
    }
    if let Some((_, drawn)) = parcels {
        shapes.extend(drawn.into_iter().map(|parcel| {
            let idu = parcel.texts.first().cloned().flatten().unwrap_or_default();
            let kind = if sheet.keys.contains(&idu) {
                Kind::Subject
            } else if neighbours.contains(&idu.as_str()) {
                Kind::Neighbour
            } else {
                Kind::Parcel
            };
            shape(kind, parcel, |_| Some(reference(&idu)), None)
        }));
    }
    if let Some((_, drawn)) = buildings {
        let plain = |building| shape(Kind::Building, building, |_| None, None);
        shapes.extend(drawn.into_iter().map(plain));
    }
    Some(Plan {
        svg: plan::draw(&extent, &shapes),
        scale: extent.written(),
    })
}

fn shape(
    kind: Kind,
    drawn: Drawn,
    label: impl FnOnce(&[Option<String>]) -> Option<String>,
    color: Option<String>,
) -> Shape {
    Shape {
        kind,
        label: label(&drawn.texts),
        wkb: drawn.wkb,
        at: drawn.at,
        color,
    }
}

/// The colour of a class, or else of the layer, as on the map.
fn color(view: &View, value: Option<&str>) -> String {
    let style = &view.style;
    let class = style
        .classes
        .iter()
        .find(|class| Some(class.value.as_str()) == value);
    class.map_or(&style.color, |class| &class.color).clone()
}
