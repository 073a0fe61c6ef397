//! The tables of the provisioning and SIS export reports, column for column (canvas-contract §F1, §F2).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::course::{Course, CourseState, Enrollment, EnrollmentState};
use super::identify::opaque_id;
use super::state::World;

/// A table of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Users,
    Accounts,
    Terms,
    Courses,
    Sections,
    Enrollments,
    Xlist,
}

/// Which rows and columns a report has.
pub(super) struct Wanted {
    /// The provisioning report has Canvas's internal ids, the SIS export has none.
    pub(super) with_internal_ids: bool,
    /// Deleted records and concluded courses and enrollments too.
    pub(super) include_deleted: bool,
    /// Only courses of this term.
    pub(super) term_id: Option<i64>,
    /// The account whose report it is; the root account's holds the courses of all.
    pub(super) account_id: i64,
}

/// A row: values by column name. A header picks from it; what it lacks is empty.
type Row = Vec<(&'static str, String)>;

impl Table {
    /// In the order Canvas writes them.
    pub(super) const ALL: [Self; 7] =
        [Self::Users, Self::Accounts, Self::Terms, Self::Courses, Self::Sections, Self::Enrollments, Self::Xlist];

    /// The parameter that asks for it, and its file name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Accounts => "accounts",
            Self::Terms => "terms",
            Self::Courses => "courses",
            Self::Sections => "sections",
            Self::Enrollments => "enrollments",
            Self::Xlist => "xlist",
        }
    }

    /// The header, with the columns of the provisioning report or of the SIS export.
    fn header(self, with_internal_ids: bool) -> &'static str {
        match (self, with_internal_ids) {
            (Self::Users, true) => {
                "canvas_user_id,user_id,integration_id,authentication_provider_id,login_id,first_name,last_name,\
                 full_name,sortable_name,short_name,email,status,created_by_sis,uuid"
            }
            (Self::Users, false) => {
                "user_id,integration_id,authentication_provider_id,login_id,password,first_name,last_name,full_name,\
                 sortable_name,short_name,email,status"
            }
            (Self::Accounts, true) => {
                "canvas_account_id,account_id,canvas_parent_id,parent_account_id,name,status,created_by_sis"
            }
            (Self::Accounts, false) => "account_id,parent_account_id,name,status",
            (Self::Terms, true) => "canvas_term_id,term_id,name,status,start_date,end_date,created_by_sis",
            (Self::Terms, false) => "term_id,name,status,start_date,end_date",
            (Self::Courses, true) => {
                "canvas_course_id,course_id,integration_id,short_name,long_name,canvas_account_id,account_id,\
                 canvas_term_id,term_id,status,start_date,end_date,course_format,canvas_blueprint_course_id,\
                 blueprint_course_id,created_by_sis"
            }
            (Self::Courses, false) => {
                "course_id,integration_id,short_name,long_name,account_id,term_id,status,start_date,end_date,\
                 course_format,blueprint_course_id"
            }
            (Self::Sections, true) => {
                "canvas_section_id,section_id,canvas_course_id,course_id,integration_id,name,status,start_date,end_date,\
                 canvas_account_id,account_id,created_by_sis"
            }
            (Self::Sections, false) => "section_id,course_id,integration_id,name,status,start_date,end_date",
            (Self::Enrollments, true) => {
                "canvas_course_id,course_id,canvas_user_id,user_id,role,role_id,canvas_section_id,section_id,status,\
                 canvas_associated_user_id,associated_user_id,created_by_sis,base_role_type,limit_section_privileges,\
                 canvas_enrollment_id"
            }
            (Self::Enrollments, false) => {
                "course_id,user_id,role,role_id,section_id,status,associated_user_id,limit_section_privileges"
            }
            (Self::Xlist, true) => {
                "canvas_xlist_course_id,xlist_course_id,canvas_section_id,section_id,status,canvas_nonxlist_course_id,\
                 nonxlist_course_id"
            }
            (Self::Xlist, false) => "xlist_course_id,section_id,status",
        }
    }

    /// The table as CSV with its header; `None` only when memory ends.
    pub(super) fn csv(self, world: &World, wanted: &Wanted) -> Option<Vec<u8>> {
        let columns: Vec<&str> = self.header(wanted.with_internal_ids).split(',').collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&columns).ok()?;
        for row in self.rows(world, wanted) {
            let value = |column: &&str| row.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
            writer.write_record(columns.iter().map(value)).ok()?;
        }
        writer.into_inner().ok()
    }

    fn rows(self, world: &World, wanted: &Wanted) -> Vec<Row> {
        let courses = || world.courses.values().filter(|course| includes(world, wanted, course));
        match self {
            Self::Users => users(world, wanted),
            Self::Accounts => accounts(world),
            Self::Terms => terms(world),
            Self::Courses => courses().map(|course| course_row(world, course)).collect(),
            Self::Sections => courses().flat_map(|course| section_rows(world, course)).collect(),
            Self::Enrollments => courses().flat_map(|course| enrollment_rows(world, wanted, course)).collect(),
            Self::Xlist => courses().flat_map(|course| xlist_rows(world, course)).collect(),
        }
    }
}

