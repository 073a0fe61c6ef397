//! Reads score files for every command that takes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Intake as Flags;
use super::error::CliError;
use super::ui::Ui;
use crate::domain::UserIdOrigin;
use crate::engine::CourseName;
use crate::scores::{Input, Intake, Reading};

/// Reads these files with these flags; a single `--course` is the course of files that name none.
pub(crate) fn read_scores(
    files: &[PathBuf],
    flags: &Flags,
    courses: &[CourseName],
    user_id_origin: UserIdOrigin,
) -> Result<Reading, CliError> {
    let intake = intake(flags, courses, user_id_origin)?;
    Ok(crate::scores::read(files.iter().map(|file| input(file)).collect(), &intake)?)
}

/// Says what reading altered: counts and places, never names or scores.
pub(crate) fn tell_notes(ui: &Ui, reading: &Reading) {
    for note in &reading.notes {
        ui.note(format!("{}: {}", reading.sheet.locate(note.source), note.kind));
    }
}

fn input(file: &Path) -> Input {
    if file == Path::new("-") {
        return Input::Reader { name: "-".to_owned(), reader: Box::new(std::io::stdin()) };
    }
    Input::Path(file.to_owned())
}

fn intake(flags: &Flags, courses: &[CourseName], user_id_origin: UserIdOrigin) -> Result<Intake, CliError> {
    let Flags { from, layout, course_from_name, courses: rules, method, complete_at, possible, missing, repeat } =
        flags;
    for (flag, given) in [
        ("--layout", layout.is_some()),
        ("--course-from-name", course_from_name.is_some()),
        ("--courses", rules.is_some()),
    ] {
        if given {
            return Err(CliError::usage(format!("{flag} is not built yet")));
        }
    }
    let defaults = Intake::default();
    let course = match courses {
        [CourseName::AsSent(id) | CourseName::Forced(_, id)] => Some(Arc::from(id.as_str())),
        _ => None,
    };
    Ok(Intake {
        from: *from,
        course,
        method: *method,
        complete_at: complete_at.unwrap_or(defaults.complete_at),
        possible: *possible,
        missing: missing.unwrap_or_default(),
        repeat: *repeat,
        user_id_origin,
    })
}
