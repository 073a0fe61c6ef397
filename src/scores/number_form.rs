//! How numbers are written: the texts of a column show its decimal sign, and each text is read by it. Pure.
//!
//! A text that is a number in one way only is read that way: `9,5`, `1.234,5`, `1 050`, `5e-01`. `1.050` and `1,234`
//! may have decimals or thousands: the unmistakable numbers of their column decide, or a person (`--decimal`). What
//! stays open is not read.

use std::fmt;

use super::number_text::{DecimalSign, Number, Readings};
use crate::domain::Points;

/// What a glance at a text tells: most numbers are plain, and no further look is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glance {
    /// A plain number without decimals: true of both signs.
    Whole,
    /// A plain number whose decimal sign is a point without doubt.
    Point,
    /// A plain number, whose point may stand between thousands: `1.050`.
    PointOrThousands,
    /// Another form, or no number.
    Unclear,
}

/// The most digits that every f64 keeps.
const DIGITS: usize = 15;

impl Glance {
    pub(super) fn at(text: &str) -> Self {
        let bytes = text.as_bytes();
        let bytes = bytes.strip_prefix(b"-").or_else(|| bytes.strip_prefix(b"+")).unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"%").unwrap_or(bytes);
        let mut point = None;
        for (place, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {}
                b'.' if point.is_none() => point = Some(place),
                _ => return Self::Unclear,
            }
        }
        match point {
            _ if bytes.len() > DIGITS => Self::Unclear,
            None if bytes.is_empty() => Self::Unclear,
            None => Self::Whole,
            Some(place) => match bytes.len() - place {
                1 => Self::Unclear,
                4 if (1..=3).contains(&place) && bytes[0] != b'0' => Self::PointOrThousands,
                _ => Self::Point,
            },
        }
    }
}

/// What the texts of a column show of its decimal sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Evidence {
    point: bool,
    comma: bool,
}

impl Evidence {
    /// Takes a text into account, and says what a glance at it told.
    pub(super) fn look(&mut self, text: &str) -> Glance {
        let glance = Glance::at(text);
        match glance {
            Glance::Whole | Glance::PointOrThousands => {}
            Glance::Point => self.point = true,
            Glance::Unclear => match fraction(text) {
                Some((part, whole)) => {
                    self.look_at_number(part);
                    self.look_at_number(whole);
                }
                None => self.look_at_number(text),
            },
        }
        glance
    }

    fn look_at_number(&mut self, text: &str) {
        match Readings::of(text) {
            Some(Readings { point: Some(_), comma: None, .. }) => self.point = true,
            Some(Readings { point: None, comma: Some(_), .. }) => self.comma = true,
            _ => {}
        }
    }

    /// How the column's numbers are read, in a file whose fields are separated by this.
    pub(super) fn form(self, stated: Option<DecimalSign>, delimiter: u8) -> Form {
        let shown = match (self.point, self.comma) {
            (true, false) => Some(DecimalSign::Point),
            (false, true) => Some(DecimalSign::Comma),
            (false, false) | (true, true) => None,
        };
        // Where decimals have commas, programs separate fields by semicolons. Elsewhere a point is a decimal sign
        // unless the column shows otherwise.
        let is_usual = !self.comma && delimiter != b';';
        Form { sign: stated.or(shown), point: is_usual.then_some(DecimalSign::Point) }
    }
}

/// How the numbers of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The decimal sign, as far as it is known.
    sign: Option<DecimalSign>,
    /// What the point in `1.050` is where the sign is not known.
    point: Option<DecimalSign>,
}

/// What was done to a number to write it plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberForm {
    /// It had a decimal comma.
    DecimalComma,
    /// It had signs between thousands.
    Thousands,
    /// It had an exponent.
    Exponent,
    /// It had more than 15 digits, which no number in Canvas keeps.
    Rounded,
    /// It had spaces, a point at its end, or signs and digits that are no ASCII.
    OtherCharacters,
    /// It was `8 / 10`, and the column is out of so many points.
    Fraction,
}

impl fmt::Display for NumberForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::DecimalComma => "read with a decimal comma",
            Self::Thousands => "read with signs between thousands",
            Self::Exponent => "read with an exponent",
            Self::Rounded => "of more than 15 digits, rounded to 15",
            Self::OtherCharacters => "read without spaces and signs that no plain number has",
            Self::Fraction => "read as points of the points possible, as in `8 / 10`",
        })
    }
}

/// What a text is under a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    /// A plain number as it stands, or no number at all.
    AsItStands,
    /// A number in another form.
    Number {
        /// The plain number, with `%` if it is a percentage.
        plain: String,
        /// What was done to it.
        forms: Vec<NumberForm>,
    },
    /// Two numbers, and nothing says which.
    Either {
        /// With a decimal point.
        point: String,
        /// With a decimal comma.
        comma: String,
    },
}

