//! What kinds of API keys there are.

use crate::words::words;

words! {
    /// `Full` keys use the control plane; `Agent` keys call apps and read what concerns themselves (design.md §6).
    pub enum Role {
        Full = "full",
        Agent = "agent",
    }
}
