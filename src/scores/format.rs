//! The formats, by name.

use std::fmt;

use crate::domain::RepeatRule;

/// Declares the formats with what each is, so that none can exist without its name, its rule and its line in the lists.
macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $repeat:ident, $about:literal;)+) => {
        /// A shape that scores come in (`tegrity-connector §5`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $($(#[$doc])* $variant,)+
        }

        impl Format {
            /// Every format, in the order they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name used in flags and output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How repeats are settled when the user does not say it: a capture keeps the last, a cumulative report the
            /// highest, minutes of a meeting add up, and what a person wrote may not contradict itself
            /// (`tegrity-connector §5`).
            pub fn repeat_rule(self) -> RepeatRule {
                match self { $(Self::$variant => RepeatRule::$repeat,)+ }
            }

            /// Where it comes from, in one line for `--list-formats`.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)+ }
            }
        }
    };
}

formats! {
    /// The canonical CSV.
    Scores = "scores", Error, "the canonical CSV: one row per student and column";
    /// Captured traffic of the replaced broker: JSON lines or URLs in a log.
    Aairs = "aairs", Last, "captured broker traffic: JSON lines, or UpdateScore URLs in an access log";
    /// Tegrity's viewing report: one row per viewing of a recording.
    TegrityViewing = "tegrity-viewing", Max, "Tegrity's viewing report: one row per student and recording";
    /// A row per student, a column per recording.
    TegrityWide = "tegrity-wide", Max, "Tegrity: one row per student, one column per recording; needs --course";
    /// Echo360's media report.
    Echo360Media = "echo360-media", Max, "Echo360's media report";
    /// Echo360's class report.
    Echo360Class = "echo360-class", Max, "Echo360's class report; needs --course";
    /// ALEKS's progress export.
    Aleks = "aleks", Max, "ALEKS's progress export; needs --course";
    /// Blackboard's file for working offline.
    Blackboard = "blackboard", Error, "Blackboard's file for working offline; needs --course";
    /// Brightspace's grade export.
    D2l = "d2l", Error, "Brightspace's grade export; needs --course";
    /// Canvas's own gradebook export.
    CanvasGradebook = "canvas-gradebook", Error, "Canvas's own gradebook export; needs --course";
    /// Gradescope's grades of one assignment.
    Gradescope = "gradescope", Error, "Gradescope, one assignment; needs --course and --assignment-title";
    /// Gradescope's grades of a whole course.
    GradescopeCourse = "gradescope-course", Error, "Gradescope, a whole course; needs --course";
    /// Moodle's grade export.
    Moodle = "moodle", Error, "Moodle's grades of a course; needs --course";
    /// Moodle's report of a quiz.
    MoodleQuiz = "moodle-quiz", Max, "Moodle's grades of a quiz; needs --course and --assignment-title";
    /// The grades of iClicker Cloud.
    IClicker = "iclicker", Error, "iClicker Cloud's grades; needs --course";
    /// Panopto's viewers.
    Panopto = "panopto", Max, "Panopto's viewers of a video; needs --course, mostly --assignment-title";
    /// Zoom's participants of a meeting.
    Zoom = "zoom", Sum, "Zoom's participants, in minutes; needs --course and --assignment-title";
    /// The attendance report of Teams.
    Teams = "teams", Sum, "Teams' attendance report, in minutes; needs --course and --assignment-title";
    /// zyBooks's activity report.
    ZyBooks = "zybooks", Error, "zyBooks' activity report; needs --course and --assignment-title";
    /// The gradebook of `PrairieLearn`.
    PrairieLearn = "prairielearn", Error, "PrairieLearn's gradebook; needs --course";
    /// The answers to a quiz in Google Forms.
    GoogleForms = "google-forms", Last, "Google Forms' answers to a quiz; needs --course and --assignment-title";
    /// The totals of sets in `WeBWorK`.
    WebWork = "webwork", Error, "WeBWorK's totals of sets; needs --course";
    /// The grades of an assignment in GitHub Classroom.
    GithubClassroom = "github-classroom", Error, "GitHub Classroom's grades; needs --course";
    /// The log of the Moodle receiver.
    MoodleMhaairs = "moodle-mhaairs", Last, "the log of the Moodle receiver of the replaced broker";
    /// A table of no known format whose columns are told by their names and values.
    Table = "table", Error, "a table with a column of ids and columns of scores; needs --course";
    /// Anything else, described by a layout file.
    Map = "map", Error, "anything else, described by --layout FILE";
}

impl Format {
    /// The format of that name.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
