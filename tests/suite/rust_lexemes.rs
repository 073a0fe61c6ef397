//! Splits Rust source into words and punctuation, just well enough to tell what it names.

/// The smallest unit that can be part of a path, or end one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lexeme {
    /// An identifier or keyword, without `r#`.
    Word(String),
    /// `::`
    PathSeparator,
    /// A single character of punctuation that is not part of the others.
    Punctuation(char),
    /// The content of a string literal; its escapes are left as written.
    Text(String),
    /// A number, character, lifetime, `->`, `=>` or `..`: nothing that a path could touch.
    Other,
}

/// A lexeme and the 1-based line it begins on.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) lexeme: Lexeme,
    pub(crate) line: usize,
}

/// Splits source into lexemes. Comments vanish, doc comments too.
pub(crate) fn lexemes(source: &str) -> Vec<Located> {
    let mut lexer = Lexer { characters: source.chars().collect(), at: 0, line: 1 };
    let mut found = Vec::new();
    loop {
        lexer.skip_blanks_and_comments();
        let line = lexer.line;
        match lexer.next() {
            Some(lexeme) => found.push(Located { lexeme, line }),
            None => return found,
        }
    }
}

struct Lexer {
    characters: Vec<char>,
    at: usize,
    line: usize,
}

impl Lexer {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, expected)| self.peek(ahead) == Some(expected))
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek(0)?;
        self.at += 1;
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    fn skip_blanks_and_comments(&mut self) {
        while let Some(character) = self.peek(0) {
            if self.starts_with("//") {
                while self.peek(0).is_some_and(|character| character != '\n') {
                    self.bump();
                }
            } else if self.starts_with("/*") {
                self.skip_block_comment();
            } else if character.is_whitespace() {
                self.bump();
            } else {
                return;
            }
        }
    }

    /// Block comments nest in Rust.
    fn skip_block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.starts_with("/*") {
                depth += 1;
                self.bump();
            } else if self.starts_with("*/") {
                depth -= 1;
                self.bump();
            }
            if self.bump().is_none() || depth == 0 {
                return;
            }
        }
    }

    fn next(&mut self) -> Option<Lexeme> {
        let first = self.peek(0)?;
        if first.is_alphabetic() || first == '_' {
            return Some(self.word_or_prefixed_literal());
        }
        if first.is_ascii_digit() {
            self.take_word();
            return Some(Lexeme::Other);
        }
        for (text, lexeme) in [
            ("::", Lexeme::PathSeparator),
            ("->", Lexeme::Other),
            ("=>", Lexeme::Other),
            ("..=", Lexeme::Other),
            ("...", Lexeme::Other),
            ("..", Lexeme::Other),
        ] {
            if self.starts_with(text) {
                self.at += text.len();
                return Some(lexeme);
            }
        }
        match first {
            '"' => Some(self.escaped_literal('"')),
            '\'' => Some(self.character_or_lifetime()),
            _ => {
                self.bump();
                Some(Lexeme::Punctuation(first))
            }
        }
    }

    fn take_word(&mut self) -> String {
        let mut word = String::new();
        while let Some(character) = self.peek(0).filter(|found| found.is_alphanumeric() || *found == '_') {
            word.push(character);
            self.at += 1;
        }
        word
    }

    fn word_or_prefixed_literal(&mut self) -> Lexeme {
        let word = self.take_word();
        let prefix = matches!(word.as_str(), "r" | "b" | "br" | "c" | "cr");
        match self.peek(0) {
            Some('"') if prefix && word.ends_with('r') => self.raw_literal(),
            Some('"') if prefix => self.escaped_literal('"'),
            Some('\'') if word == "b" => self.escaped_literal('\''),
            Some('#') if prefix && word.ends_with('r') && matches!(self.peek(1), Some('#' | '"')) => self.raw_literal(),
            Some('#') if word == "r" && self.peek(1).is_some_and(|next| next.is_alphabetic() || next == '_') => {
                self.at += 1;
                Lexeme::Word(self.take_word())
            }
            _ => Lexeme::Word(word),
        }
    }

    /// From the first `#` or quote of a raw string to behind its end.
    fn raw_literal(&mut self) -> Lexeme {
        let mut end = String::from('"');
        while self.peek(0) == Some('#') {
            end.push('#');
            self.at += 1;
        }
        self.bump();
        let mut text = String::new();
        while !self.starts_with(&end) {
            match self.bump() {
                Some(character) => text.push(character),
                None => return Lexeme::Text(text),
            }
        }
        self.at += end.len();
        Lexeme::Text(text)
    }

    /// From the opening quote of a literal with escapes to behind the closing one.
    fn escaped_literal(&mut self, quote: char) -> Lexeme {
        self.bump();
        let mut text = String::new();
        while let Some(character) = self.bump() {
            if character == quote {
                break;
            }
            text.push(character);
            if character == '\\' {
                text.extend(self.bump());
            }
        }
        if quote == '"' { Lexeme::Text(text) } else { Lexeme::Other }
    }

    fn character_or_lifetime(&mut self) -> Lexeme {
        if self.peek(1) == Some('\\') || self.peek(2) == Some('\'') {
            return self.escaped_literal('\'');
        }
        self.at += 1;
        self.take_word();
        Lexeme::Other
    }
}

#[test]
fn comments_strings_and_characters_hold_no_words() {
    for source in [
        "// use a;",
        "/* a /* nested */ a::b */",
        "/// [`a`]\n//! a",
        r#""a::b \" a""#,
        r###"r##"a "# a"##"###,
        r#"b"a" b'\'' '"' c"a" '\u{61}' 'a' 'b"#,
        "1_a 0xa",
    ] {
        let words = lexemes(source).into_iter().filter(|located| matches!(located.lexeme, Lexeme::Word(_))).count();
        assert_eq!(words, 0, "{source}");
    }
}

#[test]
fn a_lexeme_knows_its_line() {
    let found = lexemes("\"two\nlines\" /* three\n */ r#type");
    let found: Vec<(usize, Lexeme)> = found.into_iter().map(|located| (located.line, located.lexeme)).collect();
    assert_eq!(found, [(1, Lexeme::Text(String::from("two\nlines"))), (3, Lexeme::Word(String::from("type")))]);
}
