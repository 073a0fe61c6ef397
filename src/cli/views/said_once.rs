//! Long reasons that many lines share: said once below them.

use std::collections::BTreeMap;

/// From so many lines on a reason is one that repeats itself.
const MANY: usize = 3;

/// A shorter reason, in letters, is not worth a note.
const LONG: usize = 40;

/// Replaces long texts that many lines have in this column by a letter, and gives what the letters mean, in the order
/// in which they come up.
pub(super) fn said_once<const COLUMNS: usize>(lines: &mut [[String; COLUMNS]], column: usize) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.iter() {
        *times.entry(line[column].clone()).or_default() += 1;
    }
    let repeats = |text: &String| times[text] >= MANY && text.chars().count() >= LONG;
    let mut said: Vec<String> = Vec::new();
    for line in lines {
        let text = &mut line[column];
        if !repeats(text) {
            continue;
        }
        let place = said.iter().position(|one| one == text).unwrap_or_else(|| {
            said.push(text.clone());
            said.len() - 1
        });
        *text = mark(place);
    }
    said.iter().enumerate().map(|(place, text)| format!("  {} {text}", mark(place))).collect()
}

/// `(a)`, `(b)`, …: a table has far fewer reasons than there are letters.
fn mark(place: usize) -> String {
    let letter = u8::try_from(place).ok().and_then(|place| b'a'.checked_add(place)).map_or('?', char::from);
    format!("({letter})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_of_many_lines_is_said_once() {
        let [long, other] =
            ["gets its earlier value back, except what Canvas keeps", "holds its earlier value already, it is said"];
        let mut lines: Vec<[String; 2]> = [long, "short", long, other, other, "short", long, "short", other]
            .iter()
            .map(|reason| ["+".to_owned(), (*reason).to_owned()])
            .collect();
        let notes = said_once(&mut lines, 1);
        assert_eq!(notes, [format!("  (a) {long}"), format!("  (b) {other}")]);
        let reasons: Vec<&str> = lines.iter().map(|line| line[1].as_str()).collect();
        assert_eq!(reasons, ["(a)", "short", "(a)", "(b)", "(b)", "short", "(a)", "short", "(b)"]);
    }

    #[test]
    fn what_few_lines_say_stays_where_it_is() {
        let reason = "somebody entered something there after the plan was made".to_owned();
        let mut lines = vec![[reason.clone()], [reason.clone()]];
        assert_eq!(said_once(&mut lines, 0), Vec::<String>::new());
        assert_eq!(lines, [[reason.clone()], [reason]]);
    }
}
