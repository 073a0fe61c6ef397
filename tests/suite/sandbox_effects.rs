//! Every row of the bulk job's table of effects (canvas-contract §H7), with a row before and one behind it.

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::{Value, json};

use crate::sandbox_rig::{Campus, Rig, TEACHER_TOKEN, answer, first_half};

/// What becomes of a row, and of those around it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Effect {
    /// Written, with this score.
    Written(Option<f64>),
    /// Listed as missing; the others are written.
    Missing,
    /// An exception: neither this row nor those behind it.
    Kills,
}

/// A case, whose token, which column and person, and the cell.
type Row = (&'static str, &'static str, (i64, i64), Value, Effect);

/// The campus with people and columns of every sort.
struct Effects {
    saved: String,
    campus: Campus,
    /// In the second section, like the assistant with the token `limited`.
    elsewhere: i64,
    /// An ordinary student, whose cells are around every row.
    witness: i64,
    student: i64,
    people: Vec<(&'static str, i64, Effect)>,
    /// Graded by group: student, member and excused member.
    by_group: i64,
    group: [i64; 3],
    columns: Vec<(&'static str, &'static str, i64, Effect)>,
}

fn effects() -> Effects {
    let (rig, campus) = Rig::campus();
    let Campus { course, section, teacher, .. } = campus;
    let mut world = World::from_json(&rig.change(|world| world.to_json())).expect("a saved world");
    let mut person = |name: &str, section: i64, role: Role| {
        let user = world.add_user(name);
        world.add_login(user, name, None);
        world.add_token(user, name);
        world.enroll_in_section(course, section, user, role, name == "limited");
        user
    };
    let [witness, student, member, excused_member] =
        ["witness", "student", "member", "excused"].map(|name| person(name, 0, Role::Student));
    let [elsewhere, _, final_grader] =
        [person("two", section, Role::Student), person("limited", section, Role::Ta), person("final", 0, Role::Ta)];
    let (written, missing) = (Effect::Written(Some(5.0)), Effect::Missing);
    let mut people = vec![
        ("observer", person("observer", 0, Role::Observer), missing),
        ("teacher", teacher, missing),
        ("unknown", 1, missing),
        ("test student", person("test student", 0, Role::StudentView), written),
    ];
    let states = ["completed", "deleted", "rejected", "inactive", "invited"];
    let in_states = states.map(|state| (state, person(state, 0, Role::Student)));
    for (state, user) in in_states {
        world.set_enrollment_state(course, user, state);
        people.push((state, user, if ["inactive", "invited"].contains(&state) { written } else { missing }));
    }
    let (another, stranger) = (world.add_course("Another", None), world.add_user("Stranger"));
    world.enroll(another, stranger, Role::Student);
    people.push(("of another course", stranger, missing));
    let group = [student, member, excused_member];
    let group_category_id = Some(world.add_groups(course, &[&group]));
    world.add_grading_period(course, first_half());
    let due_at = Some("2026-10-01T00:00:00Z".parse().expect("a time"));
    let mut add = |new: NewAssignment| world.add_assignment(course, new);
    let plain = NewAssignment::default();
    let closed = add(NewAssignment { due_at, ..plain.clone() });
    let moderated = add(NewAssignment { moderated_grading: true, ..plain.clone() });
    let columns = vec![
        (
            "not assigned",
            TEACHER_TOKEN,
            add(NewAssignment { only_visible_to: Some(vec![witness]), ..plain.clone() }),
            missing,
        ),
        ("closed period", TEACHER_TOKEN, closed, Effect::Kills),
        ("closed period, admin", DEMO_TOKEN, closed, written),
        ("moderated", TEACHER_TOKEN, moderated, Effect::Kills),
        ("moderated, final grader", "final", moderated, written),
        ("moderated, admin", DEMO_TOKEN, moderated, written),
        ("anonymous", TEACHER_TOKEN, add(NewAssignment { anonymous_grading: true, ..plain.clone() }), written),
        ("checkpointed", DEMO_TOKEN, add(NewAssignment { checkpointed: true, ..plain.clone() }), Effect::Kills),
        (
            "not_graded",
            TEACHER_TOKEN,
            add(NewAssignment { grading_type: "not_graded".into(), ..plain.clone() }),
            Effect::Written(None),
        ),
    ];
    let by_group = add(NewAssignment { group_category_id, ..plain });
    let mut saved: Value = serde_json::from_str(&world.to_json()).expect("JSON");
    for course in saved["courses"].as_array_mut().expect("a list") {
        for enrollment in course["enrollments"].as_array_mut().expect("a list") {
            // Nobody of the course decides moderated grades but the one who is named.
            enrollment["without"] = json!(["select_final_grade"]);
        }
        for column in course.get_mut("assignments").and_then(Value::as_array_mut).into_iter().flatten() {
            if column["id"] == moderated {
                column["final_grader_id"] = json!(final_grader);
            }
            if column["id"] == by_group {
                column["submissions"] = json!([{"user_id": excused_member, "excused": true, "state": "graded"}]);
            }
        }
    }
    let saved = saved.to_string();
    Effects { saved, campus, elsewhere, witness, student, people, by_group, group, columns }
}

fn rows(of: &Effects) -> Vec<Row> {
    let Campus { exam, .. } = of.campus;
    let (grade, written) = (json!({"posted_grade": "5"}), Effect::Written(Some(5.0)));
    let both = json!({"posted_grade": "5", "excuse": true});
    let mut rows = vec![
        ("of another section", "limited", (exam, of.student), grade.clone(), Effect::Missing),
        ("of the own section", "limited", (exam, of.elsewhere), grade.clone(), written),
        ("excused and graded", DEMO_TOKEN, (exam, of.student), both, Effect::Kills),
        ("too long", DEMO_TOKEN, (exam, of.student), json!({"posted_grade": "9".repeat(256)}), Effect::Kills),
        ("not to be parsed", DEMO_TOKEN, (exam, of.student), json!({"posted_grade": "five"}), Effect::Written(None)),
        ("group", TEACHER_TOKEN, (of.by_group, of.student), grade.clone(), written),
    ];
    let people = of.people.iter();
    rows.extend(people.map(|(case, user, effect)| (*case, TEACHER_TOKEN, (exam, *user), grade.clone(), *effect)));
    let columns = of.columns.iter();
    rows.extend(
        columns.map(|(case, token, column, effect)| (*case, *token, (*column, of.student), grade.clone(), *effect)),
    );
    rows
}

#[tokio::test]
async fn every_row_of_the_table_of_effects() {
    let of = effects();
    let course = of.campus.course;
    for (case, token, (column, user), cell, wanted) in rows(&of) {
        let rig = Rig::new(World::from_json(&of.saved).unwrap(), Options::default());
        let [before, behind] =
            rig.change(|world| [0, 1].map(|_| world.add_assignment(course, NewAssignment::default())));
        let witness = if token == "limited" { of.elsewhere } else { of.witness };
        let around = json!({witness.to_string(): {"posted_grade": "7"}});
        let data = json!({
            before.to_string(): around, column.to_string(): {user.to_string(): cell}, behind.to_string(): around,
        });
        let path = format!("/courses/{course}/submissions/update_grades");
        let (status, progress) = answer(&rig.by(token, "POST", &path, Some(&json!({ "grade_data": data }))).await);
        assert_eq!((status, &progress["workflow_state"]), (200, &json!("queued")), "{case}: {progress}");
        let ended = rig.get(&format!("/progress/{}", progress["id"])).await;
        let score = |column, user| rig.change(|world| world.score_of(course, column, user));
        let message = ended["message"].as_str().unwrap_or_default();
        let seen = match ended["workflow_state"].as_str() {
            Some("completed") if message.is_empty() && ended["completion"] == 100.0 => {
                Effect::Written(score(column, user))
            }
            Some("failed") if message == format!("Couldn't find User(s) with API ids '{user}'") => Effect::Missing,
            Some("failed") if message.starts_with("Unexpected error, ID: ") => Effect::Kills,
            _ => panic!("{case}: {ended}"),
        };
        assert_eq!(seen, wanted, "{case}: {ended}");
        assert_eq!(score(before, witness), Some(7.0), "{case}: the row before is committed");
        assert_eq!(score(behind, witness).is_none(), wanted == Effect::Kills, "{case}: the row behind");
        if !matches!(wanted, Effect::Written(_)) {
            assert_eq!(score(column, user), None, "{case}");
        }
        if case == "group" {
            let scores = of.group.map(|member| score(column, member));
            assert_eq!(scores, [Some(5.0), Some(5.0), None], "excused members are skipped");
        }
    }
}
