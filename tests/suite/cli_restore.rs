//! `store restore`: a checked backup takes the place of the store, and what was there is kept.

use std::path::PathBuf;

use gradepush::domain::PlanId;
use gradepush::sandbox::Options;
use gradepush::store::{Access, Store, StoreError};
use serde_json::json;

use crate::common::{Hosted, term};

/// A store in which `R1` pushed `P1` when `copy.db` was made, and in which `P2` came later.
fn gone_on() -> Hosted {
    let (world, sheet, _) = term(1, 3);
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    home.write("scores.csv", &sheet);
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    home.run(&["store", "backup", "copy.db"]).succeeds();
    canvas.let_time_pass();
    home.run(&["undo", "R1", "--yes"]).succeeds();
    canvas
}

/// The file that a restore kept.
fn kept(canvas: &Hosted) -> PathBuf {
    let folder = canvas.store_file().parent().expect("a folder").to_owned();
    let files = fs_err::read_dir(folder).expect("it is there").map(|entry| entry.expect("an entry").path());
    let kept: Vec<PathBuf> = files
        .filter(|path| path.to_string_lossy().contains(".before-restore-"))
        .filter(|path| !path.to_string_lossy().ends_with("-wal") && !path.to_string_lossy().ends_with("-shm"))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    kept.into_iter().next().expect("one")
}

#[test]
fn a_restore_says_what_is_lost_asks_and_keeps_what_was_there() {
    let canvas = gone_on();
    let home = &canvas.home;
    let would = home.run(&["store", "restore", "copy.db", "--dry-run"]).succeeds();
    for part in [
        "1 plan is lost, which the backup lacks: P2",
        "1 run is lost, which the backup lacks: R2",
        "the backup has an earlier state of R1",
        "somebody else's work",
    ] {
        assert!(would.all().contains(part), "{part}: {}", would.all());
    }
    let unasked = home.run(&["store", "restore", "copy.db"]).ends_with(2);
    assert!(unasked.stderr.contains("`store restore` needs --yes"), "{}", unasked.all());
    assert!(canvas.store().plan(PlanId(2)).is_ok(), "nothing was done yet");

    let told = home.run(&["store", "restore", "copy.db", "--yes", "--json"]).succeeds().result();
    assert_eq!((&told["lost_plans"], &told["lost_runs"]), (&json!(["P2"]), &json!(["R2"])), "{told}");
    assert_eq!((&told["older_runs"], &told["plans"]), (&json!(["R1"]), &json!(1)), "{told}");
    assert!(matches!(canvas.store().plan(PlanId(2)), Err(StoreError::Missing { .. })));
    home.run(&["store", "check"]).succeeds();
    let kept = kept(&canvas);
    assert!(
        told["kept_as"].as_str().is_some_and(|name| kept.ends_with(PathBuf::from(name).file_name().expect("a name")))
    );
    assert!(Store::open(&kept, Access::ReadWrite).expect("a store").plan(PlanId(2)).is_ok());

    // The same backup again: nothing is lost, and it goes on from there.
    let again = home.run(&["store", "restore", "copy.db", "--dry-run"]).succeeds();
    assert!(again.stdout.contains("No plan and no run is lost."), "{}", again.all());
    home.run(&["verify", "R1"]).ends_with(6);
}

#[test]
fn only_a_sound_store_of_a_known_version_is_restored() {
    let canvas = gone_on();
    let home = &canvas.home;
    let sound = fs_err::read(home.path("copy.db")).expect("the backup");
    fs_err::write(home.path("newer.db"), &sound).expect("writable");
    rusqlite::Connection::open(home.path("newer.db")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    rusqlite::Connection::open(home.path("other.db")).unwrap().execute_batch("CREATE TABLE grade (id)").unwrap();
    let mut damaged = sound.clone();
    damaged[4096..].fill(0x5a);
    fs_err::write(home.path("damaged.db"), damaged).expect("writable");
    home.write("empty.db", "");
    let before = home.run(&["runs", "--json"]).succeeds().stdout;
    let store = canvas.store_file().display().to_string();
    for (file, code, part) in [
        ("newer.db", 9, "the backup newer.db has version 99"),
        ("other.db", 9, "other.db is no store of gradepush"),
        ("empty.db", 9, "empty.db is no store of gradepush"),
        ("scores.csv", 9, "scores.csv"),
        ("damaged.db", 9, "the backup damaged.db is damaged"),
        ("nowhere.db", 9, "nowhere.db cannot be read"),
        (&store, 2, "is the store itself"),
    ] {
        let refused = home.run(&["store", "restore", file, "--yes"]).ends_with(code);
        assert!(refused.stderr.contains(part) && refused.stderr.contains("hint"), "{file}: {}", refused.all());
        assert_eq!(home.run(&["runs", "--json"]).succeeds().stdout, before, "{file}");
    }
}

#[test]
fn a_damaged_and_a_missing_store_are_replaced() {
    let canvas = gone_on();
    let home = &canvas.home;
    let path = canvas.store_file();
    let damaged = "no database, and long enough to be looked at as one\n".repeat(100);
    fs_err::write(&path, &damaged).expect("writable");
    let told = home.run(&["store", "restore", "copy.db", "--yes"]).succeeds();
    assert!(told.stderr.contains("the store is damaged"), "{}", told.all());
    assert_eq!(fs_err::read_to_string(kept(&canvas)).expect("kept"), damaged);
    assert!(canvas.store().plan(PlanId(1)).is_ok());

    let elsewhere = ["--store", "new/place.db"];
    home.run(&[&["store", "restore", "copy.db", "--dry-run"][..], &elsewhere].concat()).succeeds();
    assert!(!home.path("new").exists(), "a dry run makes nothing");
    home.run(&[&["store", "restore", "copy.db", "--yes"][..], &elsewhere].concat()).succeeds();
    home.run(&[&["show", "P1"][..], &elsewhere].concat()).succeeds();
}

#[test]
fn no_store_is_replaced_that_a_push_works_on() {
    let canvas = gone_on();
    let store = canvas.store();
    let lock = store.lock("push", "here", 7, jiff::Timestamp::UNIX_EPOCH).expect("it is free");
    let refused = canvas.home.run(&["store", "restore", "copy.db", "--yes"]).ends_with(9);
    assert!(refused.stderr.contains("in use by `gradepush push`"), "{}", refused.all());
    drop(lock);
    canvas.home.run(&["store", "restore", "copy.db", "--yes"]).succeeds();
}
