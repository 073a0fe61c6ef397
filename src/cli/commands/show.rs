//! `show`: any plan or run again.

use std::path::PathBuf;

use super::named::{Named, plan_or_run};
use crate::cli::args::{HtmlCells, Selection};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::output::{Force, Outputs};
use crate::cli::views::{Reports, Stored, tell_plan, tell_run, time_fields, with_columns_to_delete, with_findings};
use crate::report::{FailedScores, Summary};
use crate::store::Access;

/// Show a plan or run again
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The plan or run, such as P17 or R3; `latest` is the latest plan of scores or the latest run, whichever came
    /// later; `latest-plan` and `latest-run` are one of the two
    #[arg(value_name = "PLAN|RUN")]
    what: String,

    /// Write it as a page to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// List these cells on the page
    #[arg(long, value_enum, value_name = "WHICH", default_value_t)]
    html_cells: HtmlCells,

    /// Write its cells as CSV to this file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// Print what was not written as a canonical scores CSV
    #[arg(long, conflicts_with = "summary")]
    failed: bool,

    /// Print at most 40 lines without student data
    #[arg(long)]
    summary: bool,

    #[command(flatten)]
    selection: Selection,
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let mut outputs = Outputs::of(context, arguments.force.force);
    let reports = Reports::of(&mut outputs, arguments.html.as_deref(), arguments.html_cells, arguments.csv.as_deref())?;
    if arguments.failed && !context.ui.json() {
        context.ui.give_stdout_to("--failed")?;
    }
    let store = context.open_store(&config, Access::ReadWrite)?;
    let zone = connector.zone();
    let what = &arguments.what;
    let selected = arguments.selection.look_up(&context.ui, &store, &connector)?;
    let stored = match plan_or_run(&store, &connector, what)? {
        Named::Plan(plan) => Stored::plan(&store, plan, &zone)?,
        Named::Run(run) => Stored::run(&store, run, &zone)?,
    };
    let stored = stored.only(&selected)?;
    if arguments.failed {
        let mut failed = FailedScores::new(&stored.header);
        stored.each(|part| {
            failed.part(part);
            Ok(())
        })?;
        let mut bytes = Vec::new();
        let (sheet, why) = failed.finish();
        crate::scores::write_with_reasons(&sheet, &why, &mut bytes)?;
        if !context.ui.json() {
            context.ui.bytes(&bytes)?;
        }
    } else if arguments.summary {
        let mut summary = Summary::new(&stored.header);
        for course in stored.courses()? {
            summary.course(&stored.report_course(course)?);
        }
        context.ui.line(summary.finish().trim_end());
    } else {
        match &stored.run {
            Some(_) => tell_run(&context.ui, &stored)?,
            None => tell_plan(&context.ui, &stored, &[])?,
        }
    }
    reports.write(&context.ui, &stored)?;
    let finished = Finished::done().with("plan", &stored.plan.id.to_string()).with("digest", &stored.header.digest);
    let finished = finished.with("plan_counts", &stored.header.counts);
    let finished = finished.with("replacing", &stored.header.counts.released.others_work());
    let finished = match &stored.header.part {
        Some(part) => finished.with("only", &part.chosen),
        None => finished,
    };
    let finished = with_columns_to_delete(finished, &stored)?;
    Ok(match stored.header.run() {
        Some(run) => with_findings(time_fields(finished, run), &stored, &[])?
            .with("requests", &run.requests)
            .with("run", &run.id.to_string())
            .with("counts", &run.counts)
            .with("replaced", &run.replaced)
            .with("assignments", &run.assignments)
            .with("comments", &run.comments)
            .with("retryable", &run.counts.retryable())
            .with("jobs", &open_jobs(&stored)?),
        None => finished,
    })
}

/// The jobs that may still write, as `retry --abandon-job` names them.
fn open_jobs(stored: &Stored<'_>) -> Result<Vec<serde_json::Value>, CliError> {
    let jobs = stored.open_jobs()?.into_iter().map(|(run, job)| {
        serde_json::json!({
            "job": job.id.to_string(),
            "run": run.to_string(),
            "cells": job.cells.len(),
            "sent_at": job.sent_at,
            "progress": job.progress,
        })
    });
    Ok(jobs.collect())
}
