//! `alias`: decisions made by hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::decisions::{self, COLUMNS, NO_ID, READ, REQUIRED, Reading, Take};
use crate::cli::args::input;
use crate::cli::config::ConfigFile;
use crate::cli::connector::Connector;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::output::{Force, Mark, Outputs, hand_over};
use crate::cli::table;
use crate::cli::values::day;
use crate::domain::{
    Alias, AliasKind, AliasTarget, CourseId, Directory, UserId, UserIdOrigin, WrittenTarget, is_no_id, written_target,
};
use crate::engine;
use crate::scores::{read_rows, write_rows};
use crate::store::{Access, Store};

/// Keep decisions about ids, which come before look-up
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Let an id mean a person or course, or be ignored
    Add {
        /// What the id names: `user` or `course`
        #[arg(value_name = "KIND", value_parser = ["user", "course"])]
        kind: String,
        /// The id as in the sheet
        #[arg(value_name = "FROM")]
        from: String,
        /// The internal Canvas id it means, or `ignore`; several for a course taught in several
        #[arg(required = true, value_name = "CANVAS_ID|ignore")]
        to: Vec<String>,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// Until this day [default: for good]
        #[arg(long, value_name = "DATE", value_parser = day)]
        until: Option<Date>,
    },
    /// Take the decisions that somebody filled in
    Import {
        /// The filled-in file of `resolve --csv` or `alias export`
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Take suggestions of this kind where a line holds no decision and exactly one of its suggestions is of it
        #[arg(long, value_enum, value_name = "KIND")]
        take: Option<Take>,
        /// Show what it would change, and stop
        #[arg(long)]
        dry_run: bool,
    },
    /// Print all decisions as CSV
    Export {
        /// Write to this file [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        force: Force,
    },
    /// List all decisions
    List,
    /// Forget a decision
    Remove {
        /// What the id names: `user` or `course`
        #[arg(value_name = "KIND", value_parser = ["user", "course"])]
        kind: String,
        /// The id as in the sheet
        #[arg(value_name = "FROM")]
        from: String,
    },
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::Add { .. } => "alias add",
            Action::Import { .. } => "alias import",
            Action::Export { .. } => "alias export",
            Action::List => "alias list",
            Action::Remove { .. } => "alias remove",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let host = connector.address.host();
    match &arguments.action {
        Action::Add { kind, from, to, note, until } => {
            let kind = kind_named(kind)?;
            if is_no_id(from) {
                return Err(CliError::usage(NO_ID).hint("give the rows their id in the source"));
            }
            let directory = store.directory(host)?;
            let target = match written_target(&directory, kind, &to.join(" ")).map_err(CliError::usage)? {
                WrittenTarget::Known(target) => target,
                WrittenTarget::Unknown(target, ids) => {
                    let missing = look_up(context, &config, &connector, kind, &ids)?;
                    match missing.first() {
                        Some(id) => return Err(CliError::usage(nowhere(kind, *id)).hint(NOWHERE_HINT)),
                        None => target,
                    }
                }
            };
            let (from, note) = (from.clone(), note.clone());
            let alias = Alias { kind, origin: origin(&connector, kind).to_owned(), from, target, note, until: *until };
            let _lock = context.lock(&store, "alias add")?;
            store.put_aliases(host, std::slice::from_ref(&alias))?;
            let directory = store.directory(host)?;
            context.ui.line(described(&alias, &directory));
            tell_owners(context, &alias, &directory);
            Ok(Finished::done().with("alias", &alias))
        }
        Action::Import { file, take, dry_run } => {
            let import = Import { context, config: &config, connector: &connector, store: &store, take: *take };
            import.run(file, *dry_run)
        }
        Action::Export { output, force } => {
            let mut outputs = Outputs::of(context, force.force);
            let to = outputs.optional("--output", output.as_deref(), Mark::Table(&COLUMNS))?;
            let aliases = store.aliases(host)?;
            let mut text = Vec::new();
            write_rows(&mut text, &COLUMNS, aliases.iter().map(decisions::fields))?;
            hand_over(context, to.as_ref(), &text)?;
            Ok(Finished::done().with("aliases", &aliases).with("output", output))
        }
        Action::List => {
            let (aliases, directory) = (store.aliases(host)?, store.directory(host)?);
            let rows = aliases.iter().map(|alias| {
                let until = alias.until.map_or_else(String::new, |date| date.to_string());
                let means = meaning(alias, &directory);
                [
                    alias.kind.name().to_owned(),
                    alias.origin.clone(),
                    alias.from.clone(),
                    means,
                    until,
                    alias.note.clone(),
                ]
            });
            context.ui.line(table::of(["kind", "origin", "id", "means", "until", "note"], rows));
            Ok(Finished::done().with("aliases", &aliases))
        }
        Action::Remove { kind, from } => {
            let kind = kind_named(kind)?;
            let _lock = context.lock(&store, "alias remove")?;
            if !store.remove_alias(host, kind, origin(&connector, kind), from)? {
                return Err(CliError::usage(format!("there is no alias for the {kind} id `{from}`"))
                    .hint("list them: gradepush alias list"));
            }
            context.ui.line(format!("removed the alias for the {kind} id `{from}`"));
            Ok(Finished::done().with("removed", from))
        }
    }
}

