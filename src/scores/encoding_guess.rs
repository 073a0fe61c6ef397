//! Whether bytes are UTF-8, and what they are if not: told by how many letters beyond ASCII are whole and how many are not.

use std::io::{self, Read};

use super::decode::Encoding;

/// What bytes looked like so far.
#[derive(Debug, Default)]
pub(super) struct Utf8Count {
    /// How many bytes there were.
    bytes: u64,
    /// Letters beyond ASCII that are whole UTF-8.
    whole: u64,
    /// Stretches of bytes that are no UTF-8.
    bad: u64,
    /// Where the first of them stands.
    first_bad: Option<u64>,
    /// Whether a byte occurs that Windows-1252 does not define.
    not_windows_1252: bool,
    /// Whether a byte follows a small letter that is a rare sign or capital in Windows-1252, and a letter with an accent
    /// in old Mac encodings. Quotes, dashes and dots of word processors are none of them.
    perhaps_mac: bool,
    /// Whether a byte from 0xc0 on occurs: there Windows-1252 has its letters with accents.
    has_high_letter: bool,
    /// The last byte that was looked at: what follows may come with the next bytes.
    last: Option<u8>,
}

/// What the bytes of a text without a mark are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    /// Nothing but UTF-8.
    Utf8,
    /// UTF-8, but for the byte at this place: a slip that nothing may hide.
    Utf8But(u64),
    /// Another encoding; the first byte that tells so stands at this place.
    Other { at: u64, encoding: Encoding, perhaps_mac: bool },
    /// Neither UTF-8 nor another encoding that is known, from this place on.
    Unknown(u64),
}

impl Utf8Count {
    /// Looks at the next bytes, and returns how many of them are left: a letter cut at the end, unless this `is_last`.
    pub(super) fn take(&mut self, bytes: &[u8], is_last: bool) -> usize {
        if bytes.is_ascii() {
            self.bytes += bytes.len() as u64;
            self.last = bytes.last().copied().or(self.last);
            return 0;
        }
        let mut rest = bytes;
        loop {
            let (valid, error) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error)),
            };
            self.whole += rest[..valid].iter().map(|byte| u64::from(*byte >= 0xc0)).sum::<u64>();
            self.bytes += valid as u64;
            self.last = rest[..valid].last().copied().or(self.last);
            rest = &rest[valid..];
            let Some(error) = error else { return 0 };
            let bad = match error.error_len() {
                Some(bad) => bad,
                None if is_last => rest.len(),
                None => return rest.len(),
            };
            self.take_bad(&rest[..bad]);
            rest = &rest[bad..];
        }
    }

    fn take_bad(&mut self, bad: &[u8]) {
        self.first_bad.get_or_insert(self.bytes);
        self.bad += 1;
        self.bytes += bad.len() as u64;
        self.not_windows_1252 |= bad.iter().any(|byte| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
        self.perhaps_mac |= bad.iter().any(|byte| matches!(byte, 0x83 | 0x86..=0x90 | 0x98 | 0x9a..=0x9f))
            && self.last.is_some_and(|byte| byte.is_ascii_lowercase());
        self.has_high_letter |= bad.iter().any(|byte| *byte >= 0xc0);
        self.last = bad.last().copied();
    }

    /// What all of them are. With a byte order mark nothing but UTF-8 is possible.
    pub(super) fn guess(&self, is_marked: bool) -> Guess {
        let Some(at) = self.first_bad else { return Guess::Utf8 };
        // In another encoding hardly any letters are whole UTF-8 by chance.
        if is_marked || self.whole >= self.bad {
            return Guess::Utf8But(at);
        }
        if self.not_windows_1252 {
            return Guess::Unknown(at);
        }
        let perhaps_mac = self.perhaps_mac && !self.has_high_letter;
        Guess::Other { at, encoding: Encoding::Windows1252, perhaps_mac }
    }
}

/// The line and the place in it, both counted from 1, of the byte behind so many. CR LF ends one line, as do CR and LF.
pub(super) fn place_of(reader: impl Read, bytes: u64) -> io::Result<(u32, u32)> {
    let (mut line, mut column) = (1_u32, 1_u32);
    let mut before = 0;
    for byte in io::BufReader::new(reader).take(bytes).bytes() {
        let byte = byte?;
        match byte {
            b'\n' if before == b'\r' => {}
            b'\r' | b'\n' => (line, column) = (line.saturating_add(1), 1),
            // The later bytes of a letter.
            0x80..0xc0 => {}
            _ => column = column.saturating_add(1),
        }
        before = byte;
    }
    Ok((line, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(bytes: &[u8]) -> Guess {
        let mut count = Utf8Count::default();
        // As it comes from a file: in pieces that cut letters.
        let mut waiting: Vec<u8> = Vec::new();
        for byte in bytes {
            waiting.push(*byte);
            let left = count.take(&waiting, false);
            waiting.drain(..waiting.len() - left);
        }
        count.take(&waiting, true);
        count.guess(false)
    }

    #[test]
    fn a_slip_in_utf8_is_no_other_encoding() {
        let windows = |at, perhaps_mac| Guess::Other { at, encoding: Encoding::Windows1252, perhaps_mac };
        for (bytes, expected) in [
            (&b"plain"[..], Guess::Utf8),
            ("José, Núñez".as_bytes(), Guess::Utf8),
            (b"Jos\xe9, N\xfa\xf1ez", windows(3, false)),
            // The quotes of a word processor.
            (b"O\x92Brien \x93x\x94", windows(1, false)),
            (b"Jos\x8e N\x9c\x96ez", windows(3, true)),
            (b"Jos\xc3\xa9 N\xc3\xba\xf1ez", Guess::Utf8But(9)),
            (b"Jos\xc3\xa9 cut \xc3", Guess::Utf8But(10)),
            // One pair that is UTF-8 by chance among many that are not.
            (b"\xc3\xa9 \xe9a \xfcb \xf6c", windows(3, false)),
            (b"m\xfcller\x81", Guess::Unknown(1)),
        ] {
            assert_eq!(guess(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_place_is_a_line_and_a_column() {
        let text = "a,b\r\n1,é\r2,漢x\n3";
        for (before, expected) in
            [("", (1, 1)), ("a,b\r\n", (2, 1)), ("a,b\r\n1,é", (2, 4)), ("a,b\r\n1,é\r2,漢", (3, 4))]
        {
            assert_eq!(place_of(text.as_bytes(), before.len() as u64).expect("memory"), expected, "{before:?}");
        }
    }
}
