//! What an operation of an app does to the world, the unit in which permissions are granted.

use crate::words::words;

words! {
    /// Effect of one operation (design.md §3). Ordered from harmless to dangerous, but never compared for permission: each needs its own grant.
    pub enum Effect {
        Read = "read",
        Write = "write",
        /// Anything that leaves now or later.
        Send = "send",
        /// Moves money other than by sending.
        Spend = "spend",
        /// Shows or changes secrets, or opens another way in.
        Credential = "credential",
    }
}

#[cfg(test)]
mod tests {
    use super::Effect;

    #[test]
    fn words_round_trip_and_others_are_named_in_the_error() {
        for effect in Effect::ALL {
            assert_eq!(effect.as_str().parse(), Ok(*effect));
        }
        let error = "Send".parse::<Effect>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`Send` is not one of `read` `write` `send` `spend` `credential`"
        );
    }
}
