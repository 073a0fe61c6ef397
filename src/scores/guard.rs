//! The guard against text that a spreadsheet would execute, and its exact undoing.
//!
//! A guarded cell starts with an apostrophe. Guarded is what a spreadsheet takes for a formula, what would lose its
//! outer white space on reading, and what already looks guarded; nothing else. So reading undoes writing exactly, and
//! a text that merely starts with an apostrophe stays as it is.

use std::borrow::Cow;

/// Whether reading removes the white space around a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outer {
    /// Ids, values and words: it means nothing.
    Trimmed,
    /// Titles, descriptions and comments: every character counts.
    Kept,
}

/// The text of a cell.
pub(super) fn guarded(text: &str, outer: Outer) -> Cow<'_, str> {
    if needs_guard(text, outer) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that a cell stands for.
pub(super) fn unguarded(cell: &str, outer: Outer) -> &str {
    let plain = match outer {
        Outer::Trimmed => trimmed(cell),
        Outer::Kept => cell,
    };
    // White space at the end of a guarded cell belongs to the text.
    match cell.strip_prefix('\'') {
        Some(text) if needs_guard(text, outer) => text,
        _ => plain,
    }
}

/// A text without the white space around it; mostly there is none.
pub(super) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn needs_guard(text: &str, outer: Outer) -> bool {
    // Nearly every cell is decided by its first and last byte.
    let Some(first) = text.as_bytes().first() else { return false };
    if outer == Outer::Trimmed && trimmed(text).len() != text.len() {
        return true;
    }
    match first {
        b'=' | b'@' | b'\t' | b'\r' => true,
        b'+' | b'-' => !is_number(text),
        b'\'' => needs_guard(text.trim_start_matches('\''), outer),
        _ => false,
    }
}

/// A signed number is shown by a spreadsheet, not executed.
fn is_number(text: &str) -> bool {
    let digits = text[1..].trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = digits.strip_prefix('.').unwrap_or(digits);
    text.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+cmd|x", "'+cmd|x"),
            ("-5", "-5"),
            ("+5.25", "+5.25"),
            ("-", "-"),
            ("-1-1", "'-1-1"),
            ("'tis fine", "'tis fine"),
            ("'=1", "''=1"),
            ("\tx", "'\tx"),
            ("", ""),
        ] {
            let expected = if text == "-" { "'-" } else { cell };
            assert_eq!(guarded(text, Outer::Kept), expected);
            assert_eq!(unguarded(expected, Outer::Kept), text);
        }
        assert_eq!(unguarded(" 85 ", Outer::Trimmed), "85");
        assert_eq!(unguarded("'tis", Outer::Trimmed), "'tis");
    }

    proptest! {
        #[test]
        fn reading_undoes_the_guard(text in "['=+@\\- \\t\\r\\na-c0-9.]{0,8}|.{0,12}") {
            for outer in [Outer::Trimmed, Outer::Kept] {
                let cell = guarded(&text, outer);
                prop_assert_eq!(unguarded(&cell, outer), &text);
            }
        }
    }
}
