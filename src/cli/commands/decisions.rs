//! The file of decisions: what `resolve --csv` writes, people fill in and `alias import` reads.

use std::collections::BTreeMap;

use crate::cli::error::CliError;
use crate::domain::{
    Alias, AliasKind, AliasTarget, Directory, Suggestion, WrittenTarget, alias_key, is_no_id, written_target,
};
use crate::scores::EditedRow;

/// The columns of a decision; `resolve --csv` adds others to help the person.
pub(super) const COLUMNS: [&str; 7] = ["key", "kind", "origin", "from", "canvas_id", "note", "until"];
/// The columns that an import reads: those of a decision, and the suggestions of `resolve --csv`.
pub(super) const READ: [&str; 10] =
    ["key", "kind", "origin", "from", "canvas_id", "note", "until", "suggestion_1", "suggestion_2", "suggestion_3"];
/// Those without which there is no decision; a file written by hand may leave out the rest.
pub(super) const REQUIRED: [&str; 3] = ["kind", "from", "canvas_id"];

/// A kind of suggestion that a person takes for a whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Take {
    /// The one person with the name of the row
    SameName,
    /// The one person with the e-mail address of the row
    SameEmail,
    /// The one person whom another id column of the row names
    OtherId,
}

impl Take {
    fn reason(self) -> &'static str {
        match self {
            Self::SameName => "same name",
            Self::SameEmail => "same e-mail address",
            Self::OtherId => "another id column of the row names them",
        }
    }

    /// The suggestion of this kind, if exactly one of these is: where two people have the name, a person decides.
    fn choose(self, suggestions: &[String]) -> Option<&str> {
        let mut fitting = suggestions.iter().filter(|one| has_reason(one, self.reason()));
        let one = fitting.next()?;
        fitting.next().is_none().then_some(one)
    }
}

/// `7001 Zoë Quist (login zquist): same name`.
pub(super) fn suggestion_in_words(suggestion: &Suggestion) -> String {
    let Suggestion { canvas_id, name, reason, ids } = suggestion;
    format!("{canvas_id} {name} ({ids}): {reason}")
}

/// Whether a suggestion in words has this reason.
fn has_reason(in_words: &str, reason: &str) -> bool {
    in_words.rsplit_once("): ").is_some_and(|(_, reasons)| reasons.split("; ").any(|one| one == reason))
}

/// The decisions of a file, and on how many lines they stand.
pub(super) struct Decided {
    /// The decisions, each once, with its line.
    pub(super) aliases: Vec<(u32, Alias)>,
    /// Internal ids of them that are not in the cache, with the kind and the line.
    pub(super) unknown: Vec<(u32, AliasKind, i64)>,
    /// Lines that hold one.
    pub(super) lines: usize,
}

/// What a file of decisions is read against.
pub(super) struct Reading<'a, Origin: Fn(AliasKind) -> &'static str> {
    /// Who and what there is.
    pub(super) directory: &'a Directory,
    /// The kind of suggestion that is taken where a line holds no decision.
    pub(super) take: Option<Take>,
    /// What ids of a kind are where the file does not say.
    pub(super) origin: Origin,
}

/// Why there is no alias of an empty id.
pub(super) const NO_ID: &str =
    "an empty id is no id: an alias of it would give this person the rows of everybody without an id";

