//! `connector prove`: the contract proven on the institution's own Canvas, in a column of its own.

use std::convert::Infallible;

use serde::Serialize;

use super::course_checks::{ANOTHER, words};
use super::test::course_ref;
use crate::canvas::{CanvasError, Client};
use crate::cli::confirmation::{GivenConsent, confirmed};
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::interrupt;
use crate::cli::json::Finished;
use crate::cli::values::course;
use crate::domain::{CanvasHost, Confirmed, Consent, Shown};
use crate::engine::{
    Agreement, Check, CourseName, Ending, EngineError, Events, Leftover, Proof, Proven, Removal, Stop, StopReason,
    prepare_proof, prove,
};

/// Prove in one column of its own that this Canvas does what a push relies on
///
/// Makes a column in the course, writes grades and a comment of one student into it, compares what Canvas does with what
/// it should do, and removes the column again. Asks first. Do it on your beta Canvas.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The connector's title [default: the connector in use]
    title: Option<String>,

    /// In this course: its id as in the sheet, internal:ID or sis:ID
    #[arg(long, value_name = "ID", value_parser = course)]
    course: CourseName,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// A check in machine output.
#[derive(Debug, Serialize)]
struct CheckLine<'a> {
    name: &'static str,
    section: &'static str,
    state: &'static str,
    expected: &'static str,
    seen: &'a str,
}

/// A column of an earlier proof in machine output.
#[derive(Debug, Serialize)]
struct LeftoverLine<'a> {
    id: i64,
    name: &'a str,
}

/// The column in machine output.
#[derive(Debug, Serialize)]
struct ColumnLine<'a> {
    id: Option<i64>,
    name: Option<&'a str>,
    /// Whether none is left.
    removed: bool,
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    if !arguments.yes && !context.ui.interactive() {
        return Err(CliError::usage("without a terminal, `connector prove` needs --yes")
            .hint("it makes a column in the course, writes into it and removes it: add --yes if that is meant"));
    }
    let file = context.config()?;
    let connector = match &arguments.title {
        Some(title) => context.connector_named(&file, title)?,
        None => context.connector(&file)?,
    };
    let host = connector.address.host();
    let named = course_ref(&arguments.course, connector.course_id_origin)?;
    let client = context.client(&connector, &Events::ignored())?;
    let (who, proof) = Context::block_on(async {
        let reader = client.reader();
        let who = reader.whoami().await?.name;
        match prepare_proof(&reader, host, &named, context.now()).await {
            Ok(proof) => Ok((who, proof)),
            Err(EngineError::Canvas(CanvasError::NotFound { .. })) => {
                Err(CliError::usage(format!("Canvas knows no {}, or not for this token", words(&named))).hint(ANOTHER))
            }
            Err(error) => Err(error.into()),
        }
    })??;
    let shown = tell_intent(context, &connector, &who, &proof);
    let given = arguments.yes.then_some(Consent::Flag);
    let Some(confirmed) = confirmed(context, shown, GivenConsent::plain(given), "Do this in Canvas?")? else {
        context.ui.status("Nothing was written.");
        let declined = Finished::with_exit(Exit::Declined).with("connector", &connector.title);
        return Ok(declined.with("checks", &Vec::<CheckLine>::new()));
    };
    let proven = Context::block_on(until_interrupted(context, &client, &proof, &confirmed))??;
    Ok(tell(context, &connector, &proof, proven))
}

/// Says what is about to be done, and to whom.
fn tell_intent(context: &Context, connector: &Connector, who: &str, proof: &Proof) -> Shown {
    let ui = &context.ui;
    if is_production(&proof.host) {
        ui.warning(format!("{} looks like a production Canvas; the place to prove it is your beta Canvas", proof.host));
    }
    for leftover in &proof.leftovers {
        ui.warning(format!(
            "an earlier proof left the column {} `{}` in this course; delete it in Canvas",
            leftover.id, leftover.name
        ));
    }
    ui.status(format!("To {}, as {who}, through connector `{}`.", proof.host, connector.title));
    ui.status(format!("In course {} ({}):", proof.course, proof.course_name));
    ui.status(format!(
        "- makes the published column `{}`, which counts in no total; Canvas may tell the course's students of it",
        proof.column
    ));
    if proof.is_test_student {
        ui.status(format!("- writes grades and a comment of the test student (user {}) there", proof.student));
    } else {
        ui.status(format!(
            "- writes grades and a comment of one student (user {}) there; manual posting is set before the first of \
             them, so that they stay hidden; if Canvas refuses that, the student sees them and may be notified",
            proof.student
        ));
    }
    ui.status("- removes the column again; the grade change log keeps what was written");
    Shown::with_digest(proof.digest())
}