fn includes(world: &World, wanted: &Wanted, course: &Course) -> bool {
    let ended = matches!(course.state, CourseState::Completed | CourseState::Deleted);
    let in_term = wanted.term_id.is_none_or(|term_id| term_id == world.term_id_of(course));
    let in_account = wanted.account_id == world.root_account_id() || wanted.account_id == course.account_id;
    in_term && in_account && (wanted.include_deleted || !ended)
}

/// One row per login, so a person with two has two.
fn users(world: &World, wanted: &Wanted) -> Vec<Row> {
    let mut rows = Vec::new();
    for user in world.users.values() {
        let (last, first) = match user.sortable_name().split_once(", ") {
            Some((last, first)) => (last.to_owned(), first.to_owned()),
            None => (String::new(), user.name.clone()),
        };
        for login in user.logins.iter().filter(|login| wanted.include_deleted || !login.deleted) {
            rows.push(vec![
                ("canvas_user_id", user.id.to_string()),
                ("user_id", text(login.sis_user_id.as_ref())),
                ("integration_id", text(login.integration_id.as_ref())),
                ("login_id", login.unique_id.clone()),
                ("first_name", first.clone()),
                ("last_name", last.clone()),
                ("full_name", user.name.clone()),
                ("sortable_name", user.sortable_name()),
                ("email", text(user.email.as_ref())),
                ("status", login.state().to_owned()),
                ("created_by_sis", login.sis_user_id.is_some().to_string()),
                ("uuid", opaque_id("user", user.id)),
            ]);
        }
    }
    rows
}

fn accounts(world: &World) -> Vec<Row> {
    let below_root = world.accounts.values().filter(|account| account.parent_account_id.is_some());
    below_root
        .map(|account| {
            let parent = account.parent_account_id.and_then(|id| world.accounts.get(&id));
            vec![
                ("canvas_account_id", account.id.to_string()),
                ("account_id", text(account.sis_account_id.as_ref())),
                ("canvas_parent_id", parent.map(|parent| parent.id.to_string()).unwrap_or_default()),
                ("parent_account_id", text(parent.and_then(|parent| parent.sis_account_id.as_ref()))),
                ("name", account.name.clone()),
                ("status", "active".to_owned()),
                ("created_by_sis", account.sis_account_id.is_some().to_string()),
            ]
        })
        .collect()
}

fn terms(world: &World) -> Vec<Row> {
    let rows = world.terms.values().map(|term| {
        vec![
            ("canvas_term_id", term.id.to_string()),
            ("term_id", text(term.sis_term_id.as_ref())),
            ("name", term.name.clone()),
            ("status", "active".to_owned()),
            ("start_date", date(world, term.start_at)),
            ("end_date", date(world, term.end_at)),
            ("created_by_sis", term.sis_term_id.is_some().to_string()),
        ]
    });
    rows.collect()
}

fn course_row(world: &World, course: &Course) -> Row {
    let status = match course.state {
        CourseState::Unpublished => "unpublished",
        CourseState::Available => "active",
        CourseState::Completed => "concluded",
        CourseState::Deleted => "deleted",
    };
    let term = world.terms.get(&world.term_id_of(course));
    let account_id = if course.account_id == 0 { world.root_account_id() } else { course.account_id };
    vec![
        ("canvas_course_id", course.id.to_string()),
        ("course_id", text(course.sis_course_id.as_ref())),
        ("integration_id", text(course.integration_id.as_ref())),
        ("short_name", course.course_code.clone()),
        ("long_name", course.name.clone()),
        ("canvas_account_id", account_id.to_string()),
        ("account_id", sis_account_id(world, account_id)),
        ("canvas_term_id", world.term_id_of(course).to_string()),
        ("term_id", text(term.and_then(|term| term.sis_term_id.as_ref()))),
        ("status", status.to_owned()),
        ("created_by_sis", course.sis_course_id.is_some().to_string()),
    ]
}

