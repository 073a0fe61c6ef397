//! Aliases: decisions of people about ids.

use rusqlite::params;

use super::cache_read::list;
use super::columns::{Json, Word};
use super::open::host_id;
use super::{Store, StoreError};
use crate::domain::{Alias, AliasKind, CanvasHost};

impl Store {
    /// All aliases of a host, by kind, origin and id; those past their last day too.
    pub fn aliases(&self, host: &CanvasHost) -> Result<Vec<Alias>, StoreError> {
        let select = "SELECT kind, origin, sent, target, note, until FROM alias
            WHERE host = (SELECT id FROM host WHERE name = ?1) ORDER BY kind, origin, sent";
        list(&self.connection(), select, [host.as_str()], |row| {
            Ok(Alias {
                kind: row.get::<_, Word<_>>(0)?.0,
                origin: row.get(1)?,
                from: row.get(2)?,
                target: row.get::<_, Json<_>>(3)?.0,
                note: row.get(4)?,
                until: row.get(5)?,
            })
        })
    }

    /// Adds aliases, all or none; one of the same kind, origin and id is replaced.
    pub fn put_aliases(&self, host: &CanvasHost, aliases: &[Alias]) -> Result<(), StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            let mut insert =
                transaction.prepare_cached("INSERT OR REPLACE INTO alias VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
            for Alias { kind, origin, from, target, note, until } in aliases {
                insert.execute(params![host, Word(kind), origin, from, Json(target), note, until])?;
            }
            Ok(())
        })
    }

    /// Removes an alias; says whether there was one.
    pub fn remove_alias(
        &self,
        host: &CanvasHost,
        kind: AliasKind,
        origin: &str,
        from: &str,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let host = host_id(transaction, host)?;
            let delete = "DELETE FROM alias WHERE host = ?1 AND kind = ?2 AND origin = ?3 AND sent = ?4";
            Ok(transaction.execute(delete, params![host, Word(kind), origin, from])? > 0)
        })
    }
}
