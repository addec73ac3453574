//! Parcels by their identifier, by parts of it, by place and by geometry.

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgRow;
use sqlx::{Executor, Postgres, QueryBuilder, Row as _};

use crate::catalogue::View;
use crate::model::{MERCATOR, Srid};
use crate::store::items::push_head;
use crate::store::names::{quote, table};
use crate::store::seal::{push_after_seal, push_reach};
use crate::store::{Store, StoreError};

type Sql = QueryBuilder<Postgres>;

/// Farther than this from every parcel, a place has none.
const NEAR_M: f64 = 250.0;

/// Which parcels.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Those of these identifiers, in their order.
    Keys(Vec<String>),
    /// Those under a place in degrees, on the edge of several all of them.
    At(f64, f64),
    /// Those nearest to a place in degrees, with their distance.
    Near(f64, f64),
    /// Those that pass a filter.
    Filtered(Filter),
}

/// Conditions on parcels; all of them hold together.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// They meet this geometry: GeoJSON in degrees.
    pub geometry: Option<String>,
    /// The codes of their communes begin so.
    pub department: Option<String>,
    /// INSEE code of the commune.
    pub commune: Option<String>,
    /// Prefix of the section: `000`.
    pub prefix: Option<String>,
    /// Section, in two characters.
    pub section: Option<String>,
    /// Number, in four digits.
    pub number: Option<String>,
}

/// A parcel.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Its stable number in the layer.
    pub fid: i64,
    /// Its identifier.
    pub idu: String,
    /// The area that the cadastre states, in m².
    pub contenance: Option<i64>,
    /// The sheet: commune, prefix, section, number of the sheet.
    pub feuille: Option<String>,
    /// Denominator of the sheet's scale.
    pub echelle: Option<i64>,
    /// The geometry in Mercator metres, as WKB.
    pub wkb: Vec<u8>,
    /// Metres from the place asked for, when the parcel does not hold it.
    pub distance: Option<f64>,
}

/// Parcels found, at a version.
#[derive(Debug)]
pub struct Parcels {
    /// The layer's version.
    pub version: i64,
    /// How many there are in all.
    pub total: i64,
    /// Those asked for.
    pub list: Vec<Parcel>,
}

impl Store {
    /// Parcels of the layer, `limit` of them from `start` on. `sections` is the layer that knows
    /// the scale of sheets, when the same reader sees it.
    ///
    /// # Errors
    /// When the database does not answer, or a geometry cannot be projected.
    pub async fn parcels(
        &self,
        view: &View,
        sections: Option<&View>,
        wanted: &Wanted,
        (start, limit): (u32, u32),
    ) -> Result<Parcels, StoreError> {
        // How much of the layer a filter keeps decides on its plan.
        let pool = match wanted {
            Wanted::Filtered(_) => self.reader(view),
            Wanted::Keys(_) | Wanted::At(..) | Wanted::Near(..) => self.finder(view),
        };
        let seen = Seen::new(view, sections, self.srid);
        seen.parcels(pool, wanted, (start, limit)).await
    }

    /// A connection for look-ups by identifier that follow one another: taken anew for each, it would
    /// be asked after each whether it still lives.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_finding(&self, view: &View) -> Result<Finder, StoreError> {
        Ok(Finder {
            connection: self.finder(view).acquire().await?,
            srid: self.srid,
        })
    }
}

/// A connection that is kept for look-ups by identifier. One that failed is of no more use.
#[derive(Debug)]
pub struct Finder {
    connection: PoolConnection<Postgres>,
    srid: Srid,
}

impl Finder {
    /// The parcels of these identifiers, as [`Store::parcels`] gives them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn parcels(
        &mut self,
        view: &View,
        sections: Option<&View>,
        keys: Vec<String>,
    ) -> Result<Parcels, StoreError> {
        let page = (0, keys.len() as u32);
        let seen = Seen::new(view, sections, self.srid);
        let wanted = Wanted::Keys(keys);
        seen.parcels(&mut *self.connection, &wanted, page).await
    }
}

