//! Outputs never destroy: not what the command reads, nor what the tool lives on, nor what it has not made itself.

use std::path::Path;

use gradepush::sandbox::Options;

use crate::common::{Home, Hosted, term};

/// A home in which `R1` pushed `P1`, which came from `scores.csv`; `P2` was not run.
fn used() -> Hosted {
    let (world, sheet, _rows) = term(1, 3);
    let canvas = Hosted::of(world, Options::default());
    canvas.home.write("scores.csv", &sheet);
    canvas.home.run(&["push", "scores.csv", "--yes"]).succeeds();
    canvas.home.run(&["plan", "scores.csv"]).succeeds();
    canvas
}

const STORE: &str = "data/gradepush/store.db";
const CONFIG: &str = "config/gradepush/config.toml";

/// The bytes of a file that must stay as it is.
fn bytes(home: &Home, name: &str) -> Vec<u8> {
    fs_err::read(home.path(name)).unwrap_or_default()
}

/// Nothing was planned or run by what was refused.
fn plans(home: &Home) -> usize {
    home.run(&["runs", "--json"]).succeeds().result()["plans"].as_array().map_or(0, Vec::len)
}

#[test]
fn no_output_takes_the_place_of_what_is_read_or_lived_on() {
    let canvas = used();
    let home = &canvas.home;
    home.write("courses.csv", "course_id,include\nC-0,yes\n");
    let layout = home.run(&["export", "scores.csv", "--suggest-layout"]).succeeds().stdout;
    home.write("layout.toml", &layout);
    home.write("faults.toml", "");
    home.write("ca.pem", "no certificate\n");
    home.run(&["connector", "edit", "Tegrity", "--ca-file", "ca.pem"]).succeeds();
    let before = plans(home);
    let (wal, lock) = (format!("{STORE}-wal"), format!("{STORE}.lock"));
    let refused: &[(&[&str], &str)] = &[
        (&["plan", "scores.csv", "--html"], "scores.csv"),
        (&["plan", "scores.csv", "--csv"], "scores.csv"),
        (&["plan", "scores.csv", "--csv"], "./scores.csv"),
        (&["plan", "scores.csv", "--courses", "courses.csv", "--csv"], "courses.csv"),
        (&["push", "scores.csv", "--yes", "--html"], "scores.csv"),
        (&["resolve", "scores.csv", "--csv"], "scores.csv"),
        (&["map", "suggest", "scores.csv", "-o"], "scores.csv"),
        (&["export", "scores.csv", "-o"], "scores.csv"),
        (&["export", "scores.csv", "--layout", "layout.toml", "-o"], "layout.toml"),
        (&["export", "scores.csv", "--suggest-layout", "-o"], "scores.csv"),
        (&["show", "R1", "--html"], CONFIG),
        (&["show", "P1", "--csv"], STORE),
        (&["show", "P1", "--csv"], &wal),
        (&["show", "P1", "--csv"], &lock),
        (&["show", "P1", "--csv"], "token"),
        (&["show", "P1", "--csv"], "ca.pem"),
        (&["alias", "export", "-o"], CONFIG),
        (&["map", "export", "-o"], STORE),
        (&["store", "backup"], STORE),
        (&["store", "backup"], &wal),
        (&["store", "backup"], CONFIG),
        (&["sandbox", "--addr", "127.0.0.1:0", "--save"], CONFIG),
        (&["sandbox", "--addr", "127.0.0.1:0", "--faults", "faults.toml", "--save"], "faults.toml"),
        (&["runs", "--log-file"], CONFIG),
        (&["runs", "--log-file"], "token"),
    ];
    for (command, file) in refused {
        let arguments = [*command, &[*file]].concat();
        let has_force = !matches!(command[0], "store" | "runs");
        for more in [&[][..], &["--force"]].iter().take(1 + usize::from(has_force)) {
            let was = bytes(home, file);
            let ran = home.run(&[&arguments[..], more].concat()).ends_with(2);
            assert!(ran.stderr.contains("no output takes its place"), "{arguments:?}: {}", ran.all());
            assert!(ran.stderr.contains("hint: name another file"), "{arguments:?}: {}", ran.all());
            assert_eq!(bytes(home, file), was, "{arguments:?}");
        }
    }
    assert_eq!(plans(home), before, "nothing was planned or pushed before it was refused");
}

