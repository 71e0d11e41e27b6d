//! HTTP/1.1 heads and framing for the data plane: bytes in, bytes out, no IO. The tokenizer is `httparse`; what is here on top of
//! it refuses whatever two servers could read differently (RFC 9112, sections 3 to 7), and does it without an allocation.

mod buffer;
mod chunked;
mod framing;
mod head;
mod write;

pub use buffer::Buffer;
pub use chunked::{BadChunk, Chunked, Piece, Trailers, trailers};
pub use framing::{BadFraming, RequestBody, ResponseBody, request_body, response_body};
pub use head::{
    BadHead, HEADERS_MAX, Header, RequestHead, ResponseHead, Slots, request, response, tokens,
};
pub use write::{chunk_size, header, header_number, status_line};
