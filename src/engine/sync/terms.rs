//! The terms that are active now. A sync covers them unless the user names others.

use crate::canvas::{AccountRef, Term};
use crate::domain::AccountId;
use crate::engine::{EngineError, Session};

/// The terms that are in use and whose dates include the present.
///
/// # Errors
/// [`EngineError::NoActiveTerm`] when there is none.
pub(super) async fn active_terms(session: &Session) -> Result<Vec<Term>, EngineError> {
    let root = root_account(session).await?;
    let now = session.clock.now();
    let terms = session.reader().terms(&root).all().await?;
    let active: Vec<Term> = terms.into_iter().filter(|term| term.is_active(now)).collect();
    if active.is_empty() { Err(EngineError::NoActiveTerm) } else { Ok(active) }
}

/// Terms belong to the root account only, and a connector may name one below it.
async fn root_account(session: &Session) -> Result<AccountRef, EngineError> {
    let Some(id) = session.settings.account else { return Ok(AccountRef::Root) };
    let account = session.reader().account(&AccountRef::Id(id)).await?;
    let root: AccountId = account.root_account_id.unwrap_or(account.id);
    Ok(AccountRef::Id(root))
}