/// Whether the address is one where an institution's real courses are (`canvas-contract §M`).
fn is_production(host: &CanvasHost) -> bool {
    host.as_str().ends_with(".instructure.com") && !host.is_beta_or_test()
}

/// The first Ctrl-C ends the looking, and the column is removed; the second ends the process at once.
async fn until_interrupted(
    context: &Context,
    client: &Client,
    proof: &Proof,
    confirmed: &Confirmed,
) -> Result<Proven, CliError> {
    let stop = Stop::default();
    let mut interrupt = interrupt::watch()?;
    let interrupted = async {
        interrupt.wait().await;
        context.ui.status(format!("interrupted: the column `{}` is removed first", proof.column));
        stop.now(StopReason::Interrupted);
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        outcome = prove(client, proof, confirmed, &stop) => Ok(outcome?),
        never = interrupted => match never {},
    }
}

/// Shows what came of it, and says how the process ends.
fn tell(context: &Context, connector: &Connector, proof: &Proof, proven: Proven) -> Finished {
    let Proven { checks, removal, ending } = proven;
    let ui = &context.ui;
    for check in &checks {
        let item = check.item;
        ui.line(format!("{}: {} ({})", item.name(), state(check.agreement), item.section()));
        ui.line(format!("  expected: {}", item.expected()));
        let seen = if check.agreement == Agreement::Unknown { "why" } else { "seen" };
        ui.line(format!("  {seen}: {}", check.seen));
    }
    let count = |agreement| checks.iter().filter(|check| check.agreement == agreement).count();
    let (agree, differ, unknown) = (count(Agreement::Agrees), count(Agreement::Differs), count(Agreement::Unknown));
    ui.line("");
    ui.line(format!("{agree} agree, {differ} differ, {unknown} could not be checked"));
    let (column, removed) = tell_removal(context, &removal);
    for Leftover { id, name } in &proof.leftovers {
        ui.line(format!("still there from an earlier proof: the column {id} `{name}`; delete it in Canvas"));
    }
    let ended = match ending {
        Ending::Done => Exit::Done,
        Ending::Interrupted => Exit::Interrupted,
        Ending::Failed(error) => {
            let error = CliError::from(error);
            ui.error(&error);
            error.exit()
        }
    };
    let agreed = if differ + unknown == 0 { Exit::Done } else { Exit::Partial };
    Finished::with_exit(ended.and(agreed).and(removed))
        .with("connector", &connector.title)
        .with("course", &proof.course)
        .with("column", &column)
        .with("leftovers", &proof.leftovers.iter().map(leftover_line).collect::<Vec<_>>())
        .with("checks", &checks.iter().map(check_line).collect::<Vec<_>>())
}

/// Says what became of the column; one that is left is nothing that may be overlooked.
fn tell_removal<'a>(context: &Context, removal: &'a Removal) -> (ColumnLine<'a>, Exit) {
    match removal {
        Removal::NotMade => {
            context.ui.line("no column was made");
            (ColumnLine { id: None, name: None, removed: true }, Exit::Done)
        }
        Removal::Removed { id, name } => {
            context.ui.line(format!("the column {id} `{name}` was removed again"));
            (ColumnLine { id: Some(id.0), name: Some(name), removed: true }, Exit::Done)
        }
        Removal::Left { id, name, why } => {
            let which = id.map_or_else(|| format!("`{name}`"), |id| format!("{id} `{name}`"));
            context.ui.error(
                &CliError::new(Exit::Partial, format!("the column {which} could not be removed: {why}"))
                    .hint("delete it in Canvas"),
            );
            (ColumnLine { id: id.map(|id| id.0), name: Some(name), removed: false }, Exit::Partial)
        }
    }
}

fn state(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Agrees => "agrees",
        Agreement::Differs => "differs",
        Agreement::Unknown => "could not be checked",
    }
}

fn check_line(check: &Check) -> CheckLine<'_> {
    CheckLine {
        name: check.item.name(),
        section: check.item.section(),
        state: check.agreement.name(),
        expected: check.item.expected(),
        seen: &check.seen,
    }
}

fn leftover_line(leftover: &Leftover) -> LeftoverLine<'_> {
    LeftoverLine { id: leftover.id.0, name: &leftover.name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_production_canvas_is_told_from_its_copies() {
        for (host, expected) in [
            ("school.instructure.com", true),
            ("school.beta.instructure.com", false),
            ("school.test.instructure.com", false),
            ("canvas.example.edu", false),
        ] {
            assert_eq!(is_production(&CanvasHost::from_stored(host.to_owned())), expected, "{host}");
        }
    }
}
