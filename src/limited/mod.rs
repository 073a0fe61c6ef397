//! Reading no further than a limit: how large something may be, how far it may unpack, how many parts it may have.
//!
//! What comes from a file or from the network may be larger than anything real, by accident or on purpose. Must not
//! know what it reads, and opens nothing itself.

mod allowance;
mod stream;

pub use allowance::{Allowance, TooMuch, check_count};
pub use stream::Limited;