/// Reads what was filled in.
pub(super) fn read<Origin: Fn(AliasKind) -> &'static str>(
    name: &str,
    rows: &[EditedRow],
    reading: &Reading<'_, Origin>,
) -> Result<Decided, CliError> {
    let mut found: BTreeMap<(AliasKind, String, String), (u32, Alias)> = BTreeMap::new();
    let mut unknown = Vec::new();
    let mut lines = 0;
    for row in rows {
        let [key, kind, of, from, canvas_id, note, until, suggestions @ ..] = row.fields.as_slice() else { continue };
        let (mut canvas_id, mut note) = (canvas_id.as_str(), note.clone());
        if let Some(take) = reading.take
            && canvas_id.is_empty()
            && !is_no_id(from)
            && let Some(suggestion) = take.choose(suggestions)
        {
            canvas_id = suggestion;
            if note.is_empty() {
                note = format!("taken: {}", take.reason());
            }
        }
        if canvas_id.is_empty() {
            continue;
        }
        lines += 1;
        let wrong = |why: String| CliError::rejected(format!("{name}:{}: {why}", row.line));
        let kind = AliasKind::from_name(kind)
            .ok_or_else(|| wrong(format!("`{kind}` is neither `user` nor `course`")).hint("correct the line"))?;
        if is_no_id(from) {
            return Err(
                wrong(NO_ID.to_owned()).hint("give the rows their id in the source; leave `canvas_id` empty here")
            );
        }
        let of = if of.is_empty() { (reading.origin)(kind).to_owned() } else { of.clone() };
        if !key.is_empty() && *key != alias_key(kind.name(), &of, from) {
            return Err(wrong(
                "the id was changed since the file was written, as spreadsheets do to numbers".to_owned(),
            )
            .hint("restore the column `from` from the original file, and open it with that column as text"));
        }
        let written = written_target(reading.directory, kind, canvas_id)
            .map_err(|why| wrong(why).hint("correct the column `canvas_id`"))?;
        let target = match written {
            WrittenTarget::Known(target) => target,
            WrittenTarget::Unknown(target, ids) => {
                unknown.extend(ids.into_iter().map(|id| (row.line, kind, id)));
                target
            }
        };
        let until = match until.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                wrong(format!("`{text}` is not a day")).hint("write it as 2026-12-31, or leave it empty")
            })?),
        };
        let alias = Alias { kind, origin: of.clone(), from: from.clone(), target, note, until };
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
    Ok(Decided { aliases: found.into_values().collect(), unknown, lines })
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
    use crate::domain::{CachedUser, UserId};

    fn row(line: u32, fields: [&str; 7]) -> EditedRow {
        suggested(line, fields, ["", "", ""])
    }

    fn suggested(line: u32, fields: [&str; 7], suggestions: [&str; 3]) -> EditedRow {
        EditedRow { line, fields: fields.into_iter().chain(suggestions).map(str::to_owned).collect() }
    }

    fn decide(rows: &[EditedRow], take: Option<Take>) -> Result<Decided, CliError> {
        let mut directory = Directory::default();
        for (id, name) in [(7, "Seven Sisters"), (8, "Eight Ball")] {
            let (name, sortable_name) = (name.to_owned(), String::new());
            directory.add_user(CachedUser { id: UserId(id), name, sortable_name, email: None });
        }
        read("aliases.csv", rows, &Reading { directory: &directory, take, origin: |_| "sis" })
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
        let decided = decide(&[EditedRow { line: 2, fields }], None).expect("it was exported");
        assert_eq!(decided.aliases, [(2, alias)]);
        assert_eq!(decided.unknown, [(2, AliasKind::Course, 7), (2, AliasKind::Course, 8)], "to be asked for");
    }

    #[test]
    fn what_cannot_be_meant_names_its_line() {
        let key = alias_key("user", "sis", "00697");
        let empty = alias_key("user", "sis", "");
        for (rows, part) in [
            (vec![row(2, [&key, "user", "sis", "697", "7", "", ""])], "aliases.csv:2: the id was changed"),
            (vec![row(3, ["", "person", "", "a", "7", "", ""])], "aliases.csv:3: `person`"),
            (vec![row(4, ["", "user", "", "a", "7 8", "", ""])], "one person"),
            (vec![row(5, ["", "user", "", "a", "seven", "", ""])], "aliases.csv:5: `seven`"),
            (vec![row(6, ["", "user", "", "a", "7", "", "soon"])], "`soon` is not a day"),
            (vec![row(8, [&empty, "user", "sis", "", "7", "", ""])], "aliases.csv:8: an empty id is no id"),
            (vec![row(8, ["", "user", "sis", "\u{200b} ", "ignore", "", ""])], "aliases.csv:8: an empty id is no id"),
            (
                vec![row(7, ["", "user", "", "a", "7", "", ""]), row(9, ["", "user", "", "a", "ignore", "", ""])],
                "aliases.csv:9: decides otherwise than line 7",
            ),
        ] {
            let error = decide(&rows, None).err().expect(part);
            assert!(error.to_string().contains(part), "{error}");
            assert_eq!(error.exit().code(), 3, "{error}");
        }
    }

    #[test]
    fn lines_without_a_decision_are_left_out() {
        let rows = [row(2, ["", "user", "", "a", "", "", ""]), row(3, ["", "user", "", "b", "IGNORE", "", ""])];
        let decided = decide(&rows, None).expect("nothing is wrong");
        assert_eq!((decided.lines, decided.aliases.len()), (1, 1));
        assert_eq!(decided.aliases[0].1.target, AliasTarget::Ignore);
    }

    #[test]
    fn a_kind_of_suggestion_is_taken_where_exactly_one_is_of_it_and_nobody_decided() {
        let seven = "7 Seven Sisters (internal id 7, login seven): same name; in the course";
        let eight = "8 Eight Ball (internal id 8, login eight): same name";
        let similar = "8 Eight Ball (internal id 8, login eight): similar name";
        for (from, canvas_id, suggestions, expected) in [
            ("a", "", [seven, similar, ""], Some(7)),
            ("a", "", [similar, seven, ""], Some(7)),
            ("a", "", [seven, eight, ""], None),
            ("a", "", [similar, "", ""], None),
            ("a", "8", [seven, "", ""], Some(8)),
            ("", "", [seven, "", ""], None),
        ] {
            let line = suggested(2, ["", "user", "", from, canvas_id, "", ""], suggestions);
            let decided = decide(std::slice::from_ref(&line), Some(Take::SameName)).expect("nothing is wrong");
            let found = decided.aliases.first().map(|(_, alias)| alias.target.clone());
            assert_eq!(found, expected.map(|id| AliasTarget::Canvas(vec![id])), "{suggestions:?}");
            let other = decide(&[line], Some(Take::SameEmail)).expect("nothing is wrong");
            assert_eq!(other.aliases.len(), usize::from(!canvas_id.is_empty()), "another kind");
        }
    }
}
