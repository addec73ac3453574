//! Exact numbers: what the exercise writes, and cents.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub};
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::{BigRational, Ratio};
use num_traits::{Signed, ToPrimitive, Zero};
use serde::{Serialize, Serializer};

/// A number as the exercise writes it, exactly: a decimal (`0.095`, `-12`, `1e3`) or a quotient of
/// integers (`1/3`), of at most 36 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(Ratio<i128>);

/// Digits that a number may have, and the greatest power of ten: what fits in 128 bits.
const DIGITS: usize = 36;

impl Exact {
    /// Zero.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));
    /// One.
    pub const ONE: Self = Self(Ratio::new_raw(1, 1));

    /// `numerator / denominator`; the denominator is not zero.
    pub(crate) fn new(numerator: i128, denominator: i128) -> Self {
        Self(Ratio::new(numerator, denominator))
    }

    /// The same number, where arithmetic cannot overflow.
    pub fn big(self) -> BigRational {
        BigRational::new((*self.0.numer()).into(), (*self.0.denom()).into())
    }

    /// Numerator and denominator in lowest terms, the denominator positive.
    pub(crate) fn parts(self) -> (i128, i128) {
        (*self.0.numer(), *self.0.denom())
    }

    /// True of a decimal of 15 significant digits at most: what spreadsheets keep of a number.
    pub fn fits_spreadsheets(self) -> bool {
        let text = self.to_string();
        let digits = text.trim_start_matches('-').replace('.', "");
        !text.contains('/') && digits.trim_matches('0').len() <= 15
    }

    /// True below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// True at zero.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

/// `a` or `a.b` or `a.be±c` as a whole number of digits and a power of ten.
fn decimal(text: &str) -> Option<Exact> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, mantissa) = match mantissa.as_bytes().first()? {
        b'-' => (-1, &mantissa[1..]),
        b'+' => (1, &mantissa[1..]),
        _ => (1, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let places = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    if whole.len() + fraction.len() > DIGITS || places.unsigned_abs() as usize > DIGITS {
        return None;
    }
    let number: i128 = format!("{whole}{fraction}0").parse::<i128>().ok()? / 10 * sign;
    let power = 10_i128.checked_pow(places.unsigned_abs())?;
    if places < 0 {
        Some(Exact::new(number, power))
    } else {
        Some(Exact::new(number.checked_mul(power)?, 1))
    }
}

impl FromStr for Exact {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = match text.split_once('/') {
            Some((above, below)) => {
                let whole = |part: &str| decimal(part).filter(|n| n.parts().1 == 1);
                whole(above)
                    .zip(whole(below).filter(|n| !n.is_zero()))
                    .map(|(a, b)| Exact::new(a.parts().0, b.parts().0))
            }
            None => decimal(text),
        };
        read.ok_or_else(|| {
            let hint = if text.contains(',') {
                ": the decimal sign is a point"
            } else if text.contains([' ', '\u{a0}', '\u{202f}', '_']) {
                ": thousands are not set apart"
            } else if text.contains('%') {
                ": a rate of 9.5 % is written 0.095"
            } else {
                ""
            };
            format!("« {text} » is not a number such as 1234.56{hint}")
        })
    }
}

impl fmt::Display for Exact {
    /// The shortest exact form: a decimal where there is one, else a quotient.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numerator, denominator) = self.parts();
        let places = (0..=DIGITS as u32).find(|n| {
            10_i128
                .checked_pow(*n)
                .is_some_and(|power| power % denominator == 0)
        });
        let scaled = places.and_then(|n| {
            let factor = 10_i128.checked_pow(n)? / denominator;
            Some((numerator.checked_mul(factor)?, n as usize))
        });
        match scaled {
            None => write!(f, "{numerator}/{denominator}"),
            Some((number, 0)) => write!(f, "{number}"),
            Some((number, places)) => {
                let sign = if number < 0 { "-" } else { "" };
                let digits = format!("{:0>1$}", number.unsigned_abs(), places + 1);
                let (whole, fraction) = digits.split_at(digits.len() - places);
                write!(f, "{sign}{whole}.{fraction}")
            }
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// An amount in whole cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

/// The largest amount that a line or a total may have, in cents: sums of two natures and of
/// shares then stay far inside 64 bits.
const LARGEST: i64 = 1_000_000_000_000_000_000;

/// An amount beyond ten million billion euros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is beyond ten million billion euros")]
pub struct TooLarge;

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The nearest cents of an exact amount in euros, half away from zero.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn of_euros(exact: &BigRational) -> Result<Self, TooLarge> {
        Self::nearest(&(exact * BigInt::from(100)))
    }

    /// The nearest whole cents of an exact number of cents, half away from zero.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn nearest(exact: &BigRational) -> Result<Self, TooLarge> {
        // `round` is half away from zero.
        Self::bounded(exact.round().to_integer().to_i64())
    }

