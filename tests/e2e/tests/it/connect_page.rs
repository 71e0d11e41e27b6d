//! The connect page in a real browser.
