//! What may be asked for by GraphQL: the types, fields and arguments that are built, under Canvas's names
//! (canvas-contract §I4, §K).

/// A type with fields.
pub(super) struct Object {
    pub(super) name: &'static str,
    fields: &'static [Member],
}

/// A field of a type.
pub(super) struct Member {
    name: &'static str,
    /// The type of what it gives; a scalar when absent.
    pub(super) gives: Option<&'static Object>,
    pub(super) takes: &'static [Slot],
}

/// An argument, or a field of an input.
pub(super) struct Slot {
    pub(super) name: &'static str,
    pub(super) kind: &'static Kind,
    pub(super) list: bool,
    pub(super) required: bool,
}

/// The type of a value that is sent.
pub(super) enum Kind {
    Id,
    Int,
    Boolean,
    Text,
    /// ISO-8601.
    Moment,
    /// Its name and words.
    Words(&'static str, &'static [&'static str]),
    /// Its name and fields.
    Input(&'static str, &'static [Slot]),
}

impl Object {
    pub(super) fn field(&self, name: &str) -> Option<&'static Member> {
        self.fields.iter().find(|member| member.name == name)
    }
}

impl Kind {
    /// The name that queries give it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Int => "Int",
            Self::Boolean => "Boolean",
            Self::Text => "String",
            Self::Moment => "DateTime",
            Self::Words(name, _) | Self::Input(name, _) => name,
        }
    }

    /// The type of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().copied().find(|kind| kind.name() == name)
    }
}

impl Slot {
    /// Its type as GraphQL writes it.
    pub(super) fn type_name(&self) -> String {
        let name = self.kind.name();
        let name = if self.list { format!("[{name}!]") } else { name.to_owned() };
        if self.required { name + "!" } else { name }
    }
}

const fn scalar(name: &'static str) -> Member {
    Member { name, gives: None, takes: &[] }
}

const fn object(name: &'static str, gives: &'static Object) -> Member {
    Member { name, gives: Some(gives), takes: &[] }
}

const fn optional(name: &'static str, kind: &'static Kind) -> Slot {
    Slot { name, kind, list: false, required: false }
}

const fn required(name: &'static str, kind: &'static Kind) -> Slot {
    Slot { name, kind, list: false, required: true }
}

const fn several(name: &'static str, kind: &'static Kind) -> Slot {
    Slot { name, kind, list: true, required: false }
}

static KINDS: [&Kind; 15] = [
    &Kind::Id,
    &Kind::Int,
    &Kind::Boolean,
    &Kind::Text,
    &Kind::Moment,
    &STATE,
    &ORDER_FIELD,
    &DIRECTION,
    &ORDER,
    &RANGE,
    &FILTER,
    &SET_POST_POLICY,
    &POST_GRADES,
    &HIDE_GRADES,
    &UPDATE_GRADE,
];

const STATES: &[&str] = &["submitted", "unsubmitted", "pending_review", "graded", "ungraded", "deleted"];

static STATE: Kind = Kind::Words("SubmissionState", STATES);
static ORDER_FIELD: Kind = Kind::Words("SubmissionOrderField", &["_id", "gradedAt"]);
static DIRECTION: Kind = Kind::Words("OrderDirection", &["ascending", "descending"]);
static ORDER: Kind =
    Kind::Input("SubmissionOrderCriteria", &[required("field", &ORDER_FIELD), optional("direction", &DIRECTION)]);
static RANGE: Kind = Kind::Input("DateTimeRange", &[optional("start", &Kind::Moment), optional("end", &Kind::Moment)]);
static FILTER: Kind = Kind::Input(
    "SubmissionFilterInput",
    &[
        several("states", &STATE),
        optional("submittedSince", &Kind::Moment),
        optional("gradedSince", &Kind::Moment),
        optional("updatedSince", &Kind::Moment),
        optional("dueBetween", &RANGE),
        optional("includePeerReviewSubmissions", &Kind::Boolean),
    ],
);
static SET_POST_POLICY: Kind = Kind::Input(
    "SetAssignmentPostPolicyInput",
    &[required("assignmentId", &Kind::Id), required("postManually", &Kind::Boolean)],
);
static POST_GRADES: Kind = Kind::Input(
    "PostAssignmentGradesInput",
    &[
        required("assignmentId", &Kind::Id),
        optional("gradedOnly", &Kind::Boolean),
        several("sectionIds", &Kind::Id),
        several("onlyStudentIds", &Kind::Id),
        several("skipStudentIds", &Kind::Id),
    ],
);
static HIDE_GRADES: Kind = Kind::Input(
    "HideAssignmentGradesInput",
    &[
        required("assignmentId", &Kind::Id),
        several("sectionIds", &Kind::Id),
        several("onlyStudentIds", &Kind::Id),
        several("skipStudentIds", &Kind::Id),
    ],
);
/// Named with an `s` that the mutation has not.
static UPDATE_GRADE: Kind =
    Kind::Input("UpdateSubmissionsGradeInput", &[required("submissionId", &Kind::Id), required("score", &Kind::Int)]);

