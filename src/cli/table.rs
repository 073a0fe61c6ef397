//! Tables and paragraphs for people.

use comfy_table::{ContentArrangement, Table, presets};
use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr as _;

/// A table with a heading row, as wide as its content.
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

/// The same where it fits; else each row as a line of its first `head` columns, and the others indented below it.
pub(crate) fn within<const COLUMNS: usize>(
    width: Option<usize>,
    head: usize,
    headings: [&str; COLUMNS],
    rows: Vec<[String; COLUMNS]>,
) -> String {
    let table = of(headings, rows.iter().cloned());
    let Some(width) = width.filter(|width| table.lines().any(|line| line.width() > *width)) else { return table };
    let joined = |cells: &[String]| {
        let cells: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        cells.join("  ")
    };
    let mut lines = Vec::new();
    for row in rows {
        let (first, rest) = row.split_at(head.min(COLUMNS));
        lines.push(wrapped(&joined(first), Some(width), 4));
        let rest = joined(rest);
        if !rest.is_empty() {
            lines.push(wrapped(&format!("    {rest}"), Some(width), 4));
        }
    }
    lines.join("\n")
}

/// Text in lines of at most this width; those after the first are indented by so many places. A longer word is cut;
/// a command in backticks is not where it fits a line, and an address never is: terminals open it as it stands.
pub(crate) fn wrapped(text: &str, width: Option<usize>, indent: usize) -> String {
    let Some(width) = width.filter(|width| text.width() > *width) else { return text.to_owned() };
    let lead = text.len() - text.trim_start().len();
    let (lead, indent) = (" ".repeat(lead.min(width / 2)), " ".repeat(indent.min(width / 2)));
    let options = Options::new(width)
        .initial_indent(&lead)
        .subsequent_indent(&indent)
        .word_separator(WordSeparator::Custom(words))
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(!text.contains("://"))
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::fill(text.trim_start(), options)
}

/// Words at spaces; what stands in backticks is one.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let (mut start, mut is_quoted, mut was_space) = (0, false, false);
    let mut words = Vec::new();
    for (place, letter) in line.char_indices() {
        if was_space && letter != ' ' && !is_quoted {
            words.push(Word::from(&line[start..place]));
            start = place;
        }
        is_quoted ^= letter == '`';
        was_space = letter == ' ';
    }
    words.push(Word::from(&line[start..]));
    Box::new(words.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<[String; 4]> {
        let row = |mark: &str, who: &str, what: &str, why: &str| [mark, who, what, why].map(str::to_owned);
        vec![
            row("!", "Dlamini, Catrin (cdlamini1)", "Lecture 1: What Is Life?  95 → 58", "somebody else graded it"),
            row("+", "小龙, 李 (lxiaolong)", "Fiscal Policy 日本語字幕  – → 7", "no grade yet"),
        ]
    }

    #[test]
    fn a_table_fits_every_width_or_is_stacked() {
        let wide = within(Some(200), 3, ["", "", "", ""], rows());
        assert_eq!(wide, of(["", "", "", ""], rows()), "where there is room it is a table");
        assert_eq!(within(None, 3, ["", "", "", ""], rows()), wide, "a pipe has room");
        for width in [20, 40, 80] {
            let narrow = within(Some(width), 3, ["", "", "", ""], rows());
            assert!(narrow.lines().all(|line| line.width() <= width), "{width}:\n{narrow}");
            let words = |text: &str| text.split_whitespace().collect::<String>();
            let all = rows().concat().concat();
            assert_eq!(words(&narrow), words(&all), "{width}: nothing is lost");
        }
    }

    #[test]
    fn an_address_is_not_cut() {
        let address = "https://canvas.example.edu/courses/1201/gradebook/speed_grader?assignment_id=9001";
        assert_eq!(wrapped(&format!("see it: {address}"), Some(40), 2), format!("see it:\n  {address}"));
    }

    #[test]
    fn a_paragraph_keeps_its_words_and_its_indent() {
        let text = "    → check the value; Canvas accepts it as extra points";
        assert_eq!(
            wrapped(text, Some(30), 6),
            "    → check the value; Canvas\n      accepts it as extra\n      points"
        );
        assert_eq!(wrapped(text, Some(100), 6), text);
        assert_eq!(wrapped("abcdefghij", Some(4), 0), "abcd\nefgh\nij");
        let command = "hint: look at the plan, then `gradepush push P1 --yes` does it";
        assert_eq!(wrapped(command, Some(40), 2), "hint: look at the plan, then\n  `gradepush push P1 --yes` does it");
    }
}
