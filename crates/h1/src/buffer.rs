//! A buffer that is filled at its end and consumed at its beginning.

/// Bytes that were read and not used yet, inside memory that is initialised once and used again and again.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: vec![0; bytes],
            start: 0,
            end: 0,
        }
    }

    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.len()
    }

    #[must_use]
    pub fn filled(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    pub fn filled_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Room behind the filled part. What is there is moved to the front first if the room would be less than a quarter.
    pub fn room(&mut self) -> &mut [u8] {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        } else if self.start > 0 && self.bytes.len() - self.end < self.bytes.len() / 4 {
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        &mut self.bytes[self.end..]
    }

    /// `length` bytes of the room were filled.
    pub fn fill(&mut self, length: usize) {
        self.end = (self.end + length).min(self.bytes.len());
    }

    pub fn consume(&mut self, length: usize) {
        // All of it is `usize::MAX`.
        self.start = self.start.saturating_add(length).min(self.end);
    }

    /// Makes the whole buffer at least this large; what is filled stays.
    pub fn grow(&mut self, bytes: usize) {
        if self.bytes.len() < bytes {
            self.bytes.resize(bytes, 0);
        }
    }

    /// Appends, growing if need be.
    pub fn extend(&mut self, bytes: &[u8]) {
        if self.room().len() < bytes.len() {
            let missing = bytes.len() - (self.bytes.len() - self.end);
            self.bytes.resize(self.bytes.len() + missing, 0);
        }
        self.bytes[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_is_consumed_in_order() {
        let mut buffer = Buffer::with_capacity(8);
        buffer.room()[..6].copy_from_slice(b"abcdef");
        buffer.fill(6);
        buffer.consume(5);
        assert_eq!(buffer.filled(), b"f");
        // Less than a quarter was left: the rest moved to the front.
        buffer.consume(0);
        buffer.extend(b"ghi");
        assert_eq!(buffer.filled(), b"fghi");
        buffer.extend(&[b'x'; 20]);
        assert_eq!(buffer.filled().len(), 24);
        buffer.consume(1);
        buffer.consume(usize::MAX);
        assert!(buffer.is_empty());
        assert!(buffer.room().len() >= 24);
    }
}
