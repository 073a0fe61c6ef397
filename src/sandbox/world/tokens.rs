//! The access tokens of a rehearsal: one for each kind of person that Canvas treats differently.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::account::Token;
use super::course::{Enrollment, EnrollmentState};
use super::state::World;
use crate::sandbox::options::DEMO_TOKEN;

/// How every token ends that is derived from [`DEMO_TOKEN`].
const WELL_KNOWN_END: &str = "-gradepush-demo";

/// How long the token that ends soon is valid, from the start of the sandbox.
const ENDS_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// Whether everybody knows this token: [`DEMO_TOKEN`], or one derived from it.
pub fn is_well_known_token(token: &str) -> bool {
    token == DEMO_TOKEN || token.ends_with(WELL_KNOWN_END)
}

impl World {
    /// Replaces all tokens by those of a rehearsal: the account admin's, a teacher's, one of a teaching assistant who is
    /// limited to a section, a student's, an expired one and one that ends in two hours, the last two the admin's. Their
    /// purposes are `admin`, `teacher`, `ta`, `student`, `expired` and `ends-soon`. Whom the world lacks gets none.
    pub fn issue_rehearsal_tokens(&mut self, admin_token: &str, now: Timestamp) {
        self.tokens.clear();
        let admin = self.accounts.values().flat_map(|account| &account.admins).map(|admin| admin.user_id).next();
        let teacher = self.first_enrolled(|held| held.kind() == "TeacherEnrollment");
        let assistant = self.first_enrolled(|held| held.kind() == "TaEnrollment" && held.limited_to_section);
        let student = self.first_enrolled(|held| held.kind() == "StudentEnrollment");
        let moment = |later: SignedDuration| now.checked_add(later).ok();
        let hour = SignedDuration::from_hours(1);
        for (purpose, user_id, expires_at) in [
            ("admin", admin, None),
            ("teacher", teacher, None),
            ("ta", assistant, None),
            ("student", student, None),
            ("expired", admin, moment(-hour)),
            ("ends-soon", admin, moment(ENDS_AFTER)),
        ] {
            let Some(user_id) = user_id else { continue };
            let token = if purpose == "admin" { admin_token.to_owned() } else { derived(admin_token, purpose) };
            let created_at = moment(-hour * 24);
            let id = self.new_id();
            let purpose = purpose.to_owned();
            self.tokens.push(Token { id, user_id, token, purpose, created_at, expires_at, ..Token::default() });
        }
    }

    /// Removes all tokens but this one; how many there were.
    pub fn forget_tokens_but(&mut self, kept: &str) -> usize {
        let before = self.tokens.len();
        self.tokens.retain(|held| held.token == kept);
        before - self.tokens.len()
    }

    fn first_enrolled(&self, is_wanted: impl Fn(&Enrollment) -> bool) -> Option<i64> {
        let mut enrollments = self.courses.values().flat_map(|course| &course.enrollments);
        let found = enrollments.find(|held| held.state == EnrollmentState::Active && is_wanted(held));
        found.map(|held| held.user_id)
    }
}

/// The purpose comes first, because Canvas finds a person's token by its first five characters (canvas-contract §A4).
/// Behind it stands a digest, so that a student's token does not give the admin's away.
fn derived(admin_token: &str, purpose: &str) -> String {
    if admin_token == DEMO_TOKEN {
        return format!("{purpose}{WELL_KNOWN_END}");
    }
    let digest = Sha256::digest(format!("{purpose} {admin_token}"));
    let number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("{purpose}-{number:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::Generate;

    #[test]
    fn only_a_chosen_token_makes_tokens_nobody_knows() {
        let size = Generate { courses: 2, students: 9, assignments: 1, seed: 1 };
        for (chosen, known) in [(DEMO_TOKEN, 6), ("a-token-of-its-own", 0)] {
            let mut world = World::generate(&size);
            world.issue_rehearsal_tokens(chosen, Timestamp::UNIX_EPOCH);
            assert_eq!(world.tokens.len(), 6, "{chosen}");
            assert!(world.tokens[1..].iter().all(|held| !held.token.contains(chosen)), "the admin's is not given away");
            let well_known = world.tokens.iter().filter(|held| is_well_known_token(&held.token)).count();
            assert_eq!(well_known, known, "{chosen}");
        }
    }

    #[test]
    fn whom_a_world_lacks_gets_no_token() {
        let mut world = World::generate(&Generate { courses: 0, students: 1, assignments: 0, seed: 1 });
        world.issue_rehearsal_tokens(DEMO_TOKEN, Timestamp::UNIX_EPOCH);
        let purposes: Vec<&str> = world.tokens.iter().map(|held| held.purpose.as_str()).collect();
        assert_eq!(purposes, ["admin", "expired", "ends-soon"]);
    }
}
