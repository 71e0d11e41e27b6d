//! One non-blocking connection of a benchmark's end: what is still to be written, and where reading stands.

use crate::framing::{Body, Reader};
use anyhow::{Result, bail};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::rc::Rc;

/// Bytes taken from a socket at once.
pub const READ_BYTES: usize = 64 * 1024;

/// What reading a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// A whole message.
    Message,
    /// Nothing whole yet.
    Part,
    /// The peer closed.
    End,
}

pub struct Connection {
    pub stream: TcpStream,
    pub reader: Reader,
    outgoing: Option<(Rc<[u8]>, usize)>,
}

impl Connection {
    /// # Errors
    /// When the socket cannot be made non-blocking.
    pub fn new(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            reader: Reader::new(),
            outgoing: None,
        })
    }

    /// Begins a message; what the socket does not take now is written by [`Connection::flush`].
    ///
    /// # Errors
    /// When the peer is gone.
    pub fn send(&mut self, message: Rc<[u8]>) -> Result<()> {
        self.outgoing = Some((message, 0));
        self.flush()
    }

    /// # Errors
    /// When the peer is gone.
    pub fn flush(&mut self) -> Result<()> {
        while let Some((message, written)) = &mut self.outgoing {
            match self.stream.write(&message[*written..]) {
                Ok(count) => {
                    *written += count;
                    if *written == message.len() {
                        self.outgoing = None;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => bail!("writing: {error}"),
            }
        }
        Ok(())
    }

    /// Reads until a message is whole or the socket is empty.
    ///
    /// # Errors
    /// When what arrives is no HTTP.
    pub fn receive(
        &mut self,
        buffer: &mut [u8],
        head: &mut impl FnMut(&[u8]) -> Result<Option<(usize, Body)>>,
    ) -> Result<Arrived> {
        loop {
            match self.stream.read(buffer) {
                Ok(0) => return Ok(Arrived::End),
                Ok(count) => {
                    if self.reader.advance(&buffer[..count], head)? {
                        return Ok(Arrived::Message);
                    }
                    // A short read emptied the socket; the next bytes make an event of their own.
                    if count < buffer.len() {
                        return Ok(Arrived::Part);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Arrived::Part),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                    return Ok(Arrived::End);
                }
                Err(error) => bail!("reading: {error}"),
            }
        }
    }
}
