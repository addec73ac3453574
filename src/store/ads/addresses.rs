//! Streets, towns and numbers of the layer of addresses.

use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row as _};

use crate::catalogue::View;
use crate::model::{MERCATOR, Srid};
use crate::store::items::push_head;
use crate::store::names::{quote, table};
use crate::store::seal::{push_after_seal, push_reach};
use crate::store::{Store, StoreError};

type Sql = QueryBuilder<Postgres>;

/// Farther than this from every address, a place has none.
const NEAR_M: f64 = 1000.0;

/// The number that stands for a street or a place without numbers (BAL).
const NO_NUMBER: i64 = 99_999;

/// Where something is: degrees in Mercator metres, and the stored system.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Place {
    /// Mercator metres.
    pub mercator: (f64, f64),
    /// Metres of the stored system.
    pub stored: (f64, f64),
}

/// A street of a commune, or a place without numbers.
#[derive(Debug, Clone)]
pub struct StreetRow {
    /// INSEE code.
    pub commune: String,
    /// Its name.
    pub name: String,
    /// Its code, from the keys of its addresses.
    pub code: String,
    /// Addresses in it.
    pub count: i64,
    /// Whether none of them has a number.
    pub locality: bool,
    /// One of its addresses, about the middle one.
    pub place: Place,
    /// Each address: its number in the street, and its `fid`.
    pub numbers: Vec<(i64, i64)>,
}

/// A commune, to be found by its name.
#[derive(Debug, Clone)]
pub struct TownRow {
    /// INSEE code.
    pub insee: String,
    /// Its name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Its postcodes.
    pub postcodes: Vec<String>,
    /// Its population, when it is known.
    pub population: Option<i64>,
    /// A place inside it.
    pub place: Place,
}

/// One address.
#[derive(Debug, Clone)]
pub struct AddressRow {
    /// `44109_0042_00012_bis`.
    pub key: String,
    /// INSEE code.
    pub commune: String,
    /// Name of the street.
    pub street: String,
    /// The number; none for a place without.
    pub number: Option<i64>,
    /// `bis`, `a`.
    pub suffix: Option<String>,
    /// Identifier in the national base.
    pub ban: Option<String>,
    /// Parcels that it names, with bars between them.
    pub parcels: Option<String>,
    /// Where it is.
    pub place: Place,
    /// Metres from the place asked for.
    pub distance: Option<f64>,
}

