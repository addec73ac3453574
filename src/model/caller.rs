//! Who asks.

/// The person or program behind a request, as far as its credential tells.
///
/// It goes through every request from the first day; credentials fill it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    _anonymous: (),
}

impl Caller {
    /// Somebody without a credential.
    pub fn anonymous() -> Self {
        Self::default()
    }
}
