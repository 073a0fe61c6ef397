//! Access tokens that were pasted where none belongs: they are recognised, and never repeated.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

use super::error::CliError;

/// What stands in a message instead of a token.
const HIDDEN: &str = "…";

/// Letters behind the `~` of a hosted Canvas's token; no token has fewer (`canvas-contract §A4`).
const FEWEST_BEHIND_TILDE: usize = 20;

/// Shorter hexadecimal words are ids, dates and versions.
const FEWEST_HEXADECIMAL: usize = 32;

/// Shorter words of mixed letters are names.
const FEWEST_MIXED: usize = 40;

/// Groups of digits in a random word of that length; a name has fewer.
const FEWEST_NUMBERS: usize = 3;

/// What is taken for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspicion {
    /// A token of a hosted Canvas, `1234~abc…`: nothing else looks like it.
    Certain,
    /// Also long hexadecimal and random words, as tokens of other Canvases are. Some ids look so, too.
    Possible,
}

/// Whether a token is in the text.
pub(crate) fn holds_token(text: &str, suspicion: Suspicion) -> bool {
    words(text).any(|(_, word)| is_token(word, suspicion))
}

/// The text without the tokens in it.
pub(crate) fn without_tokens(text: &str, suspicion: Suspicion) -> Cow<'_, str> {
    if !holds_token(text, suspicion) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let mut end = 0;
    for (start, word) in words(text).filter(|(_, word)| is_token(word, suspicion)) {
        shown.push_str(&text[end..start]);
        shown.push_str(HIDDEN);
        end = start + word.len();
    }
    shown.push_str(&text[end..]);
    Cow::Owned(shown)
}

/// Refuses a command line with a token on it, where it stands in the shell's history and in the list of processes. The
/// tokens of a sandbox are no secrets.
pub(crate) fn on_command_line(arguments: &[OsString]) -> Option<CliError> {
    let words: Vec<Cow<'_, str>> = arguments.iter().skip(1).map(|word| word.to_string_lossy()).collect();
    let error = if words.iter().any(|word| word == "--token" || word.starts_with("--token=")) {
        CliError::usage("there is no --token: an access token does not belong on the command line")
    } else {
        let is_pasted = |word: &Cow<'_, str>| holds_token(word, Suspicion::Certain) && !Path::new(&**word).exists();
        let place = words.iter().position(is_pasted)? + 1;
        CliError::usage(format!(
            "word {place} of the command line looks like an access token, which does not belong there"
        ))
    };
    let names_command = |word: &&Cow<'_, str>| crate::cli::command().find_subcommand(&***word).is_some();
    if words.iter().find(names_command).is_some_and(|command| command == "sandbox") {
        return None;
    }
    Some(
        error
            .coded("token-on-command-line")
            .hint(
                "say where the token is instead: --token-env VAR, --token-file FILE or --token-command CMD of `gradepush \
                 connector`; `gradepush init` asks for it without showing it",
            )
            .hint("it may stand in the shell's history now: delete it in Canvas and make a new one"),
    )
}

/// The words of letters, digits and `~`, with the byte at which each begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let belongs = |letter: char| letter.is_ascii_alphanumeric() || letter == '~';
    let mut at = 0;
    text.split(move |letter| !belongs(letter)).filter_map(move |word| {
        let start = at;
        // Behind each word stands one letter that does not belong to it.
        at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((start, word))
    })
}

