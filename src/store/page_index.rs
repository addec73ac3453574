//! The index by which pages inside a box are walked, packed where the server can.

use sqlx::PgConnection;

use super::{Store, StoreError};

/// The operator class of `fid` beside a geometry.
const CLASS: &str = "layer.sorted_fid";

/// GiST packs an index from rows in order where each of its columns can be ordered, in a third of
/// the time of inserting them one by one and in less space. `btree_gist` can order numbers from
/// PostgreSQL 18 on; before, this class says how. It orders by whatever word it finds, which serves
/// for any two rows whose geometries begin in the same place: every order is right.
const DEFINITION: &str = "CREATE OPERATOR CLASS layer.sorted_fid FOR TYPE bigint USING gist AS \
     OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, OPERATOR 6 <>, \
     OPERATOR 15 <-> (bigint, bigint) FOR ORDER BY pg_catalog.integer_ops, \
     FUNCTION 1 gbt_int8_consistent(internal, bigint, smallint, oid, internal), \
     FUNCTION 2 gbt_int8_union(internal, internal), FUNCTION 3 gbt_int8_compress(internal), \
     FUNCTION 4 gbt_decompress(internal), FUNCTION 5 gbt_int8_penalty(internal, internal, internal), \
     FUNCTION 6 gbt_int8_picksplit(internal, internal), \
     FUNCTION 7 gbt_int8_same(gbtreekey16, gbtreekey16, internal), \
     FUNCTION 8 gbt_int8_distance(internal, bigint, smallint, oid, internal), \
     FUNCTION 9 gbt_int8_fetch(internal), \
     FUNCTION 11 (bigint, bigint) btint8sortsupport(internal), STORAGE gbtreekey16";

/// The first version of PostgreSQL whose `btree_gist` needs no such class.
const SORTED_SINCE: i32 = 180_000;

impl Store {
    /// Makes the operator class where it helps and we may: superusers alone make one, and without
    /// it indexes are the same, made more slowly.
    pub(super) async fn make_sorted_class(&self) -> Result<(), StoreError> {
        let mut connection = self.write.begin().await?;
        // Programs that start together would each make it, which PostgreSQL refuses.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(CLASS)
            .execute(&mut *connection)
            .await?;
        let wanted: bool = sqlx::query_scalar(
            "SELECT current_setting('server_version_num')::int < $1 AND rolsuper \
             FROM pg_roles WHERE rolname = current_user",
        )
        .bind(SORTED_SINCE)
        .fetch_one(&mut *connection)
        .await?;
        if wanted && !has_sorted_class(&mut connection).await? {
            sqlx::raw_sql(DEFINITION).execute(&mut *connection).await?;
        }
        Ok(connection.commit().await?)
    }
}

/// The definition of the index of a layer's pages.
pub(super) async fn definition(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    let class = if has_sorted_class(connection).await? {
        CLASS
    } else {
        ""
    };
    Ok(format!("USING gist (geom_3857, fid {class})"))
}

async fn has_sorted_class(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_opclass JOIN pg_namespace n ON n.oid = opcnamespace \
         WHERE n.nspname || '.' || opcname = $1)",
    )
    .bind(CLASS)
    .fetch_one(connection)
    .await
}
