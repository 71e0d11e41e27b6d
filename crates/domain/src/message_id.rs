//! The id a client sees: a time-ordered UUID in upper case.

use std::fmt;

use uuid::{Builder, Uuid};

use crate::time::UnixMicros;

/// 100-nanosecond ticks between the start of the Gregorian calendar, where UUID time begins, and 1970.
const GREGORIAN_TICKS: u64 = 0x01B2_1DD2_1381_4000;
const TICKS_PER_MICRO: u64 = 10;

/// UUID version 6: 60 bits of time, then 62 random bits. Kept as bytes, so ids of one time lie side by side in an index.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub [u8; 16]);

impl MessageId {
    /// Random bits are the caller's (`vault::random`); two ids of one instant differ by them.
    pub fn new(at: UnixMicros, random: [u8; 8]) -> MessageId {
        let ticks = (at.0.max(0) as u64)
            .saturating_mul(TICKS_PER_MICRO)
            .saturating_add(GREGORIAN_TICKS);
        let mut bytes = [0; 16];
        // 48 high bits of the time, the version, then the 12 low bits.
        bytes[..6].copy_from_slice(&(ticks << 4).to_be_bytes()[..6]);
        bytes[6..8].copy_from_slice(&((ticks & 0x0fff) as u16).to_be_bytes());
        bytes[8..].copy_from_slice(&random);
        let uuid = Builder::from_bytes(bytes)
            .with_version(uuid::Version::SortMac)
            .with_variant(uuid::Variant::RFC4122)
            .into_uuid();
        MessageId(uuid.into_bytes())
    }

    /// 36 characters with hyphens in any case; nothing else is an id of ours.
    pub fn parse(text: &str) -> Option<MessageId> {
        if text.len() != 36 {
            return None;
        }
        Uuid::try_parse(text)
            .ok()
            .map(|u| MessageId(u.into_bytes()))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Uuid::encode_buffer();
        f.write_str(
            Uuid::from_bytes(self.0)
                .hyphenated()
                .encode_upper(&mut buffer),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::MessageId;
    use crate::time::UnixMicros;

    #[test]
    fn ids_look_like_the_real_services() {
        let id = MessageId::new(UnixMicros::from_secs(1_718_800_000), [0xab; 8]);
        assert_eq!(id.to_string(), "1EF2E372-DE78-6000-ABAB-ABABABABABAB");
    }

    #[test]
    fn other_spellings_are_no_ids() {
        for text in [
            "",
            "1EF2E37DDF4D6000ABABABABABABABAB",
            "{1EF2E37D-DF4D-6000-ABAB-ABABABABABAB}",
            "x",
        ] {
            assert_eq!(MessageId::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn ids_read_back_are_version_6_and_sort_by_time(
            a in 0i64..4_102_444_800_000_000, b in 0i64..4_102_444_800_000_000,
            random: [u8; 8], other: [u8; 8],
        ) {
            let (first, second) = (MessageId::new(UnixMicros(a), random), MessageId::new(UnixMicros(b), other));
            prop_assert_eq!(MessageId::parse(&first.to_string()), Some(first));
            prop_assert_eq!(MessageId::parse(&first.to_string().to_lowercase()), Some(first));
            prop_assert_eq!(Uuid::from_bytes(first.0).get_version_num(), 6);
            if a != b {
                prop_assert_eq!(a < b, first < second);
            }
            let (secs, nanos) = Uuid::from_bytes(first.0).get_timestamp().unwrap().to_unix();
            prop_assert_eq!(secs as i64 * 1_000_000 + i64::from(nanos) / 1_000, a);
        }
    }
}
