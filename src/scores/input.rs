//! Opening an input: one pass learns its hash and encoding, so that the second can stream.

use std::fmt::{self, Write as _};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use fs_err::File;
use sha2::{Digest, Sha256};

use super::decode::{Decoded, Encoding};
use super::encoding_guess::{Guess, Utf8Count, place_of};
use super::error::ScoresError;
use super::note::NoteKind;

/// How much of an input is looked at to recognise it, and how much is read at once.
pub(super) const CHUNK: usize = 64 * 1024;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Something to read scores from.
pub enum Input {
    /// A file, or a pipe with a path.
    Path(PathBuf),
    /// Anything else, such as standard input.
    Reader {
        /// What reports call it; `-` for standard input.
        name: String,
        /// Its bytes; copied to an unnamed temporary file first, because recognition needs to read twice.
        reader: Box<dyn Read>,
    },
}

impl Input {
    /// What errors and reports call it.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Reader { name, .. } => name.clone(),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Input").field(&self.name()).finish()
    }
}

/// An input that can be read from the start as often as needed.
pub(super) struct Opened {
    /// What errors and reports call it.
    pub(super) name: Arc<str>,
    /// SHA-256 of its bytes, in lower-case hex.
    pub(super) sha256: String,
    /// What it is.
    pub(super) content: Content,
    /// What was guessed about it, and the line that tells so.
    pub(super) guessed: Option<(u32, NoteKind)>,
    /// Whether the bytes start with the byte order mark of UTF-8.
    marked: bool,
    file: File,
}

/// What an input holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A spreadsheet.
    Workbook,
    /// Text, and how much of its start recognition may look at.
    Text { encoding: Encoding, head: String },
}

impl Opened {
    /// Opens the input and reads it once.
    pub(super) fn open(input: Input) -> Result<Self, ScoresError> {
        let name = input.name();
        let unreadable = |source| ScoresError::Unreadable { name: name.clone(), source };
        let mut file = match input {
            Input::Path(path) => {
                let file = File::open(path).map_err(unreadable)?;
                let metadata = file.metadata().map_err(unreadable)?;
                if metadata.is_dir() {
                    return Err(ScoresError::Directory { name });
                }
                if metadata.is_file() { file } else { spooled(file).map_err(unreadable)? }
            }
            Input::Reader { reader, .. } => spooled(reader).map_err(unreadable)?,
        };
        let survey = Survey::of(&mut file).map_err(unreadable)?;
        let (content, guessed) = survey.content(&name, &mut file)?;
        let marked = survey.head.starts_with(MARK);
        Ok(Self { name: name.into(), sha256: survey.sha256, content, guessed, marked, file })
    }

    /// The bytes from their start.
    pub(super) fn bytes(&mut self) -> Result<&mut File, ScoresError> {
        self.file.rewind().map_err(|source| ScoresError::Unreadable { name: self.name.to_string(), source })?;
        Ok(&mut self.file)
    }

    /// The text from its start, as UTF-8 without a byte order mark.
    pub(super) fn text(&mut self, encoding: Encoding) -> Result<Decoded<File>, ScoresError> {
        let start = if self.marked { MARK.len() as u64 } else { 0 };
        let file = self.file.seek(SeekFrom::Start(start)).and_then(|_| self.file.try_clone());
        let unreadable = |source| ScoresError::Unreadable { name: self.name.to_string(), source };
        Ok(Decoded::new(file.map_err(unreadable)?, encoding))
    }
}

/// Copies a stream that cannot be read twice to an unnamed temporary file.
fn spooled(mut reader: impl Read) -> io::Result<File> {
    let mut file = File::from_parts(tempfile::tempfile()?, "(spooled input)");
    io::copy(&mut reader, &mut file)?;
    file.flush()?;
    file.rewind()?;
    Ok(file)
}

/// What one pass over the bytes tells.
struct Survey {
    sha256: String,
    head: Vec<u8>,
    blank: bool,
    utf8: Utf8Count,
}

