//! `store`: care of the local store.

use std::io;
use std::path::{Path, PathBuf};

use super::restore::{self, Restore};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::cli::output::{Mark, Outputs};
use crate::cli::table;
use crate::store::{Access, Store, StoreInfo};

/// Look after the local store
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show where the store is and what it holds
    Info,
    /// Check the store for damage
    Check,
    /// Copy the store to a file, also while it is in use
    Backup {
        /// The copy, a file that does not exist yet; `-` is standard output
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put a backup in the place of the store
    ///
    /// It checks the backup, says which plans and runs the store has and the backup lacks, and asks. What was there is
    /// kept beside the store.
    Restore(Restore),
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Info => "store info",
            Action::Check => "store check",
            Action::Backup { .. } => "store backup",
            Action::Restore(_) => "store restore",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let store = || context.open_store(&context.config()?, Access::ReadWrite);
    match &arguments.action {
        // The store that it replaces need not be one that can be opened.
        Action::Restore(arguments) => restore::run(context, arguments),
        Action::Info => {
            let StoreInfo { path, version, bytes, hosts, plans, runs, open_jobs, aliases, bindings } =
                store()?.info()?;
            let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
            let rows = [
                ("path", path.display().to_string()),
                ("version", version.to_string()),
                ("size", format!("{} KiB", bytes.div_ceil(1024))),
                ("hosts", hosts.join(", ")),
                ("plans", plans.to_string()),
                ("runs", runs.to_string()),
                ("jobs that may still write", open_jobs.to_string()),
                ("aliases", aliases.to_string()),
                ("bindings", bindings.to_string()),
            ];
            context.ui.line(table::of(["", ""], rows.map(|(name, value)| [name.to_owned(), value])));
            Ok(Finished::done()
                .with("path", &path)
                .with("version", &version)
                .with("bytes", &bytes)
                .with("hosts", &hosts)
                .with("plans", &plans)
                .with("runs", &runs)
                .with("open_jobs", &open_jobs)
                .with("aliases", &aliases)
                .with("bindings", &bindings))
        }
        Action::Check => {
            let faults = store()?.check()?;
            for fault in &faults {
                context.ui.line(fault);
            }
            if faults.is_empty() {
                context.ui.line("the store is sound");
            } else {
                context
                    .ui
                    .warning("the store is damaged; restore a backup: gradepush store restore FILE; or keep it and name another one with --store");
            }
            let exit = if faults.is_empty() { Exit::Done } else { Exit::Store };
            Ok(Finished::with_exit(exit).with("faults", &faults))
        }
        Action::Backup { file } => {
            back_up(context, &store()?, file)?;
            Ok(Finished::done().with("output", file))
        }
    }
}

/// Copies the store. Whatever a file holds that is there already, the store replaces none.
fn back_up(context: &Context, store: &Store, file: &Path) -> Result<(), CliError> {
    let output = Outputs::of(context, true).output("FILE", file, Mark::Nothing)?;
    if output.is_file()? {
        store.backup(file)?;
        context.ui.line(format!("copied the store to {}", file.display()));
        return Ok(());
    }
    // SQLite copies into files only.
    let wrong = |error: io::Error| output.cannot_be_written(&error);
    let folder = tempfile::tempdir().map_err(wrong)?;
    let copy = folder.path().join("store.db");
    store.backup(&copy)?;
    let mut stream = output.begin()?;
    io::copy(&mut fs_err::File::open(&copy).map_err(wrong)?, &mut stream).map_err(wrong)?;
    stream.finish()
}
