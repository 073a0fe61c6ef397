//! The layouts that are shipped with the tool.

use std::sync::LazyLock;

use super::format::Format;
use super::layout::Layout;

/// Each format that a layout describes, with its text.
const TEXTS: [(Format, &str); 18] = [
    (Format::Echo360Media, include_str!("layouts/echo360-media.toml")),
    (Format::Echo360Class, include_str!("layouts/echo360-class.toml")),
    (Format::Aleks, include_str!("layouts/aleks.toml")),
    (Format::Blackboard, include_str!("layouts/blackboard.toml")),
    (Format::D2l, include_str!("layouts/d2l.toml")),
    (Format::Gradescope, include_str!("layouts/gradescope.toml")),
    (Format::GradescopeCourse, include_str!("layouts/gradescope-course.toml")),
    (Format::Moodle, include_str!("layouts/moodle.toml")),
    (Format::MoodleQuiz, include_str!("layouts/moodle-quiz.toml")),
    (Format::IClicker, include_str!("layouts/iclicker.toml")),
    (Format::Panopto, include_str!("layouts/panopto.toml")),
    (Format::Zoom, include_str!("layouts/zoom.toml")),
    (Format::Teams, include_str!("layouts/teams.toml")),
    (Format::ZyBooks, include_str!("layouts/zybooks.toml")),
    (Format::PrairieLearn, include_str!("layouts/prairielearn.toml")),
    (Format::GoogleForms, include_str!("layouts/google-forms.toml")),
    (Format::WebWork, include_str!("layouts/webwork.toml")),
    (Format::GithubClassroom, include_str!("layouts/github-classroom.toml")),
];

static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let layout = |(format, text): (Format, &str)| {
        Layout::of(format, format.name(), text).expect("a shipped layout is tested to be one")
    };
    TEXTS.into_iter().map(layout).collect()
});

/// All of them.
pub(super) fn shipped() -> &'static [Layout] {
    &LAYOUTS
}

/// The one of a format; `None` for formats with a reader of their own.
pub(super) fn of_format(format: Format) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| layout.format == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shipped_layout_is_one_and_says_what_is_known_of_the_format() {
        assert_eq!(shipped().len(), TEXTS.len());
        for (format, text) in TEXTS {
            assert!(text.starts_with("# "), "{format}");
        }
    }
}
