//! Bytes to UTF-8: the four encodings that spreadsheets and learning systems write.

use std::fmt;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a text file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, least significant byte first: what Blackboard calls `.xls`.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
    /// What old Excels write as CSV.
    Windows1252,
}

impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        })
    }
}

impl Encoding {
    /// What a byte order mark, or the zero bytes of UTF-16 without one, tell.
    pub(super) fn of_head(head: &[u8]) -> Option<Self> {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Some(Self::Utf8),
            [0xff, 0xfe, ..] => Some(Self::Utf16Le),
            [0xfe, 0xff, ..] => Some(Self::Utf16Be),
            _ => {
                let sample = &head[..head.len().min(512)];
                let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
                let (even, odd) = (zeros(0), zeros(1));
                let most = sample.len() / 4;
                if odd > most && even == 0 {
                    Some(Self::Utf16Le)
                } else if even > most && odd == 0 {
                    Some(Self::Utf16Be)
                } else {
                    None
                }
            }
        }
    }

    /// The start of a text for recognition; a character cut at the end is dropped or replaced.
    pub(super) fn decode_head(self, head: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)).into_owned(),
            Self::Utf16Le => UTF_16LE.decode_with_bom_removal(head).0.into_owned(),
            Self::Utf16Be => UTF_16BE.decode_with_bom_removal(head).0.into_owned(),
            Self::Windows1252 => WINDOWS_1252.decode_without_bom_handling(head).0.into_owned(),
        }
    }

    fn decoder(self) -> Option<Decoder> {
        match self {
            Self::Utf8 => None,
            Self::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            Self::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
            Self::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        }
    }
}

/// A reader of UTF-8 over a reader of some encoding. Malformed UTF-16 is an error of kind `InvalidData`.
pub(super) struct Decoded<R> {
    inner: R,
    /// `None` for UTF-8, whose bytes pass through.
    decoding: Option<Decoding>,
}

/// The bytes read and decoded at once.
const CHUNK: usize = 16 * 1024;

struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    raw_start: usize,
    raw_ended: bool,
    decoded: Vec<u8>,
    decoded_start: usize,
    decoded_end: usize,
    finished: bool,
}

impl<R: Read> Decoded<R> {
    /// Decodes what `inner` reads, which for UTF-8 starts behind a byte order mark.
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        let decoding = encoding.decoder().map(|decoder| Decoding {
            decoder,
            raw: Vec::new(),
            raw_start: 0,
            raw_ended: false,
            decoded: vec![0; CHUNK],
            decoded_start: 0,
            decoded_end: 0,
            finished: false,
        });
        Self { inner, decoding }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let Some(decoding) = &mut self.decoding else { return self.inner.read(target) };
        while decoding.decoded_start == decoding.decoded_end && !decoding.finished {
            decoding.decode(&mut self.inner)?;
        }
        let waiting = &decoding.decoded[decoding.decoded_start..decoding.decoded_end];
        let length = waiting.len().min(target.len());
        target[..length].copy_from_slice(&waiting[..length]);
        decoding.decoded_start += length;
        Ok(length)
    }
}

impl Decoding {
    /// Decodes the next bytes. A decoder needs room for a character, which a caller's buffer may lack.
    fn decode(&mut self, inner: &mut impl Read) -> io::Result<()> {
        if self.raw_start == self.raw.len() && !self.raw_ended {
            self.raw.resize(CHUNK, 0);
            let read = inner.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.raw_start = 0;
            self.raw_ended = read == 0;
        }
        let raw = &self.raw[self.raw_start..];
        let (result, consumed, written) =
            self.decoder.decode_to_utf8_without_replacement(raw, &mut self.decoded, self.raw_ended);
        self.raw_start += consumed;
        self.decoded_start = 0;
        self.decoded_end = written;
        match result {
            DecoderResult::Malformed(..) => Err(io::Error::new(io::ErrorKind::InvalidData, "malformed UTF-16")),
            DecoderResult::InputEmpty => {
                self.finished = self.raw_ended;
                Ok(())
            }
            DecoderResult::OutputFull => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_buffer_is_large_enough() {
        let text = "é漢\u{1f600}".repeat(CHUNK);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut decoded = Decoded::new(bytes.as_slice(), Encoding::Utf16Le);
        let mut found = Vec::new();
        let mut byte = [0];
        while decoded.read(&mut byte).expect("valid") == 1 {
            found.push(byte[0]);
        }
        assert_eq!(String::from_utf8(found).expect("UTF-8"), text);
    }

    #[test]
    fn half_a_character_is_malformed() {
        for bytes in [&b"a\0b"[..], b"a\0\x00\xd8"] {
            let mut decoded = Decoded::new(bytes, Encoding::Utf16Le);
            let error = io::read_to_string(&mut decoded).expect_err("malformed");
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        }
    }
}
