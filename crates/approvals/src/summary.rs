//! What may be known of a held send without opening it: counts, price, and why it waits. No number, no text.

use postern_guard::{Preview, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub messages: i64,
    pub segments: i64,
    pub recipients: i64,
    /// Decimal text; `None`: not known.
    pub cost: Option<String>,
    pub currency: Option<String>,
    /// Messages that the platform itself would not take.
    pub refused_by_platform: i64,
    /// A sentence for each rule that asks for a person.
    pub why: Vec<String>,
}

impl Summary {
    pub(crate) fn of(preview: &Preview) -> Summary {
        let asking = preview.verdicts.iter().filter(|verdict| !verdict.passed);
        Summary {
            messages: preview.messages,
            segments: preview.segments,
            recipients: preview.recipients,
            cost: preview.cost.map(|cost| cost.to_string()),
            currency: preview.currency.map(|currency| currency.to_string()),
            refused_by_platform: i64::try_from(preview.refused_by_platform).unwrap_or(i64::MAX),
            why: asking.map(Verdict::finding).collect(),
        }
    }

    /// An unreadable one says nothing.
    pub fn read(text: &str) -> Summary {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
