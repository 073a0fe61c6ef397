//! Situations around columns.

use gradepush::domain::{
    Alias, AliasKind, AliasTarget, AssignmentId, AssignmentKey, Binding, CellClass, ColumnKey, CourseId,
    CreatedPosting, FindingCode, Severity, UntitledColumn,
};
use gradepush::sandbox::{LatePolicy, NewAssignment};

use super::super::stage::{HEADER, Seen, Stage, Tool, row};
use super::super::university::noon;
use super::cases::Case;

const NEW: &str = "BIO,rec-9,Lecture 9,100,s1,90";

/// A course whose `Lecture 1` is of this kind.
async fn with(new: NewAssignment) -> Tool {
    let mut stage = Stage::new();
    stage.instead(new);
    stage.open().await
}

fn of_kind(grading_type: &str) -> NewAssignment {
    NewAssignment { grading_type: grading_type.to_owned(), ..NewAssignment::default() }
}

fn handed_in_by(kind: &str) -> NewAssignment {
    NewAssignment { submission_types: vec![kind.to_owned()], ..NewAssignment::default() }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = where_a_column_goes();
    cases.extend(what_owns_a_column());
    cases.extend(how_a_column_counts());
    cases.extend(groups());
    cases
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn where_a_column_goes() -> Vec<Case> {
    use CellClass::{Blocked, Set};
    use Severity::{Info, Plan, Row, Warning};
    vec![
        Case::new(FindingCode::ItemMissing, "new, and nothing may be created", Row, Blocked, 1, || {
            Box::pin(async { Stage::new().open().await.plan_with(&[NEW], |options| options.no_create = true).await })
        }),
        Case::new(FindingCode::ItemMissing, "new, without points possible", Row, Blocked, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&["BIO,rec-9,Lecture 9,,s1,90"]).await })
        }),
        Case::new(FindingCode::ItemMissing, "new, and the token may not create", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.world.restrict_admins(&["manage_assignments_add"]);
                stage.open().await.plan(&[NEW]).await
            })
        }),
        Case::new(FindingCode::ItemContradicted, "one key, two titles", Row, Blocked, 2, || {
            Box::pin(async {
                let rows = ["BIO,rec-9,Lecture 9,100,s1,90", "BIO,rec-9,Lecture 10,100,s2,90"];
                Stage::new().open().await.plan(&rows).await
            })
        }),
        Case::new(FindingCode::ItemContradicted, "one title, two ids in Canvas", Row, Blocked, 2, || {
            Box::pin(async {
                let rows = ["BIO,,Lecture 1,100,s1,90,9001", "BIO,,Lecture 1,100,s2,90,9002"];
                let tool = Stage::new().open().await;
                let sheet = tool.sheet_of(&format!("{HEADER},canvas_assignment_id"), &rows);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::AssignmentUntitled, "a header that every file has", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let mut sheet = tool.sheet(&[row("s1", "90")]);
                sheet.columns[0].key.assignment =
                    AssignmentKey::Untitled(UntitledColumn::of_file("Score", "scores.csv"));
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::AssignmentAmbiguous, "two assignments of that name", Row, Blocked, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.column(NewAssignment { name: "Lecture 1".to_owned(), ..NewAssignment::default() });
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::AssignmentNameNear, "an assignment of nearly that name", Row, Blocked, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&["BIO,,lecture  1,100,s1,90"]).await })
        }),
        Case::new(FindingCode::TitleOfAnother, "the id is of another than the title", Warning, Set, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.column(NewAssignment { name: "Lab".to_owned(), ..NewAssignment::default() });
                let tool = stage.open().await;
                let rows = [format!("BIO,,Lab ({0}),100,s1,90,{0}", tool.lecture)];
                let sheet = tool.sheet_of(&format!("{HEADER},canvas_assignment_id"), &rows);
                tool.plan_sheet(&sheet, |_| {}).await
            })
        }),
        Case::new(FindingCode::AssignmentNameTaken, "where this store has written before", Warning, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[NEW]).await;
                tool.plan_with(&[row("s1", "90")], |options| options.use_existing = false).await
            })
        }),
        Case::new(FindingCode::AssignmentNameTaken, "where it has never written", Plan, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.plan_with(&[row("s1", "90")], |options| options.use_existing = false).await
            })
        }),
        Case::new(FindingCode::AssignmentNameTaken, "never written to, and accepted", Warning, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let change = |options: &mut gradepush::domain::PlanOptions| {
                    options.use_existing = false;
                    options.accept.push(super::cases::accept(FindingCode::AssignmentNameTaken));
                };
                tool.plan_with(&[row("s1", "90")], change).await
            })
        }),
        Case::new(FindingCode::AssignmentNameTaken, "four columns at once", Plan, Set, 4, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let names = ["Lab 1", "Lab 2", "Lab 3", "Lab 4"].map(str::to_owned);
                for name in names.clone() {
                    stage.column(NewAssignment { name, ..NewAssignment::default() });
                }
                let tool = stage.open().await;
                tool.push(&[NEW]).await;
                let lines = names.map(|name| format!("BIO,{name},{name},100,s1,90"));
                tool.plan_with(&lines, |options| options.use_existing = false).await
            })
        }),
        Case::new(FindingCode::AssignmentNameTaken, "by another new column of the sheet", Warning, Set, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&[NEW, "BIO,rec-10,Lecture 9,100,s1,80"]).await })
        }),
        Case::new(FindingCode::AssignmentGone, "the mapped assignment was deleted", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[row("s1", "90")]).await;
                tool.university.sandbox.world(|world| world.delete_assignment(tool.course, tool.lecture));
                tool.plan(&[row("s1", "95")]).await
            })
        }),
        Case::new(FindingCode::AssignmentGone, "the mapped id belongs to another one now", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.push(&[NEW]).await;
                {
                    let store = tool.university.session.store();
                    let host = &tool.university.session.settings.host;
                    let mut bindings = store.bindings(host).expect("the map");
                    bindings[0].assignment_created_at = Some(noon() - jiff::SignedDuration::from_hours(24));
                    store.bind(host, &bindings).expect("bound");
                }
                tool.plan(&[NEW]).await
            })
        }),
        Case::new(FindingCode::AssignmentMoved, "the key is bound in another course", Row, Blocked, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                let key = ColumnKey {
                    customer_number: "".into(),
                    provider_id: "".into(),
                    course_id: "BIO".into(),
                    assignment: AssignmentKey::Id("rec-1".into()),
                };
                let binding = Binding {
                    key,
                    course: CourseId(999),
                    assignment: AssignmentId(tool.lecture),
                    assignment_created_at: None,
                    name: "Lecture 1".to_owned(),
                    points_possible: None,
                    bound_at: noon(),
                    created_by_run: None,
                };
                let host = tool.university.session.settings.host.clone();
                tool.university.session.store().bind(&host, &[binding]).expect("bound");
                tool.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::ChangesCourseTotal, "a new column counts towards the total", Info, Set, 1, || {
            Box::pin(async {
                let seen = Stage::new().open().await.plan(&[NEW]).await;
                let finding = seen.finding(FindingCode::ChangesCourseTotal).expect("raised");
                assert!(finding.message.contains("6 students"), "{}", finding.message);
                seen
            })
        }),
        Case::new(FindingCode::HiddenUntilPosted, "a new column, to be posted by hand", Info, Set, 1, || {
            Box::pin(async {
                let tool = Stage::new().open().await;
                tool.plan_with(&[NEW], |options| options.created_posting = CreatedPosting::Manual).await
            })
        }),
    ]
}