/// What a query begins with.
pub(super) static QUERY: Object = Object {
    name: "Query",
    fields: &[Member { name: "course", gives: Some(&COURSE), takes: &[required("id", &Kind::Id)] }],
};

/// What a mutation begins with.
pub(super) static MUTATION: Object = Object {
    name: "Mutation",
    fields: &[
        Member {
            name: "setAssignmentPostPolicy",
            gives: Some(&SET_POST_POLICY_PAYLOAD),
            takes: &[required("input", &SET_POST_POLICY)],
        },
        Member {
            name: "postAssignmentGrades",
            gives: Some(&POST_GRADES_PAYLOAD),
            takes: &[required("input", &POST_GRADES)],
        },
        Member {
            name: "hideAssignmentGrades",
            gives: Some(&HIDE_GRADES_PAYLOAD),
            takes: &[required("input", &HIDE_GRADES)],
        },
        Member {
            name: "updateSubmissionGrade",
            gives: Some(&UPDATE_GRADE_PAYLOAD),
            takes: &[required("input", &UPDATE_GRADE)],
        },
    ],
};

static SET_POST_POLICY_PAYLOAD: Object = Object {
    name: "SetAssignmentPostPolicyPayload",
    fields: &[object("postPolicy", &POST_POLICY), object("errors", &VALIDATION_ERROR)],
};
static POST_GRADES_PAYLOAD: Object = Object {
    name: "PostAssignmentGradesPayload",
    fields: &[object("assignment", &ASSIGNMENT), object("progress", &PROGRESS), object("errors", &VALIDATION_ERROR)],
};
static HIDE_GRADES_PAYLOAD: Object = Object { name: "HideAssignmentGradesPayload", fields: POST_GRADES_PAYLOAD.fields };
static UPDATE_GRADE_PAYLOAD: Object = Object {
    name: "UpdateSubmissionsGradePayload",
    fields: &[object("submission", &SUBMISSION), object("errors", &VALIDATION_ERROR)],
};
static VALIDATION_ERROR: Object = Object { name: "ValidationError", fields: &[scalar("attribute"), scalar("message")] };
static POST_POLICY: Object =
    Object { name: "PostPolicy", fields: &[scalar("postManually"), object("assignment", &ASSIGNMENT)] };
static ASSIGNMENT: Object = Object { name: "Assignment", fields: &[scalar("_id"), scalar("name")] };
static PROGRESS: Object = Object { name: "Progress", fields: &[scalar("_id"), scalar("state")] };
static USER: Object = Object { name: "User", fields: &[scalar("_id"), scalar("name")] };

static COURSE: Object = Object {
    name: "Course",
    fields: &[
        scalar("_id"),
        scalar("name"),
        Member {
            name: "submissionsConnection",
            gives: Some(&SUBMISSIONS),
            takes: &[
                optional("first", &Kind::Int),
                optional("after", &Kind::Text),
                several("studentIds", &Kind::Id),
                optional("filter", &FILTER),
                several("orderBy", &ORDER),
            ],
        },
    ],
};
static SUBMISSIONS: Object =
    Object { name: "SubmissionConnection", fields: &[object("nodes", &SUBMISSION), object("pageInfo", &PAGE_INFO)] };
static PAGE_INFO: Object = Object { name: "PageInfo", fields: &[scalar("hasNextPage"), scalar("endCursor")] };
static SUBMISSION: Object = Object {
    name: "Submission",
    fields: &[
        scalar("_id"),
        scalar("userId"),
        scalar("assignmentId"),
        scalar("score"),
        scalar("grade"),
        scalar("enteredScore"),
        scalar("enteredGrade"),
        scalar("excused"),
        scalar("state"),
        scalar("attempt"),
        scalar("submittedAt"),
        scalar("gradedAt"),
        scalar("postedAt"),
        scalar("updatedAt"),
        scalar("late"),
        scalar("missing"),
        scalar("latePolicyStatus"),
        scalar("customGradeStatusId"),
        scalar("deductedPoints"),
        scalar("gradingPeriodId"),
        scalar("gradeMatchesCurrentSubmission"),
        scalar("cachedDueDate"),
        scalar("previewUrl"),
        object("commentsConnection", &COMMENTS),
    ],
};
static COMMENTS: Object = Object { name: "SubmissionCommentConnection", fields: &[object("nodes", &COMMENT)] };
static COMMENT: Object = Object {
    name: "SubmissionComment",
    fields: &[scalar("_id"), object("author", &USER), scalar("comment"), scalar("htmlComment"), scalar("createdAt")],
};