fn read(rows: &[PgRow], wanted: &Wanted) -> Result<Parcels, StoreError> {
    let mut found = Parcels {
        version: 0,
        total: 0,
        list: Vec::with_capacity(rows.len()),
    };
    for row in rows {
        found.version = row.try_get(0)?;
        found.total = row.try_get::<Option<i64>, _>(8)?.unwrap_or(0);
        let Some(fid) = row.try_get::<Option<i64>, _>(1)? else {
            continue;
        };
        found.list.push(Parcel {
            fid,
            idu: row.try_get::<Option<String>, _>(2)?.unwrap_or_default(),
            contenance: row.try_get(3)?,
            feuille: row.try_get(4)?,
            echelle: row.try_get(5)?,
            wkb: row.try_get::<Option<_>, _>(6)?.unwrap_or_default(),
            distance: row.try_get(7)?,
        });
    }
    if !matches!(wanted, Wanted::Filtered(_)) {
        found.total = found.list.len() as i64;
    }
    if let Wanted::Keys(keys) = wanted {
        let place = |parcel: &Parcel| keys.iter().position(|key| *key == parcel.idu);
        found.list.sort_by_key(place);
    }
    Ok(found)
}

/// The layer of parcels as a reader sees it, and the sheets beside.
struct Seen<'a> {
    view: &'a View,
    sections: Option<&'a View>,
    srid: i32,
}

impl<'a> Seen<'a> {
    fn new(view: &'a View, sections: Option<&'a View>, srid: Srid) -> Self {
        Self {
            view,
            sections: sections.filter(|other| other.is_common() == view.is_common()),
            srid: srid.0,
        }
    }

    async fn parcels(
        &self,
        executor: impl Executor<'_, Database = Postgres>,
        wanted: &Wanted,
        (start, limit): (u32, u32),
    ) -> Result<Parcels, StoreError> {
        let mut sql = Sql::new("SELECT h.version, r.* FROM (SELECT ");
        push_head(&mut sql, self.view);
        sql.push(") h LEFT JOIN LATERAL (");
        match wanted {
            Wanted::Keys(keys) => self.push_keys(&mut sql, keys),
            Wanted::At(lon, lat) => self.push_at(&mut sql, (*lon, *lat)),
            Wanted::Near(lon, lat) => self.push_near(&mut sql, (*lon, *lat), limit),
            Wanted::Filtered(filter) => self.push_paged(&mut sql, filter, start, limit),
        }
        sql.push(") r ON true");
        let rows = sql.build().fetch_all(executor).await;
        let rows = rows.map_err(|error| {
            let drawn = matches!(wanted, Wanted::Filtered(filter) if filter.geometry.is_some());
            crate::store::items::meaning(error, drawn)
        })?;
        read(&rows, wanted)
    }

    /// A column that a territory's catalogue may not have.
    fn column(&self, name: &str, kind: &str) -> String {
        match self.view.field(name) {
            Some(field) if !field.personal => format!("t.{}", quote(name)),
            _ => format!("NULL::{kind}"),
        }
    }

    /// `SELECT …` of a parcel's columns, but for distance and total.
    fn push_columns(&self, sql: &mut Sql) {
        let scale = match self.sections {
            Some(sheets) if sheets.field("echelle").is_some() => "s.echelle",
            _ => "NULL::bigint",
        };
        sql.push(format!(
            "SELECT t.fid, t.idu, {} AS contenance, {} AS feuille, {scale} AS echelle, \
             ST_AsBinary(t.geom_3857) AS wkb",
            self.column("contenance", "bigint"),
            self.column("feuille", "text"),
        ));
    }

    fn push_from(&self, sql: &mut Sql) {
        sql.push(format!(" FROM {} t", table(self.view)));
        self.push_sheets(sql);
    }

    fn push_sheets(&self, sql: &mut Sql) {
        if let Some(sheets) = self.sections
            && sheets.field("echelle").is_some()
            && self.view.field("feuille").is_some()
        {
            sql.push(format!(
                " LEFT JOIN {} s ON s.{} = t.feuille",
                table(sheets),
                key_column(sheets, "feuille")
            ));
        }
    }

    fn push_visible(&self, sql: &mut Sql) {
        push_after_seal(sql, self.view);
        push_reach(sql, self.view);
    }

    fn push_keys(&self, sql: &mut Sql, keys: &[String]) {
        self.push_columns(sql);
        sql.push(", NULL::float8, NULL::bigint");
        self.push_from(sql);
        sql.push(" WHERE ");
        self.push_visible(sql);
        let key = key_column(self.view, "idu");
        if let [key_alone] = keys {
            sql.push(format!(" AND t.{key} = "));
            sql.push_bind(key_alone.clone());
        } else {
            sql.push(format!(" AND t.{key} = ANY("));
            sql.push_bind(keys.to_vec());
            sql.push(")");
        }
    }

