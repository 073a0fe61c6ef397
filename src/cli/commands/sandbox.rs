//! `sandbox`: a Canvas to rehearse on.

mod access;
mod announce;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use access::{Access, Reach, made_secret};
use announce::announce;

use crate::cli::args::PaceArguments;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::interrupt;
use crate::cli::json::Finished;
use crate::cli::output::{Force, Mark, Output, Outputs};
use crate::sandbox::{Dialect, Faults, Generate, Options, Sandbox, World, WorldError};

/// Serve a sandbox that behaves like Canvas, until interrupted
///
/// Prints its address, its world, and for each token who holds it and the command that makes a connector of it. Only
/// this machine can reach it, unless --listen-publicly says otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Listen here; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8765")]
    addr: SocketAddr,

    /// Let other machines reach it, with a token that is not the well-known one
    ///
    /// Required when --addr is not on loopback. Without --token a token is made and printed. Requests are answered that
    /// name an IP address, `localhost` or a --host.
    #[arg(long)]
    listen_publicly: bool,

    /// Answer to this host name too; repeat for more
    ///
    /// Requests under other names are refused, so that no web page can reach the sandbox through a name of its own.
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    host: Vec<String>,

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

    /// Save the world to this file at the end, readable by you only
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    #[command(flatten)]
    force: Force,

    /// Fail as this file says; `gradepush help faults` explains it
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

    /// Accept this token of the account admin [default: gradepush-demo-token, or a new one with --listen-publicly]
    #[arg(long, value_name = "TOKEN", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    token: Option<String>,
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

/// A host name without scheme and port.
fn host_name(text: &str) -> Result<String, String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let name = text.trim_end_matches('.');
    if !name.is_empty() && name.chars().all(fits) {
        Ok(name.to_owned())
    } else {
        Err(format!("`{text}` is not a host name; give it without scheme and port"))
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let access = Access::of(arguments)?;
    let save = save(context, arguments)?;
    let options = options(arguments, &access)?;
    let (name, world) = world(context, arguments, &access)?;
    let clock = context.clock.clone();
    let sandbox = Sandbox::new(world, options, std::sync::Arc::new(move || clock.now()));
    Context::block_on(serve(context, &sandbox, arguments, (&access, &name)))??;
    if let Some(output) = &save {
        let path = output.path();
        Sandbox::can_save_to(path)?;
        output.check_again()?;
        sandbox.save(path)?;
        context.ui.status(format!("stopped, and saved the world to {}", path.display()));
    } else {
        context.ui.status("stopped; the world is gone, as --save FILE was not given");
    }
    Ok(Finished::done().with("saved", &arguments.save))
}

/// Where the world goes in the end. The file that it came from may be the one: the saved world is that one, lived on.
fn save(context: &Context, arguments: &Arguments) -> Result<Option<Output>, CliError> {
    let Some(path) = &arguments.save else { return Ok(None) };
    if path == Path::new("-") {
        return Err(
            CliError::usage("--save -: the sandbox says on standard output where it listens").hint("name a file")
        );
    }
    Sandbox::can_save_to(path)?;
    let mut outputs = Outputs::of(context, arguments.force.force);
    if let Some(faults) = &arguments.faults {
        outputs.reading("the faults file", faults);
    }
    outputs.output("--save", path, Mark::World).map(Some)
}

fn options(arguments: &Arguments, access: &Access) -> Result<Options, CliError> {
    let Arguments { host, faults, latency, pace, dialect, form_parameter_limit, .. } = arguments;
    let faults = match faults {
        None => Faults::default(),
        Some(path) => Faults::read(path).map_err(|error| {
            let reason = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
            CliError::rejected(format!("{}: {error}{}", path.display(), reason.trim_end()))
                .hint("correct the file; `gradepush help faults` explains it")
        })?,
    };
    Ok(pace.apply(Options {
        faults,
        token: access.token.clone(),
        file_secret: made_secret()?,
        hosts: host.clone(),
        latency: Duration::from_millis(*latency),
        dialect: match dialect {
            DialectName::Hosted => Dialect::Hosted,
            DialectName::SelfHosted => Dialect::SelfHosted,
        },
        form_parameter_limit: form_parameter_limit.0,
        ..Options::default()
    }))
}

async fn serve(
    context: &Context,
    sandbox: &Sandbox,
    arguments: &Arguments,
    (access, name): (&Access, &str),
) -> Result<(), CliError> {
    let mut stop = interrupt::watch()?;
    let serving = sandbox.serve(arguments.addr).await?;
    let summary = sandbox.world(|world| world.summary(context.now()));
    announce(context, access, serving.addr, name, &summary);
    stop.wait().await;
    if let Err(error) = serving.shutdown().await {
        // What was rehearsed for hours is worth saving all the same.
        context.ui.warning(CliError::from(error).to_string());
    }
    Ok(())
}

/// The world and what to call it. A saved one keeps its tokens, unless others can reach it: then they stand in a file that
/// others may have, and open nothing.
fn world(context: &Context, arguments: &Arguments, access: &Access) -> Result<(String, World), CliError> {
    let Arguments { world, courses, students, assignments, seed, .. } = arguments;
    if let Some(path) = world.as_deref().filter(|world| *world != "demo") {
        let text = fs_err::read_to_string(Path::new(path)).map_err(WorldError::from)?;
        let mut world = World::from_json(&text)?;
        if access.reach == Reach::Others {
            let forgotten = world.forget_tokens_but(&access.token);
            if forgotten > 0 {
                context.ui.warning(format!(
                    "{forgotten} of the tokens in {path} open nothing here, as whoever has read the file knows them; \
                     --token TOKEN lets one of them in"
                ));
            }
        }
        return Ok((path.to_owned(), world));
    }
    let generated = courses.is_some() || students.is_some() || assignments.is_some() || seed.is_some();
    let (name, mut world) = if generated {
        let size = Generate {
            courses: courses.unwrap_or(6),
            students: students.unwrap_or(150),
            assignments: assignments.unwrap_or(12),
            seed: seed.unwrap_or(1),
        };
        (format!("generated from seed {}", size.seed), World::generate(&size))
    } else {
        ("demo".to_owned(), World::demo())
    };
    world.issue_rehearsal_tokens(&access.token, context.now());
    Ok((name, world))
}
