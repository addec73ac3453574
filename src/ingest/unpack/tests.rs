use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::model::Severity;
use make::{Entry, bz, entry, gz, tar, zip};

mod make;

struct Bench {
    folder: TempDir,
    limits: Ingest,
}

impl Bench {
    fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a folder"),
            limits: Ingest::default(),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("given").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    fn unpack(&self, files: &[PathBuf]) -> Unpacked {
        let into = TempDir::new_in(self.folder.path())
            .expect("a folder")
            .keep();
        unpack(files, &into, &self.limits, Arc::default()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Names and contents of what comes out of one file.
    fn content(&self, name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let unpacked = self.unpack(&[self.write(name, bytes)]);
        assert!(unpacked.findings.is_empty(), "{:?}", unpacked.findings);
        let read = |found: &Found| {
            let bytes = fs::read(&found.path).expect("a file");
            assert_eq!(bytes.len() as u64, found.size);
            (found.name.clone(), bytes)
        };
        unpacked.files.iter().map(read).collect()
    }

    /// Why a file is refused; nothing may have been written beside the folders given.
    fn refusal(&self, name: &str, bytes: &[u8]) -> String {
        let unpacked = self.unpack(&[self.write(name, bytes)]);
        let errors: Vec<&Finding> = unpacked
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .collect();
        let [finding] = errors[..] else {
            panic!("{name}: {:?} {:?}", unpacked.files, unpacked.findings);
        };
        assert!(!finding.advice.is_empty(), "{name}");
        finding.message.clone()
    }
}

#[test]
fn archives_of_every_form_come_out_as_they_went_in() {
    let bench = Bench::new();
    let expected = |stem: &str| vec![(format!("{stem}/a/b.csv"), b"x;y".to_vec())];
    let one = zip(&[entry(b"a/b.csv", b"x;y")]);
    let kind = tar::EntryType::Regular;
    assert_eq!(bench.content("one.zip", &one), expected("one"));
    let flat = tar("a/b.csv", kind, b"x;y");
    assert_eq!(bench.content("two.tar", &flat), expected("two"));
    assert_eq!(bench.content("three.tar.gz", &gz(&flat)), expected("three"));
    assert_eq!(bench.content("four.tar.bz2", &bz(&flat)), expected("four"));
    // By content: the name may say anything.
    assert_eq!(bench.content("five.dat", &gz(&flat)), expected("five.dat"));
    let single = vec![("six.csv".to_owned(), b"x;y".to_vec())];
    assert_eq!(bench.content("six.csv.gz", &gz(b"x;y")), single);
    assert_eq!(bench.content("six.csv.bz2", &bz(b"x;y")), single);
}

#[test]
fn an_archive_within_an_archive_is_opened_once() {
    let bench = Bench::new();
    let inner = bz(&tar("E.THF", tar::EntryType::Regular, b"BOM"));
    let outer = zip(&[
        entry(b"feuilles/A.tar.bz2", &inner),
        entry(b"feuilles/lisez.csv", b"x"),
    ]);
    let mut content = bench.content("lot.zip", &outer);
    content.sort();
    let expected = [
        ("lot/feuilles/A/E.THF".to_owned(), b"BOM".to_vec()),
        ("lot/feuilles/lisez.csv".to_owned(), b"x".to_vec()),
    ];
    assert_eq!(content, expected);
    let deeper = zip(&[entry(b"deep.zip", &zip(&[entry(b"lot.zip", &outer)]))]);
    assert!(
        bench
            .refusal("deeper.zip", &deeper)
            .contains("archive dans une archive")
    );
}

#[test]
fn names_of_old_encodings_are_read() {
    let bench = Bench::new();
    for (bytes, name) in [
        ("Bâtiments/été.csv".as_bytes(), "Bâtiments/été.csv"),
        (b"B\xe2timents/\xe9t\xe9.csv", "Bâtiments/été.csv"),
        (b"B\x83timents\\\x82t\x82.csv", "Bâtiments/été.csv"),
    ] {
        let content = bench.content("noms.zip", &zip(&[entry(bytes, b"1")]));
        assert_eq!(content[0].0, format!("noms/{name}"));
        fs::remove_file(bench.folder.path().join("given/noms.zip")).expect("a file");
    }
}

#[test]
fn spreadsheets_stay_whole() {
    let bench = Bench::new();
    let xlsx = zip(&[
        entry(b"[Content_Types].xml", b"<x/>"),
        entry(b"xl/workbook.xml", b"<x/>"),
    ]);
    assert_eq!(
        bench.content("a.xlsx", &xlsx),
        [("a.xlsx".to_owned(), xlsx.clone())]
    );
    let kmz = zip(&[entry(b"doc.kml", b"<kml/>")]);
    assert_eq!(
        bench.content("a.kmz", &kmz),
        [("a.kmz".to_owned(), kmz.clone())]
    );
}

#[test]
fn nothing_leaves_the_folder() {
    let bench = Bench::new();
    for name in [
        "../evil",
        "a/../../evil",
        "/etc/evil",
        "..\\evil",
        "C:\\evil",
        "\\evil",
    ] {
        let refusal = bench.refusal("out.zip", &zip(&[entry(name.as_bytes(), b"x")]));
        assert!(refusal.contains("sort de l’archive"), "{name}: {refusal}");
    }
    let refusal = bench.refusal("out.tar", &tar("../evil", tar::EntryType::Regular, b"x"));
    assert!(refusal.contains("sort de l’archive"), "{refusal}");
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Char,
        tar::EntryType::Block,
        tar::EntryType::Fifo,
    ] {
        let refusal = bench.refusal("link.tar", &tar("a", kind, b""));
        assert!(refusal.contains("lien"), "{kind:?}: {refusal}");
    }
    let mut link = entry(b"a", b"/etc/passwd");
    link.mode = 0o120_777;
    assert!(bench.refusal("link.zip", &zip(&[link])).contains("lien"));
    let evil: Vec<_> = walk_names(bench.folder.path());
    assert!(evil.iter().all(|name| !name.contains("evil")), "{evil:?}");
}

fn walk_names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        names.push(entry.file_name().to_string_lossy().into_owned());
        if entry.path().is_dir() {
            names.extend(walk_names(&entry.path()));
        }
    }
    names
}

