//! The built-in platform called in process, against the same platform over a socket.

use super::{CONNECTIONS, Options};
use crate::contestant::Postern;
use crate::job::{Caller, Credential, Kind};
use crate::load::Pace;
use crate::machine::Cores;
use crate::statistics::Readings;
use anyhow::{Context as _, Result, bail};
use std::net::TcpStream;
use std::time::Duration;

/// Requests a second of both ways, a value each round.
pub struct BuiltIn {
    pub in_process: Readings,
    pub over_socket: Readings,
}

/// # Errors
/// When the server does not start or answers wrongly.
pub fn measure(options: &Options, cores: &Cores) -> Result<BuiltIn> {
    eprintln!("the built-in platform, in process and over a socket …");
    let folder = tempfile::tempdir()?;
    let server = Postern::start(&options.program()?, Some(cores.proxy), folder.path(), &[])?;
    let (in_process, over_socket) = match keys(&server) {
        Ok(keys) => keys,
        Err(error) => {
            server.stop();
            return Err(error);
        }
    };
    // One process serves both: the connection alone tells the two ways apart.
    let caller = |key: String, id: String| {
        let authorization = format!("Bearer {key}");
        Caller {
            second_authorization: authorization.clone(),
            authorization,
            second: Some(id),
        }
    };
    let mut socket = server.into_contestant("postern", vec![caller(over_socket.0, over_socket.1)]);
    let in_process_requests = std::rc::Rc::new(crate::job::requests(
        Kind::Small,
        "/clicksend",
        &socket.address.to_string(),
        &[caller(in_process.0, in_process.1)],
    ));
    let mut figures = BuiltIn {
        in_process: Readings::default(),
        over_socket: Readings::default(),
    };
    for round in 0..options.rounds {
        let in_process =
            crate::load::Load::connect(socket.address, CONNECTIONS, in_process_requests.clone())?;
        let over_socket = socket.load(Kind::Small, CONNECTIONS)?;
        let mut ways = [
            (in_process, &mut figures.in_process),
            (over_socket, &mut figures.over_socket),
        ];
        if round % 2 == 1 {
            ways.reverse();
        }
        for (mut load, readings) in ways {
            load.run(Pace::Saturate, Duration::from_millis(500))?;
            let reading = load.run(Pace::Saturate, options.duration)?;
            if reading.wrong > 0 {
                bail!(
                    "{} wrong answers among {}",
                    reading.wrong,
                    reading.completed
                );
            }
            readings.push(reading.per_second());
        }
    }
    Ok(figures)
}

/// Key and connection of each way.
type Way = (String, String);

fn keys(server: &Postern) -> Result<(Way, Way)> {
    let mut control = TcpStream::connect(server.gateway)?;
    server.lift_limit(&mut control)?;
    let built_in = server
        .first_connection(&mut control)
        .context("finding the connection to the built-in platform")?;
    let credential = Credential {
        username: server.platform_username.clone(),
        password: server.platform_api_key.clone(),
    };
    let socket = server.connect(
        &mut control,
        server.platform,
        "platform over a socket",
        &credential,
    )?;
    let key =
        |control: &mut TcpStream, id: &String| server.key(control, id, std::slice::from_ref(id));
    Ok((
        (key(&mut control, &built_in)?, built_in),
        (key(&mut control, &socket)?, socket),
    ))
}
