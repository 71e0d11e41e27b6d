//! How a file is to be read: what separates its cells, what its columns are, where its numbers are at home.

use postern_domain::contact::Field;
use postern_domain::phone::CountryCode;

pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) delimiter: u8,
    /// `None`: a column that is left out.
    pub(crate) columns: Vec<Option<Field>>,
    pub(crate) country: CountryCode,
}

impl Layout {
    /// As it is kept with the job: delimiter, country, names of columns.
    pub(crate) fn to_text(&self) -> String {
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|column| column.map_or("", Field::as_str))
            .collect();
        format!("{} {} {}", self.delimiter, self.country, columns.join(","))
    }

    pub(crate) fn from_text(text: &str) -> Option<Layout> {
        let mut words = text.splitn(3, ' ');
        Some(Layout {
            delimiter: words.next()?.parse().ok()?,
            country: CountryCode::parse(words.next()?)?,
            columns: words.next()?.split(',').map(Field::parse).collect(),
        })
    }
}

/// Looks at the beginning of a file: the delimiter, or why it cannot be read. The delimiter is what stands most often in the first line
/// outside of quotes.
pub(crate) fn begin(bytes: &[u8]) -> Result<u8, &'static str> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err("The file is empty.");
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || bytes.contains(&0) {
        return Err("The file is not CSV in UTF-8; save it as \"CSV UTF-8\".");
    }
    let mut counts = [0_u32; 3];
    const DELIMITERS: [u8; 3] = *b",;\t";
    let mut quoted = false;
    for byte in bytes.trim_ascii_start() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => {
                for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
                    *count += u32::from(*byte == delimiter);
                }
            }
            _ => {}
        }
    }
    let [comma, semicolon, tab] = counts;
    Ok(match () {
        () if semicolon > comma && semicolon >= tab => b';',
        () if tab > comma => b'\t',
        () => b',',
    })
}
