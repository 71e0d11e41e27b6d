//! `/v3/automations`: what happens by itself.

use postern_wire::clicksend::Envelope;
use postern_wire::clicksend::automation::{
    InboundRule, InboundRuleRequest, ReceiptRule, ReceiptRuleRequest, WebhookSecret,
};
use postern_wire::clicksend::page::LinkedPage;
use schemars::JsonSchema;
use serde_json::json;

use super::parts::{Nothing, order, paging, search};
use crate::document::Tag;
use crate::operation::Operation;

/// Path of all rules, of one, and the names and summaries of list, create, read, update and delete.
type Kind = (
    &'static str,
    &'static str,
    [&'static str; 5],
    [&'static str; 5],
);

const KINDS: [Kind; 3] = [
    (
        "/v3/automations/sms/receipts",
        "/v3/automations/sms/receipts/{receipt_rule_id}",
        [
            "listSmsReceiptRules",
            "createSmsReceiptRule",
            "readSmsReceiptRule",
            "updateSmsReceiptRule",
            "deleteSmsReceiptRule",
        ],
        [
            "List rules for receipts of texts",
            "Make a rule for receipts of texts",
            "Read a rule for receipts of texts",
            "Change a rule for receipts of texts",
            "Delete a rule for receipts of texts",
        ],
    ),
    (
        "/v3/automations/voice/receipts",
        "/v3/automations/voice/receipts/{receipt_rule_id}",
        [
            "listVoiceReceiptRules",
            "createVoiceReceiptRule",
            "readVoiceReceiptRule",
            "updateVoiceReceiptRule",
            "deleteVoiceReceiptRule",
        ],
        [
            "List rules for receipts of calls",
            "Make a rule for receipts of calls",
            "Read a rule for receipts of calls",
            "Change a rule for receipts of calls",
            "Delete a rule for receipts of calls",
        ],
    ),
    (
        "/v3/automations/email/receipts",
        "/v3/automations/email/receipts/{receipt_rule_id}",
        [
            "listEmailReceiptRules",
            "createEmailReceiptRule",
            "readEmailReceiptRule",
            "updateEmailReceiptRule",
            "deleteEmailReceiptRule",
        ],
        [
            "List rules for receipts of mail",
            "Make a rule for receipts of mail",
            "Read a rule for receipts of mail",
            "Change a rule for receipts of mail",
            "Delete a rule for receipts of mail",
        ],
    ),
];

fn rules<D: JsonSchema>((all, one, ids, summaries): Kind) -> Vec<Operation> {
    let rule = || json!({"rule_name": "Receipts to us", "match_type": 0, "action": "URL", "action_address": "https://example.com/receipts", "enabled": 1});
    vec![
        Operation::new("GET", all, ids[0], summaries[0])
            .pages::<ReceiptRule>()
            .with([
                search("`rule_name`, `action` and others"),
                order("`rule_name` and others"),
            ]),
        Operation::new("POST", all, ids[1], summaries[1])
            .takes::<ReceiptRuleRequest>(rule())
            .wraps::<ReceiptRule>(),
        Operation::new("GET", one, ids[2], summaries[2]).wraps::<ReceiptRule>(),
        Operation::new("PUT", one, ids[3], summaries[3])
            .takes::<ReceiptRuleRequest>(rule())
            .wraps::<ReceiptRule>(),
        Operation::new("DELETE", one, ids[4], summaries[4]).wraps::<D>(),
    ]
}

pub(super) fn tag() -> Tag {
    let rule = || {
        json!({
            "rule_name": "Replies to us", "dedicated_number": "*", "message_search_type": 0, "message_search_term": "", "action": "URL",
            "action_address": "https://example.com/inbound", "enabled": 1, "webhook_type": "json",
        })
    };
    let [sms, voice, email] = KINDS;
    let mut operations = vec![
        Operation::new(
            "GET",
            "/v3/automations/sms/inbound",
            "listInboundRules",
            "List rules for incoming texts",
        )
        .with(paging())
        .with([
            search("`rule_name`, `action` and others"),
            order("`rule_name` and others"),
        ])
        .answers::<Envelope<LinkedPage<InboundRule>>>(200, "One page."),
        Operation::new(
            "POST",
            "/v3/automations/sms/inbound",
            "createInboundRule",
            "Make a rule for incoming texts",
        )
        .takes::<InboundRuleRequest>(rule())
        .wraps::<InboundRule>(),
        Operation::new(
            "GET",
            "/v3/automations/sms/inbound/{inbound_rule_id}",
            "readInboundRule",
            "Read a rule for incoming texts",
        )
        .wraps::<InboundRule>(),
        Operation::new(
            "PUT",
            "/v3/automations/sms/inbound/{inbound_rule_id}",
            "updateInboundRule",
            "Change a rule for incoming texts",
        )
        .takes::<InboundRuleRequest>(rule())
        .wraps::<InboundRule>(),
        Operation::new(
            "DELETE",
            "/v3/automations/sms/inbound/{inbound_rule_id}",
            "deleteInboundRule",
            "Delete a rule for incoming texts",
        )
        .wraps::<Nothing>(),
    ];
    operations.extend(rules::<Nothing>(sms));
    operations.extend(rules::<Nothing>(voice));
    operations.extend(rules::<bool>(email));
    operations.extend([
        Operation::new(
            "GET",
            "/v3/automations/webhook-secret",
            "readWebhookSecret",
            "What pushes are signed with",
        )
        .says("Ours: ClickSend signs nothing.")
        .wraps::<WebhookSecret>(),
        Operation::new(
            "PUT",
            "/v3/automations/webhook-secret",
            "rotateWebhookSecret",
            "Make a new secret for pushes",
        )
        .says("The one before goes on signing beside it for a while.")
        .wraps::<WebhookSecret>(),
    ]);
    Tag {
        name: "Automations",
        description: "What happens by itself: incoming texts and receipts are pushed, answered or counted.",
        operations,
    }
}
