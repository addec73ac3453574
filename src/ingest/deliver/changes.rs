//! What a delivery does to each feature, for whoever looks at a comparison.

use crate::catalogue::Layer;
use crate::ingest::IngestError;
use crate::model::{ChangeKind, ChangedFeature, FieldValue};
use crate::store::{Delivery, FeatureChange, FeatureDifference, FieldChange};

/// Features of each collection that are told one by one; all are counted.
const LISTED: i64 = 300;

/// The first features that a compared delivery changes: removed ones, changed ones, new ones.
pub(super) async fn first(
    delivery: &mut Delivery,
    layer: &Layer,
) -> Result<Vec<ChangedFeature>, IngestError> {
    let list = delivery.differences(layer, 0, LISTED).await?;
    Ok(list.into_iter().map(told).collect())
}

fn told(difference: FeatureDifference) -> ChangedFeature {
    let field = |change: FieldChange| FieldValue {
        field: change.field,
        before: change.old,
        after: change.new,
    };
    ChangedFeature {
        kind: match difference.kind {
            FeatureChange::Added => ChangeKind::Added,
            FeatureChange::Removed => ChangeKind::Removed,
            FeatureChange::Changed => ChangeKind::Changed,
        },
        scope: difference.scope,
        name: difference.name,
        fid: difference.fid,
        fields: difference.fields.into_iter().map(field).collect(),
        reshaped: difference.reshaped,
        moved_m: difference.moved_m,
        x: difference.place.map(|(x, _)| x),
        y: difference.place.map(|(_, y)| y),
    }
}
