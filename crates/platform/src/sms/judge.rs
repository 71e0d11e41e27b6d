//! May this message be sent, in which form, at what price? Pure: `send` and `price` both ask here, so a quote is what a send charges.

#[cfg(test)]
mod tests;

use postern_domain::channel::{Channel, Content};
use postern_domain::contact::Origin;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::{CountryCode, Recipient};
use postern_domain::price::RateTable;
use postern_domain::sandbox_clock::SandboxClock;
use postern_domain::schedule::Schedule;
use postern_domain::sender::Sender;
use postern_domain::short_link::{Code, first_address};
use postern_domain::text;
use postern_domain::time::UnixMicros;
use postern_domain::{mms, voice};
use postern_wire::clicksend::lenient::Unix;
use postern_wire::clicksend::sms::{Message, SendRequest, SenderChoice};

use crate::brought::Shortened;
use crate::error::ApiError;
use crate::policy::Policy;
use crate::recipients::{To, judge_each};

/// Messages in one call; more are refused as a whole, so that nothing is sent in part by accident.
pub(crate) const MESSAGES_MAX: usize = 1000;

/// What judging needs to know about account and service.
pub(crate) struct Terms<'a> {
    pub(crate) channel: Channel,
    pub(crate) country: CountryCode,
    pub(crate) currency: Currency,
    pub(crate) segments_max: u32,
    pub(crate) prices: &'a RateTable,
    pub(crate) shared_sender: &'a str,
    pub(crate) policy: Policy,
    pub(crate) now: UnixMicros,
    /// What schedules are measured by.
    pub(crate) clock: SandboxClock,
    /// `None`: links cannot be made here.
    pub(crate) shorten: Option<Shortener<'a>>,
}

/// Makes short links.
#[derive(Clone, Copy)]
pub(crate) struct Shortener<'a> {
    /// What they begin with, the slash before the code excepted.
    pub(crate) base: &'a str,
    /// A code that nobody has. In a quote any code will do.
    pub(crate) code: fn() -> Code,
}

/// ClickSend's words for what became of one message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Success,
    InvalidRecipient,
    CountryNotEnabled,
    InsufficientCredit,
    Throttled,
    InvalidSenderId,
    EmptyMessage,
    MissingRequiredFields,
    InvalidSchedule,
    InvalidLang,
    InvalidVoice,
    SubjectRequired,
    InvalidMediaFile,
    TooManyRecipients,
    NotEnoughPermissionToListId,
}

/// One message, judged. Text fields are what an answer echoes: completed where they were understood, as written where not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) from: String,
    pub(crate) shared_sender: bool,
    /// As the caller wrote it; `None`: at once.
    pub(crate) schedule: Option<i64>,
    /// `None`: at once.
    pub(crate) due: Option<UnixMicros>,
    pub(crate) custom_string: String,
    pub(crate) from_email: Option<String>,
    pub(crate) source: String,
    pub(crate) country: Option<CountryCode>,
    pub(crate) segments: u32,
    pub(crate) price: Micros,
    pub(crate) test_number: bool,
    /// The contact of a list that it goes to.
    pub(crate) origin: Option<Origin>,
    pub(crate) content: Content,
    /// The short link in its text.
    pub(crate) link: Option<Shortened>,
}

impl Verdict {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Verdict::Success => "SUCCESS",
            Verdict::InvalidRecipient => "INVALID_RECIPIENT",
            Verdict::CountryNotEnabled => "COUNTRY_NOT_ENABLED",
            Verdict::InsufficientCredit => "INSUFFICIENT_CREDIT",
            Verdict::Throttled => "THROTTLED",
            Verdict::InvalidSenderId => "INVALID_SENDER_ID",
            Verdict::EmptyMessage => "EMPTY_MESSAGE",
            Verdict::MissingRequiredFields => "MISSING_REQUIRED_FIELDS",
            Verdict::InvalidSchedule => "INVALID_SCHEDULE",
            Verdict::InvalidLang => "INVALID_LANG",
            Verdict::InvalidVoice => "INVALID_VOICE",
            Verdict::SubjectRequired => "SUBJECT_REQUIRED",
            Verdict::InvalidMediaFile => "INVALID_MEDIA_FILE",
            Verdict::TooManyRecipients => "TOO_MANY_RECIPIENTS",
            Verdict::NotEnoughPermissionToListId => "NOT_ENOUGH_PERMISSION_TO_LIST_ID",
        }
    }
}

impl Judged {
    pub(crate) fn is_success(&self) -> bool {
        self.verdict == Verdict::Success
    }

    /// Takes back a verdict of success; nothing will be charged.
    pub(crate) fn refuse(&mut self, verdict: Verdict) {
        self.verdict = verdict;
        self.price = Micros::ZERO;
    }
}

/// Judges every message of a call by itself, for each of its recipients.
///
/// # Errors
/// Calls that cannot be carried out as they are meant: no messages, too many, a wish that is not supported.
pub(crate) fn judge(
    request: SendRequest,
    recipients: Vec<To>,
    terms: &Terms<'_>,
) -> Result<Vec<Judged>, ApiError> {
    bounded(request.messages.len())?;
    let shorten = terms.shorten.filter(|_| request.shorten_urls);
    let choices = request.senders.unwrap_or_default();
    Ok(request
        .messages
        .into_iter()
        .zip(recipients)
        .enumerate()
        .flat_map(|(item, (message, to))| {
            judge_each(message, to, |message| match shorten {
                Some(shortener) => shortened(message, item, shortener, &choices, terms),
                None => one(message, &choices, terms),
            })
        })
        .collect())
}

