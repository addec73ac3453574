//! The program, its database and its clients ended at random moments: `./dev faults N` asks for N
//! rounds of each, `./dev test` for a few.

mod deliveries;
mod ledger;
mod program;
mod publications;

/// Rounds asked for by `GEONANTES_FAULTS`; 3 when nothing is said.
fn rounds() -> u32 {
    std::env::var("GEONANTES_FAULTS").map_or(3, |n| n.parse().expect("a number"))
}

/// A number below `end`, from the system's own chance.
fn chance(end: u64) -> u64 {
    (uuid::Uuid::new_v4().as_u128() % u128::from(end)) as u64
}
