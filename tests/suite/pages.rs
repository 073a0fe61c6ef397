//! The pages tell the truth where a machine can see it: files and headings that they lead to exist, `docs/findings.md`
//! has the program's codes, `docs/cli.md` its commands and flags, and `README.md` its formats.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gradepush::domain::FindingCode;
use gradepush::scores::Format;
use regex::Regex;

use crate::{files_below, read, repository, slashed};

/// All pages of the repository.
fn pages() -> Vec<PathBuf> {
    let mut pages = files_below("docs", "md");
    pages.extend(["ARCHITECTURE.md", "CHANGELOG.md", "README.md"].map(PathBuf::from));
    pages
}

fn matches(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

fn anchors(page: &str) -> BTreeSet<String> {
    page.lines().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for target in matches(r"\]\(([\w./#:-]+)\)", &read(&page)) {
            let (path, heading) = target.split_once('#').unwrap_or((&target, ""));
            if path.starts_with("http") {
                continue;
            }
            let folder = page.parent().unwrap_or(Path::new(""));
            let file = if path.is_empty() { page.clone() } else { folder.join(path) };
            let leads =
                repository().join(&file).is_file() && (heading.is_empty() || anchors(&read(&file)).contains(heading));
            if !leads {
                broken.push(format!("{}: {target}", slashed(&page)));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_file_that_a_page_names_exists() {
    let mut missing = Vec::new();
    for page in pages().into_iter().filter(|page| !page.ends_with("canvas-contract.md")) {
        for path in matches(r"`((?:src|tests|docs|fixtures|\.ci)/[^`\s]*)[^`]*`", &read(&page)) {
            if !repository().join(&path).exists() {
                missing.push(format!("{}: {path}", slashed(&page)));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn the_findings_page_has_every_code_as_the_program_knows_it() {
    let page = read(Path::new("docs/findings.md"));
    let code = Regex::new(r"(?m)^\| `([a-z-]+)` \| (\w+) \| (\w+|–) \|").expect("a pattern");
    let on_page: Vec<(String, String, String)> =
        code.captures_iter(&page).map(|row| (row[1].to_owned(), row[2].to_owned(), row[3].to_owned())).collect();
    let known: Vec<(String, String, String)> = FindingCode::ALL
        .iter()
        .map(|code| {
            let class = code.class().map_or("–", |class| class.name());
            (code.code().to_owned(), code.severity().name().to_owned(), class.to_owned())
        })
        .collect();
    assert_eq!(on_page, known, "left: docs/findings.md, right: the program (code, severity, class), in this order");
}

/// The commands and long flags of a command and everything below it.
fn collect(command: &clap::Command, path: &str, commands: &mut BTreeSet<String>, flags: &mut BTreeSet<String>) {
    flags.extend(command.get_arguments().filter_map(clap::Arg::get_long).map(str::to_owned));
    for inner in command.get_subcommands() {
        let path = format!("{path}{}", inner.get_name());
        collect(inner, &format!("{path} "), commands, flags);
        commands.insert(path);
    }
}

#[test]
fn the_command_line_page_has_every_command_and_flag_and_no_other() {
    let (mut commands, mut flags) = (BTreeSet::new(), BTreeSet::from(["help", "version"].map(str::to_owned)));
    collect(&gradepush::cli::command(), "", &mut commands, &mut flags);
    let page = read(Path::new("docs/cli.md"));
    let missing: Vec<&String> = commands.iter().filter(|command| !page.contains(&format!("`{command}"))).collect();
    assert!(missing.is_empty(), "docs/cli.md lacks the commands {missing:?}");
    let on_page = matches(r"--([a-z][a-z-]*)", &page);
    let missing: Vec<&String> = flags.difference(&on_page).collect();
    assert!(missing.is_empty(), "docs/cli.md lacks the flags {missing:?}");
    let unknown: Vec<&String> = on_page.difference(&flags).collect();
    assert!(unknown.is_empty(), "docs/cli.md names flags that do not exist: {unknown:?}");
}

#[test]
fn the_readme_lists_every_format() {
    let page = read(Path::new("README.md"));
    let names = Format::ALL.iter().map(|format| format.name());
    let missing: Vec<&str> = names.filter(|name| !page.contains(&format!("| `{name}` |"))).collect();
    assert!(missing.is_empty(), "README.md lacks the formats {missing:?}");
}
