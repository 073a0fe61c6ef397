//! Chooses a source by permission, loads it, and swaps the cache in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::by_report::{OnFailure, load_by_report};
use super::part::FromLists;
use super::refused::RefusedCourse;
use super::rest::{Filling, LookUpIn, Probe, load_named, load_own_courses, load_people_and_courses};
use crate::canvas::{AccountRef, CanvasError, CourseRef, CourseRole, Permission, Permissions, UserRef};
use crate::domain::{
    AliasTarget, Aliases, CachedLogin, CachedUser, CourseId, CourseIdOrigin, ScoreSheet, SentUser, TermId, UserId,
    UserIdOrigin,
};
use crate::engine::{CourseName, EngineError, Event, Session, Step};
use crate::store::{CacheLoad, CacheScope, CacheStatus, Losses};

/// Where to fill the cache from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SyncSource {
    /// The report where the token may run it, else the lists, else the token's own courses. A part whose report fails
    /// comes from the lists.
    #[default]
    Auto,
    /// The provisioning report.
    Report,
    /// The lists of the REST API.
    Rest,
}

/// What to sync.
#[derive(Debug, Default)]
pub struct SyncRequest<'a> {
    /// Where from.
    pub source: SyncSource,
    /// Only what this sheet names.
    pub sheet: Option<&'a ScoreSheet>,
    /// Only these courses.
    pub courses: Vec<CourseName>,
    /// Only this term; if `None`, the report covers the terms that are active now and the lists cover all.
    pub term: Option<TermId>,
    /// Every term, past ones included.
    pub all_terms: bool,
    /// What becomes of the cache when much less is seen than it holds.
    pub smaller: Smaller,
    /// People with the ids that Canvas's own gradebook exports show, for tokens that see fewer ids. They are added to
    /// what Canvas says, which counts where both know a name.
    pub exported: Vec<(CachedUser, CachedLogin)>,
}

/// What becomes of the cache when a sync sees much less than it holds, or its token reaches less far than the one that
/// filled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Smaller {
    /// It stays: a weaker token or a half answer would look like people who have left.
    #[default]
    Refused,
    /// What was seen takes its place: a person has looked at the numbers.
    Accepted,
}

/// Whether the user of the token can grade anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUser {
    /// An administrator, or it was not looked at, because only named courses were read.
    NotLookedAt,
    /// A teacher or teaching assistant in some course.
    Teaches,
    /// Neither in any course: a student, mostly.
    TeachesNothing,
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    /// What the cache holds now.
    pub status: CacheStatus,
    /// The parts that came from the lists, because their report failed.
    pub from_lists: Vec<FromLists>,
    /// The courses that Canvas did not show in full. The cache keeps what it held of them.
    pub refused: Vec<RefusedCourse>,
    /// Why the cache stayed as it was; `None` if it was filled.
    pub kept_for: Option<Losses>,
    /// Whether the user of the token can grade anything.
    pub token_user: TokenUser,
}

/// A load of everything, ready to take the place of the previous cache.
pub(super) struct Loaded {
    pub(super) load: CacheLoad,
    /// Whether all logins of everybody were visible.
    pub(super) complete_logins: bool,
    pub(super) from_lists: Vec<FromLists>,
    pub(super) refused: Vec<RefusedCourse>,
    pub(super) token_user: TokenUser,
}

