//! One line of the log, written without an allocation.

use std::net::IpAddr;

use postern_domain::time::UnixMicros;

use super::Record;

/// The text of the second that was written last: most requests fall into the same one.
#[derive(Default)]
pub(super) struct Second {
    number: i64,
    text: [u8; 19],
}

impl Second {
    fn text(&mut self, number: i64) -> &[u8; 19] {
        if self.number != number || self.text[0] == 0 {
            self.number = number;
            self.text = civil(number);
        }
        &self.text
    }
}

/// `2026-11-23T11:11:11` (UTC) of a unix second; days to date after Hinnant's `civil_from_days`.
fn civil(second: i64) -> [u8; 19] {
    let (days, time) = (second.div_euclid(86_400), second.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00";
    for (end, width, number) in [
        (4, 4, year),
        (7, 2, month),
        (10, 2, day),
        (13, 2, time / 3600),
        (16, 2, time / 60 % 60),
        (19, 2, time % 60),
    ] {
        let mut rest = number;
        for digit in text[end - width..end].iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest.rem_euclid(10)).unwrap_or_default();
            rest /= 10;
        }
    }
    text
}

pub(super) fn write(out: &mut Vec<u8>, second: &mut Second, record: &Record, duration_us: u64) {
    out.extend_from_slice(b"{\"level\":\"INFO\",\"message\":\"request\",\"timestamp\":\"");
    time(out, second, record.at.unwrap_or(UnixMicros::EPOCH));
    out.extend_from_slice(b"\",\"request.id\":\"");
    out.extend_from_slice(record.id.as_str().as_bytes());
    out.extend_from_slice(b"\",\"client.address\":\"");
    address(out, record.peer);
    out.extend_from_slice(b"\",\"request.method\":\"");
    text(out, record.method.as_str());
    out.push(b'"');
    // Names and ids are ours: they hold nothing that would have to be escaped. Patterns are an operator's.
    if let Some(app) = &record.app {
        plain(out, b",\"app\":\"", &app.name);
    }
    if let Some(operation) = &record.operation {
        out.extend_from_slice(b",\"operation\":\"");
        text(out, operation);
        out.push(b'"');
    }
    if let Some(caller) = &record.caller {
        plain(out, b",\"key.id\":\"", &caller.id);
    }
    if let Some(connection) = &record.connection {
        plain(out, b",\"connection.id\":\"", &connection.id);
    }
    if let Some(effect) = record.effect {
        plain(out, b",\"effect\":\"", effect.as_str());
    }
    number(out, b",\"response.status\":", record.status.into());
    if let Some(error) = record.error {
        plain(out, b",\"error\":\"", error);
    }
    number(out, b",\"response.bytes\":", record.bytes);
    if record.broken {
        out.extend_from_slice(b",\"response.broken\":true");
    }
    number(out, b",\"duration_us\":", duration_us);
    out.extend_from_slice(b"}\n");
}

fn time(out: &mut Vec<u8>, second: &mut Second, at: UnixMicros) {
    out.extend_from_slice(second.text(at.secs()));
    let mut fraction = *b".000Z";
    let millis = at.millis().rem_euclid(1000);
    for (place, digit) in [(1, millis / 100), (2, millis / 10 % 10), (3, millis % 10)] {
        fraction[place] = b'0' + u8::try_from(digit).unwrap_or_default();
    }
    out.extend_from_slice(&fraction);
}

fn address(out: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => {
            for (index, octet) in v4.octets().into_iter().enumerate() {
                if index > 0 {
                    out.push(b'.');
                }
                out.extend_from_slice(itoa::Buffer::new().format(octet).as_bytes());
            }
        }
        IpAddr::V6(v6) => {
            use std::io::Write as _;
            // Writing to memory cannot fail.
            drop(write!(out, "{v6}"));
        }
    }
}

fn number(out: &mut Vec<u8>, name: &[u8], number: u64) {
    out.extend_from_slice(name);
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn plain(out: &mut Vec<u8>, name: &[u8], text: &str) {
    out.extend_from_slice(name);
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// What somebody else wrote, between quotes that it must not leave.
fn text(out: &mut Vec<u8>, text: &str) {
    let breaks_out = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if text.bytes().any(breaks_out) {
        out.extend(
            text.bytes()
                .map(|byte| if breaks_out(byte) { b'?' } else { byte }),
        );
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_at_the_edges() {
        for (second, want) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_400, "2000-02-29T00:00:00"),
            (1_795_392_059, "2026-11-23T00:00:59"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
        ] {
            assert_eq!(std::str::from_utf8(&civil(second)), Ok(want));
        }
    }

    #[test]
    fn the_second_is_remembered_and_replaced() {
        let (mut out, mut second) = (Vec::new(), Second::default());
        time(&mut out, &mut second, UnixMicros(1_500));
        time(&mut out, &mut second, UnixMicros(999_999));
        time(&mut out, &mut second, UnixMicros(1_000_000));
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "1970-01-01T00:00:00.001Z1970-01-01T00:00:00.999Z1970-01-01T00:00:01.000Z"
        );
    }

    #[test]
    fn nothing_breaks_out_of_its_quotes() {
        let mut out = Vec::new();
        text(&mut out, "a\"b\\c\nd");
        assert_eq!(out, b"a?b?c?d");
    }
}
