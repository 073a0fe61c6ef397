//! The columns of a table that no reader takes anything from. One in which something stands is named: nothing of a file
//! vanishes without a word.

use super::gather::Gathering;
use super::header::Header;
use super::note::{LeftOut, NoteKind};
use super::records::Row;

/// Columns that nobody takes anything from. Each is looked at until something stands in it, so that a million rows cost
/// no more than the blanks of these columns.
#[derive(Debug, Default)]
pub(super) struct LeftOver {
    /// Those in which nothing stood so far.
    blank: Vec<usize>,
    /// Those in which something stands.
    filled: Vec<usize>,
}

impl LeftOver {
    /// All columns of the header but those that are taken.
    pub(super) fn of(header: &Header, taken: impl IntoIterator<Item = usize>) -> Self {
        let mut is_taken = vec![false; header.len()];
        for place in taken {
            if let Some(taken) = is_taken.get_mut(place) {
                *taken = true;
            }
        }
        Self { blank: (0..header.len()).filter(|place| !is_taken[*place]).collect(), filled: Vec::new() }
    }

    /// Leaves columns out that are taken after all.
    pub(super) fn leave(&mut self, taken: impl IntoIterator<Item = usize>) {
        for taken in taken {
            self.blank.retain(|place| *place != taken);
            self.filled.retain(|place| *place != taken);
        }
    }

    /// Looks at a row.
    pub(super) fn look_at(&mut self, row: Row<'_>) {
        let Self { blank, filled } = self;
        blank.retain(|place| {
            let is_blank = row.get(*place).trim().is_empty();
            if !is_blank {
                filled.push(*place);
            }
            is_blank
        });
    }

    /// Names the columns in which something stands, by reason.
    pub(super) fn tell(mut self, header: &Header, gathering: &mut Gathering<'_>, reason: impl Fn(usize) -> LeftOut) {
        self.filled.sort_unstable();
        let reason_of = |place: usize| match header.names[place].as_str() {
            "" => LeftOut::Nameless,
            _ => reason(place),
        };
        let columns: Vec<(LeftOut, String)> =
            self.filled.iter().map(|place| (reason_of(*place), name(header, *place))).collect();
        tell_left_out(&columns, header.line, gathering);
    }
}

/// Names columns that are left out, one note for each reason.
pub(super) fn tell_left_out(columns: &[(LeftOut, String)], line: u32, gathering: &mut Gathering<'_>) {
    for reason in LeftOut::ALL {
        let names: Vec<&str> =
            columns.iter().filter(|(why, _)| *why == reason).map(|(_, name)| name.as_str()).collect();
        if !names.is_empty() {
            gathering.note(line, NoteKind::ColumnsLeftOut { columns: names.join("`, `").into(), reason });
        }
    }
}

/// What a column is called: by its name, else by its place as a spreadsheet shows it.
fn name(header: &Header, place: usize) -> String {
    match header.names[place].as_str() {
        "" => format!("column {}", letters(place)),
        name => name.to_owned(),
    }
}

/// `A` to `Z`, then `AA`: how a spreadsheet names its columns.
pub(super) fn letters(mut place: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(place % 26).unwrap_or_default()));
        match place / 26 {
            0 => break,
            next => place = next - 1,
        }
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_a_spreadsheet_does() {
        for (place, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(place), name);
        }
    }
}
