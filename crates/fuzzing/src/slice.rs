//! Inputs from a seed: the same ones on every machine. Not a fuzzer, which learns; a slice of what one would try first.

/// Changes made to one input.
const CHANGES_MAX: usize = 8;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    /// One of the inputs with a few changes: bytes replaced, put in and taken out, pieces of other inputs, pieces twice.
    pub fn changed(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.below(inputs.len())].clone();
        for _ in 0..self.below(CHANGES_MAX + 1) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(9)).min(bytes.len());
            match self.below(6) {
                0 => {
                    bytes.drain(at..end);
                }
                1 => {
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                2 => {
                    let other = &inputs[self.below(inputs.len())];
                    let from = self.below(other.len() + 1);
                    let to = (from + self.below(25)).min(other.len());
                    bytes.splice(at..end, other[from..to].iter().copied());
                }
                3 => bytes.insert(at, b"\r\n\t :;%/.,0aF\"{}[]\\\0\x7f\xff"[self.below(22)]),
                _ => {
                    let byte = u8::try_from(self.below(256)).unwrap_or_default();
                    match bytes.get_mut(at) {
                        Some(place) => *place = byte,
                        None => bytes.push(byte),
                    }
                }
            }
        }
        bytes
    }
}
