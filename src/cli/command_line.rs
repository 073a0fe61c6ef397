//! Command lines for people to copy.

use super::context::Context;
use crate::domain::shell_word;

impl Context {
    /// `gradepush retry R1`: a command for people to copy. The terminal adds what this command line says of configuration,
    /// store and connector.
    pub(crate) fn command(words: &str) -> String {
        format!("gradepush {words}")
    }

    /// This command line once more, without this flag and with these words.
    pub(crate) fn again(&self, without: Option<&str>, with: &[String]) -> String {
        again(&self.words, without, with)
    }
}

/// The flags that say what a command works with, each with a value.
const WORKS_WITH: [&str; 3] = ["--connector", "--config", "--store"];

fn again(words: &[String], without: Option<&str>, with: &[String]) -> String {
    // What stands behind `--` is no flag.
    let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
    let (flags, rest) = words.split_at(end);
    // What it works with comes first, wherever it stood, as in every other command that is shown.
    let (mut first, mut others) = (Vec::new(), Vec::new());
    let mut is_value = false;
    for word in flags.iter().filter(|word| Some(word.as_str()) != without) {
        let name = word.split('=').next().unwrap_or(word);
        let is_flag = WORKS_WITH.contains(&name);
        let side = if is_flag || is_value { &mut first } else { &mut others };
        side.push(word);
        is_value = is_flag && name == word;
    }
    let all: Vec<String> =
        first.into_iter().chain(others).chain(with).chain(rest).map(|word| shell_word(word)).collect();
    format!("gradepush {}", all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_command_line_once_more_can_be_copied() {
        let owned = |words: &[&str]| -> Vec<String> { words.iter().map(|word| (*word).to_owned()).collect() };
        for (words, without, with, expected) in [
            (
                &["--config", "my term.toml", "plan", "s.csv"][..],
                None,
                &["--accept", "column-drops"][..],
                "gradepush --config 'my term.toml' plan s.csv --accept column-drops",
            ),
            (
                &["plan", "--store=s.db", "s.csv", "--config", "c.toml", "-m", "late"],
                None,
                &[],
                "gradepush --store=s.db --config c.toml plan s.csv -m late",
            ),
            (&["plan", "--strict", "s.csv"], Some("--strict"), &[], "gradepush plan s.csv"),
            (&["push", "--", "-odd.csv"], None, &["--stale-ok"], "gradepush push --stale-ok -- -odd.csv"),
        ] {
            assert_eq!(again(&owned(words), without, &owned(with)), expected);
        }
    }
}
