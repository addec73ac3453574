//! A response in 64 bytes: eight words of a memory-mapped segment, sealed by a checksum.
//!
//! | word | bits | what |
//! | --- | --- | --- |
//! | 0 | 8, 8, 8, 8, 16, 16 | state (outside the checksum), operation, client, 0, status, service |
//! | 1 | 64 | microseconds since 1970 |
//! | 2 | 16, 40, 8 | layer (65,535: none), account, 0 |
//! | 3 | 64 | bytes of the body |
//! | 4 | 32, 32 | key (0: none), features |
//! | 5 | 32, 32 | microseconds of the database, thousandths of a unit |
//! | 6 | 32, 32 | place in the segment, 0 |
//! | 7 | 32, 32 | CRC-32C of the segment's id and of words 0 to 6, the state taken as 0; 0 |

use crate::model::{Account, ClientFamily, Event, Operation, Outcome};

/// Words of a record.
pub const WORDS: usize = 8;
/// Bytes of a record.
pub const BYTES: usize = 64;
/// The layer of a response that is of none.
pub const NO_LAYER: u16 = u16::MAX;
/// The bits of word 0 that tell the state.
pub const STATE: u64 = 0xff;

/// How far the response is known to have gone. 0 is a place that nothing was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Written before its last frame was handed out; nothing is known since.
    InDoubt = 1,
    /// The reader's system has it all.
    Whole = 2,
    /// It was cut.
    Aborted = 3,
}

impl State {
    /// As the ledger calls it.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::InDoubt => Outcome::InDoubt,
            Self::Whole => Outcome::Whole,
            Self::Aborted => Outcome::Aborted,
        }
    }
}

/// A response, its names given by their places in the segment's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// As [`Event::at_us`].
    pub at_us: i64,
    /// As [`Event::account`].
    pub account: Account,
    /// As [`Event::key`].
    pub key: Option<i32>,
    /// Place among the head's services.
    pub service: u16,
    /// Place among the head's layers, or [`NO_LAYER`].
    pub layer: u16,
    /// As [`Event::operation`].
    pub operation: Operation,
    /// As [`Event::client`].
    pub client: ClientFamily,
    /// As [`Event::status`].
    pub status: u16,
    /// As [`Event::bytes`].
    pub bytes: u64,
    /// As [`Event::features`].
    pub features: u32,
    /// As [`Event::database_us`].
    pub database_us: u32,
    /// As [`Event::units`].
    pub units: u32,
}

/// What a place of a segment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Nothing, or something that was not finished.
    Empty,
    /// Bytes whose checksum does not agree.
    Damaged,
    /// A record.
    Record(Record, State),
}

fn pair(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

fn checksum(seed: u32, words: &[u64; WORDS]) -> u32 {
    let mut bytes = [0; BYTES - 8];
    for (place, word) in words[..WORDS - 1].iter().enumerate() {
        let word = if place == 0 { word & !STATE } else { *word };
        bytes[place * 8..place * 8 + 8].copy_from_slice(&word.to_le_bytes());
    }
    crc32c::crc32c_append(seed, &bytes)
}

impl Record {
    /// The words of a record at a place of the segment whose id gives the seed.
    pub fn encode(&self, state: State, index: u32, seed: u32) -> [u64; WORDS] {
        let account = self.account.to_bytes();
        let account = account
            .iter()
            .rev()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        let mut words = [
            state as u64
                | (self.operation as u64) << 8
                | (self.client as u64) << 16
                | u64::from(self.status) << 32
                | u64::from(self.service) << 48,
            self.at_us as u64,
            u64::from(self.layer) | account << 16,
            self.bytes,
            pair(self.key.unwrap_or(0) as u32, self.features),
            pair(self.database_us, self.units),
            u64::from(index),
            0,
        ];
        words[7] = u64::from(checksum(seed, &words));
        words
    }

    /// What the words at a place say.
    pub fn decode(words: &[u64; WORDS], index: u32, seed: u32) -> Slot {
        if words[0] & STATE == 0 {
            return Slot::Empty;
        }
        if words[7] != u64::from(checksum(seed, words)) || words[6] != u64::from(index) {
            return Slot::Damaged;
        }
        let byte = |shift: u32| usize::from((words[0] >> shift) as u8);
        let account: [u8; 5] = std::array::from_fn(|place| (words[2] >> (16 + 8 * place)) as u8);
        let (Some(operation), Some(client), Some(account)) = (
            Operation::ALL.get(byte(8)),
            ClientFamily::ALL.get(byte(16)),
            Account::from_bytes(account),
        ) else {
            return Slot::Damaged;
        };
        let state = match words[0] & STATE {
            2 => State::Whole,
            3 => State::Aborted,
            // The state stands outside the checksum: what cannot be read decides nothing.
            _ => State::InDoubt,
        };
        let key = words[4] as u32 as i32;
        let record = Self {
            at_us: words[1] as i64,
            account,
            key: (key != 0).then_some(key),
            service: (words[0] >> 48) as u16,
            layer: words[2] as u16,
            operation: *operation,
            client: *client,
            status: (words[0] >> 32) as u16,
            bytes: words[3],
            features: (words[4] >> 32) as u32,
            database_us: words[5] as u32,
            units: (words[5] >> 32) as u32,
        };
        Slot::Record(record, state)
    }

    /// The event that the record stands for, its names read from the head.
    pub fn event<'a>(&self, state: State, names: &'a Names) -> Event<'a> {
        Event {
            at_us: self.at_us,
            account: self.account,
            key: self.key,
            service: names.service(self.service),
            layer: names.layer(self.layer),
            operation: self.operation,
            client: self.client,
            status: self.status,
            outcome: state.outcome(),
            bytes: self.bytes,
            features: self.features,
            database_us: self.database_us,
            units: self.units,
        }
    }
}

