//! The versions of layers, read each second: the truth behind caches, ETags and `next` links.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use sqlx::Row as _;

use super::wake::each_second;
use super::{Store, StoreError};
use crate::catalogue::Catalogue;
use crate::model::{Bbox, BboxFilter, Crs, Srid, TileId};

/// What is known of one layer's data.
#[derive(Debug, Clone, Default)]
pub struct LayerState {
    /// When the layer was first published, in microseconds: a database made anew counts its
    /// versions from 1 again, and what clients kept of the former one must not match.
    pub born: i64,
    /// Last publication; 0 before the first.
    pub version: i64,
    /// Features now published.
    pub count: i64,
    /// Extent in the storage system.
    pub extent: Option<Bbox>,
    /// Extent in Mercator metres.
    pub extent_3857: Option<Bbox>,
    /// What bounds every geometry ever published, in each projected system served, with a margin:
    /// a box beyond it is cut to it, since PROJ makes nothing sensible of the far side of the Earth.
    pub reach: Vec<(Srid, Bbox)>,
    /// Whether demonstration data are among them.
    pub demonstration: bool,
    touched: Arc<Touched>,
}

/// The place that stands for every tile of its zoom.
const EVERYWHERE: (i32, i32) = (-1, -1);

/// Last publication by zoom, column and row.
type Touched = HashMap<(i16, i32, i32), i64>;

impl LayerState {
    /// Cuts a filter's boxes to where the layer has ever had anything.
    pub fn within_reach(&self, filter: &mut BboxFilter) {
        let Crs::Projected(srid) = filter.crs else {
            return;
        };
        let Some((_, reach)) = self.reach.iter().find(|(code, _)| *code == srid) else {
            return;
        };
        filter.boxes = filter
            .boxes
            .iter()
            .filter_map(|bbox| bbox.intersection(*reach))
            .collect();
    }

    /// A tile's version: the last publication that touched it.
    pub fn tile_version(&self, tile: TileId) -> i64 {
        let at = |(x, y): (i32, i32)| {
            let key = (i16::from(tile.z), x, y);
            self.touched.get(&key).copied().unwrap_or(0)
        };
        at(EVERYWHERE).max(at((tile.x as i32, tile.y as i32)))
    }
}

/// What is known of every layer, as of the last reading.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    layers: HashMap<String, LayerState>,
    /// Whether the last reading succeeded.
    pub reachable: bool,
}

impl Snapshot {
    /// One layer's state; the default before its first publication.
    pub fn layer(&self, id: &str) -> LayerState {
        self.layers.get(id).cloned().unwrap_or_default()
    }

    /// One layer's state without copying it.
    pub fn get(&self, id: &str) -> Option<&LayerState> {
        self.layers.get(id)
    }
}

/// The snapshot in force, kept by a task.
#[derive(Debug, Default)]
pub struct Freshness {
    snapshot: ArcSwap<Snapshot>,
}

impl Freshness {
    /// The snapshot in force.
    pub fn now(&self) -> arc_swap::Guard<Arc<Snapshot>> {
        self.snapshot.load()
    }

    /// Reads the versions once.
    ///
    /// # Errors
    /// When the database does not answer; the last snapshot stays, marked unreachable.
    pub async fn refresh(&self, store: &Store, catalogue: &Catalogue) -> Result<(), StoreError> {
        let mut next = Snapshot::clone(&self.snapshot.load_full());
        let read = store.refresh(&mut next, catalogue).await;
        let changed = next.reachable != read.is_ok();
        next.reachable = read.is_ok();
        match &read {
            Ok(false) if !changed => {}
            _ => self.snapshot.store(Arc::new(next)),
        }
        read.map(|_| ())
    }

    /// Reads the versions each second, sooner when a publication says so.
    pub async fn keep(self: Arc<Self>, store: Store, catalogue: Arc<Catalogue>) {
        let round = || async {
            if let Err(error) = self.refresh(&store, &catalogue).await {
                tracing::debug!(%error, "versions cannot be read");
            }
        };
        each_second(store.read.clone(), "geonantes_publication", round).await;
    }
}

impl Store {
    /// Brings a snapshot up to date; whether anything changed. Read in the role that sees the
    /// publications of every layer.
    async fn refresh(
        &self,
        snapshot: &mut Snapshot,
        catalogue: &Catalogue,
    ) -> Result<bool, StoreError> {
        let ids: Vec<String> = catalogue
            .layers()
            .iter()
            .map(|layer| layer.id.to_string())
            .collect();
        let rows = sqlx::query(
            "SELECT id, coalesce((SELECT max(version) FROM publication WHERE layer = id), 0) \
             FROM unnest($1::text[]) id",
        )
        .bind(&ids)
        .fetch_all(&self.member)
        .await?;
        let mut changed = false;
        for row in rows {
            let (id, version): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            if snapshot.layer(&id).version != version {
                let state = self.layer_state(&id, &snapshot.layer(&id)).await?;
                snapshot.layers.insert(id, state);
                changed = true;
            }
        }
        Ok(changed)
    }

