//! `connector test`: a checklist, each line with how to mend it. Reads Canvas and writes nothing.

use std::time::Duration;

use jiff::SignedDuration;

use crate::canvas::{
    AccountRef, CanvasError, Course, CourseFilter, CourseRef, CourseRole, Pages, Permission, Person, Reader,
    RetryBudget,
};
use crate::cli::config::ConfigFile;
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::table;
use crate::cli::values::{OwnGrader, course};
use crate::domain::{CourseIdOrigin, UserIdOrigin};
use crate::engine::CourseName;
use crate::report::for_people;
use crate::store::Access;

use super::checks::{Checks, Status};
use super::course_checks::CourseChecks;
use super::refused::{Needs, permitted};

/// The time before its end in which a token is worth a warning.
const ENDS_SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Somebody waits for the answer, and may have mistyped the host.
const QUICK: RetryBudget = RetryBudget { attempts: 2, waiting: Duration::from_mins(1) };

/// Courses of the cache that are looked through for one that is open.
const CACHED_COURSES: u32 = 100;

/// What spares looking ids up.
const LOOKED_UP_HINT: &str = "nothing to do; with many ids, `gradepush sync --gradebook FILE` takes them from Canvas's own \
    gradebook export instead";

/// Check that a connector works: token, account, ids, and what a push does in one course, each with how to mend it
#[derive(Debug, Default, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title [default: the connector in use]
    pub(super) title: Option<String>,

    /// Try it in this course: its id as in the sheet, internal:ID or sis:ID [default: one of the account, else one in
    /// which the token's user teaches or assists]
    #[arg(long, value_name = "ID", value_parser = course)]
    pub(super) course: Option<CourseName>,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let file = context.config()?;
    let connector = match &arguments.title {
        Some(title) => context.connector_named(&file, title)?,
        None => context.connector(&file)?,
    };
    let reader = context.client_trying(&connector, &context.events(), QUICK)?.reader();
    let named = arguments.course.as_ref().map(|name| course_ref(name, connector.course_id_origin)).transpose()?;
    let cached = cached_course(context, &file, &connector);
    let test = Test { context, connector: &connector, reader, named, cached, checks: Checks::default() };
    let Tested { checks, cut_off } = Context::block_on(test.run())??;
    let checks = checks.complete(context.ui.next());
    let rows =
        checks.all().iter().map(|check| [check.status.name().to_owned(), check.name.to_owned(), check.message.clone()]);
    context.ui.line(table::of(["", "check", ""], rows));
    for check in checks.all() {
        if let Some(hint) = &check.hint {
            context.ui.line(format!("{}: {hint}", check.name));
        }
    }
    let failed = checks.all().iter().any(|check| check.status == Status::Fail);
    let exit = match &cut_off {
        Some(error) => error.exit(),
        None if failed => Exit::NotPermitted,
        None => Exit::Done,
    };
    let finished = Finished::with_exit(exit).with("connector", &connector.title).with("checks", checks.all());
    Ok(match cut_off {
        Some(error) => finished.with("error", &error.body(context.ui.next())),
        None => finished,
    })
}

/// What was found, and what kept the rest from being looked at.
struct Tested {
    checks: Checks,
    cut_off: Option<CliError>,
}

struct Test<'a> {
    context: &'a Context,
    connector: &'a Connector,
    reader: Reader,
    /// The course that was named.
    named: Option<CourseRef>,
    /// One of the cache, which an administrator may use.
    cached: Option<CourseRef>,
    checks: Checks,
}

