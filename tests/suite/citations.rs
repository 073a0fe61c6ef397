//! Everything that comments and pages cite exists: sections of the two pages of facts (`canvas-contract §H2`), and
//! promises, headings, commands and codes of the other pages, as in `(design, promise 3)`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::{files_below, read, slashed};

/// The pages of facts, by the name they are cited with.
const FACTS: [&str; 2] = ["canvas-contract", "tegrity-connector"];

/// The pages that are cited by what they name.
const RULES: [&str; 3] = ["design", "cli", "findings"];

fn page(name: &str) -> String {
    read(Path::new(&format!("docs/{name}.md")))
}

/// The citable sections of a page of facts: its headings (`§H2`, `§5`) and the numbered items below them (`§0.3`,
/// `§3.5`).
fn sections(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut heading = String::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")) {
            title.split(['.', ' ']).next().unwrap_or(title).clone_into(&mut heading);
            found.insert(heading.clone());
        } else if let Some((number, _)) = line.split_once(". ")
            && number.parse::<u8>().is_ok()
        {
            found.insert(format!("{heading}.{number}"));
        }
    }
    found
}

/// What can be cited of another page: its headings, its numbered promises, its exit codes, and the first cells of its
/// tables, such as finding codes.
fn names(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut heading = String::new();
    for line in page.lines() {
        if line.starts_with('#') {
            line.trim_start_matches(['#', ' ']).clone_into(&mut heading);
            found.insert(heading.clone());
        } else if let Some(row) = line.strip_prefix("| ") {
            let cell = row.split(" |").next().unwrap_or(row);
            found.insert(if heading == "Exit codes" { format!("exit code {cell}") } else { cell.to_owned() });
        } else if let (Some((number, _)), "Promises") = (line.split_once(". "), heading.as_str()) {
            found.insert(format!("promise {number}"));
        }
    }
    found
}

/// The citations of facts in a text as (line, page, section).
///
/// A page's name is followed by one `§` or a list of them: `canvas-contract §H2, §H4`. Line breaks with their comment
/// marks may come between.
fn cited_facts(text: &str) -> Vec<(usize, &'static str, String)> {
    let mut found = Vec::new();
    for page in FACTS {
        for (start, _) in text.match_indices(page) {
            let line = text[..start].lines().count().max(1);
            let mut rest = &text[start + page.len()..];
            loop {
                rest =
                    rest.trim_start_matches(|between: char| between.is_whitespace() || "`,/()!and".contains(between));
                let Some(behind) = rest.strip_prefix('§') else { break };
                let length =
                    behind.find(|end: char| !end.is_ascii_alphanumeric() && end != '.').unwrap_or(behind.len());
                let section = behind[..length].trim_end_matches('.');
                found.push((line, page, section.to_owned()));
                rest = &behind[length..];
            }
        }
    }
    found
}

/// The prose of a file, line by line: of a page all of it, of code its comments without their marks.
fn prose(file: &Path, text: &str) -> String {
    let is_page = file.extension().is_some_and(|extension| extension == "md");
    let of_line = |line: &str| {
        let line = line.trim_start();
        let comment = ["//!", "///", "//", "--"].iter().find_map(|mark| line.strip_prefix(mark));
        if is_page { line.to_owned() } else { comment.unwrap_or_default().to_owned() }
    };
    text.lines().map(|line| of_line(line) + "\n").collect()
}

/// The citations of rules in prose as (line, page, name): `(design, promises 2 and 3; …)` cites two promises.
fn cited_rules(prose: &str) -> Vec<(usize, String, String)> {
    let citation = Regex::new(r"(?:\(|;\s+)(design|cli|findings),\s+([^();]+)").expect("a pattern");
    let mut found = Vec::new();
    for cited in citation.captures_iter(prose) {
        let line = prose[..cited.get(1).expect("matched").start()].lines().count();
        let name = cited[2].split_whitespace().collect::<Vec<_>>().join(" ");
        let names = match name.strip_prefix("promises ") {
            Some(numbers) => numbers.split(" and ").map(|number| format!("promise {number}")).collect(),
            None => vec![name],
        };
        found.extend(names.into_iter().map(|name| (line, cited[1].to_owned(), name)));
    }
    found
}

