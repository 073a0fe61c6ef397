//! `connector test`: a checklist, each line with how to mend it. Reads Canvas and writes nothing.

use crate::canvas::{AccountRef, CanvasError, Course, CourseFilter, GradeChangeFilter, Permission, Person, Reader};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::cli::values::OwnGrader;
use crate::domain::{CourseIdOrigin, UserIdOrigin};
use crate::engine::Events;

use super::checks::{Checks, Status};

/// Days before its end in which a token is worth a warning.
const ENDS_SOON_DAYS: i64 = 14;

/// Check that a connector works: token, account, courses, ids, permissions, each with how to mend it
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title [default: the connector in use]
    pub(super) title: Option<String>,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let file = context.config()?;
    let connector = match &arguments.title {
        Some(title) => context.connector_named(&file, title)?,
        None => context.connector(&file)?,
    };
    let reader = context.client(&connector, &Events::ignored())?.reader();
    let checks = Context::block_on(Test { context, connector: &connector, reader, checks: Checks::default() }.run())??;
    let rows =
        checks.all().iter().map(|check| [check.status.name().to_owned(), check.name.to_owned(), check.message.clone()]);
    context.ui.line(table::of(["", "check", ""], rows));
    for check in checks.all() {
        if let Some(hint) = &check.hint {
            context.ui.line(format!("{}: {hint}", check.name));
        }
    }
    let failed = checks.all().iter().any(|check| check.status == Status::Fail);
    let exit = if failed { Exit::NotPermitted } else { Exit::Done };
    Ok(Finished::with_exit(exit).with("connector", &connector.title).with("checks", checks.all()))
}

struct Test<'a> {
    context: &'a Context,
    connector: &'a Connector,
    reader: Reader,
    checks: Checks,
}

