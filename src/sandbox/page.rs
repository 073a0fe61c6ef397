//! Ordinal and bookmark paging with `Link` headers (canvas-contract §C).

use serde::Serialize;
use serde_json::Value;

use super::message::{Reply, Request};
use super::parameters::{Parameters, decode, encode};
use super::refusal;

/// Link URLs are dropped until they fit.
const LINK_LIMIT: usize = 6 * 1024;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Where a page begins, how long it is, and the links around it.
pub(crate) struct Page {
    skip: usize,
    length: usize,
    links: Vec<(&'static str, String)>,
    base: String,
}

impl Page {
    /// Page numbers. Where Canvas counts, that is with `counted`, `last` is always there; elsewhere only once the last
    /// page is reached.
    ///
    /// # Errors
    /// A page that is no number is a 404.
    pub(crate) fn ordinal(
        request: &Request,
        parameters: &Parameters,
        total: usize,
        counted: bool,
    ) -> Result<Self, Reply> {
        let length = per_page(parameters);
        let asked = parameters.text("page").filter(|page| !page.is_empty());
        let number = asked.map_or(Ok(1_usize), |page| page.parse().map_err(|_| refusal::no_such_page()))?.max(1);
        let skip = (number - 1).saturating_mul(length);
        let last = total.div_ceil(length).max(1);
        let mut links = vec![("current", number.to_string())];
        if number < last {
            links.push(("next", (number + 1).to_string()));
        }
        if number > 1 {
            links.push(("prev", (number - 1).to_string()));
        }
        links.push(("first", "1".to_owned()));
        if counted {
            links.push(("last", last.to_string()));
        } else if number >= last {
            links.push(("last", number.to_string()));
        }
        Ok(Self { skip, length, links, base: base(request, parameters) })
    }

    /// Bookmarks: `keys` are the rows' sort keys in order. A page token that does not decode means the first page.
    ///
    /// # Errors
    /// A whole number above 1 is a 400.
    pub(crate) fn bookmarked(request: &Request, parameters: &Parameters, keys: &[Value]) -> Result<Self, Reply> {
        let length = per_page(parameters);
        let token = parameters.text("page").unwrap_or_default();
        if token.parse::<u64>().is_ok_and(|number| number > 1) {
            return Err(refusal::no_bookmark());
        }
        let bookmark = token.strip_prefix("bookmark:").and_then(from_base64);
        let skip = bookmark.as_ref().and_then(|mark| keys.iter().position(|key| key == mark)).map_or(0, |at| at + 1);
        let current = if skip == 0 { "first".to_owned() } else { token };
        let mut links = vec![("current", current.clone())];
        let has_next = skip + length < keys.len();
        if has_next {
            links.push(("next", format!("bookmark:{}", to_base64(&keys[skip + length - 1]))));
        }
        links.push(("first", "first".to_owned()));
        if !has_next {
            links.push(("last", current));
        }
        Ok(Self { skip, length, links, base: base(request, parameters) })
    }

    /// The same with the course named by its number, whatever the request called it.
    #[must_use]
    pub(crate) fn by_course_number(mut self, course_id: i64) -> Self {
        if let Some((before, rest)) = self.base.split_once("/courses/") {
            let after = rest.split_once('/').map_or("", |(_, after)| after);
            self.base = format!("{before}/courses/{course_id}/{after}");
        }
        self
    }

    /// The rows of this page, as JSON.
    pub(crate) fn reply<T: Serialize>(&self, rows: impl Iterator<Item = T>) -> Reply {
        self.linked(Reply::json(200, &rows.collect::<Vec<T>>()))
    }

    /// The pages around this one: relation and address.
    pub(crate) fn urls(&self) -> Vec<(&'static str, String)> {
        let url = |page: &String| format!("{}page={page}&per_page={}", self.base, self.length);
        self.links.iter().map(|(relation, page)| (*relation, url(page))).collect()
    }

    /// An answer with this page's links.
    pub(crate) fn linked(&self, reply: Reply) -> Reply {
        let mut links = self.urls();
        // What a reader needs least goes first; a very long query loses even `next`.
        for relation in ["first", "current", "prev", "last", "next"] {
            if links.iter().map(|(_, url)| url.len()).sum::<usize>() <= LINK_LIMIT {
                break;
            }
            links.retain(|(held, _)| *held != relation);
        }
        let value: Vec<String> = links.iter().map(|(relation, url)| format!("<{url}>; rel=\"{relation}\"")).collect();
        if value.is_empty() { reply } else { reply.with_header("link", value.join(",")) }
    }

    /// How many rows of `total` this page has.
    pub(crate) fn count(&self, total: usize) -> usize {
        total.saturating_sub(self.skip).min(self.length)
    }

    /// This page's part of all rows.
    pub(crate) fn cut<T>(&self, rows: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        rows.into_iter().skip(self.skip).take(self.length)
    }
}

fn per_page(parameters: &Parameters) -> usize {
    let asked = parameters.text("per_page").map(|text| text.parse().unwrap_or(1_usize));
    asked.unwrap_or(10).clamp(1, 100)
}

/// The endpoint with all other parameters, in alphabetical order, ready for `page=`.
fn base(request: &Request, parameters: &Parameters) -> String {
    let mut kept: Vec<String> = parameters
        .query
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "page" | "per_page" | "access_token" | "api_key"))
        .map(|(key, value)| format!("{}={}&", encode(key), encode(value)))
        .collect();
    kept.sort();
    // Ids are shown as they were meant, with a colon that needs no escape.
    let path: Vec<String> = request.path().split('/').map(|part| encode(&decode(part)).replace("%3A", ":")).collect();
    format!("{}{}?{}", request.origin(), path.join("/"), kept.concat())
}

fn to_base64(value: &Value) -> String {
    let mut encoded = String::new();
    for chunk in value.to_string().as_bytes().chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for position in 0..=chunk.len() {
            let index = (bits >> (18 - 6 * position)) & 63;
            encoded.push(char::from(ALPHABET[index as usize]));
        }
    }
    encoded
}

fn from_base64(text: &str) -> Option<Value> {
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut held = 0;
    for letter in text.trim_end_matches('=').bytes() {
        let index = ALPHABET.iter().position(|candidate| *candidate == letter)?;
        bits = (bits << 6) | u32::try_from(index).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 255).ok()?);
        }
    }
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bookmark_survives_the_way_there_and_back() {
        for value in [json!(["StudentEnrollment", "Beck, Åsa", 71]), json!([1]), json!("")] {
            assert_eq!(from_base64(&to_base64(&value)), Some(value));
        }
        assert_eq!(from_base64("not base64!"), None);
        assert_eq!(from_base64("2"), None);
    }
}