fn is_token(word: &str, suspicion: Suspicion) -> bool {
    match word.split_once('~') {
        Some((shard, rest)) => {
            let is_shard = !shard.is_empty() && shard.bytes().all(|byte| byte.is_ascii_digit());
            is_shard && rest.len() >= FEWEST_BEHIND_TILDE && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        None => suspicion == Suspicion::Possible && (is_hexadecimal(word) || is_mixed(word)),
    }
}

fn is_hexadecimal(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    word.len() >= FEWEST_HEXADECIMAL
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

/// Capitals, small letters and digits without an order. In a name they stand together: `BIO101LectureThree`.
fn is_mixed(word: &str) -> bool {
    let kinds: Vec<u8> = word.bytes().map(kind).collect();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let numbers = kinds.chunk_by(|one, other| one == other).filter(|run| run[0] == DIGIT).count();
    let has_all = [DIGIT, SMALL, CAPITAL].iter().all(|kind| kinds.contains(kind));
    word.len() >= FEWEST_MIXED && has_all && numbers >= FEWEST_NUMBERS && changes * 5 >= word.len() * 2
}

const DIGIT: u8 = 0;
const SMALL: u8 = 1;
const CAPITAL: u8 = 2;

fn kind(letter: u8) -> u8 {
    match letter {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'z' => SMALL,
        _ => CAPITAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTED: &str = "7~Zq8Xw2Lk9Mn4Bv6Cd1Ef3Gh5";
    const SELF_HOSTED: &str = "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW2xY4zA6bC8dE0fG2hI4jK6lM8nO0pQ2r";

    #[test]
    fn tokens_are_told_from_names_and_ids() {
        for (text, certain, possible) in [
            (HOSTED, true, true),
            ("10000~abcdefghijklmnopqrst", true, true),
            ("10000~abcdefghijklmnopqrs", false, false),
            ("https://canvas.example.edu/api?access_token=7~Zq8Xw2Lk9Mn4Bv6Cd1Ef3Gh5", true, true),
            (SELF_HOSTED, false, true),
            ("0123456789abcdef0123456789abcdef", false, true),
            ("0123456789ABCDEF0123456789ABCDEF", false, true),
            ("0123456789abcdef0123456789abcde", false, false),
            ("01234567890123456789012345678901", false, false),
            ("1~4123", false, false),
            ("scores~20261201", false, false),
            ("MyCanvasAccessTokenForTheFallTermOf2026AtTheUniversity", false, false),
            ("CANVAS_API_TOKEN", false, false),
            ("/home/jane/Documents/Fall2026-BIO-101-Section3/Lecture-Scores-Final-Version2.csv", false, false),
            ("0f8fad5b-d9cb-469f-a165-70867728950e", false, false),
            ("Prüfung 7~", false, false),
            ("", false, false),
        ] {
            assert_eq!(holds_token(text, Suspicion::Certain), certain, "{text}");
            assert_eq!(holds_token(text, Suspicion::Possible), possible, "{text}");
        }
    }

    #[test]
    fn only_the_token_is_left_out() {
        for (text, expected) in [
            (format!("error: invalid value '{HOSTED}' for '--canvas'"), "error: invalid value '…' for '--canvas'"),
            (format!("é{HOSTED}é {SELF_HOSTED}"), "é…é …"),
            ("unexpected argument 'x'".to_owned(), "unexpected argument 'x'"),
        ] {
            assert_eq!(without_tokens(&text, Suspicion::Possible), expected);
        }
    }

    #[test]
    fn a_command_line_with_a_token_is_refused_and_not_repeated() {
        for (line, refused) in [
            (format!("gradepush plan {HOSTED}"), true),
            (format!("gradepush connector add x --canvas https://{HOSTED}@canvas.example.edu"), true),
            (format!("gradepush connector add x --token-env={HOSTED}"), true),
            ("gradepush connector add x --token abc".to_owned(), true),
            ("gradepush --token=abc plan".to_owned(), true),
            (format!("gradepush sandbox --token {HOSTED}"), false),
            (format!("gradepush --store x sandbox --token {HOSTED}"), false),
            (format!("gradepush connector add sandbox --token-env {HOSTED}"), true),
            ("gradepush plan scores.csv".to_owned(), false),
            (format!("gradepush alias add user {SELF_HOSTED} 7"), false),
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let error = on_command_line(&arguments);
            assert_eq!(error.is_some(), refused, "{line}");
            let said = error.map(|error| format!("{error} {:?}", error.hints())).unwrap_or_default();
            assert!(!said.contains("abc") && !said.contains("Zq8X"), "{said}");
        }
    }
}
