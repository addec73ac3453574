//! The communes of the territory, from the published layer.

use sqlx::{AssertSqlSafe, Row as _};

use super::names::table;
use super::{Store, StoreError};
use crate::catalogue::{Catalogue, Layer};
use crate::model::{Commune, CommuneNames, CommunePopulation, Communes, DRAWING, Insee};

/// The layer that says which communes there are.
pub const COMMUNES: &str = "communes";

/// Outlines are simplified to this many units of the drawing: under a pixel where it is shown.
const TOLERANCE: f64 = 0.7;

impl Store {
    /// The communes that are published, with outlines to draw; none when the catalogue has no
    /// layer of communes or nothing of it is published.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn communes(&self, catalogue: &Catalogue) -> Result<Communes, StoreError> {
        let Some(layer) = catalogue.get(COMMUNES).filter(|layer| fits(layer)) else {
            return Ok(Communes::default());
        };
        let rows = sqlx::query(AssertSqlSafe(statement(layer)))
            .bind(DRAWING)
            .bind(TOLERANCE)
            .fetch_all(&self.read)
            .await?;
        let mut communes = Communes::default();
        for row in rows {
            communes.width = row.try_get("width")?;
            communes.height = row.try_get("height")?;
            communes.corner = (row.try_get("west")?, row.try_get("north")?);
            communes.scale = row.try_get("scale")?;
            let Ok(insee) = Insee::try_from(row.try_get::<String, _>("insee")?) else {
                continue;
            };
            communes.list.push(Commune {
                insee,
                name: row.try_get("name")?,
                population: row.try_get("population")?,
                outline: row.try_get("outline")?,
                middle: (row.try_get("x")?, row.try_get("y")?),
                radius: row.try_get("radius")?,
            });
        }
        Ok(communes)
    }
}

impl Store {
    /// What the published communes are called, in the order of their codes; none when the
    /// catalogue has no layer of communes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn commune_names(
        &self,
        catalogue: &Catalogue,
    ) -> Result<Vec<CommuneNames>, StoreError> {
        let Some(layer) = catalogue.get(COMMUNES).filter(|layer| fits(layer)) else {
            return Ok(Vec::new());
        };
        // Several values of one field are separated by a bar.
        let several = |name: &str| match layer.field(name) {
            Some(field) if !field.personal => format!("coalesce({name}, '')"),
            _ => "''".to_owned(),
        };
        let statement = format!(
            "SELECT code_insee AS insee, nom AS name, {} AS aliases, {} AS postcodes \
             FROM {} ORDER BY code_insee",
            several("autres_noms"),
            several("code_postal"),
            table(layer)
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&self.read)
            .await?;
        let split = |text: String| -> Vec<String> {
            let parts = text
                .split('|')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let mut names = Vec::with_capacity(rows.len());
        for row in rows {
            if let Ok(insee) = Insee::try_from(row.try_get::<String, _>("insee")?) {
                names.push(CommuneNames {
                    insee,
                    name: row.try_get("name")?,
                    aliases: split(row.try_get("aliases")?),
                    postcodes: split(row.try_get("postcodes")?),
                });
            }
        }
        Ok(names)
    }
}

impl Store {
    /// The inhabitants of the published communes, in the order of their codes; none when the
    /// catalogue's layer has no such field.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn commune_populations(
        &self,
        catalogue: &Catalogue,
    ) -> Result<Vec<CommunePopulation>, StoreError> {
        let layer = catalogue.get(COMMUNES).filter(|layer| fits(layer));
        let Some(layer) = layer.filter(|it| it.field("population_municipale").is_some()) else {
            return Ok(Vec::new());
        };
        let maybe = |name: &'static str| layer.field(name).map_or("NULL::text", |_| name);
        let statement = format!(
            "SELECT code_insee AS insee, nom AS name, population_municipale AS population, \
                    {} AS vintage, {} AS source \
             FROM {} WHERE population_municipale >= 0 ORDER BY code_insee",
            maybe("population_millesime"),
            maybe("population_source"),
            table(layer)
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&self.read)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let Ok(insee) = Insee::try_from(row.try_get::<String, _>("insee")?) else {
                continue;
            };
            found.push(CommunePopulation {
                insee,
                name: row.try_get("name")?,
                population: row.try_get::<i64, _>("population")?.unsigned_abs(),
                vintage: row.try_get("vintage")?,
                source: row.try_get("source")?,
            });
        }
        Ok(found)
    }
}

/// Whether the layer has what is read here.
fn fits(layer: &Layer) -> bool {
    ["code_insee", "nom"]
        .iter()
        .all(|name| layer.field(name).is_some_and(|field| !field.personal))
}

/// Names are ordered as people read them: accents and case aside. `ST_AsSVG` turns north up.
fn statement(layer: &Layer) -> String {
    let population = if layer.field("population_municipale").is_some() {
        "population_municipale"
    } else {
        "NULL::bigint"
    };
    format!(
        "WITH box AS (SELECT ST_Extent(geom) AS e FROM {table}), \
         sides AS (SELECT ST_XMin(e) AS x, ST_YMax(e) AS y, ST_XMax(e) - ST_XMin(e) AS w, \
                          ST_YMax(e) - ST_YMin(e) AS h FROM box), \
         frame AS (SELECT *, $1 / greatest(w, h, 1) AS s FROM sides), \
         drawn AS (SELECT code_insee, nom, {population} AS population, round((w * s)::numeric)::float8 AS width, \
                          round((h * s)::numeric)::float8 AS height, \
                          frame.x AS west, frame.y AS north, s AS scale, \
                          ST_SimplifyPreserveTopology(ST_TransScale(geom, -x, -y, s, s), $2) AS g \
                   FROM {table}, frame WHERE NOT ST_IsEmpty(geom)) \
         SELECT code_insee AS insee, nom AS name, population, width, height, \
                west, north, scale, \
                ST_AsSVG(g, 1, 1) AS outline, ST_X(c.center) AS x, -ST_Y(c.center) AS y, c.radius \
         FROM drawn, ST_MaximumInscribedCircle(g) c \
         ORDER BY translate(lower(nom), 'àâäéèêëîïôöùûüÿç', 'aaaeeeeiioouuuyc'), code_insee",
        table = table(layer)
    )
}
