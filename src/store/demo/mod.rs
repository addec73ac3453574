//! The SQL that draws the demonstration territory, and what it is fed with.
//!
//! Each numbered file is one step; those marked parallel run once on each of two connections,
//! which share the communes out by `current_setting('demo.half')`. Everything happens in the
//! scratch schema `demo`.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};

/// One commune as the sources describe it; geometries are hex WKB in WGS 84.
#[derive(Debug, Clone, Default)]
pub struct CommuneRow {
    /// INSEE code.
    pub insee: String,
    /// Name to show, with its article.
    pub name: String,
    /// Other spellings, separated by `|`.
    pub aliases: String,
    /// SIREN of the commune.
    pub siren: Option<String>,
    /// Municipal population.
    pub population: Option<i64>,
    /// Postcodes, separated by `|`.
    pub postcodes: String,
    /// Code of the département.
    pub departement: String,
    /// Outlines, whose union is the commune (hex WKB, separated by `|`).
    pub outline: String,
    /// Town hall (hex WKB).
    pub hall: Option<String>,
    /// Address of the town hall, lines separated by line feeds.
    pub address: Option<String>,
    /// Opening hours of the town hall, in French.
    pub hours: Option<String>,
    /// E-mail of the town hall.
    pub email: Option<String>,
    /// Telephone of the town hall.
    pub phone: Option<String>,
    /// Web site of the commune.
    pub site: Option<String>,
    /// SIREN of the EPCI.
    pub epci: Option<String>,
    /// Name of the EPCI.
    pub epci_name: Option<String>,
}

/// Membership of a commune in a pôle (`pole`) or a bassin de vie (`bassin`).
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// `pole` or `bassin`.
    pub kind: &'static str,
    /// Code of the group.
    pub code: String,
    /// Name of the group.
    pub name: String,
    /// Whether the composition is the authority's.
    pub official: bool,
    /// The member's INSEE code.
    pub insee: String,
}

/// A river: name, width in metres, line as WKT in WGS 84.
#[derive(Debug, Clone)]
pub struct RiverRow {
    /// French name.
    pub name: String,
    /// Width of the water, in metres.
    pub width: f64,
    /// `LINESTRING(lon lat, …)`.
    pub line: String,
}

/// Everything that the generator starts from.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The communes, in any order.
    pub communes: Vec<CommuneRow>,
    /// Groups of communes.
    pub members: Vec<MemberRow>,
    /// Rivers.
    pub rivers: Vec<RiverRow>,
    /// Wanted number of parcels.
    pub parcels: u32,
    /// EPSG code of the storage projection.
    pub srid: i32,
    /// SIREN, or another short code, that names the planning document and the partitions.
    pub authority: String,
    /// The day about which files are under way.
    pub today: NaiveDate,
    /// Year and source of the populations.
    pub population_vintage: &'static str,
    /// Source of the populations, in French.
    pub population_source: &'static str,
}

/// One step of the generator.
pub struct Step {
    /// What it makes, for a progress bar.
    pub title: &'static str,
    sql: &'static str,
    parallel: bool,
}

const INPUTS: &str = include_str!("01_inputs.sql");

/// The steps, in order; [`prepare`] comes first.
pub const STEPS: &[Step] = &[
    step("commune outlines", include_str!("02_communes.sql")),
    step("sections", include_str!("03_sections.sql")),
    both("blocks and streets", include_str!("04_blocks.par.sql")),
    step("shares", include_str!("05_shares.sql")),
    both("parcels", include_str!("06_parcels.par.sql")),
    step("parcel numbers", include_str!("07_numbers.sql")),
    both("buildings", include_str!("08_buildings.par.sql")),
    step("communes and groups", include_str!("09_territory.sql")),
    step("streets and addresses", include_str!("10_streets.sql")),
    step("planning document", include_str!("11_plum.sql")),
    step("easements", include_str!("12_servitudes.sql")),
    step("planning applications", include_str!("13_ads.sql")),
    step("applications of today", include_str!("13_ads_now.sql")),
    step("facilities", include_str!("14_facilities.sql")),
    step("statistics", include_str!("15_finish.sql")),
];

const fn step(title: &'static str, sql: &'static str) -> Step {
    Step {
        title,
        sql,
        parallel: false,
    }
}

const fn both(title: &'static str, sql: &'static str) -> Step {
    Step {
        title,
        sql,
        parallel: true,
    }
}

/// Makes the scratch schema anew and writes the inputs into it.
///
/// # Errors
/// Those of the database.
pub async fn prepare(pool: &PgPool, inputs: &Inputs) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::raw_sql(INPUTS).execute(&mut *tx).await?;
    sqlx::query(
        "insert into demo.w_param (parcels, srid, authority, population_vintage,
                                   population_source, jour) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(i64::from(inputs.parcels))
    .bind(inputs.srid)
    .bind(&inputs.authority)
    .bind(inputs.population_vintage)
    .bind(inputs.population_source)
    .bind(inputs.today)
    .execute(&mut *tx)
    .await?;
    write_communes(&mut tx, &inputs.communes).await?;
    for member in &inputs.members {
        sqlx::query(
            "insert into demo.w_member (kind, code, nom, officiel, insee)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(member.kind)
        .bind(&member.code)
        .bind(&member.name)
        .bind(member.official)
        .bind(&member.insee)
        .execute(&mut *tx)
        .await?;
    }
    for river in &inputs.rivers {
        sqlx::query("insert into demo.w_river (nom, width, line) values ($1, $2, $3)")
            .bind(&river.name)
            .bind(river.width)
            .bind(&river.line)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
}

async fn write_communes(
    connection: &mut PgConnection,
    communes: &[CommuneRow],
) -> Result<(), sqlx::Error> {
    for c in communes {
        sqlx::query(
            "insert into demo.w_source (insee, nom, alias, siren, population, codes_postaux,
               departement, outline, hall, adresse, horaires, email, telephone, site, epci,
               epci_nom)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        )
        .bind(&c.insee)
        .bind(&c.name)
        .bind(&c.aliases)
        .bind(&c.siren)
        .bind(c.population)
        .bind(&c.postcodes)
        .bind(&c.departement)
        .bind(&c.outline)
        .bind(&c.hall)
        .bind(&c.address)
        .bind(&c.hours)
        .bind(&c.email)
        .bind(&c.phone)
        .bind(&c.site)
        .bind(&c.epci)
        .bind(&c.epci_name)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Runs one step.
///
/// # Errors
/// Those of the database.
pub async fn run(pool: &PgPool, step: &Step) -> Result<(), sqlx::Error> {
    if step.parallel {
        tokio::try_join!(run_half(pool, step, "0"), run_half(pool, step, "1"))?;
        Ok(())
    } else {
        run_half(pool, step, "0").await
    }
}

async fn run_half(pool: &PgPool, step: &Step, half: &str) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    // Parallel plans would add up floats in an order that changes from run to run.
    sqlx::query(
        "select set_config('demo.half', $1, true), set_config('jit', 'off', true),
                set_config('max_parallel_workers_per_gather', '0', true),
                set_config('work_mem', '64MB', true), set_config('statement_timeout', '0', true),
                set_config('synchronous_commit', 'off', true)",
    )
    .bind(half)
    .execute(&mut *tx)
    .await?;
    sqlx::raw_sql(step.sql).execute(&mut *tx).await?;
    tx.commit().await
}
