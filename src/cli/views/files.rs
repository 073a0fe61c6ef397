//! The report files: a page and a CSV, whole or not at all, readable by their owner only.

use std::path::Path;

use super::Stored;
use crate::cli::args::HtmlCells as Which;
use crate::cli::error::CliError;
use crate::cli::output::{Mark, Output, OutputFile, Outputs};
use crate::cli::ui::Ui;
use crate::report::{CellCsv, HtmlCells, HtmlReport, ReportError, ReportHeader};

/// The reports that were asked for, checked before the command begins.
pub(crate) struct Reports {
    html: Option<Output>,
    which: Which,
    csv: Option<Output>,
}

impl Reports {
    /// Checks where they go.
    pub(crate) fn of(
        outputs: &mut Outputs,
        html: Option<&Path>,
        which: Which,
        csv: Option<&Path>,
    ) -> Result<Self, CliError> {
        let html = outputs.optional("--html", html, Mark::Page)?;
        let csv = outputs.optional("--csv", csv, Mark::Cells)?;
        Ok(Self { html, which, csv })
    }

    /// Writes them, and says where they are.
    pub(crate) fn write(&self, ui: &Ui, stored: &Stored<'_>) -> Result<(), CliError> {
        let Self { html, which, csv } = self;
        if csv.is_none() && html.is_none() {
            return Ok(());
        }
        let named = csv.as_ref().filter(|csv| !csv.is_stdout());
        let header = ReportHeader {
            csv_name: named.and_then(|csv| Some(csv.path().file_name()?.to_string_lossy().into_owned())),
            ..stored.header.clone()
        };
        let which = match which {
            Which::Auto => HtmlCells::Auto,
            Which::All => HtmlCells::All,
        };
        let table = csv.as_ref().map(|output| begin_csv(stored, output)).transpose()?;
        let mut table = csv.as_ref().zip(table);
        let mut page = html.as_ref().map(|output| (output, HtmlReport::new(&header, which)));
        stored.each(|part| {
            if let Some((output, table)) = &mut table {
                table.part(part).map_err(|error| failed(output, error))?;
            }
            if let Some((output, page)) = &mut page {
                page.part(part).map_err(|error| failed(output, error))?;
            }
            Ok(())
        })?;
        if let Some((output, table)) = table {
            table.finish().map_err(|error| failed(output, error))?.finish()?;
            tell(ui, output);
        }
        if let Some((output, page)) = page {
            let mut file = output.begin()?;
            page.finish(&mut file).map_err(|error| failed(output, error))?;
            file.finish()?;
            tell(ui, output);
        }
        Ok(())
    }
}

fn begin_csv<'a>(stored: &'a Stored<'_>, output: &'a Output) -> Result<CellCsv<'a, OutputFile<'a>>, CliError> {
    CellCsv::new(&stored.header, stored.created()?, output.begin()?).map_err(|error| failed(output, error))
}

fn tell(ui: &Ui, output: &Output) {
    if !output.is_stdout() {
        ui.status(format!("wrote {}", output.path().display()));
    }
}

fn failed(output: &Output, error: ReportError) -> CliError {
    match error {
        ReportError::Write(error) => output.cannot_be_written(&error),
        error @ ReportError::Layout(_) => CliError::internal(error.to_string()).caused_by(error),
    }
}