fn section_rows(world: &World, course: &Course) -> Vec<Row> {
    let account_id = if course.account_id == 0 { world.root_account_id() } else { course.account_id };
    let rows = course.sections.iter().map(|section| {
        vec![
            ("canvas_section_id", section.id.to_string()),
            ("section_id", text(section.sis_section_id.as_ref())),
            ("canvas_course_id", course.id.to_string()),
            ("course_id", text(course.sis_course_id.as_ref())),
            ("integration_id", text(section.integration_id.as_ref())),
            ("name", section.name.clone()),
            ("status", "active".to_owned()),
            ("canvas_account_id", account_id.to_string()),
            ("account_id", sis_account_id(world, account_id)),
            ("created_by_sis", section.sis_section_id.is_some().to_string()),
        ]
    });
    rows.collect()
}

fn enrollment_rows(world: &World, wanted: &Wanted, course: &Course) -> Vec<Row> {
    let living = |enrollment: &&Enrollment| {
        let ended = matches!(enrollment.state, EnrollmentState::Completed | EnrollmentState::Deleted);
        enrollment.kind() != "StudentViewEnrollment" && (wanted.include_deleted || !ended)
    };
    let row = |enrollment: &Enrollment| {
        // People without a login in the account are left out.
        let login = world.user(enrollment.user_id)?.shown_login()?;
        let section = course.section_of(enrollment);
        Some(vec![
            ("canvas_course_id", course.id.to_string()),
            ("course_id", text(course.sis_course_id.as_ref())),
            ("canvas_user_id", enrollment.user_id.to_string()),
            ("user_id", text(login.sis_user_id.as_ref())),
            ("role", role(enrollment.kind()).to_owned()),
            ("role_id", enrollment.role_id().to_string()),
            ("canvas_section_id", section.map(|section| section.id.to_string()).unwrap_or_default()),
            ("section_id", text(section.and_then(|section| section.sis_section_id.as_ref()))),
            ("status", enrollment_status(course, enrollment).to_owned()),
            ("created_by_sis", section.is_some_and(|section| section.sis_section_id.is_some()).to_string()),
            ("base_role_type", enrollment.kind().to_owned()),
            ("limit_section_privileges", enrollment.limited_to_section.to_string()),
            ("canvas_enrollment_id", enrollment.id.to_string()),
        ])
    };
    course.enrollments.iter().filter(living).filter_map(row).collect()
}

/// In a concluded course nobody is active any more, whatever the enrollments list says (canvas-contract §F2).
fn enrollment_status(course: &Course, enrollment: &Enrollment) -> &'static str {
    match enrollment.state {
        EnrollmentState::Deleted | EnrollmentState::Rejected => enrollment.state.word(),
        EnrollmentState::Completed => "concluded",
        _ if course.state == CourseState::Completed => "concluded",
        _ => enrollment.state.word(),
    }
}

fn xlist_rows(world: &World, course: &Course) -> Vec<Row> {
    let moved = course.sections.iter().filter_map(|section| Some((section, section.nonxlist_course_id?)));
    let rows = moved.map(|(section, from)| {
        vec![
            ("canvas_xlist_course_id", course.id.to_string()),
            ("xlist_course_id", text(course.sis_course_id.as_ref())),
            ("canvas_section_id", section.id.to_string()),
            ("section_id", text(section.sis_section_id.as_ref())),
            ("status", "active".to_owned()),
            ("canvas_nonxlist_course_id", from.to_string()),
            ("nonxlist_course_id", text(world.courses.get(&from).and_then(|course| course.sis_course_id.as_ref()))),
        ]
    });
    rows.collect()
}

/// The SIS name of a role.
fn role(kind: &str) -> &str {
    match kind {
        "StudentEnrollment" => "student",
        "TeacherEnrollment" => "teacher",
        "TaEnrollment" => "ta",
        "ObserverEnrollment" => "observer",
        "DesignerEnrollment" => "designer",
        other => other,
    }
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

/// An account's SIS id; the root account's is not shown.
fn sis_account_id(world: &World, account_id: i64) -> String {
    let account = world.accounts.get(&account_id).filter(|account| account.parent_account_id.is_some());
    text(account.and_then(|account| account.sis_account_id.as_ref()))
}

/// ISO 8601 in the account's time zone.
fn date(world: &World, moment: Option<Timestamp>) -> String {
    let zone = TimeZone::get(&world.time_zone).unwrap_or(TimeZone::UTC);
    moment.map(|at| at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).unwrap_or_default()
}
