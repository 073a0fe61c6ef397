//! `sandbox`: a Canvas to rehearse on.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::args::PaceArguments;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::interrupt;
use crate::cli::json::{Finished, Line};
use crate::sandbox::{DEMO_TOKEN, Dialect, Faults, Generate, Options, Sandbox, World, WorldError};

/// Serve a sandbox that behaves like Canvas, until interrupted
///
/// Prints its address and its token, which is not a secret. Nothing leaves this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Listen here; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    addr: SocketAddr,

    /// Serve this saved world, or `demo` [default: demo, unless one is generated]
    #[arg(long, value_name = "FILE|demo", conflicts_with_all = ["courses", "students", "assignments", "seed"])]
    world: Option<String>,

    /// Generate so many courses [default of a generated world: 6]
    #[arg(long, value_name = "N")]
    courses: Option<usize>,

    /// Generate so many students in the whole world [default of a generated world: 150]
    #[arg(long, value_name = "N")]
    students: Option<usize>,

    /// Generate so many assignments per course [default of a generated world: 12]
    #[arg(long, value_name = "N")]
    assignments: Option<usize>,

    /// Generate the world of this number [default of a generated world: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Save the world to this file at the end
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Fail as this file says
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,

    /// Answer after so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,

    #[command(flatten)]
    pace: PaceArguments,

    /// Throttle and refuse as this kind of Canvas does
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    dialect: DialectName,

    /// Refuse forms with more parameters than this, or `off`
    #[arg(long, value_name = "N|off", value_parser = limit, default_value = "4096")]
    form_parameter_limit: Limit,

    /// Accept this token
    #[arg(long, value_name = "TOKEN", default_value = DEMO_TOKEN)]
    token: String,
}

/// How a Canvas throttles and refuses (`canvas-contract §A2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum DialectName {
    /// As Instructure's own.
    #[default]
    Hosted,
    /// As an installation of one's own.
    SelfHosted,
}

/// A number, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit(Option<usize>);

fn limit(text: &str) -> Result<Limit, String> {
    match text {
        "off" => Ok(Limit(None)),
        _ => text.parse().map(|number| Limit(Some(number))).map_err(|_| format!("`{text}` is not a number or `off`")),
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let Arguments { token, latency, pace, dialect, form_parameter_limit, .. } = arguments;
    let faults = match &arguments.faults {
        None => Faults::default(),
        Some(path) => Faults::read(path).map_err(|error| {
            CliError::rejected(format!("{}: {error}", path.display())).hint("correct the file and try again")
        })?,
    };
    let options = pace.apply(Options {
        faults,
        token: token.clone(),
        latency: Duration::from_millis(*latency),
        dialect: match dialect {
            DialectName::Hosted => Dialect::Hosted,
            DialectName::SelfHosted => Dialect::SelfHosted,
        },
        form_parameter_limit: form_parameter_limit.0,
        ..Options::default()
    });
    let clock = context.clock.clone();
    let sandbox = Sandbox::new(world(arguments)?, options, std::sync::Arc::new(move || clock.now()));
    Context::block_on(serve(context, &sandbox, arguments))??;
    if let Some(path) = &arguments.save {
        sandbox.save(path)?;
        context.ui.status(format!("saved the world to {}", path.display()));
    }
    Ok(Finished::done().with("saved", &arguments.save))
}

async fn serve(context: &Context, sandbox: &Sandbox, arguments: &Arguments) -> Result<(), CliError> {
    let mut stop = interrupt::watch()?;
    let serving = sandbox.serve(arguments.addr).await?;
    let address = format!("http://{}", serving.addr);
    context.ui.line(format!("listening on {address}"));
    context.ui.line(format!("token {}", arguments.token));
    context.ui.machine(Line::event("listening").with("address", &address).with("token", &arguments.token));
    context.ui.note("it serves this machine only, until interrupted with Ctrl-C");
    stop.wait().await;
    Ok(serving.shutdown().await?)
}

fn world(arguments: &Arguments) -> Result<World, CliError> {
    let Arguments { world, courses, students, assignments, seed, .. } = arguments;
    if courses.is_some() || students.is_some() || assignments.is_some() || seed.is_some() {
        return Ok(World::generate(&Generate {
            courses: courses.unwrap_or(6),
            students: students.unwrap_or(150),
            assignments: assignments.unwrap_or(12),
            seed: seed.unwrap_or(1),
        }));
    }
    match world.as_deref() {
        None | Some("demo") => Ok(World::demo()),
        Some(path) => {
            let text = fs_err::read_to_string(Path::new(path)).map_err(WorldError::from)?;
            Ok(World::from_json(&text)?)
        }
    }
}
