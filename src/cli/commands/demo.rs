//! `demo`: the whole job on an embedded sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser as _;

use crate::cli::args::{Arguments as CommandLine, Global};
use crate::cli::context::Context;
use crate::cli::env::{self, Environment};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::files::write_private;
use crate::cli::json::Finished;
use crate::domain::shell_word;
use crate::sandbox::{DEMO_TOKEN, Options, Sandbox, Serving, World};

/// Do the whole job on an embedded Canvas sandbox, with invented people
///
/// Exports a Tegrity capture, syncs, resolves, plans, pushes, plans again, retries and previews an undo, and prints each
/// step as the command that is run. Needs no configuration and no network.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write what it makes into this folder; always starts fresh, removing only what it made
    #[arg(long, value_name = "DIR", default_value = "./gradepush-demo")]
    dir: PathBuf,
}

/// The capture the demo exports: what a Tegrity broker sent, with the odd rows that real ones have.
const CAPTURE: &str = include_str!("../../../fixtures/aairs/demo.jsonl");

/// The first file it makes and the only one it never removes: by it, a folder is known as a demo's.
const CAPTURE_FILE: &str = "capture.jsonl";

/// What the demo makes in its folder, and removes when it starts again.
const MADE: [&str; 14] = [
    CAPTURE_FILE,
    "token",
    "config.toml",
    "scores.csv",
    "plan.html",
    "run.html",
    "store.db",
    "store.db-wal",
    "store.db-shm",
    "store.db.lock",
    "try.toml",
    "try.db",
    "try.db-wal",
    "try.db-shm",
];

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let demo = Demo::prepare(context, &arguments.dir)?;
    let ui = &demo.context.ui;
    ui.line(
        "The whole job, on a Canvas that is invented down to its people: 6 courses, 150 students, one Tegrity capture.",
    );
    demo.how_to_repeat();
    let canvas = format!("http://{}", demo.serving.addr);
    let token = demo.path("token");
    demo.step(
        "A connector says which Canvas, which token, and what the ids of the scores are.",
        &["connector", "add", "Tegrity", "--canvas", &canvas, "--user-id-origin", "login", "--course-id-origin", "sis"],
        &["--token-file", &token, "--time-zone", "America/New_York", "--use-existing-assignments"],
    )?;
    let scores = demo.path("scores.csv");
    demo.step(
        "The capture becomes one canonical CSV.",
        &["export", &demo.path("capture.jsonl"), "--output", &scores],
        &[],
    )?;
    demo.step("Who and what there is in Canvas, into the local cache.", &["sync"], &[])?;
    demo.step("Offline: who and what each row means.", &["resolve", &scores], &[])?;
    let planned = demo.step(
        "The dry run: exactly what would change, and why. It cannot write.",
        &["plan", &scores, "--html", &demo.path("plan.html")],
        &[],
    )?;
    let pushed = demo.step("The push executes that plan, and reads every cell back.", &["push", "P1", "--yes"], &[])?;
    demo.step("A page about the run, for the file.", &["show", "R1", "--html", &demo.path("run.html")], &[])?;
    let again = demo.step("The same scores once more: there is nothing left to write.", &["plan", &scores], &[])?;
    demo.step("A retry finds nothing to do either.", &["retry", "R1", "--yes"], &[])?;
    demo.step("And this would take it all back.", &["undo", "R1", "--dry-run"], &[])?;
    demo.farewell(planned, pushed, again);
    Ok(Finished::with_exit(planned.and(pushed)).with("dir", &arguments.dir.display().to_string()))
}

/// Refuses a folder that holds files of these names and is no demo's: they are somebody's scores, or somebody's store.
fn refuse_others(folder: &Path) -> Result<(), CliError> {
    let is_demo = fs_err::read(folder.join(CAPTURE_FILE)).is_ok_and(|bytes| bytes == CAPTURE.as_bytes());
    match MADE.iter().map(|name| folder.join(name)).find(|path| fs_err::symlink_metadata(path).is_ok()) {
        Some(found) if !is_demo => Err(CliError::usage(format!(
            "{}: is there already, and the demo of this version has not made it",
            found.display()
        ))
        .hint("name another folder with --dir, or move the file away")),
        Some(_) | None => Ok(()),
    }
}

/// A folder, and a sandbox that runs as long as this lives.
struct Demo {
    context: Context,
    folder: PathBuf,
    serving: Serving,
    _runtime: tokio::runtime::Runtime,
}