/// Refreshes the cache, and says what it holds now. A sync that is cut off leaves the previous cache as it was.
pub async fn sync(session: &Session, request: &SyncRequest<'_>) -> Result<Synced, EngineError> {
    let requests_before = session.requests();
    session.events.send(Event::Started { step: Step::Sync, total: None });
    let account = session.settings.account.map_or(AccountRef::Root, AccountRef::Id);
    // Names that can be no course's limit a sync too: it then finds nothing, and does not turn to everything.
    let is_limited = request.sheet.is_some() || !request.courses.is_empty();
    let loaded = if is_limited {
        let named = named_courses(session, request)?;
        let load = begin(session, request, "rest", CacheScope::Partial)?;
        let probes = match request.sheet {
            Some(sheet) => named_users(session, sheet)?,
            None => Vec::new(),
        };
        let sees_account = !probes.is_empty() && {
            let permissions = session.reader().account_permissions(&account, &[Permission::ReadRoster]).await;
            granted(permissions)?.is_some_and(|all| all.has(Permission::ReadRoster))
        };
        let look_up_in = if sees_account { LookUpIn::Account } else { LookUpIn::TheirCourses };
        let mut filling = Filling::new(session, &load);
        load_named(&mut filling, &named, &probes, look_up_in).await?;
        let refused = filling.seen.refused;
        Loaded::by_lists(load, refused)
    } else {
        load_everything(session, request, &account).await?
    };
    let Loaded { load, complete_logins, from_lists, refused, token_user } = loaded;
    let requests = session.requests() - requests_before;
    let kept_for = match request.smaller {
        Smaller::Refused => Some(load.losses(complete_logins)?).filter(|losses| !losses.is_empty()),
        Smaller::Accepted => None,
    };
    let status = if kept_for.is_none() {
        load.finish(complete_logins, requests, session.clock.now())?
    } else {
        let before = session.store().cache_status(&session.settings.host)?;
        let before = before.ok_or_else(|| EngineError::NoCache(session.settings.host.clone()))?;
        CacheStatus { requests, ..before }
    };
    session.events.send(Event::Finished { step: Step::Sync });
    Ok(Synced { status, from_lists, refused, kept_for, token_user })
}

impl Loaded {
    /// Lists show one login per person.
    fn by_lists(load: CacheLoad, refused: Vec<RefusedCourse>) -> Self {
        let token_user = TokenUser::NotLookedAt;
        Self { load, complete_logins: false, from_lists: Vec::new(), refused, token_user }
    }
}

