//! What may still be read, and the error when it is used up.

/// Something is larger than anything real of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// Too many bytes.
    #[error("{what} is larger than {}", of_bytes(*.limit))]
    Bytes {
        /// What it is.
        what: String,
        /// The most bytes that are read.
        limit: u64,
    },
    /// It unpacks to far more than it is.
    #[error("{what} unpacks to more than {limit} times its size")]
    Ratio {
        /// What it is.
        what: String,
        /// The most that is read, in sizes of the packed form.
        limit: u64,
    },
    /// Too many parts.
    #[error("{what} are more than {limit}")]
    Count {
        /// What the parts are.
        what: String,
        /// The most parts.
        limit: u64,
    },
}

/// Packed things below this unpack as far as they like: a small text that repeats itself is no attack.
const RATIO_COUNTS_FROM: u64 = 64 << 20;

/// What may still be read of something.
#[derive(Debug, Clone)]
pub struct Allowance {
    left: u64,
    over: TooMuch,
}

impl Allowance {
    /// So many bytes of `what`.
    pub fn of(what: &str, bytes: u64) -> Self {
        Self { left: bytes, over: TooMuch::Bytes { what: what.to_owned(), limit: bytes } }
    }

    /// So many bytes of what is packed in `packed` bytes, and at most `ratio` times those, once that is more than 64 MiB.
    pub fn unpacked(what: &str, packed: u64, ratio: u64, bytes: u64) -> Self {
        let by_ratio = packed.saturating_mul(ratio).max(RATIO_COUNTS_FROM);
        if by_ratio < bytes {
            Self { left: by_ratio, over: TooMuch::Ratio { what: what.to_owned(), limit: ratio } }
        } else {
            Self::of(what, bytes)
        }
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    ///
    /// [`TooMuch`] when that is more than was left.
    pub fn take(&mut self, bytes: usize) -> Result<(), TooMuch> {
        let left = u64::try_from(bytes).ok().and_then(|bytes| self.left.checked_sub(bytes));
        self.left = left.ok_or_else(|| self.over.clone())?;
        Ok(())
    }
}

/// Checks how many parts something has; `what` are the parts.
///
/// # Errors
///
/// [`TooMuch::Count`] when they are more than `limit`.
pub fn check_count(what: &str, count: usize, limit: u64) -> Result<(), TooMuch> {
    if u64::try_from(count).is_ok_and(|count| count <= limit) {
        Ok(())
    } else {
        Err(TooMuch::Count { what: what.to_owned(), limit })
    }
}

fn of_bytes(limit: u64) -> String {
    match limit {
        0..0x10_0000 => format!("{limit} bytes"),
        0x10_0000..0x4000_0000 => format!("{} MiB", limit >> 20),
        _ => format!("{} GiB", limit >> 30),
    }
}
