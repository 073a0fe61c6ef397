//! A layout to edit, for a file of no known format.

use super::error::ScoresError;
use super::header::normal;
use super::input::{Content, Input, Opened};
use super::records::delimiter_of;
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
    let name = opened.name.to_string();
    let table = match opened.content.clone() {
        Content::Text { encoding, head } => Table::new(&name, opened.text(encoding)?, delimiter_of(&head))?,
        Content::Workbook => Table::of_workbook(&name, opened.bytes()?)?,
    };
    Ok(layout_of(&table.header.names))
}

fn layout_of(columns: &[String]) -> String {
    let role = |column: &str| {
        let name = normal(column);
        ROLES.into_iter().find(|(_, words)| words.iter().any(|word| name.contains(word))).map(|(role, _)| role)
    };
    let of = |wanted: &str| -> Vec<&String> { columns.iter().filter(|column| role(column) == Some(wanted)).collect() };
    let mut text = String::from(
        "# A layout for `--layout`. Check every line; a line that starts with # does nothing.\n\n\
         # Columns that must be there.\n",
    );
    let known: Vec<&String> = columns.iter().filter(|column| role(column).is_some()).collect();
    text += &format!(
        "header = {}\n\n[user]\n# Which kind of id a column holds: `internal`, `sis` or `login`.\n",
        list(&known)
    );
    let mut has_id = false;
    for kind in ["internal", "sis", "login"] {
        if let Some(column) = of(kind).first() {
            has_id = true;
            text += &format!("{kind} = {}\n", quoted(column));
        }
    }
    if !has_id {
        let guess = of("email").first().copied().or(columns.first()).map_or("", String::as_str);
        text += &format!("login = {}\n", quoted(guess));
    }
    text += &format!("name = {}\n", list(&of("name")));
    if let Some(email) = of("email").first() {
        text += &format!("email = {}\n", quoted(email));
    }
    text += "\n[course]\n# A column, or the same course for all rows; else give --course.\n# column = \"Course\"\n# constant = \"BIO101\"\n\n\
             [rows]\n# Values that mean no score.\nnone = [\"-\", \"N/A\"]\n\n\
             # [rows.summary]\n# Rows whose value in a column starts so are totals; \"\" is a blank.\n# \"Name\" = [\"Total\", \"\"]\n\n";
    let items: Vec<&String> = columns.iter().filter(|column| role(column).is_none() && !column.is_empty()).collect();
    text += "# One row per student and one column per item. Every other column is an item; these would be:\n";
    text += &format!("# {}\n[wide]\nexcept = []\n# possible = \"100\"\n\n", list(&items));
    text += "# Or, instead of [wide], one row per student and item:\n# [long]\n# id = \"Item ID\"\n# title = [\"Item\"]\n\
             # value = \"Score\"        # or percent = …, or viewed = … and length = …\n# possible = \"Out of\"\n";
    text
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
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
