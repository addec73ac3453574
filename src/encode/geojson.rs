//! GeoJSON (RFC 7946), written straight from WKB.

use geozero::GeomProcessor;
use geozero::error::Result;

use crate::catalogue::Field;
use crate::model::{Crs, Feature, Value};

/// Writes features of one layer in one system.
#[derive(Debug, Clone)]
pub struct GeoJson {
    crs: Crs,
    /// `"name":` of each field, escaped once.
    names: Vec<Vec<u8>>,
}

impl GeoJson {
    /// A writer for features that carry these fields.
    pub fn new<'a>(fields: impl IntoIterator<Item = &'a Field>, crs: Crs) -> Self {
        let name = |field: &Field| {
            let mut bytes = Vec::with_capacity(field.name.len() + 3);
            text(&mut bytes, &field.name);
            bytes.push(b':');
            bytes
        };
        Self {
            crs,
            names: fields.into_iter().map(name).collect(),
        }
    }

    /// Writes one feature. Without `fid` among the properties: it is the feature's `id`.
    pub fn feature(&self, out: &mut Vec<u8>, feature: &Feature<'_>) {
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        integer(out, feature.fid);
        out.extend_from_slice(b",\"geometry\":");
        geometry(out, feature.wkb, self.crs);
        out.extend_from_slice(b",\"properties\":{");
        for (place, (name, value)) in self.names.iter().zip(&feature.values).enumerate() {
            if place > 0 {
                out.push(b',');
            }
            out.extend_from_slice(name);
            self::value(out, value);
        }
        out.extend_from_slice(b"}}");
    }
}

/// Writes a geometry; `null` when there is none, or none that can be read.
pub fn geometry(out: &mut Vec<u8>, wkb: &[u8], crs: Crs) {
    let start = out.len();
    let mut reader = wkb;
    let mut shape = Shape { out, crs };
    if wkb.is_empty() || geozero::wkb::process_wkb_geom(&mut reader, &mut shape).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// Writes an attribute's value as JSON.
pub fn value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Text(value) => text(out, value),
        Value::Integer(value) => integer(out, *value),
        Value::Real(value) if value.is_finite() => {
            out.extend_from_slice(ryu::Buffer::new().format_finite(*value).as_bytes());
        }
        Value::Real(_) => out.extend_from_slice(b"null"),
        Value::Boolean(value) => {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        }
        Value::Date(day) => out.extend_from_slice(format!("\"{day}\"").as_bytes()),
        Value::Timestamp(instant) => {
            let instant = instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            out.extend_from_slice(format!("\"{instant}\"").as_bytes());
        }
    }
}

fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// A JSON string.
pub fn text(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    let bytes = value.as_bytes();
    let mut start = 0;
    for (place, byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..=0x1f => b"",
            _ => continue,
        };
        out.extend_from_slice(&bytes[start..place]);
        if escape.is_empty() {
            out.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
        } else {
            out.extend_from_slice(escape);
        }
        start = place + 1;
    }
    out.extend_from_slice(&bytes[start..]);
    out.push(b'"');
}

/// A number with a fixed count of decimals, trailing zeros left out.
pub(super) fn decimal(out: &mut Vec<u8>, value: f64, decimals: usize) {
    const POWERS: [f64; 8] = [1.0, 10.0, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
    let scaled = (value * POWERS[decimals]).round();
    if scaled.abs() >= 9e15 || !scaled.is_finite() {
        let finite = if value.is_finite() { value } else { 0.0 };
        out.extend_from_slice(ryu::Buffer::new().format_finite(finite).as_bytes());
        return;
    }
    let whole = scaled as i64;
    if whole < 0 {
        out.push(b'-');
    }
    let power = POWERS[decimals] as u64;
    let (units, mut rest) = (whole.unsigned_abs() / power, whole.unsigned_abs() % power);
    out.extend_from_slice(itoa::Buffer::new().format(units).as_bytes());
    if rest == 0 {
        return;
    }
    let mut digits = [b'0'; 7];
    let mut last = 0;
    for place in (0..decimals).rev() {
        let digit = (rest % 10) as u8;
        rest /= 10;
        digits[place] = b'0' + digit;
        if digit > 0 && last == 0 {
            last = place + 1;
        }
    }
    out.push(b'.');
    out.extend_from_slice(&digits[..last]);
}

/// Pushes the parts of a geometry as GeoJSON.
struct Shape<'a> {
    out: &'a mut Vec<u8>,
    crs: Crs,
}

impl Shape<'_> {
    fn separate(&mut self, idx: usize) {
        if idx > 0 {
            self.out.push(b',');
        }
    }

    fn open(&mut self, name: &str, idx: usize) {
        self.separate(idx);
        self.out.extend_from_slice(b"{\"type\":\"");
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\",\"coordinates\":");
    }

    fn open_array(&mut self, name: &str, tagged: bool, idx: usize) {
        if tagged {
            self.open(name, idx);
        } else {
            self.separate(idx);
        }
        self.out.push(b'[');
    }

    fn close_array(&mut self, tagged: bool) {
        self.out.push(b']');
        if tagged {
            self.out.push(b'}');
        }
    }

    fn position(&mut self, x: f64, y: f64) {
        let (first, second, decimals) = self.crs.written(x, y);
        self.out.push(b'[');
        decimal(self.out, first, decimals);
        self.out.push(b',');
        decimal(self.out, second, decimals);
        self.out.push(b']');
    }
}

