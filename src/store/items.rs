//! Pages of features: one statement a page, in the order of `fid`.
//!
//! Inside a box, the page walks one GiST index on (geometry, fid) by distance of `fid` to the last
//! one seen: the price of a page does not depend on how deep it is nor on the layer's size
//! (measured on 300,000 parcels, a box of 10 %: 0.4 ms for 100 features at any depth, where a walk
//! of the primary key takes up to 48 ms).

use sqlx::{Postgres, QueryBuilder, Row as _};

use super::names::{history, quote, table};
use super::row::Row;
use super::seal::{At, push_after_seal, push_personal, push_reach, push_seal};
use super::{Store, StoreError};
use crate::catalogue::{Field, FieldType, Layer, View};
use crate::model::{
    Bbox, BboxFilter, Crs, Interval, ItemsFilter, ItemsQuery, MERCATOR, Scalar, Srid,
};

/// A page of features, with the layer's version that it was read at.
#[derive(Debug)]
pub struct Page {
    /// The version read.
    pub version: i64,
    /// The rows, one more than asked for when others follow.
    pub rows: Vec<Row>,
}

type Sql = QueryBuilder<Postgres>;

impl Store {
    /// One page of a layer, at the version asked for or else the current one.
    ///
    /// One row more than the limit is read, which tells whether another page follows.
    ///
    /// # Errors
    /// [`StoreError::NotYet`] when the version has not arrived in this database.
    pub async fn items(&self, view: &View, query: &ItemsQuery) -> Result<Page, StoreError> {
        let mut page = self.page(view, query, None).await?;
        if query
            .bound
            .is_some_and(|bound| bound.version != page.version)
        {
            // What a later version holds may lie elsewhere.
            let unbound = ItemsQuery {
                bound: None,
                ..query.clone()
            };
            page = self.page(view, &unbound, None).await?;
        }
        match query.version {
            Some(wanted) if wanted > page.version => Err(StoreError::NotYet(wanted)),
            Some(wanted) if wanted < page.version => self.page(view, query, Some(wanted)).await,
            _ => Ok(page),
        }
    }

    /// How the database reads a page of the current version, as it explains it.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn plan(&self, view: &View, query: &ItemsQuery) -> Result<String, StoreError> {
        let mut sql = Sql::new("EXPLAIN ");
        push_page(&mut sql, view, query, None, self.srid);
        let lines: Vec<(String,)> = sql.build_query_as().fetch_all(self.reader(view)).await?;
        let lines: Vec<String> = lines.into_iter().map(|(line,)| line).collect();
        Ok(lines.join("\n"))
    }

    async fn page(
        &self,
        view: &View,
        query: &ItemsQuery,
        past: Option<i64>,
    ) -> Result<Page, StoreError> {
        let mut sql = Sql::new("");
        push_page(&mut sql, view, query, past, self.srid);
        let projected = projects(&query.filter);
        let rows = sql
            .build()
            .fetch_all(self.reader(view))
            .await
            .map_err(|e| meaning(e, projected))?;
        let version = match rows.first() {
            Some(row) => row.try_get(0)?,
            None => 0,
        };
        let rows = rows
            .into_iter()
            .filter(|row| {
                row.try_get_unchecked::<Option<i64>, _>(1)
                    .is_ok_and(|fid| fid.is_some())
            })
            .map(|row| Row::new(row, 1))
            .collect();
        Ok(Page {
            version: past.unwrap_or(version),
            rows,
        })
    }

    /// One feature by its number, with the version that it was read at; none when it lies outside
    /// the reader's reach, as when it does not exist.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn item(
        &self,
        view: &View,
        crs: Crs,
        fid: i64,
    ) -> Result<(i64, Option<Row>), StoreError> {
        let mut sql = Sql::new("SELECT h.version, r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(") h LEFT JOIN LATERAL (SELECT t.fid, ");
        push_geometry(&mut sql, crs, self.srid);
        sql.push(visible_columns(view));
        sql.push(format!(" FROM {} t", table(view)));
        push_personal(&mut sql, view, At::Now);
        sql.push(" WHERE ");
        push_after_seal(&mut sql, view);
        sql.push(" AND t.fid = ");
        sql.push_bind(fid);
        push_reach(&mut sql, view);
        sql.push(") r ON true");
        let row = sql.build().fetch_one(self.reader(view)).await?;
        let version = row.try_get(0)?;
        let found = row.try_get::<Option<i64>, _>(1)?.is_some();
        Ok((version, found.then(|| Row::new(row, 1))))
    }
}

/// What an error means: with coordinates that PROJ was given to project, its refusal is theirs.
pub(super) fn meaning(error: sqlx::Error, projected: bool) -> StoreError {
    // PostGIS reports what PROJ cannot project as an internal error.
    let internal =
        matches!(&error, sqlx::Error::Database(e) if e.code().as_deref() == Some("XX000"));
    if internal && projected {
        StoreError::OutsideCrs
    } else {
        error.into()
    }
}

