//! How a refused plan ends: with the command that releases it, and in the last line what it is refused for.

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::table;
use crate::cli::values::Accept;
use crate::domain::{Finding, FindingCode, PlanKind, Severity, shell_word};
use crate::engine::EngineError;
use crate::store::StoredPlan;

/// Codes that the last line names: `--strict` may find dozens.
const KINDS: usize = 4;

/// Ends the output of a plan that was just made and is refused: by findings that stop it, else by `--strict`.
pub(super) fn tell(context: &Context, findings: &[Finding]) {
    let ui = &context.ui;
    let heavy = |severity: Severity| findings.iter().filter(move |finding| finding.severity == severity);
    let stops: Vec<&Finding> = heavy(Severity::Plan).collect();
    let (release, reason) = if stops.is_empty() {
        let warned: Vec<&Finding> = findings.iter().filter(|finding| finding.severity >= Severity::Warning).collect();
        (Some(context.again(Some("--strict"), &[])), format!("--strict, and {}", reasons(&warned)))
    } else {
        let accept = acceptances(&stops);
        (accept.map(|accept| context.again(None, &accept)), reasons(&stops))
    };
    ui.line("");
    if let Some(release) = release {
        ui.line("If that is how it is meant, this releases it:");
        ui.line(format!("    {release}"));
    }
    ui.line(table::wrapped(&last_line(&reason), ui.width(), 2));
}

/// The error of a stored plan that may not be pushed, with what releases it.
pub(super) fn of_stored(context: &Context, stored: &StoredPlan, error: EngineError) -> CliError {
    let EngineError::PlanBlocked(findings) = &error else { return error.into() };
    let stops: Vec<&Finding> = findings.iter().collect();
    let has = |code: FindingCode| stops.iter().any(|finding| finding.code == code);
    let (is_superseded, is_expired) = (has(FindingCode::PlanSuperseded), has(FindingCode::PlanExpired));
    let accept = acceptances(&stops);
    let (last, only_expired) = (last_line(&reasons(&stops)), is_expired && stops.len() == 1);
    let error = CliError::from(error).ending(last);
    let (plan, again) = (stored.id, plan_again(stored));
    if only_expired {
        let push = context.again(None, &["--stale-ok".to_owned()]);
        return error.only_hint(format!("to push it all the same: {push}"));
    }
    if is_superseded || is_expired {
        return error.only_hint(format!("plan again, with the flags of {plan}: {}", Context::command(&again)));
    }
    let Some(accept) = accept else { return error };
    let release = Context::command(&format!("{again} {}", accept.join(" ")));
    error.hint(format!("if that is how it is meant, plan again with the flags of {plan} and release it: {release}"))
}

/// The words that make such a plan again; its flags are for the user to repeat.
fn plan_again(stored: &StoredPlan) -> String {
    match &stored.header.kind {
        PlanKind::Undo { run, .. } => format!("undo {run} --dry-run"),
        PlanKind::Scores | PlanKind::Selection { .. } => {
            let files: Vec<String> = stored.header.sources.iter().map(|file| shell_word(&file.name)).collect();
            format!("plan {}", files.join(" "))
        }
    }
}

fn last_line(reason: &str) -> String {
    format!("Refused: {reason}. Nothing was written.")
}

/// `column-drops (Lecture 1: 6 of 24 graded cells fall …, and 2 more)`: each code with the first that is said of it.
fn reasons(findings: &[&Finding]) -> String {
    let mut by_code: Vec<(FindingCode, &str, usize)> = Vec::new();
    for finding in findings {
        match by_code.iter_mut().find(|(code, _, _)| *code == finding.code) {
            Some((_, _, more)) => *more += 1,
            None => by_code.push((finding.code, &finding.message, 0)),
        }
    }
    let more_kinds = by_code.len().saturating_sub(KINDS);
    let words = by_code.into_iter().take(KINDS).map(|(code, message, more)| match more {
        0 => format!("{code} ({message})"),
        more => format!("{code} ({message}, and {more} more)"),
    });
    let more_kinds = (more_kinds > 0).then(|| format!("and {more_kinds} more kinds of findings"));
    words.chain(more_kinds).collect::<Vec<_>>().join("; ")
}

/// `--accept CODE:COURSE` for each code, as narrow as the findings are; `None` where one of them cannot be accepted.
fn acceptances(findings: &[&Finding]) -> Option<Vec<String>> {
    let mut codes: Vec<FindingCode> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut words = Vec::new();
    for code in codes {
        if !Accept::is_acceptable(code) {
            return None;
        }
        let mut courses: Vec<_> = findings.iter().filter(|one| one.code == code).map(|one| one.course).collect();
        courses.sort_unstable();
        courses.dedup();
        words.push("--accept".to_owned());
        words.push(match courses[..] {
            [Some(course)] => format!("{code}:internal:{course}"),
            _ => code.to_string(),
        });
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CourseId;

    fn finding(code: FindingCode, course: Option<i64>, message: &str) -> Finding {
        Finding { course: course.map(CourseId), ..Finding::new(code, message) }
    }

    #[test]
    fn what_releases_a_plan_is_as_narrow_as_what_stops_it() {
        let [drops, other] = [7, 8].map(|course| finding(FindingCode::ColumnDrops, Some(course), "Week 1 falls"));
        let origin = finding(FindingCode::WrongOrigin, None, "they are SIS ids");
        let superseded = finding(FindingCode::PlanSuperseded, None, "R1 wrote cells of it");
        for (findings, expected) in [
            (vec![&drops], Some("--accept column-drops:internal:7")),
            (vec![&drops, &drops], Some("--accept column-drops:internal:7")),
            (vec![&drops, &other], Some("--accept column-drops")),
            (vec![&origin, &drops], Some("--accept column-drops:internal:7 --accept wrong-origin")),
            (vec![&drops, &superseded], None),
        ] {
            assert_eq!(acceptances(&findings).map(|words| words.join(" ")).as_deref(), expected);
        }
    }

    #[test]
    fn the_last_line_names_each_code_once() {
        let [drops, other] = ["Week 1 falls", "Week 2 falls"].map(|text| finding(FindingCode::ColumnDrops, None, text));
        let origin = finding(FindingCode::WrongOrigin, None, "they are SIS ids");
        assert_eq!(
            last_line(&reasons(&[&drops, &origin, &other])),
            "Refused: column-drops (Week 1 falls, and 1 more); wrong-origin (they are SIS ids). Nothing was written."
        );
    }
}
