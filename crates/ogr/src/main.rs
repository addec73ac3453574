//! The child of `geonantes` that opens strangers' files; `crates/ogr` says how.

fn main() -> std::process::ExitCode {
    geonantes_ogr::main()
}