impl Demo {
    fn prepare(context: &Context, folder: &Path) -> Result<Self, CliError> {
        let unusable = |error: std::io::Error| {
            CliError::usage(format!("{}: cannot be used: {error}", folder.display()))
                .hint("name another folder with --dir")
        };
        refuse_others(folder)?;
        fs_err::create_dir_all(folder).map_err(unusable)?;
        for name in MADE.into_iter().filter(|name| *name != CAPTURE_FILE) {
            match fs_err::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unusable(error)),
                Ok(()) | Err(_) => {}
            }
        }
        write_private(&folder.join(CAPTURE_FILE), CAPTURE.as_bytes()).map_err(unusable)?;
        write_private(&folder.join("token"), format!("{DEMO_TOKEN}\n").as_bytes()).map_err(unusable)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| CliError::internal("no threads can be started").caused_by(error))?;
        let clock = context.clock.clone();
        let sandbox = Sandbox::new(World::demo(), Options::default(), Arc::new(move || clock.now()));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let serving = runtime.block_on(sandbox.serve(address))?;
        let path = |name: &str| folder.join(name).display().to_string();
        let context = Context {
            // Its people are invented, so they are always shown.
            ui: context.ui.for_invented_people(),
            // Whatever Canvas the user has set up stays out of it.
            environment: Environment::of(&[
                (env::CONFIG.name, &path("config.toml")),
                (env::STORE.name, &path("store.db")),
            ]),
            global: Global { config: None, store: None, connector: None, ..context.global.clone() },
            words: Vec::new(),
            clock: context.clock.clone(),
        };
        Ok(Self { context, folder: folder.to_owned(), serving, _runtime: runtime })
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Says what the steps are run with, and how to run them once more: the folder of this run is taken, and its sandbox
    /// ends with it.
    fn how_to_repeat(&self) {
        let ui = &self.context.ui;
        let variables = |config: &str, store: &str| {
            for (variable, file) in [(env::CONFIG, config), (env::STORE, store)] {
                ui.line(format!("    export {}={}", variable.name, shell_word(&self.path(file))));
            }
        };
        ui.line("Each step is shown as it is run, with these variables set:");
        ui.line("");
        variables("config.toml", "store.db");
        ui.line("");
        ui.line("To repeat the steps yourself, set these instead:");
        ui.line("");
        variables("try.toml", "try.db");
        ui.line("");
        ui.line("and start the same Canvas in another terminal:");
        ui.line("");
        // Rows of new columns at once, until the engine waits for them.
        ui.line(format!("    gradepush sandbox --world demo --rows-after 0 --addr {}", self.serving.addr));
    }

    /// Shows a command as it is run, and runs it.
    fn step(&self, why: &str, words: &[&str], more: &[&str]) -> Result<Exit, CliError> {
        let words: Vec<&str> = words.iter().chain(more).copied().collect();
        let ui = &self.context.ui;
        ui.line("");
        ui.line(format!("# {why}"));
        ui.line(format!("$ gradepush {}", words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")));
        let parsed = CommandLine::try_parse_from(std::iter::once("gradepush").chain(words.iter().copied()));
        let command = parsed.map_err(|error| CliError::internal(error.to_string()))?.command;
        let command = command.ok_or_else(|| CliError::internal("a step of the demo has no command"))?;
        let finished = command.run(&self.context)?;
        ui.result(command.name(), &finished);
        if finished.exit != Exit::Done {
            ui.line(format!("[exit code {}: {}]", finished.exit.code(), finished.exit.meaning()));
        }
        Ok(finished.exit)
    }

    fn farewell(&self, planned: Exit, pushed: Exit, again: Exit) {
        let ui = &self.context.ui;
        ui.line("");
        if [planned, pushed, again] == [Exit::Partial; 3] {
            ui.line(
                "Every row that could be written was written and read back. The exit code is 4 only because of the",
            );
            ui.line(
                "rows that the capture was given on purpose and that no tool may write: a login nobody has, a student",
            );
            ui.line(
                "who dropped, a course nobody knows. Each is named above with its line, and so is the grade that an",
            );
            ui.line("instructor had entered by hand, which was left alone.");
        }
        ui.line(format!("Look at {} and {} in a browser.", self.path("plan.html"), self.path("run.html")));
        ui.line("Next: `gradepush init` asks for your own Canvas; README.md says the rest.");
    }
}
