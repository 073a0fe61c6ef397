//! Holds `src` to its layers: which room may name which other, and which external crates.

use std::fmt;
use std::path::Path;

use crate::rust_paths::{NamedPath, Names, names};
use crate::{files_below, read, repository, slashed};

/// A folder directly under `src`.
struct Room {
    name: &'static str,
    /// The other rooms it may name.
    may_name: &'static [&'static str],
    /// The crates it may name besides those of [`EVERYWHERE`].
    crates: &'static [&'static str],
    /// No files, no clock, no async: it may name neither [`INPUT_AND_OUTPUT`] nor [`WORLD`].
    pure: bool,
}

/// The layers. `ARCHITECTURE.md` explains them.
#[rustfmt::skip]
const ROOMS: &[Room] = &[
    Room { name: "domain",  may_name: &[],                            crates: &["arcstr", "foldhash", "rust_decimal", "strsim", "unicode_normalization"], pure: true },
    Room { name: "limited", may_name: &[],                            crates: &[],                                                  pure: true },
    Room { name: "scores",  may_name: &["domain", "limited"],         crates: &["arcstr", "calamine", "csv", "csv_core", "encoding_rs", "foldhash", "quick_xml", "toml", "zip"], pure: false },
    Room { name: "canvas",  may_name: &["domain", "limited"],            crates: &["csv", "hyper", "reqwest", "rustls", "url", "zip"], pure: false },
    Room { name: "store",   may_name: &["domain", "limited"],            crates: &["flate2", "rusqlite"],                              pure: false },
    Room { name: "engine",  may_name: &["domain", "canvas", "store"], crates: &["rayon"],                                           pure: false },
    Room { name: "report",  may_name: &["domain", "scores"],          crates: &["askama"],                                          pure: true },
    Room { name: "sandbox", may_name: &[],                            crates: &["axum", "csv", "graphql_parser", "toml", "zip"],                      pure: false },
    Room { name: "cli",     may_name: &["domain", "limited", "scores", "canvas", "store", "engine", "report", "sandbox"],
           crates: &["anstream", "anstyle", "clap", "clap_complete", "clap_mangen", "comfy_table", "etcetera", "getrandom",
                     "indicatif", "rpassword", "terminal_size", "textwrap", "toml", "tracing_subscriber", "unicode_width",
                     "whoami"], pure: false },
];

/// Crates that every room may name.
const EVERYWHERE: &[&str] = &["jiff", "secrecy", "serde", "serde_json", "serde_path_to_error", "sha2", "thiserror"];

/// Crates that every room may name, but for the pure ones.
const INPUT_AND_OUTPUT: &[&str] = &["fs_err", "futures_util", "tempfile", "tokio", "tracing"];

/// Paths of the standard library that a pure room may not name.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::UdpSocket",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
];

/// Paths and macros that only `cli` may name: printing, the environment, the end of the process.
const TERMINAL: &[&str] = &[
    "dbg",
    "eprint",
    "eprintln",
    "print",
    "println",
    "std::env",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::process::ExitCode",
    "std::process::abort",
    "std::process::exit",
];

/// A thing of a room that only some files may name.
struct Kept {
    room: &'static str,
    name: &'static str,
    /// How the paths of these files begin.
    files: &'static [&'static str],
    rule: &'static str,
}

/// What keeps planning from writing (design, promise 1).
#[rustfmt::skip]
const KEPT: &[Kept] = &[
    Kept { room: "domain", name: "Shown",   files: &["src/domain/confirmed.rs", "src/domain/mod.rs", "src/cli/"], rule: "only `cli` shows something to a person" },
    Kept { room: "domain", name: "Consent", files: &["src/domain/confirmed.rs", "src/domain/mod.rs", "src/cli/"], rule: "only `cli` asks a person" },
    Kept { room: "canvas", name: "Writer",  files: &["src/canvas/", "src/engine/session.rs", "src/engine/run/", "src/engine/prove/"], rule: "only `run` and `prove` write to Canvas" },
];

/// A name that a file may not name.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    name: String,
    rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: names `{}`, but {}", self.file, self.line, self.name, self.rule)
    }
}

/// What a path leads to.
enum Target {
    /// The crate root itself, through which every room can be reached.
    Root,
    Room(String),
    /// A crate of the manifest or the standard library, with the whole path.
    External(String),
    /// Something of the file's own room.
    Own,
}

/// The modules of a file under `src`, outermost first: `src/canvas/read/page.rs` is `canvas`, `read`, `page`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut modules: Vec<String> = path.split('/').map(str::to_owned).collect();
    if modules.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        modules.pop();
    }
    modules
}

