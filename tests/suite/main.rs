//! The one integration test binary: each module tests one area from outside.

mod citations;
mod cli_account;
mod cli_completions;
mod cli_connectors;
mod cli_dry_run;
mod cli_files;
mod cli_first_steps;
mod cli_gradebook;
mod cli_guards;
mod cli_identity;
mod cli_init;
mod cli_intake;
mod cli_intake_identity;
mod cli_intake_kinds;
mod cli_intake_names;
mod cli_intake_notes;
mod cli_intake_numbers;
mod cli_intake_pushed;
mod cli_intake_shapes;
mod cli_intake_sheets;
mod cli_intake_words;
mod cli_kills;
mod cli_latest;
mod cli_main_line;
mod cli_output;
mod cli_outputs;
mod cli_pasted_tokens;
mod cli_prove;
mod cli_push_options;
mod cli_readable;
mod cli_reference;
mod cli_refusals;
mod cli_replacing;
mod cli_restore;
mod cli_runs;
mod cli_sandbox;
mod cli_sandbox_access;
mod cli_selection;
mod cli_store_trouble;
mod cli_stored;
mod cli_sync_killed;
mod cli_terms;
mod cli_unreachable;
mod cli_untitled;
mod client;
mod client_carrier;
mod client_endpoints;
mod client_faults;
mod client_fixtures;
mod client_in_process;
mod client_network;
mod client_pages;
mod client_properties;
mod client_retry;
mod client_scopes;
mod client_tls;
mod common;
mod confirmed;
mod engine;
mod house_rules;
mod layers;
mod loopback;
mod narrowing;
mod pages;
mod recorded;
mod report;
mod report_browser;
mod report_world;
mod rust_lexemes;
mod rust_paths;
mod sandbox_assignments;
mod sandbox_bulk;
mod sandbox_comments;
mod sandbox_course_rules;
mod sandbox_effects;
mod sandbox_errors;
mod sandbox_faults;
mod sandbox_grades;
mod sandbox_graphql;
mod sandbox_ids;
mod sandbox_jobs;
mod sandbox_outcomes;
mod sandbox_pages;
mod sandbox_posting;
mod sandbox_reading;
mod sandbox_reports;
mod sandbox_rig;
mod sandbox_rows;
mod sandbox_serving;
mod sandbox_traces;
mod scores;
mod scores_accounts;
mod scores_formats;
mod scores_fuzz;
mod simulation;
mod store;

use std::path::{Path, PathBuf};

use rust_lexemes::{Lexeme, lexemes};

/// The folder of the manifest, where `src` and `tests` are.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of an extension below a folder of the repository, as paths relative to the repository, sorted.
fn files_below(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder).expect("the folder is part of the repository") {
            let path = entry.expect("its entries are readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path.strip_prefix(repository()).expect("it was found below the repository").to_owned());
            }
        }
    }
    found.sort();
    found
}

/// The text of a file of the repository, with `\n` line ends whatever the checkout made of them.
fn read(relative: &Path) -> String {
    fs_err::read_to_string(repository().join(relative)).expect("the file is UTF-8 text").replace("\r\n", "\n")
}

/// A path with `/` on every system, for messages and tables.
fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[test]
fn every_file_that_people_sent_is_tried() {
    let tests: String = files_below("tests/suite", "rs").iter().map(|path| read(path)).collect();
    let kinds = ["csv", "xlsx", "toml"].map(|extension| files_below("fixtures/intake", extension));
    let untried: Vec<PathBuf> = kinds
        .into_iter()
        .flatten()
        .filter(|path| !tests.contains(&format!("{}\"", path.file_name().expect("a name").to_string_lossy())))
        .collect();
    assert_eq!(untried, Vec::<PathBuf>::new(), "no test uses these files");
}

#[test]
fn every_file_here_is_listed_above() {
    let lexemes = lexemes(&read(Path::new("tests/suite/main.rs")));
    let listed: Vec<&str> = lexemes
        .windows(2)
        .filter_map(|pair| match (&pair[0].lexeme, &pair[1].lexeme) {
            (Lexeme::Word(keyword), Lexeme::Word(module)) if keyword == "mod" => Some(module.as_str()),
            _ => None,
        })
        .collect();
    for entry in fs_err::read_dir(repository().join("tests/suite")).expect("this file is in it") {
        let path = entry.expect("its entries are readable").path();
        let module = path.file_stem().expect("entries have names").to_string_lossy().into_owned();
        let is_module = path.extension().is_some_and(|extension| extension == "rs") || path.join("mod.rs").exists();
        assert!(
            !is_module || module == "main" || listed.contains(&module.as_str()),
            "tests/suite/main.rs does not say `mod {module};`, so its tests never run"
        );
    }
    let binaries: Vec<PathBuf> =
        files_below("tests", "rs").into_iter().filter(|file| file.components().count() == 2).collect();
    assert_eq!(
        binaries,
        Vec::<PathBuf>::new(),
        "a file directly in tests/ is a binary of its own: put it in tests/suite/"
    );
}