#[test]
fn what_cannot_be_opened_is_said() {
    let bench = Bench::new();
    let mut secret = entry(b"a.csv", b"x");
    secret.flags = 1;
    assert!(
        bench
            .refusal("secret.zip", &zip(&[secret]))
            .contains("mot de passe")
    );
    let twice = zip(&[entry(b"a.dbf", b"1"), entry(b"A.DBF", b"2")]);
    assert!(bench.refusal("twice.zip", &twice).contains("même nom"));
    let long = vec![b'a'; 300];
    assert!(
        bench
            .refusal("long.zip", &zip(&[entry(&long, b"1")]))
            .contains("trop long")
    );
    assert!(
        bench
            .refusal("a.7z", b"7z\xbc\xaf\x27\x1c....")
            .contains("7z")
    );
    assert!(
        bench
            .refusal("a.rar", b"Rar!\x1a\x07\x01\0")
            .contains("RAR")
    );
    let whole = zip(&[entry(b"a.csv", &[b'x'; 5000])]);
    assert!(
        bench
            .refusal("cut.zip", &whole[..3000])
            .contains("endommagé")
    );
    let mut lie = whole.clone();
    lie[100] = b'y';
    assert!(bench.refusal("crc.zip", &lie).contains("endommagé"));
    let packed = gz(&tar("a.csv", tar::EntryType::Regular, &[b'x'; 50_000]));
    let cut = &packed[..packed.len() / 2];
    assert!(bench.refusal("cut.tgz", cut).contains("endommagé"));
}

#[test]
fn an_archive_grows_within_the_limits() {
    let mut bench = Bench::new();
    let blank = vec![0; 70 << 20];
    let mut bomb = entry(b"bomb.csv", &blank);
    bomb.deflated = true;
    assert!(
        bench
            .refusal("bomb.zip", &zip(&[bomb]))
            .contains("proportion")
    );
    assert!(
        bench
            .refusal("bomb.bz2", &bz(&blank))
            .contains("proportion")
    );
    bench.limits.unpacked_bytes = 1000;
    let large = zip(&[entry(b"a", &[b'x'; 600]), entry(b"b", &[b'x'; 600])]);
    assert!(bench.refusal("large.zip", &large).contains("dépasse"));
    bench.limits = Ingest {
        files: 3,
        ..Ingest::default()
    };
    let names: Vec<String> = (0..4).map(|number| format!("{number}.csv")).collect();
    let entries: Vec<Entry<'_>> = names
        .iter()
        .map(|name| entry(name.as_bytes(), b"x"))
        .collect();
    assert!(
        bench
            .refusal("many.zip", &zip(&entries))
            .contains("plus de 3 fichiers")
    );
    bench.limits = Ingest {
        file_bytes: 10,
        ..Ingest::default()
    };
    assert!(bench.refusal("heavy.csv", &[b'x'; 11]).contains("dépasse"));
}

#[test]
fn folders_are_walked_and_litter_is_left_aside() {
    let bench = Bench::new();
    bench.write("plu/Donnees/zone.shp", b"1");
    bench.write("plu/Thumbs.db", b"2");
    bench.write("plu/__MACOSX/._zone.shp", b"3");
    let unpacked = bench.unpack(&[bench.folder.path().join("given/plu")]);
    let names: Vec<&str> = unpacked.files.iter().map(|found| &*found.name).collect();
    assert_eq!(names, ["plu/Donnees/zone.shp"]);
    let [finding] = &unpacked.findings[..] else {
        panic!("{:?}", unpacked.findings);
    };
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding.message.contains("plu/Thumbs.db"),
        "{}",
        finding.message
    );
    std::os::unix::fs::symlink("/etc/passwd", bench.folder.path().join("given/plu/x.csv"))
        .expect("a link");
    let unpacked = bench.unpack(&[bench.folder.path().join("given/plu")]);
    assert!(unpacked.findings[0].message.contains("lien"));
}

