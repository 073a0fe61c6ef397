//! `map`: which assignment a key means.

use std::path::{Path, PathBuf};

use crate::canvas::CanvasError;
use crate::cli::args::{Intake, Selection, input};
use crate::cli::connector::Connector;
use crate::cli::consent::counted;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::json::Finished;
use crate::cli::output::{Force, Mark, Output, Outputs, hand_over};
use crate::cli::table;
use crate::domain::{
    AssignmentId, AssignmentKey, Binding, ColumnKey, CourseId, Identified, Points, ScoreSheet, UntitledColumn,
    identify_course, is_fixed_header,
};
use crate::engine::{Events, Session, SuggestedBinding, suggest_bindings};
use crate::scores::{EditedRow, read_rows, write_rows};
use crate::store::{Access, Store};

/// The columns of the map as a file.
const COLUMNS: [&str; 10] = [
    "course_id",
    "assignment_id",
    "assignment_title",
    "canvas_course_id",
    "canvas_assignment_id",
    "name",
    "points_possible",
    "customer_number",
    "provider_id",
    "files",
];

/// Those without which there is no binding.
const REQUIRED: [&str; 3] = ["course_id", "canvas_course_id", "canvas_assignment_id"];

/// Keep the assignment map: the sender's key and the Canvas assignment
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all bindings
    List,
    /// Bind a key to a Canvas assignment, which is looked at in Canvas first
    Bind {
        #[command(flatten)]
        key: Key,
        /// The internal id of the Canvas assignment
        #[arg(value_name = "CANVAS_ID")]
        to: AssignmentId,
        /// Bind it though another key is bound to the same assignment: both write there, and take each other's grades
        /// for their own
        #[arg(long)]
        shared: bool,
    },
    /// Remove a binding; the assignment stays in Canvas
    Unbind {
        #[command(flatten)]
        key: Key,
    },
    /// Take the bindings of a CSV
    Import {
        /// A file of `map export`
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print all bindings as CSV
    Export {
        /// Write to this file [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        force: Force,
    },
    /// Suggest existing assignments for the columns of these scores, as a file for `map import`; binds nothing
    Suggest {
        /// Files with scores in any recognised format
        #[arg(required = true, value_name = "SCORES")]
        scores: Vec<PathBuf>,
        /// Write to this file [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        force: Force,
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        intake: Box<Intake>,
    },
}

/// What identifies a column to its sender.
#[derive(Debug, clap::Args)]
struct Key {
    /// The course id as in the sheet
    #[arg(value_name = "COURSE")]
    course: String,
    /// The assignment id as in the sheet
    #[arg(value_name = "ASSIGNMENT")]
    assignment: String,
    /// The assignment is named by its title, because the sheet gives it no id
    #[arg(long)]
    by_title: bool,
    /// ASSIGNMENT is a header such as `Total Score`, which every file of its kind has: it means the assignment in files of
    /// this name, in which `*` stands for anything
    #[arg(long, value_name = "PATTERN", conflicts_with = "by_title")]
    for_files: Option<String>,
    /// The provider id, where the sheet names one
    #[arg(long, value_name = "ID", default_value = "")]
    provider: String,
    /// The customer number, where the sheet names one
    #[arg(long, value_name = "NUMBER", default_value = "")]
    customer: String,
}

impl Arguments {
    /// Its name in machine output.
    pub(crate) fn name(&self) -> &'static str {
        match self.action {
            Action::List => "map list",
            Action::Bind { .. } => "map bind",
            Action::Unbind { .. } => "map unbind",
            Action::Import { .. } => "map import",
            Action::Export { .. } => "map export",
            Action::Suggest { .. } => "map suggest",
        }
    }
}

