//! Ids that no list shows to the token, asked for one by one: Canvas names the course or person of an id to every reader
//! of the course, also where it shows the ids to administrators only (`canvas-contract §B2`, §E8). What Canvas does not
//! name is nobody's, or not visible to this token; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::courses::CourseMeaning;
use super::register::{Register, Resolved};
use crate::canvas::{CanvasError, Course, CourseRef, Person, Reader, UserRef};
use crate::domain::{
    AliasKind, AliasTarget, CachedCourse, CachedUser, CourseId, CourseIdOrigin, EnrollmentKind, FindingCode,
    ScoreSheet, UserId, UserIdOrigin,
};
use crate::engine::live::shown;
use crate::engine::{EngineError, Event, Selection, Session, Step};

/// Ids that are asked for side by side; the client limits the requests in flight by itself.
const AT_ONCE: usize = 10;

/// Courses in which a person is looked for whom nothing ties to a course. More would cost more than they are worth.
const MOST_COURSES: usize = 20;

/// What Canvas was asked for, and what of it it named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LookedUp {
    /// Ids that were asked for.
    pub asked: u64,
    /// Ids that name a course or a person.
    pub found: u64,
}

/// A person to ask for.
struct Question {
    origin: UserIdOrigin,
    id: String,
    /// The courses of its rows.
    courses: Vec<CourseId>,
}

/// Asks for what these rows name and the cache does not know because the token's lists do not show it, keeps the
/// answers, and resolves the rows anew where there are any.
pub(in crate::engine) async fn look_up<'a>(
    session: &Session,
    register: &mut Register<'_>,
    (sheet, selection): (&'a ScoreSheet, &Selection),
    mut resolved: Resolved<'a>,
) -> Result<(Resolved<'a>, LookedUp), EngineError> {
    let mut done = LookedUp::default();
    if !register.directory.own_courses_only() {
        return Ok((resolved, done));
    }
    let courses = unknown_courses(&resolved, register);
    let found = ask_for_courses(session, register, courses, &mut done).await?;
    if found > 0 {
        resolved = Resolved::of(register, &session.store(), sheet, selection)?;
    }
    let people = unknown_people(session, &resolved, register)?;
    let found = ask_for_people(session, register, people, &mut done).await?;
    if found > 0 {
        resolved = Resolved::of(register, &session.store(), sheet, selection)?;
    }
    Ok((resolved, done))
}

/// The course ids of the sheet that name no course, where the token may not see what would tell.
fn unknown_courses(resolved: &Resolved<'_>, register: &Register<'_>) -> BTreeSet<String> {
    let directory = &register.directory;
    let is_shown =
        directory.courses().next().is_some() && directory.courses().all(|course| course.sis_course_id.is_some());
    if register.settings.course_id_origin == CourseIdOrigin::Internal || is_shown {
        return BTreeSet::new();
    }
    let sent = resolved.rows.columns().map(|(column, _)| &column.key.course_id).filter(|sent| !sent.is_empty());
    let is_unknown =
        |sent: &str| matches!(resolved.courses.meaning(sent), CourseMeaning::Not(FindingCode::CourseUnresolved, _));
    sent.filter(|sent| is_unknown(sent)).map(ToString::to_string).collect()
}

/// The people of the known courses whom the cache does not name, where the token may not see what would tell.
fn unknown_people(
    session: &Session,
    resolved: &Resolved<'_>,
    register: &Register<'_>,
) -> Result<Vec<Question>, EngineError> {
    let settings = register.settings;
    let mut courses_of: BTreeMap<(UserIdOrigin, String), BTreeSet<CourseId>> = BTreeMap::new();
    for (course, rows) in &resolved.groups.known {
        let mut unknown: BTreeMap<UserIdOrigin, BTreeSet<&str>> = BTreeMap::new();
        for score in rows.scores() {
            let (sent, row) = (resolved.rows.sheet.sent_user(score), resolved.people.row(score));
            if !sent.id.is_empty() && row.code == Some(FindingCode::UserUnresolved) {
                unknown.entry(register.origin_of(sent.kind)).or_default().insert(sent.id);
            }
        }
        for (origin, ids) in unknown {
            let hides = hides_ids(session, register, *course, origin)?;
            for sent in ids {
                let mut note = |origin, id: String| {
                    courses_of.entry((origin, id)).or_default().insert(*course);
                };
                match register.aliases.user(origin, sent) {
                    Some(AliasTarget::Canvas(ids)) => {
                        for id in ids {
                            note(UserIdOrigin::Internal, id.to_string());
                        }
                    }
                    None if hides => {
                        note(origin, sent.to_owned());
                        note(origin, settings.rules.applied(origin, sent).0);
                    }
                    Some(AliasTarget::Ignore) | None => {}
                }
            }
        }
    }
    let question =
        |((origin, id), courses): (_, BTreeSet<CourseId>)| Question { origin, id, courses: Vec::from_iter(courses) };
    Ok(courses_of.into_iter().map(question).collect())
}

/// Whether a student of the course has no id of this kind in the lists: the token may not see it.
fn hides_ids(
    session: &Session,
    register: &Register<'_>,
    course: CourseId,
    origin: UserIdOrigin,
) -> Result<bool, EngineError> {
    let enrolled = session.store().enrollments(&register.settings.host, course)?;
    let mut students = enrolled.iter().filter(|one| one.kind == EnrollmentKind::Student).peekable();
    Ok(students.peek().is_none() || students.any(|one| !register.directory.lists_id_of(one.user, origin)))
}

