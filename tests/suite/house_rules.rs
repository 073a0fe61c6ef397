//! The rules on source files that no lint knows.

use crate::rust_lexemes::{Lexeme, lexemes};
use crate::{files_below, read, slashed};

/// The most lines a Rust file may have.
const LONGEST_FILE: usize = 450;

/// What a `mod.rs` may not hold: it documents, declares and re-exports.
const ITEMS: &[&str] = &["const", "enum", "fn", "impl", "macro_rules", "static", "struct", "trait", "type"];

/// The items in a `mod.rs`, with their lines.
fn items(source: &str) -> Vec<(usize, String)> {
    let found = lexemes(source).into_iter().filter_map(|located| match located.lexeme {
        Lexeme::Word(word) if ITEMS.contains(&word.as_str()) => Some((located.line, word)),
        _ => None,
    });
    found.collect()
}

#[test]
fn no_file_is_too_long() {
    let files = ["src", "tests"].into_iter().flat_map(|folder| files_below(folder, "rs"));
    let too_long: Vec<String> = files
        .map(|file| (read(&file).lines().count(), slashed(&file)))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .map(|(lines, file)| format!("{file} has {lines} lines"))
        .collect();
    assert!(too_long.is_empty(), "{LONGEST_FILE} lines are the most:\n{}", too_long.join("\n"));
}

#[test]
fn a_mod_file_only_declares() {
    // `cli::main` is the way into the library, so it stands at the top of its room.
    for file in files_below("src", "rs").into_iter().filter(|file| file.ends_with("mod.rs")) {
        let file_name = slashed(&file);
        let items = items(&read(&file));
        assert!(
            file_name == "src/cli/mod.rs" || items.is_empty(),
            "{file_name} holds items (line, kind): {items:?}; give them a file of their own"
        );
    }
    assert_eq!(items("//! fn\nmod a;\npub use a::B;\n#[cfg(test)]\nmod tests;"), []);
    assert_eq!(items("mod a;\nfn f() {}"), [(2, String::from("fn"))]);
}

#[test]
fn sources_hold_no_marks_of_unfinished_work() {
    for folder in ["src", "tests"] {
        for file in files_below(folder, "rs") {
            for (number, line) in read(&file).lines().enumerate() {
                for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
                    assert!(!line.contains(mark), "{}:{}: {mark}", slashed(&file), number + 1);
                }
            }
        }
    }
}
