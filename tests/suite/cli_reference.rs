//! The command line as people see it: every `--help` in one file, so that a change of a flag is a change of that file.

use crate::common::Home;

/// The long help of a command and of everything below it; the flags that all have are said once.
fn describe(command: &mut clap::Command, text: &mut String) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let help = command.render_long_help().to_string();
    let own = if text.is_empty() { &help } else { help.split("Global options:").next().unwrap_or_default() };
    for piece in ["## ", &name, "\n\n", own.trim_end(), "\n\n"] {
        text.push_str(piece);
    }
    for inner in command.get_subcommands_mut() {
        describe(inner, text);
    }
}

#[test]
fn the_reference_is_what_the_program_says() {
    let mut command = gradepush::cli::command().term_width(100);
    command.build();
    let mut text = String::new();
    describe(&mut command, &mut text);
    insta::assert_snapshot!("cli_reference", text);
}

#[test]
fn every_command_and_flag_of_the_contract_exists() {
    let words = |text: &'static str| text.split_whitespace();
    for (command, flags) in [
        ("demo", "--dir"),
        ("init", ""),
        (
            "connector add",
            "--canvas --user-id-origin --course-id-origin --account --token-env --token-file --token-command \
             --secure-gateway --ca-file --time-zone --use-existing-assignments --own-grader --case-fold --strip-domain \
             --append-domain --zero-pad",
        ),
        ("connector list", ""),
        ("connector show", ""),
        ("connector edit", "--canvas --token-env --zero-pad"),
        ("connector remove", ""),
        ("connector enable", ""),
        ("connector disable", ""),
        ("connector reset", ""),
        ("connector test", "--course"),
        ("connector prove", "--course --yes"),
        (
            "export",
            "-o --from --layout --course --course-from-name --courses --method --complete-at --possible --missing \
             --repeat --assignment-title --assignment-from-name --header-row --sheet --list-formats --suggest-layout --suggest-courses",
        ),
        ("sync", "--source --for --course --term --all-terms --gradebook --accept-smaller --from --layout"),
        ("cache status", ""),
        ("cache find", ""),
        ("cache clear", ""),
        ("resolve", "--csv --from --layout --method --repeat"),
        ("alias add", ""),
        ("alias import", ""),
        ("alias export", ""),
        ("alias list", ""),
        ("alias remove", ""),
        ("map list", ""),
        ("map bind", "--by-title --for-files --provider --customer"),
        ("map unbind", "--by-title --for-files --provider --customer"),
        ("map import", ""),
        ("map export", ""),
        ("map suggest", ""),
        (
            "plan",
            "--html --html-cells --csv --courses --on-conflict --adopt-own --only-raise --scale --absent --no-create \
             --created-posting --allow-concluded --allow-closed-period --allow-tool-columns --accept --strict \
             --detailed-exitcode --cache-max-age --from --layout --course-from-name --method --complete-at --possible \
             --missing --repeat --course --except-course --assignment --user --use-existing --no-use-existing",
        ),
        (
            "push",
            "--use-existing --yes --chunk --courses-at-once --first --deadline --stop-after-failures --wait-for-canvas --job-timeout \
             --stale-ok --dry-run --html --on-conflict --accept --from --course --except-course --assignment --user",
        ),
        ("retry", "--yes --dry-run --abandon-job --course --except-course --assignment --user"),
        ("verify", "--course --except-course --assignment --user"),
        (
            "undo",
            "--dry-run --yes --delete-created --delete-comments --overwrite --course --except-course --assignment --user",
        ),
        ("runs", ""),
        ("show", "--html --csv --force --failed --summary --course --except-course --assignment --user"),
        ("purge", "--before --dry-run --yes --including-undoable"),
        ("forget", "--user --dry-run --yes --including-undoable"),
        ("store info", ""),
        ("store check", ""),
        ("store backup", ""),
        ("store restore", "--dry-run --yes"),
        (
            "sandbox",
            "--addr --listen-publicly --host --world --courses --students --assignments --seed --save --faults --latency \
             --job-cells-per-second --dialect --form-parameter-limit --token",
        ),
        ("config", ""),
        ("completions", ""),
        ("man", ""),
        ("help", ""),
    ] {
        let mut root = gradepush::cli::command();
        root.build();
        let mut found = &mut root;
        for name in words(command) {
            found = found.find_subcommand_mut(name).unwrap_or_else(|| panic!("there is no `{command}`"));
        }
        let global = "--connector --config --store --json -q --quiet -v --verbose --log-file --color --no-progress \
                      --cells --user-id-origin --course-id-origin";
        for flag in words(flags).chain(words(global)) {
            let known = found.get_arguments().any(|argument| match flag.strip_prefix("--") {
                Some(long) => argument.get_long() == Some(long),
                None => argument.get_short() == flag.chars().nth(1),
            });
            assert!(known, "`{command}` has no {flag}");
        }
    }
}

#[test]
fn help_is_data_and_topics_are_listed() {
    let home = Home::new();
    for (arguments, part) in [
        (vec!["--help"], "Usage: gradepush"),
        (vec!["help"], "Usage: gradepush"),
        (vec!["help", "plan"], "--on-conflict"),
        (vec!["help", "connector", "add"], "--token-command"),
        (vec!["help", "exit-codes"], " 130  interrupted"),
        (vec!["help", "findings"], "edited-in-canvas (row, conflict)"),
        (vec!["help", "environment"], "CANVAS_API_TOKEN"),
        (vec!["help", "formats"], "tegrity-viewing"),
        (vec!["help", "formats"], "github-classroom"),
        (vec!["help", "scores"], "canvas_assignment_id "),
        (vec!["help", "config"], "[[connector]]"),
        (vec!["help", "faults"], "{ job_dies = { rows = 20 } }"),
        (
            vec!["help", "scopes"],
            "\nurl:PUT|/api/v1/courses/:course_id/assignments/:assignment_id/submissions/:user_id\n",
        ),
        (vec!["--version"], "gradepush "),
        (vec!["completions", "bash"], "gradepush"),
    ] {
        let ran = home.run(&arguments).succeeds();
        assert!(ran.stdout.contains(part), "{arguments:?}: {}", ran.stdout);
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
    home.run(&["man", "pages"]).succeeds();
    for page in ["gradepush.1", "gradepush-plan.1", "gradepush-connector-add.1"] {
        assert!(home.path("pages").join(page).exists(), "{page} is missing");
    }
    home.run(&["help", "nonsense"]).ends_with(2);
}
