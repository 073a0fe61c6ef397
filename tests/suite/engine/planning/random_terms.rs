//! Random histories and sheets against the oracle; and what holds for every plan.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use gradepush::domain::{
    Acceptance, CellClass, Finding, FindingCode, OnConflict, PlanCounts, PlanOptions, TakeBack, UserId,
};
use gradepush::sandbox::{NewAssignment, Role};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::super::stage::{Seen, Stage, Tool};
use super::super::university::{University, noon};
use super::oracle::{Choices, History, REASONS, Shown, Who, expected};

/// In tenths of a point. In the third column only the first and the last are grades.
const VALUES: [u32; 5] = [0, 50, 75, 80, 100];

/// Columns by name and grading type, all of 10 points.
const COLUMNS: [(&str, &str); 3] = [("Points", "points"), ("Percent", "percent"), ("Done", "pass_fail")];
const STUDENTS: usize = 6;

/// What happens to one cell before it is planned.
#[derive(Debug, Clone)]
struct Life {
    before: Option<(Who, Act)>,
    pushed: Option<usize>,
    after: Option<Act>,
}

/// What people do to a cell.
#[derive(Debug, Clone, Copy)]
enum Act {
    Grade(usize),
    Excuse,
    Clear,
    HandIn,
}

/// Rows of the sheet for one cell: what stands there, and perhaps once more.
#[derive(Debug, Clone)]
struct Wish {
    value: usize,
    twin: Option<usize>,
    garbled: bool,
}

#[derive(Debug, Clone)]
struct Term {
    lives: Vec<Life>,
    wishes: Vec<Option<Wish>>,
    undo: bool,
    choices: Choices,
}

fn life() -> impl Strategy<Value = Life> {
    let value = 0..VALUES.len();
    let who = prop_oneof![Just(Who::Teacher), Just(Who::Token), Just(Who::Own)];
    let by_hand = prop_oneof![4 => value.clone().prop_map(Act::Grade), 1 => Just(Act::Excuse)];
    let later = prop_oneof![
        3 => value.clone().prop_map(Act::Grade),
        1 => Just(Act::Excuse),
        1 => Just(Act::Clear),
        2 => Just(Act::HandIn),
    ];
    let before = proptest::option::weighted(0.5, (who, by_hand));
    let pushed = proptest::option::weighted(0.6, value);
    let after = proptest::option::weighted(0.4, later);
    (before, pushed, after).prop_map(|(before, pushed, after)| Life { before, pushed, after })
}

fn wish() -> impl Strategy<Value = Option<Wish>> {
    let value = 0..VALUES.len();
    let wish = (value.clone(), proptest::option::weighted(0.15, value), proptest::bool::weighted(0.05));
    proptest::option::weighted(0.85, wish.prop_map(|(value, twin, garbled)| Wish { value, twin, garbled }))
}

fn term() -> impl Strategy<Value = Term> {
    let cells = COLUMNS.len() * STUDENTS;
    // Two more students are odd: one has left, one was never there; a third id is nobody's.
    let wishes = COLUMNS.len() * (STUDENTS + 3);
    let choices = (any::<bool>(), any::<[bool; REASONS.len()]>(), any::<bool>(), any::<bool>(), any::<bool>())
        .prop_map(|(overwrite, only, adopt_own, only_raise, accept_excused)| Choices {
            overwrite,
            only,
            adopt_own,
            only_raise,
            accept_excused,
        });
    (
        proptest::collection::vec(life(), cells),
        proptest::collection::vec(wish(), wishes),
        proptest::bool::weighted(0.3),
        choices,
    )
        .prop_map(|(lives, wishes, undo, choices)| Term { lives, wishes, undo, choices })
}

/// A value as the column takes it.
fn value(column: usize, index: usize) -> u32 {
    match COLUMNS[column].1 {
        "pass_fail" if index < 3 => 0,
        "pass_fail" => 100,
        _ => VALUES[index],
    }
}

