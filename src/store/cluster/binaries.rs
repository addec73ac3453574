//! Finds the system's PostgreSQL server programs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;
use super::settings::OLDEST;

/// Where Debian, Ubuntu and their like keep one folder a major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A folder with `initdb` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub bin: PathBuf,
    /// Major version, 15 for 15.18.
    pub major: u32,
}

impl Binaries {
    /// The programs for the data folder's version, or the newest with PostGIS for a new folder.
    pub fn find(data: Option<(&Path, u32)>) -> Result<Binaries, ClusterError> {
        let found = candidates();
        let Some(newest) = found.values().next_back() else {
            return Err(ClusterError::NoServer {
                looked: format!("PATH, {DEBIAN}/*/bin and pg_config --bindir"),
            });
        };
        if let Some((folder, major)) = data {
            return found
                .get(&major)
                .cloned()
                .ok_or_else(|| ClusterError::OtherMajor {
                    folder: folder.to_path_buf(),
                    data: major,
                    found: found
                        .keys()
                        .map(u32::to_string)
                        .collect::<Vec<_>>()
                        .join(", "),
                });
        }
        if newest.major < OLDEST {
            return Err(ClusterError::TooOld {
                found: newest.major,
                oldest: OLDEST,
                bin: newest.bin.clone(),
            });
        }
        found
            .values()
            .rev()
            .filter(|b| b.major >= OLDEST)
            .find(|b| b.has_postgis())
            .cloned()
            .ok_or(ClusterError::NoPostgis {
                major: newest.major,
            })
    }

    /// Whether PostGIS's control file is there; unknown counts as yes, CREATE EXTENSION will say.
    fn has_postgis(&self) -> bool {
        output(&self.bin.join("pg_config"), "--sharedir")
            .is_none_or(|share| Path::new(&share).join("extension/postgis.control").exists())
    }
}

/// Every version found, by major; of two with the same major the first found stays.
fn candidates() -> BTreeMap<u32, Binaries> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    if let Ok(entries) = fs::read_dir(DEBIAN) {
        folders.extend(entries.flatten().map(|entry| entry.path().join("bin")));
    }
    let mut found = collect(folders);
    if found.is_empty()
        && let Some(bin) = output(Path::new("pg_config"), "--bindir")
    {
        found = collect(vec![PathBuf::from(bin)]);
    }
    found
}

fn collect(folders: Vec<PathBuf>) -> BTreeMap<u32, Binaries> {
    let mut found = BTreeMap::new();
    for folder in folders {
        // A link in PATH leads to the folder where the rest of that version lies.
        let Ok(postgres) = folder.join("postgres").canonicalize() else {
            continue;
        };
        let bin = postgres.parent().unwrap_or(&folder).to_path_buf();
        if !bin.join("initdb").is_file() {
            continue;
        }
        let version = output(&postgres, "--version");
        if let Some(major) = version.as_deref().and_then(major_of) {
            found.entry(major).or_insert(Binaries { bin, major });
        }
    }
    found
}

/// `15` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` or `16beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Standard output of a program that takes one flag, trimmed; `None` when it fails.
fn output(program: &Path, flag: &str) -> Option<String> {
    // From the root folder: some of these programs complain when the current one is gone.
    let out = Command::new(program)
        .arg(flag)
        .current_dir("/")
        .output()
        .ok()?;
    out.status
        .success()
        .then(|| String::from_utf8_lossy(&out.stdout).trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)";
        assert_eq!(major_of(debian), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("postgres"), None);
    }
}