/// Where a path leads, seen from its file; several answers when imports of that name differ.
fn targets(path: &NamedPath, file_module: &[String], names: &Names, dependencies: &[String]) -> Vec<Target> {
    let first = path.segments[0].as_str();
    if path.global {
        return vec![Target::External(path.segments.join("::"))];
    }
    if matches!(first, "crate" | "gradepush" | "self" | "super") {
        let mut at: Vec<String> = Vec::new();
        if matches!(first, "self" | "super") {
            at.extend(file_module.iter().chain(&path.inside).cloned());
        }
        let mut rest = path.segments.as_slice();
        while let Some((step, behind)) =
            rest.split_first().filter(|(step, _)| matches!(step.as_str(), "crate" | "gradepush" | "self" | "super"))
        {
            if step == "super" {
                at.pop();
            }
            rest = behind;
        }
        return match (at.is_empty(), rest.first()) {
            (true, Some(room)) => vec![Target::Room(room.clone())],
            (true, None) => vec![Target::Root],
            (false, _) => vec![Target::Own],
        };
    }
    // A word that is no keyword means what an import of the file made of it, else a module, else a crate.
    if path.imported_as.is_none() && !path.glob {
        let imports: Vec<&NamedPath> = names
            .paths
            .iter()
            .filter(|import| import.imported_as.as_deref() == Some(first) && import.segments != path.segments)
            .collect();
        if !imports.is_empty() {
            let aliased = imports.into_iter().map(|import| {
                let segments = [import.segments.as_slice(), &path.segments[1..]].concat();
                NamedPath { segments, ..import.clone() }
            });
            return aliased.flat_map(|path| targets(&path, file_module, names, dependencies)).collect();
        }
    }
    if path.is_macro && first == "std" {
        return vec![Target::External(path.segments[1..].join("::"))];
    }
    let is_crate = first == "std" || dependencies.iter().any(|dependency| dependency == first);
    if path.is_macro && path.segments.len() == 1 || is_crate && !names.modules.iter().any(|module| module == first) {
        vec![Target::External(path.segments.join("::"))]
    } else {
        vec![Target::Own]
    }
}

/// Whether naming `path` names `forbidden` or something below it.
fn reaches(path: &str, glob: bool, forbidden: &str) -> bool {
    let below = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::"));
    path == forbidden || below(forbidden, path) || glob && below(path, forbidden)
}

/// Names for a message.
fn list(names: &[&str]) -> String {
    if names.is_empty() { String::from("none") } else { format!("only {}", names.join(", ")) }
}

/// The rule a room breaks by naming an external path, if it does.
fn broken_by(room: &Room, path: &str, glob: bool, dependencies: &[String]) -> Option<String> {
    let name = room.name;
    if name != "cli" && TERMINAL.iter().any(|forbidden| reaches(path, glob, forbidden)) {
        return Some(String::from("only `cli` prints, reads the environment or ends the process"));
    }
    if room.pure && WORLD.iter().any(|forbidden| reaches(path, glob, forbidden)) {
        return Some(format!("`{name}` is pure: no files, no sockets, no clock, no threads"));
    }
    let krate = path.split("::").next().unwrap_or(path);
    let allowed = EVERYWHERE.contains(&krate)
        || room.crates.contains(&krate)
        || !room.pure && INPUT_AND_OUTPUT.contains(&krate)
        || !dependencies.iter().any(|dependency| dependency == krate);
    (!allowed).then(|| format!("of the restricted crates `{name}` may name {}", list(room.crates)))
}

/// The rule a file breaks by naming a path of a room, if what it names is kept from it.
fn broken_by_kept(file: &str, room: &str, path: &NamedPath) -> Option<String> {
    let broken = KEPT.iter().find(|kept| {
        // After a type's name comes a variant of it, or something else that only shares the word.
        let is_type = |name: &String| name.starts_with(char::is_uppercase);
        let after_type = path.segments.windows(2).any(|pair| is_type(&pair[0]) && pair[1] == kept.name);
        let names_it = !after_type && path.segments.iter().any(|segment| segment == kept.name);
        // With everything of the room in scope the name alone would do.
        let brings_it_in = path.glob && path.segments.last().is_some_and(|last| last == room);
        kept.room == room && (names_it || brings_it_in) && !kept.files.iter().any(|one| file.starts_with(one))
    })?;
    Some(broken.rule.to_owned())
}

