//! Every section of the two pages of facts that the code cites exists.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{files_below, read, slashed};

/// The pages, by the name they are cited with.
const PAGES: &[&str] = &["canvas-contract", "tegrity-connector"];

/// The citable sections of a page: its headings (`§H2`, `§5`) and the numbered items below them (`§0.3`, `§3.5`).
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

/// The citations of a text as (line, page, section).
///
/// A page's name is followed by one `§` or a list of them: `canvas-contract §H2, §H4`. Line breaks with their comment
/// marks may come between.
fn citations(text: &str) -> Vec<(usize, &'static str, String)> {
    let mut found = Vec::new();
    for page in PAGES {
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
                found.push((line, *page, section.to_owned()));
                rest = &behind[length..];
            }
        }
    }
    found
}

fn page(name: &str) -> BTreeSet<String> {
    sections(&read(Path::new(&format!("docs/{name}.md"))))
}

#[test]
fn every_cited_section_exists() {
    let mut missing = Vec::new();
    let mut cited = 0;
    for extension in ["rs", "md", "html", "sql"] {
        for file in files_below("src", extension) {
            for (line, name, section) in citations(&read(&file)) {
                cited += 1;
                if !page(name).contains(&section) {
                    missing.push(format!("{}:{line}: {name} has no §{section}", slashed(&file)));
                }
            }
        }
    }
    assert!(cited > 0, "no citation was found, so the search is broken");
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_pages_refer_to_sections_of_their_own() {
    for name in PAGES {
        let text = read(Path::new(&format!("docs/{name}.md")));
        let sections = sections(&text);
        for (start, mark) in text.match_indices('§') {
            let behind = &text[start + mark.len()..];
            let length = behind.find(|end: char| !end.is_ascii_alphanumeric() && end != '.').unwrap_or(behind.len());
            let section = behind[..length].trim_end_matches('.');
            let other_page = PAGES.iter().any(|page| page != name && text[..start].ends_with(&format!("{page} ")));
            assert!(other_page || sections.contains(section), "{name}.md refers to §{section}, which it does not have");
        }
    }
}

#[test]
fn a_wrong_citation_would_be_found() {
    let text = "x\n/// (`canvas-contract §H2`, §0.12, and §Z9)\n// tegrity-connector\n//! §3.5.";
    let expected = [
        (2, "canvas-contract", "H2"),
        (2, "canvas-contract", "0.12"),
        (2, "canvas-contract", "Z9"),
        (3, "tegrity-connector", "3.5"),
    ];
    let found = citations(text);
    let found: Vec<(usize, &str, &str)> =
        found.iter().map(|(line, page, section)| (*line, *page, section.as_str())).collect();
    assert_eq!(found, expected);
    assert!(page("canvas-contract").contains("0.12") && !page("canvas-contract").contains("Z9"));
    assert!(page("tegrity-connector").contains("3.5") && !page("tegrity-connector").contains("3.13"));
}
