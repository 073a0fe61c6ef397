//! Tables with one row per student and item, as a layout describes them.

use super::canonical::unwrapped;
use super::error::ScoresError;
use super::gather::Gathering;
use super::key_texts::KeyTexts;
use super::laid_out::{Frame, as_share, graded, take};
use super::layout_file::{Long, Names};
use super::note::LeftOut;
use super::pattern::Described;
use super::sent::Sent;
use super::table::Table;
use super::untitled::{ColumnTitle, title_of_file};
use super::viewing::Viewing;
use crate::domain::SkipReason;

/// Reads the rows.
pub(super) fn read_long(
    table: &mut Table,
    long: &Long,
    frame: &Frame<'_>,
    gathering: &mut Gathering<'_>,
) -> Result<(), ScoresError> {
    let header = table.header.clone();
    let find = |column: &Names| header.first_of(column);
    let titles: Vec<usize> = long.title.iter().filter_map(|column| header.find(column)).collect();
    let (id, category, possible) = (find(&long.id), find(&long.category), find(&long.possible));
    let (value, percent, viewed, length) =
        (find(&long.value), find(&long.percent), find(&long.viewed), find(&long.length));
    let (submitted, comment) = (find(&long.submitted), find(&long.comment));
    let fields = [id, category, possible, value, percent, viewed, length, submitted, comment];
    table.take(frame.places().chain(titles.iter().copied()).chain(fields.into_iter().flatten()));
    // Without a column that says the item, it is the same for the whole file.
    let value_header = value.or(percent).or(viewed).map_or("", |place| header.names[place].as_str());
    let of_file = match (titles.as_slice(), id) {
        ([], None) => Some(title_of_file(frame.layout.title.as_ref(), gathering)?),
        _ => None,
    };
    while let Some(row) = table.next()? {
        let line = row.line;
        if frame.is_summary(row) {
            gathering.skip(line, SkipReason::Summary);
            continue;
        }
        let words: Vec<&str> =
            titles.iter().map(|column| frame.value(row.get(*column))).filter(|word| !word.is_empty()).collect();
        let (own_title, course_id) = (words.join(" "), frame.course(row));
        let (title, untitled) = match &of_file {
            Some(of_file) => (of_file.text(value_header), *of_file == ColumnTitle::Untitled),
            None => (own_title.as_str(), false),
        };
        let key = KeyTexts { course_id, id: unwrapped(row.field(id)), title, untitled, ..KeyTexts::default() };
        let column = gathering.column(key)?;
        let settings = gathering.settings(course_id);
        let field = |column| frame.value(row.field(column));
        let graded = if value.is_some() {
            graded(field(value), field(length), &settings)
        } else {
            let viewing = Viewing { percent: field(percent), viewed: field(viewed), length: field(length) };
            as_share(viewing.graded(&settings), &settings)
        };
        if frame.is_no_student(row) {
            let is_scored = !graded.received.is_empty();
            gathering.skip(line, if is_scored { SkipReason::NoStudent } else { SkipReason::Blank });
            continue;
        }
        if !graded.received.is_empty() {
            frame.remark(row, &header, gathering);
        }
        let (possible, category) = (field(possible), field(category));
        let described = Described { title, possible, category, ..Described::default() };
        let submitted_header = submitted.map_or("", |place| header.names[place].as_str());
        let submitted = gathering.date(line, submitted_header, field(submitted));
        take(line, column, described, &graded, gathering);
        let ((user_id, user_kind), person) = (frame.user_id(row), frame.people.person(row));
        let (received, comment) = (graded.received.as_str(), row.field(comment));
        gathering.score(line, column, Sent { user_id, user_kind, received, submitted, comment, person });
    }
    table.tell_left_over(gathering, |place| {
        if frame.layout.speaks_of(&header.names[place]) { LeftOut::Other } else { LeftOut::NoMeaning }
    });
    Ok(())
}
