//! Identity rules under which more ids would name a person. They are proposed and never applied
//! (`tegrity-connector §4`).

use std::collections::{BTreeMap, BTreeSet};

use super::register::{Register, Resolved};
use crate::domain::{FindingCode, Identified, IdentityRules, Score, UserIdOrigin, identify_user};

/// More ids than this say nothing new about a rule.
const MOST_IDS: usize = 1000;

/// How many e-mail domains are tried. More than this are no rule of an institution.
const MOST_DOMAINS: usize = 5;

/// A rule that the connector does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleHint {
    /// As the configuration says it: `zero_pad = 9`.
    pub rule: String,
    /// How many of the ids that name no person would name exactly one.
    pub ids: u64,
}

impl Resolved<'_> {
    /// The rules that would identify more of the ids that name nobody.
    pub(in crate::engine) fn rule_hints(&self, register: &Register<'_>) -> Vec<RuleHint> {
        let nobody = |score: &Score| {
            let row = self.people.row(score);
            let sent = self.rows.sheet.sent_user(score);
            let is_nobody = row.code == Some(FindingCode::UserUnresolved) && !row.ignored;
            is_nobody.then_some((register.origin_of(sent.kind).name(), sent.id))
        };
        let ids: BTreeSet<(&str, &str)> = self.rows.scores().filter_map(nobody).collect();
        rule_hints(&ids, register)
    }
}

/// The rules that would identify some of these ids, each with the name of the kind as which it is looked up: for every
/// kind of id and of rule, the rule that would identify the most.
pub(super) fn rule_hints(nobody: &BTreeSet<(&str, &str)>, register: &Register<'_>) -> Vec<RuleHint> {
    let mut hints: Vec<RuleHint> = Vec::new();
    for origin in [UserIdOrigin::Sis, UserIdOrigin::Login] {
        let ids = nobody.iter().filter(|(kind, _)| *kind == origin.name()).map(|(_, id)| *id);
        for hint in hints_for(origin, &ids.take(MOST_IDS).collect::<Vec<_>>(), register) {
            match hints.iter_mut().find(|one| one.rule == hint.rule) {
                Some(same) => same.ids += hint.ids,
                None => hints.push(hint),
            }
        }
    }
    hints
}

fn hints_for(origin: UserIdOrigin, ids: &[&str], register: &Register<'_>) -> Vec<RuleHint> {
    if ids.is_empty() {
        return Vec::new();
    }
    let settings = register.settings;
    let would_find = |rules: &IdentityRules| {
        let found = |id: &&&str| {
            let identified = identify_user(&register.directory, origin, rules, id);
            matches!(identified, Identified::Found { .. })
        };
        ids.iter().filter(found).count() as u64
    };
    let known = KnownIds::of(register, origin);
    let sent_domains = most_frequent(ids.iter().filter_map(|id| id.rsplit_once('@')).map(|(_, domain)| domain));
    let with = |change: &dyn Fn(&mut IdentityRules)| {
        let mut rules = settings.rules.clone();
        change(&mut rules);
        rules
    };
    let mut kinds: Vec<Vec<(String, IdentityRules)>> = Vec::new();
    if origin == UserIdOrigin::Sis {
        kinds.push(vec![("case_fold = true".to_owned(), with(&|rules| rules.case_fold = true))]);
    }
    let strip = |domain: &String| {
        (format!("strip_domain = \"{domain}\""), with(&|rules| rules.strip_domain = Some(domain.clone())))
    };
    kinds.push(sent_domains.iter().map(strip).collect());
    let append = |domain: &String| {
        (format!("append_domain = \"{domain}\""), with(&|rules| rules.append_domain = Some(domain.clone())))
    };
    kinds.push(known.domains.iter().map(append).collect());
    let pad = |width: &usize| (format!("zero_pad = {width}"), with(&|rules| rules.zero_pad = Some(*width)));
    kinds.push(known.widths.iter().map(pad).collect());
    let best = |candidates: Vec<(String, IdentityRules)>| {
        let hints = candidates.into_iter().map(|(rule, rules)| RuleHint { rule, ids: would_find(&rules) });
        hints.filter(|hint| hint.ids > 0).max_by_key(|hint| hint.ids)
    };
    kinds.into_iter().filter_map(best).collect()
}

/// How the known ids of a kind are written.
struct KnownIds {
    domains: Vec<String>,
    /// Lengths of ids of digits that begin with a zero.
    widths: BTreeSet<usize>,
}

impl KnownIds {
    fn of(register: &Register<'_>, origin: UserIdOrigin) -> Self {
        let directory = &register.directory;
        let logins = || directory.users().flat_map(|user| directory.logins(user.id));
        let ids = || {
            logins().filter_map(|login| match origin {
                UserIdOrigin::Login => login.unique_id.as_deref(),
                UserIdOrigin::Sis | UserIdOrigin::Internal => login.sis_user_id.as_deref(),
            })
        };
        let padded = ids().filter(|id| id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()));
        Self {
            widths: padded.map(str::len).collect(),
            domains: most_frequent(ids().filter_map(|id| id.rsplit_once('@')).map(|(_, domain)| domain)),
        }
    }
}

fn most_frequent<'a>(domains: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for domain in domains {
        *counts.entry(domain.to_lowercase()).or_default() += 1;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.into_iter().take(MOST_DOMAINS).map(|(domain, _)| domain).collect()
}
