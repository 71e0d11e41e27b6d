//! Address blocks in CIDR notation, IPv4 and IPv6.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A block such as `192.0.2.0/24` or `2001:db8::/32`; a single address is a block of one. Kept as 128 bits: IPv4 lives
/// in `::ffff:0:0/96`, so an IPv4 peer on an IPv6 socket is matched by IPv4 blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    network: u128,
    /// Leading bits that count, in the 128-bit form.
    bits: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCidr {
    #[error("`{0}` is not an address or a block such as 192.0.2.0/24 or 2001:db8::/32")]
    Form(String),
    /// Most likely a typo: the operator meant another network or another length.
    #[error("`{given}` has bits set behind its prefix; the block is `{block}`")]
    HostBits { given: String, block: Cidr },
}

impl Cidr {
    pub fn contains(&self, address: IpAddr) -> bool {
        wide(address) & mask(self.bits) == self.network
    }

    /// Whether every address of `other` is in this block.
    pub fn covers(&self, other: &Cidr) -> bool {
        self.bits <= other.bits && other.network & mask(self.bits) == self.network
    }
}

fn wide(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits).unwrap_or(0)
}

impl FromStr for Cidr {
    type Err = InvalidCidr;

    fn from_str(text: &str) -> Result<Self, InvalidCidr> {
        let form = || InvalidCidr::Form(text.to_owned());
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| form())?;
        let (size, base) = if address.is_ipv4() {
            (32, 96)
        } else {
            (128, 0)
        };
        let length = match length {
            // `+24` and `024` parse as numbers but are not CIDR.
            Some(digits)
                if digits.starts_with('+') || (digits.len() > 1 && digits.starts_with('0')) =>
            {
                return Err(form());
            }
            Some(digits) => digits.parse().map_err(|_| form())?,
            None => size,
        };
        if length > size {
            return Err(form());
        }
        let bits = base + length;
        let block = Self {
            network: wide(address) & mask(bits),
            bits,
        };
        if block.network != wide(address) {
            return Err(InvalidCidr::HostBits {
                given: text.to_owned(),
                block,
            });
        }
        Ok(block)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v6 = Ipv6Addr::from_bits(self.network);
        match v6.to_ipv4_mapped() {
            Some(v4) if self.bits >= 96 => write!(f, "{v4}/{}", self.bits - 96),
            _ => write!(f, "{v6}/{}", self.bits),
        }
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn blocks_hold_what_they_say() {
        for (block, address, inside) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.7", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "203.0.113.9", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::1", "::1", true),
            ("::1", "127.0.0.1", false),
        ] {
            assert_eq!(
                cidr(block).contains(address.parse().unwrap()),
                inside,
                "{address} in {block}"
            );
        }
    }

    #[test]
    fn text_that_is_no_block_is_refused() {
        for text in [
            "",
            "192.0.2",
            "192.0.2.0/33",
            "192.0.2.0/",
            "192.0.2.0/024",
            "192.0.2.0/+8",
            "::/129",
            "a/8",
            "1/2/3",
        ] {
            assert_eq!(text.parse::<Cidr>(), Err(InvalidCidr::Form(text.into())));
        }
        let error = "192.0.2.1/24".parse::<Cidr>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`192.0.2.1/24` has bits set behind its prefix; the block is `192.0.2.0/24`"
        );
    }

    #[test]
    fn a_block_covers_smaller_ones() {
        for (outer, inner, covers) in [
            ("10.0.0.0/8", "10.1.0.0/16", true),
            ("10.1.0.0/16", "10.0.0.0/8", false),
            ("10.0.0.0/8", "10.0.0.0/8", true),
            ("10.0.0.0/8", "11.0.0.0/8", false),
            ("::/0", "10.0.0.0/8", true),
            ("0.0.0.0/0", "::/0", false),
        ] {
            assert_eq!(cidr(outer).covers(&cidr(inner)), covers, "{outer} {inner}");
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(bits: u128, length in 0_u32..=128, v4: bool) {
            let block = if v4 {
                let length = length.min(32);
                let network = std::net::Ipv4Addr::from_bits(bits as u32 & (mask(96 + length) as u32));
                format!("{network}/{length}")
            } else {
                format!("{}/{length}", Ipv6Addr::from_bits(bits & mask(length)))
            };
            let parsed: Cidr = block.parse().unwrap();
            prop_assert_eq!(parsed.to_string().parse::<Cidr>().unwrap(), parsed);
            prop_assert!(parsed.covers(&parsed));
        }
    }
}
