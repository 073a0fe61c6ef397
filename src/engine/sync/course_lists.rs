//! What the lists show of one course: its sections and its people.

use super::refused::{CoursePart, RefusedCourse};
use super::shown::{Shown, shown};
use crate::canvas::{CanvasError, Course, Enrollment, EnrollmentFilter, Pages, Section};
use crate::domain::{CachedCourse, CachedEnrollment, CachedSection, EnrollmentKind, EnrollmentState};
use crate::engine::{EngineError, Event, Session, Step};
use crate::store::CacheLoad;

/// Every state that says something about a person's place in a course.
const STATES: &[&str] = &["active", "invited", "creation_pending", "inactive", "completed", "deleted", "rejected"];

/// A course with the lists of it, each whole or with the reason why Canvas does not show it.
pub(super) struct CourseLists {
    pub(super) course: Course,
    sections: Result<Vec<Section>, String>,
    pub(super) people: Result<Vec<Enrollment>, String>,
}

impl CourseLists {
    /// Reads the lists of a course, one request at a time.
    pub(super) async fn read(session: &Session, course: Course) -> Result<Self, EngineError> {
        let reader = session.reader();
        let sections = all_of(reader.sections(course.id).all().await)?;
        let filter = EnrollmentFilter { states: STATES.to_vec(), ..EnrollmentFilter::default() };
        // A roster whose later page is refused is not a shorter roster.
        let people = all_of(roster(session, reader.course_enrollments(course.id, &filter)).await)?;
        Ok(Self { course, sections, people })
    }

    /// Adds everything but the persons themselves to a load. What Canvas did not show stays as the cache has it, and is
    /// returned.
    pub(super) fn add(&self, load: &CacheLoad) -> Result<Vec<RefusedCourse>, EngineError> {
        let Self { course, sections, people } = self;
        let mut refused = Vec::new();
        load.add_course(&CachedCourse {
            id: course.id,
            sis_course_id: course.sis_course_id.as_option().cloned(),
            name: course.name.clone(),
            course_code: course.course_code.clone(),
            workflow_state: course.workflow_state.clone(),
            account: course.account_id,
            term: course.enrollment_term_id,
        })?;
        match sections {
            Ok(sections) => {
                for section in sections {
                    load.add_section(&CachedSection {
                        id: section.id,
                        course: section.course_id,
                        sis_section_id: section.sis_section_id.as_option().cloned(),
                        name: section.name.clone(),
                        cross_listed_from: section.nonxlist_course_id,
                    })?;
                }
            }
            Err(reason) => {
                refused.push(RefusedCourse::part_of(course, CoursePart::Sections, reason.clone()));
                load.keep_sections(course.id)?;
            }
        }
        match people {
            Ok(enrollments) => enrollments.iter().try_for_each(|one| add_enrollment(load, one))?,
            Err(reason) => {
                refused.push(RefusedCourse::part_of(course, CoursePart::People, reason.clone()));
                load.keep_enrollments(course.id)?;
            }
        }
        Ok(refused)
    }
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

fn add_enrollment(load: &CacheLoad, one: &Enrollment) -> Result<(), EngineError> {
    let kind = EnrollmentKind::from_canvas(&one.kind);
    if let (Some(kind), Some(state)) = (kind, EnrollmentState::from_canvas(&one.enrollment_state)) {
        let section = one.course_section_id;
        load.add_enrollment(&CachedEnrollment { course: one.course_id, user: one.user_id, section, kind, state })?;
    }
    Ok(())
}
