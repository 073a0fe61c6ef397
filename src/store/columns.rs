//! How values stand in columns: times, words, JSON, and packed JSON.

use std::io::{BufReader, BufWriter, Read};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::domain::{CellIndex, ColumnIndex, CommentOutcome, Outcome, PartIndex};
use crate::limited::{Allowance, Limited};

type SqlResult<'a> = rusqlite::Result<ToSqlOutput<'a>>;

fn unstorable(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> FromSqlError {
    FromSqlError::Other(Box::new(error))
}

/// A time as microseconds since 1970: Canvas's own database keeps no finer ones.
pub(super) struct Instant(pub(super) Timestamp);

impl ToSql for Instant {
    fn to_sql(&self) -> SqlResult<'_> {
        Ok(self.0.as_microsecond().into())
    }
}

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_microsecond(value.as_i64()?).map(Self).map_err(unreadable)
    }
}

/// Stores places in a plan as numbers.
macro_rules! indexes {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> SqlResult<'_> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                FromSql::column_result(value).map(Self)
            }
        }
    )+};
}

indexes!(PartIndex, ColumnIndex, CellIndex);

/// A plain enum, as the word that serde gives it.
pub(super) struct Word<T>(pub(super) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> SqlResult<'_> {
        let word = serde_json::to_value(&self.0).map_err(unstorable)?;
        Ok(word.as_str().unwrap_or_default().to_owned().into())
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word: StrDeserializer<'_, serde_json::Error> = value.as_str()?.into_deserializer();
        T::deserialize(word).map(Self).map_err(unreadable)
    }
}

/// A value as JSON text, readable in a database browser.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> SqlResult<'_> {
        Ok(serde_json::to_string(&self.0).map_err(unstorable)?.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(unreadable)
    }
}

/// The most bytes of one unpacked value: a plan keeps each course apart, and none has more than some hundred thousand
/// cells.
const LARGEST_VALUE: u64 = 1 << 30;

/// How far a value may unpack; cells that are all alike do so to some hundred times their size.
const LARGEST_RATIO: u64 = 500;

/// From this length on a value is read as it unpacks, which takes longer than to read its text from memory.
const LONG: usize = 1 << 20;

/// How much text is packed or unpacked at once.
const TEXT_AT_ONCE: usize = 1 << 16;

/// A long value as deflated JSON: cells resemble each other so much that a twentieth is left.
pub(super) struct Packed<T>(pub(super) T);

impl<T: Serialize> ToSql for Packed<T> {
    fn to_sql(&self) -> SqlResult<'_> {
        // Packed as it is written: the text of a large course need not be in memory too.
        let mut text = BufWriter::with_capacity(TEXT_AT_ONCE, DeflateEncoder::new(Vec::new(), Compression::fast()));
        serde_json::to_writer(&mut text, &self.0).map_err(unstorable)?;
        let encoder = text.into_inner().map_err(|error| unstorable(error.into_error()))?;
        Ok(encoder.finish().map_err(unstorable)?.into())
    }
}

impl<T: DeserializeOwned> FromSql for Packed<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let packed = value.as_blob()?;
        let allowance = Allowance::unpacked("a stored value", packed.len() as u64, LARGEST_RATIO, LARGEST_VALUE);
        let mut unpacked = Limited::new(DeflateDecoder::new(packed), allowance);
        if packed.len() > LONG {
            let text = BufReader::with_capacity(TEXT_AT_ONCE, unpacked);
            return serde_json::from_reader(text).map(Self).map_err(unreadable);
        }
        let mut json = Vec::new();
        unpacked.read_to_end(&mut json).map_err(unreadable)?;
        serde_json::from_slice(&json).map(Self).map_err(unreadable)
    }
}

/// A number for an outcome: there may be millions of them. Numbers are never given a second meaning.
pub(super) fn outcome_code(outcome: Outcome) -> i64 {
    match outcome {
        Outcome::Written => 1,
        Outcome::Already => 2,
        Outcome::Held => 3,
        Outcome::Rejected => 4,
        Outcome::Unknown => 5,
        Outcome::Pending => 6,
    }
}

/// A number for a comment's outcome.
pub(super) fn comment_code(outcome: CommentOutcome) -> i64 {
    match outcome {
        CommentOutcome::Sent => 1,
        CommentOutcome::Already => 2,
        CommentOutcome::Unknown => 3,
        CommentOutcome::Pending => 4,
    }
}

/// Reads an [`outcome_code`].
pub(super) struct OutcomeCode(pub(super) Outcome);

impl FromSql for OutcomeCode {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let code = value.as_i64()?;
        let outcome = Outcome::ALL.into_iter().find(|outcome| outcome_code(*outcome) == code);
        outcome.map(Self).ok_or(FromSqlError::OutOfRange(code))
    }
}

/// Reads a [`comment_code`].
pub(super) struct CommentCode(pub(super) CommentOutcome);

impl FromSql for CommentCode {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let code = value.as_i64()?;
        let all = [CommentOutcome::Sent, CommentOutcome::Already, CommentOutcome::Unknown, CommentOutcome::Pending];
        let outcome = all.into_iter().find(|outcome| comment_code(*outcome) == code);
        outcome.map(Self).ok_or(FromSqlError::OutOfRange(code))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_value_that_unpacks_too_far_is_unreadable() {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b' '; 65 << 20]).expect("memory takes everything");
        encoder.write_all(b"[]").expect("memory takes everything");
        let packed = encoder.finish().expect("memory takes everything");
        let Err(error) = Packed::<Vec<u8>>::column_result(ValueRef::Blob(&packed)) else { panic!("it was read") };
        assert!(error.to_string().contains("a stored value unpacks to more than 500 times its size"), "{error}");
    }
}