impl Store {
    /// Every street of the layer, as the reader sees it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn street_rows(&self, view: &View) -> Result<Vec<StreetRow>, StoreError> {
        let mut sql = begin(view);
        sql.push(format!(
            "(SELECT s.*, {PLACE} FROM (SELECT t.commune_insee, t.voie_nom, \
             min(split_part(t.cle_interop, '_', 2)) AS code, count(*) AS count, \
             bool_and(t.numero = {NO_NUMBER}) AS locality, \
             array_agg(t.numero) FILTER (WHERE t.numero IS NOT NULL) AS numbers, \
             array_agg(t.fid) FILTER (WHERE t.numero IS NOT NULL) AS fids, \
             percentile_disc(0.5) WITHIN GROUP (ORDER BY t.fid) AS fid FROM {table} t WHERE ",
            table = table(view)
        ));
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        sql.push(format!(
            " AND t.voie_nom <> '' GROUP BY t.commune_insee, t.voie_nom) s \
             JOIN {} t USING (fid) ORDER BY s.commune_insee, s.voie_nom) r",
            table(view)
        ));
        let rows = sql.build().fetch_all(self.reader(view)).await?;
        let read = |row: &PgRow| {
            Ok(StreetRow {
                commune: row.try_get("commune_insee")?,
                name: row.try_get("voie_nom")?,
                code: row.try_get("code")?,
                count: row.try_get("count")?,
                locality: row.try_get("locality")?,
                place: place(row)?,
                numbers: std::iter::zip(list(row, "numbers")?, list(row, "fids")?).collect(),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Every commune of the layer of communes, with a place inside it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn town_rows(&self, view: &View) -> Result<Vec<TownRow>, StoreError> {
        let column = |name: &str, kind: &str| match view.field(name) {
            Some(field) if !field.personal => format!("t.{}", quote(name)),
            _ => format!("NULL::{kind}"),
        };
        let mut sql = begin(view);
        sql.push(format!(
            "(SELECT i.*, ST_X(i.geom) AS x, ST_Y(i.geom) AS y, \
             ST_X(i.mercator) AS mx, ST_Y(i.mercator) AS my FROM \
             (SELECT t.code_insee, t.nom, {} AS aliases, {} AS postcodes, {} AS population, \
             p.geom, ST_Transform(p.geom, {}) AS mercator FROM {} t, \
             LATERAL (SELECT ST_PointOnSurface(t.geom) AS geom) p WHERE ",
            column("autres_noms", "text"),
            column("code_postal", "text"),
            column("population_municipale", "bigint"),
            MERCATOR.0,
            table(view)
        ));
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        sql.push(") i ORDER BY i.code_insee) r");
        let rows = sql.build().fetch_all(self.reader(view)).await?;
        let split = |text: Option<String>| -> Vec<String> {
            let text = text.unwrap_or_default();
            let parts = text.split('|').map(str::trim);
            parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let read = |row: &PgRow| {
            Ok(TownRow {
                insee: row.try_get("code_insee")?,
                name: row.try_get("nom")?,
                aliases: split(row.try_get("aliases")?),
                postcodes: split(row.try_get("postcodes")?),
                population: row.try_get("population")?,
                place: place(row)?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The addresses of these numbers (`fid`), as far as there still are any.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn addresses(
        &self,
        view: &View,
        fids: &[i64],
    ) -> Result<Vec<AddressRow>, StoreError> {
        let mut sql = begin(view);
        sql.push("(SELECT ");
        sql.push(columns(view));
        sql.push(format!(
            ", NULL::float8 AS distance FROM {} t WHERE ",
            table(view)
        ));
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        sql.push(" AND t.fid = ANY(");
        sql.push_bind(fids.to_vec());
        sql.push(") ORDER BY t.cle_interop, t.fid) r");
        let rows = sql.build().fetch_all(self.finder(view)).await?;
        rows.iter().map(address).collect()
    }

    /// The addresses nearest to a place in degrees.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn addresses_near(
        &self,
        view: &View,
        (lon, lat): (f64, f64),
        limit: u32,
    ) -> Result<Vec<AddressRow>, StoreError> {
        let (x, y) = crate::model::degrees_to_mercator(lon, lat);
        let Srid(srid) = self.srid;
        let mut sql = begin(view);
        sql.push("(WITH here AS MATERIALIZED (SELECT ST_SetSRID(ST_MakePoint(");
        sql.push_bind(x);
        sql.push(", ");
        sql.push_bind(y);
        sql.push(format!("), {}) AS geom) SELECT ", MERCATOR.0));
        sql.push(columns(view));
        sql.push(format!(
            ", ST_Distance(t.geom, ST_Transform(here.geom, {srid})) AS distance \
             FROM here, {} t WHERE ",
            table(view)
        ));
        push_after_seal(&mut sql, view);
        push_reach(&mut sql, view);
        sql.push(format!(
            " ORDER BY t.geom_3857 <-> here.geom, t.fid LIMIT {limit}"
        ));
        sql.push(") r WHERE r.distance <= ");
        sql.push_bind(NEAR_M);
        let rows = sql.build().fetch_all(self.finder(view)).await?;
        rows.iter().map(address).collect()
    }
}

/// Coordinates of a row `t`.
const PLACE: &str = "ST_X(t.geom) AS x, ST_Y(t.geom) AS y, ST_X(t.geom_3857) AS mx, \
                     ST_Y(t.geom_3857) AS my";

/// The telling of who reads, before the rows.
fn begin(view: &View) -> Sql {
    let mut sql = Sql::new("SELECT r.* FROM (SELECT ");
    push_head(&mut sql, view);
    sql.push(") h, LATERAL ");
    sql
}

fn columns(view: &View) -> String {
    let column = |name: &str| match view.field(name) {
        Some(field) if !field.personal => format!("t.{}", quote(name)),
        _ => "NULL::text".to_owned(),
    };
    format!(
        "t.cle_interop, t.commune_insee, t.voie_nom, t.numero, {} AS suffixe, {} AS ban, \
         {} AS parcels, {PLACE}",
        column("suffixe"),
        column("id_ban_adresse"),
        column("cad_parcelles"),
    )
}

fn place(row: &PgRow) -> Result<Place, StoreError> {
    Ok(Place {
        mercator: (row.try_get("mx")?, row.try_get("my")?),
        stored: (row.try_get("x")?, row.try_get("y")?),
    })
}

/// A list of a row, empty where it has none.
fn list(row: &PgRow, name: &str) -> Result<Vec<i64>, StoreError> {
    Ok(row
        .try_get::<Option<Vec<i64>>, _>(name)?
        .unwrap_or_default())
}

fn address(row: &PgRow) -> Result<AddressRow, StoreError> {
    let number: Option<i64> = row.try_get("numero")?;
    Ok(AddressRow {
        key: row.try_get("cle_interop")?,
        commune: row.try_get("commune_insee")?,
        street: row.try_get("voie_nom")?,
        number: number.filter(|number| *number != NO_NUMBER),
        suffix: row.try_get("suffixe")?,
        ban: row.try_get("ban")?,
        parcels: row.try_get("parcels")?,
        place: place(row)?,
        distance: row.try_get("distance")?,
    })
}