    /// Sums over the current publications, and the tiles touched since the known version, read
    /// in one statement so that they agree.
    async fn layer_state(&self, id: &str, known: &LayerState) -> Result<LayerState, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT max(version) FROM publication WHERE layer = $1), \
               coalesce(sum(count), 0)::bigint, coalesce(bool_or(demonstration), false), \
               ARRAY[min(extent[1]), min(extent[2]), max(extent[3]), max(extent[4])], \
               ARRAY[min(extent_3857[1]), min(extent_3857[2]), \
                     max(extent_3857[3]), max(extent_3857[4])], \
               touched.z, touched.x, touched.y, touched.version, \
               (SELECT (extract(epoch FROM min(at)) * 1e6)::bigint FROM publication \
                WHERE layer = $1) \
             FROM publication, (SELECT array_agg(z) AS z, array_agg(x) AS x, \
               array_agg(y) AS y, array_agg(version) AS version FROM publication_tile \
               WHERE layer = $1 AND version > $2) touched \
             WHERE layer = $1 AND superseded_by IS NULL \
             GROUP BY touched.z, touched.x, touched.y, touched.version",
        )
        .bind(id)
        .bind(known.version)
        .fetch_one(&self.member)
        .await?;
        let corners = |index: usize| -> Result<Option<Bbox>, sqlx::Error> {
            let numbers: Vec<Option<f64>> = row.try_get(index)?;
            Ok(match numbers[..] {
                [Some(min_x), Some(min_y), Some(max_x), Some(max_y)] => Some(Bbox {
                    min_x,
                    min_y,
                    max_x,
                    max_y,
                }),
                _ => None,
            })
        };
        let mut touched = Touched::clone(&known.touched);
        let zooms: Vec<i16> = row.try_get::<Option<_>, _>(5)?.unwrap_or_default();
        let columns: Vec<i32> = row.try_get::<Option<_>, _>(6)?.unwrap_or_default();
        let rows: Vec<i32> = row.try_get::<Option<_>, _>(7)?.unwrap_or_default();
        let versions: Vec<i64> = row.try_get::<Option<_>, _>(8)?.unwrap_or_default();
        for (place, version) in versions.into_iter().enumerate() {
            touched.insert((zooms[place], columns[place], rows[place]), version);
        }
        Ok(LayerState {
            version: row.try_get::<Option<i64>, _>(0)?.unwrap_or(0),
            born: row.try_get::<Option<i64>, _>(9)?.unwrap_or(0),
            count: row.try_get(1)?,
            demonstration: row.try_get(2)?,
            extent: corners(3)?,
            extent_3857: corners(4)?,
            reach: self.reach(id).await?,
            touched: Arc::new(touched),
        })
    }

    async fn reach(&self, id: &str) -> Result<Vec<(Srid, Bbox)>, StoreError> {
        const MARGIN_M: f64 = 10_000.0;
        let rows: Vec<(i32, f64, f64, f64, f64)> = sqlx::query_as(
            "SELECT code, ST_XMin(g) - $4, ST_YMin(g) - $4, ST_XMax(g) + $4, ST_YMax(g) + $4 \
             FROM (SELECT ST_MakeEnvelope(min(extent[1]), min(extent[2]), max(extent[3]), \
                     max(extent[4]), $2) AS whole \
                   FROM publication WHERE layer = $1 AND extent IS NOT NULL) held, \
               unnest($3::int[]) code, \
               ST_Transform(ST_Segmentize(whole, greatest(ST_Perimeter(whole) / 64, 1)), code) g \
             WHERE whole IS NOT NULL",
        )
        .bind(id)
        .bind(self.srid.0)
        .bind(self.served.iter().map(|srid| srid.0).collect::<Vec<_>>())
        .bind(MARGIN_M)
        .fetch_all(&self.member)
        .await?;
        let bounds = |(code, min_x, min_y, max_x, max_y)| {
            (
                Srid(code),
                Bbox {
                    min_x,
                    min_y,
                    max_x,
                    max_y,
                },
            )
        };
        Ok(rows.into_iter().map(bounds).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(z: u8, x: u32, y: u32) -> TileId {
        TileId::new(z, x, y).expect("a tile of the grid")
    }

    #[test]
    fn only_the_tiles_that_were_touched_get_a_new_version() {
        let mut touched = Touched::new();
        touched.insert((14, -1, -1), 2);
        touched.insert((14, 8000, 5700), 7);
        let state = LayerState {
            touched: Arc::new(touched),
            ..LayerState::default()
        };
        assert_eq!(state.tile_version(tile(14, 8000, 5700)), 7);
        assert_eq!(state.tile_version(tile(14, 8001, 5700)), 2);
        assert_eq!(state.tile_version(tile(15, 8000, 5700)), 0);
    }
}
