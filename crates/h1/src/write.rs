//! Lines of heads and chunks, appended to a buffer.

/// `HTTP/1.1 404 Not Found` and its line end.
pub fn status_line(out: &mut Vec<u8>, status: u16, reason: &str) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(itoa::Buffer::new().format(status).as_bytes());
    out.push(b' ');
    out.extend_from_slice(reason.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// One header line. Name and value come from a parsed head or are ours: neither holds a line end.
pub fn header(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    debug_assert!(!name.contains(&b'\n') && !value.contains(&b'\n'));
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// One header line with a number.
pub fn header_number(out: &mut Vec<u8>, name: &[u8], value: u64) {
    header(out, name, itoa::Buffer::new().format(value).as_bytes());
}

/// The size line of a chunk of `length` bytes.
pub fn chunk_size(out: &mut Vec<u8>, length: usize) {
    let mut digits = [0; 16];
    let mut at = digits.len();
    let mut rest = length;
    loop {
        at -= 1;
        digits[at] = b"0123456789abcdef"[rest & 15];
        rest >>= 4;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let mut out = Vec::new();
        status_line(&mut out, 404, "Not Found");
        header_number(&mut out, b"content-length", 17);
        chunk_size(&mut out, 0);
        chunk_size(&mut out, 0x1a2b);
        assert_eq!(
            out,
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 17\r\n0\r\n1a2b\r\n"
        );
    }
}
