//! The stable words of refusals of gateway and control plane: `error` in their bodies.

mod hindered;
mod refused;

/// Status, word, and what it means and what helps.
type Word = (u16, &'static str, &'static str);

/// What the guard says in a family of words: `limit_messages_per_day` and the like.
pub(crate) const FAMILIES: &[Word] = &[
    (
        403,
        "limit_*",
        "A limit of the key, the connection, the account or the installation: `verdicts` has the numbers, and when it would pass.",
    ),
    (
        403,
        "recipient_*",
        "The recipient is not one that may be sent to: denied, not allowed, or opted out.",
    ),
];

/// All of them, by their status.
pub(crate) fn words() -> impl Iterator<Item = &'static Word> {
    refused::WORDS.iter().chain(hindered::WORDS)
}

fn find(word: &str) -> Option<&'static Word> {
    words().find(|(_, known, _)| *known == word)
}

pub(crate) fn status_of(word: &str) -> u16 {
    find(word).map_or_else(
        || panic!("`{word}` is not among the words"),
        |(status, ..)| *status,
    )
}

pub(crate) fn sentence_of(word: &str) -> &'static str {
    find(word).map_or("", |(.., sentence)| sentence)
}
