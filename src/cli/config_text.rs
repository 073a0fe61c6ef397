//! Editing the configuration as text, so that a person's comments and order survive.

use super::config::{ConfigTable, ConnectorTable};

/// The text that says `new` where `text` says `old`. Whole `[[connector]]` tables are replaced, added and removed; the
/// rest stays letter for letter. A file written in another style (inline tables) is written anew.
pub(crate) fn edited(text: &str, old: &ConfigTable, new: &ConfigTable) -> String {
    in_place(text, old, new)
        .filter(|edited| toml::from_str::<ConfigTable>(edited).is_ok_and(|says| says == *new))
        .unwrap_or_else(|| written(new))
}

fn in_place(text: &str, old: &ConfigTable, new: &ConfigTable) -> Option<String> {
    let mut sections = sections(text);
    let head = sections.remove(0);
    if sections.iter().filter(|section| is_connector(section)).count() != old.connectors.len() {
        return None;
    }
    let mut result = head_with(head, old, new);
    let mut old_connectors = old.connectors.iter();
    for section in sections {
        if !is_connector(section) {
            result.push_str(section);
            continue;
        }
        let was = old_connectors.next()?;
        match new.connectors.iter().find(|connector| connector.title == was.title) {
            Some(is) if is == was => result.push_str(section),
            Some(is) => {
                result.push_str(&connector_text(is));
                result.push_str(trailing_comment(section));
            }
            None => result.push_str(trailing_comment(section)),
        }
    }
    for added in &new.connectors {
        if !old.connectors.iter().any(|connector| connector.title == added.title) {
            if !result.is_empty() && !result.ends_with("\n\n") {
                result.push_str(if result.ends_with('\n') { "\n" } else { "\n\n" });
            }
            result.push_str(&connector_text(added));
        }
    }
    Some(result)
}

/// The text before the first table, then one piece per table with its sub-tables.
fn sections(text: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let header = line.trim_start();
        if header.starts_with('[') && !header.starts_with("[connector.") && !header.starts_with("[[connector.") {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(text.len());
    starts.windows(2).filter_map(|pair| text.get(pair[0]..pair[1])).collect()
}

fn is_connector(section: &str) -> bool {
    section.trim_start().starts_with("[[connector]]")
}

/// The comments at the end of a table: they may belong to the next one.
fn trailing_comment(section: &str) -> &str {
    let mut start = section.len();
    let mut at = section.len();
    for line in section.split_inclusive('\n').rev() {
        at -= line.len();
        match line.trim_start() {
            "" => {}
            comment if comment.starts_with('#') => start = at,
            _ => break,
        }
    }
    &section[start..]
}

/// The text before the first table, with the keys that changed set or taken out.
fn head_with(head: &str, old: &ConfigTable, new: &ConfigTable) -> String {
    let mut result = head.to_owned();
    if old.default_connector != new.default_connector {
        result = without_key(&result, "default_connector");
        if let Some(title) = &new.default_connector {
            result = format!("default_connector = {}\n{result}", toml::Value::from(title.as_str()));
        }
    }
    result
}

fn without_key(head: &str, key: &str) -> String {
    let is_key =
        |line: &&str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    head.split_inclusive('\n').filter(|line| !is_key(line)).collect()
}

fn connector_text(connector: &ConnectorTable) -> String {
    written(&ConfigTable { connectors: vec![connector.clone()], ..ConfigTable::default() })
}

fn written(table: &ConfigTable) -> String {
    toml::to_string(table).expect("a table of text, numbers and lists is TOML")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> ConfigTable {
        toml::from_str(text).expect(text)
    }

    const TWO: &str = "# mine\ndefault_connector = \"b\"\n\n# first\n[[connector]]\ntitle = \"a\" # a\ncanvas = \"a.example\"\n\n\
                       # second\n[[connector]]\ntitle = \"b\"\ncanvas = \"b.example\"\n[connector.rules]\ncase_fold = true\n";

    #[test]
    fn comments_survive_an_edit() {
        let old = parsed(TWO);
        let mut new = old.clone();
        new.connectors[1].enabled = false;
        let text = edited(TWO, &old, &new);
        assert_eq!(parsed(&text), new);
        assert!(text.starts_with(&TWO[..TWO.find("[[connector]]\ntitle = \"b\"").expect("there")]), "{text}");
    }

    #[test]
    fn adding_and_removing_leave_the_rest_alone() {
        let old = parsed(TWO);
        let mut new = old.clone();
        new.connectors.push(ConnectorTable {
            title: "c".to_owned(),
            canvas: "c.example".to_owned(),
            enabled: true,
            ..ConnectorTable::default()
        });
        let text = edited(TWO, &old, &new);
        assert!(text.starts_with(TWO), "{text}");
        assert_eq!(parsed(&text), new);

        let mut fewer = old.clone();
        fewer.connectors.remove(0);
        fewer.default_connector = None;
        let text = edited(TWO, &old, &fewer);
        assert_eq!(parsed(&text), fewer);
        assert!(text.contains("# mine") && text.contains("# second") && !text.contains("default_connector"), "{text}");
    }

    #[test]
    fn another_style_is_written_anew() {
        let inline = "connector = [{ title = \"a\", canvas = \"a.example\" }]\n";
        let old = parsed(inline);
        let mut new = old.clone();
        new.connectors[0].enabled = false;
        assert_eq!(parsed(&edited(inline, &old, &new)), new);
    }
}
