//! Formulas beside what they come to, so that a viewer that computes nothing shows the same.

use std::ops::{Add, Mul, Sub};

use crate::number::Exact;
use crate::sheets::Cell;

/// A formula of whole numbers, and its value.
#[derive(Debug, Clone)]
pub(super) struct Term {
    text: String,
    /// What it comes to.
    pub value: i128,
}

impl Term {
    /// A number.
    pub(super) fn number(value: i128) -> Self {
        Self {
            text: value.to_string(),
            value,
        }
    }

    /// A formula's text, and what it comes to.
    pub(super) fn new(text: impl Into<String>, value: i128) -> Self {
        Self {
            text: text.into(),
            value,
        }
    }

    /// The whole part of the quotient; both are zero or more.
    pub(super) fn quotient(&self, below: &Self) -> Self {
        let text = format!("QUOTIENT({},{})", self.text, below.text);
        Self::new(text, self.value.checked_div(below.value).unwrap_or(0))
    }

    /// What the quotient leaves, zero or more.
    pub(super) fn modulo(&self, below: &Self) -> Self {
        let text = format!("MOD({},{})", self.text, below.text);
        Self::new(
            text,
            self.value.checked_rem_euclid(below.value).unwrap_or(0),
        )
    }

    /// The quotient rounded down, whatever the sign; the other is more than zero.
    pub(super) fn floor(&self, below: &Self) -> Self {
        let text = format!("INT({}/{})", self.text, below.text);
        Self::new(text, self.value.div_euclid(below.value))
    }

    /// 1 when it is less than another, else 0.
    pub(super) fn below(&self, other: &Self) -> Self {
        let text = format!("IF({}<{},1,0)", self.text, other.text);
        Self::new(text, (self.value < other.value).into())
    }

    /// 1 when a number reaches another, else 0; both in two halves, the higher first.
    pub(super) fn reaches((high, low): (&Self, &Self), (top, bottom): (&Self, &Self)) -> Self {
        let text = format!(
            "IF(OR({high}>{top},AND({high}={top},{low}>={bottom})),1,0)",
            high = high.text,
            top = top.text,
            low = low.text,
            bottom = bottom.text
        );
        let reaches = (high.value, low.value) >= (top.value, bottom.value);
        Self::new(text, reaches.into())
    }

    /// Its size without its sign.
    pub(super) fn abs(&self) -> Self {
        Self::new(format!("ABS({})", self.text), self.value.abs())
    }

    /// −1, 0 or 1.
    pub(super) fn sign(&self) -> Self {
        Self::new(format!("SIGN({})", self.text), self.value.signum())
    }

    /// 1 when it is no more than another, else 0.
    pub(super) fn within(&self, most: &Self) -> Self {
        let text = format!("IF({}<={},1,0)", self.text, most.text);
        Self::new(text, (self.value <= most.value).into())
    }

    /// The cell that computes it.
    pub(super) fn cell(&self) -> Cell {
        Cell::Formula(self.text.clone(), Exact::new(self.value, 1))
    }

    /// The cell that shows it in euros, it being cents.
    pub(super) fn euros(&self) -> Cell {
        Cell::Formula(format!("{}/100", self.text), Exact::new(self.value, 100))
    }

    /// Its text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl Add for &Term {
    type Output = Term;

    fn add(self, other: Self) -> Term {
        let text = format!("({}+{})", self.text, other.text);
        Term::new(text, self.value + other.value)
    }
}

impl Sub for &Term {
    type Output = Term;

    fn sub(self, other: Self) -> Term {
        let text = format!("({}-{})", self.text, other.text);
        Term::new(text, self.value - other.value)
    }
}

impl Mul for &Term {
    type Output = Term;

    fn mul(self, other: Self) -> Term {
        let text = format!("{}*{}", self.text, other.text);
        Term::new(text, self.value * other.value)
    }
}
