//! Automation rules: what shall happen when a text comes in or a message's fate is reported (clicksend-v3.md C.automations-*).

use crate::message::Status;
use crate::words::words;

/// Rules of one incoming text that are carried out; later ones are not looked at.
pub const RULES_FIRED_MAX: usize = 10;

words! {
    /// What a rule for incoming texts does.
    pub enum InboundAction {
        /// Answers the sender with the rule's own text.
        AutoReply = "AUTO_REPLY",
        /// Mails the text to the account's own address.
        EmailUser = "EMAIL_USER",
        EmailFixed = "EMAIL_FIXED",
        /// Pushes it to an address.
        Url = "URL",
        /// Sends it on to a telephone number.
        Sms = "SMS",
        /// Keeps it for `GET /v3/sms/inbound`.
        Poll = "POLL",
        /// Sends it on to everybody in a list.
        GroupSms = "GROUP_SMS",
        MoveContact = "MOVE_CONTACT",
        CreateContact = "CREATE_CONTACT",
        CreateContactPlusEmail = "CREATE_CONTACT_PLUS_EMAIL",
        CreateContactPlusNameEmail = "CREATE_CONTACT_PLUS_NAME_EMAIL",
        CreateContactPlusName = "CREATE_CONTACT_PLUS_NAME",
        None = "NONE",
    }
}

words! {
    /// What a rule for receipts does.
    pub enum ReceiptAction {
        EmailUser = "EMAIL_USER",
        EmailFixed = "EMAIL_FIXED",
        Url = "URL",
        Poll = "POLL",
        None = "NONE",
    }
}

words! {
    /// How a push is written: `webhook_type`.
    #[derive(Default)]
    pub enum Encoding {
        /// A form in the body.
        #[default]
        Post = "post",
        /// The same form in the query string.
        Get = "get",
        Json = "json",
    }
}

words! {
    /// Which receipts a rule is about.
    pub enum RuleKind {
        /// Of texts, and of picture messages, which have no rules of their own.
        Sms = "sms",
        Voice = "voice",
        Email = "email",
    }
}

/// `message_search_type`: what the text must be like. Case does not matter.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum TextMatch {
    Any,
    StartsWith,
    Contains,
    ContainsNot,
}

/// `match_type` of a receipt rule.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum FateMatch {
    All,
    Failed,
    Delivered,
}

impl InboundAction {
    /// What `action_address` must be.
    pub const fn target(self) -> Target {
        match self {
            InboundAction::AutoReply => Target::Text,
            InboundAction::EmailFixed => Target::Email,
            InboundAction::Url => Target::Url,
            InboundAction::Sms => Target::Number,
            InboundAction::GroupSms
            | InboundAction::MoveContact
            | InboundAction::CreateContact
            | InboundAction::CreateContactPlusEmail
            | InboundAction::CreateContactPlusNameEmail
            | InboundAction::CreateContactPlusName => Target::List,
            InboundAction::EmailUser | InboundAction::Poll | InboundAction::None => Target::Nothing,
        }
    }
}

impl ReceiptAction {
    pub const fn target(self) -> Target {
        match self {
            ReceiptAction::EmailFixed => Target::Email,
            ReceiptAction::Url => Target::Url,
            ReceiptAction::EmailUser | ReceiptAction::Poll | ReceiptAction::None => Target::Nothing,
        }
    }
}

/// What an action needs to be told.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Whatever is written is kept and not looked at.
    Nothing,
    Text,
    Email,
    Url,
    Number,
    List,
}

impl RuleKind {
    /// Stable number for the store.
    pub const fn code(self) -> i64 {
        match self {
            RuleKind::Sms => 0,
            RuleKind::Voice => 1,
            RuleKind::Email => 2,
        }
    }
}

impl TextMatch {
    pub const ALL: [TextMatch; 4] = [
        TextMatch::Any,
        TextMatch::StartsWith,
        TextMatch::Contains,
        TextMatch::ContainsNot,
    ];

    /// ClickSend's number.
    pub const fn code(self) -> i64 {
        match self {
            TextMatch::Any => 0,
            TextMatch::StartsWith => 1,
            TextMatch::Contains => 2,
            TextMatch::ContainsNot => 3,
        }
    }

    pub fn from_code(code: i64) -> Option<TextMatch> {
        TextMatch::ALL.into_iter().find(|m| m.code() == code)
    }

    pub fn matches(self, term: &str, text: &str) -> bool {
        let (term, text) = (term.trim().to_lowercase(), text.trim().to_lowercase());
        match self {
            TextMatch::Any => true,
            TextMatch::StartsWith => text.starts_with(&term),
            TextMatch::Contains => text.contains(&term),
            TextMatch::ContainsNot => !text.contains(&term),
        }
    }
}

impl FateMatch {
    /// 3 stands in ClickSend's own example of a voice rule and is explained nowhere: it leaves nothing out.
    pub const fn from_code(code: i64) -> Option<FateMatch> {
        match code {
            0 | 3 => Some(FateMatch::All),
            1 => Some(FateMatch::Failed),
            2 => Some(FateMatch::Delivered),
            _ => None,
        }
    }

    pub const fn matches(self, status: Status) -> bool {
        match self {
            FateMatch::All => true,
            FateMatch::Failed => matches!(status, Status::Failed),
            FateMatch::Delivered => matches!(status, Status::Delivered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FateMatch, TextMatch};
    use crate::message::Status;

    #[test]
    fn texts_match_in_any_case() {
        for (kind, term, text, wanted) in [
            (TextMatch::Any, "x", "anything", true),
            (TextMatch::StartsWith, "Win", "  winner", true),
            (TextMatch::StartsWith, "win", "a win", false),
            (TextMatch::Contains, "WIN", "we will win", true),
            (TextMatch::ContainsNot, "win", "we lost", true),
            (TextMatch::ContainsNot, "win", "Winner", false),
            (TextMatch::Contains, "ÄRGER", "kein ärger", true),
        ] {
            assert_eq!(kind.matches(term, text), wanted, "{kind:?} {term} {text}");
        }
    }

    #[test]
    fn numbers_lead_back() {
        for kind in TextMatch::ALL {
            assert_eq!(TextMatch::from_code(kind.code()), Some(kind));
        }
        assert_eq!(TextMatch::from_code(4), None);
        assert_eq!(FateMatch::from_code(4), None);
    }

    #[test]
    fn temporary_failures_are_no_failures_yet() {
        assert!(FateMatch::All.matches(Status::Retrying));
        assert!(!FateMatch::Failed.matches(Status::Retrying));
        assert!(FateMatch::Failed.matches(Status::Failed));
        assert!(FateMatch::Delivered.matches(Status::Delivered));
        assert!(!FateMatch::Delivered.matches(Status::Failed));
    }
}
