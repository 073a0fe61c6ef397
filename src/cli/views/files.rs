//! The report files: a page and a CSV, whole or not at all, readable by their owner only.

use std::path::Path;

use super::Stored;
use crate::cli::args::HtmlCells as Which;
use crate::cli::error::CliError;
use crate::cli::files::{PrivateFile, cannot_be_written};
use crate::cli::ui::Ui;
use crate::report::{CellCsv, HtmlCells, HtmlReport, ReportError, ReportHeader};

/// Writes the files that were asked for, and says where they are.
pub(crate) fn write_reports(
    ui: &Ui,
    stored: &Stored<'_>,
    html: Option<&Path>,
    which: Which,
    csv: Option<&Path>,
) -> Result<(), CliError> {
    if csv.is_none() && html.is_none() {
        return Ok(());
    }
    let header = ReportHeader {
        csv_name: csv.and_then(|csv| Some(csv.file_name()?.to_string_lossy().into_owned())),
        ..stored.header.clone()
    };
    let which = match which {
        Which::Auto => HtmlCells::Auto,
        Which::All => HtmlCells::All,
    };
    let table = csv.map(|path| begin_csv(stored, path)).transpose()?;
    let mut table = csv.zip(table);
    let mut page = html.map(|path| (path, HtmlReport::new(&header, which)));
    stored.each(|part| {
        if let Some((path, table)) = &mut table {
            table.part(part).map_err(|error| failed(path, error))?;
        }
        if let Some((path, page)) = &mut page {
            page.part(part).map_err(|error| failed(path, error))?;
        }
        Ok(())
    })?;
    if let Some((path, table)) = table {
        let file = table.finish().map_err(|error| failed(path, error))?;
        finish(ui, path, file)?;
    }
    if let Some((path, page)) = page {
        let mut file = create(path)?;
        page.finish(&mut file).map_err(|error| failed(path, error))?;
        finish(ui, path, file)?;
    }
    Ok(())
}

fn begin_csv<'a>(stored: &'a Stored<'_>, path: &Path) -> Result<CellCsv<'a, PrivateFile>, CliError> {
    CellCsv::new(&stored.header, stored.created()?, create(path)?).map_err(|error| failed(path, error))
}

fn create(path: &Path) -> Result<PrivateFile, CliError> {
    PrivateFile::create(path).map_err(|error| cannot_be_written(path, &error))
}

fn finish(ui: &Ui, path: &Path, file: PrivateFile) -> Result<(), CliError> {
    file.finish().map_err(|error| cannot_be_written(path, &error))?;
    ui.status(format!("wrote {}", path.display()));
    Ok(())
}

fn failed(path: &Path, error: ReportError) -> CliError {
    match error {
        ReportError::Write(error) => cannot_be_written(path, &error),
        error @ ReportError::Layout(_) => CliError::internal(error.to_string()).caused_by(error),
    }
}
