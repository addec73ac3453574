//! Rows of tables, with the names of their columns or without.

use super::check;

#[test]
fn cells_are_read_after_the_names_of_their_columns() {
    check(
        "",
        &[
            ("insee;section;numero\n44109;AB;0012", "44109000AB0012"),
            ("code_insee,section,numero\n44109,AB,12", "44109000AB0012"),
            (
                "commune;prefixe;section;numero\n44109;045;AB;0012",
                "44109045AB0012",
            ),
            (
                "Commune;Section;Numéro;Surface\nNantes;AB;12;450\nRezé;AC;7;300",
                "44109000AB0012 44143000AC0007",
            ),
            // The order of the columns is the table's.
            (
                "Numéro;Section;Contenance;Commune\n12;AB;450;Nantes",
                "44109000AB0012",
            ),
            (
                "idu\tcontenance\n44109000AB0012\t450\n44109000AB0013\t320",
                "44109000AB0012 44109000AB0013",
            ),
        ],
    );
    check(
        "44109",
        &[
            (
                "Section;N° plan;Contenance\nAB;12;450\nAC;13;20",
                "44109000AB0012 44109000AC0013",
            ),
            (
                "Préfixe : | | | | Section : |A|B| Numéro : |0|1|2|3|",
                "44109000AB0123",
            ),
        ],
    );
}

#[test]
fn a_column_without_a_name_may_hold_areas() {
    let one = "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 450";
    check(
        "44109",
        &[
            ("44109000AB0012;450", one),
            ("44109000AB0012\t450", one),
            ("44109000AB0012 450", one),
            ("Nantes;000;AB;0012;450", one),
            ("AB\t12\t450", one),
            ("AB 12 | 450", one),
            (
                "44109000AB0012,450.5",
                "? Nantes (44109) : AB 12 | Nantes (44109) : AB 12, 450, 5",
            ),
            (
                "AB;12;450\nAB;13;320",
                "? Nantes (44109) : AB 12, 13 | Nantes (44109) : AB 12, 450, 13, 320",
            ),
            ("AB 12 S=450", "44109000AB0012"),
            ("AB 12 ; 13", "44109000AB0012 44109000AB0013"),
            ("AB\t12\nAC\t13", "44109000AB0012 44109000AC0013"),
            (
                "44109000AB0012;44143000AC0013",
                "44109000AB0012 44143000AC0013",
            ),
        ],
    );
}
