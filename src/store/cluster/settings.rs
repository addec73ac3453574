//! The settings of the private cluster, for a machine of 2 to 8 GB that also runs the server.

use std::path::Path;

/// Port number: only a part of the socket's file name, nothing listens on TCP.
pub const PORT: u16 = 5432;

/// Name of the superuser, who owns everything in the cluster.
pub const SUPERUSER: &str = "geonantes";

/// Name of the only database.
pub const DATABASE: &str = "geonantes";

/// Oldest PostgreSQL that the statements of the store are written for.
pub const OLDEST: u32 = 14;

/// Settings of every start, in `geonantes.conf` inside the data folder, which is rewritten each
/// time. What an administrator sets with ALTER SYSTEM comes after it and wins.
pub const SETTINGS: &[(&str, &str)] = &[
    // Nobody reaches it over a network; the socket's folder is closed to other users.
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "100"),
    // Nothing that was acknowledged may be lost, by a kill or by a power cut.
    ("fsync", "on"),
    ("synchronous_commit", "on"),
    ("full_page_writes", "on"),
    ("wal_compression", "on"),
    ("max_wal_size", "2GB"),
    // Every page that changes for the first time after a checkpoint goes whole into the log.
    ("checkpoint_timeout", "15min"),
    // A publication fills the default ones hundreds of times, and waits for the disk each time.
    ("wal_buffers", "64MB"),
    ("shared_buffers", "256MB"),
    ("work_mem", "16MB"),
    ("maintenance_work_mem", "256MB"),
    ("effective_cache_size", "1GB"),
    // Parallel queries take this first: containers often have only 64 MB of /dev/shm.
    ("min_dynamic_shared_memory", "64MB"),
    ("max_parallel_maintenance_workers", "2"),
    // Compiling costs more than it saves on statements of a few milliseconds.
    ("jit", "off"),
    ("random_page_cost", "1.1"),
    // The program reads this log when a start fails: one file, in English, only what matters.
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_min_messages", "warning"),
    // The server logs its own failed statements; here they would hold data of the layers.
    ("log_min_error_statement", "panic"),
    ("log_checkpoints", "off"),
    ("log_line_prefix", "%m [%p] "),
    ("lc_messages", "C"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
];

/// The text of `geonantes.conf`: [`SETTINGS`] plus what depends on the place.
pub(super) fn render(socket: &Path, name: &str) -> String {
    let mut text = String::from(
        "# Written by geonantes at each start. Change a setting with ALTER SYSTEM instead.\n",
    );
    let socket = socket.to_string_lossy();
    let placed = [
        ("unix_socket_directories", socket.as_ref()),
        ("cluster_name", name),
    ];
    for (key, value) in SETTINGS.iter().chain(&placed) {
        text.push_str(&format!("{key} = '{}'\n", value.replace('\'', "''")));
    }
    text.push_str(&format!("port = {PORT}\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_a_path_stay_inside_the_value() {
        let text = render(Path::new("/tmp/l'été"), "geonantes-1");
        assert!(
            text.contains("unix_socket_directories = '/tmp/l''été'\n"),
            "{text}"
        );
    }
}
