//! How QGIS shows the faults: a style for each layer, in the table that it looks for in a GeoPackage.

use exchange::{Cell, NewKind, NewLayer, Row};

use super::{column, text};

/// The table of styles that QGIS reads.
const TABLE: &str = "layer_styles";

/// Severities, what their legend says, and their colour (red, green, blue).
const CLASSES: [(&str, &str, &str); 3] = [
    ("erreur", "Erreurs", "179,38,30"),
    ("avertissement", "Avertissements", "183,121,31"),
    ("réparation", "Réparations", "11,110,105"),
];

/// What a layer's symbols are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Marker,
    Line,
    Fill,
}

/// The table of styles and its rows, for layers by their names.
pub(super) fn table(layers: &[(&str, Symbol)]) -> (NewLayer, Vec<Row>) {
    let columns = vec![
        column("f_table_catalog", NewKind::Text),
        column("f_table_schema", NewKind::Text),
        column("f_table_name", NewKind::Text),
        column("f_geometry_column", NewKind::Text),
        column("styleName", NewKind::Text),
        column("styleQML", NewKind::Text),
        column("styleSLD", NewKind::Text),
        column("useAsDefault", NewKind::Boolean),
        column("description", NewKind::Text),
        column("owner", NewKind::Text),
        // QGIS sorts by it.
        column("update_time", NewKind::Time),
    ];
    let table = NewLayer {
        name: TABLE.to_owned(),
        title: None,
        description: None,
        shape: None,
        epsg: None,
        columns,
    };
    let row = |(layer, symbol): &(&str, Symbol)| Row {
        fid: 0,
        cells: vec![
            text(""),
            text(""),
            text(layer),
            text("geom"),
            text(layer),
            text(&qml(*symbol)),
            text(""),
            Cell::Integer(1),
            text("Constats d’un dépôt, par gravité"),
            text(""),
            Cell::Null,
        ],
        geometry: None,
    };
    (table, layers.iter().map(row).collect())
}

/// Symbols by severity.
fn qml(symbol: Symbol) -> String {
    let (mut categories, mut symbols) = (String::new(), String::new());
    for (place, (value, label, color)) in CLASSES.iter().enumerate() {
        categories.push_str(&format!(
            "<category value=\"{value}\" symbol=\"{place}\" label=\"{label}\" render=\"true\"/>"
        ));
        let (kind, class, props) = match symbol {
            Symbol::Marker => (
                "marker",
                "SimpleMarker",
                format!(
                    "<prop k=\"name\" v=\"circle\"/><prop k=\"color\" v=\"{color},255\"/>\
                     <prop k=\"outline_color\" v=\"255,255,255,255\"/>\
                     <prop k=\"outline_width\" v=\"0.4\"/><prop k=\"size\" v=\"3\"/>"
                ),
            ),
            Symbol::Line => (
                "line",
                "SimpleLine",
                format!(
                    "<prop k=\"line_color\" v=\"{color},255\"/><prop k=\"line_width\" v=\"0.6\"/>"
                ),
            ),
            Symbol::Fill => (
                "fill",
                "SimpleFill",
                format!(
                    "<prop k=\"color\" v=\"{color},50\"/>\
                     <prop k=\"outline_color\" v=\"{color},255\"/>\
                     <prop k=\"outline_width\" v=\"0.5\"/><prop k=\"style\" v=\"solid\"/>"
                ),
            ),
        };
        symbols.push_str(&format!(
            "<symbol type=\"{kind}\" name=\"{place}\" alpha=\"1\" clip_to_extent=\"1\">\
             <layer class=\"{class}\" enabled=\"1\" pass=\"0\" locked=\"0\">{props}</layer></symbol>"
        ));
    }
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\
         <qgis version=\"3.22.0\" styleCategories=\"Symbology\">\
         <renderer-v2 type=\"categorizedSymbol\" attr=\"gravite\" symbollevels=\"0\" enableorderby=\"0\">\
         <categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )
}
