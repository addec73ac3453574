//! CSV (RFC 4180) in UTF-8: `fid`, the visible fields, the geometry as WKT.
//!
//! Values are given as they are: a text that begins with `=` is no more altered than another,
//! since what reads these files first is a GIS or a script, for which a quote before it would be
//! a wrong value. A spreadsheet must be told to import such a column as text.

use geozero::GeomProcessor;
use geozero::error::Result;

use super::geojson::decimal;
use crate::catalogue::View;
use crate::model::{Crs, Feature, Value};

/// Writes features of one layer in one system, the axes of WKT in the system's order.
#[derive(Debug, Clone)]
pub struct Csv {
    crs: Crs,
    header: Vec<u8>,
}

impl Csv {
    /// A writer for features of this layer.
    pub fn new(view: &View, crs: Crs) -> Self {
        let mut header = b"fid".to_vec();
        for field in view.visible() {
            header.push(b',');
            text(&mut header, &field.name);
        }
        header.extend_from_slice(b",wkt\r\n");
        Self { crs, header }
    }

    /// The first line: the columns' names.
    pub fn header(&self) -> &[u8] {
        &self.header
    }

    /// Writes one feature's line. A null is nothing, an empty text two quotes.
    pub fn feature(&self, out: &mut Vec<u8>, feature: &Feature<'_>) {
        out.extend_from_slice(itoa::Buffer::new().format(feature.fid).as_bytes());
        for value in &feature.values {
            out.push(b',');
            self::value(out, value);
        }
        out.extend_from_slice(b",\"");
        let start = out.len();
        let mut reader = feature.wkb;
        let mut shape = Wkt {
            out,
            crs: self.crs,
            open: Vec::new(),
        };
        if feature.wkb.is_empty()
            || geozero::wkb::process_wkb_geom(&mut reader, &mut shape).is_err()
        {
            out.truncate(start - 1);
        } else {
            out.push(b'"');
        }
        out.extend_from_slice(b"\r\n");
    }
}

fn value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => {}
        Value::Text(value) => text(out, value),
        Value::Integer(value) => {
            out.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes())
        }
        Value::Real(value) if value.is_finite() => {
            out.extend_from_slice(ryu::Buffer::new().format_finite(*value).as_bytes());
        }
        Value::Real(_) => {}
        Value::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Date(day) => out.extend_from_slice(day.to_string().as_bytes()),
        Value::Timestamp(instant) => {
            let instant = instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            out.extend_from_slice(instant.as_bytes());
        }
    }
}

/// A text, between quotes where it needs them.
fn text(out: &mut Vec<u8>, value: &str) {
    let quoted = value.is_empty()
        || value
            .bytes()
            .any(|b| matches!(b, b'"' | b',' | b'\r' | b'\n'));
    if !quoted {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    out.push(b'"');
    for (place, part) in value.split('"').enumerate() {
        if place > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Pushes the parts of a geometry as WKT.
struct Wkt<'a> {
    out: &'a mut Vec<u8>,
    crs: Crs,
    /// Whether each geometry begun has a parenthesis to close: an empty one has none.
    open: Vec<bool>,
}

impl Wkt<'_> {
    fn begin(&mut self, name: &str, size: usize, idx: usize) -> Result<()> {
        if idx > 0 {
            self.out.push(b',');
        }
        self.out.extend_from_slice(name.as_bytes());
        self.open.push(size > 0);
        if size > 0 {
            self.out.push(b'(');
        } else if name.is_empty() {
            self.out.extend_from_slice(b"EMPTY");
        } else {
            self.out.extend_from_slice(b" EMPTY");
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        if self.open.pop() == Some(true) {
            self.out.push(b')');
        }
        Ok(())
    }
}

fn tag(name: &str, tagged: bool) -> &str {
    if tagged { name } else { "" }
}

impl GeomProcessor for Wkt<'_> {
    fn xy(&mut self, x: f64, y: f64, idx: usize) -> Result<()> {
        let (first, second, decimals) = self.crs.written(x, y);
        if idx > 0 {
            self.out.push(b',');
        }
        decimal(self.out, first, decimals);
        self.out.push(b' ');
        decimal(self.out, second, decimals);
        Ok(())
    }

    fn empty_point(&mut self, idx: usize) -> Result<()> {
        self.begin("POINT", 0, idx)?;
        self.end()
    }

    fn point_begin(&mut self, idx: usize) -> Result<()> {
        self.begin("POINT", 1, idx)
    }

    fn point_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn multipoint_begin(&mut self, size: usize, idx: usize) -> Result<()> {
        self.begin("MULTIPOINT", size, idx)
    }

    fn multipoint_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn linestring_begin(&mut self, tagged: bool, size: usize, idx: usize) -> Result<()> {
        self.begin(tag("LINESTRING", tagged), size, idx)
    }

    fn linestring_end(&mut self, _: bool, _: usize) -> Result<()> {
        self.end()
    }

    fn multilinestring_begin(&mut self, size: usize, idx: usize) -> Result<()> {
        self.begin("MULTILINESTRING", size, idx)
    }

    fn multilinestring_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn polygon_begin(&mut self, tagged: bool, size: usize, idx: usize) -> Result<()> {
        self.begin(tag("POLYGON", tagged), size, idx)
    }

    fn polygon_end(&mut self, _: bool, _: usize) -> Result<()> {
        self.end()
    }

    fn multipolygon_begin(&mut self, size: usize, idx: usize) -> Result<()> {
        self.begin("MULTIPOLYGON", size, idx)
    }

    fn multipolygon_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }

    fn geometrycollection_begin(&mut self, size: usize, idx: usize) -> Result<()> {
        self.begin("GEOMETRYCOLLECTION", size, idx)
    }

    fn geometrycollection_end(&mut self, _: usize) -> Result<()> {
        self.end()
    }
}

