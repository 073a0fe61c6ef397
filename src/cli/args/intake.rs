//! How input files become scores.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::output::{Outputs, is_report};
use crate::cli::values;
use crate::cli::views::tell_reading;
use crate::domain::{Points, RepeatRule, ScoreSheet, UserIdOrigin};
use crate::scores::{
    self, AssignmentTitle, CourseFromName, CourseRules, DecimalSign, Format, Input, Layout, Method, Missing, Possible,
    Reading, TitleFromName,
};

/// How input files become scores; `export` and every command that reads scores take these.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Reading scores")]
pub(crate) struct Intake {
    /// Take the input as this format [default: recognised by content; `export --list-formats` lists them]
    #[arg(long, value_parser = values::format(), value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) from: Option<Format>,

    /// Read the input through this layout, a TOML file (`export --suggest-layout` writes one)
    #[arg(long, value_name = "FILE")]
    pub(crate) layout: Option<PathBuf>,

    /// Take the course id from the file's name: `{course}` in the pattern stands for it, `*` for anything
    #[arg(long, value_name = "PATTERN")]
    pub(crate) course_from_name: Option<CourseFromName>,

    /// Take the scores of files that name no assignment for this one
    #[arg(long, value_parser = values::title, value_name = "TITLE", conflicts_with = "assignment_from_name")]
    pub(crate) assignment_title: Option<String>,

    /// Take that assignment's title from the file's name: `{title}` in the pattern stands for it, `*` for anything
    #[arg(long, value_name = "PATTERN")]
    pub(crate) assignment_from_name: Option<TitleFromName>,

    /// Take the header from this line [default: found, where a known header stands below other lines]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..), value_name = "N")]
    pub(crate) header_row: Option<u32>,

    /// Read this sheet of a workbook, by its name or number [default: the first in which something stands]
    #[arg(long, value_name = "NAME|N")]
    pub(crate) sheet: Option<String>,

    /// Take grading rules per course from this CSV (`export --suggest-courses` writes one)
    #[arg(long, value_name = "FILE")]
    pub(crate) courses: Option<PathBuf>,

    /// Grade viewing by this method [default: percent]
    #[arg(long, value_parser = values::method(), value_name = "METHOD")]
    pub(crate) method: Option<Method>,

    /// Count as complete from this percentage on [default: 100]
    #[arg(long, value_parser = values::percentage, value_name = "PERCENT")]
    pub(crate) complete_at: Option<Points>,

    /// Points possible where the input does not say: a number, or `recording` for its length in minutes
    #[arg(long, value_name = "N|recording")]
    pub(crate) possible: Option<Possible>,

    /// Take a blank as this [default: skip]
    #[arg(long, value_parser = values::missing(), value_name = "RULE")]
    pub(crate) missing: Option<Missing>,

    /// Take this for the decimal sign of numbers that could have decimals or thousands, such as 1.050 [default: what
    /// the other numbers of the column show]
    #[arg(long, value_parser = values::decimal(), value_name = "SIGN")]
    pub(crate) decimal: Option<DecimalSign>,

    /// Settle several values of one student and column by this rule [default: by format: last for captures, max for
    /// cumulative reports, sum for the minutes of meetings, error for the canonical CSV]
    #[arg(long, value_parser = values::repeat_rule(), value_name = "RULE")]
    pub(crate) repeat: Option<RepeatRule>,
}