/// Does it.
pub(crate) fn run(context: &Context, arguments: &Arguments) -> Result<Finished, CliError> {
    let config = context.config()?;
    let connector = context.connector(&config)?;
    let store = context.open_store(&config, Access::ReadWrite)?;
    let host = connector.address.host();
    match &arguments.action {
        Action::List => {
            let bindings = store.bindings(host)?;
            let rows = bindings.iter().map(|binding| {
                let Binding { key, course, assignment, name, points_possible, .. } = binding;
                let points = points_possible.map_or_else(String::new, |points| points.to_string());
                let (sent, column) = (key.course_id.to_string(), key.assignment.to_string());
                let files = key.files().unwrap_or_default().to_owned();
                [sent, column, files, course.to_string(), assignment.to_string(), name.clone(), points]
            });
            let titles = ["course", "assignment", "in files", "Canvas course", "Canvas id", "name", "points"];
            context.ui.line(table::of(titles, rows));
            Ok(Finished::done().with("bindings", &bindings))
        }
        Action::Bind { key, to, shared } => {
            key.demand_files(*to)?;
            bind(context, &connector, &store, (key.column()?, *to), *shared)
        }
        Action::Unbind { key } => {
            let _lock = context.lock(&store, "map unbind")?;
            if !store.unbind(host, &key.column()?)? {
                return Err(CliError::usage("this key is bound to nothing").hint("list them: gradepush map list"));
            }
            context.ui.line("removed the binding; the assignment stays in Canvas");
            Ok(Finished::done())
        }
        Action::Import { file } => import(context, &connector, &store, file),
        Action::Export { output, force } => {
            let mut outputs = Outputs::of(context, force.force);
            let to = outputs.optional("--output", output.as_deref(), Mark::Table(&COLUMNS))?;
            let bindings = store.bindings(host)?;
            let mut text = Vec::new();
            write_rows(&mut text, &COLUMNS, bindings.iter().map(fields))?;
            hand_over(context, to.as_ref(), &text)?;
            Ok(Finished::done().with("bindings", &bindings).with("output", output))
        }
        Action::Suggest { scores, output, force, selection, intake } => {
            let mut outputs = Outputs::of(context, force.force);
            intake.note_files(&mut outputs, scores);
            let output = outputs.optional("--output", output.as_deref(), Mark::Nothing)?;
            let sheet = super::plan::read(context, &connector, scores, selection, intake)?.sheet;
            let session = context.session(&connector, store)?;
            suggest(context, &session, &sheet, selection, output.as_ref())
        }
    }
}

/// One line for each column that an existing assignment resembles; a person keeps those that are right.
fn suggest(
    context: &Context,
    session: &Session,
    sheet: &ScoreSheet,
    selection: &Selection,
    output: Option<&Output>,
) -> Result<Finished, CliError> {
    let suggested = Context::block_on(suggest_bindings(session, sheet, &selection.for_engine()))??;
    let mut bindings = Vec::new();
    for SuggestedBinding { key, title, course, assignment } in &suggested {
        let Some((assignment, name, points_possible, why)) = assignment else {
            context.ui.status(format!("course {} `{title}`: no assignment is alike, or several are", key.course_id));
            continue;
        };
        context.ui.status(format!("course {} `{title}`: perhaps `{name}` ({why})", key.course_id));
        bindings.push(Binding {
            key: key.clone(),
            course: *course,
            assignment: *assignment,
            assignment_created_at: None,
            name: name.clone(),
            points_possible: *points_possible,
            bound_at: context.now(),
            created_by_run: None,
        });
    }
    let mut text = Vec::new();
    write_rows(&mut text, &COLUMNS, bindings.iter().map(fields))?;
    hand_over(context, output, &text)?;
    if let Some(output) = output.filter(|output| !output.is_stdout()) {
        let path = output.path().display();
        context.ui.status(format!("wrote {path}; delete the lines that are wrong, then: gradepush map import {path}"));
    }
    Ok(Finished::done()
        .with("columns", &suggested.len())
        .with("suggested", &bindings.len())
        .with("bindings", &bindings)
        .with("output", &output.map(Output::path)))
}

impl Key {
    fn column(&self) -> Result<ColumnKey, CliError> {
        let assignment = match &self.for_files {
            Some(pattern) => {
                let column = UntitledColumn::of_files(&self.assignment, pattern);
                AssignmentKey::Untitled(column.map_err(|why| CliError::usage(why.to_string()))?)
            }
            None if self.by_title => AssignmentKey::Title(self.assignment.as_str().into()),
            None => AssignmentKey::Id(self.assignment.as_str().into()),
        };
        Ok(ColumnKey {
            customer_number: self.customer.as_str().into(),
            provider_id: self.provider.as_str().into(),
            course_id: self.course.as_str().into(),
            assignment,
        })
    }

    /// A header that every file of its kind has means another assignment in the next file.
    fn demand_files(&self, to: AssignmentId) -> Result<(), CliError> {
        let Self { course, assignment: header, for_files, .. } = self;
        if for_files.is_some() || !is_fixed_header(header) {
            return Ok(());
        }
        let why = format!(
            "every file of its kind has a column `{header}`, so that a binding for all of them would give the scores of \
             the next file to this assignment, too"
        );
        Err(CliError::usage(why).hint(format!(
            "say for files of which name: gradepush map bind '{course}' '{header}' {to} --for-files 'PATTERN', such as \
             'hw1*.csv'"
        )))
    }
}