impl GeomProcessor for Shape<'_> {
    fn xy(&mut self, x: f64, y: f64, idx: usize) -> Result<()> {
        self.separate(idx);
        self.position(x, y);
        Ok(())
    }

    fn empty_point(&mut self, idx: usize) -> Result<()> {
        self.open("Point", idx);
        self.out.extend_from_slice(b"[]}");
        Ok(())
    }

    fn point_begin(&mut self, idx: usize) -> Result<()> {
        self.open("Point", idx);
        Ok(())
    }

    fn point_end(&mut self, _: usize) -> Result<()> {
        self.out.push(b'}');
        Ok(())
    }

    fn multipoint_begin(&mut self, _: usize, idx: usize) -> Result<()> {
        self.open_array("MultiPoint", true, idx);
        Ok(())
    }

    fn multipoint_end(&mut self, _: usize) -> Result<()> {
        self.close_array(true);
        Ok(())
    }

    fn linestring_begin(&mut self, tagged: bool, _: usize, idx: usize) -> Result<()> {
        self.open_array("LineString", tagged, idx);
        Ok(())
    }

    fn linestring_end(&mut self, tagged: bool, _: usize) -> Result<()> {
        self.close_array(tagged);
        Ok(())
    }

    fn multilinestring_begin(&mut self, _: usize, idx: usize) -> Result<()> {
        self.open_array("MultiLineString", true, idx);
        Ok(())
    }

    fn multilinestring_end(&mut self, _: usize) -> Result<()> {
        self.close_array(true);
        Ok(())
    }

    fn polygon_begin(&mut self, tagged: bool, _: usize, idx: usize) -> Result<()> {
        self.open_array("Polygon", tagged, idx);
        Ok(())
    }

    fn polygon_end(&mut self, tagged: bool, _: usize) -> Result<()> {
        self.close_array(tagged);
        Ok(())
    }

    fn multipolygon_begin(&mut self, _: usize, idx: usize) -> Result<()> {
        self.open_array("MultiPolygon", true, idx);
        Ok(())
    }

    fn multipolygon_end(&mut self, _: usize) -> Result<()> {
        self.close_array(true);
        Ok(())
    }

    fn geometrycollection_begin(&mut self, _: usize, idx: usize) -> Result<()> {
        self.separate(idx);
        self.out
            .extend_from_slice(b"{\"type\":\"GeometryCollection\",\"geometries\":[");
        Ok(())
    }

    fn geometrycollection_end(&mut self, _: usize) -> Result<()> {
        self.out.extend_from_slice(b"]}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimals(value: f64, count: usize) -> String {
        let mut out = Vec::new();
        decimal(&mut out, value, count);
        String::from_utf8(out).expect("digits are UTF-8")
    }

    #[test]
    fn decimals_are_rounded_and_bare() {
        assert_eq!(decimals(-1.553_600_04, 7), "-1.5536");
        assert_eq!(decimals(47.0, 7), "47");
        assert_eq!(decimals(-0.000_000_01, 7), "0");
        assert_eq!(decimals(355_000.123_4, 3), "355000.123");
        assert_eq!(decimals(0.05, 3), "0.05");
        assert_eq!(decimals(-0.5, 3), "-0.5");
    }

    #[test]
    fn text_is_escaped() {
        let mut out = Vec::new();
        text(&mut out, "a\"b\\c\n\u{1}é");
        let back: String = serde_json::from_slice(&out).expect("valid JSON");
        assert_eq!(back, "a\"b\\c\n\u{1}é");
    }

    #[test]
    fn every_kind_of_geometry_is_valid_geojson() {
        use geozero::ToWkb as _;
        for wkt in [
            "POINT(1 2)",
            "MULTIPOINT(1 2, 3 4)",
            "LINESTRING(0 0, 1 1)",
            "MULTILINESTRING((0 0, 1 1),(2 2, 3 3))",
            "POLYGON((0 0, 4 0, 4 4, 0 0),(1 1, 2 1, 2 2, 1 1))",
            "MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)),((9 9, 10 9, 10 10, 9 9)))",
            "GEOMETRYCOLLECTION(POINT(1 2), MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0))))",
        ] {
            let wkb = geozero::wkt::Wkt(wkt)
                .to_wkb(geozero::CoordDimensions::xy())
                .expect("wkb");
            let mut out = Vec::new();
            let feature = Feature {
                fid: 1,
                wkb: &wkb,
                values: vec![],
            };
            GeoJson::new([], Crs::Projected(crate::model::MERCATOR)).feature(&mut out, &feature);
            let parsed: serde_json::Value = serde_json::from_slice(&out).expect("valid JSON");
            let name = wkt.split('(').next().expect("a name").to_lowercase();
            let found = parsed["geometry"]["type"]
                .as_str()
                .expect("a type")
                .to_lowercase();
            assert_eq!(found, name);
        }
    }
}
