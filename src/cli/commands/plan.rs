//! `plan`: the dry run.

use std::path::PathBuf;

use jiff::SignedDuration;

use super::refusal;
use crate::cli::args::{Absent, Intake, Planning, Selection};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::output::Outputs;
use crate::cli::ui::Ui;
use crate::cli::views::{Reports, Stored, plan_fields, tell_plan};
use crate::domain::{Acceptance, Directory, PlanOptions, ScoreSheet, Severity};
use crate::engine::{self, CourseName, PlanRequest, PlanSummary, Session};
use crate::scores::{CourseRules, Reading};
use crate::store::Access;

/// Show what a push would change, cell by cell, without writing to Canvas
///
/// Reads Canvas and writes only to the local store and the report files. The plan that was shown is the plan that
/// `push` executes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files with scores in any recognised format; `-` is standard input
    #[arg(required = true, value_name = "SCORES")]
    scores: Vec<PathBuf>,

    #[command(flatten)]
    planning: Planning,

    #[command(flatten)]
    selection: Selection,

    #[command(flatten)]
    intake: Intake,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let Arguments { scores, planning, selection, intake } = arguments;
    let showing = Showing::of(context, scores, planning, intake)?;
    let reading = read(context, &connector, scores, selection, intake)?;
    let session = context.session(&connector, context.open_store(&config, Access::ReadWrite)?)?;
    let planned = make(&context.ui, &session, &reading, planning, selection)?;
    show(context, &session, &connector, &planned, &showing, &reading.sheet)
}

/// How a plan of files is shown.
pub(super) struct Showing<'a> {
    planning: &'a Planning,
    reports: Reports,
}

impl<'a> Showing<'a> {
    /// Checks where the reports go, before anything is read or asked.
    pub(super) fn of(
        context: &Context,
        scores: &[PathBuf],
        planning: &'a Planning,
        intake: &Intake,
    ) -> Result<Self, CliError> {
        let mut outputs = Outputs::of(context, planning.force.force);
        intake.note_files(&mut outputs, scores);
        let (html, csv) = (planning.html.as_deref(), planning.csv.as_deref());
        let reports = Reports::of(&mut outputs, html, planning.html_cells, csv)?;
        Ok(Self { planning, reports })
    }
}

/// Reads the files of a plan.
pub(super) fn read(
    context: &Context,
    connector: &Connector,
    files: &[PathBuf],
    selection: &Selection,
    intake: &Intake,
) -> Result<Reading, CliError> {
    let course = match selection.course.as_slice() {
        [CourseName::AsSent(id) | CourseName::Forced(_, id)] => Some(id.as_str()),
        _ => None,
    };
    intake.read(context, files, course, connector.user_id_origin)
}

/// Plans and stores.
pub(super) fn make(
    ui: &Ui,
    session: &Session,
    reading: &Reading,
    planning: &Planning,
    selection: &Selection,
) -> Result<PlanSummary, CliError> {
    for (flag, given) in
        [("--allow-concluded", planning.allow_concluded), ("--allow-closed-period", planning.allow_closed_period)]
    {
        if given && selection.course.is_empty() {
            return Err(CliError::usage(format!("{flag} works only together with --course"))
                .hint("name the courses it is meant for, one --course each"));
        }
    }
    let directory = session.store().directory(&session.settings.host)?;
    let selected = selection.for_engine().on(&directory, session.settings.course_id_origin);
    Selection::echo(ui, &selected);
    let request = PlanRequest {
        sheet: &reading.sheet,
        options: options(planning, session, &directory, &reading.courses)?,
        selection: selection.for_engine(),
        cache_max_age: SignedDuration::try_from(planning.cache_max_age).unwrap_or(SignedDuration::MAX),
        note: planning.note.clone(),
    };
    drop(directory);
    Ok(Context::block_on(engine::plan(session, request))??)
}

fn options(
    planning: &Planning,
    session: &Session,
    directory: &Directory,
    courses: &CourseRules,
) -> Result<PlanOptions, CliError> {
    let mut accept = Vec::new();
    for one in &planning.accept {
        let course = match &one.course {
            None => None,
            Some(name) => Some(name.find(directory, session.settings.course_id_origin).ok_or_else(|| {
                CliError::usage(format!("--accept {}: the course is not in the cache", one.code))
                    .hint("check its id, or run `gradepush sync`")
            })?),
        };
        accept.push(Acceptance { code: one.code, course });
    }
    accept.sort_unstable();
    accept.dedup();
    let mut overwrite = planning.overwrite.clone();
    overwrite.sort_unstable();
    overwrite.dedup();
    Ok(PlanOptions {
        use_existing: planning.use_existing(session.settings.use_existing),
        on_conflict: planning.on_conflict,
        overwrite,
        adopt_own: planning.adopt_own,
        only_raise: planning.only_raise,
        scale: planning.scale,
        absent_zero: planning.absent == Absent::Zero,
        no_create: planning.no_create,
        created_posting: planning.created_posting,
        allow_concluded: planning.allow_concluded,
        allow_closed_period: planning.allow_closed_period,
        allow_tool_columns: planning.allow_tool_columns,
        allow_excuse: planning.allow_excuse,
        accept,
        courses: courses.for_plan(),
    })
}

/// Shows a plan that was just made, on the terminal, in files and to machines.
pub(super) fn show(
    context: &Context,
    session: &Session,
    connector: &Connector,
    planned: &PlanSummary,
    Showing { planning, reports }: &Showing<'_>,
    sheet: &ScoreSheet,
) -> Result<Finished, CliError> {
    let exit = exit(planned, planning.strict, planning.detailed_exitcode);
    let store = session.store();
    let stored = Stored::plan(&store, planned.id, &connector.zone())?;
    tell_plan(&context.ui, &stored, &sheet.findings)?;
    reports.write(&context.ui, &stored)?;
    if exit == Exit::Rejected {
        refusal::tell(context, &planned.findings);
    } else if planned.counts.planned() + planned.counts.create_assignments > 0 {
        let push = Context::command(&format!("push {}", planned.id));
        context.ui.line("");
        context.ui.line(format!("Nothing was written to Canvas. `{push}` executes this plan."));
    } else {
        context.ui.line("");
        context.ui.line("There is nothing to write.");
    }
    let finished = Finished::with_exit(exit);
    Ok(plan_fields(finished, &stored.plan.header, planned))
}

/// How a plan ends the process.
pub(super) fn exit(planned: &PlanSummary, strict: bool, detailed: bool) -> Exit {
    // Findings are sorted, the heaviest first, so that the first ones tell how heavy the heaviest is.
    let heaviest = planned.findings.iter().map(|finding| finding.severity).max();
    let warned = planned.findings.iter().any(|finding| finding.severity >= Severity::Warning);
    let mut exit = Exit::Done;
    if heaviest == Some(Severity::Plan) || strict && warned {
        exit = exit.and(Exit::Rejected);
    }
    if planned.counts.blocked + planned.counts.unresolved > 0 {
        exit = exit.and(Exit::Partial);
    }
    if planned.counts.conflict > 0 {
        exit = exit.and(Exit::Conflicts);
    }
    if detailed && planned.counts.planned() + planned.counts.create_assignments > 0 {
        exit = exit.and(Exit::Changes);
    }
    exit
}
