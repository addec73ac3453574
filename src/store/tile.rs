//! Vector tiles: one statement a tile, which also reads the tile's version.

use sqlx::{Postgres, QueryBuilder, Row as _};

use super::companion::unit;
use super::names::{columns, companion, table};
use super::seal::{push_after_seal, push_reach, push_seal};
use super::{Store, StoreError};
use crate::catalogue::{GeometryType, Layer, View};
use crate::model::{MERCATOR_HALF, TileId};

/// Units that features reach beyond the tile's edge when they are clipped, of 4,096 a tile.
pub(super) const BUFFER: f64 = 64.0;

/// Units beyond the edge within which a surface is left whole: clients clip what they draw, and
/// their coordinates reach that far.
const WHOLE: f64 = 2048.0;

/// Units of a tile's side.
pub(super) const UNITS: f64 = 4096.0;

/// A tile, not yet compressed.
#[derive(Debug)]
pub struct Tile {
    /// The last publication that touched it.
    pub version: i64,
    /// Mapbox Vector Tile 2.1; empty where there is nothing.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Draws one tile of a layer, with the rows inside the reader's reach.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn tile(&self, view: &View, tile: TileId) -> Result<Tile, StoreError> {
        let mut sql = tile_sql(view, tile);
        let row = sql.build().fetch_one(self.reader(view)).await?;
        let bytes: Option<Vec<u8>> = row.try_get(1)?;
        Ok(Tile {
            version: row.try_get(0)?,
            bytes: bytes.unwrap_or_default(),
        })
    }
}

type Sql = QueryBuilder<Postgres>;

fn tile_sql(view: &View, tile: TileId) -> Sql {
    let general = view.is_generalised_at(tile.z);
    let square = Square::of(tile);
    let mut sql = QueryBuilder::new("SELECT h.version, (SELECT ST_AsMVT(m, ");
    sql.push_bind(view.id.as_str().to_owned());
    sql.push(", 4096, 'g', 'fid') FROM (SELECT t.fid, ");
    push_geometry(&mut sql, view, &square);
    sql.push(" AS g");
    sql.push(columns(view.attributes_at(tile.z), "t."));
    let source = if general {
        companion(view)
    } else {
        table(view)
    };
    sql.push(format!(" FROM {source} t WHERE "));
    push_after_seal(&mut sql, view);
    push_reach(&mut sql, view);
    sql.push(" AND t.geom_3857 && ");
    square.push_envelope(&mut sql, BUFFER);
    if general {
        push_smallest(&mut sql, view, tile);
    }
    sql.push(") m WHERE m.g IS NOT NULL) FROM (SELECT ");
    push_version(&mut sql, view, tile);
    sql.push(" AS version");
    push_seal(&mut sql, view);
    sql.push(") h");
    sql
}

/// The geometry in the tile's units.
///
/// ST_AsMVTGeom clips and validates, which costs more than all the rest: a surface that lies
/// within the tile or near it is moved and rounded instead (measured on parcels at zoom 14: a
/// tile in 4.9 ms where it took 7.1; on merged sections at zoom 12: 0.6 ms for 25.6).
fn push_geometry(sql: &mut Sql, layer: &Layer, square: &Square) {
    let surfaces = matches!(layer.geometry, GeometryType::MultiPolygon);
    if surfaces {
        sql.push("CASE WHEN t.geom_3857 @ ");
        square.push_envelope(sql, WHOLE);
        sql.push(" THEN ST_SnapToGrid(ST_TransScale(ST_ForcePolygonCW(t.geom_3857), ");
        let scale = UNITS / square.side;
        for (place, value) in [-square.west, -square.north, scale, -scale]
            .into_iter()
            .enumerate()
        {
            if place > 0 {
                sql.push(", ");
            }
            sql.push_bind(value);
        }
        sql.push("), 1) ELSE ");
    }
    sql.push("ST_AsMVTGeom(t.geom_3857, ");
    square.push_envelope(sql, 0.0);
    sql.push(format!(", {UNITS}, {BUFFER}, true)"));
    if surfaces {
        sql.push(" END");
    }
}

/// Surfaces too small to be seen are left out; lines and points have none.
fn push_smallest(sql: &mut Sql, layer: &Layer, tile: TileId) {
    let pixels = layer
        .tiles
        .generalise
        .as_ref()
        .map_or(0.0, |rule| rule.min_pixels);
    if pixels > 0.0 {
        let side = unit(tile.z) * 16.0;
        sql.push(" AND (t.area = 0 OR t.area >= ");
        sql.push_bind(pixels * side * side);
        sql.push(")");
    }
}

/// The last publication that touched the tile.
fn push_version(sql: &mut Sql, layer: &Layer, tile: TileId) {
    sql.push("(SELECT coalesce(max(version), 0) FROM publication_tile WHERE layer = ");
    sql.push_bind(layer.id.as_str().to_owned());
    sql.push(" AND z = ");
    sql.push_bind(i16::from(tile.z));
    sql.push(" AND ((x = -1 AND y = -1) OR (x = ");
    sql.push_bind(tile.x as i32);
    sql.push(" AND y = ");
    sql.push_bind(tile.y as i32);
    sql.push(")))");
}

/// A tile on the ground, in Mercator metres.
struct Square {
    west: f64,
    north: f64,
    side: f64,
}

impl Square {
    fn of(tile: TileId) -> Self {
        let side = 2.0 * MERCATOR_HALF / f64::from(1u32 << tile.z);
        Self {
            west: -MERCATOR_HALF + side * f64::from(tile.x),
            north: MERCATOR_HALF - side * f64::from(tile.y),
            side,
        }
    }

    /// The square, grown by some units on every side.
    fn push_envelope(&self, sql: &mut Sql, units: f64) {
        let grown = self.side * units / UNITS;
        let (east, south) = (self.west + self.side, self.north - self.side);
        sql.push("ST_MakeEnvelope(");
        for value in [
            self.west - grown,
            south - grown,
            east + grown,
            self.north + grown,
        ] {
            sql.push_bind(value);
            sql.push(", ");
        }
        sql.push("3857)");
    }
}

#[cfg(test)]
mod tests {
    use crate::store::companion;

    #[test]
    fn a_tile_never_asks_the_companion_for_a_column_it_lacks() {
        let catalogue = crate::catalogue::Catalogue::read(std::path::Path::new("layers"))
            .expect("the catalogue");
        for layer in catalogue
            .layers()
            .iter()
            .filter(|layer| layer.tiles.generalise.is_some())
        {
            let held: Vec<_> = companion::fields(layer)
                .iter()
                .map(|f| f.name.clone())
                .collect();
            for zoom in layer.tiles.min_zoom..layer.tiles.native_zoom {
                for field in layer.attributes_at(zoom) {
                    assert!(
                        held.contains(&field.name),
                        "{} z{zoom} {}",
                        layer.id,
                        field.name
                    );
                }
            }
        }
    }
}