impl Test<'_> {
    async fn run(mut self) -> Result<Tested, CliError> {
        let person = match self.reader.whoami().await {
            Ok(person) => person,
            Err(error) => return Ok(self.without_an_answer(error)),
        };
        self.host();
        self.token(&person).await;
        let is_admin = self.account().await?;
        let listed = self.courses(is_admin).await?;
        // What a token sees may differ from course to course.
        let shown = match &self.named {
            Some(named) => permitted(self.reader.course(named).await)?.ok(),
            None => None,
        };
        if let Some(course) = shown.as_ref().or(listed.as_ref()) {
            self.course_ids(is_admin, course);
            self.user_ids(is_admin, course).await?;
        }
        self.one_course(is_admin, listed.as_ref()).await?;
        self.own_graders(&person).await?;
        Ok(Tested { checks: self.checks, cut_off: None })
    }

    /// Nothing more can be looked at: the token is not accepted, or the host is none that answers as a Canvas.
    fn without_an_answer(mut self, error: CanvasError) -> Tested {
        let is_of_token = matches!(error, CanvasError::Unauthorized { .. } | CanvasError::EdgeRefused { .. });
        let error = CliError::from(error);
        // The first hint mends it; what others say of a run is nothing to a test.
        let hint = error.hints().first().cloned().unwrap_or_default();
        if is_of_token {
            self.host();
            self.checks.fail("token", error.to_string(), hint);
            return Tested { checks: self.checks, cut_off: None };
        }
        self.checks.fail("host", format!("{}: {error}", self.connector.address.host()), hint);
        Tested { checks: self.checks, cut_off: Some(error) }
    }

    fn host(&mut self) {
        let host = self.connector.address.host();
        if host.is_beta_or_test() {
            let hint =
                "Canvas overwrites it from production now and then; after that run `gradepush connector reset TITLE`";
            self.checks.warn("host", format!("{host} is a beta or test Canvas"), hint);
        } else {
            self.checks.ok("host", host.to_string());
        }
    }

    /// Whose it is, and when it ends, as far as Canvas tells (`canvas-contract §A4`).
    async fn token(&mut self, person: &Person) {
        let whose = format!("it belongs to {} (user {})", person.name, person.id);
        let ends = match self.reader.token().await {
            Ok(token) => token.expires_at,
            Err(_) => None,
        };
        let Some(ends) = ends else { return self.checks.ok("token", whose) };
        let (left, at) = (ends.duration_since(self.context.now()), for_people(ends, &self.connector.zone()));
        if left < ENDS_SOON {
            let message = format!("{whose}, and ends in {}, {at}", in_words(left));
            let hint =
                "make a new one in Canvas under Account, Settings in time, then: gradepush connector token TITLE";
            self.checks.warn("token", message, hint);
        } else {
            self.checks.ok("token", format!("{whose}, and ends {at}"));
        }
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
            Err(error @ CanvasError::Unauthorized { .. }) => {
                let needs = Needs { right: "", without: "only the token's own courses are used" };
                self.checks.limited("account", "the account cannot be read", &error, &needs);
                Ok(false)
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

    /// What a push will do, in one course.
    async fn one_course(&mut self, is_admin: bool, listed: Option<&Course>) -> Result<(), CliError> {
        let cached = || self.cached.clone().filter(|_| is_admin);
        let Some(named) = self.named.clone().or_else(cached).or_else(|| listed.map(|course| course.id.into())) else {
            let hint = "name one that the token may grade in: gradepush connector test TITLE --course ID";
            self.checks.warn("course", "there is no course to try what a push does".to_owned(), hint);
            return Ok(());
        };
        let account = is_admin.then(|| self.account_ref());
        CourseChecks { reader: &self.reader, checks: &mut self.checks, account }.run(&named).await
    }

    async fn courses(&mut self, is_admin: bool) -> Result<Option<Course>, CliError> {
        let first = if is_admin {
            self.first_of(self.reader.account_courses(&self.account_ref(), &CourseFilter::default())).await?
        } else {
            self.graded().await?
        };
        let needs = Needs {
            right: "use a token of somebody who may see courses, or correct --account",
            without: "there is nothing to sync",
        };
        let course = match first {
            Ok(course) => course,
            Err(error) => {
                self.checks.refused("courses", "no course can be listed", &error, &needs);
                return Ok(None);
            }
        };
        match &course {
            Some(course) => self.checks.ok("courses", format!("courses can be listed (course {})", course.id)),
            None if is_admin => self.checks.fail("courses", "the token has no course".to_owned(), needs.to_string()),
            None => {
                let message = "the token's user teaches or assists in no course".to_owned();
                self.checks.fail("courses", message, needs.to_string());
            }
        }
        Ok(course)
    }

    /// The first course in which the token's user teaches, else assists; in others they may be a student.
    async fn graded(&self) -> Result<Result<Option<Course>, CanvasError>, CliError> {
        for role in CourseRole::ALL {
            match self.first_of(self.reader.my_courses(Some(role))).await? {
                Ok(None) => {}
                found => return Ok(found),
            }
        }
        Ok(Ok(None))
    }

    async fn first_of(&self, mut pages: Pages<Course>) -> Result<Result<Option<Course>, CanvasError>, CliError> {
        Ok(permitted(pages.next().await)?.map(|page| page.and_then(|page| page.into_iter().next())))
    }

    fn course_ids(&mut self, is_admin: bool, course: &Course) {
        let origin = self.connector.course_id_origin;
        if origin == CourseIdOrigin::Sis && course.sis_course_id.is_hidden() && !is_admin {
            let message =
                "lists show this token no SIS ids of courses; those of a file are looked up, one request each";
            self.checks.warn("course-id-origin", message.to_owned(), LOOKED_UP_HINT);
        } else if origin == CourseIdOrigin::Sis && course.sis_course_id.is_hidden() {
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
        let page = match permitted(pages.next().await)? {
            Ok(page) => page.unwrap_or_default(),
            Err(error) => {
                let needs = Needs { right: "use a token that may read rosters", without: "nobody is found" };
                self.checks.refused("user-id-origin", "no people can be read", &error, &needs);
                return Ok(());
            }
        };
        let origin = self.connector.user_id_origin;
        let hidden = |person: &Person| match origin {
            UserIdOrigin::Internal => false,
            UserIdOrigin::Sis => person.sis_user_id.is_hidden(),
            UserIdOrigin::Login => person.login_id.is_hidden(),
        };
        if page.is_empty() {
            self.checks.fail("user-id-origin", "nobody can be seen".to_owned(), "use a token that may read rosters");
        } else if page.iter().all(hidden) && !is_admin {
            let message = format!(
                "lists show this token no {origin} ids of people; those of a file are looked up, one request each"
            );
            self.checks.warn("user-id-origin", message, LOOKED_UP_HINT);
        } else if page.iter().all(hidden) {
            let hint = "use a token that may see them, or cache ids with `gradepush sync --gradebook`";
            self.checks.fail("user-id-origin", format!("the token may not see {origin} ids of people"), hint);
        } else {
            self.checks.ok("user-id-origin", format!("{origin} ids of people are visible"));
        }
        Ok(())
    }

    /// A person who teaches grades by hand too, and those grades are not this tool's.
    async fn own_graders(&mut self, person: &Person) -> Result<(), CliError> {
        let teaches = self.graded().await?.ok().flatten().is_some();
        let configured = self.connector.own_graders.contains(&OwnGrader::TokenUser);
        match (teaches, configured) {
            (false, false) => {
                let hint = "gradepush connector edit TITLE --own-grader self".to_owned();
                let message = "the token's user teaches nowhere; its grades could count as this tool's own";
                self.checks.suggest("own-graders", message.to_owned(), hint);
            }
            (true, true) => {
                let message = format!("user {} teaches, and grades given by hand count as this tool's own", person.id);
                self.checks.warn("own-graders", message, "use a token of a user who does not teach");
            }
            (false, true) | (true, false) => self.checks.ok("own-graders", "as configured".to_owned()),
        }
        Ok(())
    }

    fn account_ref(&self) -> AccountRef {
        self.connector.account.map_or(AccountRef::Root, AccountRef::Id)
    }
}

/// A time that is left, in whole days, hours or minutes.
fn in_words(left: SignedDuration) -> String {
    match (left.as_hours(), left.as_mins()) {
        (..1, minutes @ 2..) => format!("{minutes} minutes"),
        (..1, _) => "less than 2 minutes".to_owned(),
        (1, _) => "1 hour".to_owned(),
        (hours @ 2..48, _) => format!("{hours} hours"),
        (hours, _) => format!("{} days", hours / 24),
    }
}

/// The course that a person named.
pub(super) fn course_ref(name: &CourseName, origin: CourseIdOrigin) -> Result<CourseRef, CliError> {
    let origin = match name {
        CourseName::Forced(origin, _) => *origin,
        CourseName::AsSent(_) => origin,
    };
    match origin {
        CourseIdOrigin::Sis => Ok(CourseRef::Sis(name.text().to_owned())),
        CourseIdOrigin::Internal => {
            let id = name.text().parse().map_err(|_| {
                CliError::usage(format!("`{}` is no internal course id", name.text()))
                    .hint("name it as sis:ID, or use the number in its address")
            })?;
            Ok(CourseRef::Id(id))
        }
    }
}

/// A course of the cache, an open one if it has one; nothing where there is no cache that can be read.
fn cached_course(context: &Context, file: &ConfigFile, connector: &Connector) -> Option<CourseRef> {
    let store = context.open_store(file, Access::ReadOnly).ok()?;
    let found = store.find_in_cache(connector.address.host(), "", CACHED_COURSES).ok()?;
    let mut courses = found.courses.iter().map(|found| &found.course);
    let open = courses.clone().find(|course| course.workflow_state == "available");
    open.or_else(|| courses.next()).map(|course| course.id.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_told_in_a_unit_that_shows_it() {
        for (seconds, expected) in [
            (30, "less than 2 minutes"),
            (119, "less than 2 minutes"),
            (120, "2 minutes"),
            (3_599, "59 minutes"),
            (3_600, "1 hour"),
            (2 * 3_600, "2 hours"),
            (47 * 3_600, "47 hours"),
            (48 * 3_600, "2 days"),
            (13 * 86_400 + 1, "13 days"),
        ] {
            assert_eq!(in_words(SignedDuration::from_secs(seconds)), expected, "{seconds} s");
        }
    }
}
