//! Lists the paths that Rust source names: in `use` trees, in running code, in attributes.

use crate::rust_lexemes::{Lexeme, Located, lexemes};

/// A path as the source names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedPath {
    /// The segments, `use` groups expanded, generic arguments left out.
    pub(crate) segments: Vec<String>,
    /// The 1-based line of the last segment.
    pub(crate) line: usize,
    /// It begins with `::`, so its first segment is an external crate.
    pub(crate) global: bool,
    /// It ends in `::*`.
    pub(crate) glob: bool,
    /// The name a `use` brings into scope; `None` for a glob, and for a path in running code.
    pub(crate) imported_as: Option<String>,
    /// A `!` follows.
    pub(crate) is_macro: bool,
    /// The inline modules around it, outermost first.
    pub(crate) inside: Vec<String>,
}

/// What a file names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Every path with more than one segment, every import and every macro call.
    pub(crate) paths: Vec<NamedPath>,
    /// The modules it declares, inline or not.
    pub(crate) modules: Vec<String>,
}

/// Lists what a source file names.
pub(crate) fn names(source: &str) -> Names {
    let lexemes = lexemes(source);
    let mut reader = PathReader { lexemes: &lexemes, at: 0, inside: Vec::new(), depth: 0, names: Names::default() };
    reader.read();
    reader.names
}

struct PathReader<'source> {
    lexemes: &'source [Located],
    at: usize,
    /// Inline modules with the brace depth at which they end.
    inside: Vec<(String, usize)>,
    depth: usize,
    names: Names,
}

