//! The lists of the REST API: one login per person is visible, so ids that no list shows are asked for one by one.

use std::collections::{HashMap, HashSet};

use super::refused::{CoursePart, RefusedCourse};
use crate::canvas::{
    AccountRef, CanvasError, Course, CourseFilter, CourseRef, Enrollment, EnrollmentFilter, Pages, Person, UserRef,
};
use crate::domain::{
    CachedCourse, CachedEnrollment, CachedLogin, CachedSection, CachedUser, CourseId, EnrollmentKind, EnrollmentState,
    LoginState, TermId, UserId,
};
use crate::engine::{EngineError, Event, Session, Step};
use crate::store::CacheLoad;

/// Every state that says something about a person's place in a course.
const STATES: &[&str] = &["active", "invited", "creation_pending", "inactive", "completed", "deleted", "rejected"];

/// Who was added already and under which ids, and what Canvas refused to show.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) refused: Vec<RefusedCourse>,
    users: HashSet<UserId>,
    /// In lower case.
    logins: HashSet<String>,
    sis: HashSet<String>,
}

impl Seen {
    /// Notes somebody who came with all of their logins, to whom lists have nothing to add.
    pub(super) fn add(&mut self, user: UserId) {
        self.users.insert(user);
    }

    /// Whether this id is in the load already.
    fn shows(&self, user: &UserRef) -> bool {
        match user {
            UserRef::Own => true,
            UserRef::Id(id) => self.users.contains(id),
            UserRef::Sis(id) => self.sis.contains(id),
            UserRef::Login(login) => self.logins.contains(&login.to_lowercase()),
        }
    }
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
    let Filling { session, load, seen } = filling;
    let mut people = session.reader().account_users(account);
    while let Some(page) = people.next().await? {
        for person in &page {
            add_person(load, seen, person)?;
        }
        session.events.send(Event::Advanced { step: Step::Sync, by: page.len() as u64 });
    }
    Ok(())
}

/// An administrator's view: the courses of the account, or of one of its terms, and the roster of each.
/// [`EngineError::NoSuchTerm`]: there is no such term.
pub(super) async fn load_courses(
    filling: &mut Filling<'_>,
    account: &AccountRef,
    term: Option<TermId>,
) -> Result<(), EngineError> {
    let filter = CourseFilter { term, states: vec!["created", "claimed", "available", "completed"] };
    let courses = match (filling.session.reader().account_courses(account, &filter).all().await, term) {
        // The account is there: its people or its permissions were just read.
        (Err(CanvasError::NotFound { .. }), Some(term)) => return Err(EngineError::NoSuchTerm(term)),
        (courses, _) => courses?,
    };
    for course in courses {
        add_course(filling, &course).await?;
    }
    Ok(())
}

/// An instructor's view: the token's own courses.
pub(super) async fn load_own_courses(filling: &mut Filling<'_>) -> Result<(), EngineError> {
    for course in filling.session.reader().my_courses(None).all().await? {
        add_course(filling, &course).await?;
    }
    Ok(())
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
    let reader = filling.session.reader();
    let mut loaded: HashMap<&CourseRef, CourseId> = HashMap::new();
    for named in courses {
        match shown(reader.course(named).await)? {
            Shown::Yes(course) => {
                loaded.insert(named, course.id);
                add_course(filling, &course).await?;
            }
            Shown::Unknown => {}
            Shown::Refused(reason) => {
                filling.seen.refused.push(RefusedCourse {
                    course: named.clone(),
                    name: None,
                    part: CoursePart::Course,
                    reason,
                });
            }
        }
    }
    let Filling { session, load, seen } = filling;
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
            add_person(load, seen, &person)?;
            add_probed(load, sent, user, &person)?;
        }
    }
    Ok(())
}

/// What Canvas has, if it has it and shows it.
fn present<T>(answer: Result<T, CanvasError>) -> Result<Option<T>, EngineError> {
    match shown(answer)? {
        Shown::Yes(one) => Ok(Some(one)),
        Shown::Unknown | Shown::Refused(_) => Ok(None),
    }
}

/// Whether Canvas shows something.
enum Shown<T> {
    Yes(T),
    /// It is not there.
    Unknown,
    /// It is not for this token; with Canvas's words.
    Refused(String),
}

