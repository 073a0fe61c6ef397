//! The files of `fixtures/intake`, planned beside the universities of `fixtures/worlds`.

use std::collections::HashMap;

use serde_json::Value;

use super::{Home, Ran, Served};

/// Says that files are of the course that most of them are of.
pub(crate) const COURSE: [&str; 2] = ["--course", "CHEM-110-F26"];

/// A university, and whose token looks at it.
pub(crate) struct World {
    text: String,
    token: Option<&'static str>,
}

impl World {
    /// The one of this file of `fixtures/worlds`, as its admin sees it.
    pub(crate) fn of(file: &str) -> Self {
        let path = crate::repository().join("fixtures/worlds").join(file);
        Self { text: fs_err::read_to_string(path).expect("the world"), token: None }
    }

    /// The same with other texts in it.
    pub(crate) fn with(mut self, replaced: &[(&str, &str)]) -> Self {
        for (from, to) in replaced {
            assert!(self.text.contains(from), "{from}");
            self.text = self.text.replace(from, to);
        }
        self
    }

    /// The same, as another token sees it.
    pub(crate) fn seen_with(self, token: &'static str) -> Self {
        Self { token: Some(token), ..self }
    }

    /// A home beside it whose ids of users are of this kind. Its cache is empty.
    pub(crate) fn home(&self, origin: &str, options: &[&str]) -> (Home, Served) {
        let home = Home::new();
        let world = home.write("world.json", &self.text).display().to_string();
        let served = home.with_sandbox(&[&["--world", &world], options].concat());
        if let Some(token) = self.token {
            home.write("token", &format!("{token}\n"));
        }
        home.run(&["connector", "edit", "Sandbox", "--use-existing-assignments"]).succeeds();
        count_as(&home, origin);
        (home, served)
    }

    /// The same, and its cache is filled.
    pub(crate) fn synced(&self, origin: &str) -> (Home, Served) {
        let (home, served) = self.home(origin, &[]);
        home.run(&["sync"]).succeeds();
        (home, served)
    }
}

/// A home beside the university of `fixtures/worlds/intake.json`, as its admin sees it.
pub(crate) fn home(origin: &str) -> (Home, Served) {
    World::of("intake.json").synced(origin)
}

/// Ids of users are of this kind from now on.
pub(crate) fn count_as(home: &Home, origin: &str) {
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin]).succeeds();
}

/// The path of a file of the home, else of `fixtures/intake`.
pub(crate) fn input(home: &Home, file: &str) -> String {
    let own = home.path(file);
    let path = if own.exists() { own } else { crate::repository().join("fixtures/intake").join(file) };
    assert!(path.exists(), "{}", path.display());
    path.display().to_string()
}

/// Runs a command with these files before its flags.
pub(crate) fn run(home: &Home, command: &str, files: &[&str], flags: &[&str]) -> Ran {
    let files: Vec<String> = files.iter().map(|file| input(home, file)).collect();
    let mut arguments = vec![command];
    arguments.extend(files.iter().map(String::as_str).chain(flags.iter().copied()));
    home.run(&arguments)
}

/// The classes of cells that nothing is written to.
const HELD: [&str; 4] = ["blocked", "conflict", "kept", "unresolved"];

/// A plan: what was printed, and its table of cells.
pub(crate) struct Planned {
    pub(crate) ran: Ran,
    cells: Vec<HashMap<String, String>>,
}

/// Plans files with these flags.
#[track_caller]
pub(crate) fn plan(home: &Home, files: &[&str], flags: &[&str]) -> Planned {
    let ran = run(home, "plan", files, &[&["--csv", "plan.csv"], flags].concat());
    let Ok(text) = fs_err::read_to_string(home.path("plan.csv")) else { panic!("{files:?}: {}", ran.all()) };
    fs_err::remove_file(home.path("plan.csv")).expect("removed");
    let mut table = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let cells = table.deserialize().map(|row| row.expect("a row")).collect();
    Planned { ran, cells }
}

impl Planned {
    /// Each cell: assignment (its id, else its title), student (the id, else as sent), class, the value if it is not
    /// held, codes.
    pub(crate) fn cells(&self) -> Vec<String> {
        self.shown(|cell| cell["codes"].clone())
    }

    /// The same by text.
    pub(crate) fn sorted(&self) -> Vec<String> {
        let mut cells = self.cells();
        cells.sort_unstable();
        cells
    }

    /// Each cell with the reason in the place of codes, where it is blocked.
    pub(crate) fn reasons(&self) -> Vec<String> {
        self.shown(|cell| if cell["class"] == "blocked" { cell["reason"].clone() } else { String::new() })
    }

    fn shown(&self, last: impl Fn(&HashMap<String, String>) -> String) -> Vec<String> {
        let line = |cell: &HashMap<String, String>| {
            let some = |name: &str, other: &str| if cell[name].is_empty() { &cell[other] } else { &cell[name] }.clone();
            let fields = [
                some("assignment_id", "assignment"),
                some("user_id", "user_id_sent"),
                cell["class"].clone(),
                if HELD.contains(&cell["class"].as_str()) { String::new() } else { cell["new"].clone() },
                last(cell),
            ];
            fields.into_iter().filter(|field| !field.is_empty()).collect::<Vec<_>>().join(" ")
        };
        self.cells.iter().map(line).collect()
    }

    /// Everything that was printed, with single spaces: lines for people are wrapped.
    pub(crate) fn said(&self) -> String {
        self.ran.all().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The counts of machine output that are not zero, and how it ended.
    pub(crate) fn counts(&self) -> Vec<String> {
        let result = self.ran.result();
        let counts = result["counts"].as_object().expect("counts");
        let names = ["set", "change", "excuse", "clear", "unchanged", "kept", "conflict", "blocked", "unresolved"];
        let names = names.into_iter().chain(["create_assignments"]).filter(|name| counts[*name] != 0);
        names.map(|name| format!("{} {name}", counts[name])).chain([format!("exit {}", self.ran.code)]).collect()
    }
}

/// Whether a result of machine output has a finding of this code, severity and exactly these lines, whose message holds
/// this.
pub(crate) fn has_finding(result: &Value, (code, severity, lines, part): &(&str, &str, &[u64], &str)) -> bool {
    let findings = result["findings"].as_array().expect("findings");
    findings.iter().any(|finding| {
        let sources = finding["sources"].as_array().expect("sources");
        let at: Vec<u64> = sources.iter().filter_map(|one| one["line"].as_u64()).collect();
        finding["code"] == *code
            && finding["severity"] == *severity
            && at == *lines
            && finding["message"].as_str().is_some_and(|message| message.contains(part))
    })
}