impl Form {
    /// Reads a text.
    pub(super) fn read(self, text: &str) -> Read {
        match Glance::at(text) {
            Glance::Whole | Glance::Point => return Read::AsItStands,
            Glance::PointOrThousands if self.sign.or(self.point) == Some(DecimalSign::Point) => {
                return Read::AsItStands;
            }
            Glance::PointOrThousands | Glance::Unclear => {}
        }
        let Some(readings) = Readings::of(text) else { return Read::AsItStands };
        let percent = if readings.percent { "%" } else { "" };
        let plain = |number: &Number| number.plain().map(|points| format!("{points}{percent}"));
        let (number, sign) = match (&readings.point, &readings.comma) {
            (None, None) => return Read::AsItStands,
            (Some(number), None) => (number, DecimalSign::Point),
            (None, Some(number)) => (number, DecimalSign::Comma),
            (Some(number), Some(other)) if number == other => (number, DecimalSign::Point),
            (Some(point), Some(comma)) => {
                let usual = if point.grouped { None } else { self.point };
                match self.sign.or(usual) {
                    Some(DecimalSign::Point) => (point, DecimalSign::Point),
                    Some(DecimalSign::Comma) => (comma, DecimalSign::Comma),
                    None => {
                        return match (plain(point), plain(comma)) {
                            (Some(point), Some(comma)) => Read::Either { point, comma },
                            _ => Read::AsItStands,
                        };
                    }
                }
            }
        };
        let is_plain = text.strip_suffix('%').unwrap_or(text).parse::<Points>().is_ok();
        match plain(number) {
            Some(plain) if !(is_plain && sign == DecimalSign::Point) => {
                Read::Number { plain, forms: forms(&readings, number, sign) }
            }
            _ => Read::AsItStands,
        }
    }
}

impl Form {
    /// The points that a text stands for; `None` for a percentage, for two readings and for no number.
    pub(super) fn points(self, text: &str) -> Option<Points> {
        match self.read(text) {
            Read::AsItStands => text.parse().ok(),
            Read::Number { plain, .. } => plain.parse().ok(),
            Read::Either { .. } => None,
        }
    }
}

/// Whether a text is a number in some form.
pub(super) fn is_number(text: &str) -> bool {
    Glance::at(text) != Glance::Unclear || Readings::of(text).is_some()
}

/// The number that a text is whatever its column says; `None` for a percentage and for one that has two readings.
pub(super) fn unmistakable(text: &str) -> Option<Points> {
    Evidence::default().form(None, b';').points(text)
}

/// Whether reading leaves a text as it is, whatever separates the fields of its file.
#[cfg(test)]
pub(super) fn is_plain(text: &str) -> bool {
    let reads_on = |delimiter| Evidence::default().form(None, delimiter).read(text) == Read::AsItStands;
    reads_on(b',') && reads_on(b';') && fraction(text).is_none() && super::no_score::NoScore::of(text).is_none()
}

/// The two numbers of `8 / 10`.
pub(super) fn fraction(text: &str) -> Option<(&str, &str)> {
    let (part, whole) = text.split_once('/')?;
    let (part, whole) = (part.trim(), whole.trim());
    let is_points = |text: &str| !text.ends_with('%') && is_number(text);
    (is_points(part) && is_points(whole)).then_some((part, whole))
}

