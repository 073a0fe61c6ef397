//! A layout to edit, for a file of no known format.

use super::error::ScoresError;
use super::header::normal;
use super::input::{Input, Opened};
use super::table::Table;

/// Words in a column's name that tell what it holds.
const ROLES: [(&str, &[&str]); 5] = [
    ("login", &["login", "username", "netid"]),
    ("sis", &["sis", "studentid", "orgdefinedid", "studentnumber", "userid", "idnumber"]),
    ("internal", &["canvasid", "internalid"]),
    ("email", &["email", "mail"]),
    ("name", &["studentname", "lastname", "firstname", "fullname", "surname", "name", "student"]),
];

/// A layout for the input, ready to edit: its columns sorted by what their names suggest, the others taken for items.
pub fn suggest_layout(input: Input) -> Result<String, ScoresError> {
    let mut opened = Opened::open(input)?;
    Ok(layout_of(&Table::of(&mut opened)?.header.names))
}

fn layout_of(columns: &[String]) -> String {
    let role = |column: &str| {
        let name = normal(column);
        ROLES.into_iter().find(|(_, words)| words.iter().any(|word| name.contains(word))).map(|(role, _)| role)
    };
    let of = |wanted: &str| -> Vec<&String> { columns.iter().filter(|column| role(column) == Some(wanted)).collect() };
    let known: Vec<&String> = columns.iter().filter(|column| role(column).is_some()).collect();
    let items: Vec<&String> = columns.iter().filter(|column| role(column).is_none() && !column.is_empty()).collect();
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for kind in ["internal", "sis", "login"] {
        ids.extend(of(kind).first().map(|column| (kind, column.as_str())));
    }
    if ids.is_empty() {
        let guess = of("email").first().copied().or(columns.first());
        ids.push(("login", guess.map_or("", String::as_str)));
    }
    let email = of("email").first().map(|email| ("email", email.as_str()));
    let users: Vec<String> =
        ids.into_iter().chain(email).map(|(kind, column)| format!("{kind} = {}", quoted(column))).collect();
    format!(
        "\
# A layout for `--layout`. Check every line; what stands behind a # does nothing.

# Columns that must be there.
header = {header}

[user]
# Which kind of id a column holds: `internal`, `sis` or `login`.
{users}
name = {name}
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

# One row per student and one column per item. Every other column is an item; these would be:
# {items}
[wide]
except = []
# possible = \"100\"

# Or, instead of [wide], one row per student and item:
# [long]
# id = \"Item ID\"
# title = [\"Item\"]
# value = \"Score\"        # or percent = …, or viewed = … and length = …
# possible = \"Out of\"
",
        header = list(&known),
        users = users.join("\n"),
        name = list(&of("name")),
        items = list(&items),
    )
}

/// A text as TOML takes it on one line: JSON's escapes are among TOML's, only DEL must be escaped too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

fn list(columns: &[&String]) -> String {
    format!("[{}]", columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::Layout;

    #[test]
    fn a_suggestion_is_a_layout_whatever_the_columns_are_called() {
        let columns = ["NetID", "Surname", "He said \"hi\"\\", "Quiz\n1", ""].map(String::from);
        let text = layout_of(&columns);
        assert!(Layout::parse("suggested.toml", &text).is_ok(), "{text}");
        assert!(text.contains("login = \"NetID\"\nname = [\"Surname\"]"), "{text}");
        assert!(Layout::parse("suggested.toml", &layout_of(&[])).is_ok());
    }
}
