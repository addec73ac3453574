//! ADS files of some communes: those that are instructed, a page of all, figures of a year, and
//! what is odd about their parcels.

use chrono::NaiveDate;
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row as _};

use super::former::shared;
use super::parcels::key_column;
use crate::catalogue::View;
use crate::model::{Anomaly, YearFigures};
use crate::store::items::{push_head, visible_columns};
use crate::store::names::{history, table};
use crate::store::row::Row;
use crate::store::seal::{At, push_after_seal, push_personal};
use crate::store::{Store, StoreError};

/// Which files.
#[derive(Debug, Clone, Default)]
pub struct FileFilter {
    /// Of these communes alone.
    pub communes: Vec<String>,
    /// Of this type.
    pub kind: Option<String>,
    /// In one of these states; any when empty.
    pub states: Vec<String>,
    /// With one of these decisions; any when empty.
    pub decisions: Vec<String>,
    /// Decided between these days, works not begun.
    pub unbuilt: Option<(NaiveDate, NaiveDate)>,
    /// Deposited between these days.
    pub deposited: Option<(NaiveDate, NaiveDate)>,
}

/// A file, and its middle in the stored system.
#[derive(Debug)]
pub struct FileRow {
    /// The row, without geometry.
    pub row: Row,
    /// Its middle.
    pub place: Option<(f64, f64)>,
}

/// Decisions in favour of the applicant, as conditions on a row.
const FAVOURABLE: &str =
    "(decision LIKE 'accord%' OR decision LIKE 'non_opposition%' OR decision LIKE 'cu_%')";

/// Anomalies that are listed.
const ANOMALIES: i64 = 200;

