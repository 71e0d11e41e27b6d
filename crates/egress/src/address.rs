//! Which addresses may be dialled. The rule is applied to the address that is dialled, never to a name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses that an operator opens, such as `10.1.0.0/16` or `fd00::/8`. A lone address is a block of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    network: u128,
    mask: u128,
    v4: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a network such as 10.0.0.0/8 or fd00::/8")]
pub struct BadCidr(String);

impl FromStr for Cidr {
    type Err = BadCidr;

    fn from_str(text: &str) -> Result<Self, BadCidr> {
        let bad = || BadCidr(text.to_owned());
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| bad())?;
        let (bits, width, v4) = match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32_u32, true),
            IpAddr::V6(v6) => (v6.to_bits(), 128, false),
        };
        let length = match length {
            Some(digits)
                if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                digits
                    .parse()
                    .ok()
                    .filter(|length| *length <= width)
                    .ok_or_else(bad)?
            }
            Some(_) => return Err(bad()),
            None => width,
        };
        let ones = if length == 0 {
            0
        } else {
            u128::MAX << (width - length)
        };
        let mask = if v4 {
            ones & u128::from(u32::MAX)
        } else {
            ones
        };
        Ok(Self {
            network: bits & mask,
            mask,
            v4,
        })
    }
}

impl Cidr {
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (bits, v4) = match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), true),
            IpAddr::V6(v6) => (v6.to_bits(), false),
        };
        v4 == self.v4 && bits & self.mask == self.network
    }
}

/// The address to dial, or `None` if it is refused. An IPv4 address in IPv6 clothes is judged and dialled as IPv4.
pub(crate) fn permitted(address: IpAddr, allow: &[Cidr]) -> Option<IpAddr> {
    let address = address.to_canonical();
    let open = |address: IpAddr| allow.iter().any(|cidr| cidr.contains(address));
    let fine = match address {
        IpAddr::V4(v4) => open(address) || public_v4(v4),
        IpAddr::V6(v6) => open(address) || public_v6(v6, allow),
    };
    fine.then_some(address)
}

/// IANA's special-purpose registry, plus the metadata address of a cloud that lies in public space.
fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback, multicast, reserved, broadcast.
        (0 | 10 | 127 | 224..=255, ..) => true,
        // Carrier-grade NAT: also where one cloud keeps its metadata (100.100.100.200).
        (100, 64..=127, _) => true,
        // Link-local: most clouds' metadata.
        (169, 254, _) => true,
        (172, 16..=31, _) => true,
        // Protocol assignments, documentation, 6to4 relays, private.
        (192, 0, 0 | 2) | (192, 88, 99) | (192, 168, _) => true,
        // Benchmarks, documentation.
        (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        (168, 63, 129) => d == 16,
        _ => false,
    };
    !special
}

fn public_v6(address: Ipv6Addr, allow: &[Cidr]) -> bool {
    let segments = address.segments();
    match segments {
        // NAT64 well-known prefix: as good as the IPv4 address inside it.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let bits = (u32::from(high) << 16) | u32::from(low);
            permitted(IpAddr::V4(Ipv4Addr::from_bits(bits)), allow).is_some()
        }
        // Teredo, benchmarks, ORCHID and other protocol assignments; documentation; 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] => false,
        [0x3fff, 0..=0xfff, ..] => false,
        // Global unicast is 2000::/3; loopback, unspecified, ULA, link-local, multicast, local NAT64 and the rest lie outside.
        _ => segments[0] & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn inner_addresses_are_refused() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.9.10",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "203.0.113.9",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
        ] {
            assert_eq!(permitted(ip(address), &[]), None, "{address}");
        }
    }

    #[test]
    fn public_addresses_are_dialled_in_their_plain_form() {
        for (address, dialled) in [
            ("8.8.8.8", "8.8.8.8"),
            ("100.63.255.255", "100.63.255.255"),
            ("100.128.0.1", "100.128.0.1"),
            ("172.32.0.1", "172.32.0.1"),
            ("::ffff:8.8.8.8", "8.8.8.8"),
            ("64:ff9b::808:808", "64:ff9b::808:808"),
            ("2606:4700::1111", "2606:4700::1111"),
            ("2001:4860:4860::8888", "2001:4860:4860::8888"),
        ] {
            assert_eq!(permitted(ip(address), &[]), Some(ip(dialled)), "{address}");
        }
    }

    #[test]
    fn an_operator_opens_blocks() {
        let allow = [
            "127.0.0.0/8".parse().expect("cidr"),
            "fd00::/8".parse().expect("cidr"),
            "10.1.2.3".parse().expect("cidr"),
        ];
        for address in [
            "127.0.0.1",
            "::ffff:127.9.9.9",
            "fd12::1",
            "10.1.2.3",
            "64:ff9b::7f00:1",
        ] {
            assert!(permitted(ip(address), &allow).is_some(), "{address}");
        }
        for address in ["10.1.2.4", "::1", "fe80::1"] {
            assert!(permitted(ip(address), &allow).is_none(), "{address}");
        }
        let all: Cidr = "0.0.0.0/0".parse().expect("cidr");
        assert!(all.contains(ip("1.2.3.4")) && !all.contains(ip("::1")));
    }

    #[test]
    fn a_block_that_is_none_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "localhost",
        ] {
            assert!(text.parse::<Cidr>().is_err(), "{text}");
        }
    }
}
