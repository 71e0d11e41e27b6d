//! How a text becomes SMS segments: alphabet, count, borders, truncation. One function behind price, send, history and the carrier.

#[cfg(test)]
mod tests;

/// How the characters of one message travel. Chosen for the whole text: one character outside GSM 03.38 makes all of it UCS-2.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Seven-bit default alphabet with its extension table (3GPP TS 23.038).
    Gsm7,
    /// UTF-16, in practice; a character outside the BMP is a surrogate pair of two units that stays whole.
    Ucs2,
}

/// What a text costs on the air.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Segmentation {
    pub encoding: Encoding,
    /// 0 for the empty text.
    pub segments: u32,
    /// Septets or UTF-16 units in all segments together.
    pub units: u32,
}

impl Encoding {
    pub fn of(text: &str) -> Encoding {
        if text.chars().all(|c| gsm7_septets(c) != 0) {
            Encoding::Gsm7
        } else {
            Encoding::Ucs2
        }
    }

    /// Units in a message of one segment.
    pub const fn single_units(self) -> u32 {
        match self {
            Encoding::Gsm7 => 160,
            Encoding::Ucs2 => 70,
        }
    }

    /// Units in each of several segments: the concatenation header takes seven septets or three UTF-16 units.
    pub const fn multi_units(self) -> u32 {
        match self {
            Encoding::Gsm7 => 153,
            Encoding::Ucs2 => 67,
        }
    }

    /// What a character takes; nought if the encoding has no such character.
    pub fn units(self, c: char) -> u32 {
        match self {
            Encoding::Gsm7 => u32::from(gsm7_septets(c)),
            Encoding::Ucs2 => c.len_utf16() as u32,
        }
    }

    fn units_of(self, text: &str) -> u32 {
        text.chars().map(|c| self.units(c)).sum()
    }
}

/// Counts the segments of `text`.
pub fn segmentation(text: &str) -> Segmentation {
    let encoding = Encoding::of(text);
    let units = encoding.units_of(text);
    let segments = match units {
        0 => 0,
        n if n <= encoding.single_units() => 1,
        _ => borders(text, encoding).count() as u32 + 1,
    };
    Segmentation {
        encoding,
        segments,
        units,
    }
}

/// Cuts `text` into its segments. Joined they are the text; no character is split, so neither is an escape pair or a surrogate pair.
pub fn segments(text: &str) -> Vec<&str> {
    let encoding = Encoding::of(text);
    let mut parts = Vec::new();
    let mut start = 0;
    if encoding.units_of(text) > encoding.single_units() {
        for border in borders(text, encoding) {
            parts.push(&text[start..border]);
            start = border;
        }
    }
    if start < text.len() {
        parts.push(&text[start..]);
    }
    parts
}

/// The longest beginning of `text` that fits into `segments_max` segments of the alphabet of the *whole* text (an account's
/// `setting_sms_message_char_limit`). What is cut is cut silently, as ClickSend does; what remains is what is priced, stored and sent.
pub fn truncate(text: &str, segments_max: u32) -> &str {
    let encoding = Encoding::of(text);
    let units_max = match segments_max {
        0 => return "",
        1 => encoding.single_units(),
        _ if encoding.units_of(text) <= encoding.single_units() => return text,
        n => {
            return match borders(text, encoding).nth(n as usize - 1) {
                Some(border) => &text[..border],
                None => text,
            };
        }
    };
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += encoding.units(c);
        if units > units_max {
            return &text[..at];
        }
    }
    text
}

/// Byte offsets at which a new segment of a long text begins.
fn borders(text: &str, encoding: Encoding) -> impl Iterator<Item = usize> {
    let capacity = encoding.multi_units();
    let mut used = 0;
    text.char_indices().filter_map(move |(at, c)| {
        let units = encoding.units(c);
        if used + units > capacity {
            used = units;
            return Some(at);
        }
        used += units;
        None
    })
}

/// Septets that `c` takes: 1 in the basic set, 2 in the extension table, 0 when GSM 03.38 does not have it. The escape itself is no
/// character that anybody can write.
const fn gsm7_septets(c: char) -> u8 {
    if c.is_ascii() {
        return ASCII_SEPTETS[c as usize];
    }
    match c {
        '£' | '¥' | 'è' | 'é' | 'ù' | 'ì' | 'ò' | 'Ç' | 'Ø' | 'ø' | 'Å' | 'å' | 'Δ' | 'Φ' | 'Γ'
        | 'Λ' | 'Ω' | 'Π' | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' | 'Æ' | 'æ' | 'ß' | 'É' | '¤' | '¡' | 'Ä'
        | 'Ö' | 'Ñ' | 'Ü' | '§' | '¿' | 'ä' | 'ö' | 'ñ' | 'ü' | 'à' => 1,
        '€' => 2,
        _ => 0,
    }
}

const ASCII_SEPTETS: [u8; 128] = {
    let mut table = [0; 128];
    let mut c = b' ';
    while c <= b'z' {
        table[c as usize] = 1;
        c += 1;
    }
    table[b'\n' as usize] = 1;
    table[b'\r' as usize] = 1;
    table[b'`' as usize] = 0;
    let extension = b"\x0c^{}\\[~]|";
    let mut i = 0;
    while i < extension.len() {
        table[extension[i] as usize] = 2;
        i += 1;
    }
    table
};
