//! The formats, by name.

use std::fmt;

use crate::domain::RepeatRule;

/// A shape that scores come in (`tegrity-connector §5`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Captured traffic of the replaced broker: JSON lines or URLs in a log.
    Aairs,
    /// The canonical CSV.
    Scores,
    /// Tegrity's viewing report: one row per viewing of a recording.
    TegrityViewing,
    /// A row per student, a column per recording.
    TegrityWide,
    /// Echo360's media report.
    Echo360Media,
    /// Echo360's class report.
    Echo360Class,
    /// ALEKS's progress export.
    Aleks,
    /// Blackboard's file for working offline.
    Blackboard,
    /// Brightspace's grade export.
    D2l,
    /// Canvas's own gradebook export.
    CanvasGradebook,
    /// The log of the Moodle receiver.
    MoodleMhaairs,
    /// Anything else, described by a layout file.
    Map,
}

impl Format {
    /// Every format, in the order they are listed.
    pub const ALL: [Self; 12] = [
        Self::Scores,
        Self::Aairs,
        Self::TegrityViewing,
        Self::TegrityWide,
        Self::Echo360Media,
        Self::Echo360Class,
        Self::Aleks,
        Self::Blackboard,
        Self::D2l,
        Self::CanvasGradebook,
        Self::MoodleMhaairs,
        Self::Map,
    ];

    /// The name used in flags and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aairs => "aairs",
            Self::Scores => "scores",
            Self::TegrityViewing => "tegrity-viewing",
            Self::TegrityWide => "tegrity-wide",
            Self::Echo360Media => "echo360-media",
            Self::Echo360Class => "echo360-class",
            Self::Aleks => "aleks",
            Self::Blackboard => "blackboard",
            Self::D2l => "d2l",
            Self::CanvasGradebook => "canvas-gradebook",
            Self::MoodleMhaairs => "moodle-mhaairs",
            Self::Map => "map",
        }
    }

    /// The format of that name.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(text))
    }

    /// How repeats are settled when the user does not say it: a capture keeps the last, a cumulative report the highest,
    /// and what a person wrote may not contradict itself (`tegrity-connector §5`).
    pub fn repeat_rule(self) -> RepeatRule {
        match self {
            Self::Aairs | Self::MoodleMhaairs => RepeatRule::Last,
            Self::TegrityViewing | Self::TegrityWide | Self::Echo360Media | Self::Echo360Class | Self::Aleks => {
                RepeatRule::Max
            }
            Self::Scores | Self::Blackboard | Self::D2l | Self::CanvasGradebook | Self::Map => RepeatRule::Error,
        }
    }

    /// Where it comes from, in one line for `--list-formats`.
    pub fn about(self) -> &'static str {
        match self {
            Self::Scores => "the canonical CSV: one row per student and column",
            Self::Aairs => "captured broker traffic: JSON lines, or UpdateScore URLs in an access log",
            Self::TegrityViewing => "Tegrity's viewing report: one row per student and recording",
            Self::TegrityWide => "Tegrity: one row per student, one column per recording; needs --course",
            Self::Echo360Media => "Echo360's media report",
            Self::Echo360Class => "Echo360's class report; needs --course",
            Self::Aleks => "ALEKS's progress export; needs --course",
            Self::Blackboard => "Blackboard's file for working offline; needs --course",
            Self::D2l => "Brightspace's grade export; needs --course",
            Self::CanvasGradebook => "Canvas's own gradebook export; needs --course",
            Self::MoodleMhaairs => "the log of the Moodle receiver of the replaced broker",
            Self::Map => "anything else, described by --layout FILE",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
