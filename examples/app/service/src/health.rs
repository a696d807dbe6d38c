//! The health check: a client of a few lines, so that the image needs no curl.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Asks `/health` of the service that listens at `listen` in this network namespace; `timeout` is for the whole
/// exchange, not for each read of it.
///
/// # Errors
/// The address asked and why it is not healthy.
pub fn ask(listen: SocketAddr, timeout: Duration) -> Result<(), String> {
    let address = loopback(listen);
    let answer = fetch(address, timeout).map_err(|error| unhealthy(address, &error.to_string()))?;
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

fn fetch(address: SocketAddr, timeout: Duration) -> io::Result<String> {
    let deadline = Instant::now() + timeout;
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let (mut answer, mut filled) = ([0; 64], 0);
    while filled < answer.len() && !answer[..filled].contains(&b'\n') {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut answer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(String::from_utf8_lossy(&answer[..filled]).into_owned())
}

fn unhealthy(address: SocketAddr, reason: &str) -> String {
    format!("{address}: unhealthy: {reason}")
}