/// Only these two answers say that something is not to be seen. Any other error says nothing about it, and a sync that
/// took it for an empty list would lose what the cache knows.
fn shown<T>(answer: Result<T, CanvasError>) -> Result<Shown<T>, EngineError> {
    match answer {
        Ok(one) => Ok(Shown::Yes(one)),
        Err(CanvasError::NotFound { .. }) => Ok(Shown::Unknown),
        Err(error @ CanvasError::Forbidden { .. }) => Ok(Shown::Refused(error.to_string())),
        Err(error) => Err(error.into()),
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

fn add_person(load: &CacheLoad, seen: &mut Seen, person: &Person) -> Result<(), EngineError> {
    if !seen.users.insert(person.id) {
        return Ok(());
    }
    load.add_user(&CachedUser {
        id: person.id,
        name: person.name.clone(),
        sortable_name: person.sortable_name.clone(),
        email: person.email.as_option().cloned(),
    })?;
    let unique_id = person.login_id.as_option().cloned();
    let sis_user_id = person.sis_user_id.as_option().cloned();
    seen.logins.extend(unique_id.as_ref().map(|login| login.to_lowercase()));
    seen.sis.extend(sis_user_id.clone());
    if unique_id.is_some() || sis_user_id.is_some() {
        load.add_login(&CachedLogin { user: person.id, unique_id, sis_user_id, state: LoginState::Active })?;
    }
    Ok(())
}

async fn add_course(filling: &mut Filling<'_>, course: &Course) -> Result<(), EngineError> {
    let Filling { session, load, seen } = filling;
    let reader = session.reader();
    load.add_course(&CachedCourse {
        id: course.id,
        sis_course_id: course.sis_course_id.as_option().cloned(),
        name: course.name.clone(),
        course_code: course.course_code.clone(),
        workflow_state: course.workflow_state.clone(),
        account: course.account_id,
        term: course.enrollment_term_id,
    })?;
    match all_of(reader.sections(course.id).all().await)? {
        Ok(sections) => {
            for section in sections {
                load.add_section(&CachedSection {
                    id: section.id,
                    course: section.course_id,
                    sis_section_id: section.sis_section_id.as_option().cloned(),
                    name: section.name,
                    cross_listed_from: section.nonxlist_course_id,
                })?;
            }
        }
        Err(reason) => {
            seen.refused.push(RefusedCourse::part_of(course, CoursePart::Sections, reason));
            load.keep_sections(course.id)?;
        }
    }
    let filter = EnrollmentFilter { states: STATES.to_vec(), ..EnrollmentFilter::default() };
    // A roster whose later page is refused is not a shorter roster.
    match all_of(roster(session, reader.course_enrollments(course.id, &filter)).await)? {
        Ok(enrollments) => add_enrollments(load, seen, enrollments)?,
        Err(reason) => {
            seen.refused.push(RefusedCourse::part_of(course, CoursePart::People, reason));
            load.keep_enrollments(course.id)?;
        }
    }
    Ok(())
}

/// The whole list, or why Canvas does not show it. A list of a course that was just shown is always there.
fn all_of<T>(answer: Result<Vec<T>, CanvasError>) -> Result<Result<Vec<T>, String>, EngineError> {
    match shown(answer)? {
        Shown::Yes(all) => Ok(Ok(all)),
        Shown::Unknown => Ok(Err("Canvas knows no such list".to_owned())),
        Shown::Refused(reason) => Ok(Err(reason)),
    }
}

/// All pages, each of them told.
async fn roster(session: &Session, mut pages: Pages<Enrollment>) -> Result<Vec<Enrollment>, CanvasError> {
    let mut all = Vec::new();
    while let Some(page) = pages.next().await? {
        session.events.send(Event::Advanced { step: Step::Sync, by: page.len() as u64 });
        all.extend(page);
    }
    Ok(all)
}

fn add_enrollments(load: &CacheLoad, seen: &mut Seen, enrollments: Vec<Enrollment>) -> Result<(), EngineError> {
    for one in enrollments {
        if let Some(person) = &one.user {
            add_person(load, seen, person)?;
        }
        let kind = EnrollmentKind::from_canvas(&one.kind);
        if let (Some(kind), Some(state)) = (kind, EnrollmentState::from_canvas(&one.enrollment_state)) {
            let section = one.course_section_id;
            load.add_enrollment(&CachedEnrollment { course: one.course_id, user: one.user_id, section, kind, state })?;
        }
    }
    Ok(())
}
