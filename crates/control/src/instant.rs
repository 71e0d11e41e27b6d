//! Instants as the API writes them: RFC 3339 in UTC with microseconds.

use jiff::Timestamp;
use postern_domain::time::UnixMicros;

use crate::refusal::Refusal;

pub(crate) fn written(at: UnixMicros) -> String {
    // Outside year 9999 there is nothing to write; such an instant was never accepted.
    Timestamp::from_microsecond(at.0).map_or_else(|_| String::new(), |at| format!("{at:.6}"))
}

pub(crate) fn read(field: &str, text: &str) -> Result<UnixMicros, Refusal> {
    text.parse::<Timestamp>()
        .map(|at| UnixMicros(at.as_microsecond()))
        .map_err(|_| {
            Refusal::invalid(
                field,
                format!(
                    "`{field}` must be an instant as in RFC 3339, such as 2027-01-31T12:00:00Z"
                ),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_are_always_written() {
        assert_eq!(
            written(UnixMicros(1_770_717_852_418_030)),
            "2026-02-10T10:04:12.418030Z"
        );
        assert_eq!(written(UnixMicros(0)), "1970-01-01T00:00:00.000000Z");
    }

    #[test]
    fn an_offset_is_understood_and_its_absence_is_not() {
        assert_eq!(
            read("expires_at", "1970-01-01T02:00:00+01:00").unwrap(),
            UnixMicros(3_600_000_000)
        );
        for text in [
            "",
            "2027-01-31",
            "2027-01-31T12:00:00",
            "1770717852",
            "tomorrow",
        ] {
            assert_eq!(
                read("expires_at", text).unwrap_err().field.as_deref(),
                Some("expires_at"),
                "{text}"
            );
        }
    }
}
