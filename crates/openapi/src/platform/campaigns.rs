//! `/v3/sms-campaigns` and `/v3/mms-campaigns`: one text to a whole list.

use postern_wire::clicksend::Page;
use postern_wire::clicksend::campaign::{
    Beside, CampaignPrice, CampaignRequest, MmsCampaign, SmsCampaign,
};
use postern_wire::clicksend::link::{CampaignStatistics, LinkRow};
use postern_wire::clicksend::list::ExportLink;
use serde_json::{Value, json};

use super::parts::{file_name, order, paging, search};
use crate::document::Tag;
use crate::operation::{Content, Operation};

const SEND: &str = "Answers at once; the list is sent to in the background. `_progress` of the campaign says how far it is.";

pub(super) fn tag() -> Tag {
    let find = || {
        [
            search("`name`, `status` and others"),
            order("`name`, `date_added` and others"),
        ]
    };
    let sms = || json!({"list_id": 428, "name": "Spring sale", "body": "Hi (First Name), everything must go.", "from": ""});
    Tag {
        name: "Campaigns",
        description: "One text, or one picture, to everybody on a list.",
        operations: vec![
            Operation::new(
                "POST",
                "/v3/sms-campaigns/send",
                "sendSmsCampaign",
                "Send a campaign of texts",
            )
            .says(SEND)
            .takes::<CampaignRequest>(sms())
            .refuses(&["NOT_FOUND"])
            .wraps::<SmsCampaign>(),
            Operation::new(
                "POST",
                "/v3/sms-campaigns/price",
                "priceSmsCampaign",
                "What would a campaign cost?",
            )
            .takes::<CampaignRequest>(sms())
            .refuses(&["NOT_FOUND"])
            .wraps::<CampaignPrice<i64>>(),
            Operation::new(
                "GET",
                "/v3/sms-campaigns",
                "listSmsCampaigns",
                "List campaigns of texts",
            )
            .pages::<SmsCampaign>()
            .with(find()),
            Operation::new(
                "GET",
                "/v3/sms-campaigns/{sms_campaign_id}",
                "readSmsCampaign",
                "Read a campaign",
            )
            .wraps::<SmsCampaign>(),
            Operation::new(
                "PUT",
                "/v3/sms-campaigns/{sms_campaign_id}",
                "updateSmsCampaign",
                "Change a campaign that waits",
            )
            .takes::<CampaignRequest>(sms())
            .wraps::<SmsCampaign>(),
            Operation::new(
                "PUT",
                "/v3/sms-campaigns/{sms_campaign_id}/cancel",
                "cancelSmsCampaign",
                "Cancel a campaign",
            )
            .wraps::<SmsCampaign>(),
            Operation::new(
                "GET",
                "/v3/sms-campaigns/{sms_campaign_id}/link-statistics",
                "readCampaignLinkStatistics",
                "Who opened the link, in numbers",
            )
            .wraps::<CampaignStatistics>(),
            Operation::new(
                "GET",
                "/v3/sms-campaigns/{sms_campaign_id}/link-tracking",
                "listCampaignLinks",
                "Who opened the link, one by one",
            )
            .pages::<LinkRow<i64>>(),
            Operation::new(
                "GET",
                "/v3/sms-campaigns/{sms_campaign_id}/link-export",
                "exportCampaignLinks",
                "Who opened the link, as a file",
            )
            .with([file_name()])
            .wraps::<ExportLink>(),
            Operation::new(
                "GET",
                "/v3/sms-campaigns/{sms_campaign_id}/link-export/{link}/{name}",
                "downloadCampaignLinks",
                "The file behind the link",
            )
            .public()
            .answer(200, "The file.", Some(Content::Other("text/csv"))),
            Operation::new(
                "POST",
                "/v3/mms-campaigns/send",
                "sendMmsCampaign",
                "Send a campaign of pictures",
            )
            .says(SEND)
            .takes::<CampaignRequest>(mms())
            .refuses(&["NOT_FOUND"])
            .wraps::<MmsCampaign>(),
            Operation::new(
                "POST",
                "/v3/mms-campaigns/price",
                "priceMmsCampaign",
                "What would a campaign of pictures cost?",
            )
            .takes::<CampaignRequest>(mms())
            .refuses(&["NOT_FOUND"])
            .wraps::<CampaignPrice<String>>(),
            Operation::new(
                "GET",
                "/v3/mms-campaigns",
                "listMmsCampaigns",
                "List campaigns of pictures",
            )
            .says("The page stands beside the envelope's keys.")
            .with(paging())
            .with(find())
            .answers::<Beside<Page<MmsCampaign>>>(200, "One page."),
            Operation::new(
                "GET",
                "/v3/mms-campaigns/{mms_campaign_id}",
                "readMmsCampaign",
                "Read a campaign of pictures",
            )
            .wraps::<MmsCampaign>(),
            Operation::new(
                "PUT",
                "/v3/mms-campaigns/{mms_campaign_id}",
                "updateMmsCampaign",
                "Change a campaign of pictures that waits",
            )
            .takes::<CampaignRequest>(mms())
            .wraps::<MmsCampaign>(),
            Operation::new(
                "PUT",
                "/v3/mms-campaigns/{mms_campaign_id}/cancel",
                "cancelMmsCampaign",
                "Cancel a campaign of pictures",
            )
            .wraps::<MmsCampaign>(),
        ],
    }
}

fn mms() -> Value {
    json!({"list_id": 428, "name": "Menu", "subject": "Menu", "body": "Our menu", "media_file": "https://example.com/menu.jpg", "from": ""})
}