#[cfg(test)]
mod tests {
    use geozero::ToWkb as _;

    use super::*;
    use crate::model::{MERCATOR, degrees_to_mercator};

    const METRES: Crs = Crs::Projected(MERCATOR);

    fn csv(crs: Crs) -> Csv {
        Csv {
            crs,
            header: Vec::new(),
        }
    }

    fn line(crs: Crs, wkt: &str, values: Vec<Value<'_>>) -> String {
        let wkb = if wkt.is_empty() {
            Vec::new()
        } else {
            geozero::wkt::Wkt(wkt)
                .to_wkb(geozero::CoordDimensions::xy())
                .expect("a geometry")
        };
        let feature = Feature {
            fid: 7,
            wkb: &wkb,
            values,
        };
        let mut out = Vec::new();
        csv(crs).feature(&mut out, &feature);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn values_come_back_as_a_reader_of_csv_sees_them() {
        let values = vec![
            Value::Null,
            Value::Text(""),
            Value::Text("deux \"lignes\",\r\nune virgule"),
            Value::Text("=1+1"),
            Value::Real(f64::NAN),
            Value::Date("2024-02-29".parse().expect("a day")),
        ];
        let line = line(METRES, "POINT(1 2)", values);
        assert!(line.starts_with("7,,\"\",") && line.ends_with("\r\n"));
        let mut reader = ::csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(line.as_bytes());
        let record = reader.records().next().expect("a record").expect("valid");
        let fields: Vec<&str> = record.iter().collect();
        assert_eq!(
            fields,
            [
                "7",
                "",
                "",
                "deux \"lignes\",\r\nune virgule",
                "=1+1",
                "",
                "2024-02-29",
                "POINT(1 2)"
            ]
        );
    }

    #[test]
    fn every_kind_of_geometry_is_valid_wkt() {
        for wkt in [
            "POINT(1 2)",
            "MULTIPOINT(1 2,3 4)",
            "LINESTRING(0 0,1 1.5)",
            "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
            "POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))",
            "MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((9 9,10 9,10 10,9 9)))",
            "MULTIPOLYGON EMPTY",
            "GEOMETRYCOLLECTION(POINT(1 2),MULTIPOLYGON(((0 0,4 0,4 4,0 0))),POLYGON EMPTY)",
        ] {
            assert_eq!(line(METRES, wkt, vec![]), format!("7,\"{wkt}\"\r\n"));
        }
        assert_eq!(line(METRES, "", vec![]), "7,\r\n");
    }

    #[test]
    fn axes_follow_the_system() {
        let (x, y) = degrees_to_mercator(-1.5, 47.25);
        let point = format!("POINT({x} {y})");
        assert_eq!(
            line(Crs::Crs84, &point, vec![]),
            "7,\"POINT(-1.5 47.25)\"\r\n"
        );
        assert_eq!(
            line(Crs::Wgs84, &point, vec![]),
            "7,\"POINT(47.25 -1.5)\"\r\n"
        );
    }
}
