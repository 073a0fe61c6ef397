//! Comments on submissions: what Canvas keeps of them, and how it shows them (canvas-contract §H9).

use jiff::Timestamp;

use super::state::World;
use super::submission::{Comment, Submission};
use super::write::GradeError;

/// The longest comment, in characters.
const LONGEST_COMMENT: usize = 65_535;

impl World {
    /// Somebody leaves a comment for a student; one that Canvas cannot keep is dropped.
    pub fn add_comment(&mut self, cell: (i64, i64, i64), text: &str, by: (i64, Timestamp)) {
        let _ = self.comment(cell, text, false, by);
    }

    /// Changes the comments on a submission; nothing where there is no submission.
    pub(crate) fn change_comments<R>(
        &mut self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        now: Timestamp,
        change: impl FnOnce(&mut Vec<Comment>) -> Option<R>,
    ) -> Option<R> {
        let (_, assignment) = self.assignment(course_id, assignment_id)?;
        let mut submission = assignment.submissions.get(&user_id)?.clone();
        let changed = change(&mut submission.comments)?;
        self.put_submission((course_id, assignment_id), submission, now);
        Some(changed)
    }

    /// Leaves a comment for a student, or for the whole group. Space around it is cut, and a blank one is dropped.
    ///
    /// # Errors
    /// [`GradeError::Comment`] when it is too long or holds a NUL.
    pub(crate) fn comment(
        &mut self,
        (course_id, assignment_id, user_id): (i64, i64, i64),
        text: &str,
        group: bool,
        (author_id, now): (i64, Timestamp),
    ) -> Result<(), GradeError> {
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0');
        if text.is_empty() {
            return Ok(());
        }
        if text.chars().count() > LONGEST_COMMENT || text.contains('\0') {
            return Err(GradeError::Comment);
        }
        let Some((course, assignment)) = self.assignment(course_id, assignment_id) else { return Ok(()) };
        let hidden = assignment.hides_grades();
        let students = match course.group_of(assignment, user_id) {
            Some(members) if group => members.user_ids.clone(),
            _ => vec![user_id],
        };
        for student in students {
            let id = self.new_id();
            let Some((_, assignment)) = self.assignment(course_id, assignment_id) else { return Ok(()) };
            let mut submission: Submission = assignment.submission(student);
            let attempt = submission.attempt;
            let comment = text.to_owned();
            submission.comments.push(Comment {
                id,
                author_id,
                comment,
                created_at: Some(now),
                edited_at: None,
                attempt,
            });
            // Words from a grader bring out what was hidden by hand; only a manual policy keeps it in.
            if !hidden && student != author_id {
                submission.posted_at = submission.posted_at.or(Some(now));
            }
            self.notifications.comments += u64::from(submission.posted_at.is_some());
            self.put_submission((course_id, assignment_id), submission, now);
        }
        Ok(())
    }
}

/// A comment as the text of parsed HTML: tags are gone, references are read, control characters are left out.
pub(crate) fn shown_as_text(stored: &str) -> String {
    let mut shown = String::new();
    let mut rest = stored;
    while let Some(letter) = rest.chars().next() {
        let behind = &rest[letter.len_utf8()..];
        rest = match letter {
            '<' if begins_tag(behind) => behind.split_once('>').map_or("", |(_, after)| after),
            // The parser that Canvas uses leaves a stray one out.
            '<' => behind,
            '&' => {
                let (read, after) = reference(behind);
                shown.push_str(read.as_deref().unwrap_or("&"));
                after
            }
            letter => {
                let invisible = (letter.is_control() && !matches!(letter, '\n' | '\t' | '\r')) || letter == '\u{feff}';
                if !invisible {
                    shown.push(letter);
                }
                behind
            }
        };
    }
    shown
}

/// Whether what stands behind a `<` makes it the beginning of a tag, a comment or a declaration.
fn begins_tag(behind: &str) -> bool {
    behind.chars().next().is_some_and(|letter| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?'))
}

/// Reads a character reference; where there is none, the ampersand stands for itself.
fn reference(behind: &str) -> (Option<String>, &str) {
    const NAMED: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("nbsp", '\u{a0}')];
    let Some((name, after)) = behind.split_once(';').filter(|(name, _)| name.len() <= 10) else {
        return (None, behind);
    };
    let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    });
    let letter = match number {
        Some(code) => code.ok().and_then(char::from_u32),
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter),
    };
    letter.map_or((None, behind), |letter| (Some(letter.to_string()), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_shown_as_the_text_of_parsed_html() {
        for (stored, shown) in [
            ("Well done", "Well done"),
            ("a<b", "a"),
            ("<3 you", "3 you"),
            ("x &amp; y", "x & y"),
            ("AT&T", "AT&T"),
            ("see <b>page 3</b>, R&D;", "see page 3, R&D;"),
            ("one\ntwo", "one\ntwo"),
            ("\u{feff}bell\u{7}", "bell"),
            ("&#233;&#x2f;", "é/"),
        ] {
            assert_eq!(shown_as_text(stored), shown, "{stored:?}");
        }
    }
}
