//! What the names of columns tell of what they hold, where no format and no layout says it.

use super::header::normal;
use crate::domain::UserIdOrigin;

/// What a column holds by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Ids of this kind.
    Id(UserIdOrigin),
    /// Ids of whatever kind the file's are.
    SomeId,
    /// An e-mail address, which may be a login.
    Email,
    /// A name, or a part of one.
    Name,
    /// Something of the student, the course or the row that is no score.
    Other,
    /// What the scores are out of.
    Possible,
    /// A sum or average of the other columns.
    Total,
}

/// Words for each, without letter case, spaces and underscores. The first that fits counts.
const WORDS: [(Meaning, &[&str]); 9] = [
    (Meaning::Id(UserIdOrigin::Internal), &["canvasid", "canvasuserid", "canvasstudentid", "internalid"]),
    (
        Meaning::Id(UserIdOrigin::Sis),
        &[
            "sisid",
            "sisuserid",
            "orgdefinedid",
            "sid",
            "studentnumber",
            "studentno",
            "idnumber",
            "matriculationnumber",
            "matrikelnummer",
            "matrikelnr",
            "campusid",
            "universityid",
            "uin",
            "emplid",
            "bannerid",
            "numérodeid",
        ],
    ),
    (
        Meaning::Id(UserIdOrigin::Login),
        &[
            "login",
            "loginid",
            "sisloginid",
            "username",
            "netid",
            "uid",
            "uniqname",
            "eid",
            "rosteridentifier",
            "benutzername",
            "anmeldename",
            "usuario",
            "identifiant",
        ],
    ),
    (Meaning::SomeId, &["id", "studentid", "userid", "studentidentifier", "identifier", "participantid", "learnerid"]),
    (
        Meaning::Email,
        &[
            "email",
            "e-mail",
            "mail",
            "emailaddress",
            "e-mailaddress",
            "useremail",
            "studentemail",
            "schoolemail",
            "primaryemail",
            "emailadresse",
            "e-mailadresse",
            "e-mail-adresse",
            "correo",
            "correoelectrónico",
            "courriel",
        ],
    ),
    (
        Meaning::Name,
        &[
            "name",
            "student",
            "students",
            "studentname",
            "firstname",
            "lastname",
            "surname",
            "givenname",
            "familyname",
            "fullname",
            "preferredname",
            "displayname",
            "lastname,firstname",
            "last,first",
            "participant",
            "vorname",
            "nachname",
            "nombre",
            "apellido",
            "apellidos",
            "prénom",
            "nom",
            "sortablename",
            "first",
            "last",
        ],
    ),
    (
        Meaning::Other,
        &[
            "section",
            "sections",
            "sectionname",
            "course",
            "courseid",
            "coursecode",
            "coursename",
            "siscourseid",
            "class",
            "group",
            "groupname",
            "team",
            "teamname",
            "timestamp",
            "date",
            "time",
            "comment",
            "comments",
            "feedback",
            "notes",
            "remarks",
            "status",
            "state",
            "major",
            "program",
            "phone",
            "githubusername",
            "gender",
            "year",
            "level",
            "role",
            "ta",
            "grader",
            "row",
            "no",
            "no.",
            "#",
            "nr",
            "nr.",
            "number",
            "index",
        ],
    ),
    (
        Meaning::Possible,
        &[
            "maxpoints",
            "pointspossible",
            "possible",
            "possiblepoints",
            "outof",
            "max",
            "maximum",
            "maxscore",
            "scorepossible",
        ],
    ),
    (
        Meaning::Total,
        &[
            "sum",
            "average",
            "avg",
            "mean",
            "overall",
            "coursetotal",
            "summe",
            "gesamt",
            "durchschnitt",
            "suma",
            "promedio",
        ],
    ),
];

/// Parts of names of columns that count or time something beside the score.
const ASIDE: [&str; 9] = [
    "lateness",
    "viewcount",
    "submissioncount",
    "submissiontime",
    "timestamp",
    "jointime",
    "leavetime",
    "lastaccess",
    "lastlogin",
];

/// What the column of this name holds; `None` where the name does not tell.
pub(super) fn meaning(column: &str) -> Option<Meaning> {
    let plain = normal(column);
    let exact = WORDS.into_iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(meaning, _)| meaning);
    exact.or_else(|| ASIDE.iter().any(|part| plain.contains(part)).then_some(Meaning::Other))
}

/// Whether the column of this name says which assignment a row is of.
pub(super) fn is_item_name(column: &str) -> bool {
    let words =
        ["assignment", "assignmentname", "assignmenttitle", "item", "itemname", "activity", "quiz", "title", "task"];
    words.contains(&normal(column).as_str())
}

/// The one of these columns of names that holds whole names; `None` where each holds a part of them.
pub(super) fn whole_names<'a>(columns: &[&'a str]) -> Option<&'a str> {
    const WHOLE: [&str; 10] = [
        "name",
        "student",
        "students",
        "studentname",
        "fullname",
        "displayname",
        "sortablename",
        "participant",
        "lastname,firstname",
        "last,first",
    ];
    match columns {
        [one] => Some(one),
        several => several.iter().copied().find(|column| WHOLE.contains(&normal(column).as_str())),
    }
}

/// How surely the column of this name says which course a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OfCourse {
    /// It may hold names or codes that are no ids.
    Perhaps,
    /// It holds ids.
    Surely,
}

/// Whether the column of this name says which course a row is of.
pub(super) fn of_course(column: &str) -> Option<OfCourse> {
    match normal(column).as_str() {
        "siscourseid" | "courseid" => Some(OfCourse::Surely),
        "course" | "coursecode" => Some(OfCourse::Perhaps),
        _ => None,
    }
}

/// Whether a header that is not known has a word of Canvas for ids in it, as its gradebooks have in other languages:
/// `ID utilisateur du SIS`.
pub(super) fn looks_like_ids(column: &str) -> bool {
    let mut words = column.split(|letter: char| !letter.is_ascii_alphanumeric());
    meaning(column).is_none() && words.any(|word| word == "SIS" || word.eq_ignore_ascii_case("login"))
}

/// Whether the column of this name says which group a row is of.
pub(super) fn is_group(column: &str) -> bool {
    ["group", "groupname", "groupid", "team", "teamname", "teamid"].contains(&normal(column).as_str())
}

/// What kind of id a column holds; of one whose name does not tell the kind, the one that was wanted.
pub(super) fn id_kind(column: &str, wanted: UserIdOrigin) -> Option<UserIdOrigin> {
    match meaning(column)? {
        Meaning::Id(kind) => Some(kind),
        Meaning::SomeId => Some(wanted),
        _ => None,
    }
}
