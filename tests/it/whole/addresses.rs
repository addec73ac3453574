//! BAL files.

use super::{deliver, said, texts, told};
use crate::ingest::files::Files;
use crate::support::Database;

const HEAD: &str = "uid_adresse;cle_interop;commune_insee;commune_nom;voie_nom;numero;suffixe;\
                    position;x;y;long;lat;cad_parcelles;source;date_der_maj;certification_commune";

#[tokio::test]
async fn a_bal_is_published_by_commune() {
    let (database, files) = (Database::empty_with_tables().await, Files::new());
    let line = |number: u32, place: &str, parcels: &str| {
        format!(
            ";44109_0200_{number:05};44109;Nantes;Rue de l’Évêché;{number};;entrée;{place};{parcels};\
             commune;2026-01-02;1"
        )
    };
    let lines = [
        HEAD.to_owned(),
        line(
            1,
            "355576.03;6689719.98;-1.553621;47.218371",
            "440109000 A0880|44109000AB0001",
        ),
        line(2, ";;-1.5537;47.2184", ""),
        line(3, ";;;", ""),
    ];
    let file = files.write("bal.csv", lines.join("\r\n"));
    let (code, reports) = deliver(&database, &file, &[]).await;
    assert_eq!(
        (code, told(&reports)),
        (0, vec!["adresses 44109 published 2/0/0/0".to_owned()]),
        "{reports:?}"
    );
    let warnings = said(&reports, "warning");
    assert!(
        warnings.contains(&"empty 44109_0200_00003".to_owned()),
        "{warnings:?}"
    );
    let rows = "SELECT voie_nom || ' ' || numero || ' ' || certification_commune || ' ' || \
                coalesce(cad_parcelles, '-') || ' ' || round(ST_X(geom)) FROM layer.adresses \
                ORDER BY numero";
    assert_eq!(
        texts(&database, rows).await,
        [
            "Rue de l’Évêché 1 true 441090000A0880|44109000AB0001 355576",
            "Rue de l’Évêché 2 true - 355570",
        ]
    );
    let (code, reports) = deliver(&database, &file, &[]).await;
    assert_eq!(
        (code, told(&reports)),
        (0, vec!["adresses 44109 unchanged 0/0/0/2".to_owned()])
    );
}
