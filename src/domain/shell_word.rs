//! Words as a shell takes them, for commands that people copy.

/// A word as a shell takes it.
pub fn shell_word(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_shell_reads_is_quoted() {
        for (word, expected) in [
            ("plan.csv", "plan.csv"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9"),
            ("", "''"),
            ("two words", "'two words'"),
            ("$HOME", "'$HOME'"),
            ("O'Brien", "'O'\\''Brien'"),
        ] {
            assert_eq!(shell_word(word), expected);
        }
    }
}