/// The first web address of the text gives way to a short link.
fn shortened(
    mut message: Message,
    item: usize,
    shortener: Shortener<'_>,
    choices: &[SenderChoice],
    terms: &Terms<'_>,
) -> Judged {
    let body = message.body.as_mut();
    let link = body.and_then(|body| {
        let address = first_address(body)?;
        let code = (shortener.code)();
        let url = body[address.clone()].to_owned();
        body.replace_range(address, &shortener.link(code));
        Some(Shortened { item, url, code })
    });
    Judged {
        link,
        ..one(message, choices, terms)
    }
}

impl Shortener<'_> {
    pub(crate) fn link(&self, code: Code) -> String {
        format!("{}/{code}", self.base)
    }
}

/// # Errors
/// Nothing to do, or too much for one call.
pub(crate) fn bounded(count: usize) -> Result<(), ApiError> {
    match count {
        0 => Err(ApiError::Invalid(
            "messages: the list is empty; send at least one message.".into(),
        )),
        1..=MESSAGES_MAX => Ok(()),
        _ => Err(ApiError::Invalid(
            format!("messages: {count} messages in one call; send at most {MESSAGES_MAX}.").into(),
        )),
    }
}

/// Judges what messages of every channel have in common.
pub(crate) fn one(message: Message, choices: &[SenderChoice], terms: &Terms<'_>) -> Judged {
    let mut judged = Judged {
        verdict: Verdict::Success,
        to: message.to.clone().unwrap_or_default(),
        body: message.body.clone().unwrap_or_default(),
        from: message.from.clone().unwrap_or_default(),
        shared_sender: false,
        schedule: message.schedule.as_option().filter(|unix| *unix != 0),
        due: None,
        custom_string: message.custom_string.clone().unwrap_or_default(),
        from_email: message.from_email.clone().filter(|text| !text.is_empty()),
        source: message.source.clone().unwrap_or_default(),
        country: None,
        segments: 0,
        price: Micros::ZERO,
        test_number: false,
        origin: None,
        content: Content::Sms,
        link: None,
    };
    if let Err(verdict) = complete(&mut judged, &message, choices, terms) {
        judged.verdict = verdict;
    }
    judged
}

/// Fills in what can be understood, in the order in which ClickSend's statuses take precedence here.
fn complete(
    judged: &mut Judged,
    message: &Message,
    choices: &[SenderChoice],
    terms: &Terms<'_>,
) -> Result<(), Verdict> {
    if message.to.is_none() {
        return Err(Verdict::MissingRequiredFields);
    }
    if judged.body.trim().is_empty() {
        return Err(Verdict::EmptyMessage);
    }
    let home = message.country.as_deref().and_then(CountryCode::parse);
    let recipient = Recipient::parse(&judged.to, home.unwrap_or(terms.country))
        .map_err(|_| Verdict::InvalidRecipient)?;
    judged.to = recipient.as_str().to_owned();
    judged.country = recipient.country();
    judged.test_number = recipient.is_test_number();
    choose_sender(judged, choices, terms)?;
    let schedule = match message.schedule {
        Unix::Malformed => return Err(Verdict::InvalidSchedule),
        given => Schedule::parse(given.as_option(), terms.clock.shows(terms.now)),
    };
    judged.due = match schedule.map_err(|_| Verdict::InvalidSchedule)? {
        Schedule::Now => None,
        Schedule::At(at) => Some(terms.clock.due(at, terms.now)),
    };
    put_price(judged, terms)
}

fn choose_sender(
    judged: &mut Judged,
    choices: &[SenderChoice],
    terms: &Terms<'_>,
) -> Result<(), Verdict> {
    let chosen = choices.iter().find(|choice| {
        let code = choice.recipient_country_code.as_deref();
        judged.country.is_some() && code.and_then(CountryCode::parse) == judged.country
    });
    if let Some(sender) = chosen.and_then(|choice| choice.sender_id.as_deref()) {
        judged.from = sender.to_owned();
    }
    if terms.channel == Channel::Sms && judged.from.trim().is_empty() {
        let default = judged.country.and_then(|c| terms.policy.default_sender(c));
        judged.from = default.unwrap_or_default().to_owned();
    }
    let sender =
        Sender::parse(&judged.from, terms.country).map_err(|_| Verdict::InvalidSenderId)?;
    if terms.channel == Channel::Voice && matches!(sender, Sender::AlphaTag(_)) {
        // A caller's number is shown, never a word.
        return Err(Verdict::InvalidSenderId);
    }
    if terms.policy.refuses(&sender) {
        return Err(Verdict::InvalidSenderId);
    }
    judged.shared_sender = sender == Sender::Shared || sender.as_str() == Some(terms.shared_sender);
    judged.from = sender.as_str().unwrap_or(terms.shared_sender).to_owned();
    Ok(())
}

fn put_price(judged: &mut Judged, terms: &Terms<'_>) -> Result<(), Verdict> {
    let rate = judged
        .country
        .filter(|country| terms.policy.may_send_to(*country))
        .and_then(|country| terms.prices.rate(country, terms.currency))
        .ok_or(Verdict::CountryNotEnabled)?;
    let kept = match terms.channel {
        Channel::Sms => text::truncate(&judged.body, terms.segments_max),
        Channel::Voice => voice::truncate(&judged.body),
        Channel::Mms => mms::truncate_body(&judged.body),
    };
    judged.body.truncate(kept.len());
    if !judged.test_number {
        judged.segments = match terms.channel {
            Channel::Sms => text::segmentation(&judged.body).segments,
            Channel::Voice => voice::parts(&judged.body),
            Channel::Mms => 1,
        };
        judged.price = rate.times(judged.segments);
    }
    Ok(())
}
