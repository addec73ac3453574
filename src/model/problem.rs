//! What a request may end in, besides its answer.

/// A failure, by what it means to the person who asked (RFC 9457).
///
/// Details name what is wrong, where, and what to do; never SQL, a path or a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// 400: the request cannot be understood.
    BadRequest(String),
    /// 401: a credential is needed.
    Unauthorized,
    /// 401: the credential that was presented is not accepted; why, and what to do.
    BadCredential(String),
    /// 403: the credential is known and does not suffice; what would.
    Forbidden(String),
    /// 404: there is nothing of that name.
    NotFound(String),
    /// 410: it was there once; what became of it, in words and for programs.
    Gone {
        /// In words.
        detail: String,
        /// For programs: the member `former` of the document.
        former: serde_json::Value,
    },
    /// 405: the method does not apply; the ones that do.
    MethodNotAllowed(&'static str),
    /// 406: no representation that the client accepts.
    NotAcceptable(String),
    /// 409: what is asked for no longer fits what is there; what changed, and what to do.
    Conflict(String),
    /// 413: more than may be sent; which limit.
    TooLarge(String),
    /// 507: there is no room left for what is sent; until when.
    Full(String),
    /// 416: the range lies outside the file, whose length is given.
    RangeNotSatisfiable(u64),
    /// 429: more than this caller may ask for; seconds after which to try again.
    TooMany {
        /// The policy's name in `RateLimit-Policy`.
        limit: &'static str,
        /// Which limit, and what to do.
        detail: String,
        /// Seconds.
        retry_after: u32,
    },
    /// 503: for the moment; seconds after which to try again.
    Unavailable {
        /// What is missing.
        detail: String,
        /// Seconds.
        retry_after: u32,
    },
    /// 503: the answer took longer than it may.
    Timeout,
    /// 500: a fault of ours, logged under the request's id.
    Internal,
}

impl Problem {
    /// A request that cannot be understood.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::BadRequest(detail.into())
    }

    /// Too many at once, or the database away.
    pub fn busy(detail: impl Into<String>, retry_after: u32) -> Self {
        Self::Unavailable {
            detail: detail.into(),
            retry_after,
        }
    }
}