/// What was done to write a number plainly.
fn forms(readings: &Readings, number: &Number, sign: DecimalSign) -> Vec<NumberForm> {
    let done = [
        (sign == DecimalSign::Comma && number.has_decimals(), NumberForm::DecimalComma),
        (number.grouped, NumberForm::Thousands),
        (readings.has_exponent, NumberForm::Exponent),
        (number.digits() > DIGITS, NumberForm::Rounded),
    ];
    let mut forms: Vec<NumberForm> = done.into_iter().filter(|(done, _)| *done).map(|(_, form)| form).collect();
    if readings.odd || forms.is_empty() {
        forms.push(NumberForm::OtherCharacters);
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each text becomes in a column of these texts.
    fn column(delimiter: u8, texts: &[&str]) -> Vec<String> {
        let mut evidence = Evidence::default();
        for text in texts {
            evidence.look(text);
        }
        let form = evidence.form(None, delimiter);
        let word = |text: &&str| match form.read(text) {
            Read::AsItStands => (*text).to_owned(),
            Read::Number { plain, .. } => plain,
            Read::Either { point, comma } => format!("{point} or {comma}"),
        };
        texts.iter().map(word).collect()
    }

    #[test]
    fn the_column_decides_what_a_text_alone_does_not() {
        for (delimiter, texts, expected) in [
            // Thousands.
            (b',', &["1,234.5", "1,050", "870", "2,000"][..], &["1234.5", "1050", "870", "2000"][..]),
            (b';', &["1.050", "1.234,5", "987", "2.000"], &["1050", "1234.5", "987", "2000"]),
            (b',', &["1.234.567", "1.050"], &["1234567", "1050"]),
            (
                b';',
                &["1 234,5", "1\u{a0}050", "1\u{202f}050", "2'000", "2\u{2019}000.5"],
                &["1234.5", "1050", "1050", "2000", "2000.5"],
            ),
            // Decimals.
            (b',', &["10,00", "8,75"], &["10.00", "8.75"]),
            (b',', &["18,5", "1,234", "5e-01", "0,5"], &["18.5", "1.234", "0.5", "0.5"]),
            (b',', &["8.125", "9"], &["8.125", "9"]),
            (b';', &["8.125", "9.5"], &["8.125", "9.5"]),
            (b';', &["0.125", "8.125"], &["0.125", "8.125"]),
            (b',', &["1234,567", "1,500"], &["1234.567", "1.5"]),
            // Nothing decides, or the texts contradict each other.
            (b';', &["1.050", "987"], &["1.050 or 1050", "987"]),
            (b',', &["1,050", "987"], &["1050 or 1.05", "987"]),
            (b',', &["1,050%", "987"], &["1050% or 1.05%", "987"]),
            (b',', &["9,5", "9.5", "8.125", "1,050"], &["9.5", "9.5", "8.125 or 8125", "1050 or 1.05"]),
        ] {
            let expected: Vec<String> = expected.iter().map(|text| plain_of(text)).collect();
            let found: Vec<String> = column(delimiter, texts).iter().map(|text| plain_of(text)).collect();
            assert_eq!(found, expected, "{texts:?}");
        }
    }

    /// A number without the zeros that a plain text may end in.
    fn plain_of(text: &str) -> String {
        text.split(" or ")
            .map(|one| one.parse().map_or(one.to_owned(), |one: Points| one.to_string()))
            .collect::<Vec<_>>()
            .join(" or ")
    }

    #[test]
    fn a_person_decides_what_the_column_does_not() {
        for (sign, texts, expected) in [
            (DecimalSign::Comma, ["1.050", "1,050", "9.5"], ["1050", "1.05", "9.5"]),
            (DecimalSign::Point, ["1.050", "1,050", "9,5"], ["1.050", "1050", "9.5"]),
        ] {
            let form = Evidence::default().form(Some(sign), b';');
            let found = texts.map(|text| match form.read(text) {
                Read::Number { plain, .. } => plain,
                _ => text.to_owned(),
            });
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn every_form_of_a_number_is_written_plainly_and_named() {
        use NumberForm::{DecimalComma, Exponent, OtherCharacters, Rounded, Thousands};
        let form = Evidence::default().form(None, b',');
        for (text, plain, forms) in [
            ("1e1", "10", &[Exponent][..]),
            ("5e-01", "0.5", &[Exponent]),
            ("4,17E+02", "417", &[DecimalComma, Exponent]),
            ("9.", "9", &[OtherCharacters]),
            ("85 %", "85%", &[OtherCharacters]),
            ("85\u{a0}%", "85%", &[OtherCharacters]),
            ("72,5%", "72.5%", &[DecimalComma]),
            ("-1.234,5", "-1234.5", &[DecimalComma, Thousands]),
            ("\u{2212}1", "-1", &[OtherCharacters]),
            ("\u{ff19}", "9", &[OtherCharacters]),
            ("0.3333333333333333", "0.333333333333333", &[Rounded]),
            ("66.66666666666666%", "66.6666666666667%", &[Rounded]),
            ("3.0000000000000004", "3", &[Rounded]),
            ("2.9999999999999996", "3", &[Rounded]),
            ("1.7999999999999998e-05", "0.000018", &[Exponent, Rounded]),
        ] {
            assert_eq!(form.read(text), Read::Number { plain: plain.to_owned(), forms: forms.to_vec() }, "{text}");
        }
    }

    #[test]
    fn what_is_plain_or_no_number_stays_as_it_stands() {
        let form = Evidence::default().form(None, b',');
        let plain = "9 027 27.50 .5 +9 -2 85% 0.000001 123456789012345";
        let none = "- % . e5 1e 1e99 TRUE 9.0* (8) M $9 1,23,456 12,34.5 0,125.5 2026-10-02 10.02.2026 50:00 1.2.3 --5 +-5 \
                    \u{663} 1234567890123456 \u{bd}";
        for text in plain.split(' ').chain(none.split(' ')).chain(["", "9 pts", "1 23", "1h 3m", "1 %%"]) {
            assert_eq!(form.read(text), Read::AsItStands, "{text}");
        }
    }

    #[test]
    fn a_fraction_is_two_numbers_of_points() {
        assert_eq!(fraction("8 / 10"), Some(("8", "10")));
        assert_eq!(fraction("10,5/15"), Some(("10,5", "15")));
        for text in ["8/", "/10", "10/02/2026", "a/b", "8% / 10", "8 of 10", "N/A"] {
            assert_eq!(fraction(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_text_is_read_once(text in "[-+0-9., '%eE/x]{0,14}", comma in proptest::bool::ANY) {
            let delimiter = if comma { b',' } else { b';' };
            let mut evidence = Evidence::default();
            evidence.look(&text);
            if let Read::Number { plain, forms } = evidence.form(None, delimiter).read(&text) {
                proptest::prop_assert!(!forms.is_empty());
                proptest::prop_assert!(plain.trim_end_matches('%').parse::<Points>().is_ok(), "{}", plain);
            }
        }
    }
}
