//! What can be wrong with a geometry before it is stored.

/// Why a geometry was left out, or mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GeometryFault {
    /// Its bytes are no geometry that is known here.
    Malformed,
    /// A coordinate is not a number, or infinite.
    NotFinite,
    /// A ring does not end where it begins.
    OpenRing,
    /// A ring of fewer than four points or a line of fewer than two.
    TooShort,
    /// A coordinate lies outside what its reference system can project.
    OutsideCrs,
}

/// A fault and where it is, in the geometry's own system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::store::delivery) struct Fault {
    pub kind: GeometryFault,
    pub place: Option<(f64, f64)>,
}

pub(super) fn broken(kind: GeometryFault, place: Option<(f64, f64)>) -> Fault {
    Fault { kind, place }
}

pub(super) fn malformed() -> Fault {
    broken(GeometryFault::Malformed, None)
}
