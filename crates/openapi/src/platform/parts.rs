//! What many operations have: pages, the envelope, segments of paths.

use postern_wire::clicksend::{Envelope, Page};
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::operation::Operation;
use crate::parameter::Parameter;

/// `data` of what is gone.
pub(super) type Nothing = Vec<String>;

impl Operation {
    /// 200, in the envelope.
    pub(super) fn wraps<T: JsonSchema>(self) -> Self {
        self.answers::<Envelope<T>>(200, "Done.")
    }

    /// 200 with a page of rows, and the query that asks for one.
    pub(super) fn pages<T: JsonSchema>(self) -> Self {
        self.with(paging())
            .answers::<Envelope<Page<T>>>(200, "One page.")
    }
}

/// `page` and `limit` of a list.
pub(super) fn paging() -> [Parameter; 2] {
    let page = json!({"type": "integer", "minimum": 1, "default": 1});
    let limit = json!({"type": "integer", "minimum": 1, "default": 15});
    [
        Parameter::query("page", "Which page, from 1.", page),
        Parameter::query(
            "limit",
            "Rows on a page; more than 100 are read as 100.",
            limit,
        ),
    ]
}

/// `page_size`, `offset` and `sort_direction` of the newer services.
pub(super) fn cursor(size: &'static str, offset: Value) -> [Parameter; 3] {
    let number = json!({"type": "integer", "minimum": 1});
    let direction = json!({"type": "string", "enum": ["asc", "desc"]});
    [
        Parameter::query(size, "Rows on a page.", number),
        Parameter::query("offset", "That of the link to the next page.", offset),
        Parameter::query("sort_direction", "By the time of creation.", direction),
    ]
}

pub(super) fn uuid() -> Value {
    json!({"type": "string", "format": "uuid"})
}

pub(super) fn date(name: &'static str, description: &str) -> Parameter {
    let schema = json!({"type": "integer", "minimum": 0});
    Parameter::query(name, description, schema)
}

pub(super) fn search(fields: &str) -> Parameter {
    let text = format!("`field:value,field:value`, of {fields}.");
    Parameter::query("q", &text, json!({"type": "string"}))
}

pub(super) fn order(fields: &str) -> Parameter {
    let text = format!("`field:asc` or `field:desc`, of {fields}.");
    Parameter::query("order_by", &text, json!({"type": "string"}))
}

pub(super) fn file_name() -> Parameter {
    let schema = json!({"type": "string"});
    Parameter::query("filename", "What the file is to be called.", schema)
}

/// A segment of a path, by its name.
pub(super) fn in_path(name: &str) -> Parameter {
    let number = json!({"type": "integer", "minimum": 1});
    let segment = json!({"type": "string", "minLength": 1});
    let (name, description, schema) = match name {
        "message_id" => ("message_id", "The message's id.", uuid()),
        "original_message_id" => (
            "original_message_id",
            "The id of the message that was replied to.",
            uuid(),
        ),
        "list_id" => ("list_id", "The list's number.", number),
        "from_list_id" => ("from_list_id", "The list's number.", number),
        "to_list_id" => ("to_list_id", "The number of the other list.", number),
        "opt_out_list_id" => ("opt_out_list_id", "The number of the Opt-Out List.", number),
        "contact_id" => ("contact_id", "The contact's number.", number),
        "import_id" => (
            "import_id",
            "The import's number, as the import answered it.",
            number,
        ),
        "template_id" => ("template_id", "The template's number.", number),
        "sms_campaign_id" => ("sms_campaign_id", "The campaign's number.", number),
        "mms_campaign_id" => ("mms_campaign_id", "The campaign's number.", number),
        "inbound_rule_id" => ("inbound_rule_id", "The rule's number.", number),
        "receipt_rule_id" => ("receipt_rule_id", "The rule's number.", number),
        "email_address_id" => ("email_address_id", "The address's number.", number),
        "long_url_id" => (
            "long_url_id",
            "The number of the address that was shortened.",
            number,
        ),
        "own_number_id" => ("own_number_id", "The number's id.", uuid()),
        "verification_id" => ("verification_id", "The verification's id.", uuid()),
        "alpha_tag_id" => ("alpha_tag_id", "The tag's id.", uuid()),
        "default_sender_id" => ("default_sender_id", "The default sender's id.", uuid()),
        "file_id" => ("file_id", "The file's id.", uuid()),
        "activation_token" => ("activation_token", "What the mail says.", segment),
        "link" => ("link", "The signed part of the link.", segment),
        "name" => ("name", "The file's name.", segment),
        "code" => (
            "code",
            "The short link's code.",
            json!({"type": "string", "pattern": "^[A-Za-z0-9]+$"}),
        ),
        "country" => (
            "country",
            "ISO 3166 alpha-2.",
            json!({"type": "string", "pattern": "^[A-Z]{2}$"}),
        ),
        "country_code" => (
            "country_code",
            "ISO 3166 alpha-2.",
            json!({"type": "string", "pattern": "^[A-Z]{2}$"}),
        ),
        "number_type" => ("number_type", "Such as `10DLC`.", segment),
        "dedicated_number" => (
            "dedicated_number",
            "The number on sale, in E.164.",
            json!({"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$"}),
        ),
        "source" => (
            "source",
            "What the links went out with.",
            json!({"type": "string", "enum": ["quick_sms", "sms_campaign", "mms_campaign"]}),
        ),
        "source_id" => (
            "source_id",
            "The id of the message, or the number of the campaign.",
            segment,
        ),
        "year" => (
            "year",
            "Such as 2026.",
            json!({"type": "integer", "minimum": 1970, "maximum": 9998}),
        ),
        "month" => (
            "month",
            "1 to 12.",
            json!({"type": "integer", "minimum": 1, "maximum": 12}),
        ),
        other => panic!("say in platform/parts.rs what `{other}` is in a path"),
    };
    Parameter::path(name, description, schema)
}
