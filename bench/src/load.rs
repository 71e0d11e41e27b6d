//! The load generator: a closed loop that saturates, and an open loop at a fixed rate without coordinated omission.

use crate::connection::{Arrived, Connection, READ_BYTES};
use crate::framing::{HEADERS_MAX, body};
use anyhow::{Context as _, Result, bail};
use rustix::buffer::spare_capacity;
use rustix::event::epoll;
use rustix::fd::OwnedFd;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use std::collections::VecDeque;
use std::net::{SocketAddr, TcpStream};
use std::rc::Rc;
use std::time::{Duration, Instant};

const TIMER: u64 = u64::MAX;

/// How long the answers that are still out may take at the end of a run.
const DRAIN_MAX: Duration = Duration::from_secs(10);

/// When the next request starts.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// As soon as a connection has its answer.
    Saturate,
    /// So many a second, each measured from when it was due, however long it waited for a free connection.
    PerSecond(f64),
}

/// What one run saw.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub completed: u64,
    /// Answers that were not 2xx.
    pub wrong: u64,
    /// How often the mark stood in the answers; 0 without one.
    pub marks: u64,
    pub seconds: f64,
    /// Microseconds, in order.
    pub latencies_us: Vec<u32>,
}

impl Reading {
    pub fn per_second(&self) -> f64 {
        self.completed as f64 / self.seconds
    }

    /// The latency that `share` of the answers did not exceed, in microseconds.
    pub fn quantile_us(&self, share: f64) -> f64 {
        let last = self.latencies_us.len().saturating_sub(1);
        self.latencies_us
            .get((last as f64 * share).round() as usize)
            .copied()
            .map_or(f64::NAN, f64::from)
    }
}

/// What is sent.
pub enum Requests {
    /// The same again and again, in order; which one is next.
    Cycle(Rc<Vec<Rc<[u8]>>>, usize),
    /// Each one made when it is due.
    Made(Box<dyn FnMut() -> Rc<[u8]>>),
}

impl From<Rc<Vec<Rc<[u8]>>>> for Requests {
    fn from(list: Rc<Vec<Rc<[u8]>>>) -> Self {
        Self::Cycle(list, 0)
    }
}

impl Requests {
    fn next(&mut self) -> Rc<[u8]> {
        match self {
            Self::Cycle(list, next) => {
                let request = Rc::clone(&list[*next]);
                *next = (*next + 1) % list.len();
                request
            }
            Self::Made(make) => make(),
        }
    }
}

pub struct Load {
    connections: Vec<Connection>,
    /// When the request that is out on a connection was due.
    due: Vec<Option<Instant>>,
    requests: Requests,
    mark: Option<memchr::memmem::Finder<'static>>,
    /// Requests whose answer has not come.
    out: usize,
    answered: Vec<usize>,
    events: Vec<epoll::Event>,
    poll: OwnedFd,
    timer: OwnedFd,
    buffer: Vec<u8>,
}