impl Test<'_> {
    async fn run(mut self) -> Result<Checks, CliError> {
        self.host();
        let Some(person) = self.token().await? else { return Ok(self.checks) };
        let is_admin = self.account().await?;
        let Some(course) = self.courses(is_admin).await? else { return Ok(self.checks) };
        self.course_ids(&course);
        self.user_ids(is_admin, &course).await?;
        self.grades(is_admin, &course).await?;
        self.change_log(&course).await?;
        self.own_graders(&person).await?;
        Ok(self.checks)
    }

    fn host(&mut self) {
        let host = self.connector.address.host();
        if host.is_beta_or_test() {
            let hint = "Canvas overwrites it from production now and then; after that run `gradepush connector reset`";
            self.checks.warn("host", format!("{host} is a beta or test Canvas"), hint);
        } else {
            self.checks.ok("host", host.to_string());
        }
    }

    async fn token(&mut self) -> Result<Option<Person>, CliError> {
        let person = match self.reader.whoami().await {
            Ok(person) => person,
            Err(error @ (CanvasError::Unauthorized { .. } | CanvasError::EdgeRefused { .. })) => {
                let error = CliError::from(error);
                self.checks.fail("token", error.to_string(), error.hints().join("; "));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let whose = format!("it belongs to {} (user {})", person.name, person.id);
        let ends = match self.reader.token().await {
            Ok(token) => token.expires_at,
            Err(_) => None,
        };
        let days = ends.map(|ends| ends.duration_since(self.context.now()).as_hours() / 24);
        match days {
            Some(days) if days < ENDS_SOON_DAYS => {
                self.checks.warn(
                    "token",
                    format!("{whose}, and ends in {days} days"),
                    "make a new one in Canvas in time",
                );
            }
            _ => self.checks.ok("token", whose),
        }
        Ok(Some(person))
    }

    /// Whether the token's user is an administrator of the account.
    async fn account(&mut self) -> Result<bool, CliError> {
        let named = self.account_ref();
        let asked = [Permission::ReadCourseList];
        match permitted(self.reader.account_permissions(&named, &asked).await)? {
            Ok(permissions) if permissions.has(Permission::ReadCourseList) => {
                let account = self.reader.account(&named).await?;
                self.checks.ok("account", format!("{} (account {})", account.name, account.id));
                self.time_zone(account.default_time_zone.as_deref());
                Ok(true)
            }
            Ok(_) | Err(_) if self.connector.account.is_none() => {
                self.checks.ok("account", "the token is no administrator's; its own courses are used".to_owned());
                Ok(false)
            }
            Ok(_) | Err(_) => {
                let hint = "correct --account, leave it out for a teacher's token, or use an administrator's token";
                self.checks.fail("account", "the token may not list the courses of this account".to_owned(), hint);
                Ok(false)
            }
        }
    }

    fn time_zone(&mut self, of_account: Option<&str>) {
        let configured = self.connector.time_zone.as_ref().and_then(|zone| zone.iana_name());
        if let (Some(configured), Some(of_account)) = (configured, of_account)
            && configured != of_account
        {
            let hint = "date-only due dates use the connector's; correct it with --time-zone if that is not meant";
            self.checks.warn("time-zone", format!("the connector says {configured}, the account {of_account}"), hint);
        }
    }

    async fn courses(&mut self, is_admin: bool) -> Result<Option<Course>, CliError> {
        let mut pages = if is_admin {
            self.reader.account_courses(&self.account_ref(), &CourseFilter::default())
        } else {
            self.reader.my_courses()
        };
        let first = permitted(pages.next().await)?;
        let course = first.ok().flatten().and_then(|page| page.into_iter().next());
        if let Some(course) = &course {
            self.checks.ok("courses", format!("course information can be read (course {})", course.id));
        } else {
            let hint = "use a token of somebody who may see courses, or correct --account";
            self.checks.fail("courses", "no course can be read".to_owned(), hint);
        }
        Ok(course)
    }

    fn course_ids(&mut self, course: &Course) {
        let origin = self.connector.course_id_origin;
        if origin == CourseIdOrigin::Sis && course.sis_course_id.is_hidden() {
            let hint = "use a token that may read SIS data, or cache ids with `gradepush sync --gradebook`";
            self.checks.fail("course-id-origin", "the token may not see SIS ids of courses".to_owned(), hint);
        } else {
            self.checks.ok("course-id-origin", format!("{origin} ids of courses are visible"));
        }
    }

    async fn user_ids(&mut self, is_admin: bool, course: &Course) -> Result<(), CliError> {
        let mut pages = if is_admin {
            self.reader.account_users(&self.account_ref())
        } else {
            self.reader.course_users(course.id, &[])
        };
        let page = permitted(pages.next().await)?.ok().flatten().unwrap_or_default();
        let origin = self.connector.user_id_origin;
        let hidden = |person: &Person| match origin {
            UserIdOrigin::Internal => false,
            UserIdOrigin::Sis => person.sis_user_id.is_hidden(),
            UserIdOrigin::Login => person.login_id.is_hidden(),
        };
        if page.is_empty() {
            let hint = "use a token that may read rosters";
            self.checks.fail("user-id-origin", "no people can be read".to_owned(), hint);
        } else if page.iter().all(hidden) {
            let hint = "use a token that may see them, or cache ids with `gradepush sync --gradebook`";
            self.checks.fail("user-id-origin", format!("the token may not see {origin} ids of people"), hint);
        } else {
            self.checks.ok("user-id-origin", format!("{origin} ids of people are visible"));
        }
        Ok(())
    }

    async fn grades(&mut self, is_admin: bool, course: &Course) -> Result<(), CliError> {
        let asked = [Permission::ManageGrades, Permission::ViewAllGrades];
        let found = if is_admin {
            self.reader.account_permissions(&self.account_ref(), &asked).await
        } else {
            self.reader.course_permissions(course.id, &asked).await
        };
        if permitted(found)?.is_ok_and(|permissions| permissions.has(Permission::ManageGrades)) {
            self.checks.ok("grades", "grades may be edited".to_owned());
        } else {
            let hint = "ask for the permission to edit grades (manage_grades)";
            self.checks.fail("grades", "the token may not edit grades".to_owned(), hint);
        }
        Ok(())
    }

    async fn change_log(&mut self, course: &Course) -> Result<(), CliError> {
        let mut pages = self.reader.grade_changes(course.id, &GradeChangeFilter::default());
        if permitted(pages.next().await)?.is_ok() {
            self.checks.ok("change-log", "the grade change log can be read".to_owned());
        } else {
            let hint = "ask for view_grade_changes; until then only the submission history is searched";
            self.checks.warn("change-log", "edits made during a push may go unnoticed".to_owned(), hint);
        }
        Ok(())
    }

    /// A person who teaches grades by hand too, and those grades are not this tool's.
    async fn own_graders(&mut self, person: &Person) -> Result<(), CliError> {
        let courses = permitted(self.reader.my_courses().next().await)?.ok().flatten().unwrap_or_default();
        let configured = self.connector.own_graders.contains(&OwnGrader::TokenUser);
        let title = &self.connector.title;
        match (courses.is_empty(), configured) {
            (true, false) => {
                let hint = format!("gradepush connector edit {title:?} --own-grader self");
                let message = "the token's user teaches nowhere; its grades could count as this tool's own";
                self.checks.suggest("own-graders", message.to_owned(), hint);
            }
            (false, true) => {
                let message = format!("user {} teaches, and grades given by hand count as this tool's own", person.id);
                self.checks.warn("own-graders", message, "use a token of a user who does not teach");
            }
            (true, true) | (false, false) => self.checks.ok("own-graders", "as configured".to_owned()),
        }
        Ok(())
    }

    fn account_ref(&self) -> AccountRef {
        self.connector.account.map_or(AccountRef::Root, AccountRef::Id)
    }
}

/// Tells what the token may not see or do from what ends everything.
fn permitted<T>(outcome: Result<T, CanvasError>) -> Result<Result<T, CanvasError>, CliError> {
    match outcome {
        Err(error @ (CanvasError::Forbidden { .. } | CanvasError::NotFound { .. } | CanvasError::Rejected { .. })) => {
            Ok(Err(error))
        }
        Ok(value) => Ok(Ok(value)),
        Err(error) => Err(error.into()),
    }
}
