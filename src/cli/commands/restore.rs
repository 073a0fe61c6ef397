//! `store restore`: a backup in the place of the store.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::cli::consent::{self, counted};
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::json::Finished;
use crate::store::{Access, Setback, Store, StoreBackup, StoreError, StoreInfo};

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The backup, which stays as it is
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Show what would be lost, and stop
    #[arg(long)]
    dry_run: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// What is in the place where the backup goes.
enum Present {
    Nothing,
    /// A file that cannot be read as a store.
    Damaged,
    /// A store, and what of it the backup lacks.
    Store(Box<Store>, Setback),
}

/// Does it.
pub(super) fn run(context: &Context, arguments: &Restore) -> Result<Finished, CliError> {
    let Restore { file, dry_run, yes } = arguments;
    let path = context.store_path(&context.config()?)?.value;
    if let (Ok(one), Ok(other)) = (fs_err::canonicalize(file), fs_err::canonicalize(&path))
        && one == other
    {
        return Err(CliError::usage(format!("{} is the store itself", file.display())).hint("name a backup of it"));
    }
    let backup = checked(file)?;
    let held = backup.store().info()?;
    let _lock = if path.exists() { Some(context.lock_at(&path, "store restore")?) } else { None };
    let present = present(&path, &backup)?;
    context.ui.line(format!("{} holds {}.", file.display(), holdings(&held)));
    tell(context, &present)?;
    let (setback, kept) = match &present {
        Present::Nothing => (Setback::default(), None),
        Present::Damaged => (Setback::default(), Some(kept_as(context, &path))),
        Present::Store(_, setback) => (setback.clone(), Some(kept_as(context, &path))),
    };
    let kept = kept.filter(|_| !dry_run);
    if !dry_run {
        let question = format!("Put {} in the place of the store?", file.display());
        consent::ask(context, *yes, "store restore", &question)?;
        replace(&path, &backup, (present, kept.as_deref()))?;
        if let Some(kept) = &kept {
            context.ui.line(format!("kept what was there as {}", kept.display()));
        }
        context.ui.line(format!("restored the store from {}", file.display()));
    }
    Ok(Finished::done()
        .with("dry_run", dry_run)
        .with("input", file)
        .with("plans", &held.plans)
        .with("runs", &held.runs)
        .with("lost_plans", &texts(&setback.plans))
        .with("lost_runs", &texts(&setback.runs))
        .with("older_runs", &texts(&setback.older_runs))
        .with("kept_as", &kept))
}

/// Opens the backup and reads all of it.
fn checked(file: &Path) -> Result<StoreBackup, CliError> {
    const HINT: &str = "the store stays as it was; name another backup";
    let damaged =
        |why: String| CliError::new(Exit::Store, format!("the backup {} is damaged: {why}", file.display())).hint(HINT);
    let backup = StoreBackup::open(file).map_err(|error| match error {
        StoreError::Corrupted(source) => damaged(source.to_string()),
        StoreError::Newer { found, known } => {
            let versions = format!("version {found}, and this gradepush knows versions up to {known}");
            CliError::new(Exit::Store, format!("the backup {} has {versions}", file.display())).hint(HINT)
        }
        StoreError::Foreign { .. } => {
            CliError::new(Exit::Store, format!("{} is no store of gradepush", file.display())).hint(HINT)
        }
        StoreError::CannotOpen { source, .. } => {
            CliError::new(Exit::Store, format!("{} cannot be read: {source}", file.display())).hint(HINT)
        }
        other => other.into(),
    })?;
    match backup.store().check()?.first() {
        None => Ok(backup),
        Some(fault) => Err(damaged(fault.clone())),
    }
}

fn present(path: &Path, backup: &StoreBackup) -> Result<Present, CliError> {
    if !path.exists() {
        return Ok(Present::Nothing);
    }
    let opened = Store::open(path, Access::ReadWrite).and_then(|store| {
        let setback = store.setback(backup)?;
        Ok(Present::Store(Box::new(store), setback))
    });
    match opened {
        Err(StoreError::Corrupted(_)) => Ok(Present::Damaged),
        other => Ok(other?),
    }
}

/// Says what is lost.
fn tell(context: &Context, present: &Present) -> Result<(), CliError> {
    let (store, Setback { plans, runs, older_runs }) = match present {
        Present::Nothing => return Ok(()),
        Present::Damaged => {
            context.ui.warning("the store is damaged, so that nobody can say what of it the backup lacks");
            return Ok(());
        }
        Present::Store(store, setback) => (store, setback),
    };
    let ui = &context.ui;
    if !plans.is_empty() {
        ui.warning(format!("{} lost, which the backup lacks: {}", are(plans.len(), "plan"), texts(plans).join(", ")));
    }
    if !runs.is_empty() {
        ui.warning(format!("{} lost, which the backup lacks: {}", are(runs.len(), "run"), texts(runs).join(", ")));
        ui.note(
            "what those runs wrote stays in Canvas, no undo takes it back, and plans treat it as somebody else's work",
        );
    }
    if !older_runs.is_empty() {
        ui.warning(format!("the backup has an earlier state of {}", texts(older_runs).join(", ")));
        ui.note("after the restore, `gradepush retry` and `gradepush verify` of such a run read Canvas again");
    }
    if let open @ 1.. = store.info()?.open_jobs {
        ui.warning(format!("{} in Canvas may still write, and the backup may not know of it", counted(open, "job")));
    }
    if plans.is_empty() && runs.is_empty() && older_runs.is_empty() {
        ui.line("No plan and no run is lost.");
    }
    Ok(())
}

/// Keeps what is there, and puts the backup in its place.
fn replace(path: &Path, backup: &StoreBackup, (present, kept): (Present, Option<&Path>)) -> Result<(), CliError> {
    let store = match (present, kept) {
        (Present::Store(store, _), Some(kept)) => {
            store.backup(kept)?;
            *store
        }
        (Present::Damaged, Some(kept)) => {
            Store::set_aside(path, kept)?;
            Store::open(path, Access::ReadWrite)?
        }
        (_, _) => Store::open(path, Access::ReadWrite)?,
    };
    Ok(store.restore(backup)?)
}

/// A name beside the store that tells when and why it was kept.
fn kept_as(context: &Context, path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(context.now().strftime(".before-restore-%Y%m%dT%H%M%SZ").to_string());
    PathBuf::from(name)
}

fn holdings(StoreInfo { plans, runs, aliases, bindings, .. }: &StoreInfo) -> String {
    let aliases = if *aliases == 1 { "1 alias".to_owned() } else { format!("{aliases} aliases") };
    format!("{}, {}, {aliases} and {}", counted(*plans, "plan"), counted(*runs, "run"), counted(*bindings, "binding"))
}

/// `1 plan is`, `2 plans are`.
fn are(count: usize, thing: &str) -> String {
    format!("{} {}", counted(count as u64, thing), if count == 1 { "is" } else { "are" })
}

fn texts(ids: &[impl Display]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
