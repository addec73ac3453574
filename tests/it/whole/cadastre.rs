//! EDIGEO sheets.

use super::exchange::Sheet;
use super::{deliver, said, texts, told};
use crate::ingest::files::Files;
use crate::support::Database;

fn first() -> Sheet {
    Sheet::new("109000AB01", (355_100.0, 6_689_100.0), &[1, 2], 1)
}

fn second() -> Sheet {
    Sheet::new("109000AB02", (355_400.0, 6_689_100.0), &[3], 1)
}

#[tokio::test]
async fn sheets_of_one_section_are_published_and_replace_each_itself() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    let folder = files.path("lots");
    first().write(&folder.join("edigeo-44109000AB01"));
    second().write(&folder.join("edigeo-44109000AB02"));
    let (code, reports) = deliver(&database, &folder, &[]).await;
    assert_eq!(
        (code, told(&reports)),
        (
            0,
            vec![
                "parcelles - published 3/0/0/0".to_owned(),
                "sections - published 2/0/0/0".to_owned(),
                "batiments - published 2/0/0/0".to_owned(),
            ]
        ),
        "{reports:?}"
    );
    let parcels = "SELECT idu || ' ' || feuille || ' ' || contenance || ' ' || arpente || ' ' || \
                   date_maj FROM layer.parcelles ORDER BY idu";
    let idus = texts(&database, parcels).await;
    assert_eq!(
        idus,
        [
            "44109000AB0001 44109000AB01 400 true 2024-02-29",
            "44109000AB0002 44109000AB01 400 true 2024-02-29",
            "44109000AB0003 44109000AB02 400 true 2024-02-29",
        ]
    );
    let names = "SELECT nom FROM layer.batiments";
    assert_eq!(texts(&database, names).await, ["École", "École"]);
    let fids =
        "SELECT idu || ' ' || fid FROM layer.parcelles WHERE feuille LIKE '%02' OR idu LIKE '%1'";
    let before = texts(&database, fids).await;

    // The first sheet again, a parcel gone and another come: the second one stays as it is.
    let again = files.path("edigeo-44109000AB01");
    Sheet::new("109000AB01", (355_100.0, 6_689_100.0), &[1, 4], 1).write(&again);
    let (code, reports) = deliver(&database, &again, &[]).await;
    assert_eq!(
        (code, told(&reports)),
        (
            0,
            vec![
                "parcelles 44109000AB01 published 1/1/0/1".to_owned(),
                "sections 44109000AB01 unchanged 0/0/0/1".to_owned(),
                "batiments 44109000AB01 unchanged 0/0/0/1".to_owned(),
            ]
        ),
        "{reports:?}"
    );
    assert_eq!(texts(&database, fids).await, before);
}

#[tokio::test]
async fn a_sheet_that_does_not_say_its_departement_is_asked() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    let folder = files.path("feuille");
    Sheet::new("482000 501", (355_100.0, 6_689_100.0), &[12], 0).write(&folder);
    let (code, reports) = deliver(&database, &folder, &[]).await;
    assert_eq!(
        (code, &reports[0]["questions"][0]["option"]),
        (3, &"scope".into())
    );
    let (code, reports) = deliver(&database, &folder, &["--scope", "67482"]).await;
    assert_eq!(code, 0, "{reports:?}");
    let idus = texts(&database, "SELECT idu || feuille FROM layer.parcelles").await;
    assert_eq!(idus, ["6748200005001267482000050 1".replace(' ', "")]);
    let (code, reports) = deliver(&database, &folder, &["--scope", "67483"]).await;
    assert_eq!(code, 1);
    assert!(
        said(&reports, "error")
            .iter()
            .any(|said| said.starts_with("scope")),
        "{reports:?}"
    );
}

#[tokio::test]
async fn one_incomplete_sheet_refuses_the_delivery() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    let folder = files.path("lots");
    first().write(&folder.join("edigeo-44109000AB01"));
    let broken = folder.join("edigeo-44109000AB02");
    second().write(&broken);
    let vectors = broken.join("EDAB02T1.VEC");
    let whole = std::fs::read(&vectors).expect("the vectors");
    let faults: [(&str, Option<&[u8]>); 3] = [
        ("missing", None),
        ("empty", Some(b"")),
        ("cut", Some(&whole[..whole.len() / 2])),
    ];
    for (fault, content) in faults {
        match content {
            None => std::fs::remove_file(&vectors).expect("it is there"),
            Some(bytes) => std::fs::write(&vectors, bytes).expect("a file"),
        }
        let (code, reports) = deliver(&database, &folder, &[]).await;
        assert_eq!(code, 1, "{fault}");
        assert_eq!(
            said(&reports, "error"),
            ["exchange EDAB02T1.VEC"],
            "{fault}"
        );
    }
    let count = "SELECT count(*)::text FROM layer.parcelles";
    assert_eq!(texts(&database, count).await, ["0"]);
    // The same sheet twice, and a parcel whose section is in no sheet.
    std::fs::write(&vectors, whole).expect("a file");
    first().write(&folder.join("copie/edigeo-44109000AB01"));
    let (code, reports) = deliver(&database, &folder, &[]).await;
    let twice = said(&reports, "error");
    assert!(
        code == 1 && twice.iter().any(|said| said.starts_with("exchange")),
        "{twice:?}"
    );
}
