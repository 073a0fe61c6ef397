//! Everything by the provisioning reports: of what they are asked for, and what takes the place of one that fails.

use super::make::{Loaded, SyncRequest, TokenUser, begin};
use super::part::{FromLists, SyncPart};
use super::reports::load_reports;
use super::rest::{Filling, load_courses, load_people, load_people_and_courses};
use super::terms::active_terms;
use crate::canvas::AccountRef;
use crate::engine::{EngineError, Session};
use crate::store::CacheScope;

/// What follows a report that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnFailure {
    /// The lists are read in its place.
    ReadLists,
    /// The sync fails.
    Fail,
}

/// By the provisioning reports.
pub(super) async fn load_by_report(
    session: &Session,
    request: &SyncRequest<'_>,
    account: &AccountRef,
    on_failure: OnFailure,
) -> Result<Loaded, EngineError> {
    let parts = report_parts(session, request).await?;
    let load = begin(session, request, "report", CacheScope::Whole)?;
    let mut filling = Filling::new(session, &load);
    let from_lists = load_reports(&mut filling, account, parts.clone()).await?;
    if let (OnFailure::Fail, Some(FromLists { part, reason })) = (on_failure, from_lists.first()) {
        return Err(EngineError::ReportFailed { part: part.clone(), reason: reason.clone() });
    }
    for FromLists { part, reason } in &from_lists {
        tracing::warn!(%part, reason, "the report failed, the lists are read instead");
        match part {
            SyncPart::Everything => load_people_and_courses(&mut filling, account, None).await?,
            SyncPart::People => load_people(&mut filling, account).await?,
            SyncPart::Term { id, .. } => load_courses(&mut filling, account, Some(*id)).await?,
        }
    }
    let refused = filling.seen.refused;
    let load = load.covering(&covered(request, &parts, &from_lists));
    let load = if from_lists.len() == parts.len() { load.filled_from("rest") } else { load };
    let complete_logins = !from_lists.iter().any(|one| one.part.has_people());
    Ok(Loaded { load, complete_logins, from_lists, refused, token_user: TokenUser::NotLookedAt })
}

/// What to ask reports for. The people come in a report of their own, so that no term's failure costs their logins.
async fn report_parts(session: &Session, request: &SyncRequest<'_>) -> Result<Vec<SyncPart>, EngineError> {
    if request.all_terms {
        return Ok(vec![SyncPart::Everything]);
    }
    let terms = if let Some(id) = request.term {
        vec![SyncPart::Term { id, name: None }]
    } else {
        let active = active_terms(session).await?.into_iter();
        active.map(|term| SyncPart::Term { id: term.id, name: Some(term.name) }).collect()
    };
    Ok([SyncPart::People].into_iter().chain(terms).collect())
}

/// Which courses reports and lists have shown, in words for people.
fn covered(request: &SyncRequest<'_>, parts: &[SyncPart], from_lists: &[FromLists]) -> String {
    let names = parts.iter().filter_map(|part| match part {
        SyncPart::Everything | SyncPart::People => None,
        SyncPart::Term { id, name } => {
            let name = name.clone().unwrap_or_else(|| id.to_string());
            let by_list = from_lists.iter().any(|one| one.part == *part);
            Some(if by_list { format!("{name} from lists") } else { name })
        }
    });
    let names = names.collect::<Vec<_>>().join(", ");
    match request.term {
        _ if request.all_terms => "courses of all terms".to_owned(),
        Some(_) => format!("courses of term {names}"),
        None => format!("courses of active terms ({names})"),
    }
}
