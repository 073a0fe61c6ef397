//! Does once in one course what a plan and a push will do, as far as reading goes, so that a missing right is told before
//! the night of the push.

use super::checks::Checks;
use super::refused::{Needs, permitted};
use crate::canvas::{
    AccountRef, CanvasError, Course, CourseRef, GradeChangeFilter, GroupedQuery, Permission, Reader, Students,
};
use crate::cli::error::CliError;
use crate::domain::{AssignmentId, CourseId, ProgressId};

/// No job has this id, so that asking for it is answered with "unknown" where jobs may be looked at.
const NO_JOB: ProgressId = ProgressId(0);

/// The right of an account's role without which its courses stay closed (`canvas-contract §A5`).
const CONTENT: &str = "ask for the right to see course content (read_course_content)";

/// How to name a course that Canvas does not know by the name given.
pub(super) const ANOTHER: &str = "name it by the number in its address: --course internal:ID";

/// The checks in one course.
pub(super) struct CourseChecks<'a> {
    pub(super) reader: &'a Reader,
    pub(super) checks: &'a mut Checks,
    /// The account in which the token's user is an administrator, if in one.
    pub(super) account: Option<AccountRef>,
}

/// What the course shows of its columns.
struct Columns {
    can_be_read: bool,
    /// A published one, if there is one.
    published: Option<AssignmentId>,
}

impl CourseChecks<'_> {
    /// Reads the course and everything in it that a plan and a push read.
    pub(super) async fn run(mut self, named: &CourseRef) -> Result<(), CliError> {
        let course = match permitted(self.reader.course(named).await)? {
            Ok(course) => self.readable(&course),
            Err(CanvasError::NotFound { .. }) => {
                let message = format!("Canvas knows no {}, or not for this token", words(named));
                self.checks.fail("course", message, ANOTHER);
                return Ok(());
            }
            Err(error) => {
                let needs = Needs { right: CONTENT, without: "no plan can be made" };
                self.checks.refused("course", &format!("the {} cannot be read", words(named)), &error, &needs);
                let CourseRef::Id(id) = named else { return Ok(()) };
                *id
            }
        };
        let columns = self.assignments(course).await?;
        self.submissions(course, columns.published).await?;
        self.grades(course).await?;
        self.progress(columns.can_be_read).await?;
        self.change_log(course).await
    }

    fn readable(&mut self, course: &Course) -> CourseId {
        self.checks.ok("course", format!("course {} can be read; what follows was tried in it", course.id));
        course.id
    }

    async fn assignments(&mut self, course: CourseId) -> Result<Columns, CliError> {
        match permitted(self.reader.assignments(course).next().await)? {
            Ok(page) => {
                self.checks.ok("assignments", "assignments can be read".to_owned());
                let published = page.into_iter().flatten().find(|assignment| assignment.published);
                Ok(Columns { can_be_read: true, published: published.map(|assignment| assignment.id) })
            }
            Err(error) => {
                let needs = Needs { right: CONTENT, without: "no plan can be made" };
                self.checks.refused("assignments", "assignments cannot be read", &error, &needs);
                Ok(Columns { can_be_read: false, published: None })
            }
        }
    }

    /// One page of the list that plans, checks and read-backs are made of.
    async fn submissions(&mut self, course: CourseId, column: Option<AssignmentId>) -> Result<(), CliError> {
        let mut query = GroupedQuery::new(Students::All, column.into_iter().collect());
        query.per_page = 10;
        match permitted(self.reader.grouped_page(course, &query, 1).await)? {
            Ok(_) => self.checks.ok("submissions", "grades can be read".to_owned()),
            Err(error) => {
                let needs = Needs {
                    right: "ask for the right to see all grades (view_all_grades)",
                    without: "no plan can be made, and nothing written can be read back",
                };
                self.checks.refused("submissions", "grades cannot be read", &error, &needs);
            }
        }
        Ok(())
    }

    async fn grades(&mut self, course: CourseId) -> Result<(), CliError> {
        let asked = [Permission::ManageGrades];
        let found = match &self.account {
            Some(account) => self.reader.account_permissions(account, &asked).await,
            None => self.reader.course_permissions(course, &asked).await,
        };
        let needs =
            Needs { right: "ask for the right to edit grades (manage_grades)", without: "nothing can be pushed" };
        match permitted(found)? {
            Ok(permissions) if permissions.has(Permission::ManageGrades) => {
                self.checks.ok("grades", "grades may be edited".to_owned());
            }
            Ok(_) => self.checks.fail("grades", "the token may not edit grades".to_owned(), needs.to_string()),
            Err(error) => self.checks.refused("grades", "the token may not edit grades", &error, &needs),
        }
        Ok(())
    }

    /// A push waits for its jobs. Canvas shows a job to whoever may read its course.
    async fn progress(&mut self, course_is_open: bool) -> Result<(), CliError> {
        let needs = Needs { right: CONTENT, without: "a push cannot see how its jobs end" };
        match permitted(self.reader.progress(NO_JOB).await)? {
            Ok(_) | Err(CanvasError::NotFound { .. }) if course_is_open => {
                self.checks.ok("progress", "jobs can be watched".to_owned());
            }
            Ok(_) | Err(CanvasError::NotFound { .. }) => {
                let message = "jobs cannot be watched in a course whose content cannot be read".to_owned();
                self.checks.fail("progress", message, needs.to_string());
            }
            Err(error) => self.checks.refused("progress", "jobs cannot be watched", &error, &needs),
        }
        Ok(())
    }

    /// Without the log a push works, and says less.
    async fn change_log(&mut self, course: CourseId) -> Result<(), CliError> {
        let mut pages = self.reader.grade_changes(course, &GradeChangeFilter::default());
        match permitted(pages.next().await)? {
            Ok(_) => self.checks.ok("change-log", "the grade change log can be read".to_owned()),
            Err(error) => {
                let needs = Needs {
                    right: "ask for the right to see all grades (view_all_grades), which opens the log of a course",
                    without: "an edit that falls into a push may be overwritten unnoticed",
                };
                self.checks.limited("change-log", "the grade change log cannot be read", &error, &needs);
            }
        }
        Ok(())
    }
}

/// The course in words, after `the` or `no`.
pub(super) fn words(named: &CourseRef) -> String {
    match named {
        CourseRef::Id(id) => format!("course {id}"),
        CourseRef::Sis(id) => format!("course with the SIS id `{id}`"),
    }
}
