//! What a shell offers while somebody types: commands and flags, and the plans, runs, connectors and courses that the
//! configuration and the store know. It makes nothing, prints no error, and names no person.

use std::ffi::{OsStr, OsString};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Arg, Command};
use clap_complete::engine::ValueCompleter as _;
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompleteEnv, CompletionCandidate, PathCompleter, Shell};

use super::args::Global;
use super::config::ConfigFile;
use super::connector::{Connector, ENV_TITLE};
use super::context::{Context, table_named};
use super::env::{self, Environment};
use super::error::CliError;
use super::exit::Exit;
use super::next_commands::NextCommands;
use super::ui::{Display, Ui};
use crate::domain::{CourseIdOrigin, PlanKind};
use crate::engine::Clock;
use crate::store::{Access, Store};

/// So many plans, runs and courses are offered.
const OFFERED: usize = 200;

/// A kind of value that the configuration or the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Connector,
    Course,
    PlanOrFile,
    PlanOrRun,
    Run,
}

/// The script that makes a shell ask this program.
pub(crate) fn script(shell: Shell) -> Result<Vec<u8>, CliError> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let completer = shells.completer(&shell.to_string());
    let completer = completer.ok_or_else(|| CliError::internal(format!("{shell} is a shell without completions")))?;
    let name = super::program::PROGRAM;
    completer
        .write_registration(env::COMPLETE, name, name, name, &mut script)
        .map_err(|error| CliError::internal("the completions cannot be made").caused_by(error))?;
    Ok(script)
}

/// Answers a shell that asks what may come next; `None` where none asks.
pub(crate) fn answer(arguments: &[OsString], environment: &Environment, clock: Clock) -> Option<Exit> {
    environment.raw(env::COMPLETE)?;
    // Nobody reads a message in the middle of a line that is typed.
    panic::set_hook(Box::new(|_| {}));
    let context = Arc::new(context(arguments, environment.clone(), clock));
    let factory = || with_known_values(super::command(), "", &context);
    let folder = std::env::current_dir().ok();
    let completing = CompleteEnv::with_factory(factory).var(env::COMPLETE);
    let words = arguments.iter().cloned();
    match panic::catch_unwind(AssertUnwindSafe(|| completing.try_complete(words, folder.as_deref()))) {
        Ok(Ok(true)) => Some(Exit::Done),
        Ok(Ok(false)) => None,
        Ok(Err(_)) | Err(_) => Some(Exit::Usage),
    }
}

/// What the flags of the line that is typed say of configuration, store and connector.
fn context(arguments: &[OsString], environment: Environment, clock: Clock) -> Context {
    let words: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    // The last word is being typed.
    let typed = words.split_last().map_or(&[][..], |(_, typed)| typed);
    let flag = |name: &str| {
        let behind = typed.windows(2).filter(|pair| pair[0] == name).map(|pair| pair[1].clone());
        let within = typed.iter().filter_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned));
        behind.chain(within).last()
    };
    let global = Global {
        connector: flag("--connector"),
        config: flag("--config").map(PathBuf::from),
        store: flag("--store").map(PathBuf::from),
        ..Global::default()
    };
    let ui = Ui::new(Display { quiet: true, ..Display::default() }, NextCommands::default());
    Context { ui, environment, global, words: Vec::new(), clock }
}

/// The same command, in which arguments offer what is known. `parent` is the command that it stands below.
fn with_known_values(command: Command, parent: &str, context: &Arc<Context>) -> Command {
    let name = command.get_name().to_owned();
    command
        .mut_args(|argument| match known(&argument, parent, &name) {
            Some(known) => {
                let context = Arc::clone(context);
                argument.add(ArgValueCompleter::new(move |typed: &OsStr| offered(&context, known, typed)))
            }
            None => argument,
        })
        .mut_subcommands(|below| with_known_values(below, &name, context))
}

/// What an argument of a command takes.
fn known(argument: &Arg, parent: &str, command: &str) -> Option<Known> {
    let value = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default();
    match (argument.get_id().as_str(), value.as_str()) {
        ("connector", _) => Some(Known::Connector),
        ("title", _) if parent == "connector" && command != "add" && argument.is_positional() => Some(Known::Connector),
        ("course" | "except_course", _) => Some(Known::Course),
        (_, "PLAN|FILE") => Some(Known::PlanOrFile),
        (_, "PLAN|RUN") => Some(Known::PlanOrRun),
        (_, "RUN") => Some(Known::Run),
        _ => None,
    }
}

