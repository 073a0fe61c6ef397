//! Headers that say that scores stand below them, and not of what.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::name_of_file;

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

/// A column whose header is such a word, in files of one name. Next week's file has the same header and another name, and
/// means another assignment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UntitledColumn {
    /// The header, with single spaces.
    pub header: Arc<str>,
    /// The name of the file without its folders, or `-` for standard input. In the assignment map it is a pattern of such
    /// names, in which `*` stands for anything.
    pub file: Arc<str>,
}

impl fmt::Display for UntitledColumn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.header)
    }
}

/// Why a header cannot be bound for files of a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnboundHeader {
    /// The header is not of the kind that is bound so.
    #[error("`{0}` names its assignment itself, so it is bound by its title, whatever the file is called")]
    NamesItsAssignment(String),
    /// The pattern is empty or has folders in it.
    #[error("`{0}` is no pattern of file names: write the name without its folders, and `*` for what may differ")]
    NoFileName(String),
}

impl UntitledColumn {
    /// The column of a file, given by its path.
    pub fn of_file(header: &str, path: &str) -> Self {
        Self { header: one_line(header), file: name_of_file(path).into() }
    }

    /// The columns of files whose names fit a pattern, as the assignment map binds them.
    pub fn of_files(header: &str, pattern: &str) -> Result<Self, UnboundHeader> {
        if !is_fixed_header(header) {
            return Err(UnboundHeader::NamesItsAssignment(header.to_owned()));
        }
        if pattern.is_empty() || name_of_file(pattern) != pattern {
            return Err(UnboundHeader::NoFileName(pattern.to_owned()));
        }
        Ok(Self { header: one_line(header), file: pattern.into() })
    }
}

fn one_line(header: &str) -> Arc<str> {
    header.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_header_that_names_nothing_is_bound_for_files_of_a_name() {
        let bound = UntitledColumn::of_files("Total  Score", "hw1*.csv").expect("a pattern");
        assert_eq!(bound, UntitledColumn { header: "Total Score".into(), file: "hw1*.csv".into() });
        assert!(matches!(UntitledColumn::of_files("Quiz 1", "*"), Err(UnboundHeader::NamesItsAssignment(_))));
        for pattern in ["", "scores/hw1.csv", "hw1.csv/"] {
            let refused = UntitledColumn::of_files("Score", pattern);
            assert!(matches!(refused, Err(UnboundHeader::NoFileName(_))), "{pattern}: {refused:?}");
        }
        assert_eq!(&*UntitledColumn::of_file("Score", "exports/week 2/hw1.csv").file, "hw1.csv");
        assert_eq!(&*UntitledColumn::of_file("Score", "-").file, "-");
    }

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
