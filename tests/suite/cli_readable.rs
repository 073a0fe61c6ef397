//! What a person can read off the screen: the headline once more, marks in colour, whose column a title is.

use gradepush::sandbox::Options;

use crate::common::intake::home;
use crate::common::{Home, Hosted, term};

/// A plan of more lines than a screen has.
fn long_plan() -> Hosted {
    let (world, sheet, _) = term(1, 20);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    canvas
}

#[test]
fn the_headline_of_a_long_plan_and_run_stands_at_its_end_too() {
    let canvas = long_plan();
    let home = &canvas.home;
    let headlines = |text: &str, start: &str| -> Vec<usize> {
        text.lines().enumerate().filter(|(_, line)| line.starts_with(start)).map(|(place, _)| place).collect()
    };
    let plan = home.run(&["plan", "scores.csv"]).succeeds().stdout;
    let found = headlines(&plan, "Plan P1: ");
    assert!(found.len() == 2 && found[1] - found[0] > 15, "{plan}");
    let lines: Vec<&str> = plan.lines().collect();
    assert_eq!(lines[found[0]], lines[found[1]], "{plan}");
    home.write(
        "short.csv",
        "course_id,assignment_title,score_possible,user_id,score_received\nC-0,Lecture 0,100,s0.1,9\n",
    );
    let short = home.run(&["plan", "short.csv"]).stdout;
    assert_eq!(headlines(&short, "Plan P2: ").len(), 1, "{short}");
}

#[test]
fn a_pipe_has_the_cells_without_people_and_says_how_they_are_shown() {
    let canvas = long_plan();
    let home = &canvas.home;
    let plan = home.run(&["plan", "scores.csv"]).succeeds().stdout;
    assert!(plan.lines().any(|line| line.trim_start().starts_with("+ ") && line.contains("scores.csv:")), "{plan}");
    assert!(!plan.contains("Student 0") && !plan.contains("s0."), "{plan}");
    assert_eq!(plan.matches("--cells shows them").count(), 1, "{plan}");
    let with = home.run(&["plan", "scores.csv", "--cells"]).stdout;
    assert!(with.contains("Student 0") && !with.contains("--cells shows them"), "{with}");
}

#[test]
fn the_marks_of_cells_are_in_colour_where_colours_are_asked_for() {
    let (world, _, rows) = term(1, 4);
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    let header = "course_id,assignment_title,score_possible,user_id,score_received\n";
    let cells = |rows: &[&str]| format!("{header}{}", rows.concat());
    home.write("first.csv", &cells(&["C-0,Lecture 0,100,s0.0,9\n"]));
    home.run(&["push", "first.csv", "--yes", "--use-existing"]).succeeds();
    canvas.sandbox.world(|world| assert!(world.score_count() == 1 && !rows.is_empty()));
    // A change, a new grade, a blocked one and somebody who is nobody.
    let mixed = ["s0.0,10\n", "s0.1,8\n", "s0.2,7x\n", "nobody404,7\n"].map(|row| format!("C-0,Lecture 0,100,{row}"));
    home.write("mixed.csv", &cells(&mixed.each_ref().map(String::as_str)));
    let plain = home.run(&["plan", "mixed.csv", "--use-existing"]).ends_with(4).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let coloured = home.run(&["plan", "mixed.csv", "--use-existing", "--color", "always"]).ends_with(4).stdout;
    for mark in ["~", "+", "!", "?"] {
        assert!(plain.lines().any(|line| line.trim_start().starts_with(&format!("{mark} "))), "{mark}: {plain}");
        let dressed =
            coloured.lines().any(|line| line.starts_with('\u{1b}') && line.contains(&format!("m{mark}\u{1b}[0m ")));
        assert!(dressed, "{mark}: {coloured:?}");
    }
}

#[test]
fn a_title_that_means_another_assignment_says_which() {
    let (home, _served) = home("login");
    home.write("s.csv", "course_id,assignment_title,user_id,score_received\nCHEM-110-F26,quiz one,mreyes,9\n");
    home.run(&["map", "bind", "CHEM-110-F26", "quiz one", "9001", "--by-title"]).succeeds();
    let planned = home.run(&["plan", "s.csv"]).succeeds();
    assert!(planned.stdout.contains("quiz one → Quiz 1 (9001)"), "{}", planned.all());
}

#[test]
fn a_setting_that_is_wrong_on_the_command_line_is_to_be_corrected_there() {
    let home = Home::new();
    for host in ["https://canvas.example.edu/courses/1", "http://canvas.example.edu", "not a host"] {
        let refused = home.run(&["connector", "add", "X", "--canvas", host, "--token-env", "T"]).ends_with(2);
        assert!(refused.stderr.contains("hint: correct it and repeat the command"), "{host}: {}", refused.all());
        assert!(!refused.stderr.contains("in the file") && !home.config().exists(), "{host}: {}", refused.all());
    }
}

#[test]
fn a_column_that_a_layout_names_twice_is_missing_once() {
    let (home, _served) = home("login");
    home.write("n.csv", "Name,Quiz 1\nMarta,9\n");
    home.write("l.toml", "header = [\"Student ID\"]\n[user]\nsis = \"Student ID\"\n[wide]\n");
    let refused = home.run(&["plan", "n.csv", "--layout", "l.toml", "--course", "CHEM-110-F26"]).ends_with(3);
    assert!(refused.stderr.contains("needs the column `Student ID`; the header"), "{}", refused.all());
}