/// What the token may do in the account; nothing where its user is no administrator of it.
fn granted(answer: Result<Permissions, CanvasError>) -> Result<Option<Permissions>, EngineError> {
    match answer {
        Ok(permissions) => Ok(Some(permissions)),
        Err(CanvasError::Forbidden { .. } | CanvasError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Begins a load with the exported people in it: what Canvas says of them comes later, and counts.
pub(super) fn begin(
    session: &Session,
    request: &SyncRequest<'_>,
    source: &str,
    scope: CacheScope,
) -> Result<CacheLoad, EngineError> {
    let load = session.store().begin_cache_load(&session.settings.host, source, scope)?;
    for (user, login) in &request.exported {
        load.add_user(user)?;
        load.add_login(login)?;
    }
    Ok(load)
}

/// Everything the token may see.
async fn load_everything(
    session: &Session,
    request: &SyncRequest<'_>,
    account: &AccountRef,
) -> Result<Loaded, EngineError> {
    let reader = session.reader();
    let asked = [Permission::ReadReports, Permission::ReadRoster];
    let permissions = granted(reader.account_permissions(account, &asked).await)?;
    let may = |permission| permissions.as_ref().is_some_and(|all| all.has(permission));
    if request.source == SyncSource::Report || request.source == SyncSource::Auto && may(Permission::ReadReports) {
        let lists_may_follow = request.source == SyncSource::Auto && may(Permission::ReadRoster);
        let on_failure = if lists_may_follow { OnFailure::ReadLists } else { OnFailure::Fail };
        match load_by_report(session, request, account, on_failure).await {
            // An institution may have switched the report off, and a role may lack the terms (`canvas-contract §F`).
            Err(EngineError::Canvas(CanvasError::NotFound { .. } | CanvasError::Forbidden { .. }))
                if request.source == SyncSource::Auto => {}
            outcome => return outcome,
        }
    }
    if may(Permission::ReadRoster) {
        let covers = match request.term {
            Some(term) => format!("courses of term {term}"),
            None => "courses of all terms".to_owned(),
        };
        let load = begin(session, request, "rest", CacheScope::Whole)?.covering(&covers);
        let mut filling = Filling::new(session, &load);
        load_people_and_courses(&mut filling, account, request.term).await?;
        let refused = filling.seen.refused;
        return Ok(Loaded::by_lists(load, refused));
    }
    // No administrator: an instructor's own courses.
    let user = reader.whoami().await?.id;
    let load = begin(session, request, "rest", CacheScope::Whole)?.of_own_courses(user);
    let mut filling = Filling::new(session, &load);
    load_own_courses(&mut filling).await?;
    let refused = filling.seen.refused;
    let token_user = token_user(session).await?;
    Ok(Loaded { token_user, ..Loaded::by_lists(load, refused) })
}

/// Looks for a course in which the token's user teaches, else assists.
async fn token_user(session: &Session) -> Result<TokenUser, EngineError> {
    for role in CourseRole::ALL {
        let page = session.reader().my_courses(Some(role)).next().await?;
        if page.is_some_and(|courses| !courses.is_empty()) {
            return Ok(TokenUser::Teaches);
        }
    }
    Ok(TokenUser::TeachesNothing)
}

/// The courses that `--course` or the sheet names, those of aliases included.
fn named_courses(session: &Session, request: &SyncRequest<'_>) -> Result<Vec<CourseRef>, EngineError> {
    let origin = session.settings.course_id_origin;
    let aliases = aliases(session)?;
    let sent: BTreeSet<&str> = request
        .sheet
        .iter()
        .flat_map(|sheet| sheet.columns.iter().map(|column| column.key.course_id.as_ref()))
        .collect();
    let mut named = Vec::new();
    for id in sent {
        match aliases.course(origin, id) {
            Some(AliasTarget::Canvas(ids)) => named.extend(ids.iter().map(|id| CourseRef::Id(CourseId(*id)))),
            Some(AliasTarget::Ignore) => {}
            None => named.extend(course_ref(origin, id)),
        }
    }
    named.extend(request.courses.iter().filter_map(|name| match name {
        CourseName::AsSent(id) => course_ref(origin, id),
        CourseName::Forced(origin, id) => course_ref(*origin, id),
    }));
    Ok(named)
}

fn aliases(session: &Session) -> Result<Aliases, EngineError> {
    let aliases = session.store().aliases(&session.settings.host)?;
    Ok(Aliases::holding_on(aliases, session.today()))
}

fn course_ref(origin: CourseIdOrigin, id: &str) -> Option<CourseRef> {
    match origin {
        CourseIdOrigin::Internal => id.parse().ok().map(|id: CourseId| CourseRef::Id(id)),
        CourseIdOrigin::Sis => Some(CourseRef::Sis(id.to_owned())).filter(|_| !id.is_empty()),
    }
}

/// The people the sheet names, to be asked for one by one where no roster shows them: as sent, after the connector's
/// rules, and those of aliases.
fn named_users(session: &Session, sheet: &ScoreSheet) -> Result<Vec<Probe>, EngineError> {
    let settings = &session.settings;
    let aliases = aliases(session)?;
    let mut sent: BTreeMap<String, (UserRef, BTreeSet<CourseRef>)> = BTreeMap::new();
    let mut note = |id: String, user: UserRef, course: Option<&CourseRef>| {
        let (_, courses) = sent.entry(id).or_insert_with(|| (user, BTreeSet::new()));
        courses.extend(course.cloned());
    };
    let mut seen = HashSet::new();
    for score in &sheet.scores {
        let SentUser { id, kind, .. } = sheet.sent_user(score);
        if id.is_empty() || !seen.insert((score.column, score.user)) {
            continue;
        }
        let origin = kind.unwrap_or(settings.user_id_origin);
        let course = course_ref(settings.course_id_origin, &sheet.column(score).key.course_id);
        match aliases.user(origin, id) {
            Some(AliasTarget::Canvas(ids)) => {
                for id in ids {
                    note(id.to_string(), UserRef::Id(UserId(*id)), course.as_ref());
                }
            }
            Some(AliasTarget::Ignore) => {}
            None => {
                for id in [id.to_owned(), settings.rules.applied(origin, id).0] {
                    if let Some(user) = user_ref(origin, &id) {
                        note(id, user, course.as_ref());
                    }
                }
            }
        }
    }
    let probe = |(sent, (user, courses)): (String, (UserRef, BTreeSet<CourseRef>))| Probe {
        sent,
        user,
        courses: courses.into_iter().collect(),
    };
    Ok(sent.into_iter().map(probe).collect())
}

fn user_ref(origin: UserIdOrigin, id: &str) -> Option<UserRef> {
    match origin {
        UserIdOrigin::Internal => id.parse::<UserId>().ok().map(UserRef::Id),
        UserIdOrigin::Sis => Some(UserRef::Sis(id.to_owned())),
        UserIdOrigin::Login => Some(UserRef::Login(id.to_owned())),
    }
}
