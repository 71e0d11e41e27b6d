//! Ids that sort by the time they were made.

use postern_domain::time::UnixMicros;
use postern_vault::random;
use uuid::Builder;

/// A UUID version 7: 48 bits of milliseconds, 12 bits of the microseconds within (RFC 9562, section 6.2, method 3), 62
/// random bits.
pub fn time_ordered(now: UnixMicros) -> String {
    let micros = u64::try_from(now.0).unwrap_or(0);
    // 1,000 microseconds spread over the 4,096 steps of twelve bits.
    let step = micros % 1000 * 4096 / 1000;
    let mut rest = random::<10>();
    rest[0] = (step >> 8) as u8;
    rest[1] = step as u8;
    Builder::from_unix_timestamp_millis(micros / 1000, &rest)
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_are_greater_to_the_microsecond_and_none_comes_twice() {
        let now = UnixMicros(1_795_392_000_000_000);
        let mut before = String::new();
        for micros in 0..2000 {
            let id = time_ordered(now.plus_micros(micros));
            assert!(before < id, "{before} {id}");
            before = id;
        }
        assert_ne!(time_ordered(now), time_ordered(now));
        assert_eq!(uuid::Uuid::parse_str(&before).unwrap().get_version_num(), 7);
    }
}
