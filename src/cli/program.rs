//! One run of the program: arguments in, exit code out.

use std::ffi::OsString;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use super::args::Arguments;
use super::commands::{self, Command};
use super::completion;
use super::context::Context;
use super::env::{self, Environment};
use super::error::CliError;
use super::exit::Exit;
use super::json::Finished;
use super::next_commands::NextCommands;
use super::pasted_token::{self, Suspicion, without_tokens};
use super::ui::{Display, Terminals, Ui};
use crate::engine::Clock;

/// The program's name, also that of a command line without a command in machine output.
pub(super) const PROGRAM: &str = "gradepush";

/// The whole command line, for the manual, completions and the reference.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    run(&arguments, Environment::of_process(), Terminals::of_process()).into()
}

fn run(arguments: &[OsString], environment: Environment, terminals: Terminals) -> Exit {
    if let Some(exit) = completion::answer(arguments, &environment, Clock::new(now)) {
        return exit;
    }
    let no_color = environment.raw(env::NO_COLOR.name).is_some();
    let plain = Display {
        json: arguments.iter().any(|argument| argument == "--json"),
        no_color,
        terminals,
        ..Display::default()
    };
    if let Some(error) = pasted_token::on_command_line(arguments) {
        return ended(&Ui::new(plain, NextCommands::default()), &error, command_named(arguments));
    }
    let parsed = match Arguments::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        Err(error) => return refused(&error, arguments, plain),
    };
    let Arguments { global, command } = parsed;
    let ui = Ui::new(
        Display {
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
            cells: global.cells,
            no_progress: global.no_progress,
            color: global.color,
            no_color,
            terminals,
        },
        NextCommands::after(&global),
    );
    let name = command.as_ref().map_or(PROGRAM, Command::name);
    let clock = Clock::new(now);
    let words = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let context = Context { ui: ui.clone(), environment, global, words, clock };
    let result = super::log::start(&context).and_then(|()| {
        guarded(|| match &command {
            Some(command) => command.run(&context),
            None => commands::next_step(&context),
        })
    });
    match result {
        Ok(finished) => {
            ui.result(name, &finished);
            finished.exit
        }
        Err(error) => ended(&ui, &error, name),
    }
}

/// Says an error to people and machines.
fn ended(ui: &Ui, error: &CliError, command: &str) -> Exit {
    ui.error(error);
    ui.machine(error.line(command, ui.next()));
    error.exit()
}

/// A panic is a fault of the tool: it is reported as one, and the process still says how it ended.
fn guarded(work: impl FnOnce() -> Result<Finished, CliError>) -> Result<Finished, CliError> {
    let quietly = panic::take_hook();
    let place = std::sync::Arc::new(std::sync::Mutex::new(None));
    let seen = place.clone();
    // The payload may hold student data, the place does not.
    panic::set_hook(Box::new(move |panicked| {
        let location = panicked.location().map(ToString::to_string);
        *seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = location;
    }));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(quietly);
    result.unwrap_or_else(|_| {
        let place = place.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        Err(CliError::internal(format!(
            "a fault of gradepush at {}",
            place.unwrap_or_else(|| "an unknown place".to_owned())
        ))
        .hint("please report it; what was journaled is safe, and `gradepush retry` continues a push"))
    })
}

/// Help and version are data; anything else is a usage error, also for machines.
fn refused(error: &clap::Error, arguments: &[OsString], display: Display) -> Exit {
    let ui = Ui::new(display, NextCommands::default());
    if !error.use_stderr() {
        let text =
            if display.terminals.stdout { error.render().ansi().to_string() } else { error.render().to_string() };
        return match ui.bytes(text.as_bytes()) {
            Ok(()) => Exit::Done,
            Err(error) => error.exit(),
        };
    }
    let text = error.render().to_string();
    let text = without_tokens(&text, Suspicion::Possible);
    ui.plain(&text);
    let first = text.lines().next().unwrap_or_default();
    let message = first.strip_prefix("error: ").unwrap_or(first);
    let error = CliError::usage(message).hint("see `gradepush help`");
    ui.machine(error.line(command_named(arguments), ui.next()));
    Exit::Usage
}

/// The command that a command line names which was not understood, as far as there is such a command.
fn command_named(arguments: &[OsString]) -> &str {
    let mut words = arguments.iter().skip(1).filter_map(|argument| argument.to_str());
    let name = words.find(|text| !text.starts_with('-'));
    let known = command().get_subcommands().any(|command| Some(command.get_name()) == name);
    name.filter(|_| known).unwrap_or(PROGRAM)
}

#[expect(clippy::disallowed_methods, reason = "the one place where the process asks what time it is")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