fn what_owns_a_column() -> Vec<Case> {
    use CellClass::Blocked;
    use Severity::Row;
    vec![
        Case::new(FindingCode::AssignmentUnpublished, "not published", Row, Blocked, 1, || {
            let new = NewAssignment { unpublished: true, ..NewAssignment::default() };
            Box::pin(async { with(new).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::AssignmentModerated, "moderated", Row, Blocked, 1, || {
            let new = NewAssignment { moderated_grading: true, ..NewAssignment::default() };
            Box::pin(async { with(new).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::AssignmentAnonymous, "anonymous", Row, Blocked, 1, || {
            let new = NewAssignment { anonymous_grading: true, ..NewAssignment::default() };
            Box::pin(async { with(new).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::AssignmentCheckpointed, "a discussion in parts", Row, Blocked, 1, || {
            let new = NewAssignment { checkpointed: true, ..NewAssignment::default() };
            Box::pin(async { with(new).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::AssignmentNotGraded, "takes no grades", Row, Blocked, 1, || {
            Box::pin(async { with(of_kind("not_graded")).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::AssignmentQuiz, "a quiz", Row, Blocked, 1, || {
            Box::pin(async { with(handed_in_by("online_quiz")).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::AssignmentExternalTool, "an external tool's", Row, Blocked, 1, || {
            Box::pin(async { with(handed_in_by("external_tool")).await.plan(&[row("s1", "90")]).await })
        }),
    ]
}

fn how_a_column_counts() -> Vec<Case> {
    use CellClass::Set;
    use Severity::{Info, Warning};
    vec![
        Case::new(FindingCode::PointsDiffer, "the sheet counts to 10, Canvas to 100", Warning, Set, 1, || {
            Box::pin(async { Stage::new().open().await.plan(&["BIO,rec-1,Lecture 1,10,s1,9"]).await })
        }),
        Case::new(FindingCode::SchemeCapturesNumber, "graded by letters", Warning, Set, 1, || {
            Box::pin(async { with(of_kind("letter_grade")).await.plan(&[row("s1", "90")]).await })
        }),
        Case::new(FindingCode::LatePolicyApplies, "handed in late, with a deduction to come", Info, Set, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let policy = LatePolicy { late_deduction: Some(10.0), ..LatePolicy::default() };
                stage.world.set_late_policy(stage.course, policy);
                let due_at = "2026-12-01T12:00:00Z".parse().ok();
                stage.instead(NewAssignment { due_at, ..handed_in_by("online_text_entry") });
                stage.world.submit((stage.course, stage.lecture, stage.students[0]), noon());
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
        Case::new(FindingCode::AutomaticZero, "the missing policy has put zeros there", Info, Set, 2, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let policy = LatePolicy { missing_percent: Some(0.0), ..LatePolicy::default() };
                stage.world.set_late_policy(stage.course, policy);
                let due_at = "2026-11-01T12:00:00Z".parse().ok();
                stage.instead(NewAssignment { due_at, ..handed_in_by("online_text_entry") });
                let tool = stage.open().await;
                let zeros = tool.university.sandbox.world(|world| world.score_count());
                assert_eq!(zeros, 6, "everybody is missing");
                let university = &tool.university;
                let sheet = tool.sheet(&[row("s1", "90"), row("s2", "80"), row("s3", "0")]);
                let plan = university.plan(&sheet).await;
                let run = university.push(&plan).await;
                assert_eq!((plan.counts.set, plan.counts.unchanged, run.counts.written), (2, 1, 2), "{run:?}");
                Seen::of(university, plan)
            })
        }),
        Case::new(FindingCode::AutomaticZero, "the missing policy gives half", Info, Set, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                let policy = LatePolicy { missing_percent: Some(50.0), ..LatePolicy::default() };
                stage.world.set_late_policy(stage.course, policy);
                let due_at = "2026-11-01T12:00:00Z".parse().ok();
                stage.instead(NewAssignment { due_at, ..handed_in_by("online_text_entry") });
                let tool = stage.open().await;
                let (course, lecture, graded) = (tool.course, tool.lecture, tool.students[1]);
                tool.university.sandbox.world(|world| {
                    assert_eq!(world.score_count(), 6, "everybody is missing");
                    // Which leaves a grade without a grader.
                    world.set_score_in_speedgrader((course, lecture, graded), 70.0, tool.teacher, noon());
                });
                let university = &tool.university;
                let plan = university.plan(&tool.sheet(&[row("s1", "90"), row("s2", "80")])).await;
                let run = university.push(&plan).await;
                let lost = run.findings.iter().any(|finding| finding.code == FindingCode::OverwroteEdit);
                assert_eq!((plan.counts.set, plan.counts.conflict, run.counts.written, lost), (1, 1, 1, false));
                Seen::of(university, plan)
            })
        }),
        Case::new(FindingCode::HiddenUntilPosted, "posted by hand", Info, Set, 1, || {
            let new = NewAssignment { post_manually: true, ..NewAssignment::default() };
            Box::pin(async {
                let seen = with(new).await.plan(&[row("s1", "90")]).await;
                assert_eq!(seen.summary.notifications.total(), 0, "nobody hears of a hidden grade");
                seen
            })
        }),
        Case::new(FindingCode::SubmissionWaiting, "an attempt waits for its grade", Warning, Set, 1, || {
            Box::pin(async {
                let mut stage = Stage::new();
                stage.instead(handed_in_by("online_upload"));
                stage.world.submit((stage.course, stage.lecture, stage.students[0]), noon());
                stage.open().await.plan(&[row("s1", "90")]).await
            })
        }),
    ]
}

fn groups() -> Vec<Case> {
    use CellClass::{Blocked, Set};
    use Severity::{Row, Warning};
    vec![
        Case::new(FindingCode::GroupAssignment, "only one of a group is in the sheet", Row, Blocked, 1, || {
            Box::pin(async { Stage::in_groups().open().await.plan(&[row("s1", "90"), row("s6", "80")]).await })
        }),
        Case::new(FindingCode::GroupAssignment, "members would get different values", Row, Blocked, 2, || {
            Box::pin(async { Stage::in_groups().open().await.plan(&[row("s4", "90"), row("s5", "80")]).await })
        }),
        Case::new(FindingCode::GroupAssignment, "one member's cell is a conflict", Row, Blocked, 2, || {
            Box::pin(async {
                let mut stage = Stage::in_groups();
                let cell = (stage.course, stage.lecture, stage.students[3]);
                // A grade by hand goes to the whole group; then one member's differs.
                stage.world.set_grade(cell, Some("50"), stage.teacher, noon());
                stage.open().await.plan(&[row("s4", "90"), row("s5", "90")]).await
            })
        }),
        Case::new(FindingCode::GroupAssignment, "the whole group gets the same", Warning, Set, 2, || {
            Box::pin(async { Stage::in_groups().open().await.plan(&[row("s4", "90"), row("s5", "90.0")]).await })
        }),
        Case::new(FindingCode::GroupAssignment, "all get the same but an excused member", Warning, Set, 2, || {
            Box::pin(async {
                let tool = Stage::in_groups().open().await;
                tool.grade(Some("EX"), tool.teacher);
                let excused = tool.students[0];
                let others: Vec<i64> = tool.students[1..3].to_vec();
                tool.university.sandbox.world(|world| {
                    // Excusing one member excused them all: the others are taken back.
                    for user in others {
                        world.clear_cell((tool.course, tool.lecture, user));
                    }
                    assert!(world.is_excused(tool.course, tool.lecture, excused));
                });
                tool.plan(&[row("s2", "90"), row("s3", "90")]).await
            })
        }),
        Case::new(FindingCode::GroupAssignment, "who is in which group cannot be read", Row, Blocked, 2, || {
            Box::pin(async {
                let mut stage = Stage::in_groups();
                for user in stage.students.clone() {
                    // The list of an assignment's submissions shows active and invited students only.
                    stage.world.set_enrollment_state(stage.course, user, "inactive");
                }
                stage.open().await.plan(&[row("s4", "90"), row("s5", "90")]).await
            })
        }),
    ]
}

#[tokio::test(start_paused = true)]
async fn one_assignment_of_the_sender_under_two_ids_of_a_course_is_created_once() {
    let tool = Stage::new().open().await;
    let (origin, from) = ("sis".to_owned(), "BIO-B".to_owned());
    let target = AliasTarget::Canvas(vec![tool.course]);
    let alias = Alias { kind: AliasKind::Course, origin, from, target, note: String::new(), until: None };
    let host = tool.university.session.settings.host.clone();
    tool.university.session.store().put_aliases(&host, &[alias]).expect("an alias");
    let lines = [NEW, "BIO-B,rec-9,Lecture 9,100,s2,80", "BIO-B,rec-8,Lecture 9,100,s3,70"];
    let plan = tool.university.plan(&tool.sheet(&lines)).await;
    assert_eq!((plan.counts.set, plan.counts.blocked, plan.counts.create_assignments), (2, 1, 2), "{plan:?}");
    let (class, codes, reason) = tool.university.cell_of_line(plan.id, 3).expect("a cell");
    assert_eq!((class, codes), (CellClass::Blocked, vec![FindingCode::AssignmentAmbiguous.code()]));
    assert!(reason.contains("`BIO` and `BIO-B` are one course"), "{reason}");
    tool.university.push(&plan).await;
    // A person says where the second one goes.
    let bound = tool.university.session.store().bindings_for(&host, &["BIO"]).expect("the map").remove(0);
    let key = ColumnKey { course_id: "BIO-B".into(), ..bound.key.clone() };
    tool.university.session.store().bind(&host, &[Binding { key, ..bound }]).expect("a binding");
    let again = tool.university.plan(&tool.sheet(&lines)).await;
    assert_eq!((again.counts.set, again.counts.unchanged, again.counts.create_assignments), (1, 2, 0), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn the_category_of_an_item_is_the_group_of_its_column() {
    let tool = Stage::new().open().await;
    let header = format!("{HEADER},category,included_in_grade");
    let lines = [
        "BIO,rec-8,Lecture 8,100,s1,80,Recordings,false",
        "BIO,rec-9,Lecture 9,100,s1,90,Recordings,true",
        "BIO,rec-7,Lecture 7,100,s1,70,Assignments,true",
        "BIO,rec-6,Lecture 6,100,s1,60,,true",
    ];
    let plan = tool.university.plan(&tool.sheet_of(&header, &lines)).await;
    assert_eq!(plan.counts.create_assignments, 4);
    let run = tool.university.push(&plan).await;
    assert_eq!((run.counts.written, run.assignments.created), (4, 4));
    let groups = |name: &str| {
        tool.university.sandbox.world(|world| {
            let created = world.assignments_of(tool.course);
            let (id, _) = created.iter().find(|(_, held)| held == name).expect("it was created");
            let assignment = world.assignment_data(tool.course, *id);
            (assignment["assignment_group_id"].as_i64(), assignment["omit_from_final_grade"].as_bool())
        })
    };
    let (recordings, omitted) = groups("Lecture 8");
    assert_eq!((omitted, groups("Lecture 9")), (Some(true), (recordings, Some(false))), "one group is made, once");
    assert_ne!(groups("Lecture 7").0, recordings);
    assert_eq!(groups("Lecture 6").0, Some(0), "the course's default");
    let posted = tool.university.sandbox.world(|world| {
        world.requests().iter().filter(|one| one.method == "POST" && one.path.ends_with("assignment_groups")).count()
    });
    assert_eq!(posted, 1);
}
