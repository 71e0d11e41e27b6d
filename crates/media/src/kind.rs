//! What a file is, by its first bytes. Names and announced types are not looked at: they are whatever somebody wrote.

/// The kinds of files that this service has to do with.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Jpeg,
    Png,
    Gif,
    WebP,
    Pdf,
}

impl Kind {
    /// `None`: something else, text for example.
    pub fn of(bytes: &[u8]) -> Option<Kind> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Kind::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Kind::WebP),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Kind::Pdf),
            _ => None,
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Gif => "image/gif",
            Kind::WebP => "image/webp",
            Kind::Pdf => "application/pdf",
        }
    }

    /// Without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
            Kind::Gif => "gif",
            Kind::WebP => "webp",
            Kind::Pdf => "pdf",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn bytes_say_what_they_are() {
        for (bytes, kind) in [
            (&b"\xff\xd8\xff\xe0\x00\x10JFIF"[..], Some(Kind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0\0", Some(Kind::Png)),
            (b"GIF89a...", Some(Kind::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Kind::WebP)),
            (b"%PDF-1.7", Some(Kind::Pdf)),
            (b"RIFF\x10\0\0\0WAVEfmt ", None),
            (b"<svg xmlns=", None),
            (b"BM\x9a\0\0\0", None),
            (b"phone,first_name\n", None),
            (b"", None),
        ] {
            assert_eq!(Kind::of(bytes), kind, "{bytes:?}");
        }
    }
}
