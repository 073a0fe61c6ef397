//! When two titles are the same to a person, although they are not to a computer.

use unicode_normalization::UnicodeNormalization as _;

/// A title without letter case, Unicode form, invisible characters and spaces. It is for telling people
/// that two titles are alike, never for matching.
pub fn same_title(title: &str) -> String {
    let shown: String = title.nfkc().filter(|letter| !is_invisible(*letter)).flat_map(char::to_lowercase).collect();
    shown.split_whitespace().collect()
}

/// Joiners, marks of direction, soft hyphens and the like.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_look_alike_are_the_same_and_others_are_not() {
        for same in
            ["quiz 1", "Quiz 1 ", " Quiz  1", "Quiz\u{a0}1", "Quiz\u{200b} 1", "QUIZ\t1", "Qui\u{ad}z 1", "Quiz1"]
        {
            assert_eq!(same_title(same), same_title("Quiz 1"), "{same:?}");
        }
        assert_eq!(same_title("Pru\u{308}fung"), same_title("Pr\u{fc}fung"));
        for other in ["Quiz 2", "Quiz 1.", "Quizz 1", "Quiz (1)"] {
            assert_ne!(same_title(other), same_title("Quiz 1"), "{other:?}");
        }
    }
}
