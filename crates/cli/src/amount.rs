//! Amounts of money as people write them, to and from micro-units, without floating point.

/// `"20"`, `"20.00"`, `"0.0750"`; at most six decimals, never negative.
pub fn parse_micros(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 6 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let micros: i64 = format!("{decimals:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::parse_micros;

    #[test]
    fn amounts_keep_every_decimal() {
        let table = [
            ("20", Some(20_000_000)),
            ("20.00", Some(20_000_000)),
            ("0.075", Some(75_000)),
            ("0.000001", Some(1)),
            ("0.0000001", None),
            ("-1", None),
            ("1e3", None),
            ("", None),
            (".5", None),
            ("9223372036854775807", None),
        ];
        for (text, micros) in table {
            assert_eq!(parse_micros(text), micros, "{text:?}");
        }
    }
}