/// Every file that cites.
fn citing() -> Vec<PathBuf> {
    let mut files = vec![PathBuf::from("ARCHITECTURE.md"), PathBuf::from("README.md")];
    for (folder, extension) in
        [("src", "rs"), ("src", "html"), ("src", "sql"), ("tests", "rs"), ("fixtures", "md"), ("docs", "md")]
    {
        files.extend(files_below(folder, extension));
    }
    // Its examples cite what does not exist.
    files.retain(|file| !file.ends_with("tests/suite/citations.rs"));
    files
}

#[test]
fn every_cited_section_exists() {
    let sections: BTreeMap<&str, BTreeSet<String>> = FACTS.iter().map(|name| (*name, sections(&page(name)))).collect();
    let mut missing = Vec::new();
    let mut cited = 0;
    for file in citing() {
        let (file_name, text) = (slashed(&file), read(&file));
        // The program prints citations; the tests also look for pieces of them.
        let text = if file.starts_with("tests") { prose(&file, &text) } else { text };
        for (line, name, section) in cited_facts(&text) {
            cited += 1;
            if !sections[name].contains(&section) {
                missing.push(format!("{file_name}:{line}: {name} has no §{section}"));
            }
        }
    }
    assert!(cited > 100, "{cited} citations were found, so the search is broken");
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn every_cited_rule_exists() {
    let names: BTreeMap<&str, BTreeSet<String>> = RULES.iter().map(|name| (*name, names(&page(name)))).collect();
    let mut missing = Vec::new();
    let mut cited = 0;
    for file in citing() {
        let file_name = slashed(&file);
        for (line, page, name) in cited_rules(&prose(&file, &read(&file))) {
            cited += 1;
            if !names[page.as_str()].contains(&name) {
                missing.push(format!("{file_name}:{line}: docs/{page}.md has no {name}"));
            }
        }
    }
    assert!(cited > 40, "{cited} citations were found, so the search is broken");
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_pages_refer_to_sections_of_their_own() {
    for name in FACTS {
        let text = page(name);
        let sections = sections(&text);
        for (start, mark) in text.match_indices('§') {
            let behind = &text[start + mark.len()..];
            let length = behind.find(|end: char| !end.is_ascii_alphanumeric() && end != '.').unwrap_or(behind.len());
            let section = behind[..length].trim_end_matches('.');
            let other_page = FACTS.iter().any(|page| *page != name && text[..start].ends_with(&format!("{page} ")));
            assert!(other_page || sections.contains(section), "{name}.md refers to §{section}, which it does not have");
        }
    }
}

#[test]
fn a_wrong_citation_of_a_section_would_be_found() {
    let text = "x\n/// (`canvas-contract §H2`, §0.12, and §Z9)\n// tegrity-connector\n//! §3.5.";
    let expected = [
        (2, "canvas-contract", "H2"),
        (2, "canvas-contract", "0.12"),
        (2, "canvas-contract", "Z9"),
        (3, "tegrity-connector", "3.5"),
    ];
    let found = cited_facts(text);
    let found: Vec<(usize, &str, &str)> =
        found.iter().map(|(line, page, section)| (*line, *page, section.as_str())).collect();
    assert_eq!(found, expected);
    let contract = sections(&page("canvas-contract"));
    assert!(contract.contains("0.12") && !contract.contains("Z9"));
    let connector = sections(&page("tegrity-connector"));
    assert!(connector.contains("3.5") && !connector.contains("3.13"));
}

#[test]
fn a_wrong_citation_of_a_rule_would_be_found() {
    let code = "call(findings, Item::A);\n/// So it is (design,\n    /// promises 2 and 12; cli,\n    /// `undo`).\n//! (findings, `b`)";
    let found = cited_rules(&prose(Path::new("a.rs"), code));
    let found: Vec<(usize, &str, &str)> =
        found.iter().map(|(line, page, name)| (*line, page.as_str(), name.as_str())).collect();
    let expected =
        [(2, "design", "promise 2"), (2, "design", "promise 12"), (3, "cli", "`undo`"), (5, "findings", "`b`")];
    assert_eq!(found, expected);
    let page =
        names("## Promises\n\n1. **A.**\n\n## Exit codes\n\n| code |\n|---|\n| 9 | x |\n### `undo`\n| `b-c` | row |");
    for name in ["promise 1", "exit code 9", "`undo`", "`b-c`", "Promises"] {
        assert!(page.contains(name), "{name}");
    }
    assert!(!page.contains("promise 2") && !page.contains("exit code 8"));
}
