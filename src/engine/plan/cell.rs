//! Makes one cell: what is wanted, what Canvas holds, and what becomes of it.

use std::sync::Arc;

use super::columns::Placed;
use super::facts::{CourseFacts, Standing};
use super::merged::MergedInto;
use super::part::{CourseHistory, PlanInputs, Unread};
use super::rows::Settled;
use super::whose::conflict_reason;
use crate::canvas::Submission;
use crate::domain::{
    Above, AssignmentId, Cell, CellClass, CellKey, CellToDecide, ColumnIndex, ColumnTarget, CommentOutcome, Decision,
    EnrollmentState, Entered, Exactness, FindingCode, LastPushed, LiveCell, Normalised, Owner, PlanOptions,
    PlannedStudent, Score, Sending, ShownValue, Source, StudentIndex, UserId, WhoseWork, comment_digest, decide,
    is_other_name, is_same_comment, is_shown_otherwise, unstorable_comment,
};

/// A cell as it is made, and what is said of it beside the one reason that it keeps.
pub(super) struct Made {
    pub(super) cell: Cell,
    /// Why each further code stands against it.
    pub(super) further: Vec<(FindingCode, String)>,
    /// A name in its rows that is not the person's.
    pub(super) other_name: Option<String>,
}

/// A cell that Canvas was not asked about.
pub(super) fn row_cell(at: (ColumnIndex, StudentIndex), settled: &Settled<'_>, why: Unread<'_>) -> Made {
    let Unread { code, reason } = why;
    let (column, student) = at;
    let (row, sources, mut codes) = unpack(settled);
    codes.insert(0, code);
    let cell = Cell {
        column,
        student,
        sources,
        received: row.map_or("", |row| &row.received).into(),
        base: None,
        owner: Owner::Nobody,
        whose: None,
        wanted: None,
        sending: Sending::Nothing,
        comment: row.and_then(Score::comment).map(Into::into),
        class: code.class().unwrap_or(CellClass::Blocked),
        group: None,
        codes,
        reason: reason.into(),
    };
    Made { cell, further: Vec::new(), other_name: None }
}

/// The row that counts, every place, and what repeats have to say.
fn unpack<'a>(settled: &'a Settled<'_>) -> (Option<&'a Score>, Vec<Source>, Vec<FindingCode>) {
    match settled {
        Settled::One { row, equal, dropped } => {
            let mut sources: Vec<Source> = equal.iter().chain(dropped).map(|score| score.source).collect();
            sources.sort_unstable();
            sources.insert(0, row.source);
            let mut codes = Vec::new();
            if !equal.is_empty() {
                codes.push(FindingCode::DuplicateEqual);
            }
            if !dropped.is_empty() {
                codes.push(FindingCode::RepeatSettled);
            }
            let kept = row.comment().unwrap_or_default();
            if equal.iter().filter_map(|other| other.comment()).any(|other| !is_same_comment(other, kept)) {
                codes.push(FindingCode::CommentDropped);
            }
            (Some(row), sources, codes)
        }
        Settled::Sum { total, parts } => {
            let mut codes = vec![FindingCode::RepeatSummed];
            let kept = total.comment().unwrap_or_default();
            if parts.iter().filter_map(|part| part.comment()).any(|other| !is_same_comment(other, kept)) {
                codes.push(FindingCode::CommentDropped);
            }
            (Some(total), parts.iter().map(|part| part.source).collect(), codes)
        }
        Settled::Contradiction(row) => (Some(row), vec![row.source], Vec::new()),
    }
}