/// Whether the filter has PROJ transform coordinates that came from outside.
pub(super) fn projects(filter: &ItemsFilter) -> bool {
    matches!(&filter.bbox, Some(bbox) if matches!(bbox.crs, Crs::Projected(srid) if srid != MERCATOR))
}

/// The version read, and the telling of who reads: the columns of the sub-select `h`.
pub(super) fn push_head(sql: &mut Sql, view: &View) {
    sql.push("(SELECT coalesce(max(version), 0) FROM publication WHERE layer = ");
    sql.push_bind(view.id.as_str().to_owned());
    sql.push(") AS version");
    push_seal(sql, view);
}

/// A visible field's column: personal ones come from the joined table.
fn column(field: &Field) -> String {
    let table = if field.personal { "p" } else { "t" };
    format!("{table}.{}", quote(&field.name))
}

pub(super) fn visible_columns(view: &View) -> String {
    view.visible()
        .map(|field| format!(", {}", column(field)))
        .collect()
}

fn push_page(sql: &mut Sql, view: &View, query: &ItemsQuery, past: Option<i64>, srid: Srid) {
    sql.push("SELECT h.version, r.* FROM (SELECT ");
    push_head(sql, view);
    sql.push(") h LEFT JOIN LATERAL (");
    match past {
        None => push_rows(sql, view, query, Rows::Current, srid),
        // Each side gives a page in order of its own, lest a page sort the rest of the layer.
        Some(version) => {
            sql.push("SELECT * FROM ((");
            push_rows(sql, view, query, Rows::KeptSince(version), srid);
            sql.push(") UNION ALL (");
            push_rows(sql, view, query, Rows::Superseded(version), srid);
            sql.push(")) b ORDER BY b.fid LIMIT ");
            sql.push_bind(i64::from(query.limit) + 1);
        }
    }
    sql.push(") r ON true");
}

/// Which rows of a layer a page is made of.
#[derive(Debug, Clone, Copy)]
enum Rows {
    /// Those of today.
    Current,
    /// Those of today that a version had already.
    KeptSince(i64),
    /// Those of the history that a version had.
    Superseded(i64),
}

/// A page of rows, in the order of `fid`.
fn push_rows(sql: &mut Sql, view: &View, query: &ItemsQuery, rows: Rows, srid: Srid) {
    let (source, at) = match rows {
        Rows::Current => (table(view), At::Now),
        Rows::KeptSince(version) => (table(view), At::Version(version)),
        Rows::Superseded(version) => (history(view), At::Version(version)),
    };
    sql.push("SELECT t.fid, ");
    push_geometry(sql, query.crs, srid);
    sql.push(visible_columns(view));
    sql.push(format!(" FROM {source} t"));
    push_personal(sql, view, at);
    sql.push(" WHERE ");
    push_after_seal(sql, view);
    sql.push(" AND t.fid > ");
    sql.push_bind(query.after);
    if let Rows::KeptSince(version) | Rows::Superseded(version) = rows {
        sql.push(" AND t._since <= ");
        sql.push_bind(version);
    }
    if let Rows::Superseded(version) = rows {
        sql.push(" AND t._until > ");
        sql.push_bind(version);
    }
    push_filter(sql, view, &query.filter, srid);
    let bound = query.bound.filter(|_| matches!(rows, Rows::Current));
    if let Some(bound) = bound {
        sql.push(" AND t.geom_3857 && ");
        push_envelope(sql, bound.bbox, MERCATOR);
    }
    // The history has no index by place and number.
    let boxed = query.filter.bbox.is_some() || bound.is_some();
    if boxed && !matches!(rows, Rows::Superseded(_)) {
        sql.push(" ORDER BY t.fid <-> ");
        sql.push_bind(query.after);
    } else {
        sql.push(" ORDER BY t.fid");
    }
    sql.push(" LIMIT ");
    sql.push_bind(i64::from(query.limit) + 1);
}

/// The geometry as WKB. Degrees are derived from Mercator by the encoder, in closed form: PROJ
/// would cost more than the rest of the page.
fn push_geometry(sql: &mut Sql, crs: Crs, srid: Srid) {
    let expression = match crs {
        Crs::Crs84 | Crs::Wgs84 | Crs::Projected(MERCATOR) => "ST_AsBinary(t.geom_3857)".to_owned(),
        Crs::Projected(wanted) if wanted == srid => "ST_AsBinary(t.geom)".to_owned(),
        Crs::Projected(wanted) => format!("ST_AsBinary(ST_Transform(t.geom, {}))", wanted.0),
    };
    sql.push(expression);
}

