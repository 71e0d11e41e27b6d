//! The little Markdown of descriptions: paragraphs, `code`, **strong**. Everything else is text.

/// HTML, with everything escaped that means something there.
pub(crate) fn html(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim);
    let paragraphs = paragraphs.filter(|paragraph| !paragraph.is_empty());
    paragraphs
        .map(|paragraph| format!("<p>{}</p>", line(paragraph)))
        .collect()
}

/// One line, without paragraphs.
pub(crate) fn line(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    // Odd pieces stand between backticks. Without a closing one the rest is text.
    let pieces: Vec<&str> = text.split('`').collect();
    let is_closed = pieces.len() % 2 == 1;
    for (at, piece) in pieces.iter().enumerate() {
        let is_code = at % 2 == 1 && (is_closed || at + 1 < pieces.len());
        if is_code {
            html.push_str("<code>");
            html.push_str(&escaped(piece));
            html.push_str("</code>");
        } else {
            html.push_str(&strong(&escaped(piece)));
        }
    }
    html
}

fn strong(escaped: &str) -> String {
    let pieces: Vec<&str> = escaped.split("**").collect();
    if pieces.len().is_multiple_of(2) {
        return escaped.to_owned();
    }
    let wrap = |(at, piece): (usize, &&str)| match at % 2 {
        1 => format!("<strong>{piece}</strong>"),
        _ => (*piece).to_owned(),
    };
    pieces.iter().enumerate().map(wrap).collect()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{html, line};

    #[test]
    fn what_means_something_is_escaped_everywhere() {
        for (text, wanted) in [
            ("a < b & c", "a &lt; b &amp; c"),
            ("`<b>` is code", "<code>&lt;b&gt;</code> is code"),
            ("**never** twice", "<strong>never</strong> twice"),
            ("an open ` stays", "an open  stays"),
            ("**open", "**open"),
            ("`**code**`", "<code>**code**</code>"),
        ] {
            assert_eq!(line(text), wanted, "{text}");
        }
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        assert_eq!(html("one\ntwo\n\nthree"), "<p>one\ntwo</p><p>three</p>");
        assert_eq!(html(""), "");
    }
}
