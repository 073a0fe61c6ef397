//! Patterns of names, in which `*` stands for anything.

use std::path::Path;

/// Whether a text is what a pattern with `*` describes. Letter case counts.
///
/// ```
/// use gradepush::domain::fits_pattern;
/// assert!(fits_pattern("hw1*.csv", "hw1_scores.csv") && !fits_pattern("hw1*.csv", "hw2_scores.csv"));
/// ```
pub fn fits_pattern(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    // Each part as early as it can be: that leaves the most for those behind it.
    for part in parts {
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

/// What a file is called, without the folders it is in.
pub fn name_of_file(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("hw1.csv", "hw1.csv", true),
            ("hw1.csv", "hw1.csv.csv", false),
            ("hw1.csv", "HW1.csv", false),
            ("hw*", "hw", true),
            ("*.csv", "hw1.csv", true),
            ("*.csv", ".csv", true),
            ("h*1*.csv", "hw 1 (2).csv", true),
            ("a*a", "a", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("é*", "éa", true),
        ] {
            assert_eq!(fits_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }
}
