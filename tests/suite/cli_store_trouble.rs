//! A store that is full, read-only, damaged, newer or in use: every command says so and ends with exit code 9, and no
//! grade is in doubt that is not reported.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use gradepush::domain::PlanId;
use gradepush::sandbox::Options;

use crate::common::{Home, Hosted, Ran, Served, term};

/// Commands that open the store, with what has to be there for each.
const COMMANDS: [&[&str]; 21] = [
    &["sync"],
    &["cache", "status"],
    &["cache", "find", "BIO"],
    &["cache", "clear"],
    &["resolve", "scores.csv"],
    &["alias", "list"],
    &["alias", "export"],
    &["map", "list"],
    &["map", "export"],
    &["plan", "scores.csv"],
    &["push", "scores.csv", "--yes"],
    &["push", "P2", "--yes"],
    &["retry", "R1", "--yes"],
    &["verify", "R1"],
    &["undo", "R1", "--yes"],
    &["runs"],
    &["show", "P1"],
    &["show", "R1", "--failed"],
    &["purge", "--before", "2020-01-01"],
    &["store", "info"],
    &["store", "backup", "copy.db"],
];

const HEAD: &str = "course_id,assignment_title,score_possible,user_id,score_received\n";

/// A home in which `R1` pushed `P1`, and `P2` waits.
fn used(sandbox: &[&str]) -> (Home, Served) {
    let home = Home::new();
    let served = home.with_sandbox(&[&["--world", "demo"], sandbox].concat());
    home.run(&["sync"]).succeeds();
    home.write("scores.csv", &format!("{HEAD}BIO-101-F26,Week 1,10,ademir1,1\nBIO-101-F26,Week 1,10,adiallo1,2\n"));
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    home.write("more.csv", &format!("{HEAD}BIO-101-F26,Week 2,10,ademir1,3\n"));
    home.run(&["plan", "more.csv"]).succeeds();
    (home, served)
}

fn store_file(home: &Home) -> PathBuf {
    home.path("data/gradepush/store.db")
}

/// Runs every command; each must refuse in these words.
#[track_caller]
fn all_refuse(home: &Home, words: &str) {
    for command in COMMANDS {
        let ran = home.run(command);
        assert_eq!(ran.code, 9, "{command:?}: {}", ran.all());
        assert!(ran.stderr.contains(words), "{command:?}: {}", ran.all());
        assert!(ran.stderr.contains("hint"), "{command:?} says how to mend it: {}", ran.all());
    }
}

