//! The health check: a client of a few lines, so that the image needs no curl.

use crate::settings::Settings;
use crate::Failure;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

/// Asks `/health` of the service in this network namespace.
pub fn ask(settings: &Settings) -> Result<(), Failure> {
    let address = loopback(settings.listen);
    let answer = fetch(address).map_err(|error| unhealthy(address, &error.to_string()))?;
    if answer.starts_with("HTTP/1.1 200 ") {
        Ok(())
    } else {
        Err(unhealthy(address, answer.lines().next().unwrap_or("no answer")))
    }
}

/// Who listens everywhere is asked over loopback.
fn loopback(mut listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() {
        listen.set_ip(match listen.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    listen
}

fn fetch(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer)
}

fn unhealthy(address: SocketAddr, reason: &str) -> Failure {
    Failure {
        code: 1,
        message: format!("{address}: unhealthy: {reason}"),
    }
}
