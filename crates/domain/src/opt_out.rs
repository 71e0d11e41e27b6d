//! Words by which somebody says that they want no more messages, or want them again. ClickSend names STOP only; the others are those that
//! carriers in the United States oblige senders to honour (CTIA Messaging Principles, FCC 47 CFR 64.1200).

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// No more messages.
    Out,
    /// Messages again.
    Back,
}

const OUT: [&str; 9] = [
    "STOP",
    "STOPALL",
    "STOP ALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
];
const BACK: [&str; 3] = ["START", "UNSTOP", "SUBSCRIBE"];

impl Wish {
    /// The whole text must be such a word, in any case, with any punctuation around it: "Stop by at six" wishes nothing.
    pub fn of(text: &str) -> Option<Wish> {
        let word = text
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_uppercase();
        if OUT.contains(&word.as_str()) {
            Some(Wish::Out)
        } else if BACK.contains(&word.as_str()) {
            Some(Wish::Back)
        } else {
            None
        }
    }

    /// Stable number for the store.
    pub const fn code(self) -> i64 {
        match self {
            Wish::Out => 1,
            Wish::Back => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wish;

    #[test]
    fn only_whole_texts_are_wishes() {
        for (text, wanted) in [
            ("STOP", Some(Wish::Out)),
            (" stop. ", Some(Wish::Out)),
            ("\"Stop!\"", Some(Wish::Out)),
            ("Stop all", Some(Wish::Out)),
            ("unsubscribe", Some(Wish::Out)),
            ("Start", Some(Wish::Back)),
            ("UNSTOP", Some(Wish::Back)),
            ("Stop by at six", None),
            ("Please do not stop", None),
            ("yes", None),
            ("", None),
            ("!!", None),
        ] {
            assert_eq!(Wish::of(text), wanted, "{text}");
        }
    }
}
