//! The differences between Canvas and the sandbox that can never go away.

use super::compare::Difference;

/// The most rows: whoever needs more should mend the sandbox.
pub(super) const MOST: usize = 30;

/// A difference that is accepted.
pub(super) struct Accepted {
    /// The question's name; a `*` stands for any text.
    pub(super) question: &'static str,
    /// Where in the answer; a `*` stands for any text.
    pub(super) path: &'static str,
    /// Why it can never agree.
    pub(super) reason: &'static str,
}

/// All of them. A row that matches no difference fails the test.
#[rustfmt::skip]
pub(super) const ACCEPTED: &[Accepted] = &[
    Accepted { question: "A own tokens", path: ".body", reason: "The sandbox gives its admin one token more, which it prints." },
    Accepted { question: "A own tokens", path: ".body[0].visible_token", reason: "The token of the recorded Canvas is another one." },
    Accepted { question: "A token by hint", path: ".body.visible_token", reason: "The token of the recorded Canvas is another one." },
    Accepted { question: "F courses.csv sample", path: "[*", reason: "Rows of a report come in no order; `provisioning` compares them all." },
    Accepted { question: "F users.csv sample", path: "[*", reason: "Rows of a report come in no order, and the last column is random; `provisioning` compares them all." },
    Accepted { question: "I audit by *", path: ".body.linked.users[*", reason: "They come by id, and the people of the recording had ids in another order." },
    Accepted { question: "L hide", path: ".body.data.hideAssignmentGrades.progress._id", reason: "An id of one's own, which the recording did not replace." },
    Accepted { question: "L post", path: ".body.data.postAssignmentGrades.progress._id", reason: "An id of one's own, which the recording did not replace." },
    Accepted { question: "L query", path: ".body.data.course.submissionsConnection.nodes[*]._id", reason: "Ids of one's own, which the recording did not replace." },
    Accepted { question: "L query", path: ".body.data.course.submissionsConnection.nodes[*].userId", reason: "Ids of one's own, which the recording did not replace." },
    Accepted { question: "Q deleted column written reply", path: ".body.error", reason: "An id of one's own: two digits there, six here." },
];

impl Accepted {
    pub(super) fn covers(&self, question: &str, difference: &Difference) -> bool {
        fits(self.question, question) && fits(self.path, &difference.path)
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((beginning, end)) => {
            text.strip_prefix(beginning).is_some_and(|rest| end.is_empty() || rest.ends_with(end))
        }
    }
}

#[test]
fn a_pattern_fits_what_it_says_and_no_more() {
    assert!(fits(".body.a", ".body.a") && !fits(".body.a", ".body.ab"));
    assert!(fits("E *", "E terms") && !fits("E *", "F terms"));
    assert!(fits("[*][13]", "[2][13]") && !fits("[*][13]", "[2]") && !fits("[*][13]", "[2][1]"));
}
