//! From nothing to the first push: what the program says when it is asked for nothing, the switch for existing
//! assignments, and commands in messages that work as they stand.

use gradepush::sandbox::{DEMO_TOKEN, NewAssignment, Options, Role, World};
use serde_json::Value;

use crate::common::{Home, Hosted};

/// A course `C-0` with the assignment `Lecture 1` of 10 points and a student, and a sheet that names it.
fn lecture() -> (World, &'static str) {
    let mut world = World::with_admin(DEMO_TOKEN);
    let course = world.add_course("Biology", Some("C-0"));
    let name = "Lecture 1".to_owned();
    world.add_assignment(course, NewAssignment { name, points_possible: Some(10.0), ..NewAssignment::default() });
    let student = world.add_user("Ada Okafor");
    world.add_login(student, "aokafor", None);
    world.enroll(course, student, Role::Student);
    (world, "course_id,assignment_title,user_id,score_received\nC-0,Lecture 1,aokafor,8.5\n")
}

/// A synced home of that course, whose connector was told nothing of existing assignments.
fn untold() -> Hosted {
    let (world, sheet) = lecture();
    let hosted = Hosted::of(world, Options::default());
    hosted.home.run(&["connector", "edit", "Tegrity", "--use-existing-assignments=false"]).succeeds();
    hosted.home.write("scores.csv", sheet);
    hosted
}

fn set(planned: &Value) -> (&Value, &Value) {
    (&planned["counts"]["set"], &planned["counts"]["blocked"])
}