impl Survey {
    fn of(reader: &mut impl Read) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let mut survey = Self { sha256: String::new(), head: Vec::new(), blank: true, utf8: Utf8Count::default() };
        let mut buffer = vec![0; CHUNK];
        // Bytes at the start of the buffer that belong to a character cut by the previous read.
        let mut carried = 0;
        loop {
            let read = reader.read(&mut buffer[carried..])?;
            let filled = carried + read;
            let bytes = &buffer[carried..filled];
            hash.update(bytes);
            survey.look_at(bytes);
            carried = survey.utf8.take(&buffer[..filled], read == 0);
            if read == 0 {
                break;
            }
            buffer.copy_within(filled - carried..filled, 0);
        }
        for byte in hash.finalize() {
            write!(survey.sha256, "{byte:02x}").map_err(io::Error::other)?;
        }
        Ok(survey)
    }

    fn look_at(&mut self, bytes: &[u8]) {
        let room = CHUNK - self.head.len();
        self.head.extend_from_slice(&bytes[..room.min(bytes.len())]);
        self.blank = self.blank && bytes.iter().all(u8::is_ascii_whitespace);
    }

    /// What the input is, and what was guessed about it.
    fn content(&self, name: &str, file: &mut File) -> Result<(Content, Option<(u32, NoteKind)>), ScoresError> {
        let name = || name.to_owned();
        let head = self.head.as_slice();
        if head.starts_with(b"PK\x03\x04") {
            return Ok((Content::Workbook, None));
        }
        for (start, what) in [
            (&b"%PDF"[..], "a PDF"),
            (b"\x1f\x8b", "compressed"),
            (b"{\\rtf", "rich text"),
            (b"\xd0\xcf\x11\xe0", "an old or password-protected workbook"),
            (b"\xff\xfe\0\0", UTF_32),
            (b"\0\0\xfe\xff", UTF_32),
        ] {
            if head.starts_with(start) {
                return Err(ScoresError::Binary { name: name(), what });
            }
        }
        if is_utf32(head) {
            return Err(ScoresError::Binary { name: name(), what: UTF_32 });
        }
        let mut place = |bytes| {
            let unreadable = |source| ScoresError::Unreadable { name: name(), source };
            file.rewind().and_then(|()| place_of(&mut *file, bytes)).map_err(unreadable)
        };
        let mut guessed = None;
        let encoding = match Encoding::of_head(head) {
            Some(encoding @ (Encoding::Utf16Le | Encoding::Utf16Be)) => encoding,
            _ if head.contains(&0) => return Err(ScoresError::Binary { name: name(), what: "binary" }),
            marked => match self.utf8.guess(marked.is_some()) {
                Guess::Utf8 => Encoding::Utf8,
                Guess::Utf8But(at) => {
                    let (line, column) = place(at)?;
                    return Err(ScoresError::BadByte { name: name(), line, column });
                }
                Guess::Unknown(at) => return Err(ScoresError::Undecodable { name: name(), line: place(at)?.0 }),
                Guess::Other { at, encoding, perhaps_mac } => {
                    guessed = Some((place(at)?.0, NoteKind::EncodingGuessed { encoding, perhaps_mac }));
                    encoding
                }
            },
        };
        let head = encoding.decode_head(head);
        if self.blank || head.trim().is_empty() && self.head.len() < CHUNK {
            return Err(ScoresError::Empty { name: name() });
        }
        Ok((Content::Text { encoding, head }, guessed))
    }
}

/// What a text of four bytes a character is called.
const UTF_32: &str = "text in UTF-32";

/// Whether a text has the zero bytes of UTF-32 without a mark: three of each four.
fn is_utf32(head: &[u8]) -> bool {
    let units = head[..head.len().min(512)].chunks_exact(4);
    let ascii = |at: usize| move |unit: &[u8]| (0..4).all(|place| (unit[place] == 0) == (place != at));
    units.len() >= 2 && (units.clone().all(ascii(0)) || units.clone().all(ascii(3)))
}