#[test]
fn a_file_brings_what_belongs_to_it() {
    let bench = Bench::new();
    for name in [
        "z.shp",
        "z.DBF",
        "z.prj",
        "other.dbf",
        "z.pdf",
        "E1.THF",
        "ED.VEC",
        "ED.GEN",
    ] {
        bench.write(name, name.as_bytes());
    }
    bench.write("z.prj", b"GEOGCS[\"WGS 84\"]");
    bench.write("odd.shp", b"odd");
    bench.write("odd.prj", b"Lambert 93");
    let given = bench.folder.path().join("given");
    let names = |name: &str| {
        let unpacked = bench.unpack(&[given.join(name)]);
        let mut names: Vec<String> = unpacked.files.into_iter().map(|found| found.name).collect();
        names.sort();
        names
    };
    assert_eq!(names("z.shp"), ["z.DBF", "z.prj", "z.shp"]);
    // What is no system is taken out: the driver would refuse the file for it.
    assert_eq!(names("odd.shp"), ["odd.shp"]);
    assert_eq!(names("E1.THF"), ["E1.THF", "ED.GEN", "ED.VEC"]);
    // Named besides: each once.
    let unpacked = bench.unpack(&[
        given.join("z.shp"),
        given.join("z.prj"),
        given.join("z.DBF"),
    ]);
    assert_eq!(unpacked.files.len(), 3);
    bench.write("g.gpkg", b"SQLite format 3\0");
    bench.write("g.gpkg-wal", b"unwritten");
    let unpacked = bench.unpack(&[given.join("g.gpkg")]);
    assert!(
        unpacked.findings[0]
            .message
            .contains("ouvert dans un autre programme")
    );
}

#[test]
fn headers_are_no_place_to_hide_a_bomb_in() {
    let bench = Bench::new();
    let long = vec![b'a'; 3 << 20];
    for kind in [tar::EntryType::GNULongName, tar::EntryType::XHeader] {
        let bomb = gz(&tar("long", kind, &long));
        let refusal = bench.refusal("long.tgz", &bomb);
        assert!(refusal.contains("n’a pas de fin"), "{kind:?}: {refusal}");
    }
    let name = vec![b'b'; 60_000];
    let list: Vec<Entry<'_>> = (0..300).map(|_| entry(&name, b"")).collect();
    let refusal = bench.refusal("list.zip", &zip(&list));
    assert!(refusal.contains("n’a pas de fin"), "{refusal}");
    // What is left aside is unpacked too, to come to the next entry.
    let litter = tar("a/.DS_Store", tar::EntryType::Regular, &vec![0; 70 << 20]);
    let refusal = bench.refusal("litter.tgz", &gz(&litter));
    assert!(refusal.contains("proportion"), "{refusal}");
    // Entries that share their bytes count each time.
    let blank = vec![b'x'; 4 << 20];
    let mut shared = entry(b"00.csv", &blank);
    shared.deflated = true;
    let mut one = zip(&[shared]);
    let directory = one.len() - 22 - (46 + 6);
    let (record, end) = (
        one[directory..one.len() - 22].to_vec(),
        one.split_off(one.len() - 22),
    );
    for number in 1..40 {
        let mut record = record.clone();
        let name = record.len() - 6;
        record[name..name + 2].copy_from_slice(format!("{number:02}").as_bytes());
        one.extend(record);
    }
    let length = (one.len() - directory) as u32;
    one.extend(&end[..8]);
    one.extend([40, 0, 40, 0]);
    one.extend(length.to_le_bytes());
    one.extend(&end[16..]);
    let refusal = bench.refusal("shared.zip", &one);
    assert!(
        refusal.contains("proportion") || refusal.contains("endommagé"),
        "{refusal}"
    );
}

#[tokio::test]
async fn given_up_it_stops_and_leaves_nothing() {
    let bench = Bench::new();
    let blank = vec![0; 60 << 20];
    let file = bench.write("blank.csv.gz", &gz(&blank));
    let folder = Arc::new(TempDir::new_in(bench.folder.path()).expect("a folder"));
    let path = folder.path().to_owned();
    let (files, limits) = ([file], bench.limits.clone());
    let task = tokio::spawn(async move { unpack_apart(&files, &folder, &limits).await.map(drop) });
    let begun = || fs::read_dir(&path).is_ok_and(|entries| entries.count() > 0);
    while !begun() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    task.abort();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while path.exists() {
        assert!(std::time::Instant::now() < patience, "the folder stays");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