#[test]
fn two_outputs_are_never_one_file() {
    let canvas = used();
    let home = &canvas.home;
    let ran = home.run(&["plan", "scores.csv", "--html", "one", "--csv", "./one"]).ends_with(2);
    assert!(ran.stderr.contains("--csv ./one: this is what --html writes"), "{}", ran.all());
    let ran = home.run(&["show", "R1", "--csv", "one", "--log-file", "one"]).ends_with(2);
    assert!(ran.stderr.contains("this is the log of this command"), "{}", ran.all());
}

#[test]
fn what_this_tool_has_not_made_is_replaced_only_by_force() {
    let canvas = used();
    let home = &canvas.home;
    let theirs = "course_id,assignment_title,user_id,score_received\nC-0,Mine,s0.0,1\n";
    let commands: &[&[&str]] = &[
        &["plan", "scores.csv", "--html"],
        &["plan", "scores.csv", "--csv"],
        &["show", "R1", "--html"],
        &["show", "R1", "--csv"],
        &["resolve", "scores.csv", "--csv"],
        &["export", "scores.csv", "-o"],
        &["alias", "export", "-o"],
        &["map", "export", "-o"],
    ];
    for command in commands {
        home.write("there", theirs);
        let arguments = [*command, &["there"]].concat();
        let ran = home.run(&arguments).ends_with(2);
        assert!(ran.stderr.contains("replace this one with --force"), "{arguments:?}: {}", ran.all());
        assert_eq!(bytes(home, "there"), theirs.as_bytes(), "{arguments:?}");
        let forced = home.run(&[&arguments[..], &["--force"]].concat());
        assert_ne!(forced.code, 2, "{arguments:?}: {}", forced.all());
        assert_ne!(bytes(home, "there"), theirs.as_bytes(), "{arguments:?}");
        // Now it is one of ours.
        let again = home.run(&arguments);
        assert_ne!(again.code, 2, "{arguments:?}: {}", again.all());
    }
    // What is there for people to edit may hold their work.
    for command in [
        &["export", "scores.csv", "--suggest-layout", "-o"][..],
        &["export", "scores.csv", "--suggest-courses", "-o"],
        &["map", "suggest", "scores.csv", "-o"],
    ] {
        let file = format!("{}.out", command[2].trim_start_matches('-'));
        let arguments = [command, &[file.as_str()]].concat();
        home.run(&arguments).succeeds();
        let made = bytes(home, &file);
        let ran = home.run(&arguments).ends_with(2);
        assert!(ran.stderr.contains("somebody may have edited it"), "{arguments:?}: {}", ran.all());
        assert_eq!(bytes(home, &file), made, "{arguments:?}");
        home.run(&[&arguments[..], &["--force"]].concat()).succeeds();
    }
}

#[test]
fn decisions_that_a_person_has_filled_in_are_not_written_over() {
    let canvas = used();
    let home = &canvas.home;
    home.write("odd.csv", "course_id,assignment_title,user_id,score_received\nC-0,Lecture 0,nobody,1\n");
    let resolve = ["resolve", "odd.csv", "--csv", "unmatched.csv"];
    home.run(&resolve).ends_with(4);
    home.run(&resolve).ends_with(4);
    let filled = String::from_utf8(bytes(home, "unmatched.csv")).expect("text").replace(",,\n", ",7001,\n");
    assert!(filled.contains(",7001,\n"), "{filled}");
    home.write("unmatched.csv", &filled);
    let ran = home.run(&resolve).ends_with(2);
    assert!(ran.stderr.contains("nobody has decided anything yet"), "{}", ran.all());
    assert_eq!(bytes(home, "unmatched.csv"), filled.as_bytes());
}

#[test]
fn a_dash_is_standard_output_and_nothing_else_stands_there() {
    let canvas = used();
    let home = &canvas.home;
    for (command, start, said) in [
        (&["plan", "scores.csv", "--csv", "-"][..], "course_id,sis_course_id,", "Plan P3: 0 to set"),
        (&["show", "R1", "--csv", "-"], "course_id,sis_course_id,", "Run R1 of plan P1:"),
        (&["show", "R1", "--html", "-"], "<!doctype html>", "Run R1 of plan P1:"),
        (&["resolve", "scores.csv", "--csv", "-"], "key,kind,origin,from,", "6 rows: 6 resolved"),
        (&["export", "scores.csv", "-o", "-"], "customer_number,provider_id,", "Exported 6 scores"),
        (&["alias", "export", "-o", "-"], "key,kind,", ""),
        (&["map", "export", "-o", "-"], "course_id,assignment_id,", ""),
        (&["store", "backup", "-"], "SQLite format 3", ""),
    ] {
        let ran = home.run(command).succeeds();
        assert!(ran.stdout.starts_with(start), "{command:?}: {}", ran.all());
        assert!(
            ran.stderr.contains(said) && (said.is_empty() || !ran.stdout.contains(said)),
            "{command:?}: {}",
            ran.all()
        );
    }
    assert!(!home.path("-").exists(), "no file is called so");
    for both in [
        &["show", "R1", "--csv", "-", "--html", "-"][..],
        &["show", "R1", "--csv", "-", "--failed"],
        &["show", "R1", "--csv", "-", "--json"],
    ] {
        let ran = home.run(both).ends_with(2);
        assert!(ran.stderr.contains("cannot both go to standard output"), "{both:?}: {}", ran.all());
    }
    let ran = home.run(&["sandbox", "--save", "-"]).ends_with(2);
    assert!(ran.stderr.contains("name a file"), "{}", ran.all());
}