/// What stands against writing to the course at all.
pub(super) fn course_blocks(
    facts: &CourseFacts,
    students: &[PlannedStudent],
    options: &PlanOptions,
) -> Vec<(FindingCode, String)> {
    let mut blocks = Vec::new();
    let course = Some(facts.course.id);
    if facts.concluded && !options.allow_concluded {
        blocks.push((FindingCode::CourseConcluded, "the course has ended".to_owned()));
    }
    let identified: Vec<UserId> = students.iter().filter_map(|student| student.user).collect();
    let enrolled = identified.iter().filter(|user| matches!(facts.standing(**user), Standing::Student(_))).count();
    let looks_wrong = identified.len() >= 5 && enrolled * 2 < identified.len();
    if looks_wrong && !options.accepts(FindingCode::CourseLooksWrong, course) {
        let reason =
            format!("only {enrolled} of the sheet's {} students are enrolled in this course", identified.len());
        blocks.push((FindingCode::CourseLooksWrong, reason));
    }
    blocks
}

/// Makes the cells of one course.
pub(super) struct CellMaker<'a> {
    pub(super) facts: &'a CourseFacts,
    pub(super) memory: &'a CourseHistory,
    pub(super) inputs: &'a PlanInputs<'a>,
    pub(super) placed: &'a [Placed],
    pub(super) students: &'a [PlannedStudent],
    /// What stands against writing to the course at all.
    pub(super) course_blocks: &'a [(FindingCode, String)],
}

