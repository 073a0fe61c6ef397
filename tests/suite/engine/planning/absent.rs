//! `--absent zero`: who gets a zero for having no row, and whom a row may be about.

use gradepush::domain::{Alias, AliasKind, AliasTarget, CellClass, FindingCode, PlanOptions, UserId, UserIdOrigin};
use gradepush::engine::{PlanRequest, Selection};
use jiff::SignedDuration;

use super::super::stage::{Seen, Stage, Tool, row};
use super::super::university::noon;

/// Rows, what else is true, and to whom of the six students, counted from 1, `Lecture 1` gives a zero.
struct Situation {
    name: &'static str,
    lines: Vec<String>,
    prepare: fn(&Tool),
    zeros: &'static [usize],
}

fn ignore(tool: &Tool, id: &str) {
    let alias = Alias {
        kind: AliasKind::User,
        origin: "login".to_owned(),
        from: id.to_owned(),
        target: AliasTarget::Ignore,
        note: String::new(),
        until: None,
    };
    let session = &tool.university.session;
    session.store().put_aliases(&session.settings.host, &[alias]).expect("there is room");
}

fn situations() -> Vec<Situation> {
    let one = || row("s1", "90");
    let nothing: fn(&Tool) = |_| {};
    vec![
        Situation { name: "no row", lines: vec![one()], prepare: nothing, zeros: &[2, 3, 4, 5, 6] },
        Situation {
            name: "an ignored id is still somebody's",
            lines: vec![one(), row("s2", "80")],
            prepare: |tool| ignore(tool, "s2"),
            zeros: &[3, 4, 5, 6],
        },
        Situation {
            name: "an ignored id that is nobody's is nobody's row",
            lines: vec![one(), row("guest", "80")],
            prepare: |tool| ignore(tool, "guest"),
            zeros: &[2, 3, 4, 5, 6],
        },
        Situation {
            name: "an id that moved is about one of two",
            lines: vec![one(), row("s2", "80")],
            prepare: |tool| {
                let earlier = [(UserIdOrigin::Login, "s2", UserId(tool.students[2]))];
                let session = &tool.university.session;
                session.store().remember_identities(&session.settings.host, &earlier, noon()).expect("remembered");
            },
            zeros: &[4, 5, 6],
        },
        Situation {
            name: "a blocked value",
            lines: vec![one(), row("s2", "eighty")],
            prepare: nothing,
            zeros: &[3, 4, 5, 6],
        },
        Situation { name: "a blank", lines: vec![one(), row("s2", "")], prepare: nothing, zeros: &[3, 4, 5, 6] },
        Situation { name: "nobody known", lines: vec![one(), row("ghost", "80")], prepare: nothing, zeros: &[] },
        Situation {
            name: "a blank of nobody known",
            lines: vec![one(), row("ghost", "")],
            prepare: nothing,
            zeros: &[],
        },
        Situation {
            name: "an id that is somebody else's since the sync",
            lines: vec![one(), row("s2", "80")],
            prepare: |tool| {
                let [two, three] = [tool.students[1], tool.students[2]];
                tool.university.sandbox.world(|world| world.swap_logins(two, three));
            },
            zeros: &[],
        },
    ]
}

/// To whom the plan gives a zero for having no row, counted from 1.
fn zeros(tool: &Tool, seen: &Seen) -> Vec<usize> {
    let of = |part: &gradepush::domain::CoursePart| -> Vec<usize> {
        let added = part.cells.iter().filter(|cell| cell.sources.is_empty() && cell.class == CellClass::Set);
        let users = added.filter_map(|cell| part.student(cell).user);
        users.filter_map(|user| tool.students.iter().position(|one| *one == user.0)).map(|place| place + 1).collect()
    };
    let mut zeros: Vec<usize> = seen.parts.iter().flat_map(of).collect();
    zeros.sort_unstable();
    zeros
}

#[tokio::test(start_paused = true)]
async fn nobody_gets_a_zero_whom_a_row_may_be_about() {
    for Situation { name, lines, prepare, zeros: expected } in situations() {
        let tool = Stage::new().open().await;
        prepare(&tool);
        let plan = tool.university.plan_with(&tool.sheet(&lines), |options| options.absent_zero = true).await;
        let seen = Seen::of(&tool.university, plan);
        assert_eq!(zeros(&tool, &seen), expected, "{name}: {:?}", seen.summary.counts);
        let is_warned = seen.finding(FindingCode::AbsentZero).is_some_and(|one| one.message.contains("no zeros"));
        assert_eq!(is_warned, expected.is_empty(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_ambiguous_id_may_be_any_of_its_people() {
    let mut stage = Stage::new();
    stage.person("twin", "S-2");
    let tool = stage.open_with(|settings| settings.user_id_origin = UserIdOrigin::Sis).await;
    let lines = [row("S-1", "90"), row("S-2", "80")];
    let plan = tool.university.plan_with(&tool.sheet(&lines), |options| options.absent_zero = true).await;
    assert_eq!(zeros(&tool, &Seen::of(&tool.university, plan)), [3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_selection_of_columns_or_people_is_one_of_zeros_too() {
    let tool = Stage::new().open().await;
    let other = "BIO,rec-2,Lecture 9,100,s2,70".to_owned();
    let sheet = tool.sheet(&[row("s1", "90"), other]);
    let of_users = Selection { users: vec!["s1".to_owned()], ..Selection::default() };
    let of_columns = Selection { assignments: vec!["rec-1".to_owned()], ..Selection::default() };
    for (selection, expected) in
        [(Selection::default(), &[1, 2, 3, 3, 4, 4, 5, 5, 6, 6][..]), (of_users, &[1]), (of_columns, &[2, 3, 4, 5, 6])]
    {
        let options = PlanOptions { absent_zero: true, ..PlanOptions::default() };
        let options = PlanOptions { use_existing: tool.university.session.settings.use_existing, ..options };
        let cache_max_age = SignedDuration::from_hours(24);
        let request = PlanRequest { sheet: &sheet, options, selection: selection.clone(), cache_max_age, note: None };
        let plan = gradepush::engine::plan(&tool.university.session, request).await.expect("a plan");
        assert_eq!(zeros(&tool, &Seen::of(&tool.university, plan)), expected, "{selection:?}");
    }
}
