//! Every row of the single PUT's outcome table (canvas-contract §H5), in both dialects.

use gradepush::sandbox::{DEMO_TOKEN, Dialect, NewAssignment, Options, Role, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, TEACHER_TOKEN, answer, first_half};

/// The campus with people and columns of every sort.
struct Outcomes {
    rig: Rig,
    campus: Campus,
    /// Deleted.
    gone: i64,
    active: i64,
    rejected: i64,
    invited: i64,
    observer: i64,
    test_student: i64,
    /// In the second section, like the assistant with the token `limited`.
    elsewhere: i64,
    moderated: i64,
    unassigned: i64,
    unpublished: i64,
    closed: i64,
    checkpointed: i64,
    deleted: i64,
}

fn outcomes(dialect: Dialect) -> Outcomes {
    let (rig, campus) = Rig::campus();
    let Campus { course, ref students, section, .. } = campus;
    let mut world = World::from_json(&rig.change(|world| world.to_json())).expect("a saved world");
    let mut person = |name: &str, section: i64, role: Role, limited: bool| {
        let user = world.add_user(name);
        world.add_login(user, name, None);
        world.add_token(user, name);
        world.enroll_in_section(course, section, user, role, limited);
        user
    };
    person("limited", section, Role::Ta, true);
    let [active, rejected, invited] =
        ["active", "rejected", "invited"].map(|name| person(name, 0, Role::Student, false));
    let observer = person("observer", 0, Role::Observer, false);
    let test_student = person("test student", 0, Role::StudentView, false);
    let elsewhere = person("two", section, Role::Student, false);
    let states = [(students[1], "completed"), (students[2], "deleted"), (students[3], "inactive")];
    for (user, state) in states.into_iter().chain([(rejected, "rejected"), (invited, "invited")]) {
        world.set_enrollment_state(course, user, state);
    }
    let gone = world.add_course("Gone", None);
    world.set_course_state(gone, "deleted");
    let due_at = Some("2026-10-01T00:00:00Z".parse().expect("a time"));
    world.add_grading_period(course, first_half());
    let mut add = |new: NewAssignment| world.add_assignment(course, new);
    let moderated = add(NewAssignment { moderated_grading: true, ..NewAssignment::default() });
    let unassigned = add(NewAssignment { only_visible_to: Some(vec![students[1]]), ..NewAssignment::default() });
    let unpublished = add(NewAssignment { unpublished: true, ..NewAssignment::default() });
    let closed = add(NewAssignment { due_at, ..NewAssignment::default() });
    let checkpointed = add(NewAssignment { checkpointed: true, ..NewAssignment::default() });
    let deleted = add(NewAssignment::default());
    world.delete_assignment(course, deleted);
    let rig = Rig::new(world, Options { dialect, ..Options::default() });
    Outcomes {
        rig,
        campus,
        gone,
        active,
        rejected,
        invited,
        observer,
        test_student,
        elsewhere,
        moderated,
        unassigned,
        unpublished,
        closed,
        checkpointed,
        deleted,
    }
}

/// A write: what it is, whose, to which course, column and person, with which body.
type Write = (&'static str, &'static str, (i64, i64, i64), Value);

