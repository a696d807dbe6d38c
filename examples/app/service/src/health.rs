//! The health check: a client of a few lines, so that the image needs no curl.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// For the whole exchange, not for each read of it.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Asks `/health` of the service that listens at `listen` in this network namespace.
///
/// # Errors
/// The address asked and why it is not healthy; after two seconds at most.
pub fn ask(listen: SocketAddr) -> Result<(), String> {
    let address = loopback(listen);
    let answer = fetch(address, TIMEOUT).map_err(|error| unhealthy(address, &error.to_string()))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_service_that_drips_does_not_stretch_the_time() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut client = listener.accept().unwrap().0;
            while client.write_all(b"H").is_ok() {
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let from = Instant::now();
        let answer = fetch(address, Duration::from_millis(200));
        let took = from.elapsed();
        assert!(answer.is_err(), "expected a time-out, found {answer:?}");
        assert!(
            took < Duration::from_secs(1),
            "expected about 0.2 s, found {took:?}"
        );
    }
}
