//! The ways in which a message reaches somebody, and what each has that the others have not.

use crate::voice::Call;
use crate::words::words;

words! {
    /// ClickSend's words, as in `message_type` and in paths.
    #[derive(Default)]
    pub enum Channel {
        #[default]
        Sms = "sms",
        Voice = "voice",
        Mms = "mms",
    }
}

/// What a message carries beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Content {
    #[default]
    Sms,
    Voice(Call),
    Mms(Picture),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    pub subject: String,
    /// Where the picture is: our copy of it, or as the caller wrote it where there is none.
    pub media_url: String,
    /// What carriers are given.
    pub media: Option<Media>,
}

/// A picture that is kept in the form in which it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Number of the file in the store.
    pub file_id: [u8; 16],
    pub content_type: String,
    pub bytes: i64,
    /// SHA-256.
    pub digest: [u8; 32],
}

impl Channel {
    /// Stable number for the store.
    pub const fn code(self) -> i64 {
        match self {
            Channel::Sms => 0,
            Channel::Voice => 1,
            Channel::Mms => 2,
        }
    }

    pub fn from_code(code: i64) -> Option<Channel> {
        Channel::ALL.iter().copied().find(|c| c.code() == code)
    }
}

impl Content {
    pub const fn channel(&self) -> Channel {
        match self {
            Content::Sms => Channel::Sms,
            Content::Voice(_) => Channel::Voice,
            Content::Mms(_) => Channel::Mms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Channel;

    #[test]
    fn codes_lead_back() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_code(channel.code()), Some(*channel));
        }
        assert_eq!(Channel::from_code(3), None);
    }
}
