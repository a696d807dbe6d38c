//! The variables, read and judged before anything else happens.

use crate::Failure;
use std::env::{self, VarError};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the service listens and keeps its counter.
pub struct Settings {
    pub listen: SocketAddr,
    pub data: PathBuf,
}

/// Reads `APP_LISTEN` and `APP_DATA`; a bad one is named with its value and what is allowed.
pub fn read() -> Result<Settings, Failure> {
    let listen = listen()?;
    let data = PathBuf::from(variable("APP_DATA", "/var/lib/app")?);
    if !data.is_absolute() {
        return Err(bad("APP_DATA", &data.to_string_lossy(), "an absolute path"));
    }
    Ok(Settings { listen, data })
}

/// Reads `APP_LISTEN` alone, which is all that the health check needs.
pub fn listen() -> Result<SocketAddr, Failure> {
    let value = variable("APP_LISTEN", "0.0.0.0:3000")?;
    let allowed = "an address and a port, like 0.0.0.0:3000";
    value.parse().map_err(|_| bad("APP_LISTEN", &value, allowed))
}

fn variable(name: &str, default: &str) -> Result<String, Failure> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(VarError::NotPresent) => Ok(default.into()),
        Err(VarError::NotUnicode(value)) => Err(bad(name, &value.to_string_lossy(), "UTF-8")),
    }
}

fn bad(name: &str, value: &str, allowed: &str) -> Failure {
    Failure {
        code: 2,
        message: format!("{name}: {value:?} is not allowed: it must be {allowed}"),
    }
}
