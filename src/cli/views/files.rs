//! The report files: a page and a CSV, whole or not at all, readable by their owner only.

use std::path::Path;

use super::Stored;
use crate::cli::args::HtmlCells as Which;
use crate::cli::error::CliError;
use crate::cli::files::write_named;
use crate::cli::ui::Ui;
use crate::report::{CellCsv, HtmlCells, HtmlReport, ReportError};

/// Writes the files that were asked for, and says where they are.
pub(crate) fn write_reports(
    ui: &Ui,
    stored: &Stored<'_>,
    html: Option<&Path>,
    which: Which,
    csv: Option<&Path>,
) -> Result<(), CliError> {
    if let Some(path) = csv {
        let mut bytes = Vec::new();
        let mut table = CellCsv::new(&stored.header, stored.created()?, &mut bytes).map_err(failed)?;
        stored.each(|part| table.part(part).map_err(failed))?;
        table.finish().map_err(failed)?;
        write(ui, path, &bytes)?;
    }
    if let Some(path) = html {
        let mut header = stored.header.clone();
        header.csv_name = csv.and_then(|csv| Some(csv.file_name()?.to_string_lossy().into_owned()));
        let which = match which {
            Which::Auto => HtmlCells::Auto,
            Which::All => HtmlCells::All,
        };
        let mut page = HtmlReport::new(&header, which);
        stored.each(|part| page.part(part).map_err(failed))?;
        let mut bytes = Vec::new();
        page.finish(&mut bytes).map_err(failed)?;
        write(ui, path, &bytes)?;
    }
    Ok(())
}

fn write(ui: &Ui, path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    write_named(path, bytes)?;
    ui.status(format!("wrote {}", path.display()));
    Ok(())
}

fn failed(error: ReportError) -> CliError {
    CliError::internal(error.to_string()).caused_by(error)
}
