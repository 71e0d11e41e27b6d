//! `/v3/sms`: texts, their templates, receipts and replies.

use postern_wire::clicksend::inbound::Inbound;
use postern_wire::clicksend::list::ExportLink;
use postern_wire::clicksend::receipt::{ReadRequest, TestRequest};
use postern_wire::clicksend::sms::{
    CancelAllRequest, Cancelled, HistoryRow, Priced, Receipt, SendRequest, Sent,
};
use postern_wire::clicksend::template::{Template, TemplateRequest};
use serde_json::{Value, json};

use super::parts::{date, file_name, order, search};
use crate::document::Tag;
use crate::operation::Operation;
use crate::parameter::{Parameter, words};

pub(super) const SEND: &str = "\
Up to 1,000 messages a call. 200 even when every message was refused: look at `messages[].status`. A schedule in the past means now.

Through the gateway: `Idempotency-Key` makes the same call safe to repeat, and `Postern-Dry-Run: true` only says what would happen.";

/// `q`, `order_by` and dates of a history.
pub(super) fn history_query() -> Vec<Parameter> {
    vec![
        search("`to`, `from`, `body`, `status`, `message_id`, `custom_string` and others"),
        order("`date`, `to`, `status` and others"),
        Parameter::query(
            "operator",
            "How the parts of `q` combine.",
            words(&["AND", "OR"]),
        ),
        date("date_from", "Not before (unix seconds)."),
        date("date_to", "Not after (unix seconds)."),
    ]
}

pub(super) fn read_query() -> [Parameter; 1] {
    [date("date_before", "Only what came before (unix seconds).")]
}

pub(super) fn tag() -> Tag {
    let message = || json!({"messages": [{"to": "+15551234567", "body": "Hello from Postern", "source": "api"}]});
    Tag {
        name: "SMS",
        description: "Texts: priced, sent, scheduled, cancelled; what became of them, and what people wrote back.",
        operations: vec![
            Operation::new("POST", "/v3/sms/send", "sendSms", "Send texts")
                .says(SEND)
                .takes::<SendRequest>(message())
                .wraps::<Sent>(),
            Operation::new(
                "POST",
                "/v3/sms/price",
                "priceSms",
                "What would texts cost?",
            )
            .says("The price is what a send charges, to the last digit.")
            .takes::<SendRequest>(message())
            .wraps::<Priced>(),
            Operation::new(
                "GET",
                "/v3/sms/history",
                "listSmsHistory",
                "Texts that were sent and received",
            )
            .pages::<HistoryRow>()
            .with(history_query()),
            Operation::new(
                "GET",
                "/v3/sms/history/export",
                "exportSmsHistory",
                "The history as a file",
            )
            .says("Answers a link that is good for a while, without credentials.")
            .with([file_name()])
            .with(history_query())
            .wraps::<ExportLink>(),
            Operation::new(
                "PUT",
                "/v3/sms/{message_id}/cancel",
                "cancelSms",
                "Cancel a scheduled text",
            )
            .wraps::<()>(),
            Operation::new(
                "PUT",
                "/v3/sms/cancel-all",
                "cancelAllSms",
                "Cancel all scheduled texts",
            )
            .may_take::<CancelAllRequest>(json!({"custom_string": "spring sale"}))
            .wraps::<Cancelled>(),
            Operation::new(
                "GET",
                "/v3/sms/receipts",
                "listSmsReceipts",
                "Receipts that were not read yet",
            )
            .pages::<Receipt>(),
            Operation::new(
                "POST",
                "/v3/sms/receipts",
                "testSmsReceipt",
                "Make a receipt up",
            )
            .says("For trying: it is pushed to `url`, or waits to be polled (`poll`).")
            .takes::<TestRequest>(json!({"url": "poll"}))
            .wraps::<Receipt>(),
            Operation::new(
                "GET",
                "/v3/sms/receipts/{message_id}",
                "readSmsReceipt",
                "The receipt of a text",
            )
            .wraps::<Receipt>(),
            Operation::new(
                "PUT",
                "/v3/sms/receipts-read",
                "markSmsReceiptsRead",
                "Mark receipts as read",
            )
            .with(read_query())
            .may_take::<ReadRequest>(json!({"date_before": 1_780_000_000}))
            .wraps::<()>(),
            Operation::new(
                "GET",
                "/v3/sms/inbound",
                "listInbound",
                "Texts that came in and were not read yet",
            )
            .pages::<Inbound>()
            .with([
                search("`from`, `to`, `body` and others"),
                order("`timestamp`, `from` and others"),
            ]),
            Operation::new(
                "POST",
                "/v3/sms/inbound",
                "testInbound",
                "Make an incoming text up",
            )
            .takes::<TestRequest>(json!({"url": "poll"}))
            .wraps::<Inbound>(),
            Operation::new(
                "GET",
                "/v3/sms/inbound/{original_message_id}",
                "readReply",
                "The reply to a text",
            )
            .wraps::<Inbound>(),
            Operation::new(
                "PUT",
                "/v3/sms/inbound-read",
                "markInboundRead",
                "Mark incoming texts as read",
            )
            .with(read_query())
            .may_take::<ReadRequest>(json!({}))
            .wraps::<()>(),
            Operation::new(
                "PUT",
                "/v3/sms/inbound-read/{message_id}",
                "markOneInboundRead",
                "Mark an incoming text as read",
            )
            .wraps::<i64>(),
            Operation::new(
                "GET",
                "/v3/sms/templates",
                "listTemplates",
                "List templates",
            )
            .pages::<Template>()
            .with([
                search("`template_name`, `body`"),
                order("`template_id`, `template_name` and others"),
            ]),
            Operation::new(
                "POST",
                "/v3/sms/templates",
                "createTemplate",
                "Make a template",
            )
            .takes::<TemplateRequest>(template())
            .wraps::<Template>(),
            Operation::new(
                "GET",
                "/v3/sms/templates/{template_id}",
                "readTemplate",
                "Read a template",
            )
            .wraps::<Template>(),
            Operation::new(
                "PUT",
                "/v3/sms/templates/{template_id}",
                "updateTemplate",
                "Change a template",
            )
            .says("What is missing stays.")
            .takes::<TemplateRequest>(template())
            .wraps::<Template>(),
            Operation::new(
                "DELETE",
                "/v3/sms/templates/{template_id}",
                "deleteTemplate",
                "Delete a template",
            )
            .wraps::<()>(),
        ],
    }
}

fn template() -> Value {
    json!({"template_name": "Reminder", "body": "Hi (First Name), see you tomorrow."})
}
