//! Bytes to UTF-8: the four encodings that spreadsheets and learning systems write.

use std::fmt;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a text file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    raw_start: usize,
    raw_ended: bool,
    finished: bool,
    at_start: bool,
}

/// The bytes decoded at once.
const RAW: usize = 16 * 1024;

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        let decoder = encoding.decoder();
        Self { inner, decoder, raw: Vec::new(), raw_start: 0, raw_ended: false, finished: false, at_start: true }
    }

    fn pass_through(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(target)?;
        if std::mem::take(&mut self.at_start) && target[..read].starts_with(b"\xef\xbb\xbf") {
            target.copy_within(3..read, 0);
            return if read > 3 { Ok(read - 3) } else { self.inner.read(target) };
        }
        Ok(read)
    }

    /// Reads raw bytes when all were decoded.
    fn refill(&mut self) -> io::Result<()> {
        if self.raw_start == self.raw.len() && !self.raw_ended {
            self.raw.resize(RAW, 0);
            let read = self.inner.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.raw_start = 0;
            self.raw_ended = read == 0;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    /// `target` must hold at least one character (4 bytes), else a multi-byte character never fits.
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_none() {
            return self.pass_through(target);
        }
        while !self.finished {
            self.refill()?;
            let Some(decoder) = &mut self.decoder else { break };
            let raw = &self.raw[self.raw_start..];
            let (result, consumed, written) = decoder.decode_to_utf8_without_replacement(raw, target, self.raw_ended);
            self.raw_start += consumed;
            match result {
                DecoderResult::Malformed(..) => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "malformed UTF-16"));
                }
                DecoderResult::InputEmpty => self.finished = self.raw_ended,
                DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}
