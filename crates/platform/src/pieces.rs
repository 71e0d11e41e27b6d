//! A body of any length, cut into equal pieces as it comes: never more than one of them is in memory.

use axum::body::Body;
use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt as _;
use postern_store::{files, list_jobs};

use crate::error::ApiError;

pub(crate) const CUT_OFF: &str = "The file ended early.";

/// Files of imports and uploads are cut alike.
const PART_BYTES: usize = list_jobs::PART_BYTES;
const _: () = assert!(PART_BYTES == files::PART_BYTES);

/// All pieces have the same length, the last one excepted.
pub(crate) struct Pieces {
    body: Body,
    buffer: BytesMut,
    taken: usize,
    bytes_max: usize,
}

impl Pieces {
    pub(crate) fn of(body: Body, bytes_max: usize) -> Pieces {
        Pieces {
            body,
            buffer: BytesMut::new(),
            taken: 0,
            bytes_max,
        }
    }

    /// Bytes handed out so far.
    pub(crate) fn taken(&self) -> usize {
        self.taken
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        while self.buffer.len() < PART_BYTES {
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(data.chunk());
                    }
                }
                Some(Err(_)) => return Err(ApiError::Invalid(CUT_OFF.into())),
                None => break,
            }
        }
        let piece = self.buffer.split_to(self.buffer.len().min(PART_BYTES));
        self.taken += piece.len();
        if self.taken > self.bytes_max {
            return Err(ApiError::TooLarge {
                bytes_max: self.bytes_max,
            });
        }
        Ok(Some(piece.freeze()).filter(|piece| !piece.is_empty()))
    }

    /// Everything that is left, in one piece: for files that are known to be small.
    pub(crate) async fn whole(&mut self) -> Result<Vec<u8>, ApiError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}