fn bind(
    context: &Context,
    connector: &Connector,
    store: &Store,
    (key, assignment): (ColumnKey, AssignmentId),
    shared: bool,
) -> Result<Finished, CliError> {
    let host = connector.address.host();
    let course = match identify_course(&store.directory(host)?, connector.course_id_origin, &key.course_id) {
        Identified::Found { id, .. } => id,
        Identified::Not { reason, .. } => {
            return Err(
                CliError::usage(format!("`{}`: {reason}", key.course_id)).hint("refresh the cache: gradepush sync")
            );
        }
    };
    let bound = store.bindings(host)?;
    // Files of several names may hold one assignment's scores, and never at the same time.
    let of_files = |one: &Binding| one.key.files().is_some() && key.files().is_some();
    let rival =
        |one: &&Binding| one.course == course && one.assignment == assignment && one.key != key && !of_files(one);
    if let Some(other) = bound.iter().find(rival).filter(|_| !shared) {
        return Err(CliError::usage(format!(
            "`{}` of course {} is bound to assignment {assignment} already, and each of the two would take the other's \
             grades for its own and replace them",
            other.key.assignment, other.key.course_id
        ))
        .hint("`gradepush map list` shows both: unbind the one that is over, or bind this one too with --shared"));
    }
    let reader = context.client(connector, &Events::ignored())?.reader();
    let found = match Context::block_on(reader.assignment(course, assignment))? {
        Err(CanvasError::NotFound { .. }) => {
            return Err(CliError::usage(format!("course {course} has no assignment {assignment}"))
                .hint("its address in Canvas ends with its number: …/courses/COURSE/assignments/NUMBER"));
        }
        found => found?,
    };
    let binding = Binding {
        key,
        course,
        assignment,
        assignment_created_at: found.created_at,
        name: found.name,
        points_possible: found.points_possible,
        bound_at: context.now(),
        created_by_run: None,
    };
    let _lock = context.lock(store, "map bind")?;
    store.bind(host, std::slice::from_ref(&binding))?;
    let Binding { key, name, .. } = &binding;
    let files = key.files().map_or_else(String::new, |files| format!(" in files `{files}`"));
    context.ui.line(format!(
        "course {} assignment {}{files} now means `{name}` (assignment {assignment} of course {course})",
        key.course_id, key.assignment
    ));
    Ok(Finished::done().with("binding", &binding))
}

/// All lines or none.
fn import(context: &Context, connector: &Connector, store: &Store, file: &Path) -> Result<Finished, CliError> {
    let rows = read_rows(input(file), &COLUMNS, &REQUIRED)?;
    let name = file.display().to_string();
    let bindings: Vec<_> = rows.iter().map(|row| binding(context, &name, row)).collect::<Result<_, _>>()?;
    let _lock = context.lock(store, "map import")?;
    store.bind(connector.address.host(), &bindings)?;
    context.ui.line(format!("took {}", counted(bindings.len() as u64, "binding")));
    Ok(Finished::done().with("bindings", &bindings.len()))
}

fn binding(context: &Context, name: &str, row: &EditedRow) -> Result<Binding, CliError> {
    let wrong = |why: String| CliError::rejected(format!("{name}:{}: {why}", row.line)).hint("correct the line");
    let field = |index: usize| row.fields.get(index).map_or("", String::as_str);
    let id_error = |error: crate::domain::IdError| wrong(error.to_string());
    let assignment = match (field(1), field(2), field(9)) {
        ("", "", _) => return Err(wrong("neither an assignment id nor a title is given".to_owned())),
        ("", title, "") => AssignmentKey::Title(title.into()),
        ("", header, files) => {
            let column = UntitledColumn::of_files(header, files);
            AssignmentKey::Untitled(column.map_err(|why| wrong(why.to_string()))?)
        }
        (id, _, "") => AssignmentKey::Id(id.into()),
        (..) => return Err(wrong("`files` is for a header in `assignment_title`, and not for an id".to_owned())),
    };
    let points = match field(6) {
        "" => None,
        text => Some(text.parse::<Points>().map_err(|_| wrong(format!("`{text}` is not a number of points")))?),
    };
    Ok(Binding {
        key: ColumnKey {
            customer_number: field(7).into(),
            provider_id: field(8).into(),
            course_id: field(0).into(),
            assignment,
        },
        course: field(3).parse::<CourseId>().map_err(id_error)?,
        assignment: field(4).parse().map_err(id_error)?,
        assignment_created_at: None,
        name: field(5).to_owned(),
        points_possible: points,
        bound_at: context.now(),
        created_by_run: None,
    })
}

fn fields(binding: &Binding) -> Vec<String> {
    let Binding { key, course, assignment, name, points_possible, .. } = binding;
    let ColumnKey { customer_number, provider_id, course_id, assignment: sent } = key;
    let (id, title) = match sent {
        AssignmentKey::Id(id) => (id.to_string(), String::new()),
        AssignmentKey::Title(title) => (String::new(), title.to_string()),
        AssignmentKey::Untitled(column) => (String::new(), column.header.to_string()),
        AssignmentKey::Missing => (String::new(), String::new()),
    };
    let points = points_possible.map_or_else(String::new, |points| points.to_string());
    vec![
        course_id.to_string(),
        id,
        title,
        course.to_string(),
        assignment.to_string(),
        name.clone(),
        points,
        customer_number.to_string(),
        provider_id.to_string(),
        key.files().unwrap_or_default().to_owned(),
    ]
}
