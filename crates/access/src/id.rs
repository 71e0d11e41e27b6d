//! Ids that sort by the time they were made.

use postern_domain::time::UnixMicros;
use postern_vault::random;
use uuid::Builder;

/// A UUID version 7: 48 bits of milliseconds, 74 random bits.
pub fn time_ordered(now: UnixMicros) -> String {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random())
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_are_greater_and_none_comes_twice() {
        let now = UnixMicros(1_795_392_000_000_000);
        assert!(time_ordered(now) < time_ordered(now.plus_millis(1)));
        assert_ne!(time_ordered(now), time_ordered(now));
        assert_eq!(time_ordered(now).len(), 36);
    }
}