fn text(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The tool in a university in which the first part of the term has happened, with what the oracle knows of it.
struct Played {
    tool: Tool,
    columns: Vec<i64>,
    histories: Vec<History>,
}

impl Played {
    async fn play(term: &Term) -> Self {
        let mut stage = Stage::new();
        stage.world.delete_assignment(stage.course, stage.lecture);
        let columns: Vec<i64> = COLUMNS
            .iter()
            .map(|(name, kind)| {
                let (name, grading_type) = ((*name).to_owned(), (*kind).to_owned());
                stage.column(NewAssignment {
                    name,
                    grading_type,
                    points_possible: Some(10.0),
                    ..NewAssignment::default()
                })
            })
            .collect();
        let gone = stage.person("gone", "G-1");
        stage.world.enroll(stage.course, gone, Role::Student);
        stage.world.set_enrollment_state(stage.course, gone, "completed");
        stage.person("stranger", "X-1");
        let own = stage.person("own.grader", "O-1");
        stage.world.enroll(stage.course, own, Role::Ta);
        let tool = stage.open_with(|settings| settings.own_graders = vec![UserId(own)]).await;
        let mut played = Self { tool, columns, histories: vec![History::blank(); term.lives.len()] };
        let graders = HashMap::from([(0, played.tool.teacher), (1, played.tool.robot()), (2, own)]);
        for (cell, life) in term.lives.iter().enumerate() {
            if let Some((who, act)) = life.before {
                let grader =
                    graders[&[Who::Teacher, Who::Token, Who::Own].iter().position(|one| *one == who).expect("one")];
                played.act(cell, act, (who, grader), noon() - SignedDuration::from_hours(24));
            }
        }
        played.push(term).await;
        tokio::time::advance(Duration::from_hours(1)).await;
        for (cell, life) in term.lives.iter().enumerate() {
            if let Some(act) = life.after {
                let teacher = (Who::Teacher, played.tool.teacher);
                played.act(cell, act, teacher, noon() + SignedDuration::from_hours(1));
            }
        }
        tokio::time::advance(Duration::from_hours(1)).await;
        played
    }

    fn act(&mut self, cell: usize, act: Act, (who, grader): (Who, i64), now: jiff::Timestamp) {
        let (column, student) = (cell / STUDENTS, cell % STUDENTS);
        let place = (self.tool.course, self.columns[column], self.tool.students[student]);
        let history = &mut self.histories[cell];
        self.tool.university.sandbox.world(|world| match act {
            Act::Grade(index) => {
                let score = value(column, index);
                world.set_grade(place, Some(&text(score)), grader, now);
                history.write(Shown::Score(score), who);
            }
            Act::Excuse => {
                world.set_grade(place, Some("EX"), grader, now);
                history.write(Shown::Excused, who);
            }
            Act::Clear => {
                world.set_grade(place, None, grader, now);
                history.write(Shown::Nothing, who);
            }
            Act::HandIn => {
                world.submit(place, now);
                history.resubmitted = true;
            }
        });
    }

    /// A first push that overwrites whatever is there, perhaps taken back.
    async fn push(&mut self, term: &Term) {
        let university = &self.tool.university;
        let wanted = term.lives.iter().enumerate().filter_map(|(cell, life)| Some((cell, life.pushed?)));
        let lines: Vec<String> = wanted
            .clone()
            .map(|(cell, index)| {
                line(cell / STUDENTS, &format!("s{}", cell % STUDENTS + 1), value(cell / STUDENTS, index))
            })
            .collect();
        let accept = [FindingCode::Excused, FindingCode::ColumnDrops];
        let change = |options: &mut PlanOptions| {
            options.on_conflict = OnConflict::Overwrite;
            options.accept.extend(accept.map(|code| Acceptance { code, course: None }));
        };
        if lines.is_empty() {
            return;
        }
        let plan = university.plan_with(&self.tool.sheet(&lines), change).await;
        if plan.counts.planned() == 0 {
            return;
        }
        let run = university.push(&plan).await;
        assert_eq!(run.counts.written, plan.counts.planned());
        let before = self.histories.clone();
        for (cell, index) in wanted {
            self.histories[cell].push(value(cell / STUDENTS, index));
        }
        if term.undo {
            let all = gradepush::engine::Selection::default();
            let undo = gradepush::engine::plan_undo(&university.session, run.run, TakeBack::default(), &all).await;
            let undo = undo.expect("an undo");
            let undone = university.push(&undo).await;
            assert_eq!(undone.counts.written, run.counts.written);
            for (history, before) in self.histories.iter_mut().zip(before) {
                history.undo(before);
            }
        }
    }
}

fn line(column: usize, user: &str, tenths: u32) -> String {
    format!("BIO,{0},{0},10,{user},{1}", COLUMNS[column].0, text(tenths))
}

/// The lines of a sheet, and what the oracle says of each: class, code, and whether it is merged into an earlier line.
#[derive(Default)]
struct Told {
    lines: Vec<String>,
    expected: Vec<(CellClass, Option<FindingCode>)>,
    merged: u64,
}

impl Told {
    fn of(term: &Term, histories: &[History]) -> Self {
        let mut told = Self::default();
        for (place, wish) in term.wishes.iter().enumerate() {
            let Some(wish) = wish else { continue };
            let (column, student) = (place / (STUDENTS + 3), place % (STUDENTS + 3));
            let user = match student.checked_sub(STUDENTS) {
                None => format!("s{}", student + 1),
                Some(odd) => ["gone", "stranger", "ghost"][odd].to_owned(),
            };
            let score = value(column, wish.value);
            if wish.garbled {
                let garbled = line(column, &user, score).replace(&text(score), "ten");
                let class = if user == "ghost" { CellClass::Unresolved } else { CellClass::Blocked };
                told.say(garbled, (class, None));
                continue;
            }
            let twin = wish.twin.map(|twin| value(column, twin));
            let class = match student.checked_sub(STUDENTS) {
                Some(2) => (CellClass::Unresolved, Some(FindingCode::UserUnresolved)),
                Some(_) => (CellClass::Blocked, None),
                None if twin.is_some_and(|twin| twin != score) => {
                    (CellClass::Blocked, Some(FindingCode::DuplicateConflict))
                }
                None => expected(&histories[column * STUDENTS + student], score, term.choices),
            };
            told.say(line(column, &user, score), class);
            if let Some(twin) = twin {
                told.merged += u64::from(twin == score);
                told.say(line(column, &user, twin), class);
            }
        }
        told
    }

    fn say(&mut self, line: String, expected: (CellClass, Option<FindingCode>)) {
        self.lines.push(line);
        self.expected.push(expected);
    }
}

fn check_sums(counts: &PlanCounts, told: &Told) {
    let PlanCounts { rows, absent, merged, ignored, cells, .. } = *counts;
    assert_eq!((rows, absent, merged, ignored), (told.lines.len() as u64, 0, told.merged, 0), "{counts:?}");
    assert_eq!(rows + absent, cells + merged + ignored, "{counts:?}");
    assert_eq!(CellClass::ALL.into_iter().map(|class| counts.class(class)).sum::<u64>(), cells, "{counts:?}");
}

async fn check(term: &Term) {
    let played = Played::play(term).await;
    let told = Told::of(term, &played.histories);
    if told.lines.is_empty() {
        return;
    }
    let university: &University = &played.tool.university;
    let Choices { overwrite, only: _, adopt_own, only_raise, accept_excused } = term.choices;
    let accepted = [FindingCode::ColumnDrops, FindingCode::WrongOrigin];
    let change = |options: &mut PlanOptions| {
        options.on_conflict = if overwrite { OnConflict::Overwrite } else { OnConflict::Hold };
        options.overwrite.extend(term.choices.reasons());
        (options.adopt_own, options.only_raise) = (adopt_own, only_raise);
        options.accept.extend(accepted.map(|code| Acceptance { code, course: None }));
        options.accept.extend(accept_excused.then_some(Acceptance { code: FindingCode::Excused, course: None }));
    };
    let sheet = played.tool.sheet(&told.lines);
    let plan = university.plan_with(&sheet, change).await;
    check_sums(&plan.counts, &told);
    let again = university.plan_with(&sheet, change).await;
    assert_eq!(plan.digest, again.digest, "planning twice gives one digest");
    let seen = Seen::of(university, plan.clone());
    let mut by_line: BTreeMap<u32, Vec<(CellClass, Vec<FindingCode>)>> = BTreeMap::new();
    for cell in seen.parts.iter().flat_map(|part| &part.cells) {
        for source in &cell.sources {
            by_line.entry(source.line).or_default().push((cell.class, cell.codes.clone()));
        }
    }
    for ((number, line), (class, code)) in (2_u32..).zip(&told.lines).zip(&told.expected) {
        let cells = &by_line[&number];
        assert_eq!(cells.len(), 1, "line {number} makes one cell");
        assert_eq!(cells[0].0, *class, "{line}: {:?}", cells[0].1);
        assert!(code.is_none_or(|code| cells[0].1.first() == Some(&code)), "{line}: {code:?} and not {:?}", cells[0].1);
    }
    // What was applied has nothing to do.
    if plan.counts.planned() > 0 {
        let run = university.push(&plan).await;
        assert_eq!(run.counts.written, plan.counts.planned(), "{run:?}");
        let is_edit = |finding: &Finding| finding.code == FindingCode::OverwroteEdit;
        assert!(!run.findings.iter().any(is_edit), "nobody edits during a push: {run:?}");
        let applied = university.plan_with(&sheet, change).await;
        assert_eq!(applied.counts.planned() + applied.counts.create_assignments, 0, "{:?}", applied.counts);
        assert_eq!(applied.counts.unchanged, plan.counts.unchanged + plan.counts.planned());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_is_what_the_table_says(term in term()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        runtime.block_on(check(&term));
    }
}