impl CellMaker<'_> {
    /// A zero for a student without a row.
    pub(super) fn make_absent(&self, column: ColumnIndex, user: UserId) -> Option<Cell> {
        let mut students = StudentIndex::all().zip(self.students);
        let (student, _) = students.find(|(_, student)| student.user == Some(user))?;
        Some(self.cell(column, student, None).cell)
    }

    /// The cell of these settled rows.
    pub(super) fn make(&self, column: ColumnIndex, student: StudentIndex, settled: &Settled<'_>) -> Made {
        self.cell(column, student, Some(settled))
    }

    /// The cell of these settled rows, or of the zero for having none.
    fn cell(&self, column: ColumnIndex, student: StudentIndex, settled: Option<&Settled<'_>>) -> Made {
        let (row, sources, notes) = settled.map(unpack).unwrap_or_default();
        let placed = &self.placed[column.as_usize()];
        let person = &self.students[student.as_usize()];
        let key = self.key(column, student);
        let submission = key.and_then(|key| self.submission(key));
        let live = submission.map(|submission| self.facts.live(submission));
        let options = self.inputs.options;
        let (received, scale) = match row {
            Some(row) => (&*row.received, placed.scale(options)),
            None => ("0", placed.scale_of_zero(options)),
        };
        let held = scale.zip(live.as_ref().zip(submission)).and_then(|(scale, (live, submission))| {
            let shown = ShownValue { live, score: submission.score, grade: submission.grade.as_deref() };
            scale.held(received, shown)
        });
        let normalised = held.map(Ok).or_else(|| scale.map(|scale| scale.normalise(received)));
        // What an export of Canvas's own says of a cell as it is asks for nothing, and nothing stands against that.
        let is_untouched = placed.column.exactness == Exactness::CanvasGradebook
            && live.as_ref().is_some_and(|live| matches!(&normalised, Some(Ok(value)) if value.wanted.holds_in(live)));
        let mut cell = Cell {
            column,
            student,
            sources,
            received: received.into(),
            owner: live.as_ref().map_or(Owner::Nobody, |live| Owner::of(live, key.and_then(|key| self.last(key)))),
            base: live.map(Arc::new),
            whose: None,
            wanted: None,
            sending: Sending::Nothing,
            comment: None,
            class: CellClass::Unresolved,
            group: None,
            codes: Vec::new(),
            reason: "".into(),
        };
        let mut blocks: Vec<(FindingCode, String)> = self.inputs.people.problem(person).cloned().into_iter().collect();
        let moved = person.user.filter(|_| person.is_looked_up()).and_then(|user| self.facts.moved.get(&user));
        blocks.extend(moved.map(|reason| (FindingCode::IdentityMoved, (*reason).to_owned())));
        blocks.retain(|(code, _)| !options.accepts(*code, Some(self.facts.course.id)));
        if !is_untouched {
            blocks.extend_from_slice(self.course_blocks);
            blocks.extend_from_slice(&placed.blocks);
        }
        if let Some(user) = person.user.filter(|_| !is_untouched) {
            blocks.extend(self.person_blocks(user, placed.column.assignment().map(|assignment| assignment.id)));
        }
        if let Some(Settled::Contradiction(_)) = settled {
            blocks.push((
                FindingCode::DuplicateConflict,
                "rows of one student and column say different things".to_owned(),
            ));
        }
        if let Some(Err(problem)) = &normalised {
            blocks.push((FindingCode::ValueInvalid, problem.to_string()));
        }
        if let Some(Ok(value)) = &normalised {
            blocks.extend(self.far_over(value, cell.base.as_deref(), placed));
        }
        if let Some(why) = row.and_then(Score::comment).and_then(unstorable_comment) {
            blocks.push((FindingCode::CommentUnstorable, why));
        }
        if let Some(Ok(Normalised { wanted, .. })) = &normalised {
            cell.wanted = Some(*wanted);
        }
        let named = settled.filter(|_| !is_untouched);
        let other_name = named.and_then(|settled| self.other_name(person, settled));
        let decisive = blocks.iter().min_by_key(|(code, _)| code.class()).cloned();
        cell.codes.extend(decisive.iter().map(|(code, _)| *code));
        cell.codes.extend(
            blocks.iter().map(|(code, _)| *code).filter(|code| decisive.as_ref().is_none_or(|one| one.0 != *code)),
        );
        match (decisive, normalised) {
            (Some((code, reason)), _) => {
                cell.class = code.class().unwrap_or(CellClass::Blocked);
                cell.reason = reason.into();
            }
            (None, Some(Ok(value))) => {
                self.compare(&mut cell, &value, row);
            }
            // Without a problem there is a column to write to, and so a scale.
            (None, Some(Err(_)) | None) => cell.class = CellClass::Blocked,
        }
        if !cell.class.is_write() && cell.class != CellClass::Unchanged {
            // It is not sent, and must not be lost to whoever mends the row.
            cell.comment = row.and_then(Score::comment).map(Into::into);
        }
        cell.codes.extend(notes);
        cell.codes.extend(other_name.as_ref().map(|_| FindingCode::NameDiffers));
        let further = blocks.into_iter().filter(|(code, _)| cell.codes.first() != Some(code)).collect();
        Made { cell, further, other_name }
    }

    /// A value of more than twice the points possible, which Canvas does not hold already, unless somebody accepted it.
    fn far_over(&self, value: &Normalised, live: Option<&LiveCell>, placed: &Placed) -> Option<(FindingCode, String)> {
        let code = FindingCode::FarOverPossible;
        let is_accepted = self.inputs.options.accepts(code, Some(self.facts.course.id));
        let is_held = live.is_some_and(|live| value.wanted.holds_in(live));
        let possible = placed.column.points_possible().filter(|_| value.above == Above::FarOver)?;
        (!is_accepted && !is_held).then(|| (code, format!("more than twice the {possible} points possible")))
    }

    /// A name in the rows of a person who was looked up that has nothing in common with theirs.
    fn other_name(&self, person: &PlannedStudent, settled: &Settled<'_>) -> Option<String> {
        let user = person.user.filter(|_| person.is_looked_up())?;
        let cached = self.inputs.directory.user(user)?;
        let names = || [cached.name.as_str(), cached.sortable_name.as_str()].into_iter();
        let logins = || self.inputs.directory.logins(user).iter().filter_map(|login| login.unique_id.as_deref());
        let ids = || logins().chain(cached.email.as_deref());
        let sent = settled.rows().filter_map(|row| row.person()?.name.as_deref());
        let mut other = sent.filter(|sent| names().all(|name| name != *sent) && is_other_name(sent, names(), ids()));
        other.next().map(str::to_owned)
    }

    /// What stands against writing for this person.
    fn person_blocks(&self, user: UserId, assignment: Option<AssignmentId>) -> Option<(FindingCode, String)> {
        let blocked = |code, reason: String| Some((code, reason));
        if let Some(MergedInto { id, name }) = self.facts.merged_into.get(&user) {
            return blocked(FindingCode::UserMerged, format!("merged into {name} (user {id}) since the sync"));
        }
        match self.facts.standing(user) {
            Standing::Nowhere if self.facts.sees_own_sections => {
                let reason = "the token sees only its own sections of this course, and the student is in none of them";
                return blocked(FindingCode::NotVisible, reason.to_owned());
            }
            Standing::Nowhere => return blocked(FindingCode::NotEnrolled, "not enrolled in this course".to_owned()),
            Standing::Other(kind) => {
                return blocked(FindingCode::NotEnrolled, format!("{} of this course, not a student", kind.name()));
            }
            Standing::Student(EnrollmentState::Deleted) => {
                return blocked(FindingCode::NotEnrolled, "dropped this course".to_owned());
            }
            Standing::Student(EnrollmentState::Concluded) => {
                let reason = "the student's enrollment in this course is concluded".to_owned();
                return blocked(FindingCode::EnrollmentConcluded, reason);
            }
            Standing::Student(_) => {}
        }
        let assignment = assignment?;
        if self.memory.outstanding.contains(&(self.facts.course.id, assignment, user)) {
            return blocked(FindingCode::JobOutstanding, "an earlier job of ours may still write this cell".to_owned());
        }
        if self.facts.read.contains(&assignment) && !self.facts.is_assigned(assignment, user) {
            return if self.facts.grid.has_student(user) {
                blocked(FindingCode::NotAssigned, "the assignment is not assigned to this student".to_owned())
            } else {
                blocked(FindingCode::NotVisible, "the token may not see this student's section".to_owned())
            };
        }
        None
    }

    /// Nothing stands against it: the three-way decision.
    fn compare(&self, cell: &mut Cell, value: &Normalised, row: Option<&Score>) {
        let options = self.inputs.options;
        let placed = &self.placed[cell.column.as_usize()];
        let person = &self.students[cell.student.as_usize()];
        let key = self.key(cell.column, cell.student);
        let submission = key.and_then(|key| self.submission(key));
        let live = cell.base.take().unwrap_or_else(|| Arc::new(LiveCell::without_row()));
        let last = key.and_then(|key| self.last(key));
        let course = Some(self.facts.course.id);
        let posts_manually = placed.column.assignment().is_some_and(|assignment| assignment.post_manually);
        let seen = CellToDecide { live: &live, last, posts_manually };
        let mut decision = decide(value.wanted, seen, self.inputs.ownership, options, course);
        let comment = row.and_then(Score::comment).filter(|text| !text.trim().is_empty());
        let sent = comment.map(|text| self.sent_comment(key, text));
        let comment = comment.filter(|_| sent == Some(CommentOutcome::Pending));
        // A comment alone shows a hidden grade as well (`canvas-contract §I4`).
        if decision.class == CellClass::Unchanged && comment.is_some() && seen.is_hidden() {
            let code = FindingCode::RevealsHiddenGrade;
            let is_held = !options.releases(code, course);
            decision = if is_held { Decision::held(code) } else { Decision { code: Some(code), ..decision } };
        }
        cell.class = decision.class;
        cell.codes.extend(decision.code);
        cell.codes.extend(decision.released.into_iter().flatten().filter(|code| decision.code != Some(*code)));
        if decision.class != CellClass::Unchanged && live.is_automatic_zero() {
            cell.codes.push(FindingCode::AutomaticZero);
        }
        if sent == Some(CommentOutcome::Unknown) {
            cell.codes.push(FindingCode::CommentUnknown);
        }
        if value.above != Above::Not && decision.class != CellClass::Unchanged {
            cell.codes.push(FindingCode::OverPossible);
        }
        if matches!(
            person.user.map(|user| self.facts.standing(user)),
            Some(Standing::Student(EnrollmentState::Inactive))
        ) {
            cell.codes.push(FindingCode::EnrollmentInactive);
        }
        let will_deduct = decision.class.is_write()
            && self.facts.late_rules.deducts
            && submission.is_some_and(|submission| submission.late);
        if will_deduct || live.points_deducted.is_some_and(|points| !points.is_zero()) {
            cell.codes.push(FindingCode::LatePolicyApplies);
        }
        if decision.class.is_write() && ["submitted", "pending_review"].contains(&live.workflow_state.as_str()) {
            cell.codes.push(FindingCode::SubmissionWaiting);
        }
        if row.is_none() {
            cell.codes.push(FindingCode::AbsentZero);
        }
        let is_sent = decision.class.is_write() || decision.class == CellClass::Unchanged;
        if is_sent && comment.is_some_and(is_shown_otherwise) {
            cell.codes.push(FindingCode::CommentShownAsHtml);
        }
        cell.reason = reason(decision.class, decision.code, &live).into();
        match (decision.class, comment) {
            (CellClass::Unchanged, Some(text)) => {
                cell.class = CellClass::Change;
                cell.sending = Sending::CommentOnly;
                cell.comment = Some(text.into());
                cell.reason = "comment-only".into();
            }
            (class, comment) if class.is_write() => {
                cell.sending = value.sending.clone();
                cell.comment = comment.map(Into::into);
            }
            _ => {}
        }
        let ours = last.map(|last| &last.cell);
        cell.whose = cell.conflict().and_then(|code| WhoseWork::of(code, &live, ours, cell.owner)).map(Box::new);
        cell.base = Some(live).filter(|_| !matches!(placed.column.target, ColumnTarget::Create(_)));
    }

    /// What became of this comment so far: it is there if one of ours with the same text is, or if the journal says so
    /// (design, Comments).
    fn sent_comment(&self, key: Option<CellKey>, text: &str) -> CommentOutcome {
        let Some(key) = key else { return CommentOutcome::Pending };
        let who = self.inputs.ownership;
        let authors: Vec<UserId> = who.own_graders.iter().copied().chain([who.token_user]).collect();
        if self.submission(key).is_some_and(|submission| submission.comments_of(text, &authors).next().is_some()) {
            return CommentOutcome::Already;
        }
        let journaled = self.memory.comments.get(&(key.assignment, key.user, comment_digest(text)));
        journaled.copied().unwrap_or(CommentOutcome::Pending)
    }

    /// Where the cell is in Canvas; `None` for a column or a person that is not there.
    fn key(&self, column: ColumnIndex, student: StudentIndex) -> Option<CellKey> {
        let assignment = self.placed[column.as_usize()].column.assignment()?.id;
        let user = self.students[student.as_usize()].user?;
        Some(CellKey { assignment, user })
    }

    /// What Canvas shows there.
    fn submission(&self, key: CellKey) -> Option<&Submission> {
        self.facts.grid.submission(key.assignment, key.user)
    }

    /// What this tool last put there.
    fn last(&self, key: CellKey) -> Option<&LastPushed> {
        self.memory.pushed.get(&(key.assignment, key.user))
    }
}

/// One line for people; the codes say the rest.
fn reason(class: CellClass, code: Option<FindingCode>, live: &LiveCell) -> &'static str {
    match (class, code) {
        (_, Some(FindingCode::WouldLower)) => "the grade in Canvas is higher",
        (_, Some(FindingCode::ExcuseNotAllowed)) => "the sheet excuses the student, which is not allowed",
        (_, Some(code)) if conflict_reason(code).is_some() => conflict_reason(code).unwrap_or_default(),
        (CellClass::Excuse, _) => "the sheet excuses the student",
        (CellClass::Set, _) => "no grade yet",
        (CellClass::Unchanged, _) => "Canvas has it already",
        (_, _) if live.entered == Entered::Empty => "no grade yet",
        (_, _) => "a new score",
    }
}
