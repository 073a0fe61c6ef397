//! Tables for people.

use comfy_table::{ContentArrangement, Table, presets};

/// A table with a heading row, as wide as its content and, on a terminal, no wider than that.
pub(crate) fn of<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if headings.iter().any(|heading| !heading.is_empty()) {
        table.set_header(headings);
    }
    for row in rows {
        table.add_row(row);
    }
    let lines: Vec<_> =
        table.lines().map(|line| line.trim_end().strip_prefix(' ').unwrap_or_default().to_owned()).collect();
    lines.join("\n")
}
