//! Points: a decimal that a JSON number, a CSV cell and an f64 all carry without change.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most significant digits that every f64 keeps.
const SIGNIFICANT_DIGITS: usize = 15;

/// Why a text is no number of points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PointsError {
    /// Canvas would read it as something else, or as nothing (`canvas-contract §H2`).
    #[error("{}", super::not_a_number::not_a_number(.0))]
    NotANumber(String),
    /// More digits than an f64 keeps, so what Canvas stores would differ from what was sent.
    #[error("`{0}` has more than 15 significant digits")]
    TooPrecise(String),
}

/// A number of points (never a percentage), at most 15 significant digits, compared as a number: `1.50` equals `1.5`.
///
/// ```
/// use gradepush::domain::Points;
/// let points: Points = "017.50".parse().unwrap();
/// assert_eq!(points.to_string(), "17.5");
/// assert!("1,5".parse::<Points>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(Decimal);

impl Points {
    /// No points, which is a score and not the lack of one.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// How far a score that Canvas computed back from a late deduction may be from what was sent: 0.005 points.
    pub const LATE_TOLERANCE: Self = Self(Decimal::from_parts(5, 0, 0, false, 3));

    /// A whole number of points.
    pub fn whole(number: i32) -> Self {
        Self(Decimal::from(number))
    }

    /// So many thousandths of a point.
    pub fn thousandths(number: i32) -> Self {
        Self(Decimal::new(number.into(), 3).normalize())
    }

    /// Rounded to two decimals, halves away from zero: how a gradebook export of Canvas writes a score
    /// (`canvas-contract §J1`).
    #[must_use]
    pub fn in_gradebook(self) -> Self {
        Self(self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize())
    }

    /// Whether this is less than zero.
    pub fn is_negative(self) -> bool {
        self < Self::ZERO
    }

    /// Whether this is zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The sum; `None` if it needs more digits than a score may have.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0)?.normalize().to_string().parse().ok()
    }

    /// `self × numerator / denominator`, rounded half-even to 4 decimals; `None` if the denominator is zero or the
    /// result does not fit.
    pub fn scaled(self, numerator: Self, denominator: Self) -> Option<Self> {
        let product = self.0.checked_mul(numerator.0)?.checked_div(denominator.0)?;
        let rounded = product.round_dp_with_strategy(4, RoundingStrategy::MidpointNearestEven);
        rounded.to_string().parse().ok()
    }

    /// The distance between two scores, in points.
    #[must_use]
    pub fn distance(self, other: Self) -> Self {
        Self((self.0 - other.0).abs().normalize())
    }

    /// The share of `possible`, in percent, for display and histograms only.
    pub fn percent_of(self, possible: Self) -> Option<f64> {
        let share = self.0.checked_div(possible.0)?.checked_mul(Decimal::ONE_HUNDRED)?;
        share.to_string().parse().ok()
    }

    /// Reads the shortest text of a JSON float, as Canvas sends scores. Wider than [`FromStr`]: accepts exponents and
    /// rounds to 15 significant digits, because Canvas may hold numbers that nobody could have sent as text.
    pub fn from_json_text(text: &str) -> Result<Self, PointsError> {
        if let Ok(points) = text.parse() {
            return Ok(points);
        }
        let not_a_number = || PointsError::NotANumber(text.to_owned());
        let decimal = Decimal::from_scientific(text).or_else(|_| text.parse()).map_err(|_| not_a_number())?;
        let digits = u32::try_from(SIGNIFICANT_DIGITS).unwrap_or(u32::MAX);
        Ok(Self(decimal.round_sf(digits).ok_or_else(not_a_number)?.normalize()))
    }
}

impl fmt::Display for Points {
    /// The shortest text: no exponent, no trailing zeros, no leading plus.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0.to_string())
    }
}

impl FromStr for Points {
    type Err = PointsError;

