//! The text of a suggested layout.

use super::suggest::Suggestion;
use crate::domain::is_fixed_header;

/// A layout to edit. Every line that a person may want is there, behind a # where nothing suggests it.
pub(super) fn text(suggestion: &Suggestion<'_>) -> String {
    let Suggestion { format, header_row, ids, email, names, names_as_ids, item, scores, possible, others } = suggestion;
    let known = format.map_or_else(String::new, |format| {
        format!("#\n# Such a file is read without a layout, as the format `{format}`.\n")
    });
    let row = match header_row {
        Some(line) => format!("header_row = {line}\n"),
        None => "# header_row = 3\n".to_owned(),
    };
    let untitled = item.is_none() && scores.iter().any(|score| is_fixed_header(score));
    let title = if untitled {
        "# The file does not say which assignment it is of: give --assignment-title, or say it here.\n\
         # title = \"Homework 1\"\n# title_from_name = \"{title}_scores.csv\"\n"
    } else {
        ""
    };
    let users: Vec<String> = ids
        .iter()
        .map(|(origin, column)| (origin.to_string(), *column))
        .chain(email.map(|column| ("email".to_owned(), column)))
        .map(|(kind, column)| format!("{kind} = {}", quoted(column)))
        .collect();
    let users = if ids.is_empty() { "login = \"\"".to_owned() } else { users.join("\n") };
    let users = if *names_as_ids {
        format!(
            "# The file has no ids: the names are taken for them, and `gradepush resolve FILE --layout LAYOUT` says whom each\n\
             # may mean.\n{users}"
        )
    } else {
        users
    };
    let header: Vec<&str> = ids.iter().map(|(_, column)| *column).chain(names.iter().copied()).collect();
    let table = match item {
        Some(item) => long(item, scores, possible.as_deref()),
        None => wide(scores, possible.as_deref(), others),
    };
    format!(
        "\
# A layout for `--layout`. Check every line; what stands behind a # does nothing.
{known}
# Columns that must be there.
header = {header}
# The line of the header, where it is not found by itself; whether a blank line ends the table.
{row}# ends_at_blank_line = true
# How several values of one student count: max, last, first, sum or error.
# repeat = \"sum\"
{title}
[user]
# Which kind of id a column holds: `internal`, `sis` or `login`. Of a list the first that is not empty counts.
{users}
name = {names}
# What stands before each id and is no part of it.
# mark = \"#\"

[course]
# A column, or the same course for all rows; else give --course.
# column = \"Course\"
# constant = \"BIO101\"

[rows]
# Values that mean no score.
none = [\"-\", \"N/A\"]

# [rows.summary]
# Rows with such a value in a column are totals; \"\" is a blank.
# \"Name\" = [\"Total\", \"\"]

# [rows.no_student]
# Rows with such a value are of people who are no students; a score in one is a warning.
# \"Role\" = [\"TA\"]

# [rows.possible]
# The row with such a value says what each column is out of.
# \"Name\" = [\"Points Possible\"]

# [words]
# What words are worth.
# Present = 1

{table}",
        header = list(&header),
        names = list(names),
    )
}

fn wide(scores: &[&str], possible: Option<&str>, others: &[&str]) -> String {
    let possible = match possible {
        Some(column) => format!("possible_column = {}", quoted(column)),
        None => "# possible_column = \"{title} - Max Points\"".to_owned(),
    };
    format!(
        "\
# One row per student and one column per item. Every column is an item that is named nowhere else; these are:
# {items}
[wide]
# Names, or patterns such as \"{{*}} - Time\".
except = {others}
{possible}
# possible = \"100\"
# values = \"percent\"
# Patterns of the columns that are items, and of those with their percentages, letters and feedback; of one item points
# count before percentages. Words before a title, as in `Quiz: Week 1`.
# columns = [\"{{title}} (Real)\"]
# percent = [\"{{title}} (Percentage)\"]
# words = [\"{{title}} (Letter)\"]
# feedback = [\"{{title}} (Feedback)\"]
# before = [\"Quiz\"]

# Or, instead of [wide], one row per student and item:
# [long]
# id = \"Item ID\"
# title = [\"Item\"]
# value = \"Score\"        # or percent = …, or viewed = … and length = …
# possible = \"Out of\"
",
        items = plain_list(scores),
        others = list(others),
    )
}

fn long(item: &str, scores: &[&str], possible: Option<&str>) -> String {
    let value = scores.first().copied().unwrap_or("Score");
    let possible = match possible {
        Some(column) => format!("possible = {}", quoted(column)),
        None => "# possible = \"Out of\"".to_owned(),
    };
    format!(
        "\
# One row per student and item.
[long]
title = [{item}]
# id = \"Item ID\"
value = {value}        # or percent = …, or viewed = … and length = …
{possible}
# submitted = \"Date\"

# Or, instead of [long], one column per item: [wide] with except = [\"…\"].
",
        item = quoted(item),
        value = quoted(value),
    )
}

/// A text as TOML takes it on one line: JSON's escapes are among TOML's, only DEL must be escaped too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

fn list(columns: &[&str]) -> String {
    format!("[{}]", columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", "))
}

/// For a comment: a line break would end it.
fn plain_list(columns: &[&str]) -> String {
    let one_line = |column: &&str| column.split(char::is_control).collect::<Vec<_>>().join(" ");
    columns.iter().map(one_line).collect::<Vec<_>>().join(", ")
}