#[test]
fn an_assignment_of_the_name_is_named_with_the_commands_that_write_into_it() {
    let hosted = untold();
    let home = &hosted.home;
    let ran = home.run(&["plan", "scores.csv"]).ends_with(4);
    let id = hosted.sandbox.world(|world| {
        let course = world.course_by_sis_id("C-0").expect("the course");
        world.assignments_of(course)[0].0
    });
    let bind = format!("gradepush map bind C-0 'Lecture 1' {id} --by-title");
    for part in [
        format!("Lecture 1: the course has an assignment of this name ({id}, 10 points possible)"),
        "plan again with `--use-existing`".to_owned(),
        format!("`{bind}`"),
        "beside it, a new one needs points".to_owned(),
    ] {
        assert!(ran.stdout.contains(&part), "{part}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("no assignment"), "one of its name exists: {}", ran.stdout);

    let planned = home.run(&["plan", "scores.csv", "--use-existing", "--json"]).succeeds().result();
    assert_eq!(set(&planned), (&1.into(), &0.into()), "{planned}");
    let pushed = home.run(&["push", "scores.csv", "--use-existing", "--yes", "--json"]).succeeds().result();
    assert_eq!(pushed["counts"]["written"], 1, "{pushed}");

    let bound = untold();
    bound.home.run(&["map", "bind", "C-0", "Lecture 1", &id.to_string(), "--by-title"]).succeeds();
    let planned = bound.home.run(&["plan", "scores.csv", "--json"]).succeeds().result();
    assert_eq!(set(&planned), (&1.into(), &0.into()), "{planned}");
}

#[test]
fn the_flags_decide_over_the_connector_and_a_course_over_the_flags() {
    let (world, sheet) = lecture();
    let hosted = Hosted::of(world, Options::default());
    let home = &hosted.home;
    home.write("scores.csv", sheet);
    home.write("courses.csv", "course_id,use_existing\nC-0,yes\n");
    for (flags, expected) in
        [(vec![], 1), (vec!["--no-use-existing"], 0), (vec!["--no-use-existing", "--courses", "courses.csv"], 1)]
    {
        let planned = home.run(&[&["plan", "scores.csv", "--json"], &flags[..]].concat()).result();
        assert_eq!(planned["counts"]["set"], expected, "{flags:?}: {planned}");
    }
    home.run(&["plan", "scores.csv", "--use-existing", "--no-use-existing"]).ends_with(2);
}

#[test]
fn the_connector_of_the_environment_can_use_existing_assignments_too() {
    let hosted = untold();
    let canvas = fs_err::read_to_string(hosted.home.config()).expect("the configuration");
    let canvas = canvas.lines().find_map(|line| line.strip_prefix("canvas = ")).expect("an address").replace('"', "");
    let home = Home::new().with("CANVAS_BASE_URL", &canvas).with("CANVAS_API_TOKEN", DEMO_TOKEN);
    let origins = ["--user-id-origin", "login", "--course-id-origin", "sis"];
    home.write("scores.csv", lecture().1);
    home.run(&[&["sync", "--source", "rest"], &origins[..]].concat()).succeeds();
    let planned = home.run(&[&["plan", "scores.csv", "--use-existing", "--json"], &origins[..]].concat()).succeeds();
    assert_eq!(planned.result()["counts"]["set"], 1);
    let tested = home.run(&[&["connector", "test"], &origins[..]].concat()).succeeds();
    assert!(!tested.stdout.contains("connector edit"), "it cannot be edited: {}", tested.stdout);
}

#[test]
fn without_a_command_the_next_one_is_said() {
    let hosted = untold();
    let home = &hosted.home;
    let next = |home: &Home| {
        let ran = home.run(&[]).succeeds();
        let machine = home.run(&["--json"]).succeeds().result();
        let command = machine["next"].as_str().expect("a command").to_owned();
        assert!(ran.stdout.contains(&format!("Next: {command}\n")), "{}", ran.all());
        assert!(ran.stdout.lines().count() < 8, "it is short: {}", ran.stdout);
        command
    };
    let nowhere = Home::new();
    assert_eq!(next(&nowhere), "gradepush init");
    assert!(!nowhere.path("data").exists(), "nothing was made");
    assert_eq!(next(home), "gradepush plan scores.csv");
    home.run(&["plan", "scores.csv", "--use-existing"]).succeeds();
    assert_eq!(next(home), "gradepush push P1");
    home.run(&["push", "P1", "--yes"]).succeeds();
    assert_eq!(next(home), "gradepush plan scores.csv");
    home.run(&["cache", "clear"]).succeeds();
    assert_eq!(next(home), "gradepush sync");
    fs_err::remove_file(hosted.store_file()).expect("it is there");
    assert_eq!(next(home), "gradepush sync");
}

#[test]
fn a_run_that_is_not_finished_comes_first() {
    let (mut world, _) = lecture();
    world.add_course("Chemistry", Some("C-1"));
    let course = world.course_by_sis_id("C-1").expect("the course");
    let student = world.add_user("Bo Lind");
    world.add_login(student, "blind", None);
    world.enroll(course, student, Role::Student);
    let hosted = Hosted::of(world, Options::default());
    let rows = "C-0,Quiz,10,aokafor,1\nC-1,Quiz,10,blind,2\n";
    hosted
        .home
        .write("scores.csv", &format!("course_id,assignment_title,score_possible,user_id,score_received\n{rows}"));
    hosted.home.run(&["push", "scores.csv", "--first", "1", "--yes"]).ends_with(4);
    assert_eq!(hosted.home.run(&["--json"]).succeeds().result()["next"], "gradepush retry R1");
    hosted.home.run(&["plan", "scores.csv"]).succeeds();
    let ran = hosted.home.run(&[]).succeeds();
    assert!(ran.stdout.contains("Run R1 is not finished: 1 cell is open."), "{}", ran.stdout);
}

#[test]
fn commands_in_messages_carry_the_flags_that_they_need() {
    let home = Home::new();
    let flags = ["--config", "my config.toml", "--store", "s.db"];
    let run = |words: &[&str]| home.run(&[&flags[..], words].concat());
    let add = ["connector", "add", "Campus", "--canvas", "http://127.0.0.1:9", "--token-env", "NOT_SET"];
    let said = "gradepush --config 'my config.toml' --store s.db";
    let added = run(&add).succeeds();
    assert!(added.stderr.contains(&format!("try it: {said} connector test Campus\n")), "{}", added.stderr);
    let status = run(&["cache", "status"]).succeeds();
    assert!(status.stdout.contains(&format!("fill it: {said} sync\n")), "{}", status.stdout);
    let runs = run(&["push", "P9", "--yes", "--json"]).ends_with(2);
    let hint = runs.result()["error"]["hint"].as_str().expect("a hint").to_owned();
    assert!(!hint.contains("gradepush ") || hint.contains(said), "{hint}");
    let alone = run(&[]).succeeds();
    assert!(alone.stdout.contains(&format!("Next: {said} sync\n")), "{}", alone.stdout);
}

#[test]
fn hidden_logins_are_told_once_per_cache() {
    let (world, _) = lecture();
    let hosted = Hosted::of(world, Options::default());
    let tells = |ran: crate::common::Ran| ran.stderr.contains("one login per person");
    assert!(!tells(hosted.home.run(&["sync", "--source", "rest"]).succeeds()), "the first sync told it");
    hosted.home.run(&["cache", "clear"]).succeeds();
    assert!(tells(hosted.home.run(&["sync", "--source", "rest"]).succeeds()), "it is a new cache");
    assert!(tells(hosted.home.run(&["cache", "status"]).succeeds()), "who asks is told");
}

#[test]
fn rules_of_ids_are_turned_on_and_off_and_listed() {
    let (world, _) = lecture();
    let hosted = Hosted::of(world, Options::default());
    let home = &hosted.home;
    let listed = |key: &str| {
        let settings = home.run(&["config", "--json"]).succeeds().result();
        let found = settings["settings"].as_array().expect("a list").iter().find(|one| one["name"] == key).cloned();
        found.map(|one| one["value"].as_str().expect("text").to_owned())
    };
    let shown = || home.run(&["connector", "show"]).succeeds().stdout;
    assert!(shown().contains("identity rules            none\n"), "{}", shown());
    let edit = |flags: &[&str]| home.run(&[&["connector", "edit", "Tegrity"], flags].concat());
    edit(&["--zero-pad", "8", "--case-fold", "--strip-domain", "example.edu", "--append-domain", "b.edu"]).succeeds();
    assert!(
        shown().contains("case_fold = true, strip_domain = example.edu, append_domain = b.edu, zero_pad = 8"),
        "{}",
        shown()
    );
    assert_eq!(listed("Tegrity.rules.zero_pad").as_deref(), Some("8"));
    assert_eq!(listed("Tegrity.use_existing_assignments").as_deref(), Some("true"));
    edit(&["--strip-domain", "off", "--append-domain", "off"]).succeeds();
    assert!(shown().contains("identity rules            case_fold = true, zero_pad = 8\n"), "{}", shown());
    edit(&["--zero-pad", "off", "--case-fold=false"]).succeeds();
    assert!(shown().contains("identity rules            none\n"), "{}", shown());
    assert_eq!(listed("Tegrity.rules.zero_pad"), None);
    let text = fs_err::read_to_string(home.config()).expect("the configuration");
    assert!(!text.contains("rules"), "{text}");
    for (flags, part) in [
        (vec!["--zero-pad", "0"], "zero_pad"),
        (vec!["--zero-pad", "many"], "a number of digits or `off`"),
        (vec!["--strip-domain", "a@b"], "not a domain"),
    ] {
        let ran = edit(&flags).ends_with(2);
        assert!(ran.stderr.contains(part) && !ran.stderr.contains("in the file"), "{flags:?}: {}", ran.stderr);
    }
}

#[test]
fn a_rule_that_would_help_is_offered_as_the_command_that_turns_it_on() {
    let (mut world, _) = lecture();
    let course = world.course_by_sis_id("C-0").expect("the course");
    let student = world.add_user("Bo Lind");
    world.add_login(student, "blind", Some("00041769"));
    world.enroll(course, student, Role::Student);
    let hosted = Hosted::of(world, Options::default());
    let home = &hosted.home;
    home.run(&["connector", "edit", "Tegrity", "--user-id-origin", "sis"]).succeeds();
    home.write("scores.csv", "course_id,assignment_title,user_id,score_received\nC-0,Lecture 1,41769,8\n");
    let ran = home.run(&["resolve", "scores.csv"]).ends_with(4);
    let command = "gradepush connector edit Tegrity --zero-pad 8";
    assert!(ran.stdout.contains(command), "{}", ran.stdout);
    home.run(&command.split(' ').skip(1).collect::<Vec<_>>()).succeeds();
    home.run(&["plan", "scores.csv"]).succeeds();
}