impl PathReader<'_> {
    fn lexeme(&self, ahead: usize) -> Option<&Lexeme> {
        self.lexemes.get(self.at + ahead).map(|located| &located.lexeme)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match self.lexeme(ahead) {
            Some(Lexeme::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is(&self, ahead: usize, punctuation: char) -> bool {
        self.lexeme(ahead) == Some(&Lexeme::Punctuation(punctuation))
    }

    fn separator(&self, ahead: usize) -> bool {
        self.lexeme(ahead) == Some(&Lexeme::PathSeparator)
    }

    fn read(&mut self) {
        while let Some(lexeme) = self.lexeme(0).cloned() {
            match lexeme {
                Lexeme::Punctuation('#') => self.attribute(),
                Lexeme::Punctuation('{') => self.open(),
                Lexeme::Punctuation('}') => self.close(),
                Lexeme::Punctuation('.') => self.at += 1 + usize::from(self.word(1).is_some()),
                Lexeme::PathSeparator => self.path(true),
                Lexeme::Word(word) => match (word.as_str(), self.word(1)) {
                    ("use", _) if !self.is(1, '<') => self.import(),
                    ("mod", Some(module)) => {
                        let module = module.to_owned();
                        self.at += 2;
                        self.declare(module);
                    }
                    ("extern", Some("crate")) => {
                        self.at += 2;
                        self.path(true);
                    }
                    _ if KEYWORDS.contains(&word.as_str()) => self.at += 1,
                    _ => self.path(false),
                },
                _ => self.at += 1,
            }
        }
    }

    fn declare(&mut self, module: String) {
        self.names.modules.push(module.clone());
        if self.is(0, '{') {
            self.inside.push((module, self.depth));
            self.open();
        }
    }

    fn open(&mut self) {
        self.depth += 1;
        self.at += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.inside.last().is_some_and(|(_, ends)| *ends == self.depth) {
            self.inside.pop();
        }
        self.at += 1;
    }

    /// Attributes name paths in strings too: `#[serde(with = "crate::domain::points")]`.
    fn attribute(&mut self) {
        self.at += 1;
        let start = self.at + usize::from(self.is(0, '!'));
        let mut brackets = 0_usize;
        for located in &self.lexemes[start.min(self.lexemes.len())..] {
            match &located.lexeme {
                Lexeme::Punctuation('[') => brackets += 1,
                Lexeme::Punctuation(']') => brackets = brackets.saturating_sub(1),
                Lexeme::Text(text) if text.contains("::") && !text.contains(char::is_whitespace) => {
                    for path in names(text).paths {
                        self.names.paths.push(NamedPath { line: located.line, inside: self.modules_around(), ..path });
                    }
                }
                _ => {}
            }
            if brackets == 0 {
                return;
            }
        }
    }

    fn modules_around(&self) -> Vec<String> {
        self.inside.iter().map(|(module, _)| module.clone()).collect()
    }

    /// A path in running code, from its first word or from its leading `::`.
    fn path(&mut self, global: bool) {
        let follows_generics = self.at > 0 && self.lexemes[self.at - 1].lexeme == Lexeme::Punctuation('>');
        if self.separator(0) {
            self.at += 1;
        }
        let mut segments = Vec::new();
        let mut line = 0;
        while let Some(word) = self.word(0) {
            segments.push(word.to_owned());
            line = self.lexemes[self.at].line;
            self.at += 1;
            if !(self.separator(0) && self.word(1).is_some()) {
                break;
            }
            self.at += 1;
        }
        let is_macro = self.is(0, '!') && !self.is(1, '=');
        // `Vec<T>::new` goes on with a path that was begun before the `<`.
        let continues = global && follows_generics;
        if !continues && (global || is_macro || segments.len() > 1) && !segments.is_empty() {
            let inside = self.modules_around();
            self.names.paths.push(NamedPath {
                segments,
                line,
                global,
                glob: false,
                imported_as: None,
                is_macro,
                inside,
            });
        }
    }

    fn import(&mut self) {
        self.at += 1;
        let global = self.separator(0);
        if global {
            self.at += 1;
        }
        self.tree(&[], global);
    }

    fn tree(&mut self, prefix: &[String], global: bool) {
        let mut segments = prefix.to_vec();
        let mut line = self.lexemes.get(self.at).map_or(0, |located| located.line);
        loop {
            if let Some(word) = self.word(0) {
                // `{self}` means the prefix; at the start of a path it is a segment.
                if word != "self" || segments.is_empty() {
                    segments.push(word.to_owned());
                }
                line = self.lexemes[self.at].line;
                self.at += 1;
            } else if self.is(0, '*') {
                self.at += 1;
                return self.leaf(segments, line, global, None, true);
            } else if self.is(0, '{') {
                self.at += 1;
                while self.lexeme(0).is_some() && !self.is(0, '}') {
                    self.tree(&segments, global);
                    if self.is(0, ',') {
                        self.at += 1;
                    }
                }
                self.at += 1;
                return;
            } else {
                // A macro fragment such as `$name`: whatever it is, the walk must go on.
                self.at += 1;
            }
            if !self.separator(0) {
                break;
            }
            self.at += 1;
        }
        let mut imported_as = segments.last().cloned();
        if self.word(0) == Some("as") {
            imported_as = self.word(1).map(str::to_owned);
            self.at += 2;
        }
        self.leaf(segments, line, global, imported_as, false);
    }

    fn leaf(&mut self, segments: Vec<String>, line: usize, global: bool, imported_as: Option<String>, glob: bool) {
        let inside = self.modules_around();
        self.names.paths.push(NamedPath { segments, line, global, glob, imported_as, is_macro: false, inside });
    }
}

/// Words that cannot begin a path.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "fn", "for", "if", "impl",
    "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait", "type",
    "unsafe", "use", "where", "while",
];

#[test]
fn comments_strings_and_lifetimes_name_nothing() {
    for source in [
        "// use crate::store;",
        "/* a /* nested */ crate::store::X */",
        "/// [`crate::store`]\nfn f() {}",
        r#"const A: &str = "crate::store::X \" crate::store";"#,
        r###"const A: &str = r##"crate::store "# crate::store"##;"###,
        "const A: &[u8] = b\"crate::store\"; const B: u8 = b'\\''; const C: char = '\"';",
        "fn f<'store>(x: &'store str) -> &'store str { x }",
    ] {
        assert_eq!(names(source).paths, Vec::new(), "{source}");
    }
}

#[test]
fn paths_are_found_where_rust_finds_them() {
    for (source, expected) in [
        ("use a::{b, c::{self, d as e}, f::*};", vec!["a::b", "a::c", "a::c::d", "a::f"]),
        ("fn f() -> ::a::B { x.y(c::d()) }", vec!["a::B", "c::d"]),
        ("let x = Vec::<a::B>::new::<c::D>();", vec!["a::B", "c::D"]),
        ("#[derive(a::B)] struct C;", vec!["a::B"]),
        ("#[serde(with = \"a::b\")] x: u8,", vec!["a::b"]),
        ("let r#type = 'a'; let y = '\\u{61}'; b::c(&'x')", vec!["b::c"]),
        ("D { ..e::f() }", vec!["e::f"]),
        ("extern crate a;", vec!["a"]),
        ("impl I for T where X: Fn() -> a::B + use<'_> {}", vec!["a::B"]),
        ("println!(\"{}\", a::b)", vec!["println", "a::b"]),
    ] {
        let found: Vec<String> = names(source).paths.iter().map(|path| path.segments.join("::")).collect();
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn a_path_knows_its_line_and_the_modules_around_it() {
    let found = names("mod outer {\n  fn f() {}\n  mod inner {\n    use super::super::x;\n  }\n}\nuse y::z;");
    assert_eq!(found.modules, ["outer", "inner"]);
    assert_eq!((found.paths[0].line, found.paths[0].inside.join("::")), (4, String::from("outer::inner")));
    assert_eq!((found.paths[1].line, found.paths[1].inside.len()), (7, 0));
}