/// An import of decisions.
struct Import<'a> {
    context: &'a Context,
    config: &'a ConfigFile,
    connector: &'a Connector,
    store: &'a Store,
    take: Option<Take>,
}

impl Import<'_> {
    /// All lines or none: half of a file of decisions would be taken for all of it.
    fn run(&self, file: &Path, dry_run: bool) -> Result<Finished, CliError> {
        let Self { context, connector, store, take, .. } = self;
        let name = file.display().to_string();
        let rows = read_rows(input(file), &READ, &REQUIRED)?;
        let host = connector.address.host();
        let directory = store.directory(host)?;
        let reading = Reading { directory: &directory, take: *take, origin: |kind| origin(connector, kind) };
        let decided = decisions::read(&name, &rows, &reading)?;
        self.refuse_nowhere(&name, &decided.unknown)?;
        let directory = if decided.unknown.is_empty() { directory } else { store.directory(host)? };
        let undecided = rows.len() - decided.lines;
        let old: BTreeMap<_, _> = store.aliases(host)?.into_iter().map(|alias| (identity(&alias), alias)).collect();
        let (mut added, mut changed, mut news) = (0, 0, Vec::new());
        for (_, alias) in decided.aliases {
            let (shown, count) = match old.get(&identity(&alias)) {
                None => (format!("+ {}", described(&alias, &directory)), &mut added),
                Some(was) if *was == alias => continue,
                Some(was) => {
                    let before = meaning(was, &directory);
                    (format!("~ {}, until now {before}", described(&alias, &directory)), &mut changed)
                }
            };
            context.ui.line(shown);
            tell_owners(context, &alias, &directory);
            *count += 1;
            news.push(alias);
        }
        if !dry_run {
            let _lock = context.lock(store, "alias import")?;
            store.put_aliases(host, &news)?;
        }
        let verb = if dry_run { "would be" } else { "were" };
        context.ui.line(format!(
            "{added} {verb} added, {changed} changed; {undecided} {} no decision",
            if undecided == 1 { "line holds" } else { "lines hold" }
        ));
        Ok(Finished::done()
            .with("dry_run", &dry_run)
            .with("added", &added)
            .with("changed", &changed)
            .with("undecided", &undecided))
    }

    /// Refuses the first line with an internal id that neither the cache nor Canvas knows.
    fn refuse_nowhere(&self, name: &str, unknown: &[(u32, AliasKind, i64)]) -> Result<(), CliError> {
        let Self { context, config, connector, .. } = self;
        for kind in [AliasKind::Course, AliasKind::User] {
            let ids: Vec<i64> = unknown.iter().filter(|(_, of, _)| *of == kind).map(|(_, _, id)| *id).collect();
            if ids.is_empty() {
                continue;
            }
            let missing = look_up(context, config, connector, kind, &ids)?;
            if let Some((line, _, id)) = unknown.iter().find(|(_, of, id)| *of == kind && missing.contains(id)) {
                return Err(CliError::rejected(format!("{name}:{line}: {}", nowhere(kind, *id))).hint(NOWHERE_HINT));
            }
        }
        Ok(())
    }
}