    /// Reads what Canvas would read as a plain number: an optional sign, digits, an optional fraction.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_a_number = || PointsError::NotANumber(text.to_owned());
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if fraction.is_empty() || !digits(whole) || !digits(fraction) || unsigned.is_empty() {
            return Err(not_a_number());
        }
        let significant = format!("{}{}", whole, fraction.trim_end_matches('0'));
        let significant = significant.trim_start_matches('0');
        let significant =
            if fraction.bytes().all(|byte| byte == b'0') { significant.trim_end_matches('0') } else { significant };
        if significant.len() > SIGNIFICANT_DIGITS || whole.trim_start_matches('0').len() > SIGNIFICANT_DIGITS {
            return Err(PointsError::TooPrecise(text.to_owned()));
        }
        let sign = if text.starts_with('-') { "-" } else { "" };
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let canonical = format!(
            "{sign}{}.{}",
            if whole.is_empty() { "0" } else { whole },
            if fraction.is_empty() { "0" } else { fraction }
        );
        let decimal: Decimal = canonical.parse().map_err(|_| PointsError::TooPrecise(text.to_owned()))?;
        let decimal = decimal.normalize();
        Ok(Self(if decimal.is_zero() { Decimal::ZERO } else { decimal }))
    }
}

impl Serialize for Points {
    /// A JSON number whose text is the shortest one.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_string().parse::<i64>() {
            Ok(whole) => serializer.serialize_i64(whole),
            Err(_) => serializer.serialize_f64(self.to_string().parse().map_err(serde::ser::Error::custom)?),
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::from_json_text(&number.to_string()).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_numbers_become_their_shortest_text() {
        for (text, expected) in [
            ("17.50", "17.5"),
            ("007", "7"),
            (".5", "0.5"),
            ("+5", "5"),
            ("-5", "-5"),
            ("-0", "0"),
            ("0.000", "0"),
            ("100", "100"),
            ("123456789012345", "123456789012345"),
            ("0.00000123456789012345", "0.00000123456789012345"),
            ("13.3333333333", "13.3333333333"),
        ] {
            assert_eq!(text.parse::<Points>().expect(text).to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_canvas_would_clear_or_alter_is_refused() {
        for text in [
            "", ".", "+", "12.", "1,5", "1.234,5", "1e3", "0x10", " 12", "12 ", "½", "NaN", "EX", "85%", "--5",
            "1_000", "٣",
        ] {
            assert!(matches!(text.parse::<Points>(), Err(PointsError::NotANumber(_))), "{text:?}");
        }
        for text in ["1234567890123456", "0.1234567890123456", "12345678901234.56"] {
            assert!(matches!(text.parse::<Points>(), Err(PointsError::TooPrecise(_))), "{text:?}");
        }
    }

    #[test]
    fn canvas_floats_are_read_whatever_their_shape() {
        for (json, expected) in [
            ("10.0", "10"),
            ("17.5", "17.5"),
            ("1e-7", "0.0000001"),
            ("13.333333333333334", "13.3333333333333"),
            ("0", "0"),
        ] {
            assert_eq!(serde_json::from_str::<Points>(json).expect(json).to_string(), expected, "{json}");
        }
    }

    #[test]
    fn a_gradebook_has_two_decimals() {
        // The first two are recorded.
        for (held, shown) in
            [("9.125", "9.13"), ("6.66666666666667", "6.67"), ("-9.125", "-9.13"), ("9.1249", "9.12"), ("-0.004", "0")]
        {
            assert_eq!(held.parse::<Points>().expect("points").in_gradebook().to_string(), shown, "{held}");
        }
    }

    proptest! {
        #[test]
        fn an_f64_keeps_every_number_of_points(whole in 0_u64..1_000_000_000, fraction in 0_u32..1_000_000) {
            let text = format!("{whole}.{fraction:06}");
            let points: Points = text.parse().expect("15 digits");
            let carried: f64 = points.to_string().parse().expect("a float");
            prop_assert_eq!(Points::from_json_text(&carried.to_string()).expect("a number"), points);
            let json = serde_json::to_string(&points).expect("serialises");
            prop_assert_eq!(serde_json::from_str::<Points>(&json).expect("parses"), points);
        }

        #[test]
        fn any_text_is_points_or_an_error(text in ".{0,40}") {
            if let Ok(points) = text.parse::<Points>() {
                prop_assert_eq!(points.to_string().parse::<Points>().expect("round trip"), points);
            }
            let _outcome = Points::from_json_text(&text);
        }
    }
}
