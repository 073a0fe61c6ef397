//! `demo`: the whole job on an embedded sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser as _;

use crate::cli::args::Arguments as CommandLine;
use crate::cli::context::Context;
use crate::cli::env::Environment;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::files::write_private;
use crate::cli::json::Finished;
use crate::cli::shell::quoted;
use crate::sandbox::{DEMO_TOKEN, Options, Sandbox, Serving, World};

/// Do the whole job on an embedded Canvas sandbox, with invented people
///
/// Exports a Tegrity capture, syncs, resolves, plans, pushes, plans again, retries and previews an undo, and prints each
/// step as the command a user would type. Needs no configuration and no network.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write what it makes into this folder; always starts fresh, removing only what it made
    #[arg(long, value_name = "DIR", default_value = "./gradepush-demo")]
    dir: PathBuf,
}

/// The capture the demo exports: what a Tegrity broker sent, with the odd rows that real ones have.
const CAPTURE: &str = include_str!("../../../fixtures/aairs/demo.jsonl");

/// What the demo makes in its folder, and removes when it starts again.
const MADE: [&str; 14] = [
    "capture.jsonl",
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

/// The address of `gradepush sandbox --world demo`, which the printed commands use.
const RENEWABLE: &str = "http://127.0.0.1:8765";

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let demo = Demo::prepare(context, &arguments.dir)?;
    let ui = &demo.context.ui;
    ui.line(
        "The whole job, on a Canvas that is invented down to its people: 6 courses, 150 students, one Tegrity capture.",
    );
    ui.line("Each step is shown as you would type it. To try them yourself, run this in another terminal first:");
    ui.line("");
    // Rows of new columns at once, until the engine waits for them.
    ui.line("    gradepush sandbox --world demo --rows-after 0");
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
        fs_err::create_dir_all(folder).map_err(unusable)?;
        for name in MADE {
            match fs_err::remove_file(folder.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unusable(error)),
                Ok(()) | Err(_) => {}
            }
        }
        write_private(&folder.join("capture.jsonl"), CAPTURE.as_bytes()).map_err(unusable)?;
        write_private(&folder.join("token"), format!("{DEMO_TOKEN}\n").as_bytes()).map_err(unusable)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| CliError::internal("no threads can be started").caused_by(error))?;
        let clock = context.clock.clone();
        let sandbox = Sandbox::new(World::demo(), Options::default(), Arc::new(move || clock.now()));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let serving = runtime.block_on(sandbox.serve(address))?;
        let global = crate::cli::args::Global {
            config: Some(folder.join("config.toml")),
            store: Some(folder.join("store.db")),
            ..context.global.clone()
        };
        let context = Context {
            // Its people are invented, so they are always shown.
            ui: context.ui.showing_people(),
            // Whatever Canvas the user has set up stays out of it.
            environment: Environment::default(),
            global,
            words: Vec::new(),
            clock: context.clock.clone(),
        };
        Ok(Self { context, folder: folder.to_owned(), serving, _runtime: runtime })
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Shows a command as a user would type it, and runs it.
    fn step(&self, why: &str, words: &[&str], more: &[&str]) -> Result<Exit, CliError> {
        let words: Vec<&str> = words.iter().chain(more).copied().collect();
        let ui = &self.context.ui;
        ui.line("");
        ui.line(format!("# {why}"));
        ui.line(format!("$ {}", self.shown(&words)));
        let parsed = CommandLine::try_parse_from(std::iter::once("gradepush").chain(words.iter().copied()));
        let command = parsed.map_err(|error| CliError::internal(error.to_string()))?.command;
        let finished = command.run(&self.context)?;
        ui.result(command.name(), &finished);
        if finished.exit != Exit::Done {
            ui.line(format!("[exit code {}: {}]", finished.exit.code(), finished.exit.meaning()));
        }
        Ok(finished.exit)
    }

    /// The command with a configuration and a store of its own, against the sandbox of another terminal.
    fn shown(&self, words: &[&str]) -> String {
        let own = format!("http://{}", self.serving.addr);
        let words = words.iter().map(|word| if *word == own { RENEWABLE } else { word });
        let words: Vec<String> = words.map(quoted).collect();
        let (config, store) = (quoted(&self.path("try.toml")), quoted(&self.path("try.db")));
        format!("gradepush --config {config} --store {store} {}", words.join(" "))
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
