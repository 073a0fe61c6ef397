//! A list, page by page. Follows only `next` links of the same Canvas, and not forever (`canvas-contract §C`).

use std::collections::HashSet;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::decode::decode;
use super::error::{CanvasError, Context};
use super::link::{Target, target};
use super::path::Path;
use super::transport::{Call, Transport};

/// More pages than any list this tool reads has: 2 million entries.
const MOST_PAGES: usize = 20_000;

/// The entries of one page.
type DecodePage<T> = fn(&[u8], &Context) -> Result<Vec<T>, CanvasError>;

/// A list that is read page by page.
pub struct Pages<T> {
    transport: Arc<Transport>,
    next: Option<Path>,
    seen: HashSet<String>,
    decode: DecodePage<T>,
}

impl<T: DeserializeOwned> Pages<T> {
    /// A list whose pages are JSON arrays.
    pub(super) fn of(transport: &Arc<Transport>, first: Path) -> Self {
        Self::wrapped(transport, first, decode::<Vec<T>>)
    }
}

impl<T> Pages<T> {
    /// A list whose pages Canvas wraps.
    pub(super) fn wrapped(transport: &Arc<Transport>, first: Path, decode: DecodePage<T>) -> Self {
        Self { transport: Arc::clone(transport), next: Some(first), seen: HashSet::new(), decode }
    }

    /// The next page; `None` after the last. A page may be short or empty and still not be the last. After an error the
    /// list is over.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, CanvasError> {
        let Some(path) = self.next.take() else { return Ok(None) };
        let shown = path.shown().to_owned();
        let reply = self.transport.call(&Call::read(path.clone())).await?;
        self.seen.insert(path.sent().to_owned());
        let entries = (self.decode)(&reply.response.body, &reply.context)?;
        match target(&reply.response, "next", self.transport.base_url()) {
            None => {}
            Some(Target::Here(next)) => {
                if self.seen.contains(&next) || self.seen.len() >= MOST_PAGES {
                    return Err(CanvasError::EndlessPages { context: reply.context });
                }
                self.next = Some(Path::continued(next, shown));
            }
            Some(Target::Elsewhere(to)) => return Err(CanvasError::ForeignLink { to, context: reply.context }),
        }
        Ok(Some(entries))
    }

    /// All that is left of the list.
    pub async fn all(mut self) -> Result<Vec<T>, CanvasError> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page);
        }
        Ok(all)
    }
}

impl<T> std::fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pages").field("next", &self.next.as_ref().map(Path::shown)).finish_non_exhaustive()
    }
}
