//! When two comments are the same one. Canvas keeps a comment letter by letter; what a sheet passed through on its way
//! changes its line ends and the space around it.

use std::borrow::Cow;

use super::text_digest;

/// Whether both would be read as the same words: only then is a comment there already (design, Comments).
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