/// All violations in one file, in the order of its lines.
fn check(file: &str, source: &str, dependencies: &[String]) -> Vec<Violation> {
    let module = module_of(file);
    let binary = Room { name: "the binary", may_name: &["cli"], crates: &[], pure: false };
    let library = Room { name: "the crate root", may_name: &[], crates: &[], pure: true };
    let room = match file {
        "src/main.rs" => Some(&binary),
        "src/lib.rs" => Some(&library),
        _ => ROOMS.iter().find(|room| module.first().is_some_and(|first| first == room.name)),
    };
    let Some(room) = room else {
        let rule = String::from("that room is not in the table of tests/suite/layers.rs");
        return vec![Violation { file: file.to_owned(), line: 1, name: module.join("::"), rule }];
    };
    let may_name = |other: &str| other == room.name || room.may_name.contains(&other);
    let named = names(source);
    let mut violations = Vec::new();
    for path in &named.paths {
        for target in targets(path, &module, &named, dependencies) {
            let rule = match target {
                Target::Own => broken_by_kept(file, room.name, path),
                Target::Root => Some(String::from("the crate root leads to every room: name the room")),
                Target::Room(other) if may_name(&other) => broken_by_kept(file, &other, path),
                Target::Room(_) => Some(format!("of the other rooms `{}` may name {}", room.name, list(room.may_name))),
                // The binary hands the exit code of `cli` to the system.
                Target::External(path) if file == "src/main.rs" && path == "std::process::ExitCode" => None,
                Target::External(external) => broken_by(room, &external, path.glob, dependencies),
            };
            if let Some(rule) = rule {
                let name = path.segments.join("::");
                violations.push(Violation { file: file.to_owned(), line: path.line, name, rule });
            }
        }
    }
    violations.dedup();
    violations
}

/// The crates under `[dependencies]` of the manifest, as Rust spells them.
fn dependencies() -> Vec<String> {
    let manifest: toml::Table = read(Path::new("Cargo.toml")).parse().expect("cargo has read it as well");
    let table = manifest["dependencies"].as_table().expect("cargo has read it as well");
    table.keys().map(|name| name.replace('-', "_")).collect()
}

