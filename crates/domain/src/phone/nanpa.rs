//! The North American plan: two dozen countries behind `+1`, told apart by area code. Asking the library means trying the patterns of all
//! of them, eight times as slow as any other country; a test holds this table against it.

use super::CountryCode;

const US: CountryCode = CountryCode::from_upper(*b"US");

/// Digits after `+1`.
const NATIONAL_DIGITS: usize = 10;

/// The national number of an E.164 text that needs no further reading: `+1`, an area code, seven digits.
pub(super) fn national(text: &str) -> Option<&str> {
    let national = text.strip_prefix("+1")?;
    let plain = national.len() == NATIONAL_DIGITS && national.bytes().all(|b| b.is_ascii_digit());
    (plain && national.as_bytes()[0] >= b'2').then_some(national)
}

/// Area codes that nobody was given are counted to the United States, like all numbers without a country of their own.
pub(super) fn country(national: &str) -> CountryCode {
    let code = match national.get(..3).unwrap_or_default() {
        "204" | "226" | "236" | "249" | "250" | "257" | "263" | "273" | "289" | "306" | "343"
        | "354" | "365" | "367" | "368" | "382" | "403" | "416" | "418" | "428" | "431" | "437"
        | "438" | "450" | "468" | "474" | "506" | "514" | "519" | "548" | "579" | "581" | "584"
        | "587" | "600" | "604" | "613" | "622" | "633" | "639" | "647" | "672" | "683" | "705"
        | "709" | "742" | "753" | "778" | "780" | "782" | "807" | "819" | "825" | "867" | "873"
        | "879" | "902" | "905" | "942" => b"CA",
        "242" => b"BS",
        "246" => b"BB",
        "264" => b"AI",
        "268" => b"AG",
        "284" => b"VG",
        "340" => b"VI",
        "345" => b"KY",
        "441" => b"BM",
        "473" => b"GD",
        "649" => b"TC",
        "658" | "876" => b"JM",
        "664" => b"MS",
        "670" => b"MP",
        "671" => b"GU",
        "684" => b"AS",
        "721" => b"SX",
        "758" => b"LC",
        "767" => b"DM",
        "784" => b"VC",
        "787" | "939" => b"PR",
        "809" | "829" | "849" => b"DO",
        "868" => b"TT",
        "869" => b"KN",
        _ => return US,
    };
    CountryCode::from_upper(*code)
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::PHONE_NUMBER_UTIL;

    use super::{country, national};

    #[test]
    fn only_complete_numbers_take_the_short_way() {
        assert_eq!(national("+15551234567"), Some("5551234567"));
        for text in [
            "+1555123456",
            "+155512345678",
            "+11551234567",
            "+10551234567",
            "15551234567",
            "+1 5551234567",
            "+61411111111",
            "+1555123456x",
        ] {
            assert_eq!(national(text), None, "{text}");
        }
    }

    #[test]
    fn the_table_agrees_with_the_library_on_every_valid_number() {
        let mut valid = 0;
        for area in 200..1000 {
            for line in ["2345678", "3456789", "5552671", "7654321", "9876543"] {
                let national = format!("{area}{line}");
                let number = PHONE_NUMBER_UTIL
                    .parse(format!("+1{national}"), None)
                    .expect("ten digits");
                if let Some(region) = PHONE_NUMBER_UTIL.get_region_for_number(&number) {
                    valid += 1;
                    assert_eq!(
                        country(&national).as_str(),
                        &*region.as_region_str(),
                        "{national}"
                    );
                }
            }
        }
        assert!(valid > 2_000, "{valid}");
    }
}
