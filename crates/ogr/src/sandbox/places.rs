//! Files that the child may read or write, kept by Landlock: Linux 5.13 and later.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd,
    Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::{Ajar, ajar};

/// Data of GDAL and PROJ, and the C library's converters of encodings, where systems keep them.
const DATA: [&str; 8] = [
    "/usr/share/gdal",
    "/usr/share/proj",
    "/usr/local/share/gdal",
    "/usr/local/share/proj",
    "/usr/lib/x86_64-linux-gnu/gconv",
    "/usr/lib/aarch64-linux-gnu/gconv",
    "/usr/lib64/gconv",
    "/usr/lib/gconv",
];

/// Variables with which an administrator names other folders of such data.
const NAMED: [&str; 3] = ["GDAL_DATA", "PROJ_DATA", "PROJ_LIB"];

/// Leaves this process `folder` and the data alone. Whether this kernel can: older ones cannot.
pub(super) fn confine(folder: &Path, writes: bool) -> Result<bool, Ajar> {
    // What the newest kernel knows is asked for; older ones do what they can of it.
    let abi = ABI::V6;
    let failed = |error: landlock::RulesetError| ajar("landlock", &error);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(abi)))
        .and_then(|rules| rules.scope(Scope::from_all(abi)))
        .and_then(Ruleset::create)
        .map_err(failed)?;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write =
        AccessFs::WriteFile | AccessFs::MakeReg | AccessFs::RemoveFile | AccessFs::Truncate | read;
    let own = if writes { write } else { read };
    let named = NAMED.iter().filter_map(std::env::var_os).map(PathBuf::from);
    let data = DATA.iter().map(PathBuf::from).chain(named);
    for (path, access) in data
        .map(|path| (path, read))
        .chain([(folder.to_owned(), own)])
    {
        // What is not there needs no leave.
        if let Ok(fd) = PathFd::new(&path) {
            rules = rules.add_rule(beneath(fd, access)).map_err(failed)?;
        }
    }
    let status = rules.restrict_self().map_err(failed)?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

fn beneath(fd: PathFd, access: BitFlags<AccessFs>) -> PathBeneath<PathFd> {
    PathBeneath::new(fd, access)
}
