//! The files of `fixtures/intake` against the university of `fixtures/worlds/intake.json`.

use super::{Home, Served};

/// A home beside the university of `fixtures/worlds/intake.json`, whose ids are of this kind.
pub(crate) fn home(origin: &str) -> (Home, Served) {
    home_beside(origin, &[])
}

/// The same, where texts of the world were replaced by others.
pub(crate) fn home_beside(origin: &str, replaced: &[(&str, &str)]) -> (Home, Served) {
    let home = Home::new();
    let world = crate::repository().join("fixtures/worlds/intake.json");
    let mut text = fs_err::read_to_string(world).expect("the world");
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    home.write("world.json", &text);
    let served = home.with_sandbox(&["--world", &home.path("world.json").display().to_string()]);
    home.run(&["connector", "edit", "Sandbox", "--user-id-origin", origin, "--use-existing-assignments"]).succeeds();
    home.run(&["sync"]).succeeds();
    (home, served)
}

/// What the plan of a file makes of each cell: assignment or new title, student, class, value.
pub(crate) fn cells(home: &Home, file: &str, course: Option<&str>) -> (Vec<String>, String) {
    let course: Vec<&str> = course.iter().flat_map(|course| ["--course", course]).collect();
    planned(home, file, &course)
}

/// The path of a file of `fixtures/intake`.
pub(crate) fn input(file: &str) -> String {
    crate::repository().join("fixtures/intake").join(file).display().to_string()
}

/// The same as [`cells`], with these further arguments of `plan`.
pub(crate) fn planned(home: &Home, file: &str, further: &[&str]) -> (Vec<String>, String) {
    let path = input(file);
    let mut arguments = vec!["plan", &path, "--csv", "plan.csv"];
    arguments.extend_from_slice(further);
    let ran = home.run(&arguments);
    let text = fs_err::read(home.path("plan.csv")).expect("a plan");
    fs_err::remove_file(home.path("plan.csv")).expect("removed");
    let mut table = csv::Reader::from_reader(text.as_slice());
    let names = table.headers().expect("a header").clone();
    let rows = table.records().map(|row| {
        let row = row.expect("a row");
        let get = |name: &str| {
            let place = names.iter().position(|one| one.trim_start_matches('\u{feff}') == name).expect("the column");
            row[place].to_owned()
        };
        let column = Some(get("assignment_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| get("assignment"));
        let codes = get("codes");
        let value = if codes.is_empty() { get("new") } else { codes };
        format!("{column} {} {} {value}", get("user_id"), get("class"))
    });
    (rows.collect(), ran.all())
}
