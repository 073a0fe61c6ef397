//! What a shell offers while somebody types, asked for as the script of `completions` asks.

use gradepush::sandbox::Options;

use crate::common::{Home, Hosted, Ran, term};

/// What is offered for the last of these words, without what is said of it.
fn offered(home: &Home, words: &[&str]) -> Vec<String> {
    let ran = asked(home, words);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.all());
    ran.stdout.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

fn asked(home: &Home, words: &[&str]) -> Ran {
    let mut command = home.command(&[&["--", "gradepush"], words].concat());
    home.ended(&command.env("GRADEPUSH_COMPLETE", "fish").output().expect("the program starts"))
}

#[test]
fn plans_runs_connectors_and_courses_are_offered() {
    let (world, sheet, _) = term(2, 2);
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    home.write("scores.csv", &sheet);
    home.run(&["push", "scores.csv", "--yes"]).succeeds();
    assert!(home.run(&["plan", "scores.csv"]).stdout.contains("Plan P2: "));
    let titles = home.run(&["connector", "list", "--json"]).succeeds().result();
    let title = titles["connectors"][0]["title"].as_str().expect("a title").to_owned();
    assert_eq!(offered(home, &["push", "P"]), ["P2", "P1"]);
    assert_eq!(offered(home, &["push", "la"]), ["latest"]);
    assert_eq!(offered(home, &["push", "sco"]), ["scores.csv"], "a file may be pushed, too");
    assert_eq!(offered(home, &["show", "R"]), ["R1"]);
    assert_eq!(offered(home, &["show", "P2"]), ["P2"]);
    assert_eq!(offered(home, &["undo", ""])[..2], ["R1", "latest"]);
    assert_eq!(offered(home, &["--connector", ""]), [title.as_str()]);
    assert_eq!(offered(home, &["connector", "show", ""])[..1], [title.as_str()]);
    assert_eq!(offered(home, &["plan", "scores.csv", "--course", "C"]), ["C-0", "C-1"]);
    assert_eq!(offered(home, &["comp"]), ["completions"]);
    // What the line says is looked at, and nobody is named.
    assert!(offered(home, &["--connector", "Nobody's", "show", "R"]).is_empty());
    for words in [&["forget", "--user", "s"][..], &["push", "P"], &["plan", "x", "--course", ""], &["show", ""]] {
        let all = asked(home, words).stdout;
        assert!(!all.contains("Student ") && !all.contains("s0."), "{words:?}: {all}");
    }
}

#[test]
fn asking_makes_no_store_and_prints_no_error() {
    let home = Home::new();
    assert!(offered(&home, &["show", "R"]).is_empty());
    assert!(!home.path("data").exists() && !home.path("config").exists(), "nothing was made");
    home.run(&["connector", "add", "Campus", "--canvas", "canvas.example.edu", "--token-env", "T"]).succeeds();
    assert!(offered(&home, &["push", "P"]).is_empty());
    assert!(!home.path("data").exists(), "no store was made");
    home.write("data/gradepush/store.db", &"this is no database\n".repeat(100));
    assert!(offered(&home, &["push", "P"]).is_empty());
    home.write("config/gradepush/config.toml", "this is no configuration");
    assert!(offered(&home, &["--connector", ""]).is_empty());
    let mut unknown = home.command(&["--", "gradepush", "push", "P"]);
    let unknown = home.ended(&unknown.env("GRADEPUSH_COMPLETE", "abacus").output().expect("the program starts"));
    assert_eq!((unknown.code, unknown.all().contains("error")), (2, false), "{}", unknown.all());
}

#[cfg(unix)]
#[test]
fn bash_offers_them_by_the_script_that_is_printed() {
    let (world, sheet, _) = term(1, 2);
    let canvas = Hosted::of(world, Options::default());
    let home = &canvas.home;
    home.write("scores.csv", &sheet);
    home.run(&["plan", "scores.csv"]).succeeds();
    let program = home.command(&[]);
    let folder = std::path::Path::new(program.get_program()).parent().expect("a folder").display().to_string();
    let lines = "source <(gradepush completions bash)\n\
                 COMP_WORDS=(gradepush push P) COMP_CWORD=2 COMP_TYPE=9\n\
                 _clap_complete_gradepush gradepush P push\n\
                 echo \"${COMPREPLY[@]}\"";
    let mut bash = std::process::Command::new("bash");
    bash.args(["--norc", "--noprofile", "-c", lines]).env_clear();
    bash.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bash.env("PATH", format!("{folder}:/usr/bin:/bin")).current_dir(home.path(""));
    let said = home.ended(&bash.output().expect("there is a bash"));
    assert_eq!((said.stdout.as_str(), said.stderr.as_str()), ("P1\n", ""), "{}", said.all());
}