async fn ask_for_courses(
    session: &Session,
    register: &mut Register<'_>,
    ids: BTreeSet<String>,
    done: &mut LookedUp,
) -> Result<u64, EngineError> {
    let reader = &session.reader();
    begin(session, ids.len());
    let ask = |id: String| async move {
        let answer = shown(reader.course(&CourseRef::Sis(id.clone())).await)?;
        session.events.send(Event::Advanced { step: Step::Resolve, by: 1 });
        Ok::<_, CanvasError>((id, answer))
    };
    let answers: Vec<(String, Option<Course>)> = stream::iter(ids).map(ask).buffered(AT_ONCE).try_collect().await?;
    let before = done.found;
    for (id, answer) in answers {
        done.asked += 1;
        let Some(course) = answer else { continue };
        done.found += 1;
        let course = cached(course);
        let named = (CourseIdOrigin::Sis, id.as_str());
        session.store().keep_course(&session.settings.host, named, &course, session.clock.now())?;
        register.directory.add_course_if_new(course.clone());
        register.directory.add_found_course(CourseIdOrigin::Sis, id, course.id);
    }
    Ok(done.found - before)
}

async fn ask_for_people(
    session: &Session,
    register: &mut Register<'_>,
    questions: Vec<Question>,
    done: &mut LookedUp,
) -> Result<u64, EngineError> {
    let reader = &session.reader();
    begin(session, questions.len());
    let ask = |question: Question| async move {
        let answer = match user_ref(&question) {
            Some(user) => in_courses(reader, &question.courses, &user).await?,
            None => None,
        };
        session.events.send(Event::Advanced { step: Step::Resolve, by: 1 });
        Ok::<_, CanvasError>((question, answer))
    };
    let answers: Vec<(Question, Option<Person>)> =
        stream::iter(questions).map(ask).buffered(AT_ONCE).try_collect().await?;
    let before = done.found;
    for (Question { origin, id, .. }, answer) in answers {
        done.asked += 1;
        let Some(person) = answer else { continue };
        done.found += 1;
        let person = keep(session, (origin, &id), person)?;
        let user = person.id;
        register.directory.add_user_if_new(person);
        register.directory.add_found_user(origin, id, user);
    }
    Ok(done.found - before)
}

/// The internal ids among these that Canvas shows to nobody of this token; the others are in the cache from now on.
pub async fn look_up_targets(session: &Session, kind: AliasKind, ids: &[i64]) -> Result<Vec<i64>, EngineError> {
    let reader = session.reader();
    let host = &session.settings.host;
    let mut missing = Vec::new();
    for id in ids {
        let found = match kind {
            AliasKind::Course => match shown(reader.course(&CourseRef::Id(CourseId(*id))).await)? {
                Some(course) => {
                    let course = cached(course);
                    let named = (CourseIdOrigin::Internal, &*id.to_string());
                    session.store().keep_course(host, named, &course, session.clock.now())?;
                    true
                }
                None => false,
            },
            AliasKind::User => {
                let user = UserRef::Id(UserId(*id));
                let mut found = shown(reader.user(&user).await)?;
                if found.is_none() {
                    // Who is no administrator sees people in courses only.
                    let courses: Vec<CourseId> = session.store().directory(host)?.courses().map(|one| one.id).collect();
                    let few = courses.get(..MOST_COURSES).unwrap_or(&courses);
                    found = in_courses(&reader, few, &user).await?;
                }
                match found {
                    Some(person) => {
                        keep(session, (UserIdOrigin::Internal, &id.to_string()), person)?;
                        true
                    }
                    None => false,
                }
            }
        };
        if !found {
            missing.push(*id);
        }
    }
    Ok(missing)
}

/// Says how many ids are asked for, if there are any.
fn begin(session: &Session, ids: usize) {
    if ids > 0 {
        session.events.send(Event::Started { step: Step::Resolve, total: Some(ids as u64) });
    }
}

fn user_ref(question: &Question) -> Option<UserRef> {
    let id = || question.id.clone();
    match question.origin {
        UserIdOrigin::Internal => question.id.parse().ok().map(UserRef::Id),
        UserIdOrigin::Sis => Some(UserRef::Sis(id())),
        UserIdOrigin::Login => Some(UserRef::Login(id())),
    }
}

/// The person, in the first of these courses that shows them.
async fn in_courses(reader: &Reader, courses: &[CourseId], user: &UserRef) -> Result<Option<Person>, CanvasError> {
    for course in courses {
        if let Some(person) = shown(reader.course_user(*course, user).await)? {
            return Ok(Some(person));
        }
    }
    Ok(None)
}

/// Keeps a person under the id that was asked for.
fn keep(session: &Session, named: (UserIdOrigin, &str), person: Person) -> Result<CachedUser, EngineError> {
    let person = CachedUser {
        id: person.id,
        name: person.name,
        sortable_name: person.sortable_name,
        email: person.email.into_option(),
    };
    session.store().keep_person(&session.settings.host, named, &person, session.clock.now())?;
    Ok(person)
}

fn cached(course: Course) -> CachedCourse {
    CachedCourse {
        id: course.id,
        sis_course_id: course.sis_course_id.into_option(),
        name: course.name,
        course_code: course.course_code,
        workflow_state: course.workflow_state,
        account: course.account_id,
        term: course.enrollment_term_id,
    }
}