/// The reader's reach and every condition of a filter, each after `AND`.
pub(super) fn push_filter(sql: &mut Sql, view: &View, filter: &ItemsFilter, srid: Srid) {
    push_reach(sql, view);
    if let Some(bbox) = &filter.bbox {
        push_bbox(sql, bbox, srid);
    }
    if let (Some(interval), Some(name)) = (&filter.datetime, &view.datetime) {
        push_interval(sql, view, name, interval);
    }
    let fields: Vec<_> = view.visible().collect();
    for (place, value) in &filter.equals {
        sql.push(format!(" AND {} = ", column(fields[*place])));
        push_scalar(sql, value);
    }
}

fn push_bbox(sql: &mut Sql, filter: &BboxFilter, srid: Srid) {
    if filter.boxes.is_empty() {
        sql.push(" AND false");
        return;
    }
    let several = filter.boxes.len() > 1;
    sql.push(if several { " AND (" } else { " AND " });
    for (place, bbox) in filter.boxes.iter().enumerate() {
        if place > 0 {
            sql.push(" OR ");
        }
        match filter.crs {
            Crs::Crs84 | Crs::Wgs84 => push_mercator_box(sql, bbox.to_mercator()),
            Crs::Projected(MERCATOR) => push_mercator_box(sql, *bbox),
            Crs::Projected(from) => push_projected_box(sql, *bbox, from, srid),
        }
    }
    if several {
        sql.push(")");
    }
}

fn push_envelope(sql: &mut Sql, bbox: Bbox, srid: Srid) {
    // A box without width or height meets nothing as a surface: it is a line, or a place.
    let flat = bbox.min_x == bbox.max_x || bbox.min_y == bbox.max_y;
    sql.push(if flat {
        "ST_Envelope(ST_MakeEnvelope("
    } else {
        "ST_MakeEnvelope("
    });
    for value in bbox.to_array() {
        sql.push_bind(value);
        sql.push(", ");
    }
    sql.push(format!("{})", srid.0));
    if flat {
        sql.push(")");
    }
}

/// Meets the box exactly; features well inside it are spared the exact predicate. The index keeps
/// boxes in single precision, so « well inside » leaves two metres at the edge.
fn push_mercator_box(sql: &mut Sql, bbox: Bbox) {
    const MARGIN: f64 = 2.0;
    let inner = Bbox {
        min_x: bbox.min_x + MARGIN,
        min_y: bbox.min_y + MARGIN,
        max_x: bbox.max_x - MARGIN,
        max_y: bbox.max_y - MARGIN,
    };
    sql.push("(t.geom_3857 && ");
    push_envelope(sql, bbox, MERCATOR);
    sql.push(" AND CASE WHEN ");
    if inner.min_x < inner.max_x && inner.min_y < inner.max_y {
        sql.push("t.geom_3857 @ ");
        push_envelope(sql, inner, MERCATOR);
    } else {
        sql.push("false");
    }
    sql.push(" THEN true ELSE ST_Intersects(t.geom_3857, ");
    push_envelope(sql, bbox, MERCATOR);
    sql.push(") END)");
}

/// A box of another system is not a box in Mercator: its outline, segmented, finds the candidates,
/// and the stored geometry decides.
fn push_projected_box(sql: &mut Sql, bbox: Bbox, from: Srid, stored: Srid) {
    let step = ((bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y) / 16.0).max(1.0);
    let outline = |sql: &mut Sql| {
        sql.push("ST_Segmentize(");
        push_envelope(sql, bbox, from);
        sql.push(", ");
        sql.push_bind(step);
        sql.push(")");
    };
    sql.push("(t.geom_3857 && ST_Expand(ST_Transform(");
    outline(sql);
    sql.push(format!(", {}), ", MERCATOR.0));
    sql.push_bind(step / 16.0 + 1.0);
    sql.push(") AND ST_Intersects(t.geom, ");
    if from == stored {
        push_envelope(sql, bbox, from);
    } else {
        sql.push("ST_Transform(");
        outline(sql);
        sql.push(format!(", {})", stored.0));
    }
    sql.push("))");
}

/// Features without a date match every interval (OGC API Features, `/req/core/fc-time-response`).
fn push_interval(sql: &mut Sql, layer: &Layer, name: &str, interval: &Interval) {
    let column = format!("t.{}", quote(name));
    let day = layer
        .field(name)
        .is_some_and(|field| field.kind == FieldType::Date);
    for (bound, operator) in [(interval.from, ">="), (interval.until, "<=")] {
        let Some(instant) = bound else { continue };
        sql.push(format!(" AND ({column} IS NULL OR {column} {operator} "));
        if day {
            sql.push_bind(instant.date_naive());
        } else {
            sql.push_bind(instant);
        }
        sql.push(")");
    }
}

fn push_scalar(sql: &mut Sql, value: &Scalar) {
    match value {
        Scalar::Text(text) => sql.push_bind(text.clone()),
        Scalar::Integer(number) => sql.push_bind(*number),
        Scalar::Real(number) => sql.push_bind(*number),
        Scalar::Boolean(truth) => sql.push_bind(*truth),
        Scalar::Date(day) => sql.push_bind(*day),
        Scalar::Timestamp(instant) => sql.push_bind(*instant),
    };
}
