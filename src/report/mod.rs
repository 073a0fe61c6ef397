//! A plan or a run as HTML, CSV or JSON. Pure: data in, bytes out.
//!
//! Every output takes the same [`ReportHeader`] and is then fed course by course, because a term's plan does not fit in
//! memory: [`HtmlReport`], [`CellCsv`] and [`FailedScores`] are folds over [`ReportPart`]s, and [`Summary`], which needs no
//! cells, over [`ReportCourse`]s.

mod assignments;
mod cells;
mod courses;
mod csv;
mod decisions;
mod failed;
mod findings;
mod head;
mod header;
mod headline;
mod histogram;
mod json;
mod marks;
mod page;
mod people;
mod status;
mod summary;
mod values;
mod whose;
mod words;

pub use courses::{CourseSummary, worst_first};
pub use csv::{CellCsv, CreatedColumns};
pub use failed::FailedScores;
pub use header::{ReportCourse, ReportError, ReportHeader, ReportPart, RunFigures, Subject};
pub use headline::ShownPart;
pub use json::{finding_json, finding_url, sources_json};
pub use marks::{is_cell_csv, is_page};
pub use page::{HtmlCells, HtmlReport};
pub use summary::Summary;
pub use whose::{GraderNames, grader, whose_words};
pub use words::{for_people, plan_line, replaced_line};
