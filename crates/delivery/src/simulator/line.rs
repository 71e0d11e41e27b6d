//! Who answers a simulated call, and what they press: decided by the number alone.

use postern_domain::channel::Content;
use postern_domain::voice::Heard;

use super::fate::MAGIC;

/// What most people press when they are asked to press something.
const USUAL_DIGIT: &str = "1";

/// Nothing but what the call asked for.
pub(super) fn heard(recipient: &str, content: &Content) -> Heard {
    let Content::Voice(call) = content else {
        return Heard::default();
    };
    let number = recipient
        .strip_prefix(MAGIC)
        .filter(|rest| rest.len() == 4)
        .and_then(|rest| rest.parse::<u16>().ok());
    let machine = number == Some(201);
    let digits = match number {
        Some(201 | 202) => String::new(),
        Some(number @ 210..=219) => (number - 210).to_string(),
        _ => USUAL_DIGIT.to_owned(),
    };
    Heard {
        digits: call.require_input.then_some(digits),
        machine: call.machine_detection.then_some(machine),
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::channel::Content;
    use postern_domain::voice::{Call, Heard};

    use super::heard;

    fn asked(require_input: bool, machine_detection: bool) -> Content {
        Content::Voice(Call {
            require_input,
            machine_detection,
            ..Call::default()
        })
    }

    #[test]
    fn the_number_decides_who_answers() {
        for (number, digits, machine) in [
            ("+61411000000", "1", false),
            ("+15550000201", "", true),
            ("+15550000202", "", false),
            ("+15550000210", "0", false),
            ("+15550000219", "9", false),
            ("+15550000220", "1", false),
        ] {
            let wanted = Heard {
                digits: Some(digits.to_owned()),
                machine: Some(machine),
            };
            assert_eq!(heard(number, &asked(true, true)), wanted, "{number}");
        }
    }

    #[test]
    fn nothing_is_reported_that_nobody_asked_for() {
        assert!(heard("+15550000201", &asked(false, false)).is_nothing());
        assert!(heard("+15550000201", &Content::Sms).is_nothing());
        assert_eq!(heard("+15550000201", &asked(false, true)).digits, None);
    }
}
