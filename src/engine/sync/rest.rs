//! The lists of the REST API: one login per person is visible, so ids that no list shows are asked for one by one.
//!
//! The people of an account are read page after page, because each page names the next one. The courses are read side
//! by side, and beside the people; how many requests are in flight is the client's to decide.

use std::collections::HashMap;
use std::pin::pin;

use futures_util::stream::{PollNext, select_with_strategy};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};

use super::course_lists::CourseLists;
use super::refused::{CoursePart, RefusedCourse};
use super::seen::Seen;
use super::shown::{Shown, shown};
use crate::canvas::{AccountRef, CanvasError, Course, CourseFilter, CourseRef, Person, UserRef};
use crate::domain::{CachedLogin, CourseId, LoginState, TermId};
use crate::engine::{EngineError, Event, Session, Step};
use crate::store::CacheLoad;

/// Courses whose lists are read at once, more than the client has requests in flight. It bounds what is held in memory.
const COURSES_AT_ONCE: usize = 16;

/// A piece of what the lists show.
enum Piece {
    /// A page of the account's people.
    People(Vec<Person>),
    /// A course, and its place among the courses that are read.
    Course(usize, Box<CourseLists>),
}

/// A load that is being filled.
pub(super) struct Filling<'a> {
    pub(super) session: &'a Session,
    pub(super) load: &'a CacheLoad,
    pub(super) seen: Seen,
}

impl<'a> Filling<'a> {
    pub(super) fn new(session: &'a Session, load: &'a CacheLoad) -> Self {
        Self { session, load, seen: Seen::default() }
    }
}

/// An administrator's view: the people of the account.
pub(super) async fn load_people(filling: &mut Filling<'_>, account: &AccountRef) -> Result<(), EngineError> {
    let people = people(filling.session, account);
    take(filling, people).await
}

/// An administrator's view: the courses of the account, or of one of its terms, and the roster of each.
/// [`EngineError::NoSuchTerm`]: there is no such term.
pub(super) async fn load_courses(
    filling: &mut Filling<'_>,
    account: &AccountRef,
    term: Option<TermId>,
) -> Result<(), EngineError> {
    let courses = account_courses(filling.session, account, term);
    take(filling, courses).await
}

/// An administrator's view: [`load_people`] and [`load_courses`] side by side.
pub(super) async fn load_people_and_courses(
    filling: &mut Filling<'_>,
    account: &AccountRef,
    term: Option<TermId>,
) -> Result<(), EngineError> {
    // The people's pages are the longest chain, so none of them waits behind a course.
    let people_first = |(): &mut ()| PollNext::Left;
    let people = people(filling.session, account);
    let courses = account_courses(filling.session, account, term);
    take(filling, select_with_strategy(people, courses, people_first)).await
}

/// An instructor's view: the token's own courses.
pub(super) async fn load_own_courses(filling: &mut Filling<'_>) -> Result<(), EngineError> {
    let session = filling.session;
    let courses = async { Ok(session.reader().my_courses(None).all().await?) };
    take(filling, side_by_side(session, courses)).await
}

/// Adds the pieces to the load as they come.
async fn take(
    filling: &mut Filling<'_>,
    pieces: impl Stream<Item = Result<Piece, EngineError>>,
) -> Result<(), EngineError> {
    let Filling { load, seen, .. } = filling;
    let mut pieces = pin!(pieces);
    while let Some(piece) = pieces.try_next().await? {
        match piece {
            Piece::People(page) => page.iter().try_for_each(|person| seen.add_person(load, person))?,
            Piece::Course(place, lists) => add_course(load, seen, place, &lists)?,
        }
    }
    seen.settle(load)
}

fn add_course(load: &CacheLoad, seen: &mut Seen, place: usize, lists: &CourseLists) -> Result<(), EngineError> {
    seen.refuse(place, lists.add(load)?);
    seen.meet(place, lists.people.as_deref().unwrap_or_default());
    Ok(())
}

/// The people of the account, page by page.
fn people(session: &Session, account: &AccountRef) -> impl Stream<Item = Result<Piece, EngineError>> {
    stream::try_unfold(session.reader().account_users(account), move |mut pages| async move {
        let Some(page) = pages.next().await? else { return Ok(None) };
        session.events.send(Event::Advanced { step: Step::Sync, by: page.len() as u64 });
        Ok(Some((Piece::People(page), pages)))
    })
}

/// The courses of the account, or of one of its terms.
fn account_courses(
    session: &Session,
    account: &AccountRef,
    term: Option<TermId>,
) -> impl Stream<Item = Result<Piece, EngineError>> {
    let filter = CourseFilter { term, states: vec!["created", "claimed", "available", "completed"] };
    let pages = session.reader().account_courses(account, &filter);
    side_by_side(session, async move {
        match (pages.all().await, term) {
            // The account is there: its people or its permissions were just read.
            (Err(CanvasError::NotFound { .. }), Some(term)) => Err(EngineError::NoSuchTerm(term)),
            (courses, _) => Ok(courses?),
        }
    })
}

