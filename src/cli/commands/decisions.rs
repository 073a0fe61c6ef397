//! The file of decisions: what `resolve --csv` writes, people fill in and `alias import` reads.

use std::collections::BTreeMap;

use crate::cli::error::CliError;
use crate::domain::{Alias, AliasKind, AliasTarget, CourseId, UserId, alias_key};
use crate::scores::EditedRow;

/// The columns that count; `resolve --csv` adds others to help the person.
pub(super) const COLUMNS: [&str; 7] = ["key", "kind", "origin", "from", "canvas_id", "note", "until"];
/// Those without which there is no decision; a file written by hand may leave out the rest.
pub(super) const REQUIRED: [&str; 3] = ["kind", "from", "canvas_id"];

/// The decisions of a file, and on how many lines they stand.
pub(super) struct Decided {
    /// The decisions, each once.
    pub(super) aliases: Vec<Alias>,
    /// Lines that hold one.
    pub(super) lines: usize,
}

/// Reads what was filled in. `origin` is what ids of a kind are where the file does not say.
pub(super) fn read(
    name: &str,
    rows: &[EditedRow],
    origin: impl Fn(AliasKind) -> &'static str,
) -> Result<Decided, CliError> {
    let mut found: BTreeMap<(AliasKind, String, String), (u32, Alias)> = BTreeMap::new();
    let mut lines = 0;
    for row in rows {
        let [key, kind, of, from, canvas_id, note, until] = row.fields.as_slice() else { continue };
        if canvas_id.is_empty() {
            continue;
        }
        lines += 1;
        let wrong = |why: String| CliError::rejected(format!("{name}:{}: {why}", row.line));
        let kind = AliasKind::from_name(kind)
            .ok_or_else(|| wrong(format!("`{kind}` is neither `user` nor `course`")).hint("correct the line"))?;
        let of = if of.is_empty() { origin(kind).to_owned() } else { of.clone() };
        if !key.is_empty() && *key != alias_key(kind.name(), &of, from) {
            return Err(wrong(
                "the id was changed since the file was written, as spreadsheets do to numbers".to_owned(),
            )
            .hint("restore the column `from` from the original file, and open it with that column as text"));
        }
        let target = target(kind, canvas_id).map_err(|why| wrong(why).hint("correct the column `canvas_id`"))?;
        let until = match until.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                wrong(format!("`{text}` is not a day")).hint("write it as 2026-12-31, or leave it empty")
            })?),
        };
        let alias = Alias { kind, origin: of.clone(), from: from.clone(), target, note: note.clone(), until };
        match found.entry((kind, of, from.clone())) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert((row.line, alias));
            }
            std::collections::btree_map::Entry::Occupied(entry) if entry.get().1.target != alias.target => {
                return Err(
                    wrong(format!("decides otherwise than line {}", entry.get().0)).hint("leave one of the lines")
                );
            }
            std::collections::btree_map::Entry::Occupied(_) => {}
        }
    }
    Ok(Decided { aliases: found.into_values().map(|(_, alias)| alias).collect(), lines })
}

/// What `canvas_id` says: an internal id, several for a course, or `ignore`.
pub(super) fn target(kind: AliasKind, text: &str) -> Result<AliasTarget, String> {
    if text.trim().eq_ignore_ascii_case("ignore") {
        return Ok(AliasTarget::Ignore);
    }
    let id = |text: &str| match kind {
        AliasKind::User => text.parse().map(|UserId(id)| id),
        AliasKind::Course => text.parse().map(|CourseId(id)| id),
    };
    let ids: Result<Vec<i64>, _> = text.split_whitespace().map(id).collect();
    match ids {
        Ok(ids) if ids.is_empty() => Err("the internal Canvas id is missing".to_owned()),
        Ok(ids) if ids.len() > 1 && kind == AliasKind::User => Err("an id of a person means one person".to_owned()),
        Ok(ids) => Ok(AliasTarget::Canvas(ids)),
        Err(error) => Err(error.to_string()),
    }
}

/// A decision as a line of the file.
pub(super) fn fields(alias: &Alias) -> Vec<String> {
    let Alias { kind, origin, from, target, note, until } = alias;
    let target = match target {
        AliasTarget::Ignore => "ignore".to_owned(),
        AliasTarget::Canvas(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    };
    let until = until.map_or_else(String::new, |date| date.to_string());
    vec![
        alias_key(kind.name(), origin, from),
        kind.name().to_owned(),
        origin.clone(),
        from.clone(),
        target,
        note.clone(),
        until,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u32, fields: [&str; 7]) -> EditedRow {
        EditedRow { line, fields: fields.map(str::to_owned).to_vec() }
    }

    fn decide(rows: &[EditedRow]) -> Result<Decided, CliError> {
        read("aliases.csv", rows, |_| "sis")
    }

    #[test]
    fn what_is_exported_reads_the_same() {
        let alias = Alias {
            kind: AliasKind::Course,
            origin: "sis".to_owned(),
            from: "00697".to_owned(),
            target: AliasTarget::Canvas(vec![7, 8]),
            note: "two sections".to_owned(),
            until: "2026-12-31".parse().ok(),
        };
        let fields = fields(&alias);
        let decided = decide(&[EditedRow { line: 2, fields }]).expect("it was exported");
        assert_eq!(decided.aliases, [alias]);
    }

    #[test]
    fn what_cannot_be_meant_names_its_line() {
        let key = alias_key("user", "sis", "00697");
        for (rows, part) in [
            (vec![row(2, [&key, "user", "sis", "697", "7", "", ""])], "aliases.csv:2: the id was changed"),
            (vec![row(3, ["", "person", "", "a", "7", "", ""])], "aliases.csv:3: `person`"),
            (vec![row(4, ["", "user", "", "a", "7 8", "", ""])], "one person"),
            (vec![row(5, ["", "user", "", "a", "seven", "", ""])], "aliases.csv:5: `seven`"),
            (vec![row(6, ["", "user", "", "a", "7", "", "soon"])], "`soon` is not a day"),
            (
                vec![row(7, ["", "user", "", "a", "7", "", ""]), row(9, ["", "user", "", "a", "ignore", "", ""])],
                "aliases.csv:9: decides otherwise than line 7",
            ),
        ] {
            let error = decide(&rows).err().expect(part);
            assert!(error.to_string().contains(part), "{error}");
            assert_eq!(error.exit().code(), 3, "{error}");
        }
    }

    #[test]
    fn lines_without_a_decision_are_left_out() {
        let rows = [row(2, ["", "user", "", "a", "", "", ""]), row(3, ["", "user", "", "b", "IGNORE", "", ""])];
        let decided = decide(&rows).expect("nothing is wrong");
        assert_eq!((decided.lines, decided.aliases.len()), (1, 1));
        assert_eq!(decided.aliases[0].target, AliasTarget::Ignore);
    }
}
