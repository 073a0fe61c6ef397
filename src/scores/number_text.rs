//! The text of a number, taken apart: its digits under either decimal sign. Pure.

use crate::domain::Points;

/// The sign before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DecimalSign {
    /// `1.5`, and commas between thousands.
    #[default]
    Point,
    /// `1,5`, and points between thousands.
    Comma,
}

impl DecimalSign {
    fn letter(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// What may stand between thousands.
    fn separates_thousands(self, letter: char) -> bool {
        matches!(letter, ' ' | '\'') || letter == if self == Self::Point { ',' } else { '.' }
    }
}

/// A text as a number with each decimal sign.
pub(super) struct Readings {
    pub(super) point: Option<Number>,
    pub(super) comma: Option<Number>,
    pub(super) percent: bool,
    /// Whether characters were changed or left out to read it.
    pub(super) odd: bool,
    pub(super) has_exponent: bool,
}

/// A number by its digits.
#[derive(Debug, Clone)]
pub(super) struct Number {
    negative: bool,
    whole: String,
    decimals: String,
    exponent: i32,
    /// Whether signs stand between thousands.
    pub(super) grouped: bool,
}

impl PartialEq for Number {
    /// The same number, however it is written.
    fn eq(&self, other: &Self) -> bool {
        self.plain().is_some() && self.plain() == other.plain()
    }
}

/// Beyond this no number of points has an exponent.
const LARGEST_EXPONENT: i32 = 20;

/// More characters than any number of points has.
const LONGEST: usize = 60;

impl Readings {
    /// `None` for a text that is no number in any form.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST || !text.chars().any(is_digit) {
            return None;
        }
        let plain: String = text.chars().map(plain_character).collect::<Option<_>>()?;
        let (body, percent) = match plain.strip_suffix('%') {
            Some(body) => (body.trim_end(), true),
            None => (plain.as_str(), false),
        };
        let odd = !text.is_ascii() || body.len() + usize::from(percent) != plain.len();
        let negative = body.starts_with('-');
        let body = body.strip_prefix(['-', '+']).unwrap_or(body);
        let (mantissa, exponent) = match body.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent_of(exponent)?)),
            None => (body, None),
        };
        let read = |sign| {
            let number = Number::of(mantissa, sign, exponent.unwrap_or_default(), negative)?;
            // Nobody separates the thousands of a number with an exponent.
            (number.plain().is_some() && !(number.grouped && exponent.is_some())).then_some(number)
        };
        let (point, comma) = (read(DecimalSign::Point), read(DecimalSign::Comma));
        let is_number = point.is_some() || comma.is_some();
        is_number.then_some(Self { point, comma, percent, odd, has_exponent: exponent.is_some() })
    }
}

/// Whether two texts can be read as one number, each with either decimal sign.
pub(super) fn may_be_one_number(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (Readings::of(one), Readings::of(other)) else { return false };
    let of_other = [&other.point, &other.comma];
    one.percent == other.percent
        && [&one.point, &one.comma].into_iter().any(|number| number.is_some() && of_other.contains(&number))
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&letter)
}

/// The ASCII character of a character that numbers are written with; `None` for any other.
fn plain_character(letter: char) -> Option<char> {
    Some(match letter {
        '0'..='9' | '.' | ',' | '+' | '-' | '%' | 'e' | 'E' | ' ' | '\'' => letter,
        // No-break spaces, thin ones and those as wide as a digit.
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' => ' ',
        '\u{2019}' => '\'',
        '\u{2212}' | '\u{ff0d}' => '-',
        '\u{ff0b}' => '+',
        '\u{ff05}' => '%',
        '\u{ff0e}' => '.',
        '\u{ff0c}' => ',',
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(letter) - 0xff10, 10)?,
        _ => return None,
    })
}

/// `-01`, `+02`, `1`.
fn exponent_of(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_exponent = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|exponent: &i32| is_exponent && exponent.abs() <= LARGEST_EXPONENT)
}

impl Number {
    fn of(mantissa: &str, sign: DecimalSign, exponent: i32, negative: bool) -> Option<Self> {
        let (whole, decimals) = mantissa.split_once(sign.letter()).unwrap_or((mantissa, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(decimals) || whole.is_empty() && decimals.is_empty() {
            return None;
        }
        let separator = whole.chars().find(|letter| !letter.is_ascii_digit());
        let number = |whole, grouped| Self { negative, whole, decimals: decimals.to_owned(), exponent, grouped };
        let Some(separator) = separator else { return Some(number(whole.to_owned(), false)) };
        let mut groups = whole.split(separator);
        let first = groups.next().unwrap_or_default();
        let starts = (1..=3).contains(&first.len()) && all_digits(first) && !first.starts_with('0');
        let goes_on = groups.all(|group| group.len() == 3 && all_digits(group));
        (starts && goes_on && sign.separates_thousands(separator)).then(|| number(whole.replace(separator, ""), true))
    }

    pub(super) fn has_decimals(&self) -> bool {
        !self.decimals.is_empty()
    }

    /// How many of its digits count.
    pub(super) fn digits(&self) -> usize {
        let digits = format!("{}{}", self.whole, self.decimals);
        digits.trim_matches('0').len()
    }

    /// The number of points at 15 digits; `None` where that is more than points hold.
    pub(super) fn plain(&self) -> Option<Points> {
        let Self { negative, whole, decimals, exponent, grouped: _ } = self;
        let sign = if *negative { "-" } else { "" };
        let whole = if whole.is_empty() { "0" } else { whole };
        let decimals = if decimals.is_empty() { "0" } else { decimals };
        let text = if *exponent == 0 {
            format!("{sign}{whole}.{decimals}")
        } else {
            format!("{sign}{whole}.{decimals}e{exponent}")
        };
        let points = Points::from_json_text(&text).ok()?;
        // What is written is read again.
        (points.to_string().parse() == Ok(points)).then_some(points)
    }
}