    /// Straight edges are those of the stored system; drawn in Mercator they differ by less than a
    /// millimetre over a parcel, and a place needs no projection.
    fn push_at(&self, sql: &mut Sql, place: (f64, f64)) {
        self.push_columns(sql);
        sql.push(", NULL::float8, NULL::bigint");
        self.push_from(sql);
        sql.push(" WHERE ");
        self.push_visible(sql);
        sql.push(" AND ST_Intersects(t.geom_3857, ");
        push_place(sql, place);
        sql.push(") ORDER BY t.idu");
    }

    fn push_near(&self, sql: &mut Sql, place: (f64, f64), limit: u32) {
        self.push_columns(sql);
        sql.push(", n.distance, NULL::bigint");
        sql.push(" FROM (SELECT t.fid, ST_Distance(t.geom, ST_Transform(");
        push_place(sql, place);
        sql.push(format!(
            ", {})) AS distance FROM {} t WHERE ",
            self.srid,
            table(self.view)
        ));
        self.push_visible(sql);
        sql.push(" ORDER BY t.geom_3857 <-> ");
        push_place(sql, place);
        sql.push(format!(
            " LIMIT {limit}) n JOIN {} t USING (fid)",
            table(self.view)
        ));
        self.push_sheets(sql);
        sql.push(" WHERE n.distance <= ");
        sql.push_bind(NEAR_M);
        sql.push(" ORDER BY n.distance, t.idu");
    }

    /// A page of what may be many, in the order of identifiers, with how many there are.
    fn push_paged(&self, sql: &mut Sql, filter: &Filter, start: u32, limit: u32) {
        sql.push("WITH ");
        if let Some(geometry) = &filter.geometry {
            sql.push(
                "place AS MATERIALIZED (SELECT ST_MakeValid(ST_Transform(ST_SetSRID(\
                 ST_GeomFromGeoJSON(",
            );
            sql.push_bind(geometry.clone());
            sql.push(format!("), 4326), {})) AS geom), ", self.srid));
        }
        sql.push(format!(
            "found AS MATERIALIZED (SELECT t.fid, t.idu FROM {} t",
            table(self.view)
        ));
        if filter.geometry.is_some() {
            sql.push(", place");
        }
        sql.push(" WHERE ");
        self.push_visible(sql);
        for (column, value) in [
            ("commune", &filter.commune),
            ("prefixe", &filter.prefix),
            ("section", &filter.section),
            ("numero", &filter.number),
        ] {
            if let Some(value) = value {
                sql.push(format!(" AND t.{column} = "));
                sql.push_bind(value.clone());
            }
        }
        if let Some(department) = &filter.department {
            sql.push(" AND starts_with(t.commune, ");
            sql.push_bind(department.clone());
            sql.push(")");
        }
        if filter.geometry.is_some() {
            sql.push(" AND ST_Intersects(t.geom, place.geom)");
        }
        sql.push(") SELECT p.*, c.total FROM (SELECT count(*) AS total FROM found) c LEFT JOIN (");
        self.push_columns(sql);
        sql.push(", NULL::float8 AS distance FROM (SELECT fid FROM found ORDER BY idu OFFSET ");
        sql.push_bind(i64::from(start));
        sql.push(" LIMIT ");
        sql.push_bind(i64::from(limit));
        sql.push(format!(") f JOIN {} t USING (fid)", table(self.view)));
        self.push_sheets(sql);
        sql.push(" ORDER BY t.idu) p ON true");
    }
}

/// The column to find a row by: the layer's key has an index, whatever the field's own.
pub(super) fn key_column(view: &View, field: &str) -> String {
    if view.key.iter().map(String::as_str).eq([field]) {
        "_key".to_owned()
    } else {
        quote(field)
    }
}

/// A place in degrees, in Mercator metres.
fn push_place(sql: &mut Sql, (lon, lat): (f64, f64)) {
    let (x, y) = crate::model::degrees_to_mercator(lon, lat);
    sql.push("ST_SetSRID(ST_MakePoint(");
    sql.push_bind(x);
    sql.push(", ");
    sql.push_bind(y);
    sql.push(format!("), {})", MERCATOR.0));
}
