//! What Canvas makes of a comment's text when it shows it (`canvas-contract §H9`).

/// The text as Canvas's `submission_comments` shows it, which is the text of parsed HTML: tags are gone, references are
/// read, control characters and byte order marks are left out.
pub fn shown_comment(stored: &str) -> String {
    let mut shown = String::with_capacity(stored.len());
    let mut rest = stored;
    while let Some(letter) = rest.chars().next() {
        let behind = &rest[letter.len_utf8()..];
        rest = match letter {
            // A tag that is not closed takes the rest of the text with it.
            '<' if begins_tag(behind) => behind.split_once('>').map_or("", |(_, after)| after),
            '<' => behind,
            '&' => {
                let (meant, after) = reference(behind).unwrap_or((letter, behind));
                shown.push(meant);
                after
            }
            letter if is_left_out(letter) => behind,
            letter => {
                shown.push(letter);
                behind
            }
        };
    }
    shown
}

/// Whether what stands behind a `<` makes it the beginning of a tag, a comment or a declaration.
fn begins_tag(behind: &str) -> bool {
    behind.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?'))
}

fn is_left_out(letter: char) -> bool {
    letter == '\u{feff}' || letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}

/// The letter that a reference such as `&amp;` or `&#233;` means, and what stands behind it. Of the names only those
/// that XML shares are known: others are rare, and a comment that is not known again is listed, not lost.
fn reference(behind: &str) -> Option<(char, &str)> {
    let (name, after) = behind.split_once(';')?;
    let meant = match name.strip_prefix('#') {
        Some(digits) => {
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u{a0}',
            _ => return None,
        },
    };
    Some((meant, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_shown_as_the_text_of_parsed_html() {
        for (stored, shown) in [
            ("Well done", "Well done"),
            ("a<b", "a"),
            ("a < b", "a  b"),
            ("<3 you", "3 you"),
            ("x &amp; y", "x & y"),
            ("AT&T", "AT&T"),
            ("R&D; &unknown; &#; &#x110000;", "R&D; &unknown; &#; &#x110000;"),
            ("see <b>page 3</b>", "see page 3"),
            ("one\r\n\ttwo", "one\r\n\ttwo"),
            ("\u{feff}bell\u{7}", "bell"),
            ("&#233;&#x2f;&lt;b&gt;", "é/<b>"),
        ] {
            assert_eq!(shown_comment(stored), shown, "{stored:?}");
        }
    }
}
