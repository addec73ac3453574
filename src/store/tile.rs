//! Vector tiles: one statement a tile, which also reads the tile's version.

use sqlx::{Postgres, QueryBuilder, Row as _};

use super::companion::unit;
use super::freshness::cell_range;
use super::names::{columns, quote, table};
use super::{Store, StoreError};
use crate::catalogue::Layer;
use crate::model::{MERCATOR_HALF, TileId};

/// Units that features reach beyond the tile's edge, of 4,096 a tile.
pub(super) const BUFFER: u32 = 64;

/// A tile, not yet compressed.
#[derive(Debug)]
pub struct Tile {
    /// The last publication that touched it.
    pub version: i64,
    /// Mapbox Vector Tile 2.1; empty where there is nothing.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Draws one tile of a layer.
    ///
    /// # Errors
    /// When the database does not answer in time.
    pub async fn tile(&self, layer: &Layer, tile: TileId) -> Result<Tile, StoreError> {
        let mut sql = tile_sql(layer, tile);
        let row = sql.build().fetch_one(&self.read).await?;
        let bytes: Option<Vec<u8>> = row.try_get(1)?;
        Ok(Tile {
            version: row.try_get(0)?,
            bytes: bytes.unwrap_or_default(),
        })
    }
}

fn tile_sql(layer: &Layer, tile: TileId) -> QueryBuilder<Postgres> {
    let general = tile.z < layer.tiles.native_zoom && layer.tiles.generalise.is_some();
    let mut sql = QueryBuilder::new("SELECT ");
    push_version(&mut sql, layer, tile, general);
    sql.push(", (SELECT ST_AsMVT(m, ");
    sql.push_bind(layer.id.as_str().to_owned());
    sql.push(", 4096, 'g', 'fid') FROM (SELECT ST_AsMVTGeom(t.geom_3857, ");
    push_envelope(&mut sql, tile, 0.0);
    sql.push(format!(", 4096, {BUFFER}, true) AS g, t.fid"));
    sql.push(columns(layer.attributes_at(tile.z), "t."));
    let source = if general {
        super::names::companion(layer)
    } else {
        table(layer)
    };
    sql.push(format!(" FROM {source} t WHERE t.geom_3857 && "));
    push_envelope(&mut sql, tile, f64::from(BUFFER) / 4096.0);
    if general {
        push_smallest(&mut sql, layer, tile);
    }
    sql.push(") m WHERE m.g IS NOT NULL)");
    sql
}

/// Surfaces too small to be seen are left out; lines and points have none.
fn push_smallest(sql: &mut QueryBuilder<Postgres>, layer: &Layer, tile: TileId) {
    let pixels = layer
        .tiles
        .generalise
        .as_ref()
        .map_or(0.0, |rule| rule.min_pixels);
    if pixels > 0.0 {
        let side = unit(tile.z) * 16.0;
        sql.push(format!(" AND (t.{} = 0 OR t.area >= ", quote("area")));
        sql.push_bind(pixels * side * side);
        sql.push(")");
    }
}

/// The newest version among the cells that the buffered tile meets.
fn push_version(sql: &mut QueryBuilder<Postgres>, layer: &Layer, tile: TileId, general: bool) {
    let (columns, rows) = cell_range(tile);
    sql.push("(SELECT coalesce(max(version), 0) FROM publication_cell WHERE layer = ");
    sql.push_bind(layer.id.as_str().to_owned());
    sql.push(" AND general = ");
    sql.push_bind(general);
    sql.push(" AND ((x BETWEEN ");
    sql.push_bind(*columns.start());
    sql.push(" AND ");
    sql.push_bind(*columns.end());
    sql.push(" AND y BETWEEN ");
    sql.push_bind(*rows.start());
    sql.push(" AND ");
    sql.push_bind(*rows.end());
    sql.push(") OR (x = -1 AND y = -1)))");
}

/// The tile's square, grown by a share of its side.
fn push_envelope(sql: &mut QueryBuilder<Postgres>, tile: TileId, margin: f64) {
    let side = 2.0 * MERCATOR_HALF / f64::from(1u32 << tile.z);
    let west = -MERCATOR_HALF + side * f64::from(tile.x);
    let north = MERCATOR_HALF - side * f64::from(tile.y);
    let grown = side * margin;
    sql.push("ST_MakeEnvelope(");
    for value in [
        west - grown,
        north - side - grown,
        west + side + grown,
        north + grown,
    ] {
        sql.push_bind(value);
        sql.push(", ");
    }
    sql.push("3857)");
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
