//! Reports of plans and runs: what an administrator reads, what a machine reads, and what is given back to mend.

use std::collections::BTreeMap;

use gradepush::domain::{CellClass, Finding, FindingCode, Outcome, PlanCounts};
use gradepush::report::{FailedScores, HtmlCells, ReportCourse, ReportPart, Summary, finding_json};

use regex::Regex;
use serde_json::json;

use crate::report_world::{ATTACK, World, large_plan, replacing_plan, small_plan};

fn small_run() -> World {
    small_plan().executed(|number| Outcome::ALL[number % Outcome::ALL.len()])
}

/// How many rows of the table of cells have this status.
fn rows(html: &str, status: &str) -> usize {
    html.matches(&format!("<tr class={status}>")).count()
}

#[test]
fn every_cell_of_a_plan_has_one_row_with_its_class() {
    let world = small_plan();
    let html = world.html(HtmlCells::Auto);
    for class in CellClass::ALL {
        assert_eq!(rows(&html, class.name()) as u64, world.header.counts.class(class), "{class:?}");
    }
    assert!(world.header.counts.class(CellClass::Clear) > 0, "the small plan has every class");
}

#[test]
fn every_cell_of_a_run_has_one_row_with_its_outcome() {
    let world = small_run();
    let html = world.html(HtmlCells::Auto);
    for outcome in Outcome::ALL {
        assert_eq!(rows(&html, outcome.name()), 1, "{outcome:?}");
    }
    for class in [CellClass::Conflict, CellClass::Blocked, CellClass::Kept, CellClass::Unchanged] {
        assert_eq!(rows(&html, class.name()), 1, "{class:?}");
    }
    for text in [
        "graded by somebody after the plan was made",
        "0b6e1c7a-4f52-4d8e-9a31-000000000000",
        "86 requests, 2 waits for Canvas (3.4 s)",
        "(3 min 5 s)",
        "replaced 4.5 by <bdi>user 77</bdi> of 2026-05-18 10:20:30 -0400",
        "gradepush retry R3",
        "comment sent",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn the_head_names_plan_digest_host_person_time_and_source() {
    let world = small_plan();
    let html = world.html(HtmlCells::Auto);
    let header = &world.header;
    for text in [
        "Plan P17",
        "canvas.example.edu",
        "Robin Okafor",
        "2026-05-18 10:03:00 -04:00",
        "exports/scores.csv",
        "--only-raise",
        &header.digest,
        &header.plan.sources[0].sha256,
        "4 to set, 1 to change, 1 to clear, 1 unchanged, 1 kept, 1 conflict held, 1 blocked, 2 unresolved",
        "13 rows of the sheet = 12 cells + 1 repeated row",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn a_plan_that_cannot_be_pushed_says_so_first() {
    let mut world = small_plan();
    assert!(world.html(HtmlCells::Auto).contains("Ready for review."));
    let stop = Finding::new(FindingCode::WrongOrigin, "3 of 90 resolve as logins, 88 as SIS ids");
    world.header.findings.push(stop);
    assert!(world.html(HtmlCells::Auto).contains("This plan cannot be pushed until one finding is mended"));
}

/// What stands at the top of the page, before the findings.
fn top(html: &str) -> &str {
    let body = html.split_once("</style>").expect("a style").1;
    body.split_once("<section id=\"findings\"").expect("the findings").0
}

#[test]
fn whose_work_is_held_is_said_at_the_top_with_a_link_and_the_command_to_push() {
    let html = small_plan().html(HtmlCells::Auto);
    let top = top(&html);
    for text in [
        "<bdi>O’Neil, Kit</bdi> <i>u00003</i>",
        "<bdi>Okonkwo, Ada, 2026-05-02 11:04:05 -0400</bdi>",
        "href=\"https://canvas.example.edu/courses/501/gradebook/speed_grader?assignment_id=9001&#38;student_id=7003\"",
        "conflict <code>grade-by-other</code>",
        "<code class=\"copy\">gradepush push P17</code>",
        "<code class=\"copy\">gradepush push P17 --yes</code>",
        "Reviewed by",
    ] {
        assert!(top.contains(text), "{text}");
    }
    assert!(!top.contains("replace"), "nothing is replaced");
}

#[test]
fn whose_work_is_replaced_is_said_first() {
    let world = replacing_plan();
    assert_eq!(world.header.counts.released.others_work(), 1);
    let html = world.html(HtmlCells::Auto);
    let plan = top(&html);
    for text in [
        "1 of them replaces other people&#39;s work (grade-by-other)",
        "<p class=\"verdict bad\">",
        "replace other people&#39;s work in 1 cell.",
        "<p class=\"alarm\">A push replaces other people&#39;s work in 1 cell.</p>",
        "<bdi>user 607, 2026-05-02 11:04:05 -0400</bdi>",
        "<b>replaces their work</b> <code>grade-by-other</code>",
        "gradepush push P17</code>, which asks for the number 1.",
        "<code class=\"copy\">gradepush push P17 --yes --replacing 1</code>",
    ] {
        assert!(plan.contains(text), "{text}: {plan}");
    }
    let run = replacing_plan().executed(|_| Outcome::Written);
    let html = run.html(HtmlCells::Auto);
    for text in ["1 written cell held other people&#39;s work, which was replaced", "<b>replaced their work</b>"] {
        assert!(top(&html).contains(text), "{text}");
    }
    assert!(!html.contains("gradepush push P17"), "it was pushed");
    let pending = replacing_plan().executed(|_| Outcome::Pending).html(HtmlCells::Auto);
    assert!(!pending.contains("replaced their work"), "nothing was written yet");
}

#[test]
fn a_plan_that_cannot_be_pushed_gives_no_command() {
    let mut world = small_plan();
    world.header.findings.push(Finding::new(FindingCode::WrongOrigin, "3 of 90 resolve as logins, 88 as SIS ids"));
    let html = world.html(HtmlCells::Auto);
    assert!(!html.contains("gradepush push P17"));
    assert!(
        top(&html).contains("<a href=\"#findings\">wrong-origin</a> Use the kind of id under which the ids resolve")
    );
}

#[test]
fn names_stand_apart_from_the_text_around_them() {
    let world = small_run();
    let html = world.html(HtmlCells::Auto);
    let bare = Regex::new("<bdi>[^<]*</bdi>").expect("a pattern").replace_all(&html, "");
    for name in ["Sørensen, Ana", "O’Neil, Kit", "王, 小明", "de Vries, Anneke", "Robin Okafor", "Okonkwo, Ada"] {
        assert!(html.contains(name) && !bare.contains(name), "{name}");
    }
}

#[test]
fn a_value_that_was_not_looked_at_stands_as_it_was_sent() {
    let html = small_plan().html(HtmlCells::Auto);
    assert!(html.contains("<td>eight<td>") && !html.contains('“'), "no quotation marks around it");
}

#[test]
fn a_hostile_name_is_just_a_name() {
    for world in [small_plan(), small_run()] {
        let html = world.html(HtmlCells::Auto);
        assert!(!html.contains("<img"), "an element came from data");
        assert!(!html.contains(ATTACK));
        assert!(html.contains("&#60;img src=x onerror=&#34;document.title=&#39;owned&#39;&#34;&#62;"));
        assert!(!html.contains("<b>soon"), "a comment is text");
        assert!(html.contains("Biology &#38; Life &#60;1&#62;"));
    }
}

#[test]
fn the_page_needs_nothing_but_itself() {
    // A link to a cell in Canvas asks for nothing until somebody follows it.
    let link = Regex::new(r#" href="https://canvas\.example\.edu/courses/[^"]*""#).expect("a pattern");
    let html = small_run().html(HtmlCells::Auto);
    let html = link.replace_all(&html, "");
    for outside in ["http://", "https://", "<script src", "<link", "@import", "url(", "<iframe", "<img"] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn headings_tables_and_controls_are_labelled() {
    let html = small_plan().html(HtmlCells::Auto);
    assert_eq!(html.matches("<table").count(), html.matches("<caption").count(), "each table has a caption");
    assert_eq!(html.matches("<h1").count(), 1);
    for landmark in ["<header", "<nav aria-label", "<main", "<footer", "<html lang=\"en\">"] {
        assert_eq!(html.matches(landmark).count(), 1, "{landmark}");
    }
    for svg in html.split("<svg").skip(1) {
        let tag = &svg[..svg.find('>').expect("a tag ends")];
        assert!(tag.contains("aria-label") || tag.contains("aria-hidden"), "{tag}");
    }
    assert!(!html.contains("<th>") && !html.contains("<th class"), "each heading has a scope");
}

#[test]
fn above_fifty_thousand_cells_the_urgent_ones_get_the_rows() {
    let mut world = large_plan(30, 200, 12);
    let counts = world.header.counts;
    assert_eq!(counts.cells, 72_000);
    let html = world.html(HtmlCells::Auto);
    let shown = |status| rows(&html, status) as u64;
    assert_eq!(shown("conflict"), counts.conflict);
    assert_eq!(shown("blocked"), counts.blocked);
    assert_eq!(shown("change"), counts.change);
    assert_eq!(shown("unchanged"), 0);
    assert_eq!(shown("set"), 50_000 - counts.conflict - counts.blocked - counts.change);
    assert!(html.contains("50,000 of 72,000 cells have a row here"));
    assert!(html.contains("<code>gradepush show P17 --csv FILE</code> writes every cell."));
    assert!(html.len() < 15_000_000, "{} bytes", html.len());
    world.header.csv_name = Some("term.csv".to_owned());
    assert!(world.html(HtmlCells::Auto).contains("Every cell is in term.csv."));
    let all = world.html(HtmlCells::All);
    assert_eq!(all.matches("<tr class=").count() as u64, 72_000);
    assert!(!all.contains("have a row here"));
}

#[test]
fn the_csv_holds_every_cell_and_every_character() {
    let world = small_run();
    let bytes = world.csv();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let records: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().expect("valid CSV");
    assert_eq!(records.len() as u64, world.header.counts.cells);
    let of_line = |line: &str| {
        let source = format!("scores.csv:{line}");
        records.iter().find(|record| record["source"] == source).expect("each row of the sheet is in the CSV")
    };
    assert_eq!(of_line("12")["comment"], "well done, \"Ana\"\nsee you, <b>soon</b>");
    assert_eq!(of_line("3")["student"], ATTACK);
    assert_eq!(of_line("3")["assignment_id_sent"], "00697");
    let held = of_line("13");
    assert_eq!((held["class"].as_str(), held["outcome"].as_str()), ("set", "held"));
    assert_eq!((held["old"].as_str(), held["new"].as_str(), held["canvas_shows"].as_str()), ("", "11", "3"));
    assert_eq!(of_line("12")["lost_value"], "4.5");
    assert_eq!(of_line("4")["codes"], "grade-by-other");
    let whose = ["work_by", "work_by_name", "work_at", "released"].map(|key| of_line("4")[key].clone());
    assert_eq!(whose, ["606", "Okonkwo, Ada", "2026-05-02T15:04:05Z", ""]);
    let url = "https://canvas.example.edu/courses/501/gradebook/speed_grader?assignment_id=9001&student_id=7003";
    assert_eq!((of_line("4")["canvas_url"].as_str(), of_line("12")["canvas_url"].as_str()), (url, ""));
    assert_eq!(of_line("4")["outcome"], "");
    assert_eq!(of_line("17")["course_id"], "");
    assert_eq!(of_line("17")["course_id_sent"], "2026S-BTO-101");
    let classes = |class: CellClass| records.iter().filter(|record| record["class"] == class.name()).count() as u64;
    for class in CellClass::ALL {
        assert_eq!(classes(class), world.header.counts.class(class), "{class:?}");
    }
}

fn failed_lines(world: &World) -> Vec<u32> {
    let mut failed = FailedScores::new(&world.header);
    world.report_parts().for_each(|part| failed.part(&part));
    failed.finish().0.scores.iter().map(|score| score.source.line).collect()
}

#[test]
fn what_was_not_written_comes_back_as_a_sheet() {
    assert_eq!(failed_lines(&small_plan()), [17, 4, 6, 7], "conflict, blocked and unresolved");
    let all_written = small_plan().executed(|_| Outcome::Written);
    assert_eq!(failed_lines(&all_written), [17, 4, 6, 7]);
    // The planned cells are those of lines 3, 12, 13, 14, 15, 16; line 14 is a clearing, which no sheet can ask for.
    assert_eq!(failed_lines(&small_run()), [17, 4, 6, 7, 13, 15, 16]);
}

#[test]
fn what_comes_back_keeps_ids_values_items_and_comments() {
    let world = small_plan().executed(|_| Outcome::Rejected);
    let mut failed = FailedScores::new(&world.header);
    world.report_parts().for_each(|part| failed.part(&part));
    let (sheet, _) = failed.finish();
    assert_eq!(sheet.columns.len(), 4);
    let score = sheet.scores.iter().find(|score| score.source.line == 12).expect("it was rejected");
    assert_eq!((sheet.sent_user(score).id, &*score.received), ("u00001", "8.5"));
    assert_eq!(score.comment(), Some("well done, \"Ana\"\nsee you, <b>soon</b>"));
    let (item, _) = sheet.column(score).item.as_ref().expect("the item was sent");
    assert_eq!((&*item.title, &*item.category), ("Lecture 2: \"walls\"", "Recordings"));
    assert_eq!(sheet.column(score).key.assignment.to_string(), "hCeq1");
}

#[test]
fn the_summary_is_short_and_names_no_student() {
    for world in [small_plan(), small_run(), large_plan(40, 3, 2)] {
        let mut summary = Summary::new(&world.header);
        world.report_parts().for_each(|part| summary.course(&ReportCourse::of(&part)));
        let text = summary.finish();
        assert!(text.lines().count() <= 40, "{text}");
        for student in world.parts.iter().flat_map(|part| &part.students) {
            assert!(!text.contains(student.name.as_deref().expect("named")), "{text}");
            assert!(!text.contains(&*student.sent_id), "{text}");
        }
    }
    let world = small_run();
    let mut summary = Summary::new(&world.header);
    world.report_parts().for_each(|part| summary.course(&ReportCourse::of(&part)));
    insta::assert_snapshot!(summary.finish());
}

#[test]
fn a_finding_has_the_keys_of_the_reference() {
    let world = small_plan();
    let finding = &world.parts[1].findings[0];
    let expected = json!({
        "code": "grade-by-other",
        "severity": "row",
        "message": "one cell is graded by somebody else",
        "hint": "look at the cell in Canvas; `--overwrite grade-by-other` replaces it",
        "sources": [{"file": "exports/scores.csv", "line": 4}],
        "course": 501,
        "assignment": 9001,
        "student": 7003,
        "cells": 1,
        "by": 606,
        "at": "2026-05-02T15:04:05Z",
        "url": "https://canvas.example.edu/courses/501/gradebook/speed_grader?assignment_id=9001&student_id=7003",
    });
    assert_eq!(finding_json(finding, &world.header.plan.sources, Some(&world.header.plan)), expected);
}

#[test]
fn counts_serialise_under_the_keys_of_the_reference() {
    let counts = serde_json::to_value(PlanCounts::default()).expect("an object");
    let keys: Vec<_> = counts.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = [
        "rows",
        "absent",
        "merged",
        "ignored",
        "cells",
        "create_assignments",
        "set",
        "change",
        "excuse",
        "clear",
        "unchanged",
        "kept",
        "conflict",
        "blocked",
        "unresolved",
        "released",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn a_plan_of_nothing_is_still_a_page() {
    let mut world = small_plan();
    world.parts.clear();
    world.header.counts = PlanCounts::default();
    world.header.findings.clear();
    let html = world.html(HtmlCells::Auto);
    assert!(html.contains("Nothing to do."));
    assert!(html.ends_with("</html>\n") || html.ends_with("</html>"));
}

#[test]
fn the_page_of_the_small_plan() {
    let html = small_plan().html(HtmlCells::Auto);
    let body = html.split_once("</style>").expect("a style").1.split_once("<script").expect("a script").0;
    insta::assert_snapshot!(body);
}

#[test]
fn a_planned_cell_without_a_record_is_pending() {
    let world = small_run();
    let records = BTreeMap::new();
    let part = ReportPart { part: &world.parts[1], records: Some(&records), names: None };
    let course = ReportCourse::of(&part);
    assert_eq!(course.run.expect("it is a run").pending, course.totals.counts.planned());
}
