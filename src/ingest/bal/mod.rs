//! BAL: the addresses of a commune, in the format that the AITF keeps (1.1 to 1.4).

pub mod parcels;
mod projection;
mod recognise;
pub mod shape;

#[cfg(test)]
mod tests;

pub use recognise::recognise;

use super::rows::Columns;

/// Whether those columns are a BAL's: the key, the street and the number, which all versions have,
/// and no column of geometries in place of the format's coordinates.
pub fn is_bal(columns: &Columns) -> bool {
    let all = |names: &[&str]| names.iter().all(|name| columns.at(&[name]).is_some());
    let placed = columns.at(&["x"]).is_some() || columns.at(&shape::LONGITUDE).is_some();
    let drawn = columns.at(&[
        "wkt",
        "geom",
        "geometry",
        "the_geom",
        "wkb_geometry",
        "geo_point_2d",
    ]);
    all(&["cle_interop", "voie_nom", "numero"]) && (placed || drawn.is_none())
}
