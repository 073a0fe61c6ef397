//! Reads score files for every command that takes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Intake as Flags;
use super::error::CliError;
use super::ui::Ui;
use super::values::{self, CourseName};
use crate::cli::args::{MethodFlag, MissingFlag};
use crate::domain::UserIdOrigin;
use crate::scores::{Format, Input, Intake, Method, Missing, Possible, Reading};

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
    let defaults = Intake::default();
    let from = match flags.from.as_deref() {
        None => None,
        Some(name) => Some(Format::from_name(name).ok_or_else(|| {
            CliError::usage(format!("`{name}` is not a format")).hint("`gradepush export --list-formats` lists them")
        })?),
    };
    let course = match courses {
        [CourseName::AsSent(id) | CourseName::Sis(id)] => Some(Arc::from(id.as_str())),
        [CourseName::Internal(id)] => Some(Arc::from(id.to_string().as_str())),
        _ => None,
    };
    Ok(Intake {
        from,
        course,
        method: flags.method.map(|method| match method {
            MethodFlag::Percent => Method::Percent,
            MethodFlag::Complete => Method::Complete,
            MethodFlag::Minutes => Method::Minutes,
            MethodFlag::Points => Method::Points,
        }),
        complete_at: flags.complete_at.unwrap_or(defaults.complete_at),
        possible: flags.possible.map(|possible| match possible {
            values::Possible::Points(points) => Possible::Points(points),
            values::Possible::Recording => Possible::Recording,
        }),
        missing: match flags.missing {
            Some(MissingFlag::Zero) => Missing::Zero,
            Some(MissingFlag::Skip) | None => Missing::Skip,
        },
        repeat: flags.repeat,
        user_id_origin,
    })
}