/// What is answered: a submission with this score, or a status and, where there is one, its `error`.
type Outcome = Result<Option<f64>, (u16, &'static str)>;

fn outcome_table(of: &Outcomes, not_permitted: u16) -> Vec<(Write, Outcome)> {
    const LEFT: &str = "Student must be enrolled in the course as a student to be graded";
    const BOTH: &str = "Cannot simultaneously grade and excuse an assignment";
    const TAG: &str = "Must provide a valid sub assignment tag when grading checkpointed discussions";
    let Campus { course, exam, teacher, ref students, .. } = of.campus;
    let forbidden = Err((not_permitted, ""));
    let grade = |case, token, course, assignment, user, outcome| {
        ((case, token, (course, assignment, user), json!({"submission": {"posted_grade": "5"}})), outcome)
    };
    let other =
        |case, assignment, body, outcome| ((case, TEACHER_TOKEN, (course, assignment, of.active), body), outcome);
    vec![
        grade("unknown course", DEMO_TOKEN, 1, exam, of.active, Err((404, ""))),
        grade("deleted course", DEMO_TOKEN, of.gone, exam, of.active, Err((404, ""))),
        grade("unknown assignment", DEMO_TOKEN, course, 1, of.active, Err((404, ""))),
        grade("deleted assignment", DEMO_TOKEN, course, of.deleted, of.active, Err((404, ""))),
        grade("unknown user", DEMO_TOKEN, course, exam, 1, Err((404, ""))),
        grade("deleted enrollment", DEMO_TOKEN, course, exam, students[2], Err((404, ""))),
        grade("observer", DEMO_TOKEN, course, exam, of.observer, Err((404, ""))),
        grade("teacher", DEMO_TOKEN, course, exam, teacher, Err((404, ""))),
        grade("another section", "limited", course, exam, of.active, Err((404, ""))),
        grade("own section", "limited", course, exam, of.elsewhere, Ok(Some(5.0))),
        grade("moderated", TEACHER_TOKEN, course, of.moderated, of.active, forbidden),
        grade("moderated, admin", DEMO_TOKEN, course, of.moderated, of.active, forbidden),
        other("moderated, no grade", of.moderated, json!({"comment": {"text_comment": "hello"}}), Ok(None)),
        grade("not assigned", DEMO_TOKEN, course, of.unassigned, of.active, forbidden),
        grade("no right to grade", "active", course, exam, of.active, forbidden),
        grade("unpublished", DEMO_TOKEN, course, of.unpublished, of.active, forbidden),
        grade("closed period", TEACHER_TOKEN, course, of.closed, of.active, forbidden),
        grade("closed period, admin", DEMO_TOKEN, course, of.closed, of.active, Ok(Some(5.0))),
        grade("concluded enrollment", DEMO_TOKEN, course, exam, students[1], Err((400, LEFT))),
        grade("rejected enrollment", DEMO_TOKEN, course, exam, of.rejected, Err((400, LEFT))),
        other("both", exam, json!({"submission": {"posted_grade": "5", "excuse": true}}), Err((400, BOTH))),
        grade("checkpointed", DEMO_TOKEN, course, of.checkpointed, of.active, Err((400, TAG))),
        other("cannot be parsed", exam, json!({"submission": {"posted_grade": "five"}}), Ok(None)),
        grade("done", TEACHER_TOKEN, course, exam, of.active, Ok(Some(5.0))),
        grade("inactive", TEACHER_TOKEN, course, exam, students[3], Ok(Some(5.0))),
        grade("invited", TEACHER_TOKEN, course, exam, of.invited, Ok(Some(5.0))),
        grade("test student", TEACHER_TOKEN, course, exam, of.test_student, Ok(Some(5.0))),
    ]
}

#[tokio::test]
async fn every_row_of_the_outcome_table_of_a_single_grade() {
    for (dialect, not_permitted) in [(Dialect::Hosted, 403), (Dialect::SelfHosted, 401)] {
        let of = outcomes(dialect);
        for ((case, token, (course, assignment, user), body), wanted) in outcome_table(&of, not_permitted) {
            let path = format!("/courses/{course}/assignments/{assignment}/submissions/{user}");
            let (status, got) = answer(&of.rig.by(token, "PUT", &path, Some(&body)).await);
            match wanted {
                Ok(score) => {
                    assert_eq!((status, &got["score"]), (200, &json!(score)), "{case}: {got}");
                    assert!(got["submission_comments"].is_array(), "{case}: {got}");
                    assert_eq!(got["all_submissions"][0]["user_id"], user, "{case}: {got}");
                }
                Err(refusal) => {
                    assert_eq!((status, got["error"].as_str().unwrap_or_default()), refusal, "{case}: {got}");
                }
            }
        }
        of.rig.change(|world| world.conclude_course(of.campus.course));
        let Campus { course, exam, .. } = of.campus;
        let path = format!("/courses/{course}/assignments/{exam}/submissions/{}", of.active);
        let grade = json!({"submission": {"posted_grade": "5"}});
        let (status, _) = of.rig.teach("PUT", &path, Some(&grade)).await;
        assert_eq!(status, not_permitted, "a concluded course is closed to its teacher");
        assert_eq!(of.rig.call("PUT", &path, Some(&grade)).await.0, 200, "and open to an admin");
    }
}

#[tokio::test]
async fn a_section_grades_its_own_students_only() {
    let (rig, campus) = Rig::campus();
    let Campus { course, section, exam, ref students, .. } = campus;
    rig.change(|world| {
        world.drop_student(course, students[1]);
        world.enroll_in_section(course, section, students[1], Role::Student, false);
    });
    let put = async |section: &str, student: i64| {
        let path = format!("/sections/{section}/assignments/{exam}/submissions/{student}");
        rig.call("PUT", &path, Some(&json!({"submission": {"posted_grade": "7"}}))).await
    };
    let (status, row) = put(&section.to_string(), students[1]).await;
    assert_eq!((status, &row["score"]), (200, &json!(7.0)), "{row}");
    assert_eq!(put("sis_section_id:BIO-101-02", students[1]).await.0, 200);
    assert_eq!(put(&section.to_string(), students[0]).await.0, 404, "of another section");
    assert_eq!(put("999999", students[1]).await.0, 404);
}
