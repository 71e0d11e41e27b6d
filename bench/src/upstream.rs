//! The upstream behind every contestant: as little work as a server can do, and 500 for anything a proxy got wrong.

use crate::connection::{Arrived, Connection, READ_BYTES};
use crate::framing::{HEADERS_MAX, body};
use crate::job::{self, Credential, Kind};
use anyhow::{Context as _, Result};
use rustix::buffer::spare_capacity;
use rustix::event::epoll;
use std::collections::HashMap;
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::rc::Rc;

const LISTENER: u64 = u64::MAX;

/// Answers, ready to be written, by the credential that must have been injected.
struct Answers {
    small: HashMap<Vec<u8>, Rc<[u8]>>,
    big: Rc<[u8]>,
    stored: Rc<[u8]>,
    wrong: Rc<[u8]>,
}

struct Client {
    connection: Connection,
    /// Known from the head on, sent when the body has come.
    answer: Option<Rc<[u8]>>,
}

/// Serves until it is killed. Prints its port on one line first.
///
/// # Errors
/// When it cannot listen.
pub fn serve() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    println!("{port}");
    std::io::stdout().flush()?;
    listener.set_nonblocking(true)?;

    let answers = Answers::new();
    let host = format!("127.0.0.1:{port}");
    let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    epoll::add(
        &poll,
        &listener,
        epoll::EventData::new_u64(LISTENER),
        epoll::EventFlags::IN,
    )?;
    let mut clients: Vec<Option<Client>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut events = Vec::with_capacity(1024);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        events.clear();
        match epoll::wait(&poll, spare_capacity(&mut events), None) {
            Err(rustix::io::Errno::INTR) => continue,
            waited => {
                waited?;
            }
        };
        for event in &events {
            let data = event.data;
            if data.u64() == LISTENER {
                accept(&listener, &poll, &mut clients, &mut free)?;
                continue;
            }
            let index = data.u64() as usize;
            let Some(client) = &mut clients[index] else {
                continue;
            };
            if serve_one(client, &mut buffer, &answers, &host).is_ok_and(|open| open) {
                continue;
            }
            clients[index] = None;
            free.push(index);
        }
    }
}

fn accept(
    listener: &TcpListener,
    poll: impl std::os::fd::AsFd,
    clients: &mut Vec<Option<Client>>,
    free: &mut Vec<usize>,
) -> Result<()> {
    loop {
        let stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error).context("accepting"),
        };
        let connection = Connection::new(stream)?;
        let index = free.pop().unwrap_or_else(|| {
            clients.push(None);
            clients.len() - 1
        });
        let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::ET;
        epoll::add(
            &poll,
            &connection.stream,
            epoll::EventData::new_u64(index as u64),
            flags,
        )?;
        clients[index] = Some(Client {
            connection,
            answer: None,
        });
    }
}

/// True while the connection stays open.
fn serve_one(
    client: &mut Client,
    buffer: &mut [u8],
    answers: &Answers,
    host: &str,
) -> Result<bool> {
    client.connection.flush()?;
    let answer = &mut client.answer;
    let arrived = client.connection.receive(buffer, &mut |data| {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut request = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(used) = request.parse(data)? else {
            return Ok(None);
        };
        *answer = Some(answers.to(&request, host));
        Ok(Some((used, body(request.headers))))
    })?;
    match (arrived, client.answer.take()) {
        // The caller sends nothing more before it has this answer: no need to look at the socket again.
        (Arrived::Message, Some(answer)) => client.connection.send(answer).map(|()| true),
        (Arrived::End, _) => Ok(false),
        (_, answer) => {
            client.answer = answer;
            Ok(true)
        }
    }
}

impl Answers {
    fn new() -> Self {
        let mut small = HashMap::new();
        for key in 0..job::KEYS {
            for connection in 0..job::CONNECTIONS_PER_KEY {
                let credential = Credential::of(key, connection);
                let mut json = format!(
                    "{{\"http_code\":200,\"data\":{{\"username\":\"{}\",\"filler\":\"",
                    credential.username
                );
                let missing = job::SMALL_ANSWER_BYTES - json.len() - 3;
                json.extend(std::iter::repeat_n('x', missing));
                json.push_str("\"}}");
                small.insert(
                    credential.basic().into_bytes(),
                    answer("200 OK", json.as_bytes()),
                );
            }
        }
        Self {
            small,
            big: answer("200 OK", &vec![b'x'; job::BIG_ANSWER_BYTES]),
            stored: answer("200 OK", b"{\"http_code\":200}"),
            wrong: answer(
                "500 Internal Server Error",
                b"{\"error\":\"the proxy got something wrong\"}",
            ),
        }
    }

    /// The answer, or the one for a request that no correct contestant sends.
    fn to(&self, request: &httparse::Request<'_, '_>, host: &str) -> Rc<[u8]> {
        let mut right_host = false;
        let mut by_credential = None;
        for header in request.headers.iter() {
            if header.name.eq_ignore_ascii_case("host") {
                right_host = header.value == host.as_bytes();
            } else if header.name.eq_ignore_ascii_case("authorization") {
                by_credential = self.small.get(header.value);
            } else if header.name.eq_ignore_ascii_case(job::CONNECTION_HEADER) {
                return Rc::clone(&self.wrong);
            }
        }
        match (request.path, by_credential) {
            (Some(path), Some(small)) if right_host => {
                if path == Kind::Small.path() {
                    Rc::clone(small)
                } else if path == Kind::Big.path() {
                    Rc::clone(&self.big)
                } else if path == Kind::Upload.path() {
                    Rc::clone(&self.stored)
                } else {
                    Rc::clone(&self.wrong)
                }
            }
            _ => Rc::clone(&self.wrong),
        }
    }
}

fn answer(status: &str, body: &[u8]) -> Rc<[u8]> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat().into()
}
