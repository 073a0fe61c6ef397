//! How a report of this tool is known again: nothing else is replaced by a later one.

use super::csv::COLUMNS;

/// The columns that the CSV of cells had from its first version on; later ones are added behind them.
const FIRST_COLUMNS: usize = 14;

/// What the page says of itself.
const GENERATOR: &[u8] = b"<meta name=\"generator\" content=\"gradepush\">";

/// Whether a file that begins with `head` is a page of [`HtmlReport`](super::HtmlReport).
pub fn is_page(head: &[u8]) -> bool {
    head.windows(GENERATOR.len()).any(|part| part == GENERATOR)
}

/// Whether a file that begins with `head` is the CSV of [`CellCsv`](super::CellCsv).
pub fn is_cell_csv(head: &[u8]) -> bool {
    head.starts_with((COLUMNS[..FIRST_COLUMNS].join(",") + ",").as_bytes())
}