    /// A rate of this amount, rounded to the nearest cents, half away from zero.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn rate(self, rate: Exact) -> Result<Self, TooLarge> {
        Self::nearest(&(rate.big() * BigInt::from(self.0)))
    }

    /// The sum of amounts.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn total(amounts: impl IntoIterator<Item = Self>) -> Result<Self, TooLarge> {
        let sum: i128 = amounts.into_iter().map(|cents| i128::from(cents.0)).sum();
        Self::bounded(i64::try_from(sum).ok())
    }

    /// The `nth` (from 0) of `count` equal parts, each rounded down to the cent; the last takes
    /// the remainder. For annuities and instalments.
    pub fn equal_part(self, nth: u32, count: u32) -> Self {
        let each = num_integer::Integer::div_floor(&self.0, &i64::from(count));
        if nth + 1 == count {
            Self(self.0 - each * i64::from(count - 1))
        } else {
            Self(each)
        }
    }

    fn bounded(cents: Option<i64>) -> Result<Self, TooLarge> {
        match cents {
            Some(cents) if cents.unsigned_abs() <= LARGEST.unsigned_abs() => Ok(Self(cents)),
            _ => Err(TooLarge),
        }
    }
}

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Cents {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Cents {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl fmt::Display for Cents {
    /// As French accounts write it: `1 234,56 €`, with unbreakable spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let euros = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (at, digit) in euros.chars().enumerate() {
            if at > 0 && (euros.len() - at).is_multiple_of(3) {
                grouped.push('\u{202f}');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "−" } else { "" };
        write!(
            f,
            "{sign}{grouped},{:02}\u{a0}€",
            self.0.unsigned_abs() % 100
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly() {
        let read = |text: &str| text.parse::<Exact>().map(|n| n.to_string());
        for (text, shown) in [
            ("0.095", "0.095"),
            ("-12.50", "-12.5"),
            ("1e3", "1000"),
            ("2.5E-1", "0.25"),
            ("007", "7"),
            ("1/3", "1/3"),
            ("2/4", "0.5"),
            (
                "0.333333333333333333333333333333333333",
                "0.333333333333333333333333333333333333",
            ),
        ] {
            assert_eq!(read(text).as_deref(), Ok(shown), "{text}");
        }
        for text in [
            "", "-", ".5", "5.", "1,5", "1 000", "9.5 %", "1/0", "nan", "1e99", "١",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read("0,5").is_err_and(|message| message.contains("a point")));
    }

    #[test]
    fn cents_are_rounded_half_away_from_zero() {
        let cents = |text: &str| Cents::of_euros(&text.parse::<Exact>().expect("a number").big());
        assert_eq!(cents("10.005"), Ok(Cents(1001)));
        assert_eq!(cents("-10.005"), Ok(Cents(-1001)));
        assert_eq!(cents("10.0049"), Ok(Cents(1000)));
        assert_eq!(cents("1e30"), Err(TooLarge));
    }

    #[test]
    fn equal_parts_add_up() {
        let parts = |cents: i64, count| -> Vec<i64> {
            (0..count)
                .map(|n| Cents(cents).equal_part(n, count).0)
                .collect()
        };
        assert_eq!(parts(10_000, 3), [3333, 3333, 3334]);
        assert_eq!(parts(-100, 3), [-34, -34, -32]);
    }

    #[test]
    fn amounts_are_written_as_in_accounts() {
        assert_eq!(
            Cents(-123_456_789).to_string(),
            "−1\u{202f}234\u{202f}567,89\u{a0}€"
        );
        assert_eq!(Cents(5).to_string(), "0,05\u{a0}€");
    }
}
