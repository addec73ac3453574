//! A layer's rows as of a version, to be read in the place of its table.

use crate::catalogue::View;
use crate::store::names::{COMMUNES, columns, history, table};

/// What stands after `FROM`, before an alias: the table of today, or the rows of then among those
/// of today and those superseded since. The planner looks through it: conditions reach both tables
/// and their indexes.
pub(super) fn rows(view: &View, version: Option<i64>) -> String {
    let Some(version) = version else {
        return table(view);
    };
    let communes = if view.is_restricted() {
        format!(", {COMMUNES}")
    } else {
        String::new()
    };
    let fields = format!("fid{}{communes}, geom", columns(view.public_fields(), ""));
    format!(
        "(SELECT {fields} FROM {} WHERE _since <= {version} \
         UNION ALL SELECT {fields} FROM {} WHERE _since <= {version} AND _until > {version})",
        table(view),
        history(view)
    )
}