#[test]
fn an_output_that_cannot_be_written_ends_the_command_before_it_begins() {
    let canvas = used();
    let home = &canvas.home;
    let before = plans(home);
    fs_err::create_dir(home.path("folder")).expect("a folder");
    home.write("file", "text");
    for (path, part) in [("folder", "this is a folder"), ("file/plan.html", "file/plan.html: cannot be written")] {
        let ran = home.run(&["push", "scores.csv", "--yes", "--html", path]).ends_with(2);
        assert!(ran.stderr.contains(part), "{path}: {}", ran.all());
    }
    assert_eq!(plans(home), before);
    home.run(&["show", "R1", "--html", "new/folder/run.html"]).succeeds();
    assert!(home.path("new/folder/run.html").exists());
}

#[test]
fn a_log_is_written_behind_a_log_and_behind_nothing_else() {
    let canvas = used();
    let home = &canvas.home;
    home.run(&["sync", "--source", "rest", "--log-file", "log", "-v"]).succeeds();
    let first = bytes(home, "log");
    home.run(&["sync", "--source", "rest", "--log-file", "log", "-v"]).succeeds();
    assert!(bytes(home, "log").starts_with(&first) && bytes(home, "log").len() > first.len());
    let scores = bytes(home, "scores.csv");
    let ran = home.run(&["runs", "--log-file", "scores.csv"]).ends_with(2);
    assert!(ran.stderr.contains("it is no log of gradepush"), "{}", ran.all());
    assert_eq!(bytes(home, "scores.csv"), scores);
}

#[test]
fn a_backup_replaces_no_file_and_says_so() {
    let canvas = used();
    let home = &canvas.home;
    home.run(&["store", "backup", "copy.db"]).succeeds();
    let copy = bytes(home, "copy.db");
    let ran = home.run(&["store", "backup", "copy.db"]).ends_with(9);
    assert!(ran.stderr.contains("`copy.db` is there already, and a backup replaces no file"), "{}", ran.all());
    assert!(ran.stderr.contains("hint: name a new file") && !ran.stderr.contains("permissions"), "{}", ran.all());
    assert_eq!(bytes(home, "copy.db"), copy);
    let ran = home.run(&["store", "backup", "no-folder/copy.db"]).ends_with(9);
    assert!(ran.stderr.contains("the copy `no-folder/copy.db` cannot be made"), "{}", ran.all());
}

#[test]
fn the_demo_clears_no_folder_but_its_own() {
    let home = Home::new();
    home.write("d/scores.csv", "mine");
    let ran = home.run(&["demo", "--dir", "d"]).ends_with(2);
    assert!(ran.stderr.contains("d/scores.csv: is there already"), "{}", ran.all());
    assert_eq!(bytes(&home, "d/scores.csv"), b"mine");
}

#[test]
fn a_saved_world_replaces_a_world_only() {
    let home = Home::new();
    home.write("package.json", "{\"name\":\"something else\"}");
    let ran = home.run(&["sandbox", "--addr", "127.0.0.1:0", "--save", "package.json"]).ends_with(2);
    assert!(ran.stderr.contains("it is no saved world"), "{}", ran.all());
    assert_eq!(ran.stdout, "", "said before it serves");
    assert_eq!(bytes(&home, "package.json"), b"{\"name\":\"something else\"}");
}

#[cfg(unix)]
mod links_and_pipes {
    use std::io::Read as _;
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    use std::process::Command;

    use super::*;

    fn is_link(path: &Path) -> bool {
        fs_err::symlink_metadata(path).expect("it is there").is_symlink()
    }

