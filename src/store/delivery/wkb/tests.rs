use super::*;

const SRID: Srid = Srid(2154);

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// A polygon as WKB, each ring a list of X and Y.
fn polygon(rings: &[&[f64]]) -> Vec<u8> {
    let mut bytes = vec![1, 3, 0, 0, 0];
    bytes.extend((rings.len() as u32).to_le_bytes());
    for ring in rings {
        bytes.extend((ring.len() as u32 / 2).to_le_bytes());
        bytes.extend(doubles(ring));
    }
    bytes
}

fn shaped(wkb: &[u8], wanted: GeometryType, mend: bool) -> (Outcome, Vec<u8>) {
    let mut into = b"before".to_vec();
    let how = How {
        srid: SRID,
        mend,
        farthest: 1e7,
    };
    let outcome = shape(wkb, wanted, how, &mut into);
    (outcome, into.split_off(6))
}

const CLOCKWISE: &[f64] = &[0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0, 0.0, 0.0, 0.0];
const HOLE: &[f64] = &[1.0, 1.0, 2.0, 1.0, 2.0, 2.0, 1.0, 1.0];

#[test]
fn surfaces_turn_counter_clockwise_and_become_several() {
    let (outcome, bytes) = shaped(
        &polygon(&[CLOCKWISE, HOLE]),
        GeometryType::MultiPolygon,
        false,
    );
    assert_eq!((outcome.present, outcome.fault), (true, None));
    assert_eq!(bytes[1..9], [6, 0, 0, 0x20, 0x6a, 0x08, 0, 0]);
    let outline = &[0.0, 0.0, 9.0, 0.0, 9.0, 9.0, 0.0, 9.0, 0.0, 0.0];
    let hole = &[1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0];
    assert_eq!(bytes[9..13], [1, 0, 0, 0]);
    assert_eq!(bytes[13..], polygon(&[outline, hole]));
}

#[test]
fn faults_of_rings_are_told_or_mended() {
    let open = &CLOCKWISE[..8];
    let (outcome, bytes) = shaped(&polygon(&[open]), GeometryType::Geometry, false);
    let fault = outcome.fault.expect("a fault");
    assert_eq!(
        (fault.kind, fault.place),
        (GeometryFault::OpenRing, Some((9.0, 0.0)))
    );
    assert!(!outcome.present && bytes.is_empty());
    let (outcome, mended) = shaped(&polygon(&[open]), GeometryType::Geometry, true);
    assert!(outcome.present && outcome.fault.is_some());
    let (_, sound) = shaped(&polygon(&[CLOCKWISE]), GeometryType::Geometry, false);
    assert_eq!(mended, sound);
    // A hole that is none is left out; an outline that is none leaves nothing.
    let flat = &[1.0, 1.0, 2.0, 2.0, 1.0, 1.0];
    let (outcome, mended) = shaped(&polygon(&[CLOCKWISE, flat]), GeometryType::Geometry, true);
    assert_eq!(outcome.fault.map(|f| f.kind), Some(GeometryFault::TooShort));
    assert_eq!(mended, sound);
    let (outcome, _) = shaped(&polygon(&[flat, HOLE]), GeometryType::Geometry, true);
    assert!(!outcome.present);
}

#[test]
fn a_third_coordinate_is_left_out_and_one_part_is_unwrapped() {
    // MULTIPOINT Z (3 4 5), big-endian inside.
    let mut wkb = vec![1];
    wkb.extend(1004_u32.to_le_bytes());
    wkb.extend(1_u32.to_le_bytes());
    wkb.push(0);
    wkb.extend(1001_u32.to_be_bytes());
    wkb.extend([3.0_f64, 4.0, 5.0].iter().flat_map(|n| n.to_be_bytes()));
    let (outcome, bytes) = shaped(&wkb, GeometryType::Point, false);
    assert_eq!((outcome.present, outcome.fault), (true, None));
    assert_eq!(bytes[..9], [1, 1, 0, 0, 0x20, 0x6a, 0x08, 0, 0]);
    assert_eq!(bytes[9..], doubles(&[3.0, 4.0]));
    // A layer of any geometry holds what is single as such, whatever the program that wrote it.
    let one = polygon(&[CLOCKWISE, HOLE]);
    let mut multiple = [1, 6, 0, 0, 0, 1, 0, 0, 0].to_vec();
    multiple.extend(&one);
    let whole = |wkb: &[u8]| shaped(wkb, GeometryType::Geometry, false).1;
    assert_eq!(whole(&multiple), whole(&one));
    multiple[5] = 2;
    multiple.extend(&one);
    assert_eq!(whole(&multiple)[1], 6);
}

#[test]
fn what_is_empty_is_absent_and_what_is_broken_is_told() {
    let nothing = [1, 6, 0, 0, 0, 0, 0, 0, 0];
    let (outcome, _) = shaped(&nothing, GeometryType::MultiPolygon, false);
    assert_eq!(outcome, Outcome::default());
    let whole = polygon(&[CLOCKWISE, HOLE]);
    for end in 0..whole.len() {
        let (outcome, bytes) = shaped(&whole[..end], GeometryType::MultiPolygon, true);
        let kind = outcome.fault.map(|fault| fault.kind);
        assert_eq!(kind, Some(GeometryFault::Malformed), "cut at {end}");
        assert!(bytes.is_empty());
    }
    let mut deep = Vec::new();
    for _ in 0..50_000 {
        deep.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]);
    }
    let (outcome, _) = shaped(&deep, GeometryType::Geometry, false);
    assert!(outcome.fault.is_some());
    let endless = polygon(&[&[0.0, f64::INFINITY, 1.0, 1.0, 2.0, 2.0, 0.0, 0.0]]);
    let (outcome, _) = shaped(&endless, GeometryType::Geometry, true);
    assert_eq!(
        outcome.fault.map(|f| f.kind),
        Some(GeometryFault::NotFinite)
    );
}