impl Intake {
    /// Reads the files into one sheet and says on stderr what was altered or could not be used. `course` is the course
    /// of files that name none, `user_id_origin` chooses among several id columns.
    pub(crate) fn read(
        &self,
        context: &Context,
        files: &[PathBuf],
        course: Option<&str>,
        user_id_origin: UserIdOrigin,
    ) -> Result<Reading, CliError> {
        refuse_repeated(files)?;
        if self.layout.is_some() && self.from.is_some_and(|format| format != Format::Map) {
            return Err(CliError::usage("--layout describes a file of no known format; leave --from out, or --layout"));
        }
        let Self {
            from,
            layout,
            course_from_name,
            courses,
            method,
            complete_at,
            possible,
            missing,
            decimal,
            repeat,
            ..
        } = self;
        let default = scores::Intake::default();
        let intake = scores::Intake {
            from: *from,
            layout: layout.as_deref().map(|path| Layout::read(input(path))).transpose()?,
            course: course.map(Into::into),
            course_from_name: course_from_name.clone(),
            assignment: self.assignment(),
            sheet: self.sheet.as_deref().map(Into::into),
            header_row: self.header_row,
            courses: match courses {
                Some(path) => CourseRules::read(input(path))?,
                None => CourseRules::default(),
            },
            method: *method,
            complete_at: complete_at.unwrap_or(default.complete_at),
            possible: *possible,
            missing: missing.unwrap_or_default(),
            decimal: *decimal,
            repeat: *repeat,
            user_id_origin,
        };
        refuse_reports(files)?;
        let reading = scores::read(files.iter().map(|path| input(path)).collect(), &intake)?;
        tell_reading(&context.ui, &reading);
        refuse_nothing(files, &reading)?;
        if self.assignment().is_some() && !reading.title_taken {
            return Err(CliError::usage(
                "every column names its own assignment, so --assignment-title and --assignment-from-name say nothing",
            )
            .hint("leave the flag out; `gradepush map bind` binds a column to another assignment"));
        }
        Ok(reading)
    }

    /// Notes every file that [`Intake::read`] reads, so that no output takes its place.
    pub(crate) fn note_files(&self, outputs: &mut Outputs, scores: &[PathBuf]) {
        for path in scores {
            outputs.reading("a file of scores", path);
        }
        for (what, path) in [("the layout", &self.layout), ("the courses file", &self.courses)] {
            if let Some(path) = path {
                outputs.reading(what, path);
            }
        }
    }

    /// What was said of files that name no assignment.
    fn assignment(&self) -> Option<AssignmentTitle> {
        let given = self.assignment_title.clone().map(AssignmentTitle::Given);
        given.or_else(|| self.assignment_from_name.clone().map(AssignmentTitle::FromName))
    }
}

/// The same file twice is a slip, and standard input can be read only once.
fn refuse_repeated(files: &[PathBuf]) -> Result<(), CliError> {
    let mut seen = HashSet::new();
    match files.iter().find(|file| !seen.insert(*file)) {
        Some(file) if file == Path::new("-") => Err(CliError::usage("standard input (`-`) can be read only once")),
        Some(file) => Err(CliError::usage(format!("{} is named twice; name it once", file.display()))),
        None => Ok(()),
    }
}

/// A report of a plan or run looks like scores, and its columns mean something else.
fn refuse_reports(files: &[PathBuf]) -> Result<(), CliError> {
    // What cannot be opened is an error of the reading.
    match files.iter().find(|file| is_report(file).unwrap_or(false)) {
        None => Ok(()),
        Some(file) => Err(CliError::rejected(format!(
            "{} is a report of gradepush about a plan or a run, and no scores",
            file.display()
        ))
        .hint("name the file that the scores came from: the report and `gradepush runs` name it")),
    }
}

/// Files of which nothing comes are no success: an export that broke must not look like a term without scores.
fn refuse_nothing(files: &[PathBuf], reading: &Reading) -> Result<(), CliError> {
    let ScoreSheet { scores, skipped, blanks, item_records, .. } = &reading.sheet;
    if !scores.is_empty() || !skipped.is_empty() || !blanks.is_empty() || *item_records > 0 {
        return Ok(());
    }
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let have = if names.len() == 1 { "has" } else { "have" };
    Err(CliError::rejected(format!("{} {have} no rows", names.join(", ")))
        .coded("no-rows")
        .hint("check the export that made it: a header alone says nothing about anybody"))
}

/// `-` is standard input.
pub(crate) fn input(path: &Path) -> Input {
    if path == Path::new("-") {
        Input::Reader { name: "-".to_owned(), reader: Box::new(std::io::stdin()) }
    } else {
        Input::Path(path.to_owned())
    }
}
