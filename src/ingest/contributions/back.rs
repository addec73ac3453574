//! Taking back what a contribution published: what it replaced is published again.

use crate::access::writing::may_write;
use crate::app::App;
use crate::model::{ContributedVersion, Problem, Writer};
use crate::store::{Published, StoreError};

/// Takes back what is still served of the versions of a contribution, as one publication a scope,
/// all at once or none.
///
/// # Errors
/// 403 when a scope lies outside what the writer writes; 409 when nothing of it is served any
/// more, or it changed meanwhile.
pub async fn take_back(
    app: &App,
    writer: &Writer,
    id: i64,
    versions: &[ContributedVersion],
) -> Result<Vec<Published>, Problem> {
    let served: Vec<&ContributedVersion> = versions.iter().filter(|it| it.current).collect();
    let Some(first) = served.first() else {
        return Err(Problem::Conflict(
            "nothing of what it published is served any more".to_owned(),
        ));
    };
    for version in &served {
        let layer = app.catalogue.get(&version.collection);
        let may = layer.map(|layer| may_write(writer, layer, &version.scope, std::iter::empty()));
        if may != Some(Ok(())) {
            return Err(Problem::Forbidden(format!(
                "« {} » of {} lies outside what this credential writes",
                version.scope, version.collection
            )));
        }
    }
    let rollback = app
        .store
        .begin_rollback(&app.catalogue, first.version)
        .await
        .map_err(refused)?;
    let published = rollback
        .publish(writer.label.clone(), format!("Reprise du dépôt {id}"))
        .await
        .map_err(refused)?;
    // It is done, whether this is noted or not.
    let said = format!(
        "Publication reprise par {} : ce qu’elle remplaçait est de nouveau servi.",
        writer.label
    );
    if let Err(error) = app.store.tell_contribution(id, &said).await {
        tracing::warn!(contribution = id, %error, "what was taken back is not noted");
    }
    Ok(published)
}

fn refused(error: StoreError) -> Problem {
    match error {
        StoreError::Moved { .. } | StoreError::Twice { .. } | StoreError::Taken { .. } => {
            Problem::Conflict(
                "another delivery was published meanwhile: look at the contribution again"
                    .to_owned(),
            )
        }
        other => other.into(),
    }
}
