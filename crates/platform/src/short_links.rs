//! Short links: opened by anybody, counted for whoever sent them.

mod open;
mod opt_out;
pub(crate) mod report;
mod statistics;
mod tracking;

use postern_domain::short_link::Code;

use crate::state::PlatformConfig;

pub(crate) use open::open;
pub(crate) use opt_out::opt_out;
pub(crate) use statistics::statistics;
pub(crate) use tracking::tracking;

/// Codes are random; that ten of them in a row are taken does not happen.
pub(crate) const CODE_TRIES_MAX: usize = 10;

/// What links begin with.
pub(crate) fn base(config: &PlatformConfig) -> String {
    match config.short_url.trim_end_matches('/') {
        "" => format!("{}/s", config.public_url.trim_end_matches('/')),
        short => short.to_owned(),
    }
}

pub(crate) fn code() -> Code {
    Code::new(postern_vault::random())
}