    #[test]
    fn the_same_file_is_known_by_every_name() {
        let canvas = used();
        let home = &canvas.home;
        let scores = bytes(home, "scores.csv");
        symlink("scores.csv", home.path("link.csv")).expect("a link");
        symlink(".", home.path("here")).expect("a link");
        fs_err::hard_link(home.path("scores.csv"), home.path("hard.csv")).expect("a link");
        for name in ["link.csv", "hard.csv", "here/scores.csv"] {
            for (input, output) in [("scores.csv", name), (name, "scores.csv")] {
                let ran = home.run(&["plan", input, "--csv", output, "--force"]).ends_with(2);
                assert!(ran.stderr.contains("a file of scores that this command reads"), "{name}: {}", ran.all());
            }
        }
        let input = fs_err::File::open(home.path("scores.csv")).expect("it is there");
        let ran = home.command(&["export", "-", "-o", "scores.csv", "--force"]).stdin(input.into_file()).output();
        let ran = home.ended(&ran.expect("it starts")).ends_with(2);
        assert!(ran.stderr.contains("a file of scores that this command reads"), "{}", ran.all());
        assert_eq!(bytes(home, "scores.csv"), scores);
    }

    #[test]
    fn a_link_stays_and_what_it_leads_to_is_replaced() {
        let canvas = used();
        let home = &canvas.home;
        fs_err::create_dir(home.path("reports")).expect("a folder");
        home.write("reports/run.csv", "");
        symlink("reports/run.csv", home.path("latest.csv")).expect("a link");
        home.run(&["show", "R1", "--csv", "latest.csv"]).succeeds();
        assert!(is_link(&home.path("latest.csv")));
        assert!(bytes(home, "reports/run.csv").starts_with(b"course_id,"));
        symlink("reports/none.csv", home.path("nowhere.csv")).expect("a link");
        let ran = home.run(&["show", "R1", "--csv", "nowhere.csv"]).ends_with(2);
        assert!(ran.stderr.contains("leads to a file that does not exist"), "{}", ran.all());
        assert!(!home.path("reports/none.csv").exists());
    }

    #[test]
    fn a_configuration_behind_a_link_is_changed_there() {
        let home = Home::new();
        home.write("dotfiles/gradepush.toml", "");
        fs_err::create_dir_all(home.path("config/gradepush")).expect("a folder");
        symlink(home.path("dotfiles/gradepush.toml"), home.config()).expect("a link");
        home.run(&["connector", "add", "Campus", "--canvas", "127.0.0.1:9"]).succeeds();
        assert!(is_link(&home.config()));
        let text = String::from_utf8(bytes(&home, "dotfiles/gradepush.toml")).expect("text");
        assert!(text.contains("Campus"), "{text}");
    }

    #[test]
    fn pipes_are_written_through() {
        let canvas = used();
        let home = &canvas.home;
        let pipe = home.path("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo starts").success());
        let reader = {
            let pipe = pipe.clone();
            std::thread::spawn(move || {
                let mut text = String::new();
                fs_err::File::open(pipe).and_then(|mut pipe| pipe.read_to_string(&mut text)).map(|_| text)
            })
        };
        home.run(&["show", "R1", "--csv", "pipe"]).succeeds();
        let text = reader.join().expect("no panic").expect("readable");
        assert!(text.starts_with("course_id,") && text.lines().count() == 7, "{text}");
        assert!(fs_err::metadata(&pipe).expect("it is there").file_type().is_fifo());
    }

    #[test]
    fn open_files_of_the_shell_are_written_through() {
        let canvas = used();
        let home = &canvas.home;
        let ran = home.run(&["show", "R1", "--csv", "/dev/stdout"]).succeeds();
        assert!(ran.stdout.starts_with("course_id,") && ran.stderr.contains("Run R1"), "{}", ran.all());
        let program = home.command(&["show", "R1", "--csv", "/dev/fd/3"]);
        let mut shell = Command::new("/bin/sh");
        // The shell opens the file, and would not see one that took its place.
        shell.args(["-c", "exec 3>>got.csv; \"$0\" \"$@\"; echo end >&3"]).arg(program.get_program());
        shell.args(program.get_args()).env_clear();
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.current_dir(home.path(""));
        assert!(shell.output().expect("there is a shell").status.success());
        let got = String::from_utf8(bytes(home, "got.csv")).expect("text");
        assert!(got.starts_with("course_id,") && got.ends_with("\nend\n"), "{got}");
    }
}
