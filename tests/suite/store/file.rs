//! The file itself: who may read it, who may use it, and what is left alone.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use gradepush::store::{Access, Store, StoreError};

use super::{Fresh, at, production};

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_what_is_created() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let parent = directory.path().join("share/gradepush");
    let path = parent.join("store.db");
    let store = Store::open(&path, Access::ReadWrite).unwrap();
    let _lock = store.lock("push", "here", 7, at(0)).unwrap();
    store.clear_cache(&production()).unwrap();
    let copy = directory.path().join("copy.db");
    store.backup(&copy).unwrap();
    let mode = |path: &std::path::Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&parent), 0o700);
    let mut files = vec![copy];
    files.extend(fs_err::read_dir(&parent).unwrap().map(|entry| entry.unwrap().path()));
    assert!(files.len() > 3, "the store, its log, the lock and the copy: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let fresh = Fresh::new();
    let path = fresh.store.path().to_owned();
    drop(fresh.store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let before = fs_err::read(&path).unwrap();
    for access in [Access::ReadWrite, Access::ReadOnly] {
        let refused = Store::open(&path, access).unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused:?}");
    }
    assert_eq!(fs_err::read(&path).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE grade (id INTEGER)").unwrap();
    let before = fs_err::read(&path).unwrap();
    let refused = Store::open(&path, Access::ReadWrite).unwrap_err();
    assert!(matches!(refused, StoreError::Foreign { .. }), "{refused:?}");
    assert_eq!(fs_err::read(&path).unwrap(), before);
}

#[test]
fn what_is_no_database_is_called_damaged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    fs_err::write(&path, "user_id,score\n".repeat(1000)).unwrap();
    let refused = Store::open(&path, Access::ReadWrite).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupted(_)), "{refused:?}");
}

#[test]
fn damage_inside_is_found() {
    let fresh = Fresh::new();
    fresh.run(&production(), &[(1, 500), (2, 500)]);
    assert_eq!(fresh.store.check().unwrap(), Vec::<String>::new());
    let path = fresh.store.path().to_owned();
    drop(fresh.store);
    let mut bytes = fs_err::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 16 * 1024..].fill(0xA5);
    fs_err::write(&path, bytes).unwrap();
    let damaged = Store::open(&path, Access::ReadWrite).and_then(|store| store.check());
    match damaged {
        Ok(faults) => assert_ne!(faults, Vec::<String>::new()),
        Err(error) => assert!(matches!(error, StoreError::Corrupted(_)), "{error:?}"),
    }
}

#[test]
fn reading_only_needs_a_file_and_writes_nothing() {
    let fresh = Fresh::new();
    let plan = fresh.plan(&production(), &[(1, 3)]);
    let reader = Store::open(fresh.store.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.plan(plan).unwrap().parts, 1);
    let refused = reader.clear_cache(&production()).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused:?}");
    let missing = Store::open(&fresh.directory.path().join("none.db"), Access::ReadOnly).unwrap_err();
    assert!(matches!(missing, StoreError::CannotOpen { .. }), "{missing:?}");
    assert!(!fresh.directory.path().join("none.db").exists());
}

#[test]
fn a_place_where_no_file_can_be_is_named() {
    let fresh = Fresh::new();
    let path = fresh.store.path().join("below a file/store.db");
    let refused = Store::open(&path, Access::ReadWrite).unwrap_err();
    assert!(refused.to_string().contains("below a file"), "{refused}");
    assert!(matches!(refused, StoreError::CannotOpen { .. }), "{refused:?}");
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_an_error_unless_nothing_is_read_only_to_us() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let closed = directory.path().join("closed");
    fs_err::create_dir(&closed).unwrap();
    fs_err::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
    let is_root = fs_err::write(closed.join("probe"), "").is_ok();
    let opened = Store::open(&closed.join("store.db"), Access::ReadWrite);
    assert_eq!(opened.is_ok(), is_root, "{opened:?}");
}

#[test]
fn a_second_one_is_told_who_holds_the_lock() {
    let fresh = Fresh::new();
    let lock = fresh.store.lock("push", "lms-admin", 4711, at(0)).unwrap();
    let refused = fresh.reopened().lock("retry", "lms-admin", 4712, at(5)).unwrap_err();
    let StoreError::Locked { holder: Some(holder) } = &refused else { panic!("{refused:?}") };
    assert_eq!((holder.pid, holder.host.as_str(), holder.command.as_str()), (4711, "lms-admin", "push"));
    assert_eq!(holder.since, at(0));
    assert_eq!(refused.to_string(), "the store is in use by `gradepush push` (process 4711 on lms-admin)");
    drop(lock);
    let _lock = fresh.reopened().lock("retry", "lms-admin", 4712, at(6)).unwrap();
}

#[cfg(unix)]
#[test]
fn one_store_is_one_lock_by_whatever_path() {
    let fresh = Fresh::new();
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(fresh.store.path(), &link).unwrap();
    let _lock = fresh.store.lock("push", "here", 1, at(0)).unwrap();
    let refused = Store::open(&link, Access::ReadWrite).unwrap().lock("retry", "here", 2, at(1)).unwrap_err();
    assert!(matches!(refused, StoreError::Locked { holder: Some(holder) } if holder.pid == 1));
}

/// Names the store for [`hold_the_lock_until_killed`].
const HELD: &str = "GRADEPUSH_TEST_HELD_STORE";

/// Not a test: another process that [`a_killed_process_leaves_no_lock`] starts.
#[test]
#[ignore = "started by another test"]
fn hold_the_lock_until_killed() {
    let path = std::env::var_os(HELD).unwrap();
    let store = Store::open(path.as_ref(), Access::ReadWrite).unwrap();
    let _lock = store.lock("sync", "elsewhere", std::process::id(), at(0)).unwrap();
    let mut out = std::io::stdout();
    out.write_all(b"\nheld\n").and_then(|()| out.flush()).unwrap();
    std::thread::park();
}

#[test]
fn a_killed_process_leaves_no_lock() {
    let fresh = Fresh::new();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "store::file::hold_the_lock_until_killed"])
        .env(HELD, fresh.store.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(other.stdout.take().unwrap()).lines();
    let is_held = lines.map(|line| line.unwrap()).any(|line| line == "held");
    let refused = fresh.store.lock("push", "here", 1, at(1));
    other.kill().unwrap();
    other.wait().unwrap();
    assert!(is_held, "the other process ended early");
    let Err(StoreError::Locked { holder: Some(holder) }) = refused else { panic!("{refused:?}") };
    assert_eq!((holder.pid, holder.command.as_str()), (other.id(), "sync"));
    let _lock = fresh.store.lock("push", "here", 1, at(2)).unwrap();
}
