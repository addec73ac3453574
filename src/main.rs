//! `geonantes`: the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    geonantes::cli::main()
}