#[test]
fn a_store_of_a_newer_version_is_refused_by_every_command_and_left_as_it_is() {
    let (home, _served) = used(&[]);
    let path = store_file(&home);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs_err::read(&path).unwrap();
    all_refuse(&home, "a newer one wrote it");
    assert_eq!(fs_err::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_store_is_called_damaged_by_every_command() {
    let (home, _served) = used(&[]);
    let path = store_file(&home);
    let mut bytes = fs_err::read(&path).unwrap();
    // The first page, with the schema, stays; garbage begins behind it.
    let garbage = (0_u32..).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
    for (byte, garbage) in bytes.iter_mut().skip(4096).zip(garbage) {
        *byte = garbage;
    }
    fs_err::write(&path, &bytes).unwrap();
    all_refuse(&home, "the store is damaged");
    fs_err::write(&path, "course_id,score\n".repeat(1000)).unwrap();
    all_refuse(&home, "the store is damaged");
}

#[test]
fn a_read_only_store_is_said_to_be_so_by_every_command() {
    let (home, _served) = used(&[]);
    let path = store_file(&home);
    // A write version that SQLite does not know makes a file read-only for everybody, root included.
    let mut bytes = fs_err::read(&path).unwrap();
    bytes[18] = 9;
    fs_err::write(&path, &bytes).unwrap();
    all_refuse(&home, "read-only");
    assert_eq!(fs_err::read(&path).unwrap(), bytes);
}

/// Runs the program where no file may grow beyond so many KiB: the signal that would kill it is ignored, so that writing
/// fails as it does on a full disk.
#[cfg(unix)]
fn run_limited(home: &Home, kib: u64, arguments: &[&str]) -> Ran {
    let program = home.command(arguments);
    let blocks = (kib * 2).to_string();
    let mut shell = std::process::Command::new("/bin/sh");
    // POSIX counts in blocks of 512 bytes.
    shell.args(["-c", "trap '' XFSZ; ulimit -f \"$0\" && exec \"$@\"", &blocks]).arg(program.get_program());
    shell.args(program.get_args()).env_clear().stdin(Stdio::null());
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = program.get_current_dir() {
        shell.current_dir(folder);
    }
    home.ended(&shell.output().expect("there is a shell"))
}

#[cfg(unix)]
#[test]
fn a_full_disk_in_the_middle_of_a_push_leaves_no_grade_in_doubt_unreported() {
    let mut stopped_midway = 0;
    for room in [0, 24, 48, 80, 120, 180] {
        let (world, sheet, rows) = term(2, 20);
        let canvas = Hosted::of(world, Options::default());
        let home = &canvas.home;
        home.write("scores.csv", &sheet);
        home.run(&["plan", "scores.csv"]).succeeds();
        let size = fs_err::metadata(canvas.store_file()).unwrap().len().div_ceil(1024);
        // The log beside the store grows first.
        let ran = run_limited(home, size.min(4) + room, &["push", "P1", "--yes", "--chunk", "3", "--json"]);
        assert!(ran.code == 0 || ran.code == 9 && ran.stdout.contains("disk"), "{room}: {}", ran.all());
        let run = canvas.store().plan(PlanId(1)).expect("the plan").run;
        let Some(run) = run else {
            home.run(&["push", "P1", "--yes"]).succeeds();
            continue;
        };
        let counts = canvas.store().run_counts(run).expect("counts");
        let held = canvas.sandbox.world(|world| world.score_count()) as u64;
        assert!(held <= counts.written + counts.unknown, "{held} cells are in Canvas, and {counts:?}");
        stopped_midway += u32::from(held > 0 && counts.written < counts.planned);
        canvas.let_time_pass();
        let result = home.run(&["retry", "R1", "--yes", "--json"]).succeeds().result();
        assert_eq!(result["counts"]["written"], rows.len(), "{result}");
        canvas.sandbox.world(|world| assert_eq!(world.score_count(), rows.len()));
    }
    assert!(stopped_midway > 0, "no push was stopped between two chunks");
}

#[cfg(unix)]
#[test]
fn a_second_gradepush_is_told_who_works_on_the_store() {
    let (home, _served) = used(&["--latency", "400"]);
    let mut first = home.command(&["push", "P2", "--yes"]);
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let lock = home.path("data/gradepush/store.db.lock");
    let pid = format!("\"pid\":{}", first.id());
    while !fs_err::read_to_string(&lock).unwrap_or_default().contains(&pid) {
        assert!(first.try_wait().expect("it is ours").is_none(), "the first one ended before it was seen");
        std::thread::sleep(Duration::from_millis(5));
    }
    for command in [&["push", "P2", "--yes"][..], &["retry", "R1", "--yes"], &["undo", "R1", "--yes"], &["sync"]] {
        let ran = home.run(command).ends_with(9);
        let who = format!("in use by `gradepush push` (process {} on ", first.id());
        assert!(ran.stderr.contains(&who), "{command:?}: {}", ran.all());
        let since = ran.stderr.split("since ").nth(1).and_then(|since| since.lines().next()).unwrap_or_default();
        assert!(since.ends_with(" +0000") && !since.contains(['.', 'T', 'Z']), "{command:?}: {}", ran.all());
    }
    // Looking is never in anybody's way.
    home.run(&["show", "R1"]).succeeds();
    home.run(&["runs"]).succeeds();
    assert!(first.wait().expect("it ends").success());
    home.run(&["verify", "R2"]).succeeds();
}
