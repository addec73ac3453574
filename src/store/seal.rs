//! What each statement tells the database of its reader, and what the program asks for by itself.
//!
//! The telling and the reading are one statement, so that no session state outlives it and no
//! round trip is added: a sub-select sets local settings, which end with the statement; it is
//! volatile, so that the planner leaves it alone, and the rows refer to it laterally, so that it
//! comes first. Were the order ever another, the policies would find nothing set and no row.

use sqlx::{Postgres, QueryBuilder};

use super::names::{COMMUNES, personal};
use crate::catalogue::View;
use crate::model::{Role, Rows};

type Sql = QueryBuilder<Postgres>;

/// The setting that says where the reader has a role.
pub(super) fn setting(role: Role) -> String {
    format!("geonantes.{role}")
}

/// Tells the database who reads: `, … AS seal`, or nothing where no policy asks.
pub(super) fn push_seal(sql: &mut Sql, view: &View) {
    let seals = view.seals();
    if seals.is_empty() {
        return;
    }
    sql.push(", concat(''");
    for (role, reach) in seals {
        sql.push(", set_config(");
        sql.push_bind(setting(role));
        sql.push(", ");
        sql.push_bind(reach);
        sql.push(", true)");
    }
    sql.push(") AS seal");
}

/// Has the rows come after the telling, for a condition after `WHERE`: `h.seal IS NOT NULL`.
pub(super) fn push_after_seal(sql: &mut Sql, view: &View) {
    let sealed = !view.seals().is_empty();
    sql.push(if sealed { "h.seal IS NOT NULL" } else { "true" });
}

/// The rows inside the reader's reach, after `AND`; nothing when it sees all of them.
pub(super) fn push_reach(sql: &mut Sql, view: &View) {
    if view.is_restricted() {
        push_within(sql, "t", &view.reading().rows);
    }
}

fn push_within(sql: &mut Sql, alias: &str, rows: &Rows) {
    let Rows::Within(communes) = rows else {
        return;
    };
    let communes: Vec<String> = communes.iter().map(ToString::to_string).collect();
    sql.push(format!(" AND {alias}.{COMMUNES} && "));
    sql.push_bind(communes);
}

/// Which row of the personal table belongs to a feature's.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    /// Today's.
    Now,
    /// That of a version.
    Version(i64),
}

/// Joins the personal fields as `p`, for who sees them; null outside the reader's reach.
pub(super) fn push_personal(sql: &mut Sql, view: &View, at: At) {
    let Some(rows) = &view.reading().personal else {
        return;
    };
    sql.push(format!(" LEFT JOIN {} p ON p.fid = t.fid", personal(view)));
    match at {
        At::Now => {
            sql.push(" AND p._until IS NULL");
        }
        At::Version(version) => {
            sql.push(" AND p._since <= ");
            sql.push_bind(version);
            sql.push(" AND (p._until IS NULL OR p._until > ");
            sql.push_bind(version);
            sql.push(")");
        }
    }
    push_within(sql, "p", rows);
}

/// The condition of a role's policy on a table that has the communes' column.
///
/// The setting is read once a statement, by the sub-select. Compared as numbers: the planner would
/// hold an overlap with what it cannot know for one row in two hundred, and leave the index's
/// order for a sort (measured on 300,000 rows, a page of 1,000 in a large box: 25 ms for 2.1).
pub(super) fn policy(role: Role) -> String {
    format!(
        "CASE WHEN {COMMUNES} && (SELECT string_to_array(current_setting('{}', true), ',')) \
         THEN 1 ELSE 0 END <> 0",
        setting(role)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reach;

    #[test]
    fn the_territory_is_one_word_among_the_communes_of_a_row() {
        assert_eq!(Reach::Territory.to_string(), crate::model::TERRITORY);
        assert_eq!(setting(Role::Csu), "geonantes.csu");
        assert!(policy(Role::Craiol).contains("'geonantes.craiol'"));
    }
}
