//! The `Link` header (`canvas-contract §C`). Pure.

use url::Url;

use super::carrier::Response;

/// Where a relation leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// On the same Canvas: path and query.
    Here(String),
    /// Anywhere else: the origin, or what there is of it.
    Elsewhere(String),
}

/// The target of `rel`, if the answer links to one. `base_url` is the Canvas that was asked.
pub(super) fn target(response: &Response, rel: &str, base_url: &str) -> Option<Target> {
    let headers = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("link"));
    let link = headers.flat_map(|(_, value)| links(value)).find(|(_, name)| name == rel)?.0;
    Some(resolve(link, base_url))
}

/// The page number in the link to the last page, where the list has page numbers.
pub(super) fn last_page(response: &Response, base_url: &str) -> Option<u32> {
    let Target::Here(path_and_query) = target(response, "last", base_url)? else { return None };
    let (_, query) = path_and_query.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == "page").and_then(|(_, value)| value.parse().ok())
}

/// The links of one header value, each with its relation.
fn links(value: &str) -> impl Iterator<Item = (&str, String)> {
    value.split('<').skip(1).filter_map(|part| {
        let (url, parameters) = part.split_once('>')?;
        let rel = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("rel="))?;
        let rel = rel.trim_end_matches([',', ' ']).trim_matches('"');
        Some((url.trim(), rel.to_ascii_lowercase()))
    })
}

fn resolve(link: &str, base_url: &str) -> Target {
    let Ok(base) = Url::parse(base_url) else { return Target::Elsewhere("nowhere".to_owned()) };
    match base.join(link) {
        Ok(url) if url.origin() == base.origin() && url.username().is_empty() && url.password().is_none() => {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            Target::Here(format!("{}{query}", url.path()))
        }
        Ok(url) => Target::Elsewhere(url.origin().ascii_serialization()),
        Err(_) => Target::Elsewhere("a malformed address".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://canvas.example.edu";

    fn response(link: &str) -> Response {
        Response { status: 200, headers: vec![("Link".to_owned(), link.to_owned())], body: Vec::new() }
    }

    #[test]
    fn only_links_of_the_same_origin_are_here() {
        let here = |path: &str| Some(Target::Here(path.to_owned()));
        let elsewhere = |origin: &str| Some(Target::Elsewhere(origin.to_owned()));
        for (link, expected) in [
            (
                r#"<https://canvas.example.edu/api/v1/x?page=2&per_page=5>; rel="next""#,
                here("/api/v1/x?page=2&per_page=5"),
            ),
            (
                r#"<https://canvas.example.edu/x?page=1>; rel="current",<https://canvas.example.edu/x?page=2>; rel="next""#,
                here("/x?page=2"),
            ),
            ("<https://canvas.example.edu:443/x>; rel=next, <https://canvas.example.edu/y>; rel=last", here("/x")),
            (
                r#"<https://canvas.example.edu/x?a=1,2;3>; rel="next",<https://canvas.example.edu/y>; rel="first""#,
                here("/x?a=1,2;3"),
            ),
            (r#"</api/v1/x?page=2>; rel="next""#, here("/api/v1/x?page=2")),
            (r#"<https://evil.example/x>; rel="next""#, elsewhere("https://evil.example")),
            (r#"<//evil.example/x>; rel="next""#, elsewhere("https://evil.example")),
            (r#"<http://canvas.example.edu/x>; rel="next""#, elsewhere("http://canvas.example.edu")),
            (r#"<https://canvas.example.edu:8443/x>; rel="next""#, elsewhere("https://canvas.example.edu:8443")),
            (r#"<https://canvas.example.edu@evil.example/x>; rel="next""#, elsewhere("https://evil.example")),
            (r#"<https://x:y@canvas.example.edu/x>; rel="next""#, elsewhere("https://canvas.example.edu")),
            (r#"<https://[>; rel="next""#, elsewhere("a malformed address")),
            (r#"<https://canvas.example.edu/x>; rel="prev""#, None),
            ("", None),
            ("<<<>>>;;;rel=", None),
        ] {
            assert_eq!(target(&response(link), "next", BASE), expected, "{link}");
        }
    }

    #[test]
    fn the_last_page_is_a_number_or_unknown() {
        for (query, expected) in [("page=12&per_page=100", Some(12)), ("page=bookmark:x", None), ("per_page=5", None)] {
            let link = format!(r#"<{BASE}/x?{query}>; rel="last""#);
            assert_eq!(last_page(&response(&link), BASE), expected, "{query}");
        }
    }
}
