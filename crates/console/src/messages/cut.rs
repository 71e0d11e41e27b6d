//! How a message is cut into segments, character by character.

use postern_domain::channel::Content;
use postern_domain::text::{Encoding, segmentation, segments};
use postern_store::messages::Message;

pub(super) struct Text {
    pub(super) encoding: &'static str,
    pub(super) units: u32,
    pub(super) unit_word: &'static str,
    pub(super) parts: Vec<Part>,
}

/// A segment.
pub(super) struct Part {
    pub(super) units: u32,
    pub(super) room: u32,
    pub(super) cells: Vec<Cell>,
}

/// A character: how it is drawn, how many units it takes, and its class.
pub(super) struct Cell {
    pub(super) shown: String,
    pub(super) units: u32,
    pub(super) class: &'static str,
}

/// Calls are spoken and have no segments; they are shown as one part without a bound.
pub(super) fn text(message: &Message) -> Text {
    let cut = segmentation(&message.body);
    let encoding = cut.encoding;
    let spoken = matches!(message.content, Content::Voice(_));
    let parts = match spoken {
        true => vec![message.body.as_str()],
        false => segments(&message.body),
    };
    let room = match (spoken, parts.len()) {
        (true, _) => 0,
        (false, 0 | 1) => encoding.single_units(),
        (false, _) => encoding.multi_units(),
    };
    let parts: Vec<Part> = parts
        .into_iter()
        .map(|part| Part {
            units: part.chars().map(|c| encoding.units(c)).sum(),
            room,
            cells: part.chars().map(|c| cell(encoding, c)).collect(),
        })
        .collect();
    Text {
        encoding: match encoding {
            Encoding::Gsm7 => "GSM 7-bit",
            Encoding::Ucs2 => "UCS-2",
        },
        units: parts.iter().map(|part| part.units).sum(),
        unit_word: match encoding {
            Encoding::Gsm7 => "septets",
            Encoding::Ucs2 => "units of 16 bits",
        },
        parts,
    }
}

fn cell(encoding: Encoding, c: char) -> Cell {
    let units = encoding.units(c);
    // In a text that is not GSM's, those that made it so are marked.
    let foreign = encoding == Encoding::Ucs2 && Encoding::Gsm7.units(c) == 0;
    Cell {
        shown: match c {
            '\n' => "⏎".to_owned(),
            '\r' => "␍".to_owned(),
            ' ' => "\u{a0}".to_owned(),
            c => c.to_string(),
        },
        units,
        class: match (foreign, units) {
            (true, _) => "foreign",
            (false, 2) => "double",
            _ => "",
        },
    }
}
