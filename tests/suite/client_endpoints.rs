//! Every endpoint of the client, by the name of its fixture, so that tests can go through all of them.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use gradepush::canvas::{
    AccountRef, CanvasError, CellWrite, Client, CourseFilter, CourseRef, EnrollmentFilter, GradeChangeFilter,
    GradeData, GroupedQuery, NewAssignment, Permission, PostedGrade, ReportParameters, Students, SubmissionChange,
    SubmissionInclude, UserRef, Writer,
};
use gradepush::domain::{AssignmentId, CourseId, GradingType, Points, ProgressId, UserId};

use crate::confirmed::confirmed;

/// A course, a column and a student of the demonstration world.
pub(crate) const COURSE: CourseId = CourseId(1201);
pub(crate) const ASSIGNMENT: AssignmentId = AssignmentId(9001);
pub(crate) const STUDENT: UserId = UserId(7023);

const REPORT: &str = "provisioning_csv";

/// What came back, as text: tests compare what was decoded without naming every type.
type Outcome = Result<String, CanvasError>;

/// An endpoint: its fixture's name and a call of it.
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) call: fn(Client) -> BoxFuture<'static, Outcome>,
}

fn text<T: Debug>(value: Result<T, CanvasError>) -> Outcome {
    value.map(|value| format!("{value:?}"))
}

/// A writer, for tests.
pub(crate) fn writer(client: &Client) -> Writer {
    client.writer(&confirmed("digest"), "digest").expect("the same digest")
}

/// A grade and a comment.
pub(crate) fn cell(grade: &str, comment: &str) -> CellWrite {
    CellWrite { grade: Some(PostedGrade::Grade(grade.to_owned())), comment: Some(comment.to_owned()) }
}

macro_rules! endpoints {
    ($($name:ident: |$client:ident| $call:expr),+ $(,)?) => {
        vec![$(Endpoint {
            name: stringify!($name),
            call: |$client| Box::pin(async move { text($call) }),
        }),+]
    };
}

/// All of them.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let mut all = reads();
    all.extend(lists());
    all.extend(writes());
    all.extend(reports());
    all
}

fn reads() -> Vec<Endpoint> {
    endpoints! {
        whoami: |client| client.reader().whoami().await,
        user: |client| client.reader().user(&UserRef::Login("cdlamini1".to_owned())).await,
        course_user: |client| client.reader().course_user(COURSE, &UserRef::Login("cdlamini1".to_owned())).await,
        token: |client| client.reader().token().await,
        account: |client| client.reader().account(&AccountRef::Root).await,
        terms: |client| client.reader().terms(&AccountRef::Root).all().await,
        account_permissions: |client| client.reader().account_permissions(&AccountRef::Root, &Permission::ALL).await,
        course_permissions: |client| client.reader().course_permissions(COURSE, &Permission::ALL).await,
        course: |client| client.reader().course(&CourseRef::Sis("BIO-101-F26".to_owned())).await,
        late_policy: |client| client.reader().late_policy(COURSE).await,
        grading_periods: |client| client.reader().grading_periods(COURSE).await,
        assignment: |client| client.reader().assignment(COURSE, ASSIGNMENT).await,
        progress: |client| client.reader().progress(ProgressId(77001)).await,
        grouped_submissions: |client| {
            let query = GroupedQuery::new(Students::All, vec![ASSIGNMENT]);
            client.reader().grouped_submissions(COURSE, &query).await
        },
        submission: |client| {
            let include = [SubmissionInclude::Comments, SubmissionInclude::StoredComments, SubmissionInclude::History];
            client.reader().submission(COURSE, ASSIGNMENT, STUDENT, &include).await
        },
    }
}

fn lists() -> Vec<Endpoint> {
    endpoints! {
        account_users: |client| client.reader().account_users(&AccountRef::Root).all().await,
        account_courses: |client| {
            client.reader().account_courses(&AccountRef::Root, &CourseFilter::default()).all().await
        },
        my_courses: |client| client.reader().my_courses(None).all().await,
        course_users: |client| client.reader().course_users(COURSE, &["active", "inactive"]).all().await,
        course_enrollments: |client| {
            let filter = EnrollmentFilter { types: vec!["StudentEnrollment"], ..EnrollmentFilter::default() };
            client.reader().course_enrollments(COURSE, &filter).all().await
        },
        gradeable_students: |client| client.reader().gradeable_students(COURSE, &[ASSIGNMENT]).all().await,
        student_groups: |client| client.reader().student_groups(COURSE).all().await,
        sections: |client| client.reader().sections(COURSE).all().await,
        assignment_groups: |client| client.reader().assignment_groups(COURSE).all().await,
        assignments: |client| client.reader().assignments(COURSE).all().await,
        course_grading_standards: |client| client.reader().course_grading_standards(COURSE).all().await,
        account_grading_standards: |client| client.reader().account_grading_standards(&AccountRef::Root).all().await,
        grade_changes: |client| client.reader().grade_changes(COURSE, &GradeChangeFilter::default()).all().await,
        gradebook_history: |client| client.reader().gradebook_history(COURSE, ASSIGNMENT).all().await,
        assignment_submissions: |client| {
            client.reader().assignment_submissions(COURSE, ASSIGNMENT, &[SubmissionInclude::Group]).all().await
        },
    }
}

fn writes() -> Vec<Endpoint> {
    endpoints! {
        update_grades: |client| {
            let mut cells = GradeData::default();
            cells.insert(ASSIGNMENT, STUDENT, cell("17.5", "seen"));
            writer(&client).update_grades(COURSE, &cells).await
        },
        put_submission: |client| {
            let change = SubmissionChange { cell: cell("19", "seen at last"), ..SubmissionChange::default() };
            writer(&client).put_submission(COURSE, ASSIGNMENT, STUDENT, &change).await
        },
        create_assignment: |client| writer(&client).create_assignment(COURSE, &new_assignment()).await,
        create_assignment_group: |client| writer(&client).create_assignment_group(COURSE, "Lecture capture").await,
        set_post_policy: |client| writer(&client).set_post_policy(ASSIGNMENT, true).await,
        delete_comment: |client| writer(&client).delete_comment(COURSE, ASSIGNMENT, STUDENT, 5511).await,
        delete_assignment: |client| writer(&client).delete_assignment(COURSE, ASSIGNMENT).await,
    }
}

fn reports() -> Vec<Endpoint> {
    endpoints! {
        report_start: |client| client.reports().start(&AccountRef::Root, REPORT, &parameters()).await,
        report_poll: |client| client.reports().poll(&AccountRef::Root, REPORT, 5501).await,
        report_delete: |client| client.reports().delete(&AccountRef::Root, REPORT, 5501).await,
    }
}

/// A column as a push creates it.
pub(crate) fn new_assignment() -> NewAssignment {
    NewAssignment {
        name: "Lecture 1".to_owned(),
        points_possible: Points::whole(100),
        grading_type: GradingType::Points,
        description: None,
        due_at: Some("2026-11-30T22:59:59Z".parse().expect("a time")),
        omit_from_final_grade: false,
        assignment_group_id: None,
        integration_id: Some("00697".to_owned()),
    }
}

/// A report of users and enrollments.
pub(crate) fn parameters() -> ReportParameters {
    ReportParameters { tables: vec!["users", "enrollments"], enrollment_term_id: None, include_deleted: true }
}