/// What is known and begins as typed; nothing where something fails.
fn offered(context: &Context, known: Known, typed: &OsStr) -> Vec<CompletionCandidate> {
    let all = match known {
        Known::Connector => connectors(context),
        Known::Course => courses(context),
        Known::PlanOrFile => plans(context),
        Known::PlanOrRun => Some(both(plans(context), runs(context))),
        Known::Run => runs(context),
    };
    let typed_text = typed.to_string_lossy();
    let mut offered: Vec<CompletionCandidate> = all
        .unwrap_or_default()
        .into_iter()
        .filter(|(value, _)| value.starts_with(&*typed_text))
        .enumerate()
        .map(|(place, (value, help))| {
            CompletionCandidate::new(value).help(Some(help.into())).display_order(Some(place))
        })
        .collect();
    if known == Known::PlanOrFile {
        offered.extend(PathCompleter::any().complete(typed));
    }
    offered
}

/// Values, each with a word about it.
type Values = Vec<(String, String)>;

fn both(one: Option<Values>, other: Option<Values>) -> Values {
    let mut values = one.unwrap_or_default();
    values.extend(other.unwrap_or_default().into_iter().filter(|(value, _)| value != "latest"));
    values
}

fn connectors(context: &Context) -> Option<Values> {
    let config = config(context)?;
    Some(config.table.connectors.iter().map(|one| (one.title.clone(), one.canvas.clone())).collect())
}

/// The plans of the connector in use, newest first.
fn plans(context: &Context) -> Option<Values> {
    let (store, title) = store(context)?;
    let mut plans = store.plans(Some(&title)).ok()?;
    plans.sort_unstable_by_key(|plan| std::cmp::Reverse(plan.id));
    let described = plans.into_iter().take(OFFERED).map(|plan| {
        let kind = match plan.header.kind {
            PlanKind::Scores => "of scores".to_owned(),
            PlanKind::Undo { run, .. } => format!("undo of {run}"),
            PlanKind::Selection { of } => format!("part of {of}"),
        };
        let run = plan.run.map_or_else(|| "not run".to_owned(), |run| format!("run as {run}"));
        (plan.id.to_string(), format!("{kind}, {run}"))
    });
    Some(with_latest(described, "the latest plan made from scores"))
}

/// The runs of the connector in use, newest first.
fn runs(context: &Context) -> Option<Values> {
    let (store, title) = store(context)?;
    let mut runs = store.runs(Some(&title)).ok()?;
    runs.sort_unstable_by_key(|run| std::cmp::Reverse(run.id));
    let described = runs.into_iter().take(OFFERED).map(|run| (run.id.to_string(), format!("of {}", run.plan)));
    Some(with_latest(described, "the latest run"))
}

fn with_latest(values: impl Iterator<Item = (String, String)>, latest: &str) -> Values {
    let mut values: Values = values.collect();
    if !values.is_empty() {
        values.push(("latest".to_owned(), latest.to_owned()));
    }
    values
}

/// The courses of the cache, by the kind of id that the connector's sheets have.
fn courses(context: &Context) -> Option<Values> {
    let config = config(context)?;
    let (store, title) = store(context)?;
    let connector = if title == ENV_TITLE {
        let Global { user_id_origin, course_id_origin, .. } = context.global;
        Connector::of_environment(&context.environment, user_id_origin, course_id_origin).ok()??
    } else {
        Connector::of_table(table_named(&config, &title).ok()?, &config).ok()?
    };
    let most = u32::try_from(OFFERED).ok()?;
    let found = store.find_in_cache(connector.address.host(), "", most).ok()?.courses.into_iter();
    let described = found.filter_map(|found| {
        let id = match connector.course_id_origin {
            CourseIdOrigin::Sis => found.course.sis_course_id?,
            CourseIdOrigin::Internal => found.course.id.to_string(),
        };
        Some((id, found.course.name))
    });
    Some(described.collect())
}

fn config(context: &Context) -> Option<ConfigFile> {
    ConfigFile::read(&context.config_path().ok()?.value).ok()
}

/// The store as it is, and the title of the connector in use.
fn store(context: &Context) -> Option<(Store, String)> {
    let config = config(context)?;
    let title = context.connector_title(&config)?.value;
    let path = context.store_path(&config).ok()?.value;
    let store = path.exists().then(|| Store::open(&path, Access::ReadOnly))?.ok()?;
    Some((store, title))
}