/// The names that records point to. They stand in the head of each segment, which so explains
/// itself when the catalogue has changed since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Services communs; the first one is that of what belongs to no other.
    pub services: Vec<String>,
    /// Layers, in the catalogue's order.
    pub layers: Vec<String>,
}

impl Names {
    fn service(&self, place: u16) -> &str {
        self.services.get(usize::from(place)).map_or("", |n| n)
    }

    fn layer(&self, place: u16) -> &str {
        self.layers.get(usize::from(place)).map_or("", |n| n)
    }

    /// As a segment's head keeps them: two lists, each a count, then lengths and bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for list in [&self.services, &self.layers] {
            bytes.extend((list.len() as u16).to_le_bytes());
            for name in list {
                bytes.extend((name.len() as u16).to_le_bytes());
                bytes.extend(name.as_bytes());
            }
        }
        bytes
    }

    /// What [`Names::to_bytes`] gave.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        fn number(bytes: &mut &[u8]) -> Option<usize> {
            let (first, rest) = bytes.split_first_chunk::<2>()?;
            *bytes = rest;
            Some(usize::from(u16::from_le_bytes(*first)))
        }
        let mut list = || -> Option<Vec<String>> {
            let count = number(&mut bytes)?;
            (0..count)
                .map(|_| {
                    let length = number(&mut bytes)?;
                    let (name, rest) = bytes.split_at_checked(length)?;
                    bytes = rest;
                    String::from_utf8(name.to_vec()).ok()
                })
                .collect()
        };
        Some(Self {
            services: list()?,
            layers: list()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Booked;

    fn record() -> Record {
        Record {
            at_us: 1_795_000_000_123_456,
            account: Account::from(&Booked::Commune("2A004".parse().expect("a code"))),
            key: Some(7),
            service: 3,
            layer: 21,
            operation: Operation::Probe,
            client: ClientFamily::Script,
            status: 206,
            bytes: 1 << 40,
            features: u32::MAX,
            database_us: 12,
            units: 10_300,
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was_whatever_its_state_became() {
        for record in [
            record(),
            Record {
                key: None,
                layer: NO_LAYER,
                account: Account::from(&Booked::Public),
                ..record()
            },
        ] {
            let mut words = record.encode(State::InDoubt, 41, 99);
            assert_eq!(
                Record::decode(&words, 41, 99),
                Slot::Record(record, State::InDoubt)
            );
            words[0] = words[0] & !STATE | State::Whole as u64;
            assert_eq!(
                Record::decode(&words, 41, 99),
                Slot::Record(record, State::Whole)
            );
        }
    }

    #[test]
    fn any_other_bit_that_changes_is_seen() {
        let words = record().encode(State::Whole, 41, 99);
        for bit in 8..WORDS * 64 {
            let mut other = words;
            other[bit / 64] ^= 1 << (bit % 64);
            assert_eq!(Record::decode(&other, 41, 99), Slot::Damaged, "bit {bit}");
        }
        assert_eq!(Record::decode(&words, 42, 99), Slot::Damaged);
        assert_eq!(Record::decode(&words, 41, 98), Slot::Damaged);
        assert_eq!(Record::decode(&[0; WORDS], 41, 99), Slot::Empty);
    }

    #[test]
    fn names_come_back() {
        let names = Names {
            services: vec!["sig".into(), "ads".into()],
            layers: vec!["parcelles".into(), String::new()],
        };
        let bytes = names.to_bytes();
        assert_eq!(Names::from_bytes(&bytes), Some(names));
        assert_eq!(Names::from_bytes(&bytes[..bytes.len() - 1]), None);
    }
}
