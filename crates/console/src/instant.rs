//! Instants as people read them: in UTC, to the second.

use jiff::Timestamp;
use postern_domain::time::UnixMicros;

pub(crate) fn shown(at: UnixMicros) -> String {
    Timestamp::from_microsecond(at.0).map_or_else(
        |_| String::new(),
        |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}
