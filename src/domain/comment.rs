//! When two comments are the same one. Canvas keeps a comment letter by letter; what a sheet passed through on its way
//! changes its line ends and the space around it.

use std::borrow::Cow;

use super::{shown_comment, text_digest};

/// In which form Canvas sent the text of a comment (`canvas-contract §H9`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentForm {
    /// As it is stored: letter by letter as it was sent.
    Stored,
    /// As the text of parsed HTML: all that a server sends which does not know the other form.
    Shown,
}

impl CommentForm {
    /// Whether `found`, a text that Canvas sent in this form, is the comment `ours`: only then is ours there already
    /// (design, Comments). Of two comments that Canvas shows alike, the shown form cannot tell which it is.
    pub fn is_of(self, found: &str, ours: &str) -> bool {
        match self {
            Self::Stored => is_same_comment(found, ours),
            Self::Shown => is_same_comment(found, ours) || is_same_comment(found, &shown_comment(ours)),
        }
    }
}

/// The longest comment that Canvas stores, in characters (`canvas-contract §H9`).
const LONGEST: usize = 65_535;

/// Why Canvas cannot store this comment, if so: it would write the grade beside it, and then end the job
/// (`canvas-contract §H9`).
pub fn unstorable_comment(text: &str) -> Option<String> {
    if text.contains('\0') {
        return Some("the comment holds a NUL character, and Canvas cannot store it".to_owned());
    }
    let long = text.trim().chars().count();
    (long > LONGEST).then(|| format!("the comment has {long} characters, and Canvas stores {LONGEST} at most"))
}

/// Whether Canvas shows the comment otherwise than it was written.
pub fn is_shown_otherwise(text: &str) -> bool {
    shown_comment(text) != text
}

/// Whether both would be read as the same words.
pub fn is_same_comment(one: &str, other: &str) -> bool {
    one == other || plain(one) == plain(other)
}

/// What the journal remembers of a comment; the same for all that [`is_same_comment`].
pub fn comment_digest(text: &str) -> String {
    text_digest(&plain(text))
}

fn plain(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_known_again_in_either_form() {
        use CommentForm::{Shown, Stored};
        for (form, found, ours, expected) in [
            (Stored, "a<b", "a<b", true),
            (Stored, "a<b\r\nc", " a<b\nc ", true),
            (Stored, "a", "a<b", false),
            (Stored, "x & y", "x &amp; y", false),
            (Shown, "a", "a<b", true),
            (Shown, "3 you", "<3 you ", true),
            (Shown, "x & y", "x &amp; y", true),
            (Shown, "well done", "well done", true),
            (Shown, "a<b", "a<b", true),
            (Shown, "b", "a<b", false),
        ] {
            assert_eq!(form.is_of(found, ours), expected, "{form:?} {found:?} {ours:?}");
        }
    }

    #[test]
    fn what_canvas_cannot_store_is_known_before_it_is_sent() {
        for (text, storable) in [
            ("x".repeat(65_535), true),
            (format!("  {}\n", "é".repeat(65_535)), true),
            ("x".repeat(65_536), false),
            ("with a\0NUL".to_owned(), false),
            ("\u{7}".to_owned(), true),
        ] {
            assert_eq!(unstorable_comment(&text).is_none(), storable, "{} characters", text.len());
        }
    }

    #[test]
    fn line_ends_and_outer_space_make_no_other_comment() {
        for (one, other, same) in [
            ("well done", "well done", true),
            ("well\r\ndone", "well\ndone", true),
            ("well\rdone", "well\ndone", true),
            (" well done\n", "well done", true),
            ("well done", "Well done", false),
            ("well  done", "well done", false),
            ("well\n\ndone", "well\ndone", false),
        ] {
            assert_eq!(is_same_comment(one, other), same, "{one:?} {other:?}");
            assert_eq!(comment_digest(one) == comment_digest(other), same, "{one:?} {other:?}");
        }
        assert_eq!(comment_digest("well done"), text_digest("well done"));
    }
}
