//! What is recorded of who asks, and for how long.

use askama::Template as _;

use super::{Html, Page, Section, Site};

/// What the page tells that configuration decides.
#[derive(Debug, Clone, Copy)]
pub struct Privacy<'a> {
    /// Months for which single events are kept.
    pub detail_months: u32,
    /// Months for which sums by hour are kept.
    pub hourly_months: u32,
    /// Hours after which a browser session ends.
    pub session_hours: u64,
    /// Whom to write to.
    pub contact: &'a str,
}

#[derive(askama::Template)]
#[template(path = "confidentialite.html")]
struct PrivacyPage<'a> {
    page: Page<'a>,
    it: Privacy<'a>,
}

/// The page.
pub fn privacy(site: Site<'_>, it: Privacy<'_>) -> Html {
    let page = Page::new(site, "Confidentialité", Section::None);
    PrivacyPage { page, it }.render()
}