#[test]
fn every_file_keeps_to_its_layer() {
    let dependencies = dependencies();
    let violations: Vec<String> = files_below("src", "rs")
        .iter()
        .flat_map(|file| check(&slashed(file), &read(file), &dependencies))
        .map(|violation| violation.to_string())
        .collect();
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn the_table_names_every_folder_and_nothing_else() {
    let mut folders: Vec<String> = fs_err::read_dir(repository().join("src"))
        .expect("the crate has sources")
        .map(|entry| entry.expect("its entries are readable"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut rooms: Vec<&str> = ROOMS.iter().map(|room| room.name).collect();
    rooms.sort_unstable();
    assert_eq!(folders, rooms, "left: folders under src, right: rooms of the table");
}

#[test]
fn the_table_names_every_dependency_and_nothing_else() {
    let mut named: Vec<&str> = ROOMS.iter().flat_map(|room| room.crates).copied().collect();
    named.extend(EVERYWHERE.iter().chain(INPUT_AND_OUTPUT));
    named.sort_unstable();
    named.dedup();
    let mut dependencies = dependencies();
    dependencies.sort();
    assert_eq!(dependencies, named, "left: dependencies of Cargo.toml, right: crates of the table");
}

#[test]
fn a_forbidden_name_is_caught_with_its_line() {
    for (file, source, expected) in [
        ("src/domain/a.rs", "use crate::store::Store;", (1, "crate::store::Store")),
        ("src/domain/a.rs", "\n\nfn f() { crate::store::open() }", (3, "crate::store::open")),
        ("src/engine/a.rs", "use crate::{domain::A,\n  cli::B};", (2, "crate::cli::B")),
        ("src/engine/a.rs", "use crate::{self};", (1, "crate")),
        ("src/engine/a.rs", "use crate::*;", (1, "crate")),
        ("src/canvas/a.rs", "use super::super::store::X;", (1, "super::super::store::X")),
        ("src/canvas/mod.rs", "use super::store::X;", (1, "super::store::X")),
        (
            "src/canvas/a.rs",
            "mod tests { use super::super::super::sandbox::X; }",
            (1, "super::super::super::sandbox::X"),
        ),
        ("src/canvas/a.rs", "use super::super as root;", (1, "super::super")),
        ("src/canvas/a.rs", "pub(in crate::store) fn f() {}", (1, "crate::store")),
        ("src/canvas/a.rs", "macro_rules! m { () => { $crate::store::X } }", (1, "crate::store::X")),
        ("src/sandbox/a.rs", "use crate::domain::Points;", (1, "crate::domain::Points")),
        ("src/domain/a.rs", "fn f() -> ::rusqlite::Result<()> {}", (1, "rusqlite::Result")),
        ("src/domain/a.rs", "type A = rusqlite::Result<()>;", (1, "rusqlite::Result")),
        ("src/domain/a.rs", "extern crate rusqlite;", (1, "rusqlite")),
        ("src/store/a.rs", "#[derive(clap::Parser)] struct A;", (1, "clap::Parser")),
        ("src/store/a.rs", "#[serde(with = \"rust_decimal::serde::str\")] a: A,", (1, "rust_decimal::serde::str")),
        ("src/domain/a.rs", "use std::{fmt, fs};", (1, "std::fs")),
        ("src/domain/a.rs", "use std::time::*;", (1, "std::time")),
        ("src/domain/a.rs", "use tokio::sync::Mutex;", (1, "tokio::sync::Mutex")),
        ("src/engine/a.rs", "use std::process;\nfn f() { process::exit(1) }", (2, "process::exit")),
        ("src/engine/a.rs", "use std::env as e;\n", (1, "std::env")),
        ("src/engine/a.rs", "fn f() { eprintln!() }", (1, "eprintln")),
        ("src/engine/a.rs", "fn f() { std::println!() }", (1, "std::println")),
        ("src/engine/a.rs", "use crate::domain::{Confirmed,\n Shown};", (2, "crate::domain::Shown")),
        (
            "src/engine/a.rs",
            "fn f() { crate::domain::Shown::with_digest(d) }",
            (1, "crate::domain::Shown::with_digest"),
        ),
        ("src/engine/a.rs", "use crate::domain::*;", (1, "crate::domain")),
        ("src/domain/a.rs", "use super::Consent;", (1, "super::Consent")),
        ("src/engine/plan/a.rs", "use crate::canvas::Writer;", (1, "crate::canvas::Writer")),
        ("src/new/a.rs", "", (1, "new::a")),
        ("src/main.rs", "fn main() { gradepush::engine::push() }", (1, "gradepush::engine::push")),
    ] {
        let found = check(file, source, &dependencies());
        let found: Vec<(usize, &str)> =
            found.iter().map(|violation| (violation.line, violation.name.as_str())).collect();
        assert_eq!(found, [expected], "{file}: {source}");
    }
}

#[test]
fn what_the_table_allows_passes() {
    for (file, source) in [
        ("src/domain/a.rs", "// use crate::store::Store;\n/// [`crate::store`] println!()"),
        ("src/domain/a.rs", "const A: &str = \"use crate::store::Store;\";"),
        ("src/domain/a.rs", "use super::ids::UserId; use crate::domain::Points; use self::b::C; use std::net::IpAddr;"),
        ("src/domain/a.rs", "use serde::{Deserialize, Serialize}; use rust_decimal::Decimal; use std::fmt;"),
        ("src/domain/a/b.rs", "use super::super::Points; mod tests { use super::*; }"),
        ("src/engine/a.rs", "use crate::{canvas::Reader, domain::Plan, store::Store}; use tokio::sync::mpsc;"),
        ("src/report/mod.rs", "mod csv; pub use csv::write; fn f() { csv::write() }"),
        ("src/report/html.rs", "use super::csv; fn f() { csv::write() }"),
        ("src/store/a.rs", "fn f() { let pid = std::process::id(); rusqlite::Connection::open(url) }"),
        ("src/cli/a.rs", "use crate::domain::{Consent, Shown};"),
        ("src/engine/run/a.rs", "use crate::canvas::Writer;"),
        ("src/sandbox/a.rs", "use super::submission_json::Shown;"),
        ("src/domain/a.rs", "fn f() -> CommentForm { CommentForm::Shown }"),
        ("src/cli/a.rs", "use crate::engine::push; fn f() { std::env::args(); }"),
        ("src/main.rs", "use std::process::ExitCode; fn main() -> ExitCode { gradepush::cli::main() }"),
    ] {
        assert_eq!(check(file, source, &dependencies()), Vec::new(), "{file}: {source}");
    }
}

#[test]
fn an_error_names_file_line_name_and_rule() {
    let found = check("src/report/a.rs", "use crate::store::Store;", &dependencies());
    assert_eq!(
        found[0].to_string(),
        "src/report/a.rs:1: names `crate::store::Store`, but of the other rooms `report` may name only domain, scores"
    );
}
