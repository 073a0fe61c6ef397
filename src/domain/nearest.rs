//! "Did you mean": the known name that a misspelt one resembles.

/// Below this likeness (1 is equal) a suggestion would confuse more than it helps.
const ALIKE: f64 = 0.7;

/// Shorter words are part of too many others.
const PART: usize = 3;

/// The candidate most like `word`, letter case aside, if one is alike enough or begins with it. For suggestions only,
/// never for matching.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let mut best = None;
    let mut likeness = ALIKE;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        let alike = strsim::normalized_damerau_levenshtein(&word, &lower);
        let begins = word.chars().count() >= PART && lower.starts_with(&word);
        let alike = if begins { alike.max(ALIKE) } else { alike };
        if alike >= likeness && (best.is_none() || alike > likeness) {
            best = Some(candidate);
            likeness = alike;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_misses_are_suggested() {
        let known = ["course_id", "user_id", "score_received", "comment"];
        for (word, expected) in [
            ("courseid", Some("course_id")),
            ("USER-ID", Some("user_id")),
            ("score_recieved", Some("score_received")),
            ("coment", Some("comment")),
            ("Section", None),
            ("score", Some("score_received")),
            ("us", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word:?}");
        }
    }
}
