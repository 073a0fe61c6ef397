//! What identifies a column to its sender, as the file has it.

/// The texts of a column's key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KeyTexts<'a> {
    pub(super) customer_number: &'a str,
    pub(super) provider_id: &'a str,
    pub(super) course_id: &'a str,
    pub(super) id: &'a str,
    /// Stands in for an empty id; empty where the format forbids that.
    pub(super) title: &'a str,
    /// Whether the title is only the header that every file of the kind has.
    pub(super) untitled: bool,
}

impl<'a> KeyTexts<'a> {
    /// The title as far as it is part of the key.
    pub(super) fn title_key(self) -> &'a str {
        if self.id.is_empty() { self.title } else { "" }
    }
}
