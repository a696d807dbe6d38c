//! The counter behind `/visits`, kept in a file of one decimal number.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A counter in a file. One process at a time may hold it.
pub struct Visits {
    file: PathBuf,
    count: Mutex<u64>,
}

impl Visits {
    /// Opens the counter in `directory`, which is made where it is missing, and must be writable.
    ///
    /// # Errors
    /// Names the path, what is wrong with it and what to do.
    pub fn open(directory: &Path) -> Result<Self, String> {
        fs::create_dir_all(directory).map_err(|error| unwritable(directory, &error))?;
        let file = directory.join("visits");
        let count = match fs::read(&file) {
            Ok(content) => parse(&file, &content)?,
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(unwritable(&file, &error)),
        };
        // Writing it now shows at start what would else fail at the first visit.
        write(&file, count).map_err(|error| unwritable(directory, &error))?;
        Ok(Self {
            file,
            count: Mutex::new(count),
        })
    }

    /// Counts one visit and returns how many there were with it.
    ///
    /// # Errors
    /// When the file can't be written; the visit is then not counted.
    pub fn add_one(&self) -> io::Result<u64> {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let next = count.saturating_add(1);
        write(&self.file, next)?;
        *count = next;
        Ok(next)
    }
}

/// Digits and at most one newline; `parse` alone would take `+1` too.
fn parse(file: &Path, content: &[u8]) -> Result<u64, String> {
    let text = String::from_utf8_lossy(content);
    let digits = text.strip_suffix('\n').unwrap_or(&text);
    let count = digits.parse().ok().filter(|_| !digits.starts_with('+'));
    count.ok_or_else(|| {
        format!(
            "{}: {:?} is not a count: write a number there, or remove the file to begin at 0",
            file.display(),
            text.chars().take(40).collect::<String>()
        )
    })
}

/// Atomic: a crash leaves the old number or the new one, never half of it.
fn write(file: &Path, count: u64) -> io::Result<()> {
    let fresh = file.with_extension("new");
    // What a crash left may belong to another user: replaced, not reused.
    if let Err(error) = fs::remove_file(&fresh) {
        if error.kind() != ErrorKind::NotFound {
            return Err(error);
        }
    }
    let mut out = File::create_new(&fresh)?;
    writeln!(out, "{count}")?;
    out.sync_all()?;
    fs::rename(fresh, file)
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    format!(
        "{}: {error}: uid {} must be able to write there: change its owner, or set APP_DATA",
        path.display(),
        own_uid()
    )
}

/// Who this process is, as the kernel shows it: the owner of its own folder in /proc.
fn own_uid() -> String {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").map_or_else(|_| "?".into(), |me| me.uid().to_string())
}
