//! Headers that say that scores stand below them, and not of what.

/// The words, without letter case and anything but letters: what exporters and people call the only column of scores of
/// a file. Next week's file calls it the same.
const WORDS: [&str; 64] = [
    "attendanceduration",
    "correct",
    "duration",
    "durationminutes",
    "earned",
    "finalgrade",
    "finalmark",
    "finalscore",
    "grade",
    "grades",
    "inmeetingduration",
    "mark",
    "marks",
    "minutes",
    "overallscore",
    "percent",
    "percentage",
    "percentcompleted",
    "percentcorrect",
    "percentviewed",
    "point",
    "points",
    "pointsawarded",
    "pointsearned",
    "pts",
    "rawscore",
    "result",
    "results",
    "score",
    "scores",
    "scorereceived",
    "timeinsession",
    "total",
    "totalduration",
    "totalgrade",
    "totalmark",
    "totalmarks",
    "totalpoints",
    "totals",
    "totalscore",
    "value",
    "yourscore",
    // German, Spanish, French.
    "bewertung",
    "dauer",
    "ergebnis",
    "gesamtdauer",
    "gesamtpunkte",
    "gesamtpunktzahl",
    "note",
    "noten",
    "punkte",
    "punktzahl",
    "calificación",
    "calificacion",
    "duración",
    "nota",
    "notas",
    "puntos",
    "puntuación",
    "resultado",
    "durée",
    "notefinale",
    "pointage",
    "résultat",
];

/// Whether a column's header is only such a word, perhaps with points or a unit behind it: `Total Score`, `Grade/10.00`,
/// `Duration (Minutes)`, `Score %`. Which assignment is meant must then be said, for each file.
///
/// ```
/// use gradepush::domain::is_fixed_header;
/// assert!(is_fixed_header("Total Score") && is_fixed_header("Grade/10.00"));
/// assert!(!is_fixed_header("Quiz 1") && !is_fixed_header("Total Score of week 1"));
/// ```
pub fn is_fixed_header(header: &str) -> bool {
    let words = header.split(['(', '[', '/', '<', '|']).next().unwrap_or_default();
    let plain: String = words.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    WORDS.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_names_no_assignment_is_told_from_one_that_does() {
        for fixed in ["Score", " total  score ", "GRADE", "Points (10)", "Grade/10.00", "Score %", "Résultat", "Total"]
        {
            assert!(is_fixed_header(fixed), "{fixed}");
        }
        for named in ["", "Quiz 1", "Score 2", "Total Lateness (H:M:S)", "Midterm Score", "Attendance", "(Score)"] {
            assert!(!is_fixed_header(named), "{named}");
        }
    }
}