/// Those of these internal ids that Canvas does not show either.
fn look_up(
    context: &Context,
    config: &ConfigFile,
    connector: &Connector,
    kind: AliasKind,
    ids: &[i64],
) -> Result<Vec<i64>, CliError> {
    let session = context.session(connector, context.open_store(config, Access::ReadWrite)?)?;
    Ok(Context::block_on(engine::look_up_targets(&session, kind, ids))??)
}

fn nowhere(kind: AliasKind, id: i64) -> String {
    let what = match kind {
        AliasKind::User => "person",
        AliasKind::Course => "course",
    };
    format!("no {what} in the cache has the internal id {id}, and Canvas shows none to this token")
}

const NOWHERE_HINT: &str = "take the number from the address in Canvas, or from `gradepush cache find NAME`";

fn identity(alias: &Alias) -> (AliasKind, String, String) {
    (alias.kind, alias.origin.clone(), alias.from.clone())
}

fn kind_named(name: &str) -> Result<AliasKind, CliError> {
    AliasKind::from_name(name).ok_or_else(|| CliError::usage(format!("`{name}` is neither `user` nor `course`")))
}

/// What ids of this kind are for this connector.
fn origin(connector: &Connector, kind: AliasKind) -> &'static str {
    match kind {
        AliasKind::User => connector.user_id_origin.name(),
        AliasKind::Course => connector.course_id_origin.name(),
    }
}

/// Somebody asked for these decisions, so names are always shown (cli, Global).
fn described(alias: &Alias, directory: &Directory) -> String {
    format!("{} {} `{}` means {}", alias.kind, alias.origin, alias.from, meaning(alias, directory))
}

/// Says whose own id it is, where the alias gives it to somebody else.
fn tell_owners(context: &Context, alias: &Alias, directory: &Directory) {
    let (AliasKind::User, AliasTarget::Canvas(ids)) = (alias.kind, &alias.target) else { return };
    let is_internal = alias.origin == UserIdOrigin::Internal.name();
    let by_internal_id = alias.from.parse().ok().filter(|_| is_internal).map(UserId);
    let owners = [
        ("SIS id", directory.users_by_sis(&alias.from)),
        ("login", directory.users_by_login(&alias.from)),
        ("internal id", by_internal_id.as_slice()),
    ];
    for (what, user) in owners.iter().flat_map(|(what, users)| users.iter().map(move |user| (what, user))) {
        if let Some(owner) = directory.user(*user).filter(|_| !ids.contains(&user.0)) {
            let (from, to) = (&alias.from, meaning(alias, directory));
            context.ui.warning(format!(
                "`{from}` is the {what} of {user} ({}): with this alias, rows with it are about {to}",
                owner.name
            ));
        }
    }
}

fn meaning(alias: &Alias, directory: &Directory) -> String {
    let AliasTarget::Canvas(ids) = &alias.target else { return "nothing (ignored)".to_owned() };
    let name = |id: &i64| {
        let name = match alias.kind {
            AliasKind::User => directory.user(UserId(*id)).map(|user| user.name.as_str()),
            AliasKind::Course => directory.course(CourseId(*id)).map(|course| course.name.as_str()),
        };
        format!("{id} ({})", name.unwrap_or("not in the cache"))
    };
    ids.iter().map(name).collect::<Vec<_>>().join(", ")
}
