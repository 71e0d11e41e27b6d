//! `/v3/mms` and `/v3/voice`: pictures and calls.

use postern_wire::clicksend::list::ExportLink;
use postern_wire::clicksend::receipt::{ReadRequest, TestRequest};
use postern_wire::clicksend::sms::{CancelAllRequest, Cancelled, Priced, Sent};
use postern_wire::clicksend::{mms, voice};
use schemars::JsonSchema;
use serde_json::json;

use super::parts::file_name;
use super::sms::{SEND, history_query, read_query};
use crate::document::Tag;
use crate::operation::Operation;

/// Paths, names and sentences of one channel, in the order of [`channel`].
struct Channel {
    paths: [&'static str; 9],
    ids: [&'static str; 9],
    summaries: [&'static str; 9],
}

const MMS: Channel = Channel {
    paths: [
        "/v3/mms/send",
        "/v3/mms/price",
        "/v3/mms/history",
        "/v3/mms/history/export",
        "/v3/mms/{message_id}/cancel",
        "/v3/mms/cancel-all",
        "/v3/mms/receipts",
        "/v3/mms/receipts/{message_id}",
        "/v3/mms/receipts-read",
    ],
    ids: [
        "sendMms",
        "priceMms",
        "listMmsHistory",
        "exportMmsHistory",
        "cancelMms",
        "cancelAllMms",
        "listMmsReceipts",
        "readMmsReceipt",
        "markMmsReceiptsRead",
    ],
    summaries: [
        "Send pictures",
        "What would pictures cost?",
        "Pictures that were sent",
        "The history as a file",
        "Cancel a scheduled picture",
        "Cancel all scheduled pictures",
        "Receipts that were not read yet",
        "The receipt of a picture",
        "Mark receipts as read",
    ],
};

const VOICE: Channel = Channel {
    paths: [
        "/v3/voice/send",
        "/v3/voice/price",
        "/v3/voice/history",
        "/v3/voice/history/export",
        "/v3/voice/{message_id}/cancel",
        "/v3/voice/cancel-all",
        "/v3/voice/receipts",
        "/v3/voice/receipts/{message_id}",
        "/v3/voice/receipts-read",
    ],
    ids: [
        "sendVoice",
        "priceVoice",
        "listVoiceHistory",
        "exportVoiceHistory",
        "cancelVoice",
        "cancelAllVoice",
        "listVoiceReceipts",
        "readVoiceReceipt",
        "markVoiceReceiptsRead",
    ],
    summaries: [
        "Read texts to people",
        "What would calls cost?",
        "Calls that were made",
        "The history as a file",
        "Cancel a scheduled call",
        "Cancel all scheduled calls",
        "Receipts that were not read yet",
        "The receipt of a call",
        "Mark receipts as read",
    ],
};

/// What both channels have: `Q` is asked, `H` a row of the history, `R` a receipt, `W` a row of an answer, `C` what cancelling answers.
fn channel<Q: JsonSchema, H: JsonSchema, R: JsonSchema, W: JsonSchema, C: JsonSchema>(
    of: &Channel,
    example: &serde_json::Value,
) -> Vec<Operation> {
    let new =
        |at: usize, method| Operation::new(method, of.paths[at], of.ids[at], of.summaries[at]);
    vec![
        new(0, "POST")
            .says(SEND)
            .takes::<Q>(example.clone())
            .wraps::<Sent<W>>(),
        new(1, "POST")
            .takes::<Q>(example.clone())
            .wraps::<Priced<W>>(),
        new(2, "GET").pages::<H>().with(history_query()),
        new(3, "GET")
            .with([file_name()])
            .with(history_query())
            .wraps::<ExportLink>(),
        new(4, "PUT").wraps::<C>(),
        new(5, "PUT")
            .may_take::<CancelAllRequest>(json!({}))
            .wraps::<Cancelled>(),
        new(6, "GET").pages::<R>(),
        new(7, "GET").wraps::<R>(),
        new(8, "PUT")
            .with(read_query())
            .may_take::<ReadRequest>(json!({}))
            .wraps::<()>(),
    ]
}

pub(super) fn mms() -> Tag {
    let example = json!({
        "media_file": "https://example.com/picture.jpg",
        "messages": [{"to": "+15551234567", "subject": "Menu", "body": "Our menu of today"}],
    });
    let mut operations =
        channel::<mms::SendRequest, mms::HistoryRow, mms::Receipt, mms::Row, ()>(&MMS, &example);
    // The receipt of a picture is shown as the message.
    operations[7] = Operation::new("GET", MMS.paths[7], MMS.ids[7], MMS.summaries[7])
        .wraps::<mms::MessageRow>();
    Tag {
        name: "MMS",
        description: "Pictures with a text.",
        operations,
    }
}

pub(super) fn voice() -> Tag {
    let example = json!({"messages": [{"to": "+15551234567", "body": "Your code is 4 2 7", "voice": "female", "lang": "en-au"}]});
    let mut operations =
        channel::<voice::SendRequest, voice::Row, voice::Receipt, voice::Row, Vec<()>>(
            &VOICE, &example,
        );
    operations.extend([
        Operation::new(
            "GET",
            "/v3/voice/lang",
            "listVoiceLanguages",
            "Languages and their voices",
        )
        .wraps::<Vec<voice::Lang>>(),
        Operation::new(
            "POST",
            "/v3/voice/receipts",
            "testVoiceReceipt",
            "Make a receipt up",
        )
        .takes::<TestRequest>(json!({"url": "poll"}))
        .wraps::<voice::Receipt>(),
    ]);
    Tag {
        name: "Voice",
        description: "Texts that are read to people, and the keys that they press.",
        operations,
    }
}