impl Load {
    /// # Errors
    /// When the contestant does not accept so many connections.
    pub fn connect(
        address: SocketAddr,
        connections: usize,
        requests: impl Into<Requests>,
    ) -> Result<Self> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let timer = timerfd_create(
            TimerfdClockId::Monotonic,
            TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
        )?;
        epoll::add(
            &poll,
            &timer,
            epoll::EventData::new_u64(TIMER),
            epoll::EventFlags::IN | epoll::EventFlags::ET,
        )?;
        let mut load = Self {
            connections: Vec::with_capacity(connections),
            due: Vec::with_capacity(connections),
            requests: requests.into(),
            mark: None,
            out: 0,
            answered: Vec::with_capacity(connections),
            events: Vec::with_capacity(256),
            poll,
            timer,
            buffer: vec![0; READ_BYTES],
        };
        for _ in 0..connections {
            load.add(address)?;
        }
        Ok(load)
    }

    /// Counts how often these bytes stand in the bodies of the answers.
    #[must_use]
    pub fn counting(mut self, mark: &'static str) -> Self {
        self.mark = Some(memchr::memmem::Finder::new(mark));
        for connection in &mut self.connections {
            connection.reader.keep_bodies();
        }
        self
    }

    fn add(&mut self, address: SocketAddr) -> Result<()> {
        let stream =
            TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
        let connection = Connection::new(stream)?;
        let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::ET;
        let index = self.connections.len() as u64;
        epoll::add(
            &self.poll,
            &connection.stream,
            epoll::EventData::new_u64(index),
            flags,
        )?;
        self.connections.push(connection);
        self.due.push(None);
        Ok(())
    }

    /// One request on each connection, one after the other, so that every one of them is known to be kept alive.
    ///
    /// # Errors
    /// When an answer is wrong or does not come.
    pub fn once_each(&mut self) -> Result<()> {
        let mut reading = Reading::default();
        for index in 0..self.connections.len() {
            self.start(index, Instant::now())?;
            self.drain(&mut reading)?;
        }
        if reading.wrong > 0 {
            bail!(
                "{} of {} answers were wrong",
                reading.wrong,
                reading.completed
            );
        }
        Ok(())
    }

    /// Sends for so long, waits for what is still out, and reads the clock.
    ///
    /// # Errors
    /// When a connection breaks or answers do not come.
    pub fn run(&mut self, pace: Pace, duration: Duration) -> Result<Reading> {
        let mut reading = Reading::default();
        let begin = Instant::now();
        let end = begin + duration;
        match pace {
            Pace::Saturate => self.saturate(end, &mut reading)?,
            Pace::PerSecond(rate) => self.at_rate(rate, begin, end, &mut reading)?,
        }
        self.drain(&mut reading)?;
        reading.seconds = begin.elapsed().as_secs_f64();
        reading.latencies_us.sort_unstable();
        Ok(reading)
    }

    /// Waits for every answer that is still out.
    fn drain(&mut self, reading: &mut Reading) -> Result<()> {
        let deadline = Instant::now() + DRAIN_MAX;
        self.arm(deadline)?;
        while self.out > 0 {
            self.wait(reading)?;
            if Instant::now() >= deadline {
                bail!(
                    "{} answers did not come within {} s",
                    self.out,
                    DRAIN_MAX.as_secs()
                );
            }
        }
        Ok(())
    }

    fn saturate(&mut self, end: Instant, reading: &mut Reading) -> Result<()> {
        for index in 0..self.connections.len() {
            self.start(index, Instant::now())?;
        }
        self.arm(end)?;
        loop {
            self.wait(reading)?;
            let now = Instant::now();
            if now >= end {
                return Ok(());
            }
            let answered = std::mem::take(&mut self.answered);
            for index in &answered {
                self.start(*index, now)?;
            }
            self.answered = answered;
        }
    }

    fn at_rate(
        &mut self,
        rate: f64,
        begin: Instant,
        end: Instant,
        reading: &mut Reading,
    ) -> Result<()> {
        let interval = Duration::from_secs_f64(1.0 / rate);
        let mut free: Vec<usize> = (0..self.connections.len()).collect();
        let mut waiting = VecDeque::new();
        let mut started = 0_u32;
        loop {
            let now = Instant::now();
            let mut next = begin + interval.mul_f64(f64::from(started));
            while next <= now && next < end {
                waiting.push_back(next);
                started += 1;
                next = begin + interval.mul_f64(f64::from(started));
            }
            while let (Some(due), Some(index)) = (waiting.front().copied(), free.last().copied()) {
                waiting.pop_front();
                free.pop();
                self.start(index, due)?;
            }
            if next >= end && waiting.is_empty() {
                return Ok(());
            }
            self.arm(if next < end { next } else { now + DRAIN_MAX })?;
            self.wait(reading)?;
            free.extend_from_slice(&self.answered);
            if !waiting.is_empty() && Instant::now() > end + DRAIN_MAX {
                bail!(
                    "{} requests found no free connection in time",
                    waiting.len()
                );
            }
        }
    }

    fn start(&mut self, index: usize, due: Instant) -> Result<()> {
        let request = self.requests.next();
        self.due[index] = Some(due);
        self.out += 1;
        self.connections[index].send(request)
    }

    /// Makes the next [`Load::wait`] return at this moment at the latest.
    fn arm(&mut self, until: Instant) -> Result<()> {
        // Epoll's own timeout counts in milliseconds; a request is due to the microsecond. Zero would disarm the timer.
        let left = until
            .saturating_duration_since(Instant::now())
            .max(Duration::from_nanos(1));
        let it_value = Timespec {
            tv_sec: left.as_secs().try_into()?,
            tv_nsec: left.subsec_nanos().into(),
        };
        let once = Itimerspec {
            it_interval: Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            },
            it_value,
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once)?;
        Ok(())
    }

    /// Waits for events; the connections that got their answer are in `answered` afterwards.
    fn wait(&mut self, reading: &mut Reading) -> Result<()> {
        self.answered.clear();
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        match epoll::wait(&self.poll, spare_capacity(&mut events), None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in &events {
            let data = event.data;
            if data.u64() != TIMER {
                let index = data.u64() as usize;
                if self.progress(index, reading)? {
                    self.answered.push(index);
                }
            }
        }
        self.events = events;
        Ok(())
    }

    /// True when the connection has its answer.
    fn progress(&mut self, index: usize, reading: &mut Reading) -> Result<bool> {
        let connection = &mut self.connections[index];
        connection.flush()?;
        let Some(due) = self.due[index] else {
            return Ok(false);
        };
        let mut status = None;
        let arrived = connection.receive(&mut self.buffer, &mut |data| {
            let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
            let mut response = httparse::Response::new(&mut headers);
            let httparse::Status::Complete(used) = response.parse(data)? else {
                return Ok(None);
            };
            status = response.code;
            Ok(Some((used, body(response.headers))))
        })?;
        if status.is_some_and(|status| !(200..300).contains(&status)) {
            reading.wrong += 1;
        }
        match arrived {
            Arrived::Message => {
                if let Some(mark) = &self.mark {
                    let found = mark.find_iter(connection.reader.body()).count();
                    reading.marks += found as u64;
                }
                self.due[index] = None;
                self.out -= 1;
                reading.completed += 1;
                let latency = due.elapsed().as_micros();
                reading
                    .latencies_us
                    .push(u32::try_from(latency).unwrap_or(u32::MAX));
                Ok(true)
            }
            Arrived::Part => Ok(false),
            Arrived::End => bail!("a kept-alive connection was closed in the middle"),
        }
    }
}