impl Store {
    /// Files, the newest first, with the layer's version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn files(
        &self,
        view: &View,
        filter: &FileFilter,
        (start, limit): (i64, i64),
    ) -> Result<(i64, Vec<FileRow>), StoreError> {
        let mut sql = QueryBuilder::<Postgres>::new("SELECT h.version, r.* FROM (SELECT ");
        push_head(&mut sql, view);
        sql.push(") h LEFT JOIN LATERAL (SELECT t.fid, NULL::bytea");
        sql.push(visible_columns(view));
        sql.push(", ST_X(ST_Centroid(t.geom)) AS place_x, ST_Y(ST_Centroid(t.geom)) AS place_y");
        sql.push(format!(" FROM {} t", table(view)));
        push_personal(&mut sql, view, At::Now);
        sql.push(" WHERE ");
        push_after_seal(&mut sql, view);
        push_filter(&mut sql, filter);
        sql.push(" ORDER BY t.date_depot DESC NULLS LAST, t.numero DESC OFFSET ");
        sql.push_bind(start);
        sql.push(" LIMIT ");
        sql.push_bind(limit);
        sql.push(") r ON true");
        let rows = sql.build().fetch_all(self.reader(view)).await?;
        let version = match rows.first() {
            Some(row) => row.try_get(0)?,
            None => 0,
        };
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            if row.try_get_unchecked::<Option<i64>, _>(1)?.is_none() {
                continue;
            }
            let x: Option<f64> = row.try_get("place_x")?;
            let place = x.zip(row.try_get("place_y")?);
            found.push(FileRow {
                row: Row::new(row, 1),
                place,
            });
        }
        Ok((version, found))
    }

    /// Figures of a year: of all, by type, by commune, by decision.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn file_figures(
        &self,
        view: &View,
        communes: &[String],
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<YearFigures>, StoreError> {
        let statement = format!(
            "SELECT CASE WHEN grouping(type) = 0 THEN 'type' WHEN grouping(commune) = 0 THEN 'commune' \
                 WHEN grouping(decision) = 0 THEN 'decision' ELSE 'total' END AS par, \
               coalesce(type, commune, decision, '') AS cle, \
               count(*) FILTER (WHERE date_depot BETWEEN $2 AND $3) AS deposes, \
               count(*) FILTER (WHERE date_decision BETWEEN $2 AND $3) AS decides, \
               count(*) FILTER (WHERE date_decision BETWEEN $2 AND $3 AND {FAVOURABLE}) AS favorables, \
               count(*) FILTER (WHERE date_decision BETWEEN $2 AND $3 AND decision LIKE '%tacite') AS tacites, \
               percentile_cont(0.5) WITHIN GROUP (ORDER BY date_decision - date_depot) \
                 FILTER (WHERE date_decision BETWEEN $2 AND $3) AS delai \
             FROM {files} WHERE commune = ANY ($1) \
               AND (date_depot BETWEEN $2 AND $3 OR date_decision BETWEEN $2 AND $3) \
             GROUP BY GROUPING SETS ((), (type), (commune), (decision)) \
             HAVING grouping(decision) = 1 OR decision IS NOT NULL ORDER BY 1, 3 DESC, 2",
            files = table(view)
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(communes)
            .bind(from)
            .bind(to)
            .fetch_all(self.reader(view))
            .await?;
        rows.iter()
            .map(|row| {
                Ok(YearFigures {
                    par: row.try_get("par")?,
                    cle: row.try_get("cle")?,
                    deposes: row.try_get("deposes")?,
                    decides: row.try_get("decides")?,
                    favorables: row.try_get("favorables")?,
                    tacites: row.try_get("tacites")?,
                    delai_median: row.try_get("delai")?,
                })
            })
            .collect()
    }

    /// Files that are open or were deposited since a day whose parcels are not what they should
    /// be. A parcel that was published once and is no more has become those that lie there today.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn file_anomalies(
        &self,
        view: &View,
        parcels: &View,
        communes: &[String],
        since: NaiveDate,
    ) -> Result<Vec<Anomaly>, StoreError> {
        let (files, now, past) = (table(view), table(parcels), history(parcels));
        let key = key_column(parcels, "idu");
        let statement = format!(
            "WITH looked AS (SELECT numero, commune, parcelles, date_depot FROM {files} \
               WHERE commune = ANY ($1) AND (date_depot >= $2 OR date_decision IS NULL)), \
             named AS (SELECT l.*, btrim(k) AS idu FROM looked l, string_to_table(l.parcelles, '|') k \
               WHERE btrim(k) <> ''), \
             odd AS (SELECT numero, commune, idu, date_depot, \
                 CASE WHEN left(idu, 5) <> commune THEN 'deux_communes' \
                   WHEN EXISTS (SELECT FROM {past} h WHERE h.{key} = n.idu) THEN 'renumerotee' \
                   ELSE 'inconnue' END AS nature \
               FROM named n WHERE left(idu, 5) <> commune \
                 OR EXISTS (SELECT FROM {now}) AND NOT EXISTS (SELECT FROM {now} p WHERE p.{key} = n.idu) \
               UNION ALL SELECT numero, commune, '', date_depot, 'sans_parcelle' FROM looked \
                 WHERE btrim(coalesce(parcelles, '')) = '') \
             SELECT o.numero, o.commune, o.nature, o.idu, coalesce(b.became, '') AS became \
             FROM (SELECT * FROM odd ORDER BY date_depot DESC NULLS LAST, numero, idu LIMIT $3) o \
             LEFT JOIN LATERAL (SELECT string_agg(c.idu, '|' ORDER BY s.area DESC, c.idu) AS became \
               FROM (SELECT h.geom FROM {past} h WHERE h.{key} = o.idu ORDER BY h._until DESC LIMIT 1) w, \
                 {now} c, {shared} AND o.nature = 'renumerotee') b ON true",
            shared = shared("c", "w"),
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(communes)
            .bind(since)
            .bind(ANOMALIES)
            .fetch_all(self.reader(view))
            .await?;
        rows.iter()
            .map(|row| {
                let became: String = row.try_get("became")?;
                let each = became.split('|').filter(|key| !key.is_empty());
                Ok(Anomaly {
                    numero: row.try_get("numero")?,
                    commune: row.try_get("commune")?,
                    nature: row.try_get("nature")?,
                    parcelle: row.try_get("idu")?,
                    devenue: each.map(str::to_owned).collect(),
                })
            })
            .collect()
    }
}

fn push_filter(sql: &mut QueryBuilder<Postgres>, filter: &FileFilter) {
    sql.push(" AND t.commune = ANY(");
    sql.push_bind(filter.communes.clone());
    sql.push(")");
    if let Some(kind) = &filter.kind {
        sql.push(" AND t.type = ");
        sql.push_bind(kind.clone());
    }
    for (column, values) in [("etat", &filter.states), ("decision", &filter.decisions)] {
        if !values.is_empty() {
            sql.push(format!(" AND t.{column} = ANY("));
            sql.push_bind(values.clone());
            sql.push(")");
        }
    }
    let between = |sql: &mut QueryBuilder<Postgres>, column: &str, (from, to)| {
        sql.push(format!(" AND t.{column} BETWEEN "));
        sql.push_bind::<NaiveDate>(from);
        sql.push(" AND ");
        sql.push_bind::<NaiveDate>(to);
    };
    if let Some(days) = filter.unbuilt {
        between(sql, "date_decision", days);
        sql.push(" AND t.date_doc IS NULL");
    }
    if let Some(days) = filter.deposited {
        between(sql, "date_depot", days);
    }
}