/// The lists of all courses of a list, in the order in which Canvas answers.
fn side_by_side(
    session: &Session,
    courses: impl Future<Output = Result<Vec<Course>, EngineError>>,
) -> impl Stream<Item = Result<Piece, EngineError>> {
    let each = move |(place, course)| async move {
        Ok(Piece::Course(place, Box::new(CourseLists::read(session, course).await?)))
    };
    let all = move |courses: Vec<Course>| stream::iter(courses).enumerate().map(each).buffer_unordered(COURSES_AT_ONCE);
    stream::once(courses).map_ok(all).try_flatten()
}

/// An id of the sheet that no roster may show: Canvas's lists show one login per person (`canvas-contract §E8`).
pub(super) struct Probe {
    /// The id.
    pub(super) sent: String,
    /// The person it names.
    pub(super) user: UserRef,
    /// The courses its rows are in.
    pub(super) courses: Vec<CourseRef>,
}

/// Where the token may look a person up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookUpIn {
    /// In the whole account.
    Account,
    /// In the courses of the person's rows.
    TheirCourses,
}

/// Only these courses, and the people of the sheet whom their rosters do not show. What is not there is left out; a
/// course that is closed to the token is noted.
pub(super) async fn load_named(
    filling: &mut Filling<'_>,
    courses: &[CourseRef],
    probes: &[Probe],
    look_up_in: LookUpIn,
) -> Result<(), EngineError> {
    let Filling { session, load, seen } = filling;
    let session = *session;
    let reader = session.reader();
    let mut loaded: HashMap<&CourseRef, CourseId> = HashMap::new();
    let each = |(place, named)| async move { Ok::<_, EngineError>((place, named, read_named(session, named).await?)) };
    let mut named = pin!(stream::iter(courses).enumerate().map(each).buffer_unordered(COURSES_AT_ONCE));
    while let Some((place, named, lists)) = named.try_next().await? {
        match lists {
            Shown::Yes(lists) => {
                loaded.insert(named, lists.course.id);
                add_course(load, seen, place, &lists)?;
            }
            Shown::Unknown => {}
            Shown::Refused(reason) => {
                let course = named.clone();
                seen.refuse(place, [RefusedCourse { course, name: None, part: CoursePart::Course, reason }]);
            }
        }
    }
    seen.settle(load)?;
    for Probe { sent, user, courses } in probes {
        session.events.send(Event::Advanced { step: Step::Sync, by: 1 });
        if seen.shows(user) {
            continue;
        }
        let mut found = None;
        match look_up_in {
            LookUpIn::Account => found = present(reader.user(user).await)?,
            LookUpIn::TheirCourses => {
                for course in courses.iter().filter_map(|named| loaded.get(named)) {
                    found = present(reader.course_user(*course, user).await)?;
                    if found.is_some() {
                        break;
                    }
                }
            }
        }
        if let Some(person) = found {
            seen.add_person(load, &person)?;
            add_probed(load, sent, user, &person)?;
        }
    }
    Ok(())
}

/// A course by name, with its lists.
async fn read_named(session: &Session, named: &CourseRef) -> Result<Shown<CourseLists>, EngineError> {
    Ok(match shown(session.reader().course(named).await)? {
        Shown::Yes(course) => Shown::Yes(CourseLists::read(session, course).await?),
        Shown::Unknown => Shown::Unknown,
        Shown::Refused(reason) => Shown::Refused(reason),
    })
}

/// What Canvas has, if it has it and shows it.
fn present<T>(answer: Result<T, CanvasError>) -> Result<Option<T>, EngineError> {
    match shown(answer)? {
        Shown::Yes(one) => Ok(Some(one)),
        Shown::Unknown | Shown::Refused(_) => Ok(None),
    }
}

/// The id that led to a person is theirs, even where Canvas shows another of their logins.
fn add_probed(load: &CacheLoad, sent: &str, user: &UserRef, person: &Person) -> Result<(), EngineError> {
    let (unique_id, sis_user_id) = match user {
        UserRef::Login(_)
            if person.login_id.as_option().is_none_or(|shown| shown.to_lowercase() != sent.to_lowercase()) =>
        {
            (Some(sent.to_owned()), None)
        }
        UserRef::Sis(_) if person.sis_user_id.as_option().is_none_or(|shown| shown != sent) => {
            (None, Some(sent.to_owned()))
        }
        _ => return Ok(()),
    };
    Ok(load.add_login(&CachedLogin { user: person.id, unique_id, sis_user_id, state: LoginState::Active })?)
}
