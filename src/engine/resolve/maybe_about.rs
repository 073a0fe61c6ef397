//! Whom the rows of a column may be about, so that nobody of them counts as absent (`--absent zero`).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::people::{Row, identified};
use super::register::{Register, Resolved};
use crate::domain::{AliasTarget, ColumnKey, FindingCode, Identified, SentUser, Source, UserId, possible_users};

/// Whom the rows of one column may be about.
#[derive(Debug, Default)]
pub(in crate::engine) struct MaybeAbout {
    /// People whom a row names, or may name: blank and excused cells, ignored, ambiguous and moved ids count.
    pub(in crate::engine) people: HashSet<UserId>,
    /// Rows that may be about anybody, because their id names nobody who is known.
    pub(in crate::engine) anybody: BTreeSet<Source>,
}

impl<'a> Resolved<'a> {
    /// Whom the rows of each column may be about, selected or not.
    pub(in crate::engine) fn maybe_about(&self, register: &Register<'_>) -> HashMap<&'a ColumnKey, MaybeAbout> {
        let sheet = self.rows.sheet;
        let mut columns: HashMap<&ColumnKey, MaybeAbout> = HashMap::new();
        for (column, places) in self.rows.columns() {
            let about = columns.entry(&column.key).or_default();
            for score in sheet.scores_at(places) {
                self.add_row(about, self.people.row(score), register);
            }
        }
        for blank in &sheet.blanks {
            let Some(column) = sheet.columns.get(blank.column as usize) else { continue };
            let about = columns.entry(&column.key).or_default();
            add_id(about, sheet.users.at(blank.user), blank.source, register);
        }
        columns
    }

    fn add_row(&self, about: &mut MaybeAbout, row: Row<'_>, register: &Register<'_>) {
        let sent = self.rows.sheet.sent_user(row.score);
        match self.people.user_of(row) {
            Some(user) if !row.ignored => {
                about.people.insert(user);
                if row.code == Some(FindingCode::IdentityMoved) {
                    about.people.extend(register.earlier(register.origin_of(sent.kind), sent.id));
                }
            }
            _ => add_id(about, sent, row.score.source, register),
        }
        if row.code == Some(FindingCode::IdsDisagree)
            && let Some(person) = row.score.person()
        {
            let rules = &register.settings.rules;
            for (origin, id) in &person.other_ids {
                about.people.extend(possible_users(&register.directory, *origin, rules, id));
            }
        }
    }
}

/// Adds whom an id may name. An id that a person ignores may name somebody, and else is nobody's: that is decided.
fn add_id(about: &mut MaybeAbout, sent: SentUser<'_>, source: Source, register: &Register<'_>) {
    let SentUser { id: sent, kind, .. } = sent;
    let origin = register.origin_of(kind);
    let possible = possible_users(&register.directory, origin, &register.settings.rules, sent);
    match register.aliases.user(origin, sent) {
        Some(AliasTarget::Ignore) => about.people.extend(possible),
        Some(AliasTarget::Canvas(ids)) => about.people.extend(ids.iter().copied().map(UserId)),
        None => match identified(sent, origin, register) {
            Identified::Found { id, .. } => {
                about.people.insert(id);
                about.people.extend(register.earlier(origin, sent));
            }
            Identified::Not { .. } if possible.is_empty() => {
                about.anybody.insert(source);
            }
            Identified::Not { .. } => about.people.extend(possible),
        },
    }
}
