//! `limits` as flags: one for each field that people set by hand. The API takes all of them.

use postern_wire::control::{ApprovalAbove, Limits};

#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits")]
pub struct LimitFlags {
    #[arg(long, value_name = "N")]
    messages_per_call: Option<i64>,
    #[arg(long, value_name = "N")]
    messages_per_hour: Option<i64>,
    #[arg(long, value_name = "N")]
    messages_per_day: Option<i64>,
    #[arg(long, value_name = "N")]
    messages_per_month: Option<i64>,
    /// Money, such as 1.50; needs --currency
    #[arg(long, value_name = "AMOUNT")]
    spend_per_call: Option<String>,
    #[arg(long, value_name = "AMOUNT")]
    spend_per_hour: Option<String>,
    #[arg(long, value_name = "AMOUNT")]
    spend_per_day: Option<String>,
    #[arg(long, value_name = "AMOUNT")]
    spend_per_month: Option<String>,
    /// Of all money here, such as USD
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// What a segment is taken to cost at most while nobody knows better; needs --currency
    #[arg(long, value_name = "AMOUNT")]
    ceiling_price: Option<String>,
    /// Different recipients
    #[arg(long, value_name = "N")]
    recipients_per_day: Option<i64>,
    /// Messages to any one recipient
    #[arg(long, value_name = "N")]
    repeats_per_day: Option<i64>,
    /// Only to this number, prefix (+61*) or country (AU); may be repeated
    #[arg(long = "allow-recipient", value_name = "WHO")]
    recipients_allow: Vec<String>,
    /// Never to this number, prefix or country; may be repeated
    #[arg(long = "deny-recipient", value_name = "WHO")]
    recipients_deny: Vec<String>,
    /// Only by sms, mms or voice; may be repeated
    #[arg(long = "channel", value_name = "CHANNEL")]
    channels: Vec<String>,
    /// When nothing is sent where the recipient is, such as 21:00-08:00
    #[arg(long, value_name = "FROM-TO")]
    quiet_hours: Option<String>,
    /// In which days begin, such as Australia/Sydney; UTC unless said
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// More messages a call than this need approval
    #[arg(long, value_name = "N")]
    approval_above: Option<i64>,
    /// No limits, also where an agent would have the cautious default
    #[arg(long)]
    unlimited: bool,
}

/// Limits that replace those that are there; without any flag they are only shown.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Replacing {
    #[command(flatten)]
    flags: LimitFlags,
    /// Take all limits away
    #[arg(long, help_heading = "Limits", conflicts_with = "unlimited")]
    none: bool,
}

impl Replacing {
    /// `None`: nothing is to be changed.
    pub fn given(self) -> Option<Limits> {
        match self.none {
            true => Some(Limits::default()),
            false => self.flags.given(),
        }
    }
}

/// As the API takes them: what is shown can be copied.
pub fn shown(limits: &Limits) -> String {
    match limits.is_empty() {
        true => "none".to_owned(),
        false => serde_json::to_string(limits).unwrap_or_default(),
    }
}

impl LimitFlags {
    /// Of an account that is opened with these limits, it is the account's own.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// `None`: no flag was given.
    pub fn given(self) -> Option<Limits> {
        let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
        let limits = Limits {
            messages_per_call: self.messages_per_call,
            messages_per_hour: self.messages_per_hour,
            messages_per_day: self.messages_per_day,
            messages_per_month: self.messages_per_month,
            spend_per_call: self.spend_per_call,
            spend_per_hour: self.spend_per_hour,
            spend_per_day: self.spend_per_day,
            spend_per_month: self.spend_per_month,
            currency: self.currency,
            ceiling_price: self.ceiling_price,
            recipients_per_day: self.recipients_per_day,
            repeats_per_day: self.repeats_per_day,
            recipients_allow: some(self.recipients_allow),
            recipients_deny: some(self.recipients_deny),
            channels: some(self.channels),
            quiet_hours: self.quiet_hours,
            timezone: self.timezone,
            approval_above: self.approval_above.map(|messages| ApprovalAbove {
                messages: Some(messages),
                ..ApprovalAbove::default()
            }),
            unlimited: self.unlimited,
            ..Limits::default()
        };
        let without_currency = Limits {
            currency: None,
            ..limits.clone()
        };
        (!without_currency.is_empty()).then_some(limits)
    }
}
